"""Kind ``setback``: the red line keeps a distance from structures, by a table of attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.config import TableReader
from siting.model import NO_TEXT, Layer, Text
from siting.overlay import Distances, Witness, distances_within, polygons_only
from siting.rules.attributes import SetbackRow, match_row, read_rows
from siting.rules.base import (
    Examination,
    Geometries,
    Hit,
    Rule,
    Subject,
    Surroundings,
    features,
    geometries_of,
    measurable,
    named,
    nearness,
)

#: Segments per quarter circle of a drawn protection zone; the decision itself is by exact
#: distance, so this only shapes the piece that is shown (4 mm off at 60 m).
QUARTER_SEGMENTS = 64


@dataclass(frozen=True, kw_only=True)
class SetbackRule(Rule):
    """Finds each feature of ``role`` nearer than its setback; measures the distance in m.

    ``origin`` says from what the law counts (``edge`` of the structure or ``centre_line``).
    Where the law counts from an edge, the layer draws lines, and the row declares no
    ``offset_m``, the verdict says that the last metres are not known.
    """

    kind: ClassVar[str] = "setback"
    finds_by_layer: ClassVar[bool] = True

    role: str
    rows: tuple[SetbackRow, ...]
    origin: str = "edge"
    origin_text: Text = NO_TEXT

    @property
    def needs(self) -> tuple[str, ...]:
        """The one role."""
        return (self.role,)

    @property
    def reach_m(self) -> float:
        """The largest setback plus ``near_m``."""
        return max((row.total_m for row in self.rows), default=0.0) + self.near_m

    def _distances(
        self, subjects: Sequence[Subject], shapes: Geometries, witness: Witness
    ) -> Distances:
        """Return what is within reach, on the right side of each distance that decides."""
        totals = {row.total_m for row in self.rows}
        limits = totals | {total_m + self.near_m for total_m in totals}
        return distances_within(
            geometries_of(subjects),
            shapes,
            self.reach_m,
            limits_m=tuple(limits),
            shown_m=max(totals, default=0.0),
            witness=witness,
        )

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take ``role``, ``origin``, ``origin_text`` and the rows."""
        return {
            "role": reader.text("role", required=True),
            "origin": reader.choice("origin", ("edge", "centre_line"), "edge"),
            "origin_text": reader.bilingual("origin_text"),
            "rows": read_rows(reader),
        }

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
        if not subjects or layer.features is None:
            return
        shapes, ids, names = features(layer)
        pairs = self._distances(subjects, shapes, witness)
        attributes = attributes_of(layer, self.rows, np.unique(pairs.right))
        for at, feature in enumerate(pairs.right):
            subject = subjects[pairs.left[at]]
            row = match_row(self.rows, attributes[feature])
            label = named(names[feature], ids[feature])
            if row is None:
                seen.gap(subject.red_line.id, _unknown(self, label, attributes[feature]))
                continue
            self._note_origin(subject, row, shapes[feature], seen)
            distance_m = float(pairs.distance_m[at])
            what = (ids[feature], names[feature], shapes[feature])
            if distance_m < row.total_m:
                hit = self._hit(subject, layer, what, (distance_m, row.total_m))
                seen.hits.append(replace(hit, is_disputed=bool(pairs.is_disputed[at])))
            elif distance_m < row.total_m + self.near_m:
                line, left_m = subject.red_line, distance_m - row.total_m
                seen.near(line.id, nearness(line.geometry, layer, what, left_m))

    def _hit(
        self,
        subject: Subject,
        layer: Layer,
        feature: tuple[str, str, BaseGeometry],
        measured: tuple[float, float],
    ) -> Hit:
        """Return the hit; ``measured`` is the distance and the setback wanted, metres."""
        feature_id, feature_name, shape = feature
        distance_m, wanted_m = measured
        zone = shapely.buffer(shape, wanted_m, quad_segs=QUARTER_SEGMENTS)
        piece = polygons_only(shapely.intersection(subject.red_line.geometry, zone))
        area_m2 = float(shapely.area(piece))
        label = named(feature_name, feature_id)
        return Hit(
            red_line_id=subject.red_line.id,
            layer=layer.name,
            feature_id=feature_id,
            feature_name=feature_name,
            geometry=piece,
            measure=distance_m,
            unit="m",
            limit=wanted_m,
            area_m2=area_m2,
            message=Text(
                f"距{self.title.get('zh')}“{label}” {distance_m:,.2f} m，应不小于 {wanted_m:g} m"
                f"（控制范围内 {area_m2:,.2f} m²）",
                f"{self.title.get('en')}: '{label}' is {distance_m:,.2f} m away, at least "
                f"{wanted_m:g} m wanted ({area_m2:,.2f} m² inside the zone)",
            ),
        )

    def _note_origin(
        self, subject: Subject, row: SetbackRow, shape: BaseGeometry, seen: Examination
    ) -> None:
        is_line = int(shapely.get_dimensions(shape)) < 2
        if self.origin == "edge" and is_line and row.offset_m is None:
            origin_zh = self.origin_text.get("zh") or "结构边线"
            origin_en = self.origin_text.get("en") or "the structure's edge"
            seen.note(
                subject.red_line.id,
                Text(
                    f"法定距离自{origin_zh}起算，图层只有中心线且未声明半宽：须现场核实",
                    f"the law counts from {origin_en}; the layer draws centre lines and no half "
                    "width is declared: confirm by survey",
                ),
            )


def attributes_of(
    layer: Layer, rows: Sequence[SetbackRow], wanted: NDArray[np.int64]
) -> dict[int, dict[str, Any]]:
    """Return what the conditions of a setback table ask of the features at `wanted` positions."""
    features = layer.features
    columns = sorted({c.column for row in rows for c in row.conditions})
    present = [] if features is None else [c for c in columns if c in features.columns]
    if features is None or not present:
        return {int(index): {} for index in wanted}
    values = zip(*(features.values_at(name, wanted) for name in present), strict=True)
    return {
        int(index): dict(zip(present, record, strict=True))
        for index, record in zip(wanted, values, strict=True)
    }


def _unknown(rule: SetbackRule, label: str, attributes: dict[str, Any]) -> Text:
    found = ", ".join(f"{key}={value}" for key, value in sorted(attributes.items())) or "-"
    return Text(
        f"{rule.title.get('zh')}“{label}”的属性（{found}）不在退让表内，应退距离未知",
        f"{rule.title.get('en')} '{label}' fits no row of the setback table ({found}): "
        "its setback is not known",
    )
