"""The plan in a package: its table, the TXT of its sites, the form to answer it by.

Columns come from an allow-list, as those of the other tables do; outlines obey ``release``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.handover.manifest import file_entry, text_entry
from siting.handover.planned import PlanPart
from siting.handover.tables import (
    AS_FOUND,
    ELSEWHERE,
    NO_GEOMETRY,
    Row,
    as_json,
    released,
    rounded,
    table_frame,
)
from siting.model import RedLine, Text
from siting.planning import Placed, PlanRow, plan_identity, write_reply_form
from siting.planning.phrases import joined, proof_text
from siting.planning.tables import release_of_site
from siting.save import write_red_line_txt

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

PLAN = "plan"
"""Name of the table."""
PLAN_TXT, REPLY = "plan.txt", "reply.xlsx"
"""Names of the files that only a package with a plan has, besides ``plan.geojson``."""
PLAN_FILES = (f"{PLAN}.geojson", PLAN_TXT, REPLY)

PLANNED_COLUMNS = (
    "project_id", "project_name", "state", "priority", "batch", "site_id", "kind", "parcel_ids",
    "site_district", "area_m2", "area_ellipsoidal_m2", "area_in_district_m2", "points", "score",
    "deductions", "regret", "best_site_id", "must_acquire", "remains", "not_checked",
    "former_site_id", "is_locked", "considered", "is_proved", "reasons_zh", "reasons_en",
    "geometry_state",
)  # fmt: skip
"""Columns of ``plan``: one row per project, sorted by its id. Areas in m²."""
#: Values of ``state``: it gets a site; it gets none; no plan can place it.
PLACED, UNPLACED, LEFT_OUT = "placed", "unplaced", "left_out"
_NO_SITE = Text("没有可选用地，搜索未说明原因", "it has no site to choose, and nothing tells why")


def planned_table(handed: PlanPart) -> gpd.GeoDataFrame:
    """Return what a district is handed of a plan, one row per project, sorted by its id.

    A site with land in the district bears its outline as far as ``release`` lets it; of a
    project of another district it bears what the land is and the points, and not how that
    project fares. A site elsewhere of an own project bears area, points and district. Own
    projects without a site stand among them with the reasons, and without an outline.

    Parameters
    ----------
    handed
        The district's part of the plan; geometry in its CRS, which the table bears.
    """
    rows = [_placed_row(placed, handed) for placed in handed.told.placed]
    rows += [(_unplaced_row(row, handed), None) for row in handed.told.unplaced]
    rows += [(_left_out_row(name, why, handed), None) for name, why in handed.told.left_out.items()]
    rows.sort(key=lambda pair: str(pair[0]["project_id"]))
    table = table_frame(
        [row for row, _ in rows],
        [shape for _, shape in rows],
        PLANNED_COLUMNS,
        handed.told.plan.crs,
    )
    # whole numbers beside rows without one would be written as 2.0
    return table.astype({"priority": "Int64", "considered": "Int64"})


def _placed_row(placed: Placed, handed: PlanPart) -> tuple[Row, BaseGeometry | None]:
    geometry: BaseGeometry | None = None
    state, site = ELSEWHERE, placed.option.site
    row = _lead(placed, handed)
    if placed.is_here:
        release = release_of_site(site, handed.told.plan.origin.parcels)
        geometry, state = released(site.geometry, release, handed.part)
        row |= _land(placed)
    return row | {"geometry_state": state}, geometry


def _lead(placed: Placed, handed: PlanPart) -> Row:
    """Return what is told of every planned site, and of the district's own projects besides."""
    option, site = placed.option, placed.option.site
    row: Row = {
        "project_id": placed.row.project.id,
        "project_name": placed.row.project.name,
        "state": PLACED,
        "site_district": site.district,
        "area_m2": rounded(site.area_m2),
        "area_ellipsoidal_m2": rounded(site.area_ellipsoidal_m2),
        "points": rounded(option.points),
        "must_acquire": option.must_acquire,
    }
    if not placed.is_own:
        return row
    best = handed.told.best(placed.row)
    return row | {
        **_class(placed.row),
        "score": rounded(option.score),
        "deductions": as_json({name: rounded(off) for name, off in option.deductions.items()}),
        "regret": rounded(placed.row.regret),
        "best_site_id": best.site.id if best else None,
        "former_site_id": handed.told.former(placed.row) or None,
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
    reasons = handed.told.reasons(row) or handed.told.obstacles(row)
    told = joined(reasons, zh="；", en="; ") if reasons else _NO_SITE
    return {
        "project_id": row.project.id,
        "project_name": row.project.name,
        "state": UNPLACED,
        **_class(row),
        "considered": row.considered,
        "is_proved": row.blocks is not None,
        "former_site_id": handed.told.former(row) or None,
        "reasons_zh": told.get("zh"),
        "reasons_en": told.get("en"),
        "geometry_state": NO_GEOMETRY,
    }


def _left_out_row(name: str, why: Text, handed: PlanPart) -> Row:
    return {
        "project_id": name,
        "project_name": handed.names.get(name, ""),
        "state": LEFT_OUT,
        "reasons_zh": why.get("zh"),
        "reasons_en": why.get("en"),
        "geometry_state": NO_GEOMETRY,
    }


def _class(row: PlanRow) -> Row:
    return {"priority": row.project.priority, "batch": row.project.batch}


def write_plan_copies(home: Path, handed: PlanPart, table: gpd.GeoDataFrame) -> dict[str, Any]:
    """Write ``plan.txt`` and ``reply.xlsx``; return the manifest's entry of each file.

    The TXT has each outline that is in the table whole, under the number of its project; one
    that is cut along the border is no plot and stays out. Where a file would have no row there
    is none.

    Parameters
    ----------
    home
        The folder of the package.
    handed
        The district's part of the plan.
    table
        From :func:`planned_table`.

    Raises
    ------
    WriteError
        When a file cannot be written.
    """
    entries: dict[str, Any] = {}
    whole = table[table["geometry_state"] == AS_FOUND]
    if len(whole):
        plots = [
            RedLine(id=project, project_id=project, geometry=shape, crs=handed.told.plan.crs)
            for project, shape in zip(whole["project_id"], whole.geometry, strict=True)
        ]
        names = {
            project: f"{site} {name}".rstrip()
            for project, site, name in zip(
                whole["project_id"], whole["site_id"], whole["project_name"], strict=True
            )
        }
        write_red_line_txt(home / PLAN_TXT, plots, crs=handed.told.plan.crs, names=names)
        entries[PLAN_TXT] = file_entry(home / PLAN_TXT, rows=len(whole))
    if handed.told.here:
        write_reply_form(home / REPLY, handed.told.here, by=handed.part.name, may_replace=True)
        entries[REPLY] = file_entry(home / REPLY, rows=len(handed.told.here))
    return entries


def plan_entry(handed: PlanPart, table: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return what the manifest says of the plan: which one, how good, what of it is not here.

    ``notes_with_the_city`` counts what the plan says of its inputs: that speaks of the whole city.

    Parameters
    ----------
    handed, table
        See :func:`write_plan_copies`.
    """
    is_whole = table["geometry_state"] == AS_FOUND
    is_here = table["site_id"].notna()
    without = {
        state: [
            {"project_id": row.project_id, "zh": row.reasons_zh, "en": row.reasons_en}
            for row in table[table["state"] == state].itertuples()
        ]
        for state in (UNPLACED, LEFT_OUT)
    }
    return {
        "identity": plan_identity(handed.told.plan),
        "gap": handed.told.plan.gap,
        "how_good": text_entry(proof_text(handed.told.plan)),
        "projects_unplaced": without[UNPLACED],
        "projects_left_out": without[LEFT_OUT],
        "outlines_not_whole": sorted(table.loc[is_here & ~is_whole, "project_id"]),
        "notes_with_the_city": len(handed.told.plan.notes) - len(handed.told.notes),
    }
