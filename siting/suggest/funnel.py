"""The funnel of one project: what each filter left, and what lifting it alone would give."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from siting.candidates import (
    AREA,
    FILTERS,
    RULES_BEHIND_FILTER,
    SHAPE,
    Filters,
    Key,
    Parcels,
    Rechecker,
    Wanted,
)
from siting.model import SQUARE_METRES_PER_MU, AreaRelaxation, FunnelStep, Text

#: To learn what lifting one filter would give a project without a site, at most so many of the
#: parcels that it keeps out go through the engine; the answer is then "at least so many".
LIFT_LIMIT = 500
#: The same for a project that has sites, where nobody waits for the answer: with four filters
#: half as many parcels as the search itself looks at.
LIFT_LIMIT_WITH_SITES = 10
#: Mu are shown to so many decimals, rounded so that the parcel still passes.
MU_DECIMALS = 2

ALL, EXAMINED, RULES, OFFERED = "all", "examined", "rules", "offered"
RULE_STEP_PREFIX = "rule:"
_TITLES: Mapping[str, Text] = {
    ALL: Text("全部宗地", "all parcels"),
    EXAMINED: Text("评分靠前、已逐宗复核", "best by score, re-checked one by one"),
    RULES: Text("不违反任何禁止性规则", "breaks no prohibited rule"),
    OFFERED: Text("未推荐给其他项目", "not offered to another project"),
}


def title_of(step: str) -> Text:
    """Return what people call a step that is no rule."""
    return FILTERS.get(step) or _TITLES[step]


@dataclass(frozen=True, eq=False, slots=True)
class Lift:
    """How many parcels would be left at the end without one step; at least, when cut off."""

    remaining: int
    is_at_least: bool
    relaxations: tuple[AreaRelaxation, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class FunnelReader:
    """Counts the funnel of one project after the land was shared out.

    ``examined`` are the rows of the pool that went through the engine; ``free`` keeps the rows
    that other projects were not offered; of the rows that one filter alone keeps out at most
    ``limit`` are judged.
    """

    project_id: str
    wanted: Wanted
    parcels: Parcels
    filters: Filters
    rechecker: Rechecker
    pool: tuple[int, ...]
    examined: tuple[int, ...]
    free: Callable[[list[int]], list[int]]
    limit: int = LIFT_LIMIT
    _kept_out: dict[str, tuple[list[int], bool]] = field(default_factory=dict)

    def asked(self) -> Iterator[Key]:
        """Yield what :meth:`steps` must know: the engine judges many at once far faster."""
        for name in FILTERS:
            rows, _ = self._kept_out_by(name)
            yield from ((self.project_id, row) for row in rows)

    def steps(self) -> tuple[FunnelStep, ...]:
        """Return each step, with what lifting it alone would give.

        ``remaining_if_lifted`` is None for steps that no one can lift (all parcels, the
        re-check, the summary over all rules).
        """
        self.rechecker.recheck(self.asked())
        steps = [FunnelStep(ALL, _TITLES[ALL], len(self.parcels))]
        passed = np.ones(len(self.parcels), dtype=bool)
        for name, title in FILTERS.items():
            passed = self.filters.left(passed, name)
            steps.append(_step(name, title, int(passed.sum()), self._lift_filter(name)))
        is_cut = len(self.examined) < len(self.pool)
        if is_cut:
            steps.append(FunnelStep(EXAMINED, _TITLES[EXAMINED], len(self.examined)))
        clean = list(self.examined)
        for code in self._breaking_codes():
            left = [row for row in clean if code not in self._broken(row)]
            if len(left) == len(clean):
                continue  # what it breaks, an earlier rule took out already
            clean = left
            lift = Lift(self._left(self.examined, lifted={code}), is_cut)
            title = self.rechecker.titles().get(code, Text(code))
            steps.append(_step(RULE_STEP_PREFIX + code, title, len(clean), lift))
        steps.append(FunnelStep(RULES, _TITLES[RULES], len(clean)))
        free = self.free(clean)
        if len(free) < len(clean):
            steps.append(_step(OFFERED, _TITLES[OFFERED], len(free), Lift(len(clean), is_cut)))
        return tuple(steps)

    def clean_rows(self) -> list[int]:
        """Return the examined rows that may be offered to the project: those of the last step."""
        return self._clean(list(self.examined), lifted=set())

    def _broken(self, row: int) -> tuple[str, ...]:
        return self.rechecker.known[self.project_id, row].broken

    def _breaking_codes(self) -> list[str]:
        return sorted({code for row in self.examined for code in self._broken(row)})

    def _kept_out_by(self, name: str) -> tuple[list[int], bool]:
        """Return the rows that one filter alone keeps out, as many as are judged, and if all.

        Of the area filter those nearest to the range come first, else the order is the ids'.
        Shapes are dear: no more than twice as many are looked at.
        """
        if name not in self._kept_out:
            rows = np.flatnonzero(self.filters.passing(lifted=(name, SHAPE)))
            rows = rows[~self.filters.passes(rows, name)]
            beyond = area_gap_shares(self.parcels.areas_m2[rows], self.wanted)
            first = rows[lowest(beyond, 2 * self.limit)]
            are_all = len(first) == len(rows)
            if name != SHAPE:
                first = first[self.filters.passes(first, SHAPE)]
            are_all = are_all and len(first) <= self.limit
            self._kept_out[name] = first[: self.limit].tolist(), are_all
        return self._kept_out[name]

    def _lift_filter(self, name: str) -> Lift:
        """Count what passes all other filters and the rules that do not say the same."""
        rows, are_all = self._kept_out_by(name)
        lifted = self.rechecker.codes_of_kinds(RULES_BEHIND_FILTER[name])
        remaining = self._left((*self.examined, *rows), lifted=lifted)
        is_at_least = not are_all or len(self.examined) < len(self.pool)
        relaxations: tuple[AreaRelaxation, ...] = ()
        if name == AREA:
            relaxations = self._relaxations(self._clean(rows, lifted=lifted))
        return Lift(remaining, is_at_least, relaxations)

    def _clean(self, rows: list[int], *, lifted: set[str]) -> list[int]:
        known = self.rechecker.known
        return self.free([r for r in rows if known[self.project_id, r].is_clean(lifted=lifted)])

    def _left(self, rows: tuple[int, ...], *, lifted: set[str]) -> int:
        return len(self._clean(list(rows), lifted=lifted))

    def _relaxations(self, rows: list[int]) -> tuple[AreaRelaxation, ...]:
        """Return the least change of either bound, from rows that pass all but the area."""
        areas = self.parcels.areas_m2
        below = [row for row in rows if areas[row] < self.wanted.area_m2_min]
        above = [row for row in rows if areas[row] > self.wanted.area_m2_max]
        found = []
        if below:
            row = max(below, key=lambda row: (areas[row], -row))
            found.append(_relaxation(self.parcels, row, self.wanted.area_m2_min, is_min=True))
        if above:
            row = min(above, key=lambda row: (areas[row], row))
            found.append(_relaxation(self.parcels, row, self.wanted.area_m2_max, is_min=False))
        return tuple(found)


def lowest(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the positions of the `count` lowest values, in order; of equal ones the first.

    A city has a million parcels and hundreds of projects: they are not all put in order.
    """
    if len(values) <= count:
        return np.argsort(values, kind="stable")
    edge = np.partition(values, count - 1)[count - 1]
    below = np.flatnonzero(values < edge)
    below = below[np.argsort(values[below], kind="stable")]
    return np.concatenate([below, np.flatnonzero(values == edge)[: count - len(below)]])


