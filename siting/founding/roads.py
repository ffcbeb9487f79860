"""What the road layers may say of their roads: ``[access]`` as a comment, to be filled in."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from siting.access import SpeedBook, read_speeds
from siting.founding.blocks import commented
from siting.founding.columns import Column
from siting.founding.entries import Entry
from siting.founding.toml_text import comment, quoted, shown
from siting.load.words import say

#: Names of columns that may hold one-way signs: what 0 and 1 mean elsewhere nobody can tell.
_ONE_WAY_NAME = re.compile(r"one.?way|direction|单行|单双向|方向", re.IGNORECASE)
#: So many of a column's words must be classes that have a speed.
_KNOWN_SHARE = 0.5
#: Stands where a person has to write.
_UNKNOWN = "…"


def access_block(layers: Sequence[Entry]) -> list[str]:
    """Return ``[access]`` with the columns of few values; nothing without lines of road.

    A column whose words have speeds is proposed as the class, one that is named so and holds
    nothing but known signs as the one-way column.
    """
    roads = next((entry for entry in layers if entry.role == "road"), None)
    if roads is None:
        return []
    kinds = [column for column in roads.sight.columns if column.is_kinds]
    text = say(
        "按路网评价：下面是道路图层中取值有限的列",
        "ways by road: the road layer's columns of few values",
    )
    values = [
        comment(
            f"   {shown(column.name, 40)}: {', '.join(shown(value, 30) for value in column.shown)}"
        )
        for column in kinds
    ]
    book = read_speeds()
    columns = {"road_class": _class_column(kinds, book), "one_way": _one_way_column(kinds, book)}
    table = ["[access.columns]"]
    table += [f"{key} = {quoted(name)}" for key, name in columns.items()]
    return [comment(f"{'═' * 12} {text}"), *values, *commented(table)]


def _class_column(kinds: Sequence[Column], book: SpeedBook) -> str:
    words = {word for each in book.classes for word in each.words}
    fit = [column for column in kinds if _known_share(column, words) >= _KNOWN_SHARE]
    best = min(fit, key=lambda column: (-_known_share(column, words), column.name), default=None)
    return _UNKNOWN if best is None else best.name


def _one_way_column(kinds: Sequence[Column], book: SpeedBook) -> str:
    fit = [
        column.name
        for column in kinds
        if _ONE_WAY_NAME.search(column.name) and _known_share(column, book.one_way) == 1.0
    ]
    return min(fit, default=_UNKNOWN)


def _known_share(column: Column, words: Collection[str]) -> float:
    known = sum(word.casefold() in words for word in column.members)
    return known / max(len(column.members), 1)
