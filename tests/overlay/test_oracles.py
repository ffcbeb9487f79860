"""Other programs' answers: QGIS's overlay of boroughs, and a case from GEOS's own tests."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.overlay import distances_within, exact_overlap_area_m2, pair_areas
from siting.overlay.kernel import measure

pytestmark = pytest.mark.shared


@pytest.fixture
def shared(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data"


#: Of an area, what another engine's may differ: it went through a shapefile and back.
SHARE = 1e-12

#: Rows of QGIS's union that name ground which other rows name already.
TWICE = [24, 26]

Key = tuple[float, float]


@pytest.fixture(scope="module")
def frames(repo_root: Path) -> dict[str, gpd.GeoDataFrame]:
    """The boroughs, eleven polygons that do not overlap, and four results of QGIS; square feet."""
    folder = repo_root.parent / "shared" / "data" / "oracle_overlay"
    names = ("intersection", "difference", "union", "symmetric_difference")
    read = {name: gpd.read_file(folder / f"qgis-{name}.shp") for name in names}
    return read | {name: gpd.read_file(folder / f"{name}.shp") for name in ("polydf", "polydf2")}


def rows_of(frame: gpd.GeoDataFrame) -> dict[Key, float]:
    """Return the area of QGIS by borough and polygon, 0 for neither; rows of one key summed."""
    found: dict[Key, float] = {}
    for row in frame.itertuples():
        codes = (getattr(row, "BoroCode", np.nan), getattr(row, "value1", np.nan))
        key = tuple(0.0 if np.isnan(code) else float(code) for code in codes)
        area = 0.0 if row.geometry is None else row.geometry.area
        found[key] = found.get(key, 0.0) + area
    return found


def by_the_kernel(frames: dict[str, gpd.GeoDataFrame]) -> tuple[dict[Key, float], ...]:
    """Return what is shared by the kernel, and what is left of each borough and polygon."""
    left, right = (frames[name].geometry.to_numpy() for name in ("polydf", "polydf2"))
    boroughs, values = frames["polydf"].BoroCode, frames["polydf2"].value1
    table = measure.areas(left, right, floor_m2=1e-3)
    shared = {
        (float(boroughs[i]), float(values[j])): float(area)
        for i, j, area in zip(table.left, table.right, table.area_m2, strict=True)
    }
    among = measure.areas(right, right, floor_m2=1e-3)
    assert np.array_equal(among.left, among.right), "no polygon overlaps its neighbour"
    own = shapely.area(left), shapely.area(right)
    only_left = {
        (float(code), 0.0): own[0][i] - sum(a for key, a in shared.items() if key[0] == code)
        for i, code in enumerate(boroughs)
    }
    only_right = {
        (0.0, float(value)): own[1][j] - sum(a for key, a in shared.items() if key[1] == value)
        for j, value in enumerate(values)
    }
    return shared, only_left, only_right


def test_the_four_results_of_qgis_from_the_kernel_alone(frames) -> None:
    shared, only_left, only_right = by_the_kernel(frames)
    wanted = {
        "intersection": shared,
        "difference": only_left,
        "symmetric_difference": only_left | only_right,
        "union": shared | only_left | only_right,
    }
    for name, areas in wanted.items():
        frame = frames[name]
        told = rows_of(frame.drop(index=TWICE) if name == "union" else frame)
        assert set(told) == set(areas), name
        for key, area in areas.items():
            assert told[key] == pytest.approx(area, rel=SHARE, abs=1e-2), (name, key)


def test_what_the_union_of_qgis_names_twice(frames) -> None:
    """The one difference: two rows too many, and exact arithmetic says where they belong."""
    union, polygons = frames["union"], frames["polydf2"].set_index("value1").geometry
    whole, double = (union.geometry[row] for row in TWICE)
    assert union.value1[TWICE].tolist() == [1156064, 1186756]
    # a polygon undivided, though other rows hold each of its pieces already
    assert exact_overlap_area_m2(whole, polygons[1156064]) == polygons[1156064].area
    pieces = union.geometry[(union.value1 == 1156064) & (union.index != TWICE[0])]
    held = [exact_overlap_area_m2(whole, piece) for piece in pieces]
    assert sum(held) == pytest.approx(whole.area, rel=SHARE)
    # and one piece in two rows
    again = union.geometry[TWICE[1] + 1]
    assert exact_overlap_area_m2(double, again) == pytest.approx(double.area, rel=SHARE)


def test_the_intersections_of_qgis_as_they_are_told(frames) -> None:
    left, right = (frames[name] for name in ("polydf", "polydf2"))
    pairs = pair_areas(left.geometry.to_numpy(), right.geometry.to_numpy())
    found = {
        (float(left.BoroCode[i]), float(right.value1[j])): area
        for i, j, area in zip(pairs.left, pairs.right, pairs.area_m2, strict=True)
    }
    told = rows_of(frames["intersection"])
    assert found == {key: pytest.approx(area, rel=SHARE) for key, area in told.items()}
    assert not pairs.is_disputed.any()


def test_near_coincident_polygons_of_geos_586_raise_nothing(shared: Path) -> None:
    tree = ET.parse(shared / "bad" / "geos_TestOverlay-geos-586.xml")  # noqa: S314 - our own copy
    case = tree.getroot().find("case")
    assert case is not None
    one, other = (
        np.array([shapely.from_wkb(bytes.fromhex((case.findtext(side) or "").strip()))])
        for side in ("a", "b")
    )
    closed = np.array([shapely.convex_hull(other[0])], dtype=object)
    pairs = pair_areas(one, closed)
    assert pairs.area_m2.sum() <= min(one[0].area, closed[0].area) + 1e-9
    assert len(distances_within(one, other, 1e6)) == 1
