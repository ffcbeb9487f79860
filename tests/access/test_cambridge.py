"""A real city's streets: nothing lost, the island found, ways as on the streets noded by GEOS."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.access import (
    Graph,
    Noding,
    Question,
    RoadColumns,
    graph_of,
    nearest_services,
    network_of,
    places_on,
    roads_of,
    ways_between,
)
from siting.model.features import FrameFeatures

from .reference import Road, links_of, noded, shortest
from .streets import ROUND

pytestmark = pytest.mark.shared

CRS = "EPSG:26986"
FOLDER = "shared/data/cambridge_ma"


def _layer(root: Path, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(root.parent / FOLDER / f"{name}.geojson").to_crs(CRS)


@pytest.fixture(scope="module")
def streets(repo_root: Path) -> gpd.GeoDataFrame:
    table = _layer(repo_root, "Street_Centerlines__TRANS_Centerlines")
    return table.assign(feature_id=table["ID"], feature_name=table["Street"])


@pytest.fixture(scope="module")
def graph(streets: gpd.GeoDataFrame) -> Graph:
    """The streets with their one-way signs; the layer says nothing of levels."""
    roads = roads_of(FrameFeatures(streets), RoadColumns(one_way="Direction"), CRS)
    return graph_of(network_of(roads, Noding(at_crossings=True)), ROUND)


def test_every_street_is_in_the_network(graph: Graph, streets: gpd.GeoDataFrame) -> None:
    drawing = graph.network.drawing

    assert (drawing.rows_in, drawing.rows_used, drawing.refused) == (2643, 2643, ())
    assert drawing.doubts == ()
    assert graph.network.length_m.sum() == pytest.approx(streets.length.sum(), abs=0.01)


def test_flyovers_without_a_vertex_are_named_and_apart_unless_asked_otherwise(
    graph: Graph, streets: gpd.GeoDataFrame
) -> None:
    street = streets.set_index("ID")["Street"]

    apart = network_of(graph.network.roads).drawing.crossings

    # Memorial Drive runs under Main Street's bridge and over the rotary of Brookline Street
    pairs = {tuple(sorted([street[each.road_id], street[each.other_id]])) for each in apart.apart}
    assert {("Main St", "Memorial Dr"), ("Brookline St", "Memorial Dr")} <= pairs
    assert apart.joined == ()
    assert len(graph.network.drawing.crossings.joined) == 8


def test_the_one_street_that_hangs_on_no_other_is_named(graph: Graph) -> None:
    (island,) = graph.islands

    assert (island.example_name, island.edges, round(island.length_m)) == ("Elmwood St", 1, 85)


def test_ways_are_those_of_the_streets_noded_by_geos(
    graph: Graph, streets: gpd.GeoDataFrame
) -> None:
    lines = list(shapely.get_parts(streets.geometry.array))
    row = np.repeat(np.arange(len(streets)), shapely.get_num_geometries(streets.geometry.array))
    cut, pieces = noded(lines)
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    own = shapely.STRtree(lines).nearest(middles)
    sign = streets["Direction"].fillna("0").astype(int).to_numpy()[row[own]]
    # GEOS may turn a line round when it unites it
    first, second = (
        shapely.line_locate_point([lines[n] for n in own], shapely.get_point(pieces, at))
        for at in (0, 1)
    )
    turned = np.where(first < second, 1, -1)
    roads = [
        Road(piece.start, piece.end, piece.length_m, way=int(way))
        for piece, way in zip(cut, sign * turned, strict=True)
    ]
    dice = np.random.default_rng(20261122)
    on = dice.integers(0, len(roads), 40).tolist()
    spots = [(road, float(dice.uniform(0.2, 0.8)) * roads[road].length_m) for road in on]
    points = np.array([pieces[road].interpolate(along) for road, along in spots], dtype=object)
    places = places_on(graph, points, list(map(str, range(40))), CRS)

    found = ways_between(graph, places, places).metres

    links = links_of(roads, spots, is_time=False)
    ways = [shortest(links, place) for place in range(40)]
    expected = [[way.get(place, np.nan) for place in range(40)] for way in ways]
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_no_fire_station_is_nearer_to_a_school_by_road_than_as_the_crow_flies(
    graph: Graph, repo_root: Path
) -> None:
    schools = _layer(repo_root, "Public_Schools__LANDMARK_PublicSchools").geometry.to_numpy()
    stations = _layer(repo_root, "Fire_Stations__PUBLICSAFETY_FireStations").geometry.to_numpy()
    sites = places_on(graph, schools, list(map(str, range(len(schools)))), CRS)
    fire = places_on(graph, stations, list(map(str, range(len(stations)))), CRS)

    found = nearest_services(graph, sites, fire, Question("fire_station"))

    crow = shapely.distance(schools[:, None], stations[None, :]).min(axis=1)
    assert found.lacks == (None,) * len(schools)
    assert (found.metres >= crow - 1e-6).all()
