"""The city that benchmarks run on: any size, a fixed seed, made in minutes by numpy alone.

    python benchmarks/city.py FOLDER [parcels] [red lines]

EPSG:4547. A million parcels (17 vertices each, edges shared with the neighbours) on 92 × 80 km,
twelve control-line layers with 9 million vertices (farmland by the ten thousand, an ecological
red line of polygons up to 36,000 vertices with holes, rivers of 3,000 vertices), and red lines
of a project's size. A smaller city is a smaller piece of the same: densities stay.
`siting sample` makes cities for people; this one is for clocks, and has no names and no story.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEED = 20261122
CRS = "EPSG:4547"
#: South-western corner, in full Gauss-Krüger metres: GEOS errs more in small local ones.
ORIGIN = (440_000.0, 2_520_000.0)
#: Sides of a city of a million parcels.
FULL_PARCELS = 1_001_000
FULL_M = (92_000.0, 80_000.0)
#: How far nodes leave their grid, and the points of an edge its straight line (share of a cell).
NODE_JITTER, EDGE_JITTER = 0.2, 0.02
POINTS_PER_EDGE = 4


@dataclass(frozen=True)
class Extent:
    """What the city covers; ``share`` is its area as a share of the full city's."""

    width_m: float
    height_m: float
    share: float

    def scatter(self, dice: np.random.Generator, count: int) -> Floats:
        low = np.array(ORIGIN)
        return low + dice.uniform(0, 1, (count, 2)) * [self.width_m, self.height_m]


def extent_of(parcels: int) -> Extent:
    """Return the extent that keeps the density of parcels."""
    share = parcels / FULL_PARCELS
    side = float(np.sqrt(share))
    return Extent(FULL_M[0] * side, FULL_M[1] * side, share)


def parcels_of(extent: Extent, count: int) -> gpd.GeoDataFrame:
    """Return parcels that cover the extent: a jittered grid whose cells share every vertex."""
    columns = int(np.sqrt(count * extent.width_m / extent.height_m))
    rows = count // columns
    step = np.array([extent.width_m / columns, extent.height_m / rows])
    dice = np.random.default_rng(SEED)
    grid = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1)
    nodes = ORIGIN + (grid + dice.uniform(-NODE_JITTER, NODE_JITTER, grid.shape)) * step
    east = _edges(nodes[:, :-1], nodes[:, 1:], dice, step)
    north = _edges(nodes[:-1], nodes[1:], dice, step)
    ring = np.concatenate(
        [
            east[:-1][:, :, :-1],
            north[:, 1:][:, :, :-1],
            east[1:][:, :, :0:-1],
            north[:, :-1][:, :, :0:-1],
        ],
        axis=2,
    ).reshape(-1, 4 * POINTS_PER_EDGE, 2)
    shapes = shapely.polygons(np.round(np.concatenate([ring, ring[:, :1]], axis=1), 3))
    uses = np.array(["0701", "0804", "0901", "100101", "1101", "1401", "0101", "0301"])
    numbers = np.arange(len(shapes))
    columns_of = {
        "DKBH": np.char.add("440100", np.char.zfill(numbers.astype(str), 9)),
        "DKMC": np.char.add("地块", numbers.astype(str)),
        "YT": uses[dice.integers(0, len(uses), len(shapes))],
        "MJ": np.round(shapely.area(shapes), 2),
        "XZQDM": np.char.add("4401", (dice.integers(3, 19, len(shapes)) + 0).astype(str)),
    }
    return gpd.GeoDataFrame(columns_of, geometry=shapes, crs=CRS)


def _edges(start: Floats, end: Floats, dice: np.random.Generator, step: Floats) -> Floats:
    """Return each edge as its start, the points between, and its end."""
    share = np.linspace(0, 1, POINTS_PER_EDGE + 1)[:, None]
    points = start[:, :, None] + (end - start)[:, :, None] * share
    points[:, :, 1:-1] += dice.uniform(-EDGE_JITTER, EDGE_JITTER, points[:, :, 1:-1].shape) * step
    return points


