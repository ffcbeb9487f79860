"""What the doctor says of the roads that profiles go by."""

from __future__ import annotations

from siting.doctor import Check, CheckStatus, examine_city

from ..tiny_city import Files, frame, place

PROFILE = """
[profile]
title = "按路程"
[[criterion]]
name = "metro_min"
title = "驾车到地铁站"
weight = 1
measure = { kind = "travel", role = "metro_station", mode = "MODE" }
worth = { kind = "linear", unit = "min", worst = 30, best = 0 }
"""
STREET = "LINESTRING (0 500, 3000 500)"


def _roads(tiny: Files, *streets: str, **columns: list[str]) -> Check | None:
    tiny.add_layer("roads", frame([place(each) for each in streets], **columns), role="road")
    found = {check.name: check for check in examine_city(tiny.write())}
    return found.get("roads")


def test_roads_that_hang_together_and_have_speeds_are_well(tiny: Files) -> None:
    tiny.tables["access"] = {"columns": {"road_class": "DJ"}}
    check = _roads(tiny, STREET, "LINESTRING (3000 500, 3000 900)", DJ=["支路", "主干路"])
    assert check is not None
    assert (check.status, check.details) == (CheckStatus.OK, ())
    assert check.found.en == "2 of 2 rows, 3.4 km"


def test_islands_and_classes_without_a_speed_are_named(tiny: Files) -> None:
    tiny.tables["access"] = {"columns": {"road_class": "DJ", "one_way": "DX"}}
    streets = [STREET, "LINESTRING (0 900, 700 900)"]
    check = _roads(tiny, *streets, DJ=["支路", "土路"], DX=["否", "偶尔"])
    assert check is not None
    assert check.status is CheckStatus.WARNING
    told = " | ".join(detail.en for detail in check.details)
    assert "island by car: F2, 700 m" in told
    assert "class '土路' (1 rows) has no speed by car: 20 km/h" in told
    assert "has no speed on foot" not in told
    assert "value 偶尔 of column DX (1 rows) is not understood" in told
    assert "[access]" in check.mend.en


def test_a_mode_without_speeds_is_a_fault(tiny: Files) -> None:
    (tiny.folder / "own.toml").write_text(PROFILE.replace("MODE", "bus"), encoding="utf-8")
    tiny.tables["suggest"] = {"profiles": ["own.toml"]}
    check = _roads(tiny, STREET)
    assert check is not None
    assert check.status is CheckStatus.FAULT
    assert "no mode 'bus'" in check.found.en


def test_without_lines_of_road_there_is_nothing_to_say(tiny: Files) -> None:
    found = {check.name for check in examine_city(tiny.write())}
    assert "roads" not in found
    assert "profiles" in found
