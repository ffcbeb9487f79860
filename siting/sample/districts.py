"""Road cells, what each is (old town, works, village land …), districts and towns.

A cell is what lies between neighbouring main roads. Districts and towns are unions of
cells: their borders follow roads and the middle of the river, and are shared to the
millimetre, so that each parcel lies in exactly one of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.sample.ground import Floats, Geometries, Ground, largest_part, rounded, tile_local
from siting.sample.terrain import Terrain

DISTRICTS = (
    ("449901", "滘城区", "Jiaocheng"),
    ("449902", "涌南区", "Chongnan"),
    ("449903", "东埗区", "Dongbu"),
    ("449904", "西塱区", "Xilang"),
    ("449905", "北岭区", "Beiling"),
    ("449906", "氹湾区", "Dangwan"),
)
DISTRICT_NAMES = {code: name for code, name, _ in DISTRICTS}
TOWNS = {
    "449901": ("沙滘街道", "榕涌街道", "旧埗街道", "钟楼街道"),
    "449902": ("南漖街道", "石涌街道", "琶埗街道"),
    "449903": ("东埗镇", "蚬涌镇", "麻滘镇", "鹤洲街道"),
    "449904": ("西塱镇", "大氹镇", "荔滘镇", "茶涌街道"),
    "449905": ("北岭镇", "云涌镇", "石陂镇"),
    "449906": ("氹湾镇", "蚝涌镇", "沙埗镇", "横滘镇"),
}
ROAD_SAMPLES = 6
URBAN_KINDS = ("old", "core", "urban", "works", "new")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row per road cell: polygon, kind, district and town, position on the grid."""

    polygons: Geometries
    kinds: NDArray[np.str_]
    district: NDArray[np.str_]
    town: NDArray[np.str_]
    column: NDArray[np.int64]
    row: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.polygons)

    @property
    def is_urban(self) -> NDArray[np.bool_]:
        """True for the cells inside the urban growth boundary."""
        return np.isin(self.kinds, URBAN_KINDS)


@dataclass(frozen=True, slots=True)
class RoadGrid:
    """The grid lines of the main roads, in metres on the straight grid."""

    u: Floats
    v: Floats


def road_grid(ground: Ground) -> RoadGrid:
    """Return the main roads: close together in the centres, far apart outside."""
    rng = ground.rng("roads")
    eastward = _lines(ground.half_u_m + 1500, rng, tile_m=20_000.0)
    northward = _lines(ground.half_v_m + 1500, rng, tile_m=16_000.0)
    u = np.concatenate([-_lines(ground.half_u_m + 1500, rng, tile_m=20_000.0)[:0:-1], eastward])
    v = np.concatenate([-_lines(ground.half_v_m + 1500, rng, tile_m=16_000.0)[:0:-1], northward])
    return RoadGrid(u - 480.0, v)


def _lines(reach_m: float, rng: np.random.Generator, *, tile_m: float) -> Floats:
    lines = [0.0]
    while lines[-1] < reach_m:
        local = abs((lines[-1] + tile_m / 2) % tile_m - tile_m / 2)
        step = 980 + 900 * min(1.0, local / 6500)
        lines.append(lines[-1] + step * rng.uniform(0.85, 1.15))
    return np.array(lines)


def road_cells(ground: Ground, grid: RoadGrid, terrain: Terrain) -> Cells:
    """Return the cells within the outline with kind, district and town."""
    column, row = (part.ravel() for part in np.indices((len(grid.u) - 1, len(grid.v) - 1)))
    polygons = _cell_polygons(ground, grid, column, row)
    clipped = rounded(shapely.intersection(polygons, terrain.outline))
    clipped = np.array([largest_part(part) for part in clipped], dtype=object)
    keep = shapely.area(clipped) > 1.0
    column, row, clipped = column[keep], row[keep], clipped[keep]
    u = (grid.u[column] + grid.u[column + 1]) / 2
    v = (grid.v[row] + grid.v[row + 1]) / 2
    code = _district_codes(ground, u, v)
    return Cells(
        polygons=clipped,
        kinds=_kinds(terrain, clipped, u, v),
        district=code,
        town=_towns(code, u, v),
        column=column,
        row=row,
    )


