"""Report, sites and layers of one scope as what its sheet shows.

The scope is cut by :class:`siting.mapping.subject.Subject`, as for the pages: a sheet shows the
same red lines and obeys the same ``release``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from siting.areas import AreaRow, area_table
from siting.crs import parse_crs
from siting.mapping.release import Scope
from siting.mapping.scene import secrecy_of
from siting.mapping.subject import Subject
from siting.measure import PLANAR
from siting.model import (
    NO_TEXT,
    SQUARE_METRES_PER_HECTARE,
    Project,
    RedLineResult,
    Search,
    Status,
    Text,
    Verdict,
)
from siting.report import identity
from siting.sheets.ground import layer_warnings
from siting.sheets.pictures import picture_of
from siting.sheets.planned import Told
from siting.sheets.records import Content, Row
from siting.sheets.words import DISCLAIMER, TITLE, listed, sentences, word

#: Problems and unchecked rules that a table names; the rest is counted.
_NAMED_AT_MOST, _UNCHECKED_AT_MOST = 3, 2
_BROKEN = (Status.CONFLICT, Status.EXCEPTION_MAY_APPLY)


def content_of(
    subject: Subject, *, title: str = "", has_mu: bool = True, unplanned: Text = NO_TEXT
) -> Content:
    """Return what the sheet of a subject shows.

    Parameters
    ----------
    subject
        Its city's language is the sheet's.
    title
        In place of the city's own ``map_title``.
    has_mu
        Whether land is counted in 亩 as well.
    unplanned
        Why a plan is not shown that somebody would look for.
    """
    city, language = subject.city, subject.city.language
    told = Told.of(subject)
    rows, totals = rows_of(subject, told)
    names = (city.name.get(language), subject.scope.name)
    return Content(
        language,
        title or city.map_title.get(language) or TITLE.get(language),
        " · ".join(name for name in names if name),
        secrecy_of(subject).get(language),
        f"{parse_crs(city.crs).name} ({subject.report.crs})",
        (*(told.facts() if told else ()), *facts_of(subject)),
        (*warnings_of(subject), *_of_plan(told, unplanned, language)),
        rows,
        totals,
        picture_of(subject, rows, told),
        Counter(row.outcome for row in rows),
        has_mu,
    )


def _of_plan(told: Told | None, unplanned: Text, language: str) -> Iterator[str]:
    if unplanned.zh or unplanned.en:
        yield unplanned.get(language)
    if told is not None:
        yield from told.warnings()


def facts_of(subject: Subject) -> Iterator[str]:
    """Yield what the sheet rests on: CRS, areas, date, rule book, versions."""
    report, language = subject.report, subject.city.language
    method = "planar" if report.area_of_record == PLANAR else "ellipsoidal"
    yield word("crs", language, f"{parse_crs(subject.city.crs).name} ({report.crs})")
    yield word("areas", language, word(method, language))
    yield word("as_of", language, report.as_of.isoformat())
    yield word("rule_book", language, report.rule_book, report.rule_book_sha256[:12])
    version = report.versions.get("siting", "")
    yield word("made_by", language, version, identity(report).removeprefix("sha256:")[:12])
    yield DISCLAIMER.get(language)


def warnings_of(subject: Subject) -> Iterator[str]:
    """Yield what was not checked, not read and not drawn: an unknown never looks like good."""
    language = subject.city.language
    incomplete = sum(result.is_incomplete for result in subject.results)
    told = (
        ("unchecked_lines", incomplete),
        ("refused_lines", len(subject.report.refused_red_lines)),
        ("left_out_lines", subject.report.red_lines_left_out),
    )
    for key, count in told:
        if count:
            yield word(key, language, count)
    yield from layer_warnings(subject)
    undrawn = sum(
        subject.drawn_site(each) is None
        for search in subject.search_of.values()
        for each in search.suggestions
        if subject.is_site_here(each)
    )
    if undrawn:
        yield word("undrawn_sites", language, undrawn)


def rows_of(
    subject: Subject, told: Told | None = None
) -> tuple[tuple[Row, ...], tuple[str, str, str]]:
    """Return the table, worst first, and its totals of m², 公顷 and 亩.

    ``told`` is what may be said of the plan; without it the table says nothing of one.
    """
    rows = [
        _line_row(subject, number, result) for number, result in enumerate(subject.results, start=1)
    ]
    for outcome, projects in (("none", subject.unplaced), ("guest", subject.guests)):
        rows += [
            _project_row(subject, number, _known_of(project, outcome), outcome)
            for number, project in enumerate(projects, start=len(rows) + 1)
        ]
    areas = {str(row.number): row.area_m2 for row in rows if row.area_m2 is not None}
    table = area_table(areas)
    shown = {cells.name: in_units(cells) for cells in table.rows}
    unknown = ("—", "—", "—")
    full = tuple(
        replace(
            _with_plan(row, told, subject),
            areas=shown.get(str(row.number), unknown if row.id else ("", "", "")),
        )
        for row in rows
    )
    return full, in_units(table.total)


def _with_plan(row: Row, told: Told | None, subject: Subject) -> Row:
    """Return a row whose sites say which of them the plan gives, or that it gives none."""
    if told is None:
        return row
    language = subject.city.language
    return replace(
        row,
        sites=sentences([row.sites, told.full(row.project_id)], language),
        sites_brief=sentences([row.sites_brief, told.brief(row.project_id)], language),
    )


def in_units(cells: AreaRow) -> tuple[str, str, str]:
    """Return m², 公顷 and 亩 with separators of thousands."""
    return f"{cells.area_m2:,}", f"{cells.area_ha:,}", f"{cells.area_mu:,}"


def area_of_record_m2(subject: Subject, result: RedLineResult) -> float:
    """Return the area of record of a red line, m²."""
    if subject.report.area_of_record == PLANAR:
        return result.area_m2
    return result.area_ellipsoidal_m2


def _line_row(subject: Subject, number: int, result: RedLineResult) -> Row:
    line = result.red_line
    project = subject.projects.get(line.project_id, Project(line.project_id, ""))
    return Row(
        number,
        line.id,
        line.project_id,
        project.name,
        _district(subject, result.district),
        project.stage,
        result.outcome.value,
        result.is_incomplete,
        why(subject, result),
        why(subject, result, most=1),
        *_sites(subject, subject.search_of.get(line.project_id)),
        area_of_record_m2(subject, result) or None,  # an invalid outline has no area
    )


def _known_of(project: Project, outcome: str) -> Project:
    """Return what may be told of a project: of another district's no more than its number."""
    return Project(project.id, "") if outcome == "guest" else project


