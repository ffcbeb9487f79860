"""The body of an outline, and the filter that leaves out strips and ragged parcels."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
import shapely

from siting.candidates import (
    AREA,
    SHAPE,
    PlanRules,
    Wanted,
    body_share,
    filter_parcels,
    gather_parcels,
)
from siting.candidates.shape import Bodies
from siting.model import NearMiss, Search, SiteKind
from siting.suggest import Asked

if TYPE_CHECKING:
    from conftest import Town

EAST, NORTH = 500_000.0, 2_560_000.0


def rects(*corners: tuple[float, float, float, float]) -> shapely.Geometry:
    """Return the union of rectangles (west, south, width, height), in Gauss-Krüger metres."""
    return shapely.union_all(
        [shapely.box(EAST + w, NORTH + s, EAST + w + a, NORTH + s + b) for w, s, a, b in corners]
    )


BODY_AND_LANE = rects((0, 0, 75, 100), (75, 40, 125, 20))
STREETS = rects(
    *((0, 50 * n, 210, 10) for n in range(5)), *((50 * n, 0, 10, 210) for n in range(5))
)
PLOTS_ON_A_LANE = rects((0, 0, 70, 70), (110, 0, 70, 70), (70, 30, 40, 5))


@pytest.mark.parametrize(
    ("outline", "share"),
    [
        (rects((0, 0, 100, 100)), 1.0),
        # narrow is what is less than 0.3 √(11 · 900) = 29.85 m wide, or 0.3 √(12 · 900) = 31.18
        (rects((0, 0, 30, 330)), 1.0),
        (rects((0, 0, 30, 360)), 0.0),
        # 10,000 m²: the lane of 20 m is narrower than 30
        (BODY_AND_LANE, 0.75),
        # 10,000 m²: two plots of 4,900 on a lane of 5 m
        (PLOTS_ON_A_LANE, 0.49),
        # 9,800 m²: they meet on 14 m of an edge, less than 0.15 √9,800 = 14.8; or on 16 m
        (rects((0, 0, 70, 70), (70, 56, 70, 70)), 0.5),
        (rects((0, 0, 70, 70), (70, 54, 70, 70)), 1.0),
        # 10,100 m²: a neck of 15 m joins them, less than 15.07; and a neck of 16 m
        (rects((0, 0, 70, 70), (90, 0, 70, 70), (70, 30, 20, 15)), 4_900 / 10_100),
        (rects((0, 0, 70, 70), (90, 0, 70, 70), (70, 30, 20, 16)), 9_800 / 10_120),
        # a web of streets, 10 m wide
        (STREETS, 0.0),
        # apart from one another
        (rects((0, 0, 60, 60), (500, 0, 80, 60)), 80 / 140),
        # a hole in the middle leaves 30 m all around
        (rects((0, 0, 100, 100)).difference(rects((30, 30, 40, 40))), 1.0),
    ],
)  # fmt: skip
def test_the_body_by_hand(outline: shapely.Geometry, share: float) -> None:
    assert body_share(outline) == pytest.approx(share, abs=1e-6)
    turned = shapely.affinity.rotate(outline, 33.0, origin=(EAST, NORTH))
    assert body_share(turned) == pytest.approx(share, abs=1e-4)


def _places(cells: np.ndarray, share: float) -> tuple[np.ndarray, int]:
    """Return where a square of a share of the root of the area lies within, and its side."""
    side = int(np.ceil(share * np.sqrt(cells.sum())))
    return np.lib.stride_tricks.sliding_window_view(cells, (side, side)).all(axis=(2, 3)), side


def _labelled(ways: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the places that hang together by their sides, from 1; 0 is no place."""
    inside = [(int(row), int(column)) for row, column in np.argwhere(ways)]
    parts = list(nx.connected_components(nx.grid_2d_graph(*ways.shape).subgraph(inside)))
    labels = np.zeros(ways.shape, dtype=int)
    for number, part in enumerate(parts, start=1):
        for place in part:
            labels[place] = number
    return labels, len(parts)


