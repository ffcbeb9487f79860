"""Travel: ways known by hand, what is not reached and why, and the account of the roads."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from siting.access import account
from siting.city import AccessSpec
from siting.criteria import ways as module
from siting.criteria.base import Found, Setting
from siting.criteria.travel import Travel
from siting.criteria.ways import account_in, ways_in
from siting.errors import ConfigError, SchemaError, SitingError
from siting.model import Layer, Release, Text

from .. import tiny_city as tiny
from .lots import line, point, read_measure, setting_of, sites_of, tip, travel, values_of

#: On foot and off the road 4 km/h, so a kilometre in 15 minutes; by car 20 km/h where nothing is
#: known of a road (siting/access/speeds.toml).
WALK = travel(mode="walk")
ROAD = line((0, 1000), (3000, 1000))
STATION = point(2000, 1000)


def _found(measure: Travel, setting: Setting, *lots: Any) -> Found:
    found = measure.of(sites_of(*lots), setting, None)
    assert found is not None
    return found


def _town(*roads: Any, stations: Any = (STATION,), **columns: Any) -> Setting:
    return setting_of(
        tiny.layer("road", roads or (ROAD,), columns=columns),
        tiny.layer("metro_station", stations),
    )


def test_a_way_by_road_with_the_straight_way_to_the_road() -> None:
    lots = [tip(1000, 1040), tip(1800, 980, up=False)]
    metres = travel(mode="walk", count="metres")

    # 40 + 1000 and 20 + 200 metres
    assert values_of(metres, lots, _town()) == [1040.0, 220.0]
    assert values_of(WALK, lots, _town()) == [15.6, 3.3]
    # 40 m on foot are 0.6 min, 1000 m at 20 km/h are 3
    drive = travel()
    assert values_of(drive, lots, _town()) == [3.6, 0.9]


def test_classes_and_one_way_streets_are_read_from_the_columns_of_the_city() -> None:
    # a ring, 1000 by 500 m, with its southern side one-way to the east
    setting = setting_of(
        tiny.layer(
            "road",
            [line((0, 0), (1000, 0)), line((1000, 0), (1000, 500), (0, 500), (0, 0))],
            columns={"DJ": ["主干路", "支路"], "DX": ["是", "否"]},
        ),
        tiny.layer("metro_station", [point(900, 0)]),
        access=AccessSpec(columns={"road_class": "DJ", "one_way": "DX"}),
    )
    lot = tip(100, 40)

    def minutes(direction: str) -> float:
        measure = travel(direction=direction)
        return values_of(measure, [lot], setting)[0]

    # 0.6 to the road; 800 m at 40 km/h east are 1.2
    assert minutes("to_service") == 1.8
    # from the station 100 m on, round by 2,000 m at 20 km/h, and 100 m at the end
    assert minutes("from_service") == round(0.15 + 6 + 0.15 + 0.6, 4)


def test_a_column_chooses_the_services() -> None:
    stations = tiny.layer(
        "metro_station", [point(1100, 1000), STATION], columns={"line": ["1", "3"]}
    )
    setting = setting_of(tiny.layer("road", [ROAD]), stations)

    third = travel(count="metres", where=(("line", ("3",)),))

    assert values_of(third, [tip(1000, 1000)], setting) == [1000.0]
    assert values_of(travel(count="metres"), [tip(1000, 1000)], setting) == [100.0]


def test_what_is_not_reached_is_unknown_and_the_reason_told() -> None:
    setting = _town(ROAD, line((0, 3000), (900, 3000)))
    near, island, far_off = tip(1000, 1000), tip(500, 3010), tip(3600, 3600)

    found = _found(travel(mode="walk", most=10.0), setting, near, island, far_off)

    assert [math.isnan(value) for value in found.values] == [True, True, True]
    assert [found.reasons[at].get("en") for at in range(3)] == [
        "beyond the limit that was asked for",
        "the roads here and there do not hang together",
        "no road to get on within the distance allowed",
    ]


def test_islands_are_told_in_the_search_and_stand_in_the_report() -> None:
    setting = _town(ROAD, line((0, 3000), (900, 3000)), line((0, 2000), (400, 2000)))

    found = _found(WALK, setting, tip(1000, 1000))

    (note,) = found.notes
    assert "2 island(s) of roads on foot, 1,300 m in all" in note.en
    assert "(the longest 900 m)" in note.en
    # the note goes to the district of the site, whose roads these need not be
    assert "road-2" not in note.zh + note.en
    account = account_in(setting)
    assert account is not None
    (walk,) = account["modes"]
    parts = [(part["length_m"], part["example_id"], part["is_main"]) for part in walk["parts"]]
    assert parts == [(3000.0, "road-1", True), (900.0, "road-2", False), (400.0, "road-3", False)]
    assert (account["rows_in"], account["rows_used"], account["length_m"]) == (3, 3, 4300.0)
    _fits_its_schema(account)


def _fits_its_schema(account: Any) -> None:
    """Refuse an account that docs/schemas does not know; a report may be checked by others."""
    path = Path(__file__).parents[2] / "docs" / "schemas" / "report-1.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    part = {"$ref": "#/$defs/access", "$defs": schema["$defs"]}
    jsonschema.validate(json.loads(json.dumps(account, allow_nan=False)), part)


def test_a_site_beside_an_island_may_take_the_main_roads_if_the_city_says_so() -> None:
    roads = tiny.layer("road", [ROAD, line((900, 1100), (1100, 1100))])
    stations = tiny.layer("metro_station", [STATION])
    metres = travel(count="metres")
    lot = tip(1000, 1060)

    here = setting_of(roads, stations)
    main = setting_of(roads, stations, access=AccessSpec(only_main=True))

    assert math.isnan(_found(metres, here, lot).values[0])
    # the corner of the lot lies 60 m from the main road, its back 20 m from the island
    assert values_of(metres, [lot], main) == [1060.0]


def test_rows_that_are_no_lines_are_refused_by_name() -> None:
    setting = _town(ROAD, tiny.rect(0, 0, 10, 10))

    found = _found(WALK, setting, tip(1000, 1000))

    assert "1 row(s) of road are no lines" in found.notes[0].en
    account = account_in(setting)
    assert account is not None
    assert (account["rows_in"], account["rows_used"]) == (2, 1)
    assert [each["feature_id"] for each in account["refused"]] == ["road-2"]


def test_ends_and_crossings_are_counted_and_named() -> None:
    # one ends half a metre short of the road, one three; one crosses without a vertex
    setting = _town(
        ROAD,
        line((500, 1000.5), (500, 1500)),
        line((700, 1003), (700, 1500)),
        line((900, 900), (900, 1100)),
    )

    _found(WALK, setting, tip(1000, 1000))

    account = account_in(setting)
    assert account is not None
    _fits_its_schema(account)
    (closed,) = account["gaps_closed"]["first"]
    assert (closed["road_id"], closed["to_id"], closed["gap_m"]) == ("road-2", "road-1", 0.5)
    assert (account["gaps_left"]["count"], account["gaps_left"]["first"][0]["gap_m"]) == (1, 3.0)
    (crossing,) = account["crossings_apart"]["first"]
    assert {crossing["road_id"], crossing["other_id"]} == {"road-1", "road-4"}
    assert account["crossings_joined"] == {"count": 0, "first": []}


def test_the_city_says_how_lines_become_a_network() -> None:
    roads = tiny.layer(
        "road", [ROAD, line((900, 900), (900, 1100)), line((500, 1003), (500, 1500))]
    )
    stations = tiny.layer("metro_station", [STATION])
    metres = travel(count="metres")
    on_the_cross_street, on_the_short_one = tip(900, 1100), tip(500, 1500)

    apart = _found(metres, setting_of(roads, stations), on_the_cross_street, on_the_short_one)
    spec = AccessSpec(at_crossings=True, snap_m=5.0)
    joined = setting_of(roads, stations, access=spec)

    assert [math.isnan(value) for value in apart.values] == [True, True]
    assert values_of(metres, [on_the_cross_street, on_the_short_one], joined) == [1200.0, 2000.0]


def test_a_layer_without_vertices_at_its_junctions_is_told_what_to_do() -> None:
    avenues = [line((x, 0), (x, 3000)) for x in (500, 1500, 2500)]
    setting = _town(ROAD, *avenues, line((0, 2000), (3000, 2000)))

    told = _found(WALK, setting, tip(1000, 1000)).notes

    assert "4 island(s)" in told[0].en
    assert "write at_crossings = true under [access]" in told[1].en
    done = replace(setting, city=tiny.city(access=AccessSpec(at_crossings=True)), kept={})
    assert _found(WALK, done, tip(1000, 1000)).notes == ()


def test_of_many_islands_the_longest_are_listed_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(account, "LISTED_PARTS", 3)
    setting = _town(ROAD, *[line((0, 2000 + 100 * n), (100 + n, 2000 + 100 * n)) for n in range(8)])

    _found(WALK, setting, tip(1000, 1000))

    found = account_in(setting)
    assert found is not None
    (walk,) = found["modes"]
    assert walk["islands"] == {"count": 8, "length_m": 828.0}
    assert [part["length_m"] for part in walk["parts"]] == [3000.0, 107.0, 106.0]


def test_places_are_left_out_of_the_report_where_the_layer_is_for_tables_only() -> None:
    def account(release: Release) -> dict[str, Any]:
        setting = setting_of(
            tiny.layer("road", [ROAD, line((500, 1000.5), (500, 1500))], release=release),
            tiny.layer("metro_station", [STATION]),
        )
        _found(WALK, setting, tip(1000, 1000))
        found = account_in(setting)
        assert found is not None
        _fits_its_schema(found)
        return dict(found)

    shown, hidden = json.dumps(account(Release.PUBLIC)), json.dumps(account(Release.TABLE_ONLY))

    assert "easting" in shown
    assert "west" in shown
    assert not [word for word in ("easting", "northing", "west", "4005") if word in hidden]
    assert '"gap_m": 0.5' in hidden


def test_several_layers_of_roads_are_one_network() -> None:
    setting = setting_of(
        tiny.layer("road", [line((0, 1000), (1500, 1000))], name="old", ids=["1"]),
        tiny.layer("x_street", [line((1500, 1000), (3000, 1000))], name="new", ids=["1"]),
        tiny.layer("metro_station", [STATION]),
        access=AccessSpec(roles=("road", "x_street")),
    )

    assert values_of(travel(count="metres"), [tip(1000, 1000)], setting) == [1000.0]
    account = account_in(setting)
    assert account is not None
    assert account["layers"] == ["old", "new"]
    assert account["modes"][0]["parts"][0]["example_id"] == "old/1"


def test_a_failed_layer_of_roads_is_told() -> None:
    setting = setting_of(
        tiny.layer("road", [ROAD]),
        tiny.layer("road", [ROAD], name="new roads", problem="unreadable"),
        tiny.layer("metro_station", [STATION]),
    )
    (note,) = _found(WALK, setting, tip(1000, 1000)).notes
    assert "failed: no roads of it" in note.en


def test_a_service_far_from_every_road_is_told() -> None:
    found = _found(WALK, _town(stations=[STATION, point(100, 3900)]), tip(1000, 1000))
    assert "1 of the metro stations have no road near" in found.notes[0].en
    assert found.values.tolist() == [15.0]


@pytest.mark.parametrize(
    "layers",
    [
        (tiny.layer("metro_station", [STATION]),),
        (tiny.layer("road", [ROAD]),),
        (tiny.layer("road", [ROAD], problem="unreadable"), tiny.layer("metro_station", [STATION])),
        (tiny.layer("road", [tiny.rect(0, 0, 9, 9)]), tiny.layer("metro_station", [STATION])),
        (tiny.layer("road", [ROAD]), tiny.layer("metro_station", [])),
    ],
    ids=["no roads", "no stations", "roads failed", "roads are areas", "stations empty"],
)
def test_without_roads_or_services_it_is_left_out(layers: tuple[Layer, ...]) -> None:
    assert WALK.of(sites_of(tip(1000, 1000)), setting_of(*layers), None) is None
    assert WALK.needs.en == "a layer of roads (lines) and one of metro stations"


def test_the_network_is_made_once_for_all_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(*arguments: Any) -> Any:
        made.append(arguments)
        return original(*arguments)

    original = module.network_of
    monkeypatch.setattr(module, "network_of", counted)
    setting = _town()

    for mode, count in (("walk", "minutes"), ("drive", "minutes"), ("drive", "metres")):
        _found(travel(mode=mode, count=count), setting, tip(1000, 1000))

    assert len(made) == 1
    account = account_in(setting)
    assert account is not None
    assert [each["mode"] for each in account["modes"]] == ["drive", "walk"]


def test_nobody_asked_for_a_way_nobody_made_a_network() -> None:
    assert account_in(_town()) is None


SPEEDS = """
[book]
title = "实测"
[[mode]]
name = "bus"
title = "公交"
title_en = "by bus"
default_kmh = 12.0
off_road_kmh = 6.0
source = "measured"
[[class]]
words = ["fast"]
kmh = { bus = 30.0 }
source = "measured"
"""


def test_a_city_has_its_own_speeds_and_modes(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SPEEDS, encoding="utf-8")
    spec = AccessSpec(speeds=tmp_path / "own.toml", columns={"road_class": "class"})
    setting = setting_of(
        tiny.layer("road", [ROAD], columns={"class": ["fast"]}),
        tiny.layer("metro_station", [STATION]),
        access=spec,
    )
    bus = travel(mode="bus")

    # 40 m at 6 km/h, 1000 at 30
    assert values_of(bus, [tip(1000, 1040)], setting) == [2.4]
    assert bus.phrase(2.4).en == "2 min bus to a metro station"
    account = account_in(setting)
    assert account is not None
    assert account["speeds"]["title"] == "实测"
    assert account["modes"][0]["speeds_kmh"] == {"fast": 30.0}
    with pytest.raises(ConfigError, match=r"own\.toml"):
        values_of(WALK, [tip(1000, 1040)], setting)


def test_roads_of_unknown_class_are_told_with_the_speed_they_got() -> None:
    spec = AccessSpec(columns={"road_class": "class"})
    setting = setting_of(
        tiny.layer("road", [ROAD], columns={"class": ["Boulevard"]}),
        tiny.layer("metro_station", [STATION]),
        access=spec,
    )
    _found(travel(), setting, tip(1000, 1000))
    account = account_in(setting)
    assert account is not None
    (drive,) = account["modes"]
    assert drive["unknown_classes"] == [
        {"word": "Boulevard", "rows": 1, "example_id": "road-1"}
    ]  # fmt: skip
    assert drive["speeds_kmh"] == {"boulevard": 20.0}


def test_a_column_of_the_roads_that_is_not_there_is_an_error() -> None:
    setting = setting_of(
        tiny.layer("road", [ROAD], columns={"grade": ["1"]}),
        tiny.layer("metro_station", [STATION]),
        access=AccessSpec(columns={"road_class": "grad"}),
    )
    with pytest.raises(SchemaError, match="did you mean 'grade'"):
        ways_in(setting)


def test_an_unknown_mode_is_an_error_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'drive'"):
        _found(travel(mode="drivee"), _town(), tip(1000, 1000))


def test_words_for_a_sentence() -> None:
    assert WALK.phrase(6.4).zh == "距地铁站步行 6 分钟"
    assert WALK.phrase(6.4).en == "6 min on foot to a metro station"
    metres = travel(count="metres", direction="from_service")
    assert metres.phrase(1234.5).zh == "自地铁站驾车 1,234 m"
    assert metres.phrase(1234.5).en == "1,234 m by car from a metro station"
    assert (WALK.unit, metres.unit) == ("min", "m")


def test_a_profile_says_what_is_asked() -> None:
    table = {
        "kind": "travel",
        "role": "metro_station",
        "mode": "walk",
        "count": "metres",
        "direction": "from_service",
        "most": 800,
        "where": {"line": ["3"]},
    }
    made = read_measure(table | {"what": "地铁站", "what_en": "a metro station"})
    assert made == travel(
        mode="walk",
        count="metres",
        direction="from_service",
        most=800.0,
        where=(("line", ("3",)),),
    )
    assert read_measure({"kind": "travel", "role": "metro_station"}) == Travel(
        "metro_station", Text("地铁站", "metro stations")
    )


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "'role' names no role"),
        ({"role": "metro_staton"}, "did you mean 'metro_station'"),
        ({"role": ["road", "metro_station"]}, "only one role"),
        ({"role": "road", "count": "hours"}, r"minutes \| metres"),
        ({"role": "road", "direction": "there"}, r"to_service \| from_service"),
        ({"role": "road", "most": 0}, "'most' is no limit"),
        ({"role": "road", "mod": "walk"}, "did you mean 'mode'"),
    ],
)
def test_a_fault_of_a_profile_is_named(table: dict[str, Any], words: str) -> None:
    with pytest.raises(SitingError, match=words):
        read_measure({"kind": "travel", **table})


def test_no_sites_are_measured_as_well() -> None:
    assert values_of(travel(), [], _town()) == []
