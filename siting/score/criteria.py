"""The criteria of the site search, their weights, and the score of a site.

A criterion is measured in its own unit, turned into a value from 0 (worst) to 1 (best) by
a straight line, and weighted. The score is 100 · Σ weight · value / Σ weight over the
criteria that could be measured for the project (an additive value model; Keeney, R. L.
and Raiffa, H. (1976), Decisions with Multiple Objectives). A criterion that nothing is
known about for any site is left out and the others carry its weight.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from siting.errors import ConfigError, Where, nearest
from siting.model import Severity, Text
from siting.score.additive import HUNDREDTHS, Score, additive_score
from siting.score.values import straight

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: worth 0 at ``worst`` and 1 at ``best``, in ``unit``, straight between."""

    name: str
    title: Text
    unit: str
    worst: float
    best: float
    weight: float

    def value(self, measure: float) -> float:
        """Return the worth of a measure, held within [0, 1]."""
        return straight(measure, worst=self.worst, best=self.best)


DISTANCE, SAME_DISTRICT, ROAD, METRO = "distance_m", "same_district", "road_m", "metro_m"
AREA_FIT, ACQUISITION, PLAN_STATE = "area_deviation", "acquisition", "plan_state"
COMPACTNESS, BURDEN = "compactness", "burden"

#: The criteria with their default weights, which add up to 100.
CRITERIA: Mapping[str, Criterion] = {
    criterion.name: criterion
    for criterion in (
        Criterion(DISTANCE, Text("距现选址", "near the present place"), "m", 5000.0, 0.0, 20.0),
        Criterion(SAME_DISTRICT, Text("同区", "same district"), "0/1", 0.0, 1.0, 10.0),
        Criterion(ROAD, Text("临路", "near a road"), "m", 500.0, 0.0, 10.0),
        Criterion(METRO, Text("近地铁站", "near a metro station"), "m", 2000.0, 300.0, 10.0),
        Criterion(AREA_FIT, Text("面积匹配", "area fits"), "share", 1.0, 0.0, 15.0),
        Criterion(ACQUISITION, Text("征收收储", "acquired"), "share", 0.0, 1.0, 10.0),
        Criterion(PLAN_STATE, Text("控规状态", "plan approved"), "share", 0.0, 1.0, 10.0),
        Criterion(COMPACTNESS, Text("形状规整", "compact shape"), "share", 0.2, 0.785, 5.0),
        Criterion(BURDEN, Text("少受限制", "few restrictions"), "points", 3.0, 0.0, 10.0),
    )
}

#: What each milder rule that a site still meets costs, in points of the criterion ``burden``.
BURDEN_POINTS: Mapping[Severity, float] = {
    Severity.RESTRICTED: 1.0,
    Severity.CONSULT: 0.5,
    Severity.ADVISORY: 0.25,
}

#: Words in a parcel's acquisition state, tried in this order, and what the state is worth.
ACQUISITION_WORDS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (1.0, ("无需", "不需")),
    (0.0, ("未", "无", "not ", "none")),
    (0.5, ("部分", "正在", "征收中", "收储中", "整理中", "进行中", "partly", "under way")),
    (1.0, ("已", "完成", "收储", "储备", "acquired", "banked")),
)
#: The same for the state of the detailed plan (控规).
PLAN_STATE_WORDS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.0, ("未编", "未批", "未覆盖", "无", "not approved", "no plan", "none")),
    (0.5, ("编制", "在编", "修编", "修改", "调整", "报批", "草案", "draft", "under")),
    (1.0, ("已批", "批复", "批准", "生效", "approved", "adopted")),
)
_YES = ("1", "true", "yes", "y", "是", "有", "已入库", "在库")


def state_worth(text: str, words: tuple[tuple[float, tuple[str, ...]], ...]) -> float | None:
    """Return what a state in words is worth (0–1), or None when it is empty or unknown."""
    lowered = text.strip().lower()
    for worth, hints in words:
        if lowered and any(hint in lowered for hint in hints):
            return worth
    return None


