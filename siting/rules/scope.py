"""What a rule gets to see: no more than what its verdict may depend on.

A verdict is kept between runs under a hash of all that its rule could look at. So that none of
it can be forgotten, a rule is never given anything else, with a store or without: a rule that
reads a layer that it does not name, or another red line without saying so, finds it missing at
once, in its own tests.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from siting.model import Contract, Layer, Project, RedLine, Refusal, Release, Source
from siting.rules.base import LooksAt, Rule, Subject, Surroundings

#: In place of the date of a study: which rules are in force, and how old layers may be, is
#: decided before a rule is asked.
NO_DATE = dt.date.min


def subject_seen(subject: Subject) -> Subject:
    """Return a red line and its project without what no rule may judge by.

    Versions, file names and deviations met on reading say where an outline came from; a new
    delivery of the same outline is the same land. Remarks, promises and aliases of the ledger
    change by the week; priorities and batches are for plans.
    """
    line, project = subject.red_line, subject.project
    return Subject(
        replace(line, version="", source="", notes=(), accepted=None),
        replace(
            project, promised="", remark="", aliases=(),
            priority=1, is_priority_assumed=False, batch="",
        ),
        is_known=subject.is_known,
    )  # fmt: skip


def surroundings_seen(rule: Rule, around: Surroundings) -> Surroundings:
    """Return the surroundings with no more than what `rule` says that it looks at.

    Layers are those of its roles, in the state that the load contract left them in: rows
    counted, hashes, paths and dates of a delivery are not for a rule. Other red lines (with
    the names of their projects) and crosswalks are there for rules that say so.
    """
    others = around.others if LooksAt.RIVALS in rule.looks_at else ()
    claimants = {line.project_id for line in others}
    projects = {
        project_id: Project(id=project.id, name=project.name)
        for project_id, project in around.projects.items()
        if project_id in claimants
    }
    # a field that is not narrowed here is handed on, and hashed as it is
    return replace(
        around,
        layers={
            role: tuple(layer_seen(layer) for layer in around.layers[role])
            for role in rule.needs
            if role in around.layers
        },
        others=tuple(rival_seen(line) for line in others),
        projects=projects,
        as_of=NO_DATE,
        crosswalks=around.crosswalks if LooksAt.CROSSWALKS in rule.looks_at else {},
    )


def rival_seen(line: RedLine) -> RedLine:
    """Return another project's red line as rules see it: its place, and how well it is known."""
    return RedLine(line.id, line.project_id, line.geometry, line.crs, accuracy_m=line.accuracy_m)


def layer_seen(layer: Layer) -> Layer:
    """Return a layer as rules see it: its rows, and what the load contract came to."""
    contract = layer.contract
    refused = tuple(Refusal(0, "", "") for _ in range(contract.rows_refused))
    return replace(
        layer,
        frame=layer.kept_frame,
        source=Source(
            layer.source.name, path="", sha256="", rows=0, crs="",
            accuracy_m=layer.source.accuracy_m,
        ),
        contract=Contract(contract.status, refusals=refused, problems=contract.problems),
        release=Release.TABLE_ONLY,
        max_age_days=None,
        is_declared_empty=False,
        content_sha256="",
        coverage_text="",
    )  # fmt: skip
