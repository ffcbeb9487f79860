"""What each criterion measures in a planted city, by hand: brute force, and no code of siting."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from .ground_plan import Block, City
from .roads import MAIN, SPUR, travel
from .surfaces import Ground, within
from .worths import Criterion

#: What a state in words is worth (docs/suggest.md).
ACQUISITION = {"已收储": 1.0, "已完成征收": 1.0, "征收中": 0.5, "未征收": 0.0}
PLAN_STATE = {"已批复": 1.0, "已批准": 1.0, "编制中": 0.5, "未编": 0.0}
SUPPLY_STATE = {"批而未供": 1.0, "未供": 0.5, "新增用地": 0.0, "供而未用": 1.0}
OWNERSHIP = {"国有": 1.0, "集体": 0.0}
#: Points of burden of each rule that a site meets: 1 restricted, 0.5 consult, 0.25 advisory.
POINTS = {"CONSENT": 1.0, "CONSULT1": 0.5, "CONSULT2": 0.5, "ADVICE1": 0.25, "ADVICE2": 0.25}


def _present_distance(city: City, block: Block, _: Criterion) -> float | None:
    line = city.red_line
    return None if line is None else float(shapely.distance(city.parcels[block.name], line))


def _same_district(city: City, block: Block, _: Criterion) -> float | None:
    # the corridor lies in A but for the cells of few blocks, and A is what is wanted
    return float(block.district == "A") if city.has_red_line else None


def _distance(city: City, block: Block, criterion: Criterion) -> float | None:
    parcel = city.parcels[block.name]
    shapes = _features(city, criterion, criterion.measure["roles"])
    if "road" in criterion.measure["roles"] and city.has_roads:
        shapes += [*city.main_roads, *city.spurs.values()]
    return min((float(shapely.distance(parcel, shape)) for shape in shapes), default=None)


def _features(city: City, criterion: Criterion, roles: Sequence[str]) -> list[BaseGeometry]:
    """Return the features of some roles that the criterion's conditions let count."""
    where = criterion.measure.get("where", {})
    return [
        shape
        for role in roles
        for shape, columns in city.features(role)
        if all(columns.get(column) in values for column, values in where.items())
    ]


def _overlap(city: City, block: Block, criterion: Criterion) -> float | None:
    if not set(criterion.measure["roles"]) & set(city.roles):
        return None
    parcel = city.parcels[block.name]
    covers = shapely.union_all(_features(city, criterion, criterion.measure["roles"]))
    return float(shapely.area(shapely.intersection(parcel, covers)) / parcel.area)


def _area_deviation(city: City, block: Block, _: Criterion) -> float:
    low, high = city.wanted_m2
    return abs(block.outline.area_m2 - (low + high) / 2) / ((high - low) / 2)


def _compactness(_city: City, block: Block, _: Criterion) -> float:
    return 4 * math.pi * block.outline.area_m2 / block.outline.perimeter_m**2


def _travel(city: City, criterion: Criterion) -> dict[str, float] | None:
    services = _features(city, criterion, [criterion.measure["role"]])
    if not city.has_roads or not services:
        return None
    lines = [*((line, MAIN) for line in city.main_roads)]
    lines += [(line, SPUR) for line in city.spurs.values()]
    return travel(lines, city.parcels, services, criterion.measure)


def _ground(city: City, block: Block, criterion: Criterion) -> float | None:
    if not city.has_ground:
        return None
    measure, water_m = criterion.measure, -math.inf
    if criterion.kind == "flood_depth" and "level_m" in measure:
        water_m = float(measure["level_m"])
    elif criterion.kind == "flood_depth":
        if not set(measure["roles"]) & set(city.roles):
            return None
        column = measure.get("attribute", "level_m")
        zones = [zone for zone in block.zones if zone.role in measure["roles"]]
        water_m = max((float(zone.columns[column]) for zone in zones), default=-math.inf)
    inner = city.window(block, 0)
    high, wide = (part.stop - part.start for part in inner)
    inside = within(block.outline.polygon, wide, high)
    ground = Ground.of(city.heights[city.window(block, 1)], inside)
    return ground.measure(measure, water_m)


MEASURES: Mapping[str, Callable[[City, Block, Criterion], float | None]] = {
    "present_distance": _present_distance,
    "same_district": _same_district,
    "distance": _distance,
    "overlap": _overlap,
    "area_deviation": _area_deviation,
    "compactness": _compactness,
    "least_width_m": lambda _, block, __: block.outline.least_width_m,
    "acquisition": lambda _, block, __: ACQUISITION[block.texts["acquisition"]],
    "plan_state": lambda _, block, __: PLAN_STATE[block.texts["plan_state"]],
    "supply_state": lambda _, block, __: SUPPLY_STATE[block.texts["supply"]],
    "ownership": lambda _, block, __: OWNERSHIP[block.texts["ownership"]],
    "burden": lambda _, block, __: sum(POINTS.get(rule, 0.0) for rule in block.meets),
    **dict.fromkeys(("slope", "steep_share", "relief", "earthwork", "flood_depth"), _ground),
}


def measured(city: City) -> dict[str, dict[str, float]]:
    """Return by block what each criterion measures of its parcel; NaN where that is unknown.

    What nothing measures is absent.
    """
    found: dict[str, dict[str, float]] = {block.name: {} for block in city.blocks}
    for criterion in city.profile.criteria:
        ways = _travel(city, criterion) if criterion.kind == "travel" else None
        for block in city.blocks:
            if criterion.kind == "travel":
                measure = None if ways is None else ways[block.name]
            else:
                measure = MEASURES[criterion.kind](city, block, criterion)
            if measure is not None:
                found[block.name][criterion.name] = measure
    return found
