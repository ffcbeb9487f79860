"""Which projects depend on each other: those that share a conflict or a limit that can bind."""

from __future__ import annotations

import numpy as np

from siting.allocate.problem import Longs
from siting.allocate.table import Part


def components(part: Part) -> tuple[Longs, ...]:
    """Return the groups of projects that can be planned apart, each ascending.

    The best plans of the groups are together a best plan of all, stage by stage, for every stage
    adds up over the groups. Projects that depend on nobody are one group at the end.
    """
    parent = list(range(len(part.rows)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for left, right in np.unique(part.owner[part.pairs], axis=0).tolist():
        parent[root(right)] = root(left)
    limited: set[int] = set()
    for load in part.loads:
        owners = np.unique(part.owner[load.columns]).tolist()
        limited.update(owners)
        for row in owners[1:]:
            parent[root(row)] = root(owners[0])
    groups: dict[int, list[int]] = {}
    for row in range(len(part.rows)):
        groups.setdefault(root(row), []).append(row)
    bound = [rows for rows in groups.values() if len(rows) > 1 or rows[0] in limited]
    alone = [rows[0] for rows in groups.values() if len(rows) == 1 and rows[0] not in limited]
    found = sorted(bound, key=lambda rows: (len(rows), rows)) + ([alone] if alone else [])
    return tuple(np.array(rows, dtype=np.int64) for rows in found)
