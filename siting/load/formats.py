"""What a file must be before any reader opens it: regular, of a known format, undisguised.

A file's extension says what it claims to be, its first bytes whether that is true. A VRT
(an XML text that points GDAL at another file) called ``parcels.geojson`` is refused here,
before GDAL sees it. Fingerprints (sha256) are taken here too, before and after reading.
"""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Callable, Sequence
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
FLATGEOBUF_MAGIC = b"fgb\x03fgb"
PARQUET_MAGIC = b"PAR1"
#: First byte of a .dbf: dBase III and IV, FoxPro, with or without memo.
DBF_MAGICS = (b"\x03", b"\x30", b"\x31", b"\x43", b"\x83", b"\x8b", b"\xf5")
BINARY_DXF_MAGIC = b"AutoCAD Binary DXF"
#: The catalogue of a File Geodatabase, without which a folder is none.
GDB_CATALOGUE = "a00000001.gdbtable"
#: Begin of the folder in which siting.save.group keeps the old files while new ones move in.
OLD_PREFIX = ".siting-old-"
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
    FLATGEOBUF = "flatgeobuf"
    GEOPARQUET = "geoparquet"
    GDB = "gdb"
    KML = "kml"
    KMZ = "kmz"
    ZIP = "zip"
    DXF = "dxf"
    DBF = "dbf"


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
    ".fgb": Format.FLATGEOBUF,
    ".parquet": Format.GEOPARQUET,
    ".geoparquet": Format.GEOPARQUET,
    ".gdb": Format.GDB,
    ".kml": Format.KML,
    ".kmz": Format.KMZ,
    ".zip": Format.ZIP,
    ".dxf": Format.DXF,
    ".dbf": Format.DBF,
}
#: Formats that people do send and that are not read, with what to do instead.
REFUSED = {
    ".gml": say("请导出为 GeoPackage 或 shapefile", "export it as a GeoPackage or a shapefile"),
    ".dwg": say("请在 CAD 中另存为 DXF", "save it as DXF in the CAD program"),
    ".xls": say("请另存为 .xlsx", "save it as .xlsx"),
    ".mdb": say("请导出为 File Geodatabase 或 GeoPackage", "export it as a File Geodatabase"),
    ".tab": say("请导出为 GeoPackage 或 shapefile", "export it as a GeoPackage or a shapefile"),
    ".mif": say("请导出为 GeoPackage 或 shapefile", "export it as a GeoPackage or a shapefile"),
    ".rar": say("请解压，或重新打包为 .zip", "unpack it, or pack it again as .zip"),
    ".7z": say("请解压，或重新打包为 .zip", "unpack it, or pack it again as .zip"),
}
#: Tables: coordinates or WKT in them make a layer, else they have no geometry.
TABLE_FORMATS = (Format.CSV, Format.XLSX, Format.DBF)

#: Formats made for geometry.
VECTOR_FORMATS = (
    Format.GPKG, Format.SHAPEFILE, Format.GEOJSON, Format.GEOJSON_LINES, Format.TOPOJSON,
    Format.FLATGEOBUF, Format.GEOPARQUET, Format.GDB, Format.KML, Format.KMZ, Format.ZIP,
    Format.DXF,
)  # fmt: skip
#: Formats that can be a layer: a table is one when it has coordinates or WKT.
LAYER_FORMATS = (*VECTOR_FORMATS, Format.CSV, Format.XLSX)
#: Formats that are unpacked before anything is read.
ARCHIVE_FORMATS = (Format.ZIP, Format.KMZ)
#: Formats that imply a CRS without naming it.
IMPLYING = (Format.GEOJSON, Format.GEOJSON_LINES)
#: Name of the column of WKB in what the reading process returns.
GEOMETRY = "__wkb__"
#: In ``columns`` of a request: every column that there is.
ALL_COLUMNS = "*"


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

    def chosen(self, available: Sequence[str]) -> list[str]:
        """Return the columns asked for that there are, each once."""
        names = available if ALL_COLUMNS in self.columns else self.columns
        return [name for name in dict.fromkeys(names) if name in available]


