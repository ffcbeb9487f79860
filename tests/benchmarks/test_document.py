"""docs/benchmarks.md says what was measured: its tables are those of results.json."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ENGINES = {
    "siting", "shapely", "geopandas", "sedonadb", "duckdb", "postgis", "polars", "pandas",
    "rasterio", "folium",
}  # fmt: skip
KEYS = {"job", "size", "engine", "cpu_s", "wall_s", "peak_mb", "ratio_to_ours"}


@pytest.fixture
def benchmarks(repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, on the path as its scripts have it."""
    folder = repo_root / "benchmarks"
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def document(benchmarks: Path) -> Iterator[ModuleType]:
    pytest.importorskip("psutil", reason="the bench group is not installed")
    import document

    yield document
    # our scripts have names that others may have too; what they import stays
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or ".").parent == benchmarks:
            del sys.modules[name]


@pytest.fixture
def rows(benchmarks: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((benchmarks / "results.json").read_text())
    return found


def table_rows(text: str, size: str) -> list[list[str]]:
    """The cells under the heading of a size, read by this test alone."""
    section = text.partition(f"## Measured, {size} size")[2].partition("\n### ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


@pytest.mark.parametrize("size", ["small", "full"])
def test_the_table_of_a_size_is_results_json(
    repo_root: Path, rows: list[dict[str, object]], size: str
):
    text = (repo_root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    shown = [
        (job, engine, cpu_s, ratio)
        for job, engine, cpu_s, _, _, ratio, *_ in table_rows(text, size)
    ]
    measured = [
        (
            row["job"],
            row["engine"],
            f"{row['cpu_s']:,.2f}",
            "–" if row["ratio_to_ours"] is None else f"{row['ratio_to_ours']:,.2f}",
        )
        for row in rows
        if row["size"] == size
    ]
    assert shown == measured


def test_no_measured_row_is_missing_from_the_page(repo_root: Path, rows: list[dict[str, object]]):
    text = (repo_root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    sizes = {row["size"] for row in rows if str(row["job"]).startswith("growth")}
    assert {size for size in sizes if f"| {size} |" not in text} == set()
    pages = {(row["engine"], row["size"]) for row in rows if row["job"] == "page"}
    assert {page for page in pages if f"| {page[0]} | {page[1]} |" not in text} == set()
    others = {
        row["size"]
        for row in rows
        if row["job"] != "page" and not str(row["job"]).startswith("growth")
    }
    assert others <= {"small", "full"}


def test_rows_have_every_key_and_ratios_are_those_of_cpu_seconds(
    rows: list[dict[str, object]],
):
    ours = {(row["job"], row["size"]): row["cpu_s"] for row in rows if row["engine"] == "siting"}
    for row in rows:
        assert row.keys() >= KEYS
        assert row["engine"] in ENGINES
        base = ours.get((row["job"], row["size"]))
        expected = None if base is None else pytest.approx(row["cpu_s"] / base, abs=0.006)
        assert row["ratio_to_ours"] == expected


def test_the_page_is_what_the_script_writes(repo_root: Path, document: ModuleType):
    text = (repo_root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    shown = re.search(
        f"{re.escape(document.BEGIN)}\n(.*){re.escape(document.END)}", text, re.DOTALL
    )
    assert shown is not None
    assert shown.group(1) == document.tables()


def test_a_slope_is_one_where_ten_times_as_much_takes_ten_times_as_long(
    document: ModuleType,
):
    sizes = ["100k parcels, 10k red lines", "1M parcels, 10k red lines"]
    linear = [
        {"job": "growth parcels", "size": size, "cpu_s": cpu_s}
        for size, cpu_s in zip(sizes, (2.0, 20.0), strict=True)
    ]
    assert document.growth.slope(linear, "cpu_s") == pytest.approx(1.0)
    square = [{**linear[0]}, {**linear[1], "cpu_s": 200.0}]
    assert document.growth.slope(square, "cpu_s") == pytest.approx(2.0)
