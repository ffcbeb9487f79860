"""Flood depth: levels by hand, levels in a layer, and what nobody declared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.model import Contract, LoadStatus

from ..tiny_city import layer, rect
from ..tiny_ground import elevation_model, middles, ramp
from .sites import attempt, measure, setting, sites

DATUM = {"datum": "1985国家高程基准", "datum_en": "Yellow Sea 1985"}
SITE = rect(400, 3000, 500, 3100)


def found(layers, *shapes, **table):
    made = measure("flood_depth", **DATUM, **table)
    return made.of(sites(*(shapes or (SITE,))), setting(layers), None)


def depth(layers, *shapes, **table) -> np.ndarray:
    return found(layers, *shapes, **table).values


def flood(shapes, levels, **fields):
    columns = {"level_m": levels} if levels is not None else {}
    return layer("flood_100", shapes, columns=columns, **fields)


# ------------------------------------------------------------------ one level for the city
def test_depth_under_one_level_by_hand():
    # ground from 4.05 m in column 40 to 4.95 m in column 49; water at 4.5 m:
    # the lower five cells are 0.45, 0.35, 0.25, 0.15 and 0.05 m deep, the others dry
    dem = elevation_model(ramp(1.0))
    assert depth([dem], level_m=4.5)[0] == pytest.approx(1.25 / 10, abs=1e-6)
    assert depth([dem], level_m=4.5, statistic="greatest")[0] == pytest.approx(0.45, abs=1e-6)


def test_land_above_the_water_is_dry():
    made = measure("flood_depth", **DATUM, level_m=3.0)
    value = made.of(sites(SITE), setting([elevation_model(ramp(1.0))]), None).values[0]
    assert value == 0.0
    assert "above" in made.phrase(value).get("en")
    assert made.unit == "m"


def test_unknown_heights_are_never_dry():
    heights = ramp(1.0) + 100
    heights[90, 40:43] = np.nan
    result = found([elevation_model(heights)], level_m=3.0)
    assert np.isnan(result.values[0])
    assert result.reasons[0].get("en").startswith("3.00%")


def test_the_datum_is_told():
    result = found([elevation_model(ramp(1.0))], level_m=3.0)
    assert any("Yellow Sea 1985" in note.get("en") for note in result.notes)
    assert any("1985国家高程基准" in note.zh for note in result.notes)


# ------------------------------------------------------------------ levels in a layer
def test_a_level_holds_where_its_feature_lies():
    # level ground at 2 m; the western half of the site under 2.6 m of water level
    dem = elevation_model(np.full((200, 200), 2.0))
    water = flood([rect(300, 2900, 450, 3200)], [2.6])
    assert depth([dem, water], roles=["flood_100"])[0] == pytest.approx(0.3, abs=1e-6)
    greatest = depth([dem, water], roles=["flood_100"], statistic="greatest")
    assert greatest[0] == pytest.approx(0.6, abs=1e-6)


def test_where_two_levels_overlap_the_higher_one_holds():
    dem = elevation_model(np.zeros((200, 200)))
    # 1 m over the western 60 %, 3 m over the eastern 60 %: 0.4 × 1 + 0.6 × 3
    water = flood([rect(300, 2900, 460, 3200), rect(440, 2900, 600, 3200)], [1.0, 3.0])
    assert depth([dem, water], roles=["flood_100"])[0] == pytest.approx(2.2, abs=1e-5)
    turned = flood([rect(440, 2900, 600, 3200), rect(300, 2900, 460, 3200)], [3.0, 1.0])
    assert depth([dem, turned], roles=["flood_100"])[0] == pytest.approx(2.2, abs=1e-5)


def test_several_sites_and_levels_keep_apart():
    dem = elevation_model(np.zeros((200, 200)))
    water = flood([rect(0, 3000, 100, 3100), rect(500, 3000, 600, 3100)], [1.0, 2.0])
    three = rect(0, 3000, 100, 3100), rect(250, 3000, 300, 3100), rect(550, 3000, 650, 3100)
    assert depth([dem, water], *three, roles=["flood_100"]) == pytest.approx([1, 0, 1])


def test_outside_every_feature_land_is_dry_only_where_that_is_declared():
    dem = elevation_model(np.zeros((200, 200)))
    far = [rect(1500, 3000, 1600, 3100)]
    assert depth([dem, flood(far, [9.0])], roles=["flood_100"])[0] == 0.0
    beside = flood(far, [9.0], coverage=rect(1000, 0, 4000, 4000))
    result = found([dem, beside], roles=["flood_100"])
    assert np.isnan(result.values[0])
    assert "declared coverage" in result.reasons[0].get("en")
    undeclared = flood(far, [9.0], coverage=None)
    assert np.isnan(depth([dem, undeclared], roles=["flood_100"])[0])


def test_a_layer_that_lost_rows_never_says_dry():
    dem = elevation_model(np.zeros((200, 200)))
    water = flood([rect(1500, 3000, 1600, 3100)], [9.0])
    short = replace(water, contract=Contract(LoadStatus.SHORT, 2, 1))
    assert np.isnan(depth([dem, short], roles=["flood_100"])[0])


@pytest.mark.parametrize("levels", [None, [None], ["high"], [float("nan")], [float("inf")]])
def test_a_feature_without_a_level_is_unknown(levels):
    dem = elevation_model(np.zeros((200, 200)))
    result = found([dem, flood([rect(300, 2900, 450, 3200)], levels)], roles=["flood_100"])
    assert np.isnan(result.values[0])
    assert "no level" in result.reasons[0].get("en")


def test_an_unknown_level_is_not_hidden_by_a_known_one():
    dem = elevation_model(np.zeros((200, 200)))
    both = [rect(300, 2900, 600, 3200), rect(300, 2900, 600, 3200)]
    assert np.isnan(depth([dem, flood(both, [1.0, float("nan")])], roles=["flood_100"])[0])


def test_levels_may_stand_in_another_column():
    dem = elevation_model(np.zeros((200, 200)))
    water = layer("flood_500", [rect(0, 0, 4000, 4000)], columns={"SW": ["2.5"]})
    made = depth([dem, water], roles=["flood_500"], attribute="SW")
    assert made[0] == pytest.approx(2.5)


def test_without_a_model_or_without_the_layer_there_is_nothing_to_measure_with():
    dem, water = elevation_model(ramp(1.0)), flood([SITE], [9.0])
    assert found([dem], roles=["flood_100"]) is None
    assert found([water], roles=["flood_100"]) is None
    assert found([], level_m=3.0) is None
    assert "level_m" in measure("flood_depth", **DATUM, roles=["flood_100"]).needs.get("en")


@pytest.mark.parametrize(
    "table",
    [
        {"level_m": 3.0},
        DATUM,
        {**DATUM, "level_m": 3.0, "roles": ["flood_100"]},
        {**DATUM, "roles": ["flod_100"]},
        {**DATUM, "level_m": 3.0, "statistic": "median"},
        {**DATUM, "level_m": float("nan")},
    ],
)
def test_wrong_parameters_are_told(table):
    made, problems = attempt("flood_depth", **table)
    assert made is None
    assert problems


# ------------------------------------------------------------------ an independent engine
boxes = st.lists(
    st.tuples(
        st.integers(30, 55), st.integers(85, 105), st.integers(1, 12), st.integers(1, 12),
        st.floats(0, 8),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@given(boxes)
def test_boxes_on_cells_are_what_a_plain_loop_finds(drawn):
    easting, northing = middles()
    heights = (3 + np.sin(easting / 37) + np.cos(northing / 23)).astype(np.float32)
    shapes = [
        rect(10 * left, 4000 - 10 * (top + tall), 10 * (left + wide), 4000 - 10 * top)
        for left, top, wide, tall, _ in drawn
    ]
    level = np.full(heights.shape, -np.inf)
    for left, top, wide, tall, height_m in drawn:
        here = slice(top, top + tall), slice(left, left + wide)
        level[here] = np.maximum(level[here], height_m)
    deep = np.maximum(level - heights, 0)[90:100, 40:50]
    layers = [elevation_model(heights), flood(shapes, [box[4] for box in drawn])]
    assert depth(layers, roles=["flood_100"])[0] == pytest.approx(deep.mean(), abs=1e-5)
    most = depth(layers, roles=["flood_100"], statistic="greatest")[0]
    assert most == pytest.approx(deep.max(), abs=1e-5)
