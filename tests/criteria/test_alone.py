"""A site's figure is its own: whoever else is asked for; and more features never take away."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from siting.criteria.base import Measure, Setting, Sites

from .. import tiny_city as tiny
from .lots import distance, line, overlap, point, setting_of, sites_of, travel

MEASURES = [
    distance("hazard", "metro_station"),
    overlap("hazard"),
    travel(),
    travel(mode="walk", count="metres", direction="from_service"),
]

NAMES = ["distance", "overlap", "by car", "on foot"]


def _setting(dice: np.random.Generator, *, zones: int, stations: int) -> Setting:
    corners = dice.uniform(0, 3000, (20, 2))
    hazards = [tiny.rect(*corner, *(corner + 600)) for corner in corners[:zones]]
    stops = [point(*spot) for spot in dice.uniform(0, 4000, (20, 2))[:stations]]
    streets = [line((0, y), (3900, y)) for y in (500, 1500, 2500)]
    streets += [line((x, 500), (x, 1500), (x, 2500)) for x in (0, 3900)]
    west = tiny.rect(0, 0, 3000, 4000)
    return setting_of(
        tiny.layer("hazard", hazards, coverage=west),
        tiny.layer("metro_station", stops),
        tiny.layer("road", streets),
    )


def _sites(seed: int) -> Sites:
    corners = np.random.default_rng(seed).uniform(0, 3800, (25, 2))
    return sites_of(*[tiny.place(shapely.box(*at, *(at + 150))) for at in corners])


@pytest.mark.parametrize("measure", MEASURES, ids=NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_figures_and_reasons_are_the_same_alone_and_among_others(
    measure: Measure, seed: int
) -> None:
    setting, sites = _setting(np.random.default_rng(seed), zones=9, stations=5), _sites(seed)
    together = measure.of(sites, setting, None)
    assert together is not None
    for row in range(len(sites)):
        alone = measure.of(Sites(sites.parcels, np.array([row])), setting, None)
        assert alone is not None
        np.testing.assert_allclose(alone.values[0], together.values[row], rtol=0, atol=1e-12)
        assert alone.reasons.get(0) == together.reasons.get(row)
        assert alone.notes == together.notes


@pytest.mark.parametrize("measure", MEASURES, ids=NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_with_more_about_nothing_is_farther_and_nothing_less_covered(
    measure: Measure, seed: int
) -> None:
    sites = _sites(seed)
    few, many = (
        measure.of(sites, _setting(np.random.default_rng(seed), zones=some, stations=some), None)
        for some in (5, 12)
    )
    assert few is not None
    assert many is not None
    was, is_now = few.values, many.values
    sign = -1 if measure.kind == "overlap" else 1
    # what was known stays so, and nothing is taken away
    known = np.isfinite(was)
    assert np.isfinite(is_now[known]).all()
    assert (sign * is_now[known] <= sign * was[known] + 1e-9).all()
    assert (is_now[known] != was[known]).any()
