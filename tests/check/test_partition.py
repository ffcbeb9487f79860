"""However the work is cut, nothing is lost and nothing changes."""

from __future__ import annotations

from dataclasses import replace

import shapely

from siting.check import check_partition, cut, merge
from siting.check.partition import surroundings
from siting.report import identity
from siting.rules.base import Subject

from ..tiny_city import AS_OF, CRS, check, layer, place, project, rect, red_line, rule, subject

RULES = [
    rule("overlap", role="farmland", near_m=20.0),
    rule("setback", role="power_line", near_m=5.0, row=[{"setback_m": 100.0}]),
    rule("inside", role="growth_boundary"),
    rule("rivals"),
]
#: Four red lines in four tiles of 8 km, one beside the other across a tile's border.
SQUARES = [
    rect(0, 0, 100, 100),
    rect(8010, 0, 8110, 100),
    rect(20_000, 0, 20_100, 100),
    rect(0, 30_000, 100, 30_100),
]
EVERYWHERE = rect(-50_000, -50_000, 90_000, 90_000)


def layers():
    return [
        layer("farmland", [rect(8040, 0, 9000, 9000), rect(110, 0, 120, 9)], coverage=EVERYWHERE),
        layer("power_line", [place("LINESTRING (8149 -900, 8149 900)")], coverage=EVERYWHERE),
        layer("growth_boundary", [rect(-10, -10, 8050, 40_000)], coverage=EVERYWHERE),
    ]


def parts(*, is_whole: bool):
    lines = [red_line(shape, f"R{n}", project_id=f"P-R{n}") for n, shape in enumerate(SQUARES)]
    around = surroundings(layers(), lines, [], as_of=AS_OF, crs=CRS, crosswalks={})
    subjects = [subject(line.geometry, line.id) for line in lines]
    return cut(subjects, RULES, around, is_whole=is_whole)


def test_red_lines_are_dealt_out_by_tile() -> None:
    dealt = [[member.red_line.id for member in part.subjects] for part in parts(is_whole=False)]
    assert sorted(dealt) == [["R0"], ["R1"], ["R2"], ["R3"]]
    assert len(parts(is_whole=True)) == 1
    assert cut([], RULES, parts(is_whole=True)[0].around, is_whole=False) == []


def test_a_part_has_its_halo_and_no_more() -> None:
    (part,) = [p for p in parts(is_whole=False) if p.subjects[0].red_line.id == "R0"]
    farm = part.around.layers["farmland"][0].frame
    assert farm["feature_id"].tolist() == ["farmland-2"]
    (part,) = [p for p in parts(is_whole=False) if p.subjects[0].red_line.id == "R1"]
    assert len(part.around.layers["power_line"][0].frame) == 1
    assert [other.id for other in part.around.others] == ["R1"]


def test_merged_parts_say_what_the_whole_says() -> None:
    whole = merge([check_partition(part) for part in parts(is_whole=True)], RULES)
    pieces = [check_partition(part) for part in parts(is_whole=False)]
    for order in (pieces, pieces[::-1]):
        merged = merge(order, RULES)
        assert merged.verdicts == whole.verdicts
        assert [f.id for f in merged.findings] == [f.id for f in whole.findings]
        for one, other in zip(merged.findings, whole.findings, strict=True):
            assert (one.measure, one.area_m2, one.message) == (
                other.measure, other.area_m2, other.message,
            )  # fmt: skip
            assert shapely.equals_identical(one.geometry, other.geometry)
    assert {v.status for v in whole.verdicts} == {"conflict", "near", "clear"}


def test_two_processes_give_the_identity_of_one() -> None:
    lines = [red_line(shape, f"R{n}", project_id=f"P{n}") for n, shape in enumerate(SQUARES)]
    alone = check(layers(), lines, RULES)
    together = check(layers(), lines, RULES, workers=2)
    assert identity(alone) == identity(together)
    assert alone.verdicts == together.verdicts


def test_a_rival_is_named_also_where_the_work_is_cut() -> None:
    lines = [red_line(shape, f"R{n}", project_id=f"P{n}") for n, shape in enumerate(SQUARES)]
    rival = red_line(rect(50, 0, 150, 100), "X", project_id="PX")
    report = check([], [*lines, rival], [rule("rivals")], workers=2, projects=[project("PX")])
    (finding,) = [finding for finding in report.findings if finding.red_line_id == "R0"]
    assert (finding.feature_id, finding.feature_name) == ("X", "项目PX")


def test_a_part_sees_all_that_its_error_bands_reach() -> None:
    """Land 0.3 m off a red line is out of the rule's reach, but not of the boundary grown."""
    shapes = [rect(-10, -10, 50, 110), rect(50, 100.3, 110, 102)]
    made = layer("growth_boundary", shapes, coverage=EVERYWHERE)
    made = replace(made, source=replace(made.source, accuracy_m=0.5))
    line = red_line(SQUARES[0], "R0", project_id="P-R0", accuracy_m=0.5)
    around = surroundings([made], [line], [], as_of=AS_OF, crs=CRS, crosswalks={})
    subjects = [Subject(line, project("P-R0"))]
    rules = [rule("inside", role="growth_boundary")]
    whole, part = (
        [check_partition(each) for each in cut(subjects, rules, around, is_whole=flag)]
        for flag in (True, False)
    )
    band = part[0].findings[0].band
    assert band == whole[0].findings[0].band
    # sigma = 0.5·√2 m: a strip of 0.407 m along the northern edge is within as well
    sigma_m = 0.5 * 2**0.5
    east_m = 50 - sigma_m
    assert abs(band.area_m2_min - east_m * (100 - (sigma_m - 0.3))) < 0.5


def test_only_what_is_asked_is_judged() -> None:
    around = parts(is_whole=True)[0].around
    subjects = parts(is_whole=True)[0].subjects
    asked = {("T-RIVALS", "R1"), ("T-INSIDE", "R3")}
    dealt = cut(subjects, RULES, around, is_whole=True, asked=asked)
    verdicts = merge([check_partition(part) for part in dealt], RULES).verdicts
    assert {(verdict.code, verdict.red_line_id) for verdict in verdicts} == asked
    assert cut(subjects, RULES, around, is_whole=True, asked=frozenset()) == []
