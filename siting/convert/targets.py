"""The formats that are written: which name means which, which option means something where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from siting import save as _save
from siting.convert.options import ConvertOptions
from siting.crs import crs_label
from siting.errors import Where, WriteError, nearest
from siting.load.formats import EXTENSIONS, Format
from siting.load.words import say
from siting.model import RedLine
from siting.save.archive import write_packed
from siting.save.dxf import LABEL_COLUMNS, write_dxf
from siting.save.group import members_of
from siting.save.shapefile import write_shapefile
from siting.save.texts import kml_text, write_csv, write_geojson, write_geojson_lines, write_kml
from siting.save.vector import (
    require_replaceable,
    write_by_driver,
    write_geodatabase,
    write_parquet,
)
from siting.save.workbook import write_workbook

if TYPE_CHECKING:
    import geopandas as gpd

WRITTEN = (
    Format.GPKG, Format.GDB, Format.SHAPEFILE, Format.GEOJSON, Format.GEOJSON_LINES,
    Format.FLATGEOBUF, Format.GEOPARQUET, Format.KML, Format.KMZ, Format.DXF, Format.TXT,
    Format.CSV, Format.XLSX,
)  # fmt: skip
#: What may lie in a .zip that is written: what is looked for in one that is read.
PACKABLE = (
    Format.SHAPEFILE, Format.GDB, Format.GPKG, Format.GEOJSON, Format.GEOJSON_LINES,
    Format.FLATGEOBUF, Format.GEOPARQUET, Format.KML, Format.DXF,
)  # fmt: skip
#: Why a format that is read is not written.
NOT_WRITTEN = {
    Format.TOPOJSON: (
        "TopoJSON is read and not written: it rounds coordinates to share borders",
        "write .geojson",
    ),
    Format.DBF: ("a .dbf alone has no geometry", "write .shp, which brings its .dbf"),
    Format.TIFF: ("a GeoTIFF holds no vector layer", "write .gpkg"),
}
#: Formats whose texts may be in an encoding of choice.
ENCODABLE = (Format.SHAPEFILE, Format.CSV, Format.DXF, Format.TXT)
#: Formats that cannot say which CRS they are in, and are in whichever was asked for.
WITHOUT_CRS = (Format.CSV, Format.XLSX, Format.DXF)


@dataclass(frozen=True, slots=True)
class Target:
    """A file to be: its format, and the name within the archive when it is packed."""

    path: Path
    kind: Format
    packed_name: str = ""


def target_of(path: Path) -> Target:
    """Return what a file name asks for: ``a.shp``, ``a.gdb``, ``a.kmz``, ``a.shp.zip`` …

    ``a.zip`` is a zipped shapefile, ``a.gdb.zip`` a zipped File Geodatabase, and so on for
    the formats that may lie in a zip.

    Raises
    ------
    WriteError
        For a suffix that is not written, with what to do instead.
    """
    kind = EXTENSIONS.get(path.suffix.lower())
    if kind is Format.ZIP:
        inner = Path(path.stem)
        packed = EXTENSIONS.get(inner.suffix.lower())
        if packed is None:
            return Target(path, Format.SHAPEFILE, f"{path.stem}.shp")
        if packed in PACKABLE:
            return Target(path, packed, inner.name)
        raise _not_written(path, f"a zip with '{inner.suffix}' in it")
    if kind in WRITTEN:
        return Target(path, kind)
    raise _not_written(path, f"'{path.suffix}'")


def _not_written(path: Path, what: str) -> WriteError:
    known = [suffix for suffix, kind in EXTENSIONS.items() if kind in WRITTEN]
    kind = EXTENSIONS.get(path.suffix.lower(), Format.ZIP)
    reason, instead = NOT_WRITTEN.get(
        kind, (f"{what} is no format that siting writes", nearest(path.suffix, known))
    )
    return WriteError(
        reason,
        where=Where(file=str(path)),
        expected=" ".join([*known, ".shp.zip", ".gdb.zip"]),
        next_step=instead or "choose another suffix",
    )


def require_meaning(kind: Format, options: ConvertOptions, where: Where) -> None:
    """Refuse options that mean nothing in the target: nothing is ignored in silence.

    Raises
    ------
    WriteError
        For ``encoding`` where texts are UTF-8 by the format, and ``txt_variant`` elsewhere
        than in a red-line TXT.
    """
    if options.encoding and kind not in ENCODABLE:
        raise WriteError(
            f"{kind.value} is always UTF-8",
            where=where,
            found=options.encoding,
            next_step="leave --encoding out",
        )
    if options.txt_variant and kind is not Format.TXT:
        raise WriteError(
            f"{kind.value} has no variants",
            where=where,
            found=f"--txt-variant {options.txt_variant}",
            next_step="leave --txt-variant out, or write a .txt",
        )


def require_free(source: object, target: Target, *, overwrite: bool) -> None:
    """Refuse to write over the source, or over anything that is there unasked.

    Raises
    ------
    WriteError
        Also for the parts of a shapefile: a table ``a.dbf`` would go when ``a.shp`` comes.
    """
    path = target.path
    if isinstance(source, Path) and source.resolve() == path.resolve():
        raise WriteError(
            "source and target are one file",
            where=Where(file=str(path)),
            next_step="give the target another name",
        )
    there = members_of(path)
    if isinstance(source, Path) and source.resolve() in {part.resolve() for part in there}:
        raise WriteError(
            f"'{source.name}' is part of what would be replaced",
            where=Where(file=str(path)),
            next_step="give the target another name",
        )
    if there and not overwrite:
        raise WriteError(
            f"'{there[0].name}' exists; nothing was written",
            where=Where(file=str(path)),
            next_step="give another name, or --overwrite",
        )
    if target.kind is Format.GDB and not target.packed_name:
        require_replaceable(path)


def write_target(
    target: Target, frame: gpd.GeoDataFrame, *, crs: str, options: ConvertOptions
) -> tuple[str, ...]:
    """Write the rows and return what there is to say of what the format made of them.

    Raises
    ------
    WriteError
        When the format cannot hold the rows, or the disk refuses.
    """
    if target.packed_name:
        return write_packed(
            target.path,
            target.packed_name,
            lambda path: _write(path, target.kind, frame, crs=crs, options=options),
        )
    return _write(target.path, target.kind, frame, crs=crs, options=options)


def _write(
    path: Path, kind: Format, frame: gpd.GeoDataFrame, *, crs: str, options: ConvertOptions
) -> tuple[str, ...]:
    encoding = options.encoding
    writers: dict[Format, Callable[[], tuple[str, ...] | None]] = {
        Format.GPKG: lambda: write_by_driver(path, frame, driver="GPKG", layer=path.stem),
        Format.GDB: lambda: write_geodatabase(path, frame, layer=path.stem),
        Format.SHAPEFILE: lambda: write_shapefile(path, frame, encoding=encoding),
        Format.FLATGEOBUF: lambda: write_by_driver(
            path, frame, driver="FlatGeobuf", layer=path.stem
        ),
        Format.GEOPARQUET: lambda: write_parquet(path, frame),
        Format.GEOJSON: lambda: write_geojson(path, frame, crs=crs),
        Format.GEOJSON_LINES: lambda: write_geojson_lines(path, frame, crs=crs),
        Format.KML: lambda: write_kml(path, frame),
        Format.KMZ: lambda: write_packed(
            path, "doc.kml", lambda inner: _document(inner, path, frame)
        ),
        Format.CSV: lambda: write_csv(path, frame, encoding=encoding),
        Format.XLSX: lambda: write_workbook(path, frame),
        Format.DXF: lambda: write_dxf(path, frame, layer="REDLINE", encoding=encoding),
        Format.TXT: lambda: _write_txt(path, frame, crs=crs, options=options),
    }
    notes = writers[kind]() or ()
    if kind not in WITHOUT_CRS:
        return notes
    label = crs_label(crs)
    return (*notes, say(f"文件不含坐标系：{label}", f"the file cannot name its CRS: {label}"))


def _document(inner: Path, path: Path, frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    inner.write_text(kml_text(frame, title=path.stem), encoding="utf-8", newline="\n")
    return ()


def _write_txt(
    path: Path, frame: gpd.GeoDataFrame, *, crs: str, options: ConvertOptions
) -> tuple[str, ...]:
    if len(frame) and (shapely.get_dimensions(frame.geometry.to_numpy()) != 2).any():
        raise WriteError(
            "a red-line TXT holds areas",
            where=Where(file=str(path)),
            found="points or lines",
            next_step="write a GeoPackage, or leave them out",
        )
    column = next((name for name in ("id", *LABEL_COLUMNS) if name in frame.columns), "")
    given = [str(value) for value in frame[column].tolist()] if column else []
    ids = given if len(set(given)) == len(frame) else [f"P-{n}" for n in range(1, len(frame) + 1)]
    lines = [
        RedLine(id=name, project_id=name, geometry=shape, crs=crs)
        for name, shape in zip(ids, frame.geometry.tolist(), strict=True)
    ]
    names = {line.id: _name(frame, row) for row, line in enumerate(lines)}
    extra: dict[str, Any] = {"encoding": options.encoding} if options.encoding else {}
    if options.txt_variant:
        extra["variant"] = _save.txt_variant(options.txt_variant)
    _save.write_red_line_txt(path, lines, crs=crs, names=names, **extra)
    return tuple(_left_behind(frame, column, is_numbered=ids is not given))


def _left_behind(frame: gpd.GeoDataFrame, column: str, *, is_numbered: bool) -> list[str]:
    notes = []
    if column and is_numbered:
        text = f"'{column}' is not unique: the plots are called P-1, P-2 …"
        notes.append(say(f"{column} 有重复，地块编号改为 P-1、P-2……", text))
    kept = ("geometry", _name_column(frame), "" if is_numbered else column)
    dropped = [str(name) for name in frame.columns if name not in kept]
    if dropped:
        notes.append(
            say(f"TXT 不含属性：{dropped}", f"a TXT has no room for the columns {dropped}")
        )
    return notes


def _name_column(frame: gpd.GeoDataFrame) -> str:
    return next((name for name in ("name", "name_zh", "DKMC", "XMMC") if name in frame), "")


def _name(frame: gpd.GeoDataFrame, row: int) -> str:
    column = _name_column(frame)
    value = frame[column].iloc[row] if column else ""
    return "" if value is None else str(value)
