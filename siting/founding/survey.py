"""What each file holds: one Sight per layer, table or text, or the reason why it stays shut."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely

from siting.convert import Collection, read_collection
from siting.convert.info import MOST_DEGREES, UNKNOWN_CRS
from siting.crs import Geometries, crs_label, parse_crs, to_viewing
from siting.errors import MissingCRSError, SitingError
from siting.founding.columns import Column, profile_frame, profile_table
from siting.load.child import Reader
from siting.load.encoding import decode_text
from siting.load.formats import TABLE_FORMATS, Format, format_of
from siting.load.rows import KIND_OF_TYPE
from siting.load.tables import read_table, sheet_names
from siting.load.words import one_line, say

#: How far into a text its coordinates are looked for.
SNIFFED_CHARACTERS = 20_000
#: A line of a red-line TXT or of bare coordinates: at least two numbers with four digits.
_COORDINATES = re.compile(r"\d{4,}(\.\d+)?\D+\d{4,}|\d+\.\d{3,}\D+\d+\.\d{3,}")
LEAST_COORDINATES = 3
_WHOLE = (Format.TXT, Format.DXF)

Progress = Callable[[str], None]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sight:
    """One layer or table as it was seen; ``problem`` says why it cannot be used at all.

    ``bounds`` are west, south, east, north in the units of ``crs``, ``degrees`` the same
    in WGS84 where the CRS is known.
    """

    path: Path
    file_format: Format | None
    sublayer: str = ""
    is_table: bool = False
    crs: str = ""
    rows: int = 0
    refused: int = 0
    invalid: int = 0
    kinds: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    bounds: Bounds | None = None
    degrees: Bounds | None = None
    encoding: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    is_text: bool = False
    """A .txt without coordinates: a text for people."""
    bands: int = 0

    @property
    def name(self) -> str:
        """What the layer is called: its name in the file, else the file's."""
        return self.sublayer or self.path.stem

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


def survey(files: list[Path], tell: Progress) -> list[Sight]:
    """Look into each file; a file that cannot be read is in the result with its problem.

    Parameters
    ----------
    files
        From :func:`siting.founding.walk.find_files`.
    tell
        Called with each file's name.
    """
    sights: list[Sight] = []
    with Reader() as reader:
        for path in files:
            tell(path.name)
            sights += _look(path, reader)
    return sights


def _look(path: Path, reader: Reader) -> list[Sight]:
    file_format: Format | None = None
    try:
        file_format = format_of(path)
        return list(_contents(path, file_format, reader))
    except SitingError as error:
        return [Sight(path, file_format, problem=_reason(error, path))]
    except OSError as error:
        return [Sight(path, file_format, problem=str(error.strerror or error))]


def _reason(error: SitingError, path: Path) -> str:
    """Return what is wrong in one line, without the folders of this computer."""
    text = " ".join(one_line(error).split())
    for folder in list(path.absolute().parents)[:-1]:
        text = text.replace(f"{folder}{os.sep}", "")
    return text


def _contents(path: Path, file_format: Format, reader: Reader) -> Iterator[Sight]:
    if file_format is Format.TIFF:
        yield _raster(path, reader)
    elif file_format is Format.TXT and not _has_coordinates(path):
        text = say("文本中没有坐标", "a text without coordinates")
        yield Sight(path, file_format, is_text=True, problem=text)
    elif file_format in (Format.CSV, Format.DBF):
        yield _table_or_layer(path, file_format, "", reader)
    elif file_format is Format.XLSX:
        names = sheet_names(path)
        for name in names:
            yield _table_or_layer(path, file_format, name if len(names) > 1 else "", reader)
    elif file_format in _WHOLE:
        yield _layer(path, file_format, "", reader)
    else:
        names = reader.list_layers(path, file_format)
        if not names:
            text = say("文件中没有图层", "the file has no layer")
            yield Sight(path, file_format, problem=text)
        is_single = len(names) == 1 and names[0] == path.stem
        for name in names:
            yield _layer(path, file_format, "" if is_single else name, reader)


