"""Pairs of valid polygons that are hard for an overlay; seeded, any number (TRAPS.md)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import shapely

#: Small local coordinates, zone 38 without prefix, with prefix.
PLACES = ((0.0, 0.0), (400_000.0, 2_500_000.0), (38_400_000.0, 2_500_000.0))

Point = tuple[float, float]
Dice = np.random.Generator


def nudged(dice: Dice, point: Point, ulps: int = 3) -> Point:
    """Move both coordinates by up to `ulps` units in the last place."""
    moved = []
    for value in point:
        steps = int(dice.integers(-ulps, ulps + 1))
        moved.append(value + steps * math.ulp(value))
    return moved[0], moved[1]


def along(start: Point, end: Point, share: float) -> Point:
    """A point of an edge, as nearly as doubles allow."""
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def star(dice: Dice, centre: Point, corners: int, radius: float = 300.0) -> list[Point]:
    turns = (np.arange(corners) + dice.uniform(0.05, 0.95, corners)) * 2 * np.pi / corners
    reach = radius * dice.uniform(0.2, 1.0, corners)
    points = np.stack([np.cos(turns), np.sin(turns)], axis=1) * reach[:, None]
    if dice.random() < 0.5:
        points = np.round(points)
    return [(centre[0] + float(x), centre[1] + float(y)) for x, y in points]


def beside(dice: Dice, edge: tuple[Point, Point], depth: float) -> Point:
    """A point off the middle of an edge, to the one side or the other."""
    (x0, y0), (x1, y1) = edge
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    middle = along(*edge, float(dice.uniform(0.2, 0.8)))
    return middle[0] - depth * (y1 - y0) / length, middle[1] + depth * (x1 - x0) / length


def some_edge(dice: Dice, ring: list[Point]) -> tuple[Point, Point]:
    at = int(dice.integers(len(ring)))
    return ring[at], ring[(at + 1) % len(ring)]


def near_coincident(dice: Dice, place: Point) -> tuple[object, object]:
    """The second polygon has an edge along one of the first, off by a few ulps."""
    ring = star(dice, place, int(dice.integers(3, 8)))
    start, end = some_edge(dice, ring)
    shares = np.sort(dice.uniform(-0.3, 1.3, 2))
    ends = [nudged(dice, along(start, end, float(share))) for share in shares]
    depth = float(dice.choice([-1, 1]) * dice.uniform(20, 400))
    return shapely.Polygon(ring), shapely.Polygon([*ends, beside(dice, (start, end), depth)])


def shared_edge(dice: Dice, place: Point) -> tuple[object, object]:
    """Neighbours with a border in common, whose corners may differ in the last places."""
    ring = star(dice, place, int(dice.integers(3, 9)))
    start, end = some_edge(dice, ring)
    far = beside(dice, (start, end), float(dice.choice([-1, 1]) * dice.uniform(5, 300)))
    kink = nudged(dice, along(start, end, float(dice.random())))
    return shapely.Polygon(ring), shapely.Polygon([nudged(dice, start, 1), kink, end, far])


def needle(dice: Dice, place: Point) -> tuple[object, object]:
    """A sliver some nanometres to millimetres wide across or along a polygon's edge."""
    ring = star(dice, place, int(dice.integers(3, 8)))
    start, end = some_edge(dice, ring)
    width = float(10.0 ** dice.uniform(-8, -2)) * float(dice.choice([-1, 1]))
    return shapely.Polygon(ring), shapely.Polygon([start, end, beside(dice, (start, end), width)])


def hole_filled(dice: Dice, place: Point) -> tuple[object, object]:
    """A polygon that fills the other's hole but for ulps, or another hole against the hole."""
    ring = star(dice, place, int(dice.integers(4, 9)))
    inner = [along(place, point, 0.4) for point in ring]
    plug = [nudged(dice, point, 2) for point in inner]
    left = shapely.Polygon(ring, [inner])
    if dice.random() < 0.5:
        return left, shapely.Polygon(plug)
    return left, shapely.Polygon(star(dice, place, 6, 400.0), [plug[::-1]])


def nearly_equal(dice: Dice, place: Point) -> tuple[object, object]:
    """The same polygon again: turned, begun elsewhere, off by ulps, or with points on edges."""
    ring = star(dice, place, int(dice.integers(3, 9)))
    other = [nudged(dice, point, int(dice.integers(0, 3))) for point in ring]
    if dice.random() < 0.5:
        other = [
            point
            for at, start in enumerate(other)
            for point in (start, along(start, other[(at + 1) % len(other)], 0.5))
        ]
    begin = int(dice.integers(len(other)))
    other = other[begin:] + other[:begin]
    return shapely.Polygon(ring), shapely.Polygon(other[:: int(dice.choice([-1, 1]))])


def touching_parts(dice: Dice, place: Point) -> tuple[object, object]:
    """Multipolygons whose parts touch at a point, against a polygon through that point."""
    x, y = place[0] + float(dice.integers(-50, 50)), place[1] + float(dice.integers(-50, 50))
    size = [float(value) for value in dice.integers(1, 200, 4)]
    left = shapely.MultiPolygon(
        [shapely.box(x - size[0], y - size[1], x, y), shapely.box(x, y, x + size[2], y + size[3])]
    )
    ring = star(dice, place, int(dice.integers(3, 7)))
    ring[0] = (x, y)
    return left, shapely.Polygon(ring)


def touching_hole(dice: Dice, place: Point) -> tuple[object, object]:
    """A hole that touches its exterior in one corner."""
    ring = star(dice, place, int(dice.integers(4, 8)))
    hole = [ring[0], along(place, ring[1], 0.3), along(place, ring[-1], 0.3)]
    return shapely.Polygon(ring, [hole]), shapely.Polygon([nudged(dice, p) for p in hole])


def small_whole_numbers(dice: Dice, place: Point) -> tuple[object, object]:
    """Of the kind of shapely #1871 and GEOS #1523: few corners, one of them almost on an edge."""
    ring = [(place[0] + float(x), place[1] + float(y)) for x, y in dice.integers(-500, 500, (3, 2))]
    start, end = some_edge(dice, ring)
    on_edge = [along(start, end, float(share)) for share in np.sort(dice.random(2))]
    corner = tuple(float(value) for value in dice.integers(-500, 500, 2) + place)
    return shapely.Polygon(ring), shapely.Polygon([*on_edge, corner])


Maker = Callable[[Dice, Point], tuple[object, object]]

KINDS: tuple[Maker, ...] = (
    near_coincident, shared_edge, needle, hole_filled, nearly_equal, touching_parts,
    touching_hole, small_whole_numbers,
)  # fmt: skip


#: Where GEOS's float overlay is wrong about once in 500 pairs, in small coordinates.
HARDEST = (nearly_equal, touching_hole, small_whole_numbers)


def pairs(
    count: int, seed: int, *, kinds: tuple[Maker, ...] = KINDS, places: tuple[Point, ...] = PLACES
) -> Iterator[tuple[str, object, object]]:
    """Return `count` valid pairs of all kinds at all places, with the kind's name."""
    dice = np.random.default_rng(seed)
    made = 0
    while made < count:
        kind = kinds[int(dice.integers(len(kinds)))]
        left, right = kind(dice, places[int(dice.integers(len(places)))])
        if shapely.is_valid(left) and shapely.is_valid(right):
            made += 1
            yield kind.__name__, left, right
