"""The rule book and what it asks for: its cases, roles, columns, codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from siting.city import City
from siting.criteria import Shelf
from siting.doctor.checks import Check, CheckStatus, Group, faults_of
from siting.errors import SitingError
from siting.model import NO_TEXT, Atlas, Layer, Text
from siting.rulebook import RuleBook, built_in_rule_books, read_rule_book, run_cases
from siting.rules.attributes import SetbackRow, match_row
from siting.rules.base import Rule
from siting.rules.overlap import OverlapRule
from siting.rules.setback import SetbackRule
from siting.rules.zoning import ZoningRule


def examine_rule_books() -> tuple[Check, ...]:
    """Run the cases of the rule books that come with siting."""
    return tuple(examine_cases(read_rule_book(name)) for name in built_in_rule_books())


def examine_cases(rule_book: RuleBook) -> Check:
    """Run the cases of a rule book."""
    title = Text(f"规则库 {rule_book.name}", f"rule book {rule_book.name}")
    results = run_cases(rule_book)
    failed = [result for result in results if not result.has_passed]
    untested = {rule.code for rule in rule_book.rules} - {
        case.rule_code for case in rule_book.cases
    }
    passed, rules = len(results) - len(failed), len(rule_book.rules)
    found = Text(
        f"{rule_book.version}：{rules} 条规则，用例 {passed} 个通过，{len(failed)} 个不通过，"
        f"{len(untested)} 条规则没有用例",
        f"{rule_book.version}: {rules} rules; cases: {passed} passed, {len(failed)} failed; "
        f"{len(untested)} rules without a case",
    )
    details = [f"✗ {each.case.rule_code} {each.case.name}: {each.fault}" for each in failed]
    details += [f"{code}: no case" for code in sorted(untested)]
    status = CheckStatus.WARNING if untested else CheckStatus.OK
    status = CheckStatus.FAULT if failed else status
    mend = Text(
        "逐条更正规则或其用例：siting rules --book CITY.toml test",
        "correct the rule or its case: siting rules --book CITY.toml test",
    )
    return Check(
        Group.RULES,
        "rule_book",
        title,
        status,
        found,
        NO_TEXT if status is CheckStatus.OK else mend,
        tuple(Text(detail, detail) for detail in details),
    )


def examine_profiles(city: City) -> tuple[Check, ...]:
    """Read the profiles by which sites are scored: those that come with siting, and the city's."""
    title = Text("评分标准", "profiles")
    try:
        shelf = Shelf.of(city)
    except SitingError as error:
        return faults_of(error, name="profiles", title=title, group=Group.RULES)
    names, own = ", ".join(shelf.profiles), ", ".join(sorted(shelf.own))
    found = Text(
        f"{len(shelf.profiles)} 套：{names}" + (f"；自有：{own}" if own else ""),
        f"{len(shelf.profiles)}: {names}" + (f"; the city's own: {own}" if own else ""),
    )
    return (Check(Group.RULES, "profiles", title, CheckStatus.OK, found),)


def examine_roles(rules: Sequence[Rule], atlas: Atlas) -> tuple[Check, ...]:
    """Name each role that rules need and the city does not configure, with those rules."""
    needing: dict[str, list[str]] = {}
    for rule in rules:
        for role in rule.needs:
            if not atlas.by_role(role):
                needing.setdefault(role, []).append(rule.code)
    if needing:
        return tuple(_missing_role(role, codes) for role, codes in sorted(needing.items()))
    number = len({role for rule in rules for role in rule.needs})
    found = Text(
        f"规则要的 {number} 种图层都已配置", f"all {number} roles that rules need are there"
    )
    title = Text("图层角色", "roles")
    return (Check(Group.RULES, "roles", title, CheckStatus.OK, found),)


def _missing_role(role: str, codes: Sequence[str]) -> Check:
    return Check(
        Group.RULES,
        f"role {role}",
        Text(f"图层角色 {role}", f"role {role}"),
        CheckStatus.WARNING,
        Text(
            f"未配置；这些规则将报“未查”：{'、'.join(codes)}",
            f"no layer; these rules will say 'not checked': {', '.join(codes)}",
        ),
        Text(
            f'在 city.toml 加 [[layer]] role = "{role}"；本市确实没有时，给一个空图层并写 '
            "declared_empty = true",
            f'add a [[layer]] with role = "{role}" to city.toml; if the city has none, an empty '
            "layer with declared_empty = true",
        ),
    )


