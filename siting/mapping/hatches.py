"""The hatches, said once: strokes on a tile of 10 × 10 that is repeated.

Pages paint them on canvas, comparisons and QGIS styles as SVG.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

#: Side of the tile, in pixels of a page (1/96 inch).
TILE = 10
#: Centres of the dots of the hatch ``dots``, the only one without strokes.
DOTS = ((2.5, 2.5), (7.5, 7.5))

Stroke = tuple[float, float, float, float]

#: Each stroke from x, y to x, y; what goes on where the last one ended is one line.
STROKES: Mapping[str, tuple[Stroke, ...]] = {
    "slash": ((-2, 12, 12, -2), (-2, 2, 2, -2), (8, 12, 12, 8)),
    "backslash": ((-2, -2, 12, 12), (8, -2, 12, 2), (-2, 8, 2, 12)),
    "horizontal": ((0, 5, 10, 5),),
    "vertical": ((5, 0, 5, 10),),
    "grid": ((0, 5, 10, 5), (5, 0, 5, 10)),
    "cross": ((0, 0, 10, 10), (10, 0, 0, 10)),
    "dash": ((0, 2.5, 5, 2.5), (5, 7.5, 10, 7.5)),
    "zigzag": ((0, 7, 2.5, 3), (2.5, 3, 5, 7), (5, 7, 7.5, 3), (7.5, 3, 10, 7)),
    "wave": ((0, 3, 2.5, 1.5), (2.5, 1.5, 5, 3), (5, 3, 7.5, 4.5), (7.5, 4.5, 10, 3)),
    "double": ((0, 3, 10, 3), (0, 6, 10, 6)),
    "twin": ((3, 0, 3, 10), (6, 0, 6, 10)),
    "stripes": (
        *((-2, 12, 12, -2), (-2, 2, 2, -2), (8, 12, 12, 8)),
        *((-2, 9, 9, -2), (5, 12, 12, 5)),
    ),
    "plus": ((1, 3, 5, 3), (3, 1, 3, 5), (6, 8, 10, 8), (8, 6, 8, 10)),
    "tick": ((1, 5, 4, 1), (6, 10, 9, 6)),
    "brick": ((0, 0.5, 10, 0.5), (0, 5.5, 10, 5.5), (2.5, 0.5, 2.5, 5.5), (7.5, 5.5, 7.5, 10.5)),
    "chevron": ((0, 7, 5, 2), (5, 2, 10, 7)),
    "withheld": ((-2, 12, 12, -2), (-2, 2, 2, -2), (8, 12, 12, 8), (0, 5, 10, 5)),
}


def is_hatched(hatch: str) -> bool:
    """True when the name is one of a hatch; ``outline`` is none, nor is an empty text."""
    return hatch in STROKES or hatch == "dots"


def svg_path(hatch: str) -> str:
    """Return the tile of a hatch as SVG path data.

    Dots are strokes of no length, to be drawn with round caps.

    Raises
    ------
    KeyError
        For a name that :func:`is_hatched` denies.
    """
    if hatch == "dots":
        return "".join(f"M{x:g} {y:g}h.01" for x, y in DOTS)
    return "".join(_moves(STROKES[hatch]))


def _moves(strokes: tuple[Stroke, ...]) -> Iterator[str]:
    last: tuple[float, float] | None = None
    for x, y, to_x, to_y in strokes:
        if (x, y) != last:
            yield f"M{x:g} {y:g}"
        yield f"L{to_x:g} {to_y:g}"
        last = (to_x, to_y)
