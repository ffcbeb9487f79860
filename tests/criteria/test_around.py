"""Distance and overlap: figures known by hand, brute force, and what nobody knows."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from siting.criteria import Criterion
from siting.criteria.nearness import Distance, Overlap
from siting.errors import SchemaError, SitingError
from siting.model import Contract, LoadStatus, Text
from siting.score import Linear

from .. import tiny_city as tiny
from .lots import distance, overlap, point, read_measure, setting_of, sites_of, values_of

LOT = tiny.rect(1000, 1000, 1100, 1100)


def test_the_distance_is_from_outline_to_the_nearest_feature_of_any_role() -> None:
    setting = setting_of(
        tiny.layer("metro_station", [point(1400, 1050), point(1103, 1104)]),
        tiny.layer("road", [tiny.rect(1000, 400, 1100, 900)]),
    )

    found = [
        values_of(distance(*roles), [LOT], setting)
        for roles in (("metro_station",), ("road",), ("metro_station", "road"))
    ]

    # three to the east and four to the north of the corner; a hundred to the south
    assert found == [[5.0], [100.0], [5.0]]


def test_what_a_site_meets_is_at_no_distance() -> None:
    setting = setting_of(tiny.layer("hazard", [tiny.rect(1050, 1050, 1060, 1060)]))
    assert values_of(distance("hazard"), [LOT], setting) == [0.0]


def test_a_column_chooses_what_is_near() -> None:
    stations = tiny.layer(
        "metro_station",
        [point(1110, 1050), point(1130, 1050), point(1150, 1050)],
        columns={"line": ["1", "3", None]},
    )
    lines = [("line", ("3",)), ("line", ("3", "4")), ("line", ("1", "3"))]

    found = [
        values_of(distance("metro_station", where=(each,)), [LOT], setting_of(stations))
        for each in lines
    ]

    assert found == [[30.0], [30.0], [10.0]]


def test_whole_numbers_with_gaps_are_chosen_as_people_write_them() -> None:
    # a column of whole numbers with a null comes as 1.0, nothing, 3.0
    stations = tiny.layer(
        "metro_station",
        [point(1110, 1050), point(1130, 1050), point(1150, 1050)],
        columns={"line": [1.0, None, 3.0]},
    )
    table = {"kind": "distance", "roles": ["metro_station"], "where": {"line": ["3"]}}
    assert values_of(read_measure(table), [LOT], setting_of(stations)) == [50.0]


def test_features_of_which_nobody_knows_are_not_near_and_their_number_is_told() -> None:
    stations = tiny.layer(
        "metro_station",
        [point(1110, 1050), point(1130, 1050)],
        columns={"line": [None, "3"]},
    )

    found = distance("metro_station", where=(("line", ("3",)),)).of(
        sites_of(LOT), setting_of(stations), None
    )

    assert found is not None
    assert found.values.tolist() == [30.0]
    assert "1 feature(s) of layer 'metro_station' without a value of line" in found.notes[0].en


def test_a_column_that_no_layer_has_is_an_error_with_the_nearest() -> None:
    stations = tiny.layer("metro_station", [point(0, 0)], columns={"line": ["3"]})
    with pytest.raises(SchemaError, match="did you mean 'line'"):
        values_of(
            distance("metro_station", where=(("lines", ("3",)),)), [LOT], setting_of(stations)
        )


def test_without_a_layer_or_a_feature_there_is_nothing_to_measure() -> None:
    failed = tiny.layer("metro_station", [point(0, 0)], problem="unreadable")
    none_of_it = tiny.layer("metro_station", [point(0, 0)], columns={"line": ["1"]})
    measure = distance("metro_station", where=(("line", ("9",)),))

    assert measure.of(sites_of(LOT), setting_of(), None) is None
    assert measure.of(sites_of(LOT), setting_of(failed), None) is None
    assert measure.of(sites_of(LOT), setting_of(none_of_it), None) is None
    assert "metro station" in measure.needs.en


def test_a_failed_layer_beside_a_good_one_is_told() -> None:
    good = tiny.layer("metro_station", [point(1110, 1050)])
    failed = tiny.layer("metro_station", [point(0, 0)], name="new", problem="unreadable")

    found = distance("metro_station").of(sites_of(LOT), setting_of(good, failed), None)

    assert found is not None
    assert found.values.tolist() == [10.0]
    assert ["was not counted" in note.en for note in found.notes] == [True]


def criterion_of(measure: Distance | Overlap, *, worst: float, best: float) -> Criterion:
    return Criterion("x", Text("x"), measure, Linear(measure.unit, worst, best), 1.0)


@pytest.mark.parametrize("status", ["failed", "short"])
def test_what_a_failed_or_short_layer_may_hide_never_reads_as_far_away(
    status: str,
) -> None:
    good = tiny.layer("metro_station", [point(1110, 1050)])
    other = (
        tiny.layer("metro_station", [point(0, 0)], name="new", problem="unreadable")
        if status == "failed"
        else replace(
            tiny.layer("metro_station", [point(9000, 9000)], name="new"),
            contract=Contract(LoadStatus.SHORT, 4, 1),
        )
    )
    measure = distance("metro_station")
    found = measure.of(sites_of(LOT), setting_of(good, other), None)
    assert found is not None
    # a station 10 m off is there whatever else is; that none is nearer nobody knows
    wanted = criterion_of(measure, worst=500, best=0).known(found)
    avoided = criterion_of(measure, worst=0, best=500).known(found)
    assert wanted.values.tolist() == [10.0]
    assert np.isnan(avoided.values).all()
    assert "not counted" in avoided.reasons[0].en
    whole = measure.of(sites_of(LOT), setting_of(good), None)
    assert whole is not None
    assert criterion_of(measure, worst=0, best=500).known(whole).values.tolist() == [10.0]


def test_land_that_a_failed_layer_may_cover_never_reads_as_free() -> None:
    good = tiny.layer("landmark", [tiny.rect(0, 0, 10, 10)])
    failed = tiny.layer("landmark", [tiny.rect(0, 0, 9, 9)], name="new", problem="unreadable")
    measure = Overlap(("landmark",), Text("地标", "a landmark"))
    found = measure.of(sites_of(LOT), setting_of(good, failed), None)
    assert found is not None
    assert found.values.tolist() == [0.0]
    assert np.isnan(criterion_of(measure, worst=1, best=0).known(found).values).all()
    # where cover is wanted, what is missing could only be more
    assert criterion_of(measure, worst=0, best=1).known(found).values.tolist() == [0.0]


def test_of_sites_beyond_the_declared_coverage_nothing_is_known_but_what_they_meet() -> None:
    west = tiny.rect(0, 0, 1050, tiny.SIDE_M)
    stations = tiny.layer("metro_station", [point(1090, 1050)], coverage=west)
    lots = {
        "away": tiny.rect(2000, 1000, 2100, 1100),
        "for the most part": tiny.rect(1030, 1200, 1130, 1300),
        "sticking out": tiny.rect(980, 1200, 1080, 1300),
        "within": tiny.rect(900, 1000, 1000, 1100),
        "beyond, but there": tiny.rect(1080, 1000, 1180, 1100),
    }

    found = distance("metro_station").of(sites_of(*lots.values()), setting_of(stations), None)

    assert found is not None
    values = dict(zip(lots, found.values.tolist(), strict=True))
    assert [name for name, value in values.items() if math.isnan(value)] == list(lots)[:2]
    # 10 m to the west and 150 m to the south
    assert values["sticking out"] == pytest.approx(math.hypot(10, 150))
    assert (values["within"], values["beyond, but there"]) == (90.0, 0.0)
    assert "10,000.0 m² of the site" in found.reasons[0].en
    assert "8,000.0 m² of the site" in found.reasons[1].en
    assert list(found.reasons) == [0, 1]


@pytest.mark.parametrize("seed", range(10))
def test_distances_are_those_of_brute_force(seed: int) -> None:
    dice = np.random.default_rng(seed)
    lots = _boxes(dice, 40)
    things = [
        *_boxes(dice, 8),
        *(point(*spot) for spot in dice.uniform(0, 4000, (8, 2))),
        *(
            tiny.place(shapely.LineString(dice.uniform(0, 4000, (3, 2))))
            for _ in range(8)
        ),
    ]  # fmt: skip
    setting = setting_of(tiny.layer("hazard", things[::2]), tiny.layer("water_body", things[1::2]))

    found = distance("hazard", "water_body").of(sites_of(*lots), setting, None)

    assert found is not None
    expected = [min(lot.distance(thing) for thing in things) for lot in lots]
    np.testing.assert_allclose(found.values, expected, rtol=1e-12, atol=1e-9)


def _boxes(dice: np.random.Generator, count: int) -> list[shapely.Polygon]:
    corners, sides = dice.uniform(0, 3500, (count, 2)), dice.uniform(10, 400, (count, 2))
    return [
        tiny.rect(*corner, *(corner + side)) for corner, side in zip(corners, sides, strict=True)
    ]


def test_each_square_metre_is_covered_once() -> None:
    # a half and a half, a quarter of the lot in common
    zones = [tiny.rect(900, 900, 1050, 1200), tiny.rect(900, 900, 1200, 1050)]
    setting = setting_of(
        tiny.layer("x_heritage", zones[:1]), tiny.layer("hazard", zones[1:])
    )  # fmt: skip
    aside = tiny.rect(2000, 2000, 2100, 2100)

    both = values_of(overlap("x_heritage", "hazard"), [LOT, aside], setting)

    assert both == [0.75, 0.0]
    assert values_of(overlap("hazard"), [LOT, aside], setting) == [0.5, 0.0]


@pytest.mark.parametrize("seed", range(6))
def test_overlaps_are_those_of_a_union_by_geos(seed: int) -> None:
    dice = np.random.default_rng(seed)
    lots, zones = _boxes(dice, 30), _boxes(dice, 12)
    setting = setting_of(tiny.layer("hazard", zones[:6]), tiny.layer("water_body", zones[6:]))

    found = overlap("hazard", "water_body").of(sites_of(*lots), setting, None)

    assert found is not None
    union = shapely.union_all(zones)
    expected = [lot.intersection(union).area / lot.area for lot in lots]
    np.testing.assert_allclose(found.values, expected, atol=1e-9)


def test_zones_of_which_nobody_knows_count_and_are_told() -> None:
    zones = tiny.layer(
        "hazard",
        [tiny.rect(900, 900, 1050, 1200), tiny.rect(1050, 900, 1075, 1200)],
        columns={"grade": [None, "high"]},
    )

    found = overlap("hazard", where=(("grade", ("high",)),)).of(
        sites_of(LOT), setting_of(zones), None
    )

    assert found is not None
    assert found.values.tolist() == [pytest.approx(0.75)]
    assert "were counted" in found.notes[0].en


def test_no_overlap_is_known_where_a_layer_covers_and_a_layer_may_be_empty() -> None:
    west = tiny.rect(0, 0, 1050, tiny.SIDE_M)
    within = tiny.rect(900, 1000, 1000, 1100)
    setting = setting_of(tiny.layer("hazard", [], coverage=west))

    found = overlap("hazard").of(sites_of(LOT, within), setting, None)

    assert found is not None
    assert math.isnan(found.values[0])
    assert found.values[1] == 0.0
    assert "5,000.0 m² of the site" in found.reasons[0].en


def test_lines_cover_no_land_and_never_read_as_free_land() -> None:
    course = tiny.layer("road", [tiny.place(shapely.LineString([(1000, 1050), (1100, 1050)]))])
    strip = tiny.layer("road", [tiny.rect(1000, 1040, 1100, 1060)], name="strip")
    measure = overlap("road")

    assert measure.of(sites_of(LOT), setting_of(course), None) is None
    assert measure.needs.en == "a layer of roads (areas)"
    found = measure.of(sites_of(LOT), setting_of(course, strip), None)
    assert found is not None
    assert found.values.tolist() == [pytest.approx(0.2)]
    assert found.notes[0].en == "1 feature(s) are no areas and were not counted as overlap"


def test_layers_that_are_not_there_or_say_nothing_of_their_reach_are_told() -> None:
    setting = setting_of(tiny.layer("hazard", [LOT], coverage=None))

    found = overlap("hazard", "x_heritage").of(sites_of(LOT), setting, None)

    assert found is not None
    assert found.values.tolist() == [1.0]
    assert "declare" in found.notes[0].en
    assert found.notes[1].en == "no layer of x_heritage: not counted"
    assert overlap("x_heritage").of(sites_of(LOT), setting, None) is None


def test_words_for_a_sentence() -> None:
    assert distance("metro_station").phrase(1234.4).zh == "距某物 1,234 m"
    assert overlap("hazard").phrase(0.256).en == "26% overlap with a zone"
    assert overlap("hazard").phrase(0.0001).en == "< 1% overlap with a zone"
    assert (distance("road").unit, overlap("road").unit) == ("m", "share")


def test_a_profile_names_roles_and_chooses_by_columns() -> None:
    table = {"roles": ["metro_station"], "where": {"line": ["1", "3"], "open": "yes"}}
    named = table | {"what": "站", "what_en": "a stop"}
    where = (("line", ("1", "3")), ("open", ("yes",)))
    title, own = Text("地铁站", "metro stations"), Text("站", "a stop")

    for kind, made in (("distance", Distance), ("overlap", Overlap)):
        assert read_measure({"kind": kind, **table}) == made(("metro_station",), title, where)
        assert read_measure({"kind": kind, **named}) == made(("metro_station",), own, where)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({}, "'roles' names no role"),
        ({"roles": ["metro_staton"]}, "did you mean 'metro_station'"),
        ({"roles": ["road"], "where": {"grade": []}}, "'grade' names no value"),
        ({"roles": ["road"], "wheer": {}}, "did you mean 'where'"),
    ],
)
@pytest.mark.parametrize("kind", ["distance", "overlap"])
def test_a_fault_of_a_profile_is_named(kind: str, table: dict[str, object], words: str) -> None:
    with pytest.raises(SitingError, match=words):
        read_measure({"kind": kind, **table})


@pytest.mark.parametrize("measure", [distance("hazard"), overlap("hazard")])
def test_no_sites_are_measured_as_well(measure: Distance | Overlap) -> None:
    assert values_of(measure, [], setting_of(tiny.layer("hazard", [LOT]))) == []
