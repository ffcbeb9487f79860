"""Scenarios: the same city under another rule book, quota, layer version or weight, and what moves.

What is otherwise than in the plan itself is put into the city's records; everything else, and the
way of planning, stays. Where several plans are equally good, the one that moves least is taken, so
that what moves moves for the scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from siting.city import City, LayerSpec, PlanSpec, ScenarioSpec
from siting.planning.records import CityPlan, PlanRow


class Change(StrEnum):
    """How a project fares in a scenario beside the plan itself."""

    SAME = "same"
    MOVED = "moved"
    GAINED = "gained"
    """It has a site only in the scenario."""
    LOST = "lost"
    """It has a site only in the plan itself."""
    UNPLACED = "unplaced"
    """It has none in either."""


@dataclass(frozen=True, eq=False, slots=True)
class Difference:
    """One project in the plan itself and in a scenario; None where no plan is for it.

    ``points`` is what it gains or loses, 0 for no site.
    """

    project_id: str
    change: Change
    before: PlanRow | None
    after: PlanRow | None
    points: float


@dataclass(frozen=True, eq=False, slots=True)
class Scenario:
    """A scenario's plan, and what differs from the plan itself, by project id."""

    spec: ScenarioSpec
    plan: CityPlan
    differences: tuple[Difference, ...]

    @property
    def moving(self) -> tuple[Difference, ...]:
        """Return the projects that do not stay where they are."""
        still = {Change.SAME, Change.UNPLACED}
        return tuple(one for one in self.differences if one.change not in still)


def city_of(city: City, spec: ScenarioSpec) -> City:
    """Return a city as it is in a scenario.

    Parameters
    ----------
    city
        As city.toml describes it.
    spec
        One of its scenarios. Another rule book, date or layer asks for the city to be loaded anew
        (:func:`needs_loading`).
    """
    return replace(
        city,
        rule_book=spec.rule_book or city.rule_book,
        as_of=spec.as_of or city.as_of,
        layers=_layers(city.layers, spec),
        suggest=replace(
            city.suggest,
            weights={**city.suggest.weights, **spec.weights},
            profile_for={**city.suggest.profile_for, **spec.profile_for},
        ),
        plan=_plan(city.plan, spec),
    )


def needs_loading(spec: ScenarioSpec) -> bool:
    """Tell whether a scenario changes what is loaded or how red lines are judged."""
    return bool(spec.rule_book or spec.as_of or spec.layers)


def _layers(layers: tuple[LayerSpec, ...], spec: ScenarioSpec) -> tuple[LayerSpec, ...]:
    """Return layers of which some have another file: every version of theirs goes."""
    others: dict[str, LayerSpec] = {}
    kept = []
    for layer in layers:
        if layer.name not in spec.layers:
            kept.append(layer)
        elif layer.name not in others:
            # a hash that was declared is the former file's
            others[layer.name] = replace(layer, path=spec.layers[layer.name], sha256="")
    return (*kept, *others.values())


def _plan(plan: PlanSpec, spec: ScenarioSpec) -> PlanSpec:
    quotas = tuple(
        replace(quota, limit=spec.quotas.get(quota.name, quota.limit)) for quota in plan.quotas
    )
    return replace(plan, quotas=quotas, deductions={**plan.deductions, **spec.deductions})


def compared(spec: ScenarioSpec, base: CityPlan, plan: CityPlan) -> Scenario:
    """Return a scenario with what differs from the plan itself.

    Parameters
    ----------
    spec
        The scenario.
    base, plan
        The plan itself, and that of the scenario.
    """
    before = {row.project.id: row for row in base.rows}
    after = {row.project.id: row for row in plan.rows}
    named = replace(plan, scenario=spec.name, title=spec.title)
    differences = tuple(
        _difference(name, before.get(name), after.get(name)) for name in sorted({*before, *after})
    )
    return Scenario(spec, named, differences)


def _difference(project_id: str, before: PlanRow | None, after: PlanRow | None) -> Difference:
    had = before.option if before else None
    has = after.option if after else None
    if had and has:
        is_same = had.site.id == has.site.id and had.site.geometry.equals(has.site.geometry)
        change = Change.SAME if is_same else Change.MOVED
    elif had or has:
        change = Change.GAINED if has else Change.LOST
    else:
        change = Change.UNPLACED
    points = (has.points if has else 0.0) - (had.points if had else 0.0)
    return Difference(project_id, change, before, after, points)
