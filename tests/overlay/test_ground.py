"""A layer's rows as the right side of ``pair_areas``: the pairs of its shapes, to the last bit."""

from __future__ import annotations

import typing

import geopandas as gpd
import numpy as np
import pytest
import shapely

from siting.model import Arrays, Features, FrameFeatures, RingArrays
from siting.overlay import Ground, Pairs, Witness, pair_areas, prepared
from siting.overlay.kernel import engine, layout, measure
from siting.overlay.kernel.boxes import index_of

from . import adversarial

#: West of everything that `adversarial` makes, so that it meets one red line only.
CORNER = shapely.box(300_000, 2_400_000, 300_010, 2_400_010)
COLLECTION = shapely.GeometryCollection([shapely.Point(0, 0), CORNER])
WITNESSES = typing.get_args(Witness)


class Rows(FrameFeatures):
    """Rows that know their rings, as kept ones do, and count what they are asked for."""

    def __init__(self, shapes: np.ndarray) -> None:
        super().__init__(gpd.GeoDataFrame({"feature_id": range(len(shapes))}, geometry=shapes))
        self.built: list[int] = []
        self.made: list[tuple[str, str]] = []
        self.kept: dict[tuple[str, str], Arrays] = {}

    def rings(self) -> RingArrays | None:
        shapes = np.asarray(self.frame().geometry.array, dtype=object)
        if (shapely.get_type_id(shapes) == 7).any():
            return None
        made = layout.rings_of(shapes)
        return RingArrays(made.xy, made.ring_vertices, made.part_rings, made.feature_parts)

    def derived(self, kind: str, recipe: str, make: typing.Callable[[], Arrays]) -> Arrays:
        if (kind, recipe) not in self.kept:
            self.made.append((kind, recipe))
            self.kept[kind, recipe] = {name: each.copy() for name, each in make().items()}
            for array in self.kept[kind, recipe].values():
                array.flags.writeable = False
        return self.kept[kind, recipe]

    def shapes_at(self, positions: np.ndarray) -> np.ndarray:
        assert (np.diff(positions) > 0).all()
        self.built.extend(positions.tolist())
        return super().shapes_at(positions)


