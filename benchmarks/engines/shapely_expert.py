"""shapely as an expert uses it: long polygons tiled once, boxes first, contained parts for free."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

#: Parts with more vertices are halved along their longer side.
MOST_VERTICES = 128

Shapes = NDArray[np.object_]
Tiled = tuple[Shapes, NDArray[np.int64], NDArray[np.float64], shapely.STRtree]
State = tuple[Shapes, dict[str, Tiled]]


def load(city: Path, layers: tuple[str, ...]) -> State:
    return read(city / "red_lines.parquet"), {
        name: _tiled(read(city / f"{name}.parquet")) for name in layers
    }


def read(path: Path) -> Shapes:
    column = pq.read_table(path, columns=["geometry"])["geometry"]
    return np.asarray(shapely.from_wkb(column.to_numpy(zero_copy_only=False)), dtype=object)


def _tiled(shapes: Shapes) -> Tiled:
    tiles, owners = tiles_of(shapes)
    return tiles, owners, shapely.area(tiles), shapely.STRtree(tiles)


def tiles_of(shapes: Shapes) -> tuple[Shapes, NDArray[np.int64]]:
    """Return polygons cut until none is large, and which shape each tile is of."""
    done, owners = [], []
    parts, owner = shapely.get_parts(shapes, return_index=True)
    while len(parts):
        is_small = shapely.get_num_coordinates(parts) <= MOST_VERTICES
        done.append(parts[is_small])
        owners.append(owner[is_small])
        parts, owner = _halved(parts[~is_small], owner[~is_small])
    return np.concatenate(done), np.concatenate(owners)


def _halved(parts: Shapes, owner: NDArray[np.int64]) -> tuple[Shapes, NDArray[np.int64]]:
    halves: list[shapely.Geometry] = []
    numbers: list[int] = []
    for part, number, (west, south, east, north) in zip(
        parts, owner, shapely.bounds(parts), strict=True
    ):
        if east - west > north - south:
            middle = (west + east) / 2
            boxes = [(west, south, middle, north), (middle, south, east, north)]
        else:
            middle = (south + north) / 2
            boxes = [(west, south, east, middle), (west, middle, east, north)]
        for box in boxes:
            pieces = shapely.get_parts(shapely.clip_by_rect(part, *box))
            pieces = [piece for piece in pieces if shapely.get_type_id(piece) == 3]
            halves.extend(pieces)
            numbers.extend([number] * len(pieces))
    return np.array(halves, dtype=object), np.array(numbers, dtype=np.int64)


def answer(state: State) -> pd.DataFrame:
    red_lines, layers = state
    shapely.prepare(red_lines)
    return pd.concat(
        [_of_layer(red_lines, name, tiled) for name, tiled in layers.items()], ignore_index=True
    )


def _of_layer(red_lines: Shapes, name: str, tiled: Tiled) -> pd.DataFrame:
    tiles, owners, areas, tree = tiled
    left, right = tree.query(red_lines)
    is_within = shapely.contains_properly(red_lines[left], tiles[right])
    found = np.where(is_within, areas[right], 0.0)
    rest = np.flatnonzero(~is_within)
    rest = rest[shapely.intersects(red_lines[left[rest]], tiles[right[rest]])]
    found[rest] = shapely.area(shapely.intersection(red_lines[left[rest]], tiles[right[rest]]))
    table = pd.DataFrame({"red_line": left, "feature": owners[right], "area_m2": found})
    table = table[table["area_m2"] > 0]
    return table.groupby(["red_line", "feature"], as_index=False).sum().assign(layer=name)
