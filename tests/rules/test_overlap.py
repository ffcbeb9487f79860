"""Kind overlap by hand geometry: a red line of 100 m × 100 m and what lies on or by it."""

from __future__ import annotations

import pytest

from siting.rules.verdicts import judge

from ..tiny_city import around, layer, rect, rule, subject

SQUARE = rect(1000, 1000, 1100, 1100)


def judged(made, layers, **project):
    verdicts, findings = judge(made, [subject(SQUARE, **project)], around(layers))
    return verdicts[0], findings


def test_a_hit_has_area_piece_and_message() -> None:
    farm = layer("farmland", [rect(1090, 900, 1300, 1200)], ids=["F7"])
    verdict, (finding,) = judged(rule("overlap", role="farmland"), [farm])
    assert verdict.status == "conflict"
    assert verdict.finding_ids == (finding.id,) == ("R1|T-OVERLAP|farmland|F7",)
    assert finding.area_m2 == finding.measure == verdict.area_m2 == pytest.approx(1000.0)
    assert finding.geometry.equals(rect(1090, 1000, 1100, 1100))
    assert (finding.unit, finding.limit, finding.severity) == ("m2", 0.0, "prohibited")
    assert "F7" in finding.message.zh
    assert "1,000.00 m²" in finding.message.en
    assert verdict.gaps == ()


def test_the_ellipsoidal_area_stands_beside() -> None:
    # 98.9 km west of the central meridian: the plane is (98.9/6365)² = 241 ppm too large
    farm = layer("farmland", [SQUARE])
    _, (finding,) = judged(rule("overlap", role="farmland"), [farm])
    assert finding.area_m2 - finding.area_ellipsoidal_m2 == pytest.approx(2.41, abs=0.02)


def test_every_feature_is_a_finding_and_the_verdict_is_their_union() -> None:
    farm = layer("farmland", [rect(1000, 1000, 1060, 1100), rect(1040, 1000, 1100, 1100)])
    verdict, findings = judged(rule("overlap", role="farmland"), [farm])
    assert [finding.area_m2 for finding in findings] == [6000.0, 6000.0]
    assert verdict.area_m2 == pytest.approx(10_000.0)


@pytest.mark.parametrize(
    ("gap_m", "status", "distance"), [(0, "near", 0), (20, "near", 20), (20.01, "clear", None)]
)
def test_near_is_within_near_m(gap_m: float, status: str, distance: float | None) -> None:
    farm = layer("farmland", [rect(1100 + gap_m, 1000, 1300, 1100)])
    verdict, findings = judged(rule("overlap", role="farmland", near_m=20.0), [farm])
    assert (verdict.status, findings) == (status, ())
    assert verdict.distance_m == (None if distance is None else pytest.approx(distance))


@pytest.mark.parametrize("step", [1, -1])
def test_the_nearest_of_several_counts(step: int) -> None:
    shapes = [rect(1115, 1000, 1300, 1100), rect(900, 1000, 993, 1100)]
    farm = layer("farmland", shapes[::step])
    verdict, _ = judged(rule("overlap", role="farmland", near_m=20.0), [farm])
    assert verdict.distance_m == pytest.approx(7.0)


def test_a_conflict_has_no_distance() -> None:
    farm = layer("farmland", [rect(1090, 1000, 1300, 1100)])
    verdict, _ = judged(rule("overlap", role="farmland", near_m=20.0), [farm])
    assert (verdict.status, verdict.distance_m) == ("conflict", None)


SLIVER = [rect(1099.8, 1000, 1300, 1100)]  # 0.2 m × 100 m: mean width just under 0.2


def test_a_sliver_is_labelled_and_near() -> None:
    verdict, (finding,) = judged(
        rule("overlap", role="farmland", sliver_width_m=0.3), [layer("farmland", SLIVER)]
    )
    assert finding.is_sliver
    assert finding.area_m2 == pytest.approx(20.0, abs=1e-6)
    assert finding.mean_width_m == pytest.approx(40 / 200.4, abs=1e-6)
    assert (verdict.status, verdict.distance_m) == ("near", 0.0)
    assert verdict.finding_ids == (finding.id,)
    assert "confirm by survey" in finding.message.en
    assert any("survey" in note.en for note in verdict.notes)
    assert verdict.area_m2 == pytest.approx(20.0, abs=1e-6)


def test_zero_tolerance_downgrades_nothing() -> None:
    made = rule("overlap", role="farmland", sliver_width_m=0.3, zero_tolerance=True)
    verdict, (finding,) = judged(made, [layer("farmland", SLIVER)])
    assert (verdict.status, finding.is_sliver) == ("conflict", True)


def test_a_wider_piece_is_no_sliver() -> None:
    made = rule("overlap", role="farmland", sliver_width_m=0.3)
    verdict, (finding,) = judged(made, [layer("farmland", [rect(1099.6, 1000, 1300, 1100)])])
    assert (verdict.status, finding.is_sliver) == ("conflict", False)


def test_a_sliver_beside_a_conflict_stays_listed() -> None:
    made = rule("overlap", role="farmland", sliver_width_m=0.3)
    farm = layer("farmland", [*SLIVER, rect(1000, 1000, 1010, 1010)])
    verdict, findings = judged(made, [farm])
    assert verdict.status == "conflict"
    assert verdict.finding_ids == tuple(finding.id for finding in findings)
    assert [finding.is_sliver for finding in findings] == [True, False]
    assert verdict.notes == ()


WHERE = {"level": ["一级"]}


@pytest.mark.parametrize(
    ("level", "status"),
    [("一级", "conflict"), (" 一级 ", "conflict"), ("二级", "clear"), ("", "conflict"),
     (None, "conflict")],
)  # fmt: skip
def test_where_keeps_its_values_and_the_unknown(level: str | None, status: str) -> None:
    water = layer("water_source", [SQUARE], columns={"level": [level]})
    verdict, _ = judged(rule("overlap", role="water_source", where=WHERE), [water])
    assert verdict.status == status


def test_where_on_a_column_that_is_not_there_is_a_gap() -> None:
    made = rule("overlap", role="water_source", where=WHERE)
    verdict, findings = judged(made, [layer("water_source", [rect(0, 0, 5, 5)])])
    assert (verdict.status, findings) == ("not_checked", ())
    assert "level" in verdict.gaps[0].en


def test_a_missed_overlap_of_geos_is_a_conflict_not_a_sliver() -> None:
    import shapely

    from siting.model import RedLine
    from siting.rules.base import Subject

    from ..overlay.test_pairs import MISSED
    from ..tiny_city import CRS, project

    left, right, area_m2 = MISSED[0]
    line = RedLine("R1", "P1", shapely.from_wkt(left), CRS)
    everywhere = shapely.box(-1e4, -1e4, 1e4, 1e4)
    farm = layer("farmland", [shapely.from_wkt(right)], coverage=everywhere)
    made = rule("overlap", role="farmland", sliver_width_m=0.3)
    verdicts, (finding,) = judge(made, [Subject(line, project())], around([farm]))
    assert verdicts[0].status == "conflict"
    assert (finding.is_disputed, finding.is_sliver) == (True, False)
    assert finding.area_m2 == pytest.approx(area_m2, abs=1e-6)
    assert "disagreed" in finding.message.en
