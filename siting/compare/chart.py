"""Stacked bars of the points that each criterion gives, as inline SVG.

A part is told by its colour, its hatch and its number, so that none of them stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from siting.compare.markup import Attributes, Markup, element
from siting.compare.picture import Letters, hatch_id, label
from siting.compare.records import Criterion, Option
from siting.compare.words import POINTS, name_of
from siting.mapping.styles import Look

#: Colours after Okabe and Ito (2008), Color Universal Design; the dark ones bear white letters.
_COLOURS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7f7f7f",
)  # fmt: skip
_DARK = frozenset({"#0072b2", "#d55e00", "#009e73", "#7f7f7f"})
#: The second and third time round a colour bears a hatch.
_HATCHES = ("", "slash", "dots")
#: Pixels: width of names, of the axis, of the score; height of a bar and of its row.
NAMES_PX, AXIS_PX, SCORE_PX, BAR_PX, ROW_PX = 120, 560, 60, 24, 34
_TOP_PX, _BOTTOM_PX = 6, 22
_NAME = Letters(13.0, anchor="end")
_SCORE = Letters(13.0, anchor="start", is_bold=True)
#: A part narrower than this has no room for its number.
_NUMBER_PX = 13


def overlay_looks(criteria: Sequence[Criterion]) -> list[Look]:
    """Return the looks whose patterns the bars of these criteria need."""
    return [look for place in range(len(criteria)) if (look := _overlay(place)) is not None]


def _overlay(place: int) -> Look | None:
    hatch = _HATCHES[place // len(_COLOURS) % len(_HATCHES)]
    return Look(_letters(place), hatch) if hatch else None


def _letters(place: int) -> str:
    return "#ffffff" if _COLOURS[place % len(_COLOURS)] in _DARK else "#111111"


def bars(criteria: Sequence[Criterion], options: Sequence[Option], language: str) -> Markup:
    """Return one bar per scored alternative, from 0 to 100 points, parts in order of criteria.

    Parameters
    ----------
    criteria
        Their numbers, from 1, stand in the parts.
    options
        Scored ones; their points add up to their score.
    language
        ``zh`` or ``en``.
    """
    height = _TOP_PX + ROW_PX * len(options) + _BOTTOM_PX
    width = NAMES_PX + AXIS_PX + SCORE_PX
    rows = [part for at, each in enumerate(options) for part in _row(criteria, each, at, language)]
    size: Attributes = {
        "viewBox": f"0 0 {width} {height}",
        "class": "bars",
        "role": "img",
        "aria-label": POINTS.get(language),
    }
    return element("svg", *_axis(len(options)), *rows, attributes=size)


def _axis(count: int) -> Iterator[Markup]:
    bottom = float(_TOP_PX + ROW_PX * count)
    for points in range(0, 101, 20):
        x = NAMES_PX + AXIS_PX * points / 100
        line: Attributes = {"d": f"M{x:g} {_TOP_PX}V{bottom:g}", "stroke": "#d5dbe2"}
        yield element("path", attributes=line)
        yield label(str(points), x, bottom + 15, Letters(colour="#56606e"))


def _row(criteria: Sequence[Criterion], option: Option, at: int, language: str) -> Iterator[Markup]:
    top = float(_TOP_PX + ROW_PX * at + (ROW_PX - BAR_PX) / 2)
    middle = top + BAR_PX / 2 + 4
    yield label(name_of(option).get(language), NAMES_PX - 8, middle, _NAME)
    x = float(NAMES_PX)
    for place, criterion in enumerate(criteria):
        mark = option.marks.get(criterion.name)
        if mark is None or not mark.points:
            continue
        width = AXIS_PX * mark.points / 100
        title = f"{criterion.title.get(language)}: {mark.points:.2f}"
        yield from _part(place, (x, top, width), title)
        x += width
    if option.score is not None:
        yield label(f"{option.score:.2f}", x + 6, middle, _SCORE)


def _part(place: int, box: tuple[float, float, float], title: str) -> Iterator[Markup]:
    x, top, width = box
    colour, overlay = _COLOURS[place % len(_COLOURS)], _overlay(place)
    area: Attributes = {"x": x, "y": top, "width": width, "height": BAR_PX}
    rim: Attributes = {"fill": colour, "stroke": "#fff", "stroke-width": 1}
    yield element("rect", element("title", title), attributes=area | rim)
    if overlay is not None:
        yield element("rect", attributes=area | {"fill": f"url(#{hatch_id(overlay)})"})
    if width >= _NUMBER_PX:
        letters: Attributes = {
            "x": x + width / 2, "y": top + BAR_PX / 2 + 4, "font-size": 11,
            "text-anchor": "middle", "fill": _letters(place),
        }  # fmt: skip
        if overlay is not None:  # a rim, so that it is read on the hatch
            letters |= {"stroke": colour, "stroke-width": 4, "paint-order": "stroke"}
        yield element("text", str(place + 1), attributes=letters)


def key(place: int) -> Markup:
    """Return the swatch of a criterion with its number, for the table and the legend."""
    size: Attributes = {"width": 22, "height": 16, "class": "swatch", "aria-hidden": "true"}
    return element("svg", *_part(place, (0.0, -4.0, 22.0), str(place + 1)), attributes=size)
