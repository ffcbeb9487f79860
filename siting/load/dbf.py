"""A .dbf by itself: the attribute table of a shapefile, read as text like every table."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from siting.errors import ReadError, Where
from siting.load.encoding import dbf_encoding
from siting.load.words import say

HEADER_BYTES = 32
_END_OF_FIELDS = 0x0D
_DELETED = b"*"


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    start: int
    stop: int


def read_dbf(path: Path, *, encoding: str = "") -> tuple[list[tuple[int, list[str]]], str]:
    """Return heading and rows as text, and how the texts were decoded.

    Headings that occur twice get ``_2``, ``_3`` …, so that no column is lost. Rows marked
    as deleted are left out.

    Raises
    ------
    ReadError
        When the file is cut short.
    """
    content = path.read_bytes()
    cpg = path.with_suffix(".cpg")
    found = dbf_encoding(path, cpg if cpg.is_file() else None, encoding)
    name = found.name or "ascii"
    if len(content) < HEADER_BYTES:
        raise _cut(path)
    rows, header_bytes, record_bytes = struct.unpack_from("<IHH", content, 4)
    if len(content) < header_bytes + rows * record_bytes or (rows and not record_bytes):
        raise _cut(path)
    fields = _fields(content, header_bytes, name)
    table: list[tuple[int, list[str]]] = [(0, distinct([field.name for field in fields]))]
    for number in range(rows):
        start = header_bytes + number * record_bytes
        record = content[start : start + record_bytes]
        if record[:1] != _DELETED:
            table.append((number + 1, [_value(record, field, name) for field in fields]))
    return table, found.note


def _fields(content: bytes, header_bytes: int, encoding: str) -> list[_Field]:
    fields = []
    start = 1
    for at in range(HEADER_BYTES, header_bytes - 1, HEADER_BYTES):
        head = content[at : at + HEADER_BYTES]
        if len(head) < HEADER_BYTES or head[0] == _END_OF_FIELDS:
            break
        kind = chr(head[11])
        # A text longer than 255 has its length's high byte where others have decimals.
        width = head[16] + (head[17] << 8 if kind == "C" else 0)
        name = head[:11].split(b"\x00")[0].decode(encoding, errors="replace").strip()
        fields.append(_Field(name, kind, start, start + width))
        start += width
    return fields


def _value(record: bytes, field: _Field, encoding: str) -> str:
    raw = record[field.start : field.stop].strip(b" \x00")
    text = raw.decode(encoding, errors="replace")
    if field.kind == "D" and len(text) == 8:
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return "" if set(text) == {"*"} else text


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names with ``_2``, ``_3`` … on those that came before."""
    seen: list[str] = []
    for name in names:
        candidate, number = name, 1
        while candidate in seen:
            number += 1
            candidate = f"{name}_{number}"
        seen.append(candidate)
    return seen


def _cut(path: Path) -> ReadError:
    return ReadError(
        say(".dbf 不完整", "the .dbf is cut short"),
        where=Where(file=path.name),
        next_step=say("重新取得该文件", "get the file again"),
    )
