"""How a layer goes from the reading process to ours: attributes as Arrow, shapes as bare bytes.

The shapes are written one after the other into a file of their own, which the other side maps
into its memory as one array: neither process joins or copies hundreds of megabytes for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from siting.load.binary import bytes_of

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
            column = chunk.fill_null(b"") if chunk.null_count else chunk
            content, offsets = bytes_of(column)
            sink.write(content[offsets[0] : offsets[-1]].data)
            known = chunk.is_valid().buffers()[1] if chunk.null_count else None
            numbers = pa.py_buffer(np.diff(offsets))
            lengths.append(pa.Array.from_buffers(pa.int64(), len(chunk), [known, numbers]))
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
    table, content = pa.ipc.open_file(_mapped(target)).read_all(), _mapped(content_at)
    place = table.column_names.index(geometry)
    chunks = table[geometry].chunks
    lengths = pa.concat_arrays(chunks) if chunks else pa.nulls(0, pa.int64())
    sizes = (lengths.fill_null(0) if lengths.null_count else lengths).to_numpy()
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


def _mapped(path: Path) -> pa.Buffer:
    # Windows does not let a file go while it is mapped; an empty one cannot be mapped at all.
    if _IS_WINDOWS or not path.stat().st_size:
        return pa.py_buffer(path.read_bytes())
    with pa.memory_map(str(path)) as source:
        return source.read_buffer()
