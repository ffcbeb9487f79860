"""What a file must be before any reader opens it: regular, of a known format, undisguised.

A file's extension says what it claims to be, its first bytes whether that is true. A VRT
(an XML text that points GDAL at another file) called ``parcels.geojson`` is refused here,
before GDAL sees it. Fingerprints (sha256) are taken here too, before and after reading.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from siting.errors import ReadError, Where
from siting.load.encoding import utf16_without_mark
from siting.load.words import say

#: Bytes read at a time when a fingerprint is taken.
CHUNK_BYTES = 1 << 20
#: How far into a JSON text its kind is looked for.
SNIFFED_BYTES = 4096
SQLITE_MAGIC = b"SQLite format 3\x00"
SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
TIFF_MAGICS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
ZIP_MAGIC = b"PK\x03\x04"
#: The files that make up one shapefile; only the first is always there.
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


class Format(StrEnum):
    """A file format that siting reads."""

    GPKG = "gpkg"
    SHAPEFILE = "shapefile"
    GEOJSON = "geojson"
    GEOJSON_LINES = "geojson_lines"
    TOPOJSON = "topojson"
    CSV = "csv"
    XLSX = "xlsx"
    TXT = "txt"
    TIFF = "tiff"


#: What each extension claims; ``.json`` is settled by its content.
EXTENSIONS = {
    ".gpkg": Format.GPKG,
    ".shp": Format.SHAPEFILE,
    ".geojson": Format.GEOJSON,
    ".json": Format.GEOJSON,
    ".geojsonl": Format.GEOJSON_LINES,
    ".geojsons": Format.GEOJSON_LINES,
    ".topojson": Format.TOPOJSON,
    ".csv": Format.CSV,
    ".xlsx": Format.XLSX,
    ".txt": Format.TXT,
    ".tif": Format.TIFF,
    ".tiff": Format.TIFF,
}
TABLE_FORMATS = (Format.CSV, Format.XLSX)


#: Formats with geometry that GDAL reads for us.
VECTOR_FORMATS = (
    Format.GPKG, Format.SHAPEFILE, Format.GEOJSON, Format.GEOJSON_LINES, Format.TOPOJSON,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The sha256 of a file (see :func:`fingerprint`) and the parts it was taken over."""

    sha256: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VectorRequest:
    """What to read of one file; columns that it lacks are left out of the answer."""

    path: Path
    file_format: Format
    sublayer: str = ""
    columns: tuple[str, ...] = ()
    encoding: str = ""


def format_of(path: Path) -> Format:
    """Return the format of a file after checking that it is what its name claims.

    Raises
    ------
    ReadError
        No such file, not a regular file, 0 bytes, an unknown extension, or content of
        another kind.
    """
    where = Where(file=path.name)
    if not path.is_file():
        is_there = path.exists()
        raise ReadError(
            say("不是普通文件", "not a regular file")
            if is_there
            else say("文件不存在", "there is no such file"),
            where=where,
            expected=str(path.name),
            next_step=say("检查 city.toml 中的 path", "check path in city.toml"),
        )
    claimed = EXTENSIONS.get(path.suffix.lower())
    if claimed is None:
        raise ReadError(
            say(f"不支持的文件格式 {path.suffix}", f"unsupported format '{path.suffix}'"),
            where=where,
            expected=" ".join(EXTENSIONS),
            next_step=say("另存为 GeoPackage", "save it as a GeoPackage"),
        )
    with path.open("rb") as file:
        head = file.read(SNIFFED_BYTES)
    if not head:
        raise ReadError(
            say("文件为 0 字节", "the file has 0 bytes"),
            where=where,
            next_step=say("重新取得该文件", "get the file again"),
        )
    return _undisguised(claimed, head, where)


def _undisguised(claimed: Format, head: bytes, where: Where) -> Format:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    is_json = text[:1] == b"{"
    found = {
        Format.GPKG: head.startswith(SQLITE_MAGIC),
        Format.SHAPEFILE: head.startswith(SHAPEFILE_MAGIC),
        Format.GEOJSON: is_json,
        Format.GEOJSON_LINES: is_json or head[:1] == b"\x1e",
        Format.TOPOJSON: is_json,
        Format.CSV: _is_text(head),
        Format.XLSX: head.startswith(ZIP_MAGIC),
        Format.TXT: _is_text(head),
        Format.TIFF: head.startswith(TIFF_MAGICS),
    }
    if not found[claimed]:
        raise ReadError(
            say(
                f"文件内容不是 {claimed.value}，与扩展名不符",
                f"the content is not {claimed.value}, whatever the name says",
            ),
            where=where,
            expected=claimed.value,
            found=repr(head[:24]),
            next_step=say("向提供方索取原始文件", "ask the provider for the original file"),
        )
    if claimed is Format.GEOJSON and _looks_like_topology(text):
        return Format.TOPOJSON
    return claimed


def _is_text(head: bytes) -> bool:
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff")) or bool(utf16_without_mark(head))
    return is_utf16 or (b"\x00" not in head and not head.lstrip().startswith(b"<"))


def _looks_like_topology(text: bytes) -> bool:
    compact = b"".join(text.split())
    return b'"type":"Topology"' in compact[:SNIFFED_BYTES]


def parts_of(path: Path, file_format: Format) -> tuple[Path, ...]:
    """Return the files that belong together, those that exist, the main one first."""
    if file_format is not Format.SHAPEFILE:
        return (path,)
    siblings = {other.suffix.lower(): other for other in path.parent.glob(f"{_escaped(path)}.*")}
    siblings[".shp"] = path
    return tuple(siblings[suffix] for suffix in SHAPEFILE_PARTS if suffix in siblings)


def _escaped(path: Path) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path.stem)


def fingerprint(path: Path, file_format: Format) -> Fingerprint:
    """Return the sha256 of a file as it lies on disk.

    A format of one file has the plain sha256 of that file. A shapefile has the sha256 of
    the text ``{".dbf": sha256, ".shp": sha256, …}`` (JSON, sorted keys) over its parts, so
    that a changed .dbf or a lost .prj shows.

    Raises
    ------
    ReadError
        When a part cannot be read.
    """
    digests = {part.suffix.lower(): file_sha256(part) for part in parts_of(path, file_format)}
    if len(digests) == 1 and file_format is not Format.SHAPEFILE:
        return Fingerprint(next(iter(digests.values())), tuple(digests))
    text = json.dumps(digests, sort_keys=True)
    return Fingerprint(hashlib.sha256(text.encode()).hexdigest(), tuple(digests))


def file_sha256(path: Path) -> str:
    """Return the sha256 of one file in hexadecimal."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise ReadError(
            say("文件无法读取", "the file cannot be read"),
            where=Where(file=path.name),
            found=str(error.strerror),
            next_step=say("检查读取权限", "check the permissions"),
        ) from error
    return digest.hexdigest()
