"""Cells of the workbook: what the tables of a package say, in words and in three units."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siting.areas import AreaRow, area_table
from siting.handover.planned import PlanPart
from siting.handover.selection import DistrictPart
from siting.mapping.subject import Subject
from siting.model import Text
from siting.report.wording import OUTCOMES, SEVERITIES
from siting.save import Column
from siting.save.fields import plain

if TYPE_CHECKING:
    import geopandas as gpd

    from siting.compose import Composed

Row = tuple[object, ...]

#: Number formats of the three units, of other measures, and of whole numbers.
M2_FORMAT, HA_FORMAT, MU_FORMAT, MEASURE, WHOLE = "#,##0.00", "#,##0.0000", "#,##0.00", "0.00", "0"
_UNITS = (
    (Text("m²", "m²"), M2_FORMAT), (Text("公顷", "ha"), HA_FORMAT), (Text("亩", "mu"), MU_FORMAT),
)  # fmt: skip
YES, NO, UNKNOWN = Text("是", "yes"), Text("否", "no"), Text("未知", "unknown")
#: Words of columns whose values are codes.
_WORDS: Mapping[str, Mapping[str, Text]] = {
    "outcome": OUTCOMES,
    "worst_severity": SEVERITIES,
    "severity": SEVERITIES,
    "project_form": {
        "area": Text("面状", "area"),
        "linear": Text("线性", "linear"),
        "none": Text("尚无红线", "no red line"),
    },
    "certainty": {"certain": Text("确定", "certain"), "possible": Text("可能", "possible")},
}
#: Columns of yes and no in which no value says that nobody knows.
_OPEN = frozenset({"must_acquire"})


@dataclass(frozen=True, eq=False, slots=True)
class Material:
    """What a workbook is made of.

    ``tables`` are those of the package, so nothing is in a workbook that is not in them but
    counts, sums and the composition. ``composed`` is the reason where there is no composition.
    ``identity`` is that of the whole run. ``handed`` is the part's share of the plan, or why
    there is none though one was asked for; None where nobody asked.
    """

    part: DistrictPart
    subject: Subject
    tables: Mapping[str, gpd.GeoDataFrame]
    composed: Composed | Text
    identity: str
    handed: PlanPart | Text | None = None

    @property
    def language(self) -> str:
        """The language of the city."""
        return self.subject.city.language

    def say(self, text: Text) -> str:
        """Return a text in the workbook's language."""
        return text.get(self.language)

    @property
    def is_district(self) -> bool:
        """True for the workbook of one district."""
        return bool(self.part.code)


def values_of(table: gpd.GeoDataFrame, language: str) -> list[dict[str, object]]:
    """Return the rows of a table as cells: codes in words, yes and no, no geometry.

    Columns in two languages (``near_zh``, ``near_en``) become one (``near``).
    """
    columns: dict[str, list[object]] = {}
    for name in table.columns:
        base, _, suffix = str(name).rpartition("_")
        if name == table.geometry.name or (suffix in {"zh", "en"} and suffix != language):
            continue
        key = base if suffix == language and base else str(name)
        columns[key] = [_cell(str(name), value, language) for value in table[name].tolist()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _cell(column: str, value: Any, language: str) -> object:  # noqa: ANN401 - a cell of any column
    cell = plain(value)
    if cell is None and column in _OPEN:
        return UNKNOWN.get(language)
    if isinstance(cell, bool):
        return (YES if cell else NO).get(language)
    words = _WORDS.get(column)
    if words is not None and str(cell) in words:
        return words[str(cell)].get(language)
    return cell


def area_columns(title: Text, language: str) -> tuple[Column, ...]:
    """Return the columns of one area in m², 公顷 and 亩."""
    return tuple(
        Column(f"{title.get(language)} {unit.get(language)}", number_format, 0)
        for unit, number_format in _UNITS
    )


def area_cells(row: AreaRow | None) -> Row:
    """Return an area in the three units; blanks for none."""
    return (None, None, None) if row is None else (row.area_m2, row.area_ha, row.area_mu)


def each_area(areas_m2: Sequence[Any]) -> list[Row]:
    """Return areas that are no parts of a whole: each rounded by itself; blanks for none."""
    return [area_cells(area_table({"": area}).total if _is_area(area) else None)
            for area in areas_m2]  # fmt: skip


def adding_up(areas_m2: Mapping[str, Any]) -> tuple[dict[str, Row], Row]:
    """Return areas by name, and their sum: every column adds up exactly.

    What is no area (None, an outline that crosses itself) is blank and in no sum.
    """
    known = {name: float(area) for name, area in areas_m2.items() if _is_area(area)}
    table = area_table(known)
    cells = {row.name: area_cells(row) for row in table.rows}
    return {name: cells.get(name, area_cells(None)) for name in areas_m2}, area_cells(table.total)


def _is_area(area: Any) -> bool:  # noqa: ANN401
    return area is not None and math.isfinite(area) and area >= 0.0
