"""The different outlines of many options: measured once, and spread to all who have them.

Several projects are offered the same parcel, so of 17,000 options only a few thousand have an
outline of their own. What two outlines are to each other is measured for the outlines, and told
of the options as arrays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.candidates import as_array, sound
from siting.errors import SitingError, Where
from siting.model import Option

Geometries = NDArray[np.object_]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Pairs of options that are spread at a time: 2 million take some 100 MB.
BLOCK_PAIRS = 2_000_000
#: So many are named where options are refused.
NAMED = 5


@dataclass(frozen=True, eq=False, slots=True)
class Members:
    """Who has which outline: ``rows[starts[k]:starts[k + 1]]`` are those of outline k."""

    rows: Longs
    starts: Longs

    @classmethod
    def of(cls, place: Longs, outlines: int, keep: Mask | None = None) -> Members:
        """Return who has which of so many outlines.

        Parameters
        ----------
        place
            The outline of each one.
        outlines
            How many outlines there are.
        keep
            True for those that count; all of them without it.
        """
        rows = np.arange(len(place)) if keep is None else np.flatnonzero(keep)
        rows = rows[np.argsort(place[rows], kind="stable")].astype(np.int64)
        starts = np.searchsorted(place[rows], np.arange(outlines + 1))
        return cls(rows, starts.astype(np.int64))

    @property
    def counts(self) -> Longs:
        """How many have each outline."""
        return np.diff(self.starts)


@dataclass(frozen=True, eq=False, slots=True)
class Outlines:
    """The different outlines of some options, valid polygons; ``place`` has each option's."""

    shapes: Geometries
    place: Longs
    project: Longs
    """A number for each option's project."""

    def members(self, keep: Mask | None = None) -> Members:
        """Return which of the options (of those that `keep` is true for) have which outline."""
        return Members.of(self.place, len(self.shapes), keep)

    def between_projects(
        self, pairs: tuple[Longs, Longs], members: tuple[Members, Members]
    ) -> Longs:
        """Return pairs of outlines as pairs of options of different projects.

        Parameters
        ----------
        pairs
            First and second outline of each pair; an outline may be paired with itself.
        members
            Which options count at the first outline, and which at the second.

        Returns
        -------
        Longs
            Shape (n, 2): positions of options, the lower one first, sorted, each pair once.
        """
        count = len(self.place)
        keys = [np.array([], dtype=np.int64)]
        for one, other in spread(pairs, members):
            is_rival = self.project[one] != self.project[other]
            low, high = np.minimum(one, other), np.maximum(one, other)
            keys.append((low * count + high)[is_rival])
        found = np.unique(np.concatenate(keys))
        return np.stack(np.divmod(found, max(count, 1)), axis=1)


def spread(
    pairs: tuple[Longs, Longs], members: tuple[Members, Members]
) -> Iterator[tuple[Longs, Longs]]:
    """Yield each member of the first outline of a pair with each one of the second, in blocks."""
    left, right = members
    many = left.counts[pairs[0]] * right.counts[pairs[1]]
    ends = np.cumsum(many)
    total = int(ends[-1]) if len(ends) else 0
    cuts = np.searchsorted(ends, np.arange(0, total, BLOCK_PAIRS), side="right")
    bounds = np.unique(np.concatenate((cuts, [len(many)])))
    for begin, end in itertools.pairwise(bounds.tolist()):
        first, second = pairs[0][begin:end], pairs[1][begin:end]
        counts = many[begin:end]
        pair = np.repeat(np.arange(end - begin), counts)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
        row, column = np.divmod(within, right.counts[second][pair])
        yield (
            left.rows[left.starts[first][pair] + row],
            right.rows[right.starts[second][pair] + column],
        )


def outlines_of(options: Sequence[Option]) -> Outlines:
    """Return the different outlines of options, in the order in which they first occur.

    Two outlines are one when they are the same to the last bit of every vertex; drawn in another
    order they are measured against each other like any two. Of an invalid outline nobody knows
    the land: its convex hull holds every reading.

    Raises
    ------
    SitingError
        An option has no land: it would overlap nothing, and would be free of all conflicts.
    """
    drawn = as_array([option.site.geometry for option in options])
    shapes, place = distinct(drawn)
    shapes = as_array([sound(shape) for shape in shapes])
    has_land = (shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes)
    if not has_land.all():
        _refuse([option for option, at in zip(options, place, strict=True) if not has_land[at]])
    numbers: dict[str, int] = {}
    project = [numbers.setdefault(option.project_id, len(numbers)) for option in options]
    return Outlines(shapes, place, np.array(project, dtype=np.int64))


def distinct(geometries: Geometries) -> tuple[Geometries, Longs]:
    """Return the different geometries by their bytes, and for each one which of them it is."""
    places: dict[bytes, int] = {}
    place = [places.setdefault(blob, len(places)) for blob in shapely.to_wkb(geometries)]
    first = np.full(len(places), -1, dtype=np.int64)
    at = np.array(place, dtype=np.int64)
    first[at[::-1]] = np.arange(len(at))[::-1]
    return geometries[first], at


def _refuse(options: Sequence[Option]) -> None:
    named = ", ".join(f"{option.project_id}: {option.site.id}" for option in options[:NAMED])
    raise SitingError(
        f"{len(options)} 个可选用地没有面积，无法规划 / options without any land cannot be planned",
        where=Where(feature=named),
        expected="每个可选用地为多边形 / a polygon for each option",
        found=str(shapely.get_type_id(options[0].site.geometry)),
        next_step="不提供线状或空图形 / offer neither lines nor empty outlines as sites",
    )
