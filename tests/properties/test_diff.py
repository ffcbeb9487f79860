"""What holds for any two towns: equal gives nothing, turned gives the mirror, order is nothing."""

from __future__ import annotations

import copy
import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.diff import UNCHECKED, ChangeKind, Difference, Fate, compare, snapshot_of

from ..diff.towns import FAR, FARM, Town, loaded, short
from ..tiny_city import project, rect, red_line, rule

#: Each example is one or two whole checks: a fifth of what cheaper properties get.
FEWER = settings(max_examples=max(40, settings.default.max_examples // 5))

SHAPES = {
    "F1": FARM, "F2": rect(1000, 1000, 1020, 1100), "F3": rect(480, 500, 550, 530), "F9": FAR,
    "F4": rect(1105, 900, 1120, 1200),
}  # fmt: skip
OUTLINES = [
    rect(1000, 1000, 1100, 1100), rect(1000, 1000, 1110, 1100), rect(500, 500, 600, 600),
    rect(560, 500, 700, 600),
]  # fmt: skip


@st.composite
def layers(draw, role: str, name: str):
    ids = draw(st.lists(st.sampled_from(sorted(SHAPES)), unique=True, max_size=4))
    state = draw(st.sampled_from(["passed", "passed", "passed", "short", "failed"]))
    coverage = draw(st.sampled_from(["city", "city", None, rect(900, 0, 4000, 4000)]))
    made = loaded(
        role, [SHAPES[key] for key in ids], ids=ids, name=name, coverage=coverage,
        problem="torn" if state == "failed" else "",
    )  # fmt: skip
    return short(made, "F1") if state == "short" else made


@st.composite
def towns(draw) -> Town:
    configured = [draw(layers("farmland", "farmland")), draw(layers("eco_redline", "eco"))]
    if draw(st.booleans()):
        configured.append(draw(layers("farmland", "farmland2")))
    ids = draw(st.lists(st.sampled_from(["R1", "R2", "R3"]), unique=True, max_size=3))
    lines = tuple(
        red_line(
            draw(st.sampled_from(OUTLINES)), name,
            project_id=draw(st.sampled_from(["P1", "P2"])),
            version=draw(st.sampled_from(["V1", "V2"])),
        )
        for name in ids
    )  # fmt: skip
    farm = rule(
        "overlap", role="farmland", code="T-FARM",
        near_m=draw(st.sampled_from([0.0, 20.0])),
        severity=draw(st.sampled_from(["prohibited", "advisory"])),
        basis={"citation": "test", "from": draw(st.sampled_from([dt.date(2020, 1, 1),
                                                                 dt.date(2026, 11, 5)]))},
    )  # fmt: skip
    rules = [farm, rule("inside", role="eco_redline", code="T-ECO"), rule("rivals")]
    return Town(
        layers=tuple(configured),
        red_lines=lines,
        rules=tuple(rules[: draw(st.integers(1, 3))]),
        projects=tuple(project(name) for name in ("P1", "P2") if draw(st.booleans())),
        as_of=draw(st.sampled_from([dt.date(2026, 11, 1), dt.date(2026, 11, 8)])),
    )


def changes_of(found: Difference):
    return {
        (line.id_before, line.id_after, change.code): change
        for each in found.projects
        for line in each.red_lines
        for change in line.changes
    }


MIRROR = {
    ChangeKind.CLEARED: {ChangeKind.NEW_CONFLICT},
    ChangeKind.GROWN: {ChangeKind.SHRUNK, ChangeKind.CONFLICT_UNCHECKED},
    ChangeKind.SHRUNK: {ChangeKind.GROWN, ChangeKind.CONFLICT_UNCHECKED},
    ChangeKind.WORSE: {ChangeKind.MILDER, ChangeKind.CONFLICT_UNCHECKED},
    ChangeKind.MILDER: {ChangeKind.WORSE, ChangeKind.CONFLICT_UNCHECKED},
    ChangeKind.NEARER: {ChangeKind.FARTHER},
    ChangeKind.FARTHER: {ChangeKind.NEARER},
    ChangeKind.NO_LONGER_CHECKED: {ChangeKind.NOW_CHECKED},
    ChangeKind.NOT_CHECKED: {ChangeKind.RULE_ENDED},
    ChangeKind.RULE_STARTED: {ChangeKind.RULE_ENDED},
}
TURNED = {
    "feature_new": "feature_gone", "feature_gone": "feature_new",
    "layer_added": "layer_removed", "layer_removed": "layer_added",
}  # fmt: skip


@FEWER
@given(towns(), towns())
def test_turned_round_it_is_the_mirror(one: Town, other: Town) -> None:
    left, right = one.snapshot("a"), other.snapshot("b")
    there, back = compare(left, right), compare(right, left)
    forth, turned = changes_of(there), changes_of(back)
    assert {(after, before, code) for before, after, code in forth} == set(turned)
    for (before, after, code), change in forth.items():
        mirror = turned[(after, before, code)]
        assert (mirror.before, mirror.after) == (change.after, change.before)
        if change.kind in MIRROR:
            assert mirror.kind in MIRROR[change.kind]
        if change.delta_m2 is not None and mirror.delta_m2 is not None:
            assert mirror.delta_m2 == pytest.approx(-change.delta_m2)
        elif (change.delta_m2 is None) != (mirror.delta_m2 is None):
            assert {change.kind, mirror.kind} & set(UNCHECKED)
        kinds = sorted(TURNED.get(str(cause.kind), str(cause.kind)) for cause in change.causes)
        assert kinds == sorted(str(cause.kind) for cause in mirror.causes)
    deltas = {each.project_id: each.delta_mu for each in back.projects}
    for each in there.projects:
        assert deltas[each.project_id] == pytest.approx(-each.delta_mu)
    assert {each.project_id for each in there.changed} == {e.project_id for e in back.changed}


@FEWER
@given(towns(), towns())
def test_nothing_reads_as_cleared_that_was_not_looked_at(one: Town, other: Town) -> None:
    later = other.document()
    found = compare(one.snapshot("a"), snapshot_of(later, name="b"))
    verdicts = {(v["red_line_id"], v["code"]): v for v in later["verdicts"]}
    layers_now = {entry["name"]: entry["status"] for entry in later["inputs"]}
    for (before, after, code), change in changes_of(found).items():
        assert change.causes or not (before and after)
        if change.kind is not ChangeKind.CLEARED:
            continue
        verdict = verdicts[(after, code)]
        assert verdict["status"] in {"clear", "near"}
        assert verdict["gaps"] == []
        for feature in change.features:
            names = feature.layer.split("+") if feature.layer not in {"", "redlines"} else []
            assert all(layers_now.get(name) == "passed" for name in names)


@FEWER
@given(towns(), towns())
def test_no_conflict_of_the_first_report_is_forgotten(one: Town, other: Town) -> None:
    first, second = one.document(), other.document()
    found = compare(snapshot_of(first, name="a"), snapshot_of(second, name="b"))
    told = {(before, code) for before, _, code in changes_of(found)}
    pairs = {
        line.id_before: line.id_after
        for each in found.projects
        for line in each.red_lines
        if line.fate is not Fate.NEW
    }
    now = {(v["red_line_id"], v["code"]): v["status"] for v in second["verdicts"]}
    for verdict in first["verdicts"]:
        key = (verdict["red_line_id"], verdict["code"])
        if verdict["status"] == "conflict" and key not in told:
            assert now[(pairs[key[0]], key[1])] == "conflict"


@FEWER
@given(towns())
def test_a_report_and_itself_differ_in_nothing(one: Town) -> None:
    document = one.document()
    found = compare(snapshot_of(document, name="a"), snapshot_of(document, name="b"))
    assert found.is_empty
    assert not found.has_news
    assert found.counts["projects_unchanged"] == len(found.projects)


@FEWER
@given(towns(), towns(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(one: Town, other: Town, dice: random.Random) -> None:
    first, second = one.document(), other.document()
    mixed = [copy.deepcopy(first), copy.deepcopy(second)]
    for document in mixed:
        for value in document.values():
            if isinstance(value, list):
                dice.shuffle(value)
    plain = compare(snapshot_of(first, name="a"), snapshot_of(second, name="b"))
    again = compare(snapshot_of(mixed[0], name="a"), snapshot_of(mixed[1], name="b"))
    assert again.projects == plain.projects
    assert (again.layers, again.rules, again.common) == (plain.layers, plain.rules, plain.common)
