"""Scores recomputed from report.json alone, in plain Python: nothing of siting is imported."""

from __future__ import annotations

import itertools
import math
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any

HUNDREDTHS = 10_000


def worth_of(table: dict[str, Any], measure: float | None) -> float:
    """Return what a figure is worth by the table of a value function; unknown is worth nothing."""
    if measure is None:
        return 0.0
    kind = table["kind"]
    if kind == "piecewise":
        return between(table["points"], measure)
    if kind == "step":
        reached = [worth for start, worth in table["steps"] if measure >= start]
        return reached[-1] if reached else table["below"]
    share = (measure - table["worst"]) / (table["best"] - table["worst"])
    share = min(1.0, max(0.0, share))
    if kind == "linear":
        return share
    low, high, here = (
        1 / (1 + math.exp(-table["steepness"] * (at - 0.5))) for at in (0.0, 1.0, share)
    )
    return (here - low) / (high - low)


def between(points: list[list[float]], measure: float) -> float:
    """Return the worth straight between points, flat outside of them."""
    if measure <= points[0][0]:
        return points[0][1]
    for (start, first), (end, second) in itertools.pairwise(points):
        if measure <= end:
            return first + (second - first) * (measure - start) / (end - start)
    return points[-1][1]


def whole(value: float, rounding: str) -> int:
    """Return a number of hundredths, after six digits of it."""
    six = Decimal(repr(value)).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
    return int(six.quantize(Decimal(1), rounding))


def recomputed(document: dict[str, Any], suggestion: dict[str, Any]) -> dict[str, Any]:
    """Return score, contributions and worths of one suggestion as the document gives them by hand.

    100 · Σ weight · worth / Σ weight; the parts are cut to hundredths, and those that are
    missing from the score go to the largest remainders, of equal ones to the first criterion.
    """
    searches = {search["project_id"]: search for search in document["searches"]}
    used = searches[suggestion["project_id"]]["profile"]
    profile = next(each for each in document["profiles"] if each["name"] == used["name"])
    tables = {each["name"]: each["worth"] for each in profile["criteria"]}
    names = [each["name"] for each in used["criteria"]]
    weights = {each["name"]: each["weight"] for each in used["criteria"]}
    worths = {name: worth_of(tables[name], suggestion["criteria"][name]) for name in names}
    total = sum(weights.values())
    names = [name for name in names if weights[name] > 0]
    exact = {name: HUNDREDTHS * weights[name] * worths[name] / total for name in names}
    score = whole(sum(exact.values()), ROUND_HALF_EVEN)
    parts = {name: whole(part, ROUND_FLOOR) for name, part in exact.items()}
    remainders = {name: round(exact[name] - parts[name], 6) for name in names}
    missing = score - sum(parts.values())
    for name in sorted(names, key=lambda name: -remainders[name])[:missing]:
        parts[name] += 1
    return {
        "score": score / 100,
        "contributions": {name: part / 100 for name, part in parts.items()},
        "worths": {name: round(worth, 4) for name, worth in worths.items()},
    }


def shown(suggestion: dict[str, Any]) -> dict[str, Any]:
    """Return the same as the document shows it."""
    return {key: suggestion[key] for key in ("score", "contributions", "worths")}


def require_recomputed(document: dict[str, Any]) -> int:
    """Require every shown score, contribution and worth; return how many suggestions there are."""
    for suggestion in document["suggestions"]:
        by_hand = recomputed(document, suggestion)
        told = shown(suggestion)
        assert by_hand["score"] == told["score"], suggestion["site_id"]
        assert by_hand["contributions"] == told["contributions"], suggestion["site_id"]
        for name, worth in by_hand["worths"].items():
            assert abs(worth - told["worths"][name]) < 1.5e-4, (suggestion["site_id"], name)
    return len(document["suggestions"])
