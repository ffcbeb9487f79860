"""Tiles behind the map, where city.toml names a server: the only thing a page ever asks for.

Tiles of GCJ-02 show everything 50 to 700 m away from where it is. A page moves them back by what
the datum differs in its middle, and says by how much its edges are still off: the offset itself
changes from place to place. What siting draws stays where it is.
"""

from __future__ import annotations

import numpy as np

from siting.city import TileSpec
from siting.datums import wgs84_to_gcj02
from siting.mapping.packing import SPHERE_M

Payload = dict[str, object]
Box = list[list[float]]
#: Places along each side of the page's box at which the rest of the offset is looked at.
_SAMPLES = 9


def tile_payload(spec: TileSpec | None, box: Box | None) -> Payload | None:
    """Return what a page needs to know of its tiles; None without any.

    Parameters
    ----------
    spec
        ``[map] tiles`` of city.toml.
    box
        ``[[south, west], [north, east]]`` of the page in degrees.
    """
    if spec is None:
        return None
    east_m, north_m, off_m = _offset(box) if spec.datum == "gcj02" and box else (0.0, 0.0, 0.0)
    return {
        "url": spec.url,
        "attribution": spec.attribution,
        "datum": spec.datum,
        "maxZoom": spec.max_zoom,
        "shift": [round(east_m, 2), round(north_m, 2)],
        "off": round(off_m, 1),
    }


def _offset(box: Box) -> tuple[float, float, float]:
    """Return the datum's offset in the middle, in metres of the map, and the most it varies.

    The latter in metres on the ground.
    """
    (south, west), (north, east) = box
    grid = np.meshgrid(np.linspace(west, east, _SAMPLES), np.linspace(south, north, _SAMPLES))
    longitudes, latitudes = (axis.ravel() for axis in grid)
    moved = _plane(*wgs84_to_gcj02(longitudes, latitudes)) - _plane(longitudes, latitudes)
    middle = moved[len(moved) // 2]
    rest = np.hypot(*(moved - middle).T) * np.cos(np.radians(latitudes))
    return float(middle[0]), float(middle[1]), float(rest.max())


def _plane(longitudes: np.ndarray, latitudes: np.ndarray) -> np.ndarray:
    north = np.log(np.tan(np.pi / 4 + np.radians(latitudes) / 2))
    return SPHERE_M * np.column_stack([np.radians(longitudes), north])
