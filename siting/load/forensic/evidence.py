"""The evidence: how many points fall into the city under each hypothesis, and what that proves.

Honest about what the outline cannot tell: GCJ-02 moves points by 50–700 m, so they lie inside
either way, and US and international feet differ by 2 m in 1,000 km. Hypotheses that put about
as many points inside as the best one are its rivals, and then nothing is decided here; see
:mod:`siting.load.forensic.coincidence`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.crs import parse_crs, transform_geometries
from siting.load.forensic.changes import Pairs
from siting.load.forensic.hypotheses import AS_DECLARED, Hypothesis, Place, hypotheses_for
from siting.load.words import listed, say
from siting.model import Text

#: So many points are tried; more are thinned out evenly, in the order of the file.
MOST_POINTS = 4_000
#: Vertices on the city's boundary, drawn by another hand, count as inside.
BOUNDARY_M = 5.0
#: A hypothesis that puts at least this share of the best one's points inside is its rival.
RIVAL_SHARE = 0.9
#: And the best must have this share of all points near the city to be worth a word.
LEAST_SHARE = 0.5
#: Two hypotheses that read every point alike within this are one.
SAME_M = 0.0005

_OUTLINE = Text("市界", "the outline")
#: All there is while the districts themselves are loaded.
_AREA_OF_USE = Text("坐标系适用范围", "the area of use of the CRS")


@dataclass(frozen=True, eq=False, slots=True)
class Tally:
    """What one hypothesis makes of the points; ``placed`` is in the working CRS."""

    hypothesis: Hypothesis
    points: int
    inside: int
    near: int
    placed: Pairs = field(repr=False)
    has_outline: bool = True

    @property
    def assumptions(self) -> int:
        """How much has to be wrong with the declaration."""
        return self.hypothesis.assumptions

    @property
    def share_inside(self) -> float:
        """Share of the points inside the outline, 0–1."""
        return self.inside / self.points if self.points else 0.0

    @property
    def share_near(self) -> float:
        """Share of the points in the city's neighbourhood, 0–1."""
        return self.near / self.points if self.points else 0.0

    def text(self) -> str:
        """Return the counts in words."""
        name, meaning = self.hypothesis.id, self.hypothesis.meaning
        area = _OUTLINE if self.has_outline else _AREA_OF_USE
        return say(
            f"{name}（{meaning.zh}）：{self.inside}/{self.points} 点在{area.zh}内，"
            f"{self.near} 点在附近",
            f"{name} ({meaning.en}): {self.inside} of {self.points} points inside {area.en}, "
            f"{self.near} near",
        )


@dataclass(frozen=True, eq=False, slots=True)
class Inquiry:
    """All tallies, the best first; ``points_in_all`` before thinning out."""

    declared: str
    points_in_all: int
    tallies: tuple[Tally, ...]
    sample: Pairs = field(default_factory=lambda: np.empty((0, 2)), repr=False)
    """The points that were tried, as they stand in the file."""

    @property
    def points(self) -> int:
        """How many points were tried."""
        return self.tallies[0].points if self.tallies else 0

    @property
    def as_declared(self) -> Tally | None:
        """The tally of the declaration itself."""
        return self.of(AS_DECLARED)

    @property
    def best(self) -> Tally | None:
        """The hypothesis that fits best, or None when none fits."""
        first = next(iter(self.tallies), None)
        return first if first is not None and first.share_near >= LEAST_SHARE else None

    @property
    def rivals(self) -> tuple[Tally, ...]:
        """The others that fit about as well as the best."""
        best = self.best
        if best is None:
            return ()
        others = (tally for tally in self.tallies if tally is not best)
        return tuple(tally for tally in others if _is_rival(tally, best))

    @property
    def is_unambiguous(self) -> bool:
        """True when one hypothesis fits and no other comes near it."""
        return self.best is not None and not self.rivals

    def of(self, hypothesis: str) -> Tally | None:
        """Return the tally of a hypothesis by its id, or None where the numbers rule it out."""
        return next((each for each in self.tallies if each.hypothesis.id == hypothesis), None)

    def summary(self) -> str:
        """Return in one line what fits, or that the outline cannot tell, or that nothing fits."""
        best = self.best
        if best is None:
            tried = say(
                f"试了 {len(self.tallies)} 种假设，均不符合",
                f"{len(self.tallies)} hypotheses tried, none fits",
            )
            return tried if self.points else say("没有可用的点", "there is no usable point")
        caveat = best.hypothesis.caveat
        said = best.text() + (f" — {say(caveat.zh, caveat.en)}" if caveat else "")
        if not self.rivals:
            return said
        names = listed(tally.hypothesis.id for tally in self.rivals)
        also = say(
            f"仅凭市界无法判定：{names} 同样符合",
            f"the outline cannot tell: {names} fit as well",
        )
        return f"{said}; {also}"


