"""One offline page: bars, maps, table and sentences; no script, nothing fetched, prints on A4."""

from __future__ import annotations

import base64
import functools
import hashlib
import math
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from siting.compare import words
from siting.compare.cells import (
    Cell,
    Line,
    areas_of,
    cell_text,
    columns_of,
    measure_text,
    sections,
)
from siting.compare.chart import bars, key, overlay_looks
from siting.compare.frames import plan_of
from siting.compare.maps import legend, looks_of, overview_map, small_map
from siting.compare.markup import Markup, element, foreign, joined
from siting.compare.picture import hatches
from siting.compare.records import Comparison, Criterion, Mark, Option, OptionKind
from siting.compare.words import key_of, name_of
from siting.crs import parse_crs
from siting.model import SQUARE_METRES_PER_MU, Text
from siting.save import write_text

#: Columns of a table that a printed A4 page has room for.
MOST_COLUMNS = 8
_OFFERS = (OptionKind.SITE, OptionKind.NEAREST)


def write_page(path: Path, comparison: Comparison, *, language: str) -> None:
    """Write the page; an old one stays whole until its successor is complete.

    Raises
    ------
    WriteError
        When it cannot be written.
    """
    write_text(path, render(comparison, language=language))


def render(comparison: Comparison, *, language: str) -> str:
    """Return the page as HTML. Every text of the data is escaped; there is no script at all.

    Parameters
    ----------
    comparison
        From :func:`siting.compare.gather`.
    language
        ``zh`` or ``en``.
    """
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    project = comparison.project
    title = f"{words.TITLE.get(language)} · {project.name or project.id}"
    head = element(
        "head",
        element("meta", attributes={"charset": "utf-8"}),
        element("meta", attributes={"http-equiv": "Content-Security-Policy", "content": policy}),
        element(
            "meta",
            attributes={"name": "viewport", "content": "width=device-width, initial-scale=1"},
        ),
        element("meta", attributes={"name": "generator", "content": "siting"}),
        element("title", title),
        Markup(f"<style>{style}</style>"),
    )
    body = element("body", *_body(comparison, language), attributes={"data-ready": "true"})
    lang = "en" if language == "en" else "zh-CN"
    return f"<!DOCTYPE html>\n{element('html', head, body, attributes={'lang': lang})}\n"


@functools.cache
def _style() -> str:
    text = (resources.files("siting.compare") / "page.css").read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _body(comparison: Comparison, language: str) -> Iterator[Markup]:
    yield hatches([*overlay_looks(comparison.criteria), *looks_of(comparison)])
    yield _header(comparison, language)
    parts = (
        _summary(comparison, language),
        _sentences(comparison, language),
        _maps(comparison, language),
        *_tables(comparison, language),
        _chainage(comparison, language),
        _grounds(comparison, language),
    )
    yield element("main", *(part for part in parts if part is not None))


def _header(comparison: Comparison, language: str) -> Markup:
    origin, project = comparison.origin, comparison.project
    lines = [element("p", foreign(origin.city.get(language)), " · ", words.TITLE.get(language))]
    lines.append(element("h1", foreign(project.name or project.id)))
    demand, unit = project.demand, words.MU.get(language)
    least, most = (
        "" if v is None else f"{v / SQUARE_METRES_PER_MU:,.2f}"
        for v in (demand.area_m2_min, demand.area_m2_max)
    )
    facts = (
        (Text("项目代码", "project"), project.id),
        (Text("阶段", "stage"), project.stage),
        (Text("用地需求", "demand"), f"{least}–{most} {unit}" if least or most else ""),
        (Text("基准日", "as of"), origin.as_of.isoformat()),
        (Text("坐标系", "CRS"), f"{parse_crs(origin.crs).name} ({origin.crs})"),
        (Text("规则库", "rule book"), origin.rule_book),
        (Text("报告指纹", "report"), origin.identity[:19]),
    )
    told = [
        element("span", f"{name.get(language)} ", foreign(text)) for name, text in facts if text
    ]
    lines.append(element("p", *told, attributes={"class": "facts"}))
    lines.append(element("p", words.PROPOSAL.get(language), attributes={"class": "proposal"}))
    if origin.secrecy.zh or origin.secrecy.en:
        mark = foreign(origin.secrecy.get(language))
        lines.append(element("p", mark, attributes={"class": "secrecy"}))
    return element("header", *lines)


def _headed(title: Text, language: str, *content: str, name: str) -> Markup:
    heading = element("h2", title.get(language))
    return element("section", heading, *content, attributes={"class": name})


