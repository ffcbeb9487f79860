"""The plan in the workbook: rows as in the package, sums added anew in plain Python."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from siting.allocate import Kind
from siting.city import QuotaSpec
from siting.errors import ConfigError
from siting.handover import write_workbook
from siting.handover.selection import district_parts
from siting.handover.workbook import material_of, write_summary
from siting.model import Text
from siting.planning import Block, Decided, Decision, Origin, QuotaUse
from siting.report import identity

from . import planned
from .conftest import build_world
from .test_plan import HOSTILE
from .test_workbook import SHEETS, rows_of, summary_of

A, B = "440901", "440902"
PLAN, QUOTAS = "统筹计划", "配额"
UNITS = ("m²", "公顷", "亩")


def by_project(path: Path) -> dict[str, dict[str, Any]]:
    return {row["项目"]: row for row in rows_of(path, PLAN)}


def city_book(world: Any, folder: Path, *, code: str = "", **fields: Any) -> Path:
    """Write the workbook of the city or a district with the plan by hand; return it."""
    world = planned.with_projects(world)
    origin = Origin(report_identity=identity(world.report))
    plan = planned.plan(**{"origin": origin, **fields})
    city = replace(world.city, output=folder)
    return write_workbook(
        world.report, world.searches, world.atlas, city=city, plan=plan, code=code
    )


@pytest.fixture(scope="module")
def districts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the workbooks of both districts."""
    home = tmp_path_factory.mktemp("books")
    return {code: city_book(build_world(), home, code=code) for code in (A, B)}


def require_sums(path: Path, heading: str) -> None:
    """Add every column of an area up again, as decimals, and hold it against the last row."""
    *rows, total = rows_of(path, PLAN)
    assert total["项目"] == "合计"
    for unit in UNITS:
        cells = [row[f"{heading} {unit}"] for row in rows]
        added = sum(Decimal(str(cell)) for cell in cells if cell is not None)
        assert added == Decimal(str(total[f"{heading} {unit}"])), unit


def test_with_a_plan_its_sheets_stand_behind_the_alternatives(districts: dict[str, Path]):
    book = openpyxl.load_workbook(districts[A])
    at = SHEETS.index("备选方案") + 1
    assert book.sheetnames == [*SHEETS[:at], PLAN, QUOTAS, *SHEETS[at:]]
    for page in book.worksheets:
        for row in page.iter_rows():
            assert all(cell.data_type in {"s", "n"} for cell in row)
    assert book[PLAN].freeze_panes == "A2"
    assert book[PLAN].auto_filter.ref == "A1:X6"  # five projects; the total is not filtered


def test_a_district_s_areas_are_those_of_its_sites_and_add_up(districts: dict[str, Path]):
    path = districts[A]
    rows = by_project(path)
    # three squares of 100 m: PRJ-1's, PRJ-3's over the border, the guest's; two without
    assert [rows[f"PRJ-{n}"]["用地面积 m²"] for n in (1, 3, 4, 6, 7)] == [
        10_000, 10_000, None, 10_000, None,
    ]  # fmt: skip
    assert [rows["合计"][f"用地面积 {unit}"] for unit in UNITS] == [30_000, 3, 45]
    # half of the one over the border
    assert rows["合计"]["本区内面积 m²"] == 25_000
    require_sums(path, "用地面积")


def test_a_district_reads_its_own_and_of_others_number_site_and_points(
    districts: dict[str, Path],
):
    rows = by_project(districts[A])
    own, guest = rows["PRJ-1"], rows["PRJ-6"]
    # its own best and its former site lie in B: neither is named
    assert (own["少得"], own["自身最优"]) == (20, "此处不列明")
    assert (own["理由"], own["与上一版方案"]) == (
        "较自身最优备选少 20.00 分", "与上一版方案的用地不同",
    )  # fmt: skip
    assert (guest["安排状态"], guest["用地"], guest["推荐分"]) == (
        "已安排", "CANARYAguestsite", 60,
    )  # fmt: skip
    assert {guest[name] for name in ("名称", "优先级", "少得", "理由", "已锁定")} == {None}
    assert (own["仍涉及、须征询"], own["未核查"]) == ("无", "无")
    assert rows["PRJ-3"]["理由"] == "为其最优备选"
    assert rows["PRJ-4"]["安排状态"] == "未安排"
    assert rows["PRJ-4"]["理由"].endswith(
        "缺任何一条即可安排：PRJ-2 在其他区有安排；一处此处不列明的备选用地，已归他人；"
        "不同意该用地（CANARYArefused）"
    )
    assert (rows["PRJ-7"]["安排状态"], rows["PRJ-7"]["理由"]) == ("不参与安排", "线性项目")
    away = by_project(districts[B])["PRJ-6"]
    assert (away["安排状态"], away["用地"], away["未核查"]) == (
        "已安排（在其他区）", "此处不列明", "此处不列明",
    )  # fmt: skip
    assert (away["所在区"], away["用地面积 m²"], away["本区内面积 m²"]) == (A, 10_000, None)
    (note,) = [row for row in rows_of(districts[A], "未核查")
               if row["类别"] == "统筹计划说明"]  # fmt: skip
    assert note["对象"] == 1


