"""Water and hills of the sample city."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import shapely

from siting.sample.ground import (
    CITY_EASTING,
    CITY_NORTHING,
    TILE_U_M,
    TILE_V_M,
    Floats,
    Geometries,
    Ground,
    blob,
    largest_part,
    smooth_curve,
)

#: Hills in km from the middle of a tile: east, north, radius, height in m.
HILLS = (
    (-5.2, 6.3, 1.5, 240.0), (-2.4, 6.9, 1.3, 310.0), (0.9, 6.2, 1.2, 200.0),
    (4.3, 6.3, 1.6, 280.0), (7.6, 5.0, 1.1, 170.0), (-8.0, -5.4, 1.3, 210.0),
    (8.3, -5.6, 0.9, 140.0), (3.9, 3.0, 0.42, 95.0),
)  # fmt: skip
#: A hill falls off as exp(-FALL · (distance / radius)²).
FALL = 1.4
#: Courses on the straight grid in km: name, half width in m, blue-line strip in m, points.
COURSES = (
    ("云滘江", 210.0, 40.0, ((-14, 0), (-6, 0), (0, 0), (6, 0), (14, 0))),
    (
        "南滘水道",
        95.0,
        30.0,
        ((-2.6, 0), (-1.6, -1.5), (0.2, -2.9), (3.2, -3.6), (7, -4.6), (14, -6)),
    ),
    ("北涌", 32.0, 20.0, ((2.3, 9.5), (2.0, 6.4), (2.9, 4.4), (2.5, 2.4), (3.0, 0))),
    ("石涌", 24.0, 15.0, ((-6.6, 8.5), (-6.1, 5.0), (-5.2, 3.2), (-5.6, 1.5), (-5.0, 0))),
    ("蚬涌", 20.0, 15.0, ((10.8, 3.2), (8.8, 2.8), (7.9, 1.4), (6.9, 0))),
    ("大氹涌", 20.0, 15.0, ((-10.8, -3.6), (-8.2, -3.5), (-6.2, -4.0), (-3.9, -3.3), (-1.2, -2.2))),
    ("横滘", 16.0, 12.0, ((-1.8, -9.0), (-1.0, -6.6), (0.4, -5.4), (1.1, -3.2))),
)


@dataclass(frozen=True, slots=True)
class Water:
    """Water bodies: names, kinds (河流, 涌, 水库), polygons and widths of the blue line."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    polygons: Geometries
    strip_m: Floats


@dataclass(frozen=True, slots=True)
class Terrain:
    """Outline, water and hills of one city; heights on request."""

    ground: Ground
    outline: shapely.Polygon
    water: Water
    hills: Floats
    """(tile column, tile row, hill, 4): easting, northing, radius and height in m."""

    def height_m(self, easting: Floats, northing: Floats) -> Floats:
        """Return the height above sea level: a river plain with hills, metres."""
        height = 4.0 + 1.2 * self.ground.noise(easting, northing, stage="plain", wave_m=3000)
        rough = 1 + 0.16 * self.ground.noise(easting, northing, stage="rough", wave_m=1500)
        tiles = len(self.hills)
        column = np.floor((easting - CITY_EASTING) / TILE_U_M + tiles / 2).astype(int)
        row = np.floor((northing - CITY_NORTHING) / TILE_V_M + tiles / 2).astype(int)
        # only the hills of the own tile and its neighbours reach a place
        for step_u, step_v in itertools.product((-1, 0, 1), repeat=2):
            tile_u, tile_v = column + step_u, row + step_v
            is_there = (tile_u >= 0) & (tile_u < tiles) & (tile_v >= 0) & (tile_v < tiles)
            near = self.hills[np.clip(tile_u, 0, tiles - 1), np.clip(tile_v, 0, tiles - 1)]
            for number in range(len(HILLS)):
                east, north, radius, top = np.moveaxis(near[..., number, :], -1, 0)
                distance = np.hypot(easting - east, northing - north) / radius
                height = height + is_there * top * rough * np.exp(-FALL * distance**2)
        return np.asarray(height, dtype=np.float64)


