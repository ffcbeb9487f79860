"""Kind setback by hand geometry: distances from the drawn structure."""

from __future__ import annotations

import math

import pytest
import shapely

from siting.errors import SitingError
from siting.rules.verdicts import judge

from ..tiny_city import around, layer, place, rect, rule, subject

SQUARE = rect(1000, 1000, 1100, 1100)
ROWS = [
    {"setback_m": 5.0, "when": {"kv": [1, 10]}},
    {"setback_m": 15.0, "when": {"kv": [110, 220]}},
]


def wire(gap_m: float, kv: object = 110, **fields):
    line = place(f"LINESTRING ({1100 + gap_m} 500, {1100 + gap_m} 1500)")
    return layer("power_line", [line], columns={"kv": [kv]}, **fields)


def judged(layers, *, shape=SQUARE, **table):
    made = rule("setback", role="power_line", row=table.pop("row", ROWS), **table)
    verdicts, findings = judge(made, [subject(shape)], around(layers))
    return verdicts[0], findings


def test_nearer_than_the_row_says_is_a_conflict() -> None:
    verdict, (finding,) = judged([wire(9)])
    assert verdict.status == "conflict"
    assert (finding.measure, finding.unit, finding.limit) == (pytest.approx(9.0), "m", 15.0)
    # the strip of 6 m by 100 m that lies within 15 m of the wire
    assert finding.area_m2 == pytest.approx(600.0, abs=1e-6)
    assert finding.geometry.equals(rect(1094, 1000, 1100, 1100))
    assert verdict.area_m2 == pytest.approx(600.0, abs=1e-6)
    assert not finding.is_sliver


@pytest.mark.parametrize(
    ("gap_m", "kv", "status"),
    [(14.99, 110, "conflict"), (15.0, 110, "near"), (24.99, 220, "near"), (25.01, 110, "clear"),
     (4.99, 10, "conflict"), (5.0, 10, "near"), (15.01, 10, "clear"), (16, "110", "near")],
)  # fmt: skip
def test_the_row_decides(gap_m: float, kv: object, status: str) -> None:
    verdict, _ = judged([wire(gap_m, kv)], near_m=10.0)
    assert verdict.status == status


def test_near_is_counted_from_the_zone() -> None:
    verdict, _ = judged([wire(18)], near_m=10.0)
    assert verdict.distance_m == pytest.approx(3.0)


@pytest.mark.parametrize("kv", ["", None, math.nan, "110 kV", 35, True])
def test_a_structure_that_fits_no_row_is_a_gap(kv: object) -> None:
    verdict, findings = judged([wire(9, kv)])
    assert (verdict.status, findings) == ("not_checked", ())
    assert "fits no row" in verdict.gaps[0].en


def test_a_structure_that_fits_no_row_matters_only_within_reach() -> None:
    assert judged([wire(15.5, "")])[0].status == "clear"


def test_without_the_column_nothing_is_known() -> None:
    line = place("LINESTRING (1109 500, 1109 1500)")
    assert judged([layer("power_line", [line])])[0].status == "not_checked"


def test_a_row_without_conditions_takes_the_rest() -> None:
    rows = [*ROWS, {"setback_m": 20.0}]
    verdict, (finding,) = judged([wire(19, 750)], row=rows)
    assert (verdict.status, finding.limit) == ("conflict", 20.0)


def test_values_as_words_and_first_fitting_row() -> None:
    rows = [
        {"setback_m": 12.0, "when": {"kind": ["fast"], "place": ["town"]}},
        {"setback_m": 20.0, "when": {"kind": ["fast"]}},
    ]
    line = place("LINESTRING (1115 500, 1115 1500)")
    for where, status in (("town", "clear"), ("hills", "conflict")):
        rail = layer("power_line", [line], columns={"kind": ["fast"], "place": [where]})
        assert judged([rail], row=rows)[0].status == status


def test_the_offset_from_the_drawn_line_is_added() -> None:
    rows = [{"setback_m": 15.0, "offset_m": 6.0, "when": {"kv": [110, 220]}}]
    verdict, (finding,) = judged([wire(20)], row=rows)
    assert (verdict.status, finding.limit) == ("conflict", 21.0)


def test_centre_lines_where_the_law_counts_from_an_edge_are_noted() -> None:
    verdict, _ = judged([wire(9)], origin="edge", origin_text="边导线")
    assert "边导线" in verdict.notes[0].zh
    assert "centre lines" in verdict.notes[0].en
    with_offset = [{"setback_m": 15.0, "offset_m": 0.0, "when": {"kv": [110, 220]}}]
    assert judged([wire(9)], row=with_offset)[0].notes == ()
    assert judged([wire(9)], origin="centre_line")[0].notes == ()
    structure = layer("power_line", [rect(1109, 500, 1120, 1500)], columns={"kv": [110]})
    assert judged([structure])[0].notes == ()


def test_the_reach_is_the_largest_setback_with_offset_and_near() -> None:
    rows = [*ROWS, {"setback_m": 15.0, "offset_m": 3.0}]
    assert rule("setback", role="power_line", row=rows, near_m=10.0).reach_m == 28.0


def test_a_reach_that_leaves_the_coverage_is_not_checked() -> None:
    short = rect(0, 0, 1110, 4000)
    far = wire(1000, coverage=short)
    verdict, _ = judged([far])
    assert verdict.status == "not_checked"
    assert "grown by 15 m" in verdict.gaps[0].en
    just = wire(1000, coverage=rect(0, 0, 1115.5, 4000))
    assert judged([just])[0].status == "clear"


@pytest.mark.parametrize("row", [[], [{"setback_m": -1.0}], [{"when": {"kv": [1, 2]}}]])
def test_a_table_without_figures_is_refused(row: list[dict[str, object]]) -> None:
    with pytest.raises(SitingError):
        rule("setback", role="power_line", row=row)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_unit_in_the_last_place_decides(steps: int) -> None:
    # the wire stands exactly 15 m off, or one unit in the last place (2^-34 m) of its easting
    easting = shapely.bounds(SQUARE)[2] + 15.0
    moved = easting + steps * math.ulp(easting)
    ends = shapely.get_coordinates(place("LINESTRING (0 500, 0 1500)"))
    line = shapely.LineString([(moved, ends[0, 1]), (moved, ends[1, 1])])
    power = layer("power_line", [line], columns={"kv": [110]})
    verdict, _ = judged([power], near_m=10.0)
    assert verdict.status == ("conflict" if steps < 0 else "near")


def test_where_geos_differs_the_finding_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = shapely.distance
    monkeypatch.setattr(
        "siting.overlay.distances.shapely.distance", lambda left, right: real(left, right) + 0.01
    )
    _, (finding,) = judged([wire(9)])
    assert (finding.measure, finding.is_disputed) == (9.0, True)
