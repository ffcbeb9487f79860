"""What every rule has, and what it works on.

A rule is one frozen dataclass per *kind*; its parameters bear units. It examines many
red lines at once and says, per red line, what it hit, how near it came, and what it
could not look at. :mod:`siting.rules.verdicts` turns that into findings and verdicts.
"""

from __future__ import annotations

import abc
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.config import TableReader
from siting.measure import PLANAR
from siting.model import (
    Basis,
    Layer,
    LoadStatus,
    Nearness,
    Project,
    RedLine,
    Route,
    Severity,
    Text,
)
from siting.overlay import Witness
from siting.overlay.cover import outside_m2

Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """Which projects a rule looks at; an empty tuple means all. Uses are code prefixes.

    ``not_uses`` are left out (a park may stand inside the green line).
    """

    forms: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    not_uses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    supply_modes: tuple[str, ...] = ()

    def matches(self, project: Project) -> bool:
        """True when the project is one that the rule looks at.

        A project whose use, kind, stage or supply mode is unknown is looked at: a rule may
        not fall silent for want of a ledger entry.
        """
        checks = (
            (self.forms, str(project.form), False),
            (self.uses, project.use, True),
            (self.kinds, project.kind, False),
            (self.stages, project.stage, False),
            (self.supply_modes, project.supply_mode, False),
        )
        if _is_among(project.use, self.not_uses, is_prefix=True):
            return False
        return all(
            not wanted or not value or _is_among(value, wanted, is_prefix=is_prefix)
            for wanted, value, is_prefix in checks
        )


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exception by kind of project: a person records the claim, it never reads as clear."""

    condition: Text
    authority: Text
    papers: tuple[str, ...] = ()
    citation: str = ""
    forms: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def matches(self, project: Project) -> bool:
        """True when the project is of the kind; here an unknown kind does not match."""
        checks = (
            (self.forms, str(project.form), False),
            (self.uses, project.use, True),
            (self.kinds, project.kind, False),
        )
        return all(
            not wanted or _is_among(value, wanted, is_prefix=is_prefix)
            for wanted, value, is_prefix in checks
        )

    def sentence(self, language: str = "zh") -> str:
        """Return condition, authority, papers and citation as one line."""
        parts = (
            self.condition.get(language),
            self.authority.get(language),
            "、".join(self.papers),
            self.citation,
        )
        return "；".join(part for part in parts if part)


def _is_among(value: str, wanted: Sequence[str], *, is_prefix: bool) -> bool:
    if not value:
        return False
    return any(value.startswith(word) if is_prefix else value == word for word in wanted)


@dataclass(frozen=True, slots=True)
class Subject:
    """One red line under examination, with its project."""

    red_line: RedLine
    project: Project
    is_known: bool = True
    """False when the ledger has no such project: then every rule looks at it."""

    @property
    def is_measurable(self) -> bool:
        """True when the red line's geometry is valid, so that areas mean something."""
        geometry = self.red_line.geometry
        return bool(shapely.is_valid(geometry)) and not geometry.is_empty


@dataclass(frozen=True, eq=False, slots=True)
class Surroundings:
    """What lies around the red lines: layers by role, other red lines, and the date.

    ``others`` are all red lines that claim land (with their projects), including the
    subjects; a rule leaves out those of the subject's own project.
    """

    layers: Mapping[str, tuple[Layer, ...]]
    others: tuple[RedLine, ...]
    projects: Mapping[str, Project]
    as_of: dt.date
    crs: str
    crosswalks: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    area_of_record: str = PLANAR
    """As in city.toml; it says by which method ellipsoidal areas are measured."""
    witness: Witness = "found"
    """Which overlaps GEOS, DE-9IM and the oracle are asked about; ``all`` is the audit."""


class LooksAt(StrEnum):
    """What a rule may look at besides its red line and the layers of its roles."""

    RIVALS = "rivals"
    CROSSWALKS = "crosswalks"


@dataclass(frozen=True, eq=False, slots=True)
class Hit:
    """One thing that a rule hit. ``severity`` overrides the rule's; see Finding for units."""

    red_line_id: str
    layer: str
    feature_id: str
    feature_name: str
    measure: float
    unit: str
    message: Text
    geometry: BaseGeometry | None = None
    limit: float | None = None
    area_m2: float | None = None
    severity: Severity | None = None
    is_disputed: bool = False
    width_geometry: BaseGeometry | None = None


