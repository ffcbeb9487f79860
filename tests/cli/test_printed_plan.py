"""``--plan`` of ``siting sheet`` and ``siting report``: shown as it is, or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from siting import api
from siting.compose import sums_of
from siting.model import RedLine, SiteKind
from siting.planning import plan_to_dict

from ..tiny_city import Files, frame, rect
from .conftest import Siting

LEDGER = """id,name,stage,min,max
P1,School,前期研究,9000,11000
P7,Clinic,前期研究,9000,11000
"""


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Files:
    """P1 lies on farmland, a hectare of 60 m paddy and 40 m factory; parcels A and C are free.

    Of A 70 m are a factory, on 30 m there is no plot.
    """
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "kept"))
    tiny.head["language"] = "zh"
    tiny.add_red_lines(frame([rect(1000, 1000, 1100, 1100)], id=["R1"], project=["P1"]))
    tiny.add_layer("farmland", frame([rect(1000, 1000, 1100, 1100)]))
    lots = frame([rect(500, 500, 600, 600), rect(900, 500, 1000, 600)], NO=["A", "C"])
    tiny.add_layer("lots", lots, role="parcel", id_column="NO", release="public")
    plots = frame(
        [rect(900, 900, 1060, 1200), rect(1060, 900, 1300, 1200), rect(530, 400, 1300, 700)],
        DLBM=["0101", "0601", "0601"], QSXZ=["30", "20", "20"], ZLDWMC=["甲村", "=乙", "丙村"],
        KCXS=[0.1, None, None],
    )  # fmt: skip
    tiny.add_layer(
        "dltb", plots, role="land_use", code_system="sandiao",
        columns=["DLBM", "QSXZ", "ZLDWMC", "KCXS"],
    )  # fmt: skip
    (tiny.folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    columns = {"id": "id", "name": "name", "stage": "stage"}
    columns |= {"area_m2_min": "min", "area_m2_max": "max"}
    tiny.tables["projects"] = {"path": "ledger.csv", "columns": columns}
    tiny.tables["plan"] = {
        "quota": [{"name": "total", "title": "总量", "unit": "sites", "limit": 2}],
    }
    return tiny


def text_of(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        said = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(said.split())


def test_a_plan_is_printed_as_it_was_made(siting: Siting, town: Files, tmp_path: Path):
    path, out = town.write(), tmp_path / "out"
    run = siting("plan", path, "-q", "--output", out, "--lock", "P1=A")
    assert run.status == 0, run.err
    plan = ("--plan", out / "plan.json", "-o", tmp_path, "-q")
    sheet = siting("sheet", path, "--district", "01", *plan)
    assert sheet.status == 0, sheet.err
    said = text_of(Path(sheet.out.strip()))
    assert "本区1个项目，安排1个，未安排0个" in said  # P7 has no red line here, only its site
    assert "统筹：C" in said
    assert "Clinic" not in said
    assert "统筹方案中已用完的指标：总量" in said
    report = siting("report", path, "--project", "P1", *plan)
    assert report.status == 0, report.err
    said = text_of(Path(report.out.strip()))
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    (row,) = [row for row in document["rows"] if row["project"] == "P1"]
    assert f"得分{row['points']:.2f}" in said
    assert "面积10,000.00m²·1.0000公顷·15.00亩" in said
    assert "锁定于A" in said
    assert document["identity"] in said
    # by hand, of the red line and of A: what nobody knows is no 0
    for line in (
        "建设用地4,000.000.40006.007,000.000.700010.50",
        "其中耕地5,400.000.54008.100.000.00000.00",
        "田坎600.000.06000.90",
        "新增建设用地6,000.000.60009.00",
        "永久基本农田10,000.001.000015.000.000.00000.00",
        "无现状地类0.000.00000.003,000.000.30004.50",
        "统筹用地：3,000.00m²（0.3000公顷）地类不明",
    ):
        assert line in said, line
    (composed,) = json.loads(siting("compose", path, "-q", "--json").out)["red_lines"]
    for name in ("total", "farm", "cultivated", "paddy", "construction", "new_construction"):
        amount = composed["sums"][name]
        assert f"{float(amount['m2']):,.2f}{amount['ha']}{amount['mu']}" in said, name
    for group in composed["groups"]:
        assert f"{group['key'][0]}·" in said
        assert f"{group['sums']['total']['ha']}{group['sums']['farm']['ha']}" in said


def test_a_plan_of_another_study_is_refused_or_left_out(
    siting: Siting, town: Files, tmp_path: Path
):
    path, out = town.write(), tmp_path / "out"
    assert siting("plan", path, "-q", "--output", out).status == 0
    town.tables["plan"]["quota"][0]["limit"] = 3
    town.write()
    run = siting("sheet", path, "--plan", out, "-o", tmp_path / "no", "-q")
    assert run.status == 2
    assert "the plan is of other data" in run.err
    assert not (tmp_path / "no").exists()
    run = siting("sheet", path, "--district", "01", "-o", out, "-q")
    assert run.status == 0
    assert "no plan is told" in run.err or "未附计划" in run.err
    said = text_of(Path(run.out.strip()))
    assert "输出文件夹中的plan.json与本次数据不符，未附计划" in said
    assert "统筹方案" not in said
    assert siting("sheet", path, "--plan", out, "--no-plan", "-q").status == 2


@pytest.mark.slow
def test_the_sample_citys_report_has_the_figures_of_plan_and_compose(tmp_path: Path):
    study = api.load(api.sample_folder(), output=tmp_path)
    found = api.find(study)
    assert found.plan is not None
    (path,) = api.report_pdf(
        study, found.report, found.searches, plan=found.plan,
        options=api.SheetOptions(has_all_districts=False),
    )  # fmt: skip
    said = text_of(path)
    document = plan_to_dict(found.plan)
    placed = [row for row in document["rows"] if row["site"]]
    assert len(placed) > 20
    for row in placed:
        m2, ha, mu = row["area_m2"], row["area_m2"] / 10_000, row["area_m2"] * 3 / 2_000
        assert f"面积{m2:,.2f}m²·{ha:,.4f}公顷·{mu:,.2f}亩得分{row['points']:.2f}" in said
        assert f"安排用地{row['site']}" in said
    sites = [
        RedLine(row.option.site.id, row.project.id, row.option.site.geometry, study.city.crs)
        for row in found.plan.placed
        if row.option is not None and row.option.site.kind is not SiteKind.RED_LINE
    ]
    composed = api.compose(study).compositions + api.compose(study, red_lines=sites).compositions
    assert len(composed) > 50
    for one in composed:
        for name in ("total", "farm", "cultivated", "construction", "new_construction"):
            amount = getattr(sums_of(one.rows), name)
            figures = f"{amount.m2:,}{amount.ha:,}{amount.mu:,}"
            assert not one.rows or figures in said, (one.red_line_id, name)
