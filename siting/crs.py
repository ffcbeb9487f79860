"""Coordinate reference systems and areas: the only module that reprojects.

Everything is projected once, at load, into the working CRS of the city (projected,
metres). Areas: planar in that CRS (勘测定界 and 宗地 are measured so) and ellipsoidal on
the CRS's own ellipsoid (as 图斑). Axis order inside siting is always easting, northing
or longitude, latitude, whatever the authority says (EPSG:4547 and EPSG:4490 put north
first).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from siting.errors import ConfigError, CRSMismatchError, MissingCRSError, Where

if TYPE_CHECKING:
    import geopandas as gpd

#: CRS of viewing copies and web pages (RFC 7946).
VIEWING_CRS = "EPSG:4326"
#: To which the shift parameters of a bound CRS lead (``+towgs84``).
_HUB_CRS = "EPSG:4326"
#: Edges longer than this are densified before a geodesic is laid through their ends:
#: a straight edge in the plane is no geodesic (20 m² off for one edge of 10 km; with steps
#: of 500 m 0.08 m² off on irregular outlines of 10 km², with 70 m 0.0004 m²).
GEODESIC_STEP_M = 70.0

#: False easting of a Gauss-Krüger zone without prefix, and what one zone number adds to it.
FALSE_EASTING_M = 500_000.0
ZONE_PREFIX_M = 1_000_000.0

Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class GaussZone:
    """A zone of the Gauss-Krüger projection: its width, number, and whether eastings bear it."""

    degrees: int
    number: int
    is_prefixed: bool


@functools.lru_cache(maxsize=64)
def parse_crs(text: str) -> pyproj.CRS:
    """Return the CRS that `text` names (``EPSG:4547``, WKT or PROJ).

    Raises
    ------
    MissingCRSError
        When `text` is empty.
    ConfigError
        When PROJ does not know it.
    """
    if not text.strip():
        raise MissingCRSError(
            "no coordinate reference system given",
            expected="for example EPSG:4547 (CGCS2000, 3-degree zone, 114°E)",
            next_step="declare crs for the file in city.toml, or deliver the file with its CRS",
        )
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise ConfigError(
            f"unknown coordinate reference system '{text}'",
            expected="an EPSG code such as EPSG:4547, a WKT or a PROJ text",
            found=str(error),
            next_step="correct the CRS",
        ) from error


def working_crs(text: str) -> pyproj.CRS:
    """Return the CRS that `text` names, which must be projected and in metres.

    Raises
    ------
    ConfigError
        For a geographic CRS (areas would be in square degrees), for units other than
        metres, and for Web Mercator (its areas are 20–50 % too large).
    """
    crs = parse_crs(text)
    is_metric = crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info[:2])
    if not is_metric or crs.to_epsg() == 3857:
        raise ConfigError(
            f"'{text}' cannot be the working CRS",
            expected="a projected CRS in metres, for example EPSG:4547",
            found=crs.name,
            next_step="choose the 3-degree Gauss-Krüger zone of the city, or its local system",
        )
    return crs


def crs_label(crs: pyproj.CRS | str) -> str:
    """Return the short name of a CRS: ``EPSG:4547`` where it has one, else its name."""
    parsed = parse_crs(crs) if isinstance(crs, str) else crs
    authority = parsed.to_authority()
    return ":".join(authority) if authority else parsed.name


@functools.lru_cache(maxsize=64)
def gauss_zone(crs: str) -> GaussZone | None:
    """Return the 3° or 6° zone of a Gauss-Krüger CRS of any datum, or None if it is none.

    Without a prefix in its false easting a meridian that both divisions share (117°E) is
    taken for the 3° zone.
    """
    parsed = parse_crs(crs)
    projected = parsed.source_crs if parsed.is_bound else parsed
    if projected is None or not projected.is_projected or projected.coordinate_operation is None:
        return None
    parameters = {item.name: float(item.value) for item in projected.coordinate_operation.params}
    meridian = parameters.get("Longitude of natural origin")
    easting_m = parameters.get("False easting")
    scale = parameters.get("Scale factor at natural origin")
    if meridian is None or easting_m is None or scale != 1.0:
        return None
    prefix = (easting_m - FALSE_EASTING_M) / ZONE_PREFIX_M
    of_six, of_three = (meridian + 3) / 6, meridian / 3
    if prefix and prefix == of_six:
        return GaussZone(6, int(of_six), is_prefixed=True)
    is_local = of_three != int(of_three) or prefix not in {0, of_three}
    return None if is_local else GaussZone(3, int(of_three), is_prefixed=bool(prefix))


def project_frame(
    frame: gpd.GeoDataFrame, crs: str, *, where: Where | None = None
) -> gpd.GeoDataFrame:
    """Return `frame` in `crs`; the same index, columns and order of rows.

    Raises
    ------
    MissingCRSError
        When the frame bears no CRS: it is never guessed.
    """
    if frame.crs is None:
        raise MissingCRSError(
            "the layer has no coordinate reference system",
            where=where,
            expected="a CRS in the file, or crs = … for it in city.toml",
            found="none",
            next_step="ask who delivered the file, then declare it; siting never guesses a CRS",
        )
    target = parse_crs(crs)
    if frame.crs == target:
        return frame
    import geopandas as gpd

    # not to_crs: it would drop the shift parameters of a bound CRS, as PROJ does
    shapes = transform_geometries(frame.geometry, frame.crs.to_wkt(), crs)
    name = frame.geometry.name
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=target, name=name))


def require_same_crs(left: str, right: str, *, where: Where | None = None) -> None:
    """Refuse to go on when two reference systems differ.

    Raises
    ------
    CRSMismatchError
        When they do.
    """
    if parse_crs(left) != parse_crs(right):
        raise CRSMismatchError(
            "geometries of two reference systems met",
            where=where,
            expected=crs_label(left),
            found=crs_label(right),
            next_step="load both through siting, which projects once",
        )


#: Datums that need parameters nobody publishes: Beijing 1954, Xian 1980, New Beijing (EPSG).
OLD_DATUMS = frozenset({4214, 4610, 4555})
#: The same in the words of a .prj that EPSG does not recognise.
_OLD_NAMES = re.compile(r"(beijing|xian|xi'an)[ _]*(19)?(54|80)|new[ _]beijing", re.IGNORECASE)


def require_known_shift(source: str, target: str, *, where: Where | None = None) -> None:
    """Refuse a change from or to a datum of 1954 or 1980: PROJ would pretend to know it.

    Without parameters PROJ takes such coordinates for CGCS2000 ones without a word, 50 to
    150 m off. Parameters of the user's own (``+towgs84``, a bound CRS) are the way.

    Raises
    ------
    CRSMismatchError
        When the two datums differ, one of them is an old one, and no parameters are given.
    """
    (one, is_one_open), (other, is_other_open) = _datum_of(source), _datum_of(target)
    if one != other and (is_one_open or is_other_open):
        raise CRSMismatchError(
            "1954/1980 基准需要转换参数 / a datum of 1954 or 1980 needs a shift",
            where=where,
            expected="带转换参数的坐标系 / a CRS with the parameters (+towgs84)",
            found=f"{crs_label(source)} -> {crs_label(target)}",
            next_step="请测绘单位转换，或给出参数 / ask the surveyor to convert the coordinates, "
            "or declare a CRS with +towgs84",
        )


@functools.lru_cache(maxsize=64)
def _datum_of(crs: str) -> tuple[str, bool]:
    """Return a name for the datum of `crs`, and whether it is an old one without parameters.

    Those of the other side of a change do not help it.
    """
    parsed = parse_crs(crs)
    geodetic = parsed.geodetic_crs
    if geodetic is None:
        return "", False
    code = geodetic.to_epsg()
    is_old = code in OLD_DATUMS if code else bool(_OLD_NAMES.search(geodetic.name))
    return str(code or geodetic.name), is_old and not parsed.is_bound


@functools.lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(parse_crs(source), parse_crs(target), always_xy=True)


def transform_geometries(geometries: Iterable[object], source: str, target: str) -> Geometries:
    """Return the geometries in `target`, in the same order; x is east, y is north.

    Parameters
    ----------
    geometries
        Shapely geometries, None allowed.
    source, target
        CRS texts. Shift parameters of a bound source (``+towgs84``) are applied: PROJ itself
        drops them without a word on the way to CGCS2000, so the way leads through WGS84,
        which CGCS2000 equals within centimetres.
    """
    if target != _HUB_CRS and parse_crs(source).is_bound and not parse_crs(target).is_bound:
        geometries = transform_geometries(geometries, source, _HUB_CRS)
        source = _HUB_CRS
    transformer = _transformer(source, target)

    def move(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        easting, northing = transformer.transform(coordinates[:, 0], coordinates[:, 1])
        return np.column_stack([easting, northing])

    array = np.asarray(list(geometries), dtype=object)
    moved: Geometries = shapely.transform(shapely.force_2d(array), move)
    return moved


def to_viewing(geometries: Iterable[object], crs: str) -> Geometries:
    """Return the geometries in WGS84 longitude and latitude, for pages and viewing copies."""
    return transform_geometries(geometries, crs, VIEWING_CRS)


def viewing_degrees(coordinates: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Return eastings and northings (n × 2) of `crs` as WGS84 longitudes and latitudes."""
    degrees = _transformer(crs, VIEWING_CRS).transform(coordinates[:, 0], coordinates[:, 1])
    return np.column_stack(degrees)


