"""What an exclusion table comes to: per rule, and the funnel of the parcels that stay free."""

from __future__ import annotations

from typing import Any

import numpy as np

from siting.exclude.export import SCHEMA, TOTALLED
from siting.exclude.records import UNPLANNED, Column, ExclusionTable
from siting.model import SQUARE_METRES_PER_HECTARE, Severity, Text

#: Severities in the order in which the funnel asks them.
_ASKED = (Severity.PROHIBITED, Severity.RESTRICTED, Severity.CONSULT, Severity.ADVISORY)
_FREE_OF = {
    Severity.PROHIBITED: Text("不违反任何禁止性规则", "hit by no prohibited rule"),
    Severity.RESTRICTED: Text("也不涉及限制性规则", "nor by a restricted one"),
}
_ALL = Text("全部宗地", "all parcels")
_BARE = Text("（无规划用地覆盖）", " (land without a zone)")
#: Less than this is shown in m²: in hectares slivers would look like nothing.
SHOWN_IN_M2 = 100.0
_CHECKED = Text("且已全部核查", "and checked in full")


def exclusion_to_dict(table: ExclusionTable) -> dict[str, Any]:
    """Return the summary as JSON: areas in m², counts of parcels, the funnel."""
    return {
        "schema": SCHEMA,
        "as_of": table.as_of.isoformat(),
        "crs": table.crs,
        "rule_book": table.rule_book,
        "parcels": len(table),
        "parcels_left_out": table.land.left_out,
        "area_m2": float(table.land.areas_m2.sum()),
        "rules": [_rule(column) for column in table.columns],
        "together": {str(severity): _together(table, severity) for severity in TOTALLED},
        "not_in_table": {code: _both(text) for code, text in sorted(table.left_out.items())},
        "funnel": [
            {"step": name, "title": _both(title), "remaining": remaining}
            for name, title, remaining in funnel(table)
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.get("zh"), "en": text.get("en")}


def _rule(column: Column) -> dict[str, Any]:
    rule, cells = column.rule, column.cells
    is_measured = not bool(np.isnan(cells.excluded_m2).any())
    return {
        "column": column.key,
        "code": rule.code,
        "variant": column.variant,
        "title": _both(rule.title),
        "severity": str(column.severity),
        "basis": rule.basis.citation,
        "parcels_hit": int(cells.is_hit.sum()),
        "excluded_m2": float(cells.excluded_m2.sum()) if is_measured else None,
        "bound_m2": float(cells.bound_m2.sum()) if is_measured else None,
        "parcels_not_checked": int(cells.is_unchecked.sum()),
        "parcels_disputed": int(cells.is_disputed.sum()),
        "gaps": [_both(gap) for gap in column.gaps],
        "layers": dict(column.layers),
    }


def _together(table: ExclusionTable, severity: Severity) -> dict[str, float]:
    least, most = table.range_m2(severity)
    return {"at_least_m2": float(least.sum()), "at_most_m2": float(most.sum())}


def funnel(table: ExclusionTable) -> list[tuple[str, Text, int]]:
    """Return step, title and how many parcels are left, for a project that nobody excepts.

    Rules in the order of the book, prohibited ones first; a zoning rule's uses depend on who
    asks and are no step. Consult and advisory rules exclude nothing.
    """
    free = np.ones(len(table), dtype=bool)
    checked = np.ones(len(table), dtype=bool)
    steps = [("all", _ALL, len(table))]
    for severity, title in _FREE_OF.items():
        for column in table.columns:
            if column.severity is severity and column.variant in {"", UNPLANNED}:
                free &= ~column.cells.is_hit
                checked &= ~column.cells.is_unchecked
                steps.append((f"rule:{column.key}", column.rule.title, int(free.sum())))
        steps.append((f"free:{severity}", title, int(free.sum())))
        steps.append((f"checked:{severity}", _CHECKED, int((free & checked).sum())))
    return steps


def exclusion_lines(table: ExclusionTable, *, language: str) -> list[str]:
    """Return the summary for a terminal: a line per rule, then the funnel."""
    is_english = language == "en"
    area_ha = float(table.land.areas_m2.sum()) / SQUARE_METRES_PER_HECTARE
    lines = [
        f"{len(table)} parcels, {area_ha:,.2f} ha; {table.rule_book}, {table.as_of}"
        if is_english
        else f"宗地 {len(table)} 宗，{area_ha:,.2f} 公顷；{table.rule_book}，{table.as_of}"
    ]
    for severity in _ASKED:
        some = [column for column in table.columns if column.severity is severity]
        if some:
            lines.extend(["", _heading(severity, is_english=is_english)])
            lines.extend(_rule_line(column, is_english=is_english) for column in some)
    lines.extend(["", "free parcels" if is_english else "可用宗地逐步收窄"])
    lines.extend(f"  {title.get(language)}  {count}" for _, title, count in _short(table))
    names = "、".join(sorted(table.left_out))
    lines.extend(["", f"not in this table: {names}" if is_english else f"不在表内的规则：{names}"])
    return lines


def _short(table: ExclusionTable) -> list[tuple[str, Text, int]]:
    """Return the funnel without the steps that take nothing out."""
    steps = funnel(table)
    return [
        step
        for before, step in zip([None, *steps], steps, strict=False)
        if before is None or not step[0].startswith("rule:") or step[2] < before[2]
    ]


def _heading(severity: Severity, *, is_english: bool) -> str:
    words = {
        Severity.PROHIBITED: "禁止", Severity.RESTRICTED: "限制",
        Severity.CONSULT: "征询", Severity.ADVISORY: "提示",
    }  # fmt: skip
    return str(severity) if is_english else words[severity]


def _rule_line(column: Column, *, is_english: bool) -> str:
    cells, language = column.cells, "en" if is_english else "zh"
    hit, unchecked = int(cells.is_hit.sum()), int(cells.is_unchecked.sum())
    name = f"  {column.key}  {column.rule.title.get(language)}{_of_variant(column, language)}"
    if np.isnan(cells.excluded_m2).any():
        said = "not checked: " if is_english else "未核查："
        return f"{name}  {said}{'；'.join(gap.get(language) for gap in column.gaps)}"
    area = _area(float(cells.excluded_m2.sum()), is_english=is_english)
    said = f"{hit} parcels, {area}" if is_english else f"{hit} 宗，{area}"
    if unchecked:
        said += f"; {unchecked} not checked" if is_english else f"；未核查 {unchecked} 宗"
    return f"{name}  {said}"


def _of_variant(column: Column, language: str) -> str:
    if not column.variant:
        return ""
    if column.variant == UNPLANNED:
        return _BARE.get(language)
    return Text(f"（用途 {column.variant}）", f" (use {column.variant})").get(language)


def _area(area_m2: float, *, is_english: bool) -> str:
    """Return hectares, or square metres where hectares would read as nought."""
    if area_m2 < SHOWN_IN_M2:
        return f"{area_m2:,.2f} m²"
    return f"{area_m2 / SQUARE_METRES_PER_HECTARE:,.2f} {'ha' if is_english else '公顷'}"
