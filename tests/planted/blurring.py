"""How often a site comes first when one measure is uncertain: by quadrature, not by drawing.

Each site's measure errs evenly within ± `half_width`, independently of the others. What that
makes of the scores is taken at the middles of many equal slices of the error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .worths import Criterion, Profile

Floats = NDArray[np.float64]

SLICES = 2_001


def first_share(
    profile: Profile,
    blurred: Criterion,
    half_width: float,
    best: Mapping[str, float],
    others: Sequence[Mapping[str, float]],
) -> float:
    """Return the chance that no other site scores more than `best`."""
    scores = _scores(profile, blurred, half_width, best)
    chance = np.ones(SLICES)
    for other in others:
        theirs = np.sort(_scores(profile, blurred, half_width, other))
        chance *= np.searchsorted(theirs, scores, side="right") / SLICES
    return float(chance.mean())


def _scores(
    profile: Profile, blurred: Criterion, half_width: float, measures: Mapping[str, float]
) -> Floats:
    """Return the scores of a site, one for each slice of the error."""
    errors = half_width * (2 * (np.arange(SLICES) + 0.5) / SLICES - 1)
    return np.array([_score(profile, measures, blurred, error) for error in errors.tolist()])


def harmless(
    profile: Profile, blurred: Criterion, best: Mapping[str, float], other: Mapping[str, float]
) -> float:
    """Return the greatest error (half width) of a criterion under which `best` stays ahead.

    The worst that can happen is that both err to the full, one each way; for worths that only
    rise or only fall with the measure.
    """
    low, high = 0.0, 2 * (blurred.reach[1] - blurred.reach[0])
    for _ in range(40):
        middle = (low + high) / 2
        ends = (-middle, middle)
        worst = min(_score(profile, best, blurred, end) for end in ends)
        is_ahead = worst > max(_score(profile, other, blurred, end) for end in ends)
        low, high = (middle, high) if is_ahead else (low, middle)
    return low


def _score(
    profile: Profile, measures: Mapping[str, float], blurred: Criterion, error: float
) -> float:
    """Return the score with one measure off by an error; unlike one as shown, not rounded."""
    known = [c for c in profile.criteria if c.name in measures]
    worths = [
        c.worth_of(measures[c.name] + (error if c.name == blurred.name else 0.0)) for c in known
    ]
    gained = sum(c.weight * worth for c, worth in zip(known, worths, strict=True))
    return gained / sum(c.weight for c in known)
