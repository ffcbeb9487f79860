"""What is kept of a layer for the kernel: the same pairs with it, without it, and damaged."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import shapely

from siting.features import StoredFeatures
from siting.load import Shelf
from siting.load.child import Reader
from siting.load.holdings import clear, holdings
from siting.model import Layer, RingArrays
from siting.overlay import Ground, Pairs, ground, pair_areas
from siting.overlay.kernel import layout, measure
from siting.store import Store

from .place import Place
from .town import EAST, NORTH


@pytest.fixture
def town(tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Every question is one of bulk work."""
    monkeypatch.setattr(measure, "is_bulk", lambda *_: True)
    return Place(tmp_path, reader)


@pytest.fixture(scope="module")
def red_lines() -> np.ndarray:
    dice = np.random.default_rng(3)
    corners = dice.uniform(0, 5_000, (120, 2)) + np.array([EAST, NORTH])
    lines = shapely.box(*corners.T, *(corners + dice.uniform(50, 400, corners.shape)).T)
    return np.array([shapely.affinity.rotate(line, 30) for line in lines], dtype=object)


def layouts_of(town: Place) -> list[Path]:
    return sorted(town.root.glob("layout/*.entry"))


def measured(red_lines: np.ndarray, layer: Layer) -> Pairs:
    assert layer.features is not None
    return pair_areas(red_lines, Ground(layer.features), witness="doubtful")


def same(one: Pairs, other: Pairs) -> None:
    assert len(one) > 50
    for name in ("left", "right", "area_m2", "bound_m2", "is_disputed"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_the_pairs_are_those_of_the_shapes_first_and_later(town, red_lines, monkeypatch):
    plain = town.plain()
    wanted = pair_areas(red_lines, np.asarray(plain.frame.geometry), witness="doubtful")
    same(wanted, measured(red_lines, plain))
    assert layouts_of(town) == []
    for _ in range(2):  # just read, and taken
        same(wanted, measured(red_lines, town.load()))
        assert len(layouts_of(town)) == 1

    def unwanted(*_: object) -> None:
        raise AssertionError("laid out again")

    monkeypatch.setattr(measure, "laid_out", unwanted)
    monkeypatch.setattr(layout, "rings_of", unwanted)
    features = town.load().features
    assert isinstance(features, StoredFeatures)
    rings = features.rings()
    assert rings is not None
    made, _ = Ground(features).compiled()
    assert np.shares_memory(made.xy, rings.xy)
    assert len(made.boxes) == 401  # one of 400 has two parts


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, "end"])
def test_a_flipped_bit_in_a_layout_is_found_and_it_is_made_anew(town, red_lines, place, caplog):
    wanted = measured(red_lines, town.load())
    (path,) = layouts_of(town)
    sound = path.read_bytes()
    broken = bytearray(sound)
    broken[len(sound) - 40 if place == "end" else int(place * len(sound))] ^= 4
    path.unlink()  # a new file: what is mapped is left alone
    path.write_bytes(broken)
    with caplog.at_level(logging.WARNING):
        same(wanted, measured(red_lines, town.load()))
    assert "layout" in caplog.text
    assert "damaged" in caplog.text
    assert path.read_bytes() == sound


@pytest.mark.parametrize("length", [0, 100, 0.5, 0.999])
def test_a_cut_layout_is_made_anew(town, red_lines, length):
    wanted = measured(red_lines, town.load())
    (path,) = layouts_of(town)
    sound = path.read_bytes()
    path.unlink()
    path.write_bytes(sound[: int(length if length >= 1 else length * len(sound))])
    same(wanted, measured(red_lines, town.load()))
    assert path.read_bytes() == sound


@pytest.mark.parametrize("is_laid_out", [True, False])
def test_damaged_coordinates_are_read_from_the_source(town, red_lines, is_laid_out):
    wanted = pair_areas(red_lines, np.asarray(town.plain().frame.geometry), witness="doubtful")
    layer = town.load()
    if is_laid_out:
        measured(red_lines, layer)
    path = town.entry()
    content = bytearray(path.read_bytes())
    at = content.find(np.float64(_first_easting(layer)).tobytes())
    assert at > 0
    content[at] ^= 1
    path.unlink()
    path.write_bytes(content)
    same(wanted, measured(red_lines, town.load()))


def _first_easting(layer: Layer) -> float:
    assert layer.features is not None
    rings = layer.features.rings()
    assert isinstance(rings, RingArrays)
    return float(rings.xy[0, 0])


def test_another_kernel_of_ours_makes_another_layout(town, red_lines, monkeypatch):
    wanted = measured(red_lines, town.load())
    (first,) = layouts_of(town)
    for name in ("other", "another"):
        monkeypatch.setattr(ground, "fingerprint", lambda name=name: name)
        same(wanted, measured(red_lines, town.load()))
    assert len(layouts_of(town)) == 2
    assert first not in layouts_of(town)


def test_a_changed_layer_has_another_layout(town, red_lines):
    wanted = measured(red_lines, town.load())
    town.write(count=300)
    found = measured(red_lines, town.load())
    assert len(found) < len(wanted)
    assert (found.right < 300).all()
    assert len(layouts_of(town)) == 2


def test_a_layout_belongs_to_the_very_bytes_of_the_layer(town, red_lines, monkeypatch):
    """The kernel looks up what a layout says without asking whether it is there."""
    monkeypatch.setattr(Shelf, "key", lambda *_: "ab" * 32)
    wanted = measured(red_lines, town.load())
    town.entry().unlink()
    town.write(count=300)
    found = measured(red_lines, town.load())
    assert len(found) < len(wanted)
    same(measured(red_lines, town.plain()), found)


def test_a_place_that_cannot_be_written_changes_nothing(town, red_lines):
    wanted = measured(red_lines, town.plain())
    town.root.write_text("in the way")
    same(wanted, measured(red_lines, town.load()))


def test_layouts_are_listed_and_cleared_with_their_layer(town, red_lines):
    measured(red_lines, town.load())
    store = Store(town.root)
    kinds = {each.kind: each for each in holdings(store)}
    assert kinds["layout"].label == kinds["layer"].label == "parcels (a.gpkg)"
    assert kinds["layout"].state == "current"
    assert clear(store, ["roads"]) == (0, 0)
    assert clear(store, ["parcels"])[0] == 2
    assert layouts_of(town) == []
