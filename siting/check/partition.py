"""The check of one partition, as a pure function; how to cut, and how to merge.

A partition is some red lines and what lies within the reach of any rule around them (the
halo). A pair of red line and feature is never split over partitions, and which partition
a red line belongs to depends on the red line alone, so the report is the same however
the work is cut and whoever does it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from siting.check.bands import band_reach_m, with_bands
from siting.check.features import with_feature_prints
from siting.model import Boxes, Finding, Layer, Project, RedLine, Verdict
from siting.rules.base import Rule, Subject, Surroundings
from siting.rules.scope import subject_seen, surroundings_seen
from siting.rules.verdicts import judge

#: Side of the tiles by which red lines are dealt out, metres.
TILE_M = 8_000.0

Pair = tuple[str, str]
"""Rule code and red-line id."""


@dataclass(frozen=True, eq=False, slots=True)
class Partition:
    """Some red lines with their projects, and everything within their reach."""

    subjects: tuple[Subject, ...]
    rules: tuple[Rule, ...]
    around: Surroundings
    asked: frozenset[Pair] | None = None
    """The only pairs to be judged, where others are known already; None for all."""


@dataclass(frozen=True, eq=False, slots=True)
class PartResult:
    """The verdicts and findings of one partition."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


def check_partition(part: Partition) -> PartResult:
    """Judge the red lines of one partition by all its rules; depends on nothing else."""
    verdicts: list[Verdict] = []
    findings: list[Finding] = []
    subjects = [subject_seen(subject) for subject in part.subjects]
    for rule in part.rules:
        around = surroundings_seen(rule, part.around)
        wanted = [subject for subject in subjects if _is_asked(part, rule, subject)]
        some_verdicts, some_findings = judge(rule, wanted, around)
        verdicts.extend(some_verdicts)
        findings.extend(with_bands(rule, some_findings, wanted, around))
    prints = with_feature_prints(findings, part.around, part.around.others)
    return PartResult(tuple(verdicts), prints)


def _is_asked(part: Partition, rule: Rule, subject: Subject) -> bool:
    return part.asked is None or (rule.code, subject.red_line.id) in part.asked


def merge(results: Sequence[PartResult], rules: Sequence[Rule]) -> PartResult:
    """Put partitions together: verdicts by red line and order of rules, findings by id."""
    order = {rule.code: number for number, rule in enumerate(rules)}
    verdicts = [verdict for result in results for verdict in result.verdicts]
    findings = [finding for result in results for finding in result.findings]
    return PartResult(
        tuple(sorted(verdicts, key=lambda verdict: (verdict.red_line_id, order[verdict.code]))),
        tuple(sorted(findings, key=lambda finding: (finding.red_line_id, finding.id))),
    )


def cut(
    subjects: Sequence[Subject],
    rules: Sequence[Rule],
    around: Surroundings,
    *,
    is_whole: bool,
    asked: AbstractSet[Pair] | None = None,
) -> list[Partition]:
    """Deal red lines out by the tile of their lower left corner, each part with its halo.

    Parameters
    ----------
    subjects
        The red lines to check.
    rules
        The rules in force.
    around
        All layers and all red lines of the city.
    is_whole
        Keep everything in one partition (for one process there is nothing to gain).
    asked
        The only pairs to be judged: each part then takes no more of the city than they need.
    """
    if asked is not None:
        ids = {line_id for _, line_id in asked}
        subjects = [subject for subject in subjects if subject.red_line.id in ids]
    ordered = sorted(subjects, key=lambda subject: subject.red_line.id)
    if not ordered:
        return []
    if is_whole and asked is None:
        return [
            Partition(tuple(ordered), tuple(rules), within_reach(ordered, rules, around)),
        ]
    tiles: dict[tuple[int, int], list[Subject]] = {}
    for subject in ordered:
        tiles.setdefault(_tile(subject.red_line), []).append(subject)
    return [_part(members, rules, around, asked) for _, members in sorted(tiles.items())]


