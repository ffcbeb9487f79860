"""What the bytes of a million shapes tell without one geometry object being built.

A *plain* row is well-formed little-endian 2D WKB of one closed, finite ring: a polygon, or a
multipolygon of one. Nearly all rows of a land layer are plain, and for these the survey knows
kind, box and mostly validity. Every other row (holes, parts, lines, points, heights, damage)
is left to GEOS: the survey never judges what it does not fully understand.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from siting.load.binary import bytes_of
from siting.load.simple import is_certainly_simple

Flags = NDArray[np.bool_]

#: Bytes before the coordinates, up to the number of points: order, kind, number of rings;
#: for a multipolygon order, kind, number of parts, and then those of its part.
POLYGON_HEAD = b"\x01\x03\x00\x00\x00\x01\x00\x00\x00"
HEADS = {3: POLYGON_HEAD, 6: b"\x01\x06\x00\x00\x00\x01\x00\x00\x00" + POLYGON_HEAD}
COUNT_BYTES = 4
POINT_BYTES = 16
#: A triangle, closed. Shorter rings are damage, longer ones go to GEOS.
LEAST_POINTS, MOST_POINTS = 4, 129
#: Coordinates looked at together: a block of them stays in a processor's cache.
BLOCK_POINTS = 80_000


@dataclass(frozen=True, slots=True)
class Survey:
    """One entry per row; only plain rows have a box, a kind and perhaps the certificate."""

    is_plain: Flags
    kinds: NDArray[np.int8]
    """shapely's type id: 3 or 6 of a plain row, else -1."""
    bounds: NDArray[np.float64]
    """West, south, east, north of a plain row, else NaN."""
    is_simple: Flags
    """The ring is certainly simple, so the row is valid; False is no judgement."""


def surveyed(column: pa.LargeBinaryArray) -> Survey:
    """Survey a column of WKB (nulls allowed)."""
    size = len(column)
    found = Survey(
        np.zeros(size, dtype=bool),
        np.full(size, -1, dtype=np.int8),
        np.full((size, 4), np.nan),
        np.zeros(size, dtype=bool),
    )
    content, offsets = bytes_of(column)
    lengths = np.diff(offsets)
    if column.null_count:
        lengths[column.is_null().to_numpy(zero_copy_only=False)] = 0
    blocks = _blocks(lengths)
    # numpy lets go of the interpreter in its inner loops, so threads do share the work.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for done in threads.map(lambda block: _look(content, offsets, block, found), blocks):
            del done
    return found


def write_vertices(
    column: pa.LargeBinaryArray,
    rows: NDArray[np.intp],
    begins: NDArray[np.int64],
    xy: NDArray[np.float64],
) -> None:
    """Write the vertices of plain rows, as they are in their bytes.

    Parameters
    ----------
    column
        The column that was surveyed.
    rows
        Plain ones, each once.
    begins
        Where the vertices of each of `rows` begin in `xy`.
    xy
        Room for all of them, n × 2, filled here.
    """
    content, offsets = bytes_of(column)
    lengths, places = np.zeros(len(column), np.int64), np.zeros(len(column), np.int64)
    lengths[rows], places[rows] = np.diff(offsets)[rows], begins
    room = xy.reshape(-1).view(np.uint8)

    def write(block: _Block) -> None:
        size = block.points * POINT_BYTES
        head = len(HEADS[block.kind]) + COUNT_BYTES
        source = _windows(content, size, 1)[offsets[block.rows] + head]
        _windows(room, size, POINT_BYTES)[places[block.rows]] = source

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for done in threads.map(write, _blocks(lengths)):
            del done


def points_of(column: pa.LargeBinaryArray, kinds: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return how many vertices plain rows have; `kinds` are their type ids, the column theirs."""
    _, offsets = bytes_of(column)
    heads = np.where(kinds == 3, len(HEADS[3]), len(HEADS[6])) + COUNT_BYTES
    counts: NDArray[np.int64] = (np.diff(offsets) - heads) // POINT_BYTES
    return counts


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of one kind with the same number of points."""

    kind: int
    points: int
    rows: NDArray[np.intp]


def _blocks(lengths: NDArray[np.int64]) -> Iterator[_Block]:
    """Yield the rows that may be plain, by kind and number of points; the length tells both."""
    for kind, head in HEADS.items():
        points, odd_bytes = np.divmod(lengths - len(head) - COUNT_BYTES, POINT_BYTES)
        fits = (odd_bytes == 0) & (points >= LEAST_POINTS) & (points <= MOST_POINTS)
        rows = np.flatnonzero(fits)
        counts = points[rows].astype(np.uint8)
        rows = rows[np.argsort(counts, kind="stable")]
        ends = np.cumsum(np.bincount(counts, minlength=MOST_POINTS + 1))
        for number in np.unique(counts).tolist():
            group = rows[ends[number - 1] : ends[number]]
            step = max(1, BLOCK_POINTS // number)
            for start in range(0, len(group), step):
                yield _Block(kind, number, group[start : start + step])


def _look(
    content: NDArray[np.uint8], offsets: NDArray[np.int64], block: _Block, found: Survey
) -> None:
    """Look at the rows of a block and enter what is found; blocks share no row."""
    head = HEADS[block.kind] + block.points.to_bytes(COUNT_BYTES, "little")
    starts = offsets[block.rows]
    is_plain = _begins_with(content, starts, head)
    points = _pieces(content, starts + len(head), block.points * POINT_BYTES).view("<f8")
    xs, ys = (np.ascontiguousarray(points[:, axis::2].T) for axis in (0, 1))
    with np.errstate(invalid="ignore"):
        is_plain &= (xs[0] == xs[-1]) & (ys[0] == ys[-1])
        box = (xs.min(axis=0), ys.min(axis=0), xs.max(axis=0), ys.max(axis=0))
    for side in box:
        is_plain &= np.isfinite(side)  # minimum and maximum hand NaN on
    rows = block.rows
    if not is_plain.all():
        rows, xs, ys = rows[is_plain], xs[:, is_plain], ys[:, is_plain]
        box = (box[0][is_plain], box[1][is_plain], box[2][is_plain], box[3][is_plain])
    found.is_plain[rows] = True
    found.kinds[rows] = block.kind
    found.bounds[rows] = np.stack(box, axis=1)
    found.is_simple[rows] = is_certainly_simple(xs, ys, box)


def _begins_with(content: NDArray[np.uint8], starts: NDArray[np.int64], head: bytes) -> Flags:
    """Return at which places certain bytes stand, in words of eight; a head has more than that."""
    begins = np.ones(len(starts), dtype=bool)
    for at in (*range(0, len(head) - 8, 8), len(head) - 8):
        word = _windows(content, 8, 1)[starts + at].view("<u8")
        begins &= word == int.from_bytes(head[at : at + 8], "little")
    return begins


def _pieces(content: NDArray[np.uint8], starts: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
    """Return so many bytes from each start on, one row each."""
    return _windows(content, size, 1)[starts].view(np.uint8).reshape(-1, size)


def _windows(content: NDArray[np.uint8], size: int, step: int) -> NDArray[np.void]:
    """Return a view of every stretch of so many bytes that begins at a multiple of `step`."""
    return np.ndarray(((len(content) - size) // step + 1,), f"V{size}", content, strides=(step,))