def blobs(
    dice: np.random.Generator, centres: Floats, reach_m: Floats, vertices: NDArray[np.int64]
) -> list[Floats]:
    """Return rings around centres: radii with noise at every scale, so simple by construction."""
    rings = []
    for centre, reach, count in zip(centres, reach_m, vertices, strict=True):
        angles = np.linspace(0, 2 * np.pi, int(count), endpoint=False)
        waves = np.arange(1, min(int(count) // 3, 400))
        weights = dice.normal(0, 0.25, len(waves)) / waves**0.9
        size = max(4 * len(waves), int(count))
        spectrum = np.zeros(size, dtype=complex)
        spectrum[waves] = weights * np.exp(1j * dice.uniform(0, 2 * np.pi, len(waves)))
        noise = np.interp(
            angles, np.linspace(0, 2 * np.pi, size + 1)[:-1], np.fft.ifft(spectrum).real * size
        )
        radius = reach * np.clip(1 + noise, 0.35, 3.0)
        rings.append(centre + radius[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]))
    return rings


def polygons(rings: list[Floats]) -> NDArray[np.object_]:
    """Return one polygon per open ring, at survey precision."""
    return np.array([shapely.Polygon(np.round(ring, 3)) for ring in rings], dtype=object)


def _patches(
    low: int, high: int, reach_m: float
) -> Callable[[np.random.Generator, Floats], object]:
    def make(dice: np.random.Generator, centres: Floats) -> NDArray[np.object_]:
        count = len(centres)
        reach = reach_m * dice.lognormal(0, 0.5, count)
        vertices = np.exp(dice.uniform(np.log(low), np.log(high), count)).astype(np.int64)
        return polygons(blobs(dice, centres, reach, vertices))

    return make


def _with_holes(dice: np.random.Generator, centres: Floats) -> NDArray[np.object_]:
    """The ecological red line: up to 36,000 vertices, and holes within the inner third."""
    count = len(centres)
    reach = 900.0 * dice.lognormal(0, 0.6, count)
    vertices = np.exp(dice.uniform(np.log(400), np.log(36_000), count)).astype(np.int64)
    outer = blobs(dice, centres, reach, vertices)
    shapes = []
    for ring, centre, size in zip(outer, centres, reach, strict=True):
        turn = dice.uniform(0, 2 * np.pi)
        number = int(dice.integers(0, 7))
        angles = turn + np.arange(number) * 2 * np.pi / 6
        spots = centre + 0.2 * size * np.column_stack([np.cos(angles), np.sin(angles)])
        holes = blobs(dice, spots, np.full(number, 0.025 * size), np.full(number, 60))
        shapes.append(shapely.Polygon(np.round(ring, 3), [np.round(hole, 3) for hole in holes]))
    return np.array(shapes, dtype=object)


def _bands(points: int, length_m: float, width_m: float) -> Callable[..., NDArray[np.object_]]:
    """Rivers, roads, corridors: a bank on each side of a wandering line, `points` vertices."""

    def make(dice: np.random.Generator, centres: Floats) -> NDArray[np.object_]:
        half = points // 2
        shapes = []
        for centre in centres:
            along = np.linspace(-0.5, 0.5, half) * length_m
            wander = np.cumsum(dice.normal(0, 1, half))
            kernel = np.hanning(max(5, half // 40))
            smooth = np.convolve(wander, kernel / kernel.sum(), mode="same")
            across = smooth * length_m / (40 * np.sqrt(half))
            width = width_m * (1 + 0.3 * np.sin(along / (15 * width_m)))
            ring = np.concatenate(
                [
                    np.column_stack([along, across - width / 2]),
                    np.column_stack([along, across + width / 2])[::-1],
                ]
            )
            turn = dice.uniform(0, np.pi)
            turned = ring @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            shapes.append(shapely.Polygon(np.round(centre + turned, 3)))
        return np.array(shapes, dtype=object)

    return make


#: Layer: how many in the full city, and how they are made. 9 million vertices together.
LAYERS: dict[str, tuple[int, Callable[..., NDArray[np.object_]]]] = {
    "farmland": (50_000, _patches(15, 110, 160.0)),
    "ecological_red_line": (467, _with_holes),
    "rivers": (588, _bands(3_000, 18_000.0, 90.0)),
    "urban_growth": (60, _patches(4_000, 12_000, 4_000.0)),
    "forest": (20_000, _patches(30, 130, 220.0)),
    "flood": (220, _patches(1_500, 7_000, 900.0)),
    "hazard": (5_000, _patches(20, 90, 120.0)),
    "heritage": (2_000, _patches(12, 60, 90.0)),
    "water_source": (140, _patches(1_000, 5_000, 700.0)),
    "roads": (3_000, _bands(120, 4_000.0, 30.0)),
    "power_corridors": (500, _bands(160, 12_000.0, 60.0)),
    "railway": (80, _bands(2_400, 30_000.0, 24.0)),
}


def layer_of(name: str, extent: Extent) -> gpd.GeoDataFrame:
    """Return one control-line layer; what crossed itself was mended by its maker, as in life."""
    full, make = LAYERS[name]
    dice = np.random.default_rng([SEED, sum(name.encode())])
    shapes = make(dice, extent.scatter(dice, max(3, round(full * extent.share))))
    bad = ~shapely.is_valid(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    shapes = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    ids = [f"{name}-{number:06d}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"BSM": ids}, geometry=shapes, crs=CRS)


def red_lines_of(extent: Extent, count: int) -> gpd.GeoDataFrame:
    """Return red lines: turned boxes with a corner cut out, some star-like, some long corridors."""
    dice = np.random.default_rng(SEED + 7)
    centres = extent.scatter(dice, count)
    size = 120.0 * dice.lognormal(0, 0.6, (count, 1, 1))
    notch = dice.uniform(0.2, 0.8, count)
    box = np.array([[-1, -0.7], [1, -0.7], [1, 0.2], [0, 0.2], [0, 0.7], [-1, 0.7]])
    rings = np.repeat(box[None], count, axis=0)
    rings[:, 3, 0] = rings[:, 4, 0] = 2 * notch - 1
    is_long = dice.uniform(0, 1, count) < 0.02
    rings[is_long] *= [12.0, 0.2]
    turn = dice.uniform(0, 2 * np.pi, count)
    spin = np.stack(
        [np.stack([np.cos(turn), np.sin(turn)], -1), np.stack([-np.sin(turn), np.cos(turn)], -1)], 1
    )
    rings = np.round(centres[:, None] + (rings * size) @ spin, 3)
    shapes = shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))
    ids = [f"P-{number:06d}" for number in range(count)]
    return gpd.GeoDataFrame({"XMDM": ids}, geometry=shapes, crs=CRS)


def make_city(
    folder: Path, parcels: int, red_lines: int, layers: tuple[str, ...] = tuple(LAYERS)
) -> Path:
    """Write the city as GeoParquet, one file per layer, unless it is there already.

    Cities of one size share their layers: only the red lines are another file each time.
    """
    target = folder / f"city-{parcels}-{red_lines}"
    target.mkdir(parents=True, exist_ok=True)
    extent = extent_of(parcels)
    makers: dict[str, Callable[[], gpd.GeoDataFrame]] = {
        "parcels": lambda: parcels_of(extent, parcels),
        "red_lines": lambda: red_lines_of(extent, red_lines),
    }
    makers |= {name: partial(layer_of, name, extent) for name in layers}
    for name, make in makers.items():
        shared = folder / f"land-{parcels}" / f"{name}.parquet"
        own = target / f"{name}.parquet"
        if own.is_file():
            continue
        if name == "red_lines":
            _write(own, make())
            continue
        if not shared.is_file():
            shared.parent.mkdir(exist_ok=True)
            _write(shared, make())
        own.hardlink_to(shared)
    return target


def _write(path: Path, layer: gpd.GeoDataFrame) -> None:
    """Write a layer with the number of each row, by which engines name what they found."""
    numbered = layer.assign(number=np.arange(len(layer)))
    half = path.with_suffix(".half")
    numbered.to_parquet(half, write_covering_bbox=True)
    half.replace(path)


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[2:4]]
    print(make_city(Path(sys.argv[1]), *(numbers or [100_000, 1_000])))
