"""generate: the committed sample is what the generator writes, and other seeds differ."""

from __future__ import annotations

import datetime as dt
import tomllib

import numpy as np
import openpyxl
import pyogrio
import pytest
import rasterio
import shapely

from siting.errors import ConfigError
from siting.sample import SAMPLE_AS_OF, SAMPLE_PARCELS, SAMPLE_SEED, generate

TABLES = {
    "districts/districts.gpkg": "XZQ",
    "parcels/parcels.gpkg": "ZD",
    "land_use/land_use.gpkg": "DLTB",
    "zoning/zoning.gpkg": "GHYT",
    "control/control.gpkg": "farmland",
    "redlines/redlines.gpkg": "redlines",
}
#: Two roundings to 1 mm can differ by one step on another machine's sine.
TOLERANCE_M = 0.0025


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    folder = tmp_path_factory.mktemp("again")
    generate(folder, seed=SAMPLE_SEED, parcels=SAMPLE_PARCELS, as_of=SAMPLE_AS_OF)
    return folder


def same_table(left, right, path, table):
    one = pyogrio.read_dataframe(left / path, layer=table)
    other = pyogrio.read_dataframe(right / path, layer=table)
    attributes = one.drop(columns="geometry").equals(other.drop(columns="geometry"))
    shapes = shapely.equals_exact(
        one.geometry.to_numpy(), other.geometry.to_numpy(), tolerance=TOLERANCE_M
    )
    return attributes and bool(shapes.all())


@pytest.mark.parametrize(("path", "table"), TABLES.items())
def test_committed_tables_are_what_is_generated(sample, again, path, table):
    assert same_table(sample.folder, again, path, table)


@pytest.mark.parametrize("table", ["schools", "hospitals"])
def test_committed_services_are_what_is_generated(sample, again, table):
    assert same_table(sample.folder, again, "base/base.gpkg", table)


def test_the_committed_elevation_is_what_is_generated(sample, again):
    ours, theirs = (folder / "dem/dem.tif" for folder in (sample.folder, again))
    with rasterio.open(ours) as one, rasterio.open(theirs) as other:
        assert one.transform == other.transform
        # heights are rounded to 0.1 m: another machine's sine can turn one step
        assert np.abs(one.read(1) - other.read(1)).max() < 0.11


@pytest.mark.parametrize(
    "name",
    ["city.toml", "SOURCE.md", "redlines/planted.toml", "redlines/batch_2026.txt"],
)
def test_committed_texts_are_what_is_generated(sample, again, name):
    assert (sample.folder / name).read_bytes() == (again / name).read_bytes()


@pytest.mark.parametrize("name", ["ledger/projects.xlsx", "plan/decisions.xlsx"])
def test_committed_workbooks_are_what_is_generated(sample, again, name):
    ours, theirs = (
        list(openpyxl.load_workbook(folder / name).active.iter_rows(values_only=True))
        for folder in (sample.folder, again)
    )
    assert ours == theirs


def test_geopackages_carry_no_clock(again, tmp_path):
    generate(tmp_path, seed=SAMPLE_SEED, parcels=SAMPLE_PARCELS, as_of=SAMPLE_AS_OF)
    for path in TABLES:
        assert (again / path).read_bytes() == (tmp_path / path).read_bytes(), path


def test_another_seed_gives_another_city_with_the_same_intents(sample, tmp_path):
    generate(tmp_path, seed=7, parcels=2_000, as_of=dt.date(2026, 1, 1))
    other = tomllib.loads((tmp_path / "redlines/planted.toml").read_text("utf-8"))["planted"]
    assert [plant["intent"] for plant in other] == [p["intent"] for p in sample.planted()]
    decided = openpyxl.load_workbook(tmp_path / "plan/decisions.xlsx").active
    assert [row[2] for row in decided.iter_rows(values_only=True)] == ["决定", "拒绝", "已供"]
    count = pyogrio.read_info(tmp_path / "parcels/parcels.gpkg", layer="ZD")["features"]
    assert 1_400 < count < 2_800


def test_too_small_a_city_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="that small"):
        generate(tmp_path, seed=1, parcels=10, as_of=dt.date(2026, 1, 1))
