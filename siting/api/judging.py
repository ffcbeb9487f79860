"""Red lines judged and composed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from siting import load as _load
from siting.errors import ConfigError, Where, nearest
from siting.study import Progress, Study

if TYPE_CHECKING:
    from siting.check import Memory, Tally
    from siting.compose import Composed
    from siting.model import RedLine, Report
    from siting.overlay import Witness

log = logging.getLogger(__name__)


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
    memory = memory_of(study) if red_lines is None else None
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


def memory_of(study: Study) -> Memory | None:
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
