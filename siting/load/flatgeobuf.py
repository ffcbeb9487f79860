"""Counting the features of a FlatGeobuf in the file itself.

Layout (flatgeobuf.org, version 3): 8 magic bytes; a header as size-prefixed FlatBuffer; a
packed Hilbert R-tree of 40-byte nodes when ``index_node_size`` > 0; then each feature as
size-prefixed FlatBuffer, so that walking the sizes counts them and finds a cut.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from siting.load.counts import Count, CountError
from siting.load.words import say

HEADER_AT = 8
#: Positions of the fields in the header's FlatBuffer table (header.fbs).
FEATURES_COUNT_SLOT = 8
INDEX_NODE_SIZE_SLOT = 9
DEFAULT_NODE_SIZE = 16
NODE_BYTES = 40


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
        if stated and node_size:
            start += _index_bytes(stated, node_size)
        walked = _walk(content, start, stated)
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
