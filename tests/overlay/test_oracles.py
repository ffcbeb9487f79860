"""Other programs' answers: QGIS's overlay of boroughs, and a case from GEOS's own tests."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.overlay import distances_within, pair_areas

pytestmark = pytest.mark.shared


@pytest.fixture
def shared(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data"


def test_intersection_areas_are_those_of_qgis(shared: Path) -> None:
    folder = shared / "oracle_overlay"
    left, right, made = (
        gpd.read_file(folder / f"{name}.shp") for name in ("polydf", "polydf2", "qgis-intersection")
    )
    wanted = {
        (row.BoroCode, row.value1, row.value2): row.geometry.area for row in made.itertuples()
    }
    pairs = pair_areas(left.geometry.to_numpy(), right.geometry.to_numpy())
    found = {
        (left.BoroCode[i], right.value1[j], right.value2[j]): area
        for i, j, area in zip(pairs.left, pairs.right, pairs.area_m2, strict=True)
    }
    assert set(found) == set(wanted)
    for pair, area in wanted.items():
        # square feet, by another engine, through a shapefile: one in a hundred million
        assert found[pair] == pytest.approx(area, rel=1e-8)


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
