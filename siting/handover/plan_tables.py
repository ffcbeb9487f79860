"""The plan in a package: its tables, the TXT of its sites, the form to answer it by.

Columns come from an allow-list, as those of the other tables do; outlines obey ``release``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.handover.manifest import file_entry, text_entry
from siting.handover.planned import Placed, PlanPart
from siting.handover.tables import (
    AS_FOUND,
    ELSEWHERE,
    Row,
    as_json,
    released,
    rounded,
    table_frame,
)
from siting.model import RedLine, Text
from siting.planning import PlanRow, plan_identity, write_reply_form
from siting.planning.phrases import proof_text
from siting.planning.tables import release_of_site
from siting.save import write_red_line_txt

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

PLAN, UNPLACED = "plan", "plan_unplaced"
"""Names of the tables."""
PLAN_TXT, REPLY = "plan.txt", "reply.xlsx"
"""Names of the files that only a package with a plan has, besides ``plan.geojson``."""
PLAN_FILES = (f"{PLAN}.geojson", PLAN_TXT, REPLY)

PLANNED_COLUMNS = (
    "project_id", "project_name", "priority", "batch", "site_id", "kind", "parcel_ids",
    "site_district", "area_m2", "area_ellipsoidal_m2", "area_in_district_m2", "points", "score",
    "deductions", "regret", "best_site_id", "must_acquire", "remains", "not_checked",
    "former_site_id", "is_locked", "geometry_state",
)  # fmt: skip
"""Columns of ``plan``: one row per planned site, sorted by project. Areas in m²."""

UNPLACED_COLUMNS = (
    "project_id", "project_name", "priority", "batch", "takes_part", "considered", "is_proved",
    "former_site_id", "reasons_zh", "reasons_en",
)  # fmt: skip
"""Columns of ``plan_unplaced``: one row per own project without a site, sorted by project."""


@dataclass(frozen=True, eq=False, slots=True)
class PlanTables:
    """What one district is handed of a plan, as tables; ``unplaced`` may be empty."""

    handed: PlanPart
    sites: gpd.GeoDataFrame
    unplaced: pd.DataFrame

    @classmethod
    def of(cls, handed: PlanPart) -> PlanTables:
        """Return the tables of a district's part, in the plan's CRS."""
        return cls(handed, planned_table(handed), unplaced_table(handed))

    @property
    def by_name(self) -> dict[str, gpd.GeoDataFrame | pd.DataFrame]:
        """``plan``, and ``plan_unplaced`` where an own project gets no site."""
        tables: dict[str, gpd.GeoDataFrame | pd.DataFrame] = {PLAN: self.sites}
        return tables | {UNPLACED: self.unplaced} if len(self.unplaced) else tables


def unplaced_table(handed: PlanPart) -> pd.DataFrame:
    """Return the district's own projects without a site; then those that no plan can place.

    Parameters
    ----------
    handed
        The district's part of the plan.
    """
    import pandas as pd

    rows = [_unplaced_row(row, handed) for row in handed.unplaced]
    rows += [
        {
            "project_id": name, "takes_part": False, "considered": 0, "is_proved": True,
            "reasons_zh": why.get("zh"), "reasons_en": why.get("en"),
        }
        for name, why in handed.left_out.items()
    ]  # fmt: skip
    return pd.DataFrame({name: [row.get(name) for row in rows] for name in UNPLACED_COLUMNS})


def planned_table(handed: PlanPart) -> gpd.GeoDataFrame:
    """Return the planned sites that concern a district, sorted by project.

    A site with land in the district bears its outline as far as ``release`` lets it; of a
    project of another district it bears what the land is and the points, and not how that
    project fares. A site elsewhere of an own project bears area, points and district.

    Parameters
    ----------
    handed
        The district's part of the plan; geometry in its CRS, which the table bears.
    """
    rows, geometries = [], []
    for placed in handed.placed:
        geometry: BaseGeometry | None = None
        state, site = ELSEWHERE, placed.option.site
        row = _lead(placed, handed)
        if placed.is_here:
            release = release_of_site(site, handed.plan.origin.parcels)
            geometry, state = released(site.geometry, release, handed.part)
            row |= _land(placed)
        rows.append(row | {"geometry_state": state})
        geometries.append(geometry)
    return table_frame(rows, geometries, PLANNED_COLUMNS, handed.plan.crs)


def _lead(placed: Placed, handed: PlanPart) -> Row:
    """Return what is told of every planned site, and of the district's own projects besides."""
    option, site = placed.option, placed.option.site
    row: Row = {
        "project_id": placed.row.project.id,
        "project_name": placed.row.project.name,
        "site_district": site.district,
        "area_m2": rounded(site.area_m2),
        "area_ellipsoidal_m2": rounded(site.area_ellipsoidal_m2),
        "points": rounded(option.points),
        "must_acquire": option.must_acquire,
    }
    if not placed.is_own:
        return row
    best = placed.row.best.site.id if placed.row.best else ""
    return row | {
        **_class(placed.row),
        "score": rounded(option.score),
        "deductions": as_json({name: rounded(off) for name, off in option.deductions.items()}),
        "regret": rounded(placed.row.regret),
        "best_site_id": best if handed.may_name(best) else None,
        "former_site_id": _former(placed.row, handed),
        "is_locked": placed.row.lock is not None,
    }


