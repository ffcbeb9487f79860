"""Kind ``slope``: the natural slope of the ground, against what the project's use bears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.config import TableReader
from siting.model import Layer, Text
from siting.overlay import polygons_only
from siting.rules.base import (
    Examination,
    Hit,
    LooksAt,
    Rule,
    Subject,
    Surroundings,
    geometries_of,
    measurable,
)
from siting.rules.codes import CodeSystem
from siting.terrain import Placed, ZonalTable, degrees_of_percent, slope_strip, steep_cells, zonal

#: Ground without a slope that is worth a word, m²: less is the rounding of cells.
UNKNOWN_M2 = 1.0

_Wanted = list[tuple[Subject, float]]
"""Red lines with the slope in percent that their use bears."""


@dataclass(frozen=True, slots=True)
class SlopeRow:
    """Uses (prefixes) and the slope that they bear, in percent: 100 % are 45 degrees."""

    uses: tuple[str, ...]
    limit_percent: float


@dataclass(frozen=True, kw_only=True)
class SlopeRule(Rule):
    """Finds the part of a red line that is steeper than its use bears; measures it in m².

    The slope is Horn's, from the cells of an elevation model (``role``); each cell counts with
    its exact covered share. The row with the longest fitting prefix gives the limit. Ground
    without a height, and the rim of the model, is *not checked*, never flat. ``least_share``
    of the red line may be steeper (a bank, a ditch).
    """

    kind: ClassVar[str] = "slope"
    finds_by_layer: ClassVar[bool] = True
    looks_at: ClassVar[frozenset[LooksAt]] = frozenset({LooksAt.CROSSWALKS})

    role: str
    code_system: str
    rows: tuple[SlopeRow, ...]
    least_share: float

    @property
    def needs(self) -> tuple[str, ...]:
        """The one role."""
        return (self.role,)

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take ``role``, ``code_system``, ``least_share`` and the rows."""
        return {
            "role": reader.text("role", "dem"),
            "code_system": reader.text("code_system", required=True),
            "least_share": reader.number("least_share", 0.0) or 0.0,
            "rows": _rows(reader),
        }

    def limit_percent(self, use: str) -> float | None:
        """Return the slope that a use bears; None when no row fits."""
        fitting = [
            (len(prefix), row.limit_percent)
            for row in self.rows
            for prefix in row.uses
            if use.startswith(prefix)
        ]
        return max(fitting)[1] if fitting else None

    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """See :class:`Rule`."""
        seen = Examination()
        wanted: _Wanted = []
        system = CodeSystem(self.code_system)
        for subject in measurable(subjects, seen):
            project = subject.project
            use = system.translate(project.use, project.code_system, around.crosswalks)
            limit = None if use is None else self.limit_percent(use)
            if use is None:
                seen.gap(subject.red_line.id, system.without_counterpart(project))
            elif limit is None:
                seen.note(subject.red_line.id, _no_limit(use))
            else:
                wanted.append((subject, limit))
        for layer in around.layers[self.role]:
            if wanted and layer.pixels is not None:
                self._examine_layer(wanted, layer, Placed(layer.pixels, around.crs), seen=seen)
        return seen

    def _examine_layer(
        self, wanted: _Wanted, layer: Layer, model: Placed, *, seen: Examination
    ) -> None:
        outlines = model.from_city(geometries_of([subject for subject, _ in wanted]))
        limits = np.array([limit for _, limit in wanted])
        table = zonal(model.pixels, outlines, surface=slope_strip, limits=limits)
        for at, (subject, limit) in enumerate(wanted):
            unknown_m2, steep_m2 = float(table.unknown_m2[at]), float(table.above_m2[at])
            if unknown_m2 > UNKNOWN_M2:
                seen.gap(subject.red_line.id, _unknown(layer, unknown_m2))
            if steep_m2 > max(UNKNOWN_M2, self.least_share * float(table.known_m2[at])):
                cells = model.to_city(steep_cells(model.pixels, outlines[at], limit))
                drawn = shapely.union_all(cells)
                piece = polygons_only(shapely.intersection(subject.red_line.geometry, drawn))
                seen.hits.append(_hit(subject, layer, piece, (table, at, limit)))


def _rows(reader: TableReader) -> tuple[SlopeRow, ...]:
    rows = []
    for entry in reader.tables("row", label="limit_percent"):
        limit = entry.number("limit_percent")
        if limit is None or limit <= 0:
            entry.problem(
                "'limit_percent' must be a slope above 0", found=repr(limit),
                next_step="give percent, not degrees: 45 degrees are 100 %",
            )  # fmt: skip
        rows.append(SlopeRow(entry.texts("uses"), limit or 0.0))
        entry.finish()
    if not rows:
        reader.problem(
            "a slope rule has no table",
            expected="at least one [[rule.row]] with uses and limit_percent",
            next_step="add the rows",
        )
    return tuple(rows)


def _hit(
    subject: Subject, layer: Layer, piece: BaseGeometry, found: tuple[ZonalTable, int, float]
) -> Hit:
    table, at, limit = found
    area_m2 = float(shapely.area(piece))
    mean, most, limit_deg = float(table.mean[at]), float(table.most[at]), degrees_of_percent(limit)
    return Hit(
        red_line_id=subject.red_line.id,
        layer=layer.name,
        feature_id="",
        feature_name="",
        measure=area_m2,
        unit="m2",
        area_m2=area_m2,
        geometry=piece,
        message=Text(
            f"坡度大于 {limit:g}%（{limit_deg:.1f}°）的部分 {area_m2:,.2f} m²；"
            f"平均坡度 {mean:.1f}%，最大 {most:.1f}%",
            f"{area_m2:,.2f} m² are steeper than {limit:g} % ({limit_deg:.1f}°); "
            f"mean slope {mean:.1f} %, largest {most:.1f} %",
        ),
    )


def _no_limit(use: str) -> Text:
    return Text(
        f"规则未规定用途 {use} 的坡度", f"the rule sets no slope for use {use}"
    )  # fmt: skip


def _unknown(layer: Layer, area_m2: float) -> Text:
    return Text(
        f"红线内有 {area_m2:,.1f} m² 在“{layer.title.get('zh')}”中无坡度（无值或边缘）",
        f"{area_m2:,.1f} m² of the red line have no slope in '{layer.title.get('en')}' "
        "(no value, or its rim)",
    )
