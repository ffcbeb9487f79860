"""From what a rule saw to a verdict: gaps, exceptions, precedence, and what *clear* needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.model import Contract, Form, LoadStatus, Refusal
from siting.rules.base import Subject
from siting.rules.verdicts import judge

from ..tiny_city import around, layer, place, project, rect, red_line, rule, subject

SQUARE = rect(1000, 1000, 1100, 1100)
HIT = [rect(1090, 1000, 1300, 1100)]
FAR = [rect(3000, 3000, 3100, 3100)]
FARM = rule("overlap", role="farmland", near_m=20.0)


def judged(layers, made=FARM, *, shape=SQUARE, **fields):
    verdicts, findings = judge(made, [subject(shape, **fields)], around(layers))
    return verdicts[0], findings


def test_clear_when_all_holds() -> None:
    verdict, findings = judged([layer("farmland", FAR)])
    assert (verdict.status, verdict.gaps, findings) == ("clear", (), ())


@pytest.mark.parametrize(
    ("layers", "word"),
    [
        ([], "no layer with role farmland"),
        ([layer("farmland", FAR, problem="the file is torn")], "the file is torn"),
        ([layer("farmland", FAR, coverage=None)], "does not declare its coverage"),
        ([layer("farmland", FAR, coverage=rect(0, 0, 1119, 4000))], "outside the declared"),
        ([layer("farmland", FAR, coverage=rect(2000, 0, 4000, 4000))], "outside the declared"),
    ],
)
def test_what_cannot_be_shown_is_not_checked(layers, word: str) -> None:
    verdict, findings = judged(layers)
    assert (verdict.status, findings) == ("not_checked", ())
    assert word in verdict.gaps[0].en
    assert verdict.gaps[0].zh


@pytest.mark.parametrize(("east", "status"), [(1120.0, "clear"), (1119.9, "not_checked")])
def test_coverage_must_hold_the_red_line_and_its_reach(east: float, status: str) -> None:
    # the corners of a grown square are round, so a square coverage can touch it exactly
    covered = layer("farmland", FAR, coverage=rect(980, 980, east, 1120))
    assert judged([covered])[0].status == status


def test_a_rule_without_reach_needs_the_red_line_covered() -> None:
    made = rule("overlap", role="farmland")
    exact = layer("farmland", FAR, coverage=SQUARE)
    assert judged([exact], made)[0].status == "clear"
    short = layer("farmland", FAR, coverage=rect(1000, 1000, 1100, 1099))
    verdict, _ = judged([short], made)
    assert verdict.status == "not_checked"
    assert "100.0 m²" in verdict.gaps[0].en


def test_rounding_of_a_coverage_outline_is_no_gap() -> None:
    made = rule("overlap", role="farmland")
    noisy = layer("farmland", FAR, coverage=rect(1000, 1000, 1100 - 0.5e-4, 1100))
    assert judged([noisy], made)[0].status == "clear"
    over = layer("farmland", FAR, coverage=rect(1000, 1000, 1100 - 2e-4, 1100))
    assert judged([over], made)[0].status == "not_checked"


@pytest.mark.parametrize(
    "trouble",
    [
        layer("farmland", FAR, name="b", problem="torn"),
        layer("farmland", FAR, name="b", coverage=None),
        layer("farmland", FAR, name="b", coverage=rect(2000, 0, 4000, 4000)),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_one_layer_of_two_in_trouble_is_not_checked(trouble, is_first: bool) -> None:
    good = layer("farmland", FAR, name="a")
    verdict, _ = judged([trouble, good] if is_first else [good, trouble])
    assert verdict.status == "not_checked"


@pytest.mark.parametrize(
    "trouble",
    [
        layer("farmland", FAR, name="b", problem="torn"),
        layer("farmland", FAR, name="b", coverage=None),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_conflict_with_the_other_layer_is_known_all_the_same(trouble, is_first: bool) -> None:
    good = layer("farmland", HIT, name="a")
    verdict, findings = judged([trouble, good] if is_first else [good, trouble])
    assert (verdict.status, len(findings)) == ("conflict", 1)
    assert len(verdict.gaps) == 1


def test_a_conflict_with_a_layer_of_undeclared_coverage_is_known() -> None:
    verdict, findings = judged([layer("farmland", HIT, coverage=None)])
    assert (verdict.status, len(findings), len(verdict.gaps)) == ("conflict", 1, 1)


def test_a_setback_beside_a_failed_layer_is_known() -> None:
    made = rule("setback", role="power_line", row=[{"setback_m": 15.0}])
    wire = layer("power_line", [place("LINESTRING (1109 0, 1109 2000)")], name="a")
    verdict, _ = judged([wire, layer("power_line", [], name="b", problem="torn")], made)
    assert (verdict.status, len(verdict.gaps)) == ("conflict", 1)


def test_every_layer_in_trouble_is_named() -> None:
    verdict, _ = judged(
        [layer("farmland", FAR, name=name, problem=f"{name} is torn") for name in ("a", "b")]
    )
    assert ["a is torn" in verdict.gaps[0].en, "b is torn" in verdict.gaps[1].en] == [True, True]


def test_a_gap_comes_before_near_and_after_conflict() -> None:
    half = rect(0, 0, 1110, 4000)
    near = layer("farmland", [rect(900, 1000, 990, 1100)], coverage=half)
    verdict, _ = judged([near])
    assert (verdict.status, verdict.distance_m) == ("not_checked", pytest.approx(10.0))
    hit = layer("farmland", [rect(900, 1000, 1010, 1100)], coverage=half)
    verdict, _ = judged([hit])
    assert (verdict.status, len(verdict.gaps)) == ("conflict", 1)


def test_an_empty_red_line_is_not_checked() -> None:
    import shapely

    for made in (FARM, rule("area", tolerance_m2=1.0)):
        verdict, findings = judged([layer("farmland", FAR)], made, shape=shapely.Polygon())
        assert (verdict.status, findings) == ("not_checked", ())


def test_a_layer_short_of_rows_shows_its_conflicts_and_clears_nothing() -> None:
    def short(shapes):
        whole = layer("farmland", shapes)
        contract = Contract(LoadStatus.SHORT, 2, 1, refusals=(Refusal(2, "F2", "bowtie"),))
        return replace(whole, contract=contract)

    verdict, findings = judged([short(HIT)])
    assert (verdict.status, len(findings), len(verdict.gaps)) == ("conflict", 1, 1)
    for shapes in (FAR, [rect(1110, 1000, 1200, 1100)]):
        verdict, _ = judged([short(shapes)])
        assert verdict.status == "not_checked"
        assert "short of 1 row" in verdict.gaps[0].en


def test_an_invalid_red_line_is_not_checked() -> None:
    bowtie = place("POLYGON ((1000 1000, 1100 1100, 1100 1000, 1000 1100, 1000 1000))")
    verdict, findings = judged([layer("farmland", HIT)], shape=bowtie)
    assert (verdict.status, findings) == ("not_checked", ())
    assert "invalid" in verdict.gaps[0].en


EXCEPTION = {"condition": "线性", "condition_en": "linear works", "forms": ["linear"]}


def test_an_exception_may_apply_to_its_kind_of_project() -> None:
    made = rule("overlap", role="farmland", exception=[EXCEPTION])
    verdict, (finding,) = judged([layer("farmland", HIT)], made, form=Form.LINEAR)
    assert verdict.status == "exception_may_apply"
    assert finding.exceptions == ("线性",)
    verdict, (finding,) = judged([layer("farmland", HIT)], made, form=Form.AREA)
    assert (verdict.status, finding.exceptions) == ("conflict", ())


@pytest.mark.parametrize(
    ("exception", "fields", "status"),
    [
        ({"kinds": ["road"]}, {"kind": "road"}, "exception_may_apply"),
        ({"kinds": ["road"]}, {"kind": "roads"}, "conflict"),
        ({"kinds": ["road"]}, {}, "conflict"),
        ({"uses": ["12"]}, {"use": "1207"}, "exception_may_apply"),
        ({"uses": ["12"]}, {"use": ""}, "conflict"),
        ({"uses": ["12"], "forms": ["linear"]}, {"use": "1207"}, "conflict"),
        (
            {"uses": ["12"], "forms": ["linear"]},
            {"use": "1207", "form": Form.LINEAR},
            "exception_may_apply",
        ),
    ],
)
def test_all_that_an_exception_asks_for_must_be_known(exception, fields, status: str) -> None:
    made = rule("overlap", role="farmland", exception=[{"condition": "x", **exception}])
    assert judged([layer("farmland", HIT)], made, **fields)[0].status == status


def test_an_exception_never_reads_as_clear_and_keeps_its_gaps() -> None:
    made = rule("overlap", role="farmland", exception=[EXCEPTION])
    short = layer("farmland", HIT, coverage=rect(0, 0, 1050, 4000))
    verdict, _ = judged([short], made, form=Form.LINEAR)
    assert (verdict.status, len(verdict.gaps)) == ("exception_may_apply", 1)


def asked(targets, **fields):
    made = rule("overlap", role="farmland", applies_to=targets)
    return bool(judge(made, [subject(SQUARE, **fields)], around([layer("farmland", HIT)]))[0])


@pytest.mark.parametrize(
    ("targets", "fields", "is_asked"),
    [
        ({}, {}, True),
        ({"uses": ["10"]}, {"use": "100101"}, True),
        ({"uses": ["10"]}, {"use": "0804"}, False),
        ({"uses": ["10"]}, {"use": ""}, True),
        ({"not_uses": ["14"]}, {"use": "1401"}, False),
        ({"not_uses": ["14"]}, {"use": "0804"}, True),
        ({"not_uses": ["14"]}, {"use": ""}, True),
        ({"forms": ["area"]}, {"form": Form.LINEAR}, False),
        ({"forms": ["linear"]}, {"form": Form.LINEAR}, True),
        ({"kinds": ["road"]}, {"kind": "school"}, False),
        ({"kinds": ["road"]}, {"kind": ""}, True),
        ({"stages": ["A"]}, {"stage": "B"}, False),
        ({"stages": ["A"]}, {"stage": ""}, True),
        ({"supply_modes": ["划拨"]}, {"supply_mode": "出让"}, False),
        ({"supply_modes": ["划拨"]}, {"supply_mode": ""}, True),
        ({"kinds": ["road"], "uses": ["10"]}, {"kind": "road", "use": "08"}, False),
    ],
)
def test_which_projects_a_rule_looks_at(targets, fields, is_asked: bool) -> None:
    assert asked(targets, **fields) is is_asked


@pytest.mark.parametrize(
    "targets", [{"forms": ["linear"]}, {"uses": ["10"]}, {"kinds": ["road"]}, {"stages": ["A"]}]
)
def test_a_project_that_the_ledger_does_not_know_is_asked_by_every_rule(targets) -> None:
    made = rule("overlap", role="farmland", applies_to=targets)
    stranger = Subject(red_line(SQUARE), project(), is_known=False)
    verdicts, _ = judge(made, [stranger], around([layer("farmland", HIT)]))
    assert verdicts[0].status == "conflict"


def test_off_map_is_always_consult() -> None:
    made = rule(
        "off_map", severity="consult", letter="函", letter_en="a letter",
        route={"way": "ask_authority", "office": "军分区", "office_en": "the garrison"},
    )  # fmt: skip
    for shape in (SQUARE, place("POLYGON ((0 0, 9 9, 9 0, 0 9, 0 0))")):
        verdict, findings = judged([], made, shape=shape)
        assert (verdict.status, findings) == ("consult", ())
        assert "the garrison (a letter)" in verdict.notes[0].en


def test_verdicts_come_in_the_order_of_the_subjects_and_keep_apart() -> None:
    subjects = [subject(SQUARE, "R2"), subject(rect(500, 500, 510, 510), "R1")]
    verdicts, findings = judge(FARM, subjects, around([layer("farmland", HIT)]))
    assert [(v.red_line_id, v.project_id, v.status) for v in verdicts] == [
        ("R2", "P-R2", "conflict"),
        ("R1", "P-R1", "clear"),
    ]
    assert [(f.red_line_id, f.project_id) for f in findings] == [("R2", "P-R2")]


def test_nobody_concerned_nothing_said() -> None:
    made = rule("overlap", role="farmland", applies_to={"uses": ["10"]})
    assert judge(made, [subject(SQUARE, use="08")], around([])) == ((), ())


def test_findings_are_sorted_by_id() -> None:
    farm = layer("farmland", [SQUARE, SQUARE, SQUARE], ids=["c", "a", "b"])
    _, findings = judged([farm])
    assert [finding.feature_id for finding in findings] == ["a", "b", "c"]


def test_a_conflict_known_by_its_area_alone_is_no_sliver() -> None:
    """Both overlays of GEOS may be empty where the exact area is not."""
    import dataclasses

    import shapely

    from siting.model import Text
    from siting.rules.base import Examination, Hit
    from siting.rules.overlap import OverlapRule

    class Blind(OverlapRule):
        def examine(self, subjects, around):
            hit = Hit("R1", "farmland", "F1", "", 50.0, "m2", Text("占"), shapely.Polygon(),
                      area_m2=50.0, is_disputed=True)  # fmt: skip
            return Examination(hits=[hit])

    plain = rule("overlap", role="farmland", sliver_width_m=0.6)
    blind = Blind(**{field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)})
    verdict, (finding,) = judged([layer("farmland", FAR)], blind)
    assert (verdict.status, finding.is_sliver, finding.mean_width_m) == ("conflict", False, None)
    assert verdict.area_m2 == 50.0


def test_a_piece_as_wide_as_the_limit_is_no_sliver() -> None:
    # the mean width of a square is half its side
    made = rule("overlap", role="farmland", sliver_width_m=4.0)
    verdict, _ = judged([layer("farmland", [rect(1000, 1000, 1008, 1008)])], made)
    assert verdict.status == "conflict"


def test_a_setback_just_missed_is_no_sliver() -> None:
    made = rule("setback", role="power_line", sliver_width_m=0.6, row=[{"setback_m": 15.0}])
    wire = layer("power_line", [place("LINESTRING (1114.8 0, 1114.8 2000)")])
    verdict, (finding,) = judged([wire], made)
    assert (verdict.status, finding.is_sliver) == ("conflict", False)


def test_a_verdict_is_as_severe_as_its_worst_finding() -> None:
    made = rule(
        "zoning", code_column="code", code_system="new", severity="restricted",
        allows={"08": ["08"]},
    )  # fmt: skip
    # the west is zoned otherwise (restricted), the east bears no zone (consult)
    zones = layer(
        "zoning", [rect(900, 900, 1050, 1200)], columns={"code": ["10"]}, code_system="new"
    )
    verdict, findings = judged([zones], made, use="08", code_system="new")
    assert {finding.severity for finding in findings} == {"restricted", "consult"}
    assert verdict.severity == "restricted"


def halves(part_of: str):
    """Two layers of one role that meet in the middle of the red line, each with its own half."""
    west, east = rect(0, 0, 1050, 4000), rect(1050, 0, 4000, 4000)
    return [
        replace(layer("farmland", FAR[:1], name="east", coverage=east), part_of=part_of),
        replace(layer("farmland", [], name="west", coverage=west), part_of=part_of),
    ]


def test_parts_of_one_whole_cover_together() -> None:
    verdict, _ = judged(halves("farmland of all districts"))
    assert verdict.status == "clear"


def test_layers_that_are_no_declared_parts_each_have_to_cover() -> None:
    verdict, _ = judged(halves(""))
    assert verdict.status == "not_checked"


def test_a_part_that_failed_leaves_nothing_clear() -> None:
    east, west = halves("farmland of all districts")
    torn = replace(layer("farmland", [], name="north", problem="torn"), part_of=east.part_of)
    verdict, _ = judged([east, west, torn])
    assert verdict.status == "not_checked"


def test_land_that_no_part_covers_is_not_checked() -> None:
    east, west = halves("farmland of all districts")
    short = replace(west, coverage=rect(0, 0, 1040, 4000))
    verdict, _ = judged([east, short])
    assert verdict.status == "not_checked"
