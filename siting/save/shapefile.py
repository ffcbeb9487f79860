"""Shapefiles: field names of 10 bytes, texts of 254, one kind of geometry, and a .cpg."""

from __future__ import annotations

import codecs
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from siting.errors import Where, WriteError
from siting.save.atomic import PART_PREFIX, write_error
from siting.save.fields import attribute_names, flattened

if TYPE_CHECKING:
    import geopandas as gpd

NAME_BYTES = 10
TEXT_BYTES = 254
#: Side files of a shapefile that was there before and does not fit the new one.
STALE = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".fix", ".shp.xml")
#: What stands in the .cpg, by Python's name of the encoding.
CODE_PAGES = {"utf-8": "UTF-8", "gbk": "GBK", "gb18030": "GB18030", "gb2312": "GBK"}


def write_shapefile(path: Path, frame: gpd.GeoDataFrame, *, encoding: str = "") -> tuple[str, ...]:
    """Write a shapefile with .cpg and .prj; return what there is to say of renamed fields.

    The parts are written in a folder of their own and moved together at the end, .shp last:
    a kill in between leaves parts that do not fit, which reading finds.

    Parameters
    ----------
    path
        The .shp.
    frame
        One kind of geometry (parts and multiparts may be mixed).
    encoding
        UTF-8 when empty; GBK for older desktops. Every character must exist in it.

    Raises
    ------
    WriteError
        For mixed kinds, a text over 254 bytes, or a character that the encoding lacks.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

    code = _code_of(encoding or "utf-8", path)
    _require_one_kind(path, frame)
    names = short_names(attribute_names(frame), code)
    table = flattened(frame).rename(columns=names)
    _require_texts(path, table, code)
    workroom: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        workroom = Path(tempfile.mkdtemp(prefix=PART_PREFIX, dir=path.parent))
        part = workroom / path.name
        pyogrio.write_dataframe(
            table.reset_index(drop=True), part, driver="ESRI Shapefile", encoding=CODE_PAGES[code]
        )
        part.with_suffix(".cpg").write_text(CODE_PAGES[code], encoding="ascii")
        _move(workroom, path)
    except (DataLayerError, DataSourceError, FieldError, GeometryError, OSError) as error:
        raise write_error(path, error) from error
    finally:
        if workroom is not None:
            shutil.rmtree(workroom, ignore_errors=True)
    changed = [f"{name} -> {short}" for name, short in names.items() if name != short]
    return (f"字段名缩短 / field names shortened: {', '.join(changed)}",) if changed else ()


def _move(workroom: Path, path: Path) -> None:
    for suffix in STALE:
        path.with_suffix(suffix).unlink(missing_ok=True)
    parts = sorted(workroom.iterdir(), key=lambda part: part.suffix == ".shp")
    for part in parts:
        part.replace(path.with_name(part.name))


def _code_of(encoding: str, path: Path) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if name not in CODE_PAGES:
        raise WriteError(
            f"a shapefile cannot be written in '{encoding}'",
            where=Where(file=str(path)),
            expected=", ".join(CODE_PAGES),
            next_step="choose --encoding utf-8 or gbk",
        )
    return name


def _require_one_kind(path: Path, frame: gpd.GeoDataFrame) -> None:
    kinds = sorted({int(kind) for kind in shapely.get_dimensions(frame.geometry.to_numpy())})
    if len([kind for kind in kinds if kind >= 0]) > 1:
        raise WriteError(
            "a shapefile takes one kind of geometry",
            where=Where(file=str(path)),
            expected="points, lines or areas",
            found="several kinds",
            next_step="write a GeoPackage, or convert one layer at a time",
        )


def short_names(names: list[str], encoding: str) -> dict[str, str]:
    """Return a field name of at most 10 bytes for each name, all different."""
    short: dict[str, str] = {}
    for name in names:
        candidate, number = _cut(name, NAME_BYTES, encoding), 1
        while candidate.upper() in {other.upper() for other in short.values()}:
            number += 1
            tail = f"_{number}"
            candidate = _cut(name, NAME_BYTES - len(tail), encoding) + tail
        short[name] = candidate
    return short


def _cut(name: str, size: int, encoding: str) -> str:
    return name.encode(encoding, errors="replace")[:size].decode(encoding, errors="ignore")


def _require_texts(path: Path, table: gpd.GeoDataFrame, encoding: str) -> None:
    for name in attribute_names(table):
        for row, value in enumerate(table[name].tolist(), start=1):
            if not isinstance(value, str):
                continue
            try:
                size = len(value.encode(encoding))
            except UnicodeEncodeError as error:
                sign = value[error.start]
                raise _unfit(path, name, row, f"'{sign}' is not in {encoding}") from error
            if size > TEXT_BYTES:
                raise _unfit(path, name, row, f"{size} bytes, at most {TEXT_BYTES}")


def _unfit(path: Path, name: str, row: int, found: str) -> WriteError:
    return WriteError(
        f"a text of column '{name}' does not fit into a shapefile",
        where=Where(file=str(path), feature=f"row {row}"),
        found=found,
        next_step="write a GeoPackage, or choose --encoding utf-8 or gb18030",
    )
