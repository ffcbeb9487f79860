"""What is written: maps and packages, and the whole job at once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from siting.api.judging import check
from siting.api.planning import plan, scenarios
from siting.api.searching import repair, suggest
from siting.errors import SitingError
from siting.model import Text
from siting.study import Progress, Study, load

if TYPE_CHECKING:
    from siting.mapping import MapOptions
    from siting.model import RepairSearch, Report, Search
    from siting.overlay import Witness
    from siting.planning import CityPlan, Scenario

log = logging.getLogger(__name__)
#: Folder of the packages in the output folder.
_HANDOVER = "handover"
_UNPLANNED = Text(
    "要求的统筹方案未能编制，请向市局了解原因",
    "a plan was asked for and could not be made: ask the city why",
)


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


@dataclass(frozen=True, eq=False, slots=True)
class RunResult:
    """What a whole run found, and the files that it wrote."""

    study: Study
    report: Report
    searches: tuple[Search, ...]
    files: tuple[Path, ...]
    plan: CityPlan | None = None
    """As in :class:`Found`."""
    unplanned: SitingError | None = None


def maps(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    plan: CityPlan | None = None,
    scenarios: Sequence[Scenario] = (),
    options: MapOptions | None = None,
) -> tuple[Path, ...]:
    """Write the city map and the district maps under the output folder.

    Parameters
    ----------
    study, report, searches
        From :func:`load`, :func:`check` and :func:`suggest`.
    plan, scenarios
        From :func:`plan` and :func:`scenarios`: a layer of the maps. Scenarios go with a plan.
    options
        Which districts, title, logo and language; by default the city and every district.

    Raises
    ------
    ConfigError
        For a district that the city does not have, with the nearest one.
    ReadError
        For a logo that cannot be used, with the reason.
    """
    from siting import mapping

    chosen = options or mapping.MapOptions()
    city, atlas = mapping.dressed(study.city, chosen), study.atlas
    codes = mapping.district_codes(chosen.districts, atlas)
    planned = None if plan is None else mapping.Planned(plan, tuple(scenarios))
    if codes:
        return mapping.write_district_maps(
            report, searches, atlas, city=city, codes=codes, planned=planned
        )
    return mapping.write_maps(
        report, searches, atlas, city=city, folder=city.output, planned=planned
    )


def hand_over(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    plan: CityPlan | None = None,
    unplanned: SitingError | None = None,
) -> tuple[Path, ...]:
    """Write one package per district under ``handover/`` of the output folder.

    ``unplanned`` is the error where a plan was asked for and could not be made: the manifests
    say so, without its words, which speak of the whole city.
    With a plan each district gets its part of it and a form to answer by; nothing is handed over
    when planned sites overlap, or over a form that was filled in (``WriteError``).
    """
    from siting.handover import write_packages

    return write_packages(
        report,
        searches,
        study.atlas,
        city=study.city,
        folder=study.city.output / _HANDOVER,
        plan=_UNPLANNED if plan is None and unplanned is not None else plan,
    )


def workbook(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    district: str = "",
    language: str = "",
    plan: CityPlan | Text | None = None,
) -> Path:
    """Write the workbook of the city, or of one district, under the output folder.

    ``summary.xlsx`` is the city's, ``districts/CODE.xlsx`` that of a district, with the rows
    that its package has.

    Parameters
    ----------
    study
        From :func:`load`.
    report
        From :func:`check`, of all red lines of the city.
    searches
        From :func:`suggest`.
    district
        Code or name of a district; the whole city when empty.
    language
        ``zh`` or ``en``; the city's when empty.
    plan
        From :func:`plan`, of the same report, or why there is none, which a sheet then says;
        without either there is no sheet of a plan.

    Raises
    ------
    ConfigError
        When there is no such district, with the nearest one; when the plan is of another report.
    """
    from siting.handover import write_workbook

    city = replace(study.city, language=language or study.city.language)
    return write_workbook(report, searches, study.atlas, city=city, code=district, plan=plan)


def run(
    path: str | Path,
    *,
    as_of: dt.date | None = None,
    data_dir: str | Path | None = None,
    output: str | Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> RunResult:
    """Do it all: load, check, suggest, repair, plan, draw, hand over, write report and plan.

    Parameters are those of :func:`load` and :func:`check`.
    """
    tell = progress or log.info
    study = load(path, as_of=as_of, data_dir=data_dir, output=output, progress=tell)
    return run_study(study, workers=workers, progress=tell)


def run_study(
    study: Study,
    *,
    workers: int = 1,
    witness: Witness = "found",
    with_scenarios: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Do all of :func:`run` that comes after loading; parameters as for :func:`find`."""
    from siting.report import write_report

    tell = progress or log.info
    require_room(study)
    found = find(
        study, workers=workers, witness=witness, with_scenarios=with_scenarios, progress=tell
    )
    tell("drawing maps")
    pages = maps(study, found.report, found.searches, plan=found.plan, scenarios=found.scenarios)
    tell("writing packages")
    packages = hand_over(
        study, found.report, found.searches, plan=found.plan, unplanned=found.unplanned
    )
    files = (study.city.output / "report.json", *pages, *packages)
    write_report(files[0], found.report, found.searches)
    files += write_plan(study, found.plan)
    return RunResult(study, found.report, found.searches, files, found.plan, found.unplanned)


def require_room(study: Study) -> None:
    """Find out before the work whether its results can be written.

    Raises
    ------
    WriteError, ProblemsError
        The output folder cannot be written, or a district's reply form in ``handover/`` was
        filled in: that is never written over.
    """
    from siting.handover import require_unanswered
    from siting.save import require_writable

    require_writable(study.city.output)
    require_unanswered(study.city.output / _HANDOVER)


def write_plan(study: Study, plan: CityPlan | None) -> tuple[Path, ...]:
    """Write the files of a plan into the output folder; nothing where there is no plan.

    ``plan.json`` is what the next plan is mended from; see
    :func:`siting.planning.write_plan_files`.
    """
    from siting.planning import write_plan_files

    if plan is None:
        return ()
    return write_plan_files(study.city.output, plan, language=study.city.language)


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


def demo(
    folder: str | Path,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> RunResult:
    """Copy the sample city into ``folder/data`` and do the whole job on it.

    Raises
    ------
    WriteError
        When the folder cannot be written.
    """
    from siting.sample import sample_folder
    from siting.save import copy_folder

    target = Path(folder).resolve() / "data"
    copy_folder(sample_folder(), target)
    return run(target, workers=workers, progress=progress)
