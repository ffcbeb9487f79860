"""The report as JSON: it fits its schema, and the schema refuses what a report may not say."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from siting import api
from siting.cli.render import area_text, report_lines
from siting.report import report_to_dict, write_report

from ..tiny_city import check, layer, place, rect, red_line, rule


@pytest.fixture(scope="session")
def validator(repo_root: Path) -> jsonschema.Draft202012Validator:
    path = repo_root / "docs" / "schemas" / "report-1.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="session")
def sample(repo_root: Path) -> dict[str, Any]:
    """The sample city's report with its searches, through JSON and back."""
    study = api.load(repo_root / "data")
    report = api.check(study)
    document = report_to_dict(report, api.suggest(study, report))
    return dict(json.loads(json.dumps(document, ensure_ascii=False)))


def test_the_sample_report_fits_its_schema(validator, sample) -> None:
    assert [error.message for error in validator.iter_errors(sample)] == []
    # it fits not for want of anything to fit
    for key in ("rules", "inputs", "projects", "red_lines", "verdicts", "findings",
                "searches", "suggestions"):  # fmt: skip
        assert sample[key], key
    assert {v["status"] for v in sample["verdicts"]} >= {"conflict", "near", "clear", "not_checked"}


def test_a_report_of_nothing_fits(validator) -> None:
    validator.validate(report_to_dict(check([], [], [])))


MUTATIONS = {
    "a key too many": lambda d: d.update(extra=1),
    "a key too few": lambda d: d.pop("identity"),
    "another version": lambda d: d.update(schema="siting-report/2"),
    "an identity of another kind": lambda d: d.update(identity="md5:1"),
    "an unknown status": lambda d: d["verdicts"][0].update(status="probably_fine"),
    "an unknown severity": lambda d: d["findings"][0].update(severity="bad"),
    "an unknown outcome": lambda d: d["red_lines"][0].update(outcome="fine"),
    "an area as text": lambda d: d["red_lines"][0].update(area_m2="100"),
    "a negative area": lambda d: d["red_lines"][0].update(conflict_area_m2=-1.0),
    "an unknown unit": lambda d: d["findings"][0].update(unit="mu"),
    "an unknown release": lambda d: d["inputs"][0].update(release="everybody"),
    "a path": lambda d: d["inputs"][0].update(file="C:\\Users\\li\\a.gpkg"),
    "a failed layer without a problem": lambda d: d["inputs"][0].update(
        status="failed", problems=[]
    ),
    "a passed layer with a problem": lambda d: d["inputs"][0].update(problems=["torn"]),
    "a short layer that lost no row": lambda d: d["inputs"][0].update(
        status="short", rows_refused=0
    ),
    "geometry in a finding": lambda d: d["findings"][0].update(geometry={"type": "Point"}),
    "clear with a gap": lambda d: _first(d, "clear").update(gaps=[{"zh": "缺", "en": "gap"}]),
    "not checked without a gap": lambda d: _first(d, "not_checked").update(gaps=[]),
    "a conflict without finding": lambda d: _first(d, "conflict").update(finding_ids=[]),
    "near without distance": lambda d: _first(d, "near").update(distance_m=None),
    "a score over 100": lambda d: d["suggestions"][0].update(score=100.5),
    "a summary that forgets the gaps": lambda d: d["summary"].pop("incomplete_in_all"),
}


def _first(document: dict[str, Any], status: str) -> dict[str, Any]:
    return next(v for v in document["verdicts"] if v["status"] == status)


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_report_is_refused(name: str, validator, sample) -> None:
    document = copy.deepcopy(sample)
    MUTATIONS[name](document)
    assert not validator.is_valid(document)


def test_no_absolute_path_travels(sample, repo_root: Path) -> None:
    assert str(repo_root) not in json.dumps(sample, ensure_ascii=False)


def test_the_summary_counts(sample) -> None:
    counts, lines = sample["summary"], sample["red_lines"]
    for outcome in ("conflict", "review", "incomplete", "near", "clear"):
        assert counts[outcome] == sum(line["outcome"] == outcome for line in lines)
    assert counts["red_lines"] == len(lines)
    assert counts["incomplete_in_all"] == sum(line["incomplete"] for line in lines)
    assert counts["findings"] == len(sample["findings"])
    assert counts["slivers"] == sum(finding["sliver"] for finding in sample["findings"])
    assert counts["layers_not_usable"] == 1


def test_verdicts_refer_to_findings_that_are_there(sample) -> None:
    known = {finding["id"] for finding in sample["findings"]}
    assert len(known) == len(sample["findings"])
    named = [key for verdict in sample["verdicts"] for key in verdict["finding_ids"]]
    assert sorted(named) == sorted(known)


def tiny(**fields):
    farm = layer("farmland", [rect(1090, 1000, 1300, 1100)])
    wire = layer("power_line", [place("LINESTRING (0 0, 4000 1)")])
    rules = [rule("overlap", role="farmland"), rule("setback", role="power_line",
             row=[{"setback_m": 1.0}])]  # fmt: skip
    return check([farm, wire], [red_line(rect(1000, 1000, 1100, 1100), **fields)], rules)


def test_numbers_are_rounded_and_never_minus_nought() -> None:
    document = report_to_dict(tiny(declared_area_m2=-0.00001))
    assert str(document["red_lines"][0]["declared_area_m2"]) == "0.0"
    assert document["findings"][0]["area_m2"] == 1000.0


def test_the_area_of_record_is_one_of_the_two() -> None:
    report = tiny()
    planar = report_to_dict(report)["red_lines"][0]
    assert planar["area_of_record_m2"] == planar["area_m2"]
    other = report_to_dict(replace(report, area_of_record="ellipsoidal"))["red_lines"][0]
    assert other["area_of_record_m2"] == other["area_ellipsoidal_m2"] != other["area_m2"]


@pytest.mark.parametrize(
    ("of_record", "method"),
    [
        ("planar", "geodesic"),
        ("ellipsoidal", "geodesic"),
        ("ellipsoidal_trapezoid", "trapezoid"),
    ],
)
def test_the_ellipsoidal_method_is_declared(validator, sample, of_record: str, method: str) -> None:
    document = report_to_dict(replace(tiny(), area_of_record=of_record))
    assert document["ellipsoidal_method"] == method
    named = ("area_of_record", "ellipsoidal_method")
    full = copy.deepcopy(sample) | {name: document[name] for name in named}
    validator.validate(full)
    del full["ellipsoidal_method"]
    assert not validator.is_valid(full)


@pytest.mark.parametrize(
    ("of_record", "words"),
    [
        ("planar", "planar area of record"),
        ("ellipsoidal", "ellipsoidal (geodesic) area of record"),
        ("ellipsoidal_trapezoid", "ellipsoidal (official trapezoids) area of record"),
    ],
)
def test_the_terminal_names_the_area_of_record(of_record: str, words: str) -> None:
    report = replace(tiny(), area_of_record=of_record)
    lines = list(report_lines(report, "en"))
    assert words in lines[0]
    (result,) = report.results
    shown = result.area_m2 if of_record == "planar" else result.area_ellipsoidal_m2
    assert any(area_text(shown, "en") in line for line in lines)


def test_written_twice_it_is_the_same_file(tmp_path: Path) -> None:
    write_report(tmp_path / "a.json", tiny())
    write_report(tmp_path / "b.json", tiny())
    text = (tmp_path / "a.json").read_bytes()
    assert text == (tmp_path / "b.json").read_bytes()
    assert json.loads(text)["schema"] == "siting-report/1"
