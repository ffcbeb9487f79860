"""Kind ``overlap``: the red line may not lie on features of a layer (farmland, heritage …)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from siting.config import TableReader
from siting.model import Layer, Text
from siting.overlay import Witness, distances_within
from siting.rules.base import (
    Examination,
    Rule,
    Subject,
    Surroundings,
    features,
    geometries_of,
    measurable,
    named,
    nearest_of_each,
    nearness,
)
from siting.rules.pieces import overlap_pieces, piece_hit


@dataclass(frozen=True, kw_only=True)
class OverlapRule(Rule):
    """Finds each feature of ``role`` that overlaps the red line, with the area in m².

    ``where`` keeps only the features whose column has one of the values (for instance the
    core zone of a water source); a feature without a value counts as in.
    """

    kind: ClassVar[str] = "overlap"
    finds_by_layer: ClassVar[bool] = True

    role: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The one role."""
        return (self.role,)

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take ``role`` and ``where``."""
        where = reader.table("where")
        conditions = tuple((column, where.texts(column)) for column in where.names())
        return {"role": reader.text("role", required=True), "where": conditions}

    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """See :class:`Rule`."""
        seen = Examination()
        good = measurable(subjects, seen)
        for layer in around.layers[self.role]:
            self._examine_layer(good, layer, seen, around.witness)
        return seen

    def _examine_layer(
        self, subjects: list[Subject], layer: Layer, seen: Examination, witness: Witness
    ) -> None:
        if not subjects:
            return
        shapes, ids, names = features(layer)
        keep, missing = matching(layer, self.where)
        for subject in subjects:
            for gap in missing:
                seen.gap(subject.red_line.id, gap)
        shapes, ids, names = shapes[keep], ids[keep], names[keep]
        for piece in overlap_pieces(subjects, shapes, witness=witness):
            feature_id, name = ids[piece.feature], names[piece.feature]
            label, area = named(name, feature_id), f"{piece.area_m2:,.2f} m²"
            message = Text(
                f"占用{self.title.get('zh')}“{label}” {area}",
                f"{self.title.get('en')}: overlaps '{label}' by {area}",
            )
            seen.hits.append(
                piece_hit(piece, message, layer=layer.name, feature=(feature_id, name))
            )
        if self.near_m > 0:
            near = distances_within(
                geometries_of(subjects), shapes, self.near_m, shown_m=0.0, witness=witness
            )
            for index, row, distance_m in nearest_of_each(near.left, near.right, near.distance_m):
                line, feature = subjects[index].red_line, (ids[row], names[row], shapes[row])
                seen.near(line.id, nearness(line.geometry, layer, feature, distance_m))


def matching(
    layer: Layer, where: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[NDArray[np.bool_], tuple[Text, ...]]:
    """Return which features of a layer a rule's ``where`` keeps, and what it could not look at.

    A feature without a value counts as in, and so does each one where the column is missing.
    """
    rows = layer.features
    keep = np.ones(0 if rows is None else len(rows), dtype=bool)
    missing: list[Text] = []
    if rows is None:
        return keep, ()
    for column, values in where:
        if column not in rows.columns:
            missing.append(
                Text(
                    f"图层“{layer.title.get('zh')}”缺少字段 {column}",
                    f"layer '{layer.title.get('en')}' has no column {column}",
                )
            )
            continue
        texts = rows.texts_at(column, rows.every)
        # an unknown value must not hide a conflict
        keep &= np.array([not text or text in values for text in texts], dtype=bool)
    return keep, tuple(missing)
