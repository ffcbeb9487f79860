"""Tables to GeoPackage (official copy) and RFC 7946 GeoJSON (viewing copy)."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from siting.crs import crs_label, parse_crs, to_viewing
from siting.environment import without_foreign_variables
from siting.errors import CRSMismatchError, Where, WriteError
from siting.save import layer_styles
from siting.save.atomic import atomic_file, write_error, write_text
from siting.save.layer_styles import LayerStyle

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

#: Decimals of a degree in viewing copies: 0.1 mm. GDAL's RFC 7946 mode writes 7 (1 cm),
#: which moved the area of a 9 ha plot by 1.5 m².
DEGREE_DECIMALS = 9
#: The date written into GeoPackages when none is given: no clock, so equal input, equal bytes.
_NO_DATE = dt.date(1970, 1, 1)
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

VIEWING_NOTE = (
    "查看副本，仅供示意；正式坐标以同包 GeoPackage 与 TXT（{crs}）为准。 "
    "Viewing copy in WGS84; the official coordinates are in the GeoPackage and the TXT ({crs})."
)
"""What every viewing copy says of itself; ``{crs}`` is the working CRS."""


@without_foreign_variables()
def write_gpkg(
    path: Path,
    tables: Mapping[str, gpd.GeoDataFrame | pd.DataFrame],
    *,
    dated: dt.date | None = None,
    styles: Mapping[str, Sequence[LayerStyle]] | None = None,
) -> None:
    """Write a new GeoPackage with the given tables, in the order given.

    The file is always built new, never edited: rows deleted from a copied GeoPackage leave
    their boxes in its index. It is read back before it replaces what was there.

    Parameters
    ----------
    path
        The file to write.
    tables
        Table by name. A GeoDataFrame becomes a feature table and must bear its CRS (polygons
        are written as multipolygons), a plain DataFrame an attribute table. The index is
        not written.
    dated
        The date that stands in the file as its last change; equal input and date give equal
        bytes. A fixed date when None.
    styles
        By name of a table how QGIS draws it, the default first; they go into a table
        ``layer_styles`` of their own.

    Raises
    ------
    WriteError
        For a table name that is not lower-case letters, digits and ``_``, when the disk or
        the driver refuses, or when fewer rows are read back than were written.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

    _require_table_names(path, tables)
    day = dated or _NO_DATE
    stamp = f"{day.isoformat()}T00:00:00.000Z"
    if styles:
        tables = {**tables, layer_styles.TABLE: layer_styles.style_table(styles, dated=day)}
    with atomic_file(path) as part:
        # Reset below: the option belongs to the whole process (pyogrio's GDAL).
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
        try:
            for name, table in tables.items():
                _append_table(part, name, table)
                _require_rows(path, part, name, len(table))
        except (DataLayerError, DataSourceError, FieldError, GeometryError) as error:
            raise write_error(path, error) from error
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _require_table_names(path: Path, tables: Mapping[str, object]) -> None:
    for name in tables:
        if not _TABLE_NAME.fullmatch(name):
            raise WriteError(
                f"'{name}' cannot be the name of a table",
                where=Where(file=str(path), layer=name),
                expected="lower-case letters, digits and _, beginning with a letter",
                found=name,
                next_step="rename the table",
            )


def _append_table(part: Path, name: str, table: gpd.GeoDataFrame | pd.DataFrame) -> None:
    import geopandas as gpd
    import pyogrio

    is_spatial = isinstance(table, gpd.GeoDataFrame)
    options = {"SPATIAL_INDEX": "YES"} if is_spatial else {}
    if name == layer_styles.TABLE:
        options = {"FID": layer_styles.ID_COLUMN, "DATETIME_PRECISION": "MILLISECOND"}
    pyogrio.write_dataframe(
        table.reset_index(drop=True),
        part,
        layer=name,
        driver="GPKG",
        append=part.exists(),
        promote_to_multi=is_spatial,
        **options,
    )


def _require_rows(path: Path, part: Path, name: str, expected: int) -> None:
    import pyogrio

    found = len(pyogrio.read_dataframe(part, layer=name))
    if found != expected:
        raise WriteError(
            f"'{path.name}' did not keep all rows; what was there before is untouched",
            where=Where(file=str(path), layer=name),
            expected=f"{expected} rows",
            found=f"{found} rows",
            next_step="check the disk, then run again",
        )


def write_viewing_geojson(path: Path, frame: gpd.GeoDataFrame, *, crs: str) -> None:
    """Write a viewing copy: GeoJSON after RFC 7946, WGS84, 9 decimals, right-hand rule.

    No ``crs`` member (RFC 7946 forbids it); a ``note`` says that this is a viewing copy and
    names the CRS of the official one. Null geometry stays null. One line per feature, in the
    order of `frame`; equal input gives equal bytes.

    Parameters
    ----------
    path
        The file to write.
    frame
        Any columns but the geometry become properties; dates as ISO text, missing as null.
    crs
        The CRS of `frame`, which must be its own.

    Raises
    ------
    CRSMismatchError
        When `frame` bears another CRS than `crs`.
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    if frame.crs is not None and parse_crs(frame.crs.to_wkt()) != parse_crs(crs):
        raise CRSMismatchError(
            "the table to be written is in another CRS than stated",
            where=Where(file=str(path)),
            expected=crs_label(crs),
            found=crs_label(frame.crs),
            next_step="hand over the frame in the working CRS",
        )
    features = geojson_features(frame, crs=crs)
    note = json.dumps(VIEWING_NOTE.format(crs=crs_label(crs)), ensure_ascii=False)
    body = ",\n".join(
        json.dumps(feature, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        for feature in features
    )
    write_text(path, f'{{"type":"FeatureCollection",\n"note":{note},\n"features":[\n{body}\n]}}\n')


def geojson_features(frame: gpd.GeoDataFrame, *, crs: str) -> list[dict[str, Any]]:
    """Return the rows of `frame` as GeoJSON features in WGS84 (RFC 7946), in order.

    Parameters
    ----------
    frame
        Geometries in `crs`; see :func:`write_viewing_geojson`.
    crs
        The CRS of the geometries.
    """
    geometries = to_viewing(frame.geometry.to_numpy(), crs)
    names = [name for name in frame.columns if name != frame.geometry.name]
    columns = [frame[name].tolist() for name in names]
    return [
        {
            "type": "Feature",
            "geometry": _geojson_geometry(geometry),
            "properties": {
                str(name): _json_value(column[row])
                for name, column in zip(names, columns, strict=True)
            },
        }
        for row, geometry in enumerate(geometries)
    ]


def _geojson_geometry(geometry: shapely.Geometry | None) -> dict[str, Any] | None:
    if geometry is None or shapely.is_empty(geometry):
        return None
    oriented = shapely.orient_polygons(geometry)  # outer rings counter-clockwise (RFC 7946 §3.1.6)
    content: dict[str, Any] = _rounded(json.loads(shapely.to_geojson(oriented)))
    return content


def _rounded(value: Any) -> Any:  # noqa: ANN401 - nested lists of any depth
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return round(value, DEGREE_DECIMALS) if isinstance(value, float) else value


def _json_value(value: Any) -> object:  # noqa: ANN401 - a cell of any column
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, np.generic):
        return _json_value(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if str(value) in {"NaT", "<NA>"}:  # pandas' two ways of saying "missing"
        return None
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)
