"""How sure is a rank when weights and measures are not? Stochastic acceptability (SMAA-2).

Weights and measures are drawn many times from what is known of them, and the places counted.
Source: Lahdelma, R. and Salminen, P. (2001), SMAA-2: stochastic multicriteria acceptability
analysis for group decision making, Operations Research 49, 444-454.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siting.errors import ConfigError
from siting.model import Text, share_text
from siting.score.draws import SEED, WEIGHTS, Draws
from siting.score.spread import WeightSpread
from siting.score.tables import Places, names_or_numbers, places_of
from siting.score.uncertain import Uncertain, ValueSamples, ValueSpread

Floats = NDArray[np.float64]

#: With so many draws a share is off by 0.01 at most, 19 times out of 20.
DRAWS = 10_000
#: Counts of places take alternatives² numbers; nobody reads so many.
MOST_ALTERNATIVES = 1_000
#: 19 of 20 draws of a normal distribution are within so many standard deviations.
_NINETEEN_OF_TWENTY = 1.96
#: Scores are 0 to 1: what is taken off for each list puts it behind all before it.
_LIST_BEFORE_LIST = 2.0
_ORDINALS = ("", "first", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True, eq=False)
class Acceptability:
    """What SMAA-2 finds; alternatives are rows, in the order given.

    ``by_place`` has for each alternative the share of draws in which it took place 1, 2 … (rank
    acceptability indices; equal ones share the better place, so rows add up to 1 and columns need
    not). ``central_weights`` has the mean of the weights that made it first, NaN where none did;
    ``confidence`` the share of drawn measures with which those weights make it first.
    """

    names: tuple[str, ...]
    by_place: Floats
    central_weights: Floats
    confidence: Floats
    draws: int
    seed: int
    is_exact: bool

    def top(self, place: int) -> Floats:
        """Return for each alternative the share of draws in which it took that place or better."""
        shares: Floats = self.by_place[:, :place].sum(axis=1)
        return np.minimum(shares, 1.0)

    def sampling_error(self, share: float) -> float:
        """Return how far a share may be off for being drawn: 19 times out of 20 not further."""
        return _NINETEEN_OF_TWENTY * math.sqrt(share * (1 - share) / self.draws)

    def text(self, alternative: int, place: int) -> Text:
        """Return in a sentence how often an alternative (its row) took that place or better."""
        share, name = share_text(float(self.top(place)[alternative])), self.names[alternative]
        of_zh = "权重" if self.is_exact else "权重和取值"
        of_en = "weights" if self.is_exact else "weights and values"
        if place == 1:
            return Text(
                f"“{name}”在 {share} 的{of_zh}下排第一",
                f"{name} is first under {share} of {of_en}",
            )
        count = _ORDINALS[place] if place < len(_ORDINALS) else str(place)
        return Text(
            f"“{name}”在 {share} 的{of_zh}下进入前 {place} 名",
            f"{name} is in the top {count} under {share} of {of_en}",
        )


def smaa(
    measures: Uncertain | ArrayLike,
    weights: WeightSpread,
    *,
    names: Sequence[str] = (),
    lists: Sequence[int] = (),
    draws: int = DRAWS,
    seed: int = SEED,
) -> Acceptability:
    """Return how acceptable each place is for each alternative.

    Parameters
    ----------
    measures
        What is known of the measures; a plain table of worths is taken as exact.
    weights
        What is known of the weights.
    names
        The alternatives' names.
    lists
        The list that each alternative stands in, all in one without. One in an earlier list
        (a lower number) comes before one in a later list whatever the weights.
    draws, seed
        How often to draw, and from where; the same ones give the same answer on every machine.

    Returns
    -------
    Acceptability
        By the additive score Σ weight · worth, within a list. Shares bear
        :meth:`Acceptability.sampling_error`.

    Raises
    ------
    ConfigError
        When the table is none or has over 1,000 alternatives, errors are negative, or names,
        value functions or weights do not fit it.

    Examples
    --------
    >>> from siting.score import AnyWeights
    >>> found = smaa([[1.0, 0.0], [0.2, 0.6]], AnyWeights(), names=["B", "C"])
    >>> found.text(0, 1).en
    'B is first under 57 % of weights'
    """
    known = measures if isinstance(measures, ValueSpread | ValueSamples) else ValueSpread(measures)
    count, criteria = known.shape
    _require_draws(draws, count)
    called = names_or_numbers(names, count, method="SMAA")
    back = _LIST_BEFORE_LIST * _listed(lists, count)
    drawn_weights = weights.draw(draws, criteria, draws=Draws(seed, WEIGHTS))
    counts = np.zeros(count * count, dtype=np.int64)
    sums = np.zeros((count, criteria))
    for part, worths in known.parts(draws, seed=seed):
        places = places_of(_scores(drawn_weights[part], worths) - back)
        bins = np.arange(count) * count + places - 1
        counts += np.bincount(bins.ravel(), minlength=count * count)
        sums += _summed_where_first(places, drawn_weights[part])
    by_place = counts.reshape(count, count)
    firsts = by_place[:, 0]
    central = np.full((count, criteria), np.nan)
    central[firsts > 0] = sums[firsts > 0] / firsts[firsts > 0, None]
    confidence = _confidence(known, central, back, seed=seed, draws=draws)
    return Acceptability(called, by_place / draws, central, confidence, draws, seed, known.is_exact)


def _scores(weights: Floats, worths: Floats) -> Floats:
    """Return Σ weight · worth, draws × alternatives; weights or worths may be one for all draws.

    Criterion by criterion, not as a product of matrices: libraries of linear algebra add in an
    order of their own, and equal alternatives would tie here and not there.
    """
    scores = np.zeros((max(len(weights), len(worths)), worths.shape[1]))
    for criterion in range(weights.shape[1]):
        scores += weights[:, criterion, None] * worths[..., criterion]
    return scores


def _summed_where_first(places: Places, weights: Floats) -> Floats:
    """Return for each alternative the sum of the weights that made it first."""
    is_first = places == 1
    sums = [(is_first * column[:, None]).sum(axis=0) for column in weights.T]
    return np.stack(sums, axis=1)


def _confidence(
    known: Uncertain, central: Floats, back: Floats, *, draws: int, seed: int
) -> Floats:
    """Return the share of drawn measures with which its central weights make each one first.

    Exact measures give 1: the weights that make one first are a convex body, so that their mean
    does so too.
    """
    was_first = ~np.isnan(central[:, 0])
    if known.is_exact:
        return np.where(was_first, 1.0, np.nan)
    firsts = np.zeros(len(central))
    for _, worths in known.parts(draws, seed=seed):
        for alternative in np.flatnonzero(was_first):
            scores = _scores(central[None, alternative], worths) - back
            firsts[alternative] += (scores[:, alternative] >= scores.max(axis=1)).sum()
    return np.where(was_first, firsts / draws, np.nan)


def _listed(lists: Sequence[int], count: int) -> Floats:
    if len(lists) not in {0, count}:
        raise ConfigError(
            "SMAA: the lists do not fit the alternatives",
            expected=f"{count} numbers, or none",
            found=str(len(lists)),
            next_step="say for each alternative in which list it stands",
        )
    return np.array(lists or [0] * count, dtype=np.float64)


def _require_draws(draws: int, alternatives: int) -> None:
    if alternatives > MOST_ALTERNATIVES:
        raise ConfigError(
            "SMAA: too many alternatives",
            expected=f"at most {MOST_ALTERNATIVES}",
            found=str(alternatives),
            next_step="take the best by score, or the Pareto set, first",
        )
    if draws < 1:
        raise ConfigError(
            "SMAA: nothing is drawn",
            expected="draws of 1 or more",
            found=str(draws),
            next_step=f"leave draws out ({DRAWS})",
        )