def planar_areas_m2(geometries: Iterable[object]) -> NDArray[np.float64]:
    """Return the planar area of each geometry in m² of its own (metric) plane."""
    areas: NDArray[np.float64] = shapely.area(np.asarray(list(geometries), dtype=object))
    return areas


def ellipsoidal_areas_m2(geometries: Iterable[object], crs: str) -> NDArray[np.float64]:
    """Return the geodesic area of each polygon on the ellipsoid of `crs`, in m².

    Rings are oriented first (``Geod`` adds a hole of the wrong orientation) and long
    edges densified. The official trapezoid method (国土调查办发〔2008〕32号,
    :func:`siting.areas.trapezoid_areas_m2`) gives the same within 0.0001 m² for a square of
    10 ha and 0.02 m² for an irregular outline of that size. Nothing or an empty geometry has
    area 0.

    Source: Karney, C. F. F. (2013), Algorithms for geodesics, J. Geodesy 87, 43–55.
    """
    array = np.asarray(list(geometries), dtype=object)
    geodetic = parse_crs(crs).geodetic_crs
    if geodetic is None:
        raise ConfigError(
            f"'{crs}' has no ellipsoid",
            expected="a CRS tied to the earth",
            next_step="declare the local system with its base CRS",
        )
    geod = geodetic.get_geod()
    if geod is None:  # pragma: no cover - a geodetic CRS always has an ellipsoid
        raise ConfigError(f"'{crs}' has no ellipsoid", next_step="choose another CRS")
    plane = _transformer(crs, geodetic.to_wkt())
    dense = shapely.segmentize(shapely.force_2d(array), GEODESIC_STEP_M)
    return np.array([_geodesic_area_m2(each, plane, geod) for each in dense], dtype=np.float64)


