"""True round scales: from what has to be seen and the room on paper to 1:10 000."""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

#: Denominators of scales begin with these figures.
_SCALE_FIGURES = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
#: Steps of the grid and lengths of scale bars begin with these.
_LENGTH_FIGURES = (1.0, 2.0, 5.0)
#: No map is larger than this: an outline without its surroundings says nothing.
_LEAST_DENOMINATOR = 500.0
MM_PER_M = 1000.0


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on paper, mm from the lower left corner."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.bottom + self.height

    @property
    def box(self) -> BaseGeometry:
        """The rectangle as a polygon."""
        return shapely.box(self.left, self.bottom, self.right, self.top)

    def meets(self, other: Rect, *, gap: float = 0.0) -> bool:
        """True when two rectangles overlap or are nearer than `gap`."""
        return (
            self.left < other.right + gap and other.left < self.right + gap
            and self.bottom < other.top + gap and other.bottom < self.top + gap
        )  # fmt: skip

    def holds(self, other: Rect) -> bool:
        """True when another rectangle lies inside."""
        return (
            self.left <= other.left and other.right <= self.right
            and self.bottom <= other.bottom and other.top <= self.top
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """A map's frame on paper, its scale, and what lies in the middle of the frame.

    A length of L metres of the working CRS is ``L * 1000 / denominator`` mm long.
    """

    frame: Rect
    denominator: float
    easting: float
    northing: float

    @property
    def mm_per_m(self) -> float:
        """Millimetres on paper for a metre of the working CRS."""
        return MM_PER_M / self.denominator

    @property
    def west(self) -> float:
        """Easting of the left edge."""
        return self.easting - self.frame.width / 2 / self.mm_per_m

    @property
    def south(self) -> float:
        """Northing of the lower edge."""
        return self.northing - self.frame.height / 2 / self.mm_per_m

    @property
    def ground(self) -> BaseGeometry:
        """What the frame shows, as a polygon of the working CRS."""
        return shapely.box(
            self.west, self.south,
            self.west + self.frame.width / self.mm_per_m,
            self.south + self.frame.height / self.mm_per_m,
        )  # fmt: skip

    def x(self, easting: float) -> float:
        """Return where an easting lies on paper, mm."""
        return self.frame.left + (easting - self.west) * self.mm_per_m

    def y(self, northing: float) -> float:
        """Return where a northing lies on paper, mm."""
        return self.frame.bottom + (northing - self.south) * self.mm_per_m


def view_of(
    extent: tuple[float, float, float, float],
    frame: Rect,
    *,
    edge_mm: float,
    least: float = _LEAST_DENOMINATOR,
) -> View:
    """Return the largest view at a round scale that shows an extent with an edge around it.

    Parameters
    ----------
    extent
        West, south, east, north in the working CRS.
    frame
        The map's frame on paper.
    edge_mm
        Paper that stays free around the extent on all sides.
    least
        The denominator of the largest scale that is taken.
    """
    west, south, east, north = extent
    room_mm = (frame.width - 2 * edge_mm, frame.height - 2 * edge_mm)
    wanted = max((east - west) / room_mm[0], (north - south) / room_mm[1]) * MM_PER_M
    denominator = round_denominator(max(wanted, least))
    return View(frame, denominator, (west + east) / 2, (south + north) / 2)


def round_denominator(least: float) -> float:
    """Return the smallest round denominator that is not under `least`.

    Examples
    --------
    >>> from siting.sheets.scales import round_denominator
    >>> round_denominator(8_700), round_denominator(10_000), round_denominator(10_001)
    (10000.0, 10000.0, 15000.0)
    """
    wanted = max(least, _LEAST_DENOMINATOR)
    power = 10.0 ** math.floor(math.log10(wanted))
    series = [figure * scale for scale in (power, power * 10) for figure in _SCALE_FIGURES]
    return next(each for each in series if each >= wanted)


def round_length(most: float) -> float:
    """Return the longest length of 1, 2 or 5 times a power of ten that is not over `most`."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(figure * power for figure in _LENGTH_FIGURES if figure * power <= most * (1 + 1e-9))


def grid_step(least: float) -> float:
    """Return the shortest length of 1, 2 or 5 times a power of ten that is not under `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    series = [figure * scale for scale in (power, power * 10) for figure in _LENGTH_FIGURES]
    return next(each for each in series if each >= least * (1 - 1e-9))


def grid_lines(start: float, length: float, step: float) -> list[float]:
    """Return the multiples of a step within a stretch, in metres."""
    first = math.ceil(start / step)
    return [n * step for n in range(first, math.floor((start + length) / step) + 1)]


def scale_text(denominator: float) -> str:
    """Return a scale as it is printed: 1:10 000."""
    return f"1:{denominator:,.0f}".replace(",", " ")


def length_text(length_m: float) -> str:
    """Return a length in m, from 1 km on in km."""
    return f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
