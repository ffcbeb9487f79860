"""Whatever the plots are, the composition table adds up exactly to the red line."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from siting.compose import Composition, Kind, grouped, sums_of
from siting.overlay import exact_overlap_area_m2

from ..compose.plots import Plot, farmland, land_use, one
from ..tiny_city import place
from .shapes import polygons

CODES = ("0101", "0103", "0201", "0404", "0601", "1101", "1203", "9999")
OWNERS = ("国有", "集体", "20", "?", "")
VILLAGES = ("甲村", "乙村", "")
SIDE_M = 900
#: A table is dear: 50 cases among the tests, 200 in CI.
SOME = settings(max_examples=max(50, settings.default.max_examples // 10))


@st.composite
def attributes(draw: st.DrawFn) -> tuple[str, str, str, float]:
    return (
        draw(st.sampled_from(CODES)),
        draw(st.sampled_from(OWNERS)),
        draw(st.sampled_from(VILLAGES)),
        draw(st.sampled_from([0.0, 0.0312, 0.1, 0.25])),
    )


@st.composite
def tilings(draw: st.DrawFn) -> list[Plot]:
    """Rectangles between random cuts, in random order: no gap and no overlap."""
    cuts = st.lists(st.integers(1, SIDE_M * 1000 - 1), max_size=4, unique=True)
    east, north = (
        [0, *sorted(draw(cuts)), SIDE_M * 1000],
        [0, *sorted(draw(cuts)), SIDE_M * 1000],
    )
    boxes = [
        place(shapely.box(x0 / 1000, y0 / 1000, x1 / 1000, y1 / 1000))
        for x0, x1 in itertools.pairwise(east)
        for y0, y1 in itertools.pairwise(north)
    ]
    return [Plot(box, *draw(attributes())) for box in draw(st.permutations(boxes))]


@st.composite
def voronois(draw: st.DrawFn) -> list[Plot]:
    """The cells of GEOS's own Voronoi diagram: an independent partition."""
    corner = st.tuples(st.integers(0, SIDE_M * 10), st.integers(0, SIDE_M * 10))
    points = [
        (x / 10, y / 10) for x, y in draw(st.lists(corner, min_size=2, max_size=9, unique=True))
    ]
    frame = shapely.box(-2000, -2000, 3000, 3000)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame))
    return [Plot(place(cell), *draw(attributes())) for cell in cells]


@st.composite
def heaps(draw: st.DrawFn) -> list[Plot]:
    """Plots that overlap each other and leave gaps."""
    shapes = draw(st.lists(polygons(), min_size=1, max_size=5))
    return [Plot(shape, *draw(attributes())) for shape in shapes]


def assert_closes(found: Composition, outline: BaseGeometry) -> None:
    assert found.rows, found.gaps
    exact_m2 = float(exact_overlap_area_m2(outline, outline) or 0.0)
    sums = sums_of(found.rows)
    # the area of the red line from an engine of its own (rational arithmetic)
    hundredths = Fraction(exact_m2) * 100
    assert abs(Fraction(found.total.m2) * 100 - hundredths) <= Fraction(51, 100)
    for unit in ("m2", "ha", "mu"):
        whole = sum((getattr(row.area, unit) for row in found.rows), Decimal(0))
        assert whole == getattr(found.total, unit) == getattr(sums.total, unit)
        parts = [sums.farm, sums.construction, sums.unused, sums.sea, sums.unknown, sums.uncovered]
        assert sum((getattr(part, unit) for part in parts), Decimal(0)) == whole
        owners = [sums.state, sums.collective, sums.ownership_unknown]
        assert sum((getattr(part, unit) for part in owners), Decimal(0)) == whole
        for by in ("village", "ownership", "class", "category"):
            lines = [sums_of(rows).total for _, rows in grouped(found.rows, by)]
            assert sum((getattr(line, unit) for line in lines), Decimal(0)) == whole
    assert abs(math.fsum(row.record_m2 for row in found.rows) - exact_m2) < 0.005
    for row in found.rows:
        assert abs(Fraction(row.area.m2) - Fraction(row.record_m2)) < Fraction(1, 100)
        assert abs(Fraction(row.area.ha) - Fraction(row.record_m2) / 10_000) < Fraction(1, 10_000)
        assert abs(Fraction(row.area.mu) - Fraction(row.record_m2) * 15 / 10_000) < Fraction(1, 100)


