"""Writing the sample city's files: the same bytes each time, as far as the formats allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from siting.crs import transform_geometries
from siting.environment import without_foreign_variables
from siting.sample.ground import CRS, Floats, Geometries

#: 1e-11 degrees are a micrometre: the parcel is met again to less than any tolerance.
DEGREE_DECIMALS = 11
GEOGRAPHIC_CRS = "EPSG:4490"
#: Share of the bytes that the layer that does not load on purpose keeps.
TORN_SHARE = 0.55


@without_foreign_variables()
def fix_file_dates(as_of: dt.date) -> None:
    """Let GDAL write `as_of` instead of the clock into GeoPackages."""
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{as_of.isoformat()}T00:00:00.000Z"})


@without_foreign_variables()
def write_table(path: Path, table: str, rows: pd.DataFrame, geometries: Geometries) -> None:
    """Add one table to a GeoPackage in the working CRS, without spatial index.

    Siting reads whole tables; the index would be a fifth of the size.
    """
    import geopandas as gpd

    path.parent.mkdir(parents=True, exist_ok=True)
    frame = gpd.GeoDataFrame(rows.reset_index(drop=True), geometry=list(geometries), crs=CRS)
    dimension = int(shapely.get_dimensions(np.asarray(geometries)).max())
    many = shapely.get_num_geometries(np.asarray(geometries)).max() > 1
    kind = ("Point", "LineString", "Polygon")[dimension]
    frame.to_file(
        path, layer=table, driver="GPKG", engine="pyogrio", index=False,
        geometry_type=f"Multi{kind}" if many else kind, promote_to_multi=bool(many),
        SPATIAL_INDEX="NO",
    )  # fmt: skip


@without_foreign_variables()
def write_shapefile(path: Path, rows: pd.DataFrame, geometries: Geometries) -> None:
    """Write a GBK shapefile as many offices deliver it: no .cpg, and LDID 0 in the .dbf."""
    import geopandas as gpd

    path.parent.mkdir(parents=True, exist_ok=True)
    frame = gpd.GeoDataFrame(rows, geometry=list(geometries), crs=CRS)
    frame.to_file(path, driver="ESRI Shapefile", engine="pyogrio", encoding="GBK", index=False)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[1:4] = bytes([126, 1, 1])  # date of last update: the clock must not show
    content[29] = 0  # LDID: no language named
    table.write_bytes(bytes(content))


def write_geojson(path: Path, rows: pd.DataFrame, geometries: Geometries) -> None:
    """Write GeoJSON in CGCS2000 longitude and latitude (a micrometre)."""
    import json

    path.parent.mkdir(parents=True, exist_ok=True)
    moved = transform_geometries(geometries, CRS, GEOGRAPHIC_CRS)
    moved = shapely.transform(moved, lambda xy: np.round(xy, DEGREE_DECIMALS))
    features = [
        {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}
        for properties, shape in zip(rows.to_dict("records"), moved, strict=True)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    content = {"type": "FeatureCollection", "crs": crs, "features": features}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_red_line_txt(path: Path, plots: Sequence[Mapping[str, object]]) -> None:
    """Write plots as the standard red-line TXT (勘测定界), in GBK.

    Parameters
    ----------
    plots
        ``id``, ``name``, ``use_name``, ``code``, ``area_m2`` and ``ring`` (its closed corners).
    """
    lines = [
        "[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "投影类型=高斯克吕格",
        "计量单位=米", "带号=38", "精度=0.001", "转换参数=,,,,,,", "[地块坐标]",
    ]  # fmt: skip
    for plot in plots:
        ring = np.asarray(plot["ring"])
        hectares = float(str(plot["area_m2"])) / 10_000
        lines.append(
            f"{len(ring)},{hectares:.4f},{plot['id']},{plot['name']},面,,{plot['use_name']},{plot['code']},@"
        )
        for number, (easting, northing) in enumerate(ring, start=1):
            mark = 1 if number == len(ring) else number
            lines.append(f"J{mark},1,{northing:.3f},{easting:.3f}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gbk"))


@without_foreign_variables()
def write_elevation(
    path: Path, heights: Floats, corner: tuple[float, float], cell_m: float
) -> None:
    """Write heights in metres as a deflated float32 GeoTIFF."""
    import rasterio

    path.parent.mkdir(parents=True, exist_ok=True)
    place = rasterio.Affine(cell_m, 0.0, corner[0], 0.0, -cell_m, corner[1])
    with rasterio.open(
        path, "w", driver="GTiff", width=heights.shape[1], height=heights.shape[0], count=1,
        dtype="float32", crs=CRS, transform=place, nodata=-9999.0,
        compress="deflate", predictor=3, zlevel=9,
    ) as raster:  # fmt: skip
        raster.write(heights.astype("float32"), 1)


def tear(path: Path) -> None:
    """Cut off the rest of a file: the layer that does not load, on purpose."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * TORN_SHARE)])


def write_workbook(path: Path, sheet: str, rows: pd.DataFrame, as_of: dt.date) -> None:
    """Write the ledger workbook with a heading row; texts stay texts."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    stamp = dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=dt.UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = stamp
    page = book.active or book.create_sheet()
    page.title = sheet
    page.append(list(rows.columns))
    for record in rows.itertuples(index=False):
        page.append(list(record))
    for cell in page[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True)
    for column, name in zip(page.columns, rows.columns, strict=True):
        longest = max(len(str(value)) for value in (name, *rows[name]))
        page.column_dimensions[str(column[0].column_letter)].width = min(44, 4 + 1.8 * longest)
    page.freeze_panes = "C2"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
