"""Blocks and lots: each road cell is cut by its own turned grid of streets.

All lots of a block are faces of one small mesh, so neighbours share their corners to the
millimetre and never overlap. Cells differ in direction, block size, lots per block and
regularity; what main roads, rails and water take away is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from siting.sample.districts import Cells
from siting.sample.ground import (
    DECIMALS,
    GRID_M,
    Floats,
    Geometries,
    Ground,
    blob,
    largest_part,
    polygon_parts,
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of cell is cut: sizes in metres, shares between 0 and 1."""

    width_m: float
    depth_m: float
    street_m: float
    lots: int
    jitter: float
    merged: float
    through: float
    whole: float
    road_m: float
    lot_m2_min: float


STYLES = {
    "old": Style(225, 150, 8, 3, 0.18, 0.25, 0.12, 0.10, 13, 500),
    "core": Style(230, 190, 14, 2, 0.07, 0.2, 0.2, 0.35, 22, 1000),
    "urban": Style(345, 250, 13, 3, 0.10, 0.35, 0.2, 0.25, 20, 1200),
    "works": Style(430, 330, 18, 2, 0.06, 0.25, 0.3, 0.3, 22, 3500),
    "new": Style(340, 250, 18, 2, 0.05, 0.25, 0.15, 0.35, 25, 1500),
    "village": Style(165, 120, 7, 2, 0.2, 0.35, 0.2, 0.15, 8, 600),
    "rural": Style(470, 340, 0, 2, 0.12, 0.3, 0.2, 0.2, 8, 500),
    "hill": Style(620, 480, 0, 2, 0.15, 0.3, 0.2, 0.3, 0, 500),
}
#: Turns of the street grid against the main roads, in degrees.
TURNS_DEG = (0, 0, 5, -8, 13, -18, 27, -33)


@dataclass(frozen=True, slots=True)
class Lots:
    """One row per block and one per lot; ``block`` of a lot is a row of the blocks."""

    block_polygons: Geometries
    block_cell: Ints
    block_is_village: Bools
    lot_polygons: Geometries
    lot_block: Ints


class _Cutter:
    """Cuts cells one by one; knows what land cannot be built on."""

    def __init__(self, ground: Ground, cells: Cells, taken: Geometries) -> None:
        self.ground = ground
        self.cells = cells
        self.taken = taken
        self._tree = STRtree(taken)

    def free_land(self, polygon: BaseGeometry, road_m: float) -> BaseGeometry:
        """Return the inside of a cell without its roads, rails and water."""
        inside: BaseGeometry = shapely.buffer(polygon, -road_m, join_style="mitre")
        near = np.sort(self._tree.query(inside, predicate="intersects"))
        if len(near):
            inside = shapely.difference(inside, shapely.union_all(self.taken[near]))
        return inside

    def cut(self, land: BaseGeometry, style: Style, rng: np.random.Generator) -> Lots:
        """Cut `land` into blocks and lots of a style; block_cell is left at 0."""
        corners = _street_grid(land, style, rng)
        quads = _polygons(corners)
        shapely.prepare(land)
        corners = corners[shapely.intersects(land, quads)]
        if style.street_m == 0:
            return self._fields(land, corners, style)
        nodes = _block_nodes(corners, style, rng)
        polygons, owner = _faces(nodes, style, rng)
        polygons, kept = _clip(polygons, land, style.lot_m2_min)
        owner = owner[kept]
        # with the corners of the lots on it, so that each lot lies wholly in its block
        rows, columns = zip(*_outline_path(style.lots), strict=True)
        outer = _polygons(nodes[:, rows, columns])
        blocks, block_of = _clip(outer, land, style.lot_m2_min, is_split=True)
        return _join(blocks, block_of, polygons, owner)

    def _fields(self, land: BaseGeometry, corners: Floats, style: Style) -> Lots:
        parts, _ = _clip(_polygons(corners), land, style.lot_m2_min, is_split=True)
        nothing = np.array([], dtype=object)
        none = np.zeros(0, dtype=np.int64)
        count = len(parts)
        return Lots(parts, np.zeros(count, np.int64), np.zeros(count, bool), nothing, none)


def cut_cells(ground: Ground, cells: Cells, taken: Geometries) -> tuple[Lots, Lots]:
    """Return the built-up lots (cells and villages) and the open land between them.

    Parameters
    ----------
    taken
        Land of rails, highways and water.
    """
    cutter = _Cutter(ground, cells, taken)
    built: list[Lots] = []
    open_land: list[Lots] = []
    for number in range(len(cells)):
        rng = ground.rng(f"cell {cells.column[number]} {cells.row[number]}")
        kind = str(cells.kinds[number])
        style = STYLES[kind]
        land = cutter.free_land(cells.polygons[number], style.road_m)
        if land.is_empty:
            continue
        if bool(cells.is_urban[number]):
            built.append(_of_cell(cutter.cut(land, style, rng), number))
            continue
        for village in _villages(land, kind, rng):
            inside = shapely.intersection(village, land)
            built.append(
                _of_cell(cutter.cut(inside, STYLES["village"], rng), number, is_village=True)
            )
            land = shapely.difference(land, village)
        open_land.append(_of_cell(cutter.cut(land, style, rng), number))
    return _stack(built), _stack(open_land)


