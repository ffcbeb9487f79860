"""What a page's packed texts hold, read by plain Python apart from the code that packs them."""

from __future__ import annotations

import string
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
    features = []
    for head in stream:
        rings = []
        for _ in range(head // 4):
            at, places = first, []
            for _ in range(next(stream)):
                at = (at[0] + signed(next(stream)), at[1] + signed(next(stream)))
                places.append(at)
            first = places[0]
            rings.append([((x + origin[0]) * unit, (y + origin[1]) * unit) for x, y in places])
        features.append((KINDS[head % 4], rings))
    assert [
        len(features),
        sum(len(rings) for _, rings in features),
        sum(len(ring) for _, rings in features for ring in rings),
    ] == row["size"]
    return features


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