def _geodesic_area_m2(
    geometry: shapely.Geometry | None, plane: pyproj.Transformer, geod: pyproj.Geod
) -> float:
    if geometry is None or shapely.is_empty(geometry) or shapely.get_dimensions(geometry) < 2:
        return 0.0
    total = 0.0
    for polygon in shapely.get_parts(geometry):
        if shapely.get_dimensions(polygon) < 2:
            continue
        shell, *holes = [_ring_area_m2(ring, plane, geod) for ring in shapely.get_rings(polygon)]
        total += shell - sum(holes)
    return total


def _ring_area_m2(ring: shapely.Geometry, plane: pyproj.Transformer, geod: pyproj.Geod) -> float:
    """Return the area within a ring whose edges are straight in the plane.

    A geodesic between two corners runs beside the straight edge by an area that falls with
    the square of the number of pieces (5 cm² for each 200 m, 120 km off the meridian), so two
    divisions tell the limit (Richardson): under 1e-6 m² is left.
    """
    corners = shapely.get_coordinates(ring)
    halved = np.empty((2 * len(corners) - 1, 2))
    halved[::2] = corners
    halved[1::2] = (corners[:-1] + corners[1:]) / 2
    longitudes, latitudes = plane.transform(halved[:, 0], halved[:, 1])
    fine = geod.polygon_area_perimeter(longitudes, latitudes)[0]
    coarse = geod.polygon_area_perimeter(longitudes[::2], latitudes[::2])[0]
    return abs(float(fine + (fine - coarse) / 3))
