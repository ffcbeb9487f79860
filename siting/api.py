"""The whole story, one function per step: what notebooks and the command line call.

>>> import datetime as dt
>>> from siting import api
>>> study = api.load(api.sample_folder(), as_of=dt.date(2026, 11, 1))
>>> report = api.check(study)
>>> searches = api.suggest(study, report)
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from siting import load as _load
from siting.errors import ConfigError, Where, nearest
from siting.lazy import names_of
from siting.study import (
    Progress,
    Study,
    load,
    load_study,
    open_city,
    read_pasted,
    read_red_lines,
    store_of,
    with_accuracy,
)

if TYPE_CHECKING:
    from siting.check import Memory, Tally
    from siting.compose import Composed
    from siting.convert import (
        Conversion,
        ConvertOptions,
        ForensicReport,
        SourceInfo,
        convert,
        forensics,
        forensics_to_dict,
        info,
        info_to_dict,
        place,
    )
    from siting.diff import compare_files as diff
    from siting.doctor import examine as doctor
    from siting.exclude import ExclusionTable
    from siting.founding import Founding, FoundingOptions, founding_to_dict
    from siting.founding import found_city as new
    from siting.model import RedLine, RepairSearch, Report, Search, Text
    from siting.overlay import Witness
    from siting.repair import RepairOptions
    from siting.sample import generate, sample_folder
    from siting.store import Store

log = logging.getLogger(__name__)

__all__ = [
    "Composed",
    "Conversion",
    "ConvertOptions",
    "ExclusionTable",
    "ForensicReport",
    "Founding",
    "FoundingOptions",
    "RepairOptions",
    "RunResult",
    "SourceInfo",
    "Study",
    "check",
    "compose",
    "convert",
    "demo",
    "diff",
    "doctor",
    "exclude",
    "forensics",
    "forensics_to_dict",
    "founding_to_dict",
    "generate",
    "hand_over",
    "info",
    "info_to_dict",
    "load",
    "load_study",
    "maps",
    "new",
    "open_city",
    "place",
    "project_id",
    "read_pasted",
    "read_red_lines",
    "repair",
    "run",
    "run_study",
    "sample_folder",
    "store_of",
    "suggest",
    "with_accuracy",
    "write_exclusion",
]

#: What other rooms do by themselves; checking one red line waits for none of them.
_HOMES = {
    "siting.compose": ("Composed",),
    "siting.convert": (
        "Conversion",
        "ConvertOptions",
        "ForensicReport",
        "SourceInfo",
        "convert",
        "forensics",
        "forensics_to_dict",
        "info",
        "info_to_dict",
        "place",
    ),
    "siting.diff": ("compare_files as diff",),
    "siting.doctor": ("examine as doctor",),
    "siting.exclude": ("ExclusionTable",),
    "siting.founding": ("Founding", "FoundingOptions", "found_city as new", "founding_to_dict"),
    "siting.repair": ("RepairOptions",),
    "siting.sample": ("generate", "sample_folder"),
}
__getattr__ = names_of(__name__, _HOMES)


@dataclass(frozen=True, eq=False, slots=True)
class RunResult:
    """What a whole run found, and the files that it wrote."""

    study: Study
    report: Report
    searches: tuple[Search, ...]
    files: tuple[Path, ...]


def check(
    study: Study,
    *,
    projects: Sequence[str] = (),
    red_lines: Sequence[RedLine] | None = None,
    workers: int = 1,
    witness: Witness = "found",
    progress: Progress | None = None,
) -> Report:
    """Check red lines by every rule in force.

    Where the study has a store, verdicts of which nothing has changed are taken from it, and
    new ones are kept; the report and its identity are the same. docs/cache.md.

    Parameters
    ----------
    study
        From :func:`load`.
    projects
        Only the red lines of these projects (id or alias).
    red_lines
        Other red lines than the city's, for instance from :func:`read_red_lines`.
    workers
        Processes; the report and its identity are the same with any number.
    witness
        Which overlaps GEOS, DE-9IM and the exact oracle are asked about besides the kernel:
        all that are ``found``, only the ``doubtful``, or ``all`` pairs whose boxes meet (audit).
    progress
        Called with one sentence where verdicts of an earlier run stood.

    Raises
    ------
    ConfigError
        When a project is not in the ledger and has no red line.
    """
    chosen = _chosen(study, projects, red_lines)
    from siting.check import Effort
    from siting.check import check as check_city

    # red lines that are not the city's own would crowd its verdicts out
    memory = _memory(study) if red_lines is None else None
    report = check_city(
        study.atlas,
        study.rule_book,
        city=study.city,
        as_of=study.as_of,
        red_lines=chosen,
        effort=Effort(workers, witness, memory),
    )
    if memory is not None:
        memory.write()
        _tell_tally(memory.tally, progress or log.info)
    return report


def _memory(study: Study) -> Memory | None:
    """Return what was judged of the city before; None where nothing is kept."""
    from siting import check as checking

    if study.store is None or study.store.is_off:
        return None
    return checking.Memory(study.store)


def _tell_tally(tally: Tally, tell: Progress) -> None:
    if tally.judged < tally.asked:
        tell(f"{tally.judged} of {tally.asked} verdicts judged anew, the others stand")


def _chosen(
    study: Study, projects: Sequence[str], red_lines: Sequence[RedLine] | None
) -> tuple[RedLine, ...]:
    chosen = study.atlas.red_lines if red_lines is None else tuple(red_lines)
    if projects:
        wanted = {project_id(study, name) for name in projects}
        chosen = tuple(red_line for red_line in chosen if red_line.project_id in wanted)
    # the plots of two files may both begin with P-01, and results go by id
    return tuple(_load.with_unique_ids(chosen))


def compose(
    study: Study,
    *,
    projects: Sequence[str] = (),
    red_lines: Sequence[RedLine] | None = None,
    red_line_ids: Sequence[str] = (),
) -> Composed:
    """Return the composition tables (用地组成表): land use × ownership × village, per red line.

    Parameters
    ----------
    study
        From :func:`load`; its city.toml says which layers, columns and book (``[compose]``).
    projects, red_lines
        As in :func:`check`.
    red_line_ids
        Only these red lines.

    Raises
    ------
    ConfigError
        When there is no land-use layer or its classes cannot be told, for a red line or
        project that is not there, and when nothing is left to compose.
    """
    from siting import compose as room

    chosen = _chosen(study, projects, red_lines)
    chosen = room.choose(chosen, red_line_ids, file=study.city.path.name)
    book = room.read_book(study.city.compose.book, base=study.city.path.parent)
    return room.compose(study.atlas, book, city=study.city, as_of=study.as_of, red_lines=chosen)


def project_id(study: Study, name: str) -> str:
    """Return the id of the project that `name` (id or alias) means.

    Raises
    ------
    ConfigError
        When there is none, with the nearest one.
    """
    for project in study.atlas.projects:
        if name == project.id or name in project.aliases:
            return project.id
    ids = {project.id for project in study.atlas.projects}
    ids |= {red_line.project_id for red_line in study.atlas.red_lines}
    if name in ids:
        return name
    raise ConfigError(
        f"there is no project '{name}'",
        where=Where(file=study.city.path.name),
        expected="the id or an alias of a project of the ledger",
        found=name,
        next_step=nearest(name, sorted(ids)) or "look the project up in the ledger",
    )


def exclude(
    study: Study, *, rules: Sequence[str] = (), threads: int = 1, store: Store | None = None
) -> ExclusionTable:
    """Return how much of every parcel every rule in force excludes (排除表).

    Parameters
    ----------
    study
        From :func:`load`.
    rules
        Only the rules of these codes.
    threads
        Threads of the overlay kernel; the table is the same with any number.
    store
        Where columns are kept between runs, such as :func:`store_of` of the city; a changed layer
        then costs only its own columns.

    Raises
    ------
    SchemaError, ConfigError
        Without a usable parcel layer; for a code without a column.
    """
    from siting.exclude import Ways
    from siting.exclude import exclude as exclude_land

    return exclude_land(
        study.atlas,
        study.rule_book,
        crs=study.city.crs,
        as_of=study.as_of,
        codes=rules,
        ways=Ways(threads, store),
    )


def write_exclusion(study: Study, table: ExclusionTable, path: str | Path) -> tuple[Text, ...]:
    """Write an exclusion table as GeoParquet; return what a reader of the file must know.

    Where a parcel layer may be used in tables only its shapes are left out.

    Raises
    ------
    WriteError
        When the file cannot be written.
    """
    from siting.exclude import write_exclusion as write
    from siting.model import Release, Text

    releases = {layer.release for layer in study.atlas.by_role("parcel") if layer.is_usable}
    has_shapes = Release.TABLE_ONLY not in releases
    write(Path(path), table, with_shapes=has_shapes)
    no_shapes = Text(
        "宗地图层只限表格使用（release），文件不含图形",
        "the parcel layer is released for tables only: the file has no shapes",
    )
    return () if has_shapes else (no_shapes,)


def suggest(study: Study, report: Report, *, nearest_for_all: bool = False) -> tuple[Search, ...]:
    """Suggest sites for the projects at the choke point; one Search per project.

    ``nearest_for_all`` looks for the best infeasible site of every project, not only of those
    that get none; so does the key of that name in city.toml.
    """
    from siting.suggest import suggest as suggest_sites

    memory = _memory(study)
    city = study.city
    if nearest_for_all:
        city = replace(city, suggest=replace(city.suggest, nearest_for_all=True))
    searches = suggest_sites(
        study.atlas,
        study.rule_book,
        report,
        city=city,
        as_of=study.as_of,
        memory=memory,
    )
    if memory is not None:
        memory.write()
    return searches


def repair(
    study: Study,
    report: Report | None = None,
    *,
    projects: Sequence[str] = (),
    red_lines: Sequence[RedLine] | None = None,
    options: RepairOptions | None = None,
) -> tuple[RepairSearch, ...]:
    """Correct the red lines in conflict; one search per red line, up to five repairs each.

    Parameters
    ----------
    study
        From :func:`load`.
    report
        From :func:`check`, whose red lines are repaired; without one they are checked first.
    projects, red_lines
        As in :func:`check`, where there is no report.
    options
        How far to look, how narrow a part may be, how many; see
        :class:`siting.repair.RepairOptions`.
    """
    if report is None:
        report = check(study, projects=projects, red_lines=red_lines)
    from siting.repair import repair as repair_lines

    return repair_lines(
        study.atlas,
        study.rule_book,
        report,
        city=study.city,
        as_of=study.as_of,
        options=options,
    )


def maps(study: Study, report: Report, searches: Sequence[Search] = ()) -> tuple[Path, ...]:
    """Write the city map and the district maps under the output folder."""
    from siting.mapping import write_maps

    return write_maps(report, searches, study.atlas, city=study.city, folder=study.city.output)


def hand_over(study: Study, report: Report, searches: Sequence[Search] = ()) -> tuple[Path, ...]:
    """Write one package per district under ``handover/`` of the output folder."""
    from siting.handover import write_packages

    return write_packages(
        report,
        searches,
        study.atlas,
        city=study.city,
        folder=study.city.output / "handover",
        as_of=study.as_of,
    )


def run(
    path: str | Path,
    *,
    as_of: dt.date | None = None,
    data_dir: str | Path | None = None,
    output: str | Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> RunResult:
    """Do it all: load, check, suggest, draw, hand over, and write ``report.json``.

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
    tell("drawing maps")
    pages = maps(study, report, searches)
    tell("writing packages")
    packages = hand_over(study, report, searches)
    target = study.city.output / "report.json"
    write_report(target, report, searches)
    return RunResult(study, report, searches, (target, *pages, *packages))


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
