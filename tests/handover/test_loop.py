"""The circle: a plan is handed over, districts answer in their own way, and the plan is mended.

The town has two districts, and for each project two parcels of its own size: a free one, and one
in a hazard zone, for which a plan takes points off. So a project that loses the free one has the
other, and nobody else has to move.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest

from siting import api
from siting.handover import check_packages
from siting.model import Release
from siting.planning import CityPlan, PlanRow, read_previous
from siting.planning.files import write_plan_files

from ..town import Town

Answers = dict[str, tuple[str, str]]
#: Sheets have tests of their own.
BARE = api.RunOptions(has_sheets=False)
DECISION, REASON = "决定 / decision", "理由 / reason"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Return P1 and P2 with land in A, and P3 with land in B."""
    made = Town(tmp_path_factory.mktemp("town"))
    made.release = Release.INTERNAL
    for number, (side, corner) in enumerate(((100, 0), (150, 1_000), (200, 3_000)), start=1):
        area, district = side * side, "B" if corner > 2_500 else "A"
        demand = (0.95 * area, 1.05 * area)
        made.projects.append(made.project(f"P{number}", *demand, district=district))
        made.parcel(f"{number}-FREE", made.box(corner, 0, side, side))
        made.parcel(f"{number}-HAZARD", made.box(corner, 1_000, side, side))
        made.hazard.append((f"Z{number}", made.box(corner, 1_000, side, side)))
    return made


@pytest.fixture(scope="module")
def first(town: Town) -> CityPlan:
    return planned(town)


@pytest.fixture(scope="module")
def handed(town: Town, first: CityPlan) -> Path:
    """The packages and the files of the first plan; tests copy what they fill in."""
    study = town.study()
    api.hand_over(study, town.report(), plan=first, options=BARE)
    write_plan_files(study.city.output, first, language="zh")
    return study.city.output


def planned(town: Town, **more: Any) -> CityPlan:
    return api.plan(town.study(), replace(town.report(), repairs=()), **more)


def sites(plan: CityPlan) -> dict[str, str]:
    return {row.project.id: row.option.site.id for row in plan.placed if row.option}


def moved(plan: CityPlan) -> dict[str, PlanRow]:
    return {row.project.id: row for row in plan.rows if row.move is not None}


def answered(form: Path, target: Path, answers: Answers) -> Path:
    """Fill a form in by project: what a district decides, and why."""
    shutil.copy(form, target)
    book = openpyxl.load_workbook(target)
    headings = [cell.value for cell in book.active[1]]
    for row in book.active.iter_rows(min_row=2):
        if row[0].value in answers:
            said, why = answers[row[0].value]
            row[headings.index(DECISION)].value = said
            row[headings.index(REASON)].value = why
    book.save(target)
    return target


def reordered(form: Path) -> Path:
    """Return the same table as somebody may send it back: other order, colours, more columns."""
    book = openpyxl.load_workbook(form)
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    headings, *rows = [[row[i] for i in (4, 2, 5, 0, 3, 1, 7, 6)] for row in rows]
    sheet = book.create_sheet("说明", 0)
    sheet["A1"] = "请示稿"
    table = book["决定"]
    table.delete_rows(1, table.max_row)
    table.append([*headings, "经办人"])
    for row in reversed(rows):
        table.append([*row, "张三"])
    for cell in table[1]:
        cell.font = openpyxl.styles.Font(bold=True, color="FF0000")
    table.row_dimensions[2].hidden = True
    table.auto_filter.ref = table.dimensions
    table.column_dimensions["B"].width = 60
    book.save(form)
    return form


