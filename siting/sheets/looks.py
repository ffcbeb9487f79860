"""How red lines, sites and the base map look on paper: as on the pages."""

from __future__ import annotations

import math
from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from siting.mapping.hatches import is_hatched
from siting.mapping.styles import PLAN_COLOUR, PLAN_LOOKS, LineLook, Look
from siting.sheets.paper import Pen

#: A pixel of the pages' dashes on paper, mm.
_PIXEL_MM = 0.22
#: Radius of the symbol of a red line that is too small to be seen, mm.
SYMBOL_MM = 0.95
#: Radius of the symbol of a planned site that is small on paper, and of the cross of a project
#: that gets none, mm: the symbol of the red line is seen within or behind it.
PLAN_SYMBOL_MM = 1.3
BORDER_COLOUR, PAPER_COLOUR, LAND_COLOUR = "#5d3f85", "#eef0f1", "#faf8f2"
WITHHELD = Look("#c1121f", "withheld")
#: Constraints that come as lines: width and dashes, mm; as on the pages.
LINE_PENS: Mapping[str, tuple[float, tuple[float, ...]]] = {
    "power_line": (0.4, (2.4, 0.7, 0.7, 0.7, 0.7, 0.7)),
    "railway": (0.55, (1.5, 1.0)),
    "metro_structure": (0.6, (0.4, 1.1)),
    "highway": (0.6, ()),
    "oil_gas_pipe": (0.45, (0.8, 0.8)),
}
_OUTLINE_DASH = (2.8, 0.9, 0.7, 0.9)
_CORNERS: Mapping[str, tuple[tuple[float, float], ...]] = {
    "diamond": ((0, 1.25), (1.25, 0), (0, -1.25), (-1.25, 0)),
    "square": ((-0.95, 0.95), (0.95, 0.95), (0.95, -0.95), (-0.95, -0.95)),
    "triangle": ((0, 1.25), (1.15, -0.85), (-1.15, -0.85)),
    "hexagon": ((-1.15, 0), (-0.58, 1), (0.58, 1), (1.15, 0), (0.58, -1), (-0.58, -1)),
    "cross": (
        *((-1, 0.6), (-0.6, 1), (0, 0.4), (0.6, 1), (1, 0.6), (0.4, 0)),
        *((1, -0.6), (0.6, -1), (0, -0.4), (-0.6, -1), (-1, -0.6), (-0.4, 0)),
    ),
}


def plan_pens(kind: str, *, level: float) -> tuple[Pen, Pen]:
    """Return the pens of a planned site of a kind: of its surface, and of its hatch.

    A red line that is kept lies within a broad rim; every other site is a surface of its own.
    """
    look = PLAN_LOOKS[kind]
    if kind == "red_line":
        rim = Pen(PLAN_COLOUR, 1.3, level=level)
        return rim, rim
    surface = Pen(PLAN_COLOUR, 0.55, fill=with_white(look.fill, 0.6), level=level)
    return surface, Pen(PLAN_COLOUR, 0.16, opacity=0.55, level=level)


def plan_symbol_pen(kind: str, *, level: float) -> Pen:
    """Return the pen of the symbol of a planned site, or of the cross where there is none."""
    if kind == "red_line":  # a ring: the symbol of the red line stays seen in it
        return Pen(PLAN_COLOUR, 0.45, level=level)
    fill = PLAN_LOOKS[kind].fill if kind in PLAN_LOOKS else "#ffffff"
    return Pen(PLAN_COLOUR, 0.3, fill=fill, level=level)


def plan_symbol(kind: str, x: float, y: float, radius: float) -> BaseGeometry:
    """Return the symbol of a planned site around a place, mm; a cross where there is none."""
    look = PLAN_LOOKS.get(kind)
    return symbol(look.symbol if look else "cross", x, y, radius)


def dash_of(look: LineLook) -> tuple[float, ...]:
    """Return the dashes of a red line on paper, mm."""
    return tuple(part * _PIXEL_MM for part in look.dash)


def symbol(name: str, x: float, y: float, radius: float) -> BaseGeometry:
    """Return the symbol of an outcome around a place, mm."""
    if name in _CORNERS:
        return shapely.Polygon([(x + radius * a, y + radius * b) for a, b in _CORNERS[name]])
    steps = (2 * math.pi * n / 40 for n in range(40))
    return shapely.Polygon([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in steps])


def zone_pens(look: Look, role: str, *, level: float) -> tuple[Pen, Pen, Pen]:
    """Return the pens of a constraint: of its surfaces, of their hatch, of its lines."""
    width, dash = LINE_PENS.get(role, (0.35, ()))
    line = Pen(look.colour, width, dash=dash, opacity=0.9, level=level)
    if not is_hatched(look.hatch):
        edge = Pen(look.colour, 0.45, dash=_OUTLINE_DASH, opacity=0.9, level=level)
        return edge, edge, line
    surface = Pen(look.colour, 0.22, fill=with_white(look.colour, 0.10), opacity=0.85, level=level)
    hatch = Pen(look.colour, 0.45 if look.hatch == "dots" else 0.2, opacity=0.75, level=level)
    return surface, hatch, line


def with_white(colour: str, share: float) -> str:
    """Return a share of a colour on white paper."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 + share * (part - 255)):02x}" for part in parts)


BASE_PENS: Mapping[str, tuple[Pen, Pen]] = {
    "water_body": (Pen("#8fbfdc", 0.15, fill="#bcdcef"), Pen("#8fbfdc", 0.35)),
    "road": (Pen("#d2b48a", 0.12, fill="#ead9bd"), Pen("#d2b48a", 0.35)),
    "railway": (Pen("#5a5a5a", 0.15, fill="#bbbbbb"), Pen("#5a5a5a", 0.4, dash=(1.5, 1.0))),
    "metro_line": (Pen("#8a5a9e", 0.15, fill="#d9c7e2"), Pen("#8a5a9e", 0.5)),
    "metro_station": (Pen("#8a5a9e", 0.3, fill="#ffffff"), Pen("#8a5a9e", 0.4)),
}
"""Base map: role -> pens of its surfaces and of its lines."""
