"""Writing the packages: ``<code>/`` and ``<code>.zip`` for each district."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.city import City
from siting.errors import Where, WriteError
from siting.handover.archive import write_zip
from siting.handover.cells import Material
from siting.handover.copies import SHAPEFILES, write_copies
from siting.handover.gate import check_packages
from siting.handover.manifest import file_entry, manifest, text_entry
from siting.handover.plan_tables import (
    PLAN,
    PLAN_FILES,
    plan_entry,
    planned_table,
    write_plan_copies,
)
from siting.handover.planned import PlanPart
from siting.handover.selection import DistrictPart, district_parts
from siting.handover.stage import MANIFEST, require_unanswered, staged
from siting.handover.titles import titles_in
from siting.handover.workbook import SUMMARY, material_of, write_summary
from siting.mapping import Planned, district_scene, render_page
from siting.mapping.qgis import package_styles
from siting.mapping.write import file_stem
from siting.model import Atlas, Report, Search, Text
from siting.planning import CityPlan
from siting.save import (
    write_gpkg,
    write_json,
    write_red_line_txt,
    write_text,
    write_viewing_geojson,
)
from siting.save.group import members_of

if TYPE_CHECKING:
    import geopandas as gpd

_LOGGER = logging.getLogger(__name__)


def write_packages(
    report: Report,
    searches: Sequence[Search],
    atlas: Atlas,
    *,
    city: City,
    folder: Path,
    plan: CityPlan | Text | None = None,
) -> tuple[Path, ...]:
    """Write one package per district, as a folder and as a zip; return the zips by code.

    Each package holds ``redlines.gpkg`` (red lines, findings, suggestions) and
    ``redlines.txt`` in the working CRS, the official copies; ``redlines.geojson``,
    ``findings.geojson`` and ``suggestions.geojson`` in WGS84 for viewing (and ``repairs`` in
    both, where the report bears corrected red lines); the red lines as DXF and shapefile;
    ``summary.xlsx``; ``map.html``, the district's page; and ``manifest.json``, written last.
    With a plan its tables are in the GeoPackage, and ``plan.geojson``, ``plan.txt`` and the form
    ``reply.xlsx`` beside it; all packages are read back before any is put in its place, and
    none is when planned sites overlap (:mod:`siting.handover.gate`).
    Equal input gives equal bytes.
    Which rows go where: :mod:`siting.handover.selection`, :mod:`siting.planning.hearing`;
    which columns: :mod:`siting.handover.tables`, :mod:`siting.handover.plan_tables`.

    Parameters
    ----------
    report, searches, atlas
        Of one run; geometry in the working CRS, ``report.crs``. Its date is that of the
        packages, and stands in the GeoPackages as their last change.
    city
        For the page and the 内部资料 mark.
    folder
        Where the packages go, by convention ``maps/handover``; made when absent. File names
        come from the district code alone, never from a name.
    plan
        The plan of the city, of the same run; or why there is none though one was asked for,
        which the manifests then say.

    Raises
    ------
    WriteError
        When a file cannot be written, when two district codes would share a file name,
        when a package's folder is a link to somewhere else, when a reply form there was
        filled in, or when planned sites overlap.
    """
    parts = district_parts(report, searches, atlas)
    _require_own_names([part.code for part in parts])
    require_unanswered(folder)
    made = plan if isinstance(plan, CityPlan) else None
    _warn_of_the_homeless(report, parts, made)
    homes = {part.code: _home(folder, part.code) for part in parts}
    written: dict[str, list[str]] = {}
    with staged(folder) as room:
        for part in parts:
            material = material_of(part, report, searches, atlas, city=city, plan=plan)
            written[part.code] = _write_package(material, room / homes[part.code].name)
        if made:
            _LOGGER.info("plans read back: %s", check_packages(room))
    for part in parts:
        _remove_leftovers(homes[part.code], written[part.code])
    return tuple(folder / f"{home.name}.zip" for home in homes.values())


def _write_package(material: Material, home: Path) -> list[str]:
    """Write a package into `home`, and its zip beside it; return the names of its files."""
    subject = material.subject
    tables = {**material.tables}
    handed = material.handed if isinstance(material.handed, PlanPart) else None
    if handed:
        tables[PLAN] = planned_table(handed)
    entries = _write_files(material, tables, home)
    told = {"missing": text_entry(material.handed)} if isinstance(material.handed, Text) else None
    if handed:
        entries |= write_plan_copies(home, handed, tables[PLAN])
        told = plan_entry(handed, tables[PLAN])
    scene = district_scene(
        subject.report,
        subject.searches,
        subject.atlas,
        city=subject.city,
        code=material.part.code,
        planned=Planned(handed.told.plan) if handed else None,
    )
    write_text(home / "map.html", render_page(scene))
    entries["map.html"] = file_entry(home / "map.html", rows=None)
    write_json(home / MANIFEST, manifest(material, files=entries, plan=told))
    names = sorted([*entries, MANIFEST])
    archive = home.parent / f"{home.name}.zip"
    write_zip(archive, {f"{home.name}/{name}": home / name for name in names})
    return names


def _write_files(
    material: Material, tables: Mapping[str, gpd.GeoDataFrame], home: Path
) -> dict[str, dict[str, Any]]:
    """Write the tables of one package; return the manifest's entry of each file."""
    part, subject, report = material.part, material.subject, material.subject.report
    rows = {name: len(table) for name, table in tables.items()}
    styles = package_styles(tables, titles_in(subject.city.language), subject=subject)
    write_gpkg(home / "redlines.gpkg", tables, dated=report.as_of, styles=styles)
    red_lines = [result.red_line for result in part.results]
    project_names = dict(
        zip(tables["redlines"]["red_line_id"], tables["redlines"]["project_name"], strict=True)
    )
    write_red_line_txt(home / "redlines.txt", red_lines, crs=report.crs, names=project_names)
    entries = {
        "redlines.gpkg": file_entry(home / "redlines.gpkg", rows=rows),
        "redlines.txt": file_entry(home / "redlines.txt", rows=rows["redlines"]),
    }
    language = subject.city.language
    entries |= write_copies(home, tables["redlines"], language=language, as_of=report.as_of)
    sheets = write_summary(home / SUMMARY, material)
    entries[SUMMARY] = file_entry(home / SUMMARY, rows=sheets)
    for name, table in tables.items():
        path = home / f"{name}.geojson"
        write_viewing_geojson(path, table, crs=report.crs)
        entries[path.name] = file_entry(path, rows=rows[name])
    return entries


