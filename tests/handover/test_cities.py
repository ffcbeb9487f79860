"""The packages of the sample city and of Cambridge, read back by fiona, shapely and by hand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import fiona
import openpyxl
import pytest
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from siting import api
from siting.handover import check_packages
from siting.planning import CityPlan, read_previous
from siting.sample import SAMPLE_AS_OF

from .test_plan import TXT_M, overlaps, plots_of, viewed

pytestmark = pytest.mark.slow
#: Sites of these kinds are a project's own claim; all others are land that was offered.
CLAIMS = {"red_line", "repaired"}


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table of all packages, as fiona reads them."""
    rows = []
    for home in sorted(path for path in folder.iterdir() if path.is_dir()):
        with fiona.open(home / "redlines.gpkg", layer=table) as layer:
            assert layer.crs.is_projected
            rows += [
                {**one.properties, "home": home, "shape": one.geometry and shape(one.geometry)}
                for one in layer
            ]
    return rows


def require_apart(folder: Path, plan: CityPlan) -> None:
    """No two planned sites share land, in any file; none lies on a red line that stays."""
    rows = read(folder, "plan")
    sites = {row["project_id"]: row for row in rows if row["shape"] is not None}
    assert {name: row["site_id"] for name, row in sites.items()} == {
        row.project.id: row.option.site.id for row in plan.placed if row.option
    }
    assert list(overlaps([(row["project_id"], row["shape"]) for row in sites.values()])) == []
    plots: dict[str, BaseGeometry] = {}
    for home in {row["home"] for row in sites.values()}:
        plots |= plots_of(home / "plan.txt")
        assert set(viewed(home / "plan.geojson")) == set(plots_of(home / "plan.txt"))
    assert set(plots) == set(sites)
    assert list(overlaps(list(plots.items()), TXT_M)) == []
    planned = {row["project_id"] for row in rows if row["state"] != "left_out"}
    for line in read(folder, "redlines"):
        outline = line["shape"] if line["shape"].is_valid else line["shape"].convex_hull
        for name, row in sites.items():
            is_bound = row["kind"] not in CLAIMS or line["project_id"] not in planned
            if name != line["project_id"] and is_bound:
                assert shapely.intersection(row["shape"], outline).area <= 0.01


@pytest.fixture(scope="module")
def sample(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the study, report and plan of the sample city, handed over."""
    output = tmp_path_factory.mktemp("sample")
    study = api.load(repo_root / "data", as_of=SAMPLE_AS_OF, output=output)
    report = api.check(study)
    plan = api.plan(study, report)
    api.hand_over(study, report, plan=plan)
    api.write_plan(study, plan)
    return study, report, plan


def test_no_two_sites_of_the_sample_city_overlap_in_what_was_handed_over(sample: Any):
    study, _, plan = sample
    folder = study.city.output / "handover"
    require_apart(folder, plan)
    found = check_packages(folder)
    assert (found.sites, found.withheld) == (len(plan.placed), ())
    assert found.red_lines == len({row["red_line_id"] for row in read(folder, "redlines")})


def test_a_districts_answer_moves_as_few_as_can_be_and_each_is_told_why(
    sample: Any, tmp_path: Path
):
    study, report, plan = sample
    before = {row.project.id: row.option.site.id for row in plan.placed if row.option}
    reply = shutil.copy(study.city.output / "handover" / "449903" / "reply.xlsx", tmp_path)
    book = openpyxl.load_workbook(reply)
    refused, waiting = "SF-2026-043", "SF-2026-003"
    for row in book.active.iter_rows(min_row=2):
        name = row[0].value
        row[4].value = "拒绝" if name == refused else None if name == waiting else "同意"
    book.save(reply)
    mended = api.plan(
        study, report, previous=read_previous(study.city.output), decision_tables=[Path(reply)]
    )
    after = {row.project.id: row.option.site.id for row in mended.placed if row.option}
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    # it has other sites, so nobody loses his: one project less where it was, and no other
    assert changed == {refused}
    (moved,) = [row for row in mended.rows if row.move is not None]
    assert moved.move is not None
    assert (moved.project.id, bool(moved.move.demanded)) == (refused, True)
    assert any("1 行未填决定" in note.zh for note in mended.notes)


@pytest.mark.shared
def test_no_two_sites_of_cambridge_overlap_in_what_was_handed_over(repo_root: Path, tmp_path: Path):
    data = repo_root.parent / "shared" / "data" / "cambridge_ma"
    study = api.load(repo_root / "examples" / "cambridge", data_dir=data, output=tmp_path)
    report = api.check(study)
    plan = api.plan(study, report)
    api.hand_over(study, report, plan=plan)
    require_apart(tmp_path / "handover", plan)
