"""``summary.xlsx``: the run, or one district's part of it, as a workbook.

The rows are those of the package's tables, so what ``release`` and the allow-list of columns
keep at home is kept at home here as well; no sheet has a geometry. Texts are never formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siting.city import City
from siting.errors import ConfigError, nearest
from siting.handover.cells import Material
from siting.handover.facts import not_checked, sources, summary
from siting.handover.listings import alternatives, composition, findings, projects
from siting.handover.plan_sheets import plan_sheets
from siting.handover.planned import PlanPart
from siting.handover.selection import (
    DistrictPart,
    as_handed_over,
    city_part,
    district_parts,
)
from siting.handover.tables import tables_of
from siting.mapping.composed import composed_of
from siting.mapping.release import Scope
from siting.mapping.subject import Subject
from siting.mapping.write import file_stem
from siting.model import Atlas, Report, Search, Text
from siting.planning import CityPlan, require_same_report
from siting.report import identity
from siting.save import Sheet, write_sheets

SUMMARY = "summary.xlsx"


def write_summary(path: Path, material: Material) -> dict[str, int]:
    """Write the workbook, whole or not at all; return the rows of each sheet.

    Parameters
    ----------
    path
        The file; one that is there is replaced.
    material
        From :func:`material_of`.

    Raises
    ------
    WriteError
        See :func:`siting.save.write_sheets`.
    """
    sheets = sheets_of(material)
    write_sheets(path, sheets, may_replace=True)
    return {sheet.title: len(sheet.rows) for sheet in sheets}


def write_workbook(
    report: Report,
    searches: Sequence[Search],
    atlas: Atlas,
    *,
    city: City,
    code: str = "",
    plan: CityPlan | Text | None = None,
) -> Path:
    """Write the workbook of the city, or of one district as its package has it; return the file.

    Parameters
    ----------
    report, searches, atlas
        Of one run.
    city
        Its language is that of the workbook, which is written under its output folder:
        ``summary.xlsx``, or ``districts/CODE.xlsx``. A file that is there is replaced.
    code
        Code or name of a district; the whole city when empty.
    plan
        The plan of the city, of the same report, or why there is none, which a sheet then says;
        without either there is no sheet of a plan.

    Raises
    ------
    ConfigError
        When there is no such district, with the nearest one; when the plan is of another report.
    WriteError
        See :func:`siting.save.write_sheets`.
    """
    if isinstance(plan, CityPlan):
        require_same_report(plan, report)
    part, path = city_part(report, searches, atlas), city.output / SUMMARY
    if code:
        part = _district(code, district_parts(report, searches, atlas))
        path = city.output / "districts" / f"{file_stem(part.code)}.xlsx"
    write_summary(path, material_of(part, report, searches, atlas, city=city, plan=plan))
    return path


def _district(code: str, parts: Sequence[DistrictPart]) -> DistrictPart:
    for part in parts:
        if code in {part.code, part.name}:
            return part
    known = [name for part in parts for name in (part.code, part.name)]
    raise ConfigError(
        f"there is no district '{code}'",
        expected=", ".join(f"{part.code} {part.name}" for part in parts),
        found=code,
        next_step=nearest(code, known) or "give the code of a district of the district layer",
    )


def material_of(
    part: DistrictPart,
    report: Report,
    searches: Sequence[Search],
    atlas: Atlas,
    *,
    city: City,
    plan: CityPlan | Text | None = None,
) -> Material:
    """Return what the workbook of a part is made of, its composition included.

    Parameters
    ----------
    part
        From :func:`siting.handover.district_parts` or :func:`siting.handover.city_part`.
    report, searches, atlas, city
        Of the whole run.
    plan
        The plan of the city, or why there is none though one was asked for.
    """
    own = as_handed_over(report, part)
    scope = Scope(part.code, part.name, part.area) if part.code else Scope()
    subject = Subject(own, tuple(searches), atlas, city, scope)
    tables = tables_of(part, own, atlas)
    names = {project.id: project.name for project in report.projects}
    handed = PlanPart.of(plan, part, names) if isinstance(plan, CityPlan) else plan
    composed = composed_of(subject, [result.red_line for result in part.results])
    return Material(part, subject, tables, composed, identity(report), handed)


def sheets_of(material: Material) -> Sequence[Sheet]:
    """Return the sheets: summary, projects, findings, composition, alternatives, plan, the rest."""
    return (
        summary(material),
        projects(material),
        findings(material),
        *composition(material),
        alternatives(material),
        *plan_sheets(material),
        not_checked(material),
        sources(material),
    )
