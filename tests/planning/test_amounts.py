"""What sites use up of the indicators: by hand, and as their composition tables have it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from siting import api
from siting.city import City, ComposeSpec
from siting.compose import Book, Category, compose, read_book
from siting.errors import ConfigError
from siting.model import Atlas, Contract, Layer, LoadStatus
from siting.planning import amounts as room
from siting.planning.amounts import LandAmounts, amounts_of

from ..compose.plots import Plot, farmland, land_use
from ..tiny_city import AS_OF, atlas, city, layer, place, rect, red_line

SITE = rect(0, 0, 100, 100)


@pytest.fixture(scope="module")
def book() -> Book:
    return read_book("cn")


def town(**fields: object) -> City:
    return city(compose=ComposeSpec(), **fields)


def amounts(book: Book, *shapes: BaseGeometry, layers: list[Layer]) -> LandAmounts:
    return amounts_of(shapes, atlas(layers, []), town(), book)


def triple(found: LandAmounts, at: int = 0) -> tuple[float, float, float]:
    """Return new construction, farmland and unknown, to the hundredth of a m²."""
    columns = (found.new_construction_m2, found.farmland_m2, found.unknown_m2)
    return tuple(round(float(column[at]), 2) for column in columns)  # type: ignore[return-value]


def test_farm_and_unused_land_are_new_construction_land_and_construction_land_is_not(book):
    plots = [
        Plot(rect(0, 0, 50, 100), "0101", ridge=0.1),  # paddy; 田坎 are farm land too
        Plot(rect(50, 0, 70, 100), "1101"),  # a river: unused land
        Plot(rect(70, 0, 100, 100), "0601"),  # a factory
    ]
    found = amounts(book, SITE, rect(60, 0, 90, 10), layers=[land_use(plots)])
    assert triple(found) == (7000.0, 5000.0, 0.0)
    assert triple(found, 1) == (100.0, 0.0, 0.0)
    assert found.notes == ()


def test_land_of_no_plot_counts_in_full(book):
    found = amounts(book, SITE, layers=[land_use([Plot(rect(0, 0, 60, 100), "0601")])])
    assert triple(found) == (4000.0, 4000.0, 4000.0)
    (note,) = found.notes
    assert "1 outline(s) have land of unknown current use" in note.get("en")


def test_a_class_that_the_book_does_not_list_counts_in_full_and_is_named(book):
    plots = [Plot(rect(0, 0, 60, 100), "0601"), Plot(rect(60, 0, 100, 100), "9999")]
    found = amounts(book, SITE, layers=[land_use(plots)])
    assert triple(found) == (4000.0, 4000.0, 4000.0)
    assert any("9999" in note.get("zh") for note in found.notes)


def test_plots_that_disagree_count_in_full_and_once(book):
    plots = [Plot(rect(0, 0, 60, 100), "0601"), Plot(rect(50, 0, 100, 100), "0201")]
    found = amounts(book, SITE, layers=[land_use(plots)])
    # 10 m are both a factory and an orchard, 40 m an orchard
    assert triple(found) == (5000.0, 5000.0, 1000.0)


def test_plots_that_agree_count_once(book):
    plots = [Plot(rect(0, 0, 60, 100), "0201"), Plot(rect(50, 0, 100, 100), "0201")]
    assert triple(amounts(book, SITE, layers=[land_use(plots)])) == (10000.0, 10000.0, 0.0)


def test_an_overlap_and_a_gap_of_one_size_do_not_cancel_out(book):
    plots = [Plot(rect(0, 0, 50, 100), "0601"), Plot(rect(40, 0, 90, 100), "0601")]
    # the plots' areas add up to the site's, and yet 10 m are bare
    assert triple(amounts(book, SITE, layers=[land_use(plots)])) == (1000.0, 1000.0, 1000.0)


def test_the_same_outline_is_measured_once_and_told_each_time(book):
    plots = land_use([Plot(rect(0, 0, 150, 100), "0301")])
    found = amounts(book, SITE, rect(100, 0, 150, 100), SITE, layers=[plots])
    assert found.farmland_m2.tolist() == [10000.0, 5000.0, 10000.0]


def test_no_sites_no_amounts(book):
    found = amounts(book, layers=[land_use([Plot(SITE, "0301")])])
    assert [len(found.farmland_m2), len(found.unknown_m2), found.notes] == [0, 0, ()]


@pytest.mark.parametrize(
    "layers", [[], [farmland()], [layer("land_use", [], problem="file is gone")]]
)
def test_without_a_usable_layer_all_land_is_unknown_and_told(book, layers):
    found = amounts(book, SITE, layers=layers)
    assert triple(found) == (10000.0, 10000.0, 10000.0)
    assert len(found.notes) == 2
    assert "land_use" in found.notes[0].get("en")


def test_what_a_short_layer_lost_counts_in_full(book):
    short = replace(
        land_use([Plot(rect(0, 0, 60, 100), "0601")]),
        contract=Contract(LoadStatus.SHORT, 2, 1),
    )
    found = amounts(book, SITE, layers=[short])
    assert triple(found) == (4000.0, 4000.0, 4000.0)
    assert any("is short of" in note.get("en") for note in found.notes)


def test_sites_beyond_the_declared_coverage_are_told(book):
    plots = land_use([Plot(rect(0, 0, 100, 100), "0601")], coverage=rect(0, 0, 90, 100))
    (note,) = amounts(book, SITE, rect(0, 0, 50, 50), layers=[plots]).notes
    assert "1 outline(s) leave the declared coverage" in note.get("en")


def test_of_an_invalid_outline_the_whole_hull_is_unknown(book):
    bowtie = place("POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))")
    found = amounts(book, bowtie, SITE, layers=[land_use([Plot(SITE, "0601")])])
    assert triple(found) == (10000.0, 10000.0, 10000.0)
    assert triple(found, 1) == (0.0, 0.0, 0.0)
    assert any("1 outline(s) are invalid" in note.get("en") for note in found.notes)


def test_what_cannot_be_composed_is_unknown(book, monkeypatch):
    def torn(*_: object) -> None:
        raise room.NotClosedError(3.0)

    monkeypatch.setattr(room, "cells_of", torn)
    plots = [Plot(rect(0, 0, 60, 100), "0601"), Plot(rect(50, 0, 100, 100), "0601")]
    found = amounts(book, SITE, layers=[land_use(plots)])
    assert triple(found) == (10000.0, 10000.0, 10000.0)
    assert any("1 could not be composed" in note.get("en") for note in found.notes)


@pytest.mark.parametrize("fields", [{"code_system": ""}, {"columns": {"DLBM": None}}])
def test_a_layer_whose_classes_cannot_be_told_is_an_error(book, fields):
    plots = land_use([Plot(SITE, "0601")], **fields)
    spec = ComposeSpec(class_column="KIND") if "columns" in fields else ComposeSpec()
    with pytest.raises(ConfigError):
        amounts_of([SITE], atlas([plots], []), city(compose=spec), book)


def test_a_book_that_counts_ridges_elsewhere_is_followed(book):
    # 1203 as construction land: then a tenth of the field is none of the two
    other = book.systems["sandiao"]
    ridge = replace(other.classes["1203"], group=book.groups["construction"])
    system = replace(other, classes={**other.classes, "1203": ridge})
    changed = replace(book, systems={**book.systems, "sandiao": system})
    plots = [Plot(SITE, "0103", ridge=0.1)]
    assert triple(amounts(changed, SITE, layers=[land_use(plots)])) == (9000.0, 9000.0, 0.0)


# ------------------------------------------------------------------ as composition tables have it


def by_table(
    shapes: list[BaseGeometry], where: Atlas, town: City, book: Book
) -> list[tuple[float, float, float]]:
    """Return the three figures of each outline's composition table."""
    lines = [red_line(shape, f"R{row:04}") for row, shape in enumerate(shapes)]
    made = compose(where, book, city=town, as_of=AS_OF, red_lines=lines)
    found = []
    for each in made.compositions:
        farm, unused, unknown = (
            math.fsum(row.record_m2 for row in each.rows if row.category is category)
            for category in (Category.FARM, Category.UNUSED, Category.UNKNOWN)
        )
        found.append((farm + unused + unknown, farm + unknown, unknown))
    return found


