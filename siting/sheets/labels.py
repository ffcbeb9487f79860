"""Where labels go so that none lies on another, on a symbol, or outside of the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from siting.sheets.scales import Rect

Boxes = NDArray[np.float64]

#: Between rings, and between directions of one ring, mm, and how much wider farther off.
_STEP_MM, _WIDER, _LEAST_TURNS = 1.1, 0.06, 16
#: In a direction of 45° a rectangle stands off by its corner.
_CORNER = math.sqrt(2.0)
#: Most labels find room within so much, mm, and need not look farther.
_NEAR_MM = 12.0
#: Labels keep so far from each other, mm.
_GAP_MM = 0.35


@dataclass(frozen=True, slots=True)
class Wish:
    """A label of some size that belongs to a place: no nearer to it than ``least`` mm.

    ``most`` is how far it may stand off, mm; what finds no room within that has no label.
    """

    x: float
    y: float
    width: float
    height: float
    least: float
    most: float


class Room:
    """The map's frame with what is taken in it already."""

    def __init__(self, frame: Rect, taken: Sequence[Rect] = ()) -> None:
        self.frame = frame
        self._taken: list[tuple[float, float, float, float]] = [_corners(each) for each in taken]

    def take(self, rect: Rect) -> None:
        """Keep a rectangle free of labels."""
        self._taken.append(_corners(rect))

    def place(self, wish: Wish) -> Rect | None:
        """Return where a label goes, and take the room; None where there is none."""
        near = replace(wish, most=min(wish.most, wish.least + _NEAR_MM))
        return self._first(_candidates(near)) or (
            self._first(_candidates(wish)) if wish.most > near.most else None
        )

    def _first(self, boxes: Boxes) -> Rect | None:
        """Return the first rectangle that is free, and take it."""
        frame = self.frame
        inside = (
            (boxes[:, 0] >= frame.left + _GAP_MM) & (boxes[:, 2] <= frame.right - _GAP_MM)
            & (boxes[:, 1] >= frame.bottom + _GAP_MM) & (boxes[:, 3] <= frame.top - _GAP_MM)
        )  # fmt: skip
        boxes = boxes[inside]
        if len(boxes) and self._taken:
            boxes = boxes[~_meet(boxes, np.asarray(self._taken))]
        if not len(boxes):
            return None
        west, south, east, north = map(float, boxes[0])
        found = Rect(west, south, east - west, north - south)
        self.take(found)
        return found


def _corners(rect: Rect) -> tuple[float, float, float, float]:
    return rect.left, rect.bottom, rect.right, rect.top


def _candidates(wish: Wish) -> Boxes:
    """Return the rectangles that a label may take, nearest first, to the upper right first."""
    rings = [np.array([[wish.x, wish.y]])] if wish.least <= 0 else []
    distance = max(wish.least, 0.0)
    while distance <= wish.most:
        gap = _STEP_MM + distance * _WIDER
        count = max(_LEAST_TURNS, math.ceil(2 * math.pi * distance / gap))
        side = np.arange(count)
        turn = math.pi / 4 + 2 * math.pi / count * ((side + 1) // 2) * np.where(side % 2, 1, -1)
        across, along = np.cos(turn), np.sin(turn)
        # the rectangle's nearest edge or corner stands off by the distance, not its middle
        east = wish.x + across * distance + np.clip(across * _CORNER, -1, 1) * wish.width / 2
        north = wish.y + along * distance + np.clip(along * _CORNER, -1, 1) * wish.height / 2
        rings.append(np.column_stack([east, north]))
        distance += gap
    at = np.vstack(rings) if rings else np.empty((0, 2))
    half = np.array([wish.width, wish.height]) / 2
    return np.hstack([at - half, at + half])


def _meet(boxes: Boxes, taken: Boxes) -> NDArray[np.bool_]:
    """Return which boxes overlap any that is taken, or come too near."""
    corners = boxes[:, None, :]
    meets = (
        (corners[..., 0] < taken[:, 2] + _GAP_MM) & (taken[:, 0] < corners[..., 2] + _GAP_MM)
        & (corners[..., 1] < taken[:, 3] + _GAP_MM) & (taken[:, 1] < corners[..., 3] + _GAP_MM)
    )  # fmt: skip
    return np.asarray(meets.any(axis=1), dtype=np.bool_)
