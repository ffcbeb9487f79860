"""Ids and fingerprints of rows that do not depend on the order of rows.

Two deliveries of one layer with their rows in another order must give the same report,
so an id that the source does not give is made from the row's own content, and the layer's
content hash is taken over its rows in an order that only their content decides.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from siting.load.binary import bytes_of, positions_of, windows

#: Hexadecimal digits of an id made from content: 48 bits, no clash among a million rows.
ID_DIGITS = 12
#: Name of the way in which a layer's content is hashed; see docs/report-identity.md.
RECIPE = "siting-content/2"
#: Rows that are put in order and hashed together: their bytes stay in a processor's cache.
TURN_ROWS = 8192
#: Ids of more lengths, or longer ones, are counted by Arrow.
MOST_LENGTHS, LONGEST_ID = 32, 64
_SEPARATOR = "\x1f"
#: Odd constants that spread the bits of a box over a sorting key (golden ratio, and the two
#: of splitmix64). They only decide an order, never a hash.
_SPREAD = np.array(
    [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93],
    dtype=np.uint64,
)

Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Content:
    """What a layer's rows say: one entry per row in each.

    ``wkb`` is little-endian 2D WKB in the file's own CRS (null: no shape), ``texts`` are the
    kept columns as texts, ``bounds`` the boxes of the shapes (NaN for none).
    """

    wkb: pa.LargeBinaryArray
    texts: tuple[pa.LargeStringArray, ...]
    bounds: NDArray[np.float64]

    def row(self, position: int) -> tuple[bytes, ...]:
        """Return a row as bytes: the shape, then the texts."""
        shape = self.wkb[position].as_py() or b""
        return (shape, *(column[position].as_py().encode() for column in self.texts))


def row_digest(row: tuple[bytes, ...]) -> str:
    """Return the sha256 of one row, for ids of equal shapes."""
    shape, *texts = row
    return hashlib.sha256(shape + _SEPARATOR.encode().join(texts)).hexdigest()


def content_sha256(content: Content, usable: NDArray[np.bool_], crs: str) -> str:
    """Return the hash of the usable rows, the same for every order of rows.

    One sha256 over the recipe's name, the CRS, the numbers of rows and columns, and the rows
    in the order of :func:`_ordered`, some thousands at a time: of each column first the
    lengths of its values in bytes, then the values. Nothing can be cut otherwise, so equal
    hashes mean equal rows as surely as sha256 has no collision.
    """
    order = _ordered(content, np.flatnonzero(usable))
    digest = hashlib.sha256()
    for text in (RECIPE, crs, str(len(order)), str(len(content.texts))):
        digest.update(len(text.encode()).to_bytes(8, "little") + text.encode())
    columns = [_gathering(column) for column in (content.wkb, *content.texts)]
    for start in range(0, len(order), TURN_ROWS):
        places = order[start : start + TURN_ROWS]
        for gathered in columns:
            lengths, values = gathered(places)
            digest.update(lengths.astype("<i8", copy=False).data)
            digest.update(values.data)
    return digest.hexdigest()


_Gathered = tuple[NDArray[np.int64], NDArray[np.uint8]]


def _gathering(
    column: pa.LargeBinaryArray | pa.LargeStringArray,
) -> Callable[[Positions], _Gathered]:
    """Return what takes rows of a column: their lengths in bytes, and their bytes in a row."""
    content, offsets = bytes_of(column)
    lengths = np.diff(offsets)
    size = int(lengths[0]) if len(lengths) else 0
    if size and not column.null_count and (lengths == size).all():
        # Codes and ids are as long as one another: one look-up a row instead of two.
        fixed = np.frombuffer(content, f"V{size}", len(lengths), int(offsets[0]))
        return lambda places: (lengths[places], fixed[places].view(np.uint8))
    # Without a copy: a text is its bytes.
    binary = column.view(pa.large_binary())

    def taken(places: Positions) -> _Gathered:
        values, begins = bytes_of(binary.take(positions_of(places)))
        return np.diff(begins), values[begins[0] : begins[-1]]

    return taken


def _ordered(content: Content, positions: Positions) -> Positions:
    """Return rows in an order that only their content decides: by box, then by all bytes.

    Rows that say the same in every byte may come in either order: the hash cannot tell.
    """
    # 0.0 and -0.0 are one number with two bit patterns.
    boxes = np.ascontiguousarray(content.bounds[positions] + 0.0).view(np.uint64)
    keys = (boxes * _SPREAD).sum(axis=1, dtype=np.uint64)
    keys ^= keys >> np.uint64(29)
    sequence = np.argsort(keys)
    order, keys = positions[sequence], keys[sequence]
    is_tied = np.concatenate([[False], keys[1:] == keys[:-1], [False]])
    begins = np.flatnonzero(~is_tied[:-1] & is_tied[1:])
    ends = np.flatnonzero(is_tied[:-1] & ~is_tied[1:]) + 1
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        order[begin:end] = sorted(order[begin:end].tolist(), key=content.row)
    return order


def content_ids(content: Content) -> list[str]:
    """Return an id per row from its shape; equal shapes get -2, -3 … by content."""
    bases = [
        hashlib.sha256(shape or b"").hexdigest()[:ID_DIGITS] for shape in content.wkb.to_pylist()
    ]
    ids = bases.copy()
    rows_of: dict[str, list[int]] = {}
    several = {base for base, count in Counter(bases).items() if count > 1}
    for position, base in enumerate(bases):
        if base in several:
            rows_of.setdefault(base, []).append(position)
    for base, rows in rows_of.items():
        ranked = sorted(rows, key=lambda row: row_digest(content.row(row)))
        for number, position in enumerate(ranked[1:], start=2):
            ids[position] = f"{base}-{number}"
    return ids


def with_made_ids(given: pa.LargeStringArray, content: Content) -> pa.LargeStringArray:
    """Return the ids, those that are blank made from content."""
    is_blank = pc.equal(given, "")
    if not pc.any(is_blank, min_count=0).as_py():
        return given
    return pc.if_else(is_blank, pa.array(content_ids(content), pa.large_string()), given)


def duplicates_in(ids: pa.LargeStringArray) -> Sequence[str]:
    """Return the ids that occur more than once, sorted; empty ids do not count."""
    if are_surely_distinct(ids) or pc.count_distinct(ids).as_py() == len(ids):
        return []
    found = pc.value_counts(ids)
    several = pc.and_(pc.greater(found.field("counts"), 1), pc.not_equal(found.field("values"), ""))
    return sorted(found.field("values").filter(several).to_pylist())


def are_surely_distinct(ids: pa.LargeStringArray | pa.ChunkedArray) -> bool:
    """True when no text can occur twice; False is no judgement.

    Texts that ascend are distinct, and so are texts of different lengths. Of one length, their
    bytes are summed up as words with odd factors: equal texts have equal sums, so where no two
    sums are equal no two texts are.
    """
    if isinstance(ids, pa.ChunkedArray) or ids.null_count:
        return False
    if pc.all(pc.less(ids[:-1], ids[1:]), min_count=0).as_py():
        return True
    content, offsets = bytes_of(ids)
    lengths = np.diff(offsets)
    sizes = np.unique(lengths)
    if len(sizes) > MOST_LENGTHS or sizes[-1] > LONGEST_ID:
        return False
    return all(
        _have_distinct_sums(content, offsets[:-1][lengths == size], size) for size in sizes.tolist()
    )


def _have_distinct_sums(content: NDArray[np.uint8], starts: NDArray[np.int64], size: int) -> bool:
    if size == 0 or len(starts) == 1:
        return len(starts) == 1
    room = np.zeros((len(starts), -(-size // 8) * 8), np.uint8)
    room[:, :size] = windows(content, f"V{size}")[starts].view(np.uint8).reshape(-1, size)
    words = room.view(np.uint64)
    factors = np.resize(_SPREAD, words.shape[1]) + np.arange(words.shape[1], dtype=np.uint64) * 2
    sums = np.sort((words * factors).sum(axis=1, dtype=np.uint64))
    return not (sums[1:] == sums[:-1]).any()
