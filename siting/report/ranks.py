"""How ranks came about, as plain data: profiles, weights, and how sure the order is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from siting.model import (
    Behind,
    Ranking,
    Report,
    Search,
    Standing,
    Suggestion,
    Text,
    UsedCriterion,
    UsedProfile,
)
from siting.report.identity import identity, rounded

#: Version of what the identity of the searches is over.
SEARCHES_RECIPE = "siting-searches/1"


def profiles_to_list(searches: Sequence[Search]) -> list[dict[str, Any]]:
    """Return every profile that a search went by, once, by name.

    Its criteria are those that any of the searches could measure: what its sites were measured
    by, and what each figure is worth. The weights that a search used stand in the search.
    """
    found: dict[str, list[UsedProfile]] = {}
    for search in searches:
        if search.profile is not None:
            found.setdefault(search.profile.name, []).append(search.profile)
    return [_profile(found[name]) for name in sorted(found)]


def searches_identity(report: Report, searches: Sequence[Search]) -> str:
    """Return ``sha256:…`` over what was suggested, by which profiles, on which report.

    What is hashed is written down in ``docs/report-identity.md``; words and versions are not.
    """
    content = {
        "recipe": SEARCHES_RECIPE,
        "identity": identity(report),
        "searches": [_search(search) for search in sorted(searches, key=lambda s: s.project_id)],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _search(search: Search) -> list[Any]:
    profile = search.profile
    return [
        search.project_id,
        None if profile is None else [profile.name, profile.sha256],
        [] if profile is None else [[each.name, each.weight] for each in profile.criteria],
        [[step.name, step.remaining] for step in search.funnel],
        [_offer(suggestion) for suggestion in search.suggestions],
    ]


def _offer(suggestion: Suggestion) -> list[Any]:
    return [
        suggestion.rank,
        suggestion.site.id,
        rounded(suggestion.site.area_m2),
        rounded(suggestion.score),
        _numbers(suggestion.contributions),
        _numbers(suggestion.criteria),
        suggestion.must_acquire,
        sorted(suggestion.remains),
        sorted(suggestion.not_checked),
    ]


def _profile(used: Sequence[UsedProfile]) -> dict[str, Any]:
    first = used[0]
    criteria = {each.name: each for profile in used for each in profile.criteria}
    return {
        "name": first.name,
        "title": _text(first.title),
        "method": first.method,
        "weighting": first.weighting,
        "sha256": first.sha256,
        "criteria": [_criterion(each) for each in criteria.values()],
    }


def _criterion(criterion: UsedCriterion) -> dict[str, Any]:
    return {
        "name": criterion.name,
        "title": _text(criterion.title),
        "unit": criterion.unit,
        "measure": dict(criterion.measure),
        "worth": dict(criterion.worth),
        "error": criterion.error,
        "basis": criterion.basis,
    }


def used_profile_to_dict(profile: UsedProfile | None) -> dict[str, Any] | None:
    """Return which profile a search went by and why, with the weights of what was measured."""
    if profile is None:
        return None
    return {
        "name": profile.name,
        "chosen": _text(profile.chosen),
        # a list: in the order of the criteria, by which ties of the score's parts are settled
        "criteria": [{"name": each.name, "weight": each.weight} for each in profile.criteria],
        "consistency_ratio": rounded(profile.consistency_ratio),
        "left_out": [
            {"name": each.name, "title": _text(each.title), "needs": _text(each.needs)}
            for each in profile.left_out
        ],
    }


def ranking_to_dict(ranking: Ranking | None) -> dict[str, Any] | None:
    """Return how sure the order of the sites is, by rank."""
    if ranking is None:
        return None
    return {
        "top": ranking.top,
        "draws": ranking.draws,
        "seed": ranking.seed,
        "spread": _text(ranking.spread),
        "weights_by_share": ranking.weights_by_share,
        "standings": [_standing(each) for each in ranking.standings],
    }


def _standing(standing: Standing) -> dict[str, Any]:
    central = standing.central_weights
    return {
        "site_id": standing.site_id,
        "by_place": [rounded(share) for share in standing.by_place],
        "top_share": rounded(standing.top_share),
        "is_unbeaten": standing.is_unbeaten,
        "closeness": rounded(standing.closeness),
        "central_weights": None if central is None else _numbers(central),
        "text": _text(standing.text),
        "behind": _behind(standing.behind),
    }


def _behind(behind: Behind | None) -> dict[str, Any] | None:
    if behind is None:
        return None
    return {
        "site_id": behind.site_id,
        "gap_points": rounded(behind.gap_points),
        "gaps": _numbers(behind.gaps),
        "criterion": behind.criterion,
        "is_decisive": behind.is_decisive,
        "by_list": _text(behind.by_list),
        "text": _text(behind.text),
        "turns_with": behind.turns_with,
        "share_now": rounded(behind.share_now),
        "turns_at": rounded(behind.turns_at),
    }


def _numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: rounded(value) for name, value in values.items()}


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.get("zh"), "en": text.get("en")}
