"""Rankings of whole searches in the trial town: sentences by hand, lists, weights of profiles."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from siting.model import Ranking, Search, SiteKind, Text

from .conftest import Town

PROFILE = """
[profile]
title = "厂房"
title_en = "Plant"

[[criterion]]
name = "near"
title = "距现选址"
title_en = "near the present place"
weight = 60
measure = { kind = "present_distance" }
worth = { kind = "linear", unit = "m", worst = 1000, best = 0 }

[[criterion]]
name = "fit"
title = "面积匹配"
title_en = "area fits"
weight = 40
measure = { kind = "area_deviation" }
worth = { kind = "linear", unit = "share", worst = 1, best = 0 }
"""


def search_of(town: Town, more: str = "", *, head: str = "", **spec: object) -> Search:
    """Return the search for one project with a red line in the town's corner."""
    path = town.folder / "plant.toml"
    path.write_text(PROFILE.replace("[profile]", f"[profile]\n{head}") + more, encoding="utf-8")
    town.spec = replace(town.spec, profiles=(path,), profile_for={"1001": "plant"}, **spec)  # type: ignore[arg-type]
    town.projects = [town.project("P")]
    town.red_lines = [town.red_line("P", town.box(0, 0))]
    return town.run()["P"]


def ranking_of(search: Search) -> Ranking:
    assert search.ranking is not None
    assert [each.site_id for each in search.ranking.standings] == [
        suggestion.site.id for suggestion in search.suggestions
    ]
    return search.ranking


def two(town: Town, *, hazard: bool = False) -> None:
    """Put a parcel 200 m off with a middling area, and one 500 m off of the wanted middle."""
    town.parcel("A", town.box(300, 0, 100, 105))  # 10,500 m²: half way to the end of the range
    town.parcel("B", town.box(600, 0))
    if hazard:
        town.hazard = [("H", town.box(600, 0, 10, 10))]


def test_why_the_second_stands_behind_the_first(town: Town) -> None:
    two(town)
    search = search_of(town)
    # A 0.8 · 60 + 0.5 · 40 = 68, B 0.5 · 60 + 1 · 40 = 70: level where 0.3 t = 0.5 (1 - t)
    assert [each.score for each in search.suggestions] == [70.0, 68.0]
    first, second = ranking_of(search).standings
    assert first.behind is None
    assert second.behind is not None
    assert second.behind.gaps == {"near": -18.0, "fit": 20.0}
    assert second.behind.text == Text(
        "备选 2 比备选 1 低 2.00 分，仅“面积匹配”一项即已决定：面积在需求范围内"
        "（备选 1：面积贴近需求）；若“面积匹配”的权重由 40.0 % 降到 37.5 % 以下，即反超。",
        "Site 2 is 2.00 points behind site 1, decided by 'area fits': area within the demand "
        "(site 1: area close to the demand); it would overtake if the weight of 'area fits' fell "
        "from 40.0 % below 37.5 %.",
    )
    # weights within ±25 %: both ranges come to 45 % to 70 % for the first; A leads over 62.5 %
    assert second.by_place[0] == pytest.approx((0.70 - 0.625) / 0.20, abs=0.02)


def test_a_consent_puts_a_better_site_last(town: Town) -> None:
    two(town, hazard=True)
    search = search_of(town)
    behind = ranking_of(search).standings[1].behind
    assert behind is not None
    assert (behind.site_id, behind.gap_points) == ("A", -2.0)
    assert behind.by_list.zh == "触及限制性规则、须征得同意"
    assert behind.text.zh == (
        "备选 2 得分高 2.00 分，但触及限制性规则、须征得同意，故列于备选 1 之后。"
    )


def test_what_must_be_acquired_stands_last(town: Town) -> None:
    town.parcel("A", town.box(300, 0, 100, 105), state="已收储")
    town.parcel("B", town.box(600, 0), state="未征收")
    search = search_of(town, acquisition_column="state")
    assert [each.must_acquire for each in search.suggestions] == [False, True]
    behind = ranking_of(search).standings[1].behind
    assert behind is not None
    assert "但须先征收或收回，故列于备选 1 之后" in behind.text.zh


def test_what_was_not_checked_in_full_stands_last(town: Town) -> None:
    two(town)
    town.farmland_coverage = town.box(0, 0, 550, 1_000)
    search = search_of(town)
    behind = ranking_of(search).standings[1].behind
    assert behind is not None
    assert (behind.site_id, behind.by_list.zh) == ("A", "有禁止性规则未能核查")


