"""Profiles: by which criteria a kind of project is scored, read from TOML.

How one is written is told in ``docs/profiles.md``; those in ``profiles/`` come with siting.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from siting.config import TableReader
from siting.criteria.base import Found, Measure
from siting.criteria.kinds import KINDS
from siting.criteria.weighting import AS_GIVEN, JUDGED, Weighting, read_weighting
from siting.errors import nearest
from siting.model import Text, UsedCriterion
from siting.score import ValueFunction, read_value_function

WEIGHTED_SUM, TOPSIS = "weighted_sum", "topsis"
METHODS = (WEIGHTED_SUM, TOPSIS)

Table = Mapping[str, Any]


#: Places between a figure and what it may be in truth, both ends included.
_PLACES = 33


@dataclass(frozen=True, eq=False, slots=True)
class Criterion:
    """One criterion: what is measured, what the figure is worth (0-1), how much that weighs.

    ``weight`` is in any unit, only its share of all weights counts; ``basis`` says where
    direction and figures come from, and how sure they are. ``error`` is the half width of what
    a figure may be off, in the measure's unit.
    """

    name: str
    title: Text
    measure: Measure
    worth: ValueFunction
    weight: float
    basis: str = ""
    error: float = 0.0

    def known(self, found: Found) -> Found:
        """Return what was found without the figures that a doubt flatters: they are unknown.

        A school layer that lost rows still tells how near a school is at most, but never that
        none is near. Of worths that turn back, as many places of the range are looked at.
        """
        if found.doubt is None:
            return found
        ways = np.linspace(found.values, found.doubt.towards, _PLACES, axis=0)
        worths = self.worth.values(ways)
        is_flattered = worths[0] > worths.min(axis=0)
        values = np.where(is_flattered, np.nan, found.values)
        why = dict.fromkeys(np.flatnonzero(is_flattered).tolist(), found.doubt.why)
        return Found(values, found.notes, {**found.reasons, **why})

    def used(self, weight: float) -> UsedCriterion:
        """Return what a report says of it, with the weight that a search gave it."""
        return UsedCriterion(
            name=self.name,
            title=self.title,
            unit=self.worth.unit,
            weight=weight,
            worth=self.worth.to_table(),
            basis=self.basis,
            measure=self.measure.to_table(),
            error=self.error,
        )


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """The criteria of one kind of project, in the order of the file.

    ``uses`` are prefixes of codes of ``code_system``: projects of these uses get the profile
    where nothing else is said. ``weighting`` says whether the criteria's weights hold as given.
    """

    name: str
    title: Text
    criteria: tuple[Criterion, ...]
    uses: tuple[str, ...] = ()
    code_system: str = ""
    method: str = WEIGHTED_SUM
    weighting: Weighting = AS_GIVEN

    @property
    def weights(self) -> dict[str, float]:
        """Criterion → its weight, in the order of the criteria."""
        return {criterion.name: criterion.weight for criterion in self.criteria}

    @property
    def sha256(self) -> str:
        """The hash of all that a score depends on: measures, worths, weights, the method."""
        content = {
            "method": self.method,
            "weighting": self.weighting.to_table(),
            "criteria": [
                [each.name, each.measure.to_table(), each.worth.to_table(), each.weight, each.error]
                for each in self.criteria
            ],
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def weighted(self, weights: Mapping[str, float]) -> Profile:
        """Return it with other weights for the criteria that are named; 0 takes one out."""
        criteria = (
            replace(each, weight=weights.get(each.name, each.weight)) for each in self.criteria
        )
        return replace(self, criteria=tuple(each for each in criteria if each.weight > 0))


def merged(table: Table, base: Table) -> dict[str, Any]:
    """Return the content of a profile's file that is based on another's.

    Criteria of the same name are one: what the new file says of it goes before, key by key.
    Further criteria stand after the base's. Title and uses are never taken over.
    """
    own: dict[str, dict[str, Any]] = {}
    further: list[Any] = []
    known = {entry["name"] for entry in _entries(base) if _is_named(entry)}
    for entry in _entries(table):
        # one that stands twice, or is no table, is kept, so that somebody is told
        if _is_named(entry) and entry["name"] in known and entry["name"] not in own:
            own[entry["name"]] = entry
        else:
            further.append(entry)
    over = [
        {**entry, **own.get(entry["name"], {})} if _is_named(entry) else entry
        for entry in _entries(base)
    ]
    head = {key: value for key, value in _head(base).items() if key == "method"}
    return {
        **base,
        **table,
        "profile": {**head, **_head(table)},
        "criterion": [*over, *further],
    }


def _head(table: Table) -> dict[str, Any]:
    head = table.get("profile", {})
    return head if isinstance(head, dict) else {}


def _is_named(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("name"), str)


def _entries(table: Table) -> list[Any]:
    entries = table.get("criterion", [])
    return entries if isinstance(entries, list) else [entries]


def read_profile(reader: TableReader, name: str) -> Profile | None:
    """Return the profile in a reader's table, or None with its problems remembered there."""
    before = len(reader.problems)
    head = reader.table("profile")
    entries = reader.tables("criterion")
    weighing = reader.table("weighting")
    is_judged = weighing.text("method") == JUDGED
    criteria = [_criterion(each, is_judged=is_judged) for each in entries]
    pairs = zip(entries, criteria, strict=True)
    weighed = [entry.text("name") for entry, each in pairs if each is None or each.weight > 0]
    profile = Profile(
        name=name,
        title=head.bilingual("title", required=True),
        criteria=tuple(each for each in criteria if each is not None),
        uses=head.texts("uses"),
        code_system=head.text("code_system"),
        method=head.choice("method", METHODS, WEIGHTED_SUM),
        weighting=read_weighting(weighing, weighed),
    )
    head.text("based_on")
    head.finish()
    reader.finish()
    if profile.uses and not profile.code_system:
        head.problem(
            "uses without a code system: the same digits mean other things in another one",
            expected='code_system = "ydyh2023"',
            next_step="add code_system to [profile]",
        )
    _require_criteria(reader, profile, is_whole=len(reader.problems) == before)
    return profile if len(reader.problems) == before else None


