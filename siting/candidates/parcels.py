"""The parcel table: every parcel once, with what the filters and the scores ask of it."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.candidates.shape import Bodies
from siting.city import City, SuggestSpec
from siting.errors import ConfigError, SchemaError, Where, nearest
from siting.exclude import Land, frame_of, land_of
from siting.model import Atlas, Layer, Project, RedLine
from siting.overlay import pair_areas

if TYPE_CHECKING:
    import geopandas as gpd

#: Overlaps up to this are the rounding of coordinates (1 cm over 1 m), not shared land.
OVERLAP_TOLERANCE_M2 = 0.01
#: A line (corridor without width) takes land when it runs on a parcel for longer than this.
ON_LINE_TOLERANCE_M = 0.01
#: What planners write between the parcels that a ledger row promises, besides a slash.
_BETWEEN_IDS = re.compile(r"[\s,;|，；、]+")

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Zoned:
    """The plan's word on each parcel: the zone that covers most of it.

    ``use`` is empty where no zone lies; ``share`` is that zone's part of the parcel (0–1);
    ``plan_state`` comes from the zoning layer when the parcel layer has no such column.
    """

    use: NDArray[np.object_]
    code_system: NDArray[np.object_]
    share: NDArray[np.float64]
    plan_state: NDArray[np.object_]
    known: frozenset[tuple[str, str]]
    """Every (use, code system) of the usable zoning layers, under a parcel or not."""


@dataclass(frozen=True, eq=False, slots=True)
class Parcels:
    """All parcels of the city, sorted by id; each array has one entry per parcel.

    ``holders`` are the projects to which a parcel is promised, by their red line or by
    the ledger. ``is_available`` is all true when the city states no supply column.
    """

    ids: tuple[str, ...]
    geometries: NDArray[np.object_]
    areas_m2: NDArray[np.float64]
    districts: NDArray[np.object_]
    zoned: Zoned
    is_available: Mask
    is_supply_known: bool
    holders: tuple[frozenset[str], ...]
    texts: dict[str, tuple[str, ...]]
    """Column of the parcel layer → its values as text, empty where null."""
    land: Land
    """The same parcels as exclusion tables have them."""
    left_out: int = 0
    """Rows without a valid area: no site can be drawn of them."""
    classes: tuple[str, ...] = ()
    """Class of each parcel by ``class_column``, empty where none; none at all without one."""
    is_held: Mask | None = None
    """True where somebody holds land of a class: it is on offer, but not free."""
    lost_promises: tuple[str, ...] = ()
    """What the ledger promises and no usable parcel layer has: nobody is kept from that land."""
    bodies: Bodies = field(init=False)
    """How much of each parcel is one wide piece; a table that replaces this one has its own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bodies", Bodies(self.geometries))

    def __len__(self) -> int:
        return len(self.ids)

    def text(self, column: str, position: int) -> str:
        """Return one value as text; empty when the column is not configured or null."""
        return self.texts[column][position] if column in self.texts else ""


def gather_parcels(atlas: Atlas, city: City, *, zoning_column: str = "") -> Parcels | None:
    """Return the parcel table, or None when no parcel layer is usable.

    Parameters
    ----------
    atlas
        Its ``parcel``, ``zoning`` and ``district`` layers are read, in the working CRS.
    city
        ``[suggest]`` names the columns.
    zoning_column
        The column of the use code in the zoning layers when ``[suggest]`` names none.

    Raises
    ------
    SchemaError
        When a parcel layer lacks a column that ``[suggest]`` names.
    ConfigError
        When a supply column is named without the states that can be offered.
    """
    layers = [layer for layer in atlas.by_role("parcel") if layer.is_usable]
    if not layers:
        return None
    spec = city.suggest
    _require_states(spec, city)
    land, texts = _rows(layers, _columns(spec, layers, atlas))
    ids, geometries = land.ids, land.geometries
    supply = texts.get(spec.supply_column)
    states = set(spec.available_states)
    classes = _classes(spec, texts)
    is_free = np.array([supply is None or text in states for text in supply or ids], bool)
    is_held = np.array([bool(name) for name in classes], bool) & ~is_free if classes else None
    district, _ = largest_overlaps(geometries, atlas.districts.geometry.to_numpy())
    codes = [str(code) for code in atlas.districts["feature_id"]]
    holders, lost = _holders(ids, geometries, atlas)
    return Parcels(
        ids=ids,
        geometries=geometries,
        areas_m2=land.areas_m2,
        districts=np.array([codes[i] if i >= 0 else "" for i in district], dtype=object),
        zoned=zoned(geometries, atlas, spec, zoning_column),
        is_available=is_free if is_held is None else is_free | is_held,
        is_supply_known=supply is not None,
        holders=holders,
        texts=texts,
        land=land,
        left_out=land.left_out,
        classes=classes,
        is_held=is_held,
        lost_promises=lost,
    )


