"""The dispatch as files for spreadsheets: CSV (one row per project) and XLSX (three sheets)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from siting.diff.records import (
    UNCHECKED,
    Cause,
    ChangeKind,
    Difference,
    ProjectChange,
    RedLineChange,
    VerdictChange,
)
from siting.diff.wording import (
    KINDS,
    STATUSES,
    Words,
    causes_text,
    outcomes_text,
    pick,
    project_text,
    version_text,
)
from siting.model import SQUARE_METRES_PER_MU
from siting.save import Column, Sheet, csv_text, write_bytes, write_sheets

Cell = str | float | int | None

PROJECT_COLUMNS: tuple[Words, ...] = (
    ("项目", "project"), ("名称", "name"), ("红线版本", "version"), ("结论", "outcome"),
    ("红线±亩", "red line ±mu"), ("冲突±亩", "conflict ±mu"), ("未能核查", "unchecked"),
    ("新增", "new"), ("消除", "cleared"), ("变化与原因", "what changed, and why"),
)  # fmt: skip
"""One row per project: numbers as numbers, 亩 to four decimals; empty: not comparable."""

DETAIL_COLUMNS: tuple[Words, ...] = (
    ("项目", "project"), ("红线", "red line"), ("规则", "rule"), ("规则名称", "title"),
    ("变化", "change"), ("前期", "before"), ("本期", "after"), ("前期 m²", "m² before"),
    ("本期 m²", "m² after"), ("±m²", "±m²"), ("±亩", "±mu"), ("要素", "features"),
    ("未查", "not checked"), ("原因", "causes"),
)  # fmt: skip
"""One row per red line and rule."""


def project_row(project: ProjectChange, language: str) -> list[Cell]:
    """Return a project's row; see :data:`PROJECT_COLUMNS`."""
    conflict_mu = project.conflict_delta_mu
    return [
        project.project_id,
        project.name,
        version_text(project, language),
        outcomes_text(project, language),
        round(project.delta_mu, 4) + 0.0,
        None if conflict_mu is None else round(conflict_mu, 4) + 0.0,
        project.count(*UNCHECKED),
        project.count(ChangeKind.NEW_CONFLICT),
        project.count(ChangeKind.CLEARED),
        project_text(project, language),
    ]


def _detail_row(
    project: ProjectChange, line: RedLineChange, change: VerdictChange, language: str
) -> list[Cell]:
    before, after, delta_m2 = change.before, change.after, change.delta_m2
    features = dict.fromkeys(
        f"{one.layer}:{one.feature_id} {one.feature_name}".strip()
        for one in change.features
        if one.feature_id
    )
    semicolon = pick(("；", "; "), language)
    return [
        project.project_id,
        change.red_line_id,
        change.code,
        change.title.get(language),
        pick(KINDS[change.kind], language),
        pick(STATUSES[before.status], language),
        pick(STATUSES[after.status], language),
        round(before.area_m2, 4),
        round(after.area_m2, 4),
        None if delta_m2 is None else round(delta_m2, 4) + 0.0,
        None if delta_m2 is None else round(delta_m2 / SQUARE_METRES_PER_MU, 4) + 0.0,
        semicolon.join(features),
        semicolon.join(gap.get(language) for gap in after.gaps),
        causes_text((*line.causes, *change.causes), language),
    ]


def _detail_rows(projects: Sequence[ProjectChange], language: str) -> Iterator[list[Cell]]:
    for project in projects:
        for line in project.red_lines:
            for change in line.changes:
                yield _detail_row(project, line, change, language)


def _shown(difference: Difference, *, has_unchanged: bool) -> tuple[ProjectChange, ...]:
    return difference.projects if has_unchanged else difference.changed


def write_csv(
    path: Path, difference: Difference, *, language: str = "zh", has_unchanged: bool = False
) -> None:
    """Write one row per project: UTF-8 with byte order mark, so that spreadsheets read it.

    Texts that a spreadsheet would run as a formula get ``'`` before them.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    rows = [project_row(one, language) for one in _shown(difference, has_unchanged=has_unchanged)]
    sheet = _sheet("", [pick(words, language) for words in PROJECT_COLUMNS], rows)
    write_bytes(path, csv_text(sheet).encode("utf-8-sig"))


def write_xlsx(
    path: Path, difference: Difference, *, language: str = "zh", has_unchanged: bool = False
) -> None:
    """Write a workbook: the dispatch, its details, and what applies to all projects.

    Texts are written as texts, never as formulas. Equal input gives equal bytes.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    projects = _shown(difference, has_unchanged=has_unchanged)
    sheets: tuple[tuple[Words, tuple[Words, ...], list[list[Cell]]], ...] = (
        (("周调度", "dispatch"), PROJECT_COLUMNS, [project_row(one, language) for one in projects]),
        (("明细", "details"), DETAIL_COLUMNS, list(_detail_rows(projects, language))),
        (("总体", "overall"), (("事项", "matter"), ("内容", "content")),
         list(_overall_rows(difference, language))),
    )  # fmt: skip
    made = [
        _sheet(pick(title, language), [pick(words, language) for words in columns], rows)
        for title, columns, rows in sheets
    ]
    write_sheets(path, made, may_replace=True)


def _sheet(title: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Sheet:
    columns = tuple(Column(heading, number_format="General", width=0) for heading in headings)
    return Sheet(title, columns, tuple(map(tuple, rows)))


def _overall_rows(difference: Difference, language: str) -> Iterator[list[Cell]]:
    sides = ((("前期", "before"), difference.before), (("本期", "after"), difference.after))
    for words, side in sides:
        yield [pick(words, language), f"{side.as_of} {side.rule_book} {side.identity}"]
    for kind, words in KINDS.items():
        yield [pick(words, language), difference.counts[str(kind)]]
    groups: tuple[tuple[Words, tuple[Cause, ...]], ...] = (
        (("共同变化", "for all"), difference.common), (("图层", "layers"), difference.layers),
        (("规则", "rules"), difference.rules), (("未能读取", "not read"), difference.refused),
    )  # fmt: skip
    for words, causes in groups:
        for cause in causes:
            yield [pick(words, language), cause.text.get(language)]
