"""Current land use (DLTB-like) of the sample city: one tiling without gaps or overlaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from siting.sample import codes
from siting.sample.districts import Cells
from siting.sample.ground import GRID_M, Geometries, Ground, polygon_parts, rounded
from siting.sample.lots import Lots
from siting.sample.parcels import representative_points
from siting.sample.terrain import Terrain

Texts = NDArray[np.str_]
VILLAGES = (
    "上滘",
    "下滘",
    "石埗",
    "沙氹",
    "大塱",
    "漖表",
    "涌口",
    "凤洭",
    "麦塱",
    "蚬埗",
    "禾氹",
    "鹭涌",
)
PLOUGHED = ("0101", "0103")
#: Share of field ridges that is deducted from ploughed land (田坎系数), by code.
RIDGE_SHARE = {"0101": 0.0312, "0103": 0.0547}


def field_codes(ground: Ground, terrain: Terrain, fields: Geometries) -> Texts:
    """Return the survey code of open land: woods on hills, else paddies, orchards, ponds."""
    points = representative_points(fields)
    wet = ground.noise(points[:, 0], points[:, 1], stage="wet", wave_m=2600)
    mixed = ground.noise(points[:, 0], points[:, 1], stage="mixed", wave_m=1300)
    code = np.full(len(points), "0101", dtype="U4")
    code[mixed > 0.75] = "0103"
    code[mixed < -0.95] = "0201"
    code[wet > 0.95] = "1104"
    code[(mixed > 1.45) & (wet < 0)] = "0404"
    code[terrain.height_m(points[:, 0], points[:, 1]) > 32] = "0301"
    return code


def block_codes(plan: pd.DataFrame, free_share: NDArray[np.float64]) -> Texts:
    """Return the survey code of blocks: as planned once built, waste or dry land before."""
    code = np.array([codes.SURVEY_OF_PLAN[use] for use in plan["YDDM"]], dtype="U4")
    number = np.arange(len(code))
    unbuilt = np.array(["1201", "0404", "0103"])[number % 3]
    return np.where(free_share > 0.5, unbuilt, code)


def land_use_rows(
    terrain: Terrain, cells: Cells, railways: Geometries, surveyed: list[tuple[Lots, Texts]]
) -> tuple[pd.DataFrame, Geometries]:
    """Return the rows of the survey layer and their polygons.

    Parameters
    ----------
    railways
        Railway land; what else lies between the blocks is road.
    surveyed
        Blocks, and open land, each with its survey codes.
    """
    polygons = [lots.block_polygons for lots, _ in surveyed]
    code = [names for _, names in surveyed]
    cell = [lots.block_cell for lots, _ in surveyed]
    rest, rest_cell = _between(cells, terrain, np.concatenate(polygons), np.concatenate(cell))
    for parts, within, name in _roads_and_rails(rest, rest_cell, railways):
        road = np.where(cells.is_urban[within], "1004", "1003")
        polygons.append(parts)
        cell.append(within)
        code.append(road if name == "road" else np.full(len(parts), "1001"))
    water, water_cell, water_code = _water(cells, terrain)
    all_polygons = np.concatenate([*polygons, water])
    all_codes = np.concatenate([*code, water_code])
    return _attributes(
        cells, np.concatenate([*cell, water_cell]), all_codes, all_polygons
    ), all_polygons


def _attributes(
    cells: Cells, cell: NDArray[np.int64], code: Texts, polygons: Geometries
) -> pd.DataFrame:
    is_rural = ~cells.is_urban[cell]
    village = np.array(VILLAGES)[(cells.column[cell] * 5 + cells.row[cell] * 3) % len(VILLAGES)]
    place = [
        f"{town}{name}{'村' if rural else '社区'}"
        for town, name, rural in zip(cells.town[cell], village, is_rural, strict=True)
    ]
    is_state = ~is_rural | np.isin(code, ("1001", "1003", "1101", "1103"))
    ridge = pd.Series(code).map(RIDGE_SHARE).fillna(0.0).to_numpy()
    return pd.DataFrame(
        {
            "BSM": [f"4499{number:08d}" for number in range(1, len(code) + 1)],
            "DLBM": code,
            "DLMC": [codes.SURVEY_NAMES[value] for value in code],
            "QSXZ": np.where(is_state, "国有", "集体"),
            "ZLDWMC": place,
            "KCXS": ridge,
            "TBMJ": np.round(shapely.area(polygons), 2),
        }
    )


def _between(
    cells: Cells, terrain: Terrain, polygons: Geometries, cell: NDArray[np.int64]
) -> tuple[Geometries, NDArray[np.int64]]:
    """Return what blocks, fields and water leave of each cell."""
    order = np.argsort(cell, kind="stable")
    bounds = np.searchsorted(cell[order], np.arange(len(cells) + 1))
    water = STRtree(terrain.water.polygons)
    rests = []
    for number, polygon in enumerate(cells.polygons):
        used = polygons[order[bounds[number] : bounds[number + 1]]]
        near = terrain.water.polygons[np.sort(water.query(polygon, predicate="intersects"))]
        wet = shapely.intersection(near, polygon)
        # on a 1 mm grid: the float overlay lost a whole field among these near-coincident edges
        covered = shapely.union_all(np.concatenate([used, wet]), grid_size=GRID_M)
        rests.append(shapely.difference(polygon, covered, grid_size=GRID_M))
    return polygon_parts(np.array(rests, dtype=object), area_m2_min=0.5)


def _roads_and_rails(
    rest: Geometries, cell: NDArray[np.int64], railways: Geometries
) -> list[tuple[Geometries, NDArray[np.int64], str]]:
    piece, rail = STRtree(railways).query(rest, predicate="intersects")
    touched = np.unique(piece)
    road = rest.copy()
    rails: list[Geometries] = []
    rail_cells: list[NDArray[np.int64]] = []
    for number in touched:
        land = shapely.union_all(railways[np.sort(rail[piece == number])])
        parts, _ = polygon_parts(np.array([shapely.intersection(rest[number], land)]))
        rails.append(parts)
        rail_cells.append(np.full(len(parts), cell[number], dtype=np.int64))
        road[number] = shapely.difference(rest[number], land)
    parts, index = polygon_parts(road)
    result = [(parts, cell[index], "road")]
    if rails:
        result.append((np.concatenate(rails), np.concatenate(rail_cells), "rail"))
    return result


def _water(cells: Cells, terrain: Terrain) -> tuple[Geometries, NDArray[np.int64], Texts]:
    """Return the water cell by cell: the survey does not cross district borders."""
    kinds = np.array(terrain.water.kinds)
    running = shapely.union_all(terrain.water.polygons[kinds != "水库"])
    still = shapely.union_all(terrain.water.polygons[kinds == "水库"])
    still = shapely.difference(still, running)
    found: list[Geometries] = []
    where: list[NDArray[np.int64]] = []
    code: list[Texts] = []
    for shape, name in ((running, "1101"), (still, "1103")):
        shapely.prepare(shape)
        near = np.flatnonzero(shapely.intersects(shape, cells.polygons))
        parts, index = polygon_parts(rounded(shapely.intersection(cells.polygons[near], shape)))
        found.append(parts)
        where.append(near[index])
        code.append(np.full(len(parts), name))
    return np.concatenate(found), np.concatenate(where), np.concatenate(code)
