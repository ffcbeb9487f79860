"""The Pareto set: the alternatives than which none is better on one criterion and no worse on all.

What is beaten so is second to its beater under any weights; what is not beaten may be the best
under some (not always: an additive score never finds what lies in a hollow of the front).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from siting.score.tables import checked_table

Flags = NDArray[np.bool_]
Ranks = NDArray[np.uint32]

#: Alternatives that are compared with the front at a time, and of the front with them: 128 × 2048
#: flags stay in a processor's cache. The first part of the front is short and beats most.
_BLOCK, _FIRST_PART, _PART = 128, 256, 2048


def is_unbeaten(values: ArrayLike) -> Flags:
    """Return for each alternative whether no other one beats it.

    One beats another when it is at least as good on all criteria and better on one; equal ones
    do not beat each other, and are all in the set or none.

    Parameters
    ----------
    values
        A row for each alternative, a column for each criterion; more is better (worths, or
        measures with the sign turned where less is better).

    Returns
    -------
    Flags
        True or false for each alternative, in the order of the rows.

    Raises
    ------
    ConfigError
        When the table is none or holds what is not a finite number.

    Notes
    -----
    Alternatives come by falling sum of their ranks, so that none can beat an earlier one, and
    each is compared with the unbeaten ones before it (sort-filter skyline: Chomicki, J.,
    Godfrey, P., Gryz, J. and Liang, D. (2003), Skyline with presorting, ICDE).

    Examples
    --------
    >>> is_unbeaten([[1, 0], [0, 1], [0.5, 0.5], [0.4, 0.5]]).tolist()
    [True, True, True, False]
    """
    table = checked_table(values, method="Pareto")
    distinct, group = np.unique(table, axis=0, return_inverse=True)
    ranks = _ranks(distinct)
    order = np.argsort(-ranks.sum(axis=1, dtype=np.int64), kind="stable")
    kept = _front(np.ascontiguousarray(ranks[order].T))
    is_kept = np.zeros(len(distinct), dtype=np.bool_)
    is_kept[order[kept]] = True
    unbeaten: Flags = is_kept[group.reshape(-1)]
    return unbeaten


def _ranks(table: NDArray[np.float64]) -> Ranks:
    """Return each column's dense ranks, 0 the lowest; half as wide as floats, and as exact."""
    columns = [np.unique(column, return_inverse=True)[1].reshape(-1) for column in table.T]
    return np.stack(columns, axis=1).astype(np.uint32)


def _front(columns: Ranks) -> NDArray[np.intp]:
    """Return the unbeaten among different alternatives that come by falling sum of ranks.

    `columns` has a row for each criterion.
    """
    count = columns.shape[1]
    front = np.empty_like(columns)
    kept = np.empty(count, dtype=np.intp)
    size = 0
    for start in range(0, count, _BLOCK):
        block = np.arange(start, min(start + _BLOCK, count))
        for part in _parts(size):
            block = block[~_are_beaten(columns[:, block], front[:, part])]
        among = _covers(columns[:, block], columns[:, block])
        among[np.diag_indices(len(block))] = False
        block = block[~among.any(axis=1)]
        front[:, size : size + len(block)] = columns[:, block]
        kept[size : size + len(block)] = block
        size += len(block)
    return kept[:size]


def _parts(size: int) -> Iterator[slice]:
    """Yield the front in parts, a short one first."""
    start, length = 0, _FIRST_PART
    while start < size:
        yield slice(start, min(start + length, size))
        start, length = start + length, _PART


def _are_beaten(block: Ranks, front: Ranks) -> Flags:
    beaten: Flags = np.logical_or.reduce(_covers(block, front), axis=1, dtype=np.bool_)
    return beaten


def _covers(block: Ranks, front: Ranks) -> Flags:
    """Return for each of `block` (rows) and of `front` (columns): the latter nowhere lower."""
    covers: Flags = np.ones((block.shape[1], front.shape[1]), dtype=np.bool_)
    higher = np.empty_like(covers)
    for own, others in zip(block, front, strict=True):
        np.greater_equal(others, own[:, None], out=higher)
        np.logical_and(covers, higher, out=covers)
    return covers
