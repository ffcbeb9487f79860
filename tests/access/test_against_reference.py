"""Ways against a plain Dijkstra over dictionaries, and the network against GEOS's noding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from siting.access import (
    Direction,
    Graph,
    Measure,
    Mode,
    Noding,
    Question,
    RoadColumns,
    graph_of,
    nearest_services,
    network_of,
    places_on,
    plain_roads,
    read_speeds,
    roads_of,
    ways_between,
)
from siting.model import Text
from siting.model.features import FrameFeatures

from .reference import Road, links_of, noded, shortest
from .streets import AS_DRAWN, CRS, EAST, NORTH, ROUND

SPEEDS = {"a": 20.0, "b": 40.0, "c": 80.0}
MODE = Mode("m", Text("m"), SPEEDS, default_kmh=1.0, off_road_kmh=4.0)
PLACES = 14


def _array(items: list) -> NDArray[np.object_]:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _random(
    seed: int, *, ways: tuple[int, ...]
) -> tuple[Graph, list[Road], list[tuple[int, float]]]:
    """Return a random network, the same as roads, and places on it (road, metres along)."""
    dice = np.random.default_rng(seed)
    nodes = int(dice.integers(4, 40))
    xy = dice.choice(4_000_000, (nodes, 2), replace=False) / 1000 + (EAST, NORTH)
    # between one and two roads a node: islands and dead ends are common
    pairs = [dice.choice(nodes, 2, replace=False) for _ in range(int(nodes * dice.uniform(1, 2)))]
    bends = [xy[pair].mean(0) + dice.normal(0, 90, 2) for pair in pairs]
    lines = [
        shapely.LineString([xy[a], bend, xy[b]]) for (a, b), bend in zip(pairs, bends, strict=True)
    ]
    classes = dice.choice(list(SPEEDS), len(pairs)).tolist()
    way = dice.choice(ways, len(pairs)).tolist()
    roads = [
        Road(("node", a), ("node", b), line.length, SPEEDS[kind], each)
        for (a, b), line, kind, each in zip(pairs, lines, classes, way, strict=True)
    ]
    made = network_of(plain_roads(_array(lines), CRS, classes=classes, one_way=way), AS_DRAWN)
    # nodes lie on no other road, so that each line is one edge
    assert len(made) == len(roads)
    on = dice.integers(0, len(roads), PLACES).tolist()
    spots = [(road, roads[road].length_m * float(dice.uniform(0.02, 0.98))) for road in on]
    return graph_of(made, MODE), roads, spots


def _points(graph: Graph, spots: list[tuple[int, float]]) -> NDArray[np.object_]:
    lines = {
        int(row): line for row, line in zip(graph.network.rows, graph.network.lines, strict=True)
    }
    return _array([shapely.line_interpolate_point(lines[road], along) for road, along in spots])


def _expected(
    roads: list[Road], spots: list[tuple[int, float]], *, is_time: bool
) -> NDArray[np.float64]:
    links = links_of(roads, spots, is_time=is_time)
    found = [shortest(links, place) for place in range(len(spots))]
    return np.array([[each.get(place, np.nan) for place in range(len(spots))] for each in found])


@pytest.mark.parametrize("ways", [(0,), (0, 1, -1), (1, -1)])
@pytest.mark.parametrize("measure", list(Measure))
def test_ways_on_random_networks_are_those_of_a_plain_dijkstra(
    ways: tuple[int, ...], measure: Measure
) -> None:
    lacking = reached = 0
    for seed in range(40):
        graph, roads, spots = _random(seed, ways=ways)
        places = places_on(graph, _points(graph, spots), list(map(str, range(PLACES))), CRS)
        assert places.off_road_m.max() < 1e-6

        found = ways_between(graph, places, places, measure=measure)

        is_time = measure is Measure.MINUTES
        expected = _expected(roads, spots, is_time=is_time)
        least = found.minutes if is_time else found.metres
        np.testing.assert_allclose(least, expected, rtol=1e-9, atol=1e-6)
        lacking += int(np.isnan(expected).sum())
        reached += int(np.isfinite(expected).sum())
    assert lacking > 50
    assert reached > 1000


@pytest.mark.parametrize("direction", list(Direction))
def test_the_nearest_service_is_the_least_of_all_ways(direction: Direction) -> None:
    for seed in range(40):
        graph, roads, spots = _random(seed, ways=(0, 1, -1))
        shapes = _points(graph, spots)
        names = list(map(str, range(PLACES)))
        sites = places_on(graph, shapes[5:], names[5:], CRS)
        services = places_on(graph, shapes[:5], names[:5], CRS)

        found = nearest_services(graph, sites, services, Question("x", direction))

        expected = _expected(roads, spots, is_time=True)
        ways = expected[5:, :5] if direction is Direction.TO_SERVICE else expected[:5, 5:].T
        least = np.where(np.isnan(ways), np.inf, ways)
        np.testing.assert_allclose(
            np.where(np.isnan(found.minutes), np.inf, found.minutes), least.min(1), atol=1e-6
        )
        is_served = np.isfinite(least.min(1))
        assert (found.service[is_served] == least.argmin(1)[is_served]).all()
        assert ((found.service >= 0) == is_served).all()


def test_ways_beyond_a_limit_are_left_out_and_no_others() -> None:
    graph, roads, spots = _random(7, ways=(0, 1))
    places = places_on(graph, _points(graph, spots), list(map(str, range(PLACES))), CRS)
    expected = _expected(roads, spots, is_time=True)
    most = float(np.nanmedian(expected)) + 1e-4

    found = ways_between(graph, places, places, most=most)

    expected[expected > most] = np.nan
    np.testing.assert_allclose(found.minutes, expected, atol=1e-6)


# ------------------------------------------------------------------ the network itself
corners = st.tuples(st.integers(0, 12), st.integers(0, 12))
streets = st.lists(corners, min_size=2, max_size=4, unique=True).map(shapely.LineString)
layers = st.lists(streets.filter(lambda line: line.is_simple), min_size=1, max_size=9)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(layers)
def test_streets_on_a_lattice_are_joined_as_geos_nodes_them(
    drawn: list[shapely.LineString],
) -> None:
    lines = [shapely.transform(line, lambda xy: xy * 10.0 + (EAST, NORTH)) for line in drawn]
    spots = sorted({spot for line in lines for spot in line.coords})

    graph = graph_of(
        network_of(plain_roads(_array(lines), CRS), Noding(0.0, 0.0, at_crossings=True)), ROUND
    )

    roads, pieces = noded(lines)
    tree = shapely.STRtree(pieces)
    points = [shapely.Point(spot) for spot in spots]
    on = [int(number) for number in tree.nearest(points)]
    at = [(n, pieces[n].project(point)) for n, point in zip(on, points, strict=True)]
    places = places_on(graph, _array(points), list(map(str, spots)), CRS)
    found = ways_between(graph, places, places, measure=Measure.METRES)
    np.testing.assert_allclose(found.metres, _expected(roads, at, is_time=False), atol=0.02)


@pytest.fixture(scope="module")
def sample(repo_root: Path) -> Callable[[float], gpd.GeoDataFrame]:
    table = gpd.read_file(repo_root / "data/base/base.gpkg", layer="roads")
    return table.rename(columns={"id": "feature_id", "name": "feature_name"})


def test_ways_in_the_sample_city_are_those_of_its_roads_noded_by_geos(
    sample: gpd.GeoDataFrame,
) -> None:
    modes = read_speeds().modes
    made = network_of(roads_of(FrameFeatures(sample), RoadColumns(road_class="grade"), CRS))
    graph = graph_of(made, modes["drive"])
    assert graph.unknown == ()
    lines = list(sample.geometry)
    pieces_of, pieces = noded(lines)
    kmh = {"主干路": 40.0, "次干路": 30.0}
    own = shapely.STRtree(lines).nearest(
        [piece.interpolate(0.5, normalized=True) for piece in pieces]
    )
    roads = [
        Road(road.start, road.end, road.length_m, kmh[sample["grade"].iloc[line]])
        for road, line in zip(pieces_of, own, strict=True)
    ]
    dice = np.random.default_rng(20261122)
    on = dice.integers(0, len(roads), 30).tolist()
    spots = [(road, float(dice.uniform(0.1, 0.9)) * roads[road].length_m) for road in on]
    points = _array([pieces[n].interpolate(along) for n, along in spots])
    places = places_on(graph, points, list(map(str, range(30))), CRS)

    found = ways_between(graph, places, places)

    assert made.length_m.sum() == pytest.approx(sum(line.length for line in lines))
    np.testing.assert_allclose(found.minutes, _expected(roads, spots, is_time=True), atol=1e-5)
