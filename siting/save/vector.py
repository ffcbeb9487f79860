"""Vector tables in the binary formats: GeoPackage, FlatGeobuf, File Geodatabase, GeoParquet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from siting.environment import without_foreign_variables
from siting.errors import Where, WriteError
from siting.save.atomic import atomic_file
from siting.save.fields import attribute_names, flattened
from siting.save.group import atomic_group
from siting.save.readback import driver_errors, told_changes

if TYPE_CHECKING:
    import geopandas as gpd

#: A file that every File Geodatabase has; a folder without it is somebody's folder.
GDB_CATALOGUE = "a00000001.gdbtable"
#: A File Geodatabase keeps coordinates as whole multiples of a step from an origin (the
#: default of 0.1 mm moves the area of a plot of 10 ha by up to 0.1 m²). Metres: 1 µm, from
#: -1e8 m on; degrees: 1e-12 (0.1 µm). Both stay under the 2^53 steps that ArcGIS allows.
_METRE_GRID = {"XYSCALE": "1e6", "XORIGIN": "-1e8", "YORIGIN": "-1e8"}
_DEGREE_GRID = {"XYSCALE": "1e12", "XORIGIN": "-400", "YORIGIN": "-400"}
#: Whole numbers that every reader of a File Geodatabase knows.
_LARGEST_INT32 = 2**31 - 1


@without_foreign_variables()
def write_by_driver(
    path: Path, frame: gpd.GeoDataFrame, *, driver: str, layer: str
) -> tuple[str, ...]:
    """Write one layer as GeoPackage (``GPKG``) or FlatGeobuf (``FlatGeobuf``), rows in order.

    FlatGeobuf gets no spatial index, which would put the rows in another order. What the
    format changed is returned, one sentence each.

    Raises
    ------
    WriteError
        When the disk or the driver refuses, or fewer rows are read back than were written.
    """
    import pyogrio

    table = flattened(frame).reset_index(drop=True)
    names = attribute_names(table)
    options = {"SPATIAL_INDEX": "NO"}
    given = {name: name for name in names}
    if driver == "GPKG":
        given = distinct_names(names)
        taken = given.values()
        options = {"FID": _free("fid", taken), "GEOMETRY_NAME": _free("geom", taken)}
    with atomic_file(path) as part:
        # No clock in the file; reset below, for the option belongs to the whole process.
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z"})
        try:
            with driver_errors(path):
                pyogrio.write_dataframe(
                    table.rename(columns=given), part, driver=driver, layer=layer, **options
                )
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return told_changes(part, table, target=path)


def distinct_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name for each column that no other has in another case: databases see no case."""
    given: dict[str, str] = {}
    for name in names:
        given[name] = _free(name, given.values())
    return given


def _free(name: str, taken: Iterable[str]) -> str:
    used = {other.upper() for other in taken}
    candidate, number = name, 1
    while candidate.upper() in used:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


@without_foreign_variables()
def write_geodatabase(path: Path, frame: gpd.GeoDataFrame, *, layer: str) -> tuple[str, ...]:
    """Write a File Geodatabase with one feature class; the folder appears whole or not at all.

    Coordinates are kept to 1e-6 m (1e-12 degrees). What the format changed is returned, one
    sentence each: names, types and values that it does not know.

    Parameters
    ----------
    path
        The .gdb folder. One that is there is replaced, unless it is no geodatabase.
    frame
        One kind of geometry.
    layer
        Name of the feature class; what the format does not allow in it is replaced.

    Raises
    ------
    WriteError
        Mixed kinds, a folder of that name that is no geodatabase or is open elsewhere, and
        what the driver refuses.
    """
    import pyogrio

    require_one_kind(path, frame, "feature class")
    require_replaceable(path)
    table = flattened(frame).reset_index(drop=True)
    given = distinct_names(attribute_names(table))
    taken = [*given.values(), "SHAPE_Length", "SHAPE_Area"]
    grid = _DEGREE_GRID if table.crs and table.crs.is_geographic else _METRE_GRID
    options = {
        "FID": _free("OBJECTID", taken), "GEOMETRY_NAME": _free("SHAPE", taken), **grid,
    }  # fmt: skip
    with atomic_group(path) as part:
        with driver_errors(path):
            pyogrio.write_dataframe(
                _small_integers(table).rename(columns=given),
                part, driver="OpenFileGDB", layer=layer, **options,
            )  # fmt: skip
            (found,) = pyogrio.list_layers(part)[:, 0].tolist()
        notes = told_changes(part, table, target=path)
    renamed = f"图层名改为 {found} / the feature class is called {found}"
    return notes if found == layer else (renamed, *notes)


def _small_integers(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return whole numbers as int32 where they fit: int64 is known to ArcGIS Pro 3.2 only."""
    small: dict[str, Any] = {}
    for name in attribute_names(table):
        column = table[name]
        if str(column.dtype) == "int64" and (
            len(column) == 0 or column.abs().max() <= _LARGEST_INT32
        ):
            small[name] = column.astype("int32")
    return table.assign(**small) if small else table


def require_replaceable(path: Path) -> None:
    """Refuse to put a geodatabase in the place of something else, or of one that is in use.

    Raises
    ------
    WriteError
        With what lies there.
    """
    if not path.exists():
        return
    where = Where(file=str(path))
    if not path.is_dir() or (any(path.iterdir()) and not (path / GDB_CATALOGUE).is_file()):
        raise WriteError(
            f"'{path.name}' is there and is no File Geodatabase; it was left alone",
            where=where,
            expected=f"a folder with {GDB_CATALOGUE}",
            next_step="give another name",
        )
    locks = sorted(lock.name for lock in path.glob("*.lock"))
    if locks:
        raise WriteError(
            f"'{path.name}' is open in another program; it was left alone",
            where=where,
            found=", ".join(locks[:3]),
            next_step="close ArcGIS; where nothing has it open, delete the .lock files",
        )


def require_one_kind(path: Path, frame: gpd.GeoDataFrame, what: str) -> None:
    """Refuse several kinds of geometry, and collections, where a format takes one kind.

    Raises
    ------
    WriteError
        With the kinds.
    """
    shapes = frame.geometry.to_numpy()
    kinds = {int(kind) for kind in shapely.get_dimensions(shapes) if kind >= 0}
    has_collections = bool(
        (shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION).any()
    )
    if len(kinds) > 1 or has_collections:
        raise WriteError(
            f"a {what} takes one kind of geometry",
            where=Where(file=str(path)),
            expected="points, lines or areas",
            found="geometry collections" if has_collections else "several kinds",
            next_step="write a GeoPackage, or convert one layer at a time",
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