def _summary(comparison: Comparison, language: str) -> Markup:
    scored = [option for option in comparison.options if option.score is not None]
    parts: list[Markup] = []
    if scored:
        bar = [
            element("h2", words.POINTS.get(language)),
            bars(comparison.criteria, scored, language),
        ]
        named = [
            element("li", key(place), " ", foreign(each.title.get(language)), _share(each))
            for place, each in enumerate(comparison.criteria)
        ]
        bar.append(element("ul", *named, attributes={"class": "key"}))
        bar.append(element("p", words.ORDER.get(language), attributes={"class": "order"}))
        parts.append(element("div", *bar, attributes={"class": "chart"}))
    overview = overview_map(comparison, language)
    if overview is not None:
        seen = (element("h2", words.OVERVIEW.get(language)), overview)
        parts.append(element("div", *seen, attributes={"class": "overview"}))
    notes = [element("li", foreign(note.get(language))) for note in comparison.notes]
    told = element("ul", *notes, attributes={"class": "notes"}) if notes else Markup()
    return element("section", element("div", *parts, attributes={"class": "pair"}), told)


def _share(criterion: Criterion) -> str:
    return f" {criterion.share:.1%}"


def _maps(comparison: Comparison, language: str) -> Markup:
    plan = plan_of(comparison.options)
    figures = []
    for option in comparison.options:
        score = "" if option.score is None else f" · {option.score:.2f}"
        caption = element(
            "figcaption",
            element("b", name_of(option).get(language), score),
            " ",
            _area_text(option, language),
        )
        window = plan.windows.get(option.key)
        if window is None:
            hidden = element("p", words.WITHHELD.get(language), attributes={"class": "withheld"})
            figures.append(element("figure", hidden, caption))
        else:
            picture = small_map(comparison, option, window, language)
            figures.append(element("figure", picture, caption))
    strip = element("div", *figures, attributes={"class": "maps"})
    return _headed(words.MAPS, language, strip, legend(comparison, language), name="pictures")


def _area_text(option: Option, language: str) -> str:
    return f"{areas_of(option).area_mu:,} {words.MU.get(language)}"


def _tables(comparison: Comparison, language: str) -> Iterator[Markup]:
    """Yield the tables: all alternatives in one where they fit, else sites and corrections."""
    rest = (OptionKind.REPAIR,)
    kinds: tuple[tuple[Text, tuple[OptionKind, ...]], ...] = (
        (words.SIDE_BY_SIDE, (*_OFFERS, *rest)),
    )
    if len(comparison.options) > MOST_COLUMNS:
        both = ((words.SITES_BESIDE, _OFFERS), (words.REPAIRS_BESIDE, rest))
        kinds = tuple(each for each in both if comparison.of_kind(*each[1]))
    for title, some in kinds:
        for options in columns_of(comparison, some, MOST_COLUMNS):
            table = _table(comparison, options, language)
            yield _headed(title, language, table, name="table")


def _table(comparison: Comparison, options: Sequence[Option], language: str) -> Markup:
    scope = {"scope": "col"}
    heads = [element("th", _column_head(each, language), attributes=scope) for each in options]
    rows = [element("tr", element("td"), *heads)]
    for number, section in enumerate(sections(comparison, options, language)):
        rows.append(_band(section.title, len(options)))
        rows += [_row(line) for line in section.lines]
        if number == 0 and any(option.marks for option in options):
            rows.append(_band(words.SCORES.get(language), len(options)))
            rows += _scores(comparison, options, language)
    body = element("tbody", *rows[1:])
    return element("table", element("thead", rows[0]), body)


def _column_head(option: Option, language: str) -> Markup:
    badge = element("span", key_of(option, language), attributes={"class": f"badge {option.kind}"})
    return joined((badge, " ", name_of(option).get(language)))


def _band(title: str, columns: int) -> Markup:
    cell = element("th", title, attributes={"colspan": columns + 1, "scope": "colgroup"})
    return element("tr", cell, attributes={"class": "band"})


def _row(line: Line) -> Markup:
    title = element("th", foreign(line.title), attributes={"scope": "row"})
    return element("tr", title, *(_cell(cell, line) for cell in line.cells))


def _cell(cell: Cell, line: Line) -> Markup:
    if isinstance(cell, str):
        rows = [element("div", foreign(row)) for row in cell.split("\n")]
        return element("td", *rows)
    is_text = any(isinstance(each, str) for each in line.cells)
    side = {} if is_text else {"class": "number"}
    return element("td", cell_text(cell, line), attributes=side)