def test_the_city_s_workbook_has_every_project_and_every_word(world: Any, tmp_path: Path):
    lock = Decision(Decided.LOCK, "CANARYAparcelid", "PRJ-1", by="西区")
    given = tuple(
        replace(one, lock=lock) if one.project.id == "PRJ-1" else one for one in planned.rows()
    )
    path = city_book(world, tmp_path, rows=given)
    rows = by_project(path)
    assert list(rows) == ["PRJ-1", "PRJ-2", "PRJ-3", "PRJ-4", "PRJ-6", "PRJ-7", "合计"]
    assert rows["合计"]["用地面积 m²"] == 40_000
    assert "本区内面积 m²" not in rows["合计"]
    require_sums(path, "用地面积")
    assert (rows["PRJ-1"]["已锁定"], rows["PRJ-2"]["已锁定"]) == ("是", "否")
    assert "西区" in rows["PRJ-1"]["锁定及代价"]
    assert rows["PRJ-1"]["自身最优"] == "CANARYBparcelid"
    assert "CANARYBpromisedto" in rows["PRJ-4"]["理由"]
    assert rows["PRJ-6"]["名称"]
    assert summary_of(path)[PLAN][0] == "已证明最优：以计入的备选，没有更好的方案"
    notes = [row["说明"] for row in rows_of(path, "未核查") if row["类别"] == "统筹计划说明"]
    assert notes == ["CANARYXnote"]


@pytest.mark.parametrize("thirds_m", [57.735, 33.333, 0.1])
def test_areas_that_do_not_round_well_add_up_too(world: Any, tmp_path: Path, thirds_m: float):
    shapes = {
        f"p{n}": planned.rectangle(200.0 * n, 800, 200.0 * n + thirds_m, 800 + thirds_m)
        for n in (1, 2, 3, 6)
    }
    made = planned.with_sites(planned.plan(), **shapes)
    require_sums(city_book(world, tmp_path, rows=made.rows), "用地面积")


def test_quotas_are_figures_and_those_of_elsewhere_are_counted(world: Any, tmp_path: Path):
    quotas = tuple(
        QuotaUse(QuotaSpec(name, Text(f"={name}", name), unit, limit, districts), used, unknown)
        for name, unit, limit, districts, used, unknown in (
            ("land", "area_m2", 200_000.0, (), 150_000.0, 30_000.0),
            ("ours", "sites", 4.0, (A,), 3.0, 0.0),
            ("theirs", "sites", 4.0, (B,), 1.0, 0.0),
        )
    )
    land, ours, note = rows_of(city_book(world, tmp_path, code=A, quotas=quotas), QUOTAS)
    # 20 公顷, of which 15 are used: 3 of them of unknown land
    assert [land[head] for head in ("指标", "单位", "上限", "已用", "余量", "已用比例")] == [
        "=land", "公顷", 20, 15, 5, 0.75,
    ]  # fmt: skip
    assert land["其中地类不明"] == 3
    assert [ours[head] for head in ("单位", "上限", "已用", "余量")] == ["宗", 4, 3, 1]
    assert note["指标"] == "另有 1 项只涉及其他区的指标，不在此列"


def test_hostile_names_are_texts(world: Any, tmp_path: Path):
    rows = []
    for number, text in enumerate(HOSTILE):
        west = 20 + 40 * number
        land = planned.site(f"S{text}", planned.rectangle(west, 700, west + 30, 730), A)
        one = planned.row("6", A, land, note=Text(text), former_site_id=f"={text}")
        rows.append(replace(one, project=replace(one.project, id=text, name=f"={text}")))
    shut = planned.row("4", A, None, blocks=(Block(Kind.PLACED, "=1+1", Text("=1+1")),))
    path = city_book(world, tmp_path, rows=(*rows, shut))
    page = openpyxl.load_workbook(path)[PLAN]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert set(HOSTILE) < set(by_project(path))
    require_sums(path, "用地面积")


def test_a_plan_that_could_not_be_made_is_said(world: Any, tmp_path: Path):
    part = district_parts(world.report, world.searches, world.atlas)[0]
    missing = Text("要求的统筹方案未能编制", "could not be made")
    made = material_of(
        part, world.report, world.searches, world.atlas, city=world.city, plan=missing
    )
    path = tmp_path / "summary.xlsx"
    write_summary(path, made)
    assert rows_of(path, PLAN) == [{"理由": "要求的统筹方案未能编制"}]
    assert summary_of(path)[PLAN][0] == "没有统筹计划: 要求的统筹方案未能编制"


def test_a_plan_of_other_data_is_refused(world: Any, tmp_path: Path):
    with pytest.raises(ConfigError, match="another report"):
        city_book(world, tmp_path, origin=Origin(report_identity="sha256:0"))
