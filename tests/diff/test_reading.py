"""A file that is no whole report of version 1 is refused, with what it is and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from siting.diff import read_report, snapshot_of
from siting.errors import ReadError

from .towns import older, town


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return town().document()


def written(folder: Path, content: Any) -> Path:
    path = folder / "report.json"
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_report_and_the_folder_of_a_run(tmp_path: Path, document) -> None:
    path = written(tmp_path, document)
    assert read_report(path).identity == read_report(tmp_path).identity == document["identity"]


def test_what_it_reads(document) -> None:
    read = snapshot_of(document, name="a")
    assert read.red_lines["R1"].version == "V1"
    verdict = read.verdicts["R1"]["T-FARM"]
    assert [one.feature_id for one in verdict.findings] == ["F1"]
    assert verdict.area_m2 == pytest.approx(1000, abs=1e-3)
    farm = read.layers["farmland"]
    assert [farm.has_feature(name) for name in ("F1", "F9", "F2", "")] == [True, True, False, False]
    assert read.rules["T-FARM"].figures["role"] == "farmland"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path, document) -> None:
    path = written(tmp_path, "\ufeff" + json.dumps(document))
    assert read_report(path).identity == document["identity"]


def test_an_older_report_is_read_and_says_what_it_lacks(document) -> None:
    read = snapshot_of(older(document), name="a")
    assert read.red_lines["R1"].outline_sha256 is None
    assert read.layers["farmland"].has_feature("F1") is None
    assert read.rules["T-FARM"].figures is None
    assert read.red_lines_left_out is None


def test_a_newer_report_with_further_fields_is_read(document) -> None:
    more = {**document, "further": 1, "red_lines": [{**document["red_lines"][0], "further": 2}]}
    assert set(snapshot_of(more, name="a").red_lines) == {"R1"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "cut short"),
        ("{", "cut short"),
        ("[1]", "no report of siting"),
        ({"type": "FeatureCollection", "features": []}, "GeoJSON"),
        ({"format_version": 1}, "format_version = 1"),
        ({"schema": "siting-diff/1"}, "no report of siting"),
        ({"schema": "siting-report/2"}, "another version"),
        ({"schema": "siting-report/1"}, "damaged"),
        ("[" * 100_000, "cut short"),
    ],
)
def test_another_file(tmp_path: Path, content, said: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_report(written(tmp_path, content))
    assert said in str(caught.value)
    assert caught.value.next_step
    assert "report.json" in str(caught.value.where)
    assert str(tmp_path) not in str(caught.value)


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such report"):
        read_report(tmp_path)
    (tmp_path / "report.json").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(ReadError, match="no report of siting"):
        read_report(tmp_path)


DAMAGES = {
    "a red line twice": lambda d: d["red_lines"].append(d["red_lines"][0]),
    "a verdict twice": lambda d: d["verdicts"].append(d["verdicts"][0]),
    "a finding that is missing": lambda d: d["findings"].clear(),
    "no findings at all": lambda d: d.pop("findings"),
    "an area as text": lambda d: d["red_lines"][0].update(area_m2="1"),
    "an area as true": lambda d: d["red_lines"][0].update(area_m2=True),
    "a date that is none": lambda d: d.update(as_of="2026-13-01"),
    "prints cut short": lambda d: d["inputs"][0].update(id_prints="AAAA"),
    "prints that are none": lambda d: d["inputs"][0].update(id_prints="?"),
    "layers as a table": lambda d: d.update(inputs={}),
    "a layer as text": lambda d: d.update(inputs=["farmland"]),
    "a note as number": lambda d: d["inputs"][0].update(problems=[1]),
    "no title": lambda d: d["rules"][0].update(title={"zh": "农田"}),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_report_is_refused(name: str) -> None:
    document = town().document()
    DAMAGES[name](document)
    with pytest.raises(ReadError, match="damaged"):
        snapshot_of(document, name="report.json")
