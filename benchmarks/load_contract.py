"""A city layer through the whole load contract, as a ratio to a bare Arrow read of its file.

    python benchmarks/load_contract.py FOLDER [--rows 1000000] [--repeats 5]

Makes the layer once in FOLDER (GeoPackage, FlatGeobuf, GeoParquet) and then, for each format,
reads it in turns: the yardstick is ``pyogrio.read_arrow`` (``pyarrow.parquet.read_table`` for
Parquet), which only hands the rows over. ``load_layer`` beside it hashes the file twice, counts
independently, reads in a child process, checks every geometry, gives ids, hashes the content.
Each turn is a process of its own, so that its peak memory is its own; imports and the start of
the reading process (once per city, not per layer) are outside the clock. Medians of all turns.
CPU seconds and memory are those of both processes, read from /proc: Linux only.
"""

# ruff: noqa: PLC0415, ANN401 - what is imported late is timed apart; Arrow has no types

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED = 20261122
CRS = "EPSG:4547"
EAST, NORTH, CELL_M = 440_000.0, 2_540_000.0, 70.0
FORMATS = {"GeoPackage": "gpkg", "FlatGeobuf": "fgb", "GeoParquet": "parquet"}
#: Functions whose wall time is shown: module, name, words.
STAGES = (
    ("siting.load.layer", "fingerprint", "sha256, twice (the second beside the judging)"),
    ("siting.load.child.Reader", "_await_owed", "count: wait for the rest after the first hash"),
    ("siting.load.child.Reader", "read_vector", "read and hand over, with that wait"),
    ("siting.load.shapes", "surveyed", "decode, boxes and the certificate of validity"),
    ("siting.load.judging", "decode", "decode in all"),
    ("siting.load.judging", "require_kinds", "kinds"),
    ("siting.load.contract", "check_place", "place"),
    ("siting.load.judging", "require_validity", "validity: the rest, by GEOS"),
    ("siting.load.judging", "texts_of", "values as texts"),
    ("siting.load.judging", "duplicates_in", "duplicate ids"),
    ("siting.load.judging", "content_sha256", "content hash"),
    ("siting.load.frames.Recipe", "check_ids", "ids once more"),
)


# ------------------------------------------------------------------------------ the layer


def make(folder: Path, rows: int) -> None:
    """Write the layer in each format, unless it is there."""
    if all((folder / f"parcels-{rows}.{suffix}").is_file() for suffix in FORMATS.values()):
        return
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyogrio
    import pyproj
    import shapely

    folder.mkdir(parents=True, exist_ok=True)
    shapes = parcels(rows)
    table = attributes(rows).append_column("MJ", pa.array(np.round(shapely.area(shapes), 2)))
    table = table.append_column("geometry", pa.array(shapely.to_wkb(shapes), pa.binary()))
    column = {
        "encoding": "WKB",
        "geometry_types": ["Polygon"],
        "crs": json.loads(pyproj.CRS(CRS).to_json()),
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    pq.write_table(
        table.replace_schema_metadata({"geo": json.dumps(geo)}),
        folder / f"parcels-{rows}.parquet",
        compression="zstd",
    )
    for driver, suffix in (("GPKG", "gpkg"), ("FlatGeobuf", "fgb")):
        pyogrio.write_arrow(
            table,
            folder / f"parcels-{rows}.{suffix}",
            layer="parcels",
            driver=driver,
            geometry_name="geometry",
            geometry_type="Polygon",
            crs=CRS,
        )


def attributes(rows: int) -> Any:
    """Return the columns of a cadastre, but for the area."""
    import pyarrow as pa

    dice = np.random.default_rng(SEED)
    numbers = np.arange(rows)
    codes = ["0101", "0701", "0804", "0901", "1001", "1207", "1401"]
    towns = ["天河街道", "南沙镇", "黄阁村", "大岗镇"]
    return pa.table(
        {
            "DKBH": pa.array(np.char.mod("44%010d", numbers)),
            "DKMC": pa.array([f"示范地块{number}号" for number in numbers.tolist()]),
            "DLBM": pa.array(dice.choice(codes, rows)),
            "ZLDWMC": pa.array(dice.choice(towns, rows)),
            "RJL": pa.array(np.round(dice.uniform(0.5, 6, rows), 1)),
            "ND": pa.array(dice.integers(1990, 2026, rows).astype("int32")),
        }
    )


def parcels(rows: int) -> NDArray[np.object_]:
    """Return oblong, L-shaped and U-shaped parcels of 15 to 17 points, turned and uneven."""
    import shapely

    dice = np.random.default_rng(SEED)
    column, row = np.arange(rows) % _side(rows), np.arange(rows) // _side(rows)
    width, height = dice.uniform(30, 62, rows), dice.uniform(30, 62, rows)
    cut_width, cut_height = (
        width * dice.uniform(0.3, 0.6, rows),
        height * dice.uniform(0.3, 0.6, rows),
    )
    kind, points = dice.integers(0, 3, rows), dice.integers(14, 17, rows)
    turn = dice.uniform(-0.6, 0.6, rows)
    shapes = np.empty(rows, dtype=object)
    for corners_of, points_of in ((one, other) for one in range(3) for other in (14, 15, 16)):
        here = np.flatnonzero((kind == corners_of) & (points == points_of))
        if not len(here):
            continue
        sizes = (width[here], height[here], cut_width[here], cut_height[here])
        ring = _edged(_corners(corners_of, sizes), points_of)
        ring = ring + dice.normal(0, 0.15, ring.shape)
        cosine, sine = np.cos(turn[here])[:, None], np.sin(turn[here])[:, None]
        easting = EAST + CELL_M * column[here, None] + ring[..., 0] * cosine - ring[..., 1] * sine
        northing = NORTH + CELL_M * row[here, None] + ring[..., 0] * sine + ring[..., 1] * cosine
        ring = np.round(np.stack([easting, northing], axis=-1), 3)
        shapes[here] = shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1))
    return shapes


