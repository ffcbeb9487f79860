"""What the writer writes, the reader reads: every variant, exact at the stated precision."""

from __future__ import annotations

import functools
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
import shapely.affinity
from shapely.geometry.base import BaseGeometry

from siting.city import RedLineSpec
from siting.crs import ellipsoidal_areas_m2
from siting.load import TextWays, read_red_lines
from siting.model import RedLine
from siting.save import TxtVariant, write_red_line_txt

CRS = "EPSG:4547"
ENCODINGS = ("gb18030", "gbk", "utf-8", "utf-8-sig")
VARIANTS = [
    TxtVariant(*form, decimals, has_prefix=has_prefix, restarts_numbers=restarts, is_closed=closed)
    for form, decimals, has_prefix, (restarts, closed) in itertools.product(
        [(7, 8), (10, 10), (0, 13)], [3, 4], [False, True], [(False, True), (True, False)]
    )
]
SMALL, LARGE = 8, 10_000


def star(dice: np.random.Generator, centre: tuple[float, float], reach_m: float) -> np.ndarray:
    """Return a simple ring around a centre: corners by rising angle, to the millimetre."""
    count = int(dice.integers(4, 12))
    angles = (np.arange(count) + dice.uniform(0.1, 0.9, count)) * 2 * np.pi / count
    radii = dice.uniform(0.6, 1.0, count) * reach_m
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None] + centre
    return ring.round(3)


def random_plot(dice: np.random.Generator) -> BaseGeometry:
    """Return one to three parts, each with none to three holes that do not meet."""
    east, north = dice.uniform(380_000, 620_000), dice.uniform(2_450_000, 2_700_000)
    parts = []
    for part in range(int(dice.integers(1, 4))):
        reach_m = float(dice.uniform(60, 600))
        centre = (east + part * 2_000, north)
        shell = star(dice, centre, reach_m)
        # a circle of 0.2 × reach lies within every star of at least four corners
        spots = [(0.1, 0.0), (-0.05, 0.087), (-0.05, -0.087)][: int(dice.integers(0, 4))]
        holes = [
            star(dice, (centre[0] + x * reach_m, centre[1] + y * reach_m), 0.08 * reach_m)
            for x, y in spots
        ]
        parts.append(shapely.Polygon(shell, holes))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


@functools.lru_cache(maxsize=2)
def plots(count: int, seed: int) -> list[RedLine]:
    dice = np.random.default_rng(seed)
    shapes = []
    while len(shapes) < count:
        shape = random_plot(dice)
        if shape.is_valid:
            shapes.append(shape)
    return [RedLine(f"P-{n:05d}", "P", shape, CRS) for n, shape in enumerate(shapes, 1)]


def assert_round_trip(
    folder: Path, lines: list[RedLine], variant: TxtVariant, encoding: str
) -> None:
    """Write and read; every coordinate must come back as the same float."""
    path = folder / "a.txt"
    names = {line.id: "甲地块" for line in lines}
    write_red_line_txt(path, lines, crs=CRS, names=names, encoding=encoding, variant=variant)
    declared = "" if variant.header_keys or variant.has_prefix else CRS
    back, refused = read_red_lines(RedLineSpec(path, crs=declared), working_crs=CRS)
    assert refused == ()
    assert [line.id for line in back] == [line.id for line in lines]
    for one, other in zip(lines, back, strict=True):
        assert shapely.normalize(one.geometry) == shapely.normalize(other.geometry)
        assert other.declared_area_m2 == pytest.approx(one.geometry.area, abs=0.5 + 1e-6)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_each_variant_and_encoding(tmp_path: Path, variant: TxtVariant, encoding: str) -> None:
    assert_round_trip(tmp_path, plots(SMALL, seed=7), variant, encoding)


@pytest.mark.campaign
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_ten_thousand_plots(tmp_path: Path, variant: TxtVariant, encoding: str) -> None:
    assert_round_trip(tmp_path, plots(LARGE, seed=20261121), variant, encoding)


def test_standard_form_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    lines = plots(SMALL, seed=3)
    write_red_line_txt(path, lines, crs=CRS, names={})
    strict = TextWays(is_strict=True)
    back, _ = read_red_lines(RedLineSpec(path), working_crs=CRS, ways=strict)
    assert len(back) == SMALL


def test_invalid_outlines_come_back_as_they_were(tmp_path: Path) -> None:
    bowtie = shapely.Polygon([(400_000, 2_500_000), (400_100, 2_500_100), (400_100, 2_500_000),
                              (400_000, 2_500_100)])  # fmt: skip
    pinched = shapely.Polygon([(400_000, 2_500_000), (400_100, 2_500_000), (400_100, 2_500_100),
                               (400_000, 2_500_000), (399_900, 2_500_100),
                               (399_900, 2_500_000)])  # fmt: skip
    for shape in (bowtie, pinched):
        path = tmp_path / "a.txt"
        write_red_line_txt(path, [RedLine("P", "P", shape, CRS)], crs=CRS, names={})
        (back,), _ = read_red_lines(RedLineSpec(path), working_crs=CRS)
        found = shapely.get_coordinates(back.geometry)
        assert {tuple(pair) for pair in found} == {tuple(p) for p in shapely.get_coordinates(shape)}
        assert len(found) == len(shapely.get_coordinates(shape))


