"""Kind ``zoning``: the project's use must be one that the zoning under it allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from siting.config import TableReader
from siting.model import Layer, Severity, Text
from siting.overlay import Bare, Witness, uncovered_each
from siting.overlay.pairs import TOUCH_AREA_M2
from siting.rules.base import (
    Examination,
    Geometries,
    LooksAt,
    Rule,
    Subject,
    Surroundings,
    features,
    geometries_of,
    measurable,
    named,
)
from siting.rules.codes import CodeSystem, Crosswalks
from siting.rules.pieces import Piece, bare_piece, overlap_pieces, piece_hit

#: Red-line id -> the red line and the zone-code prefixes that its project may stand in.
_Zones = dict[str, tuple[Subject, tuple[str, ...]]]


@dataclass(frozen=True, kw_only=True)
class ZoningRule(Rule):
    """Finds each zone whose code does not allow the project's use; measures it in m².

    ``allows`` maps a prefix of the project's use to prefixes of zone codes; the longest
    prefix counts. Both are codes of ``code_system``; a layer or project of another system
    goes through a crosswalk of the rule book, and without one is *not checked*, for the
    codes of two systems collide (1001 is a railway in the survey, industry in the plan).
    """

    kind: ClassVar[str] = "zoning"
    looks_at: ClassVar[frozenset[LooksAt]] = frozenset({LooksAt.CROSSWALKS})

    role: str
    code_column: str
    code_system: str
    allows: tuple[tuple[str, tuple[str, ...]], ...]
    open_zones: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The one role."""
        return (self.role,)

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take ``role``, ``code_column``, ``code_system``, ``open_zones`` and ``allows``."""
        allows = reader.table("allows")
        table = tuple((use, allows.texts(use)) for use in allows.names())
        if not table:
            reader.problem(
                "a zoning rule allows nothing",
                expected="[rule.allows] use = [zone codes]",
                next_step="add the table",
            )
        return {
            "role": reader.text("role", "zoning"),
            "code_column": reader.text("code_column", required=True),
            "code_system": reader.text("code_system", required=True),
            "open_zones": reader.texts("open_zones"),
            "allows": table,
        }

    def allowed_zones(self, use: str) -> tuple[str, ...] | None:
        """Return the zone-code prefixes that a use may stand in; None when no row fits."""
        fitting = [row for row in self.allows if use.startswith(row[0])]
        return max(fitting, key=lambda row: len(row[0]))[1] if fitting else None

    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """See :class:`Rule`."""
        seen = Examination()
        zones_of: _Zones = {}
        for subject in measurable(subjects, seen):
            zones = self._zones_of(subject, around, seen)
            if zones is not None:
                zones_of[subject.red_line.id] = (subject, zones)
        for layer in around.layers[self.role]:
            codes = self.codes_of(layer, around.crosswalks)
            if isinstance(codes, Text):
                for red_line_id in zones_of:
                    seen.gap(red_line_id, codes)
            elif zones_of:
                self._examine_layer(zones_of, layer, codes, seen, witness=around.witness)
        return seen

    def _zones_of(
        self, subject: Subject, around: Surroundings, seen: Examination
    ) -> tuple[str, ...] | None:
        project = subject.project
        use = self.translate(project.use, project.code_system, around.crosswalks)
        if use is None:
            gap = CodeSystem(self.code_system).without_counterpart(project)
        else:
            zones = self.allowed_zones(use)
            if zones is not None:
                return zones
            gap = Text(
                f"规则未规定用途 {use} 可落在哪些规划用地",
                f"the rule does not say in which zones use {use} may stand",
            )
        seen.gap(subject.red_line.id, gap)
        return None

    def translate(self, code: str, code_system: str, crosswalks: Crosswalks) -> str | None:
        """Return a code in the rule's code system, None when that is not possible."""
        return CodeSystem(self.code_system).translate(code, code_system, crosswalks)

    def codes_of(self, layer: Layer, crosswalks: Crosswalks) -> list[str | None] | Text:
        """Return each zone's code in the rule's code system (None without counterpart).

        A text instead where the layer does not say: no such column, no declared code system.
        """
        rows = layer.features
        if rows is None or self.code_column not in rows.columns:
            return Text(
                f"图层“{layer.title.get('zh')}”缺少字段 {self.code_column}",
                f"layer '{layer.title.get('en')}' has no column {self.code_column}",
            )
        if not layer.code_system:
            return Text(
                f"图层“{layer.title.get('zh')}”未声明代码体系",
                f"layer '{layer.title.get('en')}' does not declare its code system",
            )
        codes = rows.texts_at(self.code_column, rows.every)
        return [self.translate(code, layer.code_system, crosswalks) for code in codes]

    def _examine_layer(
        self,
        zones_of: _Zones,
        layer: Layer,
        codes: list[str | None],
        seen: Examination,
        *,
        witness: Witness,
    ) -> None:
        subjects = [subject for subject, _ in zones_of.values()]
        shapes, ids, names = features(layer)
        pieces = overlap_pieces(subjects, shapes, witness=witness)
        for piece in pieces:
            red_line_id, code = piece.subject.red_line.id, codes[piece.feature]
            feature = (ids[piece.feature], names[piece.feature])
            label = named(feature[1], feature[0])
            if code is None:
                seen.gap(red_line_id, _unknown_zone(label))
            elif not code.startswith(zones_of[red_line_id][1] + self.open_zones):
                message = _incompatible(piece, label, code)
                seen.hits.append(piece_hit(piece, message, layer=layer.name, feature=feature))
        for subject, bare in zip(subjects, _bare(subjects, shapes, pieces, witness), strict=True):
            if bare.area_m2 > TOUCH_AREA_M2:
                self._unplanned(subject, layer, bare, seen)

    def _unplanned(self, subject: Subject, layer: Layer, bare: Bare, seen: Examination) -> None:
        # land without any zone is no incompatible use; the plan has to be asked for
        severity = max(self.severity, Severity.CONSULT, key=lambda value: value.rank)
        message = Text(
            f"{bare.area_m2:,.2f} m² 无规划用地覆盖（道路或未编控规）",
            f"{bare.area_m2:,.2f} m² bear no zone (streets, or no plan yet)",
        )
        piece = bare_piece(subject, bare)
        seen.hits.append(piece_hit(piece, message, layer=layer.name, severity=severity))


def _bare(
    subjects: Sequence[Subject], shapes: Geometries, pieces: Sequence[Piece], witness: Witness
) -> list[Bare]:
    """Return what the zones leave bare of each red line; pieces are sorted by red line, zone."""
    rows = {subject.red_line.id: row for row, subject in enumerate(subjects)}
    left = np.array([rows[piece.subject.red_line.id] for piece in pieces], dtype=np.int64)
    right = np.array([piece.feature for piece in pieces], dtype=np.int64)
    measured = (
        np.array([piece.area_m2 for piece in pieces], dtype=float),
        np.array([piece.bound_m2 for piece in pieces], dtype=float),
    )
    outlines = geometries_of(subjects)
    return uncovered_each(outlines, shapes, (left, right), witness=witness, measured=measured)


def _unknown_zone(label: str) -> Text:
    return Text(
        f"规划用地“{label}”的用地代码为空或无对照",
        f"zone '{label}' has no use code, or one without counterpart",
    )


def _incompatible(piece: Piece, label: str, code: str) -> Text:
    use, area = piece.subject.project.use, f"{piece.area_m2:,.2f} m²"
    return Text(
        f"项目用途 {use} 与规划用地“{label}”（{code}）不符 {area}",
        f"use {use} does not fit zone '{label}' ({code}) on {area}",
    )
