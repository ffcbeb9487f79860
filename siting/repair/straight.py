"""Straight cuts: what a draughtsman draws with one ruler line per conflict, no new notch."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from siting.overlay import polygons_only
from siting.overlay.pairs import TOUCH_AREA_M2
from siting.repair.barriers import SAFETY_M, as_shapes
from siting.repair.cutting import Want, bites, is_free
from siting.repair.outline import largest_part, opened, ring_of, tidied, together

#: Directions tried besides those of the edges around, evenly over the half circle.
EVEN_TURNS = 12
#: Edges of the conflict and of the outline shorter than this lend no direction, metres.
LENDING_M = 5.0
#: So many edges of each lend their direction, the longest first.
MOST_LENDING = 20
#: So many of the largest that straight lines leave are drawn out.
MOST_DRAWN = 16
#: More conflicts than this are not cut away one by one.
MOST_PIECES = 8

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]


def retreats(outline: BaseGeometry, forbidden: Geometries, want: Want) -> Geometries:
    """Return the outline with one of its edges moved back, parallel to itself, until it is clear.

    What a draughtsman does first: no new bend, as many corners as before. The least land lost
    first; none of an outline of several parts or with holes.
    """
    barrier = bites(outline, forbidden)
    if outline.geom_type != "Polygon" or len(shapely.get_rings(outline)) > 1 or barrier.is_empty:
        return np.array([], dtype=object)
    hit = shapely.get_coordinates(shapely.intersection(barrier, outline))
    edges = np.array(list(itertools.pairwise(ring_of(outline))))
    inward = _left_of(edges[:, 1] - edges[:, 0])  # the ring runs counter-clockwise
    kept = shapely.intersection(outline, _ahead(outline, hit, inward))
    return _fit(kept, outline, barrier, want)


def straight_cuts(outline: BaseGeometry, forbidden: Geometries, want: Want) -> Geometries:
    """Return what one straight line leaves of an outline, or one line for each conflict.

    Lines run along the edges of the conflicts, along the outline's own and in even directions,
    each just far enough to leave all conflicts (or the one) behind; for one line each the
    largest conflict is cut away first, by the line that leaves most. The most land first.

    Parameters
    ----------
    outline
        A valid polygon or multipolygon; of several parts each that is hit is cut by itself.
    forbidden
        Polygons grown by a margin.
    want
        The width and the area that the result must have.
    """
    barrier = bites(outline, forbidden)
    if barrier.is_empty:
        return np.array([], dtype=object)
    if len(shapely.get_parts(outline)) > 1:
        return _of_parts(outline, forbidden, want)
    hit = polygons_only(shapely.intersection(barrier, outline))
    inward = _directions(outline, hit)
    by_one = shapely.intersection(outline, _ahead(outline, shapely.get_coordinates(hit), inward))
    return _fit([*by_one, _one_by_one(outline, hit, inward)], outline, barrier, want)


def _of_parts(outline: BaseGeometry, forbidden: Geometries, want: Want) -> Geometries:
    """Return several parts, those that are hit by straight lines; and without those at all."""
    kept: list[BaseGeometry] = []
    left: list[BaseGeometry] = []
    for part in shapely.get_parts(outline):
        any_size = replace(want, area_m2_min=0.0, area_m2_max=math.inf)
        if bites(part, forbidden).is_empty:
            kept.append(part)
        else:
            left.extend(straight_cuts(part, forbidden, any_size)[:1])
    made = [together([*kept, *left]), together(kept)]
    return as_shapes(shape for shape in made if not shape.is_empty and want.fits(shape))


def _one_by_one(outline: BaseGeometry, hit: BaseGeometry, inward: Floats) -> BaseGeometry:
    """Return the outline after one line for each conflict that the lines before have left."""
    left = outline
    for _ in range(MOST_PIECES):
        pieces = shapely.get_parts(polygons_only(shapely.intersection(hit, left)))
        pieces = pieces[shapely.area(pieces) > TOUCH_AREA_M2]
        if not len(pieces):
            return left
        worst = shapely.get_coordinates(pieces[np.argmax(shapely.area(pieces))])
        kept = as_shapes(
            largest_part(each)
            for each in shapely.intersection(left, _ahead(outline, worst, inward))
        )
        left = kept[int(np.argmax(shapely.area(kept)))]
    return Polygon()


def _directions(outline: BaseGeometry, hit: BaseGeometry) -> Floats:
    """Return unit vectors square to the lines that are tried, both ways."""
    turns = np.pi * np.arange(EVEN_TURNS) / EVEN_TURNS
    found = [np.column_stack([np.cos(turns), np.sin(turns)])]
    for shape in (hit, outline):
        rings = shapely.get_rings(shapely.get_parts(shape))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        steps = np.diff(points, axis=0)[ring[1:] == ring[:-1]]
        long = np.argsort(-np.hypot(*steps.T), kind="stable")[:MOST_LENDING]
        steps = steps[long][np.hypot(*steps[long].T) >= LENDING_M]
        found.append(_left_of(steps))
    one_way = np.unique(np.round(np.concatenate(found), 9), axis=0)
    return np.concatenate([one_way, -one_way])


def _left_of(steps: Floats) -> Floats:
    lengths = np.maximum(np.hypot(*steps.T), 1e-9)[:, None]
    turned: Floats = np.column_stack([-steps[:, 1], steps[:, 0]]) / lengths
    return turned


def _ahead(outline: BaseGeometry, hit: Floats, inward: Floats) -> Geometries:
    """Return, per direction, the half of the neighbourhood that lies beyond all of some points."""
    middle = np.array(outline.centroid.coords[0])
    size_m = 2 * float(shapely.length(outline))
    depth_m = ((hit - middle) @ inward.T).max(axis=0) + SAFETY_M
    along = np.column_stack([inward[:, 1], -inward[:, 0]])
    start = middle + depth_m[:, None] * inward - size_m * along
    end = start + 2 * size_m * along
    deep = 2 * size_m * inward
    corners = np.stack([start, end, end + deep, start + deep], axis=1)
    return np.asarray(shapely.polygons(corners), dtype=object)


def _fit(
    kept: Geometries | list[BaseGeometry], outline: BaseGeometry, barrier: BaseGeometry, want: Want
) -> Geometries:
    """Return those that are large enough, tidied; the most land first, each once."""
    is_legal = partial(is_free, barrier=barrier, within=outline)
    large = [shape for shape in kept if shapely.area(shape) >= want.area_m2_min]
    large.sort(key=lambda shape: (-round(float(shapely.area(shape)), 3), shape.bounds))
    made = []
    for shape in large[:MOST_DRAWN]:
        rest = opened(shape, want.width_m)
        if not rest.is_empty and want.fits(rest):
            made.append(tidied(rest, outline, is_legal))
    made.sort(key=lambda shape: (-round(float(shapely.area(shape)), 3), shape.bounds))
    return as_shapes(made)