def test_coarser_precision_is_exact_at_that_precision(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    lines = plots(SMALL, seed=5)
    variant = TxtVariant(decimals=1)
    write_red_line_txt(path, lines, crs=CRS, names={}, variant=variant)
    back, _ = read_red_lines(RedLineSpec(path), working_crs=CRS)
    for one, other in zip(lines, back, strict=True):
        rounded = shapely.transform(one.geometry, np.vectorize(lambda value: round(value, 1)))
        assert shapely.normalize(rounded) == shapely.normalize(other.geometry)


@pytest.mark.parametrize("crs", ["EPSG:4526", "EPSG:4547"])
@pytest.mark.parametrize("has_prefix", [None, False, True])
def test_prefix_on_and_off(tmp_path: Path, crs: str, has_prefix: bool | None) -> None:
    offset = 38_000_000 if crs == "EPSG:4526" else 0
    ring = [(400_000.001, 2_500_000), (400_100.002, 2_500_000), (400_100, 2_500_100.003)]
    shape = shapely.Polygon([(east + offset, north) for east, north in ring])
    path = tmp_path / "a.txt"
    variant = TxtVariant(has_prefix=has_prefix)
    write_red_line_txt(path, [RedLine("P", "P", shape, crs)], crs=crs, names={}, variant=variant)
    (back,), _ = read_red_lines(RedLineSpec(path), working_crs=CRS)
    expected = {tuple(map(float, pair)) for pair in ring}
    assert {tuple(pair) for pair in shapely.get_coordinates(back.geometry)} == expected


def test_degrees(tmp_path: Path) -> None:
    shape = shapely.Polygon([(113.2, 23.1), (113.21, 23.1), (113.21, 23.11)])
    path = tmp_path / "a.txt"
    write_red_line_txt(path, [RedLine("P", "P", shape, "EPSG:4490")], crs="EPSG:4490", names={})
    (back,), _ = read_red_lines(RedLineSpec(path), working_crs="EPSG:4490")
    assert shapely.normalize(back.geometry) == shapely.normalize(shape)
    # half of 1024.6 m by 1107.6 m, stated to 1 m²
    assert back.declared_area_m2 == pytest.approx(1024.6 * 1107.6 / 2, rel=1e-3)


#: Nodes and weights of the seven-point rule on a triangle (exact to degree 5; Dunavant 1985).
INNER, OUTER = (0.05971587178976982, 0.47014206410511505), (0.7974269853530873, 0.10128650732345633)
NODES = np.array(
    [[1 / 3] * 3, *[np.roll([a, b, b], k) for a, b in (INNER, OUTER) for k in range(3)]]
)
WEIGHTS = np.array([0.225, *[0.13239415278850619] * 3, *[0.12593918054482713] * 3])


def integrated_area_m2(shape: BaseGeometry) -> float:
    """Return the ellipsoidal area without any geodesic: the projection's areal scale, integrated.

    Signed triangles from the first corner; the scale is smooth, so they may lie anywhere.
    """
    plane = pyproj.Proj(CRS)
    total = 0.0
    for part in shapely.get_parts(shape):
        for number, ring in enumerate(shapely.get_rings(part)):
            corners = shapely.get_coordinates(ring)
            first, area = corners[0], 0.0
            for one, other in itertools.pairwise(corners[1:-1]):
                nodes = NODES @ np.array([first, one, other])
                longitudes, latitudes = plane(nodes[:, 0], nodes[:, 1], inverse=True)
                scale = np.asarray(plane.get_factors(longitudes, latitudes).areal_scale)
                (a, b), (c, d) = one - first, other - first
                area += (a * d - b * c) / 2 * float(WEIGHTS @ (1 / scale))
            total += abs(area) if number == 0 else -abs(area)
    return total


def densified_area_m2(shape: BaseGeometry) -> float:
    """Return the geodesic area by pyproj's Geod with edges cut to 5 m, hole by hole."""
    cgcs2000 = pyproj.Geod(a=6378137.0, rf=298.257222101)
    move = pyproj.Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    total = 0.0
    for part in shapely.get_parts(shape):
        for number, ring in enumerate(shapely.get_rings(part)):
            pairs = shapely.get_coordinates(shapely.segmentize(ring, 5.0))
            area, _ = cgcs2000.polygon_area_perimeter(*move.transform(pairs[:, 0], pairs[:, 1]))
            total += abs(area) if number == 0 else -abs(area)
    return total


#: What the sum of Geod itself leaves undecided, whatever the size of the plot.
GEOD_NOISE_M2 = 3e-4


@pytest.mark.parametrize("scale", [1, 10])
def test_area_equals_an_independent_geodesic(tmp_path: Path, scale: int) -> None:
    path = tmp_path / "a.txt"
    lines = [
        replace(line, geometry=shapely.set_precision(grown, 0.001, mode="pointwise"))
        for line in plots(40, seed=11)
        for grown in [shapely.affinity.scale(line.geometry, scale, scale)]
    ]
    write_red_line_txt(path, lines, crs=CRS, names={})
    back, _ = read_red_lines(RedLineSpec(path), working_crs=CRS)
    areas = ellipsoidal_areas_m2([line.geometry for line in back], CRS)
    for line, area_m2 in zip(back, areas, strict=True):
        tolerance_m2 = 1e-4 * area_m2 / 1e6 + GEOD_NOISE_M2
        assert abs(area_m2 - integrated_area_m2(line.geometry)) <= tolerance_m2
        # the reference itself has an edge's arc of 5 m and its own noise
        assert abs(area_m2 - densified_area_m2(line.geometry)) <= 10 * tolerance_m2