def _has_coordinates(path: Path) -> bool:
    try:
        text, _ = decode_text(path.read_bytes())
    except UnicodeDecodeError:
        return True  # the reader of red lines says what is wrong with it
    lines = text[:SNIFFED_CHARACTERS].splitlines()
    return sum(bool(_COORDINATES.search(line)) for line in lines) >= LEAST_COORDINATES


def _table_or_layer(path: Path, file_format: Format, sheet: str, reader: Reader) -> Sight:
    """Return a layer where the table has coordinates, else the table."""
    if file_format is not Format.DBF:
        seen = _layer(path, file_format, sheet, reader)
        if not seen.problem:
            return seen
    try:
        table = read_table(path, sheet=sheet)
    except SitingError as error:
        return Sight(path, file_format, sheet, is_table=True, problem=_reason(error, path))
    return Sight(
        path,
        file_format,
        sheet,
        is_table=True,
        rows=len(table.rows),
        columns=profile_table(table),
        encoding=table.encoding,
    )


def _layer(path: Path, file_format: Format, sublayer: str, reader: Reader) -> Sight:
    try:
        return _described(_read(path, sublayer, reader), path, sublayer)
    except SitingError as error:
        is_table = file_format in TABLE_FORMATS
        return Sight(path, file_format, sublayer, is_table=is_table, problem=_reason(error, path))


def _read(path: Path, sublayer: str, reader: Reader) -> Collection:
    try:
        return read_collection(path, reader, layer=sublayer)
    except MissingCRSError:
        if format_of(path) is Format.TXT:
            raise
        # its coordinates are looked at, and placed nowhere
        return read_collection(path, reader, layer=sublayer, crs=UNKNOWN_CRS)


def _described(found: Collection, path: Path, sublayer: str) -> Sight:
    shapes = found.frame.geometry.to_numpy()
    kinds = {KIND_OF_TYPE.get(int(kind), "collection") for kind in shapely.get_type_id(shapes)}
    bounds = _bounds(shapes) if len(shapes) else None
    has_crs = parse_crs(found.crs).name != "unknown"
    return Sight(
        path,
        found.file_format,
        sublayer,
        crs=crs_label(found.crs) if has_crs else "",
        rows=found.rows_in,
        refused=len(found.refused),
        invalid=int((~shapely.is_valid(shapes)).sum()),
        kinds=tuple(sorted(kinds)),
        columns=profile_frame(found.frame),
        bounds=bounds,
        degrees=_in_degrees(bounds, found.crs) if has_crs and bounds else None,
        encoding=found.encoding,
        notes=tuple(note for note in found.notes if UNKNOWN_CRS not in note),
    )


def _in_degrees(bounds: Bounds, crs: str) -> Bounds | None:
    found = _bounds(to_viewing([shapely.box(*bounds)], crs))
    is_on_earth = found is not None and all(abs(value) <= MOST_DEGREES for value in found)
    return found if is_on_earth else None


def _bounds(shapes: Geometries) -> Bounds | None:
    """Return west, south, east, north, or None where a coordinate is no number."""
    west, south, east, north = (float(value) for value in shapely.total_bounds(shapes))
    is_finite = all(math.isfinite(value) for value in (west, south, east, north))
    return (west, south, east, north) if is_finite else None


def _raster(path: Path, reader: Reader) -> Sight:
    head = reader.read_raster(path)
    crs = str(head["crs"] or "")
    west, south, east, north = (float(value) for value in head["bounds"])
    bounds = (west, south, east, north)
    return Sight(
        path,
        Format.TIFF,
        crs=crs_label(crs) if crs else "",
        rows=int(head["height"]),
        kinds=("raster",),
        bounds=bounds,
        degrees=_in_degrees(bounds, crs) if crs else None,
        bands=int(head["bands"]),
        notes=(f"{head['width']} × {head['height']}, {head['bands']} × {head['dtype']}",),
    )
