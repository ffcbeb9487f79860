"""Kind ``inside``: the red line must lie within the features of a layer (growth boundary)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import shapely

from siting.config import TableReader
from siting.model import Text
from siting.overlay import uncovered_each
from siting.overlay.pairs import TOUCH_AREA_M2
from siting.rules.base import (
    Examination,
    Rule,
    Subject,
    Surroundings,
    features,
    geometries_of,
    measurable,
)
from siting.rules.pieces import bare_piece, piece_hit


@dataclass(frozen=True, kw_only=True)
class InsideRule(Rule):
    """Finds the part of the red line outside all features of ``role``; measures it in m²."""

    kind: ClassVar[str] = "inside"

    role: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The one role."""
        return (self.role,)

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take ``role``."""
        return {"role": reader.text("role", required=True)}

    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """See :class:`Rule`. Several layers of the role count as one."""
        seen = Examination()
        good = measurable(subjects, seen)
        if not good:
            return seen
        layers = around.layers[self.role]
        shapes = np.concatenate([features(layer)[0] for layer in layers])
        name = "+".join(layer.name for layer in layers)
        outlines = geometries_of(good)
        right, left = shapely.STRtree(outlines).query(shapes, predicate="intersects")
        order = np.lexsort((right, left))
        at = left[order], right[order]
        each = uncovered_each(outlines, shapes, at, witness=around.witness)
        for subject, bare in zip(good, each, strict=True):
            if bare.area_m2 > TOUCH_AREA_M2:
                message = Text(
                    f"超出{self.title.get('zh')} {bare.area_m2:,.2f} m²",
                    f"{self.title.get('en')}: {bare.area_m2:,.2f} m² lie outside",
                )
                piece = bare_piece(subject, bare)
                seen.hits.append(piece_hit(piece, message, layer=name))
        return seen
