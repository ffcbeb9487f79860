"""How a layer goes from the reading process to ours: attributes as Arrow, shapes as bare bytes.

The shapes are written one after the other into a file of their own, which the other side maps
into its memory as one array: neither process joins or copies hundreds of megabytes for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: Suffix of the file with the shapes, beside the one with the attributes.
SHAPES_SUFFIX = ".wkb"
_IS_WINDOWS = sys.platform == "win32"


class WireError(Exception):
    """What came over is not what was said to come."""


def hand_over(table: pa.Table, geometry: str, target: Path) -> None:
    """Write a table; its column of WKB is replaced by the lengths of the shapes (null: none)."""
    lengths = []
    with target.with_suffix(SHAPES_SUFFIX).open("wb") as sink:
        for chunk in table[geometry].chunks:
            column = pc.fill_null(chunk, b"").cast(pa.large_binary())
            offsets = np.frombuffer(column.buffers()[1] or b"", dtype=np.int64)
            offsets = offsets[column.offset :][: len(column) + 1]
            content = column.buffers()[2]
            if len(column) and content is not None:
                sink.write(memoryview(content)[offsets[0] : offsets[-1]])
            mask = chunk.is_null().to_numpy(zero_copy_only=False)
            lengths.append(pa.array(np.diff(offsets)[: len(column)], pa.int64(), mask=mask))
    place = table.column_names.index(geometry)
    bare = table.set_column(place, geometry, pa.chunked_array(lengths, pa.int64()))
    with pa.OSFile(str(target), "wb") as sink, pa.ipc.new_file(sink, bare.schema) as out:
        out.write_table(bare)


def take_over(geometry: str, target: Path) -> pa.Table:
    """Return the table that was written there and remove its files.

    Raises
    ------
    WireError
        When the lengths and the shapes do not belong together.
    """
    content_at = target.with_suffix(SHAPES_SUFFIX)
    table, content = _read_all(target), _mapped(content_at)
    place = table.column_names.index(geometry)
    lengths = pa.concat_arrays(table[geometry].chunks) if len(table) else pa.array([], pa.int64())
    sizes = lengths.fill_null(0).to_numpy()
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    if (sizes < 0).any() or offsets[-1] != content.size:
        raise WireError
    validity = lengths.is_valid().buffers()[1] if lengths.null_count else None
    column = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(lengths), [validity, pa.py_buffer(offsets), content]
    )
    for path in (target, content_at):
        path.unlink()
    return table.set_column(place, geometry, pa.chunked_array([column]))


def _read_all(target: Path) -> pa.Table:
    with pa.OSFile(str(target), "rb") as source:
        return pa.ipc.open_file(source).read_all()


def _mapped(path: Path) -> pa.Buffer:
    # Windows does not let a file go while it is mapped; an empty one cannot be mapped at all.
    if _IS_WINDOWS or not path.stat().st_size:
        return pa.py_buffer(path.read_bytes())
    with pa.memory_map(str(path)) as source:
        return source.read_buffer()
