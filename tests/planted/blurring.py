"""How often a site comes first when one measure is uncertain: by quadrature, not by drawing.

Each site's measure errs evenly within ± `half_width`, independently of the others. What that
makes of the scores is taken at the middles of many equal slices of the error.
"""

from __future__ import annotations

import math
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
    middle = measures[blurred.name]
    others = _gained(profile.without(blurred.name), measures)
    worths = [blurred.worth_of(middle + error) for error in errors.tolist()]
    return others + blurred.weight * np.array(worths)


def _gained(profile: Profile, measures: Mapping[str, float]) -> float:
    """Return the score before it is divided by the sum of the weights, which all sites share."""
    return math.fsum(
        c.weight * c.worth_of(measures[c.name]) for c in profile.criteria if c.name in measures
    )


def harmless(
    profile: Profile, blurred: Criterion, best: Mapping[str, float], other: Mapping[str, float]
) -> float:
    """Return the greatest error (half width) of a criterion under which `best` stays ahead.

    The worst that can happen is that both err to the full, one each way; for worths that only
    rise or only fall with the measure.
    """
    rest = profile.without(blurred.name)
    lead = _gained(rest, best) - _gained(rest, other)
    low, high = 0.0, 2 * (blurred.reach[1] - blurred.reach[0])
    for _ in range(40):
        middle = (low + high) / 2
        worst = min(blurred.worth_of(best[blurred.name] + end) for end in (-middle, middle))
        most = max(blurred.worth_of(other[blurred.name] + end) for end in (-middle, middle))
        is_ahead = lead + blurred.weight * (worst - most) > 0
        low, high = (middle, high) if is_ahead else (low, middle)
    return low
