"""Engines side by side on the same jobs, in one run; the ratios are what counts.

    python benchmarks/bench.py [--size small|full] [--city FOLDER] [--engine NAME …] [--rounds N]

Each engine and job runs in a process of its own, engine by engine within a round, so that all
meet the same machine. CPU seconds (of the process and all it started) are what is compared, for
machines are shared; the median of the rounds counts. All engines must name the same pairs over
0.01 m² with the same areas; each difference is settled by exact rational arithmetic and listed.
Engines that are not installed are said to be absent.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

sys.path.insert(0, str(Path(__file__).parent))

from agreement import compared
from city import LAYERS, make_city

SIZES = {"small": (100_000, 1_000), "full": (1_001_000, 10_000)}
CONTROL_LINES = tuple(LAYERS)
#: Job: the layers that red lines are laid over, and what is timed.
JOBS = {
    "A1 prepared": (CONTROL_LINES, "pairs"),
    "A1 file": (CONTROL_LINES, "both"),
    "A2 prepared": (("parcels",), "pairs"),
    "A2 file": (("parcels",), "both"),
}
OURS = "siting"
ENGINES = {
    OURS: "engines.siting_kernel",
    "shapely": "engines.shapely_expert",
    "geopandas": "engines.geopandas_overlay",
    "sedonadb": "engines.sedonadb",
    "duckdb": "engines.duckdb_spatial",
    "postgis": "engines.postgis",
}
RESULTS = Path(__file__).with_name("results.json")


def one(engine: str, job: str, city: Path, target: Path) -> None:
    """Run one job on one engine in this process; print what it took."""
    module = importlib.import_module(ENGINES[engine])
    layers, timed = JOBS[job]
    start = _spent()
    state = module.load(city, layers)
    if timed == "pairs":
        start = _spent()
    table = module.pairs(state)
    end = _spent()
    table[["layer", "red_line", "feature", "area_m2"]].to_parquet(target)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"cpu_s": end[0] - start[0], "wall_s": end[1] - start[1], "peak_mb": peak_mb}
    sys.stdout.write(json.dumps(figures) + "\n")


def _spent() -> tuple[float, float]:
    """Return CPU seconds of this process and all that it started, and the clock.

    Importing an engine is left out for all alike.
    """
    cpu_s = time.process_time()
    for process in psutil.Process().children(recursive=True):
        times = process.cpu_times()
        cpu_s += times.user + times.system
    return cpu_s, time.perf_counter()


def measured(engine: str, job: str, city: Path, target: Path) -> dict[str, Any] | str:
    """Return the figures of a process of its own, or why there are none."""
    command = [sys.executable, __file__, "--one", engine, job, str(city), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["died without a word"])[-1]
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def median_of(rounds: list[dict[str, Any]]) -> dict[str, float]:
    """Return the median of each figure."""
    return {key: round(statistics.median(each[key] for each in rounds), 3) for key in rounds[0]}


def run(city: Path, size: str, engines: list[str], rounds: int) -> list[dict[str, Any]]:
    """Run every job on every engine and return one row of figures each."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for job in JOBS:
            found: dict[str, list[dict[str, Any]]] = {}
            for _ in range(rounds):
                for engine in engines:
                    answer = measured(engine, job, city, Path(folder) / f"{engine}.parquet")
                    if isinstance(answer, str):
                        print(f"{job:12} {engine:10} absent: {answer}", flush=True)
                        continue
                    found.setdefault(engine, []).append(answer)
            tables = {name: pd.read_parquet(Path(folder) / f"{name}.parquet") for name in found}
            agreed = compared(tables, city)
            ours = median_of(found[OURS])["cpu_s"] if OURS in found else None
            for engine, each in found.items():
                figures = median_of(each)
                ratio = round(figures["cpu_s"] / ours, 2) if ours else None
                row = {"job": job, "size": size, "engine": engine, **figures}
                rows.append({**row, "ratio_to_ours": ratio, **agreed[engine]})
                print(json.dumps(rows[-1]), flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--city", type=Path, default=Path(tempfile.gettempdir()) / "siting-bench")
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=4, metavar=("ENGINE", "JOB", "CITY", "TARGET"))
    given = parser.parse_args()
    if given.one:
        engine, job, city, target = given.one
        one(engine, job, Path(city), Path(target))
        return
    city = make_city(given.city, *SIZES[given.size])
    rows = run(city, given.size, given.engine or list(ENGINES), given.rounds)
    kept = json.loads(RESULTS.read_text()) if RESULTS.is_file() else []
    kept = [row for row in kept if row["size"] != given.size]
    RESULTS.write_text(json.dumps(kept + rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
