"""Windows of the maps: one scale for all alternatives, and one window over them all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.compare.records import Option

#: No map shows less than this, metres: an outline without its surroundings says nothing.
LEAST_SIDE_M = 300.0
#: The largest outline takes so much of its map, and all outlines so much of the overview.
SHARE_OF_MAP, SHARE_OF_OVERVIEW = 0.45, 0.78
#: Width over height of the overview.
OVERVIEW_ASPECT = 1.6
#: Lengths of scale bars and of map sides begin with these figures.
_ROUND = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the working CRS, metres, north up."""

    west: float
    south: float
    width_m: float
    height_m: float

    @property
    def box(self) -> BaseGeometry:
        """The window as a polygon."""
        return shapely.box(
            self.west, self.south, self.west + self.width_m, self.south + self.height_m
        )

    @property
    def middle(self) -> tuple[float, float]:
        """Easting and northing of the middle."""
        return self.west + self.width_m / 2, self.south + self.height_m / 2


@dataclass(frozen=True, slots=True)
class Plan:
    """The windows of a comparison: one per drawn alternative by its key, and one over all."""

    windows: Mapping[str, Window]
    overview: Window | None

    @property
    def every(self) -> tuple[Window, ...]:
        """All windows."""
        return (*self.windows.values(), *((self.overview,) if self.overview else ()))


def plan_of(options: Iterable[Option]) -> Plan:
    """Return the windows for all alternatives that may be drawn; none where there are none."""
    shapes = {each.key: each.shape for each in options if each.shape is not None}
    side_m = common_side_m(shapes.values())
    windows = {key: window_around(shape, side_m) for key, shape in shapes.items()}
    return Plan(windows, overview_of(list(shapes.values()), aspect=OVERVIEW_ASPECT))


def common_side_m(shapes: Iterable[BaseGeometry]) -> float:
    """Return the side of the square window that has room for each of the shapes, metres."""
    boxes = np.array([shapely.bounds(shape) for shape in shapes]).reshape(-1, 4)
    if not len(boxes):
        return LEAST_SIDE_M
    extent_m = float((boxes[:, 2:] - boxes[:, :2]).max())
    return max(LEAST_SIDE_M, extent_m / SHARE_OF_MAP)


def window_around(shape: BaseGeometry, side_m: float) -> Window:
    """Return the square window in whose middle a shape lies."""
    west, south, east, north = shapely.bounds(shape)
    return Window((west + east - side_m) / 2, (south + north - side_m) / 2, side_m, side_m)


def overview_of(shapes: Sequence[BaseGeometry], *, aspect: float) -> Window | None:
    """Return the window that holds all shapes; None where there are none.

    Parameters
    ----------
    shapes
        What is to be seen.
    aspect
        Width over height.
    """
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    width_m = max(east - west, (north - south) * aspect, LEAST_SIDE_M) / SHARE_OF_OVERVIEW
    height_m = width_m / aspect
    return Window(
        float(west + east - width_m) / 2, float(south + north - height_m) / 2,
        float(width_m), float(height_m),
    )  # fmt: skip


def round_length_m(most_m: float) -> float:
    """Return the longest length of 1, 2 or 5 times a power of ten that is not over `most_m`."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return max(figure * power for figure in _ROUND if figure * power <= most_m)
