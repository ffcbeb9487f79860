"""The second evidence: whose vertices lie on those of a layer that is sure.

Parcels and districts share corners with the red lines and layers cut from them. Where the
outline cannot tell two hypotheses apart, the right one is that under which points coincide
with such corners; a wrong one puts them anywhere between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.load.forensic.changes import Pairs
from siting.load.forensic.evidence import Tally
from siting.load.words import say

#: A vertex within this of a sure one coincides with it: the same corner, surveyed twice.
COINCIDENT_M = 1.0
#: Under a wrong hypothesis the median is of the order of the spacing of corners; the right one
#: must be this many times nearer to be believed.
DECISIVE_FACTOR = 5.0
#: And this near: GCJ-02 formulas are themselves about half a metre off.
DECISIVE_M = 3.0


@dataclass(frozen=True, slots=True)
class Closeness:
    """How near the points lie to the sure vertices under one hypothesis."""

    hypothesis: str
    points: int
    median_m: float
    coincident: int


@dataclass(frozen=True, slots=True)
class Coincidence:
    """Closeness under each hypothesis that fits, nearest first, and the layer it is held against.

    ``decided`` is the id of the hypothesis that it decides for, or an empty text.
    """

    layer: str
    vertices: int
    rows: tuple[Closeness, ...]
    decided: str

    def text(self) -> str:
        """Return the figures of the nearest in words, and whether they decide."""
        if not self.rows:
            return say("没有可比对的顶点", "there is no vertex to compare with")
        first = self.rows[0]
        figures = say(
            f"与 {self.layer} 顶点比对：{first.hypothesis} 中位距离 {first.median_m:.2f} 米，"
            f"{first.coincident}/{first.points} 点重合",
            f"against the vertices of {self.layer}: under {first.hypothesis} the median distance "
            f"is {first.median_m:.2f} m, {first.coincident} of {first.points} points coincide",
        )
        if self.decided:
            return f"{figures}; " + say(f"支持 {self.decided}", f"this speaks for {self.decided}")
        return f"{figures}; " + say("不足以判定", "this does not decide either")


def compare(tallies: Sequence[Tally], vertices: Pairs, *, layer: str) -> Coincidence:
    """Compare hypotheses by the distance of their points to sure vertices.

    Parameters
    ----------
    tallies
        The best hypothesis and its rivals.
    vertices
        Of a layer that is sure, in the working CRS.
    layer
        Its name, for people.
    """
    if not len(vertices) or not tallies:
        return Coincidence(layer, len(vertices), (), "")
    tree = shapely.STRtree(np.asarray(shapely.points(vertices), dtype=object))
    rows = [_closeness(tally, tree) for tally in tallies]
    rows.sort(key=lambda row: (row.median_m, -row.coincident))
    return Coincidence(layer, len(vertices), tuple(rows), _decided(rows))


def _closeness(tally: Tally, tree: shapely.STRtree) -> Closeness:
    placed = tally.placed[np.isfinite(tally.placed).all(axis=1)]
    if not len(placed):
        return Closeness(tally.hypothesis.id, 0, float("inf"), 0)
    (owners, _), gaps = tree.query_nearest(
        shapely.points(placed), return_distance=True, all_matches=False
    )
    distances_m: NDArray[np.float64] = np.full(len(placed), np.inf)
    distances_m[owners] = gaps
    coincident = int((distances_m <= COINCIDENT_M).sum())
    return Closeness(tally.hypothesis.id, len(placed), float(np.median(distances_m)), coincident)


def _decided(rows: Sequence[Closeness]) -> str:
    if len(rows) < 2 or rows[0].median_m > DECISIVE_M:
        return ""
    is_clear = rows[1].median_m >= DECISIVE_FACTOR * max(rows[0].median_m, COINCIDENT_M)
    return rows[0].hypothesis if is_clear else ""
