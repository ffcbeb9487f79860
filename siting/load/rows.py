"""Row by row: which geometries can be used, which are refused, and why.

Rows keep their place; a refused row has a reason, a repaired one a remark. Nothing is
dropped here, so rows in = rows used + rows refused by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.crs import require_known_shift, transform_geometries
from siting.load.rings import leaves
from siting.load.shapes import Geometries, Positions, Shapes, column_of, one
from siting.load.survey import Flags
from siting.load.words import say

#: Kind of each shapely type id; 7 is a collection, which is taken apart.
KIND_OF_TYPE = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"}
COLLECTION = 7
_NULL_TYPE = -1


@dataclass(slots=True)
class Rows:
    """The geometries of a layer under inspection, and why some of them cannot be used.

    ``reasons`` and ``repairs`` go by position and hold only the rows that have one.
    """

    shapes: Shapes
    reasons: dict[int, str] = field(default_factory=dict)
    repairs: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of rows, refused ones included."""
        return len(self.shapes)

    @property
    def geometries(self) -> Geometries:
        """Every geometry as an object; a million of them take seconds."""
        return self.shapes.all()

    @property
    def usable(self) -> Flags:
        """True for each row that has not been refused."""
        usable = np.ones(len(self), dtype=bool)
        usable[list(self.reasons)] = False
        return usable

    def refuse(self, rows: Flags | Positions, reason: str) -> None:
        """Refuse rows (a mask or positions) that have not been refused for something else."""
        positions = np.flatnonzero(rows) if rows.dtype == bool else rows
        for position in positions.tolist():
            self.reasons.setdefault(position, reason)


def decode(wkb: pa.ChunkedArray | Sequence[bytes | None]) -> Rows:
    """Return the rows in 2D; null, unreadable, empty and non-finite geometries are refused."""
    rows = Rows(Shapes(column_of(wkb)))
    others = np.flatnonzero(~rows.shapes.is_plain)
    raw = np.array(rows.shapes.raw(others), dtype=object)
    with np.errstate(invalid="ignore"):  # NaN in coordinates is found below
        geometries = _from_wkb(raw)
    is_null = np.array([value is None for value in raw], dtype=bool)
    rows.refuse(others[is_null], say("图形为空值", "null geometry"))
    is_missing = shapely.is_missing(geometries)
    for place in np.flatnonzero(is_missing & ~is_null).tolist():
        rows.reasons[int(others[place])] = _why_unreadable(raw[place])
    rows.refuse(
        others[shapely.is_empty(geometries) & ~is_missing], say("图形为空", "empty geometry")
    )
    _refuse_not_finite(rows, others, geometries)
    if bool(shapely.has_z(geometries).any()):
        rows.notes.append(say("三维坐标按二维使用", "heights were dropped: used as 2D"))
        geometries = shapely.force_2d(geometries)
    rows.shapes.replace(others, geometries)
    return rows


def _refuse_not_finite(rows: Rows, places: Positions, geometries: Geometries) -> None:
    with np.errstate(invalid="ignore", over="ignore"):
        # What is not finite makes the sum so; an overflow only makes us look.
        if np.isfinite(shapely.get_coordinates(geometries).sum()):
            return
    coordinates, owners = shapely.get_coordinates(geometries, return_index=True)
    rows.refuse(
        places[np.unique(owners[~np.isfinite(coordinates).all(axis=1)])],
        say("坐标为 NaN 或无穷大", "coordinates that are NaN or infinite"),
    )


def decode_closing(shapes: Sequence[bytes | None]) -> Rows:
    """Return the rows; an open ring is closed and said so, for a person decides on it."""
    rows = decode(shapes)
    for position in sorted(rows.reasons):
        shape = shapes[position]
        if shape is None or rows.geometries[position] is not None:
            continue
        closed = shapely.from_wkb(shape, on_invalid="fix")
        if not shapely.is_missing(closed) and not shapely.is_empty(closed):
            rows.shapes.replace(np.array([position]), one(shapely.force_2d(closed)))
            del rows.reasons[position]
            rows.repairs[position] = say("环未闭合，已闭合", "an open ring was closed")
    return rows


def _from_wkb(raw: NDArray[np.object_]) -> Geometries:
    """Return the geometries; None for each that GEOS cannot read."""
    try:
        geometries: Geometries = shapely.from_wkb(raw, on_invalid="ignore")
    except NotImplementedError:
        # A kind that GEOS has no name for stops the whole array: one by one, then.
        return np.array([_one_from_wkb(value) for value in raw], dtype=object)
    return geometries


def _one_from_wkb(value: bytes | None) -> BaseGeometry | None:
    try:
        geometry: BaseGeometry | None = shapely.from_wkb(value, on_invalid="ignore")
    except NotImplementedError:
        return None
    return geometry


