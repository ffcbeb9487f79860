"""The ground: slope, and what a raster says of polygons, strip by strip.

`grid` knows where cells lie and how large they are, `coverage` how much of each a polygon covers,
`slope` is Horn's, and `zonal` puts them together. Nothing here reads a file: a raster is
whatever gives rows of cells (:class:`Pixels`).
"""

from siting.terrain.coverage import Edges, Windows, covered
from siting.terrain.grid import ArrayPixels, Grid, Pixels
from siting.terrain.slope import degrees_of_percent, percent_of_degrees, slope_strip
from siting.terrain.zonal import ZonalTable, depth_below, heights, zonal

__all__ = [
    "ArrayPixels",
    "Edges",
    "Grid",
    "Pixels",
    "Windows",
    "ZonalTable",
    "covered",
    "degrees_of_percent",
    "depth_below",
    "heights",
    "percent_of_degrees",
    "slope_strip",
    "zonal",
]