def by_office(form: Path) -> Path:
    """Return the form as LibreOffice saves it."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    out = form.parent / "saved"
    profile = f"-env:UserInstallation=file://{form.parent}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, str(form)], check=True, capture_output=True, timeout=120)
    return out / form.name


def as_it_is(form: Path) -> Path:
    return form


@pytest.mark.parametrize(
    "sent_back",
    [as_it_is, reordered, pytest.param(by_office, marks=pytest.mark.slow)],
    ids=["as it is", "reordered", "saved by LibreOffice"],
)
def test_a_refusal_moves_one_project_and_says_why(
    town: Town,
    first: CityPlan,
    handed: Path,
    tmp_path: Path,
    sent_back: Callable[[Path], Path],
):
    assert sites(first) == {"P1": "1-FREE", "P2": "2-FREE", "P3": "3-FREE"}
    answers = {"P1": ("拒绝 / refused", "规划为绿地"), "P2": ("同意 / agree", "")}
    reply = sent_back(
        answered(handed / "handover" / "A" / "reply.xlsx", tmp_path / "A.xlsx", answers)
    )
    other = shutil.copy(handed / "handover" / "B" / "reply.xlsx", tmp_path / "B.xlsx")
    plan = planned(town, previous=read_previous(handed), decision_tables=[reply, Path(other)])
    assert sites(plan) == {"P1": "1-HAZARD", "P2": "2-FREE", "P3": "3-FREE"}
    (row,) = moved(plan).values()
    assert row.move is not None
    assert row.move.demanded
    assert "规划为绿地" in row.former_closed.zh
    assert any("B.xlsx" in note.zh and "1 行未填决定" in note.zh for note in plan.notes)


def test_a_parcel_that_is_sold_is_nobodys_and_a_lock_is_kept(
    town: Town, handed: Path, tmp_path: Path
):
    form = handed / "handover" / "A" / "reply.xlsx"
    answers = {"P1": ("已供 / sold", "已挂牌"), "P2": ("锁定 / lock", "")}
    reply = answered(form, tmp_path / "A.xlsx", answers)
    # the buyer of the form's row is that project: its own site is its own for good
    plan = planned(town, previous=read_previous(handed), decision_tables=[reply])
    assert moved(plan) == {}
    book = openpyxl.load_workbook(reply)
    book.active["A2"].value = None  # sold to somebody outside of the ledger
    book.save(reply)
    plan = planned(town, previous=read_previous(handed), decision_tables=[reply])
    assert sites(plan) == {"P1": "1-HAZARD", "P2": "2-FREE", "P3": "3-FREE"}
    assert list(moved(plan)) == ["P1"]
    (locked,) = [one for one in plan.rows if one.lock is not None]
    assert (locked.project.id, locked.lock_cost is not None) == ("P2", True)


def test_the_mended_plan_is_handed_over_and_shows_what_was_refused(
    town: Town, handed: Path, tmp_path: Path
):
    answers = {"P1": ("拒绝", "规划为绿地"), "P2": ("拒绝", "")}
    reply = answered(handed / "handover" / "A" / "reply.xlsx", tmp_path / "A.xlsx", answers)
    book = openpyxl.load_workbook(reply)
    book.active.append(["P1", None, "1-HAZARD", None, "拒绝", "太窄"])
    book.save(reply)
    plan = planned(town, previous=read_previous(handed), decision_tables=[reply])
    assert sites(plan) == {"P2": "2-HAZARD", "P3": "3-FREE"}
    study = town.study()
    study = replace(study, city=replace(study.city, output=tmp_path / "maps"))
    api.hand_over(study, town.report(), plan=plan, options=BARE)
    found = check_packages(tmp_path / "maps" / "handover")
    assert (found.sites, found.withheld) == (2, ())
    rows = gpd.read_file(tmp_path / "maps" / "handover" / "A" / "redlines.gpkg", layer="plan")
    rows = rows.set_index("project_id")
    # the parcel is this district's, so it is named, with what was said of it
    assert "规划为绿地" in rows.loc["P1", "reasons_zh"]
    assert "太窄" in rows.loc["P1", "reasons_zh"]
    assert list(rows["former_site_id"]) == ["1-FREE", "2-FREE"]
    page = (tmp_path / "maps" / "handover" / "A" / "map.html").read_text(encoding="utf-8")
    assert "规划为绿地" in page