def format_of(path: Path) -> Format:
    """Return the format of a file after checking that it is what its name claims.

    Raises
    ------
    ReadError
        No such file, not a regular file, 0 bytes, an unknown extension, or content of
        another kind.
    """
    where = Where(file=path.name)
    claimed = EXTENSIONS.get(path.suffix.lower())
    if claimed is Format.GDB and path.is_dir():
        return _geodatabase(path, where)
    if not path.is_file():
        is_there = path.exists()
        raise ReadError(
            say("不是普通文件", "not a regular file")
            if is_there
            else say("文件不存在", "there is no such file"),
            where=where,
            expected=str(path.name),
            next_step=_interrupted(path)
            or say("检查 city.toml 中的 path", "check path in city.toml"),
        )
    if claimed is None:
        raise ReadError(
            say(f"不支持的文件格式 {path.suffix}", f"unsupported format '{path.suffix}'"),
            where=where,
            expected=" ".join(EXTENSIONS),
            next_step=REFUSED.get(
                path.suffix.lower(), say("另存为 GeoPackage", "save it as a GeoPackage")
            ),
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


def _interrupted(path: Path) -> str:
    """Return where a killed writing left the old files, or an empty text."""
    if not path.parent.is_dir():
        return ""
    kept = sorted(path.parent.glob(f"{OLD_PREFIX}*/{glob.escape(path.name)}"))
    if not kept:
        return ""
    folder = kept[-1].parent.name
    return say(
        f"写入中断，旧文件在 {folder} 中，请移回",
        f"a writing was killed: move the old files back from {folder}",
    )


def _geodatabase(path: Path, where: Where) -> Format:
    if not (path / GDB_CATALOGUE).is_file():
        raise ReadError(
            say("文件夹不是 File Geodatabase", "the folder is no File Geodatabase"),
            where=where,
            expected=GDB_CATALOGUE,
            next_step=say("完整复制 .gdb 文件夹", "copy the whole .gdb folder"),
        )
    return Format.GDB


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
        Format.FLATGEOBUF: head.startswith(FLATGEOBUF_MAGIC),
        Format.GEOPARQUET: head.startswith(PARQUET_MAGIC),
        Format.GDB: False,
        Format.KML: text[:1] == b"<" or head.startswith((b"\xff\xfe<", b"\xfe\xff\x00<")),
        Format.KMZ: head.startswith(ZIP_MAGIC),
        Format.ZIP: head.startswith(ZIP_MAGIC),
        Format.DXF: text.startswith((b"0", b"999")) or head.startswith(BINARY_DXF_MAGIC),
        Format.DBF: head.startswith(DBF_MAGICS),
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
    if file_format is Format.GDB:
        inside = (part for part in path.iterdir() if part.is_file())
        return tuple(sorted(part for part in inside if part.suffix.lower() != ".lock"))
    if file_format is not Format.SHAPEFILE:
        return (path,)
    siblings = {other.suffix.lower(): other for other in path.parent.glob(f"{_escaped(path)}.*")}
    siblings[".shp"] = path
    return tuple(siblings[suffix] for suffix in SHAPEFILE_PARTS if suffix in siblings)


def _escaped(path: Path) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path.stem)


def fingerprint(
    path: Path, file_format: Format, digest: Callable[[Path], str] | None = None
) -> Fingerprint:
    """Return the sha256 of a file as it lies on disk.

    A format of one file has the plain sha256 of that file. A shapefile has the sha256 of
    the text ``{".dbf": sha256, ".shp": sha256, …}`` (JSON, sorted keys) over its parts, so
    that a changed .dbf or a lost .prj shows. A File Geodatabase has the same over its files,
    but for locks. `digest` may give the sha256 of a part that is known already.

    Raises
    ------
    ReadError
        When a part cannot be read.
    """
    parts = parts_of(path, file_format)
    take = digest or file_sha256
    if file_format is Format.GDB:
        digests = {part.name: take(part) for part in parts}
    else:
        digests = {part.suffix.lower(): take(part) for part in parts}
    if len(digests) == 1 and file_format not in (Format.SHAPEFILE, Format.GDB):
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
