"""Conflicts between two, gathered into sets of which at most one member can be chosen.

A row "at most one of these" says the same of whole choices as all its pairs do, but much more of
fractions: of three that exclude each other, pairs let half of each pass, a clique lets one in all.
The bound of the solver is the better for it, and there are fewer rows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.allocate.graph import spans
from siting.allocate.problem import Longs
from siting.allocate.table import Part

#: Cells (a byte each) of the tables of who excludes whom that are filled at once.
_CELLS = 1 << 24


def clique_cover(part: Part) -> tuple[Longs, ...]:
    """Return sets of columns that exclude each other, which together hold every conflict.

    Within a set each two are of one project or conflict: nothing is excluded that the pairs do
    not exclude. Greedy, in the order of the columns' conflicts; same part, same sets.
    """
    cover = _Cover(part)
    degrees = np.diff(part.graph.starts)
    by_degree = np.lexsort((np.arange(len(degrees)), -degrees)).tolist()
    return tuple(clique for column in by_degree for clique in cover.around(column))


class _Cover:
    """A cover in the making: which conflicts no set holds yet, seen from either end."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._graph = part.graph
        self._counts = np.diff(self._graph.starts)
        self._is_open = np.ones(len(self._graph.others), dtype=bool)
        self._is_member = np.zeros(len(part.columns), dtype=bool)
        self._place = np.full(len(part.columns), -1, dtype=np.int64)

    def around(self, column: int) -> Iterator[Longs]:
        """Yield sets with a column until they hold all its conflicts: open ones first, then any."""
        if not self._counts[column]:
            return
        row = self._part.owner[column]
        mates = np.arange(self._part.starts[row], self._part.starts[row + 1])
        nodes = np.sort(np.concatenate([self._graph.near(column), mates[mates != column]]))
        excluded = self._excluded(nodes)
        while self._counts[column]:
            first, last = self._graph.starts[column : column + 2]
            wanted = self._graph.others[first:last][self._is_open[first:last]]
            members = _grown(_bits(np.isin(nodes, wanted)), excluded)
            clique = np.sort(np.append(nodes[members], column))
            self._strike(clique)
            yield clique

    def _excluded(self, nodes: Longs) -> list[int]:
        """Return for each node, a bit per node, which others it conflicts or has a project with."""
        self._place[nodes] = np.arange(len(nodes))
        owner = self._part.owner[nodes]
        excluded: list[int] = []
        for some in np.array_split(nodes, len(nodes) ** 2 // _CELLS + 1):
            ends, counts = spans(self._graph.starts[some], self._graph.starts[some + 1])
            beside = self._place[self._graph.others[ends]]
            is_in = beside >= 0
            table = self._part.owner[some][:, None] == owner
            table[np.arange(len(some)), self._place[some]] = False
            table[np.repeat(np.arange(len(some)), counts)[is_in], beside[is_in]] = True
            excluded += [_bits(row) for row in table]
        self._place[nodes] = -1
        return excluded

    def _strike(self, clique: Longs) -> None:
        """Take the conflicts within a set as held."""
        self._is_member[clique] = True
        ends, counts = spans(self._graph.starts[clique], self._graph.starts[clique + 1])
        is_struck = self._is_open[ends] & self._is_member[self._graph.others[ends]]
        self._is_open[ends[is_struck]] = False
        self._counts[clique] -= np.bincount(
            np.repeat(np.arange(len(clique)), counts)[is_struck], minlength=len(clique)
        )
        self._is_member[clique] = False


def _bits(is_set: np.ndarray) -> int:
    return int.from_bytes(np.packbits(is_set, bitorder="little").tobytes(), "little")


def _grown(wanted: int, excluded: list[int]) -> list[int]:
    """Return nodes that exclude each other, the lowest first: wanted ones, then any other."""
    members = []
    common = (1 << len(excluded)) - 1
    for asked in (wanted, ~wanted):
        while left := common & asked:
            node = (left & -left).bit_length() - 1
            members.append(node)
            common &= excluded[node]
    return members
