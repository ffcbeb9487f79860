"""A city that none of us drew: Cambridge's flood findings equal plain `intersects`.

Plain geopandas on one side, the overlap rule on the other; what `intersects` has more must be
a touch, and is listed by its size.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.check import check, find_conflicts
from siting.model import Atlas, RedLine

from ..tiny_city import AS_OF, book, city, layer, rule

pytestmark = pytest.mark.shared

CRS = "EPSG:26986"
FLOODS = {
    "flood_100": "FEMA_Floodplains_100_Year__FEMA_FloodPlains100Year.geojson",
    "flood_500": "FEMA_Floodplains_500_Year__FEMA_FloodPlains500Year.geojson",
}
#: Under this an intersection is a touch, not land.
TOUCH_M2 = 1e-4


@pytest.fixture(scope="module")
def folder(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data" / "cambridge_ma"


def read(path: Path) -> gpd.GeoDataFrame:
    frame = gpd.read_file(path)
    if frame.crs is None:
        frame = frame.set_crs("EPSG:4326")
    frame = frame.to_crs(CRS)
    frame = frame[~frame.geometry.isna() & ~frame.geometry.is_empty]
    frame["geometry"] = shapely.force_2d(frame.geometry.to_numpy())
    return frame.reset_index(drop=True)


def polygons(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Repaired by GEOS, in the test alone: the engine refuses invalid rows on loading."""
    return np.array([shapely.make_valid(shape) for shape in frame.geometry], dtype=object)


@pytest.fixture(scope="module")
def floods(folder: Path) -> dict[str, np.ndarray]:
    return {role: polygons(read(folder / name)) for role, name in FLOODS.items()}


@pytest.fixture(scope="module")
def atlas(folder: Path, floods: dict[str, np.ndarray]) -> Atlas:
    town = read(folder / "CDD_Neighborhoods__BOUNDARY_CDDNeighborhoods.geojson")
    coverage = shapely.box(*town.total_bounds).buffer(5_000)
    areas = read(folder / "Special_Permit_Areas__CDD_SpecialPermitAreas.geojson")
    lines = [
        RedLine(f"SP-{number}", f"P-{number}", shape, CRS)
        for number, shape in enumerate(areas.geometry, start=1)
    ]
    return Atlas(
        layers=tuple(
            layer(role, list(shapes), coverage=coverage, crs=CRS) for role, shapes in floods.items()
        ),
        districts=gpd.GeoDataFrame(
            {"feature_id": [f"{n}" for n in range(len(town))], "feature_name": ""},
            geometry=polygons(town),
            crs=CRS,
        ),
        outline=coverage,
        projects=(),
        red_lines=tuple(lines),
        refused_red_lines=(),
    )


RULES = book(*(rule("overlap", code=role, role=role, sliver_width_m=0.5) for role in FLOODS))


def agree(lines, findings, floods) -> tuple[int, int]:
    """Compare with a plain loop; return how many overlaps and how many touches there are."""
    found = {(f.code, f.red_line_id, f.feature_id): f.area_m2 for f in findings}
    overlaps, touches = {}, []
    tree = shapely.STRtree([line.geometry for line in lines])
    for role, shapes in floods.items():
        for number, shape in enumerate(shapes, start=1):
            for position in tree.query(shape, predicate="intersects"):
                outline = lines[position].geometry
                key = (role, lines[position].id, f"{role}-{number}")
                area = shapely.intersection(outline, shape).area
                if area > TOUCH_M2:
                    overlaps[key] = area
                else:
                    touches.append((key, area))
    assert set(found) == set(overlaps)
    for key, area in overlaps.items():
        assert found[key] == pytest.approx(area, abs=1e-3)
    return len(overlaps), len(touches)


def test_special_permit_areas_in_the_floods(atlas: Atlas, floods) -> None:
    report = check(atlas, RULES, city=city(CRS), as_of=AS_OF)
    valid = [line for line in atlas.red_lines if line.geometry.is_valid]
    overlaps, _ = agree(valid, report.findings, floods)
    assert overlaps > 0
    listed = {(v.red_line_id, v.code): v.status for v in report.verdicts}
    assert len(listed) == 2 * len(atlas.red_lines)
    for line in atlas.red_lines:
        if not line.geometry.is_valid:
            assert listed[line.id, "flood_100"] == "not_checked"


@pytest.mark.slow
def test_every_parcel_in_the_floods(folder: Path, atlas: Atlas, floods) -> None:
    frame = read(folder / "FY2014_Parcels__ASSESSING_ParcelsFY2014.topojson")
    lines = [
        RedLine(f"PARCEL-{number}", f"P-{number}", shape, CRS)
        for number, shape in enumerate(frame.geometry, start=1)
        if shape.is_valid
    ]
    assert len(lines) > 13_000
    verdicts, findings = find_conflicts(lines, atlas, RULES, city=city(CRS), as_of=AS_OF)
    overlaps, _ = agree(lines, findings, floods)
    assert overlaps > 100
    status = {(v.red_line_id, v.code): v.status for v in verdicts}
    hit = {(f.red_line_id, f.code) for f in findings}
    assert {key for key, value in status.items() if value != "clear"} == hit
