"""Hand-made places for repairs: one red line, what forbids it, and what the search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from siting.check import check, find_conflicts
from siting.city import SuggestSpec
from siting.model import (
    Atlas,
    Demand,
    Layer,
    Project,
    RedLine,
    RepairSearch,
    Severity,
    Status,
)
from siting.repair import RepairOptions, repair
from siting.rules.base import Rule

from ..tiny_city import AS_OF, atlas, book, city, layer, rect, red_line, rule

FARM = rule("overlap", code="FARM", role="farmland", zero_tolerance=True)
POWER = rule("setback", code="POWER", role="power_line", row=[{"setback_m": 20.0}])
INSIDE = rule("inside", code="INSIDE", role="growth_boundary")
RIVAL = rule("rivals", code="RIVAL")
QUALITY = rule("quality", code="QUALITY", min_width_m=8.0, min_spike_angle_deg=10.0)
SUPPLY = SuggestSpec(supply_column="state", available_states=("free",))


@dataclass(frozen=True)
class Found:
    """One search, and the whole place that it was made in."""

    search: RepairSearch
    """Empty where the red line is in no conflict."""
    place: Atlas
    rules: tuple[Rule, ...]
    spec: SuggestSpec

    def by_way(self, way: str) -> Any:
        """The first repair of a way."""
        return next(each for each in self.search.repairs if each.way == way)

    def ways(self) -> list[str]:
        return [str(each.way) for each in self.search.repairs]

    def broken(self, line: RedLine) -> list[str]:
        """Prohibited rules that the engine finds broken by a red line in the whole place."""
        verdicts, _ = find_conflicts(
            [line], self.place, book(*self.rules), city=city(suggest=self.spec), as_of=AS_OF
        )
        met = (Status.CONFLICT, Status.EXCEPTION_MAY_APPLY)
        return [v.code for v in verdicts if v.severity is Severity.PROHIBITED and v.status in met]


def parcels(shapes: Sequence[BaseGeometry], states: Sequence[str] = ()) -> Layer:
    """A parcel layer; every parcel is free unless `states` say otherwise."""
    return layer("parcel", shapes, columns={"state": list(states or ["free"] * len(shapes))})


def search(
    shape: BaseGeometry,
    layers: Sequence[Layer],
    rules: Sequence[Rule],
    *,
    demand: Demand | None = None,
    others: Sequence[RedLine] = (),
    options: RepairOptions | None = None,
    spec: SuggestSpec = SUPPLY,
    **fields: Any,
) -> Found:
    """Check one red line and repair it."""
    who = Project(id="P1", name="项目", demand=demand or Demand(), **fields)
    line = red_line(shape)
    others_known = [Project(id=each.project_id, name=each.project_id) for each in others]
    place = atlas(layers, [line, *others], projects=[who, *others_known])
    town = city(suggest=spec)
    report = check(place, book(*rules), city=town, as_of=AS_OF, red_lines=[line])
    found = repair(place, book(*rules), report, city=town, as_of=AS_OF, options=options)
    clear = RepairSearch(line.id, who.id, (), 0.0, 0.0, 0.0, 0.0)
    return Found(found[0] if found else clear, place, tuple(rules), spec)


def farm(*shapes: BaseGeometry) -> Layer:
    return layer("farmland", shapes)


def area(shape: BaseGeometry) -> float:
    return float(shapely.area(shape))


#: The red line of most cases: 200 m by 100 m.
LAND = rect(1000, 1000, 1200, 1100)
