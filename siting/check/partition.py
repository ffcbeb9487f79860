"""The check of one partition, as a pure function; how to cut, and how to merge.

A partition is some red lines and what lies within the reach of any rule around them (the
halo). A pair of red line and feature is never split over partitions, and which partition
a red line belongs to depends on the red line alone, so the report is the same however
the work is cut and whoever does it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from siting.check.bands import band_reach_m, with_bands
from siting.model import Boxes, Finding, Layer, Project, RedLine, Verdict
from siting.rules.base import Rule, Subject, Surroundings
from siting.rules.verdicts import judge

#: Side of the tiles by which red lines are dealt out, metres.
TILE_M = 8_000.0


@dataclass(frozen=True, eq=False, slots=True)
class Partition:
    """Some red lines with their projects, and everything within their reach."""

    subjects: tuple[Subject, ...]
    rules: tuple[Rule, ...]
    around: Surroundings


@dataclass(frozen=True, eq=False, slots=True)
class PartResult:
    """The verdicts and findings of one partition."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


def check_partition(part: Partition) -> PartResult:
    """Judge the red lines of one partition by all its rules; depends on nothing else."""
    verdicts: list[Verdict] = []
    findings: list[Finding] = []
    for rule in part.rules:
        some_verdicts, some_findings = judge(rule, part.subjects, part.around)
        verdicts.extend(some_verdicts)
        findings.extend(with_bands(rule, some_findings, part.subjects, part.around))
    return PartResult(tuple(verdicts), tuple(findings))


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
    subjects: Sequence[Subject], rules: Sequence[Rule], around: Surroundings, *, is_whole: bool
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
    """
    ordered = sorted(subjects, key=lambda subject: subject.red_line.id)
    if is_whole or not ordered:
        return [Partition(tuple(ordered), tuple(rules), around)] if ordered else []
    reach_m = max((rule.reach_m for rule in rules), default=0.0)
    tiles: dict[tuple[int, int], list[Subject]] = {}
    for subject in ordered:
        bounds = subject.red_line.geometry.bounds
        tile = (int(bounds[0] // TILE_M), int(bounds[1] // TILE_M))
        tiles.setdefault(tile, []).append(subject)
    return [
        Partition(tuple(members), tuple(rules), _halo(members, around, reach_m))
        for _, members in sorted(tiles.items())
    ]


def within_reach(
    subjects: Sequence[Subject], rules: Sequence[Rule], around: Surroundings
) -> Surroundings:
    """Keep of each layer what any rule, or an error band, can see of any of the red lines.

    The frames of a million features are never built for a few red lines. Whole features stay,
    in their order; layers that no rule asks for keep none.
    """
    needed = {role for rule in rules for role in rule.needs}
    shapes = np.array([subject.red_line.geometry for subject in subjects], dtype=object)
    reach_m = max((rule.reach_m for rule in rules), default=0.0)
    boxes = shapely.bounds(shapes).reshape(-1, 4)
    lines_m = max((each.red_line.accuracy_m or 0.0 for each in subjects), default=0.0)

    def near(layer: Layer) -> Layer:
        far_m = reach_m + band_reach_m(layer.source.accuracy_m, lines_m)
        kept = boxes + np.array([-far_m, -far_m, far_m, far_m])
        return _clip(layer, kept if layer.role in needed else kept[:0])

    layers = {role: tuple(map(near, layers)) for role, layers in around.layers.items()}
    return replace(around, layers=layers)


def _halo(members: Sequence[Subject], around: Surroundings, reach_m: float) -> Surroundings:
    shapes = np.array([member.red_line.geometry for member in members], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    box = (west - reach_m, south - reach_m, east + reach_m, north + reach_m)
    boxes = np.array([box])
    layers = {
        role: tuple(_clip(layer, boxes) for layer in layers)
        for role, layers in around.layers.items()
    }
    others = tuple(other for other in around.others if _meets(other, box))
    projects = _projects_of(members, others, around.projects)
    return replace(around, layers=layers, others=others, projects=projects)


def _clip(layer: Layer, boxes: Boxes) -> Layer:
    """Keep whole features near boxes; nothing is cut, or areas and distances would change."""
    features = layer.features
    if features is None:
        return layer
    return replace(layer, frame=features.rows(features.near(boxes)))


def _meets(red_line: RedLine, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = red_line.geometry.bounds
    return west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]


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
