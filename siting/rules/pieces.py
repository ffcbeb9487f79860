"""Overlapping pieces of red lines and features, and the hits that come of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from siting.model import Severity, Text
from siting.overlay import Bare, Witness, overlap_geometries, pair_areas
from siting.rules.base import Geometries, Hit, Subject, geometries_of


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """A part of a red line with its area in m²; ``feature`` is the index of what it lies on.

    ``bound_m2``: how far the area may be off.
    """

    subject: Subject
    feature: int
    geometry: BaseGeometry
    area_m2: float
    is_disputed: bool
    bound_m2: float


def overlap_pieces(
    subjects: Sequence[Subject], shapes: Geometries, *, witness: Witness
) -> list[Piece]:
    """Return the overlaps of red lines and shapes, by red line and then by shape.

    ``witness`` is that of :class:`siting.rules.base.Surroundings`.
    """
    outlines = geometries_of(subjects)
    pairs = pair_areas(outlines, shapes, witness=witness)
    geometries = overlap_geometries(outlines, shapes, pairs)
    return [
        Piece(
            subject=subjects[int(pairs.left[position])],
            feature=int(pairs.right[position]),
            geometry=geometries[position],
            area_m2=float(pairs.area_m2[position]),
            is_disputed=bool(pairs.is_disputed[position]),
            bound_m2=float(pairs.bound_m2[position]),
        )
        for position in range(len(pairs))
    ]


def bare_piece(subject: Subject, bare: Bare) -> Piece:
    """Return the piece of a red line that lies on nothing (``feature`` is -1)."""
    return Piece(subject, -1, bare.geometry, bare.area_m2, bare.is_disputed, bare.bound_m2)


def piece_hit(
    piece: Piece,
    message: Text,
    *,
    layer: str,
    feature: tuple[str, str] = ("", ""),
    severity: Severity | None = None,
) -> Hit:
    """Return the hit for a piece; any area at all breaks the rule.

    ``feature`` is the id and the name of what the piece lies on.
    """
    return Hit(
        red_line_id=piece.subject.red_line.id,
        layer=layer,
        feature_id=feature[0],
        feature_name=feature[1],
        geometry=piece.geometry,
        measure=piece.area_m2,
        unit="m2",
        limit=0.0,
        area_m2=piece.area_m2,
        severity=severity,
        is_disputed=piece.is_disputed,
        message=message,
    )
