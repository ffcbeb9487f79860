"""Every project of the sample city side by side, against what the search itself says."""

from __future__ import annotations

import math

import pytest

from siting import api
from siting.compare import OptionKind, comparison_lines, render
from siting.model import Release

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found():
    """Study, report, searches."""
    study = api.load(api.sample_folder())
    report = api.check(study)
    return study, report, api.suggest(study, report)


def test_all_that_is_offered_stands_there_with_points_that_add_up(found) -> None:
    study, report, searches = found
    for search in searches:
        made = api.compare(
            study, search.project_id, report=report, searches=searches, has_repairs=False
        )
        sites = made.of_kind(OptionKind.SITE)
        assert [site.id for site in sites] == [offer.site.id for offer in search.suggestions]
        for site, offer in zip(sites, search.suggestions, strict=True):
            points = math.fsum(mark.points or 0.0 for mark in site.marks.values())
            assert points == pytest.approx(site.score, abs=1e-9)
            assert site.score == offer.score
            product = 100 * math.fsum(
                each.share * (site.marks[each.name].worth or 0.0) for each in made.criteria
            )
            assert product == pytest.approx(site.score, abs=0.0051)  # half of the last digit
        own = [r.red_line.id for r in report.results if r.red_line.project_id == search.project_id]
        assert [option.id for option in made.of_kind(OptionKind.PRESENT)] == sorted(own)
        has_near = not search.suggestions and search.nearest is not None
        assert bool(made.of_kind(OptionKind.NEAREST)) is has_near
        assert list(comparison_lines(made, "en"))


def test_nothing_of_a_controlled_layer_is_drawn(found) -> None:
    study, report, searches = found
    hidden = {
        layer.name: layer
        for layer in study.atlas.layers
        if layer.release in {Release.TABLE_ONLY, Release.DISTRICT}
    }
    assert {"farmland", "eco_redline"} <= set(hidden)
    roles = {layer.role for layer in hidden.values()}
    made = api.compare(study, "SF-2026-008", report=report, searches=searches)
    under = made.backdrop
    assert roles.isdisjoint({layer.role for layer in (*under.base, *under.zones)})
    titles = {layer.title.zh for layer in hidden.values()}
    assert {title.zh for title in under.withheld} <= titles
    # its four corrections beside its sites: the conflict with the power line is gone in each
    cuts = made.of_kind(OptionKind.REPAIR)
    assert len(cuts) >= 3
    assert all("CN-POWER" in {rule.code for rule in cut.resolves} for cut in cuts)
    # a site drawn along a controlled layer has no map, every other alternative has one
    (search,) = [each for each in searches if each.project_id == "SF-2026-008"]
    along = {offer.site.id for offer in search.suggestions if set(offer.site.follows) & set(hidden)}
    assert {site.id for site in made.of_kind(OptionKind.SITE) if site.shape is None} == along
    drawn = sum(option.shape is not None for option in made.options)
    assert render(made, language="zh").count('class="map"') == 1 + drawn
