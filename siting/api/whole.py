"""What is written: maps and packages, and the whole job at once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from siting.api.judging import check
from siting.api.searching import repair, suggest
from siting.study import Progress, Study, load

if TYPE_CHECKING:
    from siting.mapping import MapOptions
    from siting.model import RepairSearch, Report, Search
    from siting.overlay import Witness
    from siting.planning import CityPlan

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class RunResult:
    """What a whole run found, and the files that it wrote."""

    study: Study
    report: Report
    searches: tuple[Search, ...]
    files: tuple[Path, ...]


def maps(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    options: MapOptions | None = None,
) -> tuple[Path, ...]:
    """Write the city map and the district maps under the output folder.

    Parameters
    ----------
    study, report, searches
        From :func:`load`, :func:`check` and :func:`suggest`.
    options
        Which districts, title, logo and language; by default the city and every district.

    Raises
    ------
    ConfigError
        For a district that the city does not have, with the nearest one.
    ReadError
        For a logo that cannot be used, with the reason.
    """
    from siting.mapping import (
        MapOptions,
        district_codes,
        dressed,
        write_district_maps,
        write_maps,
    )

    chosen = options or MapOptions()
    city, atlas = dressed(study.city, chosen), study.atlas
    codes = district_codes(chosen.districts, atlas)
    if codes:
        return write_district_maps(report, searches, atlas, city=city, codes=codes)
    return write_maps(report, searches, atlas, city=city, folder=city.output)


def hand_over(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    plan: CityPlan | None = None,
) -> tuple[Path, ...]:
    """Write one package per district under ``handover/`` of the output folder.

    With a plan each district gets its part of it and a form to answer by; nothing is handed over
    when planned sites overlap, or over a form that was filled in (``WriteError``).
    """
    from siting.handover import write_packages

    return write_packages(
        report,
        searches,
        study.atlas,
        city=study.city,
        folder=study.city.output / "handover",
        plan=plan,
    )


def workbook(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    district: str = "",
    language: str = "",
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

    Raises
    ------
    ConfigError
        When there is no such district, with the nearest one.
    """
    from siting.handover import write_workbook

    city = replace(study.city, language=language or study.city.language)
    return write_workbook(report, searches, study.atlas, city=city, code=district)


def run(
    path: str | Path,
    *,
    as_of: dt.date | None = None,
    data_dir: str | Path | None = None,
    output: str | Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> RunResult:
    """Do it all: load, check, suggest, repair, draw, hand over, and write ``report.json``.

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
    progress: Progress | None = None,
) -> RunResult:
    """Do all of :func:`run` that comes after loading; ``witness`` is that of :func:`check`."""
    from siting.report import write_report
    from siting.save import require_writable

    tell = progress or log.info
    require_writable(study.city.output)
    tell(f"checking {len(study.atlas.red_lines)} red lines by {study.rule_book.name}")
    report = check(study, workers=workers, witness=witness, progress=tell)
    tell("searching sites")
    searches = suggest(study, report)
    if study.city.repair.in_run:
        tell("correcting red lines")
        report = replace(report, repairs=repairs_in_run(study, report))
    tell("drawing maps")
    pages = maps(study, report, searches)
    tell("writing packages")
    packages = hand_over(study, report, searches)
    target = study.city.output / "report.json"
    write_report(target, report, searches)
    return RunResult(study, report, searches, (target, *pages, *packages))


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
