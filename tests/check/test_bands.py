"""Error bands: squares and strips whose shrunk and grown overlaps a hand can work out."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import shapely
import shapely.affinity
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.check.bands import combined_sigma_m

from ..tiny_city import check, layer, place, rect, red_line, rule

SQUARE = rect(1000, 1000, 1100, 1100)
FARM = rule("overlap", code="T", role="farmland")
STRICT = replace(FARM, has_zero_tolerance=True)
#: A layer of 0.4 m and a red line of 0.3 m: sigma is 0.5 m.
LAYER_M, LINE_M, SIGMA_M = 0.4, 0.3, 0.5


def sourced(role, shapes, accuracy_m: float | None = LAYER_M, **fields):
    plain = layer(role, shapes, **fields)
    return replace(plain, source=replace(plain.source, accuracy_m=accuracy_m))


def found(shapes, made=FARM, *, layer_m: float | None = LAYER_M, line_m: float | None = LINE_M,
          shape=SQUARE, role="farmland"):  # fmt: skip
    report = check([sourced(role, shapes, layer_m)], [red_line(shape, accuracy_m=line_m)], [made])
    return report.findings, report.verdicts[0]


def interval(finding):
    return (finding.band.area_m2_min, finding.band.area_m2_max)


def test_sigma_is_the_root_of_the_sum_of_squares() -> None:
    assert combined_sigma_m((0.3, 0.4)) == pytest.approx(0.5)
    (finding,), _ = found([rect(1090, 900, 1300, 1200)])
    assert finding.band.sigma_m == pytest.approx(SIGMA_M)


def test_an_edge_across_the_red_line_moves_by_sigma() -> None:
    # 10 m × 100 m inside; the feature's corners are far away
    (finding,), _ = found([rect(1090, 900, 1300, 1200)])
    assert finding.area_m2 == pytest.approx(1000.0)
    assert interval(finding) == pytest.approx((950.0, 1050.0), abs=1e-6)
    assert finding.band.is_certain
    assert "possible" not in finding.message.en


def test_a_square_inside_shrinks_to_sharp_and_grows_to_round_corners() -> None:
    (finding,), _ = found([rect(1040, 1040, 1060, 1060)])
    grown = 20.0**2 + 4 * 20.0 * SIGMA_M + math.pi * SIGMA_M**2
    low, high = interval(finding)
    assert low == pytest.approx(19.0**2, abs=1e-6)
    # inscribed arcs of 16 segments a quarter: 64/2 · sin(2π/64) instead of π
    assert high == pytest.approx(grown, abs=0.005 * SIGMA_M**2 * math.pi)
    assert high < grown


@pytest.mark.parametrize(("depth_m", "is_certain"), [(0.49, False), (0.51, True), (0.1, False)])
def test_a_strip_is_certain_only_when_wider_than_sigma(depth_m: float, is_certain: bool) -> None:
    (finding,), verdict = found([rect(1100 - depth_m, 900, 1300, 1200)])
    low, high = interval(finding)
    assert finding.band.is_certain is is_certain
    assert low == pytest.approx(max(0.0, depth_m - SIGMA_M) * 100, abs=1e-6)
    assert high == pytest.approx((depth_m + SIGMA_M) * 100, abs=1e-6)
    # the band words it, and no more
    assert verdict.status == "conflict"
    assert ("possible" in finding.message.en, "可能" in finding.message.zh) == (not is_certain,) * 2


def test_a_strip_under_sigma_is_named_by_its_width() -> None:
    (finding,), _ = found([rect(1099.9, 900, 1300, 1200)])
    assert "mean width 0.10 m" in finding.message.en
    assert "±0.50 m" in finding.message.zh


def test_farmland_is_never_downgraded_but_sent_to_survey() -> None:
    strip = [rect(1099.9, 900, 1300, 1200)]
    (plain,), _ = found(strip)
    (strict,), verdict = found(strip, STRICT)
    assert (verdict.status, verdict.severity) == ("conflict", "prohibited")
    assert "confirm by survey" in strict.message.en
    assert "建议实测确认" in strict.message.zh
    assert "survey" not in plain.message.en
    # deep inside there is nothing to confirm
    (deep,), _ = found([rect(1090, 900, 1300, 1200)], STRICT)
    assert "survey" not in deep.message.en


@pytest.mark.parametrize("made", [FARM, STRICT, replace(FARM, sliver_width_m=0.2)])
@pytest.mark.parametrize("depth_m", [0.1, 0.4, 5.0])
def test_bands_change_no_status_area_or_identity(made, depth_m: float) -> None:
    from siting.report import identity

    strip = [rect(1100 - depth_m, 900, 1300, 1200)]
    with_band = check([sourced("farmland", strip)], [red_line(SQUARE, accuracy_m=5.0)], [made])
    without = check([sourced("farmland", strip, None)], [red_line(SQUARE)], [made])
    assert with_band.findings[0].band is not None
    assert with_band.verdicts == without.verdicts
    assert with_band.results[0].outcome == without.results[0].outcome
    assert identity(with_band) == identity(without)


@pytest.mark.parametrize(
    ("layer_m", "line_m", "named"),
    [(None, 0.3, ["farmland"]), (0.4, None, ["R1"]), (None, None, ["farmland", "R1"])],
)
def test_an_unknown_accuracy_gives_no_band_and_says_so(layer_m, line_m, named) -> None:
    (finding,), _ = found([rect(1090, 900, 1300, 1200)], layer_m=layer_m, line_m=line_m)
    assert finding.band is None
    assert "accuracy_m" in finding.band_missing.en
    for name in ("farmland", "R1"):
        assert (name in finding.band_missing.en) is (name in named)


def test_zero_accuracy_is_a_point() -> None:
    (finding,), _ = found([rect(1099.9, 900, 1300, 1200)], layer_m=0.0, line_m=0.0)
    assert interval(finding) == (finding.area_m2, finding.area_m2)
    assert finding.band.is_certain
    assert finding.band_missing is None


@pytest.mark.parametrize("tiny_m", [1e-38, 1e-9, 5e-5])
def test_an_accuracy_finer_than_the_report_moves_no_edge(tiny_m: float) -> None:
    # found by hypothesis: GEOS shrinks a polygon by 1e-38 m to nothing
    (finding,), _ = found([rect(1000, 1000, 1003, 1003)], layer_m=tiny_m, line_m=0.0)
    assert interval(finding) == pytest.approx((9.0, 9.0), abs=1e-9)
    assert finding.band.is_certain


@pytest.mark.parametrize("sigma_m", [1e-4, 1e-3, 0.01])
def test_a_small_accuracy_still_moves_the_edge_by_itself(sigma_m: float) -> None:
    (finding,), _ = found([rect(1090, 900, 1300, 1200)], layer_m=sigma_m, line_m=0.0)
    edges = (1000.0 - 100 * sigma_m, 1000.0 + 100 * sigma_m)
    assert interval(finding) == pytest.approx(edges, abs=1e-5)


def test_a_setback_moves_its_zone() -> None:
    made = rule("setback", code="T", role="power_line", row=[{"setback_m": 15.0}])
    wire = [place("LINESTRING (1110 0, 1110 2000)")]
    (finding,), _ = found(wire, made, role="power_line")
    assert finding.area_m2 == pytest.approx(500.0)
    assert interval(finding) == pytest.approx((450.0, 550.0), abs=1e-6)
    near = [place("LINESTRING (1114.7 0, 1114.7 2000)")]
    (finding,), verdict = found(near, made, role="power_line")
    assert (verdict.status, finding.band.is_certain) == ("conflict", False)


def test_outside_a_boundary_the_boundary_moves_the_other_way() -> None:
    made = rule("inside", code="T", role="growth_boundary")
    # two halves of one boundary: their seam is no edge
    halves = [rect(0, 0, 1050, 4000), rect(1050, 0, 1090, 4000)]
    (finding,), _ = found(halves, made, role="growth_boundary")
    assert finding.area_m2 == pytest.approx(1000.0)
    assert interval(finding) == pytest.approx((950.0, 1050.0), abs=1e-6)


def test_a_rival_has_its_own_accuracy() -> None:
    lines = [
        red_line(SQUARE, accuracy_m=0.3),
        red_line(rect(1090, 900, 1300, 1200), "R2", project_id="P2", accuracy_m=0.4),
        red_line(rect(900, 900, 1010, 1200), "R3", project_id="P3"),
    ]
    report = check([], lines, [rule("rivals", code="T")])
    by_pair = {(f.red_line_id, f.feature_id): f for f in report.findings}
    assert interval(by_pair["R1", "R2"]) == pytest.approx((950.0, 1050.0), abs=1e-6)
    assert "R3" in by_pair["R1", "R3"].band_missing.en


def test_a_large_feature_is_cut_without_changing_the_band() -> None:
    # a circle of 2 km radius with 4,000 vertices, and its plain half plane beside the red line
    circle = place(shapely.Point(3090, 1050).buffer(2000.0, quad_segs=1000))
    (finding,), _ = found([circle])
    for sign, edge in zip((-1, 1), interval(finding), strict=True):
        exact = circle.buffer(sign * SIGMA_M, quad_segs=64).intersection(SQUARE).area
        assert edge == pytest.approx(exact, abs=1e-6)


SIDES = st.integers(1, 80)


@settings(max_examples=60, deadline=None)
@given(
    west=st.integers(-40, 120), south=st.integers(-40, 120), width=SIDES, height=SIDES,
    first=st.floats(0.0, 3.0), more=st.floats(0.0, 3.0), turn=st.sampled_from([0.0, 17.0, 45.0]),
)  # fmt: skip
def test_the_interval_holds_the_area_and_widens_with_sigma(
    west, south, width, height, first, more, turn
) -> None:
    box = shapely.affinity.rotate(
        shapely.box(1000 + west, 1000 + south, 1000 + west + width, 1000 + south + height), turn
    )
    shape = place(box)
    narrow, _ = found([shape], layer_m=first, line_m=0.0)
    wide, _ = found([shape], layer_m=first + more, line_m=0.0)
    assert len(narrow) == len(wide)
    for tight, loose in zip(narrow, wide, strict=True):
        low, high = interval(tight)
        assert 0.0 <= low <= tight.area_m2 <= high
        # arcs of one radius are inscribed otherwise than those of another: 0.12 % of sigma
        slack = 0.0013 * (first + more) * shape.length + 1e-6
        assert interval(loose)[0] <= low + slack
        assert interval(loose)[1] >= high - slack
