"""How often a site comes first when weights and a measure are uncertain: drawn a second time.

Weights are drawn by rejection: all but the heaviest evenly from their ranges, the heaviest is
what they leave of 1, and the draw counts when that is within its range too. That is even over
all weights allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .worths import Profile

Floats = NDArray[np.float64]

#: Each weight may err by so much of itself (docs/suggest.md).
BY_SHARE = 0.25
DRAWS = 10_000


def first_share(
    profile: Profile, best: Mapping[str, float], others: Sequence[Mapping[str, float]]
) -> float:
    """Return how often no other site scores more than `best`; measures err as the profile says."""
    rng = np.random.default_rng(6)
    criteria = [c for c in profile.criteria if c.name in best]
    shares = np.array([c.weight for c in criteria])
    weights = drawn_weights(shares / shares.sum(), rng)
    rows = [best, *others]
    scores = np.zeros((DRAWS, len(rows)))
    for at, criterion in enumerate(criteria):
        for row, measures in enumerate(rows):
            errors = criterion.error * rng.uniform(-1, 1, DRAWS if criterion.error else 1)
            measured = (measures[criterion.name] + errors).tolist()
            worths = np.array([criterion.worth_of(each) for each in measured])
            scores[:, row] += weights[:, at] * worths
    return float((scores[:, :1] >= scores[:, 1:]).all(axis=1).mean())


def drawn_weights(shares: Floats, rng: np.random.Generator) -> Floats:
    """Return draws × weights, each within ``BY_SHARE`` of its share; they add up to 1."""
    heaviest = int(np.argmax(shares))
    found: list[Floats] = []
    while sum(map(len, found)) < DRAWS:
        drawn = shares * rng.uniform(1 - BY_SHARE, 1 + BY_SHARE, (DRAWS, len(shares)))
        drawn[:, heaviest] += 1 - drawn.sum(axis=1)
        off = np.abs(drawn[:, heaviest] / shares[heaviest] - 1)
        found.append(drawn[off <= BY_SHARE])
    return np.concatenate(found)[:DRAWS]
