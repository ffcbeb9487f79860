"""Road lines, and what a network has to know of each: class, speed, direction, level."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from siting.access.speeds import SpeedBook, read_speeds
from siting.crs import require_same_crs, working_crs
from siting.errors import SchemaError, Where, nearest
from siting.model import Features
from siting.model.features import plain_word

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Geometries = NDArray[np.object_]

#: Words of a bridge or tunnel column that say no.
_NO = frozenset({"", "0", "0.0", "no", "false", "否", "无"})


@dataclass(frozen=True, slots=True)
class RoadColumns:
    """Which columns of a road layer say what; an empty name: the layer has no such column.

    ``level`` is a whole number: what runs over what (0 on the ground). Where it says nothing,
    ``bridge`` lifts a line to level 1 and ``tunnel`` lowers it to -1.
    """

    road_class: str = ""
    speed_kmh: str = ""
    one_way: str = ""
    level: str = ""
    bridge: str = ""
    tunnel: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that was not understood, in how many rows, and what was taken in its place."""

    column: str
    value: str
    rows: int
    example_id: str
    taken: str


@dataclass(frozen=True, eq=False, slots=True)
class Roads:
    """Road lines in a projected CRS, one entry per row in each array.

    ``classes`` are words of the layer; ``posted_kmh`` is NaN where a row says no speed;
    ``one_way`` is 1 along the line as it is drawn, -1 against it, 0 both ways.
    """

    crs: str
    lines: Geometries
    ids: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    posted_kmh: Floats
    one_way: Longs
    levels: Longs
    doubts: tuple[Doubt, ...] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.lines)


def plain_roads(
    lines: Geometries,
    crs: str,
    *,
    ids: Sequence[str] | None = None,
    one_way: Sequence[int] | None = None,
    levels: Sequence[int] | None = None,
    classes: Sequence[str] | None = None,
) -> Roads:
    """Return roads of which no table says anything; `ids` are the numbers of the rows.

    Parameters
    ----------
    lines
        Lines; ``shapely.from_ragged_array`` makes them of GeoArrow's.
    crs
        A projected CRS in metres.
    ids, one_way, levels, classes
        As in :class:`Roads`; both ways, level 0 and no class where they are left out.

    Raises
    ------
    ConfigError, MissingCRSError
        The CRS is not projected, not in metres, or empty.
    """
    working_crs(crs)
    count = len(lines)
    return Roads(
        crs=crs,
        lines=lines,
        ids=tuple(map(str, range(count))) if ids is None else tuple(ids),
        names=("",) * count,
        classes=("",) * count if classes is None else tuple(classes),
        posted_kmh=np.full(count, np.nan),
        one_way=_longs(one_way, count),
        levels=_longs(levels, count),
    )


def _longs(values: Sequence[int] | None, count: int) -> Longs:
    return np.zeros(count, np.int64) if values is None else np.asarray(values, np.int64)


def roads_of(
    features: Features, columns: RoadColumns, crs: str, *, book: SpeedBook | None = None
) -> Roads:
    """Return the roads of a layer: its rows in their order.

    Parameters
    ----------
    features
        ``Layer.features``: ``feature_id``, ``feature_name`` and the columns named.
    columns
        Which columns say what.
    crs
        The working CRS of the layer, projected and in metres.
    book
        Tells what the words of a one-way column mean; the built-in one when left out.

    Returns
    -------
    Roads
        ``doubts`` lists the values that were not understood: such a road is open both ways, has
        no posted speed, or lies on level 0.

    Raises
    ------
    SchemaError
        A column that was named is not there.
    ConfigError, MissingCRSError
        As for :func:`plain_roads`.
    """
    working_crs(crs)
    _require(features, columns)
    reading = _Reading(features, tuple(features.ids()))
    one_way = reading.numbers(
        columns.one_way, _direction((book or read_speeds()).one_way), 0, "双向 / both ways"
    )
    posted = reading.numbers(
        columns.speed_kmh, _posted, math.nan, "按道路等级取速度 / the speed of its class"
    )
    levels = reading.numbers(columns.level, _whole, 0, "地面 / the ground (level 0)")
    for name, level in ((columns.bridge, 1), (columns.tunnel, -1)):
        is_lifted = np.array([word.casefold() not in _NO for word in reading.texts(name)], bool)
        levels = np.where(is_lifted & (levels == 0), float(level), levels)
    return Roads(
        crs=crs,
        lines=features.shapes_at(features.every),
        ids=reading.ids,
        names=tuple(reading.texts("feature_name")),
        classes=tuple(plain_word(word) for word in reading.texts(columns.road_class)),
        posted_kmh=posted,
        one_way=one_way.astype(np.int64),
        levels=levels.astype(np.int64),
        doubts=tuple(reading.doubts),
    )


