"""One entry: a file of arrays and table columns, each block with its checksum.

A file is, from its begin: the mark, the arrays (each from a multiple of 64 bytes), then a
CRC-32 per block of 64 KiB, the manifest (JSON), and an end of fixed size with their lengths
and the sha256 of checksums, manifest and lengths. The end is verified on opening; a block when
one of its bytes is asked for, so who needs a thousandth of a layer does not read the rest.

Why CRC-32: what it guards against is chance (a flipped bit, a lost page, a cut), of which it
finds every burst of up to 32 bits and all else but one in four thousand million, at 4.7 GB/s
where sha256 reached 1.7 (measured on one core with SHA instructions) and would be what a
cache hit spends most of its time on. A block's number goes into its checksum, so blocks that
changed places are found as well. Whoever may write the folder on purpose may write the data.

No pickle is written or read, and no text of the file is ever run.
"""

from __future__ import annotations

import hashlib
import io
import json
import mmap
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from siting.errors import SitingError, Where
from siting.store.columns import Array, Positions, positions_of

if TYPE_CHECKING:
    import pyarrow as pa

#: Another number, and every file of an older layout is as good as none.
FORMAT = 1
#: Bytes per checksum: small, for a red line needs few; 300 MB have 19 kB of checksums.
BLOCK_BYTES = 1 << 16
#: Arrays begin at multiples of this, as Arrow and vector instructions like it.
ALIGNMENT = 64
_MARK = b"siting-entry/%d\n" % FORMAT
_END_MARK = b"/siting\n"
#: End of the data, bytes of checksums, bytes of manifest; then their sha256 and the mark.
_LENGTHS = struct.Struct("<QQQ")
_END_BYTES = _LENGTHS.size + 32 + len(_END_MARK)
#: Kinds of numpy's types that may be kept: no objects, no texts.
_KINDS = "biuf"
_TABLE = "table/"
#: Rows of a table column that are kept together: who asks for a few reads a few of these.
CHUNK_ROWS = 1 << 14
#: So many rows are put together one by one.
FEW_ROWS = 256

Facts = dict[str, Any]


