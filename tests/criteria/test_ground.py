"""Measures of the ground: planes, steps and cones by hand, plain sampling, what is not known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from siting.crs import transform_geometries
from siting.model import ArrayPixels, Grid

from ..tiny_city import CRS, SIDE_M, place, rect
from ..tiny_ground import SOUTH, WEST, elevation_model, middles, on_grid, ramp
from .sites import attempt, measure, setting, sites

KINDS = ("slope", "relief", "earthwork")
#: A site of one hectare well inside the models.
SITE = rect(400, 3000, 500, 3100)


def value(kind: str, layers, *shapes, **table) -> np.ndarray:
    found = measure(kind, **table).of(sites(*(shapes or (SITE,))), setting(layers), None)
    return found.values


def step(height_m: float, *, at_m: float) -> np.ndarray:
    """Level ground, higher by so much east of a local easting."""
    return np.where(middles()[0] > at_m, height_m, 0.0)


# ------------------------------------------------------------------ by hand
def test_a_plane_has_its_slope():
    dem = elevation_model(ramp(12.0))
    assert value("slope", [dem])[0] == pytest.approx(12.0, rel=1e-5)
    assert measure("slope").unit == "%"
    assert measure("slope").phrase(12.04).zh == "平均坡度 12.0%"


def test_a_plane_that_falls_to_the_south_west_has_both_its_slopes():
    easting, northing = middles()
    dem = elevation_model(0.09 * easting + 0.12 * northing)
    # 9 % and 12 % at right angles: 15 %
    assert value("slope", [dem])[0] == pytest.approx(15.0, rel=1e-4)


def test_a_cone_is_as_steep_everywhere_but_at_its_top():
    easting, northing = middles()
    dem = elevation_model(200 - 0.2 * np.hypot(easting - 800, northing - 3200))
    ring = place(
        shapely.Point(800, 3200).buffer(500).difference(shapely.Point(800, 3200).buffer(150))
    )
    assert value("slope", [dem], ring)[0] == pytest.approx(20.0, rel=2e-3)


def test_relief_and_earthwork_of_a_step_by_hand():
    # a quarter of the site is 6 m higher: the mean is 1.5 m; 0.75 × 1.5 + 0.25 × 4.5 = 2.25 m3/m2
    site = rect(400, 3000, 480, 3080)
    dem = elevation_model(step(6.0, at_m=460))
    assert value("relief", [dem], site)[0] == pytest.approx(6.0)
    assert value("earthwork", [dem], site)[0] == pytest.approx(2.25)


def test_half_of_the_earthwork_is_cut():
    heights = np.random.default_rng(3).normal(20, 4, (200, 200)).astype(np.float32)
    found = value("earthwork", [elevation_model(heights)], SITE)[0]
    # the site is 10 × 10 whole cells: columns 40-49, rows 90-99 from the north (4000 - 3100)
    cells = heights[90:100, 40:50].astype(float)
    cut = np.maximum(cells - cells.mean(), 0).mean()
    fill = np.maximum(cells.mean() - cells, 0).mean()
    assert cut == pytest.approx(fill)
    assert found == pytest.approx(cut + fill, rel=1e-6)


def test_earthwork_says_that_it_is_a_proxy():
    found = measure("earthwork").of(sites(SITE), setting([elevation_model(ramp(2))]), None)
    assert any("proxy" in note.get("en") for note in found.notes)
    assert "half" in measure("earthwork").phrase(0.8).get("en")


def test_the_steep_share_by_hand():
    # flat up to 450 m, then 30 %: Horn's slope is 15 % in column 44, 30 % from column 45 on
    dem = elevation_model(ramp(30.0, from_m=445.0))
    assert value("steep_share", [dem], limit_percent=20.0)[0] == pytest.approx(0.5)
    assert value("steep_share", [dem], limit_percent=10.0)[0] == pytest.approx(0.6)
    assert value("steep_share", [dem], limit_percent=31.0)[0] == 0.0


# ------------------------------------------------------------------ percent and degrees
def test_percent_are_not_degrees_a_worked_check():
    # 1.5 m up over 10 m of ground is 15 %, which is 8.53 degrees; 15 degrees would be 26.8 %
    dem = elevation_model(1.5 * middles()[0] / 10)
    percent = value("slope", [dem])[0]
    assert percent == pytest.approx(15.0, rel=1e-5)
    assert np.degrees(np.arctan(percent / 100)) == pytest.approx(8.531, abs=1e-3)
    assert value("steep_share", [dem], limit_percent=14.9)[0] == pytest.approx(1.0)
    assert value("steep_share", [dem], limit_deg=8.5)[0] == pytest.approx(1.0)
    assert value("steep_share", [dem], limit_deg=8.6)[0] == 0.0
    assert value("steep_share", [dem], limit_deg=14.9)[0] == 0.0
    assert measure("steep_share", limit_deg=45).limit_percent == pytest.approx(100.0)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"limit_percent": 15, "limit_deg": 8.5},
        {"limit_percent": 0},
        {"limit_percent": -3},
        {"limit_percent": float("nan")},
        {"limit_deg": 90},
        {"limit_percent": 15, "least_known": 0},
        {"limit_percent": 15, "least_known": 99},
        {"limit_percent": 15, "limt_deg": 3},
    ],
)
def test_wrong_parameters_are_told(table):
    made, problems = attempt("steep_share", **table)
    assert made is None
    assert problems


# ------------------------------------------------------------------ what is not known
def holed(count: int) -> np.ndarray:
    """Level ground with so many unknown cells in the site's north-western corner."""
    heights = np.zeros((200, 200))
    heights[90, 40 : 40 + count] = np.nan
    return heights


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_ground_is_never_flat(kind):
    found = measure(kind).of(sites(SITE), setting([elevation_model(holed(2))]), None)
    assert np.isnan(found.values[0])
    assert "%" in found.reasons[0].get("en")
    # the same ground with all its heights is flat
    assert value(kind, [elevation_model(holed(0))])[0] == 0.0