@dataclass(eq=False, slots=True)
class Examination:
    """What one rule saw of all its subjects, keyed by red-line id."""

    hits: list[Hit] = field(default_factory=list)
    nearest: dict[str, Nearness] = field(default_factory=dict)
    gaps: dict[str, list[Text]] = field(default_factory=dict)
    notes: dict[str, list[Text]] = field(default_factory=dict)

    def gap(self, red_line_id: str, text: Text) -> None:
        """Remember that something of this red line could not be looked at."""
        self.gaps.setdefault(red_line_id, []).append(text)

    def note(self, red_line_id: str, text: Text) -> None:
        """Remember what a reader of the verdict must know."""
        notes = self.notes.setdefault(red_line_id, [])
        if text not in notes:
            notes.append(text)

    def near(self, red_line_id: str, found: Nearness) -> None:
        """Remember the nearest of what was not hit; of two as near, the first by layer and id."""
        known = self.nearest.get(red_line_id)
        if known is None or _nearness_order(found) < _nearness_order(known):
            self.nearest[red_line_id] = found


def _nearness_order(found: Nearness) -> tuple[float, str, str]:
    return found.distance_m, found.layer, found.feature_id


def nearest_of_each(
    left: NDArray[np.int64], right: NDArray[np.int64], distances: NDArray[np.float64]
) -> list[tuple[int, int, float]]:
    """Return (left, right, distance) of the nearest pairs of each left one, ties included."""
    least = np.full(int(left.max(initial=-1)) + 1, np.inf)
    np.minimum.at(least, left, distances)
    keep = distances == least[left]
    return [
        (int(index), int(row), float(distance_m))
        for index, row, distance_m in zip(left[keep], right[keep], distances[keep], strict=True)
    ]


def nearness(
    outline: BaseGeometry, layer: Layer, feature: tuple[str, str, BaseGeometry], distance_m: float
) -> Nearness:
    """Return how near an outline comes to a feature (id, name, shape) of a layer."""
    feature_id, name, shape = feature
    at = shapely.get_point(shapely.shortest_line(outline, shape), 1)
    return Nearness(distance_m, layer.name, feature_id, name, at)


@dataclass(frozen=True, kw_only=True)
class Rule(abc.ABC):
    """Base of all kinds of rules.

    ``sliver_width_m``: pieces of a smaller mean width are labelled slivers; a red line
    that has only slivers is *near*, not in conflict, unless the rule is
    ``has_zero_tolerance`` (farmland, ecological red line), where nothing is downgraded.
    """

    kind: ClassVar[str] = ""
    finds_by_layer: ClassVar[bool] = False
    """True when what one layer shows stands whatever other layers of its role hold."""
    looks_at: ClassVar[frozenset[LooksAt]] = frozenset()
    """Nothing else is shown to the rule: see :mod:`siting.rules.scope`."""

    code: str
    title: Text
    severity: Severity
    basis: Basis
    route: Route
    targets: AppliesTo = field(default_factory=AppliesTo)
    exceptions: tuple[Exemption, ...] = ()
    near_m: float = 0.0
    sliver_width_m: float = 0.0
    has_zero_tolerance: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Layer roles without which the rule cannot speak."""
        return ()

    @property
    def reach_m(self) -> float:
        """The distance from the red line at which the rule looks, metres."""
        return self.near_m

    def applies_to(self, project: Project) -> bool:
        """True when the rule looks at this project."""
        return self.targets.matches(project)

    @classmethod
    @abc.abstractmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Take the keys of this kind out of a rule book's table."""

    @abc.abstractmethod
    def examine(self, subjects: Sequence[Subject], around: Surroundings) -> Examination:
        """Look at the subjects, all of which the rule applies to and whose layers are usable."""


def geometries_of(subjects: Sequence[Subject]) -> Geometries:
    """Return the red lines' geometries as an array, in the order of the subjects."""
    return np.array([subject.red_line.geometry for subject in subjects], dtype=object)


