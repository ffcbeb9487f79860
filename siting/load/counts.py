"""Counting rows without GDAL, so that the reader's own count has a witness.

A lying ``gpkg_ogr_contents`` makes pyogrio and fiona return 10 of 5,000 rows without a
word; a halved .shp gives null geometries; a GeoJSON feature without ``type`` is skipped.
Each function counts in the file itself and returns a :class:`Count`. Runs in the reading
process, before GDAL opens the file and never beside it (sqlite3 and GDAL on one
GeoPackage at the same time have corrupted it).
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siting.load.json_walk import walk
from siting.load.words import listed, say

SHAPEFILE_HEADER_BYTES = 100
#: The first record separator of a GeoJSON text sequence comes within these bytes.
SEPARATOR_WITHIN = 16
SHX_RECORD_BYTES = 8
DELETED_FLAG = b"*"
#: Geometry tables of a GeoPackage and whether each is a table (never a view).
_GPKG_TABLES = """
    SELECT c.table_name, m.type FROM gpkg_contents c
    LEFT JOIN sqlite_master m ON m.name = c.table_name AND m.type IN ('table', 'view')
    WHERE c.data_type = 'features' ORDER BY c.table_name
"""


class CountError(Exception):
    """The file cannot be counted: it is damaged, cut short, or needs a choice of layer."""


@dataclass(frozen=True, slots=True)
class Count:
    """Rows counted in the file itself, the layer they were counted in, and remarks."""

    rows: int
    sublayer: str = ""
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    has_crs_member: bool = False


def chosen_sublayer(asked: str, available: list[str]) -> str:
    """Return the layer to read; several without a choice, or an unknown one, raise."""
    if asked and asked not in available:
        raise CountError(
            say(
                f"文件中没有图层 {asked}，有：{listed(available)}",
                f"no layer '{asked}' in the file; it has: {listed(available)}",
            )
        )
    if not asked and len(available) != 1:
        raise CountError(
            say(
                f"文件有 {len(available)} 个图层（{listed(available)}），请用 sublayer 指明",
                f"the file has {len(available)} layers ({listed(available)}): name one as sublayer",
            )
        )
    return asked or available[0]


def count_gpkg(path: Path, sublayer: str) -> Count:
    """Count by ``COUNT(*)`` of sqlite3, after a quick check of the file."""
    _refuse_half_written(path)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            return _gpkg_count(connection, sublayer)
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # names that are no UTF-8 any more
        raise CountError(
            say(f"GeoPackage 已损坏：{error}", f"the GeoPackage is damaged: {error}")
        ) from error


def _refuse_half_written(path: Path) -> None:
    for suffix in ("-journal", "-wal"):
        leftover = path.with_name(path.name + suffix)
        if leftover.is_file() and leftover.stat().st_size > 0:
            raise CountError(
                say(
                    f"旁边有未完成的写入日志 {leftover.name}",
                    f"an unfinished write lies beside it ({leftover.name}): close the program "
                    "that has it open, or get the file again",
                )
            )
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100:
        raise CountError(say("GeoPackage 不完整", "the GeoPackage is cut short"))
    page_bytes = struct.unpack(">H", head[16:18])[0]
    page_bytes = 65536 if page_bytes == 1 else page_bytes
    # The page count in the head holds only if the last writer kept it (SQLite, file format 1.3.8).
    is_kept = head[24:28] == head[92:96]
    expected = page_bytes * int(struct.unpack(">I", head[28:32])[0]) if is_kept else 0
    found = path.stat().st_size
    if found < expected:
        raise CountError(
            say(
                f"GeoPackage 被截断：应有 {expected} 字节，实有 {found}",
                f"the GeoPackage is cut short: {expected} bytes expected, {found} found",
            )
        )


def gpkg_layers(path: Path) -> list[str]:
    """Return the names of the feature tables of a GeoPackage.

    Raises
    ------
    CountError
        When it is damaged.
    """
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            return [str(name) for name, _ in connection.execute(_GPKG_TABLES).fetchall()]
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise CountError(
            say(f"GeoPackage 已损坏：{error}", f"the GeoPackage is damaged: {error}")
        ) from error


def topojson_layers(path: Path) -> list[str]:
    """Return the names of the objects of a TopoJSON."""
    objects = read_json(path).get("objects")
    return list(objects) if isinstance(objects, dict) else []


def _gpkg_count(connection: sqlite3.Connection, sublayer: str) -> Count:
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise CountError(
            say(f"GeoPackage 已损坏：{verdict}", f"the GeoPackage is damaged: {verdict}")
        )
    kinds = dict(connection.execute(_GPKG_TABLES).fetchall())
    name = chosen_sublayer(sublayer, list(kinds))
    if kinds[name] != "table":
        raise CountError(
            say(
                f"图层 {name} 不是数据表（{kinds[name]}），请重新导出",
                f"layer '{name}' is no table but a {kinds[name]}: export it again",
            )
        )
    quoted = '"' + name.replace('"', '""') + '"'
    rows = connection.execute(f"SELECT COUNT(*) FROM {quoted}").fetchone()[0]  # noqa: S608
    return Count(int(rows), name)


def count_shapefile(path: Path, _: str) -> Count:
    """Count shapes by the index (or by walking the shapes), rows by the .dbf."""
    problems: list[str] = []
    notes: list[str] = []
    _check_length(path, problems)
    shx = sibling(path, ".shx")
    dbf = sibling(path, ".dbf")
    rows = _shx_rows(shx, problems) if shx else None
    if shx is None:
        notes.append(say("缺 .shx，索引已重建", ".shx is missing: the index was rebuilt"))
        rows = _walk_shp(path, problems)
    deleted = 0
    if dbf is None:
        notes.append(say("缺 .dbf，没有属性", ".dbf is missing: there are no attributes"))
    else:
        dbf_rows, deleted = _dbf_rows(dbf, problems)
        if dbf_rows != rows:
            problems.append(
                say(
                    f".shp 有 {rows} 个图形，.dbf 有 {dbf_rows} 行",
                    f".shp has {rows} shapes and .dbf has {dbf_rows} rows",
                )
            )
    if deleted:
        notes.append(
            say(f".dbf 中 {deleted} 行标记为删除", f"{deleted} rows are marked deleted in .dbf")
        )
    return Count((rows or 0) - deleted, path.stem, tuple(notes), tuple(problems))


def sibling(path: Path, suffix: str) -> Path | None:
    """Return the file beside `path` with another suffix, in either case, or None."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.is_file():
            return candidate
    return None


