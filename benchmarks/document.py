"""results.json and machine.json -> the tables of docs/benchmarks.md.

python benchmarks/document.py
"""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import growth
import results
from results import Row

DOCUMENT = results.HERE.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- results: benchmarks/document.py writes this -->", "<!-- /results -->"
SIZES = ("full", "small")
HEAD = "| job | engine | CPU s | wall s | peak MB | × ours | rows | differing | wrong by oracle |"
RULE = "|---|---|---|---|---|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Target:
    """How many times an engine's CPU seconds ours should be less, at least."""

    job: str
    engine: str
    at_least: float
    stretch: float | None = None


TARGETS = (
    Target("A1 prepared", "shapely", 4, 8),
    Target("A1 prepared", "postgis", 8, 15),
    Target("A1 file", "sedonadb", 20, 30),
    Target("A1 file", "geopandas", 25, 30),
    Target("A1 first time", "shapely", 1.5, 2),
    Target("A2 prepared", "shapely", 5, 12),
    Target("A2 file", "sedonadb", 4, 7),
    Target("B exclusion table", "postgis", 8, 15),
    Target("B 500 projects", "polars", 3, 8),
    Target("C raster chain", "rasterio", 2),
    Target("one red line, cold", "shapely", 1.25, 2),
)


def write() -> None:
    """Renew the tables; what stands around them is written by hand."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{tables()}{END}{after}", encoding="utf-8")


def tables() -> str:
    """Return all tables as Markdown."""
    found = results.rows()
    machine = json.loads(results.MACHINE.read_text()) if results.MACHINE.is_file() else {}
    parts = []
    for size in SIZES:
        rows = [row for row in found if row["size"] == size]
        if rows:
            parts.append(f"\n## Measured, {size} size\n\n{_machine(machine.get(size, {}))}\n")
            parts.append("\n".join([HEAD, RULE, *map(line_of, rows)]) + "\n")
            parts.append(f"\n### Targets, {size} size\n\n{_targets(rows)}\n")
    parts.append(f"\n## Pages\n\n{_pages(found)}\n")
    parts.extend(f"\n## {name.capitalize()}\n\n{_growth(name, found)}\n" for name in growth.JOBS)
    return "".join(parts)


def line_of(row: Row) -> str:
    """Return one row of results.json as a row of the table."""
    keys = ("cpu_s", "wall_s", "peak_mb", "ratio_to_ours", "pairs", "differing", "wrong_by_oracle")
    cells = [_cell(row.get(key)) for key in keys]
    return " | ".join([f"| {row['job']}", row["engine"], *cells]) + " |"


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _machine(noted: Row) -> str:
    if not noted:
        return "Machine: not noted."
    versions = ", ".join(f"{name} {version}" for name, version in noted["versions"].items())
    return (
        f"{noted['date']}; {noted['processor']}, {noted['cores']} cores, {noted['memory_gb']} GB, "
        f"{noted['system']}; load at the start {noted['load_1min']}. {versions}."
    )


def _targets(rows: list[Row]) -> str:
    lines = ["| job | against | at least | stretch | measured | |", "|---|---|---|---|---|---|"]
    ratios = {(row["job"], row["engine"]): row["ratio_to_ours"] for row in rows}
    for target in TARGETS:
        ratio = ratios.get((target.job, target.engine))
        if ratio is None:
            said, verdict = "–", "not measured"
        else:
            verdict = "met" if ratio >= target.at_least else "**not met**"
            verdict = "stretch" if target.stretch and ratio >= target.stretch else verdict
            said = f"{ratio:g}×"
        stretch = f"{target.stretch:g}×" if target.stretch else "–"
        lines.append(
            f"| {target.job} | {target.engine} | {target.at_least:g}× | {stretch} | {said} | "
            f"{verdict} |"
        )
    return "\n".join(lines)


#: What a page is compared by: title, key of the row, what it is divided by for the table.
PAGE_COLUMNS = (
    ("MB", "bytes", 1e6),
    ("written, CPU s", "cpu_s", 1),
    ("peak MB", "peak_mb", 1),
    ("ready, s", "ready_ms", 1e3),
    ("first view, ms", "view_ms", 1),
    ("pan step, ms", "pan_ms", 1),
    ("worst step, ms", "worst_pan_ms", 1),
)


def _pages(found: list[Row]) -> str:
    rows = [row for row in found if row["job"] == results.MAP_JOB]
    if not rows:
        return "Not measured yet."
    heads = ["engine", "page", "bytes a parcel", *(title for title, _, _ in PAGE_COLUMNS), "load"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for row in rows:
        cells = [
            _cell(round(row[key] / by, 2) if row.get(key) is not None else None)
            for _, key, by in PAGE_COLUMNS
        ]
        each = _cell(round(row["bytes"] / row["parcels"]))
        counts = [row["size"], each, *cells, _cell(row["load_1min"])]
        lines.append(f"| {row['engine']} | {' | '.join(counts)} |")
    return "\n".join(lines)


def _growth(name: str, found: list[Row]) -> str:
    rows = [row for row in found if row["job"] == name]
    parts = []
    for series in _series(name):
        mine = [row for row in rows if row["size"] in series]
        if not mine:
            continue
        lines = ["| size | CPU s | wall s | peak MB |", "|---|---|---|---|"]
        lines += [
            f"| {row['size']} | {_cell(row['cpu_s'])} | {_cell(row['wall_s'])} | "
            f"{_cell(row['peak_mb'])} |"
            for row in sorted(mine, key=lambda row: growth.count_of(name, row["size"]))
        ]
        if len(mine) > 1:
            slopes = [f"{growth.slope(mine, key):.2f}" for key in ("cpu_s", "wall_s", "peak_mb")]
            lines.append(f"| slope, log-log | {' | '.join(slopes)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) or "Not measured yet."


def _series(name: str) -> list[list[str]]:
    job = growth.JOBS[name]
    series = [[job.label(*point) for point in points] for points in job.points.values()]
    # without red lines the points of both sizes are of one kind: one table
    return series if job.tells_red_lines else [list(dict.fromkeys(itertools.chain(*series)))]


if __name__ == "__main__":
    write()