def _why_unreadable(wkb: bytes) -> str:
    try:
        shapely.from_wkb(wkb)
    except (shapely.errors.ShapelyError, NotImplementedError, ValueError) as error:
        return say(f"图形无法读取（{error}）", f"geometry that cannot be read ({error})")
    return say("图形无法读取", "geometry that cannot be read")


def require_kinds(rows: Rows, kinds: Sequence[str]) -> None:
    """Refuse rows of a kind that the role does not take; collections keep their fitting parts."""
    for position in np.flatnonzero((rows.shapes.kinds() == COLLECTION) & rows.usable).tolist():
        _take_apart(rows, position, kinds)
    types = rows.shapes.kinds()
    for type_id in np.unique(types).tolist():
        kind = KIND_OF_TYPE.get(type_id, "collection")
        if type_id != _NULL_TYPE and kind not in kinds:
            wanted = " | ".join(kinds)
            rows.refuse(
                types == type_id,
                say(f"图形类型为 {kind}，应为 {wanted}", f"a {kind} where {wanted} is expected"),
            )


def _take_apart(rows: Rows, position: int, kinds: Sequence[str]) -> None:
    place = np.array([position])
    parts = leaves(rows.shapes[place][0])
    wanted = [part for part in parts if kind_of(part) == kinds[0]]
    if not wanted:
        return
    if kinds[0] == "polygon":
        rows.shapes.replace(place, one(as_polygons(wanted)))
    else:
        rows.shapes.replace(place, one(shapely.union_all(np.array(wanted, dtype=object))))
    dropped = len(parts) - len(wanted)
    rows.repairs[position] = say(
        f"几何集合：保留 {len(wanted)} 个 {kinds[0]}，舍去其他 {dropped} 个",
        f"geometry collection: {len(wanted)} {kinds[0]} part(s) kept, {dropped} other(s) dropped",
    )


def kind_of(geometry: BaseGeometry) -> str:
    """Return ``point``, ``line``, ``polygon`` or ``collection``."""
    return KIND_OF_TYPE.get(int(shapely.get_type_id(geometry)), "collection")


def as_polygons(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return polygons as one geometry, as they are: overlaps stay, nothing is merged."""
    polygons = [part for part in parts if isinstance(part, shapely.Polygon)]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def project(rows: Rows, source: str, target: str) -> Flags:
    """Move usable rows from `source` to `target` (equal texts: leave them as they are).

    Returns the rows whose coordinates were finite before and are not afterwards.

    Raises
    ------
    CRSMismatchError
        When that would change a datum whose shift nobody has given.
    """
    lost = np.zeros(len(rows), dtype=bool)
    if source == target or not len(rows):
        return lost
    require_known_shift(source, target)
    usable = rows.usable
    moved = rows.geometries.copy()
    moved[usable] = transform_geometries(moved[usable], source, target)
    coordinates, owners = shapely.get_coordinates(moved, return_index=True)
    lost[np.unique(owners[~np.isfinite(coordinates).all(axis=1)])] = True
    lost &= usable
    rows.refuse(
        lost, say("坐标无法投影（越界）", "coordinates that cannot be projected (out of range)")
    )
    rows.shapes = Shapes.of(moved)
    return lost


def require_validity(rows: Rows, *, has_repair: bool) -> None:
    """Refuse invalid geometries, or repair them and list the repair with the areas.

    Repairs are ``make_valid`` with the structure method: what a ring encloses stays in,
    so that a control line never shrinks by its repair. Areas in m², working CRS.
    """
    usable = np.flatnonzero(rows.usable)
    for position in usable[~rows.shapes.is_valid(usable)].tolist():
        geometry = rows.shapes[np.array([position])][0]
        why = shapely.is_valid_reason(geometry)
        repaired = _repaired(geometry) if has_repair else None
        if repaired is None:
            rows.reasons[position] = say(f"图形无效：{why}", f"invalid geometry: {why}")
            continue
        with np.errstate(over="ignore", invalid="ignore"):  # coordinates of a damaged file
            before, after = shapely.area(geometry), shapely.area(repaired)
        areas = f"{before:.2f} → {after:.2f} m²"
        rows.shapes.replace(np.array([position]), one(repaired))
        rows.repairs[position] = say(
            f"图形无效（{why}），已修复，面积 {areas}",
            f"invalid geometry ({why}), repaired, area {areas}",
        )


def _repaired(geometry: BaseGeometry) -> BaseGeometry | None:
    valid: BaseGeometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    kind = kind_of(geometry)
    parts = [part for part in leaves(valid) if kind_of(part) == kind and not part.is_empty]
    if not parts:
        return None
    merged = as_polygons(parts) if kind == "polygon" else shapely.union_all(np.array(parts))
    return merged if merged.is_valid else None
