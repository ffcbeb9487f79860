"""Kind ``quality``: the red line itself: validity, parts, spikes, width, doubled points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.config import TableReader
from siting.model import Severity, Text
from siting.overlay import mean_width_m, mitred
from siting.rules.base import Examination, Hit, Rule, Subject, Surroundings

Floats = NDArray[np.float64]

#: What an opening may leave of an outline by rounding alone, metres.
ARM_NOISE_M = 0.01


@dataclass(frozen=True, kw_only=True)
class QualityRule(Rule):
    """Finds what makes an outline unfit for survey, whatever lies beneath it.

    Invalid geometry (bowtie, crossing rings) has the rule's severity and is never
    repaired silently: the finding names the range of areas that the outline may mean.
    ``min_spike_angle_deg``: a sharper corner is a spike. ``min_width_m``: a part that
    vanishes when shrunk by half of it is too narrow, and so is an arm of it that is longer
    than this. ``min_edge_m``: shorter edges are doubled points. The last three are advisory.
    """

    kind: ClassVar[str] = "quality"

    min_width_m: float
    min_spike_angle_deg: float
    min_edge_m: float

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take ``min_width_m``, ``min_spike_angle_deg`` and ``min_edge_m``."""
        return {
            "min_width_m": reader.number("min_width_m", 0.0) or 0.0,
            "min_spike_angle_deg": reader.number("min_spike_angle_deg", 0.0) or 0.0,
            "min_edge_m": reader.number("min_edge_m", 0.0) or 0.0,
        }

    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """See :class:`Rule`."""
        del around
        seen = Examination()
        for subject in subjects:
            geometry = subject.red_line.geometry
            if not shapely.is_valid(geometry) or geometry.is_empty:
                seen.hits.append(self._invalid(subject))
                continue
            seen.hits.extend(self._narrow(subject))
            seen.hits.extend(self._arms(subject))
            seen.hits.extend(self._corners(subject))
        return seen

    def _invalid(self, subject: Subject) -> Hit:
        geometry = subject.red_line.geometry
        reason = shapely.is_valid_reason(geometry)
        lowest_m2, highest_m2 = area_range_m2(geometry)
        return _hit(
            subject,
            "invalid",
            (highest_m2 - lowest_m2, "m2", None),
            Text(
                f"红线几何无效（{reason}）；面积可能为 {lowest_m2:,.2f}–{highest_m2:,.2f} m²，"
                "须由测绘单位修正",
                f"the outline is invalid ({reason}); it may mean {lowest_m2:,.2f} to "
                f"{highest_m2:,.2f} m²: have the surveyor mend it",
            ),
        )

    def _narrow(self, subject: Subject) -> Iterator[Hit]:
        if self.min_width_m <= 0:
            return
        parts = shapely.get_parts(subject.red_line.geometry)
        for number, part in enumerate(parts, start=1):
            if shapely.is_empty(shapely.buffer(part, -self.min_width_m / 2)):
                width_m = 2 * float(shapely.maximum_inscribed_circle(part).length)
                yield _hit(
                    subject,
                    f"narrow-{number}",
                    (width_m, "m", self.min_width_m),
                    Text(
                        f"第 {number} 部分处处窄于 {self.min_width_m:g} m（最大内切圆直径 "
                        f"{width_m:.2f} m）",
                        f"part {number} is narrower than {self.min_width_m:g} m everywhere "
                        f"(largest inscribed circle {width_m:.2f} m)",
                    ),
                    geometry=part,
                    severity=Severity.ADVISORY,
                )

    def _arms(self, subject: Subject) -> Iterator[Hit]:
        if self.min_width_m <= 0:
            return
        arms = narrow_arms(subject.red_line.geometry, self.min_width_m)
        for number, (arm, length_m) in enumerate(arms, start=1):
            yield _hit(
                subject,
                f"arm-{number}",
                (mean_width_m(arm), "m", self.min_width_m),
                Text(
                    f"有一条长约 {length_m:.1f} m 的狭条窄于 {self.min_width_m:g} m",
                    f"an arm about {length_m:.1f} m long is narrower than {self.min_width_m:g} m",
                ),
                geometry=arm,
                severity=Severity.ADVISORY,
            )

    def _corners(self, subject: Subject) -> Iterator[Hit]:
        number = 0
        for polygon in shapely.get_parts(subject.red_line.geometry):
            for ring in shapely.get_rings(polygon):
                points = shapely.get_coordinates(ring)[:-1]
                edges = np.roll(points, -1, axis=0) - points
                lengths = np.hypot(edges[:, 0], edges[:, 1])
                angles = _corner_angles_deg(edges, lengths)
                for index in range(len(points)):
                    number += 1
                    yield from self._corner(
                        subject, number, float(lengths[index]), float(angles[index])
                    )

    def _corner(
        self, subject: Subject, number: int, length_m: float, angle_deg: float
    ) -> Iterator[Hit]:
        if length_m < self.min_edge_m:
            yield _hit(
                subject,
                f"edge-{number}",
                (length_m, "m", self.min_edge_m),
                Text(
                    f"界址点 {number} 与下一点相距仅 {length_m:.3f} m",
                    f"point {number} is only {length_m:.3f} m from the next one",
                ),
                severity=Severity.ADVISORY,
            )
        elif angle_deg < self.min_spike_angle_deg:
            yield _hit(
                subject,
                f"spike-{number}",
                (angle_deg, "deg", self.min_spike_angle_deg),
                Text(
                    f"界址点 {number} 处尖角 {angle_deg:.2f}°",
                    f"a spike of {angle_deg:.2f}° at point {number}",
                ),
                severity=Severity.ADVISORY,
            )


