"""Edges that two outlines share: which vertices of a layer a page may copy from before.

Parcels, land-use plots and districts lie side by side, so most of their edges are drawn twice, once
each way. Where some vertices in a row stand in an earlier ring as well, backwards, a packed layer
(:mod:`siting.mapping.packing`) tells from where and how many, not where they lie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: A copy takes some five signs, a vertex four: shorter ones do not pay.
LEAST_COPIED = 2
#: An odd multiplier and one that stirs what it gives (Steele, Lea and Flood 2014).
_SPREAD, _STIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF = np.uint64(29)

Whole = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Copies:
    """Vertices that are copied, and the runs that they make.

    ``is_copied`` by vertex; per run, in order, the vertex that it begins ``at``, how far ``back``
    the first one's original lies (the next one's lies two farther, and so on) and its ``length``.
    """

    is_copied: Marks
    at: Whole
    back: Whole
    length: Whole


def copies_of(places: Whole, ring_sizes: Whole, is_closed: Marks) -> Copies:
    """Return what of a layer's vertices may be copied from earlier ones.

    Parameters
    ----------
    places
        Whole numbers, n × 2, ring by ring; no vertex repeats the first of its ring.
    ring_sizes
        How many vertices each ring has.
    is_closed
        Which rings are outlines of polygons; of others nothing is copied.
    """
    sources = _sources(places, ring_sizes, is_closed)
    is_copied = sources >= 0
    goes_on = np.zeros(len(places), dtype=bool)
    goes_on[1:] = is_copied[1:] & (sources[1:] == sources[:-1] - 1)
    at = np.flatnonzero(is_copied & ~goes_on)
    run_of = np.cumsum(is_copied & ~goes_on)
    length = np.bincount(run_of[is_copied], minlength=len(at) + 1)[1:].astype(np.int64)
    pays = length >= LEAST_COPIED
    is_copied &= np.append(False, pays)[run_of]
    at, length = at[pays], length[pays]
    return Copies(is_copied, at, at - sources[at], length)


def _sources(places: Whole, ring_sizes: Whole, is_closed: Marks) -> Whole:
    """Return by vertex an earlier one at the same place whose edge runs the other way, else -1."""
    ends = np.cumsum(ring_sizes)
    starts = ends - ring_sizes
    after = np.arange(1, len(places) + 1)
    after[ends - 1] = starts
    edges = np.flatnonzero(np.repeat(is_closed, ring_sizes))
    where = (places[:, 0] << 32) + places[:, 1]  # a number by place, for none is so far off
    keys = _stirred(where)
    keys = keys[edges] + keys[after[edges]]  # the same for both ways
    order = np.argsort(keys)
    is_same = keys[order[1:]] == keys[order[:-1]]
    one, other = edges[order[:-1][is_same]], edges[order[1:][is_same]]
    earlier, later = np.minimum(one, other), np.maximum(one, other)
    is_first = np.zeros(len(places), dtype=bool)
    is_first[starts] = True
    fits = (where[earlier] == where[after[later]]) & (where[after[earlier]] == where[later])
    fits &= ~is_first[after[later]]  # a ring's first vertex is always told
    sources = np.full(len(places), -1, dtype=np.int64)
    sources[after[later[fits]]] = earlier[fits]
    return sources


def _stirred(where: Whole) -> NDArray[np.uint64]:
    """Return numbers whose sums tell edges apart, all but a few, which `_sources` then does."""
    spread = where.view(np.uint64) * _SPREAD
    stirred: NDArray[np.uint64] = (spread ^ (spread >> _HALF)) * _STIR
    return stirred
