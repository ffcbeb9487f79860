"""The columns of [access.columns] are read without being listed, and layers may rename theirs."""

from __future__ import annotations

from pathlib import Path

import shapely

from siting.city import read_city
from siting.criteria import Setting, Travel
from siting.criteria.ways import ways_in
from siting.load import load_city
from siting.model import Atlas, Layer, LoadStatus, Text

from .. import tiny_city as tiny
from .lots import line, point, tip, values_of


def _city(folder: Path, *, renamed: str = "DENGJI") -> tiny.Files:
    files = tiny.Files(folder)
    files.add_layer(
        "districts",
        tiny.frame([tiny.rect(0, 0, 4000, 4000)], id=["01"]),
        role="district",
    )
    files.add_layer(
        "old", tiny.frame([line((0, 1000), (1500, 1000))], DJ=["主干路"], lanes=["4"]), role="road"
    )
    files.add_layer(
        "new",
        tiny.frame([line((1500, 1000), (3000, 1000))], **{renamed: ["支路"]}),
        role="road",
        attributes={"DJ": "DENGJI"},
    )
    files.add_layer("metro", tiny.frame([point(2500, 1000)]), role="metro_station")
    files.tables["access"] = {"columns": {"road_class": "DJ"}}
    return files


def _loaded(files: tiny.Files) -> tuple[Setting, dict[str, Layer]]:
    files.write()
    city = read_city(files.folder)
    atlas: Atlas = load_city(city, as_of=tiny.AS_OF)
    return Setting(atlas, city), {layer.name: layer for layer in atlas.layers}


def test_minutes_by_the_classes_of_two_layers_with_different_headings(tmp_path: Path) -> None:
    setting, layers = _loaded(_city(tmp_path))

    assert {name: layer.contract.status for name, layer in layers.items()} == dict.fromkeys(
        ("districts", "old", "new", "metro"), LoadStatus.PASSED
    )
    old = layers["old"].features
    assert old is not None
    assert "DJ" in old.columns
    assert "lanes" not in old.columns
    drive = Travel("metro_station", Text("地铁站"))
    # 500 m at 40 km/h, 1000 at 20
    assert values_of(drive, [tip(1000, 1000)], setting) == [0.75 + 3.0]


def test_a_layer_of_roads_without_the_column_fails_and_the_others_make_the_network(
    tmp_path: Path,
) -> None:
    setting, layers = _loaded(_city(tmp_path, renamed="GRADE"))

    assert layers["new"].contract.status is LoadStatus.FAILED
    assert "DENGJI" in " ".join(layers["new"].contract.problems)
    ways = ways_in(setting)
    assert ways is not None
    assert shapely.length(ways.network.lines).sum() == 1500.0
    assert ["failed" in note.get("en") for note in ways.notes("drive")] == [True]
