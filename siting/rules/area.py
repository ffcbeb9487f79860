"""Kind ``area``: the red line's area against what its source declares, and against the demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from siting.config import TableReader
from siting.model import Text
from siting.rules.base import Examination, Hit, Rule, Subject, Surroundings, measurable

AGAINST = ("declared", "demand")


@dataclass(frozen=True, kw_only=True)
class AreaRule(Rule):
    """Compares the planar area of the red line, m² of the working CRS.

    ``against = "declared"``: differs from the area that the source declares by more than
    ``tolerance_m2`` and ``tolerance_share`` of it. ``against = "demand"``: lies outside
    the project's area range, widened by the same tolerances. A red line without a
    declared area, or a project without a range, has nothing to be compared with: noted.
    """

    kind: ClassVar[str] = "area"

    against: str
    tolerance_m2: float
    tolerance_share: float

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take ``against``, ``tolerance_m2`` and ``tolerance_share``."""
        return {
            "against": reader.choice("against", AGAINST, "declared"),
            "tolerance_m2": reader.number("tolerance_m2", 1.0) or 0.0,
            "tolerance_share": reader.number("tolerance_share", 0.001) or 0.0,
        }

    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """See :class:`Rule`."""
        del around
        seen = Examination()
        for subject in measurable(subjects, seen):
            if self.against == "declared":
                self._against_declared(subject, seen)
            else:
                self._against_demand(subject, seen)
        return seen

    def _tolerance(self, wanted_m2: float) -> float:
        return max(self.tolerance_m2, self.tolerance_share * wanted_m2)

    def _against_declared(self, subject: Subject, seen: Examination) -> None:
        declared_m2, area_m2 = subject.red_line.declared_area_m2, subject.red_line.geometry.area
        if declared_m2 is None:
            seen.note(
                subject.red_line.id,
                Text("来源未申报面积，无从比对", "the source declares no area to compare with"),
            )
        elif abs(area_m2 - declared_m2) > self._tolerance(declared_m2):
            message = Text(
                f"申报面积 {declared_m2:,.2f} m²，坐标面积 {area_m2:,.2f} m²，"
                f"相差 {area_m2 - declared_m2:+,.2f} m²",
                f"declared {declared_m2:,.2f} m², measured from coordinates {area_m2:,.2f} m², "
                f"a difference of {area_m2 - declared_m2:+,.2f} m²",
            )
            seen.hits.append(_hit(subject, abs(area_m2 - declared_m2), declared_m2, message))

    def _against_demand(self, subject: Subject, seen: Examination) -> None:
        demand, area_m2 = subject.project.demand, subject.red_line.geometry.area
        lowest, highest = demand.area_m2_min, demand.area_m2_max
        if lowest is None and highest is None:
            seen.note(
                subject.red_line.id,
                Text("项目未填需求面积，无从比对", "the project gives no demanded area"),
            )
        elif lowest is not None and area_m2 < lowest - self._tolerance(lowest):
            message = Text(
                f"面积 {area_m2:,.2f} m²，小于需求下限 {lowest:,.2f} m²",
                f"area {area_m2:,.2f} m² is under the demanded minimum of {lowest:,.2f} m²",
            )
            seen.hits.append(_hit(subject, lowest - area_m2, lowest, message))
        elif highest is not None and area_m2 > highest + self._tolerance(highest):
            message = Text(
                f"面积 {area_m2:,.2f} m²，大于需求上限 {highest:,.2f} m²",
                f"area {area_m2:,.2f} m² is over the demanded maximum of {highest:,.2f} m²",
            )
            seen.hits.append(_hit(subject, area_m2 - highest, highest, message))


def _hit(subject: Subject, difference_m2: float, limit_m2: float, message: Text) -> Hit:
    return Hit(
        red_line_id=subject.red_line.id,
        layer="",
        feature_id="",
        feature_name="",
        measure=difference_m2,
        unit="m2",
        limit=limit_m2,
        message=message,
    )
