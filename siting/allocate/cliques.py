"""Conflicts between two, gathered into sets of which at most one member can be chosen.

A row "at most one of these" says the same of whole choices as all its pairs do, but much more of
fractions: of three that exclude each other, pairs let half of each pass, a clique lets one in all.
The bound of the solver is the better for it, and there are fewer rows.
"""

from __future__ import annotations

import numpy as np

from siting.allocate.problem import Longs
from siting.allocate.table import Part


def clique_cover(part: Part) -> tuple[Longs, ...]:
    """Return sets of columns that exclude each other, which together hold every conflict.

    Within a set each two are of one project or conflict: nothing is excluded that the pairs do
    not exclude. Greedy, in the order of the columns' conflicts; same part, same sets.
    """
    near = [set(others) for others in part.neighbours()]
    open_ends = [set(others) for others in near]
    by_degree = sorted(range(len(near)), key=lambda column: (-len(near[column]), column))
    owner = part.owner.tolist()
    starts = part.starts.tolist()
    cover: list[Longs] = []
    for column in by_degree:
        mates = set(range(starts[owner[column]], starts[owner[column] + 1])) - {column}
        while open_ends[column]:
            clique = _grown(column, open_ends[column], near[column] | mates, (near, owner))
            for member in clique:
                open_ends[member] -= clique
            cover.append(np.array(sorted(clique), dtype=np.int64))
    return tuple(cover)


def _grown(
    seed: int, wanted: set[int], common: set[int], graph: tuple[list[set[int]], list[int]]
) -> set[int]:
    """Return a clique around a column: first with conflicts that no set holds yet, then any."""
    near, owner = graph
    clique = {seed}
    for column in [*sorted(wanted), *sorted(common - wanted)]:
        if column in common:
            clique.add(column)
            common = {
                other
                for other in common
                if other != column and (other in near[column] or owner[other] == owner[column])
            }
    return clique
