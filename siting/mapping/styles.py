"""How constraints and red lines look: a colour and a hatch or dash, so that none stands alone.

Colours after Okabe and Ito (2008), Color Universal Design, darkened where lines are thin.
Looks that share a hatch, and outcomes that share a symbol or a dash, are told apart by the
colour-blind as well: tests/mapping/test_colours.py simulates it (Machado et al. 2009).
A role without an entry takes the next free hatch, in the order of city.toml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """Colour (hex) and hatch (a name of :mod:`siting.mapping.hatches`, or ``outline``)."""

    colour: str
    hatch: str


@dataclass(frozen=True, slots=True)
class LineLook:
    """How a red line of one outcome looks: line, fill, symbol where it is small, dashes.

    ``dash`` are lengths of dashes and gaps in pixels, none for a line without gaps.
    """

    colour: str
    fill: str
    symbol: str
    dash: tuple[int, ...] = ()


#: Red lines by outcome, worst first.
OUTCOME_LOOKS: Mapping[str, LineLook] = {
    "conflict": LineLook("#a5141c", "#d7262f", "circle"),
    "review": LineLook("#9a5b00", "#f0a202", "diamond", (8, 4)),
    "incomplete": LineLook("#4a4a4a", "#ffffff", "square", (2, 4)),
    "near": LineLook("#9a6cc9", "#b79fe0", "triangle", (10, 3, 2, 3)),
    "clear": LineLook("#00694e", "#19a27c", "circle"),
}
SITE_COLOUR, SITE_FILL = "#0b4fb3", "#4c8be0"
REPAIR_COLOUR = "#00725a"
#: Ink of planned sites, and of what a scenario moves.
PLAN_COLOUR, MOVE_COLOUR = "#12263f", "#c2410c"


@dataclass(frozen=True, slots=True)
class PlanLook:
    """How a planned site of one kind looks: fill, symbol where it is small, hatch."""

    fill: str
    symbol: str
    hatch: str = ""


#: Planned sites by kind; every class of whole parcels looks like ``parcel``.
PLAN_LOOKS: Mapping[str, PlanLook] = {
    "red_line": PlanLook("#8fd9bb", "circle"),
    "repaired": PlanLook("#a5dcf7", "triangle", "horizontal"),
    "parcel": PlanLook("#ffdf5e", "square"),
    "assembled": PlanLook("#f5ab45", "hexagon", "grid"),
    "carved": PlanLook("#efb3d8", "diamond", "slash"),
}

#: Roles that are drawn as constraints.
CONTROL_LOOKS: Mapping[str, Look] = {
    "farmland": Look("#a67c00", "slash"),
    "eco_redline": Look("#00795a", "backslash"),
    "growth_boundary": Look("#7a4a2b", "outline"),
    "blue_line": Look("#0072b2", "wave"),
    "green_line": Look("#2e8b3d", "dots"),
    "purple_line": Look("#8e3a86", "horizontal"),
    "yellow_line": Look("#947600", "grid"),
    "road_redline": Look("#8a5a44", "dash"),
    "power_line": Look("#333333", "zigzag"),
    "metro_structure": Look("#b0487f", "vertical"),
    "railway": Look("#444444", "cross"),
    "highway": Look("#a0522d", "double"),
    "oil_gas_pipe": Look("#7b3f9d", "zigzag"),
    "hazard": Look("#b5460f", "stripes"),
    "water_source": Look("#0b84c4", "vertical"),
    "industrial_block": Look("#6b5b95", "outline"),
    "forest": Look("#3f6b1f", "chevron"),
    "flood_100": Look("#0072b2", "double"),
    "flood_500": Look("#2f86c0", "horizontal"),
    "wetland": Look("#00796b", "dash"),
    "open_space": Look("#2e8b3d", "tick"),
    "historic_district": Look("#8e3a86", "brick"),
    "conservation_district": Look("#a0568f", "stripes"),
    "landmark": Look("#5c2d6e", "grid"),
    "zoning_overlay": Look("#7a5c3a", "slash"),
}

#: Looks of constraints on things that are not drawn as a layer (zoning, parcels, own rules).
RULE_LOOKS: Mapping[str, Look] = {
    "zoning": Look("#8a4b08", "grid"),
    "land_use": Look("#6d6000", "brick"),
    "parcel": Look("#555555", "slash"),
    "red_line": Look("#c1272d", "cross"),
    "dem": Look("#795548", "wave"),
    "water_body": Look("#004f7c", "tick"),
    "road": Look("#8a5a44", "twin"),
    "metro_line": Look("#8a5a9e", "chevron"),
    "metro_station": Look("#8a5a9e", "dots"),
    "school": Look("#0b4a6f", "plus"),
    "hospital": Look("#d0508c", "plus"),
    "district": Look("#1b2a41", "outline"),
}

#: Taken in turn by roles that the tables above do not name.
SPARE_LOOKS = (
    Look("#5b6ee1", "slash"),
    Look("#a33b6a", "dots"),
    Look("#4b7a2a", "horizontal"),
    Look("#33373d", "vertical"),
    Look("#2a6f8e", "grid"),
    Look("#6a3d9a", "backslash"),
)

#: Roles of the base map, from bottom to top.
BASE_ROLES = ("water_body", "road", "railway", "metro_line", "metro_station")

#: Roles of the ground beneath the constraints, from bottom to top: many features, few at a time.
GROUND_ROLES = ("land_use", "zoning", "parcel")

#: What road layers of a role of the city's own are on a page.
WAY_ROLE = "way"

#: Roles that are no constraints: drawn in another place of the page, or not at all.
UNDRAWN_ROLES = frozenset({"district", "dem", "school", "hospital", *GROUND_ROLES, *BASE_ROLES}) - {
    "railway"
}


def looks_for(roles: Iterable[str]) -> dict[str, Look]:
    """Return a look for each role, in order; unknown roles take spare ones in turn."""
    known = {**CONTROL_LOOKS, **RULE_LOOKS}
    looks: dict[str, Look] = {}
    spare = 0
    for role in dict.fromkeys(roles):
        if role in known:
            looks[role] = known[role]
        else:
            looks[role] = SPARE_LOOKS[spare % len(SPARE_LOOKS)]
            spare += 1
    return looks
