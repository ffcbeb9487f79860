"""What a page's packed texts hold, read by plain Python apart from the code that packs them."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from itertools import accumulate

import pyproj

SIGNS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
KINDS = {0: "o", 1: "l", 2: "p"}
WEB = pyproj.Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)


def numbers(text: str) -> list[int]:
    found, value, shift = [], 0, 0
    for sign in text:
        digit = SIGNS.index(sign)
        value += (digit % 32) << shift
        shift += 5
        if digit < 32:
            found.append(value)
            value = shift = 0
    assert shift == 0, "the text ends within a number"
    return found


def signed(value: int) -> int:
    return -(value + 1) // 2 if value % 2 else value // 2


def degrees_of(ring: str) -> list[tuple[float, float]]:
    """Longitudes and latitudes of a ring of ``siting.mapping.shapes``."""
    steps = [signed(value) for value in numbers(ring)]
    return [
        (x / 1e7, y / 1e7)
        for x, y in zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True)
    ]


def features_of(row: dict, origin: list[int], unit: float) -> list[tuple[str, list[list]]]:
    """Kind and rings (Web Mercator metres) of each feature of a background layer."""
    stream = iter(numbers(row["packed"]))
    first = (0, 0)
    vertices: list[tuple[int, int]] = []
    features = []
    for head in stream:
        rings = []
        for _ in range(head // 4):
            places = ring_of(stream, first, vertices)
            first = places[0]
            vertices += places
            rings.append([((x + origin[0]) * unit, (y + origin[1]) * unit) for x, y in places])
        features.append((KINDS[head % 4], rings))
    assert [
        len(features),
        sum(len(rings) for _, rings in features),
        sum(len(ring) for _, rings in features for ring in rings),
    ] == row["size"]
    return features


def ring_of(
    stream: Iterator[int], at: tuple[int, int], before: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The vertices of the next ring, after those of all rings before it."""
    size, has_copies = divmod(next(stream), 2)
    places: list[tuple[int, int]] = []
    while len(places) < size:
        for _ in range(next(stream) if has_copies else size):
            at = (at[0] + signed(next(stream)), at[1] + signed(next(stream)))
            places.append(at)
        if len(places) < size:
            original = len(before) + len(places) - next(stream)
            for _ in range(next(stream)):
                places.append((before + places)[original])
                original -= 1
            at = places[-1]
    return places


def names_of(row: dict) -> list[str]:
    names, before = [], ""
    for end, shared in zip(row["names"], numbers(row["shared"]), strict=True):
        before = before[:shared] + end
        names.append(before)
    if not row["of"]:
        return names
    return [names[at] for at in accumulate(signed(value) for value in numbers(row["of"]))]


def vertices_of(payload: dict) -> list[tuple[float, float]]:
    """Longitude and latitude of every vertex of every background layer of a page."""
    places = [
        place
        for group in ("base", "ground", "controls")
        for row in payload[group]
        if "packed" in row
        for _, rings in features_of(row, payload["origin"], payload["unit"])
        for ring in rings
        for place in ring
    ]
    east, north = WEB.transform(*zip(*places, strict=True)) if places else ((), ())
    return list(zip(east, north, strict=True))


def payload_of(page: str) -> dict:
    """A page's data with rows as they were before they travelled; findings go by their place."""
    [data] = re.findall(r'id="siting-data">(.*?)</script>', page, re.DOTALL)
    return untabled(json.loads(data))


def untabled(payload: dict) -> dict:
    for name in ("redLines", "findings", "projects", "searches", "repairs"):
        if name in payload:
            table = payload[name]
            rows = rows_of(table)
            payload[name] = dict(zip(table["keys"], rows, strict=True)) if "keys" in table else rows
    return payload


def rows_of(table: dict) -> list[dict]:
    rows: list[dict] = [{} for _ in range(table["rows"])]
    for name, column in table["columns"].items():
        for row, value in zip(rows, cells_of(column), strict=True):
            if value is not None:
                [row[name]] = value
    return rows


def cells_of(column: list | dict) -> list[tuple | None]:
    """What stands in each row, in a tuple of its own; None where a row lacks the column."""
    if isinstance(column, list):
        return [(value,) for value in column]
    if "of" in column:
        return [(column["of"][at - 1],) if at else None for at in numbers(column["at"])]
    members = rows_of(column["table"])
    if "tuple" in column:
        members = [list(row.values()) for row in members]
    if "at" in column:
        members = [members[at] for at in numbers(column["at"])]
    left = iter(members)
    cells = [
        ([next(left) for _ in range(more - 1)],) if more else None
        for more in numbers(column["counts"])
    ]
    assert not list(left)
    return cells
