from __future__ import annotations
import pytest
from .atlas import search
from .hand import measured
from .planting import plant, NEVER_OFFERED
from .present import GENERAL

@pytest.mark.parametrize("seed", range(20))
def test_first(seed):
    city = plant(GENERAL, seed)
    hand = {b.name: measured(city, b) for b in city.blocks}
    points = {n: city.profile.points(m) for n, m in hand.items()}
    by_part = {b.name: b for b in city.blocks}
    best = next(b for b in city.blocks if b.part == "perfect")
    for n, m in sorted(hand.items(), key=lambda x: -points[x[0]]):
        print(f"{points[n]:7.3f} {n:30s}", {k: round(v, 3) for k, v in m.items()})
    found = search(city)
    got = {s.site.id: s for s in found.suggestions}
    assert found.suggestions[0].site.id == best.name
    for n, s in got.items():
        assert s.criteria == pytest.approx(hand[n], abs=1e-4)
        assert s.score == pytest.approx(points[n], abs=0.006)
    assert not [n for n in got if by_part[n].part in NEVER_OFFERED]