def narrow_arms(geometry: BaseGeometry, width_m: float) -> list[tuple[BaseGeometry, float]]:
    """Return the arms of a valid polygon that are narrower and longer than `width_m`.

    An arm is what an opening (shrink by half the width, grow again) takes away: also one
    with a blunt end, which no corner angle betrays. Each comes with its length in metres,
    longest first. Parts that are narrow as a whole have no arms.
    """
    half_m = width_m / 2
    arms = []
    for part in shapely.get_parts(geometry):
        core = mitred(part, -half_m)
        if shapely.is_empty(core):
            continue
        opened = mitred(core, half_m + ARM_NOISE_M)
        for piece in shapely.get_parts(shapely.difference(part, opened)):
            length_m = float(shapely.length(piece)) / 2
            if length_m > width_m:
                arms.append((piece, length_m))
    return sorted(arms, key=lambda arm: (-arm[1], arm[0].bounds))


def area_range_m2(geometry: BaseGeometry) -> tuple[float, float]:
    """Return the least and the largest area that an invalid outline may mean, in m².

    The even-odd reading (doubly wound land counts as out), the non-zero reading (all that
    is enclosed counts) and the plain shoelace sum, whichever is least and largest.
    """
    linework = shapely.make_valid(geometry, method="linework")
    structure = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    areas = [float(shapely.area(each)) for each in (geometry, linework, structure)]
    return min(areas), max(areas)


def _corner_angles_deg(edges: Floats, lengths: Floats) -> Floats:
    """Angle between each edge reversed and the next one at the edge's start point, degrees."""
    before = -np.roll(edges, 1, axis=0)
    product = lengths * np.roll(lengths, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.sum(before * edges, axis=1) / product
    angles: Floats = np.degrees(np.arccos(np.clip(np.nan_to_num(cosine, nan=-1.0), -1.0, 1.0)))
    return angles


def _hit(
    subject: Subject,
    feature_id: str,
    measured: tuple[float, str, float | None],
    message: Text,
    *,
    geometry: BaseGeometry | None = None,
    severity: Severity | None = None,
) -> Hit:
    """Return a hit; ``measured`` is the measure, its unit and the limit."""
    measure, unit, limit = measured
    return Hit(
        red_line_id=subject.red_line.id,
        layer="",
        feature_id=feature_id,
        feature_name="",
        measure=measure,
        unit=unit,
        message=message,
        limit=limit,
        geometry=geometry,
        severity=severity,
    )
