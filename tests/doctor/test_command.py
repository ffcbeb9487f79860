"""``siting doctor`` as it is called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from siting.cli.main import main

from ..tiny_city import Files

RUBBISH = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")


def call(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Call siting in a process of its own, with these variables set."""
    kept = {key: value for key, value in os.environ.items() if key not in RUBBISH}
    return subprocess.run(
        [sys.executable, "-m", "siting", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**kept, "PYTHONIOENCODING": "utf-8", **variables},
        check=False,
    )


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run ``siting doctor …`` in this process -> status and what it printed."""

    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["siting", "doctor", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return int(str(ended.value.code or 0)), capsys.readouterr().out

    return run


def test_foreign_proj_data_changes_nothing_and_is_named(tiny: Files, tmp_path: Path):
    # a folder that is not there, and one whose database is broken
    rubbish = dict.fromkeys(RUBBISH, str(tmp_path / "QGIS" / "rubbish"))
    broken = tmp_path / "QGIS" / "share" / "proj.db"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"SQLite format 3\x00 rubbish")
    rubbish["PROJ_DATA"] = str(broken.parent)
    path = tiny.write()
    clean = json.loads(call("check", path, "-q", "--json").stdout)
    fouled = json.loads(call("check", path, "-q", "--json", **rubbish).stdout)
    assert fouled["identity"] == clean["identity"]
    assert fouled == clean
    done = call("doctor", path, "--lang", "en", **rubbish)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in RUBBISH:
        assert f"{name}: dropped for reading and writing, by its value from QGIS" in done.stdout
    assert str(tmp_path) not in done.stdout


def test_chinese_first_and_grouped(doctor, tiny: Files):
    status, out = doctor(tiny.write())
    assert status == 0
    groups = ["程序", "本机", "读取与坐标", "城市配置", "规则库", "图层（加载核验）", "红线与台账"]
    places = [out.index(f"\n{group}\n") for group in groups]
    assert places == sorted(places)
    assert "✓ farmland（永久基本农田）：1 行 = 用 1 + 拒 0" in out
    assert "0 项故障" in out


def test_a_fault_gives_status_1_and_its_mend_stands_below(doctor, tiny: Files):
    path = tiny.write()
    (tiny.folder / "farmland.gpkg").unlink()
    status, out = doctor(path, "--lang", "en")
    assert status == 1
    lines = out.splitlines()
    (place,) = [number for number, line in enumerate(lines) if "✗ farmland" in line]
    assert lines[place + 1].lstrip().startswith("→ ")


def test_json_has_both_languages_and_counts(doctor, tiny: Files):
    status, out = doctor(tiny.write(), "--json")
    document = json.loads(out)
    assert status == 0
    assert document["summary"]["fault"] == 0
    assert sum(document["summary"].values()) == len(document["checks"])
    assert all(check["title"]["zh"] and check["found"]["en"] for check in document["checks"])


def test_every_warning_and_fault_of_a_bad_city_has_a_mend(doctor, tiny: Files):
    del tiny.layers["power_line"]["columns"]
    del tiny.layers["farmland"]
    del tiny.tables["projects"]
    (tiny.folder / "redlines.gpkg").write_bytes(b"")
    status, out = doctor(tiny.write(), "--json")
    assert status == 1
    unwell = [check for check in json.loads(out)["checks"] if check["status"] != "ok"]
    assert len(unwell) >= 4
    assert all(check["mend"]["zh"] and check["mend"]["en"] for check in unwell)


def test_without_a_city_it_runs_the_cases_of_the_built_in_rule_book(doctor):
    status, out = doctor("--lang", "en")
    assert status == 0
    assert "rule book cn" in out


def test_a_path_that_leads_nowhere_is_usage(doctor, tmp_path: Path):
    assert doctor(tmp_path / "none.toml")[0] == 2


def test_a_city_toml_that_is_no_toml_is_a_fault(doctor, tmp_path: Path):
    path = tmp_path / "city.toml"
    path.write_text("[city\n", encoding="utf-8")
    status, out = doctor(path)
    assert status == 1
    assert "✗ city.toml" in out


def test_the_date_may_be_given(doctor, tiny: Files):
    del tiny.head["as_of"]
    _, out = doctor(tiny.write(), "--as-of", "2026-11-01", "--lang", "en")
    assert "2026-11-01, not from city.toml" in out
