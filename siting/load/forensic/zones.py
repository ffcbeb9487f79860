"""Gauss-Krüger zones of the Chinese datums: which other zone could it be, in the same datum.

A datum is never exchanged here: between CGCS2000, Xian 1980 and Beijing 1954 no shift is both
public and right. Codes: EPSG, checked against PROJ's definitions by the tests.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pyproj

from siting.crs import GaussZone, parse_crs

THREE_DEGREE_ZONES = range(25, 46)
SIX_DEGREE_ZONES = range(13, 24)
#: Widths of zones, degrees.
THREE, SIX = 3, 6
#: Degrees of a geographic CRS with which a file says "CGCS2000" or means it: WGS84 differs
#: from it by centimetres, and files of degrees bear it for lack of another.
_WGS84_FAMILY = frozenset({4326, 4490, 4979, 4480})


@dataclass(frozen=True, slots=True)
class Datum:
    """First EPSG codes of a datum's zones: 3° with and without prefix, 6° with prefix.

    6° zones without prefix have no row: each of their meridians is that of a 3° zone, and the
    numbers are the same.
    """

    name: str
    three_prefixed: int
    three_plain: int
    six_prefixed: int


_CGCS2000 = Datum("CGCS2000", 4513, 4534, 4491)
_DATUMS = {
    4490: _CGCS2000,
    4610: Datum("Xian 1980", 2349, 2370, 2327),
    4214: Datum("Beijing 1954", 2401, 2422, 21413),
}


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone of the declared datum; ``prefix`` is what its eastings begin with, or 0."""

    crs: str
    degrees: int
    number: int
    prefix: int

    @property
    def meridian_deg(self) -> int:
        """The central meridian, degrees east."""
        return _meridian_deg(self.degrees, self.number)


def datum_of(crs: str) -> Datum | None:
    """Return the Chinese datum of a CRS, or None; WGS84 degrees count as CGCS2000."""
    geodetic = parse_crs(crs).geodetic_crs
    code = None if geodetic is None else geodetic.to_2d().to_epsg()
    if code in _WGS84_FAMILY:
        return _CGCS2000
    return None if code is None else _DATUMS.get(code)


@functools.lru_cache(maxsize=16)
def zones_of(crs: str) -> tuple[Zone, ...]:
    """Return all zones of the datum of `crs`; none for another country's.

    Shift parameters that the user has given with `crs` (a bound CRS) go with each zone.
    """
    datum = datum_of(crs)
    if datum is None:
        return ()
    zones = []
    for step, number in enumerate(THREE_DEGREE_ZONES):
        zones.append(Zone(f"EPSG:{datum.three_plain + step}", THREE, number, 0))
        zones.append(Zone(f"EPSG:{datum.three_prefixed + step}", THREE, number, number))
    for step, number in enumerate(SIX_DEGREE_ZONES):
        zones.append(Zone(f"EPSG:{datum.six_prefixed + step}", SIX, number, number))
    parsed = parse_crs(crs)
    if not parsed.is_bound:
        return tuple(zones)
    return tuple(
        Zone(rebound(zone.crs, parsed), zone.degrees, zone.number, zone.prefix) for zone in zones
    )


def rebound(crs: str, bound: pyproj.CRS) -> str:
    """Return `crs` with the shift parameters that the user has given with `bound`."""
    target, shift = bound.target_crs, bound.coordinate_operation
    if target is None or shift is None:  # pragma: no cover - a bound CRS has both
        return crs
    made = pyproj.crs.BoundCRS(parse_crs(crs), target, shift)
    return str(made.to_wkt())


def is_zone(zone: Zone, known: GaussZone | None) -> bool:
    """True when `zone` gives the same numbers as a known one, whatever its code is called."""
    if known is None or zone.meridian_deg != _meridian_deg(known.degrees, known.number):
        return False
    is_borne = bool(zone.prefix)
    return is_borne == known.is_prefixed and (not is_borne or zone.degrees == known.degrees)


def is_twin(zone: Zone, known: GaussZone | None) -> bool:
    """True when `zone` is the known one with its prefix put on or taken off."""
    if known is None or bool(zone.prefix) == known.is_prefixed:
        return False
    is_other_width = bool(zone.prefix) and zone.degrees != known.degrees
    meridian = _meridian_deg(known.degrees, known.number)
    return zone.meridian_deg == meridian and not is_other_width


def _meridian_deg(degrees: int, number: int) -> int:
    return 3 * number if degrees == THREE else 6 * number - 3
