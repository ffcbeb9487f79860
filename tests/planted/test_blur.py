"""With one criterion blurred, how often the perfect site is first falls as it should."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from siting.score import ValueSpread, WeightRanges, smaa, value_function

from .blurring import first_share, harmless
from .cases import PROFILES, Case, case
from .dials import STATES
from .worths import Criterion

#: Errors tried, as shares of the measures of which the worth table says anything.
BLURS = (0.0, 0.05, 0.2, 0.6, 1.6)
#: Blurred by more than its whole range, the first place is less sure than this.
SURE = 0.95
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


def blurrable(planted: Case) -> list[Criterion]:
    """Return the criteria whose decoy is worse on nothing else, and whose figures can be off."""
    return [
        c
        for c in planted.profile.criteria
        if c.name in planted.decoys and c.kind not in STATES and planted.lost_on(c.name) == {c.name}
    ]


def blur_of(criterion: Criterion) -> float:
    """Return the width of the measures of which the worth table says anything."""
    low, high = criterion.reach
    return high - low


def require_less_sure(planted: Case, criterion: Criterion) -> None:
    """Require the first place to be lost to the decoy as often as by hand, and ever more often."""
    rows = measures_of(planted, planted.perfect.name, planted.decoys[criterion.name].name)
    shares = []
    for blur in BLURS:
        half_width = blur * blur_of(criterion)
        by_hand = first_share(planted.profile, criterion, half_width, rows[0], rows[1:])
        shares.append(firsts(planted, rows, {criterion.name: half_width}))
        assert shares[-1] == pytest.approx(by_hand, abs=allowed(by_hand)), (criterion, blur)
    assert shares[0] == 1.0
    assert all(after <= before + allowed(after) for before, after in pairwise(shares)), shares
    assert shares[-1] < SURE, criterion


def require_unmoved(planted: Case, name: str, blurred: Criterion) -> None:
    """Require a decoy to stay behind for sure while another criterion is not off by too much."""
    rows = measures_of(planted, planted.perfect.name, planted.decoys[name].name)
    half_width = harmless(planted.profile, blurred, rows[0], rows[1])
    assert half_width > 0
    assert firsts(planted, rows, {blurred.name: 0.99 * half_width}) == 1.0


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_a_blurred_criterion_makes_the_first_place_less_sure(profile: str):
    planted = case(profile, 0)
    require_less_sure(planted, blurrable(planted)[-1])


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(1, 11))
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_any_blurred_criterion_makes_the_first_place_less_sure(profile: str, seed: int):
    planted = case(profile, seed)
    for criterion in blurrable(planted):
        require_less_sure(planted, criterion)


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_all_decoys_together_are_as_by_hand(profile: str):
    planted = case(profile, 0)
    names = [planted.perfect.name, *(decoy.name for decoy in planted.decoys.values())]
    rows = measures_of(planted, *names)
    criterion = blurrable(planted)[1]
    half_width = 0.6 * blur_of(criterion)
    by_hand = first_share(planted.profile, criterion, half_width, rows[0], rows[1:])
    found = firsts(planted, rows, {criterion.name: half_width})
    assert found == pytest.approx(by_hand, abs=allowed(by_hand)), criterion.name


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_another_criterion_blurred_a_little_does_not_change_it(profile: str):
    planted = case(profile, 0)
    criteria = blurrable(planted)
    for number, name in enumerate(list(planted.decoys)[::3]):
        others = [c for c in criteria if c.name != name]
        require_unmoved(planted, name, others[number % len(others)])


@pytest.mark.slow
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_no_other_criterion_blurred_a_little_changes_it(profile: str):
    planted = case(profile, 1)
    for name in planted.decoys:
        for criterion in blurrable(planted):
            if criterion.name != name:
                require_unmoved(planted, name, criterion)


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
