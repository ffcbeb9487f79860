"""``siting repair`` from the outside: table, JSON, files, exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def two(tiny: Files) -> Files:
    """R1 of P1 is clear, R2 of P2 lies on farmland with its western tenth."""
    tiny.add_layer("farmland", frame([rect(2900, 2900, 3010, 3300)]))
    shapes = [rect(1000, 1000, 1100, 1100), rect(3000, 3000, 3100, 3100)]
    tiny.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    return tiny


def test_the_table_and_the_words(siting: Siting, two: Files) -> None:
    run = siting("repair", two.write(), "-q", "--lang", "en")
    assert run.status == 0
    assert "\nR2" in run.out
    assert "R1" not in run.out
    assert "13.50 亩 instead of 15.00" in run.out  # 90 of 100 m, less the margin
    chinese = siting("repair", two.write(), "-q", "--lang", "zh")
    assert "最小宽 m" in chinese.out
    assert "即可通过" in chinese.out


def test_json_carries_the_outlines_in_the_working_crs(siting: Siting, two: Files) -> None:
    document = json.loads(siting("repair", two.write(), "-q", "--json", "--project", "P2").out)
    assert document["crs"] == "EPSG:4547"
    (search,) = document["repairs"]
    cut = next(each for each in search["repairs"] if each["way"] == "cut")
    shape = shapely.from_geojson(json.dumps(cut["geometry"]))
    assert shape.area == pytest.approx(cut["area_m2"], abs=1e-3)
    assert shape.equals(rect(3010.01, 3000, 3100, 3100))


def test_the_folder_holds_one_txt_per_repair_a_viewing_copy_and_the_report(
    siting: Siting, two: Files, tmp_path: Path
) -> None:
    out = tmp_path / "方案"
    run = siting("repair", two.write(), "-q", "--out", out, "--json")
    count = len(json.loads(run.out)["repairs"][0]["repairs"])
    assert len(list(out.glob("R2~*.txt"))) == count > 1
    viewing = json.loads((out / "repairs.geojson").read_text(encoding="utf-8"))
    assert len(viewing["features"]) == count
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert len(report["repairs"][0]["repairs"]) == count
    again = siting("repair", two.write(), "-q", "--out", out)
    assert again.status == 2
    assert "--overwrite" in again.err
    assert siting("repair", two.write(), "-q", "--out", out, "--overwrite").status == 0
    # what was written is read and found clean
    clean = siting(
        "check", two.write(), "-q", "--json", "--project", "P2",
        "--redline", next(iter(sorted(out.glob("R2~*.txt")))),
    )  # fmt: skip
    verdicts = json.loads(clean.out)["verdicts"]
    assert {v["status"] for v in verdicts if v["code"] == "T-FARM"} <= {"clear", "near"}


def test_status_1_and_the_rules_in_the_way_where_there_is_none(siting: Siting, tiny: Files) -> None:
    tiny.add_layer("farmland", frame([rect(0, 0, 4000, 4000)]))
    run = siting("repair", tiny.write(), "-q", "--lang", "en")
    assert run.status == 1
    assert "no corrected red line" in run.out
    assert "lifting 'farmland' alone: the present red line would pass" in run.out


def test_a_red_line_without_conflict_is_status_0_and_nothing(siting: Siting, tiny: Files) -> None:
    run = siting("repair", tiny.write(), "-q")
    assert (run.status, run.out) == (0, "")


def report_of(siting: Siting, city: Path, out: Path) -> dict[str, Any]:
    assert siting("run", city, "-q", "--no-sheets", "--output", out).status == 0
    content: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return content


def test_a_run_corrects_red_lines_unless_it_is_told_not_to(
    siting: Siting, two: Files, tmp_path: Path
) -> None:
    report = report_of(siting, two.write(), tmp_path / "one")
    (search,) = report["repairs"]
    assert search["red_line_id"] == "R2"
    assert search["repairs"]
    page = (tmp_path / "one" / "city.html").read_text(encoding="utf-8")
    assert search["repairs"][0]["says"]["zh"].split("（")[0] in page
    two.tables["repair"] = {"in_run": False}
    without = report_of(siting, two.write(), tmp_path / "two")
    assert "repairs" not in without
    # the identity is that of the check: corrections are proposals
    assert without["identity"] == report["identity"]


def test_a_run_stops_at_so_many_red_lines_and_says_so(
    siting: Siting, tiny: Files, tmp_path: Path
) -> None:
    tiny.add_layer("farmland", frame([rect(1090, 900, 1300, 1300), rect(2900, 2900, 3050, 3300)]))
    shapes = [rect(1000, 1000, 1100, 1100), rect(3000, 3000, 3100, 3100)]
    tiny.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    tiny.tables["repair"] = {"most": 1}
    report = report_of(siting, tiny.write(), tmp_path / "out")
    found = {search["red_line_id"]: search for search in report["repairs"]}
    # R2 lies on farmland by half, R1 by a tenth: the worst one is corrected
    assert found["R2"]["repairs"]
    assert found["R1"]["repairs"] == []
    assert "most" in found["R1"]["fewer_because"]["zh"]


@pytest.mark.parametrize(("key", "value"), [("count", 0), ("most", 0), ("in_run", 3), ("cuont", 3)])
def test_a_wrong_repair_table_is_an_error(siting: Siting, two: Files, key: str, value: int) -> None:
    two.tables["repair"] = {key: value}
    run = siting("repair", two.write(), "-q")
    assert run.status == 2
    assert key in run.err
