"""Measures of an outline, of places, of the re-check."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from siting.candidates import Wanted
from siting.criteria import Burden, Place, PresentDistance, burden_points
from siting.criteria.outlines import AreaDeviation, Compactness, LeastWidth, area_deviation
from siting.criteria.whereabouts import SameDistrict
from siting.model import Severity

from .made import setting_of, sites_of, wish_of

NOWHERE = setting_of()
SQUARE, STRIP = shapely.box(0, 0, 100, 100), shapely.box(500, 0, 600, 1)


@pytest.mark.parametrize(
    ("area_m2", "low", "high", "deviation"),
    [
        (10, 5, 15, 0),
        (15, 5, 15, 1),
        (7.5, 5, 15, 0.5),
        (12, 10, math.inf, 0.2),
        (5, 5, 5, 0),
        (7, 0, math.inf, 0),
    ],
)
def test_area_deviation(area_m2: float, low: float, high: float, deviation: float) -> None:
    found = area_deviation(np.array([area_m2, area_m2]), Wanted(low, high, (), ""))
    assert found.tolist() == pytest.approx([deviation, deviation])


def test_the_area_is_measured_against_the_wish() -> None:
    sites = sites_of([SQUARE, STRIP])
    found = AreaDeviation().of(sites, NOWHERE, wish_of(least_m2=10_000, most_m2=14_000))
    assert found is not None
    assert found.values.tolist() == pytest.approx([1.0, 11_900 / 2_000])
    assert AreaDeviation().of(sites, NOWHERE, None) is None


def test_compactness_of_a_square_and_a_strip() -> None:
    found = Compactness().of(sites_of([SQUARE, STRIP]), NOWHERE, None)
    assert found is not None
    assert found.values.tolist() == pytest.approx([math.pi / 4, math.pi / 102.01])
    words = [Compactness().phrase(float(value)).zh for value in found.values]
    assert words == ["形状规整（0.79）", "形状不规整（0.03）"]


def test_the_least_width_of_a_square_and_a_strip() -> None:
    found = LeastWidth().of(sites_of([SQUARE, STRIP]), NOWHERE, None)
    assert found is not None
    # by the search for the widest disc that an outline is opened with, to 1 %
    assert found.values.tolist() == pytest.approx([100.0, 1.0], rel=0.02)


def test_the_present_place_is_measured_from_outline_to_outline() -> None:
    place = Place(shapely.box(200, 0, 300, 100), "A", has_red_line=True)
    wish, sites = wish_of(place), sites_of([SQUARE, STRIP])
    found = PresentDistance().of(sites, NOWHERE, wish)
    assert found is not None
    assert found.values.tolist() == [100.0, 200.0]
    assert PresentDistance().of(sites, NOWHERE, wish_of()) is None
    assert PresentDistance().phrase_for(0.0, wish).zh == "与现红线相接或相叠"
    wanted = wish_of(Place(shapely.Point(0, 0), "A", has_red_line=False))
    assert PresentDistance().phrase_for(1234.4, wanted).zh == "距意向区中心 1,234 m"


def test_a_site_is_in_the_wanted_district_or_not() -> None:
    sites = sites_of([SQUARE, STRIP], districts=["A", "B"])
    found = SameDistrict().of(sites, NOWHERE, wish_of(Place(None, "B", has_red_line=False)))
    assert found is not None
    assert found.values.tolist() == [0.0, 1.0]
    assert SameDistrict().of(sites, NOWHERE, wish_of()) is None
    assert SameDistrict().phrase(0.0).zh == "不在意向区内"


def test_milder_rules_cost_by_severity() -> None:
    assert burden_points((Severity.RESTRICTED, Severity.CONSULT, Severity.ADVISORY)) == 1.75
    found = Burden().of(sites_of([SQUARE]), NOWHERE, None)
    assert found is not None
    assert found.values.tolist() == [0.0]
    assert Burden().phrase(1.75).get("en") == "further restrictions (1.75 points)"
