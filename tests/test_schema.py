"""Column contracts: what a table must have, said with the nearest match."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from siting.errors import ProblemsError, SchemaError, Where
from siting.schema import LAYER_COLUMNS, Column, missing_columns, require_columns


def test_layer_frame_passes() -> None:
    frame = gpd.GeoDataFrame(
        {"feature_id": ["a", "b"], "feature_name": ["", ""]},
        geometry=[shapely.box(0, 0, 1, 1)] * 2,
        crs="EPSG:4547",
    )
    require_columns(frame, LAYER_COLUMNS)


def test_missing_column_names_the_nearest() -> None:
    with pytest.raises(SchemaError, match="did you mean 'setback'"):
        require_columns(pd.DataFrame({"setback": [1.0]}), [Column("setback_m", "number")])


def test_optional_column_may_be_absent() -> None:
    require_columns(pd.DataFrame({"a": [1]}), [Column("b", "number", is_required=False)])


@pytest.mark.parametrize(
    ("values", "kind"),
    [(["a"], "number"), ([1.5], "text"), ([1.5], "whole"), (["2026"], "date"), ([1], "flag")],
)
def test_wrong_kind(values: list[object], kind: str) -> None:
    with pytest.raises(SchemaError, match="wrong kind"):
        require_columns(pd.DataFrame({"a": values}), [Column("a", kind, unit="m")])


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "number"),
        ([1.5], "number"),
        ([1], "whole"),
        (["a"], "text"),
        ([True], "flag"),
        (pd.to_datetime(["2026-03-01"]), "date"),
    ],
)
def test_right_kind(values: list[object], kind: str) -> None:
    require_columns(pd.DataFrame({"a": values}), [Column("a", kind)])


def test_nulls_and_duplicates() -> None:
    column = Column("a", "text", is_unique=True)
    with pytest.raises(SchemaError, match="without a value"):
        require_columns(pd.DataFrame({"a": ["x", None]}), [column])
    with pytest.raises(SchemaError, match="occur twice"):
        require_columns(pd.DataFrame({"a": ["x", "x"]}), [column])
    require_columns(pd.DataFrame({"a": ["x", None]}), [Column("a", "text", has_nulls=True)])


def test_problems_are_raised_together_with_their_place() -> None:
    with pytest.raises(ProblemsError) as caught:
        require_columns(
            pd.DataFrame({"a": [1]}),
            [Column("a", "text"), Column("b", "text")],
            where=Where(file="x.gpkg"),
        )
    assert len(caught.value.problems) == 2
    assert str(caught.value).count("file x.gpkg") == 2


def test_missing_columns_have_hints() -> None:
    assert missing_columns(["DLBM", "DLMC"], ["DLBM", "DLBN"]) == {"DLBN": "did you mean 'DLBM'?"}
