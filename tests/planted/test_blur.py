"""With one criterion blurred, how often the perfect site is first falls as it should."""

from __future__ import annotations

import math

import numpy as np
import pytest

from siting.score import ValueSpread, WeightRanges, smaa, value_function

from .blurring import first_share, harmless
from .cases import PROFILES, Case, case
from .dials import STATES
from .worths import Criterion

#: Errors tried, as shares of the measures of which the worth table says anything.
BLURS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
#: Four standard deviations of a share of 10,000 draws, and a slice of the quadrature.
SPREADS, QUADRATURE = 4.0, 1e-3

def measures_of(planted: Case, *names: str) -> list[dict[str, float]]:
    """Return what siting reports of some sites."""
    return [dict(planted.offered[name].criteria) for name in names]


def firsts(planted: Case, rows: list[dict[str, float]], half_widths: dict[str, float]) -> float:
    """Return how often siting says that the first of some sites comes first, weights given."""
    criteria = [c for c in planted.profile.criteria if c.name in rows[0]]
    known = ValueSpread(
        [[row[c.name] for c in criteria] for row in rows],
        half_width=[half_widths.get(c.name, 0.0) for c in criteria],
        worth=[value_function(dict(c.worth)) for c in criteria],
    )
    weights = WeightRanges.around([c.weight for c in criteria], by_share=0.0)
    return float(smaa(known, weights).by_place[0, 0])


def allowed(share: float) -> float:
    return SPREADS * math.sqrt(share * (1 - share) / 10_000) + QUADRATURE


def measured_criteria(planted: Case) -> list[Criterion]:
    return [
        c for c in planted.profile.criteria if c.kind not in STATES and c.name in planted.decoys
    ]


def reach_m(criterion: Criterion) -> float:
    low, high = criterion.reach
    return high - low


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_a_blurred_criterion_makes_the_first_place_less_sure(profile: str):
    planted = case(profile, 0)
    for criterion in measured_criteria(planted):
        decoy = planted.decoys[criterion.name].name
        rows = measures_of(planted, planted.perfect.name, decoy)
        shares = []
        for blur in BLURS:
            half_width = blur * reach_m(criterion)
            by_hand = first_share(planted.profile, criterion, half_width, rows[0], rows[1:])
            shares.append(firsts(planted, rows, {criterion.name: half_width}))
            assert shares[-1] == pytest.approx(by_hand, abs=allowed(by_hand)), (criterion, blur)
        assert shares[0] == 1.0
        assert all(b <= a + allowed(b) for a, b in zip(shares, shares[1:], strict=False)), shares
        assert shares[-1] < 0.75


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_all_decoys_together_are_as_by_hand(profile: str):
    planted = case(profile, 1)
    names = [planted.perfect.name, *(decoy.name for decoy in planted.decoys.values())]
    rows = measures_of(planted, *names)
    for criterion in measured_criteria(planted):
        half_width = 0.6 * reach_m(criterion)
        by_hand = first_share(planted.profile, criterion, half_width, rows[0], rows[1:])
        found = firsts(planted, rows, {criterion.name: half_width})
        assert found == pytest.approx(by_hand, abs=allowed(by_hand)), criterion.name


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_other_criteria_blurred_do_not_change_it(profile: str):
    planted = case(profile, 2)
    criteria = measured_criteria(planted)
    for name, decoy in planted.decoys.items():
        rows = measures_of(planted, planted.perfect.name, decoy.name)
        for criterion in criteria:
            if criterion.name != name:
                half_width = harmless(planted.profile, criterion, rows[0], rows[1])
                assert firsts(planted, rows, {criterion.name: 0.99 * half_width}) == 1.0
    assert criteria


def test_two_sites_on_a_straight_line_are_as_the_triangle_says():
    # each errs evenly by ± e, so their difference has a triangle's density over ± 2e
    worth = {"kind": "linear", "unit": "m", "worst": 10_000.0, "best": -10_000.0}
    values = [value_function(worth)]
    for half_width in (100.0, 300.0, 1_000.0, 4_000.0):
        known = ValueSpread([[400.0], [900.0]], half_width=half_width, worth=values)
        found = smaa(known, WeightRanges.around([1.0], by_share=0.0)).by_place[0, 0]
        beyond = max(0.0, 1 - 500.0 / (2 * half_width))
        by_hand = 1 - beyond**2 / 2
        assert found == pytest.approx(by_hand, abs=allowed(by_hand))
    assert np.isclose(by_hand, 0.5, atol=0.07)
