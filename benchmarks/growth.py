"""How siting grows: from files to the answer, over ever larger cities and ever more red lines.

*growth parcels*: the same number of red lines on cities of the same density, loaded for the first
time. *growth red lines*: ever more red lines over one city, its parcels kept from before. *growth
candidates*, *growth assembly* and *growth raster*: one project's candidates under six layers, the
best sites of several parcels, and the raster chain, over ever larger cities. Each point is a
process of its own. The slope on a log-log scale is 1 where growth is linear.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import results
from city import make_city
from jobs import CONTROL_LINES, EXCLUSIONS, PARCELS

Points = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Growth:
    """What grows, and the module that does the work over which layers.

    ``points``: per size the parcels and red lines of each point; with no red lines asked
    about, their number is that of the cities there are, and is not told.
    """

    module: str
    points: dict[str, Points]
    layers: tuple[str, ...] = PARCELS
    tells_red_lines: bool = True
    is_of_parcels: bool = True

    def label(self, parcels: int, red_lines: int) -> str:
        """Return the size of a point: ``1M parcels, 10k red lines``."""
        told = f", {_short(red_lines)} red lines" if self.tells_red_lines else ""
        return f"{_short(parcels)} parcels{told}"


_CITIES: dict[str, Points] = {
    "small": [(10_000, 1_000), (30_000, 1_000), (100_000, 1_000)],
    "full": [(10_000, 1_000), (100_000, 1_000), (1_001_000, 10_000)],
}
JOBS = {
    "growth parcels": Growth(
        "siting_first",
        {
            "small": _CITIES["small"],
            "full": [(100_000, 10_000), (1_001_000, 10_000), (3_000_000, 10_000)],
        },
    ),
    "growth red lines": Growth(
        "siting_file",
        {
            "small": [(100_000, 100), (100_000, 1_000), (100_000, 10_000)],
            "full": [(1_001_000, 1_000), (1_001_000, 10_000), (1_001_000, 100_000)],
        },
        is_of_parcels=False,
    ),
    "growth candidates": Growth("candidates_siting", _CITIES, EXCLUSIONS, tells_red_lines=False),
    "growth assembly": Growth("assembly_siting", _CITIES, tells_red_lines=False),
    "growth raster": Growth(
        "raster_siting", _CITIES, (*CONTROL_LINES, *PARCELS), tells_red_lines=False
    ),
}


def run(name: str, folder: Path, size: str, *, is_resumed: bool = False) -> None:
    """Measure each point of a job and put it into results.json."""
    job = JOBS[name]
    one = str(Path(__file__).with_name("one.py"))
    # one store for all points: the parcels are prepared once
    environment = {**os.environ, "SITING_CACHE": str(folder / "kept")}
    there = {row["size"] for row in results.rows() if row["job"] == name}
    for parcels, red_lines in job.points[size]:
        label = job.label(parcels, red_lines)
        if is_resumed and label in there:
            continue
        made = tuple(layer for layer in job.layers if layer not in PARCELS)
        city = make_city(folder, parcels, red_lines, layers=made)
        target = city / "answer.parquet"
        for last in ("beforehand", str(target)):
            command = [sys.executable, one, job.module, str(city), last, *job.layers]
            said = subprocess.run(  # noqa: S603 - our own command
                command, capture_output=True, text=True, check=True, env=environment
            ).stdout
        figures = {key: round(value, 3) for key, value in json.loads(said)["file"].items()}
        row = {"job": name, "size": label, "engine": results.OURS, **figures}
        print(json.dumps(row), flush=True)
        results.put([row])


def _short(count: int) -> str:
    if count >= 1_000_000:
        return f"{count // 1_000_000}M"
    return f"{count // 1_000}k" if count >= 1_000 else str(count)


def count_of(job: str, size: str) -> int:
    """Return what grows in a job: the parcels or the red lines of a row's size."""
    text = size.split(", ")[0 if JOBS[job].is_of_parcels else 1].split(maxsplit=1)[0]
    unit = {"k": 1_000, "M": 1_000_000}.get(text[-1], 1)
    return int(text.rstrip("kM")) * unit


def slope(found: list[results.Row], figure: str) -> float:
    """Return the slope of a figure over what grows, on a log-log scale."""
    counts = [count_of(row["job"], row["size"]) for row in found]
    values = [row[figure] for row in found]
    return float(np.polyfit(np.log(counts), np.log(values), 1)[0])
