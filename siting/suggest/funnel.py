"""The funnel of one project: what each filter left, and which single one leaves none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from siting.candidates import FILTERS, RULES_BEHIND_FILTER, Filters, Parcels, Rechecker
from siting.model import FunnelStep, Text

#: To learn whether lifting one filter would help, at most so many parcels more go through
#: the engine (by id); the answer is then "at least so many".
LIFT_LIMIT = 500

ALL, EXAMINED, RULES, OFFERED = "all", "examined", "rules", "offered"
RULE_STEP_PREFIX = "rule:"
_TITLES: Mapping[str, Text] = {
    ALL: Text("全部宗地", "all parcels"),
    EXAMINED: Text("评分靠前、已逐宗复核", "best by score, re-checked one by one"),
    RULES: Text("不违反任何禁止性规则", "breaks no prohibited rule"),
    OFFERED: Text("未推荐给其他项目", "not offered to another project"),
}


@dataclass(frozen=True, eq=False, slots=True)
class Lift:
    """How many parcels would be left at the end without one step; at least, when cut off."""

    remaining: int
    is_at_least: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class FunnelReader:
    """Counts the funnel of one project after the land was shared out.

    ``examined`` are the rows of the pool that went through the engine; ``free`` keeps
    the rows that other projects were not offered.
    """

    project_id: str
    parcels: Parcels
    filters: Filters
    rechecker: Rechecker
    pool: tuple[int, ...]
    examined: tuple[int, ...]
    free: Callable[[list[int]], list[int]]

    def steps(self, *, with_lifts: bool) -> tuple[tuple[FunnelStep, bool], ...]:
        """Return each step, with whether its ``remaining_if_lifted`` is only a lower bound.

        Parameters
        ----------
        with_lifts
            Work out ``remaining_if_lifted``; it is None otherwise, and for steps that no
            one can lift (all parcels, the re-check, the summary over all rules).
        """
        steps = [(FunnelStep(ALL, _TITLES[ALL], len(self.parcels)), False)]
        passed = np.ones(len(self.parcels), dtype=bool)
        for name, title in FILTERS.items():
            passed &= self.filters.masks[name]
            lift = self._lift_filter(name) if with_lifts else None
            steps.append(_step(name, title, int(passed.sum()), lift))
        if len(self.examined) < len(self.pool):
            steps.append(_step(EXAMINED, _TITLES[EXAMINED], len(self.examined), None))
        clean = list(self.examined)
        for code in self._breaking_codes():
            left = [row for row in clean if code not in self._broken(row)]
            if len(left) == len(clean):
                continue  # what it breaks, an earlier rule took out already
            clean = left
            lift = self._lift_rule(code) if with_lifts else None
            title = self.rechecker.titles().get(code, Text(code))
            steps.append(_step(RULE_STEP_PREFIX + code, title, len(clean), lift))
        steps.append(_step(RULES, _TITLES[RULES], len(clean), None))
        free = self.free(clean)
        if len(free) < len(clean):
            lift = Lift(len(clean)) if with_lifts else None
            steps.append(_step(OFFERED, _TITLES[OFFERED], len(free), lift))
        return tuple(steps)

    def _broken(self, row: int) -> tuple[str, ...]:
        return self.rechecker.known[self.project_id, row].broken

    def _breaking_codes(self) -> list[str]:
        return sorted({code for row in self.examined for code in self._broken(row)})

    def _lift_filter(self, name: str) -> Lift:
        """Count what passes all other filters and the rules that do not say the same."""
        rows = np.flatnonzero(self.filters.passing(lifted=name)).tolist()
        looked_at = rows[:LIFT_LIMIT]
        self.rechecker.recheck((self.project_id, row) for row in looked_at)
        kinds = self.rechecker.kinds()
        lifted = {code for code, kind in kinds.items() if kind in RULES_BEHIND_FILTER[name]}
        clean = [
            row
            for row in looked_at
            if self.rechecker.known[self.project_id, row].is_clean(lifted=lifted)
        ]
        return Lift(len(self.free(clean)), is_at_least=len(looked_at) < len(rows))

    def _lift_rule(self, code: str) -> Lift:
        return Lift(
            len(
                self.free(
                    [
                        row
                        for row in self.examined
                        if self.rechecker.known[self.project_id, row].is_clean(lifted=(code,))
                    ]
                )
            )
        )


def _step(name: str, title: Text, remaining: int, lift: Lift | None) -> tuple[FunnelStep, bool]:
    step = FunnelStep(name, title, remaining, lift.remaining if lift else None)
    return step, bool(lift and lift.is_at_least)


def blocking_text(steps: tuple[tuple[FunnelStep, bool], ...]) -> Text:
    """Return which single constraint leaves no site, or that none alone does.

    A constraint is named when at least one parcel would remain if it alone were lifted.
    """
    if not steps or steps[0][0].remaining == 0:
        return Text("宗地图层没有宗地", "the parcel layer has no parcels")
    helping = [(step, is_floor) for step, is_floor in steps if step.remaining_if_lifted]
    unsure = [step for step, is_floor in steps if is_floor and not step.remaining_if_lifted]
    if not helping:
        return _no_single_constraint(steps, unsure)
    listed_zh = "、".join(
        f"“{step.title.get('zh')}”（放宽后{'至少' if is_floor else ''}剩 "
        f"{step.remaining_if_lifted} 宗）"
        for step, is_floor in helping
    )
    listed_en = ", ".join(
        f"'{step.title.get('en')}' ({'at least ' if is_floor else ''}"
        f"{step.remaining_if_lifted} if lifted)"
        for step, is_floor in helping
    )
    if len(helping) == 1:
        return Text(f"唯一的制约是{listed_zh}", f"the one constraint that leaves none: {listed_en}")
    return Text(
        f"单独放宽以下任一项即有可选宗地：{listed_zh}",
        f"lifting any one of these alone would leave some: {listed_en}",
    )


def _no_single_constraint(
    steps: tuple[tuple[FunnelStep, bool], ...], unsure: list[FunnelStep]
) -> Text:
    last = next((step for step, _ in steps if step.remaining == 0), steps[-1][0])
    zh = f"没有哪一项单独放宽就有可选宗地；在“{last.title.get('zh')}”一步归零"
    en = f"no single constraint alone leaves none; the count reaches 0 at '{last.title.get('en')}'"
    if unsure:
        names_zh = "、".join(f"“{step.title.get('zh')}”" for step in unsure)
        names_en = ", ".join(f"'{step.title.get('en')}'" for step in unsure)
        zh += f"（放宽{names_zh}只复核了前 {LIFT_LIMIT} 宗）"
        en += f" (for {names_en} only the first {LIFT_LIMIT} parcels were re-checked)"
    return Text(zh, en)
