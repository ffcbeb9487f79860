"""One plan for all projects of a city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from siting.api.judging import check, memory_of
from siting.api.searching import repair
from siting.errors import ConfigError, Where, nearest
from siting.study import Progress, Study, load_study

if TYPE_CHECKING:
    from siting.city import ScenarioSpec
    from siting.model import RepairSearch, Report
    from siting.planning import CityPlan, Decision, PlanOptions, Scenario


def plan(
    study: Study,
    report: Report | None = None,
    *,
    decisions: Sequence[Decision] = (),
    decision_tables: Sequence[Path] = (),
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
    decision_tables
        More tables of decisions (:func:`siting.planning.read_decisions`).
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
    from siting.planning import (
        PlanOptions,
        make_plan,
        read_decisions,
        read_previous,
        settle,
    )

    report = report or check(study)
    spec = study.city.plan
    if previous is None:
        previous = read_previous(spec.previous) if spec.previous else {}
    read = read_decisions((*spec.decisions, *decision_tables))
    given = replace(read, decisions=(*read.decisions, *decisions))
    settled = settle(given, study.atlas.projects)
    memory = memory_of(study)
    options = replace(
        options or PlanOptions(),
        decisions=settled.decisions,
        notes=settled.notes,
        previous=previous,
        memory=memory,
    )
    made = make_plan(study, replace(report, repairs=_repairs(study, report)), options)
    if memory is not None:
        memory.write()
    return made


def read_plan(study: Study, report: Report, path: str | Path) -> CityPlan:
    """Return the plan that a plan.json holds, where it is of these very data; nothing is solved.

    Papers and workbooks of the plan that was handed on are made of it.

    Parameters
    ----------
    study
        From :func:`load`.
    report
        From :func:`check`, of all red lines of the city. Where it bears no corrected red lines
        (``repairs``), those of the projects that the plan gives one are corrected.
    path
        What ``siting run`` or ``siting plan --output`` wrote, or the folder with it.

    Raises
    ------
    ReadError
        When the file is no plan, or was changed.
    ConfigError
        When it is of other data: another report, or sites that these data do not offer.
    """
    from siting.planning import recall_plan, repaired_projects
    from siting.repair import RepairOptions

    file, memory = Path(path), memory_of(study)
    if report.repairs is None:
        repaired = repaired_projects(file)
        results = tuple(each for each in report.results if each.red_line.project_id in repaired)
        # as many per red line as either siting plan or siting run may have had
        most = RepairOptions(count=max(RepairOptions().count, study.city.repair.count))
        repairs = repair(study, replace(report, results=results), options=most) if results else ()
        report = replace(report, repairs=repairs)
    recalled = recall_plan(file, study, report, memory=memory)
    if memory is not None:
        memory.write()
    return recalled


def scenarios(
    study: Study,
    base: CityPlan,
    *,
    names: Sequence[str] = (),
    options: PlanOptions | None = None,
    progress: Progress | None = None,
) -> tuple[Scenario, ...]:
    """Return the plans of a city's scenarios, and what moves in each.

    Parameters
    ----------
    study
        From :func:`load`.
    base
        From :func:`plan`: the plan itself. Its decisions hold in the scenarios too.
    names
        Of ``[[plan.scenario]]``; all of them without any.
    options
        How long and how exactly to look.
    progress
        Called with one sentence per scenario.

    Raises
    ------
    ConfigError
        There is no scenario of a name.
    """
    from siting.planning import PlanOptions, compared, make_plan

    assigned = {row.project.id: row.option.site.id for row in base.rows if row.option}
    options = replace(
        options or PlanOptions(), decisions=base.decisions, previous=assigned, is_fresh=True
    )
    found = []
    for spec in _chosen(study, names):
        if progress:
            progress(f"planning scenario {spec.name}")
        other = _other(study, spec)
        report = check(other)
        report = replace(report, repairs=_repairs(other, report))
        found.append(compared(spec, base, make_plan(other, report, options)))
    return tuple(found)


def _chosen(study: Study, names: Sequence[str]) -> tuple[ScenarioSpec, ...]:
    known = {spec.name: spec for spec in study.city.plan.scenarios}
    for name in names:
        if name not in known:
            raise ConfigError(
                f"city.toml has no scenario '{name}'",
                where=Where(file=study.city.path.name, layer="[[plan.scenario]]"),
                expected=", ".join(known) or "at least one [[plan.scenario]]",
                found=name,
                next_step=nearest(name, known) or "describe the scenario in city.toml",
            )
    return tuple(known[name] for name in names) or tuple(known.values())


def _other(study: Study, spec: ScenarioSpec) -> Study:
    """Return the study of a scenario; only what is loaded otherwise is loaded anew."""
    from siting.planning import city_of, needs_loading

    city = city_of(study.city, spec)
    if not needs_loading(spec):
        return replace(study, city=city)
    return load_study(city, as_of=spec.as_of or study.as_of, store=study.store)


def _repairs(study: Study, report: Report) -> tuple[RepairSearch, ...]:
    """Return the corrected red lines of the projects that a plan is for."""
    if report.repairs is not None:
        return report.repairs
    wanting = {p.id for p in study.atlas.projects if p.stage in study.city.suggest.stages}
    results = tuple(each for each in report.results if each.red_line.project_id in wanting)
    return repair(study, replace(report, results=results))
