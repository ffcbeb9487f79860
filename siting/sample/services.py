"""Schools and hospitals of the sample city: points at the gates of lots that are built on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from siting.sample.ground import Geometries, Ground, rounded
from siting.sample.networks import Row, geometries
from siting.sample.scene import Scene

#: Role -> plan code of its lots, mark of its ids, and how far apart two of them are at least, m.
SERVICES = {"school": ("0804", "XX", 420.0), "hospital": ("0806", "YY", 900.0)}
#: Only a registered lot is built on; what is merely supplied may still be a building site.
BUILT_STATE = "已登记"
#: Lots from this size on hold the larger kind of service, m².
LARGE_M2 = {"school": 18_000.0, "hospital": 15_000.0}
KINDS = {"school": ("小学", "九年一贯制学校"), "hospital": ("社区卫生服务中心", "综合医院")}


def make_services(
    ground: Ground, scene: Scene, roads: Sequence[Row], red_lines: Sequence[BaseGeometry]
) -> dict[str, list[Row]]:
    """Return the rows of the roles ``school`` and ``hospital``.

    Parameters
    ----------
    roads
        Rows of the main roads.
    red_lines
        Land that a project of the ledger claims: what is planned there does not stand yet.

    Notes
    -----
    The gate is the point of the lot's boundary that is nearest to a main road.
    """
    claimed = STRtree(np.array(list(red_lines), dtype=object))
    lines = shapely.union_all(geometries(list(roads)))
    return {role: _of_role(ground, scene, role, claimed=claimed, roads=lines) for role in SERVICES}


def _of_role(
    ground: Ground, scene: Scene, role: str, *, claimed: STRtree, roads: BaseGeometry
) -> list[Row]:
    code, mark, apart_m = SERVICES[role]
    parcels, polygons = scene.parcels, scene.parcel_polygons
    is_built = (parcels["YTDM"] == code) & (parcels["GDZT"] == BUILT_STATE)
    lots = np.flatnonzero(is_built.to_numpy())
    taken, _ = claimed.query(polygons[lots], predicate="intersects")
    lots = np.delete(lots, np.unique(taken))
    lots = _apart(ground.rng(role).permutation(lots), polygons, apart_m)
    gates = rounded(_gates(polygons[lots], roads))
    areas = shapely.area(polygons[lots])
    towns = parcels["ZJMC"].to_numpy(dtype="U8")[lots]
    rows: list[Row] = []
    for number, (town, gate) in enumerate(zip(towns, gates, strict=True), start=1):
        kind = KINDS[role][int(areas[number - 1] >= LARGE_M2[role])]
        turn = int((towns[:number] == town).sum())
        name = f"{town}第{turn}{kind}"
        rows.append({"id": f"{mark}{number:03d}", "name": name, "kind": kind, "geometry": gate})
    return rows


def _apart(lots: NDArray[np.int64], polygons: Geometries, apart_m: float) -> NDArray[np.int64]:
    """Return those lots, first come first served, that keep a distance from each other."""
    kept: list[int] = []
    for lot in lots:
        if not kept or shapely.distance(polygons[kept], polygons[lot]).min() > apart_m:
            kept.append(int(lot))
    return np.sort(np.array(kept, dtype=np.int64))


def _gates(polygons: Geometries, roads: BaseGeometry) -> Geometries:
    links = shapely.shortest_line(shapely.boundary(polygons), roads)
    gates: Geometries = shapely.get_point(links, 0)
    return gates
