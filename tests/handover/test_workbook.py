"""The workbook: every column that has a total adds up, and nothing reads clear that is not."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from siting import api
from siting.errors import ConfigError
from siting.handover import write_workbook
from siting.handover.cells import adding_up, each_area
from siting.mapping.composed import part_within
from siting.model import Demand, Form, Project, Search, Text

A, B = "440901", "440902"
SHEETS = ["汇总", "项目", "问题", "用地组成", "备选方案", "未核查", "来源"]


def rows_of(path: Path, title: str) -> list[dict[str, Any]]:
    page = openpyxl.load_workbook(path)[title]
    heads, *rows = page.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def summary_of(path: Path) -> dict[str, tuple[Any, ...]]:
    page = openpyxl.load_workbook(path)["汇总"]
    return {str(row[0]): row[1:] for row in page.iter_rows(min_row=2, values_only=True)}


def test_the_sheets_are_there_with_filters_and_frozen_headings(folder: Path):
    book = openpyxl.load_workbook(folder / A / "summary.xlsx")
    assert book.sheetnames == SHEETS
    for page in book.worksheets:
        assert page.freeze_panes == "A2"
        assert not page.hyperlinks if hasattr(page, "hyperlinks") else not page._hyperlinks
        for row in page.iter_rows():
            assert all(cell.data_type in {"s", "n"} for cell in row)
    assert book["项目"].auto_filter.ref == "A1:AB4"  # three red lines; the total is not filtered
    assert book["问题"].auto_filter.ref == "A1:Z5"


def test_red_lines_add_up_by_hand(folder: Path):
    """In A: 100 × 100 m, 150 × 100 m over the border, and a bowtie whose area means nothing."""
    rows = rows_of(folder / A / "summary.xlsx", "项目")
    areas = [row["认定面积 m²"] for row in rows]
    assert areas == [10_000, 15_000, None, 25_000]
    assert [row["认定面积 公顷"] for row in rows] == [1, 1.5, None, 2.5]
    assert [row["认定面积 亩"] for row in rows] == [15, 22.5, None, 37.5]
    assert rows[-1]["红线编号"] == "合计（不含几何无效的 1 条）"
    facts = summary_of(folder / A / "summary.xlsx")
    assert facts["红线合计"] == (3, 25_000, 2.5, 37.5)
    assert facts["其中几何无效（面积不计）"][0] == 1
    assert facts["其中未查全"][0] == 3
    assert facts["未通过或缺行的图层"][0] == 1
    assert facts["未查或未查全的红线 × 规则"][0] == 3


def test_what_was_not_checked_is_listed_by_red_line(folder: Path):
    rows = rows_of(folder / A / "summary.xlsx", "未核查")
    gaps = [row["对象"] for row in rows if row["说明"] == "地铁结构未载入"]
    assert gaps == ["RL-1", "RL-3", "RL-4"]
    kinds = {row["类别"] for row in rows}
    assert {"图层 · 未通过", "红线几何无效", "用地组成", "修正红线"} <= kinds
    (layer,) = [row for row in rows if row["类别"] == "图层 · 未通过"]
    assert layer["对象"] == "metro metro"


def test_a_project_without_red_line_is_listed_and_never_clear(make_world, write):
    world = make_world()
    more = Project(id="PRJ-9", name="无红线项目", form=Form.NONE, district=A, demand=Demand())
    atlas = replace(world.atlas, projects=(*world.report.projects, more))
    report = replace(world.report, projects=(*world.report.projects, more))
    home = write(replace(world, report=report, atlas=atlas))
    found = [
        row for row in rows_of(home / A / "summary.xlsx", "项目") if row["项目编号"] == "PRJ-9"
    ]
    assert [row["核查结论"] for row in found] == ["无红线，未核查"]
    assert summary_of(home / A / "summary.xlsx")["无红线，未核查"][0] == 1
    assert "PRJ-9" in {row["对象"] for row in rows_of(home / A / "summary.xlsx", "未核查")}
    assert "PRJ-9" not in {row["项目编号"] for row in rows_of(home / B / "summary.xlsx", "项目")}


def test_a_site_elsewhere_is_announced_and_no_more(folder: Path):
    here, there = rows_of(folder / A / "summary.xlsx", "备选方案")
    assert (here["地块编号"], here["序号"], here["面积（不可合计） m²"]) == (
        "CANARYAsiteid",
        1,
        10_000,
    )
    assert (there["地块编号"], there["宗地"], there["理由"]) == (None, None, None)
    assert (there["地块所在区"], there["序号"]) == (B, 2)


def test_why_there_is_no_site_is_said(make_world, write):
    world = make_world()
    blocked = Search("PRJ-4", (), (), blocked_by=Text("无合适地块", "no parcel is large enough"))
    home = write(replace(world, searches=(*world.searches, blocked)))
    rows = rows_of(home / A / "summary.xlsx", "备选方案")
    assert [(row["方案"], row["理由"]) for row in rows if row["项目编号"] == "PRJ-4"] == [
        ("无备选地块", "无合适地块")
    ]


def test_an_empty_list_of_sites_says_that_nobody_looked(make_world, write):
    home = write(replace(make_world(), searches=()))
    (row,) = rows_of(home / A / "summary.xlsx", "备选方案")
    assert row["理由"] == "本次未求备选地块"


def test_the_city_s_workbook_has_every_red_line(world, tmp_path: Path):
    city = replace(world.city, output=tmp_path, language="en")
    path = write_workbook(world.report, world.searches, world.atlas, city=city)
    rows = rows_of(path, "projects")
    assert [row["red line"] for row in rows[:-1]] == ["RL-1", "RL-2", "RL-3", "RL-4", "RL-5"]
    # 10,000 + 10,000 + 15,000 + 10,000 m², the bowtie not counted
    assert [row["area of record mu"] for row in rows] == [15, 15, 22.5, None, 15, 67.5]
    assert len(rows_of(path, "findings")) == 6


def test_one_district_of_the_workbook_is_that_of_its_package(world, folder: Path, tmp_path: Path):
    city = replace(world.city, output=tmp_path)
    path = write_workbook(world.report, world.searches, world.atlas, city=city, code="东区")
    assert path == tmp_path / "districts" / f"{B}.xlsx"
    assert path.read_bytes() == (folder / B / "summary.xlsx").read_bytes()
    with pytest.raises(ConfigError, match="no district"):
        write_workbook(world.report, world.searches, world.atlas, city=city, code="44090")


def test_a_red_line_is_composed_as_far_as_it_lies_in_the_district(world):
    from siting.handover import district_parts

    part = district_parts(world.report, world.searches, world.atlas)[0]
    over = world.report.results[2].red_line
    assert part_within(over, part.area).geometry.area == pytest.approx(50 * 100)
    bowtie = world.report.results[3].red_line
    assert part_within(bowtie, part.area) is bowtie


@pytest.mark.parametrize("count", [3, 7, 40])
def test_parts_add_up_in_each_unit(count: int):
    areas = {str(number): 1000 / 7 * number + 1 / 3 for number in range(count)}
    cells, total = adding_up(areas | {"invalid": None, "nan": float("nan")})
    assert cells["invalid"] == cells["nan"] == (None, None, None)
    for unit in range(3):
        parts = [cells[name][unit] for name in areas]
        assert sum(parts, Decimal(0)) == total[unit]
    assert total[0] == round(Decimal(sum(areas.values())), 2)


def test_areas_that_are_no_parts_are_rounded_by_themselves():
    assert each_area([1000.0, None]) == [
        (Decimal("1000.00"), Decimal("0.1000"), Decimal("1.50")),
        (None, None, None),
    ]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sample city's workbook, and that of the district with the most red lines."""
    folder = tmp_path_factory.mktemp("workbook")
    study = api.load(api.sample_folder(), output=folder)
    report = api.check(study)
    return (
        api.workbook(study, report),
        api.workbook(study, report, district="449904"),
    )


