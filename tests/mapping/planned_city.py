"""The handmade city with a plan by hand: one project of each kind, one moved out, one without.

Districts are strips: 449902 lies at 2.2 to 4.5 km from the west, 449904 at 6.2 to 8 km. All sites
are squares of 200 m, 4 公顷. ``HOME`` projects have their red line in 449902 alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import shapely

from siting.allocate import Aim, Cost, Kind, Stage
from siting.city import QuotaSpec, ScenarioSpec
from siting.mapping import Planned
from siting.model import Option, RedLine, Release, Report, Site, SiteKind, Text
from siting.planning import (
    Block,
    CityPlan,
    Decided,
    Decision,
    Origin,
    PlanRow,
    QuotaUse,
    compared,
)

from .handmade import CRS, SOUTH, WEST

HOME, AWAY = "449902", "449904"
TOTAL = QuotaSpec("total", Text("总量", "total"), "area_m2", 200_000.0)
EAST_OF = {HOME: 2_400.0, AWAY: 6_600.0}


@dataclass(frozen=True)
class Cast:
    """Ids of the projects: what becomes of each is in its name."""

    parcel: str
    kept: str
    moved_out: str
    shut_out: str
    hopeless: str
    foreign: str


def square(district: str, place: int, side_m: float = 200.0) -> shapely.Polygon:
    """Return a square in a district; places count from the south."""
    west, south = WEST + EAST_OF[district], SOUTH + 3_000 + place * 400
    return shapely.box(west, south, west + side_m, south + side_m)


def site(name: str, district: str, place: int, kind: SiteKind = SiteKind.PARCEL) -> Site:
    shape = square(district, place)
    return Site(name, (name,), shape, 40_000.0, 39_990.0, district, {}, kind)


def cast_of(report: Report, atlas) -> Cast:
    """Return five projects of 449902 and one of 449904, by where their red lines lie."""
    frame = atlas.districts.set_index("feature_id").geometry
    inside: dict[str, list[str]] = {HOME: [], AWAY: []}
    for result in report.results:
        for code, ids in inside.items():
            if result.red_line.geometry.within(frame[code]):
                ids.append(result.red_line.project_id)
    return Cast(*inside[HOME][:5], foreign=inside[AWAY][0])


def line_of(report: Report, project_id: str) -> RedLine:
    return next(r.red_line for r in report.results if r.red_line.project_id == project_id)


def plan_of(report: Report, cast: Cast) -> CityPlan:
    projects = {project.id: project for project in report.projects}
    line = line_of(report, cast.kept)
    here, best = site("HERE-1", HOME, 0), site("BEST-AWAY", AWAY, 5)
    stays = Site(
        line.id, (), line.geometry, 46_800.0, 46_793.0, HOME, {}, SiteKind.RED_LINE
    )  # fmt: skip
    parcel = Option(
        cast.parcel, here, 87.5, {"elsewhere": 5.0}, must_acquire=True, remains=("HERIT-01",),
        not_checked=("HAZ-01",), distance_m=321.0,
    )  # fmt: skip
    out = Option(cast.moved_out, site("OUT-1", AWAY, 1), 70.0)
    guest = Option(cast.foreign, site("HERE-2", HOME, 2, SiteKind.CARVED), 61.25)
    lock = Decision(Decided.LOCK, "HERE-1", cast.parcel, by="二区", reason="已谈定")
    shut = (
        Block(Kind.PLACED, cast.foreign, Text(f"{cast.foreign} 外区机密项目 得到 HERE-2")),
        Block(Kind.PLACED, cast.moved_out, Text(f"{cast.moved_out} 得到 OUT-1")),
        Block(Kind.QUOTA, "total", Text("指标“总量”", "the quota 'total'")),
        Block(Kind.FORBIDDEN, "SECRET-SITE", Text("SECRET-SITE 被四区否定")),
    )
    rows = [
        PlanRow(
            projects[cast.parcel], 12, parcel, Option(cast.parcel, best, 90.0), 7.5,
            is_cut_short=True, lock=lock, lock_cost=Cost({}, 120),
            former_site_id="SECRET-FORMER", note=Text("未知需求", "demand unknown"),
        ),
        PlanRow(projects[cast.kept], 3, Option(cast.kept, stays, 80.0)),
        PlanRow(projects[cast.moved_out], 5, out, out),
        PlanRow(projects[cast.shut_out], 4, None, None, 66.0, blocks=shut),
        PlanRow(projects[cast.hopeless], 0, blocks=(), blocked_by=Text("面积均不符")),
        PlanRow(
            projects[cast.foreign], 7, guest, Option(cast.foreign, best, 88.0), 26.75,
            note=Text("SECRET-NOTE"),
        ),
    ]  # fmt: skip
    return CityPlan(
        tuple(sorted(rows, key=lambda row: row.project.id)),
        (Stage(Aim.PLACED, 4, 5, 1), Stage(Aim.SCORE, 29_375, 30_000)),
        gap=0.2, is_proved=False, crs=CRS, as_of=dt.date(2026, 3, 1),
        quotas=(
            QuotaUse(TOTAL, 150_000.0, 30_000.0),
            QuotaUse(QuotaSpec("east", Text("东区项目"), "sites", 2.0, (AWAY,)), 2.0),
        ),
        decisions=(lock, Decision(Decided.SOLD, "SECRET-SITE", by="四区")),
        left_out={"SF-2026-0001": Text("线性项目", "linear")},
        notes=(Text("SECRET-CITY-NOTE"),),
        origin=Origin(parcels=Release.INTERNAL),
    )  # fmt: skip


def planned_of(report: Report, atlas) -> tuple[Planned, Cast]:
    """Return the plan and a scenario: ``parcel`` moves, ``shut_out`` gains, ``moved_out`` loses."""
    cast = cast_of(report, atlas)
    base = plan_of(report, cast)
    changed = {
        cast.parcel: Option(cast.parcel, site("HERE-3", HOME, 4, SiteKind.ASSEMBLED), 79.0),
        cast.shut_out: Option(cast.shut_out, site("HERE-4", HOME, 6), 55.0),
        cast.moved_out: None,
    }
    rows = tuple(
        replace(row, option=changed.get(row.project.id, row.option), lock=None, lock_cost=None)
        for row in base.rows
    )
    spec = ScenarioSpec("wide", Text("放宽总量", "a wider total"))
    return Planned(base, (compared(spec, base, replace(base, rows=rows)),)), cast
