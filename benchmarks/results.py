"""``results.json`` (a list of rows) and ``machine.json`` (where and with what it was measured)."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
MACHINE = HERE / "machine.json"
OURS = "siting"
#: Pages beside folium's (map.py): rows of another kind, in a table of their own.
MAP_JOB = "page"
PACKAGES = (
    "siting", "numpy", "shapely", "geopandas", "pandas", "pyarrow", "numba", "sedonadb", "duckdb",
    "polars", "rasterio", "edt",
)  # fmt: skip

Row = dict[str, Any]


def rows() -> list[Row]:
    """Return the rows as they stand."""
    found: list[Row] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else []
    return found


def put(new: list[Row]) -> None:
    """Replace the rows of the same job, size and engine, add the others, renew all ratios."""
    kept = {_key(row): row for row in rows()}
    kept |= {_key(row): row for row in new}
    ordered = sorted(kept.values(), key=lambda row: (row["job"], row["size"]))
    half = RESULTS.with_suffix(".half")
    half.write_text(json.dumps(with_ratios(ordered), indent=1, ensure_ascii=False) + "\n")
    half.replace(RESULTS)


def drop(size: str, jobs: list[str], engines: list[str]) -> None:
    """Remove rows that are to be measured anew."""
    kept = [
        row
        for row in rows()
        if not (row["size"] == size and row["job"] in jobs and row["engine"] in engines)
    ]
    RESULTS.write_text(json.dumps(with_ratios(kept), indent=1, ensure_ascii=False) + "\n")


def with_ratios(found: list[Row]) -> list[Row]:
    """Return the rows with CPU seconds as multiples of siting's in the same job and size."""
    ours = {
        (row["job"], row["size"]): row["cpu_s"]
        for row in found
        if row["engine"] == OURS and row["cpu_s"]
    }
    renewed = []
    for row in found:
        base = ours.get((row["job"], row["size"]))
        renewed.append({**row, "ratio_to_ours": round(row["cpu_s"] / base, 2) if base else None})
    return renewed


def _key(row: Row) -> tuple[str, str, str]:
    return row["job"], row["size"], row["engine"]


def note_machine(size: str) -> None:
    """Write down on what machine and with which versions a size was measured, and when."""
    noted = json.loads(MACHINE.read_text()) if MACHINE.is_file() else {}
    noted[size] = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "load_1min": round(os.getloadavg()[0], 1),
        "versions": _versions(),
    }
    MACHINE.write_text(json.dumps(noted, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _versions() -> dict[str, str]:
    import shapely  # noqa: PLC0415 - only for its version of GEOS

    found = {"python": platform.python_version(), "GEOS": shapely.geos_version_string}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    wanted = ["postgresql-*-postgis-3", "gdal-bin"]
    query = ["dpkg-query", "-W", "-f", "${Package} ${Version};", *wanted]
    try:
        said = subprocess.run(query, capture_output=True, text=True, check=False).stdout  # noqa: S603
    except OSError:
        said = ""
    for each in said.split(";"):
        package, _, version = each.partition(" ")
        if version:
            found[package] = version
    return found
