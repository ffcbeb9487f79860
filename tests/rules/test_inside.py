"""Kind inside: what lies outside all features of a role."""

from __future__ import annotations

import pytest

from siting.rules.verdicts import judge

from ..tiny_city import around, layer, rect, rule, subject

SQUARE = rect(1000, 1000, 1100, 1100)


def judged(layers, **table):
    made = rule("inside", role="growth_boundary", **table)
    verdicts, findings = judge(made, [subject(SQUARE)], around(layers))
    return verdicts[0], findings


def boundary(*shapes, **fields):
    return layer("growth_boundary", list(shapes), **fields)


def test_inside_is_clear() -> None:
    assert judged([boundary(rect(900, 900, 1200, 1200))])[0].status == "clear"


def test_the_part_outside_is_the_piece() -> None:
    verdict, (finding,) = judged([boundary(rect(900, 900, 1080, 1200))])
    assert verdict.status == "conflict"
    assert finding.area_m2 == verdict.area_m2 == pytest.approx(2000.0)
    assert finding.geometry.equals(rect(1080, 1000, 1100, 1100))
    assert (finding.layer, finding.feature_id) == ("growth_boundary", "")


def test_wholly_outside_and_no_boundary_at_all() -> None:
    for layers in ([boundary(rect(0, 0, 9, 9))], [boundary()]):
        verdict, (finding,) = judged(layers)
        assert (verdict.status, finding.area_m2) == ("conflict", pytest.approx(10_000.0))


def test_half_a_square_metre_outside_counts() -> None:
    verdict, (finding,) = judged([boundary(rect(900, 900, 1099.995, 1200))])
    assert (verdict.status, finding.area_m2) == ("conflict", pytest.approx(0.5, abs=1e-6))


def test_a_seam_is_no_gap_between_features_or_layers() -> None:
    west, east = rect(900, 900, 1050, 1200), rect(1050, 900, 1200, 1200)
    assert judged([boundary(west, east)])[0].status == "clear"
    two = [boundary(west, name="west"), boundary(east, name="east")]
    assert judged(two)[0].status == "clear"


def test_the_finding_over_two_layers_names_both() -> None:
    two = [boundary(rect(0, 0, 9, 9), name="a"), boundary(rect(0, 0, 9, 9), name="b")]
    assert judged(two)[1][0].layer == "a+b"


def test_a_failed_sister_layer_makes_no_false_conflict() -> None:
    west = boundary(rect(900, 900, 1050, 1200), name="west")
    torn = boundary(name="east", problem="torn")
    verdict, findings = judged([west, torn])
    assert (verdict.status, findings) == ("not_checked", ())


def test_a_strip_outside_is_a_sliver() -> None:
    verdict, (finding,) = judged([boundary(rect(900, 900, 1099.9, 1200))], sliver_width_m=0.3)
    assert (verdict.status, finding.is_sliver) == ("near", True)
