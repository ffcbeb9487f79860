"""Kind ``rivals``: two projects may not claim the same land."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import shapely

from siting.config import TableReader
from siting.model import RedLine, Text
from siting.overlay import overlap_geometries, pair_areas
from siting.rules.base import (
    Examination,
    Hit,
    Rule,
    Subject,
    Surroundings,
    geometries_of,
    measurable,
)

#: What stands in a finding where other kinds name their layer.
RED_LINES_LAYER = "redlines"


@dataclass(frozen=True, kw_only=True)
class RivalsRule(Rule):
    """Finds each red line of another project that overlaps this one; measures it in m²."""

    kind: ClassVar[str] = "rivals"

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
        outlines = geometries_of(good)
        rivals = np.array([other.geometry for other in valid], dtype=object)
        pairs = pair_areas(outlines, rivals)
        pieces = overlap_geometries(outlines[pairs.left], rivals[pairs.right])
        for position in range(len(pairs)):
            subject, rival = good[pairs.left[position]], valid[pairs.right[position]]
            if _is_own(rival, subject):
                continue
            area_m2 = float(pairs.area_m2[position])
            seen.hits.append(
                Hit(
                    red_line_id=subject.red_line.id,
                    layer=RED_LINES_LAYER,
                    feature_id=rival.id,
                    feature_name=self._name(rival, around),
                    geometry=pieces[position],
                    measure=area_m2,
                    unit="m2",
                    limit=0.0,
                    area_m2=area_m2,
                    is_disputed=bool(pairs.is_disputed[position]),
                    message=Text(
                        f"与项目“{self._name(rival, around)}”的红线重叠 {area_m2:,.2f} m²",
                        f"overlaps the red line of '{self._name(rival, around)}' "
                        f"by {area_m2:,.2f} m²",
                    ),
                )
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
                if not _is_own(other, subject) and shapely.intersects(subject.red_line.geometry, box):
                    seen.gap(
                        subject.red_line.id,
                        Text(
                            f"邻近红线 {other.id} 几何无效，是否重叠不能判定",
                            f"the neighbouring red line {other.id} is invalid: "
                            "whether it overlaps cannot be told",
                        ),
                    )


def _is_own(other: RedLine, subject: Subject) -> bool:
    """True for the same red line and for another version of the same project's."""
    same_project = bool(other.project_id) and other.project_id == subject.red_line.project_id
    return other.id == subject.red_line.id or same_project
