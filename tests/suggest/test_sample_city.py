"""The suggestions for the sample city, held against plain shapely apart from the engine."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from siting.check import check
from siting.city import read_city
from siting.load import load_city
from siting.model import Form
from siting.report import report_to_dict
from siting.rulebook import read_rule_book
from siting.score import value_function
from siting.suggest import suggest

from ..recomputing import recomputed, require_recomputed

if TYPE_CHECKING:
    from pathlib import Path

    from siting.city import City
    from siting.model import Atlas, Ranking, Report, Search, Suggestion
    from siting.rulebook import RuleBook
    from siting.rules.overlap import OverlapRule

AS_OF = dt.date(2026, 11, 1)

Sample = tuple["City", "Atlas", "RuleBook", "tuple[Search, ...]"]


@pytest.fixture(scope="module")
def checked(repo_root: Path) -> tuple[City, Atlas, RuleBook, Report]:
    city = read_city(repo_root / "data")
    atlas = load_city(city, as_of=AS_OF)
    book = read_rule_book(city.rule_book, base=city.path.parent)
    return city, atlas, book, check(atlas, book, city=city, as_of=AS_OF)


@pytest.fixture(scope="module")
def sample(checked: tuple[City, Atlas, RuleBook, Report]) -> Sample:
    city, atlas, book, report = checked
    return city, atlas, book, suggest(atlas, book, report, city=city, as_of=AS_OF)


@pytest.fixture(scope="module")
def document(checked: tuple[City, Atlas, RuleBook, Report], sample: Sample) -> dict[str, object]:
    """Return report.json as a reader has it."""
    content = report_to_dict(checked[3], sample[3])
    read: dict[str, object] = json.loads(json.dumps(content, sort_keys=True))
    return read


def offered(searches: tuple[Search, ...]) -> list[Suggestion]:
    return [suggestion for search in searches for suggestion in search.suggestions]


def test_every_project_at_the_choke_point_gets_one_search(sample: Sample) -> None:
    city, atlas, _, searches = sample
    wanting = sorted(p.id for p in atlas.projects if p.stage in city.suggest.stages)
    assert [search.project_id for search in searches] == wanting


def test_three_sites_or_the_reason_why_not(sample: Sample) -> None:
    _, atlas, _, searches = sample
    forms = {project.id: project.form for project in atlas.projects}
    for search in searches:
        if forms[search.project_id] is Form.LINEAR:
            assert search.suggestions == ()
            assert search.chainage
        elif not search.suggestions:
            assert search.blocked_by is not None
        else:
            whole = [one for one in search.suggestions if not one.site.kind.is_made]
            apart = [one for one in whole if one.must_acquire]
            assert len(whole) - len(apart) <= 3
            assert len(apart) <= 2
            # where either list has a place left, every parcel of the funnel's end is in the other
            if len(whole) - len(apart) < 3 and len(apart) < 2:
                assert len(whole) == search.funnel[-1].remaining
            if len(whole) - len(apart) < 3:
                assert len(search.suggestions) > len(whole) or search.funnel[-1].remaining < 3


def prohibited_overlaps(book: RuleBook) -> list[OverlapRule]:
    return [
        rule
        for rule in book.in_force(AS_OF)
        if rule.kind == "overlap" and rule.severity == "prohibited"
    ]


def test_no_offered_site_lies_on_prohibited_land(sample: Sample) -> None:
    _, atlas, book, searches = sample
    projects = {project.id: project for project in atlas.projects}
    compared = 0
    for rule in prohibited_overlaps(book):
        for layer in atlas.by_role(rule.role):
            if layer.frame is None:
                continue
            frame = layer.frame
            for one in offered(searches):
                if not rule.applies_to(projects[one.project_id]):
                    continue
                if any(column not in frame.columns for column, _ in rule.where):
                    assert rule.code in one.not_checked
                    continue
                inside = frame
                for column, values in rule.where:
                    inside = inside[inside[column].isin(values)]
                for shape in inside.geometry:
                    piece = one.site.geometry.intersection(shape)
                    width_m = 2 * piece.area / piece.length if piece.area > 1e-4 else 0.0
                    limit_m = 0.0 if rule.has_zero_tolerance else rule.sliver_width_m
                    assert width_m <= limit_m, (rule.code, one.project_id, one.site.id)
                    compared += 1
    assert compared > 1_000


def test_no_offered_site_lies_on_another_project_or_offer(sample: Sample) -> None:
    _, atlas, _, searches = sample
    sites = offered(searches)
    for number, one in enumerate(sites):
        for other in sites[number + 1 :]:
            assert one.site.geometry.intersection(other.site.geometry).area <= 0.01
        for line in atlas.red_lines:
            if line.project_id != one.project_id and shapely.is_valid(line.geometry):
                assert one.site.geometry.intersection(line.geometry).area <= 0.01


def test_every_offered_site_fits_the_ledger_and_is_free(sample: Sample) -> None:
    city, atlas, _, searches = sample
    projects = {project.id: project for project in atlas.projects}
    frame = atlas.by_role("parcel")[0].frame
    assert frame is not None
    states = dict(zip(frame["feature_id"], frame[city.suggest.supply_column], strict=True))
    for one in offered(searches):
        demand = projects[one.project_id].demand
        assert demand.area_m2_min is not None
        assert demand.area_m2_max is not None
        assert demand.area_m2_min <= one.site.geometry.area <= demand.area_m2_max
        found = {states[name] for name in one.site.parcel_ids}
        assert found <= {*city.suggest.available_states, "供而未用"}
        if "供而未用" in found:
            assert one.must_acquire


def test_every_score_can_be_recomputed_from_the_report_alone(
    document: dict[str, Any], sample: Sample
) -> None:
    assert require_recomputed(document) == len(offered(sample[3])) > 100


def test_a_figure_that_is_off_would_be_noticed(document: dict[str, Any]) -> None:
    first = document["suggestions"][0]
    name = max(first["contributions"], key=first["contributions"].get)
    changed = {**first, "criteria": {**first["criteria"], name: None}}
    assert recomputed(document, changed)["score"] < first["score"]


def test_contributions_add_up_and_ranks_follow_the_scores(sample: Sample) -> None:
    for search in sample[3]:
        lists: dict[tuple[bool, str], list[float]] = {}
        for rank, one in enumerate(search.suggestions, start=1):
            parts = sum(Decimal(str(part)) for part in one.contributions.values())
            assert parts == Decimal(str(one.score))
            assert one.rank == rank
            made = str(one.site.kind) if one.site.kind.is_made else "whole"
            lists.setdefault((bool(one.must_acquire), made), []).append(one.score)
        if not any(one.not_checked for one in search.suggestions):
            assert all(scores == sorted(scores, reverse=True) for scores in lists.values())


def test_land_to_acquire_follows_all_other_land(sample: Sample) -> None:
    city, atlas, _, searches = sample
    frame = atlas.by_role("parcel")[0].frame
    assert frame is not None
    rows = frame.set_index("feature_id")
    seen = 0
    for search in searches:
        flags = [bool(one.must_acquire) for one in search.suggestions]
        assert flags == sorted(flags)
        for one in search.suggestions:
            land = rows.loc[list(one.site.parcel_ids)]
            is_banked = land[city.suggest.land_bank_column] == "是"
            is_open = land[city.suggest.acquisition_column].isin(["未征收", ""]) & ~is_banked
            assert one.must_acquire == bool((is_open | (land["GDZT"] == "供而未用")).any())
            seen += bool(one.must_acquire)
    assert seen > 10


def test_made_sites_lie_on_the_parcels_that_they_name(sample: Sample) -> None:
    _, atlas, _, searches = sample
    frame = atlas.by_role("parcel")[0].frame
    assert frame is not None
    shapes = dict(zip(frame["feature_id"], frame.geometry, strict=True))
    whole = shapely.union_all(frame.geometry.to_numpy())
    kinds = {"assembled": 0, "carved": 0}
    for one in offered(searches):
        site = one.site
        land = shapely.union_all([shapes[name] for name in site.parcel_ids])
        if not site.kind.is_made:
            assert shapely.equals(site.geometry, land)
            continue
        kinds[site.kind] += 1
        assert site.geometry.geom_type == "Polygon"
        assert site.geometry.is_valid
        outside = shapely.difference(site.geometry, land)
        # a lane is nobody's land, and it is told; the rest is rounding to the millimetre
        assert outside.area <= site.lane_m2 + 1.0
        assert shapely.intersection(outside, whole).area <= 0.05 * site.lane_m2 + 0.5
        if site.kind == "carved":
            assert outside.area <= 1e-6
        else:
            assert shapely.difference(land, site.geometry).area <= 0.5
            assert len(site.parcel_ids) >= 2
    assert kinds["assembled"] >= 10
    assert kinds["carved"] >= 10


# ---------------------------------------------- rankings, again from what a report shows of them


def worths_of(search: Search) -> np.ndarray:
    """Return what sites are worth, a row each, by the tables of the profile."""
    assert search.profile is not None
    columns = []
    for criterion in search.profile.criteria:
        measures = [suggestion.criteria[criterion.name] for suggestion in search.suggestions]
        worths = value_function(criterion.worth).values(np.array(measures))
        columns.append(np.nan_to_num(worths, nan=0.0))
    return np.stack(columns, axis=1)


def shares_of(search: Search) -> np.ndarray:
    assert search.profile is not None
    weights = np.array([criterion.weight for criterion in search.profile.criteria])
    return weights / weights.sum()


def with_ranking(searches: tuple[Search, ...]) -> list[tuple[Search, Ranking]]:
    found = [(search, search.ranking) for search in searches if search.ranking is not None]
    assert len(found) > 10
    return found


def test_each_gap_is_the_difference_of_the_shown_contributions(sample: Sample) -> None:
    for search, ranking in with_ranking(sample[3]):
        pairs = zip(search.suggestions, search.suggestions[1:], strict=False)
        for (ahead, site), standing in zip(pairs, ranking.standings[1:], strict=True):
            behind = standing.behind
            assert behind is not None
            assert (standing.site_id, behind.site_id) == (site.site.id, ahead.site.id)
            for name, gap in behind.gaps.items():
                assert round(100 * gap) == round(
                    100 * (ahead.contributions[name] - site.contributions[name])
                )
            total = sum(Decimal(str(gap)) for gap in behind.gaps.values())
            assert total == Decimal(str(behind.gap_points))
            assert total == Decimal(str(ahead.score)) - Decimal(str(site.score))
            assert behind.by_list.zh or behind.gap_points >= 0


def test_at_the_turning_weight_two_sites_are_level(sample: Sample) -> None:
    turning = 0
    for search, ranking in with_ranking(sample[3]):
        assert search.profile is not None
        names = [criterion.name for criterion in search.profile.criteria]
        worths, shares = worths_of(search), shares_of(search)
        for at, standing in enumerate(ranking.standings):
            if standing.behind is None or standing.behind.turns_at is None:
                continue
            moved = names.index(standing.behind.turns_with)
            others = shares * (1 - standing.behind.turns_at) / (1 - shares[moved])
            others[moved] = standing.behind.turns_at
            assert others @ (worths[at - 1] - worths[at]) == pytest.approx(0.0, abs=1e-5)
            turning += 1
    assert turning > 10


def list_of(one: Suggestion, book: RuleBook) -> int:
    """Return how far back a site stands whatever its score, as docs/suggest.md orders lists."""
    severity = {rule.code: str(rule.severity) for rule in book.rules}
    is_unchecked = any(severity.get(code) == "prohibited" for code in one.not_checked)
    is_restricted = any(severity.get(code) == "restricted" for code in one.remains)
    steps = {"assembled": 1, "carved": 2}.get(one.site.kind, 0)
    return 24 * bool(one.must_acquire) + 12 * is_unchecked + 6 * is_restricted + 2 * steps


def test_places_hold_against_other_random_weights(sample: Sample) -> None:
    chance = np.random.default_rng(7)
    for search, ranking in with_ranking(sample[3]):
        worths, shares = worths_of(search), shares_of(search)
        # even over the ranges: all but the widest are drawn, and it takes the rest or is refused
        last = int(np.argmax(shares))
        drawn = shares * (
            1 + ranking.weights_by_share * chance.uniform(-1, 1, (20_000, len(shares)))
        )
        drawn[:, last] += 1 - drawn.sum(axis=1)
        off = np.abs(drawn[:, last] / shares[last] - 1)
        # scores are 0 to 1: in every draw the lists come one after the other
        lists = np.array([list_of(one, sample[2]) for one in search.suggestions])
        scores = drawn[off <= ranking.weights_by_share] @ worths.T - lists
        places = 1 + (scores[:, None, :] > scores[:, :, None] + 1e-12).sum(axis=2)
        for at, standing in enumerate(ranking.standings):
            expected = [(places[:, at] == place + 1).mean() for place in range(len(worths))]
            assert standing.by_place == pytest.approx(expected, abs=0.03)
            assert standing.top_share == pytest.approx(sum(standing.by_place[: ranking.top]))


def test_the_unbeaten_are_those_that_no_other_beats(sample: Sample) -> None:
    for search, ranking in with_ranking(sample[3]):
        worths = worths_of(search)
        for own, standing in zip(worths, ranking.standings, strict=True):
            beaten = any((other >= own).all() and (other > own).any() for other in worths)
            assert standing.is_unbeaten != beaten