class DamagedEntryError(SitingError):
    """Bytes of an entry are not those that were written; make it anew."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(
            "保存的数据已损坏 / kept data is damaged",
            where=Where(file=path.name),
            expected="the bytes that were written",
            found=found,
            next_step="siting makes it anew; if this comes back, check the disk",
        )


@dataclass(frozen=True, slots=True)
class _Section:
    """Where an array lies."""

    start: int
    dtype: str
    shape: tuple[int, ...]


class Entry:
    """An opened entry; arrays are mapped read-only and verified before they are handed out."""

    def __init__(self, path: Path, kind: str, key: str) -> None:
        """Open an entry and verify its end.

        Raises
        ------
        FileNotFoundError
            When there is none.
        DamagedEntryError
            When it is cut, of another layout, of another key, or its end is not as written.
        """
        self.path = path
        with path.open("rb") as file:
            self.size = file.seek(0, io.SEEK_END)
            if self.size < _END_BYTES + len(_MARK):
                raise DamagedEntryError(path, f"{self.size} bytes")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        manifest, self._sums, self._data_end, digest = _read_end(self._map, path)
        if (manifest["kind"], manifest["key"]) != (kind, key):
            raise DamagedEntryError(path, f"an entry of {manifest['kind']} {manifest['key']}")
        self.kind, self.key = kind, key
        self.digest: str = digest
        """The sha256 of its checksums and manifest: it stands for all bytes of the entry."""
        self.meta: Facts = manifest["meta"]
        self.version: str = manifest["version"]
        self._sections = {
            name: _Section(start, dtype, tuple(shape))
            for name, (start, dtype, shape) in manifest["arrays"].items()
        }
        self._table: list[str] = manifest["table"]
        self.rows = int(manifest["rows"])
        """Rows of the table."""
        self._is_verified: NDArray[np.bool_] = np.zeros(len(self._sums), dtype=np.bool_)
        self._is_whole = False

    @property
    def label(self) -> str:
        """What the entry is of, in words for people."""
        return str(self.meta.get("label", ""))

    @property
    def names(self) -> list[str]:
        """The arrays, sorted."""
        return sorted(name for name in self._sections if not name.startswith(_TABLE))

    def column(self, name: str) -> MappedColumn:
        """Return an array that is read, and verified, where it is asked for.

        Raises
        ------
        KeyError
            When there is no such array.
        """
        return MappedColumn(self, self._sections[name])

    def array(self, name: str) -> Array:
        """Return a whole array, mapped and read-only.

        Raises
        ------
        KeyError, DamagedEntryError
            When there is no such array; when its bytes are not those that were written.
        """
        return self.column(name).whole()

    @property
    def columns(self) -> list[str]:
        """The columns of the table, in their order."""
        return list(self._table)

    def table(
        self, columns: Sequence[str] | None = None, rows: Positions | None = None
    ) -> pa.Table:
        """Return the table over mapped memory, or some of it.

        Parameters
        ----------
        columns
            Only these.
        rows
            Only the rows at these positions, which must ascend; of the others only those
            that lie in the same chunk of ``CHUNK_ROWS`` are verified.

        Raises
        ------
        KeyError, DamagedEntryError
            As :meth:`array`.
        """
        import pyarrow as pa

        wanted = self._table if columns is None else columns
        numbers = {name: number for number, name in enumerate(self._table)}
        every = range(-(-self.rows // CHUNK_ROWS) or 1)
        chunks = every if rows is None else np.unique(rows // CHUNK_ROWS).tolist() or every[:1]
        parts = {}
        for name in wanted:
            pieces = [self._chunk(f"{_TABLE}{numbers[name]}/{chunk}") for chunk in chunks]
            arrays = [array for piece in pieces for array in piece.chunks]
            parts[name] = pa.chunked_array(arrays, pieces[0].type)
        found = pa.table(parts)
        if rows is None:
            return found
        # Where each row lies once the chunks that were left out are gone.
        place = np.searchsorted(np.array(chunks), rows // CHUNK_ROWS)
        at = place * CHUNK_ROWS + rows % CHUNK_ROWS
        if len(at) <= FEW_ROWS:  # taking loads Arrow's functions, which takes longer
            return pa.concat_tables(
                [found.slice(0, 0), *(found.slice(row, 1) for row in at.tolist())]
            )
        return found.take(pa.array(at))

    def _chunk(self, name: str) -> pa.ChunkedArray:
        import pyarrow as pa

        stream = pa.py_buffer(self.array(name).data)
        return pa.ipc.open_stream(stream).read_all().column(0)

    def verify(self) -> None:
        """Verify every byte.

        Raises
        ------
        DamagedEntryError
            When one is not as written.
        """
        self._verify(np.flatnonzero(~self._is_verified))

    def rows_of(self, section: _Section) -> Array:
        """Return an array without verifying a byte of it; for :class:`MappedColumn` alone."""
        dtype = np.dtype(section.dtype)
        count = int(np.prod(section.shape, dtype=np.int64))
        flat = np.frombuffer(self._map, dtype, count, section.start)
        return flat.reshape(section.shape)

    def require(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> None:
        """Verify ranges of bytes; for :class:`MappedColumn` alone.

        Raises
        ------
        DamagedEntryError
            When a byte near them is not as written.
        """
        if self._is_whole:
            return
        filled = stops > starts
        first = starts[filled] // BLOCK_BYTES
        beyond = (stops[filled] - 1) // BLOCK_BYTES + 1
        # Which blocks are in any range: +1 where one begins, -1 where it has ended.
        steps = np.zeros(len(self._sums) + 1, dtype=np.int64)
        np.add.at(steps, first, 1)
        np.add.at(steps, beyond, -1)
        self._verify(np.flatnonzero((np.cumsum(steps[:-1]) > 0) & ~self._is_verified))

    def _verify(self, blocks: Positions) -> None:
        whole = memoryview(self._map)
        for block in blocks.tolist():
            start = block * BLOCK_BYTES
            piece = whole[start : min(start + BLOCK_BYTES, self._data_end)]
            if zlib.crc32(piece, block) != self._sums[block]:
                raise DamagedEntryError(self.path, f"block {block}")
            self._is_verified[block] = True
        self._is_whole = bool(self._is_verified.all())


class MappedColumn:
    """A column of an entry; see :class:`siting.store.Column`."""

    __slots__ = ("_entry", "_row_bytes", "_rows", "_section")

    def __init__(self, entry: Entry, section: _Section) -> None:
        self._entry = entry
        self._section = section
        self._rows = entry.rows_of(section)
        self._row_bytes = self._rows[:1].nbytes

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def whole(self) -> Array:
        """Return all rows, mapped."""
        self._require(np.array([0]), np.array([len(self._rows)]))
        return self._rows

    def take(self, positions: Positions) -> Array:
        """Return the rows at the positions, in their order."""
        self._require(positions, positions + 1)
        return self._rows[positions]

    def spans(self, starts: Positions, stops: Positions) -> Array:
        """Return the rows of several ranges, one range after the other."""
        self._require(starts, stops)
        return self._rows[positions_of(starts, stops)]

    def _require(self, starts: Positions, stops: Positions) -> None:
        begin = self._section.start
        self._entry.require(begin + starts * self._row_bytes, begin + stops * self._row_bytes)


def _read_end(content: mmap.mmap, path: Path) -> tuple[Facts, NDArray[np.uint32], int, str]:
    """Return manifest, checksums, the end of the data and the sha256 of it all, verified."""
    lengths_at = len(content) - _END_BYTES
    data_end, sums_bytes, manifest_bytes = _LENGTHS.unpack_from(content, lengths_at)
    if content[: len(_MARK)] != _MARK or content[-len(_END_MARK) :] != _END_MARK:
        raise DamagedEntryError(path, "no end, or another layout")
    if data_end + sums_bytes + manifest_bytes != lengths_at:
        raise DamagedEntryError(path, f"{len(content)} bytes")
    after_lengths = lengths_at + _LENGTHS.size
    digest = hashlib.sha256(memoryview(content)[data_end:after_lengths]).digest()
    if digest != content[after_lengths : after_lengths + len(digest)]:
        raise DamagedEntryError(path, "another sha256 of its end")
    manifest: Facts = json.loads(content[data_end + sums_bytes : lengths_at])
    sums = np.frombuffer(content, "<u4", sums_bytes // 4, data_end)
    return manifest, sums, int(data_end), digest.hex()


class _Sink:
    """Counts, sums up and writes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = 0
        self.at = 0
        self.sums: list[int] = []

    def write(self, data: memoryview | bytes) -> None:
        done = 0
        while done < len(data):
            room = BLOCK_BYTES - self.at % BLOCK_BYTES
            piece = data[done : done + room]
            if self.at % BLOCK_BYTES == 0:
                self._sum = len(self.sums)  # the number of the block
            self._sum = zlib.crc32(piece, self._sum)
            self.at += len(piece)
            done += len(piece)
            if self.at % BLOCK_BYTES == 0:
                self.sums.append(self._sum)
        self._file.write(data)

    def align(self) -> None:
        self.write(bytes(-self.at % ALIGNMENT))

    def finish(self) -> NDArray[np.uint32]:
        if self.at % BLOCK_BYTES:
            self.sums.append(self._sum)
        return np.array(self.sums, dtype="<u4")