def _villages(land: BaseGeometry, kind: str, rng: np.random.Generator) -> list[shapely.Polygon]:
    """Return the outlines of the villages of a rural cell: none to two, never touching."""
    count = rng.integers(0, 2 + (rng.random() < 0.4)) if kind == "rural" and land.area > 6e5 else 0
    west, south, east, north = land.bounds
    villages: list[shapely.Polygon] = []
    for _ in range(40):
        if len(villages) == count:
            break
        centre = (float(rng.uniform(west, east)), float(rng.uniform(south, north)))
        radius = float(rng.uniform(110, 190))
        shape = blob(centre, (radius, radius * 0.75), rng=rng, vertices=28, wobble=0.18)
        is_apart = all(shape.distance(other) > 250 for other in villages)
        if is_apart and shapely.contains(land, shapely.Point(centre)):
            villages.append(shape)
    return villages


def _polygons(rings: Floats) -> Geometries:
    """Return one polygon per ring of corners."""
    return np.asarray(shapely.polygons(rings), dtype=object)


def _street_grid(land: BaseGeometry, style: Style, rng: np.random.Generator) -> Floats:
    """Return (n, 4, 2) corners of the street grid that covers `land`."""
    west, south, east, north = land.bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    reach = float(np.hypot(east - west, north - south)) / 2 + style.width_m
    across, along = (_steps(reach, size, rng) for size in (style.width_m, style.depth_m))
    x, y = np.meshgrid(across, along, indexing="ij")
    x = x + rng.normal(0, style.jitter * style.width_m * 0.5, x.shape)
    y = y + rng.normal(0, style.jitter * style.depth_m * 0.5, y.shape)
    # a gentle arc, so that streets are not ruled lines
    arc = rng.uniform(-0.11, 0.11)
    y = y + arc * x**2 / reach
    x = x + rng.uniform(-0.07, 0.07) * np.sin(y / reach * 2) * reach * 0.3
    turn = np.deg2rad(_direction_deg(land) + rng.choice(TURNS_DEG) + rng.normal(0, 1.5))
    points = (
        np.stack(
            [x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=-1
        )
        + middle
    )
    # to 1 mm before anything is cut, so that cut and uncut neighbours share their corners
    points = np.round(points, DECIMALS)
    quads: Floats = np.stack(
        [points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], axis=2
    ).reshape(-1, 4, 2)
    return quads


def _steps(reach_m: float, size_m: float, rng: np.random.Generator) -> Floats:
    count = int(np.ceil(2.6 * reach_m / size_m)) + 2
    steps = size_m * rng.uniform(0.72, 1.32, count)
    places: Floats = np.concatenate([[0.0], np.cumsum(steps)])
    places = places - reach_m - rng.uniform(0, size_m)
    return places[places < reach_m + size_m]


def _direction_deg(land: BaseGeometry) -> float:
    """Return the direction of the longest side of the land's box, between -45 and 45."""
    ring = shapely.get_coordinates(shapely.oriented_envelope(land))
    if len(ring) < 3:
        return 0.0
    side = ring[1] - ring[0]
    angle = float(np.rad2deg(np.arctan2(side[1], side[0])))
    return (angle + 45) % 90 - 45


def _block_nodes(corners: Floats, style: Style, rng: np.random.Generator) -> Floats:
    """Return (n, 3, lots + 1, 2) mesh nodes: front, back line and rear of each block."""
    count = len(corners)
    width = np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)
    depth = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    edge_s = np.clip(style.street_m / 2 / width, 0.01, 0.3)[:, None]
    edge_t = np.clip(style.street_m / 2 / depth, 0.01, 0.3)[:, None]
    cuts = np.arange(style.lots + 1) / style.lots
    cuts = np.repeat(cuts[None], count, axis=0)
    cuts[:, 1:-1] += rng.uniform(-0.32, 0.32, (count, style.lots - 1)) / style.lots
    s = edge_s + cuts * (1 - 2 * edge_s)
    back = 0.5 + rng.uniform(-0.1, 0.1, (count, 1)) + rng.uniform(-0.05, 0.05, s.shape)
    t = np.stack(
        [np.broadcast_to(edge_t, s.shape), back, np.broadcast_to(1 - edge_t, s.shape)], axis=1
    )
    s = s[:, None, :, None]
    t = t[..., None]
    p00, p10, p11, p01 = (corners[:, None, None, corner] for corner in range(4))
    nodes = (p00 * (1 - s) + p10 * s) * (1 - t) + (p01 * (1 - s) + p11 * s) * t
    rounded_nodes: Floats = np.round(nodes, DECIMALS)
    return rounded_nodes