def _of_cells(cells: np.ndarray) -> float:
    """Return the body share of an outline of square cells, counted by its cells."""
    ways, _ = _places(cells, 0.15)
    joined, count = _labelled(ways)
    places, side = _places(cells, 0.3)
    largest = 0
    for number in range(1, count + 1):
        covered = np.zeros_like(cells)
        for row, column in np.argwhere(places):
            if joined[row, column] == number:
                covered[row : row + side, column : column + side] = True
        largest = max(largest, int(covered.sum()))
    return largest / int(cells.sum())


@pytest.mark.parametrize("seed", range(100))
def test_the_body_of_rectangles_is_that_of_their_cells(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - outlines, no secret
    cells = np.zeros((24, 24), dtype=bool)
    for _ in range(dice.randint(1, 6)):
        row, column = dice.randrange(20), dice.randrange(20)
        cells[row : row + dice.randint(1, 16), column : column + dice.randint(1, 16)] = True
    squares = [(5.0 * c, 5.0 * r, 5.0, 5.0) for r, c in np.argwhere(cells).tolist()]
    assert body_share(rects(*squares)) == pytest.approx(_of_cells(cells), abs=1e-5)


def test_only_what_is_asked_for_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def counted(outline: shapely.Geometry) -> float:
        asked.append(outline.area)
        return body_share(outline)

    monkeypatch.setattr("siting.candidates.shape.body_share", counted)
    outlines = np.array([rects((0, 0, 10, side)) for side in (10, 20, 300)], dtype=object)
    bodies = Bodies(outlines)
    assert bodies.shares([2, 0, 2]).tolist() == pytest.approx([0.0, 1.0, 0.0])
    assert bodies.are_enough([0, 2]).tolist() == [True, False]
    assert sorted(asked) == [100.0, 3_000.0]


def test_the_shape_is_asked_of_what_passes_all_other_filters(town: Town) -> None:
    town.parcel("good", town.box(0, 0))
    town.parcel("sold", town.box(200, 0), supply="已供")
    town.parcel("small", town.box(400, 0, 50))
    town.parcel("strip", town.box(600, 0, 20, 500))
    parcels = gather_parcels(town.atlas, town.city, zoning_column="plan_code")
    assert parcels is not None
    wanted = Wanted(9_000, 11_000, ("10",), "plan")
    filters = filter_parcels(
        parcels, town.project("P1"), wanted, PlanRules.of(town.rule_book, None)
    )
    assert filters.passing().tolist() == [True, False, False, False]
    known = ~np.isnan(parcels.bodies._shares)
    assert dict(zip(parcels.ids, known.tolist(), strict=True)) == {
        "good": True, "sold": False, "small": False, "strip": True,
    }  # fmt: skip
    assert filters.passing(lifted=(SHAPE,)).tolist() == [True, False, False, True]
    assert filters.passing(lifted=(AREA, SHAPE)).tolist() == [True, True, False, True]
    assert filters.failed_by(3) == ("shape",)
    # a table of other outlines has bodies of its own
    other = replace(parcels, geometries=parcels.geometries[::-1])
    assert np.isnan(other.bodies._shares).all()


def ids(search: Search) -> list[str]:
    return [suggestion.site.id for suggestion in search.suggestions]


def nearest(search: Search) -> NearMiss:
    assert search.nearest is not None
    return search.nearest


def test_a_strip_is_not_offered_and_the_funnel_says_so(town: Town) -> None:
    town.parcel("strip", town.box(0, 0, 20, 500))
    town.parcel("lane", shapely.affinity.translate(BODY_AND_LANE, 100, 0))
    town.parcel("plots", shapely.affinity.translate(PLOTS_ON_A_LANE, 300, 0))
    town.projects = [town.project("P1", 8_000, 11_000)]
    found = town.run()["P1"]
    assert ids(found) == ["lane"]
    (step,) = (each for each in found.funnel if each.name == "shape")
    assert (step.remaining, step.remaining_if_lifted, step.is_at_least) == (1, 3, False)
    assert step.title.zh == "形状完整、不狭长"


def test_where_the_shape_alone_leaves_none_it_is_named(town: Town) -> None:
    town.parcel("strip", town.box(0, 0, 20, 500))
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    assert found.blocked_by is not None
    assert found.blocked_by.en.startswith("the one constraint that leaves none: 'one wide piece")


def test_no_other_filter_is_blamed_for_a_strip(town: Town) -> None:
    # lifted alone, neither would help: what it keeps out is a strip as well
    town.parcel("sold strip", town.box(0, 0, 20, 500), supply="已供")
    town.parcel("long strip", town.box(600, 0, 20, 600))
    town.parcel("larger", town.box(800, 0, 130))
    town.projects = [town.project("P1")]
    found = town.run()["P1"]
    lifts = {each.name: each.remaining_if_lifted for each in found.funnel}
    assert (lifts["supply"], lifts["area"], lifts["shape"]) == (0, 1, 0)
    (area,) = (each for each in found.funnel if each.name == "area")
    # the strip of 12,000 m² is nearer to the range than the parcel of 13,000, but no site
    assert [each.parcel_id for each in area.relaxations] == ["larger"]


def test_a_lift_that_saw_only_strips_does_not_say_that_there_are_none(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siting.suggest.search.LIFT_LIMIT", 1)
    for number in range(3):
        town.parcel(f"{number} strip", town.box(0, 600 * number, 20, 500), supply="已供")
    town.parcel("sold", town.box(200, 0), supply="已供")
    town.projects = [town.project("P1")]
    (supply,) = (each for each in town.run()["P1"].funnel if each.name == "supply")
    assert (supply.remaining_if_lifted, supply.is_at_least) == (0, True)


def test_the_nearest_parcel_is_as_far_off_as_its_narrow_part_is_large(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siting.suggest.near_miss.BATCH", 1)
    # 6,000 m² in one piece, and a lane of 20 m and 4,000 m²: 40 % of it
    town.parcel("lane", rects((0, 0, 60, 100), (60, 0, 200, 20)))
    town.parcel("half farm", town.box(0, 300))
    town.parcel("strip and sold", town.box(600, 0, 20, 500), supply="已供")
    town.farmland = [("F", town.box(0, 300, 50))]
    town.projects = [town.project("P1")]
    found = nearest(town.run()["P1"])
    assert (found.site.id, found.is_exact) == ("lane", True)
    (obstacle,) = found.obstacles
    assert (obstacle.code, obstacle.is_rule) == ("shape", False)
    assert obstacle.share == pytest.approx(0.4, abs=1e-6)
    assert obstacle.area_m2 == pytest.approx(4_000, abs=0.01)
    assert found.shortfall == pytest.approx(0.4, abs=1e-6)
    assert "主体以外 4,000.00 m² (40.00%)" in found.why.zh
    assert "4,000.00 m² (40.00%) outside its body" in found.why.en


def test_a_strip_that_fails_more_is_judged_by_all_that_it_fails(town: Town) -> None:
    # by its supply alone the strip would be as near as the square
    town.parcel("a strip", town.box(0, 0, 20, 500), supply="已供")
    town.parcel("b square", town.box(200, 0), supply="已供")
    town.projects = [town.project("P1")]
    found = nearest(town.run()["P1"])
    assert (found.site.id, found.shortfall) == ("b square", 1.0)


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_of_strips_and_others_is_that_of_all_by_hand(
    town: Town, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siting.suggest.near_miss.BATCH", 3)
    dice = random.Random(seed)  # noqa: S311 - a town, no secret
    expected = {}
    for row in range(40):
        # three in four are strips, some of them in the range; the others are too small
        width, length = dice.uniform(14, 26), dice.uniform(380, 600)
        if row % 4 == 0:
            width, length = dice.uniform(40, 60), dice.uniform(100, 140)
        supply = dice.choice(["未供", "未供", "已供"])
        shape = town.box(30 * row, dice.uniform(0, 3_000), width, length)
        town.parcel(f"{row:02}", shapely.affinity.rotate(shape, dice.uniform(0, 90)), supply=supply)
        area = width * length
        gap = max(1 - area / 9_000, 1 - 11_000 / area, 0.0)
        expected[f"{row:02}"] = gap + (supply == "已供") + (width < 0.3 * area**0.5)
    town.projects = [town.project("P1")]
    found = nearest(town.run()["P1"])
    assert found.is_exact
    assert found.shortfall == pytest.approx(min(expected.values()), abs=1e-6)
    assert expected[found.site.id] == min(expected.values())


# made of parcels that are none by themselves -----------------------------------------------------


def test_strips_side_by_side_are_put_together(town: Town) -> None:
    town.spec = replace(town.spec, made_count=2)
    for number in range(5):
        town.parcel(f"{number}", town.box(20.0 * number, 0, 20, 500))
    town.projects = [town.project("P1", 45_000, 55_000)]
    (one,) = town.run()["P1"].suggestions
    assert (one.site.kind, len(one.site.parcel_ids)) == (SiteKind.ASSEMBLED, 5)


def test_a_site_is_carved_out_of_the_body_of_a_ragged_parcel(town: Town) -> None:
    town.spec = replace(town.spec, made_count=2)
    # 10,000 m², of which 6,000 are one piece: enough, but it is not offered as it is
    town.parcel("ragged", rects((0, 0, 60, 100), (60, 0, 200, 20)))
    town.projects = [town.project("P1", 5_000, 12_000)]
    (one,) = town.run()["P1"].suggestions
    assert one.site.kind is SiteKind.CARVED
    assert one.site.least_width_m > 40
    assert shapely.covers(rects((0, 0, 60, 100)).buffer(20), one.site.geometry)


def test_strips_that_cannot_be_carved_keep_no_parcel_from_being(town: Town) -> None:
    town.spec = replace(town.spec, made_count=2)
    # they come first by their place, and of a few parcels only is tried what can be carved
    for number in range(3):
        town.parcel(f"strip {number}", town.box(300 + 100 * number, 0, 20, 500))
    town.parcel("large", town.box(2_000, 0, 200, 200))
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(100, 0))]
    (one,) = town.run()["P1"].suggestions
    assert (one.site.kind, one.site.parcel_ids) == (SiteKind.CARVED, ("large",))


def test_a_strip_is_not_carved(town: Town) -> None:
    town.spec = replace(town.spec, made_count=2)
    town.parcel("strip", town.box(0, 0, 20, 500))
    town.projects = [town.project("P1")]
    assert town.run()["P1"].suggestions == ()


# options of a plan -----------------------------------------------------------------------------


def test_a_plan_is_told_why_a_strip_is_no_option(town: Town) -> None:
    town.parcel("strip", town.box(0, 0, 20, 500))
    town.projects = [town.project("P1")]
    pools = town.pools(Asked(named={"P1": ("strip",)}))
    assert pools.options["P1"] == ()
    assert "形状完整、不狭长" in pools.why_not["P1", "strip"].zh
    assert "'one wide piece, no strip'" in pools.blocked["P1"].en


def test_a_red_line_that_is_a_strip_stays_an_option_for_it_is_no_parcel(town: Town) -> None:
    town.parcel("far", town.box(4_000, 0))
    town.projects = [town.project("P1")]
    town.red_lines = [town.red_line("P1", town.box(0, 0, 20, 500))]
    kinds = [option.site.kind for option in town.pools().options["P1"]]
    assert SiteKind.RED_LINE in kinds
