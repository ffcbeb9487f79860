"""Composition tables as sheets of cells: what goes into a workbook or a CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from siting.compose.account import grouped, sums_of
from siting.compose.records import Amount, Composed, Composition, Row, Sums
from siting.compose.words import (
    BASIC,
    CATEGORIES,
    HINT_WORDS,
    KINDS,
    NATURES,
    SUM_COLUMNS,
    labels,
    pick,
)
from siting.save import Column, Sheet

#: Number formats of a workbook, by unit.
_M2, _HA, _MU = "#,##0.00", "#,##0.0000", "#,##0.00"
_TEXT = "@"

Cells = tuple[object, ...]


def detail_sheet(composed: Composed, *, language: str) -> Sheet:
    """Return every row of every red line in three units; each column adds up to the red line."""
    columns = [
        Column(title, width=width)
        for title, width in zip(
            pick(_DETAIL_COLUMNS, language), (22, 18, 14, 24, 10, 16, 9, 24, 12, 12, 8), strict=True
        )
    ]
    columns += [
        Column(pick(("面积（m²）", "area (m²)"), language), _M2, 16),
        Column(pick(("面积（公顷）", "area (ha)"), language), _HA, 14),
        Column(pick(("面积（亩）", "area (mu)"), language), _MU, 14),
        Column(pick(("平面面积（m²，未取整）", "planar m², unrounded"), language), "0.0000", 18),
        Column(
            pick(("椭球面积（m²，未取整）", "ellipsoidal m², unrounded"), language), "0.0000", 18
        ),
    ]
    rows = [
        _detail(composition, row, language)
        for composition in composed.compositions
        for row in composition.rows
    ]
    return Sheet(pick(("明细", "rows"), language), tuple(columns), tuple(rows))


_DETAIL_COLUMNS = (
    ("红线", "red line"), ("项目", "project"), ("镇街", "town"), ("村（社区）", "village"),
    ("权属性质", "nature"), ("权属", "ownership"), ("地类编码", "class"), ("地类", "class name"),
    ("三大类", "category"), ("永久基本农田", "basic farmland"), ("耕地等别", "grade"),
)  # fmt: skip


def _detail(composition: Composition, row: Row, language: str) -> Cells:
    account = row.account
    return (
        composition.red_line_id,
        composition.project_id,
        account.town,
        account.village,
        pick(NATURES[account.nature], language),
        row.owner.get(language),
        account.code,
        row.name.get(language),
        pick(CATEGORIES[row.category] if row.group else KINDS[account.kind], language),
        pick(BASIC[account.basic], language),
        account.grade,
        row.area.m2,
        row.area.ha,
        row.area.mu,
        round(row.planar_m2, 4),
        round(row.ellipsoidal_m2, 4),
    )


def summary_sheet(composed: Composed, *, by: str, language: str) -> Sheet:
    """Return the composition table proper in 公顷: per red line a line per group, then its sum."""
    columns = [
        Column(pick(("红线", "red line"), language), _TEXT, 22),
        Column(pick(("分组", "group"), language), _TEXT, 28),
        Column(pick(("权属", "ownership"), language), _TEXT, 16),
        *(Column(pick(words, language), _HA, 13) for words in SUM_COLUMNS.values()),
    ]
    lines: list[Cells] = []
    everything: list[Row] = []
    for composition in composed.compositions:
        everything += composition.rows
        for key, rows in grouped(composition.rows, by, "ownership"):
            names = labels(rows, key[:1], by, language)
            lines.append((composition.red_line_id, *names, *_hectares(sums_of(rows))))
        total = pick(("合计", "total"), language)
        lines.append((composition.red_line_id, total, "", *_hectares(sums_of(composition.rows))))
    total = pick(("总计", "grand total"), language)
    lines.append((total, "", "", *_hectares(sums_of(everything))))
    title = pick(("用地组成表（公顷）", "composition (ha)"), language)
    return Sheet(title, tuple(columns), tuple(lines))


def _hectares(sums: Sums) -> Cells:
    amounts: list[Amount] = [getattr(sums, name) for name in SUM_COLUMNS]
    return tuple(amount.ha for amount in amounts)


def remark_sheet(composed: Composed, *, language: str) -> Sheet:
    """Return hints of approval, gaps, notes and sources, one line each."""
    titles = (("红线", "red line"), ("内容", "kind"), ("说明", "text"), ("依据", "source"),
              ("确定度", "certainty"))  # fmt: skip
    widths = (22, 14, 70, 60, 8)
    columns = tuple(
        Column(pick(words, language), _TEXT, width)
        for words, width in zip(titles, widths, strict=True)
    )
    title = pick(("提示与未查", "hints and gaps"), language)
    return Sheet(title, columns, tuple(_remarks(composed, language)))


def _remarks(composed: Composed, language: str) -> Iterator[Cells]:
    for composition in composed.compositions:
        name = composition.red_line_id
        for gap in composition.gaps:
            yield name, pick(("未查", "gap"), language), gap.get(language), "", ""
        for hint in composition.hints:
            text = f"{hint.step_title.get(language)} → {hint.level_title.get(language)}"
            if not hint.is_certain:
                text += pick(("（可能，资料不足）", " (possibly: too little is known)"), language)
            basis = hint.basis
            source = f"{basis.citation} {basis.article}".strip()
            yield name, pick(HINT_WORDS, language), text, source, basis.certainty
        for note in composition.notes:
            yield name, pick(("备注", "note"), language), note.get(language), "", ""
    for use in composed.classes:
        text = f"{use.code} {use.name.get(language)} → {pick(CATEGORIES[use.category], language)}"
        remark = use.note.get(language)
        line = f"{text}；{remark}" if remark else text
        yield (
            "",
            pick(("地类归类", "class"), language),
            line,
            use.basis.citation,
            use.basis.certainty,
        )
    for _, basis, note in composed.bases:
        text = "；".join(part for part in (basis.article, note.get(language)) if part)
        yield "", pick(("依据", "source"), language), text, basis.citation, basis.certainty
    for note in composed.notes:
        yield "", pick(("备注", "note"), language), note.get(language), "", ""


def sheets_of(composed: Composed, *, by: str, language: str) -> Sequence[Sheet]:
    """Return the sheets of a workbook: summary, rows, hints and gaps."""
    return (
        summary_sheet(composed, by=by, language=language),
        detail_sheet(composed, language=language),
        remark_sheet(composed, language=language),
    )
