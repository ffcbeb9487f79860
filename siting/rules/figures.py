"""What a rule judges by, as one flat table that two reports can be compared by."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from siting.model import Text
from siting.rules.base import Rule

#: What a rule says or is founded on; it judges by none of these. Severity stands by itself.
_WORDING = ("code", "title", "severity", "basis", "route", "letter")
#: Fields of an exception that are words; it is matched by the others.
_EXCEPTION_WORDING = ("condition", "authority", "papers", "citation")


def figures_of(rule: Rule) -> dict[str, str | float]:
    """Return every parameter that a verdict of the rule depends on, by its dotted name.

    A planner sees from two of these tables *which* figure of a rule was changed. Words,
    citations, routes and severity are left out, and so is what is empty.

    Returns
    -------
    dict
        Such as ``{"near_m": 20.0, "role": "farmland", "rows[0].setback_m": 15.0}``; lists of
        words are joined by ``, ``, and flags are ``true`` or ``false``.
    """
    return dict(_of_record("", rule, _WORDING))


def _of_record(
    prefix: str, record: object, left_out: tuple[str, ...]
) -> Iterator[tuple[str, str | float]]:
    if not dataclasses.is_dataclass(record):
        return
    for entry in dataclasses.fields(record):
        if entry.name not in left_out:
            yield from _of_value(f"{prefix}{entry.name}", getattr(record, entry.name))


def _of_value(name: str, value: object) -> Iterator[tuple[str, str | float]]:
    if isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, int | float):
        yield name, float(value)
    elif isinstance(value, tuple):
        yield from _of_values(name, value)
    elif isinstance(value, Text) or value is None or value == "":
        return
    elif dataclasses.is_dataclass(value):
        yield from _of_record(f"{name}.", value, _EXCEPTION_WORDING)
    else:
        yield name, str(value)


def _of_values(name: str, values: tuple[object, ...]) -> Iterator[tuple[str, str | float]]:
    if values and all(isinstance(value, str) for value in values):
        yield name, ", ".join(str(value) for value in values)
        return
    for number, value in enumerate(values):
        if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
            yield from _of_value(f"{name}[{value[0]}]", value[1])
        else:
            yield from _of_value(f"{name}[{number}]", value)
