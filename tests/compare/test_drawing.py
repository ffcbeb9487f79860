"""Windows, maps and bars against hand geometry."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser

import pytest
import shapely

from siting.compare.chart import AXIS_PX, bars
from siting.compare.frames import (
    LEAST_SIDE_M,
    SHARE_OF_MAP,
    Window,
    common_side_m,
    overview_of,
    plan_of,
    round_length_m,
)
from siting.compare.picture import Canvas, furniture, hatch_id, hatches, places_of, pointer
from siting.mapping.styles import CONTROL_LOOKS, RULE_LOOKS, SPARE_LOOKS

from . import hand


class Elements(HTMLParser):
    """Elements with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_all_maps_have_one_scale_with_room_for_the_largest() -> None:
    shapes = [shapely.box(0, 0, 450, 10), shapely.box(0, 0, 5, 5)]
    assert common_side_m(shapes) == pytest.approx(450 / SHARE_OF_MAP)
    assert common_side_m([shapely.box(0, 0, 5, 5)]) == LEAST_SIDE_M
    plan = plan_of(hand.comparison().options)
    assert {window.width_m for window in plan.windows.values()} == {LEAST_SIDE_M}
    assert set(plan.windows) == {"P1", "1", "2", "R1"}


def test_each_map_has_its_outline_in_the_middle() -> None:
    plan = plan_of(hand.comparison().options)
    middle = shapely.get_coordinates(shapely.centroid(hand.FIRST))[0]
    assert plan.windows["1"].middle == pytest.approx(tuple(middle))


def test_the_overview_holds_everything_at_its_aspect() -> None:
    window = overview_of([shapely.box(0, 0, 1000, 10), shapely.box(0, 700, 10, 800)], aspect=1.6)
    assert window is not None
    assert window.width_m / window.height_m == pytest.approx(1.6)
    assert window.box.contains(shapely.box(0, 0, 1000, 800))
    assert overview_of([], aspect=1.6) is None


@pytest.mark.parametrize(("most", "length"), [(99, 50), (100, 100), (230, 200), (0.7, 0.5)])
def test_scale_bars_have_round_lengths(most: float, length: float) -> None:
    assert round_length_m(most) == pytest.approx(length)


def test_coordinates_become_pixels_north_up() -> None:
    canvas = Canvas(Window(0.0, 0.0, 200.0, 200.0), 100, 100)
    assert list(canvas.paths([shapely.box(20, 40, 60, 100)])) == ["M30 80L30 50L10 50L10 80Z"]


def test_holes_are_drawn_and_what_is_outside_is_not() -> None:
    canvas = Canvas(Window(0.0, 0.0, 100.0, 100.0), 100, 100)
    ring = shapely.box(10, 10, 90, 90) - shapely.box(40, 40, 60, 60)
    (path,) = canvas.paths([ring, shapely.box(500, 500, 600, 600)])
    assert path.count("Z") == 2


def test_a_line_stays_open() -> None:
    canvas = Canvas(Window(0.0, 0.0, 100.0, 100.0), 100, 100)
    (path,) = canvas.paths([shapely.LineString([(10, 10), (20, 10)])])
    assert path == "M10 90L20 90"


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    canvas = Canvas(Window(0.0, 0.0, 1000.0, 1000.0), 300, 300)
    text = "".join(furniture(canvas))
    bar = re.search(r"H([\d.]+)V", text)
    assert bar is not None
    assert ">200 m<" in text
    assert (float(bar.group(1)) - 10) * canvas.metres_per_px == pytest.approx(200, abs=0.5)


@pytest.mark.parametrize(
    ("degrees", "x", "y"), [(0, 286, 150), (90, 150, 14), (180, 14, 150), (-45, 286, 286)]
)
def test_the_arrow_lies_where_the_red_line_is(degrees: float, x: float, y: float) -> None:
    canvas = Canvas(Window(-150.0, -150.0, 300.0, 300.0), 300, 300)
    east, north = (5_000 * f(math.radians(degrees)) for f in (math.cos, math.sin))
    arrow = pointer(canvas, shapely.box(east - 1, north - 1, east + 1, north + 1), "4.9 km")
    assert arrow is not None
    found = re.search(r"translate\(([-\d.]+) ([-\d.]+)\) rotate\(([-\d.]+)\)", arrow)
    assert found is not None
    assert [float(part) for part in found.groups()] == pytest.approx([x, y, 90 - degrees], abs=0.2)


def test_no_arrow_where_the_red_line_is_seen() -> None:
    canvas = Canvas(Window(-150.0, -150.0, 300.0, 300.0), 300, 300)
    assert pointer(canvas, shapely.box(0, 0, 10, 10), "") is None


def test_badges_never_cover_each_other() -> None:
    canvas = Canvas(Window(0.0, 0.0, 100.0, 100.0), 560, 350)
    places = places_of([(280.0, 175.0)] * 9 + [(2.0, 2.0)], canvas)
    assert places[0] == (280.0, 175.0)
    assert all(
        math.dist(one, other) > 22 for at, one in enumerate(places) for other in places[at + 1 :]
    )
    assert all(11 < x < 549 and 11 < y < 339 for x, y in places)


def test_every_look_of_the_maps_has_a_pattern_here() -> None:
    looks = [*CONTROL_LOOKS.values(), *RULE_LOOKS.values(), *SPARE_LOOKS]
    text = hatches(looks)
    for look in looks:
        assert (f'id="{hatch_id(look)}"' in text) is (look.hatch != "outline")


def test_the_parts_of_a_bar_are_as_wide_as_their_points_and_lie_end_to_end() -> None:
    found = hand.comparison()
    scored = [option for option in found.options if option.score is not None]
    parts = [
        (float(attributes["x"] or 0), float(attributes["width"] or 0))
        for tag, attributes in Elements(bars(found.criteria, scored, "en")).found
        if tag == "rect"
    ]
    assert [width / AXIS_PX * 100 for _, width in parts] == [56.25, 18.75, 37.5]  # no empty part
    assert parts[1][0] == pytest.approx(parts[0][0] + parts[0][1])
