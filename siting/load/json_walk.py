"""Going through a GeoJSON feature by feature, so that never more than one is in memory.

The whole text parsed at once takes some ten times its size. Here the members of the root are
walked by hand, and Python's own parser is given one value at a time: it judges every character
of the text as it would judge the whole.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

_BLANKS = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(slots=True)
class Walked:
    """What a GeoJSON text holds; ``features`` is None where the root has no such list."""

    features: int | None = None
    nameless: list[int] = field(default_factory=list)
    """Numbers (from 1) of the features that do not say that they are one."""
    kind: Any = None
    has_crs: bool = False


def walk(text: str) -> Walked:
    """Go through a JSON text and count the features of its root.

    Raises
    ------
    json.JSONDecodeError
        With line and column of what is broken or cut short.
    RecursionError
        When a value is nested too deeply.
    """
    found = Walked()
    place = _after_blanks(text, 0)
    if text[place : place + 1] == "{":
        place = _members(text, place + 1, found)
    else:
        _, place = _DECODER.raw_decode(text, place)
    place = _after_blanks(text, place)
    if place != len(text):
        raise json.JSONDecodeError("Extra data", text, place)
    return found


def _members(text: str, place: int, found: Walked) -> int:
    """Go through the members of the root and return where it ends; of two alike the last counts."""
    place = _after_blanks(text, place)
    if text[place : place + 1] == "}":
        return place + 1
    while True:
        if text[place : place + 1] != '"':
            raise json.JSONDecodeError("Expecting property name", text, place)
        name, place = _DECODER.raw_decode(text, place)
        place = _after_blanks(text, _past(":", text, _after_blanks(text, place)))
        if name == "features" and text[place : place + 1] == "[":
            place = _elements(text, place + 1, found)
        else:
            value, place = _DECODER.raw_decode(text, place)
            _note(name, value, found)
        place = _after_blanks(text, place)
        if text[place : place + 1] == "}":
            return place + 1
        place = _after_blanks(text, _past(",", text, place))


def _note(name: str, value: Any, found: Walked) -> None:  # noqa: ANN401 - JSON is what it is
    if name == "features":
        found.features, found.nameless = None, []
    elif name == "type":
        found.kind = value
    elif name == "crs":
        found.has_crs = value is not None


def _elements(text: str, place: int, found: Walked) -> int:
    """Go through the list of features and return where it ends."""
    found.features, found.nameless = 0, []
    place = _after_blanks(text, place)
    if text[place : place + 1] == "]":
        return place + 1
    while True:
        feature, place = _DECODER.raw_decode(text, place)
        found.features += 1
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            found.nameless.append(found.features)
        place = _after_blanks(text, place)
        if text[place : place + 1] == "]":
            return place + 1
        place = _after_blanks(text, _past(",", text, place))


def _past(sign: str, text: str, place: int) -> int:
    if text[place : place + 1] != sign:
        raise json.JSONDecodeError(f"Expecting '{sign}' delimiter", text, place)
    return place + 1


def _after_blanks(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    return place if found is None else found.end()
