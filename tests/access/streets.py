"""Streets drawn by hand, in full Gauss-Krüger coordinates, and a mode with round figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.access import Graph, Mode, Network, Noding, Places, graph_of, network_of, places_on
from siting.access.roads import Roads, plain_roads
from siting.model import Text

CRS = "EPSG:4547"
#: Where a double has 0.5 nm left of the millimetre.
EAST, NORTH = 434_000.0, 2_553_000.0
#: 1,000 m on the road and 100 m off it are a minute.
ROUND = Mode("round", Text("整数"), {}, default_kmh=60.0, off_road_kmh=6.0)
#: Lines as they are: no end is moved.
AS_DRAWN = Noding(snap_m=0.0, near_m=0.0)
CROSSING = Noding(at_crossings=True)

Street = Sequence[tuple[float, float]]


def shape(street: Street) -> shapely.LineString:
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in street])


def shapes(*streets: Street) -> NDArray[np.object_]:
    array = np.empty(len(streets), dtype=object)
    array[:] = [shape(street) for street in streets]
    return array


def roads(*streets: Street, **columns: Sequence[object]) -> Roads:
    """Return streets named A, B, C …."""
    made = plain_roads(
        shapes(*streets), CRS, ids=[chr(ord("A") + n) for n in range(len(streets))], **columns
    )
    return replace(made, names=tuple(f"street {name}" for name in made.ids))


def network(*streets: Street, noding: Noding | None = None, **columns: Sequence[object]) -> Network:
    return network_of(roads(*streets, **columns), noding)


def graph(*streets: Street, noding: Noding | None = None, **columns: Sequence[object]) -> Graph:
    return graph_of(network(*streets, noding=noding, **columns), ROUND)


def points(*spots: tuple[float, float]) -> NDArray[np.object_]:
    array = np.empty(len(spots), dtype=object)
    array[:] = [shapely.Point(EAST + x, NORTH + y) for x, y in spots]
    return array


def at(on: Graph, *spots: tuple[float, float], prefix: str = "p", **options: object) -> Places:
    """Return the places of points, named p0, p1, …."""
    ids = [f"{prefix}{n}" for n in range(len(spots))]
    return places_on(on, points(*spots), ids, CRS, **options)