def _faces(nodes: Floats, style: Style, rng: np.random.Generator) -> tuple[Geometries, Ints]:
    """Return the lots of all blocks and the block of each: single, joined, through or whole."""
    count, lots = len(nodes), style.lots
    whole = rng.random(count) < style.whole
    through = (rng.random((count, lots)) < style.through) & ~whole[:, None]
    polygons: list[Geometries] = []
    owners: list[Ints] = []

    def add(mask: Bools, path: list[tuple[int, int]]) -> None:
        block = np.flatnonzero(mask)
        rows, columns = zip(*path, strict=True)
        if len(block):
            polygons.append(_polygons(nodes[block][:, rows, columns]))
            owners.append(block.astype(np.int64))

    add(whole, _outline_path(lots))
    for i in range(lots):
        add(through[:, i], [(0, i), (0, i + 1), (1, i + 1), (2, i + 1), (2, i), (1, i)])
    single = ~through & ~whole[:, None]
    for row in (0, 1):
        joined = rng.random(count) < style.merged
        joined &= single[:, 0] & single[:, 1]
        r = row
        add(joined, [(r, 0), (r, 1), (r, 2), (r + 1, 2), (r + 1, 1), (r + 1, 0)])
        for i in range(lots):
            alone = single[:, i] & ~joined if i < 2 else single[:, i]
            add(alone, [(r, i), (r, i + 1), (r + 1, i + 1), (r + 1, i)])
    if not polygons:
        return np.array([], dtype=object), np.zeros(0, dtype=np.int64)
    return np.concatenate(polygons), np.concatenate(owners)


def _outline_path(lots: int) -> list[tuple[int, int]]:
    """Return the mesh nodes round a block: front, one side, rear, other side."""
    front = [(0, i) for i in range(lots + 1)]
    rear = [(2, i) for i in range(lots, -1, -1)]
    return [*front, (1, lots), *rear, (1, 0)]


def _clip(
    polygons: Geometries, land: BaseGeometry, area_m2_min: float, *, is_split: bool = False
) -> tuple[Geometries, Ints]:
    """Cut polygons to the land; keep the largest part of each (or all parts), with its row."""
    shapely.prepare(land)
    rows = np.arange(len(polygons), dtype=np.int64)
    inside = shapely.contains_properly(land, polygons)
    crossing = ~inside & shapely.intersects(land, polygons)
    parts, index = polygon_parts(
        shapely.intersection(polygons[crossing], land), area_m2_min=area_m2_min
    )
    index = rows[crossing][index] if len(index) else index
    if not is_split and len(index):
        order = np.lexsort((-shapely.area(parts), index))
        _, first = np.unique(index[order], return_index=True)
        parts, index = parts[order][first], index[order][first]
    whole = polygons[inside]
    good = shapely.is_valid(whole) & (shapely.area(whole) >= area_m2_min)
    return np.concatenate([whole[good], parts]), np.concatenate([rows[inside][good], index])


def _join(blocks: Geometries, block_of: Ints, lots: Geometries, owner: Ints) -> Lots:
    """Tie each lot to the block part it lies in (a block cut in two gives two parts)."""
    if len(blocks) == 0 or len(lots) == 0:
        lots, owner = lots[:0], owner[:0]
    else:
        spots = shapely.point_on_surface(lots)
        lot, part = STRtree(blocks).query(spots, predicate="within")
        same = block_of[part] == owner[lot]
        lot, part = lot[same], part[same]
        lot, first = np.unique(lot, return_index=True)
        lots, owner = lots[lot], part[first].astype(np.int64)
        blocks = _cover_lots(blocks, lots, owner)
    count = len(blocks)
    return Lots(blocks, np.zeros(count, np.int64), np.zeros(count, bool), lots, owner)


def _cover_lots(blocks: Geometries, lots: Geometries, owner: Ints) -> Geometries:
    """Return the blocks with the corners of their cut lots, which stood out by half a millimetre.

    On a 1 mm grid, so that no new corner arises.
    """
    covered = blocks.copy()
    for block in np.unique(owner[~shapely.covers(blocks[owner], lots)]):
        pieces = [blocks[block], *lots[owner == block]]
        covered[block] = largest_part(shapely.union_all(pieces, grid_size=GRID_M))
    return covered


def _of_cell(lots: Lots, cell: int, *, is_village: bool = False) -> Lots:
    count = len(lots.block_polygons)
    return Lots(
        lots.block_polygons,
        np.full(count, cell, dtype=np.int64),
        np.full(count, is_village, dtype=bool),
        lots.lot_polygons,
        lots.lot_block,
    )


def _stack(pieces: list[Lots]) -> Lots:
    offsets = np.concatenate([[0], np.cumsum([len(piece.block_polygons) for piece in pieces])])
    return Lots(
        np.concatenate([piece.block_polygons for piece in pieces]),
        np.concatenate([piece.block_cell for piece in pieces]),
        np.concatenate([piece.block_is_village for piece in pieces]),
        np.concatenate([piece.lot_polygons for piece in pieces]),
        np.concatenate(
            [piece.lot_block + start for piece, start in zip(pieces, offsets, strict=False)]
        ),
    )
