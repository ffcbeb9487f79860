"""Cambridge, Massachusetts: a real city, held against plain shapely."""

from __future__ import annotations

import bisect
import itertools
import json
import math
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pytest
import shapely

from siting import api
from siting.model import Status
from siting.report import report_to_dict

from ..recomputing import require_recomputed

pytestmark = pytest.mark.shared

FLOODS = {
    "MA-FLOOD-100": "FEMA_Floodplains_100_Year__FEMA_FloodPlains100Year.geojson",
    "MA-FLOOD-500": "FEMA_Floodplains_500_Year__FEMA_FloodPlains500Year.geojson",
}
RED_LINES = "Special_Permit_Areas__CDD_SpecialPermitAreas.geojson"
#: Overlaps of less than this are listed as touches: the rounding of coordinates.
TOUCH_M2 = 1e-4


@pytest.fixture(scope="module")
def folder(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data" / "cambridge_ma"


@pytest.fixture(scope="module")
def study(repo_root: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> api.Study:
    output = tmp_path_factory.mktemp("cambridge")
    return api.load(repo_root / "examples" / "cambridge", data_dir=folder, output=output)


@pytest.fixture(scope="module")
def report(study: api.Study):
    return api.check(study)


@pytest.fixture(scope="module")
def searches(study: api.Study, report):
    return api.suggest(study, report)


def plain(folder: Path, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(folder / name).to_crs("EPSG:26986")


def test_no_row_of_any_layer_is_lost(study: api.Study, folder: Path):
    for layer in study.atlas.layers:
        contract = layer.contract
        assert contract.rows_in == contract.rows_used + contract.rows_refused
    parcels = next(layer for layer in study.atlas.layers if layer.name == "parcels")
    assert parcels.contract.rows_in == 13_116
    assert len(study.atlas.red_lines) == len(plain(folder, RED_LINES)) == 355


@pytest.mark.parametrize("code", sorted(FLOODS))
def test_flood_findings_are_plain_intersections_but_for_touches(report, folder: Path, code: str):
    lines, floods = plain(folder, RED_LINES), plain(folder, FLOODS[code])
    expected: dict[tuple[str, str], list[float]] = {}
    for line in lines.itertuples():
        for flood in floods[floods.intersects(line.geometry)].itertuples():
            area = shapely.intersection(line.geometry, flood.geometry).area
            if area > TOUCH_M2:
                expected.setdefault((line.CaseID, flood.GlobalID), []).append(area)
    found: dict[tuple[str, str], list[float]] = {}
    for finding in report.findings:
        if finding.code == code:
            found.setdefault((finding.project_id, finding.feature_id), []).append(finding.area_m2)
    assert set(found) == set(expected)
    for pair, areas in expected.items():
        assert sorted(found[pair]) == pytest.approx(sorted(areas), abs=1e-3)


def test_nothing_is_clear_of_a_rule_beyond_the_city(study: api.Study, report):
    """Permits that reach over the city limit are not clear of any overlap rule."""
    outline = study.atlas.outline
    outside = {
        red_line.id
        for red_line in study.atlas.red_lines
        if shapely.difference(red_line.geometry, outline).area > 0.01
    }
    assert outside
    needing = {rule.code for rule in report.rules if rule.needs}
    for verdict in report.verdicts:
        if verdict.red_line_id in outside and verdict.code in needing:
            assert verdict.status is not Status.CLEAR


def test_sites_offered_are_free_land_without_double_use(study: api.Study, searches, folder: Path):
    offered = [site for search in searches for site in search.suggestions]
    assert len(offered) > 30
    shapes = gpd.GeoSeries([each.site.geometry for each in offered])
    water = plain(folder, "Water_Bodies__HYDRO_WaterBodies.geojson").union_all()
    assert shapes.intersection(water).area.max() < 1.0
    left, right = shapes.sindex.query(shapes, predicate="overlaps")
    assert not len(left)
    assert not len(right)
    available = set(study.city.suggest.available_states)
    assert {each.site.attributes["供应状态"] for each in offered} <= available


STREETS = "Street_Centerlines__TRANS_Centerlines.geojson"
STATIONS = "Subway_Stations__TRANS_SubwayStations.geojson"


def test_walks_to_the_subway_are_those_of_networkx_on_the_bare_vertices(searches, folder: Path):
    streets = plain(folder, STREETS).geometry.explode(index_parts=False).to_numpy()
    graph = nx.Graph()
    for street in streets:
        spots = [_spot(xy) for xy in street.coords]
        for (one, here), (other, there) in itertools.pairwise(
            zip(spots, street.coords, strict=True)
        ):
            graph.add_edge(one, other, weight=math.dist(here, there))
    tree = shapely.STRtree(streets)
    for station in plain(folder, STATIONS).geometry:
        for spot, metres in _ways_on(streets, tree, station):
            known = graph.get_edge_data("stations", spot, {"weight": math.inf})["weight"]
            graph.add_edge("stations", spot, weight=min(metres, known))
    least = nx.single_source_dijkstra_path_length(graph, "stations")

    offered = [site for search in searches for site in search.suggestions]

    apart = [
        each
        for each in offered
        if streets[tree.nearest(each.site.geometry)].distance(each.site.geometry) > 0
    ]
    assert len(apart) > 30
    for each in apart:
        metres = min(
            least[spot] + more for spot, more in _ways_on(streets, tree, each.site.geometry)
        )
        # at 4.8 km/h
        assert each.criteria["subway_min"] == pytest.approx(metres / 80, abs=1e-3)


def _spot(xy: tuple[float, ...]) -> tuple[int, int]:
    return round(xy[0] * 100), round(xy[1] * 100)


def _ways_on(streets, tree: shapely.STRtree, shape) -> list[tuple[tuple[int, int], float]]:
    """Return the vertices before and after the nearest point of the nearest street, in metres."""
    street = streets[tree.nearest(shape)]
    there = shapely.get_point(shapely.shortest_line(street, shape), 0)
    along_m, off_m = street.project(there), street.distance(shape)
    xy = list(street.coords)
    at_m = [0.0, *itertools.accumulate(math.dist(a, b) for a, b in itertools.pairwise(xy))]
    after = min(bisect.bisect_left(at_m, along_m - 1e-9), len(xy) - 1) or 1
    return [
        (_spot(xy[vertex]), off_m + abs(at_m[vertex] - along_m)) for vertex in (after - 1, after)
    ]


def test_the_report_names_the_island_and_the_crossings_of_the_streets(searches, report):
    access = report_to_dict(report, searches)["access"]
    assert (access["rows_in"], access["rows_used"], access["refused"]) == (2643, 2643, [])
    (walk,) = access["modes"]
    assert [part["example_name"] for part in walk["parts"] if not part["is_main"]] == ["Elmwood St"]
    assert walk["speeds_kmh"] == dict.fromkeys(["", "0", "1", "2"], 4.8)
    assert walk["unknown_classes"] == []
    assert access["crossings_apart"]["count"] == len(access["crossings_apart"]["first"]) > 5


def test_made_sites_are_clean_in_range_and_nobody_elses(study: api.Study, searches):
    made = [one for search in searches for one in search.suggestions if one.site.kind.is_made]
    assert {str(one.site.kind) for one in made} == {"assembled", "carved"}
    assert len(made) > 15
    parcels = study.atlas.by_role("parcel")[0].frame
    shapes = dict(zip(parcels["feature_id"], parcels.geometry, strict=True))
    own = {line.project_id: [] for line in study.atlas.red_lines}
    for line in study.atlas.red_lines:
        own[line.project_id].append(line.geometry)
    barred = {rule.role for rule in study.rule_book.rules
              if rule.severity == "prohibited" and rule.kind == "overlap"}  # fmt: skip
    for one in made:
        site = one.site
        assert site.geometry.is_valid
        land = shapely.union_all([shapes[name] for name in site.parcel_ids])
        assert shapely.difference(site.geometry, land).area <= site.lane_m2 + 1.0
        # sought by the present red line's area, 20 % more or less
        valid = [shape for shape in own[one.project_id] if shape.is_valid]
        wanted_m2 = shapely.union_all(valid).area
        assert 0.8 * wanted_m2 - 1e-6 <= site.geometry.area <= 1.2 * wanted_m2 + 1e-6
        for role in barred:
            for layer in study.atlas.by_role(role):
                for shape in layer.frame.geometry[layer.frame.intersects(site.geometry)]:
                    assert site.geometry.intersection(shape).area <= 1.0, (role, site.id)
        for line in study.atlas.red_lines:
            if line.project_id != one.project_id and line.geometry.is_valid:
                assert site.geometry.intersection(line.geometry).area <= 0.01


def test_every_score_can_be_recomputed_from_the_report_alone(searches, report):
    document = report_to_dict(report, searches)
    assert require_recomputed(json.loads(json.dumps(document))) > 100
