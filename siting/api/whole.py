"""What is written: maps, workbook and plan, and the whole job at once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from siting.api.delivering import (
    RunOptions,
    drafted,
    in_language,
    plan_or_why,
    put_in_place,
    require_room,
    write_packages,
)
from siting.api.finding import find
from siting.study import Progress, Study, load

if TYPE_CHECKING:
    from siting.errors import SitingError
    from siting.mapping import MapOptions
    from siting.model import Report, Search, Text
    from siting.overlay import Witness
    from siting.planning import CityPlan, Scenario

log = logging.getLogger(__name__)


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

    ``workbook.xlsx`` is the city's, ``districts/CODE.xlsx`` that of a district, with the rows
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

    Parameters are those of :func:`load` and :func:`check`; what else can be written, and in which
    language, is for :func:`run_study`.
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
    options: RunOptions | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Do all of :func:`run` that comes after loading; parameters as for :func:`find`.

    ``options`` say what is written; by default the sheets too, and neither reports nor papers.
    Everything is made before the first file of it is put in its place, but for the maps.
    """
    from siting.mapping import MapOptions
    from siting.report import write_report

    tell, chosen = progress or log.info, options or RunOptions()
    require_room(study, chosen)
    found = find(
        study, workers=workers, witness=witness, with_scenarios=with_scenarios, progress=tell
    )
    told, all_found = in_language(study, chosen), (found.report, found.searches)
    tell("drawing maps")
    look = MapOptions(language=chosen.language or None)
    pages = maps(study, *all_found, plan=found.plan, scenarios=found.scenarios, options=look)
    with drafted(study, found, chosen, tell=tell) as room:
        tell("writing packages")
        packages = write_packages(study, found, chosen, room)
        printed = put_in_place(study, chosen, room)
    files = (study.city.output / "report.json", *pages, *packages, *printed)
    write_report(files[0], *all_found)
    book = workbook(told, *all_found, plan=plan_or_why(found))
    files += (book, *write_plan(told, found.plan))
    return RunResult(study, *all_found, files, found.plan, found.unplanned)


def write_plan(study: Study, plan: CityPlan | None) -> tuple[Path, ...]:
    """Write the files of a plan into the output folder; nothing where there is no plan.

    ``plan.json`` is what the next plan is mended from; see
    :func:`siting.planning.write_plan_files`.
    """
    from siting.planning import write_plan_files

    if plan is None:
        return ()
    return write_plan_files(study.city.output, plan, language=study.city.language)


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