def _scores(comparison: Comparison, options: Sequence[Option], language: str) -> Iterator[Markup]:
    """Yield a row per criterion (measure, worth, points; most points in bold) and the sum."""
    for place, criterion in enumerate(comparison.criteria):
        marks = [option.marks.get(criterion.name) for option in options]
        points = [mark.points for mark in marks if mark is not None and mark.points is not None]
        # where all are alike none stands out
        most = max(points) if len(set(points)) > 1 else math.inf
        cells = [_mark_cell(mark, criterion, most, language) for mark in marks]
        title = joined((key(place), " ", foreign(criterion.title.get(language)), _share(criterion)))
        yield element("tr", element("th", title, attributes={"scope": "row"}), *cells)
    totals = [
        element(
            "td",
            words.NOT_SCORED.get(language) if each.score is None else f"{each.score:.2f}",
            attributes={"class": "number"},
        )
        for each in options
    ]
    head = element("th", words.SCORE.get(language), attributes={"scope": "row"})
    yield element("tr", head, *totals, attributes={"class": "total"})


def _mark_cell(mark: Mark | None, criterion: Criterion, most: float, language: str) -> Markup:
    if mark is None:
        return element("td", "–", attributes={"class": "number"})
    parts: list[str] = [] if mark.worth is None else [f"{mark.worth:.2f}"]
    if mark.points is not None:
        parts += [" → "] if parts else []
        parts.append(element("b" if mark.points == most else "span", f"{mark.points:.2f}"))
    measured = foreign(measure_text(mark.measure, criterion.unit, language))
    return element("td", measured, element("small", *parts), attributes={"class": "number"})


def _sentences(comparison: Comparison, language: str) -> Markup | None:
    rows = []
    for option in comparison.options:
        texts = [option.why]
        if option.certainty is not None:
            texts += [option.certainty.text]
            texts += [option.certainty.behind] if option.certainty.behind is not None else []
        told = [element("p", foreign(text.get(language))) for text in texts if text.zh or text.en]
        if told:
            rows.append(element("dt", _column_head(option, language)))
            rows.append(element("dd", *told))
    return _headed(words.WHY, language, element("dl", *rows), name="why") if rows else None


def _chainage(comparison: Comparison, language: str) -> Markup | None:
    if not comparison.chainage:
        return None
    heads = [element("th", title.get(language)) for title in words.CHAINAGE_COLUMNS]
    names = comparison.district_names
    rows = [
        element(
            "tr",
            element("td", foreign(row.red_line_id)),
            element("td", foreign(names.get(row.district, row.district))),
            *(
                element("td", f"{value:,.1f}", attributes={"class": "number"})
                for value in (row.from_m, row.to_m, row.length_m)
            ),
            element("td", foreign(row.code or words.CORRIDOR.get(language))),
            element(
                "td", f"{row.area_m2:,.2f}" if row.code else "–", attributes={"class": "number"}
            ),
        )
        for row in comparison.chainage
    ]
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *rows))
    return _headed(words.CHAINAGE, language, table, name="chainage")


def _grounds(comparison: Comparison, language: str) -> Markup | None:
    """Return by what was scored, and how the shares of places were drawn."""
    if not any(option.score is not None for option in comparison.options):
        return None
    profile = comparison.profile
    parts: list[Markup] = []
    if profile is not None:
        method = words.method_text(profile.method, profile.weighting, profile.consistency_ratio)
        title = profile.title.get(language) or profile.name
        chosen = profile.chosen.get(language)
        parts.append(
            element("p", foreign(title), " · ", method.get(language), " · ", foreign(chosen))
        )
        parts += [
            element("p", words.left_out_text(each).get(language)) for each in profile.left_out
        ]
    parts.append(element("p", words.drawing_text(comparison.drawing).get(language)))
    heads = [element("th", title.get(language)) for title in words.CRITERION_COLUMNS]
    rows = [
        element(
            "tr",
            element("td", key(place), " ", foreign(each.title.get(language))),
            element("td", _share(each), attributes={"class": "number"}),
            element("td", foreign(words.worth_text(each).get(language))),
            element("td", foreign(each.basis)),
        )
        for place, each in enumerate(comparison.criteria)
    ]
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *rows))
    parts.append(table)
    parts.append(element("p", words.NOT_COMPARABLE.get(language)))
    return _headed(words.GROUNDS, language, *parts, name="grounds")