def examine_columns(rules: Sequence[Rule], atlas: Atlas) -> tuple[Check, ...]:
    """Hold the columns that rules look at against those that the loaded layers have."""
    checks: list[Check] = []
    number = 0
    for rule in rules:
        for role in rule.needs:
            for layer in atlas.by_role(role):
                if layer.is_usable:
                    number += 1
                    checks += _columns(rule, layer)
    if checks:
        return tuple(checks)
    found = Text(
        f"{number} 组规则与图层，字段齐全", f"{number} pairs of rule and layer, no column missing"
    )
    title = Text("规则用到的字段", "columns that rules need")
    return (Check(Group.RULES, "columns", title, CheckStatus.OK, found),)


def _columns(rule: Rule, layer: Layer) -> list[Check]:
    if layer.frame is None:
        return []
    have = set(layer.frame.columns)
    if isinstance(rule, OverlapRule):
        missing = sorted({column for column, _ in rule.where} - have)
        return [_lacking(rule, layer, missing)] if missing else []
    if isinstance(rule, ZoningRule):
        checks = [] if rule.code_column in have else [_lacking(rule, layer, [rule.code_column])]
        return checks + ([] if layer.code_system else [_no_code_system(rule, layer)])
    if isinstance(rule, SetbackRule) and len(layer.frame):
        return _setback(rule, layer, layer.frame, have)
    return []


def _setback(rule: SetbackRule, layer: Layer, frame: pd.DataFrame, have: set[str]) -> list[Check]:
    wanted = {column for row in rule.rows for column in _of_row(row)}
    if not any(_of_row(row) <= have for row in rule.rows):
        return [_lacking(rule, layer, sorted(wanted - have))]
    present = sorted(wanted & have)
    if not present:
        return []
    rows = frame[present].astype(str).fillna("").to_numpy().tolist()
    unmatched = {
        key: number
        for key, number in Counter(tuple(row) for row in rows).items()
        if match_row(rule.rows, dict(zip(present, key, strict=True))) is None
    }
    return [_unmatched(rule, layer, present, unmatched)] if unmatched else []


def _of_row(row: SetbackRow) -> set[str]:
    return {condition.column for condition in row.conditions}


def _lacking(rule: Rule, layer: Layer, columns: Sequence[str]) -> Check:
    names = ", ".join(columns)
    mapped = ", ".join(f'{column} = "…"' for column in columns)
    return Check(
        Group.RULES,
        f"columns {rule.code} {layer.name}",
        Text(f"{rule.code} 的字段", f"columns of {rule.code}"),
        CheckStatus.FAULT,
        Text(
            f"图层 {layer.name} 没有 {names}；该规则将报“未查”",
            f"layer {layer.name} has no {names}: the rule will say 'not checked'",
        ),
        Text(
            f"图层里叫别的名字时写 attributes = {{ {mapped} }}，同名时列入 columns；"
            "没有时向提供方索取",
            f"where the file calls it otherwise, write attributes = {{ {mapped} }}; where it has "
            "it, list it in columns; else ask its provider",
        ),
    )


def _no_code_system(rule: ZoningRule, layer: Layer) -> Check:
    return Check(
        Group.RULES,
        f"code_system {rule.code} {layer.name}",
        Text(f"{rule.code} 的代码体系", f"code system of {rule.code}"),
        CheckStatus.FAULT,
        Text(
            f"图层 {layer.name} 未声明代码体系；该规则将报“未查”",
            f"layer {layer.name} declares no code system: the rule will say 'not checked'",
        ),
        Text(
            f'向提供方核实后写 code_system = "{rule.code_system}"（或有对照表的体系）；不会猜测',
            f'ask its provider, then write code_system = "{rule.code_system}" (or one with a '
            "crosswalk); it is never guessed",
        ),
    )


def _unmatched(
    rule: SetbackRule, layer: Layer, columns: Sequence[str], kinds: dict[tuple[str, ...], int]
) -> Check:
    total = sum(kinds.values())
    details = []
    for key, number in sorted(kinds.items()):
        pairs = zip(columns, key, strict=True)
        words = ", ".join(f"{column}={value}" for column, value in pairs)
        details.append(Text(f"{words}：{number} 个", f"{words}: {number}"))
    return Check(
        Group.RULES,
        f"values {rule.code} {layer.name}",
        Text(f"{rule.code} 的取值", f"values for {rule.code}"),
        CheckStatus.WARNING,
        Text(
            f"图层 {layer.name} 有 {total} 个要素不在退让表内，附近的红线将报“未查”",
            f"{total} feature(s) of layer {layer.name} fit no row of the setback table: red lines "
            "near them will be 'not checked'",
        ),
        Text(
            "在图层中补全这些值，或在规则库的退让表中加一行",
            "complete the values in the layer, or add a row to the rule book's table",
        ),
        tuple(details),
    )
