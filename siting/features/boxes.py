"""Which of a million boxes meet a few others: a packed tree of boxes in plain arrays.

Boxes are put in the order of a space-filling curve (Morton, 1966) and bundled by
``FAN_OUT``, bundles again, up to a root of at most ``FAN_OUT``. A question descends level by
level in numpy for all its boxes at once, so a mapped tree is read along the way down and
nowhere else. The answer is that of ``shapely.STRtree.query`` without a predicate.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from siting.store import Column, PlainColumn
from siting.store.columns import positions_of

Boxes = NDArray[np.float64]
Positions = NDArray[np.intp]

FAN_OUT = 32
#: Boxes that are looked for together: some hundred thousand candidates at a time.
TURN_BOXES = 4096
#: Cells of the curve along each axis.
_CURVE_CELLS = (1 << 16) - 1


class PackedBoxes:
    """An index of boxes.

    Parameters
    ----------
    order
        The position of each box of the lowest level.
    levels
        Boxes (n × 4) from the lowest level, in curve order, to the root.
    """

    def __init__(self, order: Column, levels: tuple[Column, ...]) -> None:
        self._order = order
        self._levels = levels

    @classmethod
    def of(cls, boxes: Boxes) -> Self:
        """Return the index of boxes (west, south, east, north); those with NaN meet nothing."""
        return cls.within({name: PlainColumn(each) for name, each in packed(boxes).items()})

    @classmethod
    def within(cls, columns: Mapping[str, Column]) -> Self:
        """Return the index that the arrays of :func:`packed` are."""
        names = (f"boxes_{level}" for level in itertools.count())
        levels = [columns[name] for name in itertools.takewhile(columns.__contains__, names)]
        return cls(columns["box_order"], tuple(levels))

    def meeting(self, boxes: Boxes) -> tuple[Positions, Positions]:
        """Return the pairs of boxes asked for and boxes indexed that meet, sorted by both.

        Boxes that share a border, or a corner, meet.
        """
        turns = [
            self._descend(np.arange(start, min(start + TURN_BOXES, len(boxes))), boxes)
            for start in range(0, len(boxes), TURN_BOXES)
        ]
        asked = np.concatenate([np.empty(0, np.intp), *(turn[0] for turn in turns)])
        found = np.concatenate([np.empty(0, np.intp), *(turn[1] for turn in turns)])
        sequence = np.lexsort((found, asked))
        return asked[sequence], found[sequence]

    def _descend(self, asked: Positions, boxes: Boxes) -> tuple[Positions, Positions]:
        root = len(self._levels[-1])
        nodes = np.tile(np.arange(root), len(asked))
        asked = np.repeat(asked, root)
        for number in range(len(self._levels) - 1, -1, -1):
            level = self._levels[number]
            asked, nodes = _filtered(asked, nodes, boxes, level)
            if number:
                below = len(self._levels[number - 1])
                starts = nodes * FAN_OUT
                stops = np.minimum(starts + FAN_OUT, below)
                asked, nodes = np.repeat(asked, stops - starts), positions_of(starts, stops)
        return asked, self._order.take(nodes).astype(np.intp)


def _filtered(
    asked: Positions, nodes: Positions, boxes: Boxes, level: Column
) -> tuple[Positions, Positions]:
    mine, theirs = boxes[asked], level.take(nodes)
    meets = (
        (mine[:, 0] <= theirs[:, 2])
        & (theirs[:, 0] <= mine[:, 2])
        & (mine[:, 1] <= theirs[:, 3])
        & (theirs[:, 1] <= mine[:, 3])
    )  # never where one of them is NaN
    return asked[meets], nodes[meets]


def packed(boxes: Boxes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an index: ``box_order`` and ``boxes_0`` (lowest level) upwards."""
    order = np.argsort(_along_curve(boxes), kind="stable")
    level = np.ascontiguousarray(boxes[order])
    found: dict[str, NDArray[Any]] = {"box_order": order.astype(np.uint32), "boxes_0": level}
    for number in itertools.count(1):
        if len(level) <= FAN_OUT:
            return found
        begins = np.arange(0, len(level), FAN_OUT)
        # fmin and fmax pass over NaN: a box that meets nothing must not hide its neighbours
        level = np.concatenate(
            [
                np.fmin.reduceat(level[:, :2], begins, axis=0),
                np.fmax.reduceat(level[:, 2:], begins, axis=0),
            ],
            axis=1,
        )
        found[f"boxes_{number}"] = level
    raise AssertionError  # pragma: no cover - count() has no end


def _along_curve(boxes: Boxes) -> NDArray[np.uint32]:
    """Return the place of each box's centre along a Morton curve over all of them."""
    keys = np.zeros(len(boxes), dtype=np.uint32)
    known = ~np.isnan(boxes).any(axis=1)
    if not known.any():
        return keys
    centres = boxes[known, :2] / 2 + boxes[known, 2:] / 2
    low = centres.min(axis=0)
    span = np.maximum(centres.max(axis=0) - low, np.finfo(np.float64).tiny)
    cells = ((centres - low) / span * _CURVE_CELLS).astype(np.uint32)
    keys[known] = _spread(cells[:, 0]) | (_spread(cells[:, 1]) << np.uint32(1))
    return keys


def _spread(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return 16-bit numbers with a zero before each of their bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | (values << np.uint32(shift))) & np.uint32(mask)
    return values
