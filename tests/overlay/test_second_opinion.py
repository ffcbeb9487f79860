"""PostGIS, another engine in another process, names the same pairs with the same areas.

`benchmarks/second_opinion.py` does it; here it is run, and held to what docs/proofs.md records.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HAS_POSTGIS = shutil.which("psql") and any(
    Path("/usr/share/postgresql").glob("*/extension/postgis.control")
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not HAS_POSTGIS, reason="no PostGIS: scripts/postgis.sh installs Debian's"),
]


def opinion(root: Path, target: Path, *arguments: object) -> dict[str, Any]:
    script = root / "benchmarks" / "second_opinion.py"
    command = [sys.executable, str(script), *map(str, arguments), "--json", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]
    said: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return said


def agree(said: dict[str, Any], pairs: int) -> None:
    assert said["pairs_siting"] == pytest.approx(pairs, rel=0.01)
    # one that PostGIS's grid of 0.1 mm lifts over 0.01 m², or presses under it, is no other pair
    for each in said["differences"]:
        assert abs(each["siting_m2"] - each["exact_m2"]) <= 1e-6
        assert abs(each["postgis_m2"] - each["exact_m2"]) <= 0.1
    assert said["siting_wrong"] == 0


def test_the_sample_city(repo_root: Path, tmp_path: Path) -> None:
    said = opinion(repo_root, tmp_path / "said.json", "data/city.toml")
    agree(said, pairs=17_062)
    assert said["largest_difference_m2"] <= 0.05


@pytest.mark.shared
def test_cambridge(repo_root: Path, tmp_path: Path) -> None:
    data = repo_root.parent / "shared" / "data" / "cambridge_ma"
    city = repo_root / "examples" / "cambridge" / "city.toml"
    said = opinion(repo_root, tmp_path / "said.json", city, "--data-dir", data)
    agree(said, pairs=39_579)
    assert said["largest_difference_m2"] <= 0.2