def _land(placed: Placed) -> Row:
    """Return what is told of the land of a site in the district."""
    option, site = placed.option, placed.option.site
    return {
        "site_id": site.id,
        "kind": str(site.kind),
        "parcel_ids": "; ".join(site.parcel_ids),
        "area_in_district_m2": rounded(placed.share_m2),
        "remains": "; ".join(sorted(option.remains)),
        "not_checked": "; ".join(sorted(option.not_checked)),
    }


def _unplaced_row(row: PlanRow, handed: PlanPart) -> Row:
    reasons = handed.reasons(row)
    return {
        "project_id": row.project.id,
        "project_name": row.project.name,
        **_class(row),
        "takes_part": True,
        "considered": row.considered,
        "is_proved": row.blocks is not None,
        "former_site_id": _former(row, handed),
        "reasons_zh": reasons.get("zh"),
        "reasons_en": reasons.get("en"),
    }


def _class(row: PlanRow) -> Row:
    return {"priority": row.project.priority, "batch": row.project.batch}


def _former(row: PlanRow, handed: PlanPart) -> str | None:
    return row.former_site_id if handed.may_name(row.former_site_id) else None


def write_plan_copies(home: Path, tables: PlanTables) -> dict[str, Any]:
    """Write ``plan.txt`` and ``reply.xlsx``; return the manifest's entry of each file.

    The TXT has each outline that is in the table whole, under the number of its project; one
    that is cut along the border is no plot and stays out. Where a file would have no row there
    is none.

    Parameters
    ----------
    home
        The folder of the package.
    tables
        What the district is handed of the plan.

    Raises
    ------
    WriteError
        When a file cannot be written.
    """
    handed, table = tables.handed, tables.sites
    entries: dict[str, Any] = {}
    whole = table[table["geometry_state"] == AS_FOUND]
    if len(whole):
        plots = [
            RedLine(id=project, project_id=project, geometry=shape, crs=handed.plan.crs)
            for project, shape in zip(whole["project_id"], whole.geometry, strict=True)
        ]
        names = {
            project: f"{site} {name}".rstrip()
            for project, site, name in zip(
                whole["project_id"], whole["site_id"], whole["project_name"], strict=True
            )
        }
        write_red_line_txt(home / PLAN_TXT, plots, crs=handed.plan.crs, names=names)
        entries[PLAN_TXT] = file_entry(home / PLAN_TXT, rows=len(whole))
    if handed.here:
        write_reply_form(home / REPLY, handed.here, by=handed.part.name, may_replace=True)
        entries[REPLY] = file_entry(home / REPLY, rows=len(handed.here))
    return entries


def plan_entry(tables: PlanTables) -> dict[str, Any]:
    """Return what the manifest says of the plan: which one, how good, what of it is not here.

    ``notes_with_the_city`` counts what the plan says of its inputs: that speaks of the whole city.
    """
    handed, table = tables.handed, tables.sites
    plan = handed.plan
    is_told = table["geometry_state"].isin([AS_FOUND, ELSEWHERE])
    unplaced = {row.project.id: handed.reasons(row) for row in handed.unplaced}
    missing = Text("没有可选用地", "it has no site to choose")
    return {
        "identity": plan_identity(plan),
        "gap": plan.gap,
        "how_good": text_entry(proof_text(plan)),
        "projects_unplaced": [
            {"project_id": name, **text_entry(why if why.zh else missing)}
            for name, why in unplaced.items()
        ],
        "projects_left_out": [
            {"project_id": name, **text_entry(why)} for name, why in handed.left_out.items()
        ],
        "outlines_not_whole": sorted(table.loc[~is_told, "project_id"]),
        "notes_with_the_city": len(plan.notes),
    }
