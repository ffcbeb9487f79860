"""How siting grows: from files to the answer, over ever larger cities and ever more red lines.

*growth parcels*: the same number of red lines on cities of the same density, loaded for the first
time. *growth red lines*: ever more red lines over one city, its parcels kept from before. Each
point is a process of its own. The slope on a log-log scale is 1 where growth is linear.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import results
from city import make_city

#: Job: the module that does it, and per size (parcels, red lines) of each of its points.
JOBS: dict[str, tuple[str, dict[str, list[tuple[int, int]]]]] = {
    "growth parcels": (
        "siting_first",
        {
            "small": [(10_000, 1_000), (30_000, 1_000), (100_000, 1_000)],
            "full": [(100_000, 10_000), (1_001_000, 10_000), (3_000_000, 10_000)],
        },
    ),
    "growth red lines": (
        "siting_file",
        {
            "small": [(100_000, 100), (100_000, 1_000), (100_000, 10_000)],
            "full": [(1_001_000, 1_000), (1_001_000, 10_000), (1_001_000, 100_000)],
        },
    ),
}


def run(name: str, folder: Path, size: str, *, is_resumed: bool = False) -> None:
    """Measure each point of a job and put it into results.json."""
    module, points = JOBS[name]
    one = str(Path(__file__).with_name("one.py"))
    # one store for all points: the parcels are prepared once
    environment = {**os.environ, "SITING_CACHE": str(folder / "kept")}
    there = {row["size"] for row in results.rows() if row["job"] == name}
    for parcels, red_lines in points[size]:
        label = label_of(parcels, red_lines)
        if is_resumed and label in there:
            continue
        city = make_city(folder, parcels, red_lines, layers=())
        target = city / "answer.parquet"
        for last in ("beforehand", str(target)):
            command = [sys.executable, one, module, str(city), last, "parcels"]
            said = subprocess.run(  # noqa: S603 - our own command
                command, capture_output=True, text=True, check=True, env=environment
            ).stdout
        figures = {key: round(value, 3) for key, value in json.loads(said)["file"].items()}
        row = {"job": name, "size": label, "engine": results.OURS, **figures}
        print(json.dumps(row), flush=True)
        results.put([row])


def label_of(parcels: int, red_lines: int) -> str:
    """Return the size of a point: ``1M parcels, 10k red lines``."""
    return f"{_short(parcels)} parcels, {_short(red_lines)} red lines"


def _short(count: int) -> str:
    if count >= 1_000_000:
        return f"{count // 1_000_000}M"
    return f"{count // 1_000}k" if count >= 1_000 else str(count)


def count_of(job: str, size: str) -> int:
    """Return what grows in a job: the parcels or the red lines of a row's size."""
    parcels, red_lines = (each.split()[0] for each in size.split(", "))
    text = parcels if job == "growth parcels" else red_lines
    unit = {"k": 1_000, "M": 1_000_000}.get(text[-1], 1)
    return int(text.rstrip("kM")) * unit


def slope(found: list[results.Row], figure: str) -> float:
    """Return the slope of a figure over what grows, on a log-log scale."""
    counts = [count_of(row["job"], row["size"]) for row in found]
    values = [row[figure] for row in found]
    return float(np.polyfit(np.log(counts), np.log(values), 1)[0])