def is_yes(text: str) -> bool:
    """True when a cell says yes (是, 1, true …)."""
    return text.strip().lower() in _YES


def compactness(area_m2: float, perimeter_m: float) -> float:
    """Return the Polsby–Popper measure 4πA/P²: 1 for a circle, 0.785 for a square.

    Source: Polsby, D. D. and Popper, R. D. (1991), The third criterion: compactness as a
    procedural safeguard, Yale Law & Policy Review 9, 301–353.
    """
    return 4 * math.pi * area_m2 / perimeter_m**2 if perimeter_m > 0 else 0.0


def area_deviation(areas_m2: Floats, area_m2_min: float, area_m2_max: float) -> Floats:
    """Return how far areas are from the middle of the wanted range: 0 there, 1 at its ends.

    With one bound only it is the relative distance from that bound; 0 when the range has
    no width, or no bound above 0.
    """
    is_open = math.isinf(area_m2_max)
    middle_m2 = area_m2_min if is_open else (area_m2_max + area_m2_min) / 2
    half_m2 = area_m2_min if is_open else (area_m2_max - area_m2_min) / 2
    if half_m2 <= 0:
        return np.zeros(len(areas_m2))
    deviations: Floats = np.abs(areas_m2 - middle_m2) / half_m2
    return deviations


def burden_points(severities: tuple[Severity, ...]) -> float:
    """Return what the milder rules that a site still meets cost, in points."""
    return math.fsum(BURDEN_POINTS.get(severity, 0.0) for severity in severities)


def weights_of(configured: Mapping[str, float], *, path: Path) -> dict[str, float]:
    """Return the weight of each criterion: the default unless city.toml gives another.

    Raises
    ------
    ConfigError
        For the name of no criterion, and when all weights are 0.
    """
    where = Where(file=path.name, layer="[suggest.weights]")
    for name in configured:
        if name not in CRITERIA:
            raise ConfigError(
                f"unknown criterion '{name}'",
                where=where,
                expected=", ".join(CRITERIA),
                found=name,
                next_step=nearest(name, CRITERIA) or f"remove {name}",
            )
    weights = {name: configured.get(name, CRITERIA[name].weight) for name in CRITERIA}
    if sum(weights.values()) <= 0:
        raise ConfigError(
            "all weights are 0, so no site is better than another",
            where=where,
            expected="at least one weight above 0",
            found=", ".join(f"{name} = 0" for name in CRITERIA),
            next_step="give at least one criterion a weight",
        )
    return weights


def ceiling_hundredths(
    table: Mapping[str, Floats], weights: Mapping[str, float]
) -> NDArray[np.int64]:
    """Return an upper bound of :func:`score_site` for many sites at once, in hundredths.

    One hundredth is added: sums in another order may round apart by that much.
    """
    names = [name for name in CRITERIA if name in table and weights[name] > 0]
    total_weight = math.fsum(weights[name] for name in names)
    total = np.zeros(len(next(iter(table.values()))))
    for name in names:
        criterion = CRITERIA[name]
        values = (table[name] - criterion.worst) / (criterion.best - criterion.worst)
        total += weights[name] / total_weight * np.clip(values, 0.0, 1.0)
    bound: NDArray[np.int64] = np.ceil(np.round(HUNDREDTHS * total, 6)).astype(np.int64) + 1
    return bound


def score_site(measures: Mapping[str, float], weights: Mapping[str, float]) -> Score:
    """Return the score of one site.

    Parameters
    ----------
    measures
        Criterion → its measure in its unit; criteria left out carry no weight.
    weights
        Criterion → weight ≥ 0.

    Returns
    -------
    Score
        Parts rounded to 0.01 by largest remainder (ties in the order of ``CRITERIA``), so
        that the shown parts add up to the shown score. No measurable weight: score 0.
    """
    names = [name for name in CRITERIA if name in measures and weights[name] > 0]
    return additive_score({name: CRITERIA[name].value(measures[name]) for name in names}, weights)
