"""Background layers within the size of a page: whole, then simplified, then as counted cells.

A page carries its background packed (:mod:`siting.mapping.packing`). Where all of it would be more
than the page may weigh, the largest layer is simplified step by step, and at last its features are
counted in squares and drawn no more. The page says so, with the figures, and a layer that fits is
never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.mapping.packing import Geometries, Origin, Whole, folded, pack, signs_of
from siting.mapping.payload import to_safe_json
from siting.mapping.shapes import clip_to

#: How far outlines may be simplified for the picture, in metres, before they are counted instead.
SIMPLIFYING_STEPS_M = (0.5, 2.0, 5.0)
#: Sides of the squares in which features are counted, in metres: the first that gives few enough.
CELL_SIDES_M = tuple(digit * 10.0**power for power in range(2, 6) for digit in (1, 2, 5))
#: Most squares of one layer on a page: some 50 across, which a map of a screen's width can show.
MOST_CELLS = 2_500
#: Signs after this one are two units of a page's text.
LAST_OF_ONE_UNIT = "\uffff"

#: Of more signs than this nobody asks what two names share: parcels' numbers have some 20.
MOST_SHARED = 32

Payload = dict[str, object]


@dataclass(frozen=True, eq=False)
class Backdrop:
    """One layer's shapes (working CRS, None for none) and names on a page.

    ``area`` is where it may be drawn, None for everywhere: squares are cut to it too.
    """

    shapes: Geometries
    labels: Sequence[str]
    area: BaseGeometry | None


def fit(backdrops: Sequence[Backdrop], crs: str, origin: Origin, *, room: int) -> list[Payload]:
    """Return the rows of the page for background layers, in order, in at most `room` bytes.

    The largest layer goes first, step by step. When even all layers as squares are too many
    bytes, that is what the page gets: the squares are few whatever the city.

    Parameters
    ----------
    backdrops
        In `crs`.
    crs
        The working CRS.
    origin
        See :func:`siting.mapping.packing.origin_of`.
    room
        Bytes left of the page's budget.
    """
    last = len(SIMPLIFYING_STEPS_M) + 1
    steps = [0] * len(backdrops)
    rows = [_row(each, crs, origin, 0) for each in backdrops]
    sizes = [_bytes(row) for row in rows]
    while sum(sizes) > room:
        movable = [at for at, step in enumerate(steps) if step < last and sizes[at]]
        if not movable:
            break
        heavy = max(movable, key=lambda at: (sizes[at], -at))
        steps[heavy] += 1
        rows[heavy] = _row(backdrops[heavy], crs, origin, steps[heavy])
        sizes[heavy] = _bytes(rows[heavy])
    return rows


def _bytes(row: Payload) -> int:
    return len(to_safe_json(row).encode()) if row["features"] else 0


def _row(backdrop: Backdrop, crs: str, origin: Origin, step: int) -> Payload:
    if step > len(SIMPLIFYING_STEPS_M):
        return _counted(backdrop, crs, origin)
    tolerance_m = SIMPLIFYING_STEPS_M[step - 1] if step else 0.0
    shapes = shapely.simplify(backdrop.shapes, tolerance_m) if step else backdrop.shapes
    packed = pack(shapes, crs, origin)
    return {
        "kind": packed.kind,
        "size": packed.size,
        "packed": packed.text,
        "features": len(packed.rows),
        "undrawn": len(shapes) - len(packed.rows),
        "thinned_m": tolerance_m,
        "typical_m": _typical_m(backdrop.shapes),
        **label_table([backdrop.labels[row] for row in packed.rows]),
    }


def _counted(backdrop: Backdrop, crs: str, origin: Origin) -> Payload:
    """Return squares with the number of features whose inner point lies in each."""
    is_there = ~(shapely.is_missing(backdrop.shapes) | shapely.is_empty(backdrop.shapes))
    inner = shapely.get_coordinates(shapely.point_on_surface(backdrop.shapes[is_there]))
    side_m = _side_m(inner)
    cells, counts = np.unique(np.floor(inner / side_m), axis=0, return_counts=True)
    west, south = (cells * side_m).T
    squares = shapely.box(west, south, west + side_m, south + side_m)
    packed = pack(clip_to(squares, backdrop.area), crs, origin)
    return {
        "kind": packed.kind,
        "size": packed.size,
        "packed": packed.text,
        "features": int(counts.sum()),
        "undrawn": int((~is_there).sum()) + int(counts.sum() - counts[packed.rows].sum()),
        "thinned_m": 0.0,
        "cells": {"side_m": side_m, "counts": signs_of(counts[packed.rows].astype(np.int64))},
        **label_table([""] * len(packed.rows)),
    }


def _typical_m(shapes: Geometries) -> float:
    """Return the side of a middling feature's box: what a page goes by when it draws only some."""
    boxes = shapely.bounds(shapes)
    sides = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    known = sides[np.isfinite(sides)]
    return round(float(np.median(known)), 1) if len(known) else 0.0


def _side_m(points: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    if not len(points):
        return CELL_SIDES_M[0]
    width_m, height_m = points.max(axis=0) - points.min(axis=0)
    for side_m in CELL_SIDES_M:
        if (width_m / side_m + 1) * (height_m / side_m + 1) <= MOST_CELLS:
            return side_m
    return CELL_SIDES_M[-1]


def label_table(labels: Sequence[str]) -> Payload:
    """Return names so that each is in the page once, without what it shares with the one before.

    ``names`` are the ends of the distinct names in order of appearance, ``shared`` how many signs
    each has in common with the one before, ``of`` the steps from one feature's name to the next
    one's (empty where every feature has a name of its own).
    """
    number = {name: at for at, name in enumerate(dict.fromkeys(labels))}
    names = list(number)
    shared = _shared(names)
    of = np.array([number[label] for label in labels], dtype=np.int64)
    return {
        "names": [name[start:] for name, start in zip(names, shared.tolist(), strict=True)],
        "shared": signs_of(shared),
        "of": "" if len(names) == len(labels) else signs_of(_from_zero(of)),
    }


def _shared(names: Sequence[str]) -> Whole:
    """Return with how many signs each name begins as the one before, at most `MOST_SHARED`.

    A page counts rare signs as two: there the count ends.
    """
    begins = [name[:MOST_SHARED] for name in names]
    signs = np.array(["".ljust(MOST_SHARED), *begins])[1:].view(np.uint32)
    signs = signs.reshape(len(names), MOST_SHARED)
    lengths = np.array([len(name) for name in begins], dtype=np.int64)
    shared = np.zeros(len(names), dtype=np.int64)
    same = (signs[1:] == signs[:-1]) & (signs[1:] <= ord(LAST_OF_ONE_UNIT))
    alike = np.where(same.all(axis=1), MOST_SHARED, same.argmin(axis=1))
    shared[1:] = np.minimum(alike, np.minimum(lengths[1:], lengths[:-1]))
    return shared


def _from_zero(values: Whole) -> Whole:
    return folded(np.diff(values, prepend=0))
