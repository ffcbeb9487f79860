"""Land looked for: what rules exclude, sites, and corrected red lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from siting.api.judging import check, memory_of
from siting.study import Study

if TYPE_CHECKING:
    from siting.exclude import ExclusionTable
    from siting.model import RedLine, RepairSearch, Report, Search, Text
    from siting.repair import RepairOptions
    from siting.store import Store


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

    memory = memory_of(study)
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
