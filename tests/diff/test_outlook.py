"""Bands, the nearest feature, what alone blocks, and who was asked: beside the changes."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from siting.diff import compare, difference_to_dict, project_text, snapshot_of
from siting.diff.records import CauseKind

from ..tiny_city import rect, red_line, rule
from .towns import FAR, FARM, SQUARE, Town, difference, farmland, loaded, only_change, town

#: 0.3 m wide inside the square: within a sigma of 0.5 m, so only possible.
SLIVER = rect(1099.7, 1000, 1300, 1100)


def stated(before: Town, *, layer_m: float = 0.4, line_m: float = 0.3) -> Town:
    """The town with the accuracy of its farmland and of its red line."""
    farm, eco = before.layers
    sure = replace(farm, source=replace(farm.source, accuracy_m=layer_m))
    lines = tuple(replace(line, accuracy_m=line_m) for line in before.red_lines)
    return before.but(layers=(sure, eco), red_lines=lines)


def said(before: Town, after: Town) -> str:
    (changed,) = difference(before, after).changed
    return project_text(changed, "en")


def test_a_conflict_within_its_band_is_called_possible_and_then_certain() -> None:
    clean = stated(town(layers=farmland(FAR, ids=["F9"])))
    slim = stated(town(layers=farmland(SLIVER, FAR, ids=["F1", "F9"])))
    change = only_change(clean, slim)
    assert (change.before.is_possible, change.after.is_possible) == (False, True)
    assert change.features[0].certainty_after == "possible"
    assert "(within the error band: possible)" in said(clean, slim)
    wide = stated(town())
    assert only_change(slim, wide).features[0].certainty_after == "certain"
    assert "(certain now)" in said(slim, wide)
    assert "certain" not in said(clean, wide)


def test_the_nearest_feature_stands_after_the_distance() -> None:
    rules = (rule("overlap", role="farmland", code="T-FARM", near_m=50.0),)
    far, near = (
        town(rules=rules, layers=farmland(rect(1100 + gap, 1000, 1300, 1100), ids=[name]))
        for gap, name in ((40, "F1"), (15, "F2"))
    )
    change = only_change(far, near)
    assert (change.before.near, change.after.near) == ("farmland/F1", "farmland/F2")
    assert "nearer T-FARM" in said(far, near)
    assert "40.00 m → 15.00 m · farmland/F2" in said(far, near)


def test_what_alone_blocks_is_said_when_it_is_new() -> None:
    # half of the square is farmland, the other half ecological red line
    halves = town(layers=(town().layers[0], loaded("eco_redline", [FARM], ids=["H1"])))
    assert "only T-FARM blocks now" in said(halves, town())
    assert "blocks now" not in said(town(), halves)


def test_another_witness_stands_in_the_head() -> None:
    document = town().document()
    audited = document | {"witness": "all"}
    sides = [snapshot_of(one, name="report.json") for one in (document, audited)]
    (cause,) = compare(*sides).common
    assert (cause.kind, cause.subject) == (CauseKind.PROGRAM, "witness")
    assert "found → all" in cause.en
    assert not compare(*sides).has_news


def test_reports_without_these_fields_are_read_and_nothing_is_made_up() -> None:
    old = town().document()
    del old["witness"]
    for line in old["red_lines"]:
        del line["lifts"], line["path"]
    for verdict in old["verdicts"]:
        del verdict["near"]
    for finding in old["findings"]:
        del finding["band"], finding["band_missing"]
    sides = [snapshot_of(old, name="a"), town().but(layers=farmland(FAR, ids=["F9"])).snapshot()]
    found = compare(*sides)
    assert found.common == ()
    (line,) = found.changed[0].red_lines
    assert (line.sole_before, line.sole_after) == (None, ())
    assert "blocks now" not in project_text(found.changed[0], "en")


@pytest.mark.parametrize("square", [SQUARE, (1000, 1000, 1090, 1100)])
def test_the_document_bears_all_of_it(square: tuple[float, float, float, float], schema) -> None:
    after = stated(town(red_lines=(red_line(rect(*square), "R1", version="V2"),)))
    document = difference_to_dict(difference(stated(town()), after), has_unchanged=True)
    jsonschema.validate(document, schema)
    (line,) = document["projects"][0]["red_lines"]
    assert line["sole"]["before"] == ["T-FARM"]
    assert line["sole"]["after"] == (["T-FARM"] if square == SQUARE else [])
    for change in line["changes"]:
        assert change["before"]["possible"] is False
        assert change["features"][0]["certainty"] == {"before": "certain", "after": ""}


@pytest.fixture
def schema(request: pytest.FixtureRequest) -> dict[str, object]:
    """Return the schema of the documents."""
    folder = request.config.rootpath / "docs" / "schemas"
    return dict(json.loads((folder / "diff-1.schema.json").read_text(encoding="utf-8")))
