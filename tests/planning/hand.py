"""A plan drawn by hand: a school, a clinic, a depot, a park, and a factory without any land.

Each parcel is 200 m × 200 m: 4 公顷, 60 亩. The school has S1, its own best. The clinic's own best
is S1 too; it gets S2, 10 points less. The depot had S4 and is locked to S3 now. The park wants S3
and S2 only, so it gets nothing; a quota allows 10 公顷 in the west, of which 8 are used.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from siting.allocate import Aim, Cost, Kind, Move, Stage
from siting.city import QuotaSpec
from siting.model import Option, Project, Release, Site, SiteKind, Text
from siting.planning import (
    Block,
    CityPlan,
    Decided,
    Decision,
    Origin,
    PlanRow,
    QuotaUse,
)

from ..tiny_city import rect

AS_OF = dt.date(2026, 11, 1)
CRS = "EPSG:4547"
PLACES = {"S1": 200, "S2": 600, "S3": 2200, "S4": 3000}


def site(name: str, **fields: Any) -> Site:
    """Return a parcel of 200 m × 200 m as a site."""
    west = PLACES[name]
    district = "01" if west < 2000 else "02"
    shape = rect(west, 1000, west + 200, 1200)
    made = Site(name, (name,), shape, 40_000.0, 39_990.0, district, {})
    return replace(made, **fields)


def option(project: str, name: str, score: float, **fields: Any) -> Option:
    """Return a parcel as an option of a project; nothing must be acquired."""
    return replace(Option(project, site(name), score, must_acquire=False), **fields)


LOCK = Decision(
    Decided.LOCK, "S3", "P3", by="东区", dated=dt.date(2026, 10, 1), reason="已谈定",
    source="replies.csv 第 2 行",
)  # fmt: skip
REFUSED = Decision(Decided.REFUSED, "S4", "P3", by="东区", dated=dt.date(2026, 10, 1))
WEST = QuotaSpec("west", Text("西区用地", "land in the west"), "area_m2", 100_000.0, ("01",))


def rows() -> tuple[PlanRow, ...]:
    """Return the rows: school, clinic, depot, park, factory."""
    first = option("P1", "S1", 90.0)
    clinic = option(
        "P2", "S2", 85.0, deductions={"must_acquire": 5.0}, must_acquire=True,
        remains=("T-NEAR",), not_checked=("T-FLOOD",),
    )  # fmt: skip
    depot = option("P3", "S3", 60.0)
    depot = replace(depot, site=replace(depot.site, kind=SiteKind.CARVED))
    park = option("P4", "S3", 70.0)
    shut = (Block(Kind.LOCK, "P3", Text("")), Block(Kind.QUOTA, "west", Text("")))
    return (
        PlanRow(Project("P1", "示例学校", priority=1), 12, first, first),
        PlanRow(
            Project("P2", "示例医院", priority=1), 3, clinic, option("P2", "S1", 90.0), 10.0,
            is_cut_short=True,
        ),
        PlanRow(
            Project("P3", "示例仓库", priority=2, batch="2026"), 5, depot, depot,
            former_site_id="S4", former_closed=Text("东区不同意", "refused by the east"),
            move=Move("P3", "S4", "S3", "forbidden"),
            lock=LOCK, lock_cost=Cost({2: 1}, -350),
        ),
        PlanRow(
            Project("P4", "示例公园", priority=2), 2, None, park, 70.0, blocks=shut,
            obstacles={"S3": shut[:1], "S2": shut[1:]},
        ),
        PlanRow(
            Project("P5", "示例工厂", priority=2), 0, blocks=(),
            blocked_by=Text("面积要求无宗地满足。", "no parcel is that large."),
        ),
    )  # fmt: skip


def plan(**fields: Any) -> CityPlan:
    """Return the plan: placing is proved, points are not."""
    made = CityPlan(
        rows(),
        (
            Stage(Aim.PLACED, 2, 2, 1),
            Stage(Aim.PLACED, 1, 1, 2),
            Stage(Aim.SCORE, 23_000, 23_500),
        ),
        gap=500 / 23_500,
        is_proved=False,
        crs=CRS,
        as_of=AS_OF,
        quotas=(QuotaUse(WEST, 80_000.0, 1_000.0),),
        decisions=(LOCK, REFUSED),
        left_out={"P9": Text("线性项目不作宗地安排", "a linear project gets no parcels")},
        notes=(Text("扣分是经验值", "points taken off are a judgement"),),
        origin=Origin(
            city=Text("示例市", "Sample"),
            rule_book="demo",
            report_identity="sha256:" + "0" * 64,
            secrecy=Text("内部资料", "Internal material"),
            district_names={"01": "西区", "02": "东区"},
            titles={
                "T-NEAR": Text("临近高压线", "near a power line"),
                "T-FLOOD": Text("洪水风险", "flood risk"),
            },
            parcels=Release.INTERNAL,
        ),
    )
    return replace(made, **fields)
