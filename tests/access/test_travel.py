"""Minutes and metres by hand: along roads, from the middle of roads, to services, or why not."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from siting.access import (
    Direction,
    Graph,
    Lack,
    Measure,
    Mode,
    Question,
    Reach,
    graph_of,
    nearest_services,
    network_of,
    places_on,
    read_speeds,
    ways_between,
)
from siting.errors import CRSMismatchError
from siting.model import Text

from .streets import CRS, EAST, NORTH, Street, at, graph, roads

#: A block: south side 300 m, east side 400 m, and the way round by north and west.
BLOCK: Street = [(0, 0), (300, 0), (300, 400), (0, 400), (0, 0)]


def _way(on: Graph, start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    found = ways_between(on, at(on, start), at(on, end))
    return float(found.minutes[0, 0]), float(found.metres[0, 0])


def test_a_place_is_on_the_nearest_point_of_the_nearest_road_and_not_at_a_junction() -> None:
    on = graph([(0, 0), (300, 0)], [(300, 0), (300, 400)])

    place = at(on, (120, 30))

    assert place.along_m[0] == pytest.approx(120.0)
    assert place.off_road_m[0] == pytest.approx(30.0)
    assert place.xy[0] == pytest.approx([EAST + 120, NORTH])


@pytest.mark.parametrize(
    ("start", "end", "metres", "minutes"),
    [
        ((0, 0), (300, 0), 300, 0.3),  # from junction to junction
        ((100, 0), (300, 100), 300, 0.3),  # from the middle of a road to that of another
        ((100, 0), (250, 0), 150, 0.15),  # along one road
        ((250, 0), (100, 0), 150, 0.15),
        ((100, 20), (250, 30), 200, 0.65),  # 50 m off the road take half a minute
        ((0, 390), (10, 400), 20, 0.02),  # over the corner at which the line begins and ends
    ],
)
def test_metres_and_minutes_from_door_to_door(
    start: tuple[float, float], end: tuple[float, float], metres: float, minutes: float
) -> None:
    on = graph([(0, 0), (300, 0)], [(300, 0), (300, 400)], [(300, 400), (0, 400), (0, 0)])

    assert _way(on, start, end) == pytest.approx((minutes, metres))


def test_the_fastest_way_need_not_be_the_shortest() -> None:
    mode = Mode("m", Text("m"), {"slow": 6.0, "fast": 60.0}, default_kmh=1.0, off_road_kmh=6.0)
    straight, round_about = [(0, 0), (400, 0)], [(0, 0), (0, 300), (400, 300), (400, 0)]
    on = graph_of(network_of(roads(straight, round_about, classes=["slow", "Fast"])), mode)
    ends = at(on, (0, 0)), at(on, (400, 0))

    fast = ways_between(on, *ends)
    short = ways_between(on, *ends, measure=Measure.METRES)

    assert (fast.minutes[0, 0], fast.metres[0, 0]) == pytest.approx((1.0, 1000.0))
    assert (short.minutes[0, 0], short.metres[0, 0]) == pytest.approx((4.0, 400.0))


@pytest.mark.parametrize(("way", "there", "back"), [(1, 100, 1300), (-1, 1300, 100), (0, 100, 100)])
def test_a_one_way_street_leads_one_way(way: int, there: float, back: float) -> None:
    on = graph(BLOCK, one_way=[way])

    assert _way(on, (100, 0), (200, 0))[1] == pytest.approx(there)
    assert _way(on, (200, 0), (100, 0))[1] == pytest.approx(back)


@pytest.mark.parametrize("first", [[(0, 0), (0, 500)], [(0, 500), (0, 0)]])
@pytest.mark.parametrize("way", [1, -1])
def test_a_place_at_a_junction_is_on_all_its_roads(first: Street, way: int) -> None:
    # the place is on the first road, whichever way that leads
    on = graph(first, [(-200, 0), (0, 0)], [(0, 0), (300, 0)], one_way=[way, 1, 1])

    assert at(on, (0, 0)).edge[0] == 0
    assert _way(on, (-100, 0), (0, 0))[1] == pytest.approx(100.0)
    assert _way(on, (0, 0), (40, 0))[1] == pytest.approx(40.0)


def test_a_polygon_with_the_road_inside_is_no_metre_from_it() -> None:
    on = graph([(0, 0), (300, 0)])
    site = np.array([shapely.box(EAST + 100, NORTH - 10, EAST + 150, NORTH + 10)], dtype=object)

    place = places_on(on, site, ["s"], CRS)

    assert (place.off_road_m[0], place.along_m[0]) == (0.0, pytest.approx(100.0))


def test_places_in_another_crs_are_refused() -> None:
    on = graph([(0, 0), (300, 0)])
    with pytest.raises(CRSMismatchError):
        places_on(on, np.array([shapely.Point(113, 23)], dtype=object), ["s"], "EPSG:4490")


# ------------------------------------------------------------------------------- services
def _reach(on: Graph, sites: list, services: list, **options: object) -> Reach:
    limit = options.pop("most_off_road_m", 1000.0)
    only_main = options.pop("only_main", False)
    return nearest_services(
        on,
        at(on, *sites, prefix="site", most_off_road_m=limit, only_main=only_main),
        at(on, *services, prefix="school", most_off_road_m=limit),
        Question("school", **options),
    )


def test_the_nearest_service_by_road_is_not_the_nearest_as_the_crow_flies() -> None:
    on = graph([(0, 0), (0, 500), (30, 500), (30, 0)], [(0, 0), (-200, 0)])

    (record,) = _reach(on, [(0, 0)], [(30, 0), (-200, 0)]).records()

    assert record["service"] == "school1"
    assert (record["metres"], record["minutes"]) == (200.0, 0.2)


def test_a_service_off_the_road_is_as_much_farther() -> None:
    on = graph([(-500, 0), (500, 0)])

    (record,) = _reach(on, [(0, 10)], [(-100, 50), (140, 0)]).records()

    # school0: 10 + 100 + 50 m, 0.7 min; school1: 10 + 140 m, 0.24 min
    assert record["service"] == "school1"
    assert (record["metres"], record["minutes"]) == (150.0, 0.24)
    assert (record["off_road_m"], record["service_off_road_m"]) == (10.0, 0.0)


@pytest.mark.parametrize("count", [1, 3])
def test_a_service_between_the_same_two_junctions_is_found(count: int) -> None:
    on = graph([(-500, 0), (500, 0)])
    services = [(400, 0), (-60, 0), (200, 0)][:count]

    (record,) = _reach(on, [(0, 0)], services).records()

    assert record["metres"] == (400.0 if count == 1 else 60.0)


def test_to_a_school_and_from_a_fire_station_are_two_ways() -> None:
    on = graph(BLOCK, one_way=[1])

    to = _reach(on, [(100, 0)], [(200, 0)])
    out = _reach(on, [(100, 0)], [(200, 0)], direction=Direction.FROM_SERVICE)

    assert to.metres[0] == pytest.approx(100.0)
    assert out.metres[0] == pytest.approx(1300.0)


@pytest.mark.parametrize("junction", [0, 100])
def test_of_equally_near_services_the_first_counts(junction: float) -> None:
    on = graph([(-500, 0), (-junction, 0), (0, 0)], [(0, 0), (junction, 0), (500, 0)],
               [(-junction, 0), (-junction, 50)], [(junction, 0), (junction, 50)])  # fmt: skip

    assert _reach(on, [(0, 0)], [(300, 0), (-300, 0)]).service[0] == 0
    assert _reach(on, [(0, 0)], [(-300, 0), (300, 0)]).service[0] == 0


# ------------------------------------------------------------------ why there is no way
ISLAND = ([(0, 0), (1000, 0)], [(2000, 0), (2000, 100)], [(3000, 0), (3000, 500)])


def test_islands_are_named() -> None:
    on = graph(*ISLAND, [(3000, 500), (3000, 600)])

    main, *islands = on.parts
    assert (main.is_main, main.length_m, main.example_id) == (True, 1000.0, "A")
    assert [(each.number, each.length_m, each.edges, each.nodes) for each in islands] == [
        (1, 600.0, 2, 3),
        (2, 100.0, 1, 2),
    ]
    assert [(each.example_id, each.example_name) for each in islands] == [
        ("C", "street C"),
        ("B", "street B"),
    ]
    assert sum(part.share for part in on.parts) == pytest.approx(1.0)
    assert (islands[0].west, islands[0].north) == (EAST + 3000, NORTH + 600)


def test_a_site_on_an_island_is_named_and_reaches_nothing_on_the_main_part() -> None:
    on = graph(*ISLAND)

    (record,) = _reach(on, [(2010, 50)], [(0, 0)]).records()

    assert (record["minutes"], record["metres"], record["service"]) == (None, None, None)
    assert (record["is_island"], record["part"], record["road"]) == (True, 2, "B")
    assert record["reason"] == "other_part"
    assert record["reason_zh"]
    assert record["reason_en"]


def test_an_island_may_be_passed_over_and_the_record_says_so() -> None:
    on = graph(*ISLAND)

    (record,) = _reach(on, [(1700, 0)], [(0, 0)], only_main=True).records()

    assert (record["road"], record["is_island"], record["off_road_m"]) == ("A", False, 700.0)
    assert (record["passed_part"], record["passed_m"]) == (2, 300.0)
    assert record["metres"] == 1700.0


def test_islands_that_are_farther_off_are_not_passed_over() -> None:
    (record,) = _reach(graph(*ISLAND), [(1100, 0)], [(0, 0)], only_main=True).records()

    assert (record["passed_part"], record["passed_m"]) == (None, None)


def test_nothing_is_passed_over_where_every_road_is_too_far() -> None:
    (record,) = _reach(
        graph(*ISLAND), [(2000, 1200)], [(0, 0)], only_main=True, most_off_road_m=1000.0
    ).records()

    assert record["reason"] == "no_road"
    assert (record["passed_part"], record["passed_m"]) == (None, None)


@pytest.mark.parametrize(
    ("sites", "services", "options", "lack"),
    [
        ([(0, 1001)], [(0, 0)], {}, Lack.NO_ROAD),
        ([(0, 0)], [], {}, Lack.NO_SERVICE),
        ([(0, 0)], [(0, 1001)], {}, Lack.SERVICE_OFF_ROAD),
        ([(0, 0)], [(2000, 0)], {}, Lack.OTHER_PART),
        ([(0, 0)], [(600, 0)], {"most": 0.5}, Lack.TOO_FAR),
        ([(0, 0)], [(600, 0)], {"most": 0.6}, None),
        ([(0, 0)], [(600, 0)], {"most": 600.0, "measure": Measure.METRES}, None),
        ([(0, 0)], [(600, 0)], {"most": 599.0, "measure": Measure.METRES}, Lack.TOO_FAR),
    ],
)
def test_what_is_not_reached_says_why(
    sites: list, services: list, options: dict, lack: Lack | None
) -> None:
    found = _reach(graph(*ISLAND), sites, services, **options)

    assert found.lacks == (lack,)
    assert np.isnan(found.minutes[0]) == np.isnan(found.metres[0]) == (lack is not None)


def test_one_way_streets_that_bar_the_way_are_told_from_islands() -> None:
    on = graph([(0, 0), (500, 0)], [(500, 0), (900, 0)], one_way=[1, 0])

    assert _reach(on, [(600, 0)], [(100, 0)]).lacks == (Lack.ONE_WAY,)
    assert ways_between(on, at(on, (600, 0)), at(on, (100, 0))).lack(0, 0) is Lack.ONE_WAY


def test_a_service_without_a_road_is_named() -> None:
    assert _reach(graph(*ISLAND), [(0, 0)], [(10, 0), (0, 5000)]).without_road == ("school1",)


def test_a_site_without_a_geometry_is_named() -> None:
    on = graph(*ISLAND)
    nothing = np.array([None, shapely.Polygon()], dtype=object)

    sites = places_on(on, nothing, ["a", "b"], CRS)

    found = nearest_services(on, sites, at(on, (0, 0)), Question("school"))
    assert found.lacks == (Lack.NO_SHAPE, Lack.NO_SHAPE)


def test_no_record_holds_what_json_cannot() -> None:
    on = graph(*ISLAND)
    found = _reach(on, [(0, 0), (2000, 0), (0, 9000), (3000, 5)], [(10, 0), (3000, 100)])

    text = json.dumps(found.records(), ensure_ascii=False, allow_nan=False)

    assert [each["service"] for each in json.loads(text)] == ["school0", None, None, "school1"]


def test_without_roads_nothing_has_one() -> None:
    on = graph()

    assert _reach(on, [(0, 0)], [(0, 0)], only_main=True).lacks == (Lack.NO_ROAD,)


def test_a_matrix_says_why_as_well() -> None:
    on = graph(*ISLAND)
    here, there = at(on, (0, 0), (0, 5000)), at(on, (600, 0), (2000, 0), (0, 5000))

    found = ways_between(on, here, there, most=0.5)

    assert [found.lack(0, column) for column in range(3)] == [
        Lack.TOO_FAR,
        Lack.OTHER_PART,
        Lack.NO_ROAD,
    ]
    assert found.lack(1, 0) is Lack.NO_ROAD
    assert ways_between(on, here, there).lack(0, 0) is None


# ------------------------------------------------------------------------------- modes
def test_a_class_that_is_closed_to_a_mode_is_in_no_part_of_it() -> None:
    made = network_of(
        roads([(0, 0), (900, 0)], [(0, 500), (900, 500)], classes=["高速公路", "支路"])
    )
    modes = read_speeds().modes
    on_foot, by_car = graph_of(made, modes["walk"]), graph_of(made, modes["drive"])

    assert (len(on_foot.parts), len(by_car.parts)) == (1, 2)
    assert at(on_foot, (0, 100)).off_road_m[0] == pytest.approx(400.0)
    # one drives on the motorway, and gets on it elsewhere
    assert at(by_car, (0, 100)).off_road_m[0] == pytest.approx(400.0)
    assert by_car.minutes.tolist() == pytest.approx([0.675, 2.7])


@pytest.mark.parametrize(("level", "off_road_m"), [(0, 100.0), (1, 400.0), (-1, 400.0)])
def test_nobody_gets_on_a_bridge_or_into_a_tunnel_from_beside_it(
    level: int, off_road_m: float
) -> None:
    on = graph([(0, 0), (900, 0)], [(0, 500), (900, 500)], levels=[level, 0])

    assert at(on, (10, 100)).off_road_m[0] == pytest.approx(off_road_m)


def test_a_class_without_a_speed_is_named() -> None:
    on = graph([(0, 0), (100, 0)], [(200, 0), (300, 0)], classes=["lane", "lane"])

    (unknown,) = on.unknown
    assert (unknown.word, unknown.rows, unknown.example_id) == ("lane", 2, "A")
