"""``siting compose`` on a written city: status, formats, choices, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def surveyed(tiny: Files) -> Files:
    """The tiny city with two plots under its red line (1000–1100): 60 m paddy, 40 m factory."""
    plots = frame(
        [rect(900, 900, 1060, 1200), rect(1060, 900, 1300, 1200)],
        DLBM=["0101", "0601"], QSXZ=["30", "20"], ZLDWMC=["甲村", "=乙"], KCXS=[0.1, None],
        GDDB=["5", ""],
    )  # fmt: skip
    tiny.add_layer(
        "dltb", plots, role="land_use", code_system="sandiao",
        columns=["DLBM", "QSXZ", "ZLDWMC", "KCXS"],
    )  # fmt: skip
    return tiny


def test_the_table_in_chinese(siting: Siting, surveyed: Files):
    run = siting("compose", surveyed.write(), "-q", "--lang", "zh")
    assert run.status == 0
    assert "1.0000 公顷 · 15.00 亩 · 10,000.00 m²" in run.out
    assert "甲村" in run.out
    line = next(line for line in run.out.splitlines() if line.strip().startswith("合计"))
    # total, farm, cultivated, paddy, ridge, construction, unused, new construction land
    assert line.split()[1:] == [
        "1.0000", "0.6000", "0.5400", "0.5400", "0.0600", "0.4000", "0.0000", "0.6000",
    ]  # fmt: skip
    assert "农用地转用 → 省级人民政府" in run.out
    assert "不是审批意见" in run.out


@pytest.mark.parametrize("by", ["village", "town", "ownership", "class", "category"])
def test_every_grouping_in_english(siting: Siting, surveyed: Files, by: str):
    run = siting("compose", surveyed.write(), "-q", "--by", by)
    assert run.status == 0
    assert "unit: ha" in run.out
    assert "cultivated 0.5400 ha" in run.out


def test_json_and_csv(siting: Siting, surveyed: Files):
    path = surveyed.write()
    document = json.loads(siting("compose", path, "-q", "--json").out)
    assert document["sums"]["total"] == {"m2": "10000.00", "ha": "1.0000", "mu": "15.00"}
    run = siting("compose", path, "-q", "--csv", "--lang", "zh")
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert {row["村（社区）"] for row in rows} == {"甲村", "'=乙"}
    assert sum(Decimal(row["面积（公顷）"]) for row in rows) == 1
    assert siting("compose", path, "-q", "--csv", "--json").status == 2


def test_a_workbook(siting: Siting, surveyed: Files, tmp_path: Path):
    target = tmp_path / "表.xlsx"
    run = siting("compose", surveyed.write(), "-q", "--xlsx", target, "--lang", "zh")
    assert run.status == 0
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["用地组成表（公顷）", "明细", "提示与未查"]
    detail = book["明细"]
    head = [cell.value for cell in detail[1]]
    column = head.index("面积（m²）") + 1
    values = [detail.cell(row, column) for row in range(2, detail.max_row + 1)]
    assert sum(Decimal(str(cell.value)) for cell in values) == Decimal("10000.00")
    assert {cell.data_type for cell in values} == {"n"}
    assert {cell.number_format for cell in values} == {"#,##0.00"}
    names = [detail.cell(row, head.index("村（社区）") + 1) for row in range(2, detail.max_row + 1)]
    assert {cell.data_type for cell in names} == {"s"}
    assert siting("compose", surveyed.write(), "-q", "--xlsx", target).status == 2
    assert siting("compose", surveyed.write(), "-q", "--xlsx", target, "--overwrite").status == 0


def test_a_gap_is_status_1_and_said(siting: Siting, surveyed: Files):
    surveyed.add_red_lines(frame([rect(1000, 1000, 1400, 1100)], id=["R1"], project=["P1"]))
    run = siting("compose", surveyed.write(), "-q")
    assert run.status == 1
    assert "[incomplete]" in run.out
    assert "uncovered" in run.out


def test_a_torn_layer_is_status_1_and_said(siting: Siting, surveyed: Files):
    path = surveyed.write()
    (surveyed.folder / "dltb.gpkg").write_bytes(b"torn")
    run = siting("compose", path, "-q")
    assert run.status == 1
    assert "not checked" in run.out
    assert "failed its load contract" in run.out


def test_a_layer_too_old_is_said(siting: Siting, surveyed: Files):
    import datetime as dt

    surveyed.layers["dltb"] |= {"dated": dt.date(2020, 1, 1), "max_age_days": 100}
    run = siting("compose", surveyed.write(), "-q")
    assert run.status == 1
    assert "too old" in run.out


def test_red_lines_of_a_file(siting: Siting, surveyed: Files, tmp_path: Path):
    other = tmp_path / "other.gpkg"
    frame([rect(1000, 1000, 1030, 1100)], id=["X"]).to_file(other, driver="GPKG")
    run = siting("compose", surveyed.write(), other, "-q")
    assert run.status == 0
    assert "0.3000 ha" in run.out


@pytest.mark.parametrize("option", ["--red-line", "--project"])
def test_what_is_not_there_is_an_error(siting: Siting, surveyed: Files, option: str):
    run = siting("compose", surveyed.write(), "-q", option, "R9")
    assert run.status == 2
    assert "R9" in run.err


def test_no_land_use_layer(siting: Siting, tiny: Files):
    run = siting("compose", tiny.write(), "-q")
    assert run.status == 2
    assert "no layer with role land_use" in run.err


def test_columns_that_city_toml_names_are_read_and_required(siting: Siting, surveyed: Files):
    surveyed.tables["compose"] = {"quality_column": "GDDB"}
    document = json.loads(siting("compose", surveyed.write(), "-q", "--json").out)
    (balance,) = [line["balance"] for line in document["red_lines"]]
    assert balance["by_grade"] == [
        {"grade": "5", "area": {"m2": "5400.00", "ha": "0.5400", "mu": "8.10"}}
    ]
    surveyed.tables["compose"] = {"quality_column": "GDDX"}
    run = siting("compose", surveyed.write(), "-q")
    assert run.status == 1
    assert "GDDX" in run.out


def test_an_own_book(siting: Siting, surveyed: Files):
    (surveyed.folder / "own.toml").write_text(
        '[book]\nbased_on = "cn"\ntitle = "t"\nversion = "9"\n'
        '[class.sandiao]\n"0601" = { title = "工业", group = "unused" }\n',
        encoding="utf-8",
    )
    surveyed.tables["compose"] = {"book": "own.toml"}
    run = siting("compose", surveyed.write(), "-q", "--json")
    assert json.loads(run.out)["sums"]["unused"]["ha"] == "0.4000"
