"""What a road layer says of its roads, and what was not understood."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from siting.access import (
    LevelsMeet,
    RoadColumns,
    Roads,
    graph_of,
    network_of,
    read_speeds,
    roads_of,
)
from siting.city.spec import LEVELS_MEET, ROAD_COLUMNS
from siting.errors import SchemaError
from siting.model.features import FrameFeatures

from .streets import CRS, shapes

COLUMNS = RoadColumns("grade", "kmh", "oneway", "layer", "bridge", "tunnel")


def _roads(**columns: list) -> Roads:
    count = len(next(iter(columns.values())))
    table = {
        name: [None] * count for name in ("grade", "kmh", "oneway", "layer", "bridge", "tunnel")
    }
    table |= {"feature_id": [f"R{n}" for n in range(count)], "feature_name": ["路"] * count}
    lines = shapes(*[[(0, 100 * n), (1000, 100 * n)] for n in range(count)])
    frame = gpd.GeoDataFrame(table | columns, geometry=lines, crs=CRS)
    return roads_of(FrameFeatures(frame), COLUMNS, CRS)


def test_words_for_one_way_streets() -> None:
    made = _roads(oneway=["yes", "是", "-1", "TF", "双向", None, "F"])

    assert made.one_way.tolist() == [1, 1, -1, -1, 0, 0, 1]
    assert made.doubts == ()


def test_a_word_that_is_not_understood_is_named_and_the_road_open_both_ways() -> None:
    made = _roads(oneway=["sometimes", "yes", "sometimes"])

    assert made.one_way.tolist() == [0, 1, 0]
    (doubt,) = made.doubts
    assert (doubt.column, doubt.value, doubt.rows, doubt.example_id) == (
        "oneway", "sometimes", 2, "R0",
    )  # fmt: skip


def test_posted_speeds_and_those_that_are_none() -> None:
    made = _roads(kmh=["50", None, "fast", "-3", "nan"])

    assert made.posted_kmh[0] == 50.0
    assert np.isnan(made.posted_kmh[1:]).all()
    assert [doubt.value for doubt in made.doubts] == ["-3", "fast", "nan"]


def test_levels_bridges_and_tunnels() -> None:
    made = _roads(
        layer=["2", None, None, "0", "1.5", None],
        bridge=["yes", "yes", "no", "1", None, None],
        tunnel=[None, None, None, None, None, "是"],
    )

    assert made.levels.tolist() == [2, 1, 0, 1, 0, -1]
    assert [doubt.value for doubt in made.doubts] == ["1.5"]


def test_a_posted_speed_goes_before_that_of_the_class() -> None:
    made = _roads(grade=["主干路", "主干路", "unheard of", "unheard of"], kmh=[None, 60, None, 30])

    on = graph_of(network_of(made), read_speeds().modes["drive"])

    # 1 km at 40 km/h, at the posted 60, at the default 20, at the posted 30
    assert on.minutes.tolist() == pytest.approx([1.5, 1.0, 3.0, 2.0])
    assert [(each.word, each.rows) for each in on.unknown] == [("unheard of", 1)]


def test_a_posted_speed_does_not_open_a_closed_class_and_nobody_walks_by_it() -> None:
    made = _roads(grade=["人行道", "高速公路", "支路"], kmh=[30, 80, 60])
    network, modes = network_of(made), read_speeds().modes

    assert np.isnan(graph_of(network, modes["drive"]).minutes).tolist() == [True, False, False]
    walk = graph_of(network, modes["walk"]).minutes
    assert np.isnan(walk).tolist() == [False, True, False]
    assert walk[2] == pytest.approx(15.0)


def test_a_column_that_is_not_there_is_refused_with_the_nearest_one() -> None:
    frame = gpd.GeoDataFrame(
        {"feature_id": ["a"], "feature_name": ["a"], "grade": ["支路"]},
        geometry=shapes([(0, 0), (1, 0)]),
        crs=CRS,
    )
    with pytest.raises(SchemaError, match="did you mean 'grade'"):
        roads_of(FrameFeatures(frame), RoadColumns(road_class="grades"), CRS)


def test_city_toml_knows_the_same_columns_and_levels() -> None:
    assert tuple(dataclasses.asdict(RoadColumns())) == ROAD_COLUMNS
    assert tuple(LevelsMeet) == LEVELS_MEET


def test_classes_that_are_whole_numbers_with_gaps_are_those_of_the_file_of_speeds(
    tmp_path: Path,
) -> None:
    """Cambridge's MajorRoad: 1, 2 and nothing, which a table holds as 1.0, 2.0 and nothing."""
    (tmp_path / "speeds.toml").write_text(
        """
[book]
title = "t"
[[mode]]
name = "m"
default_kmh = 10
off_road_kmh = 4
source = "s"
[[class]]
words = ["1", "2.0"]
kmh = { m = 60 }
source = "s"
""",
        encoding="utf-8",
    )
    made = _roads(grade=[1.0, None, 2.0])

    graph = graph_of(network_of(made), read_speeds(tmp_path / "speeds.toml").modes["m"])

    assert made.classes == ("1", "", "2")
    # a kilometre each
    assert graph.minutes.tolist() == pytest.approx([1.0, 6.0, 1.0])
    assert [each.word for each in graph.unknown] == [""]
