"""What a user does with a fresh city.toml: fill in, take comments away; and how reports compare."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import shapely

from siting.model import Report

CRS = "EPSG:4547"


def filled(
    text: str,
    *,
    coverage: Mapping[str, str] | None = None,
    code_systems: Mapping[str, str] | None = None,
    crs: Mapping[str, str] | None = None,
) -> str:
    """The text after the user has filled in; by the name of the layer, '' is any other.

    Only lines that bear FILL are touched.
    """
    wanted = {"coverage": coverage or {"": '"city"'}, "code_system": code_systems or {},
              "crs": crs or {}}  # fmt: skip
    lines, name = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            name = line.split()[0].strip("[]")
        if line.startswith("name = ") and name == "layer":
            name = line.split('"')[1]
        found = re.match(r"# (\w+) = .*# FILL 请填写", line)
        key = found.group(1) if found else ""
        values = wanted.get(key, {})
        value = values.get(name, values.get("", ""))
        lines.append(f"{key} = {value}" if value else line)
    return "\n".join(lines) + "\n"


def uncommented(text: str, heading: str) -> str:
    """The text with the table below a heading in use: one '# ' taken from each of its lines."""
    before, mark, after = text.partition(heading)
    assert mark, heading
    block, gap, rest = after.partition("\n\n")
    first, table, lines = block.partition("# [[layer]]")
    lines = "\n".join(line.removeprefix("# ") for line in (table + lines).splitlines())
    return before + mark + first + lines + gap + rest


def statuses(report: Report) -> dict[tuple[str, str], str]:
    """(red line, rule) -> verdict; what is on no map (consult) does not come from layers."""
    return {
        (one.red_line_id, one.code): str(one.status)
        for one in report.verdicts
        if str(one.status) != "consult"
    }


def areas(report: Report) -> dict[tuple[str, str, str], float]:
    """(red line, rule, feature) -> measure of its finding, all pieces together."""
    found: dict[tuple[str, str, str], float] = {}
    for finding in report.findings:
        key = (finding.red_line_id, finding.code, finding.feature_id)
        found[key] = found.get(key, 0.0) + finding.measure
    return found


def square(easting: float = 434_000.0, northing: float = 2_550_000.0, side: float = 100.0):
    return shapely.box(easting, northing, easting + side, northing + side)


def layer(path: Path, name: str = "", *, kind: str = "polygon", crs: str = CRS, **columns: list):
    """Write a layer with these columns, one shape a row."""
    rows = len(next(iter(columns.values()), [0, 1]))
    shapes = [square(434_000.0 + 200 * row) for row in range(rows)]
    if kind == "line":
        shapes = [shapely.LineString(shape.exterior.coords[:3]) for shape in shapes]
    if kind == "point":
        shapes = [shapely.centroid(shape) for shape in shapes]
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs or None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if not crs else "error")  # no CRS is what is wanted
        frame.to_file(path, **({"layer": name} if name else {}))
    return path
