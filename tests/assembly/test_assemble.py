"""Assembled sites: by hand, against brute force, and what a planner relies on."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.assembly import Assembled, Ground, Land, Objective, Problem, Range, adjacency, assemble
from siting.errors import SitingError
from siting.overlay.kernel.layout import Geometries

#: Cells that share less than this meet in a corner.
FACING_M = 0.01


def _array(*shapes: shapely.Geometry) -> Geometries:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def _grid(columns: int, rows: int, side_m: float = 30.0, lane_m: float = 0.0) -> Geometries:
    step = side_m + lane_m
    return _array(
        *(
            shapely.box(i * step, j * step, i * step + side_m, j * step + side_m)
            for j in range(rows)
            for i in range(columns)
        )
    )


def _problem(
    shapes: Geometries,
    least: float,
    most: float,
    *,
    owners: list[int] | None = None,
    lane_m: float = 6.0,
    facing_m: float = 2.0,
) -> Problem:
    held = np.array(owners or [0] * len(shapes), dtype=np.int64)
    beside = adjacency(shapes, lane_width_m=lane_m, min_facing_m=facing_m)
    land = Land(shapely.area(shapes), shapely.length(shapes), held, beside)
    return Problem(land, Range(least, most), most_parcels=6)


def _cost(shapes: Geometries, members: tuple[int, ...], problem: Problem) -> float:
    """The objective by its definition, on the union that GEOS draws."""
    union = shapely.union_all(shapes[list(members)])
    held = [int(problem.land.owners[member]) for member in members]
    owners = len({owner for owner in held if owner >= 0}) + held.count(-1)
    target = problem.wanted.target
    return (
        1 - 4 * math.pi * union.area / union.length**2
        + 0.10 * (owners - 1)
        + 0.05 * (len(members) - 1)
        + 0.30 * abs(union.area - target) / target
    )  # fmt: skip


def _brute_force(shapes: Geometries, problem: Problem) -> list[tuple[float, tuple[int, ...]]]:
    """Every connected set in the range, best first."""
    beside = {
        (i, j)
        for i, j in itertools.combinations(range(len(shapes)), 2)
        if shapely.length(shapely.intersection(shapes[i], shapes[j])) >= FACING_M
    }
    found = []
    for size in range(2, problem.most_parcels + 1):
        for members in itertools.combinations(range(len(shapes)), size):
            area = float(shapely.area(shapes[list(members)]).sum())
            is_wanted = problem.wanted.least <= area <= problem.wanted.most
            if is_wanted and _is_one(members, beside):
                found.append((_cost(shapes, members, problem), members))
    return sorted(found)


def _is_one(members: tuple[int, ...], beside: set[tuple[int, int]]) -> bool:
    """Join neighbours until nothing changes."""
    groups = [{member} for member in members]
    for i, j in itertools.combinations(members, 2):
        if (i, j) in beside:
            met = [group for group in groups if i in group or j in group]
            groups = [group for group in groups if group not in met] + [set().union(*met)]
    return len(groups) == 1


def test_four_squares_make_the_square() -> None:
    shapes = _grid(3, 3)
    found = assemble(shapes, _problem(shapes, 3500.0, 3700.0), count=1)

    (site,) = found.sites
    assert site.area_m2 == 3600.0
    assert site.perimeter_m == 240.0
    assert shapely.equals(site.geometry, shapely.box(*site.geometry.bounds))
    assert found.is_exact
    assert found.gap == 0.0


def test_few_owners_come_before_a_nicer_shape_when_the_shape_is_nearly_as_nice() -> None:
    shapes = _grid(3, 2)
    # the left square has four owners, the right one two
    problem = _problem(shapes, 3500.0, 3700.0, owners=[1, 9, 9, 2, 8, 8])

    (site,) = assemble(shapes, problem, count=1).sites

    assert site.members == (1, 2, 4, 5)
    assert site.owners == 2


def test_an_unknown_owner_is_one_more_each() -> None:
    shapes = _grid(2, 1)
    (site,) = assemble(shapes, _problem(shapes, 1700.0, 1900.0, owners=[-1, -1]), count=1).sites

    assert site.owners == 2


def test_a_lane_is_taken_in_and_named() -> None:
    shapes = _grid(2, 1, lane_m=4.0)
    (site,) = assemble(shapes, _problem(shapes, 1700.0, 1900.0), count=1).sites

    assert site.lane_m2 == pytest.approx(120.0, abs=0.01)
    assert site.area_m2 == pytest.approx(1920.0, abs=0.01)
    assert shapely.equals(site.geometry, shapely.box(0, 0, 64, 30))


def test_somebodys_strip_between_two_parcels_is_no_lane() -> None:
    shapes = _grid(2, 1, lane_m=4.0)
    everything = _array(*shapes, shapely.box(30, -10, 34, 40))
    beside = adjacency(shapes, ground=Ground(everything))

    assert beside.neighbours.tolist() == []
    # nor is it taken in where the two are joined elsewhere
    joint = shapely.box(0, 30, 64, 60)
    three = _array(*shapes, joint)
    ground = Ground(_array(*three, shapely.box(30, 0, 34, 30)))
    land = Land(shapely.area(three), shapely.length(three), np.zeros(3, np.int64), adjacency(three))
    problem = Problem(land, Range(3700.0, 3800.0))
    (site,) = assemble(three, problem, count=1, ground=ground).sites
    assert site.lane_m2 == 0.0
    assert site.area_m2 == 1800.0 + 64 * 30


def test_what_a_road_parts_is_not_put_together() -> None:
    shapes = _grid(2, 1, lane_m=12.0)

    assert assemble(shapes, _problem(shapes, 1700.0, 1900.0)).sites == ()


def test_hairlines_between_parcels_leave_no_crack() -> None:
    shapes = _array(shapely.box(0, 0, 30, 30), shapely.box(30.02, 0, 60, 30.0))
    (site,) = assemble(shapes, _problem(shapes, 1700.0, 1900.0), count=1).sites

    assert isinstance(site.geometry, shapely.Polygon)
    assert not site.geometry.interiors
    assert site.area_m2 == pytest.approx(1800.0, abs=0.01)
    assert site.lane_m2 == 0.0


def test_offers_differ() -> None:
    shapes = _grid(6, 6)
    problem = _problem(shapes, 3500.0, 3700.0)
    sites = assemble(shapes, problem, count=5).sites

    assert len(sites) == 5
    for one, other in itertools.combinations(sites, 2):
        shared = shapely.area(shapely.intersection(one.geometry, other.geometry))
        assert shared <= 0.5 * min(one.area_m2, other.area_m2) + 1e-6


@pytest.mark.parametrize(("least", "most"), [(0.0, 0.0), (5.0, 1.0), (0.0, math.inf)])
def test_a_range_without_an_area_is_an_error(least: float, most: float) -> None:
    shapes = _grid(2, 1)
    with pytest.raises(SitingError, match="no area is wanted"):
        assemble(shapes, _problem(shapes, least, most))


def _cadastre(seed: int, count: int) -> Geometries:
    points = np.random.default_rng(seed).uniform(0, 120, (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points)))
    cells = shapely.intersection(cells, shapely.box(0, 0, 120, 120))
    return cells[shapely.area(cells) > 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 11), st.data())
def test_the_best_site_is_that_of_brute_force(seed: int, count: int, data: st.DataObject) -> None:
    shapes = _cadastre(seed, count)
    owners = data.draw(st.lists(st.integers(-1, 3), min_size=len(shapes), max_size=len(shapes)))
    least = data.draw(st.floats(500.0, 8000.0))
    most = least * data.draw(st.floats(1.05, 2.0))
    # every side counts, however short, as it does in the perimeter that GEOS measures
    problem = _problem(shapes, least, most, owners=owners, lane_m=0.01, facing_m=FACING_M)
    every = _brute_force(shapes, problem)

    found = assemble(shapes, problem, count=1)

    assert found.is_exact
    if not every:
        assert found.sites == ()
    else:
        assert found.sites[0].cost == pytest.approx(every[0][0], abs=1e-3)
        assert _cost(shapes, found.sites[0].members, problem) <= every[0][0] + 2e-3


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(15, 45))
def test_without_time_for_all_sets_the_bound_still_holds(seed: int, count: int) -> None:
    shapes = _cadastre(seed, count)
    problem = _problem(shapes, 1200.0, 2000.0)
    whole = assemble(shapes, problem, count=3, limit=10**6)
    hurried = assemble(shapes, problem, count=3, limit=5)

    assert whole.is_exact
    assert len(hurried.sites) > 0 or not whole.sites
    if whole.sites and hurried.sites:
        assert hurried.bound <= whole.sites[0].cost + 1e-12
        assert hurried.sites[0].cost >= whole.sites[0].cost - 1e-12
        assert _within(hurried, whole)
    for site in hurried.sites:
        assert site.geometry.is_valid
        assert 1200.0 <= float(problem.land.areas_m2[list(site.members)].sum()) <= 2000.0


def _within(hurried: Assembled, whole: Assembled) -> bool:
    return hurried.sites[0].cost - hurried.gap <= whole.sites[0].cost + 1e-12


def test_the_order_of_the_parcels_does_not_matter() -> None:
    shapes = _cadastre(7, 40)
    order = np.random.default_rng(3).permutation(len(shapes))
    one = assemble(shapes, _problem(shapes, 1200.0, 2000.0), count=4, limit=10**6)
    other = assemble(shapes[order], _problem(shapes[order], 1200.0, 2000.0), count=4, limit=10**6)

    assert [round(site.cost, 9) for site in one.sites] == [round(s.cost, 9) for s in other.sites]


def test_the_objective_is_what_the_docs_say() -> None:
    shapes = _grid(2, 1)
    problem = _problem(shapes, 1000.0, 3000.0, owners=[1, 2])

    assert problem.cost((0, 1)) == pytest.approx(_cost(shapes, (0, 1), problem))
    assert problem.objective == Objective(shape=1.0, owner=0.10, parcel=0.05, fit=0.30)
