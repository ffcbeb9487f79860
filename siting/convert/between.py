"""Converting between formats: rows in = rows written + rows refused, and each is said."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import shapely

from siting import save as _save
from siting.convert.source import Collection, read_collection
from siting.crs import VIEWING_CRS, crs_label, parse_crs, project_frame
from siting.errors import CRSMismatchError, Where, WriteError, nearest
from siting.load.child import Reader
from siting.load.contract import is_same_crs
from siting.load.forensic.hypotheses import Place
from siting.load.formats import EXTENSIONS, Format
from siting.load.txt_red_lines import TextWays
from siting.load.words import say
from siting.model import RedLine, Refusal
from siting.save.dxf import LABEL_COLUMNS, write_dxf
from siting.save.shapefile import write_shapefile
from siting.save.texts import (
    geojson_lines,
    write_csv,
    write_geojson,
    write_geojson_lines,
    write_kml,
)
from siting.save.vector import write_by_driver, write_parquet

if TYPE_CHECKING:
    import geopandas as gpd

#: Formats that are WGS84 by their standard.
VIEWING_FORMATS = (Format.GEOJSON_LINES, Format.KML)
#: Formats whose coordinates are metres and which cannot say of which CRS.
METRIC_FORMATS = (Format.DXF, Format.TXT)
#: Datums that need parameters nobody publishes: Beijing 1954, Xian 1980, New Beijing (EPSG).
OLD_DATUMS = frozenset({4214, 4610, 4555})
WRITTEN = (
    Format.GPKG, Format.SHAPEFILE, Format.GEOJSON, Format.GEOJSON_LINES, Format.FLATGEOBUF,
    Format.GEOPARQUET, Format.KML, Format.DXF, Format.TXT, Format.CSV,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConvertOptions:
    """How to convert; every empty text leaves it to the source or the format.

    ``encoding`` is that of the target's texts, ``layer`` the source's layer, ``txt_variant``
    the form of a red-line TXT. ``accept`` is a hypothesis about the source's coordinates that
    the user has verified, ``place`` the city that bears it out.
    """

    to_crs: str = ""
    from_crs: str = ""
    layer: str = ""
    encoding: str = ""
    txt_variant: str = ""
    overwrite: bool = False
    accept: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of the rows."""

    rows_in: int
    rows_written: int
    crs: str
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]


def convert(
    source: str | Path | IO[bytes],
    target: str | Path | IO[bytes],
    options: ConvertOptions | None = None,
) -> Conversion:
    """Convert one layer; streams are GeoJSONSeq (one feature a line, WGS84).

    Geometries are neither mended nor simplified. Rows without a usable geometry are refused
    and listed.

    Parameters
    ----------
    source
        A file, a .gdb folder, or a binary stream to read.
    target
        A file whose suffix names the format, or a binary stream to write.
    options
        See :class:`ConvertOptions`.

    Raises
    ------
    ReadError, MissingCRSError, CRSMismatchError
        The source cannot be used.
    WriteError
        The target exists and ``overwrite`` is not set, its format is not written, or it
        cannot hold what the source has.
    """
    options = options or ConvertOptions()
    source = Path(source) if isinstance(source, str) else source
    target = Path(target) if isinstance(target, str) else target
    target_format = Format.GEOJSON_LINES
    if isinstance(target, Path):
        target_format = _target_format(target)
        _refuse_overwriting(source, target, overwrite=options.overwrite)
    with Reader() as reader:
        found = _read(source, reader, options)
    frame, refused, crs, notes = _placed(found, target_format, options)
    if isinstance(target, Path):
        notes.extend(_write(target, target_format, frame, crs=crs, options=options))
    else:
        for line in geojson_lines(frame, crs=crs):
            target.write(line.encode())
    return Conversion(
        rows_in=found.rows_in,
        rows_written=len(frame),
        crs=crs_label(crs),
        refused=(*found.refused, *refused),
        notes=(*found.notes, *notes),
    )


def _target_format(target: Path) -> Format:
    found = EXTENSIONS.get(target.suffix.lower())
    if found in WRITTEN:
        return found
    known = [suffix for suffix, kind in EXTENSIONS.items() if kind in WRITTEN]
    raise WriteError(
        f"'{target.suffix}' is no format that siting writes",
        where=Where(file=str(target)),
        expected=" ".join(known),
        next_step=nearest(target.suffix, known) or "choose another suffix",
    )


def _refuse_overwriting(source: Path | IO[bytes], target: Path, *, overwrite: bool) -> None:
    if isinstance(source, Path) and source.resolve() == target.resolve():
        raise WriteError(
            "source and target are one file",
            where=Where(file=str(target)),
            next_step="give the target another name",
        )
    if target.exists() and not overwrite:
        raise WriteError(
            f"'{target.name}' exists; nothing was written",
            where=Where(file=str(target)),
            next_step="give another name, or --overwrite",
        )


def _read(source: Path | IO[bytes], reader: Reader, options: ConvertOptions) -> Collection:
    ways = TextWays(accept=options.accept, place=options.place)
    if isinstance(source, Path):
        return read_collection(source, reader, layer=options.layer, crs=options.from_crs, ways=ways)
    with tempfile.TemporaryDirectory(prefix="siting-stdin-") as folder:
        path = Path(folder) / "stdin.geojsonl"
        path.write_bytes(source.read())
        return read_collection(path, reader, crs=options.from_crs, ways=ways)