def stacked(found: LandAmounts) -> np.ndarray:
    return np.stack([found.new_construction_m2, found.farmland_m2, found.unknown_m2], axis=1)


@pytest.mark.parametrize("record", ["planar", "ellipsoidal", "ellipsoidal_trapezoid"])
@pytest.mark.parametrize("has_overlaps", [False, True])
def test_random_plots_as_composed(book, record, has_overlaps):
    dice = np.random.default_rng(len(record) + has_overlaps)
    codes = ("0101", "0103", "0301", "0601", "1101", "9999", "1001")
    plots = [
        Plot(_cell(dice, row, column, has_overlaps), str(dice.choice(codes)), ridge=0.07)
        for row in range(8)
        for column in range(8)
        if dice.random() < 0.9
    ]
    shapes = [_outline(dice) for _ in range(15)]
    where, here = atlas([land_use(plots), farmland()], []), town(area_of_record=record)
    found = stacked(amounts_of(shapes, where, here, book))
    np.testing.assert_allclose(found, by_table(shapes, where, here, book), rtol=0.0, atol=0.01)


def _cell(dice: np.random.Generator, row: int, column: int, has_overlaps: bool) -> BaseGeometry:
    more = float(dice.choice([0.0, 0.0, 0.004, 3.0])) if has_overlaps else 0.0
    west, south = 50 * column, 50 * row
    return rect(west - more, south, west + 50, south + 50 + more)


def _outline(dice: np.random.Generator) -> BaseGeometry:
    turns = np.sort(dice.uniform(0, 2 * np.pi, 8))
    points = np.stack([np.cos(turns), np.sin(turns)], axis=1) * dice.uniform(20, 120, 8)[:, None]
    shape = shapely.Polygon(points + dice.uniform(50, 350, 2))
    shape = shape if shape.is_valid else shapely.convex_hull(shape)
    if dice.random() < 0.3:
        shape = shape.union(shapely.box(500, 0, 560, 30))  # where no plot lies
    if dice.random() < 0.3:
        hole = shape.representative_point().buffer(4.0)
        shape = shape.difference(hole)
    return place(shape)


def test_outlines_in_the_sample_city_as_composed(book):
    study = api.load(api.sample_folder())
    lines = [line.geometry for line in study.atlas.red_lines if line.geometry.is_valid]
    shapes = [line for line in lines if shapely.get_dimensions(line) == 2][::3]
    found = amounts_of(shapes, study.atlas, study.city, book)
    wanted = by_table(shapes, study.atlas, study.city, book)
    np.testing.assert_allclose(stacked(found), wanted, rtol=0.0, atol=0.01)
    assert found.farmland_m2.max() > 1000.0