def _classes(spec: SuggestSpec, texts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if not spec.class_column:
        return ()
    class_of = {value: name for name, values in spec.classes.items() for value in values}
    return tuple(class_of.get(text, "") for text in texts[spec.class_column])


def _require_states(spec: SuggestSpec, city: City) -> None:
    if spec.supply_column and not spec.available_states:
        raise ConfigError(
            "[suggest] names a supply column but no state of it that can be offered",
            where=Where(file=city.path.name, layer="[suggest]"),
            expected='available_states = ["…"]',
            found="no available_states",
            next_step=f"list the values of '{spec.supply_column}' that mean free land",
        )


def _columns(spec: SuggestSpec, layers: Sequence[Layer], atlas: Atlas) -> tuple[str, ...]:
    # the plan state may stand in the zoning layer alone; every other column is the parcels'
    is_of_zones = not any(
        spec.plan_state_column in frame_of(layer).columns for layer in layers
    ) and any(
        spec.plan_state_column in layer.frame.columns
        for layer in atlas.by_role("zoning")
        if layer.is_usable and layer.frame is not None
    )
    plan_state_column = "" if is_of_zones else spec.plan_state_column
    named = (
        spec.supply_column, plan_state_column, spec.acquisition_column,
        spec.ownership_column, spec.use_column, spec.land_bank_column, spec.class_column,
        *spec.show_columns,
    )  # fmt: skip
    return tuple(dict.fromkeys(column for column in named if column))


def as_text(value: object) -> str:
    """Return a cell as text: empty for null, ``1001`` for 1001.0, ``是``/``否`` for booleans."""
    if value is None or value != value or str(value) in {"<NA>", "NaT"}:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "是" if value else "否"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _rows(
    layers: Sequence[Layer], columns: tuple[str, ...]
) -> tuple[Land, dict[str, tuple[str, ...]]]:
    for layer in layers:
        _require_columns(frame_of(layer), columns, layer)
    land = land_of(layers)
    texts = {}
    for column in columns:
        cells = [as_text(value) for layer in layers for value in frame_of(layer)[column]]
        texts[column] = tuple(cells[row] for row in land.row_of.tolist())
    return land, texts


def _require_columns(frame: gpd.GeoDataFrame, columns: Sequence[str], layer: Layer) -> None:
    for column in columns:
        if column not in frame.columns:
            known = [str(name) for name in frame.columns if name != "geometry"]
            raise SchemaError(
                f"[suggest] names the column '{column}', which the parcel layer does not have",
                where=Where(file=layer.source.path, layer=layer.name),
                expected=", ".join(known),
                found=column,
                next_step=nearest(column, known)
                or f"correct [suggest], or add '{column}' to columns of layer '{layer.name}'",
            )


def largest_overlaps(
    geometries: NDArray[np.object_], zones: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return for each geometry the zone that covers most of it, and its share (0–1).

    -1 and 0 where no zone overlaps; of equal zones the first is taken.
    """
    best = np.full(len(geometries), -1, dtype=np.int64)
    share = np.zeros(len(geometries))
    if not len(zones) or not len(geometries):
        return best, share
    areas = shapely.area(geometries)
    tree = shapely.STRtree(zones)
    left, right = tree.query(geometries, predicate="intersects")
    overlaps = shapely.area(shapely.intersection(geometries[left], zones[right]))
    keep = overlaps > OVERLAP_TOLERANCE_M2
    left, right, overlaps = left[keep], right[keep], overlaps[keep]
    for position in np.lexsort((right, -overlaps, left)):
        row = left[position]
        if best[row] < 0:
            best[row] = right[position]
            share[row] = min(1.0, overlaps[position] / areas[row])
    return best, share


def zoned(geometries: NDArray[np.object_], atlas: Atlas, spec: SuggestSpec, fallback: str) -> Zoned:
    """Return what the plan says of each outline; `fallback` names the column of the use code."""
    column = spec.zoning_column or fallback
    zones: list[tuple[str, str, str, str, Any]] = []
    for layer in atlas.by_role("zoning"):
        if not layer.is_usable or column not in frame_of(layer).columns:
            continue
        frame = frame_of(layer)
        states = (
            frame[spec.plan_state_column].map(as_text)
            if spec.plan_state_column in frame.columns
            else [""] * len(frame)
        )
        rows = zip(frame["feature_id"], frame[column], states, frame.geometry, strict=True)
        zones.extend(
            (str(name), as_text(use), layer.code_system, str(state), shape)
            for name, use, state, shape in rows
            if has_shape(shape)
        )
    zones.sort(key=lambda zone: zone[:4])
    best, share = largest_overlaps(geometries, as_array([zone[4] for zone in zones]))

    def of_zone(field: int) -> NDArray[np.object_]:
        return np.array([zones[i][field] if i >= 0 else "" for i in best], dtype=object)

    known = frozenset((use, system) for _, use, system, _, _ in zones if use)
    return Zoned(of_zone(1), of_zone(2), share, of_zone(3), known)


def _holders(
    ids: tuple[str, ...], geometries: NDArray[np.object_], atlas: Atlas
) -> tuple[tuple[frozenset[str], ...], tuple[str, ...]]:
    """Return who holds each parcel, and the promised parcels that are none of them."""
    holders: list[set[str]] = [set() for _ in ids]
    named = _positions_by_name(ids, atlas)
    lost: set[str] = set()
    for project in atlas.projects:
        for parcel_id in promised_ids(project, named):
            for position in named.get(parcel_id, ()):
                holders[position].add(project.id)
            if parcel_id not in named:
                lost.add(parcel_id)
    for position, project_id in held_by_red_lines(geometries, atlas):
        holders[position].add(project_id)
    return tuple(frozenset(names) for names in holders), tuple(sorted(lost))


def _positions_by_name(ids: tuple[str, ...], atlas: Atlas) -> dict[str, list[int]]:
    """Return the parcels that a number means: where two layers share it, those of both."""
    named: dict[str, list[int]] = {}
    layers = [layer.name for layer in atlas.by_role("parcel") if layer.is_usable]
    for position, parcel_id in enumerate(ids):
        own = {parcel_id, *(parcel_id.removeprefix(f"{name}/") for name in layers)}
        for name in own:
            named.setdefault(name, []).append(position)
    return named


def promised_ids(project: Project, known: Container[str] = ()) -> tuple[str, ...]:
    """Return the parcel ids in the ledger's field ``promised``, whatever stands between them.

    A slash may stand between two numbers or within one: a word that is ``known`` is one number.
    """
    words: list[str] = []
    for word in _BETWEEN_IDS.split(project.promised):
        words.extend([word] if word in known else word.split("/"))
    return tuple(word for word in words if word)


def possible_ids(project: Project) -> set[str]:
    """Return every word of the field ``promised`` that may be the number of a parcel."""
    words = {word for word in _BETWEEN_IDS.split(project.promised) if word}
    return words | {part for word in words for part in word.split("/") if part}


def held_by_red_lines(geometries: NDArray[np.object_], atlas: Atlas) -> list[tuple[int, str]]:
    """Return (position, project id) for each outline on which a project's red line lies."""
    return [(row, line.project_id) for row, line in red_lines_on(geometries, atlas.red_lines)]


def red_lines_on(
    geometries: NDArray[np.object_], red_lines: Sequence[RedLine]
) -> list[tuple[int, RedLine]]:
    """Return (position, red line) for each outline and each red line that takes land of it.

    Parameters
    ----------
    geometries
        Valid polygons in the working CRS.
    red_lines
        Areas take what they share over ``OVERLAP_TOLERANCE_M2`` (of an invalid one, its hull),
        lines what they run on for more than ``ON_LINE_TOLERANCE_M``.
    """
    held: list[tuple[int, RedLine]] = []
    areal = [line for line in red_lines if shapely.get_dimensions(line.geometry) == 2]
    shapes = as_array([sound(line.geometry) for line in areal])
    pairs = pair_areas(shapes, geometries, witness="doubtful", limits_m2=(OVERLAP_TOLERANCE_M2,))
    is_land = pairs.area_m2 > OVERLAP_TOLERANCE_M2
    held.extend(
        (int(row), areal[line])
        for line, row in zip(pairs.left[is_land], pairs.right[is_land], strict=True)
    )
    tree = shapely.STRtree(geometries)
    for line in red_lines:
        if shapely.get_dimensions(line.geometry) != 1:
            continue
        rows = tree.query(line.geometry, predicate="intersects")
        lengths = shapely.length(shapely.intersection(geometries[rows], line.geometry))
        held.extend((int(row), line) for row in rows[lengths > ON_LINE_TOLERANCE_M])
    return held


def has_shape(geometry: object) -> bool:
    """True for a geometry that is there and not empty (frames hold None for null)."""
    return isinstance(geometry, BaseGeometry) and not geometry.is_empty


def sound(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry, or its convex hull when it is invalid.

    Nobody knows which land a crossed outline means; its hull holds every reading, so no
    land that may be another's is offered.
    """
    return geometry if shapely.is_valid(geometry) else shapely.convex_hull(geometry)


def as_array(geometries: Sequence[Any]) -> NDArray[np.object_]:
    """Return geometries as a one-dimensional array, also when there are none."""
    array = np.empty(len(geometries), dtype=object)
    array[:] = list(geometries)
    return array
