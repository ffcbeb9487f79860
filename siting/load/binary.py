"""Columns of bytes or texts as numpy sees them: no value becomes an object, nothing is copied."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def bytes_of(column: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of a column of bytes or texts, and where each value begins, and the end.

    What stands in the place of a null is left to the caller: it may be any bytes.
    """
    _, places, content = column.buffers()
    if places is None or content is None:
        return np.empty(0, dtype=np.uint8), np.zeros(len(column) + 1, dtype=np.int64)
    is_large = pa.types.is_large_binary(column.type) or pa.types.is_large_string(column.type)
    offsets = np.frombuffer(places, dtype=np.int64 if is_large else np.int32)
    offsets = offsets[column.offset :][: len(column) + 1]
    return np.frombuffer(content, dtype=np.uint8), offsets.astype(np.int64, copy=False)


def windows(content: NDArray[np.uint8], kind: str) -> NDArray[Any]:
    """Return a view of the value of a kind of numpy's (``"<u4"``, ``"V13"``) at every byte.

    Shorter than the bytes: the last value ends where they end.
    """
    size = np.dtype(kind).itemsize
    return np.ndarray((max(0, len(content) - size + 1),), kind, content, strides=(1,))


def positions_of(values: NDArray[np.integer[Any]]) -> pa.Array:
    """Return whole numbers as Arrow; ``pa.array`` would look whether they are pandas'."""
    numbers = np.ascontiguousarray(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def flags_of(values: NDArray[np.bool_]) -> pa.Array:
    """Return truth values as Arrow; ``pa.array`` would look whether they are pandas'."""
    bits = np.packbits(values, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])


def blank_texts(size: int) -> pa.LargeStringArray:
    """Return so many empty texts."""
    offsets = np.zeros(size + 1, np.int64)
    return pa.LargeStringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(b""))