def _project_row(subject: Subject, number: int, project: Project, outcome: str) -> Row:
    search = subject.search_of.get(project.id)
    sites, sites_brief = _sites(subject, search, is_guest=outcome == "guest")
    return Row(
        number,
        "",
        project.id,
        project.name,
        _district(subject, project.district),
        project.stage,
        outcome,
        is_incomplete=False,
        why=_demand(subject, project),
        brief=_demand(subject, project),
        sites=sites,
        sites_brief=sites_brief,
        area_m2=None,
    )


def _district(subject: Subject, text: str) -> str:
    code = subject.district_code(text)
    return subject.district_names.get(code, text)


def _demand(subject: Subject, project: Project) -> str:
    bounds = [project.demand.area_m2_min, project.demand.area_m2_max]
    told = [f"{bound / SQUARE_METRES_PER_HECTARE:,.2f}" for bound in bounds if bound is not None]
    return word("demand", subject.city.language, "–".join(dict.fromkeys(told))) if told else ""


def why(subject: Subject, result: RedLineResult, *, most: int = _NAMED_AT_MOST) -> str:
    """Return what is wrong with a red line in one line, the worst first, then what is unknown."""
    language = subject.city.language
    verdicts = sorted(
        subject.verdicts[result.red_line.id], key=lambda v: (v.severity.rank, -v.area_m2, v.code)
    )
    wrong = [_problem(subject, each) for each in verdicts if each.status in _BROKEN]
    near = [
        word("near_to", language, rule_title(subject, each.code))
        for each in verdicts
        if each.status is Status.NEAR
    ]
    consult = [_problem(subject, each) for each in verdicts if _is_consult_found(each)]
    told = _counted([*wrong, *consult, *near], most, language)
    gaps = [
        rule_title(subject, each.code)
        for each in verdicts
        if each.status is Status.NOT_CHECKED or each.gaps
    ]
    unknown = _counted(gaps, min(most, _UNCHECKED_AT_MOST), language)
    parts = [told, word("unchecked", language, unknown) if unknown else ""]
    return sentences(parts, language) or word("nothing_wrong", language)


def _is_consult_found(verdict: Verdict) -> bool:
    return verdict.status is Status.CONSULT and bool(verdict.finding_ids)


def _problem(subject: Subject, verdict: Verdict) -> str:
    title = rule_title(subject, verdict.code)
    if verdict.area_m2 <= 0:
        return title
    area_ha = verdict.area_m2 / SQUARE_METRES_PER_HECTARE
    unit = word("ha", subject.city.language)
    return f"{title} {area_ha:,.4f} {unit}" if area_ha < 1 else f"{title} {area_ha:,.2f} {unit}"


def rule_title(subject: Subject, code: str) -> str:
    """Return what a rule is called; one that is not in the report by its code."""
    rule = subject.rules.get(code)
    return rule.title.get(subject.city.language) if rule else code


def _counted(items: Sequence[str], most: int, language: str) -> str:
    told = listed(list(items[:most]), language)
    more = len(items) - most
    if more <= 0:
        return told
    count = len(items) if language != "en" else more
    return f"{told}{' ' if language == 'en' else ''}{word('and_more', language, count)}"


def _sites(subject: Subject, search: Search | None, *, is_guest: bool = False) -> tuple[str, str]:
    """Return how many sites there are or why there are none, and the same in short.

    Of another district's project those here alone.
    """
    language = subject.city.language
    if search is None:
        return ("" if is_guest else word("not_searched", language),) * 2
    here = sum(map(subject.is_site_here, search.suggestions))
    if is_guest:
        return (word("sites_here", language, here) if here else "",) * 2
    elsewhere = len(search.suggestions) - here
    parts = [
        word("sites_here", language, here) if here else "",
        word("sites_elsewhere", language, elsewhere) if elsewhere else "",
    ]
    if here or elsewhere:
        return (sentences(parts, language),) * 2
    reason = search.blocked_by or search.note
    none = word("none", language)
    return (word("no_site", language, reason.get(language)) if reason else none), none


def subject_of(base: Subject, code: str) -> Subject:
    """Return a city's subject narrowed to the district of a code.

    Raises
    ------
    KeyError
        When there is no such district.
    """
    frame = base.atlas.districts
    rows = frame[frame["feature_id"].astype(str) == code]
    if rows.empty:
        raise KeyError(code)
    scope = Scope(code, str(rows["feature_name"].iloc[0]), rows.geometry.union_all())
    return replace(base, scope=scope)