def test_up_to_one_percent_may_be_unknown():
    assert value("relief", [elevation_model(holed(1))])[0] == 0.0
    assert np.isnan(value("relief", [elevation_model(holed(2))])[0])
    assert value("relief", [elevation_model(holed(2))], least_known=0.97)[0] == 0.0


def test_the_reason_says_how_much_is_unknown():
    found = measure("relief").of(sites(SITE), setting([elevation_model(holed(7))]), None)
    assert found.reasons[0].get("en").startswith("7.00%")
    assert found.reasons[0].zh.startswith("场地有 7.00%")


def test_beside_the_model_and_at_its_rim_nothing_is_known():
    dem = elevation_model(ramp(3.0, size=60))  # local 0-600 east, 3400-4000 north
    beside, half = rect(800, 3000, 900, 3100), rect(550, 3500, 650, 3600)
    rim = rect(0, 3990, 100, 4000)
    assert np.isnan(value("slope", [dem], beside, half, rim)).all()
    # the rim has heights, but no slope
    assert value("relief", [dem], rim)[0] == pytest.approx(0.03 * 90)


@given(st.integers(0, 99), st.floats(0.3, 1.0))
def test_a_figure_needs_the_share_that_is_asked_for(unknown, least):
    heights = np.full((200, 200), 7.0)
    block = np.full(100, 7.0)
    block[:unknown] = np.nan
    heights[90:100, 40:50] = block.reshape(10, 10)
    found = value("relief", [elevation_model(heights)], least_known=least)[0]
    known = (100 - unknown) / 100
    if abs(known - least) > 1e-6:
        assert np.isnan(found) == (known < least)


def test_without_a_model_there_is_nothing_to_measure_with():
    broken = elevation_model(ramp(3), problem="cut short")
    for kind in KINDS:
        assert measure(kind).of(sites(SITE), setting([]), None) is None
        assert measure(kind).of(sites(SITE), setting([broken]), None) is None
    assert "dem" in measure("slope").needs.get("en")


def test_no_sites_are_measured_too():
    dem = elevation_model(ramp(3))
    for kind in KINDS:
        found = measure(kind).of(sites(), setting([dem]), None)
        assert len(found.values) == 0
        assert measure(kind).of(sites(), setting([]), None) is None


# ------------------------------------------------------------------ several models, other CRS
def test_the_first_model_that_knows_a_site_speaks_for_it():
    # the first covers the west only; a site across its edge is measured on the second alone
    west = elevation_model(ramp(5.0, size=60), name="fine")
    whole = elevation_model(ramp(8.0) + 500.0, name="coarse")
    inside, across, beyond = (
        rect(200, 3500, 300, 3600), rect(550, 3500, 650, 3600), rect(900, 3500, 1000, 3600),
    )  # fmt: skip
    models = [west, whole]
    assert value("slope", models, inside, across, beyond) == pytest.approx([5, 8, 8], rel=1e-4)
    # never a difference between two models: 500 m apart
    assert value("relief", models, across)[0] == pytest.approx(0.08 * 90, rel=1e-4)
    assert value("slope", [whole, west], inside)[0] == pytest.approx(8.0, rel=1e-4)


def test_a_failed_model_is_passed_over():
    broken = elevation_model(ramp(5), name="fine", problem="cut short")
    assert value("slope", [broken, elevation_model(ramp(8))])[0] == pytest.approx(8, rel=1e-4)


