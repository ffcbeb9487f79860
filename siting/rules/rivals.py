"""Kind ``rivals``: two projects may not claim the same land."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import shapely

from siting.config import TableReader
from siting.model import RedLine, Text
from siting.rules.base import (
    Examination,
    LooksAt,
    Rule,
    Subject,
    Surroundings,
    measurable,
)
from siting.rules.pieces import overlap_pieces, piece_hit

#: What stands in a finding where other kinds name their layer.
RED_LINES_LAYER = "redlines"


@dataclass(frozen=True, kw_only=True)
class RivalsRule(Rule):
    """Finds each red line of another project that overlaps this one; measures it in m²."""

    kind: ClassVar[str] = "rivals"
    looks_at: ClassVar[frozenset[LooksAt]] = frozenset({LooksAt.RIVALS})

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """No parameters of its own."""
        del reader
        return {}

    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """See :class:`Rule`. A rival with invalid geometry leaves a gap where it may touch."""
        seen = Examination()
        good = measurable(subjects, seen)
        if not good:
            return seen
        valid = [other for other in around.others if shapely.is_valid(other.geometry)]
        broken = [other for other in around.others if not shapely.is_valid(other.geometry)]
        self._broken(good, broken, seen)
        rivals = np.array([other.geometry for other in valid], dtype=object)
        for piece in overlap_pieces(good, rivals, witness=around.witness):
            rival = valid[piece.feature]
            if _is_own(rival, piece.subject):
                continue
            name, area = self._name(rival, around), f"{piece.area_m2:,.2f} m²"
            message = Text(
                f"与项目“{name}”的红线重叠 {area}", f"overlaps the red line of '{name}' by {area}"
            )
            seen.hits.append(
                piece_hit(piece, message, layer=RED_LINES_LAYER, feature=(rival.id, name))
            )
        return seen

    @staticmethod
    def _name(rival: RedLine, around: Surroundings) -> str:
        project = around.projects.get(rival.project_id)
        return project.name if project else rival.project_id

    def _broken(self, subjects: list[Subject], broken: list[RedLine], seen: Examination) -> None:
        for other in broken:
            box = shapely.box(*other.geometry.bounds)
            for subject in subjects:
                if not _is_own(other, subject) and shapely.intersects(
                    subject.red_line.geometry, box
                ):
                    seen.gap(
                        subject.red_line.id,
                        Text(
                            f"邻近红线 {other.id} 几何无效，是否重叠不能判定",
                            f"the neighbouring red line {other.id} is invalid: "
                            "whether it overlaps cannot be told",
                        ),
                    )


def _is_own(other: RedLine, subject: Subject) -> bool:
    """True for the same red line and for another version of the same project's.

    Plot numbers such as P-01 occur in many files: with another project they are another line.
    """
    if other.project_id != subject.red_line.project_id:
        return False
    return bool(other.project_id) or other.id == subject.red_line.id