def are_measurable(subjects: Sequence[Subject]) -> NDArray[np.bool_]:
    """Return of which subjects areas mean something, as ``is_measurable`` of each."""
    outlines = geometries_of(subjects)
    fit: NDArray[np.bool_] = shapely.is_valid(outlines) & ~shapely.is_empty(outlines)
    return fit


def measurable(subjects: Sequence[Subject], seen: Examination) -> list[Subject]:
    """Return the subjects with valid geometry; the others get a gap, never a *clear*."""
    good = []
    for subject, is_fit in zip(subjects, are_measurable(subjects), strict=True):
        if is_fit:
            good.append(subject)
        else:
            seen.gap(
                subject.red_line.id,
                Text(
                    "红线几何无效，面积不可信，须先修正红线",
                    "the red line's geometry is invalid, so its areas mean nothing: mend it first",
                ),
            )
    return good


def layer_gaps(role: str, layers: Sequence[Layer]) -> list[Text]:
    """Return why layers of a role cannot vouch for *clear*; nothing when all of them can."""
    if not layers:
        return [Text(f"未配置图层：{role}", f"no layer with role {role} is configured")]
    gaps = []
    for layer in layers:
        if not layer.is_usable:
            reasons = "；".join(layer.contract.problems) or "load contract failed"
            gaps.append(
                Text(
                    f"图层“{layer.title.get('zh')}”未通过加载核验：{reasons}",
                    f"layer '{layer.title.get('en')}' failed its load contract: {reasons}",
                )
            )
            continue
        if layer.contract.status is LoadStatus.SHORT:
            refused = layer.contract.rows_refused
            gaps.append(
                Text(
                    f"图层“{layer.title.get('zh')}”有 {refused} 行未能使用，见加载核验",
                    f"layer '{layer.title.get('en')}' is short of {refused} row(s): see its load "
                    "contract",
                )
            )
        if layer.coverage is None:
            gaps.append(
                Text(
                    f"图层“{layer.title.get('zh')}”未声明覆盖范围",
                    f"layer '{layer.title.get('en')}' does not declare its coverage",
                )
            )
    return gaps


def wholes(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers with the parts of one whole put together, for their coverage.

    Only a declared ``part_of`` joins: two layers of one role that say nothing may show
    different things (two grids of power lines), and then each has to cover the red line.
    """
    parts: dict[str, list[Layer]] = {}
    for layer in layers:
        if layer.part_of:
            parts.setdefault(layer.part_of, []).append(layer)
    joined = [
        replace(
            members[0],
            frame=members[0].kept_frame,
            coverage=shapely.union_all(
                np.array([each.coverage for each in members if each.coverage], dtype=object)
            ),
        )
        for members in parts.values()
    ]
    return [layer for layer in layers if not layer.part_of] + joined


def coverage_gaps(subjects: Sequence[Subject], layer: Layer, reach_m: float) -> dict[str, Text]:
    """Return a gap for each red line that, grown by `reach_m`, leaves the declared coverage."""
    if layer.coverage is None:
        return {}
    gaps = {}
    grown = geometries_of(subjects), layer.coverage, reach_m
    for position, bare_m2 in outside_m2(*grown).items():
        reach_zh = f"（含外扩 {reach_m:g} m）" if reach_m else ""
        reach_en = f" (grown by {reach_m:g} m)" if reach_m else ""
        gaps[subjects[position].red_line.id] = Text(
            f"红线{reach_zh}有 {bare_m2:,.1f} m² 在图层“{layer.title.get('zh')}”声明的覆盖范围之外",
            f"{bare_m2:,.1f} m² of the red line{reach_en} lie outside the declared coverage of "
            f"layer '{layer.title.get('en')}'",
        )
    return gaps


def features(layer: Layer) -> tuple[Geometries, NDArray[np.object_], NDArray[np.object_]]:
    """Return geometries, ids and names of a usable layer as arrays."""
    rows = layer.features
    if rows is None:
        empty = np.array([], dtype=object)
        return empty, empty, empty
    return (
        rows.shapes_at(rows.every),
        np.array(rows.ids(), dtype=object),
        np.array(rows.values_at("feature_name", rows.every), dtype=object),
    )


def named(name: str, feature_id: str) -> str:
    """Return how a message names a feature: its name, else its id."""
    return name or feature_id
