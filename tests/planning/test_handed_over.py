"""The plans of the sample city and of Cambridge, checked from the files that are written."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely

from siting import api
from siting.planning import (
    CityPlan,
    Decided,
    Decision,
    plan_to_dict,
    read_previous,
    write_plan,
)
from siting.planning.tables import write_gpkg_of
from siting.planning.workbook import write_workbook
from siting.sample import SAMPLE_AS_OF

#: Two outlines of one border, measured by GEOS alone, may overlap by so little, m².
NO_LAND_M2 = 0.01


@pytest.fixture(scope="module")
def sample(repo_root: Path) -> tuple[api.Study, CityPlan]:
    """The plan of the sample city."""
    study = api.load(repo_root / "data", as_of=SAMPLE_AS_OF)
    return study, api.plan(study)


def written(plan: CityPlan, folder: Path) -> tuple[dict[str, Any], gpd.GeoDataFrame]:
    """Return the document and the table of sites as they were read back from files."""
    write_plan(folder / "plan.json", plan)
    write_gpkg_of(folder / "plan.gpkg", plan)
    document: dict[str, Any] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return document, gpd.read_file(folder / "plan.gpkg", layer="plan")


def require_sound(plan: CityPlan, document: dict[str, Any], sites: gpd.GeoDataFrame) -> None:
    """No two sites share land, rows and file agree, and each project is told once."""
    rows = {row["project"]: row for row in document["rows"]}
    assert len(rows) == len(document["rows"])
    assert dict(zip(sites["project_id"], sites["site_id"], strict=True)) == {
        name: row["site"] for name, row in rows.items() if row["site"]
    }
    # a corrected red line along a layer that is not released is told, and not drawn: of it the
    # plan's own outline is held against the others
    is_withheld = (sites["geometry_state"] == "withheld").to_numpy()
    shapes = sites.geometry.to_numpy().copy()
    assert (shapely.is_missing(shapes) == is_withheld).all()
    drawn = {row.project.id: row.option.site.geometry for row in plan.placed if row.option}
    shapes[is_withheld] = [drawn[name] for name in sites["project_id"][is_withheld]]
    assert shapely.is_valid(shapes).all()
    assert shapes.size > 10
    shared = [
        (sites["site_id"][i], sites["site_id"][j], shapes[i].intersection(shapes[j]).area)
        for i, j in combinations(range(len(shapes)), 2)
        if shapes[i].intersects(shapes[j])
    ]
    assert [one for one in shared if one[2] > NO_LAND_M2] == []
    for name, area_m2 in zip(sites["project_id"], shapely.area(shapes), strict=True):
        assert rows[name]["area_m2"] == pytest.approx(area_m2, abs=0.01)
    for row in rows.values():
        assert row["why"]["zh"]
        assert row["site"] or row["reasons"] or row["blocked_by"] or row["obstacles"]


@pytest.mark.slow
def test_no_two_sites_of_the_sample_city_overlap(
    sample: tuple[api.Study, CityPlan], tmp_path: Path
) -> None:
    _, plan = sample
    document, sites = written(plan, tmp_path)
    require_sound(plan, document, sites)
    assert (document["gap"], document["is_proved"]) == (0.0, True)
    assert document == plan_to_dict(plan)


@pytest.mark.slow
def test_quotas_of_the_sample_city_are_kept_as_counted_from_the_file(
    sample: tuple[api.Study, CityPlan], tmp_path: Path
) -> None:
    study, plan = sample
    document, sites = written(plan, tmp_path)
    uses = {project.id: project.use for project in study.atlas.projects}
    works = sites[
        (sites["district"] == "449904")
        & sites["project_id"].map(lambda name: uses[name].startswith("1001"))
    ]
    used = {use["name"]: use for use in document["quotas"]}
    assert len(works) == used["works"]["used"] <= 2
    later = sites[sites["batch"] == "2027年第一批"]
    area_m2 = float(shapely.area(later.geometry.to_numpy()).sum())
    assert used["next_year"]["used"] == pytest.approx(area_m2, abs=0.1)
    assert area_m2 <= 300 * 10_000 / 15  # 300 mu


@pytest.mark.slow
def test_the_plan_of_the_sample_city_mended_with_nothing_new_moves_nobody(
    sample: tuple[api.Study, CityPlan], tmp_path: Path
) -> None:
    study, plan = sample
    write_plan(tmp_path / "plan.json", plan)
    again = api.plan(study, previous=read_previous(tmp_path))
    assert [row.project.id for row in again.rows if row.move] == []
    before = {row["project"]: row["site"] for row in plan_to_dict(plan)["rows"]}
    assert {row["project"]: row["site"] for row in plan_to_dict(again)["rows"]} == before


@pytest.mark.slow
def test_the_plan_of_the_sample_city_is_recalled_word_for_word(
    sample: tuple[api.Study, CityPlan], tmp_path: Path
) -> None:
    """With a lock, a refusal and a plan before: with all that a document can hold."""
    study, plan = sample
    write_plan(tmp_path / "before.json", plan)
    first = next(row for row in plan.rows if row.best and row.regret > 1)
    other = next(row for row in plan.placed if row is not first)
    assert first.best is not None
    assert other.option is not None
    decisions = [
        Decision(Decided.LOCK, first.best.site.id, first.project.id, by="区", reason="=1+1"),
        Decision(Decided.REFUSED, other.option.site.id, other.project.id, dated=SAMPLE_AS_OF),
    ]
    report = api.check(study)
    before = read_previous(tmp_path / "before.json")
    mended = api.plan(study, report, decisions=decisions, previous=before)
    assert any(row.move for row in mended.rows)
    assert any(row.lock_cost for row in mended.rows)
    write_plan(tmp_path / "plan.json", mended)
    recalled = api.read_plan(study, report, tmp_path)
    assert plan_to_dict(recalled) == plan_to_dict(mended)
    shapes = {row.project.id: row.option.site.geometry for row in mended.placed if row.option}
    for row in recalled.placed:
        assert row.option is not None
        assert shapely.equals_exact(row.option.site.geometry, shapes[row.project.id], 0.0)


@pytest.mark.slow
def test_the_workbook_of_the_sample_city_has_all_its_projects(
    sample: tuple[api.Study, CityPlan], tmp_path: Path
) -> None:
    _, plan = sample
    write_workbook(tmp_path / "plan.xlsx", plan, language="zh")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    listed = [row[0].value for row in book["已安排"].iter_rows(min_row=2)][:-1]
    listed += [row[0].value for row in book["未安排"].iter_rows(min_row=2)]
    assert set(listed) == {row.project.id for row in plan.rows} | set(plan.left_out)
    outlines = {row.project.id: row.option.site.area_m2 for row in plan.rows if row.option}
    total = list(book["已安排"].iter_rows(min_row=2))[-1][7].value
    assert total == pytest.approx(sum(outlines.values()), abs=0.01)


@pytest.mark.slow
@pytest.mark.shared
def test_no_two_sites_of_cambridge_overlap(repo_root: Path, tmp_path: Path) -> None:
    folder = repo_root.parent / "shared" / "data" / "cambridge_ma"
    study = api.load(repo_root / "examples" / "cambridge", data_dir=folder)
    plan = api.plan(study)
    document, sites = written(plan, tmp_path)
    require_sound(plan, document, sites)
