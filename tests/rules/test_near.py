"""A *near* verdict names the nearest feature and how far it is."""

from __future__ import annotations

import json

import pytest
import shapely
from jsonschema import Draft202012Validator

from siting.cli.outlook import band_lines, near_text, way_lines
from siting.model import Nearness
from siting.report import is_named_in, report_to_dict

from ..tiny_city import check, districts, layer, place, rect, red_line, rule

SQUARE = rect(1000, 1000, 1100, 1100)
FARM = rule("overlap", role="farmland", near_m=20.0)
#: 5 m and 7 m east of the square.
TWO = [rect(1107, 1000, 1200, 1100), rect(1105, 1000, 1200, 1100)]


def verdict_of(layers, made=FARM, shape=SQUARE):
    return check(layers, [red_line(shape)], [made]).verdicts[0]


def test_the_nearest_feature_is_named() -> None:
    verdict = verdict_of([layer("farmland", TWO, ids=["far", "close"])])
    near = verdict.near
    assert (verdict.status, near.layer, near.feature_id) == ("near", "farmland", "close")
    assert near.distance_m == verdict.distance_m == pytest.approx(5.0)
    assert shapely.distance(near.at, TWO[1]) == pytest.approx(0.0, abs=1e-9)
    assert near_text(verdict) == " · farmland/close"


@pytest.mark.parametrize("is_turned", [True, False])
def test_of_two_as_near_the_first_by_layer_and_id_whatever_their_order(is_turned: bool) -> None:
    shapes = [TWO[1], rect(800, 1000, 995, 1100)]
    ids = ["b", "a"]
    made = layer("farmland", shapes[::-1] if is_turned else shapes,
                 ids=ids[::-1] if is_turned else ids)  # fmt: skip
    assert verdict_of([made]).near.feature_id == "a"


def test_a_setback_is_near_by_what_is_left_of_it() -> None:
    made = rule("setback", role="power_line", near_m=10.0, row=[{"setback_m": 15.0}])
    wire = layer("power_line", [place("LINESTRING (1118 0, 1118 2000)")], ids=["W"])
    near = verdict_of([wire], made).near
    assert (near.feature_id, near.distance_m) == ("W", pytest.approx(3.0))


@pytest.mark.parametrize("is_turned", [True, False])
def test_the_nearest_of_several_layers_and_wires_counts(is_turned: bool) -> None:
    layers = [layer("farmland", TWO[:1], name="a"), layer("farmland", TWO[1:], name="b")]
    assert verdict_of(layers[::-1] if is_turned else layers).near.layer == "b"
    made = rule("setback", role="power_line", near_m=10.0, row=[{"setback_m": 15.0}])
    wires = [place(f"LINESTRING ({east} 0, {east} 2000)") for east in (1121, 1118)]
    ids = ["W6", "W3"]
    made_of = layer("power_line", wires[::-1] if is_turned else wires,
                    ids=ids[::-1] if is_turned else ids)  # fmt: skip
    assert verdict_of([made_of], made).near.feature_id == "W3"


def test_slivers_alone_are_near_to_the_largest_of_them() -> None:
    strict = rule("overlap", role="farmland", near_m=20.0, sliver_width_m=1.0)
    strips = [rect(1099.9, 1000, 1200, 1040), rect(1099.9, 1040, 1200, 1100)]
    verdict = verdict_of([layer("farmland", strips, ids=["small", "large"])], strict)
    assert (verdict.status, verdict.near.feature_id, verdict.distance_m) == ("near", "large", 0.0)


@pytest.mark.parametrize("shapes", [[rect(1090, 1000, 1200, 1100)], [rect(3000, 0, 3100, 9)]])
def test_neither_a_conflict_nor_clear_has_one(shapes) -> None:
    assert verdict_of([layer("farmland", shapes)]).near is None


def test_a_district_reads_the_name_of_what_lies_in_it_alone() -> None:
    west, east = districts().geometry
    # the border runs at 2,000 m
    line = rect(1900, 1000, 1995, 1100)
    near = verdict_of([layer("farmland", [rect(2005, 1000, 2100, 1100)])], shape=line).near
    assert [is_named_in(near, area) for area in (west, east, None)] == [False, True, True]
    assert not is_named_in(Nearness(3.0), None)


def test_the_report_with_all_of_it_fits_its_schema(repo_root) -> None:
    schema = json.loads((repo_root / "docs/schemas/report-1.schema.json").read_text("utf-8"))
    layers = [layer("farmland", TWO), layer("forest", [rect(1050, 1000, 1200, 1100)])]
    rules = [FARM, rule("overlap", code="B", role="forest")]
    report = check(layers, [red_line(SQUARE, accuracy_m=0.1)], rules)
    document = report_to_dict(report)
    for entry in document["inputs"]:
        entry["content_sha256"] = "0" * 64  # the tiny city's are words
    errors = [error.message for error in Draft202012Validator(schema).iter_errors(document)]
    assert errors == []
    (line,) = document["red_lines"]
    assert [(lift["name"], lift["freed_m2"], lift["sole"]) for lift in line["lifts"]] == [
        ("B", 5000.0, True), ("forest", 5000.0, True),
    ]  # fmt: skip
    assert [(step["area_m2"], step["leaves_m2"]) for step in line["path"]] == [(5000.0, 5000.0)]
    assert document["findings"][0]["band"] is None
    near = next(v["near"] for v in document["verdicts"] if v["status"] == "near")
    assert (near["feature_id"], near["distance_m"]) == ("farmland-2", 5.0)


def test_the_terminal_says_what_blocks_the_way_out_and_the_missing_accuracy() -> None:
    report = check([layer("farmland", [rect(1050, 1000, 1200, 1100)])], [red_line(SQUARE)], [FARM])
    rules = {one.code: one for one in report.rules}
    text = "\n".join(way_lines(report.results[0], rules, "en"))
    assert "only this line blocks" in text
    assert "1. avoid: move the line [T-OVERLAP] · 5,000.00 m² · leaves 5,000.00 m²" in text
    findings = {finding.id: finding for finding in report.findings}
    (said,) = band_lines(report.verdicts[0], findings, "en")
    assert "not stated" in said
