"""``[map]`` of city.toml: sizes and addresses, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.city import MapSpec, TileSpec, read_city
from siting.errors import SitingError

HEAD = """
[city]
name = "甲市"
crs = "EPSG:4547"
"""
GOOD = 'url = "http://tiles.test/w/{z}/{x}/{y}?tk=1"'


def maps(folder: Path, text: str) -> MapSpec:
    file = folder / "city.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return read_city(file).maps


def test_without_a_table_a_page_has_25_mb_and_no_tiles(tmp_path: Path):
    assert maps(tmp_path, "") == MapSpec(25.0, None)


def test_budget_and_tiles_are_read(tmp_path: Path):
    text = f'[map]\nbudget_mb = 8\ntiles = {{ {GOOD}, datum = "gcj02", attribution = "某局" }}'
    spec = maps(tmp_path, text)
    assert spec.budget_mb == 8.0
    assert spec.tiles == TileSpec("http://tiles.test/w/{z}/{x}/{y}?tk=1", "gcj02", "某局", 18)
    assert spec.tiles.origin == "http://tiles.test"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("budget_mb = 0.5", "budget_mb"),
        ("budget_mb = nan", "budget_mb"),
        (f"tiles = {{ {GOOD} }}", "datum of the tiles is not declared"),
        (f'tiles = {{ {GOOD}, datum = "bd09" }}', "bd09"),
        (f'tiles = {{ {GOOD}, datum = "wgs84", max_zoom = 40 }}', "max_zoom"),
        (f'tiles = {{ {GOOD}, datum = "wgs84", subdomain = "a" }}', "subdomain"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, table: str, told: str):
    with pytest.raises(SitingError, match=told):
        maps(tmp_path, f"[map]\n{table}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tiles/{z}/{x}/{y}.png",
        "file:///etc/{z}/{x}/{y}",
        "http://a.test/{z}/{x}.png",
        "http://a.test/{z}/{x}/{y}/{s}",
        "http://a.test; script-src *; /{z}/{x}/{y}",
        "http://a.test/{z}/{x}/{y}';",
        "http://user:pass@a.test/{z}/{x}/{y}",
        "http://a.test/{{7*7}}{z}/{x}/{y}",
        "http://a.test /{z}/{x}/{y}",
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str):
    with pytest.raises(SitingError, match="url"):
        maps(tmp_path, f'[map]\ntiles = {{ url = "{url}", datum = "wgs84" }}')
