"""Areas as a survey states them: the official ellipsoidal method, and sums that add up.

`trapezoid_areas_m2` measures on the ellipsoid by the method of the national land surveys;
`siting.crs.ellipsoidal_areas_m2` does the same by geodesics and is its witness.
`round_to_sum` and `area_table` round parts so that a table adds up to its own last line,
in each unit by itself. docs/areas.md tells planners which area is which.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from siting.crs import parse_crs, transform_geometries
from siting.errors import ConfigError, SitingError

#: Ellipsoid of CGCS2000 (EPSG:1024): semi-major axis in metres, and flattening.
CGCS2000_SEMI_MAJOR_M = 6_378_137.0
CGCS2000_FLATTENING = 1 / 298.257222101
#: Edges longer than this get points in between, evenly spaced in the plane: software for the
#: third national land survey does so (SuperMap GAF, AreaCalculate.java, 2021), because a straight
#: edge in the plane is not straight on the ellipsoid.
EDGE_STEP_M = 70.0
#: No edge is longer than so many steps: 70,000 km is more than once round the earth.
_MOST_STEPS = 1e6
#: Decimals of the official tables: m² and 亩 with two, 公顷 with four.
M2_DECIMALS, HECTARE_DECIMALS, MU_DECIMALS = 2, 4, 2
#: 1 公顷 = 10,000 m² = 15 亩, so 1 亩 is 666.66… m²: kept as a fraction, not as a decimal.
_HECTARE_IN_M2 = Fraction(10_000)
_MU_IN_M2 = Fraction(10_000, 15)
_COLUMNS = (
    (Fraction(1), M2_DECIMALS),
    (_HECTARE_IN_M2, HECTARE_DECIMALS),
    (_MU_IN_M2, MU_DECIMALS),
)
#: Two ways to the same union differ by less (overlay noise); it is under half a shown 0.01 m².
_SAME_UNION_M2 = 0.004

_POLYGON = 3  # shapely.GeometryType.POLYGON
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipsoid of revolution; the default is that of CGCS2000."""

    semi_major_m: float = CGCS2000_SEMI_MAJOR_M
    flattening: float = CGCS2000_FLATTENING

    @property
    def semi_minor_m(self) -> float:
        """The semi-minor axis b in metres."""
        return self.semi_major_m * (1.0 - self.flattening)

    @property
    def series(self) -> tuple[float, float, float, float, float]:
        """The constants A, B, C, D, E of 国土调查办发〔2008〕32号, in powers of e²."""
        e2 = self.flattening * (2.0 - self.flattening)
        e4, e6, e8 = e2**2, e2**3, e2**4
        return (
            1.0 + 3 / 6 * e2 + 30 / 80 * e4 + 35 / 112 * e6 + 630 / 2304 * e8,
            1 / 6 * e2 + 15 / 80 * e4 + 21 / 112 * e6 + 420 / 2304 * e8,
            3 / 80 * e4 + 7 / 112 * e6 + 180 / 2304 * e8,
            1 / 112 * e6 + 45 / 2304 * e8,
            5 / 2304 * e8,
        )


CGCS2000 = Ellipsoid()


