"""The example of docs/terrain.md is a profile that can be used, in the units of its measures."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np

from siting.config import TableReader
from siting.criteria.profile import read_profile

HEAD = '[profile]\ntitle = "例"\ntitle_en = "An example"\n'


def test_the_example_is_a_profile(repo_root: Path):
    text = (repo_root / "docs" / "terrain.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    reader = TableReader(tomllib.loads(HEAD + example), file="terrain.md")
    profile = read_profile(reader, "example")
    reader.raise_problems()
    assert profile is not None
    slope, flood = profile.criteria
    # 9 % is half way between 15 % and 3 %; 0.5 m a third of the way down from dry
    assert slope.worth.values(np.array([9.0]))[0] == 0.5
    assert np.isclose(flood.worth.values(np.array([0.5]))[0], 2 / 3)
    assert (slope.measure.unit, flood.measure.unit) == ("%", "m")


def test_a_worth_in_degrees_is_refused(repo_root: Path):
    text = (repo_root / "docs" / "terrain.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    for unit in ("°", "deg", "share"):
        wrong = example.replace('unit = "%"', f'unit = "{unit}"')
        reader = TableReader(tomllib.loads(HEAD + wrong), file="terrain.md")
        assert read_profile(reader, "example") is None
        assert any("another unit" in str(problem) for problem in reader.problems)
