"""The comparison as a workbook: figures as numbers, texts as texts, sums to recompute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from siting.compare import words
from siting.compare.cells import Cell, sections
from siting.compare.records import Comparison, Option
from siting.compare.words import name_of
from siting.model import Text
from siting.save import Column, Formula, Sheet, write_sheets

Row = tuple[object, ...]

_SIDES, _POINTS = Text("对比", "side by side"), Text("得分", "points")
_WHY, _GROUNDS = Text("理由", "why"), Text("依据", "grounds")
_ITEM, _CONTENT = Text("事项", "matter"), Text("内容", "content")
_CRITERION, _UNIT, _SHARE = Text("指标", "criterion"), Text("单位", "unit"), Text("权重", "weight")
_MEASURE, _WORTH, _GIVEN = Text("指标值", "measure"), Text("价值", "worth"), Text("得分", "points")
_REPORTED = Text("总分（报告）", "score (reported)")
_SUM = Text("各项得分之和（公式）", "sum of the points (formula)")
_PRODUCT = Text("100 × Σ 权重 × 价值（公式）", "100 × Σ weight × worth (formula)")
#: Columns of the points before those of the alternatives, and columns of each.
_LEAD, _EACH = 3, 3
#: Decimals of measures and worths, as the report has them.
_DECIMALS = 4


def write_workbook(
    path: Path, comparison: Comparison, *, language: str, may_replace: bool = False
) -> None:
    """Write four sheets: side by side, points with live sums, why, and by what it was scored.

    Texts of the data are texts, whatever they begin with; only the sums are formulas, ours.

    Raises
    ------
    WriteError
        See :func:`siting.save.write_sheets`.
    """
    write_sheets(path, sheets_of(comparison, language=language), may_replace=may_replace)


def sheets_of(comparison: Comparison, *, language: str) -> tuple[Sheet, ...]:
    """Return the sheets; see :func:`write_workbook`."""
    made = [
        _sides(comparison, language),
        _why(comparison, language),
        _grounds(comparison, language),
    ]
    scored = [option for option in comparison.options if option.marks]
    if scored:
        made.insert(1, _points(comparison, scored, language))
    return tuple(made)


def _heading(option: Option, language: str) -> str:
    return f"{name_of(option).get(language)} {option.id}"


def _sides(comparison: Comparison, language: str) -> Sheet:
    options = comparison.options
    columns = [Column(_ITEM.get(language), width=0)]
    columns += [
        Column(_heading(option, language), number_format="General", width=0) for option in options
    ]
    blank: Row = (None,) * len(options)
    rows: list[Row] = []
    for section in sections(comparison, options, language):
        rows.append((section.title, *blank))
        rows += [
            (
                line.title,
                *(_rounded(cell, line.decimals + 2 * line.is_share) for cell in line.cells),
            )
            for line in section.lines
        ]
    return Sheet(_SIDES.get(language), tuple(columns), tuple(rows))


def _rounded(cell: Cell, decimals: int) -> Cell:
    return round(cell, decimals) + 0.0 if isinstance(cell, float) else cell


def _points(comparison: Comparison, options: Sequence[Option], language: str) -> Sheet:
    lead = (_CRITERION, _UNIT, _SHARE)
    columns = [Column(title.get(language), "General", 0) for title in lead]
    for option in options:
        name = name_of(option).get(language)
        columns += [
            Column(f"{name} {title.get(language)}", "General", 0)
            for title in (_MEASURE, _WORTH, _GIVEN)
        ]
    rows: list[Row] = []
    for criterion in comparison.criteria:
        cells: list[object] = [criterion.title.get(language), criterion.unit, criterion.share]
        for option in options:
            mark = option.marks.get(criterion.name)
            cells += (
                [None, None, None]
                if mark is None
                else [_four(mark.measure), _four(mark.worth), _four(mark.points)]
            )
        rows.append(tuple(cells))
    rows += _sums(comparison, options, language)
    return Sheet(_POINTS.get(language), tuple(columns), tuple(rows))


def _four(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS) + 0.0


def _sums(comparison: Comparison, options: Sequence[Option], language: str) -> Iterator[Row]:
    """Yield the score as reported, and by live formulas over the cells above."""
    count = len(comparison.criteria)
    blank: list[object] = [None] * (_LEAD - 1)
    reported: list[object] = [_REPORTED.get(language), *blank]
    sums: list[object] = [_SUM.get(language), *blank]
    products: list[object] = [_PRODUCT.get(language), *blank]
    shares = _cells(_LEAD, count)
    for place, option in enumerate(options):
        if option.score is None:
            reported += [None] * _EACH
            sums += [None] * _EACH
            products += [None] * _EACH
            continue
        first = _LEAD + _EACH * place + 1
        worths, points = _cells(first + 1, count), _cells(first + 2, count)
        reported += [None, None, round(option.score, 2)]
        sums += [None, None, Formula(f"=SUM({points})")]
        products += [None, None, Formula(f"=100*SUMPRODUCT({shares},{worths})")]
    yield tuple(reported)
    yield tuple(sums)
    yield tuple(products)


def _cells(column: int, count: int) -> str:
    """Return the range of a column (1 is A) below the heading."""
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(column)
    return f"{letter}2:{letter}{count + 1}"


def _why(comparison: Comparison, language: str) -> Sheet:
    rows: list[Row] = []
    for option in comparison.options:
        certainty = option.certainty
        texts = [option.why, *((certainty.text, certainty.behind) if certainty else ())]
        rows += [
            (_heading(option, language), text.get(language))
            for text in texts
            if text is not None and (text.zh or text.en)
        ]
    return _pairs(_WHY, rows, language)


def _pairs(title: Text, rows: Sequence[Row], language: str) -> Sheet:
    columns = (Column(_ITEM.get(language), width=0), Column(_CONTENT.get(language), width=0))
    return Sheet(title.get(language), columns, tuple(rows))


def _grounds(comparison: Comparison, language: str) -> Sheet:
    origin, project, profile = comparison.origin, comparison.project, comparison.profile
    facts = [
        (Text("项目", "project"), f"{project.id} {project.name}"),
        (Text("城市", "city"), origin.city.get(language)),
        (Text("基准日", "as of"), origin.as_of.isoformat()),
        (Text("坐标系", "CRS"), origin.crs),
        (Text("规则库", "rule book"), origin.rule_book),
        (Text("报告指纹", "report"), origin.identity),
        (Text("说明", "note"), words.PROPOSAL.get(language)),
        (Text("说明", "note"), words.ORDER.get(language)),
        (Text("说明", "note"), words.drawing_text(comparison.drawing).get(language)),
    ]
    if origin.secrecy.zh or origin.secrecy.en:
        facts.insert(0, (Text("密级", "marking"), origin.secrecy.get(language)))
    if profile is not None:
        method = words.method_text(profile.method, profile.weighting, profile.consistency_ratio)
        title = f"{profile.title.get(language) or profile.name}: {method.get(language)}"
        facts.append((Text("评分方案", "profile"), f"{title} {profile.chosen.get(language)}"))
        facts += [
            (Text("未计入", "left out"), words.left_out_text(each).get(language))
            for each in profile.left_out
        ]
    for each in comparison.criteria:
        worth = words.worth_text(each).get(language)
        facts.append((each.title, f"{worth} {each.basis}".rstrip()))
    facts += [(Text("说明", "note"), note.get(language)) for note in comparison.notes]
    rows: list[Row] = [(title.get(language), text) for title, text in facts]
    return _pairs(_GROUNDS, rows, language)
