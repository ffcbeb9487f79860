"""The sample city's red lines against geopandas.overlay and a plain group-by."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import geopandas as gpd
import pandas as pd
import pytest

from siting import api
from siting.compose import Composed, Kind, Nature, sums_of


@pytest.fixture(scope="module")
def study() -> api.Study:
    return api.load(api.sample_folder())


@pytest.fixture(scope="module")
def composed(study: api.Study) -> Composed:
    return api.compose(study)


@pytest.fixture(scope="module")
def overlay(study: api.Study) -> pd.DataFrame:
    """Land use × red lines by geopandas, straight from the sample's file."""
    plots = gpd.read_file(study.city.path.parent / "land_use" / "land_use.gpkg", layer="DLTB")
    lines = [line for line in study.atlas.red_lines if line.geometry.is_valid]
    outlines = gpd.GeoDataFrame(
        {"line": [line.id for line in lines]},
        geometry=[line.geometry for line in lines],
        crs=plots.crs,
    )
    cut = gpd.overlay(outlines, plots, how="intersection", keep_geom_type=True)
    cut["area"] = cut.geometry.area
    return pd.DataFrame(cut.drop(columns="geometry"))


def test_every_red_line_has_its_table_or_a_reason(study: api.Study, composed: Composed):
    assert [each.red_line_id for each in composed.compositions] == sorted(
        line.id for line in study.atlas.red_lines
    )
    without = {each.red_line_id: each.gaps for each in composed.compositions if not each.rows}
    invalid = {line.id for line in study.atlas.red_lines if not line.geometry.is_valid}
    assert set(without) == invalid
    assert all(without.values())


def test_the_same_figures_as_a_group_by(composed: Composed, overlay: pd.DataFrame):
    keys = ["line", "ZLDWMC", "QSXZ", "DLBM"]
    wanted: dict[tuple[str, ...], float] = defaultdict(float)
    for *key, area, ridge in overlay[[*keys, "area", "KCXS"]].itertuples(index=False):
        wanted[tuple(key)] += area * (1 - ridge)
        wanted[(key[0], key[1], key[2], "1203")] += area * ridge
    found: dict[tuple[str, ...], float] = defaultdict(float)
    for each in composed.compositions:
        for row in each.rows:
            if row.account.kind in {Kind.LAND, Kind.RIDGE}:
                account = row.account
                key = (each.red_line_id, account.village, account.ownership, account.code)
                found[key] += row.record_m2
    for name in wanted.keys() | found.keys():
        assert found[name] == pytest.approx(wanted[name], abs=0.02), name


def test_red_lines_add_up_in_every_unit(study: api.Study, composed: Composed):
    areas = {line.id: line.geometry.area for line in study.atlas.red_lines}
    for each in composed.compositions:
        if not each.rows:
            continue
        for unit, size in (("m2", 1.0), ("ha", 1e4), ("mu", 1e4 / 15)):
            whole = sum((getattr(row.area, unit) for row in each.rows), Decimal(0))
            assert whole == getattr(each.total, unit)
            step = 1e-4 if unit == "ha" else 1e-2
            assert float(whole) == pytest.approx(areas[each.red_line_id] / size, abs=0.501 * step)
        sums = sums_of(each.rows)
        assert sums.uncovered.m2 < 1
        assert sums.unknown.m2 < 1
        assert each.is_complete


def test_planted_farmland_is_found(study: api.Study, composed: Composed):
    report = api.check(study)
    hit = {finding.red_line_id for finding in report.findings if finding.layer == "farmland"}
    basic = {
        each.red_line_id
        for each in composed.compositions
        if sums_of(each.rows).basic_farmland.m2 > 0
    }
    assert hit
    assert basic == hit
    for each in composed.compositions:
        levels = {(hint.step, hint.level) for hint in each.hints if hint.is_certain}
        assert (("conversion", "state_council") in levels) == (each.red_line_id in hit)


def test_ownership_is_known_everywhere(composed: Composed):
    rows = [row for each in composed.compositions for row in each.rows]
    assert {row.account.nature for row in rows if row.account.kind is Kind.LAND} == {
        Nature.STATE,
        Nature.COLLECTIVE,
    }


def test_only_some(study: api.Study):
    one = api.compose(study, red_line_ids=["SF-2026-020"])
    assert [each.red_line_id for each in one.compositions] == ["SF-2026-020"]
    project = study.atlas.red_lines[0].project_id
    made = api.compose(study, projects=[project])
    assert {each.project_id for each in made.compositions} == {project}
