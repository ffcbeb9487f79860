"""A whole city: every configured layer comes back, whatever happened to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import shapely

from siting.city import read_city
from siting.errors import ConfigError, ReadError
from siting.load import load_city
from siting.model import Atlas, LoadStatus

from .town import AS_OF, EAST, NORTH, frame_of, square

WEST_HALF = shapely.box(EAST, NORTH, EAST + 1000, NORTH + 1000)
# 2 cm apart from the western half, as two digitisations of one border are.
EAST_HALF = shapely.box(EAST + 1000.02, NORTH, EAST + 2000, NORTH + 1000)

HEAD = """
[city]
name = "小镇"
crs = "EPSG:4547"
"""
DISTRICTS = """
[[layer]]
name = "districts"
role = "district"
path = "districts.gpkg"
id_column = "code"
name_column = "name"
coverage = "city"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two districts and a few layers to choose from."""
    districts = frame_of([WEST_HALF, EAST_HALF], code=["01", "02"], name=["西区", "东区"])
    districts.to_file(tmp_path / "districts.gpkg")
    frame_of([square(0), square(1)]).to_file(tmp_path / "farmland.gpkg")
    frame_of([WEST_HALF], code=["all"]).to_file(tmp_path / "outline.gpkg")
    return tmp_path


def load(folder: Path, text: str, *, as_of: dt.date = AS_OF) -> Atlas:
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return load_city(read_city(folder), as_of=as_of)


def layer(name: str = "farmland", *, extra: str = "", path: str = "farmland.gpkg") -> str:
    return f'\n[[layer]]\nname = "{name}"\nrole = "farmland"\npath = "{path}"\n{extra}\n'


def test_every_layer_is_there_in_the_order_of_the_file(folder: Path) -> None:
    text = HEAD + layer("gone", path="gone.gpkg") + DISTRICTS + layer()
    atlas = load(folder, text)
    assert [one.name for one in atlas.layers] == ["gone", "districts", "farmland"]
    assert [one.is_usable for one in atlas.layers] == [False, True, True]
    assert list(atlas.districts["feature_id"]) == ["01", "02"]


def test_progress_names_each_layer(folder: Path) -> None:
    (folder / "city.toml").write_text(HEAD + DISTRICTS + layer(), encoding="utf-8")
    said: list[str] = []
    load_city(read_city(folder), as_of=AS_OF, progress=said.append)
    assert said == ["行政区", "永久基本农田"]


def test_outline_is_the_union_of_districts(folder: Path) -> None:
    atlas = load(folder, HEAD + DISTRICTS)
    assert atlas.outline.area == pytest.approx(WEST_HALF.area + EAST_HALF.area)


def test_gap_between_borders_is_no_hole_in_the_city(folder: Path) -> None:
    ring = shapely.box(EAST, NORTH, EAST + 900, NORTH + 900)
    hole = shapely.box(EAST + 300, NORTH + 300, EAST + 600, NORTH + 600)
    filling = shapely.box(EAST + 300.02, NORTH + 300.02, EAST + 599.98, NORTH + 599.98)
    lake = shapely.box(EAST + 10, NORTH + 10, EAST + 20, NORTH + 20)
    shapes = [ring.difference(hole).difference(lake), filling]
    frame_of(shapes, code=["01", "02"], name=["外", "内"]).to_file(folder / "districts.gpkg")
    atlas = load(folder, HEAD + DISTRICTS)
    assert atlas.outline.area == pytest.approx(900 * 900 - 10 * 10)


def test_outline_file(folder: Path) -> None:
    text = (
        HEAD
        + 'outline = { path = "outline.gpkg" }\n'
        + DISTRICTS
        + layer(extra='coverage = "city"')
    )
    atlas = load(folder, text)
    assert atlas.outline.equals(WEST_HALF)
    coverage = atlas.layers[1].coverage
    assert coverage is not None
    assert coverage.equals(WEST_HALF)


@pytest.mark.parametrize(
    ("extra", "area_m2", "words"),
    [
        ("", None, "undeclared"),
        ('coverage = "city"', 1000 * 1000 + 999.98 * 1000, "whole city"),
        ('coverage = { districts = ["02"] }', 999.98 * 1000, "东区"),
        ('coverage = { path = "outline.gpkg" }', 1000 * 1000, "outline.gpkg"),
    ],
)
def test_coverage(folder: Path, extra: str, area_m2: float | None, words: str) -> None:
    found = load(folder, HEAD + DISTRICTS + layer(extra=extra)).layers[1]
    area = None if found.coverage is None else found.coverage.area
    assert area == (None if area_m2 is None else pytest.approx(area_m2))
    assert words in found.coverage_text


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        ('coverage = { districts = ["001"] }', "did you mean '01'?"),
        ('coverage = { path = "none.gpkg" }', "no such file"),
    ],
)
def test_coverage_that_cannot_be_resolved_fails_the_layer(
    folder: Path, extra: str, problem: str
) -> None:
    found = load(folder, HEAD + DISTRICTS + layer(extra=extra)).layers[1]
    assert found.contract.status is LoadStatus.FAILED
    assert found.frame is None
    assert problem in " ".join(found.contract.problems)


def test_no_districts(folder: Path) -> None:
    with pytest.raises(ConfigError, match="role 'district'"):
        load(folder, HEAD + layer())


def test_faulty_districts_end_it(folder: Path) -> None:
    frame_of([WEST_HALF, EAST_HALF], code=["01", "01"], name=["西", "东"]).to_file(
        folder / "districts.gpkg"
    )
    with pytest.raises(ReadError, match="has duplicates: 01"):
        load(folder, HEAD + DISTRICTS)


def test_districts_far_from_their_crs(folder: Path) -> None:
    """Swapped axes: north where the working CRS wants east."""
    swapped = shapely.box(NORTH, EAST, NORTH + 1000, EAST + 1000)
    frame_of([swapped], code=["01"], name=["西"]).to_file(folder / "districts.gpkg")
    with pytest.raises(ReadError, match="nowhere near"):
        load(folder, HEAD + DISTRICTS)


def test_version_in_force(folder: Path) -> None:
    frame_of([square(0)]).to_file(folder / "old.gpkg")
    text = (
        HEAD
        + DISTRICTS
        + layer(path="old.gpkg", extra="dated = 2025-01-01")
        + layer(path="farmland.gpkg", extra="dated = 2026-02-01")
    )
    assert load(folder, text).layers[1].contract.rows_in == 2
    assert load(folder, text, as_of=dt.date(2026, 1, 31)).layers[1].contract.rows_in == 1


def test_unreadable_file_of_red_lines_is_listed(folder: Path) -> None:
    frame_of([square(3)], XMDM=["SF-1"]).to_file(folder / "good.gpkg")
    text = HEAD + DISTRICTS + '[[redlines]]\npath = "none.gpkg"\n[[redlines]]\npath = "good.gpkg"\n'
    atlas = load(folder, text)
    assert [line.id for line in atlas.red_lines] == ["SF-1"]
    (refusal,) = atlas.refused_red_lines
    assert refusal.feature_id == "none.gpkg"
    assert "no such file" in refusal.reason


def test_parcels_keep_what_suggest_works_with(folder: Path) -> None:
    frame_of([square(0)], GDZT=["未供"]).to_file(folder / "parcels.gpkg")
    text = HEAD + DISTRICTS + layer("parcels", path="parcels.gpkg").replace("farmland", "parcel")
    atlas = load(folder, text + '[suggest]\nsupply_column = "GDZT"\n')
    frame = atlas.layers[1].frame
    assert frame is not None
    assert list(frame["GDZT"]) == ["未供"]


@pytest.mark.filterwarnings("ignore:Use `@`:PendingDeprecationWarning")
def test_raster_is_checked_by_its_head(folder: Path) -> None:
    import numpy as np
    import rasterio
    from rasterio.transform import from_origin

    with rasterio.open(
        folder / "dem.tif", "w", driver="GTiff", width=20, height=10, count=1, dtype="float32",
        crs="EPSG:4547", transform=from_origin(EAST, NORTH + 500, 50, 50), nodata=-9999,
    ) as raster:  # fmt: skip
        raster.write(np.zeros((1, 10, 20), dtype=np.float32))
    text = HEAD + DISTRICTS + layer("dem", path="dem.tif").replace("farmland", "dem")
    dem = load(folder, text).layers[1]
    assert dem.contract.status is LoadStatus.PASSED
    assert dem.frame is None
    assert "20 × 10" in dem.contract.notes[0]
    content = (folder / "dem.tif").read_bytes()
    (folder / "dem.tif").write_bytes(content[:60])
    assert load(folder, text).layers[1].contract.status is LoadStatus.FAILED


def test_paths_in_the_atlas_are_relative(folder: Path) -> None:
    atlas = load(folder, HEAD + DISTRICTS + layer())
    assert [one.source.path for one in atlas.layers] == ["districts.gpkg", "farmland.gpkg"]


def test_red_line_far_away_is_kept_with_a_note(folder: Path) -> None:
    swapped = shapely.box(NORTH, EAST, NORTH + 100, EAST + 100)
    frame_of([swapped], XMDM=["SF-1"]).to_file(folder / "red.gpkg")
    atlas = load(folder, HEAD + DISTRICTS + '[[redlines]]\npath = "red.gpkg"\n')
    (line,) = atlas.red_lines
    assert "nowhere near the city" in line.notes[-1]


def test_districts_short_of_one_end_it(folder: Path) -> None:
    """A lost district would shrink the city, and with it every declared coverage."""
    frame_of([WEST_HALF, None], code=["01", "02"], name=["西", "东"]).to_file(
        folder / "districts.gpkg"
    )
    with pytest.raises(ReadError, match="null geometry"):
        load(folder, HEAD + DISTRICTS)
