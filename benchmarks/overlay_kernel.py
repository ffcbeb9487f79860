"""The overlay kernel against shapely as an expert uses it, and geopandas, in the same run.

    python benchmarks/overlay_kernel.py [--parcels 100000] [--red-lines 1000] [--geopandas]
        [--threads 1] [--growth] [--json FILE]

A1: red lines x twelve control-line layers, pairs and areas. A2: red lines x parcels. CPU
seconds, for machines are shared. *prepared* is from what each engine keeps (layouts with
grids; tiles and trees) to areas; the preparing is a row of its own. Pairs over 0.01 m² of all
engines are compared, and each difference is settled by exact arithmetic.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import overlay_city as city
import shapely

from siting.overlay import exact_overlap_area_m2, pair_areas
from siting.overlay.kernel import engine, layout
from siting.overlay.kernel.boxes import index_of
from siting.overlay.kernel.records import Index, Layout
from siting.overlay.pairs import TOUCH_AREA_M2

#: Pairs above this must be the same for all engines.
COMPARED_M2 = 0.01
#: Vertices of a tile of the expert's, as ST_Subdivide's default.
TILE_VERTICES = 256

Areas = dict[tuple[int, int], float]
Done = TypeVar("Done")
rows: list[dict[str, Any]] = []


def timed(job: str, size: str, name: str, work: Callable[[], Done]) -> Done:
    cpu, wall = time.process_time(), time.perf_counter()
    done = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append({"job": job, "size": size, "engine": name, "cpu_s": round(cpu, 3),
                 "wall_s": round(wall, 3), "peak_mb": round(peak_mb)})  # fmt: skip
    print(f"{job:14s} {size:22s} {name:26s} cpu {cpu:8.3f} s  wall {wall:8.3f} s", flush=True)
    return done


def tiles_of(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut large polygons in halves until each piece has few vertices; return pieces and owners."""
    pieces: list[Any] = []
    owners: list[int] = []
    waiting = [(shape, number) for number, shape in enumerate(shapes)]
    while waiting:
        shape, owner = waiting.pop()
        if shapely.get_num_coordinates(shape) <= TILE_VERTICES:
            pieces.append(shape)
            owners.append(owner)
            continue
        west, south, east, north = shape.bounds
        if east - west > north - south:
            middle = (west + east) / 2
            boxes = [(west, south, middle, north), (middle, south, east, north)]
        else:
            middle = (south + north) / 2
            boxes = [(west, south, east, middle), (west, middle, east, north)]
        for box in boxes:
            part = shapely.clip_by_rect(shape, *box)
            waiting += [(each, owner) for each in shapely.get_parts(part)
                        if shapely.get_type_id(each) == 3]  # fmt: skip
    return np.array(pieces, dtype=object), np.array(owners)


