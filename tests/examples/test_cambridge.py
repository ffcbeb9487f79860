"""Cambridge, Massachusetts: a real city, held against plain shapely."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from siting import api
from siting.model import Status
from siting.report import report_to_dict

from ..recomputing import require_recomputed

pytestmark = pytest.mark.shared

FLOODS = {
    "MA-FLOOD-100": "FEMA_Floodplains_100_Year__FEMA_FloodPlains100Year.geojson",
    "MA-FLOOD-500": "FEMA_Floodplains_500_Year__FEMA_FloodPlains500Year.geojson",
}
RED_LINES = "Special_Permit_Areas__CDD_SpecialPermitAreas.geojson"
#: Overlaps of less than this are listed as touches: the rounding of coordinates.
TOUCH_M2 = 1e-4


@pytest.fixture(scope="module")
def folder(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data" / "cambridge_ma"


@pytest.fixture(scope="module")
def study(repo_root: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> api.Study:
    output = tmp_path_factory.mktemp("cambridge")
    return api.load(repo_root / "examples" / "cambridge", data_dir=folder, output=output)


@pytest.fixture(scope="module")
def report(study: api.Study):
    return api.check(study)


def plain(folder: Path, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(folder / name).to_crs("EPSG:26986")


def test_no_row_of_any_layer_is_lost(study: api.Study, folder: Path):
    for layer in study.atlas.layers:
        contract = layer.contract
        assert contract.rows_in == contract.rows_used + contract.rows_refused
    parcels = next(layer for layer in study.atlas.layers if layer.name == "parcels")
    assert parcels.contract.rows_in == 13_116
    assert len(study.atlas.red_lines) == len(plain(folder, RED_LINES)) == 355


@pytest.mark.parametrize("code", sorted(FLOODS))
def test_flood_findings_are_plain_intersections_but_for_touches(report, folder: Path, code: str):
    lines, floods = plain(folder, RED_LINES), plain(folder, FLOODS[code])
    expected: dict[tuple[str, str], list[float]] = {}
    for line in lines.itertuples():
        for flood in floods[floods.intersects(line.geometry)].itertuples():
            area = shapely.intersection(line.geometry, flood.geometry).area
            if area > TOUCH_M2:
                expected.setdefault((line.CaseID, flood.GlobalID), []).append(area)
    found: dict[tuple[str, str], list[float]] = {}
    for finding in report.findings:
        if finding.code == code:
            found.setdefault((finding.project_id, finding.feature_id), []).append(finding.area_m2)
    assert set(found) == set(expected)
    for pair, areas in expected.items():
        assert sorted(found[pair]) == pytest.approx(sorted(areas), abs=1e-3)


def test_nothing_is_clear_of_a_rule_beyond_the_city(study: api.Study, report):
    """Permits that reach over the city limit are not clear of any overlap rule."""
    outline = study.atlas.outline
    outside = {
        red_line.id
        for red_line in study.atlas.red_lines
        if shapely.difference(red_line.geometry, outline).area > 0.01
    }
    assert outside
    needing = {rule.code for rule in report.rules if rule.needs}
    for verdict in report.verdicts:
        if verdict.red_line_id in outside and verdict.code in needing:
            assert verdict.status is not Status.CLEAR


def test_sites_offered_are_free_land_without_double_use(study: api.Study, report, folder: Path):
    searches = api.suggest(study, report)
    offered = [site for search in searches for site in search.suggestions]
    assert len(offered) > 30
    shapes = gpd.GeoSeries([each.site.geometry for each in offered])
    water = plain(folder, "Water_Bodies__HYDRO_WaterBodies.geojson").union_all()
    assert shapes.intersection(water).area.max() < 1.0
    left, right = shapes.sindex.query(shapes, predicate="overlaps")
    assert not len(left)
    assert not len(right)
    available = set(study.city.suggest.available_states)
    assert {each.site.attributes["供应状态"] for each in offered} <= available


def test_made_sites_are_clean_in_range_and_nobody_elses(study: api.Study, report, folder: Path):
    searches = api.suggest(study, report)
    made = [one for search in searches for one in search.suggestions if one.site.kind.is_made]
    assert {str(one.site.kind) for one in made} == {"assembled", "carved"}
    assert len(made) > 15
    parcels = study.atlas.by_role("parcel")[0].frame
    shapes = dict(zip(parcels["feature_id"], parcels.geometry, strict=True))
    own = {line.project_id: [] for line in study.atlas.red_lines}
    for line in study.atlas.red_lines:
        own[line.project_id].append(line.geometry)
    barred = {rule.role for rule in study.rule_book.rules
              if rule.severity == "prohibited" and rule.kind == "overlap"}  # fmt: skip
    for one in made:
        site = one.site
        assert site.geometry.is_valid
        land = shapely.union_all([shapes[name] for name in site.parcel_ids])
        assert shapely.difference(site.geometry, land).area <= site.lane_m2 + 1.0
        # sought by the present red line's area, 20 % more or less
        valid = [shape for shape in own[one.project_id] if shape.is_valid]
        wanted_m2 = shapely.union_all(valid).area
        assert 0.8 * wanted_m2 - 1e-6 <= site.geometry.area <= 1.2 * wanted_m2 + 1e-6
        for role in barred:
            for layer in study.atlas.by_role(role):
                for shape in layer.frame.geometry[layer.frame.intersects(site.geometry)]:
                    assert site.geometry.intersection(shape).area <= 1.0, (role, site.id)
        for line in study.atlas.red_lines:
            if line.project_id != one.project_id and line.geometry.is_valid:
                assert site.geometry.intersection(line.geometry).area <= 0.01


def test_every_score_can_be_recomputed_from_the_report_alone(study: api.Study, report):
    document = report_to_dict(report, api.suggest(study, report))
    assert require_recomputed(json.loads(json.dumps(document))) > 100
