"""``summary.xlsx``: the run, or one district's part of it, as a workbook.

The rows are those of the package's tables, so what ``release`` and the allow-list of columns
keep at home is kept at home here as well; no sheet has a geometry. Texts are never formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import shapely

from siting.city import City
from siting.compose import Composed, Composition, compose, read_book
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
from siting.mapping.release import Scope
from siting.mapping.subject import Subject
from siting.mapping.write import file_stem
from siting.model import Atlas, RedLine, Report, Search, Text
from siting.planning import CityPlan, require_same_report
from siting.report import identity
from siting.save import Sheet, write_sheets

SUMMARY = "summary.xlsx"
_PART = Text(
    "跨区红线，用地组成仅为本区内部分；审批层级按整条红线判断，此处不提示",
    "over a border: composed as far as it lies in the district; the approval level goes by the "
    "whole red line and is not hinted at here",
)


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
    return Material(part, subject, tables, _composed(part, subject), identity(report), handed)


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


def _composed(part: DistrictPart, subject: Subject) -> Composed | Text:
    """Return the composition of what lies in the part, or why there is none."""
    city, report = subject.city, subject.report
    red_lines = [_within(result.red_line, part) for result in part.results]
    if not red_lines:
        return Text("没有红线可编制用地组成表", "there is no red line to compose")
    try:
        book = read_book(city.compose.book, base=city.path.parent)
        made = compose(subject.atlas, book, city=city, as_of=report.as_of, red_lines=red_lines)
    except ConfigError as error:
        found = f"{error.what}"
        return Text(f"未编制用地组成表：{found}", f"there is no composition table: {found}")
    whole = {result.red_line.id: result.red_line.geometry for result in part.results}
    cut = {line.id for line in red_lines if line.geometry is not whole[line.id]}
    told = tuple(_told_as_part(each) if each.red_line_id in cut else each
                 for each in made.compositions)  # fmt: skip
    return replace(made, compositions=told)


def _told_as_part(composition: Composition) -> Composition:
    """Return the composition of a part: thresholds count for the whole, so it has no hints."""
    return replace(composition, hints=(), gaps=(*composition.gaps, _PART))


def _within(red_line: RedLine, part: DistrictPart) -> RedLine:
    """Return a red line as far as it lies in the district: beyond it are others' villages.

    An outline that crosses itself stays as it is: it has no composition anywhere.
    """
    outline = red_line.geometry
    if not part.code or not outline.is_valid or part.area.covers(outline):
        return red_line
    inside = shapely.intersection(outline, part.area)
    parts = shapely.get_parts(inside)
    kept = parts[shapely.get_dimensions(parts) == shapely.get_dimensions(outline)]
    return replace(red_line, geometry=shapely.union_all(kept))