def _placed(
    found: Collection, target_format: Format, options: ConvertOptions
) -> tuple[gpd.GeoDataFrame, list[Refusal], str, list[str]]:
    """Return the rows in the target's CRS, those that cannot go there, the CRS and notes."""
    wanted = _target_crs(found, target_format, options)
    if is_same_crs(found.crs, wanted):
        # The same coordinates; the target's way of naming the CRS.
        frame = found.frame.set_crs(parse_crs(wanted), allow_override=True)
        return frame, [], wanted, []
    _require_known_shift(found.crs, wanted)
    frame = project_frame(found.frame, wanted)
    coordinates, owners = shapely.get_coordinates(frame.geometry.to_numpy(), return_index=True)
    bad = np.zeros(len(frame), dtype=bool)
    bad[np.unique(owners[~np.isfinite(coordinates).all(axis=1)])] = True
    reason = say("坐标无法投影（越界）", "coordinates that cannot be projected (out of range)")
    refused = [Refusal(int(row) + 1, "", reason) for row in np.flatnonzero(bad)]
    note = say(
        f"由 {crs_label(found.crs)} 转换到 {crs_label(wanted)}",
        f"projected from {crs_label(found.crs)} to {crs_label(wanted)}",
    )
    return frame.loc[~bad].reset_index(drop=True), refused, wanted, [note]


def _target_crs(found: Collection, target_format: Format, options: ConvertOptions) -> str:
    if target_format in VIEWING_FORMATS:
        if options.to_crs and not is_same_crs(options.to_crs, VIEWING_CRS):
            raise CRSMismatchError(
                f"{target_format.value} is WGS84 by its standard",
                expected=VIEWING_CRS,
                found=options.to_crs,
                next_step="leave --to-crs out, or write a GeoPackage",
            )
        return VIEWING_CRS
    if target_format is Format.GEOJSON and not options.to_crs:
        return VIEWING_CRS
    wanted = options.to_crs or found.crs
    if target_format in METRIC_FORMATS and not _is_metric(wanted):
        raise CRSMismatchError(
            f"a {target_format.value} is written in metres",
            expected="a projected CRS such as EPSG:4547",
            found=crs_label(wanted),
            next_step="give --to-crs EPSG:…",
        )
    return wanted


def _is_metric(crs: str) -> bool:
    parsed = parse_crs(crs)
    return parsed.is_projected and all(axis.unit_name == "metre" for axis in parsed.axis_info[:2])


def _require_known_shift(source: str, target: str) -> None:
    """Refuse a change from or to a datum of 1954 or 1980: PROJ would pretend to know it."""
    codes = []
    for text in (source, target):
        parsed = parse_crs(text)
        if parsed.is_bound:  # the user's own parameters
            return
        geodetic = parsed.geodetic_crs
        codes.append(geodetic.to_epsg() if geodetic is not None else None)
    if codes[0] != codes[1] and OLD_DATUMS & set(codes):
        raise CRSMismatchError(
            say("1954/1980 基准需要转换参数", "a datum of 1954 or 1980 needs a shift"),
            expected=say("带转换参数的坐标系", "a CRS with the parameters (+towgs84)"),
            found=f"{crs_label(source)} -> {crs_label(target)}",
            next_step=say("请测绘单位转换", "ask the surveyor to convert the coordinates"),
        )


def _write(
    path: Path, kind: Format, frame: gpd.GeoDataFrame, *, crs: str, options: ConvertOptions
) -> tuple[str, ...]:
    encoding = options.encoding
    if encoding and kind not in (Format.SHAPEFILE, Format.CSV, Format.DXF, Format.TXT):
        raise WriteError(
            f"{kind.value} is always UTF-8",
            where=Where(file=str(path)),
            found=encoding,
            next_step="leave --encoding out",
        )
    if kind is Format.SHAPEFILE:
        return write_shapefile(path, frame, encoding=encoding)
    if kind is Format.TXT:
        return _write_txt(path, frame, crs=crs, options=options)
    writers: dict[Format, Callable[[], None]] = {
        Format.GPKG: lambda: write_by_driver(path, frame, driver="GPKG", layer=path.stem),
        Format.FLATGEOBUF: lambda: write_by_driver(
            path, frame, driver="FlatGeobuf", layer=path.stem
        ),
        Format.GEOPARQUET: lambda: write_parquet(path, frame),
        Format.GEOJSON: lambda: write_geojson(path, frame, crs=crs),
        Format.GEOJSON_LINES: lambda: write_geojson_lines(path, frame, crs=crs),
        Format.KML: lambda: write_kml(path, frame),
        Format.CSV: lambda: write_csv(path, frame, encoding=encoding),
        Format.DXF: lambda: write_dxf(path, frame, layer="REDLINE", encoding=encoding),
    }
    writers[kind]()
    carries = kind not in (Format.CSV, Format.DXF)
    note = say(
        f"文件不含坐标系：{crs_label(crs)}", f"the file cannot name its CRS: {crs_label(crs)}"
    )
    return () if carries else (note,)


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
        extra["variant"] = _variant(options.txt_variant, path)
    _save.write_red_line_txt(path, lines, crs=crs, names=names, **extra)
    dropped = [str(name) for name in frame.columns if name not in (column, "geometry")]
    note = say(f"TXT 不含属性：{dropped}", f"a TXT has no room for the columns {dropped}")
    return (note,) if dropped else ()


def _name(frame: gpd.GeoDataFrame, row: int) -> str:
    column = next((name for name in ("name", "name_zh", "DKMC", "XMMC") if name in frame), "")
    value = frame[column].iloc[row] if column else ""
    return "" if value is None else str(value)


def _variant(name: str, path: Path) -> Any:  # noqa: ANN401 - the writer's own kind
    """Return the writer's variant of that name, where this version has variants."""
    named: Callable[[str], Any] | None = getattr(_save, "txt_variant", None)
    if named is None:
        raise WriteError(
            "this version writes one form of TXT only",
            where=Where(file=str(path)),
            found=name,
            next_step="leave --txt-variant out",
        )
    return named(name)
