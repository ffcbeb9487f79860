"""Few pairs of large outlines: the way without machine code stays small."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import shapely

from siting.overlay.kernel import engine, layout, vector

from .adversarial import star


def test_large_outlines_over_each_other_take_little_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Found by QGIS's boroughs over themselves: all pairs of edges at once took 20 GB."""
    dice = np.random.default_rng(13)
    sides = [np.array([shapely.Polygon(star(dice, (0, 0), 3_000))]) for _ in range(2)]
    plain = [layout.prepare(layout.rings_of(side)) for side in sides]
    zero = np.zeros(1, np.int64)
    tracemalloc.start()
    areas, bounds, _ = vector.pair_areas(*plain, zero, zero)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 3,000 × 3,000 edges, 8 bytes, a dozen arrays: 800 MB at once
    assert peak < 80e6
    monkeypatch.setattr(vector, "MOST_TERMS_AT_ONCE", 7_001)
    again, same_bounds, _ = vector.pair_areas(*plain, zero, zero)
    table = engine.area_table(*(engine.prepare(layout.rings_of(side)) for side in sides))
    assert areas[0] == again[0] == table.area_m2[0]
    assert bounds[0] == same_bounds[0] == table.bound_m2[0]