def area_gap_shares(areas_m2: NDArray[np.float64], wanted: Wanted) -> NDArray[np.float64]:
    """Return how far areas lie outside the wanted range, 0–1; 0 within it.

    Below: the part of the least area that is missing. Above: the part of the parcel that is
    too much.
    """
    shares = np.zeros(len(areas_m2))
    below = areas_m2 < wanted.area_m2_min
    shares[below] = 1 - areas_m2[below] / wanted.area_m2_min
    above = areas_m2 > wanted.area_m2_max
    shares[above] = 1 - wanted.area_m2_max / areas_m2[above]
    return shares


def _relaxation(parcels: Parcels, row: int, wanted_m2: float, *, is_min: bool) -> AreaRelaxation:
    area_m2 = float(parcels.areas_m2[row])
    unit = 10**MU_DECIMALS
    # the division leaves its own rounding: 15 mu may come out as 15.000000000000002
    mu = round(area_m2 / SQUARE_METRES_PER_MU * unit, 6)
    passes = f"{(math.floor(mu) if is_min else math.ceil(mu)) / unit:,.{MU_DECIMALS}f}"
    wanted = f"{wanted_m2 / SQUARE_METRES_PER_MU:,.{MU_DECIMALS}f}"
    text = Text(
        f"面积{'下' if is_min else '上'}限由 {wanted} 亩改为 {passes} 亩即可",
        f"passes with {'at least' if is_min else 'at most'} {passes} mu instead of {wanted}",
    )
    return AreaRelaxation(is_min, wanted_m2, area_m2, parcels.ids[row], text)


