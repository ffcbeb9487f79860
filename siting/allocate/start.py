"""A good plan quickly, without a proof: where the solver starts, and what is left if time runs out.

Greedy by priority, the project with the fewest candidates first; then a project without a site
takes one whose only other taker can go elsewhere; then each takes a better site where one is free.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.allocate.prices import Priced
from siting.allocate.problem import Longs
from siting.allocate.table import Floats, Part

#: Rounds of taking better sites; each goes through all projects.
_ROUNDS = 5


class _Board:
    """A plan in the making: which column each project has (-1: none), and what that shuts out."""

    def __init__(self, part: Part) -> None:
        self.chosen = np.full(len(part.rows), -1, dtype=np.int64)
        self._owner = part.owner
        self._graph = part.graph
        self._blocks = np.zeros(len(part.columns), dtype=np.int64)
        self._free = [load.limit for load in part.loads]
        columns = [load.columns for load in part.loads]
        order = np.argsort(np.concatenate([np.empty(0, np.int64), *columns]), kind="stable")
        counted = np.repeat(np.arange(len(columns)), [len(some) for some in columns])[order]
        amounts = [load.amounts for load in part.loads]
        self._counted = counted.tolist()
        self._amounts = np.concatenate([np.empty(0, np.int64), *amounts])[order].tolist()
        in_order = np.concatenate([np.empty(0, np.int64), *columns])[order]
        self._first = np.searchsorted(in_order, np.arange(len(part.columns) + 1)).tolist()

    def fits(self, column: int) -> bool:
        """True where a column's project, which has none, could take it."""
        return not self._blocks[column] and self._is_within(column)

    def take(self, column: int) -> None:
        """Give a column to its project, which has none."""
        self.chosen[self._owner[column]] = column
        self._count(column, 1)

    def drop(self, row: int) -> int:
        """Take a project's column away and return it."""
        column = int(self.chosen[row])
        self.chosen[row] = -1
        self._count(column, -1)
        return column

    def takers(self, column: int) -> Longs:
        """Return the projects whose columns conflict with this one."""
        near = self._graph.near(column)
        owners = self._owner[near]
        takers: Longs = owners[self.chosen[owners] == near]
        return takers

    def first_fitting(self, columns: Longs) -> int:
        """Return the first column that fits, or -1."""
        unblocked = columns[self._blocks[columns] == 0].tolist()
        return next((column for column in unblocked if self._is_within(column)), -1)

    def _is_within(self, column: int) -> bool:
        return all(amount <= self._free[at] for at, amount in self._used(column))

    def _used(self, column: int) -> Iterator[tuple[int, int]]:
        span = slice(*self._first[column : column + 2])
        return zip(self._counted[span], self._amounts[span], strict=True)

    def _count(self, column: int, sign: int) -> None:
        self._blocks[self._graph.near(column)] += sign
        for at, amount in self._used(column):
            self._free[at] -= sign * amount


def quick_plan(part: Part, *, keeps_first: bool) -> Longs:
    """Return a column for each project, -1 for none; locks and limits are kept.

    Parameters
    ----------
    part
        Free of contradictions: the projects that must be placed can be.
    keeps_first
        Columns of the plan before go first, then scores; else the other way round.
    """
    board = _Board(part)
    wishes = _wishes(part, keeps_first=keeps_first)
    counts = np.diff(part.starts)
    order = np.lexsort((counts, part.classes, ~part.must)).tolist()
    for row in order if keeps_first else ():
        # who must be placed comes first, also where it was elsewhere before
        former = wishes[row][wishes[row] == part.previous[row]]
        _take_first(board, wishes[row] if part.must[row] else former)
    _fill(board, order, wishes)
    for _ in range(_ROUNDS):
        if not sum(_rise(board, row, wishes[row]) for row in order if board.chosen[row] >= 0):
            break
    return board.chosen


def guided_plan(part: Part, shares: Floats, priced: Priced, *, by_class: bool) -> Longs:
    """Return a column for each project, -1 for none, near to what fractions of columns say.

    Parameters
    ----------
    part
        As for :func:`quick_plan`.
    shares
        Per column: projects go in the order of the largest share that they have in one.
    priced
        A project wishes for the column that falls short by the least.
    by_class
        Classes go before shares: so no project of a higher class is left out where shares are
        rough.
    """
    board = _Board(part)
    order = np.lexsort((np.arange(len(part.columns)), priced.falls_short, part.owner))
    wishes = np.split(order, part.starts[1:-1])
    level = part.classes if by_class else 0 * part.classes
    largest = np.zeros(len(part.rows))
    np.maximum.at(largest, part.owner, shares)
    _fill(
        board, np.lexsort((-priced.is_worth, -largest.round(1), level, ~part.must)).tolist(), wishes
    )
    return board.chosen


def _fill(board: _Board, order: list[int], wishes: list[Longs]) -> None:
    """Give whoever has none the first wish that fits, at last by sending another one elsewhere."""
    for row in order:
        if board.chosen[row] < 0:
            _take_first(board, wishes[row])
    for row in order:
        if board.chosen[row] < 0:
            _push_in(board, row, wishes)


def _wishes(part: Part, *, keeps_first: bool) -> list[Longs]:
    is_previous = np.zeros(len(part.columns), dtype=bool)
    is_previous[part.previous[part.previous >= 0]] = True
    columns = np.arange(len(part.columns))
    keys = (-part.scores, ~is_previous) if keeps_first else (~is_previous, -part.scores)
    order = np.lexsort((columns, *keys, part.owner))
    return np.split(order, part.starts[1:-1])


def _take_first(board: _Board, columns: Longs) -> bool:
    column = board.first_fitting(columns)
    if column >= 0:
        board.take(column)
    return column >= 0


def _push_in(board: _Board, row: int, wishes: list[Longs]) -> None:
    """Place a project by sending the only one in its way elsewhere, if it has elsewhere to go."""
    for column in wishes[row].tolist():
        takers = board.takers(column)
        if len(takers) != 1:
            continue
        other = int(takers[0])
        former = board.drop(other)
        if board.fits(column):
            board.take(column)
            if _take_first(board, wishes[other]):
                return
            board.drop(row)
        board.take(former)


def _rise(board: _Board, row: int, wishes: Longs) -> bool:
    """Take a better column where one is free; True if so."""
    former = board.drop(row)
    better = board.first_fitting(wishes[: int(np.flatnonzero(wishes == former)[0])])
    board.take(better if better >= 0 else former)
    return better >= 0
