"""The small relief of the sample city: knolls that its elevation model shows, and nothing else.

The broad relief (:mod:`siting.sample.terrain`) decides where woods, works and villages lie. The
knolls come on top of it in the model alone, so that sites differ in slope and cut-and-fill.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from siting.sample.ground import Floats, Geometries
from siting.sample.terrain import FALL, Terrain

#: Knolls that are tried on one tile of 20 × 16 km; what comes too near to something is left out.
KNOLLS_PER_TILE = 800
RADIUS_M = (260.0, 620.0)
#: Steepest slope of a knoll, as a share: gentle enough for any use.
GENTLE = (0.015, 0.085)
#: Slope of the spur that is planted on a red line: over the 15 % that works bear.
STEEP = 0.21
SPUR_RADIUS_M = 150.0
#: Of a knoll with this many radii around it nothing is left to see: 0.4 % of its height.
REACH = 2.0
#: A knoll has to have a radius of so many cells to be seen.
LEAST_CELLS = 3.0
#: The steepest slope of height · exp(-FALL · (distance / radius)²) is this × height / radius.
STEEPEST = float(np.sqrt(2 * FALL) * np.exp(-0.5))


def make_knolls(terrain: Terrain, red_lines: Sequence[BaseGeometry], *, cell_m: float) -> Floats:
    """Return (n, 4) easting, northing, radius and height in m of gentle knolls.

    None of them reaches running water or a red line, so what is planted there stays as it is.
    Those too small for cells of `cell_m` are left out: in a large city that is all of them.
    """
    ground = terrain.ground
    rng = ground.rng("knolls")
    count = int(KNOLLS_PER_TILE * ground.scale**2)
    west, south, east, north = shapely.bounds(terrain.outline)
    spots = np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])
    radius = rng.uniform(*RADIUS_M, count)
    height = radius * rng.uniform(*GENTLE, count) / STEEPEST
    is_seen = radius >= LEAST_CELLS * cell_m
    spots, radius, height = spots[is_seen], radius[is_seen], height[is_seen]
    running = [
        shape
        for shape, kind in zip(terrain.water.polygons, terrain.water.kinds, strict=True)
        if kind != "水库"
    ]
    kept = np.array([*running, *red_lines], dtype=object)
    discs: Geometries = shapely.buffer(shapely.points(spots), radius * REACH)
    near, _ = STRtree(kept).query(discs, predicate="intersects")
    return np.delete(np.column_stack([spots, radius, height]), np.unique(near), axis=0)


def spur(red_line: BaseGeometry, *, cell_m: float) -> Floats:
    """Return one steep knoll on the edge of a red line, as a row of :func:`make_knolls`.

    It is as wide as it takes for cells of `cell_m` to show its slope.
    """
    radius = max(SPUR_RADIUS_M, LEAST_CELLS * cell_m)
    easting, northing = shapely.get_coordinates(red_line)[0]
    return np.array([[easting, northing, radius, STEEP * radius / STEEPEST]])


def elevation(
    terrain: Terrain, knolls: Floats, *, cell_m: float
) -> tuple[Floats, tuple[float, float]]:
    """Return heights row by row from the north-west, and easting and northing of that corner.

    Water is flat at 1 m (rivers); the heights are rounded to 0.1 m.
    """
    west, south, east, north = shapely.bounds(terrain.outline)
    west, north = np.floor(west / cell_m) * cell_m, np.ceil(north / cell_m) * cell_m
    columns, rows = int(np.ceil((east - west) / cell_m)), int(np.ceil((north - south) / cell_m))
    easting, northing = np.meshgrid(
        west + (np.arange(columns) + 0.5) * cell_m, north - (np.arange(rows) + 0.5) * cell_m
    )
    heights = terrain.height_m(easting, northing)
    for knoll in knolls:
        reach = knoll[2] * REACH
        across, down = (knoll[0] - west) / cell_m, (north - knoll[1]) / cell_m
        part = (_span(down, reach / cell_m, rows), _span(across, reach / cell_m, columns))
        distance = np.hypot(easting[part] - knoll[0], northing[part] - knoll[1]) / knoll[2]
        heights[part] += knoll[3] * np.exp(-FALL * distance**2)
    for shape, kind in zip(terrain.water.polygons, terrain.water.kinds, strict=True):
        if kind != "水库":
            heights[shapely.contains_xy(shape, easting, northing)] = 1.0
    return np.round(heights, 1), (float(west), float(north))


def _span(middle: float, reach: float, count: int) -> slice:
    return slice(max(0, int(middle - reach)), max(0, min(count, int(np.ceil(middle + reach)))))
