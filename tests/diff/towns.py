"""Pairs of tiny towns that differ in one thing, and their comparison through real reports."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely

from siting.check import check
from siting.diff import Difference, Snapshot, VerdictChange, compare, snapshot_of
from siting.model import Contract, Layer, LoadStatus, Project, RedLine, Refusal
from siting.report import report_to_dict
from siting.rules.base import Rule

from ..tiny_city import AS_OF, atlas, book, city, layer, place, project, rect, red_line, rule

SQUARE = (1000, 1000, 1100, 1100)
#: Overlaps the square on 10 m x 100 m = 1,000 m2.
FARM = rect(1090, 1000, 1300, 1100)
FAR = rect(3000, 3000, 3100, 3100)


def loaded(role: str, shapes: Sequence[Any], **fields: Any) -> Layer:
    """A layer whose content hash follows its rows, as a loaded one's does."""
    made = layer(role, shapes, **fields)
    if made.frame is None:
        return replace(made, content_sha256="")
    rows = sorted(
        shape.wkb_hex + key
        for shape, key in zip(made.frame.geometry, made.frame["feature_id"], strict=True)
    )
    content = hashlib.sha256("".join(rows).encode()).hexdigest()
    return replace(made, content_sha256=content)


def short(made: Layer, *refused: str) -> Layer:
    """The layer with rows refused."""
    refusals = tuple(Refusal(number, key, "broken") for number, key in enumerate(refused))
    contract = Contract(LoadStatus.SHORT, 9, 9 - len(refusals), refusals)
    return replace(made, contract=contract)


@dataclass(frozen=True)
class Town:
    """What a report is made of; `but` changes some of it."""

    layers: tuple[Layer, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    rules: tuple[Rule, ...] = ()
    projects: tuple[Project, ...] = ()
    as_of: dt.date = AS_OF
    refused: tuple[Refusal, ...] = ()
    checked: tuple[RedLine, ...] | None = None
    book_sha256: str = "0" * 64

    def but(self, **changes: Any) -> Town:
        return replace(self, **changes)

    def document(self) -> dict[str, Any]:
        """The report as it is written and read again."""
        report = check(
            atlas(self.layers, self.red_lines, projects=self.projects, refused=self.refused),
            replace(book(*self.rules), sha256=self.book_sha256),
            city=city(),
            as_of=self.as_of,
            red_lines=self.checked,
        )
        return dict(json.loads(json.dumps(report_to_dict(report))))

    def snapshot(self, name: str = "report.json") -> Snapshot:
        return snapshot_of(self.document(), name=name)


def town(**changes: Any) -> Town:
    """One red line of 1 ha, 1,000 m2 of it on farmland, near nothing else."""
    plain = Town(
        layers=(loaded("farmland", [FARM, FAR], ids=["F1", "F9"]),
                loaded("eco_redline", [FAR], ids=["H1"])),
        red_lines=(red_line(rect(*SQUARE), "R1", version="V1"),),
        rules=(rule("overlap", role="farmland", code="T-FARM"),
               rule("overlap", role="eco_redline", code="T-ECO")),
        projects=(project("P1"),),
    )  # fmt: skip
    return plain.but(**changes)


def farmland(*shapes: Any, ids: Sequence[str], **fields: Any) -> tuple[Layer, ...]:
    """The town's layers with another farmland."""
    return (loaded("farmland", list(shapes), ids=ids, **fields), town().layers[1])


def difference(before: Town, after: Town) -> Difference:
    return compare(before.snapshot("a/report.json"), after.snapshot("b/report.json"))


def only_change(before: Town, after: Town) -> VerdictChange:
    """The one change between two towns."""
    found = difference(before, after)
    (project_change,) = found.changed
    (change,) = project_change.changes
    return change


def causes(change: VerdictChange) -> list[tuple[str, str, str]]:
    """Kind, subject and feature of each cause."""
    return [(str(cause.kind), cause.subject, cause.feature_id) for cause in change.causes]


def older(document: dict[str, Any]) -> dict[str, Any]:
    """The report as siting wrote it before it recorded what a comparison needs."""
    plain = json.loads(json.dumps(document))
    plain["rule_book"].pop("crosswalks_sha256")
    plain.pop("red_lines_left_out")
    for rule_entry in plain["rules"]:
        rule_entry.pop("figures")
    for entry in plain["inputs"]:
        for key in ("coverage_sha256", "code_system", "part_of", "ids_sha256", "id_prints"):
            entry.pop(key)
    for line in plain["red_lines"]:
        line.pop("outline_sha256")
    for finding in plain["findings"]:
        finding.pop("feature_sha256")
    return dict(plain)


def wire(west: float) -> shapely.Geometry:
    """A line from south to north."""
    return place(f"LINESTRING ({west} 0, {west} 4000)")
