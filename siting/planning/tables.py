"""The plan as tables of a geodatabase: planned sites with their outlines, and who gets none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.model import (
    SQUARE_METRES_PER_HECTARE,
    SQUARE_METRES_PER_MU,
    Option,
    Release,
    Site,
    SiteKind,
    Text,
    narrowest,
)
from siting.planning.about import facts_of
from siting.planning.phrases import Names, block_text, joined
from siting.planning.records import CityPlan, PlanRow
from siting.planning.wording import worded

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

PLAN_COLUMNS = (
    "project_id", "project_name", "priority", "batch", "site_id", "kind", "parcel_ids",
    "district", "district_name", "area_m2", "area_ha", "area_mu", "area_ellipsoidal_m2",
    "points", "score", "regret", "best_site_id", "must_acquire", "remains", "not_checked",
    "former_site_id", "is_locked", "why_zh", "why_en", "geometry_state",
)  # fmt: skip
"""Columns of ``plan``: one row per placed project, sorted by its id. Areas planar unless named."""

UNPLACED_COLUMNS = (
    "project_id", "project_name", "priority", "batch", "considered", "is_proved", "reasons_zh",
    "reasons_en", "former_site_id", "why_zh", "why_en",
)  # fmt: skip
"""Columns of ``plan_unplaced``: one row per project without a site, and per one left out."""

ABOUT_COLUMNS = ("item_zh", "item_en", "content_zh", "content_en")
"""Columns of ``plan_about``: one row per fact, and one per note."""

_NOTE = Text("说明", "note")
#: Values of ``geometry_state``, as in the packages of districts.
AS_FOUND, WITHHELD = "as_found", "withheld"
#: Areas and points are written so that equal plans give equal bytes.
_DECIMALS = 6

Row = dict[str, Any]
#: True for a release that lets an outline into the file at hand.
MayShow = Callable[[Release], bool]


def may_show_in_city(release: Release) -> bool:
    """True when a file of the whole city may show an outline of this release."""
    return release.is_city_wide


def release_of_site(site: Site, parcels: Release) -> Release:
    """Return how far the outline of a planned site may travel.

    ``parcels`` is the release of the parcel layer (``Origin.parcels``). A present red line is
    ours to show. Every other site runs along parcels, also a corrected red line, for it may
    have been swapped for some; what was cut along further layers obeys those too.
    """
    if site.kind is SiteKind.RED_LINE:
        return site.release
    return narrowest((parcels, site.release))


def plan_table(plan: CityPlan, *, may_show: MayShow = may_show_in_city) -> gpd.GeoDataFrame:
    """Return the planned sites, one row per placed project, in the plan's CRS.

    Parameters
    ----------
    plan
        Any plan.
    may_show
        Whether an outline of some release may be in the file; others have no geometry, and
        ``geometry_state`` says ``withheld``.

    Returns
    -------
    GeoDataFrame
        Columns ``PLAN_COLUMNS`` and ``geometry``; areas in m², 公顷 and 亩; lists as text, with
        ``; `` in between; an unknown ``must_acquire`` is null.
    """
    import geopandas as gpd

    plan = worded(plan)
    names = Names(plan)
    rows, geometries = [], []
    for row in plan.placed:
        if row.option is not None:
            site = row.option.site
            is_shown = may_show(release_of_site(site, plan.origin.parcels))
            state = {"geometry_state": AS_FOUND if is_shown else WITHHELD}
            rows.append(_placed(row, row.option, names) | state)
            geometries.append(site.geometry if is_shown else None)
    data = _columns(rows, PLAN_COLUMNS)
    table = gpd.GeoDataFrame(data, geometry=np.asarray(geometries, dtype=object), crs=plan.crs)
    # yes, no and unknown as such: GDAL would write the three as texts
    return table.astype({"must_acquire": "boolean"})


def _placed(row: PlanRow, option: Option, names: Names) -> Row:
    site = option.site
    return {
        **_project(row),
        "site_id": site.id,
        "kind": str(site.kind),
        "parcel_ids": "; ".join(site.parcel_ids),
        "district": site.district,
        "district_name": names.district(site.district),
        "area_m2": _rounded(site.area_m2),
        "area_ha": round(site.area_m2 / SQUARE_METRES_PER_HECTARE, 4),
        "area_mu": round(site.area_m2 / SQUARE_METRES_PER_MU, 2),
        "area_ellipsoidal_m2": _rounded(site.area_ellipsoidal_m2),
        "points": _rounded(option.points),
        "score": _rounded(option.score),
        "regret": _rounded(row.regret),
        "best_site_id": row.best.site.id if row.best else "",
        "must_acquire": option.must_acquire,
        "remains": "; ".join(sorted(option.remains)),
        "not_checked": "; ".join(sorted(option.not_checked)),
        "former_site_id": row.former_site_id,
        "is_locked": row.lock is not None,
        "why_zh": row.why.get("zh"),
        "why_en": row.why.get("en"),
    }


def unplaced_table(plan: CityPlan) -> pd.DataFrame:
    """Return the projects without a site, with the reasons; then those that no plan can place.

    ``is_proved`` is true where the reasons are irreducible, or where there is no site at all;
    of projects that take no part ``considered`` is 0.
    """
    import pandas as pd

    plan = worded(plan)
    names = Names(plan)
    rows = [_unplaced(row, names) for row in plan.unplaced]
    rows += [
        {
            "project_id": project_id, "project_name": "", "priority": 0, "batch": "",
            "considered": 0, "is_proved": True, "reasons_zh": why.get("zh"),
            "reasons_en": why.get("en"), "former_site_id": "", "why_zh": why.get("zh"),
            "why_en": why.get("en"),
        }
        for project_id, why in sorted(plan.left_out.items())
    ]  # fmt: skip
    return pd.DataFrame(_columns(rows, UNPLACED_COLUMNS))


def _unplaced(row: PlanRow, names: Names) -> Row:
    reasons = joined((block_text(block, names) for block in row.blocks or ()), zh="；", en="; ")
    return {
        **_project(row),
        "considered": row.considered,
        "is_proved": row.blocks is not None,
        "reasons_zh": reasons.zh,
        "reasons_en": reasons.en,
        "former_site_id": row.former_site_id,
        "why_zh": row.why.get("zh"),
        "why_en": row.why.get("en"),
    }


def _project(row: PlanRow) -> Row:
    project = row.project
    return {
        "project_id": project.id,
        "project_name": project.name,
        "priority": project.priority,
        "batch": project.batch,
    }


def about_table(plan: CityPlan) -> pd.DataFrame:
    """Return what the plan is: city, date, marking, identities, how good it provably is."""
    import pandas as pd

    rows = [
        {
            "item_zh": what.get("zh"),
            "item_en": what.get("en"),
            "content_zh": told.get("zh"),
            "content_en": told.get("en"),
        }
        for what, told in (*facts_of(plan), *((_NOTE, note) for note in plan.notes))
    ]
    return pd.DataFrame(_columns(rows, ABOUT_COLUMNS))


def write_gpkg_of(path: Path, plan: CityPlan, *, may_show: MayShow = may_show_in_city) -> None:
    """Write a GeoPackage in the plan's CRS: ``plan``, ``plan_about`` and ``plan_unplaced``.

    The last is there where anybody gets no site: a file that travels alone hides nobody.

    Raises
    ------
    WriteError
        See :func:`siting.save.write_gpkg`.
    """
    from siting.save import write_gpkg

    tables: dict[str, gpd.GeoDataFrame | pd.DataFrame] = {
        "plan": plan_table(plan, may_show=may_show),
        "plan_about": about_table(plan),
    }
    if plan.unplaced or plan.left_out:
        tables["plan_unplaced"] = unplaced_table(plan)
    write_gpkg(path, tables, dated=plan.as_of)


def write_geojson_of(path: Path, plan: CityPlan, *, may_show: MayShow = may_show_in_city) -> None:
    """Write the planned sites as GeoJSON in WGS84, for viewing (查看副本).

    Raises
    ------
    WriteError
        See :func:`siting.save.write_viewing_geojson`.
    """
    from siting.save import write_viewing_geojson

    write_viewing_geojson(path, plan_table(plan, may_show=may_show), crs=plan.crs)


def _columns(rows: Sequence[Row], columns: Sequence[str]) -> Mapping[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in columns}


def _rounded(value: float) -> float:
    return round(float(value), _DECIMALS)
