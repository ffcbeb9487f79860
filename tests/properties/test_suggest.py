"""What is offered is re-checked here by other means: no site lies on farmland."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from siting.check import check
from siting.model import RedLine
from siting.overlay import exact_overlap_area_m2
from siting.suggest import suggest

from ..tiny_city import ORIGINS
from ..town import AS_OF, EAST, NORTH, Town
from .shapes import polygons

#: A case is an offered site; an example offers some ten.
ROWS = settings(max_examples=max(3, settings.default.max_examples // 10))
#: An overlap up to this is a touch (`pairs.TOUCH_AREA_M2`).
TOUCH_M2 = 1e-4


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("town"))


def in_town(shape: BaseGeometry) -> BaseGeometry:
    """Move a polygon from the tiny city's corner to the town's."""
    west, south = ORIGINS["EPSG:4547"]
    moved: BaseGeometry = shapely.transform(shape, lambda xy: xy + (EAST - west, NORTH - south))  # noqa: RUF005 - numpy adds
    return moved


@ROWS
@given(st.lists(polygons(), min_size=1, max_size=4), st.lists(polygons(), max_size=2))
def test_a_suggested_site_breaks_no_prohibited_rule(town: Town, fields, slides) -> None:
    made = Town(town.folder)
    made.farmland = [(f"F{n}", in_town(shape)) for n, shape in enumerate(fields)]
    made.hazard = [(f"H{n}", in_town(shape)) for n, shape in enumerate(slides)]
    # plots of 100 m side by side, so that farmland cuts through some and touches others
    for n in range(100):
        made.parcel(f"L{n:02}", made.box(100.0 * (n // 10), 100.0 * (n % 10)))
    made.projects = [made.project(f"P{n}") for n in range(1, 4)]
    atlas, book = made.atlas, made.rule_book
    report = check(atlas, book, city=made.city, as_of=AS_OF)
    searches = suggest(atlas, book, report, city=made.city, as_of=AS_OF)
    sites = [each.site for search in searches for each in search.suggestions]
    for site in sites:
        for _, field in made.farmland:
            assert (exact_overlap_area_m2(site.geometry, field) or 0.0) <= TOUCH_M2
    made.red_lines = [
        RedLine(f"{site.id}-{n}", f"P{n}", site.geometry, "EPSG:4547")
        for n, site in enumerate(sites, start=1)
    ]
    made.projects = [made.project(f"P{n}") for n in range(1, len(sites) + 1)]
    again = check(made.atlas, book, city=made.city, as_of=AS_OF)
    broken = [v for v in again.verdicts if v.code == "FARM" and v.status != "clear"]
    assert broken == []
    # a plot that lies free of everything is never lost: the search finds what there is
    free = [
        plot
        for _, plot, _ in made.parcels
        if all(not shapely.intersects(plot, other) for _, other in (*made.farmland, *made.hazard))
    ]
    assert bool(sites) or not free


@ROWS
@given(st.lists(polygons(), min_size=1, max_size=4), st.lists(polygons(), max_size=2))
def test_a_made_site_breaks_no_prohibited_rule_and_takes_no_land_twice(
    town: Town, fields, slides
) -> None:
    made = Town(town.folder)
    made.spec = replace(made.spec, made_count=3)
    made.farmland = [(f"F{n}", in_town(shape)) for n, shape in enumerate(fields)]
    made.hazard = [(f"H{n}", in_town(shape)) for n, shape in enumerate(slides)]
    # half plots to put together, and large ones to cut
    for n in range(16):
        made.parcel(f"S{n:02}", made.box(100.0 * (n // 4), 50.0 * (n % 4), 100, 50))
    for n in range(4):
        made.parcel(f"X{n}", made.box(420.0 + 300 * (n // 2), 300.0 * (n % 2), 300, 300))
    made.projects = [made.project(f"P{n}") for n in range(1, 3)]
    atlas, book = made.atlas, made.rule_book
    report = check(atlas, book, city=made.city, as_of=AS_OF)
    searches = suggest(atlas, book, report, city=made.city, as_of=AS_OF)
    sites = [each.site for search in searches for each in search.suggestions]
    assert sites
    for number, site in enumerate(sites):
        assert site.kind.is_made
        assert 9_000 <= site.geometry.area <= 11_000
        for _, field in made.farmland:
            assert (exact_overlap_area_m2(site.geometry, field) or 0.0) <= TOUCH_M2
        for other in sites[number + 1 :]:
            assert shapely.area(shapely.intersection(site.geometry, other.geometry)) <= 0.01
