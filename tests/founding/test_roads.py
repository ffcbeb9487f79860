"""[access] in a draft: a comment with what the road layer's columns may mean."""

from __future__ import annotations

import tomllib
from pathlib import Path

from siting import api

from .hand import layer

DISTRICTS = {"XZQDM": ["440103", "440104"], "XZQMC": ["甲区", "乙区"]}


def _access(folder: Path, **columns: list[object]) -> tuple[str, dict[str, str]]:
    """Return the block of a draft, and its table with the leading marks taken away."""
    layer(folder / "XZQ.gpkg", "XZQ", **DISTRICTS)
    layer(folder / "道路.gpkg", "道路", kind="line", **columns)
    text = api.new(folder).text
    _, mark, after = text.partition("# [access.columns]")
    assert mark
    block = (mark + after).partition("\n\n")[0]
    table = tomllib.loads("\n".join(line.removeprefix("# ") for line in block.splitlines()))
    assert "access" not in tomllib.loads(text)
    return text, table["access"]["columns"]


def test_classes_that_have_speeds_and_known_signs_are_proposed(tmp_path: Path) -> None:
    count = range(8)
    text, columns = _access(
        tmp_path,
        id=[f"D{n}" for n in count],
        DJ=["主干路", "支路", "支路", "乡间土路"] * 2,
        oneway=["yes", "no"] * 4,
        lanes=["2", "4"] * 4,
    )

    assert columns == {"road_class": "DJ", "one_way": "oneway"}
    assert "#    lanes: 2, 4" in text


def test_what_only_looks_like_it_is_left_to_a_person(tmp_path: Path) -> None:
    # 0 and 1 are signs, but the name says lamps; a direction of the compass is no sign
    _, columns = _access(
        tmp_path,
        id=[f"D{n}" for n in range(8)],
        surface=["a", "b"] * 4,
        lamps=["0", "1"] * 4,
        direction=["north", "south"] * 4,
    )

    assert columns == {"road_class": "…", "one_way": "…"}


def test_without_roads_there_is_nothing_to_fill_in(tmp_path: Path) -> None:
    layer(tmp_path / "XZQ.gpkg", "XZQ", **DISTRICTS)
    assert "[access" not in api.new(tmp_path).text
