"""Counting the rows of a File Geodatabase table in the table's own file.

Each table is a file ``aXXXXXXXX.gdbtable``, XXXXXXXX its number in the system catalogue
(hexadecimal). Bytes 4-7 of the file hold the number of rows that are not deleted, and
bytes 24-31 the size that the file had when it was closed (format as described by
E. Rouault, github.com/rouault/dump_gdbtable).
"""

from __future__ import annotations

import struct
from pathlib import Path

from siting.load.counts import Count, CountError, chosen_sublayer
from siting.load.words import say

CATALOGUE = "GDB_SystemCatalog"
HEADER_BYTES = 40


def count_geodatabase(path: Path, sublayer: str) -> Count:
    """Return the rows of a feature class as its file's header has them.

    Raises
    ------
    CountError
        Unknown or unnamed layer, or a table that is cut short.
    """
    name = chosen_sublayer(sublayer, feature_classes(path))
    table = path / f"a{_number_of(path, name):08x}.gdbtable"
    if not table.is_file():
        raise CountError(say(f"缺少 {table.name}", f"{table.name} is missing"))
    with table.open("rb") as file:
        head = file.read(HEADER_BYTES)
    if len(head) < HEADER_BYTES:
        raise CountError(say(f"{table.name} 不完整", f"{table.name} is cut short"))
    rows = struct.unpack_from("<I", head, 4)[0]
    stated = struct.unpack_from("<Q", head, 24)[0]
    found = table.stat().st_size
    problems: tuple[str, ...] = ()
    if found < stated:
        text = say(
            f"{table.name} 被截断：应有 {stated} 字节，实有 {found}",
            f"{table.name} is cut short: {stated} bytes expected, {found} found",
        )
        problems = (text,)
    return Count(int(rows), name, problems=problems)


def feature_classes(path: Path) -> list[str]:
    """Return the names of the tables with geometry."""
    import pyogrio
    import pyogrio.errors

    try:
        layers = pyogrio.list_layers(path)
    except pyogrio.errors.DataSourceError as error:
        raise _damaged(error) from error
    return [str(name) for name, kind in layers if kind is not None]


def _number_of(path: Path, name: str) -> int:
    import pyogrio
    import pyogrio.errors

    try:
        _, numbers, _, values = pyogrio.raw.read(
            path,
            layer=CATALOGUE,
            columns=["Name"],
            return_fids=True,
            read_geometry=False,
            LIST_ALL_TABLES="YES",
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _damaged(error) from error
    by_name = dict(zip(values[0].tolist(), numbers.tolist(), strict=True))
    if name not in by_name:
        raise CountError(
            say(f"目录表中没有 {name}", f"the catalogue of the geodatabase lacks '{name}'")
        )
    return int(by_name[name])


def _damaged(error: Exception) -> CountError:
    return CountError(
        say(f"File Geodatabase 已损坏：{error}", f"the File Geodatabase is damaged: {error}")
    )
