"""Reading a red-line TXT of 18,000 plots, as a ratio to merely splitting its lines.

    python benchmarks/txt_18000_plots.py [plots] [repeats]

The yardstick splits the same lines at their commas and converts the coordinates with numpy.
The reader beside it also tells the lines apart, checks every field, finds CRS, axes, rings,
holes and closings, builds the geometries and the red lines with their notes. The smallest of
the repeats counts on both sides.
"""

# ruff: noqa: PLC0415 - what is imported late is timed apart

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

HEADER = (
    "[属性描述]\r\n坐标系=2000国家大地坐标系\r\n几度分带=3\r\n投影类型=高斯克吕格\r\n计量单位=米\r\n"
    "带号=38\r\n精度=0.001\r\n转换参数=,,,,,,\r\n[地块坐标]\r\n"
)
SEED = 20261121


def text_of(plots: int, *, prefix: int) -> str:
    """Return a text of plots of 5 to 15 corners; every tenth has a hole."""
    dice = np.random.default_rng(SEED)
    lines = []
    for number in range(1, plots + 1):
        count = int(dice.integers(5, 16))
        north, east = dice.uniform(2.45e6, 2.7e6), dice.uniform(4e5, 6e5) + prefix
        rings = [_ring(dice, (north, east), count, 80.0)]
        if number % 10 == 0:
            rings.append(_ring(dice, (north, east), 5, 10.0))
        rows = sum(len(ring) for ring in rings)
        lines.append(f"{rows},1.2345,P-{number:05d},地块{number},面,,工业,100101,@")
        for ring_number, ring in enumerate(rings, start=1):
            last = len(ring)
            for place, (y, x) in enumerate(ring, start=1):
                lines.append(f"J{1 if place == last else place},{ring_number},{y:.3f},{x:.3f}")
    return HEADER + "\r\n".join(lines) + "\r\n"


def _ring(
    dice: np.random.Generator, centre: tuple[float, float], count: int, reach_m: float
) -> list[tuple[float, float]]:
    north, east = centre
    angles = -np.sort(dice.uniform(0, 2 * np.pi, count))
    ring = [(north + reach_m * float(np.sin(a)), east + reach_m * float(np.cos(a))) for a in angles]
    return [*ring, ring[0]]


def bare(path: Path) -> int:
    """Split the lines and convert the coordinates, no more."""
    fields = [line.split(",") for line in path.read_bytes().decode("gb18030").splitlines()]
    rows = [each for each in fields if len(each) == 4]
    numbers = np.array([each[2:] for each in rows], dtype=np.float64)
    return len(numbers)


def full(path: Path) -> int:
    """Read the file as red lines in the working CRS."""
    from siting.city import RedLineSpec
    from siting.load.red_lines import settle
    from siting.load.txt_red_lines import read_txt

    batch = settle([read_txt(RedLineSpec(path), "EPSG:4547")], ())
    if batch.refused:
        raise SystemExit(f"{len(batch.refused)} plots refused: {batch.refused[0]}")
    return len(batch.lines)


def parsed(path: Path) -> int:
    """Only tell the lines apart: headers, plots, points and deviations."""
    from siting.load.redline_txt import read_red_line_txt

    return len(read_red_line_txt(path).plots)


def least_seconds(work: Callable[[Path], int], path: Path, repeats: int) -> float:
    """Return the shortest time of several runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work(path)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Print the ratio for eastings with and without the zone."""
    plots = int(sys.argv[1]) if len(sys.argv) > 1 else 18_000
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as folder:
        for label, prefix in (("6-digit eastings", 0), ("8-digit eastings", 38_000_000)):
            path = Path(folder) / "plots.txt"
            path.write_bytes(text_of(plots, prefix=prefix).encode("gb18030"))
            full(path)  # imports and caches are not what is measured
            base, lines = least_seconds(bare, path, repeats), bare(path)
            read, parse = least_seconds(full, path, repeats), least_seconds(parsed, path, repeats)
            print(
                f"{plots} plots, {lines} points, {label}: split and numpy {base:.3f} s, "
                f"siting {read:.3f} s (parsing {parse:.3f} s): ratio {read / base:.1f}"
            )


if __name__ == "__main__":
    main()
