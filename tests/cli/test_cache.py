"""``siting cache`` and ``--no-cache``: what is kept, and letting go of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A town with its cache beside it."""
    monkeypatch.delenv("SITING_CACHE")
    tiny.add_layer("farmland", frame([rect(3000, 3000, 3200, 3200)]))
    tiny.add_red_lines(frame([rect(3150, 3000, 3250, 3100)], id=["R1"], project=["P1"]))
    return tiny.write()


def listed(siting: Siting, town: Path) -> dict[str, str]:
    run = siting("cache", "list", town, "--json")
    assert run.status == 0
    entries = json.loads(run.out)["entries"]
    assert all(entry["bytes"] > 0 and entry["built"] for entry in entries)
    return {entry["of"]: entry["state"] for entry in entries if entry["kind"] == "layer"}


def test_a_check_keeps_layers_and_the_next_one_says_the_same(siting: Siting, town: Path) -> None:
    runs = [siting("check", town, "-q", "--json") for _ in range(2)]
    assert runs[0].out == runs[1].out
    assert (town.parent / ".siting-cache" / "CACHEDIR.TAG").is_file()
    found = listed(siting, town)
    assert "farmland (farmland.gpkg)" in found
    assert set(found.values()) == {"current"}


def test_no_cache_keeps_nothing(siting: Siting, town: Path) -> None:
    with_it = siting("check", town, "-q", "--json")
    assert siting("cache", "clear", town).status == 0
    without = siting("check", town, "-q", "--json", "--no-cache")
    assert without.out == with_it.out
    assert listed(siting, town) == {}


def test_the_environment_turns_it_off(
    siting: Siting, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITING_CACHE", "off")
    siting("check", town, "-q")
    assert not (town.parent / ".siting-cache").exists()
    assert "不保留" in siting("cache", "list", town).out


def test_list_says_what_will_not_be_taken(siting: Siting, town: Path) -> None:
    siting("check", town, "-q")
    (town.parent / "farmland.gpkg").unlink()
    text = siting("cache", "list", town, "--lang", "en").out
    line = next(line for line in text.splitlines() if "farmland" in line)
    assert "its source is not there" in line
    assert "current" in text


def test_clear_takes_one_layer_or_all(siting: Siting, town: Path) -> None:
    siting("check", town, "-q")
    before = listed(siting, town)
    assert (
        "1 entries removed"
        in siting("cache", "clear", town, "--layer", "farmland", "--lang", "en").out
    )
    assert set(before) - set(listed(siting, town)) == {"farmland (farmland.gpkg)"}
    cleared = json.loads(siting("cache", "clear", town, "--json").out)
    assert cleared["entries"] >= 1
    assert listed(siting, town) == {}
