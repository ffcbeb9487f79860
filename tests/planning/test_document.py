"""plan.json: every figure, its schema, its identity, and the plan before read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from siting.allocate import Kind
from siting.errors import ReadError
from siting.model import Text
from siting.planning import Block
from siting.planning.document import plan_identity, plan_to_dict, write_plan
from siting.planning.reading import read_previous

from . import hand


def test_the_document_keeps_to_its_schema(repo_root: Path) -> None:
    import jsonschema

    text = (repo_root / "docs" / "schemas" / "plan-1.schema.json").read_text(encoding="utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(text))
    empty = hand.plan(rows=(), stages=(), quotas=(), decisions=(), left_out={}, notes=())
    for plan in (hand.plan(), empty):
        document = plan_to_dict(plan)
        assert list(validator.iter_errors(document)) == []
        assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_the_document_has_every_figure() -> None:
    document = plan_to_dict(hand.plan())
    school, clinic, depot, park, factory = document["rows"]
    assert document["gap"] == 500 / 23_500
    assert document["stages"][2] == {
        "aim": "score", "priority": None, "unit": "points", "value": 230.0, "bound": 235.0,
        "gap": 500 / 23_500, "is_proved": False,
    }  # fmt: skip
    assert document["summary"] == {"projects": 5, "placed": 3, "unplaced": 2, "points": 230.0}
    assert (school["site"], school["points"], school["regret"]) == ("S1", 90.0, 0.0)
    assert (clinic["points"], clinic["score"], clinic["deductions"]) == (
        80.0, 85.0, {"must_acquire": 5.0},
    )  # fmt: skip
    assert clinic["best"] == {"site": "S1", "kind": "parcel", "points": 90.0}
    assert depot["lock_cost"] == {"placed": {"2": 1}, "points": -3.5, "kept": 0}
    assert (depot["former"], depot["move"]["demanded"]["en"]) == ("S4", "S4: refused by the east")
    assert (park["site"], park["area_m2"], park["must_acquire"]) == (None, None, None)
    assert [one["name"] for one in park["reasons"]] == ["P3", "west"]
    assert (factory["considered"], factory["reasons"]) == (0, [])
    assert factory["blocked_by"]["en"] == "no parcel is that large."
    assert document["quotas"][0]["unknown_m2"] == 1_000.0


def test_no_geometry_travels_and_only_drawn_outlines_are_hashed() -> None:
    document = plan_to_dict(hand.plan())
    assert "coordinates" not in json.dumps(document)
    hashes = {row["site"]: row["outline_sha256"] for row in document["rows"] if row["site"]}
    assert hashes["S1"] is None
    assert len(hashes["S3"]) == 64  # carved


def test_the_identity_is_of_what_was_decided_and_not_of_words_or_time() -> None:
    plan = hand.plan()
    same = plan_identity(plan)
    rows = plan.rows
    first = replace(rows[0], why=Text("别的话"), project=replace(rows[0].project, name="改名"))
    unproved = replace(rows[3], blocks=None)
    assert plan_identity(replace(plan, rows=(first, *rows[1:]))) == same
    assert plan_identity(replace(plan, rows=(*rows[:3], unproved, rows[4]))) == same
    assert plan_identity(replace(plan, notes=(), gap=0.0, is_proved=True, stages=())) == same


@pytest.mark.parametrize(
    "change",
    [
        {"rows": hand.rows()[:-1]},
        {"rows": (replace(hand.rows()[0], option=hand.option("P1", "S4", 90.0)), *hand.rows()[1:])},
        {"rows": (replace(hand.rows()[0], regret=0.5), *hand.rows()[1:])},
        {"decisions": ()},
        {"quotas": ()},
        {"scenario": "dense"},
        {"left_out": {}},
        {"crs": "EPSG:4526"},
    ],
)  # fmt: skip
def test_another_plan_has_another_identity(change: dict[str, Any]) -> None:
    assert plan_identity(hand.plan(**change)) != plan_identity(hand.plan())


def test_the_plan_before_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write_plan(file, hand.plan())
    assert read_previous(file) == {"P1": "S1", "P2": "S2", "P3": "S3"}
    assert read_previous(tmp_path) == read_previous(file)


def test_a_damaged_plan_is_refused_and_never_read_as_a_shorter_one(tmp_path: Path) -> None:
    whole = plan_to_dict(hand.plan())
    text = json.dumps(whole)
    lost = {**whole, "rows": whole["rows"][1:]}
    moved = {**whole, "rows": [{**whole["rows"][0], "site": "S4"}, *whole["rows"][1:]]}
    bare = {key: value for key, value in whole.items() if key != "decisions"}
    cases = {
        "cut": text[:-30], "empty": "", "list": "[]", "other": '{"schema": "siting-report/1"}',
        "later": json.dumps({**whole, "schema": "siting-plan/2"}), "lost": json.dumps(lost),
        "moved": json.dumps(moved), "bare": json.dumps(bare), "null": "null",
        "rows": json.dumps({**whole, "rows": 5}),
    }  # fmt: skip
    for name, content in cases.items():
        file = tmp_path / f"{name}.json"
        file.write_text(content, encoding="utf-8")
        with pytest.raises(ReadError) as refused:
            read_previous(file)
        assert refused.value.next_step, name
    with pytest.raises(ReadError):
        read_previous(tmp_path / "nowhere.json")


def test_words_that_came_with_a_reason_stay() -> None:
    said = Block(Kind.FORBIDDEN, "S2", Text("东区来函不同意", "refused by letter"))
    park = replace(hand.rows()[3], blocks=(said,))
    document = plan_to_dict(hand.plan(rows=(park,)))
    assert document["rows"][0]["reasons"][0]["text"]["en"] == "refused by letter"
    assert "refused by letter" in document["rows"][0]["why"]["en"]
