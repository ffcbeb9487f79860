"""Points of a red-line TXT -> rings -> a geometry exactly as delivered.

A ring is closed by repeating its first point, by repeating its coordinates under a new
number, or not at all. A further ring is a hole or a second part; the file does not say
which, so containment decides. Nothing is repaired: a bowtie stays a bowtie, so that the
quality rule can report it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.load.redline_txt import Plot, Point, rings_of
from siting.load.txt_crs import TextCRS, coordinate
from siting.load.words import say

#: Corners that an area needs.
FEWEST_CORNERS = 3

Ring = NDArray[np.float64]


class GeometryError(Exception):
    """The points of a plot make no area; the text says why."""


def geometry_of(plot: Plot, crs: TextCRS) -> tuple[BaseGeometry, list[str]]:
    """Return a plot's polygon or multipolygon in `crs` and the deviations met.

    Raises
    ------
    GeometryError
        When a ring has fewer than three corners.
    """
    notes: list[str] = []
    rings = [_ring(points, label, crs, notes) for label, points in rings_of(plot.points).items()]
    return _assembled(rings, notes), notes


def _ring(points: Sequence[Point], label: str, crs: TextCRS, notes: list[str]) -> Ring:
    corners = [coordinate(point, crs) for point in points]
    is_closed = len(corners) > 1 and corners[0] == corners[-1]
    if is_closed:
        corners.pop()
        if _number(points[0].label) != _number(points[-1].label):
            notes.append(
                say(
                    f"第 {label} 圈以新点号 {points[-1].label} 闭合",
                    f"ring {label} is closed under a new number, {points[-1].label}",
                )
            )
    else:
        notes.append(say(f"第 {label} 圈未闭合，已闭合", f"ring {label} was not closed; closed"))
    if len(set(corners)) < FEWEST_CORNERS:
        raise GeometryError(
            say(
                f"第 {label} 圈不足 {FEWEST_CORNERS} 个界址点",
                f"ring {label} has fewer than {FEWEST_CORNERS} corners",
            )
        )
    return np.array([*corners, corners[0]], dtype=np.float64)


def _number(label: str) -> str:
    """``J1``, ``J01`` and ``1`` are one point number."""
    return label.upper().lstrip("J").lstrip("0")


def _assembled(rings: list[Ring], notes: list[str]) -> BaseGeometry:
    """Return one geometry: a ring inside an odd number of others is a hole of the innermost."""
    outlines = [shapely.Polygon(ring) for ring in rings]
    every = range(len(rings))
    around = [
        [other for other in every if other != one and _lies_in(rings[one], outlines[other])]
        for one in every
    ]
    shells = [one for one in every if len(around[one]) % 2 == 0]
    polygons = []
    for shell in shells:
        holes = [
            rings[one]
            for one in every
            if len(around[one]) == len(around[shell]) + 1 and shell in around[one]
        ]
        polygons.append(shapely.Polygon(rings[shell], holes))
    if len(rings) > 1:
        holes_in_all = len(rings) - len(shells)
        notes.append(
            say(
                f"{len(rings)} 圈：{len(shells)} 个部分、{holes_in_all} 个洞（按包含关系判定）",
                f"{len(rings)} rings: {len(shells)} part(s) and {holes_in_all} hole(s), "
                "decided by containment",
            )
        )
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _lies_in(ring: Ring, outline: shapely.Polygon) -> bool:
    """True when no corner or middle of an edge lies outside and one lies inside.

    Holds for invalid outlines too, where GEOS would refuse to answer ``within``.
    """
    middles = (ring[:-1] + ring[1:]) / 2
    probes = np.vstack([ring[:-1], middles])
    touches = shapely.dwithin(shapely.get_exterior_ring(outline), shapely.points(probes), 0.0)
    inside = shapely.contains_xy(outline, probes[:, 0], probes[:, 1])
    return bool((inside | touches).all() and (inside & ~touches).any())
