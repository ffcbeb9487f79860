"""What a whole run finds before anything is written."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from siting.api.judging import check
from siting.api.planning import plan, scenarios
from siting.api.searching import repair, suggest
from siting.errors import SitingError
from siting.study import Progress, Study

if TYPE_CHECKING:
    from siting.model import RepairSearch, Report, Search
    from siting.overlay import Witness
    from siting.planning import CityPlan, Scenario

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What a whole run finds before anything is written."""

    report: Report
    searches: tuple[Search, ...]
    plan: CityPlan | None = None
    """None where city.toml asks for none, or where nothing is to be planned."""
    scenarios: tuple[Scenario, ...] = ()
    unplanned: SitingError | None = None
    """Why the plan that city.toml asks for, or its scenarios, could not be made."""


def find(
    study: Study,
    *,
    workers: int = 1,
    witness: Witness = "found",
    with_plan: bool = True,
    with_scenarios: bool = False,
    progress: Progress | None = None,
) -> Found:
    """Check, suggest, correct and plan as city.toml asks for it, and write nothing.

    Decisions or quotas that contradict each other, or a table of them that cannot be read, keep
    nobody from the report: ``unplanned`` has the error.

    Parameters
    ----------
    study, workers, witness
        As for :func:`check`.
    with_plan
        Make the plan where ``[plan] in_run`` asks for it and a project is at the stages of
        ``[suggest]``.
    with_scenarios
        Also plan every scenario of city.toml: each takes as long as the plan.
    progress
        Called with one sentence per step.
    """
    tell = progress or log.info
    tell(f"checking {len(study.atlas.red_lines)} red lines by {study.rule_book.name}")
    report = check(study, workers=workers, witness=witness, progress=tell)
    tell("searching sites")
    found = Found(report, suggest(study, report))
    if study.city.repair.in_run:
        tell("correcting red lines")
        found = replace(found, report=replace(report, repairs=repairs_in_run(study, report)))
    return _planned(study, found, with_scenarios=with_scenarios, tell=tell) if with_plan else found


def _planned(study: Study, found: Found, *, with_scenarios: bool, tell: Progress) -> Found:
    stages = study.city.suggest.stages
    if not study.city.plan.in_run or all(p.stage not in stages for p in study.atlas.projects):
        return found
    tell("planning")
    try:
        found = replace(found, plan=plan(study, found.report))
        if with_scenarios and found.plan is not None:
            others = scenarios(study, found.plan, progress=tell)
            found = replace(found, scenarios=others)
    except SitingError as error:
        tell("something could not be planned: see the end")
        return replace(found, unplanned=error)
    return found


def repairs_in_run(study: Study, report: Report) -> tuple[RepairSearch, ...]:
    """Return as many corrections as city.toml's ``[repair]`` asks for in a run."""
    from siting.repair import RepairOptions

    spec = study.city.repair
    return repair(study, report, options=RepairOptions(count=spec.count, most=spec.most))