def test_a_model_in_degrees_measures_in_metres():
    # 0.3 arc seconds around the middle of the town; 20 % to the east by the tables of GRS 80
    centre = shapely.Point(WEST + 2000, SOUTH + 2000)
    there = transform_geometries(np.array([centre], dtype=object), CRS, "EPSG:4490")[0]
    step_deg = 0.3 / 3600
    grid = Grid(
        there.x - 100 * step_deg, there.y + 100 * step_deg, step_deg, step_deg, 200, 200,
        is_geographic=True, crs="EPSG:4490",
    )  # fmt: skip
    metres = grid.widths_m()[100] * np.arange(200.0)
    dem = on_grid(grid, np.tile(0.2 * metres, (200, 1)))
    site = rect(1900, 1900, 2100, 2100)
    assert value("slope", [dem], site)[0] == pytest.approx(20.0, rel=1e-3)
    # the town's grid is turned a little against the meridian, hence the tolerance
    assert value("relief", [dem], site)[0] == pytest.approx(0.2 * 200, rel=0.06)
    assert not np.isnan(value("earthwork", [dem], site)[0])


# ------------------------------------------------------------------ an independent engine
def horn(heights: np.ndarray, cell_m: float) -> np.ndarray:
    """Horn's formula as printed (1981), cell by cell, in double precision."""
    rows, columns = heights.shape
    slopes = np.full(heights.shape, np.nan)
    for row in range(1, rows - 1):
        for column in range(1, columns - 1):
            a, b, c, d, _, f, g, h, i = heights[row - 1 : row + 2, column - 1 : column + 2].ravel()
            east = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * cell_m)
            south = ((g + 2 * h + i) - (a + 2 * b + c)) / (8 * cell_m)
            slopes[row, column] = 100 * np.hypot(east, south)
    return slopes


def sampled(surface: np.ndarray, shape, *, points: int = 80, cell_m: float = 10.0):
    """The values of a surface under points on a fine lattice within a shape."""
    local = shapely.transform(shape, lambda xy: xy - np.array([WEST, SOUTH + SIDE_M]))
    west, south, east, north = local.bounds
    fine = cell_m / points
    easting, northing = np.meshgrid(
        np.arange(west + fine / 2, east, fine), np.arange(south + fine / 2, north, fine)
    )
    inside = shapely.contains_xy(local, easting, northing)
    column, row = easting[inside] // cell_m, -northing[inside] // cell_m
    return surface[row.astype(int), column.astype(int)]


def test_rough_ground_is_what_plain_sampling_finds():
    rng = np.random.default_rng(8)
    heights = np.cumsum(rng.normal(0, 1.2, (60, 60)), axis=1) + rng.normal(0, 1, (60, 60))
    heights = heights.astype(np.float32)
    dem, slopes = elevation_model(heights), horn(heights.astype(float), 10.0)
    shapes = [
        place(shapely.affinity.rotate(shapely.box(x, y, x + w, y + h), turn))
        for x, y, w, h, turn in zip(
            rng.uniform(60, 400, 12), rng.uniform(3500, 3800, 12), rng.uniform(15, 110, 12),
            rng.uniform(15, 110, 12), rng.uniform(0, 90, 12), strict=True,
        )
    ]  # fmt: skip
    means = value("slope", [dem], *shapes)
    steep = value("steep_share", [dem], *shapes, limit_percent=15.0)
    moved = value("earthwork", [dem], *shapes)
    relief = value("relief", [dem], *shapes)
    for at, shape in enumerate(shapes):
        under, ground = sampled(slopes, shape), sampled(heights.astype(float), shape)
        assert means[at] == pytest.approx(under.mean(), rel=4e-3)
        assert steep[at] == pytest.approx((under > 15).mean(), abs=6e-3)
        assert moved[at] == pytest.approx(np.abs(ground - ground.mean()).mean(), rel=6e-3)
        # sampling may miss the tip of a corner in a cell of its own
        assert relief[at] >= np.ptp(ground) - 1e-5


def test_figures_do_not_depend_on_the_other_sites():
    rng = np.random.default_rng(2)
    dem = elevation_model(rng.normal(0, 3, (200, 200)))
    shapes = [rect(x, 3000 - x, x + 90, 3070 - x) for x in range(150, 1700, 97)]
    for kind in KINDS:
        together = value(kind, [dem], *shapes)
        alone = [value(kind, [dem], shape)[0] for shape in shapes]
        np.testing.assert_array_equal(np.round(together, 4), np.round(alone, 4))


def test_only_the_rows_under_the_sites_are_read():
    read: list[tuple[int, int]] = []

    class Watched(ArrayPixels):
        def read(self, first_row, rows):
            read.append((first_row, rows))
            return super().read(first_row, rows)

    dem = elevation_model(ramp(3.0))
    watched = replace(dem, pixels=Watched(dem.pixels.grid, dem.pixels.values))
    value("relief", [watched], rect(400, 3000, 500, 3100), rect(400, 3200, 500, 3230))
    assert read == [(77, 3), (90, 10)]
