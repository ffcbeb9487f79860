"""Shapes of planted red lines: rectangles, corridors, slivers, bowties and spikes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.sample.ground import DECIMALS, Floats, Geometries, rounded

SLIVER_M = 0.2
SPIKE_WIDTH_M = 0.4
SPIKE_LENGTH_M = 45.0


def rectangle(
    centre: tuple[float, float], size: tuple[float, float], turn_rad: float
) -> shapely.Polygon:
    """Return a turned rectangle of width and depth in metres."""
    half_width, half_depth = size[0] / 2, size[1] / 2
    corners = np.array(
        [
            [-half_width, -half_depth], [half_width, -half_depth],
            [half_width, half_depth], [-half_width, half_depth],
        ]
    )  # fmt: skip
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    turned = corners @ np.array([[cos, sin], [-sin, cos]]) + np.array(centre)
    return shapely.Polygon(np.round(turned, DECIMALS))


def random_rectangles(
    area: BaseGeometry, size: tuple[float, float], *, count: int, rng: np.random.Generator
) -> list[shapely.Polygon]:
    """Return turned rectangles whose centres lie in the bounds of the parts of `area`."""
    parts = shapely.get_parts(area)
    weights = shapely.area(parts) / shapely.area(parts).sum()
    made = []
    for part in rng.choice(len(parts), count, p=weights):
        west, south, east, north = shapely.bounds(parts[part])
        centre = (float(rng.uniform(west, east)), float(rng.uniform(south, north)))
        made.append(rectangle(centre, size, float(rng.uniform(0, np.pi))))
    return made


def corridor(points: Floats, width_m: float) -> shapely.Polygon:
    """Return a corridor of a width along a line of points."""
    band = shapely.buffer(
        shapely.LineString(points), width_m / 2, cap_style="flat", join_style="mitre"
    )
    shape: shapely.Polygon = rounded(np.array([band], dtype=object))[0]
    return shape


def sliver_rectangles(
    polygons: Geometries, *, length_m: float, depth_m: float
) -> list[shapely.Polygon]:
    """Return rectangles that lie along straight edges and reach SLIVER_M into the polygon."""
    made = []
    for polygon in polygons:
        ring = shapely.get_coordinates(shapely.orient_polygons(polygon).exterior)
        for start, end in pairwise(ring):
            edge = end - start
            length = float(np.hypot(*edge))
            if length < length_m + 20:
                continue
            along = edge / length
            # the outside of a counter-clockwise ring lies to the right of its edges
            outward = np.array([along[1], -along[0]])
            middle = (start + end) / 2
            first, last = middle - along * length_m / 2, middle + along * length_m / 2
            corners = [
                first - outward * SLIVER_M, first + outward * depth_m,
                last + outward * depth_m, last - outward * SLIVER_M,
            ]  # fmt: skip
            made.append(shapely.Polygon(np.round(np.array(corners), DECIMALS)))
    return made


def bowtie(polygon: BaseGeometry) -> shapely.Polygon:
    """Return a self-crossing ring over the box of a parcel: two corners are swapped."""
    ring = shapely.get_coordinates(shapely.oriented_envelope(shapely.buffer(polygon, -8)))[:4]
    return shapely.Polygon(np.round(ring[[0, 1, 3, 2]], DECIMALS))


def spiked(polygon: BaseGeometry) -> shapely.Polygon:
    """Return the inside of a parcel with a spike: SPIKE_WIDTH_M wide, SPIKE_LENGTH_M long."""
    box = shapely.oriented_envelope(shapely.buffer(polygon, -25))
    ring = shapely.get_coordinates(box)[:4]
    along = ring[1] - ring[0]
    along = along / np.hypot(*along)
    outward = ring[0] - ring[3]
    outward = outward / np.hypot(*outward)
    foot = (ring[0] + ring[1]) / 2
    half = along * SPIKE_WIDTH_M / 2
    spike = [
        foot - half,
        foot - half + outward * SPIKE_LENGTH_M,
        foot + half + outward * SPIKE_LENGTH_M,
        foot + half,
    ]
    corners = np.vstack([ring[0], *spike, ring[1], ring[2], ring[3]])
    return shapely.Polygon(np.round(corners, DECIMALS))
