"""One layer of a file with all its columns, in its own CRS, and what the contract found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.city import RedLineSpec
from siting.errors import MissingCRSError, ReadError, Where
from siting.load import contract as terms
from siting.load.child import Reader
from siting.load.forensic.accept import accept_rows, acceptance_text
from siting.load.formats import (
    ALL_COLUMNS,
    GEOMETRY,
    LAYER_FORMATS,
    Format,
    VectorRequest,
    fingerprint,
    format_of,
)  # fmt: skip
from siting.load.red_lines import read_with
from siting.load.redline_txt import read_red_line_txt
from siting.load.rows import Rows, decode_closing
from siting.load.txt_crs import crs_of
from siting.load.txt_red_lines import TOLERANT, TextWays
from siting.load.words import say
from siting.model import Refusal

if TYPE_CHECKING:
    import geopandas as gpd

#: A column of the source that would hide the geometry.
GEOMETRY_COLUMN = "geometry"


@dataclass(frozen=True, eq=False, slots=True)
class Collection:
    """The rows that can be used, in the file's own CRS, and those that cannot.

    ``rows_in`` = rows of ``frame`` + rows of ``refused``.
    """

    name: str
    file_format: Format
    frame: gpd.GeoDataFrame
    crs: str
    rows_in: int
    encoding: str = ""
    notes: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


def read_collection(
    path: Path,
    reader: Reader,
    *,
    layer: str = "",
    crs: str = "",
    encoding: str = "",
    ways: TextWays = TOLERANT,
) -> Collection:
    """Read a layer for its own sake: no role, no city, no projection.

    Parameters
    ----------
    path
        The file (or .gdb folder).
    reader
        A reading process.
    layer
        Which layer, where a file has several.
    crs
        The CRS, where the file carries none.
    encoding
        Of the texts, where the file does not say.
    ways
        A hypothesis about the coordinates that the user has verified, and the city that bears
        it out.

    Raises
    ------
    ReadError
        The hypothesis does not hold; or the file is damaged, unsafe, short of rows, or of
        several layers without a choice.
    MissingCRSError, CRSMismatchError
        No CRS anywhere, or another one than the file's.
    """
    file_format = format_of(path)
    before = fingerprint(path, file_format)
    if file_format is Format.TXT:
        found = _from_txt(path, reader, crs, ways)
    elif file_format in LAYER_FORMATS:
        request = VectorRequest(path, file_format, layer, (ALL_COLUMNS,), encoding)
        found = _from_vector(request, reader, crs, ways)
    else:
        raise ReadError(
            say("该文件没有矢量图层", "the file holds no vector layer"),
            where=Where(file=path.name),
            found=file_format.value,
            next_step=say("见 docs/formats.md", "see docs/formats.md"),
        )
    if fingerprint(path, file_format) != before:
        raise ReadError(
            say("读取期间文件被改动", "the file changed while it was being read"),
            where=Where(file=path.name),
            next_step=say("重新运行", "run again"),
        )
    return found


def _from_vector(request: VectorRequest, reader: Reader, crs: str, ways: TextWays) -> Collection:
    reply = reader.read_vector(request)
    found = terms.Findings()
    terms.compare_counts(reply.facts, found)
    settled = terms.settle_crs(crs, reply.facts, found)
    if found.problems:
        kind = MissingCRSError if not settled and not reply.facts["crs"] else ReadError
        raise kind(
            say("文件不能使用", "the file cannot be used"),
            where=Where(file=request.path.name, layer=request.sublayer),
            found="; ".join(found.problems),
            next_step=say("更正文件，或用 --from-crs 给出坐标系", "mend it, or give --from-crs"),
        )
    shapes = reply.table[GEOMETRY].to_pylist()
    rows = decode_closing(shapes)
    for number, reason in reply.facts["lost"]:
        rows.reasons[number - 1] = reason
    if ways.accept:
        where = Where(request.path.name, request.sublayer)
        settled, taken = accept_rows(rows, settled, ways.accept, ways.place, where=where)
        found.notes.append(acceptance_text(taken))
    table = reply.table.drop_columns([GEOMETRY])
    return Collection(
        name=request.sublayer or request.path.stem,
        file_format=request.file_format,
        frame=_frame(table, rows, settled),
        crs=settled,
        rows_in=len(shapes),
        encoding=str(reply.facts.get("encoding") or ""),
        notes=tuple(dict.fromkeys([*found.notes, *rows.notes, *_repairs(rows)])),
        refused=_refused(rows),
    )


def _repairs(rows: Rows) -> list[str]:
    return [f"row {position + 1}: {text}" for position, text in sorted(rows.repairs.items())]


def _refused(rows: Rows) -> tuple[Refusal, ...]:
    return tuple(Refusal(place + 1, "", reason) for place, reason in sorted(rows.reasons.items()))


def _frame(table: Any, rows: Rows, crs: str) -> gpd.GeoDataFrame:  # noqa: ANN401 - Arrow
    import geopandas as gpd
    import pandas as pd

    values: pd.DataFrame = table.to_pandas()
    # pyarrow gives no frame of the right length when there are no columns.
    values.index = pd.RangeIndex(len(rows))
    if GEOMETRY_COLUMN in values.columns:
        values = values.rename(columns={GEOMETRY_COLUMN: f"{GEOMETRY_COLUMN}_1"})
    frame = gpd.GeoDataFrame(values, geometry=gpd.array.from_shapely(rows.geometries), crs=crs)
    return frame.loc[rows.usable].reset_index(drop=True)


def _from_txt(path: Path, reader: Reader, crs: str, ways: TextWays) -> Collection:
    import geopandas as gpd

    text = read_red_line_txt(path)
    points = next((plot.points for plot in text.plots if plot.points), [])
    if ways.accept and ways.place is not None:
        own = ways.place.crs
    else:
        own = crs_of(points, text.header, crs, path.name).crs
    batch = read_with(RedLineSpec(path, crs=crs), reader, own, ways=ways)
    lines = batch.lines
    frame = gpd.GeoDataFrame(
        {
            "id": [line.id for line in lines],
            "project_id": [line.project_id for line in lines],
            "declared_area_m2": [line.declared_area_m2 for line in lines],
        },
        geometry=[line.geometry for line in lines],
        crs=own,
    )
    notes = [f"{line.id}: {note}" for line in lines for note in line.notes]
    return Collection(
        name=path.stem,
        file_format=Format.TXT,
        frame=frame,
        crs=own,
        rows_in=len(lines) + len(batch.refused),
        encoding=text.encoding,
        notes=tuple(dict.fromkeys(notes)),
        refused=tuple(batch.refused),
    )