def _side(rows: int) -> int:
    return int(np.ceil(np.sqrt(rows)))


def _corners(kind: int, sizes: tuple[Any, Any, Any, Any]) -> list[tuple[Any, Any]]:
    w, h, cw, ch = sizes
    zero = np.zeros_like(w)
    if kind == 0:
        return [(zero, zero), (w, zero), (w, h), (zero, h)]
    if kind == 1:
        return [(zero, zero), (w, zero), (w, ch), (cw, ch), (cw, h), (zero, h)]
    left, right = (w - cw) / 2, (w + cw) / 2
    inner = [(right, h), (right, h - ch), (left, h - ch), (left, h)]
    return [(zero, zero), (w, zero), (w, h), *inner, (zero, h)]


def _edged(corners: list[tuple[Any, Any]], points: int) -> NDArray[np.float64]:
    """Return rings of so many points: the corners, and points along the sides between them."""
    base, extra = divmod(points, len(corners))
    found = []
    for number, corner in enumerate(corners):
        start = np.stack(corner, axis=-1)
        end = np.stack(corners[(number + 1) % len(corners)], axis=-1)
        steps = base + (number < extra)
        found += [start + (end - start) * (step / steps) for step in range(steps)]
    return np.stack(found, axis=1)


# ------------------------------------------------------------------------------ the turns


