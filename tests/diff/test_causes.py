"""One thing differs between two towns: the line says what changed, and names that thing alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from siting.diff import ChangeKind, Fate, FeatureFate, compare, snapshot_of
from siting.model import Refusal, Source

from ..tiny_city import AS_OF, project, rect, red_line, rule
from .towns import (
    FAR,
    FARM,
    SQUARE,
    causes,
    difference,
    farmland,
    loaded,
    older,
    only_change,
    short,
    town,
    wire,
)

MU_M2 = 10_000 / 15


def test_a_new_version_of_the_red_line_grows_the_conflict() -> None:
    # 10 m further east: 20 m x 100 m on farmland, and 10 m x 100 m more land
    moved = red_line(rect(1000, 1000, 1110, 1100), "R1", version="V2")
    found = difference(town(), town().but(red_lines=(moved,)))
    (line,) = found.changed[0].red_lines
    (change,) = line.changes
    assert (line.version_before, line.version_after) == ("V1", "V2")
    assert line.delta_m2 == pytest.approx(1000, abs=1e-3)
    assert found.changed[0].delta_mu == pytest.approx(1.5, abs=1e-4)
    assert line.conflict_delta_m2 == pytest.approx(1000, abs=1e-3)
    assert (change.code, change.kind) == ("T-FARM", ChangeKind.GROWN)
    assert change.delta_m2 == pytest.approx(1000, abs=1e-3)
    assert causes(change) == [("red_line", "R1", "")]


def test_a_red_line_that_moves_off_is_cleared_by_itself() -> None:
    moved = red_line(rect(900, 1000, 1000, 1100), "R1", version="V2")
    change = only_change(town(), town().but(red_lines=(moved,)))
    assert (change.kind, causes(change)) == (ChangeKind.CLEARED, [("red_line", "R1", "")])
    assert change.delta_m2 == pytest.approx(-1000, abs=1e-3)


def test_a_new_feature_is_named_new() -> None:
    # 50 m x 20 m of the square, beside what was there
    more = farmland(FARM, FAR, rect(1000, 1000, 1050, 1020), ids=["F1", "F9", "F2"])
    change = only_change(town(), town().but(layers=more))
    assert change.kind is ChangeKind.GROWN
    assert change.delta_m2 == pytest.approx(1000, abs=1e-3)
    assert [(one.fate, one.feature_id) for one in change.features] == [(FeatureFate.NEW, "F2")]
    assert causes(change) == [("feature_new", "farmland", "F2")]


def test_a_new_feature_on_clean_land_is_a_new_conflict() -> None:
    clean = town().but(layers=farmland(FAR, ids=["F9"]))
    change = only_change(clean, town())
    assert (change.kind, change.before.status) == (ChangeKind.NEW_CONFLICT, "clear")
    assert causes(change) == [("feature_new", "farmland", "F1")]


def test_a_deleted_feature_is_named_gone() -> None:
    change = only_change(town(), town().but(layers=farmland(FAR, ids=["F9"])))
    assert (change.kind, causes(change)) == (
        ChangeKind.CLEARED,
        [("feature_gone", "farmland", "F1")],
    )


def test_a_changed_feature_is_named_changed() -> None:
    # its border goes from 1090 to 1095: 5 m x 100 m remain
    layers = farmland(rect(1095, 1000, 1300, 1100), FAR, ids=["F1", "F9"])
    change = only_change(town(), town().but(layers=layers))
    assert change.kind is ChangeKind.SHRUNK
    assert change.delta_m2 == pytest.approx(-500, abs=1e-3)
    assert causes(change) == [("feature_changed", "farmland", "F1")]


def test_a_feature_that_only_moves_onto_the_red_line_is_changed_not_new() -> None:
    away = town().but(layers=farmland(rect(2000, 0, 2100, 9), FAR, ids=["F1", "F9"]))
    change = only_change(away, town())
    assert causes(change) == [("feature_changed", "farmland", "F1")]


def test_other_rows_of_the_layer_are_no_cause_when_the_feature_is_the_same() -> None:
    moved = red_line(rect(1000, 1000, 1110, 1100), "R1")
    layers = farmland(FARM, rect(3500, 3500, 3600, 3600), ids=["F1", "F9"])
    change = only_change(town(), town().but(red_lines=(moved,), layers=layers))
    assert causes(change) == [("red_line", "R1", "")]


def test_several_causes_are_all_named() -> None:
    moved = red_line(rect(1000, 1000, 1110, 1100), "R1")
    layers = farmland(rect(1095, 1000, 1300, 1100), FAR, ids=["F1", "F9"])
    change = only_change(town(), town().but(red_lines=(moved,), layers=layers))
    assert causes(change) == [
        ("red_line", "R1", ""),
        ("feature_changed", "farmland", "F1"),
    ]


def test_a_conflict_whose_layer_fails_is_no_longer_checked_and_stands_first() -> None:
    lines = (*town().red_lines, red_line(rect(500, 500, 600, 600), "A0", project_id="A0"))
    before = town().but(red_lines=lines)
    new = rect(500, 500, 510, 600)
    after = before.but(
        layers=(
            loaded("farmland", [FARM, FAR], problem="torn"),
            loaded("eco_redline", [FAR, new], ids=["H1", "H2"]),
        )
    )
    found = difference(before, after)
    assert [each.project_id for each in found.changed] == ["P1", "A0"]
    (change,) = found.changed[0].changes
    assert change.kind is ChangeKind.CONFLICT_UNCHECKED
    assert change.delta_m2 is None
    assert found.changed[0].conflict_delta_mu is None
    assert causes(change) == [("layer_status", "farmland", "")]
    assert "torn" in change.causes[0].en
    kinds = [each.kind for each in found.changed[1].changes]
    assert kinds == [ChangeKind.NEW_CONFLICT, ChangeKind.NO_LONGER_CHECKED]
    assert found.counts["cleared"] == 0
    assert found.has_news


def test_a_feature_gone_from_a_short_layer_is_not_cleared() -> None:
    after = town().but(layers=(short(farmland(FAR, ids=["F9"])[0], "F1"), town().layers[1]))
    change = only_change(town(), after)
    assert change.kind is ChangeKind.CONFLICT_UNCHECKED
    assert change.features[0].fate is FeatureFate.UNCONFIRMED
    assert causes(change) == [("layer_status", "farmland", "")]
    # and back: the row was refused, so the feature is not called new
    back = only_change(after, town())
    assert (back.kind, causes(back)) == (
        ChangeKind.NEW_CONFLICT,
        [("layer_status", "farmland", "")],
    )


def test_one_of_two_layers_fails_beside_a_conflict_that_stays() -> None:
    second = loaded("farmland", [rect(1000, 1000, 1005, 1100)], name="farmland2")
    before = town().but(layers=(*town().layers, second))
    broken = loaded("farmland", [], name="farmland2", problem="torn")
    change = only_change(before, before.but(layers=(*town().layers, broken)))
    assert (change.before.status, change.after.status) == ("conflict", "conflict")
    assert change.kind is ChangeKind.CONFLICT_UNCHECKED
    assert causes(change) == [("layer_status", "farmland2", "")]


def test_a_layer_dropped_from_the_configuration_clears_nothing() -> None:
    second = loaded("farmland", [FAR], name="farmland2")
    before = town().but(layers=(*town().layers, second))
    after = before.but(layers=(town().layers[1], second))
    # the engine itself has no way to know, and says clear
    assert after.document()["verdicts"][0]["status"] == "clear"
    change = only_change(before, after)
    assert change.kind is ChangeKind.CONFLICT_UNCHECKED
    assert causes(change) == [("layer_removed", "farmland", "")]


def test_a_layer_replaced_by_one_of_another_name_may_clear() -> None:
    new = loaded("farmland", [FAR], name="farmland_2027")
    change = only_change(town(), town().but(layers=(new, town().layers[1])))
    assert change.kind is ChangeKind.CLEARED
    assert causes(change) == [
        ("layer_added", "farmland_2027", ""),
        ("layer_removed", "farmland", ""),
    ]


def test_a_coverage_that_shrinks() -> None:
    part = rect(3000, 0, 4000, 4000)
    (farm, heritage) = town().layers
    after = town().but(layers=(farm, replace(heritage, coverage=part)))
    change = only_change(town(), after)
    assert (change.code, change.kind) == ("T-ECO", ChangeKind.NO_LONGER_CHECKED)
    assert causes(change) == [("layer_coverage", "eco_redline", "")]
    back = only_change(after, town())
    assert (back.kind, causes(back)) == (ChangeKind.NOW_CHECKED, causes(change))


SETBACK = {"role": "power_line", "code": "T-POWER"}


def powered(setback_m: float, **fields):
    line = loaded("power_line", [wire(1110)], ids=["W1"])  # 10 m east of the square
    made = rule("setback", row=[{"setback_m": setback_m}], **{**SETBACK, **fields})
    return town().but(layers=(*town().layers, line), rules=(made,))


def test_a_figure_of_a_rule() -> None:
    change = only_change(powered(5.0), powered(15.0))
    assert (change.kind, causes(change)) == (
        ChangeKind.NEW_CONFLICT,
        [("rule", "T-POWER", "")],
    )
    assert "setback_m 5 → 15" in change.causes[0].en
    back = only_change(powered(15.0), powered(5.0))
    assert (back.kind, causes(back)) == (ChangeKind.CLEARED, causes(change))


def test_another_rule_of_the_book_is_no_cause() -> None:
    other = rule("overlap", role="eco_redline", code="T-ECO", near_m=5.0)
    moved = red_line(rect(1000, 1000, 1110, 1100), "R1")
    after = town().but(rules=(town().rules[0], other), red_lines=(moved,), book_sha256="1" * 64)
    assert causes(only_change(town(), after)) == [("red_line", "R1", "")]


def test_a_severity() -> None:
    milder = rule("overlap", role="farmland", code="T-FARM", severity="advisory")
    found = difference(town(), town().but(rules=(milder, town().rules[1])))
    (line,) = found.changed[0].red_lines
    (change,) = line.changes
    assert (change.kind, causes(change)) == (
        ChangeKind.MILDER,
        [("rule_severity", "T-FARM", "")],
    )
    assert (line.outcome_before, line.outcome_after) == ("conflict", "review")


def dated(**period):
    basis = {"citation": "test", **period}
    return rule("overlap", role="farmland", code="T-FARM", basis=basis)


def test_the_date_brings_a_rule_into_force() -> None:
    before = town().but(rules=(dated(**{"from": dt.date(2026, 11, 5)}),))
    after = before.but(as_of=dt.date(2026, 11, 8))
    change = only_change(before, after)
    assert (change.kind, causes(change)) == (ChangeKind.NEW_CONFLICT, [("date", "T-FARM", "")])
    ended = only_change(after, before)
    assert (ended.kind, ended.after.status) == (ChangeKind.RULE_ENDED, "none")
    assert causes(ended) == [("date", "T-FARM", "")]
    assert difference(after, before).counts["cleared"] == 0


def test_the_period_of_a_rule_changes() -> None:
    before = town().but(rules=(dated(),))
    after = town().but(rules=(dated(to=dt.date(2026, 10, 1)),), as_of=AS_OF)
    change = only_change(before, after)
    assert (change.kind, causes(change)) == (
        ChangeKind.RULE_ENDED,
        [("rule_period", "T-FARM", "")],
    )


def test_a_rule_that_is_new_in_the_book() -> None:
    change = only_change(town().but(rules=town().rules[1:]), town())
    assert (change.kind, causes(change)) == (ChangeKind.NEW_CONFLICT, [("rule", "T-FARM", "")])


def test_an_exception_for_the_kind_of_project() -> None:
    made = rule(
        "overlap", role="farmland", code="T-FARM",
        exception=[{"condition": "路", "condition_en": "roads", "kinds": ["road"]}],
    )  # fmt: skip
    before = town().but(rules=(made,), projects=(project("P1", kind="school"),))
    after = before.but(projects=(project("P1", kind="road"),))
    found = difference(before, after)
    (change,) = found.changed[0].changes
    assert (change.kind, change.after.status) == (ChangeKind.MILDER, "exception_may_apply")
    assert causes(change) == [("project", "P1", "")]
    assert [(one.name, one.after) for one in found.changed[0].fields] == [("kind", "road")]


def test_a_use_that_a_rule_does_not_look_at_is_a_field_and_no_cause() -> None:
    before = town().but(projects=(project("P1", use="0804"),))
    moved = red_line(rect(1000, 1000, 1110, 1100), "R1")
    after = before.but(projects=(project("P1", use="0701"),), red_lines=(moved,))
    found = difference(before, after)
    assert causes(found.changed[0].changes[0]) == [("red_line", "R1", "")]
    assert [one.name for one in found.changed[0].fields] == ["use"]


def test_a_rival_that_is_new_and_one_that_moved() -> None:
    own = red_line(rect(*SQUARE), "R1")
    rival = red_line(rect(1090, 1000, 1200, 1100), "R2", project_id="P2")
    before = town().but(rules=(rule("rivals"),), red_lines=(own,))
    after = before.but(red_lines=(own, rival))
    by_id = {each.project_id: each for each in difference(before, after).changed}
    (change,) = by_id["P1"].changes
    assert (change.kind, causes(change)) == (ChangeKind.NEW_CONFLICT, [("rival", "R2", "")])
    assert by_id["P2"].fate is Fate.NEW
    moved = replace(rival, geometry=rect(1095, 1000, 1200, 1100))
    by_id = {
        each.project_id: each
        for each in difference(after, before.but(red_lines=(own, moved))).changed
    }
    assert causes(by_id["P1"].changes[0]) == [("rival", "R2", "")]
    assert causes(by_id["P2"].changes[0]) == [("red_line", "R2", "")]


def test_a_red_line_that_vanished_clears_nothing() -> None:
    found = difference(town(), town().but(red_lines=()))
    (gone,) = found.changed
    (line,) = gone.red_lines
    assert (gone.fate, line.fate) == (Fate.SAME, Fate.GONE)  # the ledger still has the project
    assert [change.kind for change in line.changes] == [ChangeKind.CONFLICT_UNCHECKED]
    assert "not among all the red lines" in line.causes[0].en
    assert gone.conflict_delta_mu is None
    assert gone.delta_mu == pytest.approx(-15.0, abs=1e-6)
    assert found.counts["cleared"] == 0


def test_a_project_that_is_gone_and_one_that_is_new() -> None:
    empty = town().but(red_lines=(), projects=())
    (gone,) = difference(town(), empty).changed
    assert (gone.fate, gone.changes[0].kind) == (Fate.GONE, ChangeKind.CONFLICT_UNCHECKED)
    (new,) = difference(empty, town()).changed
    assert (new.fate, new.changes[0].kind) == (Fate.NEW, ChangeKind.NEW_CONFLICT)
    assert new.conflict_delta_mu == pytest.approx(1000 / MU_M2, abs=1e-4)


def test_a_red_line_that_could_not_be_read_says_why() -> None:
    refused = (Refusal(3, "R1", "no area"),)
    found = difference(town(), town().but(red_lines=(), refused=refused))
    assert "could not read red line R1: no area" in found.changed[0].red_lines[0].causes[0].en
    assert [cause.subject for cause in found.refused] == ["R1"]


def test_a_file_that_could_not_be_read_says_why() -> None:
    before = town().but(red_lines=(replace(town().red_lines[0], source="batch.txt"),))
    after = before.but(red_lines=(), refused=(Refusal(0, "batch.txt", "torn"),))
    found = difference(before, after)
    assert "torn" in found.changed[0].red_lines[0].causes[0].en


def test_a_check_of_some_projects_does_not_say_that_the_others_are_gone() -> None:
    before = town()
    found = difference(before, before.but(checked=()))
    (line,) = found.changed[0].red_lines
    assert [str(cause.kind) for cause in line.causes] == ["undetermined"]
    assert "1 left out" in line.causes[0].en


def test_a_red_line_that_passes_to_another_project() -> None:
    other = replace(town().red_lines[0], project_id="P2")
    found = difference(town(), town().but(red_lines=(other,)))
    assert [(each.project_id, each.changes[0].kind) for each in found.changed] == [
        ("P1", ChangeKind.CONFLICT_UNCHECKED),
        ("P2", ChangeKind.NEW_CONFLICT),
    ]
    assert "belongs to P2" in found.changed[0].red_lines[0].causes[0].en


def test_a_new_version_under_a_new_id_is_the_same_red_line() -> None:
    moved = red_line(rect(900, 1000, 1000, 1100), "R1-V2", version="V2")
    found = difference(town(), town().but(red_lines=(moved,)))
    (line,) = found.changed[0].red_lines
    assert (line.fate, line.is_renamed, line.id_before, line.id_after) == (
        Fate.SAME, True, "R1", "R1-V2",
    )  # fmt: skip
    assert [change.kind for change in line.changes] == [ChangeKind.CLEARED]


def test_ids_that_changed_hands_are_no_change() -> None:
    east, west = rect(1000, 1000, 1100, 1100), rect(500, 500, 600, 600)
    before = town().but(red_lines=(red_line(east, "P-01"), red_line(west, "P-01#2")))
    after = town().but(red_lines=(red_line(west, "P-01"), red_line(east, "P-01#2")))
    found = difference(before, after)
    assert found.changed == ()
    assert found.is_empty


def test_a_feature_of_a_larger_layer_cannot_be_called_new() -> None:
    before, after = (
        each.document() for each in (town().but(layers=farmland(FAR, ids=["F9"])), town())
    )
    for entry in before["inputs"]:
        entry["id_prints"] = ""  # as for more than 100,000 rows
    found = compare(snapshot_of(before, name="a"), snapshot_of(after, name="b"))
    (cause,) = found.changed[0].changes[0].causes
    assert (str(cause.kind), cause.feature_id) == ("layer", "F1")
    assert "not recorded (inputs[].id_prints)" in cause.en


def test_an_older_report_says_what_it_does_not_record() -> None:
    before, after = town().but(layers=farmland(FAR, ids=["F9"])), town(book_sha256="1" * 64)
    documents = [older(each.document()) for each in (before, after)]
    found = compare(snapshot_of(documents[0], name="a"), snapshot_of(documents[1], name="b"))
    (change,) = found.changed[0].changes
    assert change.kind is ChangeKind.NEW_CONFLICT
    assert causes(change)[0] == ("layer", "farmland", "F1")
    rest = " ".join(cause.en for cause in change.causes[1:])
    assert "red_lines[].outline_sha256: a, b" in rest
    assert "rules[].figures: a, b" in rest


def test_nothing_recorded_differs_but_the_verdict() -> None:
    before, after = town().document(), town().document()
    after["findings"][0]["area_m2"] = after["verdicts"][0]["area_m2"] = 1200.0
    found = compare(snapshot_of(before, name="a"), snapshot_of(after, name="b"))
    (change,) = found.changed[0].changes
    assert [str(cause.kind) for cause in change.causes] == ["undetermined"]


def test_the_versions_of_programs_are_a_cause() -> None:
    before, after = town().document(), town().document()
    after["findings"][0]["area_m2"] = after["verdicts"][0]["area_m2"] = 1200.0
    after["versions"]["siting"] = "9.9"
    found = compare(snapshot_of(before, name="a"), snapshot_of(after, name="b"))
    (change,) = found.changed[0].changes
    assert causes(change) == [("program", "", "")]
    assert [str(cause.kind) for cause in found.common] == ["program"]


def test_rounding_is_no_change() -> None:
    before, after = town().document(), town().document()
    after["findings"][0]["area_m2"] = after["verdicts"][0]["area_m2"] = 1000.005
    found = compare(snapshot_of(before, name="a"), snapshot_of(after, name="b"))
    assert found.changed == ()


def test_layers_are_told_in_the_head() -> None:
    (farm, heritage) = town().layers
    source = replace(farm.source, dated=dt.date(2026, 11, 1))
    assert isinstance(source, Source)
    later = replace(farmland(FARM, ids=["F1"])[0], source=source)
    found = difference(town(), town().but(layers=(later, heritage)))
    assert found.changed == ()
    assert ["— → 2026-11-01 (rows 2 → 1)" in cause.en for cause in found.layers] == [True]
    assert not found.has_news


def test_a_layer_that_grew_too_old() -> None:
    aged = loaded("farmland", [FARM, FAR], problem="older than 180 days")
    after = town().but(layers=(aged, town().layers[1]), as_of=dt.date(2026, 11, 8))
    change = only_change(town(), after)
    assert change.kind is ChangeKind.CONFLICT_UNCHECKED
    assert causes(change) == [("layer_status", "farmland", ""), ("date", "farmland", "")]


def test_rules_of_an_older_report_are_not_listed_as_changed() -> None:
    documents = [older(each.document()) for each in (town(), town(book_sha256="1" * 64))]
    found = compare(snapshot_of(documents[0], name="a"), snapshot_of(documents[1], name="b"))
    assert found.rules == ()
    assert [str(cause.kind) for cause in found.common] == ["rule"]


def test_a_rival_that_is_gone_is_not_the_one_that_took_its_id() -> None:
    own, rival = red_line(rect(*SQUARE), "R1"), rect(1090, 1000, 1200, 1100)
    before = town().but(
        rules=(rule("rivals"),),
        red_lines=(own, red_line(rival, "R2", project_id="P2"),
                   red_line(rect(0, 0, 9, 9), "R3", project_id="P3")),
    )  # fmt: skip
    # R2 is gone, and the red line of P3 (far off) now has its number
    after = before.but(red_lines=(own, red_line(rect(0, 0, 9, 9), "R2", project_id="P3")))
    by_id = {each.project_id: each for each in difference(before, after).changed}
    (change,) = by_id["P1"].changes
    assert (change.kind, causes(change)) == (ChangeKind.CLEARED, [("rival", "R2", "")])
    assert change.causes[0].en == "the rival R2 is gone"
    assert by_id["P3"].red_lines[0].is_renamed


def test_a_layer_without_a_finding_fails_beside_a_conflict_that_stays() -> None:
    second = loaded("farmland", [FAR], name="farmland2")
    before = town().but(layers=(*town().layers, second))
    broken = loaded("farmland", [], name="farmland2", problem="torn")
    after = before.but(layers=(*town().layers, broken))
    change = only_change(before, after)
    assert (change.kind, change.features) == (ChangeKind.CONFLICT_UNCHECKED, ())
    assert only_change(after, before).kind is ChangeKind.NOW_CHECKED


def test_two_rivals_of_one_number_are_two() -> None:
    own, claimed = red_line(rect(*SQUARE), "R1"), rect(1090, 1000, 1200, 1100)
    far = red_line(rect(0, 0, 9, 9), "R3", project_id="P3")
    before = town().but(
        rules=(rule("rivals"),), red_lines=(own, red_line(claimed, "R2", project_id="P2"), far)
    )
    after = before.but(red_lines=(own, red_line(claimed, "R2", project_id="P3")))
    by_id = {each.project_id: each for each in difference(before, after).changed}
    (change,) = by_id["P1"].changes
    assert sorted(one.fate for one in change.features) == [FeatureFate.GONE, FeatureFate.NEW]
    assert [cause.en for cause in change.causes] == ["the rival R2 is gone", "the rival R2 changed"]


def test_a_severity_clears_nothing() -> None:
    milder = rule("overlap", role="farmland", code="T-FARM", severity="advisory")
    after = town().but(rules=(milder, town().rules[1]), layers=farmland(FAR, ids=["F9"]))
    change = only_change(town(), after)
    assert (change.kind, causes(change)) == (
        ChangeKind.CLEARED,
        [("feature_gone", "farmland", "F1")],
    )


def test_what_weighs_otherwise_was_not_weighed_by_the_outline() -> None:
    milder = rule("overlap", role="farmland", code="T-FARM", severity="advisory")
    wider = red_line(rect(990, 1000, 1100, 1100), "R1")  # to the west; the farmland is in the east
    after = town().but(rules=(milder, town().rules[1]), red_lines=(wider,))
    change = only_change(town(), after)
    assert (change.kind, causes(change)) == (
        ChangeKind.MILDER,
        [("rule_severity", "T-FARM", "")],
    )


def test_a_coverage_that_leaves_no_gap_is_no_cause() -> None:
    part = rect(0, 0, 3500, 4000)
    layers = farmland(FARM, FAR, rect(1000, 1000, 1050, 1020), ids=["F1", "F9", "F2"])
    after = town().but(layers=(replace(layers[0], coverage=part), layers[1]))
    assert causes(only_change(town(), after)) == [("feature_new", "farmland", "F2")]
