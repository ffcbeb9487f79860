"""Overlapping pieces of red lines and features, and the hits that come of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from siting.model import Severity, Text
from siting.overlay import Witness, overlap_geometries, pair_areas
from siting.rules.base import Geometries, Hit, Subject, geometries_of


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """A part of a red line with its area in m²; ``feature`` is the index of what it lies on."""

    subject: Subject
    feature: int
    geometry: BaseGeometry
    area_m2: float
    is_disputed: bool


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
        )
        for position in range(len(pairs))
    ]


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
