"""The sample city against a second computation: plain loops over plain shapely.

Nothing here is imported from siting but the report that it is compared with. The files of
data/ are read with geopandas and a few lines for the TXT; the figures are copied by hand
from the laws that rulebooks/cn.toml cites.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

from siting import api
from siting.model import Report

CRS = "EPSG:4547"
#: An overlap smaller than this is a touch: the rounding of coordinates, no land.
TOUCH_M2 = 1e-4
AREA_GATE_M2 = 1e-3

#: code -> layer, uses left out, and the wanted value of a column.
OVERLAPS = {
    "CN-FARMLAND": ("farmland", (), {}),
    "CN-ECO": ("eco_redline", (), {}),
    "CN-BLUE": ("blue_line", (), {}),
    "CN-GREEN": ("green_line", ("14",), {}),
    "CN-PURPLE": ("purple_line", (), {}),
    "CN-YELLOW": ("yellow_line", ("12", "13"), {}),
    "CN-HAZARD": ("hazard", (), {}),
    "CN-WATER-1": ("water_source", (), {"kind": ("一级", "一级保护区", "1", "first")}),
    "CN-WATER-2": ("water_source", (), {"kind": ("二级", "二级保护区", "2", "second")}),
}
CITY_WORDS, FAST = ("urban", "城市市区", "市区"), ("high_speed", "高速铁路", "高铁")
SUBURB = ("suburb", "城市郊区居民居住区", "城市郊区", "郊区")
VILLAGE = ("village", "村镇居民居住区", "村镇")


def power_m(row: Any) -> float:
    kv = float(row.kv)
    steps = ((1, 10, 5), (35, 110, 10), (154, 330, 15), (500, 500, 20))
    return next(float(metres) for low, high, metres in steps if low <= kv <= high)


def railway_m(row: Any) -> float:
    is_fast = row.grade in FAST
    for words, fast, other in ((CITY_WORDS, 10, 8), (SUBURB, 12, 10), (VILLAGE, 15, 12)):
        if row.setting in words:
            return float(fast if is_fast else other)
    return 20.0 if is_fast else 15.0


def highway_m(row: Any) -> float:
    figures = {"高速公路": 30, "国道": 20, "省道": 15, "县道": 10, "乡道": 5}
    return float(figures[row.grade])


def metro_m(row: Any) -> float:
    if row.kind in {"过江过河隧道", "水下"}:
        return 100.0
    if row.kind in {"地下车站与隧道", "地下", "车站"}:
        return 50.0
    if row.kind in {"地面", "高架", "地上高架"}:
        return 30.0
    return {"出入口": 10.0, "风亭": 10.0, "变电站": 10.0}[row.kind]


SETBACKS = {
    "CN-POWER": ("power_line", (), power_m),
    "CN-RAILWAY": ("railway", (), railway_m),
    "CN-HIGHWAY": ("highway", ("12",), highway_m),
    "CN-METRO": ("metro_structure", (), metro_m),
}


@pytest.fixture(scope="session")
def data(repo_root: Path) -> Path:
    return repo_root / "data"


@pytest.fixture(scope="session")
def report(data: Path) -> Report:
    return api.check(api.load(data))


@pytest.fixture(scope="session")
def uses(data: Path) -> dict[str, tuple[str, str]]:
    """Use code and form of each project, from the workbook."""
    sheet = openpyxl.load_workbook(data / "ledger" / "projects.xlsx")["项目台账"]
    head, *rows = [
        [("" if cell is None else str(cell)).strip() for cell in row]
        for row in sheet.iter_rows(values_only=True)
        if any(row)
    ]
    key, use, form = (head.index(name) for name in ("项目代码", "用地代码", "项目形态"))
    return {row[key]: (row[use], row[form]) for row in rows}


def txt_red_lines(path: Path) -> dict[str, shapely.Geometry]:
    """A ring per plot: northing first, then easting; the header says zone 38."""
    rings: dict[str, list[tuple[float, float]]] = {}
    for line in path.read_text(encoding="gb18030").splitlines():
        cells = line.split(",")
        if line.endswith("@"):
            rings[cells[2]] = []
        elif cells[0].startswith("J") and len(cells) == 4:
            rings[next(reversed(rings))].append((float(cells[3]), float(cells[2])))
    return {name: shapely.Polygon(ring) for name, ring in rings.items()}


@pytest.fixture(scope="session")
def outlines(data: Path) -> dict[str, tuple[str, shapely.Geometry]]:
    """Project and outline of each red line, by its id."""
    found: dict[str, tuple[str, shapely.Geometry]] = {}
    config = tomllib.loads((data / "city.toml").read_text(encoding="utf-8"))
    for entry in config["redlines"]:
        path = data / entry["path"]
        if path.suffix == ".txt":
            found |= {name: (name, ring) for name, ring in txt_red_lines(path).items()}
            continue
        encoding = {"encoding": "gb18030"} if path.suffix == ".shp" else {}
        frame = gpd.read_file(path, **encoding)
        if path.suffix == ".geojson":
            frame = frame.set_crs("EPSG:4490", allow_override=True).to_crs(CRS)
        for row in frame.itertuples():
            found[row.DKBH] = (row.XMDM, row.geometry)
    return found


@pytest.fixture(scope="session")
def valid(outlines: dict[str, Any]) -> dict[str, Any]:
    return {name: entry for name, entry in outlines.items() if entry[1].is_valid}


def control(data: Path, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(data / "control" / "control.gpkg", layer=name)


def found_pairs(report: Report, code: str) -> dict[tuple[str, str], float]:
    return {
        (finding.red_line_id, finding.feature_id): finding.area_m2 or 0.0
        for finding in report.findings
        if finding.code == code
    }


def test_every_red_line_was_read(report: Report, outlines: dict[str, Any]) -> None:
    assert {result.red_line.id for result in report.results} == set(outlines)
    assert not report.refused_red_lines


def test_red_lines_lie_where_the_files_say(report: Report, outlines: dict[str, Any]) -> None:
    for result in report.results:
        project, outline = outlines[result.red_line.id]
        assert result.red_line.project_id == project
        assert shapely.hausdorff_distance(result.red_line.geometry, outline) < 1e-6


@pytest.mark.parametrize("code", OVERLAPS)
def test_overlaps_are_those_of_a_plain_loop(
    code: str, data: Path, report: Report, valid: dict[str, Any], uses: dict[str, Any]
) -> None:
    layer, left_out, wanted = OVERLAPS[code]
    expected: dict[tuple[str, str], float] = {}
    for row in control(data, layer).itertuples():
        if any(getattr(row, column) not in words for column, words in wanted.items()):
            continue
        for name, (project, outline) in valid.items():
            if left_out and uses[project][0].startswith(left_out):
                continue
            if outline.intersects(row.geometry):
                area = outline.intersection(row.geometry).area
                if area > TOUCH_M2:
                    expected[name, row.id] = area
    found = found_pairs(report, code)
    assert set(found) == set(expected)
    for pair, area in expected.items():
        assert found[pair] == pytest.approx(area, abs=AREA_GATE_M2)


@pytest.mark.parametrize("code", SETBACKS)
def test_setbacks_are_those_of_plain_distances(
    code: str, data: Path, report: Report, valid: dict[str, Any], uses: dict[str, Any]
) -> None:
    layer, left_out, figure = SETBACKS[code]
    expected: dict[tuple[str, str], tuple[float, float]] = {}
    for row in control(data, layer).itertuples():
        for name, (project, outline) in valid.items():
            if left_out and uses[project][0].startswith(left_out):
                continue
            distance = outline.distance(row.geometry)
            if distance < figure(row):
                expected[name, row.id] = (distance, figure(row))
    found = {(f.red_line_id, f.feature_id): f for f in report.findings if f.code == code}
    assert set(found) == set(expected)
    for pair, (distance, limit) in expected.items():
        assert found[pair].measure == pytest.approx(distance, abs=1e-6)
        assert found[pair].limit == limit
        assert found[pair].unit == "m"


def test_what_lies_outside_the_growth_boundary(
    data: Path, report: Report, valid: dict[str, Any]
) -> None:
    boundary = shapely.union_all(control(data, "growth_boundary").geometry.to_numpy())
    areas = {name: (outline - boundary).area for name, (_, outline) in valid.items()}
    expected = {name: area for name, area in areas.items() if area > TOUCH_M2}
    found = {name: area for (name, _), area in found_pairs(report, "CN-GROWTH").items()}
    assert set(found) == set(expected)
    for name, area in expected.items():
        assert found[name] == pytest.approx(area, abs=AREA_GATE_M2)


def test_rivals_are_the_pairs_of_two_projects(report: Report, valid: dict[str, Any]) -> None:
    expected = {}
    for name, (project, outline) in valid.items():
        for other, (rival, ground) in valid.items():
            if rival != project and outline.intersection(ground).area > TOUCH_M2:
                expected[name, other] = outline.intersection(ground).area
    found = found_pairs(report, "CN-RIVAL")
    assert set(found) == set(expected)
    assert expected, "the sample city has two projects on the same land"
    for pair, area in expected.items():
        assert found[pair] == pytest.approx(area, abs=AREA_GATE_M2)


def test_zoned_uses_are_those_of_a_plain_loop(
    data: Path, report: Report, valid: dict[str, Any], uses: dict[str, Any], repo_root: Path
) -> None:
    book = tomllib.loads((repo_root / "siting/rulebooks/cn.toml").read_text(encoding="utf-8"))
    allows = next(rule["allows"] for rule in book["rule"] if rule["code"] == "CN-ZONING")
    zones = gpd.read_file(data / "zoning" / "zoning.gpkg", layer="GHYT")
    expected: dict[tuple[str, str], float] = {}
    for name, (project, outline) in valid.items():
        use, form = uses[project]
        rows = [key for key in allows if use.startswith(key)]
        if form == "线性" or not rows:
            continue
        allowed = tuple(allows[max(rows, key=len)])
        for zone in zones[zones.intersects(outline)].itertuples():
            area = outline.intersection(zone.geometry).area
            if area > TOUCH_M2 and not zone.YDDM.startswith(allowed):
                expected[name, zone.DKBH] = area
        bare = (outline - shapely.union_all(zones.geometry[zones.intersects(outline)])).area
        if bare > TOUCH_M2:
            expected[name, ""] = bare
    found = found_pairs(report, "CN-ZONING")
    assert set(found) == set(expected)
    for pair, area in expected.items():
        assert found[pair] == pytest.approx(area, abs=AREA_GATE_M2)


def test_totals_are_unions_of_the_pieces(
    data: Path, report: Report, valid: dict[str, Any], uses: dict[str, Any]
) -> None:
    for code in ("CN-FARMLAND", "CN-ECO", "CN-GREEN"):
        layer, left_out, _ = OVERLAPS[code]
        ground = shapely.union_all(control(data, layer).geometry.to_numpy())
        lines = [
            outline
            for project, outline in valid.values()
            if not (left_out and uses[project][0].startswith(left_out))
        ]
        expected = shapely.union_all(lines).intersection(ground).area
        assert report.totals_m2[code] == pytest.approx(expected, abs=AREA_GATE_M2)


def test_conflict_area_is_a_union_within_the_red_line(report: Report) -> None:
    for result in report.results:
        if result.red_line.geometry.is_valid:
            assert result.conflict_area_m2 <= result.area_m2 + AREA_GATE_M2
            assert sum(result.ladder_m2.values()) <= result.area_m2 + AREA_GATE_M2


#: What planted.toml calls a matter -> the rule that must find it.
RULE_OF = {
    "farmland": "CN-FARMLAND",
    "eco_redline": "CN-ECO",
    "growth_boundary": "CN-GROWTH",
    "blue_line": "CN-BLUE",
    "green_line": "CN-GREEN",
    "purple_line": "CN-PURPLE",
    "yellow_line": "CN-YELLOW",
    "power_line": "CN-POWER",
    "metro_structure": "CN-METRO",
    "railway": "CN-RAILWAY",
    "highway": "CN-HIGHWAY",
    "hazard": "CN-HAZARD",
    "dem": "CN-SLOPE",
    "water_source": "CN-WATER",
    "zoning": "CN-ZONING",
    "declared_area": "CN-AREA-DECLARED",
    "other_project": "CN-RIVAL",
    "quality": "CN-QUALITY",
    "industrial_block": "CN-INDUSTRIAL-BLOCK",
}
FOUND = {"conflict", "exception_may_apply"}


@pytest.fixture(scope="session")
def planted(data: Path) -> list[dict[str, Any]]:
    text = (data / "redlines" / "planted.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["planted"])


def statuses(report: Report, project: str, matter: str) -> set[str]:
    code = RULE_OF[matter]
    return {
        str(verdict.status)
        for verdict in report.verdicts
        if verdict.project_id == project
        and (verdict.code == code or (code == "CN-WATER" and verdict.code.startswith(code)))
    }


#: A park in the green line and a corridor over zones are no conflict: the rules leave them out.
NOT_ASKED = {("14", "green_line"), ("12", "zoning"), ("13", "zoning"), ("12", "yellow_line")}


def test_planted_conflicts_are_found(report: Report, planted: list[dict[str, Any]]) -> None:
    missed = []
    for entry in planted:
        for matter in entry["conflicts"]:
            is_left_out = (entry["use"][:2], matter) in NOT_ASKED
            if not is_left_out and not statuses(report, entry["project"], matter) & FOUND:
                missed.append((entry["project"], entry["intent"], matter))
    assert not missed


def test_planted_near_misses_are_near(report: Report, planted: list[dict[str, Any]]) -> None:
    for entry in planted:
        for matter in entry["near"]:
            assert statuses(report, entry["project"], matter) == {"near"}, entry


def test_planted_gaps_are_not_checked(report: Report, planted: list[dict[str, Any]]) -> None:
    for entry in planted:
        for matter in entry["not_checked"]:
            assert statuses(report, entry["project"], matter) == {"not_checked"}, entry


def test_clean_ones_have_no_binding_conflict(report: Report, planted: list[dict[str, Any]]) -> None:
    clean = {entry["project"] for entry in planted if not entry["conflicts"]}
    assert clean
    found = {
        (verdict.project_id, verdict.code)
        for verdict in report.verdicts
        if verdict.project_id in clean
        and verdict.status in FOUND
        and verdict.severity in {"prohibited", "restricted"}
    }
    assert not found


def test_the_torn_layer_is_named_and_never_clear(report: Report) -> None:
    torn = [entry for entry in report.inputs if entry.contract.status != "passed"]
    assert [entry.name for entry in torn] == ["industrial_block"]
    asked = [v for v in report.verdicts if v.code == "CN-INDUSTRIAL-BLOCK"]
    assert asked
    assert {str(verdict.status) for verdict in asked} == {"not_checked"}


def test_every_red_line_is_sent_to_the_offices(report: Report) -> None:
    consulted = {v.code for v in report.verdicts if v.status == "consult"}
    assert {"military", "minerals"} <= consulted
    for code in ("military", "minerals"):
        assert sum(v.code == code for v in report.verdicts) == len(report.results)


def test_the_date_of_the_study_is_the_citys(report: Report) -> None:
    assert isinstance(report.as_of, dt.date)
    assert report.as_of == dt.date(2026, 11, 20)
