"""Straight distances to what lies about."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from siting.config import TableReader
from siting.criteria.nearness import Distance
from siting.model import Text

from .made import layer, setting_of, sites_of

SITES = sites_of([shapely.box(0, 0, 10, 10), shapely.box(30, 0, 40, 10)])


def test_the_nearest_of_all_roles_counts_and_what_meets_is_at_0() -> None:
    setting = setting_of(
        layer("roads", "road", [shapely.LineString([(0, -30), (50, -30)])]),
        layer("rails", "railway", [shapely.LineString([(35, 5), (35, 90)])]),
    )
    both = Distance(("road", "railway"), Text("路")).of(SITES, setting, None)
    roads = Distance(("road",), Text("路")).of(SITES, setting, None)
    assert both is not None
    assert roads is not None
    assert both.values.tolist() == [25.0, 0.0]
    assert roads.values.tolist() == [30.0, 30.0]


def test_without_a_feature_there_is_nothing_to_measure_with() -> None:
    measure = Distance(("metro_station",), Text("地铁站", "a metro station"))
    assert measure.of(SITES, setting_of(), None) is None
    assert measure.of(SITES, setting_of(layer("metro", "metro_station", [])), None) is None
    assert measure.needs == Text("地铁站图层", "a layer of metro stations")
    assert measure.phrase(1640.2) == Text("距地铁站 1,640 m", "1,640 m from a metro station")


def test_against_every_distance_by_brute_force() -> None:
    draw = np.random.default_rng(6)
    points = shapely.points(draw.uniform(0, 1_000, (60, 2)))
    shapes = shapely.buffer(shapely.points(draw.uniform(0, 1_000, (40, 2))), 15)
    sites, setting = sites_of(list(shapes)), setting_of(layer("m", "metro_station", list(points)))
    found = Distance(("metro_station",), Text("站")).of(sites, setting, None)
    assert found is not None
    expected = [min(shape.distance(point) for point in points) for shape in shapes]
    assert found.values.tolist() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("roles", [[], ["rode"], ["metro_station", "roads"]])
def test_roles_that_nobody_knows_are_problems(roles: list[str]) -> None:
    reader = TableReader({"roles": roles}, file="x.toml", place="measure")
    Distance.parameters(reader)
    (problem,) = reader.problems
    assert "role" in problem.what


def test_a_city_s_own_role_is_taken() -> None:
    reader = TableReader({"roles": ["x_mall"], "what": "商场", "what_en": "a mall"}, file="x.toml")
    made = Distance(**Distance.parameters(reader))
    assert not reader.problems
    assert made.phrase(5.0).get("en") == "5 m from a mall"
