"""What must hold of ways on any streets: back as there, no shorter round about, no loss by more."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from siting.access import Graph, Noding, graph_of, network_of, places_on, plain_roads, ways_between

from .streets import CRS, EAST, NORTH, ROUND

#: Half the streets lie on a lattice and meet in its corners, the others run across.
spot = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(
    lambda at: (EAST + 50 * at[0], NORTH + 50 * at[1])
)
street = st.lists(spot, min_size=2, max_size=4, unique=True).map(shapely.LineString)
layer = st.lists(street, min_size=1, max_size=8)
ways = st.lists(st.sampled_from([0, 0, 1, -1]), min_size=8, max_size=8)
check = settings(max_examples=60, deadline=None, derandomize=True)


def _graph(streets: list[shapely.LineString], one_way: list[int] | None = None) -> Graph:
    lines = np.empty(len(streets), dtype=object)
    lines[:] = streets
    columns = None if one_way is None else one_way[: len(streets)]
    return graph_of(
        network_of(plain_roads(lines, CRS, one_way=columns), Noding(0.0, 0.0, at_crossings=True)),
        ROUND,
    )


def _minutes(on: Graph, streets: list[shapely.LineString]) -> NDArray[np.float64]:
    """Return the minutes between the middles of streets, infinite where there is no way."""
    spots = np.empty(len(streets), dtype=object)
    spots[:] = [line.interpolate(0.37, normalized=True) for line in streets]
    places = places_on(on, spots, [str(n) for n in range(len(spots))], CRS)
    found = ways_between(on, places, places).minutes
    return np.where(np.isnan(found), np.inf, found)


@check
@given(layer)
def test_without_one_way_streets_it_is_as_far_back_as_there(streets) -> None:
    found = _minutes(_graph(streets), streets)

    np.testing.assert_allclose(found, found.T, atol=1e-9)


@check
@given(layer, ways)
def test_no_way_round_about_is_shorter(streets, one_way) -> None:
    found = _minutes(_graph(streets, one_way), streets)

    over_one = (found[:, :, None] + found[None, :, :]).min(axis=1)
    assert (found <= over_one + 1e-9).all()


@check
@given(layer, street, ways)
def test_one_street_more_makes_no_way_longer(streets, more, one_way) -> None:
    before = _minutes(_graph(streets, one_way), streets)
    after = _minutes(_graph([*streets, more], [*one_way[: len(streets)], 0]), streets)

    assert (after <= before + 1e-6).all()


@check
@given(layer, ways)
def test_a_one_way_street_makes_no_way_shorter(streets, one_way) -> None:
    free, bound = _graph(streets), _graph(streets, one_way)

    assert (_minutes(bound, streets) >= _minutes(free, streets) - 1e-9).all()


@check
@given(layer)
def test_every_metre_of_road_is_in_one_part(streets) -> None:
    on = _graph(streets)

    drawn = sum(line.length for line in streets)
    assert sum(part.length_m for part in on.parts) == pytest.approx(drawn, rel=1e-12)
    assert (on.part >= 0).all()


@check
@given(st.permutations(range(5)), st.lists(street, min_size=5, max_size=5))
def test_the_order_of_roads_makes_no_difference(order, streets) -> None:
    one = _minutes(_graph(streets), streets)
    other = _minutes(_graph([streets[at] for at in order]), streets)

    np.testing.assert_allclose(one, other, atol=1e-9)
