"""Tiles behind the map, where city.toml names a server: the only thing a page ever asks for.

Tiles of GCJ-02 show everything 50 to 700 m away from where it is, and the offset changes by tens
of metres across a city. A page moves each tile back by the offset where it lies, read from a grid
of offsets, and says by how much that may still be off. What siting draws stays where it is.
"""

from __future__ import annotations

import numpy as np

from siting.city import TileSpec
from siting.datums import wgs84_to_gcj02
from siting.mapping.packing import SPHERE_M

Payload = dict[str, object]
Box = list[list[float]]
#: Places along each side of the page's box at which a page knows the offset.
_SIDE = 17


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
    return {
        "url": spec.url,
        "attribution": spec.attribution,
        "datum": spec.datum,
        "maxZoom": spec.max_zoom,
        "shift": _shift(box) if spec.datum == "gcj02" and box else None,
    }


def _shift(box: Box) -> Payload:
    """Return the datum's offsets in metres of the map, row by row from the south-west.

    ``off`` is by how much a place between four of them may differ from their mean, in metres.
    """
    (south, west), (north, east) = box
    known = _offsets(np.linspace(west, east, _SIDE), np.linspace(south, north, _SIDE))
    fine = np.linspace(0.5, _SIDE - 1.5, _SIDE - 1) / (_SIDE - 1)
    between = _offsets(west + (east - west) * fine, south + (north - south) * fine)
    mean = (known[:-1, :-1] + known[1:, :-1] + known[:-1, 1:] + known[1:, 1:]) / 4
    return {
        "box": box,
        "side": _SIDE,
        "east": np.round(known[..., 0], 1).ravel().tolist(),
        "north": np.round(known[..., 1], 1).ravel().tolist(),
        "off": round(float(np.hypot(*np.moveaxis(between - mean, -1, 0)).max()), 1),
    }


def _offsets(longitudes: np.ndarray, latitudes: np.ndarray) -> np.ndarray:
    grid = np.meshgrid(longitudes, latitudes)
    east, north = (axis.ravel() for axis in grid)
    moved = _plane(*wgs84_to_gcj02(east, north)) - _plane(east, north)
    rows: np.ndarray = moved.reshape(len(latitudes), len(longitudes), 2)
    return rows


def _plane(longitudes: np.ndarray, latitudes: np.ndarray) -> np.ndarray:
    north = np.log(np.tan(np.pi / 4 + np.radians(latitudes) / 2))
    return SPHERE_M * np.column_stack([np.radians(longitudes), north])
