"""Sheets of the workbook that list rows: projects, findings, alternatives, composition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from siting.compose import sheets_of as composition_sheets
from siting.handover.cells import (
    MEASURE,
    WHOLE,
    Material,
    Row,
    adding_up,
    area_columns,
    each_area,
    values_of,
)
from siting.handover.titles import TITLES
from siting.measure import PLANAR
from siting.model import Text
from siting.save import Column, Sheet

PROJECTS, FINDINGS = Text("项目", "projects"), Text("问题", "findings")
ALTERNATIVES, COMPOSITION = Text("备选方案", "alternatives"), Text("用地组成", "composition")
_AREA = Text("认定面积", "area of record")
_EACH = Text("面积（不可合计）", "area (not to be added up)")
_TOTAL = Text("合计", "total")
_BUT_INVALID = Text(
    "合计（不含几何无效的 {0} 条）", "total (without {0} outlines that are not valid)"
)
NO_RED_LINE = Text("无红线，未核查", "no red line, not checked")
_RULE, _KIND = Text("规则名称", "title of the rule"), Text("方案", "alternative")
_SITE, _REPAIR = Text("备选地块", "suggested site"), Text("修正红线", "corrected red line")
_NO_SITE, _FEWER = Text("无备选地块", "no site"), Text("修正方案不足", "fewer corrections")
_WHY = Text("理由", "why")
_UNSOUGHT = Text("本次未求备选地块", "no sites were sought in this run")

#: Columns of ``redlines`` before and after the area of record.
_BEFORE = (
    "red_line_id", "project_id", "project_name", "project_stage", "project_form", "project_use",
    "outcome", "is_incomplete", "worst_severity",
)  # fmt: skip
_AFTER = (
    "area_m2", "area_ellipsoidal_m2", "area_declared_m2", "area_in_district_m2",
    "conflict_area_m2", "findings_elsewhere", "not_checked", "near", "blocked_by", "freed_m2",
    "path", "is_valid", "validity", "version", "source", "notes",
)  # fmt: skip
#: Columns of ``findings`` before and after the rule's title and the areas.
_FIRST = ("red_line_id", "project_id", "code")
_THEN = (
    "severity", "layer", "feature_id", "feature_name", "message", "measure", "unit", "limit",
    "area_ellipsoidal_m2", "is_sliver", "is_disputed", "certainty", "area_m2_min", "area_m2_max",
    "band_missing", "way_out", "office", "papers", "exceptions",
)  # fmt: skip
#: Columns of alternatives, from ``suggestions`` or ``repairs``, beside kind, areas and why.
_OFFERED = (
    "project_name", "site_district", "site_id", "score", "must_acquire", "resolves", "remains",
    "introduces", "not_checked", "distance_m", "area_lost_m2", "area_gained_m2", "moved_m",
    "least_width_m", "frontage_m", "owners", "lane_m2", "parcel_ids",
)  # fmt: skip
_FORMATS = {"findings_elsewhere": WHOLE, "owners": WHOLE, "rank": WHOLE}


def _columns(table: str, names: Sequence[str], language: str) -> tuple[Column, ...]:
    return tuple(_column(table, name, language) for name in names)


def _column(table: str, name: str, language: str) -> Column:
    titles = TITLES[table]
    title = titles.get(f"{name}_{language}") or titles.get(name) or TITLES["repairs"][name]
    number_format = _FORMATS.get(name, "#,##0.00" if name.endswith("_m2") else MEASURE)
    return Column(title.get(language), number_format, 0)


def projects(material: Material) -> Sheet:
    """Return one row per red line, then the projects without one; areas of record add up."""
    language, report = material.language, material.subject.report
    rows = values_of(material.tables["redlines"], language)
    column = "area_m2" if report.area_of_record == PLANAR else "area_ellipsoidal_m2"
    valid = material.tables["redlines"]["is_valid"].tolist()
    areas, total = adding_up(
        {str(row["red_line_id"]): row[column] if sound else None
         for row, sound in zip(rows, valid, strict=True)}
    )  # fmt: skip
    lines = [_project_row(row, areas[str(row["red_line_id"])]) for row in rows]
    lines += _without_red_line(material)
    invalid = valid.count(False)
    label = material.say(_BUT_INVALID).format(invalid) if invalid else material.say(_TOTAL)
    blank = (None,) * (len(_BEFORE) - 1)
    lines.append((label, *blank, *total, *(None,) * len(_AFTER)))
    columns = (
        *_columns("redlines", _BEFORE, language),
        *area_columns(_AREA, language),
        *_columns("redlines", _AFTER, language),
    )
    return Sheet(material.say(PROJECTS), columns, tuple(lines), has_filter=True, totals=1)


def _project_row(row: dict[str, object], area: Row) -> Row:
    return (*(row[name] for name in _BEFORE), *area, *(row[name] for name in _AFTER))


def _without_red_line(material: Material) -> Iterator[Row]:
    """Yield the projects that nothing was checked for: they are in the list, and never clear."""
    drawn = {result.red_line.project_id for result in material.subject.report.results}
    for project in sorted(material.subject.report.projects, key=lambda project: project.id):
        if project.id not in material.part.own_projects or project.id in drawn:
            continue
        outcome = material.say(NO_RED_LINE)
        head = {
            "project_id": project.id, "project_name": project.name, "outcome": outcome,
            "project_stage": project.stage, "project_use": project.use,
        }  # fmt: skip
        yield (*(head.get(name) for name in _BEFORE), *(None,) * (3 + len(_AFTER)))


def findings(material: Material) -> Sheet:
    """Return one row per finding; their areas lie on each other and are never added up."""
    language = material.language
    rows = values_of(material.tables["findings"], language)
    titles = {rule.code: rule.title.get(language) for rule in material.subject.report.rules}
    lines = [
        (*(row[name] for name in _FIRST), titles.get(str(row["code"])), *area,
         *(row[name] for name in _THEN))
        for row, area in zip(rows, each_area([row["area_m2"] for row in rows]), strict=True)
    ]  # fmt: skip
    columns = (
        *_columns("findings", _FIRST, language),
        Column(material.say(_RULE), width=0),
        *area_columns(_EACH, language),
        *_columns("findings", _THEN, language),
    )
    return Sheet(material.say(FINDINGS), columns, tuple(lines), has_filter=True)


def alternatives(material: Material) -> Sheet:
    """Return suggested sites and corrected red lines, and why there are none where there are."""
    language = material.language
    lines = [
        *_not_sought(material),
        *_offers(material, "suggestions", _SITE),
        *_no_sites(material),
        *_offers(material, "repairs", _REPAIR),
        *_fewer(material),
    ]
    columns = (
        Column(material.say(_KIND), width=0),
        *(_column("repairs", name, language) for name in ("project_id", "red_line_id", "rank")),
        *area_columns(_EACH, language),
        *_columns("suggestions", _OFFERED, language),
        Column(material.say(_WHY), width=0),
    )
    return Sheet(material.say(ALTERNATIVES), columns, tuple(lines), has_filter=True)


def _offers(material: Material, table: str, kind: Text) -> Iterator[Row]:
    if table not in material.tables:
        return
    rows = values_of(material.tables[table], material.language)
    renamed = {"least_width_m": "min_width_m"} if table == "repairs" else {}
    areas = each_area([row["area_m2"] for row in rows])
    for row, area in zip(rows, areas, strict=True):
        offered = (row.get(renamed.get(name, name)) for name in _OFFERED)
        head = (material.say(kind), row["project_id"], row.get("red_line_id"), row["rank"])
        yield (*head, *area, *offered, row.get("why", row.get("says")))


def _not_sought(material: Material) -> Iterator[Row]:
    """Yield a row that says so where nobody looked for sites: an empty list would say none."""
    if not material.subject.searches:
        kind, why = material.say(_SITE), material.say(_UNSOUGHT)
        yield (kind, *(None,) * (6 + len(_OFFERED)), why)


def _no_sites(material: Material) -> Iterator[Row]:
    own = material.part.own_projects
    for search in sorted(material.subject.searches, key=lambda search: search.project_id):
        if search.project_id in own and not search.suggestions:
            reason = search.blocked_by or search.note
            yield _nothing(material, _NO_SITE, (search.project_id, None), reason)


def _fewer(material: Material) -> Iterator[Row]:
    here = {result.red_line.id for result in material.part.results}
    for search in sorted(material.subject.report.repairs or (), key=lambda one: one.red_line_id):
        reason = search.blocked_by or search.fewer_because
        if search.red_line_id in here and reason is not None:
            yield _nothing(material, _FEWER, (search.project_id, search.red_line_id), reason)


def _nothing(
    material: Material, kind: Text, whose: tuple[str, str | None], reason: Text | None
) -> Row:
    blank: tuple[Any, ...] = (None,) * (4 + len(_OFFERED))
    why = material.say(reason) if reason is not None else None
    return (material.say(kind), *whose, *blank, why)


def composition(material: Material) -> tuple[Sheet, ...]:
    """Return the sheets of the composition table, or one that says why there is none."""
    if isinstance(material.composed, Text):
        column = Column(material.say(_WHY), width=0)
        rows = ((material.say(material.composed),),)
        return (Sheet(material.say(COMPOSITION), (column,), rows),)
    sheets = composition_sheets(material.composed, by="village", language=material.language)
    return tuple(replace(sheet, has_filter=True) for sheet in sheets)