def test_every_total_of_the_sample_city_adds_up(sample: tuple[Path, Path]):
    for path in sample:
        rows = rows_of(path, "项目")
        facts = summary_of(path)
        for place, unit in enumerate(("m²", "公顷", "亩"), start=1):
            parts = [row[f"认定面积 {unit}"] for row in rows[:-1]]
            total = rows[-1][f"认定面积 {unit}"]
            assert sum(Decimal(str(area)) for area in parts if area is not None) == Decimal(
                str(total)
            )
            outcomes = [line[place] for name, line in facts.items() if name.startswith("红线：")]
            assert sum(Decimal(str(area)) for area in outcomes) == Decimal(str(total))
            assert facts["红线合计"][place] == total


def test_the_composition_of_the_sample_city_is_that_of_its_red_lines(sample: tuple[Path, Path]):
    for path in sample:
        areas = {row["红线编号"]: row["认定面积 m²"] for row in rows_of(path, "项目")[:-1]}
        composed: dict[str, Decimal] = {}
        for row in rows_of(path, "明细"):
            area = Decimal(str(row["面积（m²）"]))
            composed[row["红线"]] = composed.get(row["红线"], Decimal(0)) + area
        assert len(composed) > 5
        for name, area in composed.items():
            # the projects' column adds up as a whole: a last digit may be a neighbour's
            assert abs(area - Decimal(str(areas[name]))) <= Decimal("0.01")


def test_libreoffice_opens_it(sample: tuple[Path, Path], tmp_path: Path):
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("there is no LibreOffice")
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    to_utf8 = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = [program, home, "--headless", "--convert-to", to_utf8, "--outdir", tmp_path]
    subprocess.run([*command, sample[1]], check=True, capture_output=True, timeout=120)
    text = (tmp_path / "449904.csv").read_text(encoding="utf-8")
    assert "红线合计" in text


def test_every_part_of_the_file_is_xml_and_has_no_link(sample: tuple[Path, Path]):
    with zipfile.ZipFile(sample[0]) as archive:
        names = archive.namelist()
        text = b"".join(archive.read(name) for name in names if "worksheets/sheet" in name)
    assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]
    assert b"<f>" not in text
    assert b"<hyperlink" not in text
