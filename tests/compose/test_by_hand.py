"""Composition tables whose every figure can be worked out on paper."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import shapely

from siting.areas import trapezoid_areas_m2
from siting.city import ComposeSpec
from siting.compose import Basic, Category, Kind, Nature, sums_of
from siting.compose import cells as cells_room
from siting.errors import ConfigError
from siting.model import Contract, Layer, LoadStatus, Refusal

from ..tiny_city import layer, place, project, rect, red_line
from .plots import Plot, by_code, composed, farmland, land_use, one


def test_two_plots_two_owners_two_villages():
    # 100 m × 100 m: 60 m of paddy (collective), 40 m of factory (state)
    plots = [
        Plot(rect(0, 0, 160, 200), "0101", "集体", "甲村"),
        Plot(rect(160, 0, 400, 200), "0601", "国有", "乙社区"),
    ]
    found = one(rect(100, 50, 200, 150), land_use(plots))
    assert by_code(found) == {"land:0101": Decimal("6000.00"), "land:0601": Decimal("4000.00")}
    assert [(row.account.village, row.account.nature) for row in found.rows] == [
        ("乙社区", Nature.STATE),
        ("甲村", Nature.COLLECTIVE),
    ]
    sums = sums_of(found.rows)
    assert (sums.total.m2, sums.total.ha, sums.total.mu) == (
        Decimal("10000.00"),
        Decimal("1.0000"),
        Decimal("15.00"),
    )
    assert (sums.farm.ha, sums.cultivated.ha, sums.paddy.ha) == (Decimal("0.6000"),) * 3
    assert (sums.construction.ha, sums.unused.ha) == (Decimal("0.4000"), Decimal("0.0000"))
    assert sums.new_construction.mu == Decimal("9.00")
    assert found.is_complete


def test_ridges_are_taken_off_ploughed_land_and_counted_as_other_farm_land():
    plots = [
        Plot(rect(0, 0, 50, 100), "0103", ridge=0.0547),
        Plot(rect(50, 0, 100, 100), "0201", ridge=0.5),  # an orchard has no 田坎 to deduct
    ]
    found = one(rect(0, 0, 100, 100), land_use(plots))
    # 5,000 m² × 0.0547 = 273.5
    assert by_code(found) == {
        "land:0103": Decimal("4726.50"),
        "ridge:1203": Decimal("273.50"),
        "land:0201": Decimal("5000.00"),
    }
    sums = sums_of(found.rows)
    assert sums.cultivated.m2 == Decimal("4726.50")
    assert sums.ridge.m2 == Decimal("273.50")
    assert sums.farm.m2 == Decimal("10000.00")
    assert sums.paddy.m2 == 0
    assert found.balance.cultivated.m2 == Decimal("4726.50")


@pytest.mark.parametrize(
    ("value", "is_bad"),
    [(5.47, True), ("5.47%", True), (-0.1, True), (1.0, True), (None, False), ("", False)],
)
def test_a_coefficient_that_is_no_share_is_told_and_not_used(value, is_bad):
    found = one(rect(0, 0, 100, 100), land_use([Plot(rect(0, 0, 200, 200), "0101", ridge=value)]))
    assert by_code(found) == {"land:0101": Decimal("10000.00")}
    assert any("0–1" in gap.zh for gap in found.gaps) is is_bad
    assert found.is_complete is not is_bad


def test_a_gap_of_the_layer_is_a_row_of_its_own():
    plots = [Plot(rect(0, 0, 40, 100), "0101"), Plot(rect(60, 0, 100, 100), "0101")]
    found = one(rect(0, 0, 100, 100), land_use(plots))
    assert by_code(found) == {"land:0101": Decimal("8000.00"), "uncovered:": Decimal("2000.00")}
    (bare,) = [row for row in found.rows if row.account.kind is Kind.UNCOVERED]
    assert (bare.category, bare.account.nature) == (Category.UNKNOWN, Nature.UNKNOWN)
    assert sums_of(found.rows).uncovered.ha == Decimal("0.2000")
    assert not found.is_complete
    assert found.balance.possible.m2 == Decimal("2000.00")


def test_nothing_under_the_red_line_is_a_table_of_bare_land():
    found = one(rect(0, 0, 100, 100), land_use([Plot(rect(500, 500, 600, 600), "0101")]))
    assert by_code(found) == {"uncovered:": Decimal("10000.00")}
    assert not found.is_complete


def test_plots_that_disagree_are_a_row_of_their_own():
    plots = [Plot(rect(0, 0, 60, 100), "0101"), Plot(rect(40, 0, 100, 100), "0601")]
    found = one(rect(0, 0, 100, 100), land_use(plots))
    assert by_code(found) == {
        "land:0101": Decimal("4000.00"),
        "land:0601": Decimal("4000.00"),
        "overlap:0101｜0601": Decimal("2000.00"),
    }
    (overlap,) = found.overlaps
    assert overlap.features == ("dltb/dltb-1", "dltb/dltb-2")
    assert overlap.area_m2 == pytest.approx(2000.0)
    assert not overlap.is_agreed
    assert not found.is_complete


def test_plots_that_agree_are_counted_once_and_told():
    plots = [Plot(rect(0, 0, 60, 100), "0101"), Plot(rect(40, 0, 100, 100), "0101")]
    found = one(rect(0, 0, 100, 100), land_use(plots))
    assert by_code(found) == {"land:0101": Decimal("10000.00")}
    assert [(each.area_m2, each.is_agreed) for each in found.overlaps] == [(2000.0, True)]
    assert any("2,000.00" in note.zh for note in found.notes)


def test_three_plots_on_each_other():
    plots = [
        Plot(rect(0, 0, 60, 100), "0101"),
        Plot(rect(40, 0, 100, 100), "0601"),
        Plot(rect(50, 0, 70, 100), "1101"),
    ]
    assert by_code(one(rect(0, 0, 100, 100), land_use(plots))) == {
        "land:0101": Decimal("4000.00"),  # 0–40
        "overlap:0101｜0601": Decimal("1000.00"),  # 40–50
        "overlap:0101｜0601｜1101": Decimal("1000.00"),  # 50–60
        "overlap:0601｜1101": Decimal("1000.00"),  # 60–70
        "land:0601": Decimal("3000.00"),  # 70–100
    }


def test_owners_that_disagree_make_the_owner_unknown_not_the_class():
    plots = [
        Plot(rect(0, 0, 60, 100), "0101", "集体"),
        Plot(rect(40, 0, 100, 100), "0101", "国有"),
    ]
    found = one(rect(0, 0, 100, 100), land_use(plots))
    assert {(row.account.ownership, row.area.m2) for row in found.rows} == {
        ("集体", Decimal("4000.00")),
        ("国有", Decimal("4000.00")),
        ("国有｜集体", Decimal("2000.00")),
    }
    assert sums_of(found.rows).ownership_unknown.m2 == Decimal("2000.00")


def test_a_hole_in_a_red_line_counts_for_nothing():
    ring = rect(0, 0, 100, 100) - rect(40, 40, 60, 60)
    found = one(
        ring, land_use([Plot(rect(0, 0, 50, 100), "0101"), Plot(rect(50, 0, 100, 100), "0601")])
    )
    assert by_code(found) == {"land:0101": Decimal("4800.00"), "land:0601": Decimal("4800.00")}


def test_a_red_line_of_two_parts_and_a_plot_with_a_hole():
    parts = shapely.union(rect(0, 0, 10, 100), rect(50, 0, 60, 100))
    lake = Plot(rect(2, 2, 8, 8), "1104")
    field = Plot(rect(0, 0, 100, 100) - lake.shape, "0101")
    found = one(parts, land_use([field, lake]))
    assert by_code(found) == {"land:0101": Decimal("1964.00"), "land:1104": Decimal("36.00")}


def test_a_code_that_the_book_does_not_list_is_a_row_and_a_gap():
    plots = [Plot(rect(0, 0, 50, 100), "9999"), Plot(rect(50, 0, 100, 100), "101")]
    found = one(rect(0, 0, 100, 100), land_use(plots))
    assert by_code(found) == {
        "unknown_class:101": Decimal("5000.00"),
        "unknown_class:9999": Decimal("5000.00"),
    }
    assert sums_of(found.rows).unknown.ha == Decimal("1.0000")
    assert any("101, 9999" in gap.zh for gap in found.gaps)


def test_codes_of_two_schemes_do_not_get_mixed_up():
    # 1001 is a railway in the survey and a factory in the plan's scheme; 0602 a mine and farm land
    outline = rect(0, 0, 100, 100)
    survey = one(outline, land_use([Plot(outline, "0602")]))
    plan = one(outline, land_use([Plot(outline, "0602")], code_system="ydyh2023"))
    assert sums_of(survey.rows).construction.ha == 1
    assert sums_of(plan.rows).farm.ha == 1


@pytest.mark.parametrize("name", ["", "sandio"])
def test_a_code_system_is_never_guessed(name):
    with pytest.raises(ConfigError, match="code system") as raised:
        one(rect(0, 0, 10, 10), land_use([Plot(rect(0, 0, 10, 10), "0101")], code_system=name))
    assert raised.value.next_step


def test_without_a_land_use_layer_there_is_an_error_and_no_table():
    with pytest.raises(ConfigError, match="no layer with role land_use"):
        composed([red_line(rect(0, 0, 10, 10))], farmland())


def test_a_land_use_layer_that_failed_leaves_bare_land_and_a_gap():
    broken = land_use([Plot(rect(0, 0, 100, 100), "0101")], problem="torn in two")
    found = one(rect(0, 0, 100, 100), broken)
    assert by_code(found) == {"uncovered:": Decimal("10000.00")}
    assert any("torn in two" in gap.zh for gap in found.gaps)
    assert not found.is_complete


def test_a_layer_whose_coverage_ends_within_the_red_line_is_a_gap():
    plots = land_use([Plot(rect(0, 0, 100, 100), "0601")], coverage=rect(0, 0, 90, 100))
    found = one(rect(0, 0, 100, 100), plots)
    assert any("1,000.0 m²" in gap.zh for gap in found.gaps)
    assert not found.is_complete


def test_a_missing_ownership_column_is_a_gap_and_no_owner():
    full = land_use([Plot(rect(0, 0, 100, 100), "0601")])
    assert full.frame is not None
    bare = replace(full, frame=full.frame.drop(columns=["QSXZ"]))
    found = one(rect(0, 0, 100, 100), bare)
    assert any("QSXZ" in gap.zh for gap in found.gaps)
    assert found.rows[0].account.nature is Nature.UNKNOWN


def test_basic_farmland_is_told_apart_within_a_plot():
    plots = land_use([Plot(rect(0, 0, 100, 100), "0101", ridge=0.1)])
    found = one(rect(0, 0, 100, 100), plots, farmland(rect(0, 0, 30, 100), rect(20, 0, 40, 100)))
    areas = {(row.account.code, row.account.basic): row.area.m2 for row in found.rows}
    # the union of both farmland features: 40 m; overlapping farmland is no disagreement
    assert areas == {
        ("0101", Basic.IN): Decimal("3600.00"),
        ("1203", Basic.IN): Decimal("400.00"),
        ("0101", Basic.OUT): Decimal("5400.00"),
        ("1203", Basic.OUT): Decimal("600.00"),
    }
    assert found.overlaps == ()


def test_without_a_farmland_layer_nobody_says_that_land_is_outside_of_it():
    lines = [red_line(rect(0, 0, 100, 100))]
    found = composed(lines, land_use([Plot(rect(0, 0, 100, 100), "0101")])).compositions[0]
    assert [row.account.basic for row in found.rows] == [Basic.UNKNOWN]
    assert any("farmland" in gap.zh for gap in found.gaps)
    broken = farmland(problem="torn")
    found = one(rect(0, 0, 100, 100), land_use([Plot(rect(0, 0, 100, 100), "0101")]), broken)
    assert [row.account.basic for row in found.rows] == [Basic.UNKNOWN]


def test_villages_and_owners_from_layers_of_their_own():
    plots = land_use([Plot(rect(0, 0, 100, 100), "0101", "", "")])
    villages = layer("village", [rect(0, 0, 30, 100), rect(30, 0, 90, 100)])
    assert villages.frame is not None
    villages.frame["feature_name"] = ["东村", "西村"]
    owners = layer(
        "ownership",
        [rect(0, 0, 100, 50), rect(0, 50, 100, 100)],
        columns={"ownership": ["20", "30"]},
    )
    found = one(rect(0, 0, 100, 100), plots, villages, owners)
    areas = {(row.account.village, row.account.nature): row.area.m2 for row in found.rows}
    assert areas == {
        ("东村", Nature.STATE): Decimal("1500.00"),
        ("东村", Nature.COLLECTIVE): Decimal("1500.00"),
        ("西村", Nature.STATE): Decimal("3000.00"),
        ("西村", Nature.COLLECTIVE): Decimal("3000.00"),
        ("", Nature.STATE): Decimal("500.00"),  # 10 m that no village covers
        ("", Nature.COLLECTIVE): Decimal("500.00"),
    }


def test_a_village_layer_that_failed_leaves_it_to_the_column_and_says_so():
    villages = layer("village", [rect(0, 0, 100, 100)], problem="torn")
    found = one(rect(0, 0, 100, 100), land_use([Plot(rect(0, 0, 100, 100), "0101")]), villages)
    assert [row.account.village for row in found.rows] == ["甲村"]
    assert any("torn" in gap.zh for gap in found.gaps)


def test_an_invalid_red_line_has_no_table():
    bowtie = place("POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))")
    found = one(bowtie, land_use([Plot(rect(0, 0, 100, 100), "0101")]))
    assert found.rows == ()
    assert not found.is_complete
    assert found.gaps


def test_grades_of_cultivated_land():
    plots = land_use(
        [Plot(rect(0, 0, 50, 100), "0101"), Plot(rect(50, 0, 80, 100), "0103"),
         Plot(rect(80, 0, 100, 100), "0601")],
        columns={"GDDB": ["5", "7", "9"]},
    )  # fmt: skip
    found = one(rect(0, 0, 100, 100), plots, spec=ComposeSpec(quality_column="GDDB"))
    grades = {grade: area.m2 for grade, area in found.balance.by_grade}
    assert grades == {"5": Decimal("5000.00"), "7": Decimal("3000.00")}


def test_the_ledger_is_contradicted_aloud():
    lines = [red_line(rect(0, 0, 100, 100))]
    plots = land_use([Plot(rect(0, 0, 100, 100), "0101")])
    says_no = project(new_construction_land=False)
    found = composed(lines, plots, farmland(), projects=[says_no]).compositions[0]
    assert any("台账" in note.zh for note in found.notes)


def test_red_lines_on_each_other_are_told():
    lines = [red_line(rect(0, 0, 100, 100), "A"), red_line(rect(90, 0, 200, 100), "B")]
    made = composed(lines, land_use([Plot(rect(0, 0, 300, 300), "0101")]), farmland())
    assert any("1,000.00" in note.zh for note in made.notes)
    assert [each.red_line_id for each in made.compositions] == ["A", "B"]


def test_slivers_stay_rows_but_cast_no_doubt():
    # 2 mm between two plots: 0.2 m²
    plots = land_use([Plot(rect(0, 0, 50, 100), "0101"), Plot(rect(50.002, 0, 100, 100), "0101")])
    found = one(rect(0, 0, 100, 100), plots)
    assert by_code(found) == {"land:0101": Decimal("9999.80"), "uncovered:": Decimal("0.20")}
    assert found.is_complete
    strict = one(rect(0, 0, 100, 100), plots, spec=ComposeSpec(sliver_m2=0.1))
    assert not strict.is_complete


def test_an_area_that_geos_gets_wrong_is_not_composed_wrong():
    # shapely #1871: GEOS gives 15,851 m² for an overlap of about 0
    local = shapely.from_wkt("POLYGON ((446 -207, 315 -75.99999999999999, 557 -76, 446 -207))")
    plot = shapely.from_wkt("POLYGON ((184 -207, 315 -76, 446 -207, 315 -338, 184 -207))")
    covering = cells_room.Covering.of("land_use", shapely_array(plot), ["p"])
    (cell,) = cells_room.cells_of(local, [covering])
    assert cell.members == ((),)
    assert cell.geometry.area == pytest.approx(local.area)


def shapely_array(*shapes):
    return np.array(shapes, dtype=object)


def test_a_cut_that_does_not_close_is_no_table(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cells_room, "CLOSE_M2", -1.0)
    found = one(rect(0, 0, 100, 100), land_use([Plot(rect(0, 0, 50, 100), "0101")]))
    assert found.rows == ()
    assert any("不闭合" in gap.zh for gap in found.gaps)
    assert not found.is_complete


def test_a_lost_piece_is_noticed(monkeypatch: pytest.MonkeyPatch):
    """The checks behind the table: an overlay that loses a piece cannot become a row short."""

    def lossy(left, right, pairs):
        return np.array([shapely.Polygon()] * len(pairs), dtype=object)

    monkeypatch.setattr(cells_room, "overlap_geometries", lossy)
    # the float overlay is lost, the grid overlay stands in
    found = one(rect(0, 0, 100, 100), land_use([Plot(rect(0, 0, 50, 100), "0101")]))
    assert by_code(found) == {"land:0101": Decimal("5000.00"), "uncovered:": Decimal("5000.00")}
    monkeypatch.setattr(cells_room, "GRIDS_M", (None,))
    assert one(rect(0, 0, 100, 100), land_use([Plot(rect(0, 0, 50, 100), "0101")])).rows == ()


def test_ellipsoidal_rows_make_up_the_ellipsoidal_red_line():
    plots = land_use(
        [Plot(rect(0, 0, 61, 100), "0101", ridge=0.03), Plot(rect(61, 0, 100, 100), "0601")]
    )
    found = one(rect(0, 0, 100, 100), plots, area_of_record="ellipsoidal")
    total = sum((row.area.m2 for row in found.rows), Decimal(0))
    assert total == found.total.m2 == round(Decimal(found.ellipsoidal_m2), 2)
    assert found.planar_m2 == pytest.approx(10_000.0)
    assert abs(found.ellipsoidal_m2 - found.planar_m2) > 0.5  # 100 km off the meridian


def test_a_piece_given_to_the_wrong_plot_is_noticed(monkeypatch: pytest.MonkeyPatch):
    """The shares of the plots are held against their witnessed areas, not only their sum."""
    true_shares = cells_room.overlap_geometries

    def swapped(left, right, pairs):
        return true_shares(left, right, pairs)[::-1]

    monkeypatch.setattr(cells_room, "overlap_geometries", swapped)
    plots = [Plot(rect(0, 0, 30, 100), "0101"), Plot(rect(30, 0, 100, 100), "0601")]
    found = one(rect(0, 0, 100, 100), land_use(plots))
    assert by_code(found) == {"land:0101": Decimal("3000.00"), "land:0601": Decimal("7000.00")}
    monkeypatch.setattr(cells_room, "GRIDS_M", (None,))
    assert one(rect(0, 0, 100, 100), land_use(plots)).rows == ()


def test_noise_is_left_out_of_the_rows_but_not_of_the_total():
    # 10.00054 m × 10 m = 100.0054 m², of which 0.08 mm × 10 m = 0.0008 m² are bare
    found = one(rect(0, 0, 10.00054, 10), land_use([Plot(rect(0, 0, 10.00046, 10), "0601")]))
    assert by_code(found) == {"land:0601": Decimal("100.01")}
    assert found.total.m2 == Decimal("100.01")
    assert found.residue_m2 == pytest.approx(0.0008, abs=1e-7)


def test_the_official_trapezoids_as_area_of_record():
    outline = rect(0, 0, 1000, 3000)
    plots = [Plot(rect(0, 0, 333, 3000), "0101"), Plot(rect(333, 0, 1000, 3000), "0601")]
    found = one(outline, land_use(plots), area_of_record="ellipsoidal_trapezoid")
    (official,) = trapezoid_areas_m2([outline], "EPSG:4547")
    assert found.total.m2 == round(Decimal(float(official)), 2)
    assert sum((row.area.m2 for row in found.rows), Decimal(0)) == found.total.m2
    shares = [float(row.area.m2) / float(official) for row in found.rows]
    assert sorted(shares) == pytest.approx([0.333, 0.667], abs=1e-4)


def short(full: Layer) -> Layer:
    """Return a layer that lost one row on loading."""
    lost = Contract(LoadStatus.SHORT, 2, 1, refusals=(Refusal(2, "x", "bowtie"),))
    return replace(full, contract=lost)


def test_a_layer_short_of_rows_is_composed_and_told():
    found = one(rect(0, 0, 100, 100), short(land_use([Plot(rect(0, 0, 100, 100), "0601")])))
    assert by_code(found) == {"land:0601": Decimal("10000.00")}
    assert any("1 行" in gap.zh for gap in found.gaps)
    assert not found.is_complete


def test_farmland_that_lost_a_row_is_known_inside_and_unknown_outside():
    plots = land_use([Plot(rect(0, 0, 100, 100), "0101")])
    found = one(rect(0, 0, 100, 100), plots, short(farmland(rect(0, 0, 30, 100))))
    areas = {row.account.basic: row.area.m2 for row in found.rows}
    assert areas == {Basic.IN: Decimal("3000.00"), Basic.UNKNOWN: Decimal("7000.00")}


def test_farmland_whose_coverage_ends_leaves_the_rest_unknown():
    plots = land_use([Plot(rect(0, 0, 100, 100), "0101")])
    fields = farmland(rect(0, 0, 30, 100), coverage=rect(0, 0, 50, 100))
    found = one(rect(0, 0, 100, 100), plots, fields)
    areas = {row.account.basic: row.area.m2 for row in found.rows}
    assert areas == {Basic.IN: Decimal("3000.00"), Basic.UNKNOWN: Decimal("7000.00")}
    assert any("5,000.0 m²" in gap.zh for gap in found.gaps)