def trapezoid_area_m2(
    south_rad: Floats | float,
    north_rad: Floats | float,
    width_rad: Floats | float,
    *,
    ellipsoid: Ellipsoid = CGCS2000,
) -> Floats:
    """Return the area between two parallels over a difference of longitude, in m².

    Negative where `north_rad` is south of `south_rad`, or `width_rad` negative: so the
    trapezoids under the edges of a ring add up to its area. Arrays give one value each.

    Parameters
    ----------
    south_rad, north_rad
        Geodetic latitudes B1 and B2, radians.
    width_rad
        Difference of longitude ΔL, radians.
    ellipsoid
        The ellipsoid, by default that of CGCS2000.

    Notes
    -----
    Source: 国土调查办发〔2008〕32号《图幅理论面积与图斑椭球面积计算公式及要求》, formula (2):
    S = 2b²ΔL [A sin½(B2-B1) cos Bm - B sin 3/2(B2-B1) cos 3Bm + C sin 5/2(B2-B1) cos 5Bm
    - D sin 7/2(B2-B1) cos 7Bm + E sin 9/2(B2-B1) cos 9Bm], Bm = (B1+B2)/2. What the series
    leaves out (e¹⁰ and on) is under 1e-11 of the area.
    """
    half = (np.asarray(north_rad, dtype=np.float64) - south_rad) / 2.0
    middle = (np.asarray(north_rad, dtype=np.float64) + south_rad) / 2.0
    strip = np.zeros(np.broadcast(half, middle).shape)
    for order, constant in enumerate(ellipsoid.series):
        sign, multiple = (-1.0) ** order, 2 * order + 1
        strip = strip + sign * constant * np.sin(multiple * half) * np.cos(multiple * middle)
    area: Floats = 2.0 * ellipsoid.semi_minor_m**2 * np.asarray(width_rad) * strip
    return area


def trapezoid_areas_m2(geometries: Iterable[object], crs: str) -> Floats:
    """Return the official ellipsoidal area (图斑椭球面积) of each polygon, in m².

    Each edge spans a trapezoid with a fixed meridian; the signed trapezoids of a ring add up
    to its area; holes are taken off and parts added, whatever the direction of the rings.
    Edges over `EDGE_STEP_M` get points in between, as software for the land survey does. The
    meridian is that of the ring's own first vertex (any is allowed), which keeps the terms
    small. Unlike survey software, no figure on the way is rounded: B and L cut to 10⁻⁶
    seconds move 10 ha by up to 0.007 m².

    The method itself takes an edge piece for straight in latitude and longitude. Against
    the same outline with a point every 2 m that makes, worst of 60 irregular outlines of 12
    corners, 0.011 m² at 10 ha and 0.14 m² at 10 km²; on squares 0.0001 and 0.005 m².

    Parameters
    ----------
    geometries
        Shapely geometries in `crs`, in any mixture; one value each, in the same order. None,
        empty geometries, points and lines have area 0.
    crs
        CRS of the coordinates, easting (or longitude) first; its ellipsoid is used.

    Raises
    ------
    ConfigError
        When the CRS is not tied to the earth.
    SitingError
        When a coordinate is not finite, or lies where the projection has no inverse.
    """
    array = np.asarray(list(geometries), dtype=object)
    geodetic, ellipsoid = _geodetic_crs(crs)
    unit_rad = geodetic.axis_info[0].unit_conversion_factor
    step = _step_in_units(crs)
    _require_within_reach(array, crs, limit=step * _MOST_STEPS)
    dense = shapely.segmentize(shapely.force_2d(array), step)
    on_globe = transform_geometries(dense, crs, geodetic.to_wkt())
    if not np.isfinite(shapely.get_coordinates(on_globe)).all():
        raise _out_of_reach(crs)
    polygons, owner = _polygons(on_globe)
    rings, polygon_of = shapely.get_rings(polygons, return_index=True)
    is_outer = np.diff(polygon_of, prepend=-1) > 0
    areas = np.abs(_ring_areas_m2(rings, unit_rad, ellipsoid)) * np.where(is_outer, 1.0, -1.0)
    return _summed(owner[polygon_of], areas, len(array))


def _require_within_reach(array: NDArray[np.object_], crs: str, *, limit: float) -> None:
    """Refuse outlines without finite coordinates, or wider than the earth: GEOS would choke."""
    bounds = shapely.bounds(array[~(shapely.is_empty(array) | shapely.is_missing(array))])
    is_finite = np.isfinite(shapely.get_coordinates(array)).all()
    if not is_finite or (bounds[:, 2:] - bounds[:, :2] > limit).any():
        raise _out_of_reach(crs)


