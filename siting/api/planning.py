"""One plan for all projects of a city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from siting.api.judging import check, memory_of
from siting.api.searching import repair
from siting.study import Study

if TYPE_CHECKING:
    from siting.model import RepairSearch, Report
    from siting.planning import CityPlan, Decision, PlanOptions


def plan(
    study: Study,
    report: Report | None = None,
    *,
    decisions: Sequence[Decision] = (),
    previous: Mapping[str, str] | None = None,
    options: PlanOptions | None = None,
) -> CityPlan:
    """Return one plan for all projects at the stages of ``[suggest]``: no land is promised twice.

    Parameters
    ----------
    study
        From :func:`load`.
    report
        From :func:`check`; without one the red lines are checked first. Where it bears no
        corrected red lines (``report.repairs``), those of the planned projects are corrected.
    decisions
        Locks, refusals and sold land, besides those of the tables that city.toml names.
    previous
        The plan before, a site per project (:func:`siting.planning.read_previous`); by default
        that of city.toml. It is mended with the fewest changes.
    options
        How long and how exactly to look, and whether to plan anew.

    Raises
    ------
    ProblemsError
        Decisions, locks and quotas that contradict each other, or are about what is not there.
    """
    from siting.planning import PlanOptions, make_plan, read_previous

    report = report or check(study)
    spec = study.city.plan
    if previous is None:
        previous = read_previous(spec.previous) if spec.previous else {}
    read: list[Decision] = []
    memory = memory_of(study)
    options = replace(
        options or PlanOptions(),
        decisions=(*read, *decisions),
        previous=previous,
        memory=memory,
    )
    made = make_plan(study, replace(report, repairs=_repairs(study, report)), options)
    if memory is not None:
        memory.write()
    return made


def _repairs(study: Study, report: Report) -> tuple[RepairSearch, ...]:
    """Return the corrected red lines of the projects that a plan is for."""
    if report.repairs is not None:
        return report.repairs
    wanting = {p.id for p in study.atlas.projects if p.stage in study.city.suggest.stages}
    results = tuple(each for each in report.results if each.red_line.project_id in wanting)
    return repair(study, replace(report, results=results))
