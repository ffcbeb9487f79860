"""The ground of the sample city: seed, size, the bent grid, smooth noise and small shapes.

The plan of the city is drawn on a straight grid (u east, v north, metres from the centre)
and bent by :meth:`Ground.bend` into EPSG:4547. The line v = 0 becomes the middle of the
river, so that the roads beside it follow its bends, as they do in a river city.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

CRS = "EPSG:4547"
CITY_EASTING = 412_000.0
CITY_NORTHING = 2_514_000.0
TILE_U_M = 20_000.0
TILE_V_M = 16_000.0
#: Parcels that one tile of 20 × 16 km yields; the extent follows from the number wanted.
PARCELS_PER_TILE = 4_000.0
#: Coordinates are kept to the millimetre, as 勘测定界 delivers them.
DECIMALS = 3
GRID_M = 0.001
RIVER_REACH_M = 4_500.0


@dataclass(frozen=True, slots=True)
class Ground:
    """Seed and scale; everything random comes from :meth:`rng`, one stream per stage."""

    seed: int
    scale: float

    def rng(self, stage: str) -> np.random.Generator:
        """Return the random stream of one stage: stages do not disturb each other."""
        return np.random.default_rng([self.seed, zlib.crc32(stage.encode())])

    @property
    def half_u_m(self) -> float:
        """Half the extent from west to east on the straight grid."""
        return TILE_U_M / 2 * self.scale

    @property
    def half_v_m(self) -> float:
        """Half the extent from south to north on the straight grid."""
        return TILE_V_M / 2 * self.scale

    def bend(self, u: Floats, v: Floats) -> Floats:
        """Return (n, 2) easting and northing of points on the straight grid, to 1 mm."""
        phase = self.rng("bend").uniform(0, 2 * np.pi, 4)
        river = 950 * np.sin(u / 3400 + phase[0]) + 420 * np.sin(u / 1750 + phase[1])
        river = river - (950 * np.sin(phase[0]) + 420 * np.sin(phase[1]))
        near = np.exp(-((v / RIVER_REACH_M) ** 2))
        east = u + 430 * np.sin(v / 2700 + phase[2]) + 170 * np.sin(v / 1350 + u / 5000)
        north = v + river * near + 320 * np.sin(u / 3100 + phase[3]) * (1 - near)
        return np.round(np.column_stack([east + CITY_EASTING, north + CITY_NORTHING]), DECIMALS)

    def noise(self, easting: Floats, northing: Floats, *, stage: str, wave_m: float) -> Floats:
        """Return smooth noise of about unit spread at the points; neighbours are alike."""
        rng = self.rng(stage)
        total = np.zeros(np.shape(easting))
        for _ in range(7):
            angle = rng.uniform(0, np.pi)
            length = wave_m * rng.uniform(0.6, 1.7)
            along = np.cos(angle) * easting + np.sin(angle) * northing
            total = total + np.sin(2 * np.pi * along / length + rng.uniform(0, 2 * np.pi))
        return np.asarray(total / np.sqrt(3.5), dtype=np.float64)

    def outline(self) -> shapely.Polygon:
        """Return the irregular outline of the city."""
        turn = np.linspace(0, 2 * np.pi, int(240 * self.scale), endpoint=False)
        phase = self.rng("outline").uniform(0, 2 * np.pi, 3)
        power = 2.7
        radius = (
            np.abs(np.cos(turn) / self.half_u_m) ** power
            + np.abs(np.sin(turn) / self.half_v_m) ** power
        ) ** (-1 / power)
        wobble = 0.045 * np.sin(3 * turn + phase[0]) + 0.03 * np.sin(7 * turn + phase[1])
        wobble = wobble + 0.012 * np.sin(17 * turn + phase[2])
        radius = radius * (0.95 + wobble)
        return shapely.Polygon(self.bend(radius * np.cos(turn), radius * np.sin(turn)))


def tile_local(u: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Return the position within the tile in km: a large city has one centre per tile."""
    local_u = (np.asarray(u) + TILE_U_M / 2) % TILE_U_M - TILE_U_M / 2
    local_v = (np.asarray(v) + TILE_V_M / 2) % TILE_V_M - TILE_V_M / 2
    return local_u / 1000, local_v / 1000


def smooth_curve(points: Floats, *, step: int = 12) -> Floats:
    """Return a curve through the points (Catmull-Rom), `step` pieces between two of them."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, step, endpoint=False)[:, None]
    pieces = []
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        pieces.append(
            0.5 * (2 * start + (end - before) * t)
            + 0.5 * (2 * before - 5 * start + 4 * end - after) * t**2
            + 0.5 * (3 * start - before - 3 * end + after) * t**3
        )
    return np.vstack([*pieces, points[-1:]])


def blob(
    centre: tuple[float, float],
    radii: tuple[float, float],
    *,
    rng: np.random.Generator,
    vertices: int = 40,
    wobble: float = 0.1,
) -> shapely.Polygon:
    """Return a wobbly ellipse in the plane of EPSG:4547, as surveyed boundaries look."""
    turn = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    phase = rng.uniform(0, 2 * np.pi, 4)
    swing = sum(np.sin(k * turn + phase[k - 2]) / k for k in (2, 3, 4, 5))
    radius = 1 + wobble * swing + rng.normal(0, wobble / 8, vertices)
    tilt = rng.uniform(0, np.pi)
    east, north = radii[0] * radius * np.cos(turn), radii[1] * radius * np.sin(turn)
    corners = np.column_stack(
        [
            centre[0] + east * np.cos(tilt) - north * np.sin(tilt),
            centre[1] + east * np.sin(tilt) + north * np.cos(tilt),
        ]
    )
    return shapely.Polygon(np.round(corners, DECIMALS))


def rounded(geometries: Geometries) -> Geometries:
    """Return the geometries with every coordinate to 1 mm: shared corners stay shared."""
    moved: Geometries = shapely.transform(geometries, lambda xy: np.round(xy, DECIMALS))
    return moved


def polygon_parts(
    geometries: Geometries, *, area_m2_min: float = 1.0
) -> tuple[Geometries, NDArray[np.int64]]:
    """Return all valid polygon parts of at least `area_m2_min`, and the row each came from."""
    parts, index = shapely.get_parts(geometries, return_index=True)
    nested, within = shapely.get_parts(parts, return_index=True)
    whole, origin = rounded(nested), index[within]
    if not shapely.is_valid(whole).all():
        # rounding may let a ring touch itself: mend, then take the pieces apart again
        whole, again = shapely.get_parts(shapely.make_valid(whole), return_index=True)
        origin = origin[again]
    keep = (shapely.get_dimensions(whole) == 2) & (shapely.area(whole) >= area_m2_min)
    return whole[keep], origin[keep]


def largest_part(geometry: BaseGeometry) -> shapely.Polygon:
    """Return the largest polygon of a geometry, empty when it has none."""
    parts, _ = polygon_parts(np.array([geometry], dtype=object), area_m2_min=0.0)
    if len(parts) == 0:
        return shapely.Polygon()
    biggest: shapely.Polygon = parts[int(np.argmax(shapely.area(parts)))]
    return biggest
