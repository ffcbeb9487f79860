"""Kind ``zoning``: the project's use must be one that the zoning under it allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


from siting.config import TableReader
from siting.model import Layer, Severity, Text
from siting.overlay import overlap_geometries, pair_areas, uncovered
from siting.overlay.pairs import TOUCH_AREA_M2
from siting.rules.base import (
    Examination,
    Hit,
    Rule,
    Subject,
    Surroundings,
    features,
    geometries_of,
    measurable,
    named,
)


@dataclass(frozen=True, kw_only=True)
class ZoningRule(Rule):
    """Finds each zone whose code does not allow the project's use; measures it in m².

    ``allows`` maps a prefix of the project's use to prefixes of zone codes; the longest
    prefix counts. Both are codes of ``code_system``; a layer or project of another system
    goes through a crosswalk of the rule book, and without one is *not checked*, for the
    codes of two systems collide (1001 is a railway in the survey, industry in the plan).
    """

    kind: ClassVar[str] = "zoning"

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
        table = tuple((use, allows.texts(use)) for use in allows.keys())
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
        good = [
            subject
            for subject in measurable(subjects, seen)
            if self._zones_of(subject, around, seen) is not None
        ]
        for layer in around.layers[self.role]:
            codes = self._codes(layer, around)
            if isinstance(codes, Text):
                for subject in good:
                    seen.gap(subject.red_line.id, codes)
            elif good:
                self._examine_layer(good, layer, codes, around, seen)
        return seen

    def _zones_of(
        self, subject: Subject, around: Surroundings, seen: Examination
    ) -> tuple[str, ...] | None:
        project = subject.project
        use = self.translate(project.use, project.code_system, around.crosswalks)
        if use is None:
            gap = Text(
                f"项目用途代码（{project.use or '未填'}，{project.code_system or '未声明代码体系'}）"
                f"无法对应到 {self.code_system}",
                f"the project's use ({project.use or 'empty'}, code system "
                f"{project.code_system or 'undeclared'}) has no counterpart in {self.code_system}",
            )
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

    def translate(
        self,
        code: str,
        code_system: str,
        crosswalks: Mapping[tuple[str, str], Mapping[str, str]],
    ) -> str | None:
        """Return a code in the rule's code system, None when that is not possible."""
        if not code:
            return None
        if code_system == self.code_system:
            return code
        crosswalk = crosswalks.get((code_system, self.code_system), {})
        fitting = [known for known in crosswalk if code.startswith(known)]
        return crosswalk[max(fitting, key=len)] if fitting else None

    def _codes(self, layer: Layer, around: Surroundings) -> list[str | None] | Text:
        frame = layer.frame
        if frame is None or self.code_column not in frame.columns:
            return Text(
                f"图层“{layer.title.get('zh')}”缺少字段 {self.code_column}",
                f"layer '{layer.title.get('en')}' has no column {self.code_column}",
            )
        if not layer.code_system:
            return Text(
                f"图层“{layer.title.get('zh')}”未声明代码体系",
                f"layer '{layer.title.get('en')}' does not declare its code system",
            )
        raw = frame[self.code_column].fillna("").astype(str).str.strip()
        return [self.translate(code, layer.code_system, around.crosswalks) for code in raw]

    def _examine_layer(
        self,
        subjects: list[Subject],
        layer: Layer,
        codes: list[str | None],
        around: Surroundings,
        seen: Examination,
    ) -> None:
        shapes, ids, names = features(layer)
        outlines = geometries_of(subjects)
        pairs = pair_areas(outlines, shapes)
        pieces = overlap_geometries(outlines[pairs.left], shapes[pairs.right])
        for position in range(len(pairs)):
            subject, feature = subjects[pairs.left[position]], int(pairs.right[position])
            zones = self._zones_of(subject, around, Examination()) or ()
            code = codes[feature]
            label = named(names[feature], ids[feature])
            if code is None:
                seen.gap(subject.red_line.id, _unknown_zone(label))
            elif not code.startswith(zones + self.open_zones):
                seen.hits.append(
                    Hit(
                        red_line_id=subject.red_line.id,
                        layer=layer.name,
                        feature_id=ids[feature],
                        feature_name=names[feature],
                        geometry=pieces[position],
                        measure=float(pairs.area_m2[position]),
                        unit="m2",
                        limit=0.0,
                        area_m2=float(pairs.area_m2[position]),
                        is_disputed=bool(pairs.is_disputed[position]),
                        message=_incompatible(subject, label, code, pairs.area_m2[position]),
                    )
                )
        for index, subject in enumerate(subjects):
            cover = shapes[pairs.right[pairs.left == index]]
            self._unplanned(subject, layer, cover, seen)

    def _unplanned(
        self, subject: Subject, layer: Layer, cover: Any, seen: Examination
    ) -> None:
        bare, area_m2, is_disputed = uncovered(subject.red_line.geometry, cover)
        if area_m2 <= TOUCH_AREA_M2:
            return
        # land without any zone is no incompatible use; the plan has to be asked for
        severity = max(self.severity, Severity.CONSULT, key=lambda value: value.rank)
        seen.hits.append(
            Hit(
                red_line_id=subject.red_line.id,
                layer=layer.name,
                feature_id="",
                feature_name="",
                geometry=bare,
                measure=area_m2,
                unit="m2",
                limit=0.0,
                area_m2=area_m2,
                severity=severity,
                is_disputed=is_disputed,
                message=Text(
                    f"{area_m2:,.2f} m² 无规划用地覆盖（道路或未编控规）",
                    f"{area_m2:,.2f} m² bear no zone (streets, or no plan yet)",
                ),
            )
        )


def _unknown_zone(label: str) -> Text:
    return Text(
        f"规划用地“{label}”的用地代码为空或无对照",
        f"zone '{label}' has no use code, or one without counterpart",
    )


def _incompatible(subject: Subject, label: str, code: str, area_m2: float) -> Text:
    use = subject.project.use
    return Text(
        f"项目用途 {use} 与规划用地“{label}”（{code}）不符 {area_m2:,.2f} m²",
        f"use {use} does not fit zone '{label}' ({code}) on {area_m2:,.2f} m²",
    )


