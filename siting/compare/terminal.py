"""The comparison for the terminal: at most 100 columns wide, aligned also in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from siting.columns import WIDTH, clean, cut, padded, table_lines, wrapped
from siting.compare import words
from siting.compare.cells import (
    acquire_text,
    areas_of,
    cell_text,
    measure_text,
    sections,
    share_text,
)
from siting.compare.records import Comparison, Criterion, Mark, Option
from siting.compare.words import key_of, name_of
from siting.model import Text

#: Columns of titles, of one alternative, and between two.
_TITLE, _COLUMN, _GAP = 18, 10, 1
#: What the table of all alternatives says, by heading.
_HEADS = (
    Text("", ""), Text("类型", "what"), Text("编号", "id"), Text("区", "district"),
    Text("亩", "mu"), Text("总分", "score"), Text("第一", "first"), Text("余/新", "left/new"),
    Text("未查", "gaps"), Text("须征收", "acquire"),
)  # fmt: skip


def comparison_lines(comparison: Comparison, language: str) -> Iterator[str]:
    """Yield the alternatives one a line, then criteria and conditions, then why.

    Parameters
    ----------
    comparison
        From :func:`siting.compare.gather`.
    language
        ``zh`` or ``en``.
    """
    project, origin = comparison.project, comparison.origin
    yield clean(f"{project.id} {project.name} · {origin.city.get(language)} · {origin.as_of}")
    rows = [[title.get(language) for title in _HEADS]]
    rows += [_row(comparison, option, language) for option in comparison.options]
    if comparison.options:
        yield from table_lines(rows, left=4)
    for note in comparison.notes:
        yield from wrapped(f"! {clean(note.get(language))}", indent=2)
    yield from _scores(comparison, language)
    yield ""
    yield from _conditions(comparison, language)
    yield from _chainage(comparison, language)
    yield ""
    for option in comparison.options:
        yield from _reasons(option, language)
    if any(option.score is not None for option in comparison.options):
        yield from wrapped(words.ORDER.get(language), indent=0)
        yield from wrapped(words.drawing_text(comparison.drawing).get(language), indent=0)


def _row(comparison: Comparison, option: Option, language: str) -> list[str]:
    first = option.certainty.first_share if option.certainty else None
    return [
        name_of(option).get(language),
        cut(option.what.get(language), 20),
        cut(option.id, 20),
        cut(comparison.district_names.get(option.district, option.district), 10),
        f"{areas_of(option).area_mu:,}",
        "–" if option.score is None else f"{option.score:.2f}",
        "–" if first is None else share_text(first),
        f"{len(option.remains)}/{len(option.introduces)}",
        str(len(option.not_checked)),
        acquire_text(option, language) or "–",
    ]


def _scores(comparison: Comparison, language: str) -> Iterator[str]:
    """Yield measure, worth and points of each criterion, a column per measured alternative."""
    scored = [option for option in comparison.options if option.marks]
    most = (WIDTH - _TITLE) // (_COLUMN + _GAP)
    for start in range(0, len(scored), most):
        options = scored[start : start + most]
        yield ""
        yield _line("", [f"[{key_of(option, language)}]" for option in options])
        for criterion in comparison.criteria:
            yield from _criterion(criterion, options, language)
        totals = ["–" if each.score is None else f"{each.score:.2f}" for each in options]
        yield _line(f"= {words.SCORE.get(language)}", totals)


def _criterion(criterion: Criterion, options: Sequence[Option], language: str) -> Iterator[str]:
    marks = [option.marks.get(criterion.name) for option in options]
    measures = [
        "–" if mark is None else measure_text(mark.measure, criterion.unit, language)
        for mark in marks
    ]
    points = ["" if mark is None else _points(mark) for mark in marks]
    yield _line(criterion.title.get(language), measures)
    yield _line(f"  {criterion.share:.1%}", points)


def _points(mark: Mark) -> str:
    worth = "?" if mark.worth is None else f"{mark.worth:.2f}"
    return worth if mark.points is None else f"{worth}→{mark.points:.2f}"


def _conditions(comparison: Comparison, language: str) -> Iterator[str]:
    """Yield what is told besides facts and criteria: each thing once, before it who shares it."""
    skipped = {words.FACTS.get(language), words.ATTRIBUTES.get(language)}
    options = comparison.options
    for section in sections(comparison, options, language):
        for line in section.lines if section.title not in skipped else ():
            shared: dict[str, list[str]] = {}
            for option, cell in zip(options, line.cells, strict=True):
                if cell is not None:
                    text = words.separator(language).join(cell_text(cell, line).split("\n"))
                    shared.setdefault(text, []).append(key_of(option, language))
            told = (f"[{' '.join(keys)}] {clean(text)}" for text, keys in shared.items())
            yield from wrapped(f"{clean(line.title)}: {'  '.join(told)}", indent=4)


def _chainage(comparison: Comparison, language: str) -> Iterator[str]:
    if not comparison.chainage:
        return
    yield ""
    names = comparison.district_names
    rows = [[title.get(language) for title in words.CHAINAGE_COLUMNS]]
    rows += [
        [
            row.red_line_id,
            names.get(row.district, row.district),
            *(f"{value:,.1f}" for value in (row.from_m, row.to_m, row.length_m)),
            row.code or words.CORRIDOR.get(language),
            f"{row.area_m2:,.2f}" if row.code else "–",
        ]
        for row in comparison.chainage
    ]
    yield from table_lines(rows, left=4)


def _reasons(option: Option, language: str) -> Iterator[str]:
    texts = [option.why]
    if option.certainty is not None:
        texts.append(option.certainty.text)
        texts += [option.certainty.behind] if option.certainty.behind is not None else []
    told = " ".join(clean(text.get(language)) for text in texts if text.zh or text.en)
    if told:
        yield from wrapped(f"{name_of(option).get(language)}: {told}", indent=4)


def _line(title: str, cells: Sequence[str]) -> str:
    shown = [padded(cut(cell, _COLUMN), _COLUMN, is_left=False) for cell in cells]
    return (" " * _GAP).join([padded(cut(title, _TITLE), _TITLE, is_left=True), *shown]).rstrip()