def _is_rival(tally: Tally, best: Tally) -> bool:
    if best.inside:
        return tally.inside >= RIVAL_SHARE * best.inside
    return tally.near >= RIVAL_SHARE * best.near


def inquire(pairs: Pairs, declared: str, place: Place) -> Inquiry:
    """Try every hypothesis on points as they stand in a file.

    Parameters
    ----------
    pairs
        Two columns: easting and northing (longitude and latitude). Points that are not finite
        are left out.
    declared
        CRS that the file or the user names.
    place
        The city.

    Returns
    -------
    Inquiry
        Best first: by points inside the outline and near the city; among those that fit about
        equally, by how little has to be wrong. Hypotheses that the numbers rule out (a zone
        prefix that is not there) are not among them, and of two that read all points alike
        only the simpler.
    """
    usable = pairs[np.isfinite(pairs).all(axis=1)]
    if not len(usable):
        return Inquiry(declared, 0, ())
    some = usable[_thinned(len(usable))]
    frame = _frame_of(place)
    tallies: list[Tally] = []
    for hypothesis in hypotheses_for(some, declared, place):
        tally = _tally(hypothesis, some, frame)
        if not any(_is_alike(tally, other) for other in tallies):
            tallies.append(tally)
    return Inquiry(declared, len(usable), tuple(_ranked(tallies)), some)


def tally_of(hypothesis: Hypothesis, pairs: Pairs, place: Place) -> Tally:
    """Return what one hypothesis makes of points; more than enough are thinned out."""
    usable = pairs[np.isfinite(pairs).all(axis=1)]
    return _tally(hypothesis, usable[_thinned(len(usable))], _frame_of(place))


def _ranked(tallies: list[Tally]) -> list[Tally]:
    """Return the tallies best first; sorting is stable, so the simpler kind goes first.

    Where the counts of several are about the same they prove nothing among these, and a point
    more or less must not put GCJ-02 before the declaration: fewer assumptions go first then.
    """
    by_count = sorted(tallies, key=lambda tally: (-tally.inside, -tally.near, tally.assumptions))
    top = [tally for tally in by_count if _is_rival(tally, by_count[0])]
    top.sort(key=lambda tally: tally.assumptions)
    return top + [tally for tally in by_count if tally not in top]


def _thinned(count: int) -> NDArray[np.int64]:
    """Return positions spread evenly over all rows, the first and the last among them."""
    return np.linspace(0, max(count - 1, 0), min(count, MOST_POINTS)).astype(np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class _Frame:
    crs: str
    near: shapely.Geometry
    inside: shapely.Geometry
    has_outline: bool


@functools.lru_cache(maxsize=8)
def _frame_of(place: Place) -> _Frame:
    outline = place.neighbourhood if place.outline is None else place.outline
    inside = shapely.buffer(outline, BOUNDARY_M)
    shapely.prepare(inside)
    shapely.prepare(place.neighbourhood)
    return _Frame(place.crs, place.neighbourhood, inside, place.outline is not None)


def _tally(hypothesis: Hypothesis, pairs: Pairs, frame: _Frame) -> Tally:
    placed = placed_in(hypothesis, pairs, frame.crs)
    is_finite = np.isfinite(placed).all(axis=1)
    points = placed[is_finite]
    near = shapely.contains_xy(frame.near, points[:, 0], points[:, 1])
    inside = shapely.contains_xy(frame.inside, points[:, 0], points[:, 1])
    counts = int(inside.sum()), int(near.sum())
    return Tally(hypothesis, len(pairs), *counts, placed, has_outline=frame.has_outline)


def placed_in(hypothesis: Hypothesis, pairs: Pairs, crs: str) -> Pairs:
    """Return where points lie under a hypothesis, in `crs`; not finite where they cannot."""
    with np.errstate(all="ignore"):  # what overflows is not finite, and counts as outside
        changed = hypothesis.changed(pairs)
    is_finite = np.isfinite(changed).all(axis=1)
    placed = np.full(changed.shape, np.nan)
    if is_finite.any() and parse_crs(hypothesis.crs) == parse_crs(crs):
        placed[is_finite] = changed[is_finite]
    elif is_finite.any():
        moved = transform_geometries(_points(changed[is_finite]), hypothesis.crs, crs)
        placed[is_finite] = shapely.get_coordinates(moved)
    placed[~np.isfinite(placed).all(axis=1)] = np.nan
    return placed


def _is_alike(left: Tally, right: Tally) -> bool:
    """True when two hypotheses put every point at the same place (and some place)."""
    if (left.inside, left.near) != (right.inside, right.near) or not left.near:
        return False
    gaps = np.abs(left.placed - right.placed)
    return bool(np.array_equal(np.isnan(left.placed), np.isnan(right.placed))) and bool(
        np.nanmax(gaps, initial=0.0) <= SAME_M
    )


def _points(pairs: Pairs) -> NDArray[np.object_]:
    return np.atleast_1d(np.asarray(shapely.points(pairs), dtype=object))
