"""Kind zoning: uses, zones, code systems and crosswalks."""

from __future__ import annotations

import pytest

from siting.rules.verdicts import judge

from ..tiny_city import around, layer, rect, rule, subject

SQUARE = rect(1000, 1000, 1100, 1100)
ALLOWS = {"08": ["08"], "0804": ["0804"], "1001": ["1001", "1003"]}
WALK = {("old", "new"): {"A": "08", "A3": "0804"}}


def zones(*pairs, name="zoning", code_system="new", column="zone_code"):
    return layer(
        "zoning",
        [shape for _, shape in pairs],
        name=name,
        columns={column: [code for code, _ in pairs]},
        code_system=code_system,
    )


def judged(layers, use="0804", code_system="new", *, shape=SQUARE, **table):
    made = rule(
        "zoning", code_column="zone_code", code_system="new", severity="restricted",
        allows=ALLOWS, **table,
    )  # fmt: skip
    verdicts, findings = judge(
        made, [subject(shape, use=use, code_system=code_system)], around(layers, crosswalks=WALK)
    )
    return verdicts[0], findings


WHOLE, WEST, EAST = (
    rect(900, 900, 1200, 1200),
    rect(900, 900, 1075, 1200),
    rect(1075, 900, 1200, 1200),
)


@pytest.mark.parametrize(
    ("use", "zone", "status"),
    [("0804", "0804", "clear"), ("080401", "0804", "clear"), ("0804", "080403", "clear"),
     ("0804", "0806", "conflict"), ("0803", "0806", "clear"), ("100101", "1003", "clear"),
     ("100101", "1002", "conflict")],
)  # fmt: skip
def test_the_longest_row_that_fits_the_use(use: str, zone: str, status: str) -> None:
    assert judged([zones((zone, WHOLE))], use)[0].status == status


def test_the_part_in_the_wrong_zone() -> None:
    verdict, (finding,) = judged([zones(("0804", WEST), ("1001", EAST))])
    assert (verdict.status, verdict.severity) == ("conflict", "restricted")
    assert finding.area_m2 == pytest.approx(2500.0)
    assert finding.feature_id == "zoning-2"


def test_open_zones_suit_everybody() -> None:
    assert judged([zones(("16", WHOLE))])[0].status == "conflict"
    assert judged([zones(("16", WHOLE))], open_zones=["16"])[0].status == "clear"


def test_land_without_zone_goes_to_the_planners() -> None:
    verdict, (finding,) = judged([zones(("0804", WEST))])
    assert (finding.severity, finding.feature_id) == ("consult", "")
    assert finding.area_m2 == pytest.approx(2500.0)
    assert (verdict.status, verdict.severity) == ("conflict", "consult")


def test_a_milder_rule_stays_mild_on_land_without_zone() -> None:
    made = rule(
        "zoning", code_column="zone_code", code_system="new", severity="advisory", allows=ALLOWS
    )
    _, (finding,) = judge(made, [subject(SQUARE, use="0804", code_system="new")], around([zones()]))
    assert finding.severity == "advisory"


def test_old_codes_go_through_the_crosswalk() -> None:
    assert judged([zones(("A3", WHOLE), code_system="old")])[0].status == "clear"
    assert judged([zones(("A5", WHOLE), code_system="old")])[0].status == "conflict"
    assert judged([zones(("0804", WHOLE))], "A3", "old")[0].status == "clear"


@pytest.mark.parametrize(
    ("use", "code_system"), [("", "new"), ("Z9", "old"), ("0804", "other"), ("0804", "")]
)
def test_a_use_that_cannot_be_read_is_not_checked(use: str, code_system: str) -> None:
    verdict, findings = judged([zones(("0804", WHOLE))], use, code_system)
    assert (verdict.status, findings) == ("not_checked", ())


def test_a_use_without_row_is_not_checked() -> None:
    assert judged([zones(("0804", WHOLE))], "07")[0].status == "not_checked"


@pytest.mark.parametrize(("code", "code_system"), [("", "new"), (None, "new"), ("Z", "old")])
def test_a_zone_that_cannot_be_read_is_a_gap(code: str | None, code_system: str) -> None:
    verdict, findings = judged([zones((code, WHOLE), code_system=code_system)])
    assert (verdict.status, findings) == ("not_checked", ())
    assert "no use code" in verdict.gaps[0].en


def test_a_gap_stands_beside_a_conflict() -> None:
    verdict, _ = judged([zones((None, WEST), ("1001", EAST))])
    assert verdict.status == "conflict"
    assert len(verdict.gaps) == 1


def test_a_layer_without_code_system_or_column_is_not_checked() -> None:
    for layers, word in (
        ([zones(("0804", WHOLE), code_system="")], "code system"),
        ([zones(("0804", WHOLE), column="other")], "no column"),
    ):
        verdict, findings = judged(layers)
        assert (verdict.status, findings) == ("not_checked", ())
        assert word in verdict.gaps[0].en


def test_an_invalid_red_line_is_not_checked() -> None:
    from ..tiny_city import place

    bowtie = place("POLYGON ((1000 1000, 1100 1100, 1100 1000, 1000 1100, 1000 1000))")
    assert judged([zones(("0804", WHOLE))], shape=bowtie)[0].status == "not_checked"
