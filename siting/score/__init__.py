"""Scores: criteria and what they are worth, weights, ranks, and how sure a rank is.

`criteria` has the criteria of the site search, `values` turns a measure into a worth (0–1),
`additive` adds worths up to a score whose parts add up exactly. Weights are given, or come from
`ahp` (judgements in pairs) or `entropy` (the data); `topsis` ranks another way and `pareto` without
weights. `smaa` says under what share of uncertain weights a site comes in at a place, and
`sensitivity` which weight would turn the order. docs/scoring.md has the mathematics and sources.
"""

from siting.score.additive import Score, additive_score
from siting.score.ahp import RANDOM_INDEX, Ahp, Mend, ahp
from siting.score.criteria import (
    ACQUISITION,
    ACQUISITION_WORDS,
    AREA_FIT,
    BURDEN,
    BURDEN_POINTS,
    COMPACTNESS,
    CRITERIA,
    DISTANCE,
    METRO,
    PLAN_STATE,
    PLAN_STATE_WORDS,
    ROAD,
    SAME_DISTRICT,
    Criterion,
    area_deviation,
    burden_points,
    ceiling_hundredths,
    compactness,
    is_yes,
    score_site,
    state_worth,
    weights_of,
)
from siting.score.entropy import EntropyWeights, entropy_weights
from siting.score.pareto import is_unbeaten
from siting.score.sensitivity import BreakEven, Lead, break_even, break_evens, lead_of
from siting.score.smaa import Acceptability, smaa
from siting.score.spread import AnyWeights, WeightOrder, WeightRanges, WeightSpread
from siting.score.topsis import Topsis, topsis
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
    "ACQUISITION",
    "ACQUISITION_WORDS",
    "AREA_FIT",
    "BURDEN",
    "BURDEN_POINTS",
    "COMPACTNESS",
    "CRITERIA",
    "DISTANCE",
    "METRO",
    "PLAN_STATE",
    "PLAN_STATE_WORDS",
    "RANDOM_INDEX",
    "ROAD",
    "SAME_DISTRICT",
    "Acceptability",
    "Ahp",
    "AnyWeights",
    "BreakEven",
    "Criterion",
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
    "area_deviation",
    "break_even",
    "break_evens",
    "burden_points",
    "ceiling_hundredths",
    "compactness",
    "entropy_weights",
    "is_unbeaten",
    "is_yes",
    "lead_of",
    "read_value_function",
    "score_site",
    "smaa",
    "state_worth",
    "topsis",
    "value_function",
    "weights_of",
]
