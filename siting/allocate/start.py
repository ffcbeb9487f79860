"""A good plan quickly, without a proof: where the solver starts, and what is left if time runs out.

Greedy by priority, the project with the fewest candidates first; then a project without a site
takes one whose only other taker can go elsewhere; then each takes a better site where one is free.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from siting.allocate.problem import Longs
from siting.allocate.table import Part

#: Rounds of taking better sites; each goes through all projects.
_ROUNDS = 5


class _Board:
    """A plan in the making: which column each project has (-1: none), and what that shuts out."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.chosen = [-1] * len(part.rows)
        self.owner: list[int] = part.owner.tolist()
        self._blocks = [0] * len(part.columns)
        self._near = part.neighbours()
        self._free = [load.limit for load in part.loads]
        self._loads: list[list[tuple[int, int]]] = [[] for _ in range(len(part.columns))]
        for at, load in enumerate(part.loads):
            for column, amount in zip(load.columns.tolist(), load.amounts.tolist(), strict=True):
                self._loads[column].append((at, amount))

    def fits(self, column: int) -> bool:
        """True where a column's project, which has none, could take it."""
        is_within = all(amount <= self._free[at] for at, amount in self._loads[column])
        return self._blocks[column] == 0 and is_within

    def take(self, column: int) -> None:
        """Give a column to its project, which has none."""
        self.chosen[self.owner[column]] = column
        self._count(column, 1)

    def drop(self, row: int) -> int:
        """Take a project's column away and return it."""
        column = self.chosen[row]
        self.chosen[row] = -1
        self._count(column, -1)
        return column

    def takers(self, column: int) -> set[int]:
        """Return the projects whose columns conflict with this one."""
        near = self._near[column]
        return {self.owner[other] for other in near if self.chosen[self.owner[other]] == other}

    def first_fitting(self, columns: Iterable[int]) -> int:
        """Return the first column that fits, or -1."""
        return next((column for column in columns if self.fits(column)), -1)

    def _count(self, column: int, sign: int) -> None:
        for other in self._near[column]:
            self._blocks[other] += sign
        for at, amount in self._loads[column]:
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
    order = sorted(
        range(len(part.rows)),
        key=lambda row: (not part.must[row], int(part.classes[row]), len(wishes[row]), row),
    )
    for row in order if keeps_first else ():
        # who must be placed comes first, also where it was elsewhere before
        former = [column for column in wishes[row] if column == part.previous[row]]
        _take_first(board, wishes[row] if part.must[row] else former)
    for row in order:
        if board.chosen[row] < 0:
            _take_first(board, wishes[row])
    for row in order:
        if board.chosen[row] < 0:
            _push_in(board, row, wishes)
    for _ in range(_ROUNDS):
        if not sum(_rise(board, row, wishes[row]) for row in order if board.chosen[row] >= 0):
            break
    return np.array(board.chosen, dtype=np.int64)


def _wishes(part: Part, *, keeps_first: bool) -> list[list[int]]:
    is_previous = np.zeros(len(part.columns), dtype=bool)
    is_previous[part.previous[part.previous >= 0]] = True
    columns = np.arange(len(part.columns))
    keys = (-part.scores, ~is_previous) if keeps_first else (~is_previous, -part.scores)
    order = np.lexsort((columns, *keys, part.owner))
    return [rows.tolist() for rows in np.split(order, part.starts[1:-1])]


def _take_first(board: _Board, columns: list[int]) -> bool:
    column = board.first_fitting(columns)
    if column >= 0:
        board.take(column)
    return column >= 0


def _push_in(board: _Board, row: int, wishes: list[list[int]]) -> None:
    """Place a project by sending the only one in its way elsewhere, if it has elsewhere to go."""
    for column in wishes[row]:
        takers = board.takers(column)
        if len(takers) != 1:
            continue
        other = takers.pop()
        former = board.drop(other)
        if board.fits(column):
            board.take(column)
            if _take_first(board, wishes[other]):
                return
            board.drop(row)
        board.take(former)


def _rise(board: _Board, row: int, wishes: list[int]) -> bool:
    """Take a better column where one is free; True if so."""
    former = board.drop(row)
    better = board.first_fitting(wishes[: wishes.index(former)])
    board.take(better if better >= 0 else former)
    return better >= 0
