"""What the reading process writes is what comes over, or nothing does."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from siting.load.formats import GEOMETRY
from siting.load.wire import SHAPES_SUFFIX, WireError, hand_over, take_over


def table_of(*chunks: list[bytes | None], kind: pa.DataType) -> pa.Table:
    shapes = pa.chunked_array([pa.array(chunk, kind) for chunk in chunks], kind)
    return pa.table({"name": pa.array([f"{n}" for n in range(len(shapes))]), GEOMETRY: shapes})


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
@pytest.mark.parametrize(
    "chunks",
    [
        [[b"one", None, b"", b"four"], [b"five"]],
        [[None, None]],
        [[b""]],
        [[]],
        [],
        [[None], [], [b"x" * 70_000]],
    ],
)
def test_round_trip(tmp_path: Path, kind: pa.DataType, chunks: list[list[bytes | None]]) -> None:
    target = tmp_path / "1.arrow"
    hand_over(table_of(*chunks, kind=kind), GEOMETRY, target)
    table = take_over(GEOMETRY, target)
    assert table[GEOMETRY].to_pylist() == [shape for chunk in chunks for shape in chunk]
    assert table["name"].to_pylist() == [f"{number}" for number in range(len(table))]
    assert not list(tmp_path.iterdir())


def test_a_part_of_a_table(tmp_path: Path) -> None:
    """A slice shares the buffers of the whole, at an offset."""
    whole = table_of([b"one", None, b"three", b"four"], kind=pa.binary())
    hand_over(whole.slice(1, 2), GEOMETRY, tmp_path / "1.arrow")
    assert take_over(GEOMETRY, tmp_path / "1.arrow")[GEOMETRY].to_pylist() == [None, b"three"]


def test_bytes_under_a_null_do_not_shift_the_rest(tmp_path: Path) -> None:
    """Arrow lets a null have bytes; nobody may read them as the next shape."""
    offsets = pa.py_buffer(bytes(pa.array([0, 3, 6], pa.int32()).buffers()[1])[:12])
    shapes = pa.Array.from_buffers(
        pa.binary(), 2, [pa.py_buffer(b"\x02"), offsets, pa.py_buffer(b"oldnew")]
    )
    assert shapes.to_pylist() == [None, b"new"]
    hand_over(pa.table({GEOMETRY: shapes}), GEOMETRY, tmp_path / "1.arrow")
    assert take_over(GEOMETRY, tmp_path / "1.arrow")[GEOMETRY].to_pylist() == [None, b"new"]


@pytest.mark.parametrize("content", [b"", b"on", b"onetwothree"])
def test_shapes_that_are_cut_short_or_too_long(tmp_path: Path, content: bytes) -> None:
    target = tmp_path / "1.arrow"
    hand_over(table_of([b"one", b"two"], kind=pa.binary()), GEOMETRY, target)
    target.with_suffix(SHAPES_SUFFIX).write_bytes(content)
    with pytest.raises(WireError):
        take_over(GEOMETRY, target)
