"""One pass over all parcels instead of the engine: the same suggestions, funnels and reasons."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from siting import api
from siting.candidates import Rechecker, recheck
from siting.report import report_to_dict

if TYPE_CHECKING:
    from conftest import Town

AS_OF = dt.date(2026, 11, 1)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From the first key on the pass is taken; how many keys it told each time."""
    monkeypatch.setattr(recheck, "MANY_KEYS", 1)
    monkeypatch.setattr(recheck, "PARCELS_PER_KEY", 10**9)
    counts: list[int] = []
    surely_broken = Rechecker._surely_broken

    def spy(self, keys):
        found = surely_broken(self, keys)
        counts.append(len(found))
        return found

    monkeypatch.setattr(Rechecker, "_surely_broken", spy)
    return counts


def document(study: api.Study, report) -> str:
    content = report_to_dict(report, api.suggest(study, report))
    return json.dumps([content["searches"], content["suggestions"]], sort_keys=True)


@pytest.mark.slow
def test_the_sample_city_gets_the_same_searches(told: list[int], monkeypatch: pytest.MonkeyPatch):
    study = api.load(api.sample_folder(), as_of=AS_OF)
    report = api.check(study)
    by_pass = document(study, report)
    assert sum(told) > 50
    monkeypatch.setattr(recheck, "MANY_KEYS", 10**9)
    told.clear()
    assert by_pass == document(study, report)
    assert told == []


def excluded_town(town: Town) -> None:
    """Most parcels on farmland, some by a sliver, some promised to a rival, two of them free."""
    for number in range(12):
        town.parcel(f"F{number:02d}", town.box(200 * number, 0))
        town.parcel(f"S{number:02d}", town.box(200 * number, 300))
    town.parcel("free-1", town.box(0, 900))
    town.parcel("free-2", town.box(300, 900))
    town.rules = town.rules.replace(
        'role = "farmland"\n', 'role = "farmland"\nsliver_width_m = 0.5\n', 1
    )
    town.farmland = [
        ("field", town.box(-50, -20, 3_000, 80)),
        ("strip", town.box(0, 399.99, 900, 50)),
    ]
    town.projects = [town.project("P1"), town.project("P2", stage="前期研究")]


def test_a_town_of_farmland_is_searched_alike(
    town: Town, told: list[int], monkeypatch: pytest.MonkeyPatch
):
    excluded_town(town)
    by_pass = town.run()
    assert sum(told) > 10
    monkeypatch.setattr(recheck, "MANY_KEYS", 10**9)
    by_engine = town.run()
    for name, search in by_engine.items():
        other = by_pass[name]
        assert [s.site.id for s in other.suggestions] == [s.site.id for s in search.suggestions]
        assert other.funnel == search.funnel
        assert other.blocked_by == search.blocked_by
        assert [s.score for s in other.suggestions] == [s.score for s in search.suggestions]