def _check_length(path: Path, problems: list[str]) -> int:
    """Return the length in bytes that a .shp or .shx says it has, and report a shorter file."""
    with path.open("rb") as file:
        head = file.read(SHAPEFILE_HEADER_BYTES)
    stated = 2 * int(struct.unpack(">i", head[24:28])[0]) if len(head) >= 28 else 0
    found = path.stat().st_size
    if stated < SHAPEFILE_HEADER_BYTES or found < stated:
        problems.append(
            say(
                f"{path.suffix} 不完整：文件头为 {stated} 字节，实有 {found}",
                f"{path.suffix} is cut short or damaged: its header says {stated} bytes, "
                f"it has {found}",
            )
        )
    return stated


def _shx_rows(path: Path, problems: list[str]) -> int:
    stated = _check_length(path, problems)
    return max(0, stated - SHAPEFILE_HEADER_BYTES) // SHX_RECORD_BYTES


def _walk_shp(path: Path, problems: list[str]) -> int:
    rows = 0
    size = path.stat().st_size
    position = SHAPEFILE_HEADER_BYTES
    with path.open("rb") as file:
        while position + 8 <= size:
            file.seek(position)
            words = struct.unpack(">ii", file.read(8))[1]
            position += 8 + 2 * words
            if words <= 0 or position > size:
                problems.append(
                    say(f".shp 第 {rows + 1} 条记录已损坏", f".shp record {rows + 1} is damaged")
                )
                return rows
            rows += 1
    return rows


def _dbf_rows(path: Path, problems: list[str]) -> tuple[int, int]:
    content = path.read_bytes()
    if len(content) < 32:
        problems.append(say(".dbf 已损坏", ".dbf is damaged"))
        return 0, 0
    rows, header_bytes, record_bytes = struct.unpack("<IHH", content[4:12])
    if len(content) < header_bytes + rows * record_bytes:
        problems.append(
            say(
                f".dbf 被截断：应有 {rows} 行",
                f".dbf is cut short: its header says {rows} rows",
            )
        )
    if not record_bytes:
        return int(rows), 0
    flags = content[header_bytes : header_bytes + rows * record_bytes : record_bytes]
    return int(rows), flags.count(DELETED_FLAG)


def read_json(path: Path) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return the content of a JSON file; a damaged one raises with line and column."""
    with _json_faults_told():
        return json.loads(path.read_bytes().decode("utf-8-sig"))


@contextmanager
def _json_faults_told() -> Iterator[None]:
    try:
        yield
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CountError(
            say(f"JSON 不完整或有语法错误：{error}", f"the JSON is cut short or broken: {error}")
        ) from error
    except RecursionError as error:
        raise CountError(say("JSON 嵌套过深", "the JSON is nested too deeply")) from error


def count_geojson(path: Path, _: str) -> Count:
    """Count features in the JSON, one at a time; those without ``type`` are a problem."""
    with _json_faults_told():
        found = walk(path.read_bytes().decode("utf-8-sig"))
    if found.features is None:
        return Count(1, "", has_crs_member=found.has_crs)
    problems: tuple[str, ...] = ()
    if found.nameless:
        text = say(
            f"{len(found.nameless)} 个要素缺少 type=Feature（第 {listed(found.nameless)} 个）",
            f'{len(found.nameless)} features lack "type": "Feature" '
            f"(number {listed(found.nameless)})",
        )
        problems = (text,)
    if found.kind != "FeatureCollection":
        problems += (say("根对象不是 FeatureCollection", "the root is no FeatureCollection"),)
    return Count(found.features, "", (), problems, found.has_crs)


def count_geojson_lines(path: Path, _: str) -> Count:
    """Count records: by the separator of RFC 8142 where there is one, else by lines."""
    content = path.read_bytes()
    is_sequence = b"\x1e" in content[:SEPARATOR_WITHIN]
    records = content.split(b"\x1e") if is_sequence else content.splitlines()
    rows = 0
    for number, record in enumerate(records, start=1):
        text = record.removeprefix(b"\xef\xbb\xbf").strip()
        if not text:
            continue
        rows += 1
        try:
            json.loads(text.decode("utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise CountError(
                say(
                    f"第 {number} 条不完整或有语法错误：{error}",
                    f"record {number} is cut short or broken: {error}",
                )
            ) from error
    return Count(rows)


def count_topojson(path: Path, sublayer: str) -> Count:
    """Count the geometries of one object in the parsed JSON."""
    objects = read_json(path).get("objects")
    if not isinstance(objects, dict):
        raise CountError(say("TopoJSON 没有 objects", "the TopoJSON has no objects"))
    name = chosen_sublayer(sublayer, list(objects))
    content = objects[name]
    geometries = content.get("geometries") if isinstance(content, dict) else None
    return Count(len(geometries) if isinstance(geometries, list) else 1, name)
