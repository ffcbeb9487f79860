"""One large layer without the cache, with it for the first time, and taken from it.

    python benchmarks/layer_cache.py FOLDER [--rows 1000000] [--repeats 3] [--formats gpkg parquet]

The layer is that of ``load_contract.py``. Each turn is a process of its own; imports are outside
the clock. CPU seconds are those of both processes, read from /proc: Linux only. ``ask``: the
rows near one red line (objects, columns); ``frame``: all of them. Medians of all turns.
"""

# ruff: noqa: PLC0415 - what is imported late is timed apart

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from load_contract import CELL_M, CRS, EAST, NORTH, make

TURNS = ("without", "first", "hit, hashed", "hit, stamped")


def turn(what: str, path: Path, root: Path) -> dict[str, float]:
    """Load the layer in one way."""
    import geopandas as gpd  # noqa: F401 - outside the clock
    import shapely

    from siting.city import LayerSpec, built_in_roles
    from siting.load.child import Reader
    from siting.load.kept import Shelf
    from siting.load.layer import Ground, load_layer
    from siting.store import Store, Trust

    role = built_in_roles()["parcel"]
    columns = ("DLBM", "ZLDWMC", "RJL", "ND", "MJ")
    spec = LayerSpec(
        "parcels", role, role.title, path, id_column="DKBH", name_column="DKMC", columns=columns
    )
    near = shapely.box(EAST - 1e5, NORTH - 1e5, EAST + 2e5, NORTH + 2e5)
    trust = Trust.STAMP if what == "hit, stamped" else Trust.HASH
    shelf = None if what == "without" else Shelf(Store(root), trust)
    ground = Ground(CRS, dt.date(2026, 11, 22), path.parent, near, shelf=shelf)
    found: dict[str, float] = {}
    with Reader() as reader:
        layer = _timed(found, "load", reader, lambda: _loaded(load_layer, spec, reader, ground))
        if shelf is not None:
            shelf.close()
        assert layer.features is not None
        where = np.array([[EAST, NORTH, EAST, NORTH]]) + CELL_M * np.array([20, 20, 23, 23])
        rows = _timed(found, "ask", reader, lambda: layer.features.rows(layer.features.near(where)))
        assert len(rows)
        _timed(found, "frame", reader, lambda: layer.frame)
    found["kept_mb"] = sum(each.bytes for each in Store(root).kept()) / 1e6
    return found


def _loaded(load: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401
    layer = load(*given)
    assert layer.contract.problems == (), layer.contract.problems
    return layer


def _timed(found: dict[str, float], name: str, reader: Any, work: Callable[[], Any]) -> Any:  # noqa: ANN401
    wall, cpu, child = time.perf_counter(), time.process_time(), _cpu_s(reader.pid)
    answer = work()
    found[f"{name} wall"] = time.perf_counter() - wall
    found[f"{name} cpu"] = time.process_time() - cpu + _cpu_s(reader.pid) - child
    return answer


def _cpu_s(pid: int | None) -> float:
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(path: Path, root: Path, repeats: int) -> None:
    """Print one format's table."""
    seen: dict[str, list[dict[str, float]]] = {what: [] for what in TURNS}
    for _ in range(repeats):
        shutil.rmtree(root, ignore_errors=True)
        for what in TURNS:
            command = [sys.executable, __file__, str(path), "--turn", what, "--root", str(root)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            seen[what].append(json.loads(done.stdout))
    kept = seen["first"][0]["kept_mb"]
    print(f"\n{path.name}: {path.stat().st_size / 1e6:.0f} MB, kept {kept:.0f} MB")
    names = [f"{name} {clock}" for name in ("load", "ask", "frame") for clock in ("cpu", "wall")]
    print(f"{'':14}" + "".join(f"{name:>12}" for name in names))
    for what, turns in seen.items():
        medians = [statistics.median(each[name] for each in turns) for name in names]
        print(f"{what:14}" + "".join(f"{value:12.3f}" for value in medians))
    shutil.rmtree(root, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--formats", nargs="+", default=["gpkg", "parquet"])
    parser.add_argument("--turn")
    parser.add_argument("--root", type=Path)
    given = parser.parse_args()
    if given.turn:
        print(json.dumps(turn(given.turn, given.folder, given.root)))
        return
    make(given.folder, given.rows)
    for suffix in given.formats:
        report(
            given.folder / f"parcels-{given.rows}.{suffix}", given.folder / "kept", given.repeats
        )


if __name__ == "__main__":
    main()
