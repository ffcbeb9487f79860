"""Roads, highways, railways, metro and power lines of the sample city.

Highways, railways and metro structures are polygons: their edge is the land edge, the
slope toe or the wall from which protection zones are measured. Power lines are lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from siting.sample.districts import ROAD_SAMPLES, Cells, RoadGrid
from siting.sample.ground import Floats, Geometries, Ground, rounded, smooth_curve
from siting.sample.terrain import Terrain

Row = dict[str, object]
Points = tuple[tuple[float, float], ...]

HIGHWAYS: tuple[tuple[str, str, float, Points], ...] = (
    ("G9988示范绕城高速公路", "高速公路", 24.0,
     ((-6.9, 0.4), (-6.3, 3.4), (-3.4, 4.7), (0.4, 4.6), (4.4, 4.5), (6.2, 2.9), (7.9, -0.6),
      (6.8, -4.2), (3.9, -6.2), (0.3, -4.4), (-3.6, -4.8), (-6.2, -3.3), (-6.9, 0.4))),
    ("G499国道", "国道", 16.0,
     ((-12, 2.4), (-7.6, 2.9), (-3.9, 3.9), (1.8, 3.5), (6.9, 3.9), (12, 4.6))),
    ("S499省道", "省道", 13.0, ((-5.4, -10), (-4.9, -6.2), (-4.4, -3.7), (-3.9, -1.4))),
    ("S498省道", "省道", 13.0, ((6.1, -4.4), (8.1, -3.9), (12, -3.1))),
    ("X911县道", "县道", 9.0, ((-3.3, 5.0), (-1.2, 5.3), (2.9, 5.2), (5.3, 5.1))),
    ("Y905乡道", "乡道", 6.0, ((-10, -2.6), (-8.2, -2.9), (-7.4, -4.2), (-4.8, -5.6))),
)  # fmt: skip
RAILWAYS: tuple[tuple[str, str, float, Points], ...] = (
    ("榕北高速铁路", "高速铁路", 9.0,
     ((-12, 5.4), (-7.0, 4.2), (-3.2, 2.75), (1.4, 2.45), (5.0, 1.0), (12, 0.9))),
    ("示范铁路", "普通铁路", 11.0,
     ((-9.5, -10), (-7.7, -5.2), (-5.3, -2.6), (-3.7, -0.9), (-3.2, 1.6), (-2.4, 5.2),
      (-0.4, 10))),
)  # fmt: skip
METRO: tuple[tuple[str, Points], ...] = (
    ("1号线",
     ((-8.0, -1.2), (-5.6, -1.3), (-3.2, 0.7), (-0.9, 0.55), (1.2, 1.1), (3.1, 0.8), (5.2, -1.6),
      (6.6, -2.9))),
    ("2号线",
     ((-0.6, 4.0), (-0.5, 2.2), (0.25, 0.7), (0.5, -0.9), (1.1, -2.0), (2.4, -4.4), (2.7, -5.6))),
)  # fmt: skip
STATIONS = ("西塱", "工业园", "荔滘", "旧埗", "钟楼", "榕涌", "东门", "新城西", "新城", "会展",
            "北门", "文化公园", "江南", "琶埗", "南漖", "沙埗", "氹湾", "横滘")  # fmt: skip
STATION_STEP_M = 1_350.0
TOWER_STEP_M = 330.0
POWER: tuple[tuple[str, int, Points], ...] = (
    ("500kV榕岭甲线", 500,
     ((-11, 5.0), (-7.6, 5.3), (-4.7, 4.5), (0.2, 5.2), (5.5, 4.2), (8.6, 2.6), (11.5, 2.2))),
    ("220kV西江线", 220, ((-10.5, -0.7), (-8.5, -2.7), (-5.4, -3.2), (-4.2, -5.9), (-4.6, -9))),
    ("220kV东埗线", 220, ((8.6, 2.6), (8.2, 0.4), (7.2, -2.2), (4.9, -5.3), (5.3, -9))),
    ("110kV工业线", 110, ((-8.5, -2.7), (-7.1, -1.7), (-6.2, -0.6), (-5.2, -0.5))),
    ("110kV新城线", 110, ((7.2, -2.2), (5.9, -2.9), (4.7, -2.1))),
    ("110kV北岭线", 110, ((0.2, 5.2), (-1.6, 3.4), (-2.9, 3.2), (-4.6, 3.0))),
    ("35kV沙埗线", 35, ((4.9, -5.3), (3.3, -5.6), (1.9, -5.0))),
    ("10kV蚬涌线", 10, ((8.2, 0.4), (7.1, 1.1), (6.1, 1.6))),
    ("10kV村镇线", 10, ((-4.2, -5.9), (-2.3, -6.4), (-0.8, -5.9))),
)  # fmt: skip
SETTINGS = {
    "old": "城市市区",
    "core": "城市市区",
    "urban": "城市市区",
    "new": "城市郊区",
    "works": "城市郊区",
}
MAIN_ROADS = (
    "云滘江",
    "北岭",
    "滘城",
    "东埗",
    "西塱",
    "南漖",
    "学府",
    "工业",
    "新城",
    "江湾",
    "凤岭",
    "云涌",
)


def geometries(rows: list[Row]) -> Geometries:
    """Return the geometries of rows, in their order."""
    return np.array([row["geometry"] for row in rows], dtype=object)


@dataclass(frozen=True, slots=True)
class Networks:
    """Rows (attributes with ``geometry``) per network layer."""

    roads: list[Row]
    highways: list[Row]
    railways: list[Row]
    metro_structures: list[Row]
    metro_lines: list[Row]
    metro_stations: list[Row]
    power_lines: list[Row]

    def surface(self) -> Geometries:
        """Return the land of roads and rails above ground: nobody builds on it."""
        above = [row["geometry"] for row in self.metro_structures if row["kind"] == "地上高架"]
        land = [row["geometry"] for row in (*self.highways, *self.railways)]
        return np.array([*land, *above], dtype=object)


def make_networks(ground: Ground, grid: RoadGrid, cells: Cells, terrain: Terrain) -> Networks:
    """Return all networks of the city, clipped to its outline."""
    places = _Places(ground, cells, terrain)
    structures, lines, stations = _metro(places)
    return Networks(
        roads=_roads(ground, grid, cells, terrain),
        highways=_ribbons(places, HIGHWAYS, prefix="GL", is_railway=False),
        railways=_ribbons(places, RAILWAYS, prefix="TL", is_railway=True),
        metro_structures=structures,
        metro_lines=lines,
        metro_stations=stations,
        power_lines=_power(places),
    )


class _Places:
    """Turns points in km of the straight grid into curves, and curves into runs of one kind."""

    def __init__(self, ground: Ground, cells: Cells, terrain: Terrain) -> None:
        self.ground = ground
        self.outline = terrain.outline
        self.kinds = cells.kinds
        self._tree = STRtree(cells.polygons)

    def curve(self, points: Points) -> Floats:
        step = int(14 * self.ground.scale)
        smooth = smooth_curve(np.array(points) * 1000 * self.ground.scale, step=step)
        return self.ground.bend(smooth[:, 0], smooth[:, 1])

    def runs(self, curve: Floats, labels: dict[str, str], other: str) -> list[tuple[str, Floats]]:
        """Cut a curve where the label of the cell under it changes."""
        middle = np.asarray(shapely.points((curve[:-1] + curve[1:]) / 2), dtype=object)
        hit, cell = self._tree.query(middle, predicate="intersects")
        kind = np.full(len(middle), "outside", dtype="U8")
        kind[hit] = self.kinds[cell]
        label = np.array([labels.get(name, other) for name in kind])
        starts = [0, *(np.flatnonzero(label[1:] != label[:-1]) + 1).tolist(), len(label)]
        return [(str(label[start]), curve[start : end + 1]) for start, end in pairwise(starts)]


def _ribbons(
    places: _Places,
    courses: tuple[tuple[str, str, float, Points], ...],
    *,
    prefix: str,
    is_railway: bool,
) -> list[Row]:
    rows: list[Row] = []
    for name, grade, half_width_m, points in courses:
        curve = places.curve(points)
        labels = SETTINGS if is_railway else {}
        for setting, run in places.runs(curve, labels, "其他地区" if is_railway else ""):
            for part in _ribbon_parts(places, run, half_width_m):
                row: Row = {"id": f"{prefix}{len(rows) + 1:03d}", "name": name, "grade": grade}
                if is_railway:
                    row["setting"] = setting
                rows.append(row | {"geometry": part})
    return rows


def _ribbon_parts(places: _Places, run: Floats, half_width_m: float) -> Geometries:
    band = shapely.buffer(shapely.LineString(run), half_width_m, cap_style="flat", quad_segs=2)
    clipped = rounded(np.array([shapely.intersection(band, places.outline)], dtype=object))
    parts: Geometries = shapely.get_parts(clipped)
    return parts[shapely.area(parts) > 1.0]


def _metro(places: _Places) -> tuple[list[Row], list[Row], list[Row]]:
    structures: list[Row] = []
    lines: list[Row] = []
    stations: list[Row] = []
    below = {"old": "地下", "core": "地下", "urban": "地下", "hill": "地下"}
    for line, points in METRO:
        curve = places.curve(points)
        lines.append(
            {"id": f"DT{len(lines) + 1}", "name": line, "geometry": shapely.LineString(curve)}
        )
        for kind, run in places.runs(curve, below, "地上高架"):
            for part in _ribbon_parts(places, run, 6.0 if kind == "地下" else 5.0):
                row: Row = {
                    "id": f"DTJG{len(structures) + 1:03d}",
                    "name": f"{line}区间",
                    "kind": kind,
                }
                structures.append(row | {"geometry": part})
        for spot, box in _station_boxes(curve):
            name = STATIONS[len(stations) % len(STATIONS)]
            stations.append(
                {
                    "id": f"DTZ{len(stations) + 1:02d}",
                    "name": f"{name}站",
                    "line": line,
                    "geometry": spot,
                }
            )
            row = {"id": f"DTJG{len(structures) + 1:03d}", "name": f"{name}站", "kind": "车站"}
            structures.append(row | {"geometry": box})
    return structures, lines, stations


def _station_boxes(curve: Floats) -> list[tuple[shapely.Point, shapely.Polygon]]:
    line = shapely.LineString(curve)
    boxes = []
    for at_m in np.arange(260.0, line.length - 200.0, STATION_STEP_M):
        box = shapely.buffer(
            shapely.LineString(
                shapely.get_coordinates(
                    shapely.line_interpolate_point(line, [at_m - 90, at_m + 90])
                )
            ),
            12.0,
            cap_style="flat",
        )
        spot, box = rounded(np.array([line.interpolate(at_m), box], dtype=object))
        boxes.append((spot, box))
    return boxes


def _power(places: _Places) -> list[Row]:
    rng = places.ground.rng("power")
    rows: list[Row] = []
    for name, kv, points in POWER:
        corners = np.array(points) * 1000 * places.ground.scale
        corners = places.ground.bend(corners[:, 0], corners[:, 1])
        route = shapely.LineString(corners)
        towers = int(np.ceil(route.length / TOWER_STEP_M)) + 1
        at_corners = np.atleast_1d(shapely.line_locate_point(route, shapely.points(corners)))
        at_m = np.unique(np.concatenate([np.linspace(0, route.length, towers), at_corners]))
        spots = shapely.get_coordinates(shapely.line_interpolate_point(route, at_m))
        line = shapely.LineString(np.round(spots + rng.normal(0, 4.0, spots.shape), 3))
        for part in shapely.get_parts(shapely.intersection(line, places.outline)):
            row: Row = {"id": f"DL{len(rows) + 1:03d}", "name": name, "kv": kv}
            rows.append(row | {"geometry": rounded(np.array([part]))[0]})
    return rows


def _roads(ground: Ground, grid: RoadGrid, cells: Cells, terrain: Terrain) -> list[Row]:
    """Return the main roads, without most crossings of the wide river and of hills."""
    rows: list[Row] = []
    river = shapely.union_all(
        [
            shape
            for shape, kind in zip(terrain.water.polygons, terrain.water.kinds, strict=True)
            if kind != "涌"
        ]
    )
    hills = shapely.union_all(cells.polygons[cells.kinds == "hill"])
    for axis, fixed, varying in (("u", grid.u, grid.v), ("v", grid.v, grid.u)):
        for position, value in enumerate(fixed):
            if axis == "v" and value == 0:
                continue
            along = np.interp(
                np.arange((len(varying) - 1) * ROAD_SAMPLES + 1) / ROAD_SAMPLES,
                np.arange(len(varying)),
                varying,
            )
            level = np.full(len(along), value)
            curve = ground.bend(*((level, along) if axis == "u" else (along, level)))
            line = shapely.intersection(shapely.LineString(curve), terrain.outline)
            is_main = position % 2 == 0
            line = shapely.difference(line, hills)
            if axis == "v" or not is_main:
                line = shapely.difference(line, river)
            name = MAIN_ROADS[position % len(MAIN_ROADS)]
            ending = ("大道" if is_main else "路") if axis == "v" else ("大街" if is_main else "街")
            rows += _road_rows(
                line, f"{name}{ending}", "主干路" if is_main else "次干路", len(rows)
            )
    for row in rows:
        row["geometry"] = rounded(np.array([row["geometry"]], dtype=object))[0]
    return rows


def _road_rows(line: BaseGeometry, name: str, grade: str, start: int) -> list[Row]:
    merged = shapely.line_merge(line) if shapely.get_num_geometries(line) > 1 else line
    parts = [part for part in shapely.get_parts(merged) if part.length > 250]
    return [
        {"id": f"DLX{start + number:04d}", "name": name, "grade": grade, "geometry": part}
        for number, part in enumerate(parts, start=1)
    ]
