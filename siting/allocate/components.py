"""Which projects depend on each other: those that share a conflict or a limit that can bind."""

from __future__ import annotations

import numpy as np

from siting.allocate.graph import distinct
from siting.allocate.problem import Longs
from siting.allocate.table import Part


def components(part: Part) -> tuple[Longs, ...]:
    """Return the groups of projects that can be planned apart, each ascending.

    The best plans of the groups are together a best plan of all, stage by stage, for every stage
    adds up over the groups. Projects that depend on nobody are one group at the end.
    """
    count = len(part.rows)
    limited = [distinct(part.owner[load.columns]) for load in part.loads]
    stars = [np.stack([rows[:1].repeat(len(rows)), rows], axis=1) for rows in limited if len(rows)]
    owners = part.owner[part.pairs]
    keys = distinct(owners[:, 0] * count + owners[:, 1])
    links = np.concatenate([*stars, np.stack(np.divmod(keys, max(count, 1)), axis=1)])
    label = _labels(links, count)
    is_limited = np.zeros(count, dtype=bool)
    for rows in limited:
        is_limited[rows] = True
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1) if count else []
    bound = [rows for rows in groups if len(rows) > 1 or is_limited[rows[0]]]
    alone = [rows for rows in groups if len(rows) == 1 and not is_limited[rows[0]]]
    found = sorted(bound, key=lambda rows: (len(rows), int(rows[0])))
    return (*found, *([np.concatenate(alone)] if alone else []))


def _labels(links: Longs, count: int) -> Longs:
    """Return for each of so many rows the smallest one that links lead to."""
    label = np.arange(count, dtype=np.int64)
    while len(links):
        ends = label[links]
        links = links[ends[:, 0] != ends[:, 1]]
        ends = np.sort(label[links], axis=1)
        np.minimum.at(label, ends[:, 1], ends[:, 0])
        while (label[label] != label).any():
            label = label[label]
    return label