def expert(small: np.ndarray, large: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The tree on the parts that are cheap to prepare, containment before intersection."""
    tree = shapely.STRtree(small)
    large_index, small_index = tree.query(large)
    shapely.prepare(large)
    within = shapely.contains_properly(large[large_index], small[small_index])
    areas = np.empty(len(large_index))
    areas[within] = shapely.area(small[small_index[within]])
    crossing = ~within
    pieces = shapely.intersection(large[large_index[crossing]], small[small_index[crossing]])
    areas[crossing] = shapely.area(pieces)
    return small_index, large_index, areas


def as_areas(left: np.ndarray, right: np.ndarray, areas: np.ndarray) -> Areas:
    summed: Areas = {}
    is_overlap = areas > 0
    columns = (left[is_overlap], right[is_overlap], areas[is_overlap])
    for i, j, area in zip(*(column.tolist() for column in columns), strict=True):
        summed[i, j] = summed.get((i, j), 0.0) + area
    return summed


def compare(job: str, sides: tuple[np.ndarray, np.ndarray], ours: Areas, theirs: Areas) -> None:
    one = {pair for pair, area in ours.items() if area > COMPARED_M2}
    other = {pair for pair, area in theirs.items() if area > COMPARED_M2}
    common = one & other
    apart = {p for p in common if abs(ours[p] - theirs[p]) > max(COMPARED_M2, 1e-6 * ours[p])}
    largest = max((abs(ours[p] - theirs[p]) for p in common), default=0.0)
    print(
        f"{job:14s} pairs over {COMPARED_M2} m²: {len(one)} and {len(other)}, in one only "
        f"{len(one ^ other)}, areas apart {len(apart)}, largest difference {largest:.2e} m²"
    )
    for i, j in sorted((one ^ other) | apart):
        exact = exact_overlap_area_m2(sides[0][i], sides[1][j])
        print(f"    pair {i}, {j}: ours {ours.get((i, j), 0.0):.9f}, theirs "
              f"{theirs.get((i, j), 0.0):.9f}, exact {exact}")  # fmt: skip


Kept = tuple[Layout, Index]


def kept_of(shapes: np.ndarray) -> Kept:
    """What a prepared layer holds: its layout with grids, and the index of its boxes."""
    made = engine.prepare(layout.rings_of(shapes))
    return made, index_of(made.boxes)


def table_of(ours: Layout, kept: Kept, threads: int) -> engine.AreaTable:
    return engine.area_table(ours, kept[0], index=kept[1], floor_m2=TOUCH_AREA_M2, threads=threads)


def parcels_job(red: np.ndarray, parcels: np.ndarray, options: argparse.Namespace) -> None:
    size = f"{len(red)} x {len(parcels)}"
    kept = timed("A2 prepare", size, "siting", lambda: kept_of(parcels))
    lines = engine.prepare(layout.rings_of(red))
    table = timed("A2 prepared", size, "siting", lambda: table_of(lines, kept, options.threads))
    print(f"    {table.looked_at} pairs of boxes, {len(table)} pairs, "
          f"largest bound {table.bound_m2.max():.2e} m²")  # fmt: skip
    timed(
        "A2 objects",
        size,
        "siting, doubtful witnessed",
        lambda: pair_areas(red, parcels, witness="doubtful", threads=options.threads),
    )
    if len(table) < 20_000:
        timed("A2 objects", size, "siting, found witnessed", lambda: pair_areas(red, parcels))
    # here the red line is the larger shape, and parcels lie properly within it
    found = timed("A2 prepared", size, "shapely", lambda: expert(parcels, red)[::1])
    theirs = as_areas(found[1], found[0], found[2])
    compare("A2", (red, parcels), as_areas(table.left, table.right, table.area_m2), theirs)
    if options.geopandas:
        geopandas_job("A2 prepared", size, red, {"parcels": parcels})


def control_job(
    red: np.ndarray, layers: dict[str, np.ndarray], options: argparse.Namespace
) -> None:
    vertices = sum(int(shapely.get_num_coordinates(shapes).sum()) for shapes in layers.values())
    size = f"{len(red)} x 12, {vertices / 1e6:.1f}M"
    lines = engine.prepare(layout.rings_of(red))
    kept = timed("A1 prepare", size, "siting", lambda: {
        name: kept_of(shapes) for name, shapes in layers.items()
    })  # fmt: skip
    tables = timed("A1 prepared", size, "siting", lambda: {
        name: table_of(lines, each, options.threads) for name, each in kept.items()
    })  # fmt: skip
    print(f"    {sum(table.looked_at for table in tables.values())} pairs of boxes, "
          f"{sum(map(len, tables.values()))} pairs, largest bound "
          f"{max(table.bound_m2.max() for table in tables.values()):.2e} m²")  # fmt: skip
    tiles = timed("A1 prepare", size, "shapely, tiles", lambda: {
        name: tiles_of(shapes) for name, shapes in layers.items()
    })  # fmt: skip
    found = timed("A1 prepared", size, "shapely", lambda: {
        name: expert(red, pieces) for name, (pieces, _) in tiles.items()
    })  # fmt: skip
    for name, (left, piece, areas) in found.items():
        table = tables[name]
        ours = as_areas(table.left, table.right, table.area_m2)
        theirs = as_areas(left, tiles[name][1][piece], areas)
        compare(f"A1 {name}", (red, layers[name]), ours, theirs)
    if options.geopandas:
        geopandas_job("A1 prepared", size, red, layers)


def geopandas_job(job: str, size: str, red: np.ndarray, layers: dict[str, np.ndarray]) -> None:
    import geopandas as gpd  # noqa: PLC0415 - only where it is asked for

    left = gpd.GeoDataFrame({"i": np.arange(len(red))}, geometry=red, crs="EPSG:4547")
    frames = [
        gpd.GeoDataFrame({"j": np.arange(len(shapes))}, geometry=shapes, crs="EPSG:4547")
        for shapes in layers.values()
    ]
    timed(job, size, "geopandas", lambda: [
        gpd.overlay(left, frame, how="intersection").area.sum() for frame in frames
    ])  # fmt: skip


def with_ratios() -> list[dict[str, Any]]:
    """Set each peer beside ours of the same job and size."""
    ours = {(row["job"], row["size"]): row["cpu_s"] for row in rows if row["engine"] == "siting"}
    for row in rows:
        base = ours.get((row["job"], row["size"]))
        if base and row["engine"] != "siting":
            row["ratio_to_ours"] = round(row["cpu_s"] / base, 2)
            print(f"{row['job']:14s} {row['size']:22s} {row['engine']:26s} "
                  f"{row['ratio_to_ours']:6.1f} x ours")  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--red-lines", type=int, default=1_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--geopandas", action="store_true")
    parser.add_argument("--growth", action="store_true", help="also a tenth and a third of it")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    for share in (0.1, 1 / 3, 1.0) if options.growth else (1.0,):
        count = int(options.parcels * share)
        scale = float(np.sqrt(count / 1_000_000))
        red = city.red_lines(int(options.red_lines * share), scale=scale)
        parcels_job(red, city.parcels(count), options)
        control_job(red, city.control_lines(scale), options)
    done = with_ratios()
    if options.json:
        options.json.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