def _out_of_reach(crs: str) -> SitingError:
    return SitingError(
        "the ellipsoidal area of an outline cannot be computed",
        expected=f"finite coordinates within the reach of {crs}",
        found="coordinates that have no longitude and latitude",
        next_step="check that the coordinates and their declared CRS belong together",
    )


def _geodetic_crs(crs: str) -> tuple[pyproj.CRS, Ellipsoid]:
    geodetic = parse_crs(crs).geodetic_crs
    if geodetic is None or geodetic.ellipsoid is None:
        raise ConfigError(
            f"'{crs}' has no ellipsoid",
            expected="a CRS tied to the earth",
            next_step="declare the local system with its base CRS",
        )
    # a sphere has no inverse flattening: PROJ says 0
    inverse = geodetic.ellipsoid.inverse_flattening
    return geodetic, Ellipsoid(geodetic.ellipsoid.semi_major_metre, 1 / inverse if inverse else 0.0)


def _step_in_units(crs: str) -> float:
    """Return `EDGE_STEP_M` in the units of the CRS (degrees where it is geographic)."""
    parsed = parse_crs(crs)
    factor = parsed.axis_info[0].unit_conversion_factor
    if parsed.is_geographic:
        return EDGE_STEP_M / (CGCS2000_SEMI_MAJOR_M * factor)
    return EDGE_STEP_M / factor


