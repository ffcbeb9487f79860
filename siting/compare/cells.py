"""The comparison as lines of cells, one cell per alternative: for page, workbook and terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from siting.areas import AreaRow, area_table
from siting.compare import words
from siting.compare.records import Certainty, Change, Comparison, Named, Option, OptionKind
from siting.measure import PLANAR
from siting.model import SQUARE_METRES_PER_MU

Cell = str | float | None
"""A text, a number, or nothing to say."""


#: Nearer than this to 0 or 1 a share would round to none or all.
_HALF_PERCENT = 0.005


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a title and a cell per alternative; numbers are shown with ``decimals``."""

    title: str
    cells: tuple[Cell, ...]
    decimals: int = 2
    is_share: bool = False

    @property
    def is_empty(self) -> bool:
        """True when no alternative has anything to say."""
        return all(cell is None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading."""

    title: str
    lines: tuple[Line, ...]


def sections(
    comparison: Comparison, options: Sequence[Option], language: str
) -> tuple[Section, ...]:
    """Return all that is told of some alternatives besides criteria; lines with nothing left out.

    Parameters
    ----------
    comparison
        Whose alternatives they are.
    options
        The columns, in order.
    language
        ``zh`` or ``en``.
    """
    made = (
        (words.FACTS, _facts(comparison, options, language)),
        (words.PLACES, _places(options, language)),
        (words.LAND, _rules(options, language)),
        (words.CHANGES, _changes(options, language)),
        (words.ATTRIBUTES, _attributes(options)),
    )
    found = (
        Section(title.get(language), tuple(line for line in lines if not line.is_empty))
        for title, lines in made
    )
    return tuple(section for section in found if section.lines)


def areas_of(option: Option) -> AreaRow:
    """Return the planar area in m², 公顷 and 亩, each rounded from the unrounded area."""
    return area_table({"": option.area_m2}).total


def _facts(comparison: Comparison, options: Sequence[Option], language: str) -> Iterator[Line]:
    names, record = comparison.district_names, words.OF_RECORD.get(language)
    is_planar = comparison.origin.area_of_record == PLANAR
    areas = [areas_of(option) for option in options]
    yield Line(words.ID.get(language), tuple(option.id for option in options))
    yield Line(words.WHAT.get(language), tuple(o.what.get(language) for o in options))
    yield Line(
        words.DISTRICT.get(language),
        tuple(names.get(o.district, o.district) or None for o in options),
    )
    lead = words.AREA_M2.get(language) + (record if is_planar else "")
    yield Line(lead, tuple(float(each.area_m2) for each in areas))
    yield Line(words.AREA_HA.get(language), tuple(float(each.area_ha) for each in areas), 4)
    yield Line(words.AREA_MU.get(language), tuple(float(each.area_mu) for each in areas))
    lead = words.AREA_ELLIPSOIDAL.get(language) + ("" if is_planar else record)
    yield Line(lead, tuple(round(o.area_ellipsoidal_m2, 2) for o in options))
    yield Line(words.DISTANCE.get(language), tuple(o.distance_m for o in options), 0)
    yield Line(words.CONFLICT_AREA.get(language), tuple(o.conflict_area_m2 for o in options))


def _places(options: Sequence[Option], language: str) -> Iterator[Line]:
    def each(pick: Callable[[Certainty], Cell]) -> tuple[Cell, ...]:
        return tuple(None if o.certainty is None else pick(o.certainty) for o in options)

    first, top = each(lambda c: c.first_share), each(lambda c: c.top_share)
    yield Line(words.FIRST_SHARE.get(language), first, 0, is_share=True)
    yield Line(words.TOP_SHARE.get(language), top, 0, is_share=True)
    yield Line(words.UNBEATEN.get(language), each(lambda c: _yes(c.is_unbeaten, language)))
    yield Line(words.CLOSENESS.get(language), each(lambda c: c.closeness), 3)


def _rules(options: Sequence[Option], language: str) -> Iterator[Line]:
    yield Line(words.RESOLVES.get(language), tuple(_listed(o.resolves, language) for o in options))
    yield Line(words.REMAINS.get(language), tuple(_remains(o, language) for o in options))
    new = tuple(_listed(o.introduces, language) for o in options)
    yield Line(words.INTRODUCES.get(language), new)
    yield Line(words.NOT_CHECKED.get(language), tuple(_gaps(o, language) for o in options))
    yield Line(words.MUST_ACQUIRE.get(language), tuple(acquire_text(o, language) for o in options))


def _remains(option: Option, language: str) -> Cell:
    return _listed(option.remains, language) or words.NONE.get(language)


def _gaps(option: Option, language: str) -> Cell:
    """Return what was not checked; of the nearest parcel only what stands in its way is known."""
    if option.kind is OptionKind.NEAREST:
        return words.UNKNOWN.get(language)
    return _listed(option.not_checked, language) or words.NONE.get(language)


def acquire_text(option: Option, language: str) -> str | None:
    """Return whether a site must first be acquired; None for what is no site."""
    if option.kind is not OptionKind.SITE:
        return None
    if option.must_acquire is None:
        return words.UNKNOWN.get(language)
    return _yes(option.must_acquire, language)


def _yes(value: bool, language: str) -> str:  # noqa: FBT001 - a value, not a switch
    return (words.YES if value else words.NO).get(language)


def _listed(rules: Sequence[Named], language: str) -> str | None:
    """Return rules as text, one a line: code, title, and the area where one is measured."""
    return "\n".join(named_text(rule, language) for rule in rules) or None


def named_text(rule: Named, language: str) -> str:
    """Return a rule as text, with its area; a filter has a title and no code."""
    title = rule.title.get(language)
    text = f"{rule.code} {title}" if rule.is_rule and title != rule.code else title
    if not rule.area_m2:
        return text
    return f"{text} ({rule.area_m2 / SQUARE_METRES_PER_MU:,.2f} {words.MU.get(language)})"


def _changes(options: Sequence[Option], language: str) -> Iterator[Line]:
    def each(pick: Callable[[Change], float | None]) -> tuple[Cell, ...]:
        return tuple(None if o.change is None else pick(o.change) for o in options)

    yield Line(words.MOVED.get(language), each(lambda c: c.moved_m))
    yield Line(words.LOST.get(language), each(lambda c: c.lost_m2))
    yield Line(words.GAINED.get(language), each(lambda c: c.gained_m2))
    yield Line(words.WIDTH.get(language), each(lambda c: c.min_width_m), 1)
    yield Line(words.FRONTAGE.get(language), each(lambda c: c.frontage_m), 1)


def _attributes(options: Sequence[Option]) -> Iterator[Line]:
    for name in dict.fromkeys(name for option in options for name in option.attributes):
        yield Line(name, tuple(option.attributes.get(name) for option in options))


def cell_text(cell: Cell, line: Line) -> str:
    """Return a cell as text: numbers with the line's decimals, nothing as a dash."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if line.is_share:
        return share_text(cell)
    return f"{cell + 0.0:,.{line.decimals}f}"


def share_text(share: float) -> str:
    """Return a share of draws in percent; what is not all, or not none, never reads so."""
    if 0 < share < _HALF_PERCENT:
        return "< 1%"
    if 1 - _HALF_PERCENT < share < 1:
        return "> 99%"
    return f"{share:.0%}"


def measure_text(measure: float | None, unit: str, language: str) -> str:
    """Return a measure with its unit, as short as a table bears it; an unknown one says so."""
    if measure is None:
        return words.UNKNOWN.get(language)
    size = abs(measure)
    text = f"{measure + 0.0:,.{0 if size >= 100 or measure == int(measure) else 2}f}"
    return text if unit in words.PLAIN_UNITS else f"{text} {unit}"


def columns_of(
    comparison: Comparison, kinds: Sequence[OptionKind], most: int
) -> Iterator[tuple[Option, ...]]:
    """Yield the alternatives in blocks of at most `most` columns, the present red line in each.

    Where there is nothing beside it the present red line is a block of its own.

    Parameters
    ----------
    comparison
        Whose alternatives they are.
    kinds
        Which of them, besides the present red line.
    most
        Columns of a block, at least 2.
    """
    lead = comparison.of_kind(OptionKind.PRESENT)[: most - 1]
    rest = comparison.of_kind(*kinds)
    step = most - len(lead)
    for start in range(0, max(len(rest), 1 if lead else 0), step):
        yield (*lead, *rest[start : start + step])