def _remove_leftovers(home: Path, entries: Iterable[str]) -> None:
    """Remove what an earlier run wrote and this one has no rows for: nobody hands on old rows."""
    old = [home / name for name in ("repairs.geojson", *PLAN_FILES)]
    old += [part for name in SHAPEFILES.values() for part in members_of(home / name)]
    for path in old:
        if path.name not in entries:
            path.unlink(missing_ok=True)


def _home(folder: Path, code: str) -> Path:
    home = folder / file_stem(code)
    if home.resolve().parent != folder.resolve():
        raise WriteError(
            f"the package of district '{code}' would be written outside of the output folder",
            where=Where(file=str(home)),
            expected=f"a folder in {folder.name}/",
            found="a link to somewhere else",
            next_step=f"remove the link {home.name} from the output folder",
        )
    return home


def _require_own_names(codes: Sequence[str]) -> None:
    """Refuse codes that differ only in case: on Windows they are one file."""
    counts = Counter(file_stem(code).casefold() for code in codes)
    shared = sorted(code for code in codes if counts[file_stem(code).casefold()] > 1)
    if shared:
        raise WriteError(
            "two districts would share one package",
            expected="district codes that differ in more than upper and lower case",
            found=", ".join(shared),
            next_step="correct the codes in the district layer (id_column)",
        )


def _warn_of_the_homeless(
    report: Report, parts: Sequence[DistrictPart], plan: CityPlan | None
) -> None:
    """Say what no district is handed: red lines that lie in none, projects that are nobody's."""
    placed = {result.red_line.id for part in parts for result in part.results}
    for result in report.results:
        if result.red_line.id not in placed:
            _LOGGER.warning(
                "red line %s lies in no district: it is in no package", result.red_line.id
            )
    own = frozenset().union(*(part.own_projects for part in parts))
    for row in plan.unplaced if plan else ():
        if row.project.id not in own:
            _LOGGER.warning(
                "project %s gets no site and belongs to no district: it is in no package",
                row.project.id,
            )
