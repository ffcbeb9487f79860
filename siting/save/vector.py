"""Vector tables in the binary formats: GeoPackage, FlatGeobuf, GeoParquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from siting.errors import Where, WriteError
from siting.save.atomic import atomic_file, write_error
from siting.save.fields import flattened

if TYPE_CHECKING:
    import geopandas as gpd


def write_by_driver(path: Path, frame: gpd.GeoDataFrame, *, driver: str, layer: str) -> None:
    """Write one layer as GeoPackage (``GPKG``) or FlatGeobuf (``FlatGeobuf``), rows in order.

    FlatGeobuf gets no spatial index, which would put the rows in another order.

    Raises
    ------
    WriteError
        When the disk or the driver refuses, or fewer rows are read back than were written.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

    options = {"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}
    with atomic_file(path) as part:
        # No clock in the file; reset below, for the option belongs to the whole process.
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z"})
        try:
            table = flattened(frame).reset_index(drop=True)
            pyogrio.write_dataframe(table, part, driver=driver, layer=layer, **options)
            found = int(pyogrio.read_info(part, force_feature_count=True)["features"])
        except (DataLayerError, DataSourceError, FieldError, GeometryError) as error:
            raise write_error(path, error) from error
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        if found != len(frame):
            raise WriteError(
                f"'{path.name}' did not keep all rows; what was there before is untouched",
                where=Where(file=str(path), layer=layer),
                expected=f"{len(frame)} rows",
                found=f"{found} rows",
                next_step="check the disk, then run again",
            )


def write_parquet(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write GeoParquet 1.0: WKB, CRS as PROJJSON, page checksums.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    with atomic_file(path) as part:
        frame.reset_index(drop=True).to_parquet(
            part, index=False, write_page_checksum=True, schema_version="1.0.0"
        )