def make_terrain(ground: Ground) -> Terrain:
    """Return outline, water and hills for a ground."""
    outline = ground.outline()
    return Terrain(ground, outline, _water(ground, outline), _hills(ground))


def _hills(ground: Ground) -> Floats:
    """Return the hills of each tile, a little moved in each; the city's tile is the middle one."""
    rng = ground.rng("hills")
    reach = int(np.ceil((ground.scale - 1) / 2 - 1e-9))
    tiles = 2 * reach + 1
    hills = np.empty((tiles, tiles, len(HILLS), 4))
    base = np.array(HILLS) * (1000, 1000, 1000, 1)
    for column, row in itertools.product(range(tiles), repeat=2):
        moved = base * rng.uniform(0.92, 1.08, base.shape)
        moved[:, 0] = base[:, 0] + rng.normal(0, 150, len(base))
        moved[:, 1] = base[:, 1] + rng.normal(0, 150, len(base))
        moved[:, 0] += CITY_EASTING + (column - reach) * TILE_U_M
        moved[:, 1] += CITY_NORTHING + (row - reach) * TILE_V_M
        hills[column, row] = moved
    return hills


def _water(ground: Ground, outline: shapely.Polygon) -> Water:
    rng = ground.rng("water")
    names, kinds, polygons, strips = [], [], [], []
    for name, half_width_m, strip_m, points in COURSES:
        shape = _course(ground, half_width_m, points, rng)
        for part in shapely.get_parts(shapely.intersection(shape, outline)):
            names.append(name)
            kinds.append("河流" if half_width_m > 50 else "涌")
            polygons.append(part)
            strips.append(strip_m)
    for name, east, north, size in (("白石水库", -3.7, 5.3, 520.0), ("凤岭水库", 5.9, 5.6, 380.0)):
        centre = (CITY_EASTING + 1000 * east, CITY_NORTHING + 1000 * north)
        shape = blob(centre, (size, size * 0.55), rng=rng, wobble=0.22)
        names.append(name)
        kinds.append("水库")
        polygons.append(largest_part(shapely.intersection(shape, outline)))
        strips.append(30.0)
    return Water(tuple(names), tuple(kinds), np.array(polygons, dtype=object), np.array(strips))


def _course(
    ground: Ground,
    half_width_m: float,
    points: tuple[tuple[float, float], ...],
    rng: np.random.Generator,
) -> shapely.Polygon:
    """Return the bed of a river: the bent curve with banks of changing width."""
    curve = smooth_curve(np.array(points) * 1000 * ground.scale, step=int(14 * ground.scale))
    is_bent_by_grid = all(north == 0 for _, north in points)
    if not is_bent_by_grid:
        along = np.linspace(0, len(points), len(curve))
        curve = (
            curve
            + np.column_stack(
                [
                    130 * np.sin(along * 3.1 + rng.uniform(0, 6)),
                    110 * np.sin(along * 4.3 + rng.uniform(0, 6)),
                ]
            )
            * np.minimum(1, (len(points) - along) / 0.7)[:, None]
            * np.minimum(1, along / 0.7)[:, None]
        )
    middle = ground.bend(curve[:, 0], curve[:, 1])
    direction = np.gradient(middle, axis=0)
    direction = direction / np.hypot(direction[:, 0], direction[:, 1])[:, None]
    side = np.column_stack([-direction[:, 1], direction[:, 0]])
    width = half_width_m * (1 + 0.14 * np.sin(np.linspace(0, 9 * ground.scale, len(curve))))
    left, right = middle + side * width[:, None], middle - side * width[:, None]
    ring = np.round(np.vstack([left, right[::-1]]), 3)
    return largest_part(shapely.make_valid(shapely.Polygon(ring)))
