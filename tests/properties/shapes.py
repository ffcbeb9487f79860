"""Polygons as planners draw them: millimetre coordinates, in zone 38 with and without prefix."""

from __future__ import annotations

import math

import shapely
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from ..tiny_city import ORIGINS, place

CRSS = st.sampled_from(sorted(ORIGINS))


def _star(centre: tuple[int, int], radii: list[int], turn: float, hole: float) -> BaseGeometry:
    """A star-shaped ring is always simple; the hole is the same star, smaller."""
    steps = [turn + 2 * math.pi * k / len(radii) for k in range(len(radii))]
    ring = [
        (
            round(centre[0] / 10 + radius / 10 * math.cos(angle), 3),
            round(centre[1] / 10 + radius / 10 * math.sin(angle), 3),
        )
        for angle, radius in zip(steps, radii, strict=True)
    ]
    shell = shapely.Polygon(ring)
    if hole:
        inner = shapely.affinity.scale(shell, hole, hole, origin=(centre[0] / 10, centre[1] / 10))
        shell = shapely.Polygon(ring, [inner.exterior.coords])
    return shell


#: A polygon as bytes: two for each centre coordinate, one each for turn and hole, two a radius.
#: One draw a polygon: drawing number by number took longer than what the properties ask.
_HEAD, _LEAST, _MOST = 6, 3, 12


@st.composite
def polygons(draw: st.DrawFn, crs: str = "EPSG:4547") -> BaseGeometry:
    """Return a valid polygon of 3 to 12 corners within about 1 km, some with a hole."""
    drawn = draw(st.binary(min_size=_HEAD + 2 * _LEAST, max_size=_HEAD + 2 * _MOST))
    numbers = [
        int.from_bytes(drawn[at : at + 2], "big") for at in (0, 2, *range(_HEAD, len(drawn) - 1, 2))
    ]
    made = _star(
        (numbers[0] % 8_001, numbers[1] % 8_001),
        [200 + number % 3_801 for number in numbers[2:]],
        drawn[4] * 2 * math.pi / 256,
        0.5 if drawn[5] % 3 == 2 else 0.0,
    )
    placed = place(made, crs)
    return placed if placed.is_valid and placed.area > 1 else place(shapely.box(0, 0, 30, 20), crs)


@st.composite
def neighbours(draw: st.DrawFn, crs: str = "EPSG:4547") -> tuple[BaseGeometry, BaseGeometry]:
    """Return two polygons; every third pair shares an edge but for a rounding."""
    left = draw(polygons(crs))
    if draw(st.integers(0, 2)):
        return left, draw(polygons(crs))
    ring = list(left.exterior.coords)
    number = draw(st.integers(0, len(ring) - 2))
    noise = st.sampled_from([0.0, 1e-10, -1e-9, 1e-6, -1e-4, 1e-3])
    (x0, y0), (x1, y1) = ring[number], ring[number + 1]
    far = (x0 + (y1 - y0) + draw(noise), y0 - (x1 - x0))
    right = shapely.Polygon([(x0 + draw(noise), y0), (x1, y1 + draw(noise)), far])
    return left, (right if right.is_valid and right.area > 1 else draw(polygons(crs)))
