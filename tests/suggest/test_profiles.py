"""The search by profiles: which one, what is unknown, the order by score or by closeness."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from siting.model import Demand, Search
from siting.report import report_to_dict

from ..recomputing import require_recomputed

if TYPE_CHECKING:
    from conftest import Town

TWO = """
[profile]
title = "两项"
title_en = "Two"
{head}
[[criterion]]
name = "acquired"
title = "征收"
title_en = "acquired"
weight = 6
measure = {{ kind = "acquisition" }}
worth = {{ kind = "linear", unit = "share", worst = 0, best = 1 }}
[[criterion]]
name = "plan"
title = "控规"
title_en = "plan"
weight = 4
measure = {{ kind = "plan_state" }}
worth = {{ kind = "piecewise", unit = "share", points = [[0, 0], [0.5, 0.76], [1, 1]] }}
"""


def two(town: Town, head: str = "", **more: object) -> None:
    """Give a town the profile "two" and its columns."""
    path = town.folder / "two.toml"
    path.write_text(TWO.format(head=head), encoding="utf-8")
    town.spec = replace(
        town.spec,
        profiles=(path,),
        acquisition_column="zs",
        plan_state_column="kg",
        **more,
    )


def lots(town: Town) -> None:
    """Two parcels: A is acquired and without a plan, B is half way with both."""
    town.projects = [town.project("X")]
    town.parcel("A", town.box(0, 0), zs="已征收", kg="无")
    town.parcel("B", town.box(300, 0), zs="征收中", kg="在编")


def ids(search: Search) -> list[str]:
    return [suggestion.site.id for suggestion in search.suggestions]


def test_the_weighted_sum_is_the_order_by_default(town: Town) -> None:
    two(town, profile_for={"1001": "two"})
    lots(town)
    found = town.run()["X"]
    # 0.6·1 + 0.4·0 and 0.6·0.5 + 0.4·0.76
    assert [(s.site.id, s.score) for s in found.suggestions] == [("B", 60.4), ("A", 60.0)]


def test_by_topsis_the_order_is_that_of_closeness_and_scores_stay(town: Town) -> None:
    two(town, 'method = "topsis"', profile_for={"1001": "two"})
    lots(town)
    found = town.run()["X"]
    assert [(s.site.id, s.score) for s in found.suggestions] == [("A", 60.0), ("B", 60.4)]
    # A is 0.4 from the best and 0.6 from the worst; B by its two legs
    away, near = math.hypot(0.3, 0.304), math.hypot(0.3, 0.096)
    expected = [0.6, away / (away + near)]
    assert found.ranking is not None
    closeness = [standing.closeness for standing in found.ranking.standings]
    assert closeness == pytest.approx(expected, abs=5e-5)
    assert found.profile is not None
    assert found.profile.method == "topsis"


def test_a_search_says_which_profile_and_why(town: Town) -> None:
    two(town, 'uses = ["10"]\ncode_system = "plan"')
    lots(town)
    town.projects = [
        town.project("X"),
        town.project("Y", use="08", demand=Demand(9_000, 11_000, profile="Two")),
        town.project("Z", use="08", demand=Demand(9_000, 11_000, profile="临主干路")),
    ]
    found = town.run()
    profiles = {name: search.profile for name, search in found.items()}
    assert {name: used.name for name, used in profiles.items() if used} == {
        "X": "two",
        "Y": "two",
        "Z": "general",
    }
    note = found["X"].note
    assert note is not None
    assert note.zh.startswith("按“两项”标准评分（按用途代码 1001）")
    assert "标准评分" not in (found["Z"].note.zh if found["Z"].note else "")


def test_an_unknown_state_is_worth_nothing_and_is_told(town: Town) -> None:
    two(town, profile_for={"1001": "two"})
    town.projects = [town.project("X")]
    town.parcel("A", town.box(0, 0), zs="已征收", kg="？")
    (suggestion,) = town.run()["X"].suggestions
    assert math.isnan(suggestion.criteria["plan"])
    assert suggestion.worths == {"acquired": 1.0, "plan": 0.0}
    assert suggestion.score == 60.0
    assert "数据不明、按最差计：控规" in suggestion.why.zh
    assert "unknown, counted as worst: plan" in suggestion.why.en


def test_what_nothing_measures_is_left_out_and_the_others_carry_its_weight(town: Town) -> None:
    two(town, profile_for={"1001": "two"})
    lots(town)
    town.spec = replace(town.spec, plan_state_column="")
    found = town.run()["X"]
    assert [(s.site.id, s.score) for s in found.suggestions] == [("A", 100.0), ("B", 50.0)]
    assert found.profile is not None
    assert [each.name for each in found.profile.left_out] == ["plan"]
    assert found.note is not None
    assert "控规（缺控规状态字段）" in found.note.zh


def test_made_sites_are_measured_like_parcels(town: Town) -> None:
    two(town, profile_for={"1001": "two"}, made_count=2)
    town.projects = [town.project("X", 19_000, 21_000)]
    town.parcel("A", town.box(0, 0), zs="已征收", kg="已批")
    town.parcel("B", town.box(100, 0), zs="征收中", kg="已批")
    search = town.run()["X"]
    made = [each for each in search.suggestions if each.site.kind.is_made]
    assert made
    # the state of acquisition is that of the worst parcel: 0.6·0.5 + 0.4·1
    assert {each.score for each in made} == {70.0}


def test_the_report_has_all_that_a_score_is_made_of(town: Town) -> None:
    two(town, 'method = "topsis"', profile_for={"1001": "two"})
    lots(town)
    document = report_to_dict(town.report(), list(town.run().values()))
    document = json.loads(json.dumps(document, allow_nan=False))
    assert require_recomputed(document) == 2
    (profile,) = document["profiles"]
    assert profile["name"] == "two"
    assert [each["measure"] for each in profile["criteria"]] == [
        {"kind": "acquisition"},
        {"kind": "plan_state"},
    ]


def test_the_identity_of_searches_follows_the_profile_and_the_report_s_does_not(
    town: Town,
) -> None:
    lots(town)
    documents = []
    for head in ("", 'method = "topsis"'):
        two(town, head, profile_for={"1001": "two"})
        documents.append(report_to_dict(town.report(), list(town.run().values())))
    documents.append(report_to_dict(town.report(), list(town.run().values())))
    assert len({document["identity"] for document in documents}) == 1
    first, second, again = (document["searches_identity"] for document in documents)
    assert first != second == again
