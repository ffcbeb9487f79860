"""Scores: what measures are worth, weights, ranks, and how sure a rank is.

What is measured is `siting.criteria`'s business. `values` turns a measure into a worth (0–1),
`additive` adds worths up to a score whose parts add up exactly. Weights are given, or come from
`ahp` (judgements in pairs) or `entropy` (the data); `topsis` ranks another way and `pareto` without
weights. `smaa` says under what share of uncertain weights a site comes in at a place, and
`sensitivity` which weight would turn the order. docs/scoring.md has the mathematics and sources.
"""

from siting.score.additive import HUNDREDTHS, Score, additive_score, ceilings
from siting.score.ahp import RANDOM_INDEX, Ahp, Mend, ahp
from siting.score.entropy import EntropyWeights, entropy_weights
from siting.score.pareto import is_unbeaten
from siting.score.sensitivity import BreakEven, Lead, break_even, break_evens, lead_of
from siting.score.smaa import Acceptability, smaa
from siting.score.spread import AnyWeights, WeightOrder, WeightRanges, WeightSpread
from siting.score.topsis import Topsis, closeness_between_ends, topsis
from siting.score.uncertain import ValueSamples, ValueSpread
from siting.score.values import (
    Linear,
    Piecewise,
    Sigmoid,
    Step,
    ValueFunction,
    read_value_function,
    value_function,
)

__all__ = [
    "HUNDREDTHS",
    "RANDOM_INDEX",
    "Acceptability",
    "Ahp",
    "AnyWeights",
    "BreakEven",
    "EntropyWeights",
    "Lead",
    "Linear",
    "Mend",
    "Piecewise",
    "Score",
    "Sigmoid",
    "Step",
    "Topsis",
    "ValueFunction",
    "ValueSamples",
    "ValueSpread",
    "WeightOrder",
    "WeightRanges",
    "WeightSpread",
    "additive_score",
    "ahp",
    "break_even",
    "break_evens",
    "ceilings",
    "closeness_between_ends",
    "entropy_weights",
    "is_unbeaten",
    "lead_of",
    "read_value_function",
    "smaa",
    "topsis",
    "value_function",
]
