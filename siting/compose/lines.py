"""Composition tables as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from siting.columns import columns_of
from siting.compose.account import grouped, sums_of
from siting.compose.records import Amount, Balance, Composed, Composition, Hint, Row, Sums
from siting.compose.words import (
    CATEGORIES,
    HINT_WORDS,
    SUM_COLUMNS,
    labels,
    not_known,
    pick,
)

#: Columns that every table shows; the others appear where they are not 0.
_ALWAYS = ("total", "farm", "cultivated", "paddy", "construction", "unused")

_DISCLAIMER = (
    "审批层级与占补平衡是按门槛数据给出的提示（H 已核对 · M 未查 · L 须核），不是审批意见",
    "approval levels and balance are hints by thresholds kept as data: H read, M known, L to check",
)


def composition_lines(
    composed: Composed, *, by: str, names: Mapping[str, str], language: str
) -> Iterator[str]:
    """Yield all tables: in 公顷 by group, then by class in three units, then hints and gaps.

    Parameters
    ----------
    composed
        From :func:`siting.compose.compose`.
    by
        A name of ``GROUPINGS``: what the lines of the first table are.
    names
        Project names by project id.
    language
        ``zh`` or ``en``.
    """
    record = pick(
        ("平面面积", "planar area")
        if composed.area_of_record == "planar"
        else ("椭球面积", "ellipsoidal area"),
        language,
    )
    of_record = pick((f"面积以{record}为准", f"{record} of record"), language)
    yield (
        f"{composed.city.get(language)} · {composed.book} · {composed.crs} · {composed.as_of} · "
        + of_record
    )
    for composition in composed.compositions:
        yield ""
        yield from _one(composition, by, names.get(composition.project_id, ""), language)
    if len(composed.compositions) > 1:
        rows = [row for composition in composed.compositions for row in composition.rows]
        yield ""
        yield pick(("全部红线合计", "all red lines together"), language)
        yield from _table(rows, by, language)
    for note in composed.notes:
        yield f"  ~ {note.get(language)}"
    yield ""
    yield pick(_DISCLAIMER, language)


def _one(composition: Composition, by: str, name: str, language: str) -> Iterator[str]:
    head = f"{composition.red_line_id} {name}".strip()
    if not composition.rows:
        yield f"{head}  " + pick(("未编制组成表", "no table"), language)
    else:
        flag = "" if composition.is_complete else pick(("  [不完整]", "  [incomplete]"), language)
        yield f"{head}  {_units(composition.total, language)}{flag}"
        yield from _table(composition.rows, by, language)
        yield from _classes(composition.rows, language)
        yield from _needs(composition, language)
    for hint in composition.hints:
        yield _hint(hint, language)
    for gap in composition.gaps:
        yield pick(("  未查：", "  not checked: "), language) + gap.get(language)
    for note in composition.notes:
        yield f"  ~ {note.get(language)}"


def _table(rows: Sequence[Row], by: str, language: str) -> Iterator[str]:
    """Yield the groups with their sums in 公顷, and the sum of all."""
    whole = sums_of(rows)
    shown = [name for name in SUM_COLUMNS if name in _ALWAYS or getattr(whole, name).m2]
    lines = [
        (" ".join(dict.fromkeys(labels(members, key, by, language))), sums_of(members))
        for key, members in grouped(rows, by, "ownership")
    ]
    lines.append((pick(("合计", "total"), language), whole))
    width = max(columns_of(label) for label, _ in lines)
    titles = [pick(SUM_COLUMNS[name], language) for name in shown]
    unit = pick(("单位：公顷", "unit: ha"), language)
    yield "  " + _padded(unit, width) + "".join(_right(title, 14) for title in titles)
    for label, sums in lines:
        yield (
            "  "
            + _padded(label, width)
            + "".join(_right(f"{_amount(sums, name).ha:,}", 14) for name in shown)
        )


def _amount(sums: Sums, name: str) -> Amount:
    amount: Amount = getattr(sums, name)
    return amount


def _classes(rows: Sequence[Row], language: str) -> Iterator[str]:
    """Yield each class in three units under its category."""
    yield pick(("  地类明细", "  by class"), language)
    for _, members in grouped(rows, "category", "class"):
        row, total = members[0], sums_of(members).total
        title = f"{row.account.code} {row.name.get(language)}".strip()
        what = pick(CATEGORIES[row.category], language)
        yield f"    {_padded(title, 30)}{_padded(what, 18)}{_units(total, language)}"


def _needs(composition: Composition, language: str) -> Iterator[str]:
    sums = sums_of(composition.rows)
    new = pick(
        ("  新增建设用地（农用地＋未利用地）：", "  new construction land (farm + unused): "),
        language,
    )
    yield new + _units(sums.new_construction, language)
    yield from _balance(composition.balance, language)
    for words, area in (
        (("  其中永久基本农田：", "  of it basic farmland: "), sums.basic_farmland),
        (("  是否永久基本农田未查：", "  basic farmland not checked on: "), sums.basic_unknown),
    ):
        if area.m2:
            yield pick(words, language) + _units(area, language)


def _balance(balance: Balance, language: str) -> Iterator[str]:
    paddy = _units(balance.paddy, language)
    yield pick(
        (
            f"  占补平衡：耕地 {_units(balance.cultivated, language)}，其中水田 {paddy}",
            f"  to balance: cultivated {_units(balance.cultivated, language)}, of it paddy {paddy}",
        ),
        language,
    )
    for grade, area in balance.by_grade:
        yield f"    {not_known(grade, language)}  {_units(area, language)}"
    if balance.possible.m2:
        yield pick(
            ("    另有未定地类可能为耕地：", "    not known, may be cultivated too: "), language
        ) + _units(balance.possible, language)


def _hint(hint: Hint, language: str) -> str:
    sure = "" if hint.is_certain else pick(("（可能，资料不足）", " (possibly)"), language)
    area_ha = (hint.certain_m2 if hint.is_certain else hint.possible_m2) / 10_000
    limit = f"{area_ha:,.4f} > {hint.limit_m2 / 10_000:,.4f} " + pick(("公顷", "ha"), language)
    note = hint.note.get(language)
    return (
        f"  {pick(HINT_WORDS, language)}: {hint.step_title.get(language)} → "
        f"{hint.level_title.get(language)}{sure}  [{limit}]  {hint.basis.citation} "
        f"{hint.basis.article} ({hint.basis.certainty})" + (f"；{note}" if note else "")
    )


def _units(amount: Amount, language: str) -> str:
    ha, mu = pick((("公顷", "ha"), ("亩", "mu")), language)
    return f"{amount.ha:,} {ha} · {amount.mu:,} {mu} · {amount.m2:,} m²"


def _padded(text: str, width: int) -> str:
    return text + " " * max(1, width + 2 - columns_of(text))


def _right(text: str, width: int) -> str:
    return " " * max(1, width - columns_of(text)) + text
