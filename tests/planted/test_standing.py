"""The first place that a search states grows less sure as one measure's stated error grows."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from .atlas import SPEC, search
from .cases import PROFILES, Case, case
from .drawing import DRAWS, first_share
from .planting import CONSENT, LATER
from .test_blur import blur_of, blurrable
from .worths import Criterion, Profile

ERRORS = (0.3, 0.8, 1.6)
#: Four standard deviations of the difference of two shares of 10,000 draws each.
SPREADS = 4.0

BLURRED = """
[profile]
title = "模糊"
based_on = "{base}"
[[criterion]]
name = "{name}"
error = {error}
"""


def blurred(profile: Profile, criterion: Criterion, error: float) -> Profile:
    """Return a profile called ``blurred`` in which one measure may be off by so much."""
    criteria = [
        replace(each, error=error) if each.name == criterion.name else each
        for each in profile.criteria
    ]
    return replace(profile, name="blurred", criteria=tuple(criteria))


def stated(planted: Case, criterion: Criterion, error: float, folder: Path) -> float:
    """Return how often siting says that the perfect site comes first, with such an error."""
    file = folder / "blurred.toml"
    text = BLURRED.format(base=planted.profile.name, name=criterion.name, error=error)
    file.write_text(text, encoding="utf-8")
    city = replace(
        planted.city, profile=blurred(planted.profile, criterion, error), is_profile_named=True
    )
    found = search(city, spec=replace(SPEC, profiles=(*SPEC.profiles, file)))
    first = found.ranking.standings[0]
    assert first.site_id == planted.perfect.name == found.suggestions[0].site.id
    return first.by_place[0]


def require_stated(planted: Case, criterion: Criterion, folder: Path) -> None:
    # lists stay what they are in every draw: those who need a consent or must wait come after
    later = {block.name for part in (CONSENT, LATER) for block in planted.of_part(part)}
    names = [name for name in planted.offered if name not in {planted.perfect.name, *later}]
    best, others = planted.hand[planted.perfect.name], [planted.hand[name] for name in names]
    shares = [planted.found.ranking.standings[0].by_place[0]]
    assert shares[0] == 1.0
    for part in ERRORS:
        error = round(part * blur_of(criterion), 3)
        by_hand = first_share(blurred(planted.profile, criterion, error), best, others)
        shares.append(stated(planted, criterion, error, folder))
        spread = SPREADS * math.sqrt(2 * by_hand * (1 - by_hand) / DRAWS)
        assert shares[-1] == pytest.approx(by_hand, abs=spread), (criterion.name, error)
    assert all(after <= before for before, after in pairwise(shares)), shares
    assert shares[-1] < 0.9


@pytest.mark.parametrize("profile", ["general"])
def test_the_stated_share_falls_as_the_error_grows(profile: str, tmp_path: Path):
    planted = case(profile, 0)
    require_stated(planted, blurrable(planted)[0], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_the_stated_shares_of_all_criteria_fall_as_their_errors_grow(profile: str, tmp_path: Path):
    planted = case(profile, 1)
    for criterion in blurrable(planted):
        require_stated(planted, criterion, tmp_path)
