"""What people read in a composition table, Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from siting.compose.records import Basic, Category, Kind, Nature, Row

Words = tuple[str, str]

CATEGORIES: dict[Category, Words] = {
    Category.FARM: ("农用地", "farm land"),
    Category.CONSTRUCTION: ("建设用地", "construction land"),
    Category.UNUSED: ("未利用地", "unused land"),
    Category.SEA: ("海域海岛", "sea and islands"),
    Category.UNKNOWN: ("未归类", "not known"),
}
KINDS: dict[Kind, Words] = {
    Kind.LAND: ("", ""),
    Kind.RIDGE: ("田坎", "ridges"),
    Kind.UNKNOWN_CLASS: ("未归类", "class not listed"),
    Kind.OVERLAP: ("图斑重叠", "plots disagree"),
    Kind.UNCOVERED: ("未覆盖", "uncovered"),
}
NATURES: dict[Nature, Words] = {
    Nature.STATE: ("国有", "state"),
    Nature.COLLECTIVE: ("集体", "collective"),
    Nature.UNKNOWN: ("未知", "not known"),
}
BASIC: dict[Basic, Words] = {
    Basic.IN: ("是", "in"),
    Basic.OUT: ("否", "out"),
    Basic.UNKNOWN: ("未查", "not checked"),
}
#: Columns of the composition table, by the field of ``Sums``.
SUM_COLUMNS: dict[str, Words] = {
    "total": ("合计", "total"),
    "farm": ("农用地", "farm"),
    "cultivated": ("耕地", "cultivated"),
    "paddy": ("其中水田", "paddy"),
    "ridge": ("田坎", "ridges"),
    "construction": ("建设用地", "construction"),
    "unused": ("未利用地", "unused"),
    "sea": ("海域海岛", "sea"),
    "unknown": ("未归类", "not known"),
    "uncovered": ("未覆盖", "uncovered"),
    "new_construction": ("新增建设用地", "new constr."),
    "basic_farmland": ("永久基本农田", "basic farml."),
}
HINT_WORDS: Words = ("审批提示", "approval hint")


@overload
def pick(words: Words, language: str) -> str: ...
@overload
def pick(words: tuple[Words, ...], language: str) -> tuple[str, ...]: ...
def pick(words: Words | tuple[Words, ...], language: str) -> str | tuple[str, ...]:
    """Return the Chinese or the English of a pair, or of each pair of several."""
    first = words[0]
    at = 1 if language == "en" else 0
    if isinstance(first, str):
        return str(words[at])
    return tuple(str(pair[at]) for pair in words)


def not_known(text: str, language: str) -> str:
    """Return a text, or the word for what the data do not say."""
    return text or pick(("（未知）", "(not known)"), language)


def labels(rows: Sequence[Row], key: Sequence[str], by: str, language: str) -> tuple[str, str]:
    """Return how people read a group (by `by`, then ownership): its name, and its owner.

    Parameters
    ----------
    rows
        The group's rows, at least one.
    key
        The group's key; its first part is the value of `by`.
    by
        A name of ``GROUPINGS``.
    language
        ``zh`` or ``en``.
    """
    first = rows[0]
    owner = not_known(first.owner.get(language), language)
    if all(row.account.kind is Kind.UNCOVERED for row in rows):
        return pick(KINDS[Kind.UNCOVERED], language), owner
    if by == "category":
        return pick(CATEGORIES[first.category], language), owner
    if by == "class":
        return f"{first.account.code} {first.name.get(language)}".strip(), owner
    if by == "ownership":
        return owner, owner
    return not_known(key[0], language), owner
