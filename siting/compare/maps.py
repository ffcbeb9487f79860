"""The maps of a comparison: one over all alternatives, one for each, all of these to one scale."""

from __future__ import annotations

import shapely

from siting.compare import words
from siting.compare.frames import Window, plan_of
from siting.compare.markup import Markup, element, foreign
from siting.compare.picture import (
    OFFER_COLOUR,
    PRESENT_COLOUR,
    WITHHELD,
    Canvas,
    badge,
    base_swatch,
    framed,
    furniture,
    ground,
    lead,
    length_text,
    outline,
    pieces,
    places_of,
    pointer,
    swatch,
    withheld,
)
from siting.compare.records import Comparison, Option, OptionKind
from siting.compare.words import key_of, name_of
from siting.mapping.styles import Look

#: Pixels of a small map, and of the overview.
SIDE_PX, OVERVIEW_PX = 300, (560, 350)


def looks_of(comparison: Comparison) -> list[Look]:
    """Return the looks whose patterns the maps need."""
    under = comparison.backdrop
    return [*(layer.look for layer in under.zones), *(p.look for p in under.pieces), WITHHELD]


def overview_map(comparison: Comparison, language: str) -> Markup | None:
    """Return the map over all alternatives that may be drawn, with their keys; None for none."""
    window = plan_of(comparison.options).overview
    if window is None:
        return None
    canvas = Canvas(window, *OVERVIEW_PX)
    parts = [*ground(canvas, comparison.backdrop, is_close=False)]
    drawn = [(option, option.shape) for option in comparison.options if option.shape is not None]
    for option, shape in drawn:
        is_present = option.kind is OptionKind.PRESENT
        colour = PRESENT_COLOUR if is_present else OFFER_COLOUR
        parts.append(
            outline(canvas, shape, colour=colour, is_filled=not is_present, is_dashed=is_present)
        )
    wanted = [canvas.at(shape) for _, shape in drawn]
    spots = places_of(wanted, canvas)
    parts += [lead(at, spot) for at, spot in zip(wanted, spots, strict=True) if at != spot]
    for (option, _), spot in zip(drawn, spots, strict=True):
        colour = PRESENT_COLOUR if option.kind is OptionKind.PRESENT else OFFER_COLOUR
        parts.append(badge(key_of(option, language), *spot, colour))
    return framed(canvas, *parts, *furniture(canvas), title=words.OVERVIEW.get(language))


def small_map(comparison: Comparison, option: Option, window: Window, language: str) -> Markup:
    """Return the map of one alternative, with the present red line or an arrow towards it.

    Parameters
    ----------
    comparison
        For what lies under it.
    option
        Whose ``shape`` is drawn; it has one.
    window
        From :func:`siting.compare.frames.plan_of`, for one scale.
    language
        ``zh`` or ``en``.
    """
    canvas = Canvas(window, SIDE_PX, SIDE_PX)
    under = comparison.backdrop
    parts = [*ground(canvas, under, is_close=True)]
    is_present = option.kind is OptionKind.PRESENT
    if not is_present and option.shape is not None:
        offer = outline(canvas, option.shape, colour=OFFER_COLOUR, is_filled=True, is_dashed=False)
        parts.append(offer)
    lines = [o.shape for o in comparison.of_kind(OptionKind.PRESENT) if o.shape is not None]
    for line in lines:
        if is_present and under.has_withheld_pieces:
            parts.append(withheld(canvas, line))
        style = {"is_filled": False, "is_dashed": not is_present}
        parts.append(outline(canvas, line, colour=PRESENT_COLOUR, **style))
    parts += pieces(canvas, under)
    for line in lines:
        far_m = float(shapely.distance(line, option.shape))
        text = f"{words.PRESENT_WHAT.get(language)} {length_text(far_m)}"
        arrow = pointer(canvas, line, text)
        parts += [arrow] if arrow is not None else []
    parts += furniture(canvas)
    colour = PRESENT_COLOUR if is_present else OFFER_COLOUR
    parts.append(badge(key_of(option, language), 18, 18, colour))
    return framed(canvas, *parts, title=name_of(option).get(language))


def legend(comparison: Comparison, language: str) -> Markup:
    """Return what the maps show, and what they may not show."""
    under = comparison.backdrop
    seen = [
        (_line(PRESENT_COLOUR, is_dashed=True), words.PRESENT_WHAT.get(language)),
        (_line(OFFER_COLOUR, is_dashed=False), words.OFFER.get(language)),
    ]
    seen += [(swatch(each.look), each.title.get(language)) for each in under.zones if each.shapes]
    base = {each.role: each.title for each in under.base if each.shapes}
    shown = ((base_swatch(role), title) for role, title in base.items())
    seen += [(mark, title.get(language)) for mark, title in shown if mark is not None]
    if under.has_withheld_pieces:
        seen.append((swatch(WITHHELD), words.HIDDEN_PIECES.get(language)))
    items = [element("li", mark, " ", foreign(title)) for mark, title in seen]
    if under.withheld:
        names = words.separator(language).join(title.get(language) for title in under.withheld)
        items.append(element("li", words.NOT_DRAWN.get(language), foreign(names)))
    return element("ul", *items, attributes={"class": "legend"})


def _line(colour: str, *, is_dashed: bool) -> Markup:
    path: dict[str, str | float] = {
        "d": "M2 2H24V13H2Z", "fill": "none" if is_dashed else colour, "fill-opacity": 0.22,
        "stroke": colour, "stroke-width": 2,
    }  # fmt: skip
    dash: dict[str, str | float] = {"stroke-dasharray": "6 3"} if is_dashed else {}
    size: dict[str, str | float] = {"width": 26, "height": 15, "class": "swatch"}
    return element("svg", element("path", attributes=path | dash), attributes=size)
