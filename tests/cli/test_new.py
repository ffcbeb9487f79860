"""``siting new`` on the command line, and what the next commands say of its file."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import shapely

from .conftest import Siting


def bureau(folder: Path) -> Path:
    box = shapely.box(434_000, 2_550_000, 435_000, 2_551_000)
    rows = {"XZQDM": ["440103"], "XZQMC": ["甲区"]}
    frame = gpd.GeoDataFrame(rows, geometry=[box], crs="EPSG:4547")
    frame.to_file(folder / "XZQ.gpkg", layer="XZQ")
    frame.rename(columns={"XZQDM": "BSM"}).to_file(folder / "河涌.gpkg", layer="河涌")
    return folder


def test_it_shows_each_layer_and_the_next_steps(siting: Siting, tmp_path: Path):
    run = siting("new", bureau(tmp_path))
    assert run.status == 0
    assert "确定 sure" in run.out
    assert "推测 guessed" in run.out
    assert "siting doctor city.toml" in run.out
    assert (tmp_path / "city.toml").is_file()


def test_a_second_time_it_refuses_until_forced(siting: Siting, tmp_path: Path):
    bureau(tmp_path)
    siting("new", tmp_path, "--name", "甲市")
    again = siting("new", tmp_path)
    assert again.status == 2
    assert "--force" in again.err
    assert siting("new", tmp_path, "--force", "-q").err == ""


def test_json_lists_every_file(siting: Siting, tmp_path: Path):
    (tmp_path / "photo.jpg").write_bytes(b"x")
    run = siting("new", bureau(tmp_path), "--json", "-q")
    content = json.loads(run.out)
    assert [(one["path"], one["role"], one["sureness"]) for one in content["entries"]] == [
        ("XZQ.gpkg", "district", "sure"),
        ("河涌.gpkg", "water_body", "guessed"),
    ]
    assert [one["path"] for one in content["aside"]] == ["photo.jpg"]


def test_a_file_that_cannot_be_read_gives_status_1(siting: Siting, tmp_path: Path):
    bureau(tmp_path)
    (tmp_path / "torn.gpkg").write_bytes(b"SQLite format 3\x00")
    run = siting("new", tmp_path)
    assert run.status == 1
    assert "✗ torn.gpkg" in run.out


def test_names_do_not_turn_the_line_around(siting: Siting, tmp_path: Path):
    bureau(tmp_path)
    (tmp_path / "河涌.gpkg").rename(tmp_path / "a\u202egkpg.gpkg")
    (tmp_path / "torn\u202e.gpkg").write_bytes(b"SQLite format 3\x00")
    run = siting("new", tmp_path, "-q")
    assert run.status == 1
    assert "\u202e" not in run.out


def test_doctor_counts_the_marks_until_they_are_gone(siting: Siting, tmp_path: Path):
    siting("new", bureau(tmp_path), "--crs", "EPSG:4547", "--name", "甲市")
    file = tmp_path / "city.toml"
    text = file.read_text(encoding="utf-8")
    marks = text.count("# CONFIRM 请确认:"), text.count("# FILL 请填写:")
    assert min(marks) > 0
    run = siting("doctor", file, "--as-of", "2026-11-01", "--lang", "en")
    assert f"(CONFIRM): {marks[0]}, not yet filled in (FILL): {marks[1]}" in run.out
    kept = [line.partition("# CONFIRM")[0] for line in text.splitlines() if "# FILL" not in line]
    file.write_text("\n".join(kept), encoding="utf-8")
    after = siting("doctor", file, "--as-of", "2026-11-01", "--lang", "en")
    assert "CONFIRM" not in after.out


def test_a_fresh_file_is_checked_without_a_crash(siting: Siting, tmp_path: Path):
    siting("new", bureau(tmp_path))
    run = siting("check", tmp_path, "--as-of", "2026-11-01", "-q")
    assert run.status in (1, 2)
    assert "Traceback" not in run.err


def test_without_a_working_crs_check_says_which_key_is_missing(siting: Siting, tmp_path: Path):
    box = shapely.box(-71.12, 42.36, -71.11, 42.37)
    frame = gpd.GeoDataFrame({"NAME": ["a"]}, geometry=[box], crs="EPSG:4326")
    frame.to_file(tmp_path / "Neighborhoods.gpkg", layer="Neighborhoods")
    siting("new", tmp_path)
    text = (tmp_path / "city.toml").read_text(encoding="utf-8")
    assert "EPSG:26986  NAD83 / Massachusetts Mainland" in text
    run = siting("check", tmp_path, "--as-of", "2026-11-01")
    assert run.status == 2
    assert "'crs' is missing" in run.err
