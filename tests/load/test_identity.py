"""Ids and content hashes in bulk, held against the plainest way to get them."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.load import identity
from siting.load.binary import blank_texts, bytes_of, flags_of, positions_of, windows
from siting.load.identity import (
    RECIPE,
    Content,
    are_surely_distinct,
    content_sha256,
    duplicates_in,
)

ID = st.one_of(st.sampled_from(["", "a", "b", "地块1", "x" * 70]), st.text("01地", max_size=10))


@given(st.lists(ID, max_size=40))
@settings(max_examples=300, deadline=None)
def test_duplicates_are_those_that_counting_finds(ids: list[str]) -> None:
    found = duplicates_in(pa.array(ids, pa.large_string()))
    counts = Counter(ids)
    assert list(found) == sorted(name for name, count in counts.items() if count > 1 and name)
    if are_surely_distinct(pa.array(ids, pa.large_string())):
        assert len(counts) == len(ids)


@pytest.mark.parametrize("form", ["{:012d}", "{}", "4401{:x}号", "{:040d}"])
def test_ids_in_any_order_are_seen_to_be_distinct(form: str) -> None:
    ids = [form.format(number) for number in range(5_000)]
    np.random.default_rng(7).shuffle(ids)
    assert are_surely_distinct(pa.array(ids, pa.large_string()))
    assert are_surely_distinct(pa.array(["?", *ids], pa.large_string())[1:])
    assert not are_surely_distinct(pa.array([*ids, ids[99]], pa.large_string()))


def plain_hash(rows: list[tuple[bytes, ...]], crs: str) -> str:
    """The recipe of docs/report-identity.md for rows that stand in their order already."""
    digest = hashlib.sha256()
    for text in (RECIPE, crs, str(len(rows)), str(len(rows[0]) - 1)):
        digest.update(len(text.encode()).to_bytes(8, "little") + text.encode())
    for start in range(0, len(rows), identity.TURN_ROWS):
        for column in zip(*rows[start : start + identity.TURN_ROWS], strict=True):
            digest.update(b"".join(len(value).to_bytes(8, "little") for value in column))
            digest.update(b"".join(column))
    return digest.hexdigest()


@pytest.mark.parametrize("turn_rows", [3, 8192])
def test_the_content_hash_is_its_recipe(monkeypatch: pytest.MonkeyPatch, turn_rows: int) -> None:
    """Values of one length, of several, none, nulls: whichever way they are gathered."""
    monkeypatch.setattr(identity, "TURN_ROWS", turn_rows)
    shapes = [b"shape-%d" % number for number in range(9)] + [None]
    codes = [f"{number:04d}" for number in range(10)]
    names = ["地" * number for number in range(10)]
    columns = (
        pa.array(["", *codes], pa.large_string())[1:],
        pa.array(names, pa.large_string()),
        blank_texts(10),
    )
    boxes = np.random.default_rng(3).uniform(0, 1, (10, 4))
    content = Content(pa.array(shapes, pa.large_binary()), columns, boxes)
    usable = np.arange(10) != 4
    order = identity._ordered(content, np.flatnonzero(usable))
    assert sorted(order) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    rows = [(shapes[at] or b"", codes[at].encode(), names[at].encode(), b"") for at in order]
    assert content_sha256(content, usable, "EPSG:4547") == plain_hash(rows, "EPSG:4547")


def test_rows_of_one_box_are_ordered_by_their_bytes() -> None:
    shapes, boxes = [b"one", b"two", b"six"], np.zeros((3, 4))
    hashes = set()
    for turn in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        wkb = pa.array([shapes[at] for at in turn], pa.large_binary())
        hashes.add(content_sha256(Content(wkb, (), boxes), np.ones(3, dtype=bool), "X"))
    assert len(hashes) == 1


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_bytes_of_a_slice_are_those_of_its_rows(kind: pa.DataType) -> None:
    values = [b"", b"one", b"three", b"x"]
    content, offsets = bytes_of(pa.array([b"before", *values], kind)[1:])
    found = [content[start:end].tobytes() for start, end in itertools.pairwise(offsets)]
    assert found == values
    assert [each.tolist() for each in bytes_of(pa.array([], kind))] == [[], [0]]


def test_windows_read_at_every_byte_and_not_beyond() -> None:
    content = np.frombuffer(b"\x01\x00\x00\x00\x02", np.uint8)
    assert windows(content, "<u4").tolist() == [1, 2 << 24]
    assert len(windows(content[:3], "<u4")) == 0


def test_numbers_and_flags_become_arrow() -> None:
    numbers, flags = np.arange(11)[::2], np.arange(11) % 3 == 0
    assert positions_of(numbers).equals(pa.array([0, 2, 4, 6, 8, 10], pa.int64()))
    assert flags_of(flags).equals(pa.array(flags.tolist()))
    assert blank_texts(2).to_pylist() == ["", ""]
