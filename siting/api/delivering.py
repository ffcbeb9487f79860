"""Packages, sheets, reports and papers: made beside the results, then put in their places."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from siting.api.dossier import papers
from siting.api.finding import Found
from siting.api.printing import report_pdf, sheets
from siting.errors import SitingError, WriteError
from siting.model import Text
from siting.study import Progress, Study

if TYPE_CHECKING:
    from siting.handover import Enclosure
    from siting.model import Report, Search
    from siting.planning import CityPlan

log = logging.getLogger(__name__)
#: Folders in the output folder.
_HANDOVER, _SHEETS, _REPORTS, _PAPERS = "handover", "sheets", "reports", "papers"
#: Name of the city's files there.
_CITY = "city"
#: Folder of the papers of districts among the drafts.
_DISTRICT_PAPERS = "district-papers"
_UNPLANNED = Text(
    "要求的统筹方案未能编制，请向市局了解原因",
    "a plan was asked for and could not be made: ask the city why",
)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run writes besides maps, packages, workbook, report.json and plan.

    ``has_sheets``: an A3 sheet of the city, and one in each package. ``has_all``: also the reports
    for print and the papers of the dossier, of the city and in each package as its district may
    read them. ``overwrite``: papers that somebody has edited are replaced. ``language`` (``zh``,
    ``en``) is that of all that is written; the city's when empty.
    """

    has_sheets: bool = True
    has_all: bool = False
    overwrite: bool = False
    language: str = ""


def require_room(study: Study, options: RunOptions | None = None) -> None:
    """Find out before the work whether its results can be written.

    Parameters
    ----------
    study
        From :func:`load`.
    options
        What is to be written.

    Raises
    ------
    WriteError, ProblemsError
        A folder of the results cannot be written; sheets are wanted and there is no font with
        Chinese; a district's reply form in ``handover/`` was filled in, which is never written
        over; or a paper was edited and ``overwrite`` is not set.
    """
    from siting.handover import require_unanswered
    from siting.save import require_writable

    chosen = options or RunOptions()
    output = study.city.output
    require_writable(output)
    may_replace = chosen.has_all and chosen.overwrite
    require_unanswered(output / _HANDOVER, may_replace_papers=may_replace)
    wanted = [_HANDOVER, *([_SHEETS] if chosen.has_sheets else [])]
    wanted += [_REPORTS, _PAPERS] if chosen.has_all else []
    for name in wanted:
        if (output / name).exists():
            require_writable(output / name)
    if chosen.has_sheets or chosen.has_all:
        from siting.sheets import chinese_font

        chinese_font()
    if chosen.has_all and not chosen.overwrite:
        from siting.papers import require_unedited

        require_unedited(output / _PAPERS, _project_ids(study))


def _project_ids(study: Study) -> set[str]:
    atlas = study.atlas
    return {one.id for one in atlas.projects} | {one.project_id for one in atlas.red_lines}


def hand_over(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    plan: CityPlan | None = None,
    unplanned: SitingError | None = None,
    options: RunOptions | None = None,
) -> tuple[Path, ...]:
    """Write one package per district under ``handover/`` of the output folder.

    ``unplanned`` is the error where a plan was asked for and could not be made: the manifests
    say so, without its words, which speak of the whole city. ``options`` say whether sheets,
    reports and papers are in the packages, and in which language all is; by default the sheets.
    With a plan each district gets its part of it and a form to answer by; nothing is handed over
    when planned sites overlap, when a file does not read back, or over a form that was filled in
    and a paper that was edited (``WriteError``, ``ReadError``).
    """
    chosen = options or RunOptions()
    found = Found(report, tuple(searches), plan, unplanned=unplanned)
    with drafted(study, found, chosen, has_city=False) as room:
        return write_packages(study, found, chosen, room)


def write_packages(study: Study, found: Found, options: RunOptions, room: Path) -> tuple[Path, ...]:
    """Write the packages with the drafts of :func:`drafted`; return the zips by code."""
    from siting import handover

    supplements = handover.Supplements(
        plan=plan_or_why(found),
        enclosures=_enclosures(room, _codes(study), options),
        may_replace_papers=options.has_all and options.overwrite,
    )
    return handover.write_packages(
        found.report,
        found.searches,
        study.atlas,
        city=in_language(study, options).city,
        folder=study.city.output / _HANDOVER,
        supplements=supplements,
    )


def plan_or_why(found: Found) -> CityPlan | Text | None:
    """Return the plan, or why there is none though one was asked for."""
    return _UNPLANNED if found.plan is None and found.unplanned is not None else found.plan


def in_language(study: Study, options: RunOptions) -> Study:
    """Return a study whose city has the language of the options."""
    language = options.language or study.city.language
    return replace(study, city=replace(study.city, language=language))