def _criterion(reader: TableReader, *, is_judged: bool) -> Criterion | None:
    """Read one criterion; where judgements in pairs weigh it, it needs no weight of its own."""
    name = reader.text("name", required=True)
    title = reader.bilingual("title", required=True)
    weight = _amount(reader, "weight", 1.0 if is_judged else None)
    error = _amount(reader, "error", 0.0)
    basis = reader.text("basis")
    measure = _measure(reader.table("measure"))
    worth = read_value_function(reader.table("worth"))
    reader.finish()
    if measure is None or worth is None:
        return None
    if worth.unit != measure.unit:
        reader.problem(
            f"the worth of '{name}' is in another unit than its measure",
            expected=f"unit = '{measure.unit}', as {measure.kind} measures",
            found=f"unit = '{worth.unit}'",
            next_step="give the worth in the measure's unit",
        )
    return Criterion(name, title, measure, worth, weight, basis, error)


def _measure(reader: TableReader) -> Measure | None:
    before = len(reader.problems)
    kind = reader.choice("kind", KINDS, "")
    if kind not in KINDS:
        reader.rest()
        return None
    parameters = KINDS[kind].parameters(reader)
    reader.finish()
    return KINDS[kind](**parameters) if len(reader.problems) == before else None


def _amount(reader: TableReader, key: str, default: float | None = None) -> float:
    """Return a number that is not negative; without a default it must be there."""
    if key not in reader and default is None:
        reader.problem(f"'{key}' is missing", expected="a number ≥ 0", next_step=f"add {key} = …")
    value = reader.number(key, default)
    if value is not None and not 0 <= value < float("inf"):
        reader.problem(
            f"'{key}' is no number ≥ 0",
            expected="a finite number ≥ 0",
            found=f"{value:g}",
            next_step=f"correct {key}",
        )
        return 0.0
    return value or 0.0


def _require_criteria(reader: TableReader, profile: Profile, *, is_whole: bool) -> None:
    """Remember a problem for a name given twice, and for weights that are all 0."""
    seen: set[str] = set()
    for criterion in profile.criteria:
        if criterion.name in seen:
            reader.problem(
                f"two criteria are called '{criterion.name}'",
                expected="different names",
                found=criterion.name,
                next_step=nearest(criterion.name, seen - {criterion.name}) or "rename one of them",
            )
        seen.add(criterion.name)
    if is_whole and not any(criterion.weight > 0 for criterion in profile.criteria):
        reader.problem(
            "no criterion has a weight, so no site is better than another",
            expected="at least one [[criterion]] with a weight above 0",
            found=", ".join(f"{each.name} = 0" for each in profile.criteria) or "no criterion",
            next_step="give at least one criterion a weight",
        )
