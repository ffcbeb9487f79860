"""What goes wrong with coordinates, done with pyproj, shapely and plain formulas of our own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

Pairs = NDArray[np.float64]

CRS = "EPSG:4547"
#: The user's local system: 4547 turned by 30″ and moved, in the surveyors' convention.
LOCAL = {
    "name": "old_town", "to_crs": CRS, "shift_north_m": 2_500_000.0, "shift_east_m": 380_000.0,
    "rotation_deg": 0.75, "scale": 1.0000042, "source": "测绘院 2011-08 号函",
}  # fmt: skip


def to(crs: str) -> Callable[[Pairs], Pairs]:
    """Project from 4547 by pyproj."""
    transformer = pyproj.Transformer.from_crs(CRS, crs, always_xy=True)

    def move(pairs: Pairs) -> Pairs:
        return np.column_stack(transformer.transform(pairs[:, 0], pairs[:, 1]))

    return move


def swap(pairs: Pairs) -> Pairs:
    return pairs[:, ::-1]


def east(metres: float) -> Callable[[Pairs], Pairs]:
    return lambda pairs: pairs + np.array([metres, 0.0])


def feet(metres: float) -> Callable[[Pairs], Pairs]:
    return lambda pairs: pairs / metres


def gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """GCJ-02 of one WGS84 point, written out term by term."""
    x, y = longitude - 105.0, latitude - 35.0
    sin, pi = math.sin, math.pi
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    over = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    over += (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    over += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    over += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    a, ee, phi = 6378245.0, 0.00669342162296594323, math.radians(latitude)
    w = 1 - ee * sin(phi) ** 2
    return (
        longitude + math.degrees(over / (a / math.sqrt(w) * math.cos(phi))),
        latitude + math.degrees(north / (a * (1 - ee) / (w * math.sqrt(w)))),
    )


def bd09(longitude: float, latitude: float) -> tuple[float, float]:
    """BD-09 of one WGS84 point."""
    x, y = gcj02(longitude, latitude)
    turn = math.pi * 3000 / 180
    z = math.sqrt(x * x + y * y) + 0.00002 * math.sin(y * turn)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * turn)
    return z * math.cos(angle) + 0.0065, z * math.sin(angle) + 0.006


def offset(point: Callable[[float, float], tuple[float, float]]) -> Callable[[Pairs], Pairs]:
    def move(pairs: Pairs) -> Pairs:
        return np.array([point(*pair) for pair in to("EPSG:4490")(pairs).tolist()])

    return move


def local(pairs: Pairs) -> Pairs:
    """Into the user's local system, by complex numbers: z0 = (z - shift) / (scale·e^{ir})."""
    z = pairs[:, 1] + 1j * pairs[:, 0]  # north + i·east
    turn = LOCAL["scale"] * np.exp(1j * math.radians(LOCAL["rotation_deg"]))
    back = (z - (LOCAL["shift_north_m"] + 1j * LOCAL["shift_east_m"])) / turn
    return np.column_stack([back.imag, back.real])


@dataclass(frozen=True)
class Corruption:
    """``change`` from right metres of 4547; what the file then claims; who must be told."""

    hypothesis: str
    change: Callable[[Pairs], Pairs]
    claimed: str = CRS
    tolerance_m: float = 1e-6
    is_offset: bool = False


def _same(pairs: Pairs) -> Pairs:
    return pairs


CORRUPTIONS = [
    Corruption("axes_swapped", swap),
    Corruption("axes_swapped", lambda p: swap(to("EPSG:4490")(p)), "EPSG:4490"),
    Corruption("central_meridian_114", _same, "EPSG:4548"),
    Corruption("central_meridian_111", to("EPSG:4546")),
    Corruption("central_meridian_114+axes_swapped", swap, "EPSG:4548"),
    Corruption("zone_prefix_added", east(38e6)),
    Corruption("zone_prefix_missing", _same, "EPSG:4526"),
    Corruption("zone_prefix_wrong", east(39e6)),
    Corruption("three_degree_zone_38", east(38e6), "EPSG:4548"),
    Corruption("six_degree_zone_19", to("EPSG:4497")),
    Corruption("degrees", to("EPSG:4490")),
    Corruption("degrees+axes_swapped", lambda p: swap(to("EPSG:4490")(p))),
    Corruption("metres_in_EPSG:4547", _same, "EPSG:4490"),
    Corruption("three_degree_zone_38", east(38e6), "EPSG:4490"),
    Corruption("web_mercator", to("EPSG:3857"), "EPSG:4490", 1e-3),
    Corruption("feet_us", feet(1200 / 3937)),
    Corruption("feet_international", feet(0.3048)),
    Corruption("gcj02", offset(gcj02), "EPSG:4490", 1e-3, is_offset=True),
    Corruption("bd09", offset(bd09), "EPSG:4490", 1e-3, is_offset=True),
    Corruption("gcj02", offset(gcj02), CRS, 1e-3),
    Corruption(
        "gcj02",
        lambda p: np.column_stack(
            pyproj.Transformer.from_crs("EPSG:4490", CRS, always_xy=True).transform(
                *offset(gcj02)(p).T
            )
        ),
        CRS,
        1e-3,
        is_offset=True,
    ),
    Corruption("local:old_town", local),
]


def corrupted(shapes: list[shapely.Geometry], case: Corruption) -> list[shapely.Geometry]:
    return [shapely.transform(shape, case.change) for shape in shapes]
