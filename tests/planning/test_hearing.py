"""Who may read what of a plan: a small plan by hand, its reader a district of two."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import shapely

from siting.allocate import Cost, Kind, Move
from siting.city import QuotaSpec, ScenarioSpec
from siting.model import NO_TEXT, Option, Project, Site, SiteKind, Text
from siting.planning import (
    Block,
    CityPlan,
    Decided,
    Decision,
    Listener,
    PlanRow,
    QuotaUse,
    compared,
)
from siting.planning.closings import refused_text

#: The district is 1 km square; what is "away" lies 5 km east of it.
AREA = shapely.box(0, 0, 1_000, 1_000)


def site(name: str, east: float) -> Site:
    shape = shapely.box(east, 100, east + 100, 200)
    return Site(name, (name,), shape, 10_000.0, 10_000.0, "", {}, SiteKind.PARCEL)


HERE, BORDER, AWAY, OTHER = (
    site("S-HERE", 100), site("S-BORDER", 950), site("S-AWAY", 5_000), site("S-OTHER", 6_000)
)  # fmt: skip
REFUSAL = Decision(Decided.REFUSED, "S-HERE", "P-4", by="district A", reason="a school")
LOCK = Decision(Decided.LOCK, "S-AWAY", "P-3", by="SECRET-OFFICE")


def row(number: int, land: Site | None, **fields: object) -> PlanRow:
    project = Project(id=f"P-{number}", name=f"name {number}")
    given = Option(project.id, land, 50.0) if land else None
    return replace(PlanRow(project, 3, given, given), **fields)


def plan_with(*rows: PlanRow, **fields: object) -> CityPlan:
    made = CityPlan(rows, (), gap=0.0, is_proved=True, crs="EPSG:4547", as_of=dt.date(2026, 3, 1))
    sites = (HERE, BORDER, AWAY, OTHER)
    return replace(made, places={one.id: one.geometry for one in sites}, **fields)


def district(plan: CityPlan, *own: int, **fields: object) -> Listener:
    return Listener(plan, frozenset(f"P-{number}" for number in own), AREA, "A", **fields)


def texts(found: tuple[Text, ...]) -> list[str]:
    return [text.en for text in found]


BLOCKS = (
    Block(Kind.PLACED, "P-1", Text("P-1 name 1 得到", "P-1 name 1 gets S-HERE")),
    Block(Kind.LOCK, "P-2", Text("P-2 name 2", "P-2 name 2 is locked to S-AWAY")),
    Block(Kind.FORBIDDEN, "S-HERE", refused_text(REFUSAL)),
    Block(Kind.FORBIDDEN, "S-BORDER", Text("距", "only 3.0 m from the red line SECRET-LINE")),
    Block(Kind.FORBIDDEN, "S-AWAY", Text("密", "SECRET")),
    Block(Kind.PROMISED, "S-BORDER", Text("密", "its land belongs to SECRET-HOLDER")),
    Block(Kind.PROMISED, "S-UNKNOWN", Text("密", "SECRET")),
)
AS_READ = [
    "P-1 gets S-HERE",
    "P-2 has a site in another district",
    "refused (district A, a school)",
    "S-BORDER belongs to somebody else, or is too near to somebody else's land",
    "a site that is not named here, not to be had",
    "S-BORDER belongs to somebody else",
    "a site that is not named here, taken by others",
]
SHUT = row(4, None, blocks=BLOCKS)


def shut_out(**fields: object) -> CityPlan:
    return plan_with(row(1, HERE), row(2, AWAY), replace(SHUT, **fields), decisions=(REFUSAL,))


def test_the_city_reads_every_word():
    assert texts(Listener(shut_out()).reasons(SHUT)) == [block.text.en for block in BLOCKS]


def test_a_district_reads_numbers_and_sites_on_its_land():
    assert texts(district(shut_out(), 4).reasons(SHUT)) == AS_READ


def test_of_others_projects_it_reads_nothing_at_all():
    plan = plan_with(
        row(3, HERE, lock=LOCK, best=Option("P-3", BORDER, 60.0), regret=10.0,
            former_site_id="S-BORDER", note=Text("SECRET"), why=Text("SECRET")),
        SHUT,
    )  # fmt: skip
    told, other = district(plan), plan.rows[0]
    assert told.reasons(SHUT) == told.obstacles(SHUT) == ()
    assert told.unproved(replace(SHUT, blocks=None)) == NO_TEXT
    assert (told.best(other), told.former(other), told.moved(other)) == (None, "", ("", NO_TEXT))
    assert told.lock(other) == told.because(replace(other, lock=None)) == NO_TEXT
    (seen,) = told.placed
    assert (seen.is_own, seen.share_m2, seen.row.project.name) == (False, 10_000.0, "")
    bare = (seen.row.lock, seen.row.best, seen.row.regret, seen.row.note, seen.row.why)
    assert bare == (None, None, 0.0, NO_TEXT, NO_TEXT)


def test_rows_are_here_elsewhere_or_none_of_its_business():
    plan = plan_with(
        row(1, HERE), row(2, AWAY), row(3, BORDER), row(4, OTHER), row(5, None), row(6, None),
        left_out={"P-7": Text("linear"), "P-8": Text("linear")},
    )  # fmt: skip
    told = district(plan, 2, 3, 5, 7)
    seen = {one.row.project.id: (one.is_own, one.share_m2) for one in told.placed}
    # the site over the border has half of its 100 m in the district
    assert seen == {"P-1": (False, 10_000.0), "P-2": (True, None), "P-3": (True, 5_000.0)}
    assert [one.project.id for one in told.here] == ["P-1", "P-3"]
    assert [one.project.id for one in told.unplaced] == ["P-5"]
    assert list(told.left_out) == ["P-7"]
    city = Listener(plan)
    assert len(city.here) == len(city.placed) == 4
    assert (len(city.unplaced), list(city.left_out)) == (2, ["P-7", "P-8"])


def test_reasons_that_are_not_proved_are_told_as_such():
    obstacles = {"S-HERE": BLOCKS[:1], "S-AWAY": (BLOCKS[4], BLOCKS[1])}
    plan = shut_out(blocks=None, obstacles=obstacles, why=Text("SECRET"))
    told, one = district(plan, 4), plan.rows[2]
    assert told.reasons(one) == ()
    assert texts(told.obstacles(one)) == [AS_READ[0], AS_READ[4], AS_READ[1]]
    said = told.unproved(one).en
    assert said.startswith("No place; the full reasons were not found in time.")
    assert all(text in said for text in (AS_READ[0], AS_READ[4], AS_READ[1]))
    assert "SECRET" not in said
    assert "name 1" not in said
    assert Listener(plan).unproved(one) == one.why


def test_two_closed_sites_are_two_reasons_though_they_read_the_same():
    """One alone would read as if the project had a site without it."""
    blocks = tuple(Block(Kind.FORBIDDEN, name, Text("密")) for name in ("S-AWAY", "S-OTHER"))
    assert len(district(shut_out(), 4).reasons(replace(SHUT, blocks=blocks))) == 2


def test_what_a_search_says_follows():
    hopeless = replace(SHUT, considered=0, blocks=(), blocked_by=Text("面积均不符", "no area fits"))
    assert texts(district(shut_out(), 4).reasons(hopeless)) == ["no area fits"]


@pytest.mark.parametrize(
    ("former", "by_district", "by_city"),
    [("S-BORDER", "S-BORDER", "S-BORDER"), ("S-AWAY", "", "S-AWAY"), ("S-GONE", "", "S-GONE")],
)
def test_a_move_is_told_with_a_site_that_may_be_named(former: str, by_district: str, by_city: str):
    move = Move("P-1", former, "S-HERE", cost=Cost({}, 100))
    moved = row(1, HERE, former_site_id=former, move=move)
    plan = plan_with(moved)
    site_id, why = district(plan, 1).moved(moved)
    assert site_id == by_district
    assert why.en == ("" if by_district else "not the site of the plan before")
    site_id, why = Listener(plan).moved(moved)
    assert site_id == by_city
    assert "staying at" in why.en
    assert district(plan, 1).moved(replace(moved, former_site_id="S-HERE")) == ("", NO_TEXT)


def test_best_and_lock_name_no_site_elsewhere():
    near, far = Option("P-1", BORDER, 60.0), Option("P-1", AWAY, 70.0)
    plan = plan_with(row(1, HERE), row(3, AWAY, lock=LOCK))
    told = district(plan, 1, 3)
    assert told.best(replace(plan.rows[0], best=near)) is near
    assert told.best(replace(plan.rows[0], best=far)) is None
    assert told.lock(plan.rows[1]).en == "locked by decision to a site elsewhere"
    assert "SECRET-OFFICE" in Listener(plan).lock(plan.rows[1]).en


def test_why_not_its_best_site_names_only_what_is_here():
    best = Option("P-4", BORDER, 60.0)
    one = row(4, HERE, best=best, regret=10.0, obstacles={"S-BORDER": BLOCKS[:2]})
    told = district(plan_with(row(1, HERE), row(2, AWAY), one), 4)
    assert told.because(one).en == f"{AS_READ[0]} and {AS_READ[1]}"
    assert told.because(replace(one, obstacles={})) == NO_TEXT


def test_what_the_plan_says_of_a_site_goes_before_what_a_search_does():
    plan = plan_with(row(1, HERE))
    stale = {"S-AWAY": HERE.geometry, "S-SEARCH": HERE.geometry}
    told = district(plan, 1, known=stale)
    assert told.may_name("S-SEARCH")
    assert not told.may_name("S-AWAY")
    assert not told.may_name("S-NEVER-HEARD-OF")
    assert Listener(plan).may_name("S-NEVER-HEARD-OF")


def test_quotas_decisions_and_notes_of_elsewhere_stay_there():
    quotas = tuple(
        QuotaUse(QuotaSpec(name, Text(name), "sites", 2.0, districts), 1.0)
        for name, districts in (("all", ()), ("ours", ("A", "B")), ("theirs", ("B",)))
    )
    decisions = (
        REFUSAL, LOCK, Decision(Decided.SOLD, "S-HERE"), Decision(Decided.SOLD, "S-AWAY"),
        Decision(Decided.REFUSED, "S-HERE", "P-1"),
    )  # fmt: skip
    plan = plan_with(row(1, HERE), quotas=quotas, decisions=decisions, notes=(Text("SECRET"),))
    told = district(plan, 4)
    assert [use.spec.name for use in told.quotas] == ["all", "ours"]
    assert told.decisions == (REFUSAL, decisions[2])
    assert told.notes == ()
    city = Listener(plan)
    assert (len(city.quotas), len(city.decisions), len(city.notes)) == (3, 5, 1)


def test_of_a_scenario_it_reads_how_its_own_projects_fare():
    plan = plan_with(row(1, HERE), row(2, AWAY))
    other = plan_with(row(1, None), row(2, None))
    scenario = compared(ScenarioSpec("s", Text("s")), plan, other)
    assert [one.project_id for one in district(other, 2).moving(scenario)] == ["P-2"]
    assert [one.project_id for one in Listener(other).moving(scenario)] == ["P-1", "P-2"]
