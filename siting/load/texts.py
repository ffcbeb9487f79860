"""Columns of attribute tables as texts: :mod:`siting.load.values`, but in bulk."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from siting.load.binary import blank_texts
from siting.load.values import text_of

#: Whole numbers below are exact in a float, so that 5.0 and 5 have the same text.
EXACT_WHOLE = 2.0**53
#: Between these Python and Arrow write the same shortest decimal fraction; beyond, Python
#: turns to powers of ten at other places.
FRACTION_FROM, FRACTION_BELOW = 1e-3, 1e9


def texts_of(column: pa.ChunkedArray) -> pa.LargeStringArray:
    """Return a column as texts without nulls: :func:`text_of` of each value, but in bulk."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        texts = _stripped(column)
    elif pa.types.is_integer(kind):
        texts = column.cast(pa.large_string())
    elif pa.types.is_float64(kind) or pa.types.is_float32(kind):
        texts = _numbers(column.cast(pa.float64()))
    else:
        return _one_by_one(column)
    chunks = [chunk.cast(pa.large_string()) for chunk in texts.fill_null("").chunks]
    return pa.concat_arrays(chunks) if chunks else blank_texts(0)


def _stripped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # Arrow strips what Python strips (tests/load/test_texts.py goes through all of Unicode).
    return pc.utf8_trim_whitespace(column)


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return floats as texts; what Arrow might write otherwise is left to Python."""
    size = pc.abs(column)
    is_whole = pc.and_(pc.equal(column, pc.trunc(column)), pc.less(size, EXACT_WHOLE))
    is_fraction = pc.and_(
        pc.and_(pc.greater_equal(size, FRACTION_FROM), pc.less(size, FRACTION_BELOW)),
        pc.invert(is_whole),
    )
    whole = pc.if_else(is_whole, column, None).cast(pa.int64()).cast(pa.large_string())
    fraction = pc.if_else(is_fraction, column, None).cast(pa.large_string())
    texts = pc.coalesce(whole, fraction)
    rest = pc.and_(texts.is_null(), column.is_valid())
    if not pc.any(rest, min_count=0).as_py():
        return texts
    by_python = [text_of(value) for value in column.filter(rest).to_pylist()]
    known = texts.combine_chunks()
    return pa.chunked_array(
        [pc.replace_with_mask(known, rest.combine_chunks(), pa.array(by_python, pa.large_string()))]
    )


def _one_by_one(column: pa.ChunkedArray) -> pa.LargeStringArray:
    """Return dates, truth values, lists …: as pandas shows them."""
    values = column.to_pandas().tolist()
    return pa.array([text_of(value) for value in values], pa.large_string())
