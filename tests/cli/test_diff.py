"""``siting diff`` on two runs of a written city."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def runs(siting: Siting, tiny: Files, tmp_path: Path) -> tuple[Path, Path]:
    """A week apart: new farmland takes 10 m x 100 m of R1, and the power lines do not load."""
    city = tiny.write()
    siting("run", city, "-q", "--no-sheets", "-o", tmp_path / "week1")
    shapes = [rect(3000, 3000, 3200, 3200), rect(1090, 1000, 1300, 1100)]
    tiny.add_layer("farmland", frame(shapes))
    (tmp_path / "power_line.gpkg").write_bytes(b"torn")
    siting("run", tiny.write(), "-q", "--no-sheets", "-o", tmp_path / "week2")
    return tmp_path / "week1", tmp_path / "week2"


def test_the_dispatch(siting: Siting, runs: tuple[Path, Path]) -> None:
    ran = siting("diff", *runs)
    assert ran.status == 1
    head, counts, *rest = ran.out.splitlines()
    assert head == "小城 · 2026-11-01 → 2026-11-01"
    assert counts.startswith("未能核查 1 · 新增冲突 1 · 消除 0")
    (row,) = [line for line in rest if line.startswith("P1 ")]
    assert "新增冲突 T-FARM 农田 +1.50 亩" in row
    assert "要素 F2 新增" in row
    assert "未能核查 T-POWER" in row
    assert row.index("新增冲突") < row.index("未能核查 T-POWER")


def test_turned_round_the_layer_that_loads_again(siting: Siting, runs: tuple[Path, Path]) -> None:
    ran = siting("diff", runs[1] / "report.json", runs[0] / "report.json", "--lang", "en")
    assert ran.status == 1
    assert "cleared T-FARM farmland -1.50 mu" in ran.out
    assert "now checked T-POWER" in ran.out


def test_nothing_changed(siting: Siting, runs: tuple[Path, Path]) -> None:
    ran = siting("diff", runs[0], runs[0])
    assert (ran.status, ran.err) == (0, "")
    assert "另有 1 个项目无变化" in ran.out
    assert "P1" in siting("diff", runs[0], runs[0], "--all").out


def test_json_fits_its_schema(siting: Siting, runs: tuple[Path, Path], repo_root: Path) -> None:
    ran = siting("diff", *runs, "--json")
    schema = repo_root / "docs" / "schemas" / "diff-1.schema.json"
    document = json.loads(ran.out)
    jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))
    assert document["counts"]["new_conflict"] == 1
    assert str(runs[0]) not in json.dumps(document["projects"])


def test_files_for_spreadsheets_are_not_overwritten(
    siting: Siting, runs: tuple[Path, Path], tmp_path: Path
) -> None:
    files = ("--csv", tmp_path / "w.csv", "--xlsx", tmp_path / "w.xlsx")
    assert siting("diff", *runs, *files).status == 1
    before = [path.read_bytes() for path in (files[1], files[3])]
    refused = siting("diff", runs[0], runs[0], *files)
    assert refused.status == 2
    assert "--overwrite" in refused.err
    assert [path.read_bytes() for path in (files[1], files[3])] == before
    assert siting("diff", runs[0], runs[0], *files, "--overwrite").status == 0


def test_other_files_are_refused(siting: Siting, runs: tuple[Path, Path], tmp_path: Path) -> None:
    for other in (tmp_path / "city.toml", tmp_path / "nothing.json", tmp_path):
        ran = siting("diff", runs[0], other)
        assert ran.status == 2
        assert "next step" in ran.err
        assert ran.out == ""


def test_what_check_prints_is_a_report_too(
    siting: Siting, tiny: Files, runs: tuple[Path, Path], tmp_path: Path
) -> None:
    ran = siting("check", tmp_path / "city.toml", "--json", "-q")
    (tmp_path / "checked.json").write_text(ran.out, encoding="utf-8")
    assert siting("diff", runs[1], tmp_path / "checked.json").status == 0
    assert siting("diff", runs[0], tmp_path / "checked.json").status == 1


def test_a_later_first_report_is_remarked(siting: Siting, tiny: Files, tmp_path: Path) -> None:
    city = tiny.write()
    for day in ("2026-11-01", "2026-11-08"):
        ran = siting("check", city, "--json", "-q", "--as-of", day)
        (tmp_path / f"{day}.json").write_text(ran.out, encoding="utf-8")
    ran = siting("diff", tmp_path / "2026-11-08.json", tmp_path / "2026-11-01.json")
    assert ran.status == 0
    assert "REPORT_A" in ran.err
