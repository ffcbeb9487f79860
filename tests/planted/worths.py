"""A profile read, and its worths and scores reckoned, without any code of siting.

The formulas are those of docs/scoring.md and docs/profiles.md, written a second time.
"""

from __future__ import annotations

import math
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Criterion:
    """One ``[[criterion]]`` of a profile: what is measured, what that is worth, how it weighs."""

    name: str
    weight: float
    measure: Mapping[str, Any]
    worth: Mapping[str, Any]
    error: float = 0.0

    @property
    def kind(self) -> str:
        return str(self.measure["kind"])

    @property
    def reach(self) -> tuple[float, float]:
        """The least and the greatest measure of which the worth table says anything."""
        if "worst" in self.worth:
            return tuple(sorted((float(self.worth["worst"]), float(self.worth["best"]))))
        at = [float(pair[0]) for pair in self.worth.get("points") or self.worth["steps"]]
        return min(at) - (self.worth["kind"] == "step"), max(at)

    def worth_of(self, measure: float) -> float:
        """Return what a measure is worth, 0–1; an unknown one is worth nothing."""
        return 0.0 if math.isnan(measure) else _FORMS[self.worth["kind"]](measure, self.worth)


def _way(measure: float, worth: Mapping[str, Any]) -> float:
    """Return how far a measure is on the way from worst (0) to best (1)."""
    way = (measure - worth["worst"]) / (worth["best"] - worth["worst"])
    return 0.0 if way < 0 else 1.0 if way > 1 else way


def _piecewise(measure: float, worth: Mapping[str, Any]) -> float:
    points = [(float(at), float(value)) for at, value in worth["points"]]
    for (at, value), (next_at, next_value) in pairwise(points):
        if at <= measure <= next_at:
            return value + (next_value - value) * (measure - at) / (next_at - at)
    return points[0][1] if measure < points[0][0] else points[-1][1]


def _step(measure: float, worth: Mapping[str, Any]) -> float:
    steps = worth["steps"]
    reached = bisect_right([float(at) for at, _ in steps], measure)
    return float(steps[reached - 1][1] if reached else worth.get("below", 0.0))


def _sigmoid(measure: float, worth: Mapping[str, Any]) -> float:
    steepness = float(worth.get("steepness", 10.0))
    half = math.tanh(steepness / 4)  # the logistic curve is a hyperbolic tangent of half the way
    return 0.5 + math.tanh(steepness * (_way(measure, worth) - 0.5) / 2) / (2 * half)


_FORMS = {"linear": _way, "piecewise": _piecewise, "step": _step, "sigmoid": _sigmoid}


@dataclass(frozen=True)
class Profile:
    """The criteria of one kind of project, in their order."""

    name: str
    criteria: tuple[Criterion, ...]
    uses: tuple[str, ...] = ()

    def without(self, *names: str) -> Profile:
        kept = tuple(c for c in self.criteria if c.name not in names)
        return replace(self, criteria=kept)

    def points(self, measures: Mapping[str, float]) -> float:
        """Return the score of a site, 0–100: 100 · Σ weight · worth / Σ weight."""
        gained = math.fsum(
            c.weight * c.worth_of(round(measures[c.name], 4))
            for c in self.criteria
            if c.name in measures
        )
        return 100 * gained / math.fsum(c.weight for c in self.criteria if c.name in measures)


def read_profile(path: Path) -> Profile:
    """Return a profile from its TOML file, with what it takes over from others beside it."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    criteria = tuple(
        Criterion(
            entry["name"],
            float(entry["weight"]),
            entry["measure"],
            entry["worth"],
            float(entry.get("error", 0.0)),
        )
        for entry in _entries(path).values()
        if entry["weight"] > 0
    )
    return Profile(path.stem, criteria, tuple(table["profile"].get("uses", ())))


def _entries(path: Path) -> dict[str, dict[str, Any]]:
    """Return the criteria by name; what a file says goes before what its base says, by key."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    base = table["profile"].get("based_on")
    entries = _entries(path.parent / f"{base}.toml") if base else {}
    for entry in table.get("criterion", []):
        entries[entry["name"]] = {**entries.get(entry["name"], {}), **entry}
    return entries
