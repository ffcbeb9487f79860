"""What a file is: format, layers, rows, CRS, bounds, encoding, deviations."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import shapely

from siting.convert.source import Collection, read_collection
from siting.crs import crs_label, parse_crs
from siting.errors import MissingCRSError, ReadError, SitingError, Where
from siting.load.child import Reader
from siting.load.formats import LAYER_FORMATS, TABLE_FORMATS, Format, fingerprint, format_of
from siting.load.rows import KIND_OF_TYPE
from siting.load.tables import read_table
from siting.load.words import one_line, say

#: Beyond this no longitude goes, however it is counted.
MOST_DEGREES = 360.0
#: A CRS only to look at coordinates by, where a file has none.
UNKNOWN_CRS = 'LOCAL_CS["unknown"]'


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """One layer. ``bounds`` are west, south, east, north in the units of ``crs``."""

    name: str
    crs: str = ""
    rows: int = 0
    rows_refused: int = 0
    kinds: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()
    invalid: int = 0
    columns: tuple[str, ...] = ()
    encoding: str = ""
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One file."""

    name: str
    format: str
    sha256: str
    layers: tuple[LayerInfo, ...]

    @property
    def is_sound(self) -> bool:
        """True when every layer can be used whole."""
        return all(not layer.problems and not layer.rows_refused for layer in self.layers)


def info(source: str | Path, *, crs: str = "", encoding: str = "") -> SourceInfo:
    """Look into a file; what is wrong with a layer stands in its ``problems``.

    Parameters
    ----------
    source
        The file (or .gdb folder).
    crs
        The CRS, where the file carries none.
    encoding
        Of the texts, where the file does not say.

    Raises
    ------
    ReadError
        When it is no file that siting reads, or damaged as a whole.
    """
    path = Path(source)
    file_format = format_of(path)
    digest = fingerprint(path, file_format).sha256
    with Reader() as reader:
        if file_format is Format.TIFF:
            layers = [_raster(path, reader)]
        elif file_format in LAYER_FORMATS or file_format is Format.TXT:
            layers = _vectors(path, reader, crs=crs, encoding=encoding)
        else:
            layers = [_table(path, "")]
    return SourceInfo(path.name, file_format.value, digest, tuple(layers))


def _vectors(path: Path, reader: Reader, *, crs: str, encoding: str) -> list[LayerInfo]:
    file_format = format_of(path)
    is_whole = file_format in (Format.TXT, Format.DXF)
    names = [""] if is_whole else reader.list_layers(path, file_format)
    if not names:
        raise ReadError(
            say("文件中没有图层", "the file has no layer"),
            where=Where(file=path.name),
            next_step=say("向提供方索取", "ask the provider for the data"),
        )
    layers = []
    for name in names:
        try:
            layers.append(_layer(path, reader, name, crs=crs, encoding=encoding))
        except SitingError as error:
            if file_format in TABLE_FORMATS and "no geometry" in error.what:
                layers.append(_table(path, name))
            else:
                layers.append(LayerInfo(name or path.stem, problems=(one_line(error),)))
    return layers


def _layer(path: Path, reader: Reader, name: str, *, crs: str, encoding: str) -> LayerInfo:
    try:
        found = read_collection(path, reader, layer=name, crs=crs, encoding=encoding)
    except MissingCRSError as error:
        if crs or format_of(path) is Format.TXT:
            raise
        found = read_collection(path, reader, layer=name, crs=UNKNOWN_CRS, encoding=encoding)
        return _described(found, path, problem=one_line(error))
    return _described(found, path)


def _described(found: Collection, path: Path, *, problem: str = "") -> LayerInfo:
    shapes = found.frame.geometry.to_numpy()
    kinds = {KIND_OF_TYPE.get(int(kind), "collection") for kind in shapely.get_type_id(shapes)}
    bounds = tuple(float(value) for value in shapely.total_bounds(shapes)) if len(shapes) else ()
    empty = say("图层没有任何行", "the layer has 0 rows") if not found.rows_in else ""
    invalid = int((~shapely.is_valid(shapes)).sum())
    beyond = _beyond_degrees(found.crs, bounds)
    is_unknown = parse_crs(found.crs).name == "unknown"
    notes = [note for note in found.notes if not (is_unknown and UNKNOWN_CRS in note)]
    if invalid:
        notes.append(say(f"{invalid} 个图形无效", f"{invalid} invalid geometries"))
    return LayerInfo(
        name=found.name or path.stem,
        crs="" if is_unknown else crs_label(found.crs),
        rows=found.rows_in,
        rows_refused=len(found.refused),
        kinds=tuple(sorted(kinds)),
        bounds=bounds,
        invalid=invalid,
        columns=tuple(str(name) for name in found.frame.columns if name != "geometry"),
        encoding=found.encoding,
        notes=tuple(notes),
        refused=tuple(f"row {one.row}: {one.reason}" for one in found.refused),
        problems=tuple(text for text in (problem, empty, beyond) if text),
    )


def _beyond_degrees(crs: str, bounds: tuple[float, ...]) -> str:
    """Return a problem when coordinates that claim to be degrees cannot be any."""
    is_beyond = parse_crs(crs).is_geographic and any(abs(value) > MOST_DEGREES for value in bounds)
    text = f"{crs_label(crs)}: {', '.join(f'{value:g}' for value in bounds)}"
    return (
        say(f"坐标不可能是度（{text}）", f"these cannot be degrees ({text})") if is_beyond else ""
    )


def _table(path: Path, sheet: str) -> LayerInfo:
    try:
        table = read_table(path, sheet=sheet)
    except SitingError as error:
        return LayerInfo(sheet or path.stem, problems=(one_line(error),))
    note = say("没有图形的表格", "a table without geometry")
    return LayerInfo(
        name=sheet or path.stem,
        rows=len(table.rows),
        columns=table.columns,
        encoding=table.encoding,
        notes=(note,),
    )


def _raster(path: Path, reader: Reader) -> LayerInfo:
    try:
        head = reader.read_raster(path)
    except ReadError as error:
        return LayerInfo(path.stem, kinds=("raster",), problems=(one_line(error),))
    crs = str(head["crs"] or "")
    missing = say("没有坐标系", "no coordinate reference system")
    size = f"{head['width']} × {head['height']}, {head['bands']} × {head['dtype']}"
    return LayerInfo(
        name=path.stem,
        crs=crs_label(crs) if crs else "",
        rows=int(head["height"]),
        kinds=("raster",),
        bounds=tuple(float(value) for value in head["bounds"]),
        notes=(size,),
        problems=() if crs else (missing,),
    )


def info_to_dict(found: SourceInfo) -> dict[str, Any]:
    """Return it as plain tables for JSON; ``is_sound`` says that nothing is wrong."""
    return asdict(found) | {"is_sound": found.is_sound}