def bare(path: Path) -> dict[str, Any]:
    """Read every column and the shapes as Arrow, no more."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        read: Callable[[Path], Any] = pq.read_table
    else:
        import pyogrio

        read = pyogrio.read_arrow
    wall, cpu = time.perf_counter(), time.process_time()
    read(path)
    return {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
        "peak_mb": _peak_mb(os.getpid()),
    }


def contract(path: Path) -> dict[str, Any]:
    """Load the layer under the whole contract, then build its frame."""
    import geopandas as gpd  # noqa: F401 - outside the clock
    import shapely

    from siting.city import LayerSpec, built_in_roles
    from siting.load.child import Reader
    from siting.load.layer import Ground, load_layer

    role = built_in_roles()["parcel"]
    spec = LayerSpec(
        "parcels",
        role,
        role.title,
        path,
        id_column="DKBH",
        name_column="DKMC",
        columns=("DLBM", "ZLDWMC", "RJL", "ND", "MJ"),
    )
    near = shapely.box(EAST - 1e5, NORTH - 1e5, EAST + 2e5, NORTH + 2e5)
    ground = Ground(CRS, dt.date(2026, 11, 22), path.parent, near)
    with Reader() as reader, timed_stages() as stages:
        reader.about((113.3, 23.1), source="EPSG:4490", target=CRS)
        assert reader.pid is not None
        before = _cpu_s(reader.pid)
        wall, cpu = time.perf_counter(), time.process_time()
        layer = load_layer(spec, reader, ground)
        found = {
            "wall_s": time.perf_counter() - wall,
            "cpu_s": time.process_time() - cpu + _cpu_s(reader.pid) - before,
            "cpu_of_reader_s": _cpu_s(reader.pid) - before,
            "peak_mb": _peak_mb(os.getpid()) + _peak_mb(reader.pid),
            "stages": stages,
            "rows": layer.contract.rows_used,
            "status": layer.contract.status.value,
        }
        wall, cpu = time.perf_counter(), time.process_time()
        assert layer.frame is not None
        found["frame_wall_s"] = time.perf_counter() - wall
        found["frame_cpu_s"] = time.process_time() - cpu
        found["frame_peak_mb"] = _peak_mb(os.getpid()) + _peak_mb(reader.pid)
    return found


@contextmanager
def timed_stages() -> Iterator[dict[str, float]]:
    """Wrap the functions of :data:`STAGES`; the answer fills with their wall seconds."""
    import importlib

    seconds: dict[str, float] = {}
    for place, name, words in STAGES:
        home, _, last = place.rpartition(".")
        owner: Any = importlib.import_module(home if last[0].isupper() else place)
        if last[0].isupper():
            owner = getattr(owner, last)
        setattr(owner, name, _timed(getattr(owner, name), words, seconds))
    yield seconds


def _timed(
    function: Callable[..., Any], words: str, seconds: dict[str, float]
) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*args, **options)
        finally:
            seconds[words] = seconds.get(words, 0.0) + time.perf_counter() - start

    return call


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


# ------------------------------------------------------------------------------ the table


def turn(what: str, path: Path) -> dict[str, Any]:
    """Run one turn in a process of its own."""
    done = subprocess.run(  # noqa: S603 - this very script
        [sys.executable, __file__, str(path), "--turn", what],
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def report(name: str, path: Path, repeats: int) -> None:
    """Measure one format in turns and print its part of the table."""
    for what in ("bare", "contract"):  # once unmeasured: the file into the page cache
        turn(what, path)
    turns: dict[str, list[dict[str, Any]]] = {"bare": [], "contract": []}
    for _ in range(repeats):
        for what, done in turns.items():
            done.append(turn(what, path))
    one, other = turns["bare"], turns["contract"]
    print(f"\n{name}: {other[0]['rows']} rows, {path.stat().st_size / 1e6:.0f} MB")
    for words, key, extra in (
        ("wall", "wall_s", "frame_wall_s"),
        ("CPU", "cpu_s", "frame_cpu_s"),
    ):
        ratios = [b[key] / a[key] for a, b in zip(one, other, strict=True)]
        whole = [(b[key] + b[extra]) / a[key] for a, b in zip(one, other, strict=True)]
        print(
            f"  {words:4}  bare {_median(one, key):6.2f} s   contract {_median(other, key):6.2f} s"
            f"   ratio {statistics.median(ratios):5.2f} ({min(ratios):.2f} … {max(ratios):.2f})"
            f"   with the frame {statistics.median(whole):5.2f}"
        )
    print(f"  CPU of the reading process {_median(other, 'cpu_of_reader_s'):.2f} s")
    print(
        f"  peak  bare {_median(one, 'peak_mb'):.0f} MB   contract {_median(other, 'peak_mb'):.0f}"
        f" MB   with the frame {_median(other, 'frame_peak_mb'):.0f} MB"
    )
    for _, _, words in STAGES:
        seconds = statistics.median(entry["stages"].get(words, 0.0) for entry in other)
        print(f"    {seconds:6.2f} s  {words}")
    print(f"    {_median(other, 'frame_wall_s'):6.2f} s  frame, when it is asked for")


def _median(turns: list[dict[str, Any]], key: str) -> float:
    return statistics.median(entry[key] for entry in turns)


def main() -> None:
    """Make the layer, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--turn", choices=("bare", "contract"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.turn:
        print(json.dumps({"bare": bare, "contract": contract}[asked.turn](asked.folder)))
        return
    make(asked.folder, asked.rows)
    for name, suffix in FORMATS.items():
        report(name, asked.folder / f"parcels-{asked.rows}.{suffix}", asked.repeats)
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
