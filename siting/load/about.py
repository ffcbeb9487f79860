"""What the reading process is made of: its libraries, their GDALs, what they may open.

Asked for by ``siting doctor``. Each wheel brings a GDAL and a PROJ of its own, so each is
asked by itself, here in the reading process: the parent never loads one.
"""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]


def about(longitude_deg: float, latitude_deg: float, *, source: str, target: str) -> Facts:
    """Return versions, drivers, and one point transformed by each library's own PROJ.

    Parameters
    ----------
    longitude_deg, latitude_deg
        The point, in `source`.
    source, target
        CRS texts.

    Returns
    -------
    dict
        ``libraries`` (name -> version and GDAL), ``drivers`` (those of pyogrio that may
        read), ``points`` (library -> easting and northing), ``problems`` (library -> what
        is wrong).
    """
    import pyogrio

    libraries = {"pyogrio": [pyogrio.__version__, pyogrio.__gdal_version_string__]}
    points: dict[str, list[float]] = {}
    problems: dict[str, str] = {}
    for name, ask in (("fiona", _fiona), ("rasterio", _rasterio)):
        try:
            libraries[name], points[name] = ask(longitude_deg, latitude_deg, source, target)
        except (ImportError, ValueError, RuntimeError) as error:
            problems[name] = str(error)
    return {
        "libraries": libraries,
        "drivers": sorted(pyogrio.list_drivers(read=True)),
        "points": points,
        "problems": problems,
    }


def _fiona(
    longitude_deg: float, latitude_deg: float, source: str, target: str
) -> tuple[list[str], list[float]]:
    import fiona
    from fiona.transform import transform

    eastings, northings = transform(source, target, [longitude_deg], [latitude_deg])
    return [fiona.__version__, fiona.__gdal_version__], [eastings[0], northings[0]]


def _rasterio(
    longitude_deg: float, latitude_deg: float, source: str, target: str
) -> tuple[list[str], list[float]]:
    import rasterio
    from rasterio.warp import transform

    eastings, northings = transform(source, target, [longitude_deg], [latitude_deg])
    return [rasterio.__version__, rasterio.__gdal_version__], [eastings[0], northings[0]]
