"""One project with everything to compare, drawn by hand in the tiny city.

The present red line is 100 m × 100 m; farmland takes its western 20 m. Two sites of 100 m × 100 m
lie 100 m and 1,900 m east of it. Weights are 3 (metro, worth 1 at 0 m and 0 at 2,000 m) and 1
(slope, worth 1 at 5 % and 0 at 25 %): site 1 has 500 m and 10 %, so 56.25 + 18.75 points; site 2
has 1,000 m and nobody knows its slope, so 37.5 + 0.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import shapely

from siting.compare import Comparison, Material, gather
from siting.model import (
    Behind,
    FunnelStep,
    LeftOutCriterion,
    NearMiss,
    Obstacle,
    OutlineFigures,
    Ranking,
    Release,
    Repair,
    RepairSearch,
    RepairWay,
    Search,
    Site,
    SiteKind,
    Standing,
    Suggestion,
    Text,
    UsedCriterion,
    UsedProfile,
)

from .. import tiny_city
from ..tiny_city import rect

PRESENT = rect(1000, 1000, 1100, 1100)
FIRST, SECOND = rect(1200, 1000, 1300, 1100), rect(3000, 1000, 3100, 1100)
CORRECTED = rect(1020.01, 1000, 1100, 1100)

METRO = UsedCriterion(
    "metro", Text("近地铁站", "near the metro"), "m", 3.0,
    {"kind": "linear", "unit": "m", "worst": 2000, "best": 0}, "经验值（L）",
)  # fmt: skip
SLOPE = UsedCriterion(
    "slope", Text("坡度", "slope"), "%", 1.0,
    {"kind": "linear", "unit": "%", "worst": 25, "best": 5},
)  # fmt: skip


def profile(**fields: Any) -> UsedProfile:
    """Return the profile; metro carries three quarters."""
    left_out = LeftOutCriterion(
        "flood", Text("防洪", "flood"), Text("洪水风险图", "a map of floods")
    )
    made = UsedProfile(
        "clinic", Text("医院", "clinic"), "weighted_sum", "given", (METRO, SLOPE), (left_out,),
        chosen=Text("台账所定", "as the ledger says"),
    )  # fmt: skip
    return replace(made, **fields)


def site(rank: int, **fields: Any) -> Site:
    """Return the site of a rank."""
    shape = (FIRST, SECOND)[rank - 1]
    made = Site(
        f"S{rank}", (f"S{rank}",), shape, 10_000.0, 9_998.0, ("01", "02")[rank - 1],
        {"现状用途": "空地"}, kind=(SiteKind.PARCEL, SiteKind.CARVED)[rank - 1],
    )  # fmt: skip
    return replace(made, **fields)


def offer(rank: int, **fields: Any) -> Suggestion:
    """Return what is offered at a rank."""
    measures = ({"metro": 500.0, "slope": 10.0}, {"metro": 1000.0, "slope": math.nan})[rank - 1]
    worths = ({"metro": 0.75, "slope": 0.75}, {"metro": 0.5, "slope": 0.0})[rank - 1]
    points = ({"metro": 56.25, "slope": 18.75}, {"metro": 37.5, "slope": 0.0})[rank - 1]
    made = Suggestion(
        "P1", rank, site(rank), sum(points.values()), points, measures, ("T-OVERLAP",),
        ("T-CONSULT",) if rank == 2 else (), ("supply",) if rank == 2 else (),
        (100.0, 1900.0)[rank - 1], Text("近地铁", "near the metro"), rank == 2, worths,
    )  # fmt: skip
    return replace(made, **fields)


def ranking() -> Ranking:
    """Return how sure the order is: the first comes first in 0.9 of the draws."""
    gap = Behind(
        "S1", 37.5, {"metro": 18.75, "slope": 18.75}, "slope", True, Text(""),
        Text("落后 37.50 分", "37.50 points behind"),
    )  # fmt: skip
    first = Standing("S1", (0.9, 0.1), 1.0, True, 0.8, None, Text("稳居第一", "surely first"))
    last = Standing("S2", (0.1, 0.9), 1.0, False, 0.2, None, Text("第二", "second"), gap)
    return Ranking((first, last), 2, 1000, 7, Text("权重 ±25 %", "weights within 25 %"))


def search(**fields: Any) -> Search:
    """Return the search with both sites."""
    steps = (FunnelStep("supply", Text("未供应", "not supplied"), 2),)
    made = Search("P1", steps, (offer(1), offer(2)), profile=profile(), ranking=ranking())
    return replace(made, **fields)


def nearest() -> NearMiss:
    """Return a parcel of which a third of the least area is missing."""
    obstacle = Obstacle("area", Text("面积符合需求", "in the wanted area range"), 1 / 3, 5_000.0)
    why = Text("面积小 5,000 m²", "5,000 m² too small")
    return NearMiss(site(1), (obstacle,), 1 / 3, 0.0, 9, True, why)


def repairs(release: Release = Release.PUBLIC) -> tuple[RepairSearch, ...]:
    """Return one cut of the present red line."""
    line = tiny_city.red_line(CORRECTED, "R1~cut-1")
    figures = OutlineFigures(7_999.0, 2_001.0, 0.0, 0.0, 0.0, 79.99, None, 0.78, 2, 0, 0)
    cut = Repair(
        line, 1, RepairWay.CUT, figures, ("R1/T-OVERLAP/farmland-1",), (), (), (),
        Text("裁去冲突部分", "conflicts cut away"), release=release,
    )  # fmt: skip
    return (RepairSearch("R1", "P1", (cut,), 6_000.0, 12_000.0, 50.0, 10.0),)


def material(*, farmland: Release = Release.PUBLIC, parcels: Release = Release.PUBLIC) -> Material:
    """Return everything that is known of P1."""
    layers = [
        tiny_city.layer("farmland", [rect(900, 900, 1020, 1200)], release=farmland),
        tiny_city.layer("parcel", [PRESENT, FIRST, SECOND], release=parcels),
        tiny_city.layer("road", [tiny_city.place("LINESTRING (0 950, 4000 950)")]),
    ]
    project = tiny_city.project()
    lines = [tiny_city.red_line(PRESENT)]
    rules = [tiny_city.rule("overlap", role="farmland")]
    report = tiny_city.check(layers, lines, rules, projects=[project])
    (found,) = report.findings
    cut = replace(repairs()[0].repairs[0], resolves=(found.id,))
    return Material(
        project,
        report,
        tiny_city.atlas(layers, lines, projects=[project]),
        tiny_city.city(),
        search(),
        (replace(repairs()[0], repairs=(cut,)),),
    )


def comparison(**fields: Any) -> Comparison:
    """Return the comparison of all alternatives, or of changed material."""
    return gather(replace(material(), **fields))


def area_m2(shape: shapely.Geometry | None) -> float:
    """Return the area of a shape that is there."""
    if shape is None:
        message = "nothing is drawn"
        raise AssertionError(message)
    return float(shapely.area(shape))