@dataclass(frozen=True, slots=True)
class Draft:
    """What an entry is to hold."""

    kind: str
    key: str
    version: str
    meta: Mapping[str, Any]
    arrays: Mapping[str, Array]
    table: pa.Table | None = None

    def write(self, file: IO[bytes]) -> None:
        """Write the entry.

        Raises
        ------
        TypeError
            When an array holds anything but numbers, or meta is no JSON.
        OSError
            When the disk is full, and the like.
        """
        sink = _Sink(file)
        sink.write(_MARK)
        sections = {}
        for name, array in self._all_arrays():
            sink.align()
            sections[name] = (sink.at, array.dtype.str, array.shape)
            sink.write(_bytes_of(name, array))
        data_end = sink.at
        sums = sink.finish().tobytes()
        manifest = json.dumps(
            {
                "kind": self.kind,
                "key": self.key,
                "version": self.version,
                "meta": self.meta,
                "arrays": sections,
                "table": [] if self.table is None else self.table.column_names,
                "rows": 0 if self.table is None else self.table.num_rows,
            },
            ensure_ascii=False,
        ).encode()
        end = sums + manifest + _LENGTHS.pack(data_end, len(sums), len(manifest))
        file.write(end + hashlib.sha256(end).digest() + _END_MARK)

    def _all_arrays(self) -> Iterable[tuple[str, Array]]:
        yield from self.arrays.items()
        if self.table is None:
            return
        import pyarrow as pa

        for number in range(self.table.num_columns):
            column = self.table.select([number])
            for chunk in range(-(-column.num_rows // CHUNK_ROWS) or 1):
                part = column.slice(chunk * CHUNK_ROWS, CHUNK_ROWS)
                stream = pa.BufferOutputStream()
                with pa.ipc.new_stream(stream, part.schema) as writer:
                    writer.write_table(part)
                yield f"{_TABLE}{number}/{chunk}", np.frombuffer(stream.getvalue(), np.uint8)


def _bytes_of(name: str, array: Array) -> memoryview | bytes:
    if array.dtype.kind not in _KINDS:
        raise TypeError(f"array '{name}' is of {array.dtype}: only numbers are kept")
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data if array.size else b""
