"""Counting the features of a FlatGeobuf in the file itself.

Layout (flatgeobuf.org, version 3): 8 magic bytes; a header as size-prefixed FlatBuffer; a
packed Hilbert R-tree of 40-byte nodes when ``index_node_size`` > 0; then each feature as
size-prefixed FlatBuffer, so that walking the sizes counts them and finds a cut.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

import numpy as np

from siting.load.counts import Count, CountError
from siting.load.words import say

HEADER_AT = 8
#: Positions of the fields in the header's FlatBuffer table (header.fbs).
FEATURES_COUNT_SLOT = 8
INDEX_NODE_SIZE_SLOT = 9
DEFAULT_NODE_SIZE = 16
NODE_BYTES = 40
#: Where a node has the place of its feature, after its box of four doubles.
OFFSET_AT = 32
#: Before each feature stands its size.
SIZE_BYTES = 4


def count_flatgeobuf(path: Path, _: str) -> Count:
    """Return the features walked; a header that says another number is a problem.

    Raises
    ------
    CountError
        When the file is cut short or damaged.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            stated, node_size, start = _head(content)
        except (struct.error, IndexError) as error:
            raise _cut(0) from error
        rows_at = start
        if stated and node_size:
            rows_at += _index_bytes(stated, node_size)
        if stated and node_size and _index_is_true(content, stated, rows_at):
            walked = stated
        else:
            walked = _walk(content, rows_at, stated)
    problems: tuple[str, ...] = ()
    if stated and stated != walked:
        text = say(
            f"文件头称有 {stated} 个要素，实有 {walked} 个",
            f"the header says {stated} features, the file holds {walked}",
        )
        problems = (text,)
    return Count(walked, path.stem, problems=problems)


def _head(content: mmap.mmap) -> tuple[int, int, int]:
    """Return the stated count, the node size of the index, and where the header ends."""
    size = struct.unpack_from("<I", content, HEADER_AT)[0]
    start = HEADER_AT + 4
    end = start + size
    if end > len(content):
        raise _cut(0)
    table = start + struct.unpack_from("<I", content, start)[0]
    slots = table - struct.unpack_from("<i", content, table)[0]
    slots_bytes = struct.unpack_from("<H", content, slots)[0]

    def position(slot: int) -> int:
        at = 4 + 2 * slot
        offset = struct.unpack_from("<H", content, slots + at)[0] if at < slots_bytes else 0
        return table + int(offset) if offset else 0

    count_at, node_at = position(FEATURES_COUNT_SLOT), position(INDEX_NODE_SIZE_SLOT)
    stated = struct.unpack_from("<Q", content, count_at)[0] if count_at else 0
    node_size = struct.unpack_from("<H", content, node_at)[0] if node_at else DEFAULT_NODE_SIZE
    return int(stated), int(node_size), end


def _index_bytes(features: int, node_size: int) -> int:
    width = max(2, node_size)
    nodes = level = features
    while level > 1:
        level = -(-level // width)
        nodes += level
    return (nodes if features > 1 else nodes + 1) * NODE_BYTES


def _index_is_true(content: mmap.mmap, stated: int, rows_at: int) -> bool:
    """True when the features begin where the leaves of the index say, each where one ends.

    Then they are as many as the leaves, exactly as if they had been walked; False is no
    judgement. Leaves are the last nodes of the index and come in the order of the features.
    """
    length = len(content)
    leaves = rows_at - stated * NODE_BYTES
    if leaves < 0 or rows_at + SIZE_BYTES > length:
        return False
    begins = np.ndarray((stated,), "<u8", content, leaves + OFFSET_AT, (NODE_BYTES,))
    if (begins > length - rows_at - SIZE_BYTES).any():
        return False
    places = begins.astype(np.int64) + rows_at
    sizes = np.ndarray((length - SIZE_BYTES + 1,), "<u4", content, strides=(1,))[places]
    ends = places + SIZE_BYTES + sizes
    return bool(places[0] == rows_at and (ends[:-1] == places[1:]).all() and ends[-1] == length)


def _walk(content: mmap.mmap, start: int, stated: int) -> int:
    length = len(content)
    if stated and start > length:
        raise _cut(0)
    rows, position = 0, start
    unpack = struct.Struct("<I").unpack_from
    while position < length:
        if position + 4 > length:
            raise _cut(rows)
        position += 4 + unpack(content, position)[0]
        if position > length:
            raise _cut(rows)
        rows += 1
    return rows


def _cut(rows: int) -> CountError:
    return CountError(
        say(
            f"FlatGeobuf 不完整：第 {rows + 1} 个要素处中断",
            f"the FlatGeobuf is cut short or damaged at feature {rows + 1}",
        )
    )
