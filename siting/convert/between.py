"""Converting between formats: rows in = rows written + rows refused, and each is said."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import shapely

from siting.convert.options import Conversion, ConvertOptions
from siting.convert.source import Collection, read_collection
from siting.convert.targets import require_free, require_meaning, target_of, write_target
from siting.crs import VIEWING_CRS, crs_label, parse_crs, project_frame, require_known_shift
from siting.errors import CRSMismatchError, Where
from siting.load.child import Reader
from siting.load.contract import is_same_crs
from siting.load.formats import Format
from siting.load.txt_red_lines import TextWays
from siting.load.words import say
from siting.model import Refusal
from siting.save.texts import geojson_lines

if TYPE_CHECKING:
    import geopandas as gpd

#: Formats that are WGS84 by their standard.
VIEWING_FORMATS = (Format.GEOJSON_LINES, Format.KML, Format.KMZ)
#: Formats whose coordinates are metres and which cannot say of which CRS.
METRIC_FORMATS = (Format.DXF, Format.TXT)


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
    goal = target_of(target) if isinstance(target, Path) else None
    kind = Format.GEOJSON_LINES if goal is None else goal.kind
    require_meaning(kind, options, Where(file="" if goal is None else str(goal.path)))
    if goal is not None:
        require_free(source, goal, overwrite=options.overwrite)
    with Reader() as reader:
        found = _read(source, reader, options)
    frame, refused, crs, notes = _placed(found, kind, options)
    if goal is not None:
        notes.extend(write_target(goal, frame, crs=crs, options=options))
    elif not isinstance(target, Path):
        for line in geojson_lines(frame, crs=crs):
            target.write(line.encode())
    return Conversion(
        rows_in=found.rows_in,
        rows_written=len(frame),
        crs=crs_label(crs),
        refused=(*found.refused, *refused),
        notes=(*found.notes, *notes),
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
    require_known_shift(found.crs, wanted)
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
