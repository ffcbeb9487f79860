"""Which way is taken when, where machine code is kept, and that nobody sees the difference."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from siting.overlay import pair_areas
from siting.overlay.kernel import cache, engine, measure

from . import adversarial


@pytest.fixture
def sides() -> tuple[np.ndarray, np.ndarray]:
    kinds, left, right = zip(*adversarial.pairs(60, seed=2), strict=True)
    del kinds
    return np.array(left, dtype=object), np.array(right, dtype=object)


def test_both_ways_give_one_table(sides, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = []
    for limit in (0, 10**9):
        monkeypatch.setattr(measure, "_break_even", lambda limit=limit: limit)
        tables.append(measure.areas(*sides, floor_m2=1e-4, one_in=5))
    for name in ("left", "right", "area_m2", "bound_m2", "is_drawn", "looked_at"):
        assert np.array_equal(getattr(tables[0], name), getattr(tables[1], name)), name
    assert 0 < tables[0].is_drawn.sum() < len(tables[0])


@pytest.mark.parametrize("limit", [0, 10**9])
@pytest.mark.parametrize("unasked", [0, 10**9])
def test_some_pairs_are_those_of_the_whole_table(
    sides, limit: int, unasked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = measure.areas(*sides, floor_m2=1e-4, one_in=5)
    dice = np.random.default_rng(8)
    asked = np.unique(dice.integers(0, [len(sides[0]), len(sides[1])], (900, 2)), axis=0)
    wanted = {tuple(pair) for pair in asked.tolist()}
    monkeypatch.setattr(measure, "_break_even", lambda: limit)
    monkeypatch.setattr(measure, "MOST_UNASKED", unasked)
    shuffled = dice.permutation(asked).T
    some = measure.areas_of_pairs(*sides, tuple(shuffled), floor_m2=1e-4, one_in=5)
    keep = [pair in wanted for pair in zip(whole.left.tolist(), whole.right.tolist(), strict=True)]
    assert 0 < sum(keep) < len(whole)
    for name in ("left", "right", "area_m2", "bound_m2", "is_drawn"):
        assert np.array_equal(getattr(some, name), getattr(whole, name)[keep]), name


@pytest.mark.parametrize("limit", [0, 10**9])
def test_what_may_exceed_the_floor_by_its_bound_is_kept(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 50 m² to the last bit, but the kernel only knows 50 ± its bound
    monkeypatch.setattr(measure, "_break_even", lambda: limit)
    left, right = (np.array([shapely.box(x, 0, x + 10, 10)]) for x in (0, 5))
    (bound_m2,) = measure.areas(left, right, floor_m2=0.0).bound_m2
    for floor_m2, kept in ((50.0, 1), (50.0 + bound_m2 / 2, 1), (50.0 + 2 * bound_m2, 0)):
        assert len(measure.areas(left, right, floor_m2=floor_m2)) == kept


def test_many_shapes_go_straight_to_machine_code(sides, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = measure.areas(*sides, floor_m2=1e-4)
    monkeypatch.setattr(measure, "MANY_SHAPES", 100)
    monkeypatch.setattr(measure, "_with_numpy", None)
    monkeypatch.setattr(measure, "may_compile", lambda: True)
    found = measure.areas(*sides, floor_m2=1e-4)
    assert np.array_equal(found.area_m2, wanted.area_m2)


@pytest.mark.parametrize(
    ("may_compile", "is_loaded", "is_warm", "pairs"),
    [
        (False, True, True, float("inf")),
        (True, True, False, measure.PAIRS_WHEN_LOADED),
        (True, False, True, measure.PAIRS_WHEN_WARM),
        (True, False, False, measure.PAIRS_WHEN_COLD),
    ],
)
def test_when_machine_code_pays(
    may_compile: bool, is_loaded: bool, is_warm: bool, pairs: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "may_compile", lambda: may_compile)
    monkeypatch.setattr(measure, "is_warm", lambda: is_warm)
    modules = {measure._ENGINE: engine} if is_loaded else {}
    monkeypatch.setattr(measure, "sys", type("Sys", (), {"modules": modules}))
    assert measure._break_even() == pairs


@pytest.mark.parametrize(("value", "compiles"), [("", True), ("0", True), ("1", False)])
def test_numba_can_be_switched_off(value: str, compiles: bool) -> None:
    assert cache.may_compile({"NUMBA_DISABLE_JIT": value}) == compiles


def test_the_folder_is_ours_alone(tmp_path: Path) -> None:
    folder = cache.cache_folder({cache.CACHE_VARIABLE: str(tmp_path)})
    assert folder is not None
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    assert cache.cache_folder({cache.CACHE_VARIABLE: str(tmp_path)}) is None


@pytest.mark.parametrize("name", [cache.CACHE_VARIABLE, "NUMBA_CACHE_DIR"])
def test_a_folder_that_cannot_be_made_is_none(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert cache.cache_folder({name: str(tmp_path / "file")}) is None


SCRIPT = """
import sys
import numpy as np, shapely
from siting.overlay import overlap_area_m2
print(overlap_area_m2(shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)))
print('numba' in sys.modules)
"""
ENGINE_SCRIPT = """
import numpy as np, shapely
from siting.overlay.kernel import engine, jit, layout
square = np.array([shapely.box(0, 0, 10, 10)], dtype=object)
sides = [engine.prepare(layout.rings_of(square)) for _ in range(2)]
print(engine.area_table(*sides).area_m2[0], jit.is_compiling(), jit.has_cache())
"""


def said(script: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        encoding="utf-8", env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout.split()


def test_a_single_pair_does_not_wait_for_numba() -> None:
    assert said(SCRIPT) == ["50.0", "False"]


def test_without_numba_the_loops_run_as_they_are() -> None:
    assert said(ENGINE_SCRIPT, NUMBA_DISABLE_JIT="1") == ["100.0", "False", "False"]


@pytest.mark.slow
def test_where_nothing_can_be_written_machine_code_is_made_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    found = said(ENGINE_SCRIPT, **{cache.CACHE_VARIABLE: str(tmp_path / "file")})
    assert found == ["100.0", "True", "False"]


@pytest.mark.slow
def test_a_new_cache_is_filled_and_then_ready(tmp_path: Path) -> None:
    place = {cache.CACHE_VARIABLE: str(tmp_path)}
    assert said(ENGINE_SCRIPT, **place) == ["100.0", "True", "True"]
    folder = cache.cache_folder(place)
    assert folder is not None
    assert (folder / cache.READY).exists()
    assert len(list(folder.rglob("*.nbi"))) >= 15


def test_doubtful_pairs_only_are_shown_to_geos(sides, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = shapely.intersection

    def counting(left, right, grid_size=None):
        asked.append(len(left))
        return real(left, right, grid_size=grid_size)

    counts = {}
    found = {}
    for witness in ("none", "doubtful", "found", "all"):
        asked.clear()
        monkeypatch.setattr(shapely, "intersection", counting)
        found[witness] = pair_areas(*sides, witness=witness)
        counts[witness] = sum(asked)
        monkeypatch.undo()
    assert counts["none"] == 0
    assert 0 < counts["doubtful"] < counts["found"] / 4
    assert counts["found"] < counts["all"]
    for witness in ("none", "doubtful", "found"):
        assert np.array_equal(found[witness].left, found["all"].left)
        assert np.allclose(found[witness].area_m2, found["all"].area_m2, rtol=0, atol=1e-6)


def test_a_limit_is_never_left_to_rounding() -> None:
    # exactly 50 m² in rationals: the kernel's interval holds the limit, the oracle says it
    left = np.array([shapely.box(0, 0, 10, 10)], dtype=object)
    right = np.array([shapely.box(5, 0, 15, 10)], dtype=object)
    at_limit = pair_areas(left, right, witness="doubtful", limits_m2=(50.0,))
    assert at_limit.area_m2.tolist() == [50.0]
    assert at_limit.bound_m2[0] <= 50 * 2.0**-53
    assert pair_areas(left, right, witness="none").bound_m2[0] > at_limit.bound_m2[0]


def test_a_kernel_that_is_wrong_is_reported(
    sides, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = pair_areas(*sides)
    real = measure.areas

    def wrong(*arguments, **options):
        table = real(*arguments, **options)
        table.area_m2[0] += 5.0
        return table

    monkeypatch.setattr(measure, "areas", wrong)
    found = pair_areas(*sides)
    assert found.area_m2 == pytest.approx(wanted.area_m2, abs=1e-6)
    assert found.is_disputed[0]
    assert "please report this pair" in caplog.text