def same(one: Pairs, other: Pairs) -> None:
    assert len(one)
    for name in ("left", "right", "area_m2", "bound_m2", "is_disputed"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine.dtype == theirs.dtype, name
        assert np.array_equal(mine, theirs), name


@pytest.fixture(scope="module")
def sides() -> tuple[np.ndarray, np.ndarray]:
    kinds, left, right = zip(*adversarial.pairs(60, seed=5), strict=True)
    del kinds
    holed = shapely.difference(CORNER, shapely.buffer(CORNER, -2))
    double = shapely.MultiPolygon([holed, shapely.transform(CORNER, lambda xy: xy + 20.0)])
    red = np.array([*left, shapely.buffer(CORNER, 25)], dtype=object)
    round_one = shapely.buffer(CORNER, 30, quad_segs=64)  # large enough for a grid
    return red, np.array([holed, *right, double, round_one, CORNER], dtype=object)


@pytest.mark.parametrize("witness", WITNESSES)
@pytest.mark.parametrize("is_bulk", [True, False])
def test_a_ground_gives_the_pairs_of_its_shapes(sides, witness, is_bulk, monkeypatch):
    red, shapes = sides
    wanted = pair_areas(red, shapes, witness=witness)
    monkeypatch.setattr(measure, "is_bulk", lambda *_: is_bulk)
    for ground in (Ground(Rows(shapes)), Ground(FrameFeatures(Rows(shapes).frame()))):
        assert len(ground) == len(shapes)
        same(wanted, pair_areas(red, ground, witness=witness))
        same(wanted, pair_areas(prepared(red), ground, witness=witness))


@pytest.mark.parametrize("is_bulk", [True, False])
def test_some_pairs_of_a_ground_are_those_of_its_shapes(sides, is_bulk, monkeypatch):
    monkeypatch.setattr(measure, "is_bulk", lambda *_: is_bulk)
    red, shapes = sides
    every = pair_areas(red, shapes)
    at = every.left[::2], every.right[::2]
    same(pair_areas(red, shapes, at=at), pair_areas(red, Ground(Rows(shapes)), at=at))


def test_in_bulk_no_object_is_built_but_for_the_witnesses(sides, monkeypatch):
    monkeypatch.setattr(measure, "is_bulk", lambda *_: True)
    red, shapes = sides
    rows = Rows(shapes)
    pairs = pair_areas(red, Ground(rows), witness="none")
    assert len(pairs)
    assert rows.built == []
    heard = pair_areas(red, Ground(rows), witness="doubtful")
    assert len(heard)
    assert 0 < len(rows.built) < len(shapes)


def test_what_is_laid_out_is_what_objects_give_and_is_made_once(sides, monkeypatch):
    monkeypatch.setattr(measure, "is_bulk", lambda *_: True)
    red, shapes = sides
    rows = Rows(shapes)
    for _ in range(2):
        pair_areas(red, Ground(rows), witness="none")
    assert len(rows.made) == 1
    made, index = Ground(rows).compiled()
    assert (made.part_grid >= 0).any()
    wanted = engine.prepare(layout.rings_of(shapes))
    for name, array in wanted._asdict().items():
        assert np.array_equal(array, getattr(made, name), equal_nan=True), name
    for one, other in zip(index_of(wanted.boxes), index, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("is_bulk", [True, False])
def test_rows_that_are_no_rings_are_measured_all_the_same(sides, is_bulk, monkeypatch):
    monkeypatch.setattr(measure, "is_bulk", lambda *_: is_bulk)
    red, shapes = sides
    mixed = np.concatenate([shapes, np.array([COLLECTION, shapely.Point(1, 1)], dtype=object)])
    rows = Rows(mixed)
    pairs = pair_areas(red, Ground(rows))
    same(pair_areas(red, mixed), pairs)
    # the collection's polygon: 10 m × 10 m within the last red line
    at = np.flatnonzero(pairs.right == len(shapes))
    assert pairs.left[at].tolist() == [len(red) - 1]
    assert pairs.area_m2[at] == pytest.approx([100.0], abs=1e-6)
    assert rows.made == []


@pytest.mark.parametrize(
    ("red_lines", "rows", "is_loaded", "wanted"),
    [
        (99, 1_000, True, False),  # too few to lay a layer out for
        (100, 100_000, True, True),
        (100, 100_001, True, False),  # too many rows that nobody asks about
        (10_000, 1_000_000, True, True),
        (100, 1_000, False, False),  # not worth loading machine code
        (10_000, 1_000_000, False, True),
    ],
)
def test_what_is_bulk(red_lines, rows, is_loaded, wanted, monkeypatch):
    monkeypatch.setattr(measure, "may_compile", lambda: True)
    monkeypatch.setattr(measure, "is_warm", lambda: True)
    monkeypatch.setattr(measure, "_ENGINE", "sys" if is_loaded else "siting.no_module")
    assert measure.is_bulk(red_lines, rows) is wanted
    monkeypatch.setattr(measure, "may_compile", lambda: False)
    assert not measure.is_bulk(red_lines, rows)


def test_features_that_are_not_kept_make_what_is_derived_each_time():
    features: Features = FrameFeatures(gpd.GeoDataFrame(geometry=[CORNER]))
    assert features.rings() is None
    made = [features.derived("layout", "x", lambda: {"a": np.array([1])}) for _ in range(2)]
    assert made[0] is not made[1]


@pytest.mark.parametrize("is_bulk", [True, False])
def test_nothing_near_and_nothing_at_all(sides, is_bulk, monkeypatch):
    monkeypatch.setattr(measure, "is_bulk", lambda *_: is_bulk)
    red, shapes = sides
    far = np.array([None, shapely.Polygon(), shapely.box(-9e6, 0, -8e6, 1)], dtype=object)
    nothing = shapes[:0]
    for left, right in ((far, shapes), (far[:2], shapes), (nothing, shapes), (red, nothing)):
        assert len(pair_areas(left, Ground(Rows(right)), witness="all")) == 0
