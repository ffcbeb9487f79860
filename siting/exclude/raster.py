"""The exclusion raster: which cells of a city each rule excludes, a bit per rule.

For those who work on cells (suitability, wind and solar potential). A cell is no parcel: what a
raster says ends at its cells, and the table and the verdicts stay exact.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.errors import ConfigError, Where, nearest
from siting.exclude.marks import Bits, Mark, is_drawable, mark_of
from siting.exclude.measuring import bears_on_land
from siting.exclude.table import layers_by_role
from siting.model import Atlas, Release, Severity, Text
from siting.model.raster import Grid
from siting.rulebook import RuleBook
from siting.rules.base import Rule

#: Bit of the first band where some rule of the raster could not be checked.
UNCHECKED = 1
#: Rules of one raster: their bits and that of the unchecked fill 32.
MOST_RULES = 31
#: More cells than this are a slip of the cell size: 200 km × 200 km at 10 m are 400 million.
MOST_CELLS = 2_000_000_000

_USES = Text(
    "排除范围随用途而异，不在栅格内", "excludes other land for each use: not in this raster"
)
_NOT_ASKED = Text("未要求（默认只含禁止性规则）", "not asked for (the default is prohibited rules)")


@dataclass(frozen=True, slots=True)
class Cut:
    """How land becomes cells: the cell's side in metres, and which cells count.

    ``is_touched``: every cell that excluded land covers at all; else those with their centre on
    it.
    """

    cell_m: float = 10.0
    is_touched: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class ExclusionRaster:
    """Which cells each rule excludes. Bit *i* + 1 is that of ``marks[i]``.

    ``left_out`` are rules in force without a bit, by code: no cell speaks for them.
    """

    grid: Grid
    cut: Cut
    marks: tuple[Mark, ...]
    left_out: Mapping[str, Text]
    as_of: dt.date
    crs: str
    rule_book: str

    @property
    def dtype(self) -> str:
        """The type of a cell: as many bits as there are rules, and one."""
        return "uint16" if len(self.marks) < 16 else "uint32"

    @property
    def is_complete(self) -> bool:
        """True when every rule could be looked at; cells beyond a coverage are told apart."""
        return not any(mark.gaps for mark in self.marks)

    @property
    def release(self) -> Release:
        """How far the raster may travel: as far as the most closely held of its layers."""
        order = list(Release)
        each = (mark.release for mark in self.marks)
        return min(each, key=order.index, default=Release.PUBLIC)

    def strip(self, first_row: int, rows: int) -> tuple[Bits, Bits]:
        """Return some rows of both bands: excluded, and not checked.

        In the first, a rule's bit says that it excludes the cell, and :data:`UNCHECKED` that
        some rule could not be checked there: 0 is free of every rule of the raster, and checked.
        In the second, a rule's bit says that it could not be checked there.
        """
        excluded = np.zeros((rows, self.grid.columns), dtype=np.uint32)
        unchecked = np.zeros_like(excluded)
        for number, mark in enumerate(self.marks, start=1):
            excluded |= mark.excluded(self.grid, first_row, rows) << np.uint32(number)
            unchecked |= mark.unchecked(self.grid, first_row, rows) << np.uint32(number)
        excluded |= np.where(unchecked > 0, np.uint32(UNCHECKED), np.uint32(0))
        return excluded, unchecked

    def strips(self) -> Iterator[tuple[int, NDArray[np.uint32]]]:
        """Yield first row and both bands of strips that together are the raster."""
        for first, rows in self.grid.strips():
            yield first, np.stack(self.strip(first, rows))


def exclusion_raster(
    atlas: Atlas,
    rule_book: RuleBook,
    *,
    crs: str,
    as_of: dt.date,
    codes: Sequence[str] = (),
    cut: Cut | None = None,
) -> ExclusionRaster:
    """Return which cells of the city's outline rules exclude.

    Parameters
    ----------
    atlas
        What was loaded of the city. A layer that is released for tables only is not drawn: its
        rule keeps a bit, and is not checked anywhere.
    rule_book
        The rules; whom one applies to is not asked.
    crs
        The working CRS, in metres.
    as_of
        Picks the rules in force.
    codes
        Only these rules; without any, all prohibited ones whose land does not depend on the use.
    cut
        The size of a cell, and which count.

    Raises
    ------
    ConfigError
        When a code is no such rule; when there would be too many rules or cells.
    """
    cut = cut or Cut()
    in_force = rule_book.in_force(as_of)
    layers = layers_by_role(atlas)
    chosen, left_out = _chosen(in_force, codes, rule_book)
    _limit(len(chosen), MOST_RULES, "rules in one raster", "name fewer of them with --rule")
    grid = grid_over(atlas.outline, cut.cell_m, crs)
    marks = tuple(mark_of(rule, layers, grid, is_touched=cut.is_touched) for rule in chosen)
    named = f"{rule_book.name} {rule_book.version}"
    return ExclusionRaster(grid, cut, marks, left_out, as_of, crs, named)


def grid_over(outline: BaseGeometry, cell_m: float, crs: str) -> Grid:
    """Return the grid of cells over an outline, on whole multiples of the cell's side.

    Rasters of neighbouring cities, and of other days, then lie cell on cell.
    """
    west, south, east, north = outline.bounds
    left, right = math.floor(west / cell_m), math.ceil(east / cell_m)
    bottom, top = math.floor(south / cell_m), math.ceil(north / cell_m)
    columns, rows = right - left, top - bottom
    _limit(columns * rows, MOST_CELLS, "cells in one raster", "take a larger --cell")
    return Grid(left * cell_m, top * cell_m, cell_m, cell_m, columns, rows, crs=crs)


def _limit(count: int, most: int, what: str, next_step: str) -> None:
    if count > most:
        raise ConfigError(
            f"too many {what}",
            where=Where(file="--raster"),
            expected=f"at most {most:,}",
            found=f"{count:,}",
            next_step=next_step,
        )


def _chosen(
    in_force: Sequence[Rule], codes: Sequence[str], rule_book: RuleBook
) -> tuple[list[Rule], dict[str, Text]]:
    drawable = {rule.code: rule for rule in in_force if is_drawable(rule)}
    for code in codes:
        if code not in drawable:
            raise ConfigError(
                f"rule {code} has no bit in an exclusion raster",
                where=Where(file=rule_book.name),
                expected="a rule in force whose land is the same for all: "
                + ", ".join(sorted(drawable)),
                found=code,
                next_step=nearest(code, drawable) or "list the rules with: siting rules",
            )
    chosen = [
        rule
        for rule in drawable.values()
        if (rule.code in codes if codes else rule.severity is Severity.PROHIBITED)
    ]
    left_out = {
        rule.code: _NOT_ASKED if is_drawable(rule) else _USES
        for rule in in_force
        if bears_on_land(rule) and rule not in chosen
    }
    return chosen, left_out
