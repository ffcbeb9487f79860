"""Which GDAL drivers may open a file, and how all others are kept out.

GDAL picks a driver by looking into the file, so an XML text called ``.geojson`` opens as
a VRT and reads whatever it points at. ``OGR_SKIP`` (read once, at import) removes every
driver but ours; :func:`unwanted` finds those that a newer GDAL added, and the reader is
then started again without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from siting.environment import is_foreign

#: Vector drivers that may be registered in the reading process.
ALLOWED = frozenset(
    {
        "GPKG", "ESRI Shapefile", "GeoJSON", "GeoJSONSeq", "TopoJSON", "FlatGeobuf",
        "OpenFileGDB", "MEM", "Memory",
    }
)  # fmt: skip
#: Vector drivers known from GDAL 3.9 to 3.12 as built into the pyogrio and fiona wheels.
SKIPPED = (
    "ADBC", "AIVector", "AmigoCloud", "AVCBin", "AVCE00", "CAD", "Carto", "CSV", "CSW", "DGN",
    "DXF", "EDIGEO", "EEDA", "Elasticsearch", "ESRIJSON", "GDALG", "Geoconcept",
    "GeoRSS", "GML", "GMLAS", "GPSBabel", "GPX", "GTFS", "HTTP", "Idrisi", "Interlis 1",
    "Interlis 2", "JML", "JSONFG", "KML", "LIBKML", "LVBAG", "MapInfo File", "MapML", "MBTiles",
    "MiraMonVector", "MSSQLSpatial", "MVT", "MySQL", "netCDF", "NGW", "OAPIF", "ODBC", "ODS",
    "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT", "OSM", "PCIDSK", "PDF", "PDS4",
    "PGDUMP", "PGeo", "PLSCENES", "PMTiles", "PostgreSQL", "S57", "Selafin", "SQLite", "SVG",
    "SXF", "TIGER", "UK .NTF", "VDV", "VFK", "VICAR", "WAsP", "WFS", "XLS", "XLSX",
)  # fmt: skip
#: One chord of an arc: 0.4 mm per km of radius inside it, 5e-7 of the area of a circle.
ARC_STEP_DEG = 0.1
#: Variables by which another Python's modules would be found; with those of
#: :func:`siting.environment.is_foreign`, none of them may reach the reading process.
DROPPED_VARIABLES = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")


def reading_environment(
    environment: Mapping[str, str], extra: Iterable[str] = ()
) -> dict[str, str]:
    """Return the environment of the reading process: nothing foreign, allow-list in force.

    Parameters
    ----------
    environment
        The present process's variables.
    extra
        Drivers to be skipped besides :data:`SKIPPED`.
    """
    kept = {
        key: value
        for key, value in environment.items()
        if key not in DROPPED_VARIABLES and not is_foreign(key)
    }
    kept["OGR_SKIP"] = ",".join([*SKIPPED, *sorted(extra)])
    kept["PROJ_NETWORK"] = "OFF"
    kept["GDAL_HTTP_MAX_RETRY"] = "0"
    # GDAL would write .aux.xml and R-tree files beside what it reads.
    kept["GDAL_PAM_ENABLED"] = "NO"
    # Chords of 4° (the default) take 0.08 % off the area of a circle.
    kept["OGR_ARC_STEPSIZE"] = f"{ARC_STEP_DEG:g}"
    kept["PYTHONIOENCODING"] = "utf-8"
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    return kept


def unwanted(registered: Iterable[str]) -> tuple[str, ...]:
    """Return the registered drivers that are not on the allow-list, sorted."""
    return tuple(sorted(set(registered) - ALLOWED))
