"""No label lies on another, on what is taken, or outside of the frame."""

from __future__ import annotations

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.sheets.labels import Room, Wish
from siting.sheets.scales import Rect

FRAME = Rect(10, 10, 120, 80)
WISHES = st.lists(
    st.builds(
        Wish, st.floats(10, 130), st.floats(10, 90), st.floats(1, 12), st.floats(1, 5),
        st.floats(0, 4), st.just(200.0),
    ),
    max_size=40,
)  # fmt: skip


@given(WISHES)
@settings(deadline=None)
def test_labels_never_meet_each_other_nor_what_is_taken(wishes: list[Wish]):
    taken = Rect(60, 40, 20, 10)
    room = Room(FRAME, [taken])
    placed = [rect for wish in wishes if (rect := room.place(wish)) is not None]
    boxes = [rect.box for rect in (*placed, taken)]
    assert all(FRAME.box.covers(box) for box in boxes)
    # by shapely: what the union loses, two of them shared
    assert (
        shapely.union_all(boxes).area == sum(box.area for box in boxes)
        or abs(shapely.union_all(boxes).area - sum(box.area for box in boxes)) < 1e-6
    )


def test_a_label_stands_as_near_as_there_is_room():
    room = Room(FRAME)
    free = Wish(70, 50, 4, 4, 0, 50)
    assert room.place(free) == Rect(68, 48, 4, 4)
    second = room.place(free)
    assert second is not None
    assert 4 < shapely.distance(shapely.Point(70, 50), second.box.centroid) < 9


def test_a_crowd_of_numbers_finds_room_wherever_it_is():
    room = Room(FRAME)
    placed = [room.place(Wish(70, 50, 4, 4, 1, 500)) for _ in range(150)]
    assert None not in placed  # 150 of 16 mm² in 9,600 mm²


def test_a_label_that_may_not_stand_off_is_left_out_where_its_place_is_taken():
    room = Room(FRAME, [Rect(60, 40, 20, 20)])
    assert room.place(Wish(70, 50, 4, 4, 0, 3)) is None