@contextmanager
def drafted(
    study: Study,
    found: Found,
    options: RunOptions,
    *,
    has_city: bool = True,
    tell: Progress = log.info,
) -> Iterator[Path]:
    """Make sheets, reports and papers in a hidden folder of the output folder; yield it.

    None of them is in its place yet: when one cannot be made, or the packages cannot, everything
    stays as it was. ``has_city``: those of the whole city too, not of the districts alone.

    Raises
    ------
    WriteError
        For every error of the operating system, and what sheets, reports and papers raise.
    """
    from siting.save.atomic import PART_PREFIX, write_error

    output = study.city.output
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=PART_PREFIX, dir=output) as name:
            room = Path(name)
            away = replace(study, city=replace(study.city, output=room))
            _draft(away, found, options, has_city=has_city, tell=tell)
            yield room
    except OSError as error:
        raise write_error(output, error) from error


def _draft(
    away: Study, found: Found, options: RunOptions, *, has_city: bool, tell: Progress
) -> None:
    """Make what the options ask for under the output folder of `away`."""
    from siting.papers import Orders
    from siting.sheets import SheetOptions

    if not (options.has_sheets or options.has_all):
        return
    scopes = [*_as_read(away, found)]
    if has_city:
        scopes.insert(0, ([], (away, found.report, found.searches)))
    look = SheetOptions(has_all_districts=False, language=options.language or None)
    if options.has_sheets:
        tell("drawing sheets")
        for codes, given in scopes:
            scope = replace(look, districts=tuple(codes))
            sheets(*given, plan=plan_or_why(found), options=scope)
    if not options.has_all:
        return
    tell("setting reports")
    for codes, given in scopes:
        scope = replace(look, districts=tuple(codes))
        # what would be under other rules is the city's to know, as in the packages' maps
        others = () if codes else found.scenarios
        report_pdf(*given, plan=plan_or_why(found), scenarios=others, options=scope)
    tell("writing papers")
    for codes, given in scopes:
        folder = away.city.output / (_DISTRICT_PAPERS if codes else _PAPERS)
        orders = Orders("".join(codes), options.language, folder)
        papers(*given, plan=found.plan, orders=orders)


def _as_read(
    away: Study, found: Found
) -> Iterator[tuple[list[str], tuple[Study, Report, tuple[Search, ...]]]]:
    """Yield each district's code, and the run as its package tells it: others' names are none.

    Raises
    ------
    WriteError
        For a district whose files would bear the city's name.
    """
    from siting.handover import as_handed_over, district_parts
    from siting.mapping.write import file_stem

    for part in district_parts(found.report, found.searches, away.atlas):
        if file_stem(part.code).casefold() == _CITY:
            raise WriteError(
                "a district's sheet and report would bear the city's name",
                expected=f"district codes other than '{_CITY}'",
                found=part.code,
                next_step="correct the codes in the district layer (id_column), or --no-sheets",
            )
        yield [part.code], (away, as_handed_over(found.report, part), found.searches)


def _codes(study: Study) -> tuple[str, ...]:
    return tuple(sorted(str(code) for code in study.atlas.districts["feature_id"]))


def _enclosures(
    room: Path, codes: Sequence[str], options: RunOptions
) -> Mapping[str, tuple[Enclosure, ...]]:
    """Return what goes into the package of each district.

    What was asked for and is not there fails the packages: nothing is left out in silence.
    """
    from siting.handover import PAPERS, REPORT, SHEET, Enclosure
    from siting.mapping.write import file_stem

    found: dict[str, tuple[Enclosure, ...]] = {}
    for code in codes:
        stem, own = file_stem(code), []
        if options.has_sheets:
            own.append(Enclosure(SHEET, room / _SHEETS / f"{stem}.pdf"))
        if options.has_all:
            own.append(Enclosure(REPORT, room / _REPORTS / f"{stem}.pdf"))
            home = room / _DISTRICT_PAPERS / stem
            own += (
                Enclosure(f"{PAPERS}/{paper.relative_to(home).as_posix()}", paper)
                for paper in sorted(home.glob("**/*.docx"))
            )
        found[code] = tuple(own)
    return found


def put_in_place(study: Study, options: RunOptions, room: Path) -> tuple[Path, ...]:
    """Move the city's sheet, the reports and the city's papers to where they belong.

    Raises
    ------
    WriteError
        When one cannot be moved, for instance because another program has it open.
    """
    from siting.papers import file_papers
    from siting.save.atomic import write_error

    output = study.city.output
    drafts = [room / _SHEETS / f"{_CITY}.pdf"] if options.has_sheets else []
    drafts += sorted((room / _REPORTS).glob("*.pdf")) if options.has_all else []
    placed = []
    for draft in drafts:
        target = output / draft.relative_to(room)
        try:
            target.parent.mkdir(exist_ok=True)
            draft.replace(target)
        except OSError as error:
            raise write_error(target, error) from error
        placed.append(target)
    if options.has_all:
        placed += file_papers(room / _PAPERS, output / _PAPERS)
    return tuple(placed)