def together(parts: Mapping[str, Roads]) -> Roads:
    """Return the roads of several layers as those of one.

    Parameters
    ----------
    parts
        At least one, by the name of its layer, all in the same CRS. Where there are several the
        ids become ``layer/id``, for every layer numbers its own.

    Raises
    ------
    CRSMismatchError
        They are in different CRSs.
    """
    first, *others = parts.values()
    if not others:
        return first
    for other in others:
        require_same_crs(first.crs, other.crs)
    every = list(parts.items())
    return Roads(
        crs=first.crs,
        lines=np.concatenate([roads.lines for _, roads in every]),
        ids=tuple(f"{layer}/{name}" for layer, roads in every for name in roads.ids),
        names=tuple(name for _, roads in every for name in roads.names),
        classes=tuple(word for _, roads in every for word in roads.classes),
        posted_kmh=np.concatenate([roads.posted_kmh for _, roads in every]),
        one_way=np.concatenate([roads.one_way for _, roads in every]),
        levels=np.concatenate([roads.levels for _, roads in every]),
        doubts=tuple(
            dataclasses.replace(doubt, example_id=f"{layer}/{doubt.example_id}")
            for layer, roads in every
            for doubt in roads.doubts
        ),
    )


def _require(features: Features, columns: RoadColumns) -> None:
    for use, name in dataclasses.asdict(columns).items():
        if name and name not in features.columns:
            raise SchemaError(
                f"道路图层没有字段 '{name}' / the road layer has no column '{name}'",
                where=Where(layer="road", feature=use),
                expected=", ".join(features.columns),
                found="none",
                next_step=nearest(name, features.columns) or f"correct {use}",
            )


@dataclass(eq=False, slots=True)
class _Reading:
    """Takes columns of one layer, and remembers what was not understood."""

    features: Features
    ids: tuple[str, ...]
    doubts: list[Doubt] = field(default_factory=list)

    def texts(self, column: str) -> list[str]:
        if not column:
            return [""] * len(self.ids)
        return self.features.texts_at(column, self.features.every)

    def numbers(
        self, column: str, meaning: Callable[[str], float | None], default: float, taken: str
    ) -> Floats:
        """Return a column as numbers: the default where there is nothing, or nothing sensible."""
        words = self.texts(column)
        known = {word: meaning(word) if word else default for word in set(words)}
        for word in sorted(word for word, value in known.items() if value is None):
            rows = [row for row, each in enumerate(words) if each == word]
            self.doubts.append(Doubt(column, word, len(rows), self.ids[rows[0]], taken))
        values = [known[word] for word in words]
        return np.array([default if value is None else value for value in values], np.float64)


def _direction(meanings: Mapping[str, int]) -> Callable[[str], float | None]:
    def meaning(word: str) -> float | None:
        return meanings.get(word.casefold())

    return meaning


def _posted(word: str) -> float | None:
    value = _number(word)
    return value if value is not None and value > 0 else None


def _whole(word: str) -> float | None:
    value = _number(word)
    return value if value is not None and value == int(value) else None


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
