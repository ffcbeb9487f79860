"""What each criterion measures in a planted city, by hand: brute force, and no code of siting."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import shapely

from .ground_plan import Block, City
from .worths import Criterion

#: What a state in words is worth (docs/suggest.md).
ACQUISITION = {"已收储": 1.0, "已完成征收": 1.0, "征收中": 0.5, "未征收": 0.0}
PLAN_STATE = {"已批复": 1.0, "已批准": 1.0, "编制中": 0.5, "未编": 0.0}
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
    shapes = [shape for role in criterion.measure["roles"] for shape, _ in city.features(role)]
    if "road" in criterion.measure["roles"] and city.has_roads:
        shapes += [*city.main_roads, *city.spurs.values()]
    return min((float(shapely.distance(parcel, shape)) for shape in shapes), default=None)


def _area_deviation(city: City, block: Block, _: Criterion) -> float:
    low, high = city.wanted_m2
    return abs(block.outline.area_m2 - (low + high) / 2) / ((high - low) / 2)


def _compactness(_city: City, block: Block, _: Criterion) -> float:
    return 4 * math.pi * block.outline.area_m2 / block.outline.perimeter_m**2


MEASURES: Mapping[str, Callable[[City, Block, Criterion], float | None]] = {
    "present_distance": _present_distance,
    "same_district": _same_district,
    "distance": _distance,
    "area_deviation": _area_deviation,
    "compactness": _compactness,
    "acquisition": lambda _, block, __: ACQUISITION[block.texts["acquisition"]],
    "plan_state": lambda _, block, __: PLAN_STATE[block.texts["plan_state"]],
    "burden": lambda _, block, __: sum(POINTS.get(rule, 0.0) for rule in block.meets),
}


def measured(city: City, block: Block) -> dict[str, float]:
    """Return what each criterion measures of a block's parcel; what nothing measures is absent."""
    found = {c.name: MEASURES[c.kind](city, block, c) for c in city.profile.criteria}
    return {name: measure for name, measure in found.items() if measure is not None}
