"""Carved outlines: by hand, against ten thousand random placements, and what they must be."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import affinity

from siting.carving import BRIEF, Objective, Scene, Wanted, carve, frontage_m
from siting.carving.placement import SLACK_M, places
from siting.carving.rectangles import RectangleSearch
from siting.overlay.kernel.layout import Geometries

#: 1 - π/4: what a square costs, the least of all rectangles.
SQUARE = 1 - math.pi / 4


def _array(*shapes: shapely.Geometry) -> Geometries:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def _land(seed: int, *, has_hole: bool = False) -> shapely.Polygon:
    points = np.random.default_rng(seed).uniform(0, 200, (40, 2))
    hull = shapely.concave_hull(shapely.MultiPoint(points), ratio=0.35)
    if has_hole:
        hull = shapely.difference(hull, shapely.box(90, 90, 120, 105))
    parts = shapely.get_parts(hull)
    largest = max(parts, key=lambda part: part.area)
    assert isinstance(largest, shapely.Polygon)
    return largest


# where a rectangle fits -----------------------------------------------------------------------


def test_a_rectangle_in_a_rectangle_has_the_difference_to_move_in() -> None:
    free = places(shapely.box(0, 0, 100, 60), 30, 20)

    assert shapely.hausdorff_distance(free, shapely.box(0, 0, 70, 40)) <= 2 * SLACK_M


def test_land_of_its_very_size_holds_one() -> None:
    free = places(shapely.box(0, 0, 30, 20), 30, 20)

    assert not free.is_empty
    assert shapely.get_coordinates(free) == pytest.approx(0.0, abs=1e-3)


def test_it_does_not_stand_over_a_hole() -> None:
    land = shapely.difference(shapely.box(0, 0, 100, 60), shapely.box(40, 20, 60, 40))
    free = places(land, 30, 20)

    # west of the hole, east of it, and to the south and north along the whole
    by_hand = shapely.union_all(
        [shapely.box(0, 0, 10, 40), shapely.box(60, 0, 70, 40), shapely.box(0, 0, 70, 0.001),
         shapely.box(0, 39.999, 70, 40)]
    )  # fmt: skip
    assert shapely.hausdorff_distance(free, by_hand) <= 0.01


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(5, 60), st.floats(5, 60), st.booleans())
def test_every_place_holds_it_and_no_other_place_does(
    seed: int, width: float, depth: float, has_hole: bool
) -> None:
    land = _land(seed, has_hole=has_hole)
    free = places(land, width, depth)
    random = np.random.default_rng(seed)
    west, south, east, north = land.bounds
    for x, y in random.uniform((west, south), (east, north), (200, 2)):
        rectangle = shapely.box(x, y, x + width, y + depth)
        point = shapely.Point(x, y)
        if shapely.covers(shapely.buffer(land, -1e-3), rectangle):
            assert shapely.covers(free, point)
        if not shapely.covers(shapely.buffer(land, 1e-3), rectangle):
            assert not shapely.covers(free, point)


# frontage -----------------------------------------------------------------------------------


def test_the_front_faces_the_road_and_the_flanks_do_not() -> None:
    road = _array(shapely.LineString([(-100, -5), (200, -5)]))

    assert frontage_m(shapely.box(0, 0, 60, 40), road) == pytest.approx(60.0)
    assert frontage_m(shapely.box(0, 30, 60, 70), road) == 0.0


def test_a_corner_site_has_two_fronts_and_a_road_may_be_an_area() -> None:
    roads = _array(shapely.box(-100, -20, 200, 0), shapely.box(-20, -100, 0, 200))

    assert frontage_m(shapely.box(0, 0, 60, 40), roads) == pytest.approx(100.0)


def test_without_roads_there_is_no_frontage() -> None:
    assert frontage_m(shapely.box(0, 0, 60, 40), _array()) == 0.0


# carved outlines ------------------------------------------------------------------------------


def test_open_land_gives_the_square() -> None:
    (site,) = carve(Scene(shapely.box(0, 0, 200, 120)), Wanted(3600, 3600), count=1)

    assert site.area_m2 == 3600.0
    assert site.cost == pytest.approx(SQUARE)
    assert site.least_width_m == pytest.approx(60.0, abs=0.05)


def test_it_stands_on_the_road_when_there_is_one() -> None:
    road = _array(shapely.LineString([(-50, -10), (250, -10)]))
    (site,) = carve(Scene(shapely.box(0, 0, 200, 120), road), Wanted(3600, 3600), count=1)

    assert site.frontage_m == pytest.approx(60.0, abs=0.5)
    assert site.geometry.bounds[1] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("turn", [0, 23.7, 61])
def test_sides_run_along_those_of_the_land(turn: float) -> None:
    land = affinity.rotate(shapely.box(0, 0, 61, 60), turn, origin=(0, 0))
    (site,) = carve(Scene(land), Wanted(3600, 3600), count=1)

    assert site.area_m2 == pytest.approx(3600.0, rel=1e-4)
    assert site.cost == pytest.approx(SQUARE, abs=1e-3)


def test_a_triangle_is_cut_and_not_left_empty_handed() -> None:
    land = shapely.Polygon([(0, 0), (120, 0), (0, 120)])
    sites = carve(Scene(land), Wanted(5000, 5500, width_m=15), count=1)

    assert sites
    assert 5000 <= sites[0].area_m2 <= 5500


def test_too_little_or_too_narrow_land_gives_nothing() -> None:
    assert carve(Scene(shapely.box(0, 0, 50, 50)), Wanted(3600, 4000)) == ()
    assert carve(Scene(shapely.box(0, 0, 500, 10)), Wanted(3600, 4000, width_m=12)) == ()


def test_less_than_the_target_is_taken_where_no_more_fits() -> None:
    (site,) = carve(Scene(shapely.box(0, 0, 60, 60)), Wanted(3000, 6000), count=1)

    assert 3000 <= site.area_m2 <= 3600


def test_offers_lie_apart() -> None:
    sites = carve(Scene(shapely.box(0, 0, 400, 120)), Wanted(3600, 3600), count=3)

    assert len(sites) == 3
    for number, one in enumerate(sites):
        for other in sites[number + 1 :]:
            shared = shapely.area(shapely.intersection(one.geometry, other.geometry))
            assert shared <= 0.5 * 3600 + 1


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1500, 6000), st.floats(1.0, 1.4), st.booleans())
@example(seed=2**32 - 2, least=3040.0, factor=1.125, has_hole=True)  # passed at 28.4 m, not at 24
def test_an_outline_is_what_was_asked_for(
    seed: int, least: float, factor: float, has_hole: bool
) -> None:
    land = _land(seed, has_hole=has_hole)
    wanted = Wanted(least, least * factor)
    for site in carve(Scene(land), wanted):
        assert site.geometry.is_valid
        # vertices on the millimetre
        rounding = 0.001 * site.perimeter_m
        assert least - rounding <= site.area_m2 <= least * factor + rounding
        assert shapely.covers(shapely.buffer(land, 0.0011), site.geometry)
        assert site.least_width_m >= wanted.least_width_m * 0.999
        grid = shapely.get_coordinates(site.geometry) * 1000
        assert np.abs(grid - grid.round()).max() < 1e-6


# against chance ---------------------------------------------------------------------------------


def _best_of_chance(scene: Scene, wanted: Wanted, seed: int, count: int) -> float:
    """The least cost of rectangles of the target area put down at random within the land."""
    random = np.random.default_rng(seed)
    west, south, east, north = scene.land.bounds
    proportion = np.exp(random.uniform(-math.log(4), math.log(4), count))
    front = np.sqrt(wanted.target * proportion)
    depth = wanted.target / front
    at = random.uniform((west, south), (east, north), (count, 2))
    turn = random.uniform(0, 2 * math.pi, count)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    local = signs[None] * np.stack([front, depth], axis=1)[:, None]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    corners = np.stack(
        [local[..., 0] * cos - local[..., 1] * sin, local[..., 0] * sin + local[..., 1] * cos], -1
    )
    placed = shapely.polygons(corners + at[:, None])
    shapely.prepare(scene.land)
    fits = placed[shapely.contains(scene.land, placed)]
    costs = [Objective().cost(shape, scene, wanted.target) for shape in fits]
    return min(costs, default=math.inf)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_never_worse_than_ten_thousand_random_placements(seed: int) -> None:
    land = _land(seed, has_hole=seed % 3 == 0)
    west, south, east, _ = land.bounds
    roads = _array(shapely.LineString([(west - 50, south - 3), (east + 50, south + 12)]))
    scene = Scene(land, roads if seed % 2 else _array())
    target = float(land.area) * (0.08 + 0.03 * (seed % 8))
    wanted = Wanted(target, target)

    chance = _best_of_chance(scene, wanted, seed, 10_000)
    sites = carve(scene, wanted, count=1)

    if math.isfinite(chance):
        # vertices on the millimetre and areas as drawn: a hair either way
        assert sites[0].cost <= chance + 1e-4


def test_never_worse_than_a_few_hundred_random_placements() -> None:
    land = _land(100)
    wanted = Wanted(0.15 * land.area, 0.15 * land.area)
    chance = _best_of_chance(Scene(land), wanted, 0, 400)
    (site,) = carve(Scene(land), wanted, count=1)
    assert site.cost <= chance + 1e-4
    assert site.geometry.is_valid
    assert shapely.covers(shapely.buffer(land, 0.0011), site.geometry)


# brief ------------------------------------------------------------------------------------------


@given(
    seed=st.integers(0, 30),
    turn=st.floats(0, 90),
    proportion=st.sampled_from((1.0, 1.25, 0.8, 2.0, 0.5, 4.0)),
    area=st.floats(500, 3_000),
)
@settings(deadline=None, max_examples=60)
def test_no_rectangle_costs_less_than_its_floor(seed, turn, proportion, area) -> None:
    road = shapely.LineString([(0, -5), (200, -5)])
    scene = Scene(_land(seed), roads=_array(road))
    wanted, aim = Wanted(800, 2_000), Objective(edge=0.3)
    search = RectangleSearch(scene, wanted, aim, BRIEF)
    front = math.sqrt(area * proportion)
    upright = shapely.box(0, 0, front, area / front)
    drawn = affinity.rotate(upright, turn)
    assert aim.cost(drawn, scene, wanted.target) >= search.floor(proportion, area) - 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_what_a_bound_leaves_out_would_not_have_been_chosen(seed: int) -> None:
    scene = Scene(_land(seed, has_hole=seed % 2 == 0))
    wanted = Wanted(0.1 * scene.land.area, 0.2 * scene.land.area)
    one = carve(scene, wanted, count=1, effort=BRIEF)
    several = carve(scene, wanted, count=2, effort=BRIEF)
    # where two are wanted no bound is used
    assert [each.cost for each in one] == pytest.approx([each.cost for each in several[:1]])


def test_a_brief_outline_is_what_was_asked_for_too() -> None:
    scene = Scene(shapely.box(0, 0, 300, 200))
    (one,) = carve(scene, Wanted(9_000, 11_000), count=1, effort=BRIEF)
    assert one.area_m2 == pytest.approx(10_000, abs=1)
    assert one.cost == pytest.approx(SQUARE, abs=1e-3)


def test_sides_on_the_edge_of_the_land_count_where_asked() -> None:
    scene = Scene(shapely.box(0, 0, 300, 200))
    aim = Objective(edge=0.3)
    (one,) = carve(scene, Wanted(9_000, 11_000), objective=aim, count=1, effort=BRIEF)
    # in a corner two sides of four lie on it; 200 m deep strips have three
    assert scene.edge_share(one.geometry) >= 0.5 - 1e-3
    assert scene.edge_share(shapely.box(100, 50, 200, 150)) == 0
    assert scene.edge_share(shapely.box(0, 0, 100, 100)) == pytest.approx(0.5, abs=1e-3)
