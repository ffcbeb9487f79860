"""The book of what was judged: short texts under two keys each, one entry of the store.

Each record is found by its *exact* key (all that was at hand was the same) or its *near* key
(all that could be seen was the same). A book is opened, looked into, and written once if there
is something new in it; what has not been asked for in a long time then goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.store import DamagedEntryError, Store
from siting.store.codec import DIGEST_BYTES, digest

KIND = "verdicts"
#: The one book of a city. Another layout of its arrays is another book.
KEY = digest("siting-verdicts/1").hex()
#: A record that is not asked for while the book is written so often goes.
TIMES_UNUSED = 16
#: What is not in use goes sooner where texts take more. Verdicts that read *clear* share their
#: texts; this is half a million findings.
TEXT_BYTES = 512 << 20

Positions = NDArray[np.int64]
_Flags = NDArray[np.bool_]
_Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Record:
    """One text with its two keys."""

    exact: bytes
    near: bytes
    text: bytes


class Book:
    """The opened book of a store; empty where there is none, or a damaged one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._added: list[Record] = []
        self._orders: dict[bool, Positions] = {}
        self._exact = self._near = _key_array([])
        self._unused: NDArray[np.uint8] = np.empty(0, dtype=np.uint8)
        self._text_of: Positions = np.empty(0, dtype=np.int64)
        self._starts: Positions = np.zeros(1, dtype=np.int64)
        self._texts = memoryview(b"")
        self._read()
        self._is_used: _Flags = np.zeros(len(self), dtype=np.bool_)
        self._is_replaced: _Flags = np.zeros(len(self), dtype=np.bool_)

    def _read(self) -> None:
        entry = self._store.get(KIND, KEY)
        if entry is None:
            return
        try:
            names = ("exact", "near", "unused", "text_of", "starts", "texts")
            arrays = [entry.array(name) for name in names]
        except DamagedEntryError as error:
            self._store.drop(KIND, KEY, error.found)
            return
        self._exact, self._near, self._unused, self._text_of, self._starts = arrays[:5]
        self._texts = arrays[5].data

    def __len__(self) -> int:
        return len(self._unused)

    def find(self, keys: Sequence[bytes], *, is_near: bool) -> Positions:
        """Return the record of each key, -1 where there is none."""
        wanted = _key_array(keys)
        if not len(self) or not len(wanted):
            return np.full(len(wanted), -1, dtype=np.int64)
        known = self._near if is_near else self._exact
        if is_near not in self._orders:
            self._orders[is_near] = np.argsort(known[:, 0], kind="stable")
        order = self._orders[is_near]
        places = np.searchsorted(known[:, 0], wanted[:, 0], sorter=order)
        found = order[np.minimum(places, len(order) - 1)]
        # two keys that begin alike would hide one of them: it is then judged anew, no more
        return np.where((known[found] == wanted).all(axis=1), found, -1)

    def use(self, records: Positions) -> list[int]:
        """Return the number of each record's text; the records are in use."""
        self._is_used[records] = True
        numbers: list[int] = self._text_of[records].tolist()
        return numbers

    def text(self, number: int) -> bytes:
        """Return a text by its number."""
        return bytes(self._texts[self._starts[number] : self._starts[number + 1]])

    def near_keys(self, records: Positions) -> list[bytes]:
        """Return the near key of each record."""
        joined = self._near[records].astype(">u8").tobytes()
        return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]

    def add(self, record: Record, *, instead_of: int = -1) -> None:
        """Add a record, or a known one under another exact key."""
        self._added.append(record)
        if instead_of >= 0:
            self._is_replaced[instead_of] = True

    def write(self) -> None:
        """Keep the book where there is something new in it; it is of no use afterwards."""
        if not self._added or self._store.is_off:
            return
        rows = self._rows_to_keep()
        texts, starts, numbers = self._gathered(rows)
        exact, near = ([getattr(each, side) for each in self._added] for side in ("exact", "near"))
        unused = np.where(self._is_used[rows], 0, self._unused[rows] + 1)
        self._store.put(
            KIND,
            KEY,
            {"label": "verdicts", "records": len(numbers)},
            arrays={
                "exact": np.concatenate([self._exact[rows], _key_array(exact)]),
                "near": np.concatenate([self._near[rows], _key_array(near)]),
                "unused": np.concatenate([unused, np.zeros(len(self._added))]).astype(np.uint8),
                "text_of": numbers,
                "starts": starts,
                "texts": np.frombuffer(texts, dtype=np.uint8),
            },
        )

    def _rows_to_keep(self) -> Positions:
        """Return the known records that stay: those in use, then by when they last were."""
        order = np.lexsort((self._unused, ~self._is_used))
        text_of = self._text_of[order]
        lengths = np.zeros(len(order), dtype=np.int64)
        first = np.unique(text_of, return_index=True)[1]  # a text that is shared takes room once
        lengths[first] = self._starts[text_of[first] + 1] - self._starts[text_of[first]]
        is_worth_it = (self._unused[order] < TIMES_UNUSED) & (np.cumsum(lengths) <= TEXT_BYTES)
        return order[(self._is_used[order] | is_worth_it) & ~self._is_replaced[order]]

    def _gathered(self, rows: Positions) -> tuple[bytes, Positions, Positions]:
        """Return all texts, each once, where they start, and the text of each record."""
        numbers: dict[bytes, int] = {}
        old, back = np.unique(self._text_of[rows], return_inverse=True)
        new_number = [numbers.setdefault(self.text(n), len(numbers)) for n in old.tolist()]
        added = [numbers.setdefault(record.text, len(numbers)) for record in self._added]
        lengths = np.fromiter(map(len, numbers), np.int64, len(numbers))
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        column = np.concatenate(
            [np.array(new_number, dtype=np.int64)[back], np.array(added, dtype=np.int64)]
        )
        return b"".join(numbers), starts, column


def _key_array(keys: Iterable[bytes]) -> _Keys:
    joined = np.frombuffer(b"".join(keys), dtype=">u8")
    return joined.astype(np.uint64).reshape(-1, DIGEST_BYTES // 8)
