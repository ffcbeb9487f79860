"""What one line blocks alone, and the shortest way out: a square of 100 m × 100 m, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.check.ways_out import path_of
from siting.model import WAYS_BY_COST, Way

from ..tiny_city import check, layer, place, project, rect, red_line, rule

SQUARE = rect(1000, 1000, 1100, 1100)


def route(way: str, office: str = "", **fields):
    return {"way": way, "text": f"{way} 的做法", "text_en": f"how to {way}", "office": office,
            "office_en": office and f"{office} office", **fields}  # fmt: skip


def overlap(role: str, way: str = "avoid", office: str = "", **table):
    return rule(
        "overlap", code=f"R-{role}", role=role, severity=table.pop("severity", "prohibited"),
        route=route(way, office), **table,
    )  # fmt: skip


def result_of(shapes, rules, *, shape=SQUARE, **fields):
    layers = [layer(role, [rect(*box)]) for role, box in shapes.items()]
    report = check(layers, [red_line(shape)], rules, **fields)
    return report.results[0], report


#: 0–60 m and 40–100 m of the square: 20 m lie under both.
TWO = {"farmland": (1000, 1000, 1060, 1100), "hazard": (1040, 1000, 1100, 1100)}


def lifts(result):
    return {(one.is_role, one.name): (one.freed_m2, one.is_sole) for one in result.lifts}


def test_land_under_two_rules_is_freed_by_neither() -> None:
    result, _ = result_of(TWO, [overlap("farmland"), overlap("hazard")])
    assert result.conflict_area_m2 == pytest.approx(10_000.0)
    assert lifts(result) == {
        (False, "R-farmland"): (pytest.approx(4000.0), False),
        (True, "farmland"): (pytest.approx(4000.0), False),
        (False, "R-hazard"): (pytest.approx(4000.0), False),
        (True, "hazard"): (pytest.approx(4000.0), False),
    }


def test_only_this_line_blocks() -> None:
    result, _ = result_of({"farmland": TWO["farmland"]}, [overlap("farmland"), overlap("hazard")])
    assert lifts(result)[(False, "R-farmland")] == (pytest.approx(6000.0), True)
    assert all(one.is_sole for one in result.lifts)


def test_a_layer_under_two_rules_frees_what_neither_rule_does() -> None:
    first = overlap("farmland")
    second = replace(first, code="R-second")
    result, _ = result_of({"farmland": TWO["farmland"]}, [first, second])
    found = lifts(result)
    assert found[(True, "farmland")] == (pytest.approx(6000.0), True)
    assert found[(False, "R-farmland")] == (pytest.approx(0.0, abs=1e-6), False)
    assert found[(False, "R-second")] == (pytest.approx(0.0, abs=1e-6), False)
    assert result.lifts[0].is_role


def test_a_mild_rule_neither_blocks_nor_is_lifted() -> None:
    rules = [overlap("farmland"), overlap("hazard", severity="consult")]
    result, _ = result_of(TWO, rules)
    assert lifts(result) == {
        (False, "R-farmland"): (pytest.approx(6000.0), True),
        (True, "farmland"): (pytest.approx(6000.0), True),
    }


def test_a_clear_red_line_has_neither_lifts_nor_steps() -> None:
    result, _ = result_of({"farmland": (3000, 3000, 3100, 3100)}, [overlap("farmland")])
    assert (result.lifts, result.path) == ((), ())


def test_a_conflict_without_area_still_blocks() -> None:
    bowtie = place("POLYGON ((1000 1000, 1100 1100, 1100 1000, 1000 1100, 1000 1000))")
    report = check([], [red_line(bowtie)], [rule("quality", code="R-quality")])
    result = report.results[0]
    assert result.outcome == "conflict"
    assert lifts(result) == {(False, "R-quality"): (0.0, True)}
    assert [step.codes for step in result.path] == [("R-quality",)]


def test_steps_stand_by_class_of_cost() -> None:
    assert WAYS_BY_COST == (Way.FIX_DATA, Way.AVOID, Way.ASK_AUTHORITY, Way.ADJUST_PLAN)
    assert set(WAYS_BY_COST) == set(Way)
    boxes = {
        "farmland": (1000, 1000, 1010, 1100),
        "hazard": (1020, 1000, 1030, 1100),
        "forest": (1040, 1000, 1050, 1100),
    }
    rules = [
        overlap("farmland", "adjust_plan", "规划局"),
        overlap("hazard", "ask_authority", "应急局"),
        overlap("forest", "avoid"),
    ]
    result, _ = result_of(boxes, rules)
    assert [step.way for step in result.path] == ["avoid", "ask_authority", "adjust_plan"]
    assert [step.area_m2 for step in result.path] == pytest.approx([1000.0] * 3)
    assert [step.offices[0].zh for step in result.path[1:]] == ["应急局", "规划局"]


def test_one_letter_to_one_office_one_drawing_for_all_that_is_avoided() -> None:
    boxes = {
        "farmland": (1000, 1000, 1010, 1100),
        "hazard": (1005, 1000, 1015, 1100),
        "forest": (1040, 1000, 1050, 1100),
        "purple_line": (1060, 1000, 1070, 1100),
    }
    rules = [
        overlap("farmland"), overlap("hazard"),
        overlap("forest", "ask_authority", "局"), overlap("purple_line", "ask_authority", "局"),
    ]  # fmt: skip
    result, _ = result_of(boxes, rules)
    assert [(step.way, step.codes) for step in result.path] == [
        ("avoid", ("R-farmland", "R-hazard")),
        ("ask_authority", ("R-forest", "R-purple_line")),
    ]
    # 0–15 m once, not 10 + 10 m twice
    assert result.path[0].area_m2 == pytest.approx(1500.0)
    assert result.path[0].leaves_m2 == pytest.approx(8500.0)
    assert result.path[1].leaves_m2 is None


def test_land_that_is_given_up_needs_no_letter() -> None:
    boxes = {"farmland": (1000, 1000, 1060, 1100), "forest": (1010, 1000, 1050, 1100)}
    rules = [overlap("farmland"), overlap("forest", "ask_authority", "局")]
    result, _ = result_of(boxes, rules)
    assert [(step.codes, step.also_settles) for step in result.path] == [
        (("R-farmland",), ("R-forest",))
    ]
    # one metre of it beyond the farmland, and the letter has to be written
    boxes["forest"] = (1010, 1000, 1061, 1100)
    result, _ = result_of(boxes, rules)
    assert [step.codes for step in result.path] == [("R-farmland",), ("R-forest",)]
    assert result.path[0].also_settles == ()


def test_land_that_an_exception_may_keep_is_not_given_up() -> None:
    boxes = {"farmland": (1000, 1000, 1060, 1100), "forest": (1010, 1000, 1050, 1100)}
    claim = [{"condition": "线性工程", "authority": "国务院", "forms": ["area"]}]
    rules = [overlap("farmland", exception=claim), overlap("forest", "ask_authority", "局")]
    result, _ = result_of(boxes, rules, projects=[project()])
    assert [step.codes for step in result.path] == [("R-farmland",), ("R-forest",)]
    assert "国务院" in result.path[0].exceptions[0]


def test_every_finding_is_in_one_step_or_settled() -> None:
    rules = [overlap("farmland"), overlap("hazard", "ask_authority", "局")]
    result, report = result_of(TWO, rules)
    in_steps = [name for step in result.path for name in step.finding_ids]
    assert sorted(in_steps) == sorted(finding.id for finding in report.findings)
    # the order in which findings come decides nothing
    assert path_of(report.verdicts, report.findings[::-1], result.area_m2) == result.path
