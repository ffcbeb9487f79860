"""The ground: slope, what a raster says of polygons, and polygons as cells, strip by strip.

`coverage` says how much of each cell a polygon covers, `slope` is Horn's, and `zonal` puts them
together; `placed` holds a raster against a city, `burning` says in which cells polygons lie,
`distance` how far each cell is from marked ones. Nothing here reads a file: a raster is whatever
gives rows of cells (:class:`siting.model.Pixels`).
"""

from siting.terrain.burning import Rings, burn, touch
from siting.terrain.coverage import Edges, Windows, covered
from siting.terrain.distance import distances
from siting.terrain.placed import Placed
from siting.terrain.slope import degrees_of_percent, percent_of_degrees, slope_strip, steep_cells
from siting.terrain.zonal import ZonalTable, depth_below, heights, zonal

__all__ = [
    "Edges",
    "Placed",
    "Rings",
    "Windows",
    "ZonalTable",
    "burn",
    "covered",
    "degrees_of_percent",
    "depth_below",
    "distances",
    "heights",
    "percent_of_degrees",
    "slope_strip",
    "steep_cells",
    "touch",
    "zonal",
]
