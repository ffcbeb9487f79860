"""The plan in ``siting run``, on maps, and told again in papers and workbooks."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from siting import api
from siting.planning import plan_to_dict

from ..papers.town import texts
from ..tiny_city import Files, frame, rect
from .conftest import Siting

LEDGER = """id,name,stage,min,max
P6,School,前期研究,9000,11000
P7,Clinic,前期研究,9000,11000
"""


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Files:
    """Two clean parcels of a hectare, A and C, and two projects; a scenario allows one of them."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "kept"))
    tiny.add_layer("farmland", frame([rect(2900, 2900, 3100, 3100)]))
    lots = frame([rect(500, 500, 600, 600), rect(900, 500, 1000, 600)], NO=["A", "C"])
    tiny.add_layer("lots", lots, role="parcel", id_column="NO", release="public")
    (tiny.folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    columns = {"id": "id", "name": "name", "stage": "stage"}
    columns |= {"area_m2_min": "min", "area_m2_max": "max"}
    tiny.tables["projects"] = {"path": "ledger.csv", "columns": columns}
    tiny.tables["plan"] = {
        "quota": [{"name": "total", "title": "总量", "unit": "sites", "limit": 2}],
        "scenario": [{"name": "one", "title": "只许一个", "quotas": {"total": 1}}],
    }
    return tiny


def plan_of(page: Path) -> dict[str, Any] | None:
    found = re.search(
        r'<script type="application/json" id="siting-data">(.*?)</script>',
        page.read_text(encoding="utf-8"), re.DOTALL,
    )  # fmt: skip
    assert found
    plan: dict[str, Any] | None = json.loads(found.group(1))["plan"]
    return plan


def test_a_run_makes_the_plan_that_siting_plan_makes(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    path = town.write()
    run = siting("run", path, "-q", "-o", tmp_path / "out", "--lang", "zh")
    assert run.status == 0, run.err
    assert "用地统筹计划：2 个项目，安排 2 个" in run.out
    assert "已证明最优" in run.out
    written = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    alone = json.loads(siting("plan", path, "-q", "--json").out)
    assert written["identity"] == alone["identity"]
    shown = plan_of(tmp_path / "out" / "city.html")
    assert shown is not None
    sites = {
        name: shown["sites"][row["site"]]["id"] for name, row in shown["views"][0]["rows"].items()
    }
    assert sites == {row["project"]: row["site"] for row in written["rows"]}
    assert len(shown["views"]) == 1


@pytest.mark.parametrize("asked", [True, False])
def test_scenarios_are_on_the_maps_when_asked_for(
    siting: Siting, town: Files, tmp_path: Path, asked: bool
) -> None:
    options = ("--scenarios",) if asked else ()
    assert siting("map", town.write(), "-q", "-o", tmp_path / "out", *options).status == 0
    shown = plan_of(tmp_path / "out" / "city.html")
    assert shown is not None
    views = [(view["name"], view["classes"]) for view in shown["views"]]
    assert views == [("", [[1, 2, 2]]), ("one", [[1, 1, 2]])][: 1 + asked]


def test_maps_without_a_plan(siting: Siting, town: Files, tmp_path: Path) -> None:
    assert siting("map", town.write(), "-q", "-o", tmp_path / "a", "--no-plan").status == 0
    assert plan_of(tmp_path / "a" / "city.html") is None
    town.tables["plan"]["in_run"] = False
    run = siting("run", town.write(), "-q", "-o", tmp_path / "b")
    assert run.status == 0
    assert plan_of(tmp_path / "b" / "city.html") is None
    assert not (tmp_path / "b" / "plan.json").exists()
    assert "用地统筹计划" not in run.out


def test_nobody_who_wants_land_means_no_plan(siting: Siting, town: Files, tmp_path: Path) -> None:
    later = LEDGER.replace("前期研究", "已供地未完成规划报建")
    (town.folder / "ledger.csv").write_text(later, encoding="utf-8")
    run = siting("run", town.write(), "-q", "-o", tmp_path / "out")
    assert run.status == 0
    assert not (tmp_path / "out" / "plan.json").exists()


def test_decisions_that_contradict_each_other_keep_nobody_from_the_report(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    table = town.folder / "decisions.csv"
    table.write_text("决定,项目代码,地块\n锁定,P6,A\n锁定,P7,A\n", encoding="utf-8")
    town.tables["plan"]["decisions"] = ["decisions.csv"]
    run = siting("run", town.write(), "-q", "-o", tmp_path / "out")
    assert run.status == 2
    assert "P6" in run.err
    assert "decisions.csv" in run.err
    assert "identity sha256:" in run.out
    assert (tmp_path / "out" / "report.json").exists()
    assert plan_of(tmp_path / "out" / "city.html") is None
    assert not (tmp_path / "out" / "plan.json").exists()
    manifest = (tmp_path / "out" / "handover" / "01" / "manifest.json").read_text(encoding="utf-8")
    assert "could not be made" in json.loads(manifest)["plan"]["missing"]["en"]
    drawn = siting("map", town.write(), "-q", "-o", tmp_path / "map")
    assert drawn.status == 2
    assert (tmp_path / "map" / "city.html").exists()


def sites_of(folder: Path) -> dict[str, str]:
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return {row["project"]: row["site"] for row in document["rows"]}


def test_a_district_answers_and_the_packages_follow(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    path, out = town.write(), tmp_path / "out"
    assert siting("run", path, "-q", "-o", out).status == 0
    files = ("plan.json", "plan.xlsx", "plan.gpkg", "plan.geojson")
    assert all((out / name).exists() for name in files)
    before = sites_of(out)
    form = out / "handover" / "01" / "reply.xlsx"
    book = openpyxl.load_workbook(form)
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["P6", "P7"]
    book.active["E2"].value = "拒绝"
    book.save(form)
    # the answer lies where it was asked for: nothing is done that would end in losing it
    for command in ("run", "handover"):
        again = siting(command, path, "-q", "-o", out)
        assert again.status == 2
        assert "01/reply.xlsx" in again.err
    answer = shutil.move(form, tmp_path / "01.xlsx")
    run = siting(
        "handover", path, "-q", "-o", out, "--previous", out / "plan.json", "--decisions", answer
    )
    assert run.status == 0, run.err
    # of two parcels P6 was refused one, so the two projects change places
    assert sites_of(out) == {"P6": before["P7"], "P7": before["P6"]}
    rows = openpyxl.load_workbook(form).active.iter_rows(min_row=2)
    assert {row[0].value: row[2].value for row in rows} == sites_of(out)
    assert str(out / "plan.json") in run.out


def proposals_of(folder: Path, project: str) -> str:
    path = folder / "papers" / project / f"选址建议-{project}.docx"
    return "\n".join(texts(path.read_bytes()))


def test_papers_and_workbooks_tell_the_plan_that_was_written(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    path, out = town.write(), tmp_path / "out"
    locked = ("--lock", "P6=C", "--refuse", "P7=A")
    assert siting("plan", path, "-q", "-o", out, *locked).status == 1
    papers = ("papers", path, "-q", "-o", out, "--no-repairs", "--lang", "zh", "--overwrite")
    run = siting(*papers)
    assert run.status == 0, run.err
    identity = json.loads((out / "plan.json").read_text(encoding="utf-8"))["identity"]
    told = proposals_of(out, "P6")
    assert "P6 School 锁定于 C" in told
    assert f"计划指纹 {identity.removeprefix('sha256:')[:16]}" in told
    assert "未能安排用地" in proposals_of(out, "P7")
    assert siting("workbook", path, "-q", "-o", out, "--lang", "zh").status == 0
    page = openpyxl.load_workbook(out / "summary.xlsx")["统筹计划"]
    rows = {row[0].value: [cell.value for cell in row] for row in page.iter_rows(min_row=2)}
    # A and C are of 1 公顷 each: 15 亩
    assert rows["P6"][5] == "C"
    assert rows["P7"][2] == "未安排"
    assert rows["合计"][8:11] == [10_000, 1, 15]
    assert siting(*papers, "--no-plan").status == 0
    assert "本表未附全市统筹计划" in proposals_of(out, "P6")


def test_a_plan_of_other_data_is_never_told(siting: Siting, town: Files, tmp_path: Path) -> None:
    path, out = town.write(), tmp_path / "out"
    assert siting("plan", path, "-q", "-o", out).status == 0
    lots = frame([rect(500, 500, 600, 600), rect(900, 500, 1000, 610)], NO=["A", "C"])
    town.add_layer("lots", lots, role="parcel", id_column="NO", release="public")
    path = town.write()
    run = siting("workbook", path, "-q", "-o", out, "--lang", "zh")
    assert run.status == 0
    assert "does not fit these data" in run.err or "与本次数据不符" in run.err
    page = openpyxl.load_workbook(out / "summary.xlsx")["统筹计划"]
    assert page["A2"].value == "输出文件夹中的 plan.json 与本次数据不符，未附计划"
    for command in ("papers", "workbook"):
        run = siting(command, path, "-q", "-o", out, "--plan", out / "plan.json")
        assert run.status == 2
        assert "计划与数据不符" in run.err
        assert siting(command, path, "--plan", out / "plan.json", "--no-plan").status == 2
    assert not (out / "papers").exists()


@pytest.mark.parametrize("quotas", [[], [{"name": "total", "unit": "sites", "limit": 1}]])
def test_a_plan_under_other_quotas_is_no_plan_of_the_city(
    siting: Siting, town: Files, tmp_path: Path, quotas: list[dict[str, Any]]
) -> None:
    """Settings of a plan are in no report: the identity of the plan itself holds them."""
    path, out = town.write(), tmp_path / "out"
    assert siting("plan", path, "-q", "-o", out).status == 0
    study = api.load(path)
    report = api.check(study)
    recalled = api.read_plan(study, report, out)
    written = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert plan_to_dict(recalled) == written
    town.tables["plan"] = {"quota": quotas}
    run = siting("workbook", town.write(), "-q", "-o", out, "--plan", out)
    assert run.status == 2
    assert "计划与数据不符" in run.err
