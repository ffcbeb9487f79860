"""Tables with coordinates or WKT -> geometries.

Three forms: a WKT column, one geometry a row; one row a vertex with the plot's id beside it,
rows of one id making one polygon; coordinates alone, which are points. What a heading means
stands in ``aliases.toml``. Where headings are X and Y, the numbers say which is north.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from siting.errors import ReadError, Where, nearest
from siting.load.bulk import BulkReadError, Rows
from siting.load.formats import GEOMETRY, VectorRequest
from siting.load.rings import assembled
from siting.load.tables import Table, count_records, read_table, sheet_names
from siting.load.words import listed, say

count_table = count_records
sheets = sheet_names
#: Where mainland China lies: degrees of longitude and latitude, and metres of northing.
LONGITUDES, LATITUDES = (73.0, 136.0), (3.0, 54.0)
NORTHINGS_M = (300_000.0, 6_000_000.0)
#: An easting of Gauss-Krüger without zone prefix is below, one with prefix above.
LARGEST_PLAIN_EASTING_M, SMALLEST_PREFIXED_EASTING_M = 1_000_000.0, 13_000_000.0
FEWEST_CORNERS = 3

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """Positions of the columns that are understood; -1 where there is none."""

    wkt: int = -1
    east: int = -1
    north: int = -1
    first: int = -1
    second: int = -1
    plot: int = -1
    ring: int = -1


def aliases() -> Mapping[str, Sequence[str]]:
    """Return the known headings by meaning."""
    text = resources.files("siting.load").joinpath("aliases.toml").read_text("utf-8")
    return tomllib.loads(text)


def read_coordinates(request: VectorRequest) -> Rows:
    """Read a table as a layer.

    Raises
    ------
    BulkReadError
        When its axes cannot be told apart.
    ReadError
        When it cannot be read, or has neither coordinates nor WKT.
    """
    table = read_table(request.path, sheet=request.sublayer)
    meaning = _meaning(table, request.path)
    if meaning.wkt >= 0:
        rows = _from_wkt(table, meaning.wkt, request)
    else:
        rows = _from_points(table, meaning, request)
    rows.consumed = len(table.rows)
    rows.encoding = table.encoding
    if table.encoding and not table.encoding.startswith("utf-8"):
        rows.notes.append(say(f"按 {table.encoding} 读取", f"texts read as {table.encoding}"))
    return rows


def _meaning(table: Table, path: Path) -> _Meaning:
    known = aliases()
    plain = ["".join(name.lower().split()) for name in table.columns]

    def find(key: str) -> int:
        return next((plain.index(name) for name in known[key] if name in plain), -1)

    east = max(find("easting"), find("longitude"))
    north = max(find("northing"), find("latitude"))
    first, second = find("first"), find("second")
    meaning = _Meaning(find("wkt"), east, north, first, second, find("plot"), find("ring"))
    if meaning.wkt >= 0 or (east >= 0 and north >= 0) or (first >= 0 and second >= 0):
        return meaning
    wanted = [name for key in ("wkt", "easting", "northing", "longitude") for name in known[key]]
    near = [hint for hint in (nearest(name, wanted) for name in plain if len(name) > 1) if hint]
    raise ReadError(
        say(
            "表格没有图形：没有坐标列或 WKT 列",
            "a table has no geometry unless it has columns of coordinates or WKT",
        ),
        where=Where(file=path.name),
        expected="WKT | 东坐标, 北坐标 | 经度, 纬度 | X, Y (+ 地块编号)",
        found="; ".join([listed(table.columns), *near]),
        next_step=say("更正列名", "correct the headings"),
    )


def _from_wkt(table: Table, position: int, request: VectorRequest) -> Rows:
    shapes: list[bytes | None] = []
    lost = []
    for number, row in enumerate(table.rows, start=1):
        text = row[position].partition(";")[2] if ";" in row[position] else row[position]
        try:
            shapes.append(shapely.from_wkt(text).wkb if text else None)
        except shapely.errors.ShapelyError as error:
            shapes.append(None)
            lost.append((number, say(f"WKT 有误：{error}", f"broken WKT: {error}")))
    available = [name for at, name in enumerate(table.columns) if at != position]
    columns = request.chosen(available)
    values = {name: pa.array(table.column(name), pa.string()) for name in columns}
    arrow = pa.table(values | {GEOMETRY: pa.array(shapes, pa.binary())})
    return Rows(arrow, None, available, "table", [], lost)


def _from_points(table: Table, meaning: _Meaning, request: VectorRequest) -> Rows:
    notes: list[str] = []
    east, north = _axes(table, meaning, notes)
    if meaning.plot < 0:
        groups = [[row] for row in range(len(table.rows))]
        notes.append(say("没有地块编号列，按点读取", "no column of plot ids: every row is a point"))
    else:
        groups = _groups(table, meaning.plot, notes)
    shapes: list[bytes | None] = []
    lost = []
    for number, group in enumerate(groups, start=1):
        try:
            shapes.append(_shape(group, table, meaning, np.column_stack([east, north])))
        except ValueError as error:
            shapes.append(None)
            lost.append((number, str(error)))
    used = {meaning.east, meaning.north, meaning.first, meaning.second, meaning.ring}
    available = [name for at, name in enumerate(table.columns) if at not in used]
    columns = request.chosen(available)
    values = {name: [table.column(name)[group[0]] for group in groups] for name in columns}
    arrays = {name: pa.array(texts, pa.string()) for name, texts in values.items()}
    arrow = pa.table(arrays | {GEOMETRY: pa.array(shapes, pa.binary())})
    return Rows(arrow, None, available, "table", notes, lost)


def _numbers(table: Table, position: int) -> Numbers:
    def number(text: str) -> float:
        try:
            return float(text.replace(",", "").rstrip("°"))
        except ValueError:
            return float("nan")

    return np.array([number(row[position]) for row in table.rows], dtype=np.float64)


def _axes(table: Table, meaning: _Meaning, notes: list[str]) -> tuple[Numbers, Numbers]:
    """Return eastings and northings (longitudes and latitudes)."""
    if meaning.east >= 0 and meaning.north >= 0:
        return _numbers(table, meaning.east), _numbers(table, meaning.north)
    first, second = _numbers(table, meaning.first), _numbers(table, meaning.second)
    is_plain, is_swapped = _can_be(first, second), _can_be(second, first)
    if is_plain == is_swapped:
        raise BulkReadError(
            say(
                "无法判断 X、Y 哪个是北坐标：请改列名为 东坐标/北坐标 或 经度/纬度",
                "the numbers do not say which of X and Y is north: call the columns "
                "easting and northing, or longitude and latitude",
            )
        )
    which = ("Y", "X") if is_swapped else ("X", "Y")
    notes.append(
        say(
            f"按数值判定：{which[0]} 为东坐标，{which[1]} 为北坐标",
            f"by their numbers {which[0]} is east and {which[1]} is north",
        )
    )
    return (second, first) if is_swapped else (first, second)


def _can_be(east: Numbers, north: Numbers) -> bool:
    """True when the numbers can be easting and northing (or degrees) in China."""

    def within(values: Numbers, low: float, high: float) -> bool:
        finite = values[np.isfinite(values)]
        return bool(len(finite)) and bool(((finite >= low) & (finite <= high)).all())

    if within(east, *LONGITUDES) and within(north, *LATITUDES):
        return True
    is_easting = within(east, 0.0, LARGEST_PLAIN_EASTING_M) or within(
        east, SMALLEST_PREFIXED_EASTING_M, np.inf
    )
    return is_easting and within(north, *NORTHINGS_M)


def _groups(table: Table, position: int, notes: list[str]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    name, filled = "", 0
    for row, values in enumerate(table.rows):
        filled += not values[position] and bool(name)
        name = values[position] or name
        groups.setdefault(name, []).append(row)
    if filled:
        notes.append(
            say(
                f"{filled} 行的地块编号为空，沿用上一行",
                f"{filled} row(s) have no plot id: the one above was taken",
            )
        )
    return list(groups.values())


def _shape(
    group: Sequence[int], table: Table, meaning: _Meaning, points: NDArray[np.float64]
) -> bytes:
    bad = [table.numbers[row] for row in group if not np.isfinite(points[row]).all()]
    if bad:
        raise ValueError(say(f"第 {listed(bad)} 行坐标有误", f"no numbers in row {listed(bad)}"))
    if meaning.plot < 0:
        return shapely.Point(points[group[0]]).wkb
    rings: dict[str, list[int]] = {}
    for row in group:
        rings.setdefault(table.rows[row][meaning.ring] if meaning.ring >= 0 else "", []).append(row)
    return assembled([_ring(points[rows], key) for key, rows in rings.items()]).wkb


def _ring(points: NDArray[np.float64], key: str) -> NDArray[np.float64]:
    if not np.array_equal(points[0], points[-1]):
        points = np.vstack([points, points[:1]])
    if len(np.unique(points, axis=0)) < FEWEST_CORNERS:
        raise ValueError(say(f"圈 {key} 不足三个点", f"ring '{key}' has fewer than three corners"))
    return points