def _tile(red_line: RedLine) -> tuple[int, int]:
    west, south, _, _ = red_line.geometry.bounds
    # an empty outline has no corner
    return (0, 0) if math.isnan(west) else (int(west // TILE_M), int(south // TILE_M))


def _part(
    members: Sequence[Subject],
    rules: Sequence[Rule],
    around: Surroundings,
    asked: AbstractSet[Pair] | None,
) -> Partition:
    if asked is None:
        return Partition(tuple(members), tuple(rules), _halo(members, rules, around))
    ids = {member.red_line.id for member in members}
    own = frozenset(pair for pair in asked if pair[1] in ids)
    codes = {code for code, _ in own}
    wanted = tuple(rule for rule in rules if rule.code in codes)
    return Partition(tuple(members), wanted, _halo(members, wanted, around), own)


def within_reach(
    subjects: Sequence[Subject], rules: Sequence[Rule], around: Surroundings
) -> Surroundings:
    """Keep of each layer what any rule, or an error band, can see of any of the red lines.

    The frames of a million features are never built for a few red lines. Whole features stay,
    in their order; layers that no rule asks for are left out.
    """
    needed = {role for rule in rules for role in rule.needs}
    reach_m = _reach_m(rules)
    boxes = _boxes(subjects)
    lines_m = max((each.red_line.accuracy_m or 0.0 for each in subjects), default=0.0)

    def near(layer: Layer) -> Layer:
        far_m = reach_m + band_reach_m(layer.source.accuracy_m, lines_m)
        return _clip(layer, _grown(boxes, far_m))

    wanted = {role: layers for role, layers in around.layers.items() if role in needed}
    return replace(
        around, layers={role: tuple(map(near, layers)) for role, layers in wanted.items()}
    )


def _halo(members: Sequence[Subject], rules: Sequence[Rule], around: Surroundings) -> Surroundings:
    """Return what lies within reach of some red lines, other red lines too."""
    bounds = shapely.total_bounds([member.red_line.geometry for member in members])
    box = _grown(bounds, _reach_m(rules))
    others = tuple(other for other in around.others if _meets(other, box))
    projects = _projects_of(members, others, around.projects)
    near = within_reach(members, rules, around)
    return replace(near, others=others, projects=projects)


def _reach_m(rules: Sequence[Rule]) -> float:
    return max((rule.reach_m for rule in rules), default=0.0)


def _boxes(subjects: Sequence[Subject]) -> Boxes:
    shapes = np.array([subject.red_line.geometry for subject in subjects], dtype=object)
    boxes: Boxes = shapely.bounds(shapes).reshape(-1, 4)
    # an empty outline has no box, and nothing near it
    return boxes[~np.isnan(boxes).any(axis=1)]


def _grown(boxes: Boxes, reach_m: float) -> Boxes:
    grown: Boxes = boxes + np.array([-reach_m, -reach_m, reach_m, reach_m])
    return grown


def _clip(layer: Layer, boxes: Boxes) -> Layer:
    """Keep whole features near boxes; nothing is cut, or areas and distances would change."""
    features = layer.features
    if features is None:
        return layer
    near: Any = features.some(features.near(boxes))  # the field takes what builds a frame
    return replace(layer, frame=near)


def _meets(red_line: RedLine, box: Boxes) -> bool:
    west, south, east, north = red_line.geometry.bounds
    return bool(west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1])


def _projects_of(
    members: Sequence[Subject], others: Sequence[RedLine], projects: Mapping[str, Project]
) -> dict[str, Project]:
    ids = {member.project.id for member in members} | {other.project_id for other in others}
    return {
        project_id: projects[project_id] for project_id in sorted(ids) if project_id in projects
    }


def surroundings(
    layers: Sequence[Layer],
    red_lines: Sequence[RedLine],
    projects: Sequence[Project],
    *,
    as_of: dt.date,
    crs: str,
    crosswalks: Mapping[tuple[str, str], Mapping[str, str]],
) -> Surroundings:
    """Arrange what was loaded the way rules look at it; layers by role, red lines by id."""
    by_role: dict[str, tuple[Layer, ...]] = {}
    for layer in sorted(layers, key=lambda layer: layer.name):
        by_role[layer.role] = (*by_role.get(layer.role, ()), layer)
    return Surroundings(
        layers=by_role,
        others=tuple(sorted(red_lines, key=lambda red_line: red_line.id)),
        projects={project.id: project for project in projects},
        as_of=as_of,
        crs=crs,
        crosswalks=crosswalks,
    )
