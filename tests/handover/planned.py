"""A plan by hand for the city of two districts, with a token in every text that one of them owns.

PRJ-1 of A gets the parcel in A, its own best lies in B. PRJ-2 of B stays on its red line. PRJ-3,
of both, gets a carved site over the border. PRJ-4 of A gets nothing: PRJ-2's site, a refused site
of A and somebody's land in B stand in its way. PRJ-6 of B is planned in A. PRJ-7 of A is linear.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from siting.allocate import Aim, Kind, Stage
from siting.model import Option, Release, Site, SiteKind, Text
from siting.planning import Block, CityPlan, Decided, Decision, Origin, PlanRow
from siting.planning.closings import refused_text

from .conftest import AREAS, AS_OF, CRS, World, project, rectangle, token

A, B = AREAS
REFUSAL = Decision(
    Decided.REFUSED, token(A, "parcelid"), "PRJ-4", reason=token(A, "refused")
)  # fmt: skip
OVER_BORDER = rectangle(950, 300, 1050, 400)


def site(name: str, shape: BaseGeometry, district: str, **fields: Any) -> Site:
    """Return a parcel of that shape."""
    return Site(name, (name,), shape, shape.area, shape.area, district, {}, **fields)


def option(number: str, land: Site, points: float = 60.0) -> Option:
    """Return a site as what a project gets."""
    return Option(f"PRJ-{number}", land, points, must_acquire=False)


def row(number: str, district: str, land: Site | None, **fields: Any) -> PlanRow:
    """Return a project with what it gets."""
    owner = project(number, district)
    given = option(number, land) if land else None
    return replace(PlanRow(owner, 3, given, given), **fields)


def rows() -> tuple[PlanRow, ...]:
    """Return the rows of the plan."""
    parcel_a = site(token(A, "parcelid"), rectangle(500, 500, 600, 600), A)
    parcel_b = site(token(B, "parcelid"), rectangle(1500, 500, 1600, 600), B)
    own = site("RL-2", rectangle(1800, 100, 1900, 200), B, kind=SiteKind.RED_LINE)
    guest = site(token(A, "guestsite"), rectangle(700, 500, 800, 600), A)
    shut = (
        Block(Kind.PLACED, "PRJ-2", Text("")),
        Block(Kind.PROMISED, parcel_b.id, Text(token(B, "promisedto"), token(B, "promiseden"))),
        Block(Kind.FORBIDDEN, parcel_a.id, refused_text(REFUSAL)),
    )
    over = row("3", "", site("over", OVER_BORDER, A, kind=SiteKind.CARVED))
    guest_why = Text(token(B, "why"), token(B, "whyen"))
    return (
        row(
            "1", A, parcel_a, best=option("1", parcel_b, 80.0), regret=20.0,
            why=Text(token(B, "best")), former_site_id=parcel_b.id,
        ),
        row("2", B, own),
        replace(over, project=replace(over.project, name="跨界")),
        row("4", A, None, blocks=shut),
        row("6", B, guest, regret=7.0, why=guest_why),
    )  # fmt: skip


def plan(**fields: Any) -> CityPlan:
    """Return the plan; parcels may be shown to their own district."""
    made = CityPlan(
        rows(),
        (Stage(Aim.PLACED, 4, 4, 1),),
        gap=0.0,
        is_proved=True,
        crs=CRS,
        as_of=AS_OF,
        decisions=(REFUSAL,),
        left_out={"PRJ-7": Text("线性项目", "a linear project")},
        notes=(Text("CANARYXnote", "CANARYXnoteen"),),
        origin=Origin(parcels=Release.INTERNAL),
        places={one.option.site.id: one.option.site.geometry for one in rows() if one.option}
        | {token(B, "parcelid"): rectangle(1500, 500, 1600, 600)},
    )
    return replace(made, **fields)


def with_sites(made: CityPlan, **shapes: BaseGeometry) -> CityPlan:
    """Return a plan in which projects (``p1`` for PRJ-1) get land of other shapes."""

    def moved(one: PlanRow) -> PlanRow:
        shape = shapes.get(one.project.id.replace("PRJ-", "p"))
        if shape is None or one.option is None:
            return one
        land = replace(one.option.site, geometry=shape, area_m2=shape.area)
        return replace(one, option=replace(one.option, site=land))

    return replace(made, rows=tuple(moved(one) for one in made.rows))


def with_projects(world: World) -> World:
    """Return the world with the projects that only the plan has."""
    more = (project("6", B), project("7", A))
    return replace(world, report=replace(world.report, projects=(*world.report.projects, *more)))