PLOUGHED = {"0101", "0103"}


def assert_land_by_code(found: Composition, plots: Sequence[Plot], outline: BaseGeometry) -> None:
    """Plots that do not overlap, by the exact oracle: land net of 田坎, and the 田坎."""
    land: dict[str, float] = {}
    ridges = 0.0
    for plot in plots:
        area = exact_overlap_area_m2(outline, plot.shape) or 0.0
        ridge = area * plot.ridge if plot.code in PLOUGHED else 0.0
        land[plot.code] = land.get(plot.code, 0.0) + area - ridge
        ridges += ridge
    shown: dict[str, float] = {}
    for row in found.rows:
        key = "ridge" if row.account.kind is Kind.RIDGE else row.account.code
        shown[key] = shown.get(key, 0.0) + row.record_m2
    for key, area in (land | {"ridge": ridges}).items():
        assert abs(shown.get(key, 0.0) - area) < 0.01


@SOME
@given(tilings(), polygons())
def test_a_tiling_of_rectangles_adds_up(plots: list[Plot], outline: BaseGeometry) -> None:
    found = one(outline, land_use(plots))
    assert_closes(found, outline)
    assert_land_by_code(found, plots, outline)
    assert not found.overlaps


@SOME
@given(voronois(), polygons())
def test_a_voronoi_partition_adds_up(plots: list[Plot], outline: BaseGeometry) -> None:
    found = one(outline, land_use(plots))
    assert_closes(found, outline)
    assert_land_by_code(found, plots, outline)
    assert sums_of(found.rows).uncovered.m2 <= Decimal("0.01")


@SOME
@given(heaps(), polygons(), polygons())
def test_gaps_and_overlaps_add_up_too(
    plots: list[Plot], outline: BaseGeometry, field: BaseGeometry
) -> None:
    found = one(outline, land_use(plots), farmland(field))
    assert_closes(found, outline)
    union = shapely.union_all(np.array([plot.shape for plot in plots], dtype=object))
    bare_m2 = shapely.area(shapely.difference(outline, union))
    assert abs(float(sums_of(found.rows).uncovered.m2) - bare_m2) < 0.02
    basic_m2 = exact_overlap_area_m2(outline, field) or 0.0
    assert abs(float(sums_of(found.rows).basic_farmland.m2) - basic_m2) < 0.05


@SOME
@given(heaps(), polygons(), st.randoms(use_true_random=False))
def test_the_order_of_plots_and_layers_is_no_matter(
    plots: list[Plot], outline: BaseGeometry, random: object
) -> None:
    ids = [f"T{number}" for number in range(len(plots))]
    order = list(range(len(plots)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = one(outline, land_use(plots, ids=ids))
    mixed = one(outline, land_use([plots[at] for at in order], ids=[ids[at] for at in order]))
    assert straight.rows == mixed.rows
    assert straight.overlaps == mixed.overlaps
    half = len(plots) // 2
    if half:
        first = land_use(plots[:half], ids=ids[:half], name="a")
        second = land_use(plots[half:], ids=ids[half:], name="b")
        assert one(outline, first, second).rows == one(outline, second, first).rows


@SOME
@given(tilings(), polygons())
def test_ellipsoidal_tables_add_up_as_well(plots: list[Plot], outline: BaseGeometry) -> None:
    found = one(outline, land_use(plots), area_of_record="ellipsoidal")
    assert found.rows, found.gaps
    assert sum((row.area.m2 for row in found.rows), Decimal(0)) == found.total.m2
    assert abs(found.residue_m2) < 0.004