def test_a_made_site_stands_after_a_whole_one(town: Town) -> None:
    town.parcel("A", town.box(800, 0, 100, 91))
    town.parcel("B", town.box(120, 0, 50, 100))
    town.parcel("C", town.box(170, 0, 50, 100))
    search = search_of(town, made_count=1)
    made = search.suggestions[1]
    assert made.site.kind in {SiteKind.ASSEMBLED, SiteKind.CARVED}
    behind = ranking_of(search).standings[1].behind
    assert behind is not None
    assert behind.gap_points < 0
    assert behind.by_list.zh in {"须由多宗拼合", "须自宗地中划出"}


def test_one_site_has_no_ranking(town: Town) -> None:
    town.parcel("A", town.box(300, 0))
    assert search_of(town).ranking is None


def test_the_errors_of_a_profile_are_drawn(town: Town) -> None:
    two(town)
    more = """
[[criterion]]
name = "shape"
title = "形状"
title_en = "shape"
weight = 5
error = 0.05
measure = { kind = "compactness" }
worth = { kind = "linear", unit = "share", worst = 0.2, best = 0.785 }
"""
    ranking = ranking_of(search_of(town, more))
    assert "取值在误差以内（形状 ±0.05）" in ranking.spread.zh
    assert "权重和取值" in ranking.standings[0].text.zh


def test_a_profile_may_order_by_closeness(town: Town) -> None:
    # worths (near, fit): A (1, 0), B (0.5, 0.76), C (0.3, 0). Scores: A 60, B 60.4, C 18.
    town.parcel("A", town.box(100, 0, 100, 90))
    town.parcel("B", town.box(600, 0, 100, 102.4))
    town.parcel("C", town.box(800, 0, 100, 90))
    search = search_of(town, head='method = "topsis"')
    # weights 0.6 and 0.4, distances to all worths 1 and to all worths 0
    near, fit = (1.0, 0.5, 0.3), (0.0, 0.76, 0.0)
    away = [math.hypot(0.6 * n, 0.4 * f) for n, f in zip(near, fit, strict=True)]
    off = [math.hypot(0.6 * (1 - n), 0.4 * (1 - f)) for n, f in zip(near, fit, strict=True)]
    closeness = {name: a / (a + o) for name, a, o in zip("ABC", away, off, strict=True)}
    order = sorted("ABC", key=lambda name: -closeness[name])
    assert order == ["A", "B", "C"]
    ranking = ranking_of(search)
    assert [each.site_id for each in ranking.standings] == order
    for standing in ranking.standings:
        assert standing.closeness == pytest.approx(closeness[standing.site_id], abs=5e-5)
        assert standing.text.zh.startswith("只看得分，")
    later = ranking.standings[order.index("B")].behind
    assert later is not None
    assert later.gap_points == pytest.approx(-0.4)
    assert later.by_list.zh == "本标准按 TOPSIS 贴近度排列"
    shown = f"但本标准按 TOPSIS 贴近度排列：{closeness['B']:.4f}（备选"
    assert shown in later.text.zh
    assert later.turns_at is None


# -------------------------------------------------------------------- weights of profiles


def test_weights_by_judgements_in_pairs(town: Town) -> None:
    two(town)
    more = """
[weighting]
method = "ahp"
ahp = { names = ["fit", "near"], matrix = [[1, "1/4"], [4, 1]] }
"""
    search = search_of(town, more)
    assert search.profile is not None
    assert (search.profile.weighting, search.profile.consistency_ratio) == ("ahp", 0.0)
    assert {each.name: each.weight for each in search.profile.criteria} == {
        "near": 80.0,
        "fit": 20.0,
    }
    # A 0.8 · 80 + 0.5 · 20, B 0.5 · 80 + 1 · 20: the judgements turn the order
    assert [(each.site.id, each.score) for each in search.suggestions] == [("A", 74.0), ("B", 60.0)]


def test_weights_by_the_data_of_the_pool(town: Town) -> None:
    # both are as far: only the area tells them apart
    town.parcel("A", town.box(300, 0, 100, 105))
    town.parcel("B", town.box(0, 300))
    search = search_of(town, '[weighting]\nmethod = "entropy"\n')
    assert search.profile is not None
    assert search.profile.weighting == "entropy"
    assert {each.name: each.weight for each in search.profile.criteria} == {
        "near": 0.0,
        "fit": 100.0,
    }
    assert [each.score for each in search.suggestions] == [100.0, 50.0]
    assert search.note is not None
    assert "熵权法" in search.note.zh
