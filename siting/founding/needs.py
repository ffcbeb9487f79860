"""Which columns the rules of a book look at, and which values they know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siting.founding.columns import Column, first_of
from siting.founding.entries import Picked
from siting.founding.standards import Standards
from siting.load.words import listed, say
from siting.rulebook import RuleBook
from siting.rules.attributes import Condition
from siting.rules.base import Rule
from siting.rules.overlap import OverlapRule
from siting.rules.setback import SetbackRule
from siting.rules.zoning import ZoningRule

#: Share of a column's different values that must stand in the rule's table.
KNOWN_SHARE = 0.8

#: Role -> word of the rule book -> what the rules accept for it.
Needs = Mapping[str, Mapping[str, tuple[Condition, ...]]]


@dataclass(frozen=True, slots=True)
class CodeSystems:
    """The roles whose codes a rule compares, and the code systems that may be declared."""

    roles: frozenset[str]
    names: tuple[str, ...]


def needs_of(book: RuleBook) -> Needs:
    """Return, per role, the attributes that the book's rules look at."""
    found: dict[str, dict[str, list[Condition]]] = {}
    for rule in book.rules:
        for role in rule.needs:
            for condition in _conditions(rule):
                known = found.setdefault(role, {}).setdefault(condition.column, [])
                known.append(condition)
    return {
        role: {name: tuple(conditions) for name, conditions in words.items()}
        for role, words in found.items()
    }


def _conditions(rule: Rule) -> list[Condition]:
    if isinstance(rule, OverlapRule):
        return [Condition(column, tuple(values)) for column, values in rule.where]
    if isinstance(rule, ZoningRule):
        return [Condition(rule.code_column)]
    if isinstance(rule, SetbackRule):
        return [condition for row in rule.rows for condition in row.conditions]
    return []


def code_systems_of(book: RuleBook, known: Standards) -> CodeSystems:
    """Return the code systems that may be declared, and the roles whose codes are compared."""
    zoning = [rule for rule in book.rules if isinstance(rule, ZoningRule)]
    names = {rule.code_system for rule in zoning} | {name for name, _ in book.crosswalks}
    names |= set(known.code_systems)
    return CodeSystems(
        frozenset(role for rule in zoning for role in rule.needs), tuple(sorted(names))
    )


def attributes_of(
    columns: Sequence[Column], wanted: Mapping[str, Sequence[Condition]], known: Standards
) -> tuple[dict[str, Picked], tuple[str, ...]]:
    """Choose a column for each word of the rule book, and name the words without one.

    A column is chosen for its name (``names.toml``), else for its content: nearly all of
    its values stand in the rule's own table. Numbers alone never choose a column.
    """
    chosen: dict[str, Picked] = {}
    for word, conditions in sorted(wanted.items()):
        picked = _named(columns, known.attributes.get(word, (word,)), conditions)
        picked = picked or _of_content(columns, conditions)
        if picked is not None:
            chosen[word] = picked
    return chosen, tuple(sorted(set(wanted) - set(chosen)))


def _named(
    columns: Sequence[Column], names: Sequence[str], conditions: Sequence[Condition]
) -> Picked | None:
    column = first_of(columns, names)
    if column is None:
        return None
    values = listed(column.shown)
    share = _known_share(column, conditions)
    if share is not None and share < KNOWN_SHARE:
        reason = say(
            f"按列名；值 {values} 不全在规则表中", "by its name; not all of its values are known"
        )
        return Picked(column.name, reason)
    return Picked(column.name, say(f"按列名；值 {values}", f"by its name; values {values}"))


def _of_content(columns: Sequence[Column], conditions: Sequence[Condition]) -> Picked | None:
    texts = [condition for condition in conditions if condition.values]
    if not texts:
        return None
    fit = [
        column
        for column in columns
        if column.is_kinds and (_known_share(column, texts) or 0.0) >= KNOWN_SHARE
    ]
    if len(fit) != 1:
        return None
    values = listed(fit[0].shown)
    return Picked(
        fit[0].name, say(f"规则认识它的值：{values}", f"the rule knows its values: {values}")
    )


def _known_share(column: Column, conditions: Sequence[Condition]) -> float | None:
    """Return the share of a column's values that some condition takes; None: no say."""
    tests = [each for each in conditions if each.values or each.lowest is not None]
    if not tests or not column.members:
        return None
    known = sum(any(test.holds(value) for test in tests) for value in column.members)
    return known / len(column.members)
