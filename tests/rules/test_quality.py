"""Kind quality: what is wrong with the outline itself."""

from __future__ import annotations

import pytest
import shapely

from siting.rules.quality import area_range_m2, narrow_arms
from siting.rules.verdicts import judge

from ..tiny_city import around, place, rect, rule, subject

FIGURES = {"min_width_m": 3.0, "min_spike_angle_deg": 5.0, "min_edge_m": 0.05}


def judged(shape, **figures):
    made = rule("quality", **(figures or FIGURES))
    verdicts, findings = judge(made, [subject(shape)], around())
    return verdicts[0], {finding.feature_id: finding for finding in findings}


def test_a_square_is_clear() -> None:
    verdict, found = judged(rect(0, 0, 100, 100))
    assert (verdict.status, found) == ("clear", {})


def test_a_bowtie_is_invalid_with_its_range_of_areas() -> None:
    verdict, found = judged(place("POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))"))
    assert (verdict.status, verdict.severity) == ("conflict", "prohibited")
    # either both triangles (5,000 m²) or, by the shoelace, nothing
    assert "0.00 to 5,000.00 m²" in found["invalid"].message.en
    assert found["invalid"].geometry is None


def test_a_double_loop_may_mean_less_or_more() -> None:
    loop = place("POLYGON ((0 0, 40 0, 40 40, 10 40, 10 20, 60 20, 60 60, 0 60, 0 0))")
    lowest, highest = area_range_m2(loop)
    assert not loop.is_valid
    assert lowest < highest


def test_an_empty_outline_is_no_outline() -> None:
    assert judged(shapely.Polygon())[1].keys() == {"invalid"}


def test_a_strip_is_narrow_as_a_whole() -> None:
    verdict, found = judged(rect(0, 0, 100, 2))
    assert found.keys() == {"narrow-1"}
    assert found["narrow-1"].measure == pytest.approx(2.0, abs=0.05)
    assert (verdict.status, verdict.severity) == ("conflict", "advisory")
    assert judged(rect(0, 0, 100, 3.1))[1] == {}


def test_one_narrow_part_of_two() -> None:
    both = shapely.MultiPolygon([rect(0, 0, 100, 100), rect(200, 0, 300, 1)])
    assert judged(both)[1].keys() == {"narrow-2"}


def test_a_blunt_arm_is_found_by_its_width() -> None:
    # the planted one of the sample city: 0.4 m wide and 45 m long, with right angles at its end
    shape = shapely.union(rect(0, 0, 100, 100), rect(100, 50, 145, 50.4))
    _, found = judged(shape)
    assert found.keys() == {"arm-1"}
    assert found["arm-1"].measure == pytest.approx(0.4, abs=0.02)
    assert "45.4 m" in found["arm-1"].message.en


def test_a_notch_a_wide_arm_and_a_short_tooth_are_no_arms() -> None:
    square = rect(0, 0, 100, 100)
    assert narrow_arms(square.difference(rect(40, 0, 40.5, 60)), 3.0) == []
    assert narrow_arms(shapely.union(square, rect(100, 50, 145, 54)), 3.0) == []
    assert narrow_arms(shapely.union(square, rect(100, 50, 101.5, 51)), 3.0) == []


def test_a_bottleneck_between_two_halves_is_an_arm() -> None:
    dumb_bell = shapely.union_all([rect(0, 0, 50, 50), rect(50, 20, 70, 21), rect(70, 0, 120, 50)])
    (arm,) = narrow_arms(dumb_bell, 3.0)
    assert arm[1] == pytest.approx(21.0, abs=0.2)


def test_a_spike_is_a_sharp_corner() -> None:
    # 60 m long, 2 m at its foot: 2·atan(1/60) = 1.909°
    shape = place("POLYGON ((0 0, 100 0, 100 50, 160 51, 100 52, 100 100, 0 100, 0 0))")
    _, found = judged(shape, min_width_m=0.0, min_spike_angle_deg=5.0, min_edge_m=0.0)
    assert found.keys() == {"spike-4"}
    assert found["spike-4"].measure == pytest.approx(1.909, abs=0.001)
    assert found["spike-4"].severity == "advisory"
    assert judged(shape, min_width_m=0.0, min_spike_angle_deg=1.9, min_edge_m=0.0)[1] == {}


def test_doubled_points_are_short_edges() -> None:
    shape = place("POLYGON ((0 0, 100 0, 100 0.03, 100 100, 0 100, 0 0))")
    _, found = judged(shape)
    assert found.keys() == {"edge-2"}
    assert found["edge-2"].measure == pytest.approx(0.03, abs=1e-6)


def test_holes_are_looked_at() -> None:
    hole = place("POLYGON ((20 20, 60 20, 60 20.04, 20 60, 20 20))")
    _, found = judged(rect(0, 0, 100, 100).difference(hole))
    assert [key.split("-")[0] for key in found] == ["edge"]


def test_no_figures_no_findings() -> None:
    none = {"min_width_m": 0.0, "min_spike_angle_deg": 0.0, "min_edge_m": 0.0}
    assert judged(rect(0, 0, 100, 0.5), **none)[0].status == "clear"