def _step(name: str, title: Text, remaining: int, lift: Lift) -> FunnelStep:
    return FunnelStep(name, title, remaining, lift.remaining, lift.is_at_least, lift.relaxations)


def blocking_text(steps: tuple[FunnelStep, ...]) -> Text:
    """Return which single constraint leaves no site, or that none alone does.

    A constraint is named when at least one parcel would remain if it alone were lifted.
    """
    if not steps or steps[0].remaining == 0:
        return Text("宗地图层没有宗地", "the parcel layer has no parcels")
    helping = [step for step in steps if step.remaining_if_lifted]
    unsure = [step for step in steps if step.is_at_least and not step.remaining_if_lifted]
    if not helping:
        return _no_single_constraint(steps, unsure)
    listed_zh = "、".join(
        f"“{step.title.get('zh')}”（放宽后{'至少' if step.is_at_least else ''}剩 "
        f"{step.remaining_if_lifted} 宗{_eased(step, 'zh')}）"
        for step in helping
    )
    listed_en = ", ".join(
        f"'{step.title.get('en')}' ({'at least ' if step.is_at_least else ''}"
        f"{step.remaining_if_lifted} if lifted{_eased(step, 'en')})"
        for step in helping
    )
    if len(helping) == 1:
        return Text(f"唯一的制约是{listed_zh}", f"the one constraint that leaves none: {listed_en}")
    return Text(
        f"单独放宽以下任一项即有可选宗地：{listed_zh}",
        f"lifting any one of these alone would leave some: {listed_en}",
    )


def _eased(step: FunnelStep, language: str) -> str:
    between = "；" if language == "zh" else "; "
    return "".join(between + each.text.get(language) for each in step.relaxations)


def _no_single_constraint(steps: tuple[FunnelStep, ...], unsure: list[FunnelStep]) -> Text:
    last = next((step for step in steps if step.remaining == 0), steps[-1])
    zh = f"没有哪一项单独放宽就有可选宗地；在“{last.title.get('zh')}”一步归零"
    en = f"no single constraint alone leaves none; the count reaches 0 at '{last.title.get('en')}'"
    if unsure:
        names_zh = "、".join(f"“{step.title.get('zh')}”" for step in unsure)
        names_en = ", ".join(f"'{step.title.get('en')}'" for step in unsure)
        zh += f"（放宽{names_zh}只复核了前 {LIFT_LIMIT} 宗）"
        en += f" (for {names_en} only the first {LIFT_LIMIT} parcels were re-checked)"
    return Text(zh, en)
