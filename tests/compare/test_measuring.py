"""Present and corrected red lines by the criteria of the sites, against hand geometry."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from siting.compare import Comparison, Mark, OptionKind, gather
from siting.model import Demand, UsedCriterion

from .. import tiny_city
from . import hand

#: Criteria of the general profile that the tests look at.
NAMES = ("distance_m", "road_m", "area_deviation", "compactness", "acquisition", "burden")


def measured(**fields: object) -> Comparison:
    """The comparison of a search that went by the general profile."""
    criteria = tuple(replace(hand.METRO, name=name) for name in NAMES)
    general = hand.profile(name="general", criteria=criteria)
    search = hand.search(suggestions=(), ranking=None, profile=general)
    return gather(replace(hand.material(), search=search, **fields))


def mark_of(found: Comparison, kind: OptionKind, name: str) -> Mark:
    (option,) = found.of_kind(kind)
    return option.marks[name]


def test_a_present_red_line_is_measured_and_not_scored() -> None:
    found = measured()
    # the road runs 50 m south of it and is worth 0 from 500 m on; it is in the middle of ± 20 %
    assert mark_of(found, OptionKind.PRESENT, "road_m") == Mark(50.0, 0.9, None)
    assert mark_of(found, OptionKind.PRESENT, "distance_m") == Mark(0.0, 1.0, None)
    assert mark_of(found, OptionKind.PRESENT, "area_deviation") == Mark(0.0, 1.0, None)
    square = mark_of(found, OptionKind.PRESENT, "compactness")
    assert square.measure == pytest.approx(math.pi / 4, abs=1e-4)
    assert [option.score for option in found.options] == [None, None]


def test_a_correction_is_measured_by_its_own_outline() -> None:
    found = measured()
    # 7,999 m² are 2,001 m² off the middle of 8,000 to 12,000
    deviation = mark_of(found, OptionKind.REPAIR, "area_deviation")
    assert (deviation.measure, deviation.worth) == (pytest.approx(2_001 / 2_000, abs=1e-4), 0.0)
    wide, high = 79.99, 100.0
    compact = mark_of(found, OptionKind.REPAIR, "compactness")
    expected = 4 * math.pi * wide * high / (2 * (wide + high)) ** 2
    assert compact.measure == pytest.approx(expected, abs=1e-4)


def test_what_a_parcels_columns_or_the_recheck_tell_is_left_open() -> None:
    for option in measured().options:
        assert set(option.marks) == set(NAMES) - {"acquisition", "burden"}


def test_what_the_search_could_not_measure_is_left_open_too() -> None:
    names = tuple(replace(hand.METRO, name=name) for name in ("road_m",))
    profile = hand.profile(name="general", criteria=names)
    search = hand.search(suggestions=(), ranking=None, profile=profile)
    (present, _) = gather(replace(hand.material(), search=search)).options
    assert set(present.marks) == {"road_m"}


@pytest.mark.parametrize("profile", [None, hand.profile(name="nobody's")])
def test_without_a_known_profile_nothing_is_measured(profile: object) -> None:
    search = hand.search(suggestions=(), ranking=None, profile=profile)
    found = gather(replace(hand.material(), search=search))
    assert [dict(option.marks) for option in found.options] == [{}, {}]


@pytest.mark.parametrize(
    "outline",
    [
        "LINESTRING (1000 1000, 1100 1100)",
        "POLYGON ((1000 1000, 1100 1100, 1100 1000, 1000 1100, 1000 1000))",
    ],
)
def test_lines_and_crossed_outlines_have_no_measures_but_their_corrections_have(
    outline: str,
) -> None:
    line = tiny_city.red_line(tiny_city.place(outline))
    material = hand.material()
    (result,) = material.report.results
    report = replace(material.report, results=(replace(result, red_line=line),))
    criteria: tuple[UsedCriterion, ...] = (replace(hand.METRO, name="road_m"),)
    search = hand.search(
        suggestions=(), ranking=None, profile=hand.profile(name="general", criteria=criteria)
    )
    # the ledger says how much land is wanted, for the red line cannot
    project = tiny_city.project(demand=Demand(6_000.0, 12_000.0))
    found = gather(replace(material, report=report, search=search, project=project))
    present, cut = found.options
    assert (dict(present.marks), set(cut.marks)) == ({}, {"road_m"})