def _polygons(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return all non-empty polygons within the geometries, and the position each came from."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    while (shapely.get_type_id(parts) > _POLYGON).any():  # collections nest
        parts, within = shapely.get_parts(parts, return_index=True)
        owner = owner[within]
    kept = (shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)
    return parts[kept], owner[kept]


def _ring_areas_m2(rings: NDArray[np.object_], unit_rad: float, ellipsoid: Ellipsoid) -> Floats:
    """Return the signed area of each ring given in longitude and latitude, in m²."""
    coordinates, ring_of = shapely.get_coordinates(rings, return_index=True)
    radians = coordinates * unit_rad
    first = np.searchsorted(ring_of, np.arange(len(rings)))
    longitude = radians[:, 0] - radians[first, 0][ring_of]
    # a ring across the 180th meridian jumps by a whole turn
    longitude = longitude - 2.0 * math.pi * np.round(longitude / (2.0 * math.pi))
    starts = np.flatnonzero(ring_of[:-1] == ring_of[1:])
    areas = trapezoid_area_m2(
        radians[starts, 1],
        radians[starts + 1, 1],
        (longitude[starts] + longitude[starts + 1]) / 2.0,
        ellipsoid=ellipsoid,
    )
    return _summed(ring_of[starts], areas, len(rings))


def _summed(places: NDArray[np.intp], areas: Floats, length: int) -> Floats:
    """Return for each of `length` places the sum of the areas that belong to it."""
    sums = np.zeros(length)
    np.add.at(sums, places, areas)
    return sums


def round_to_sum(
    values: Iterable[float], *, decimals: int, total: float | None = None
) -> tuple[Decimal, ...]:
    """Round parts so that they add up exactly to the rounded total (largest remainder).

    All parts are rounded down; the units that are missing from the total go to the parts
    with the largest remainders; of equal remainders to the larger part, then to the earlier
    one. Each part is off by less than one unit, and the same parts in another order get the
    same figures. The arithmetic is exact; results are decimals, as binary fractions such as
    0.1 do not add up.

    Parameters
    ----------
    values
        The parts, none negative.
    decimals
        Decimals to keep; the unit is 10 to the power of minus `decimals`.
    total
        What the parts make up together, where it is known better than by adding them up; it
        may differ from their sum by less than half a unit. By default their exact sum.

    Raises
    ------
    SitingError
        For a negative or non-finite value, and for parts that do not make up `total`.
    """
    parts = [_exact(value) for value in values]
    whole = sum(parts, Fraction(0)) if total is None else _exact(total)
    return _largest_remainder(parts, whole, decimals=decimals)


def _exact(value: float) -> Fraction:
    if not math.isfinite(value) or value < 0:
        raise SitingError(
            "an area that cannot be rounded",
            expected="a finite number, 0 or more",
            found=str(value),
            next_step="measure the outline again; nothing on a map has less than no area",
        )
    return Fraction(float(value))


def _largest_remainder(
    parts: Sequence[Fraction], whole: Fraction, *, decimals: int
) -> tuple[Decimal, ...]:
    scale = Fraction(10) ** decimals
    exact, target = [part * scale for part in parts], whole * scale
    if 2 * abs(target - sum(exact, Fraction(0))) >= 1:
        raise SitingError(
            "the parts do not make up their total",
            expected=f"{float(whole)!r}, to half a unit of {decimals} decimals",
            found=repr(float(sum(parts, Fraction(0)))),
            next_step="look for a part that is missing or counted twice; rounding cannot mend it",
        )
    units = [math.floor(value) for value in exact]
    order = sorted(
        range(len(exact)), key=lambda place: (units[place] - exact[place], -exact[place], place)
    )
    for place in order[: round(target) - sum(units)]:
        units[place] += 1
    return tuple(_decimal(unit, decimals) for unit in units)


def _decimal(units: int, decimals: int) -> Decimal:
    return Decimal(units).scaleb(-decimals)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area in three units, each rounded for a table.

    ``area_m2`` has two decimals, ``area_ha`` (公顷) four and ``area_mu`` (亩) two.
    """

    name: str
    area_m2: Decimal
    area_ha: Decimal
    area_mu: Decimal


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Parts and their total: every column adds up exactly to its own last line."""

    rows: tuple[AreaRow, ...]
    total: AreaRow


def area_table(areas_m2: Mapping[str, float], *, total_m2: float | None = None) -> AreaTable:
    """Return the parts in m², 公顷 and 亩, each column adding up to its own rounded total.

    A column is rounded by itself, from the unrounded area: 0.1 公顷 beside 1.5 亩 may each be
    off by less than one of their own last digit, and are not converted into each other.

    Parameters
    ----------
    areas_m2
        Unrounded areas by name, none negative, m²; the order is kept.
    total_m2
        The whole, as in `round_to_sum`; by default the sum of the parts.

    Raises
    ------
    SitingError
        As `round_to_sum`.
    """
    parts = [_exact(area) for area in areas_m2.values()]
    whole = sum(parts, Fraction(0)) if total_m2 is None else _exact(total_m2)
    columns, totals = [], []
    for unit_m2, decimals in _COLUMNS:
        shares, sum_of_column = [part / unit_m2 for part in parts], whole / unit_m2
        columns.append(_largest_remainder(shares, sum_of_column, decimals=decimals))
        totals.append(_decimal(round(sum_of_column * 10**decimals), decimals))
    rows = tuple(AreaRow(name, *cells) for name, *cells in zip(areas_m2, *columns, strict=True))
    return AreaTable(rows, AreaRow("", *totals))


def ladder_table(ladder_m2: Mapping[str, float], *, conflict_area_m2: float) -> AreaTable:
    """Return a red line's ladder (each m² once, under its most severe rule) as a table.

    The total is the red line's area in conflict, to the last digit, wherever the ladder makes
    it up; where milder rules have a share in it, the total is the union of all. Rules without
    a share that shows are left out.

    Parameters
    ----------
    ladder_m2
        Planar m² by rule code; the order is kept.
    conflict_area_m2
        Planar area of the union of what binding rules found, m².

    Raises
    ------
    SitingError
        As `round_to_sum`.
    """
    # a difference of two unions may come out as -1e-9
    shares = {code: max(area_m2, 0.0) for code, area_m2 in ladder_m2.items()}
    is_all = abs(math.fsum(shares.values()) - conflict_area_m2) < _SAME_UNION_M2
    table = area_table(shares, total_m2=conflict_area_m2 if is_all else None)
    return AreaTable(tuple(row for row in table.rows if row.area_m2), table.total)