def _cell_polygons(
    ground: Ground, grid: RoadGrid, column: NDArray[np.int64], row: NDArray[np.int64]
) -> Geometries:
    share = np.linspace(0, 1, ROAD_SAMPLES, endpoint=False)
    west, east = grid.u[column][:, None], grid.u[column + 1][:, None]
    south, north = grid.v[row][:, None], grid.v[row + 1][:, None]
    still = np.zeros(ROAD_SAMPLES)
    # each side is sampled from the same end by both neighbours, so corners are identical
    back = np.linspace(1, 0, ROAD_SAMPLES, endpoint=False)
    u = np.hstack([_mix(west, east, share), east + still, _mix(west, east, back), west + still])
    v = np.hstack(
        [south + still, _mix(south, north, share), north + still, _mix(south, north, back)]
    )
    points = ground.bend(u.ravel(), v.ravel()).reshape(len(column), -1, 2)
    return np.asarray(shapely.polygons(points), dtype=object)


def _mix(start: Floats, end: Floats, share: Floats) -> Floats:
    mixed: Floats = np.round(start * (1 - share) + end * share, 6)
    return mixed


def _kinds(terrain: Terrain, polygons: Geometries, u: Floats, v: Floats) -> NDArray[np.str_]:
    local_u, local_v = tile_local(u, v)
    # a city smaller than a tile keeps its shape: centre, works and villages shrink alike
    shrink = min(1.0, terrain.ground.scale)
    local_u, local_v = local_u / shrink, local_v / shrink
    centroid = shapely.get_coordinates(shapely.centroid(polygons))
    wobble = 0.45 * terrain.ground.noise(centroid[:, 0], centroid[:, 1], stage="kinds", wave_m=5000)
    radius = np.hypot(local_u / 1.25, local_v) + wobble * 0.8

    def near(centre_u: float, centre_v: float, reach_km: float) -> NDArray[np.bool_]:
        distance = np.hypot(local_u - centre_u, local_v - centre_v)
        return np.asarray(distance + wobble < reach_km)

    kinds = np.full(len(polygons), "rural", dtype="U8")
    kinds[radius < 3.2] = "urban"
    kinds[near(-6.4, -1.6, 2.2) | near(6.6, 1.3, 1.8) | near(2.6, -5.2, 1.5)] = "works"
    kinds[near(5.4, -2.5, 1.75) | near(-4.6, 2.9, 1.3)] = "new"
    kinds[(np.abs(local_u - 0.6) < 1.7) & (local_v < 0) & (local_v > -1.7)] = "core"
    kinds[(np.abs(local_u) < 1.9) & (local_v > 0) & (local_v < 1.9)] = "old"
    height = terrain.height_m(centroid[:, 0], centroid[:, 1])
    kinds[(height > 45) & np.isin(kinds, ("rural", "urban"))] = "hill"
    return kinds


def _district_codes(ground: Ground, u: Floats, v: Floats) -> NDArray[np.str_]:
    east, north = u / 1000 / ground.scale, v / 1000 / ground.scale
    sway_u = 0.7 * np.sin(north / 1.9 + 0.4)
    sway_v = 0.7 * np.sin(east / 2.3 + 1.0)
    code = np.full(len(u), "449902", dtype="U6")
    code[north > 0] = "449901"
    code[east + sway_u > 3.4] = "449903"
    code[east + sway_u < -3.6] = "449904"
    code[(north + sway_v > 3.2)] = "449905"
    code[(north + sway_v < -2.9) & (east + sway_u > -4.6)] = "449906"
    return code


def _towns(code: NDArray[np.str_], u: Floats, v: Floats) -> NDArray[np.str_]:
    town = np.full(len(code), "", dtype="U8")
    for district, names in TOWNS.items():
        here = np.flatnonzero(code == district)
        # sectors around the middle of the district: compact towns with borders on roads
        turn = np.arctan2(v[here] - v[here].mean(), u[here] - u[here].mean())
        sector = ((turn + np.pi) / (2 * np.pi) * len(names)).astype(int) % len(names)
        town[here] = np.array(names)[sector]
    return town


def district_polygons(cells: Cells) -> Geometries:
    """Return one polygon (or multipolygon) per entry of DISTRICTS, sharing every corner."""
    return np.array(
        [shapely.union_all(cells.polygons[cells.district == code]) for code, _, _ in DISTRICTS],
        dtype=object,
    )
