"""Lines become a network as drawn by hand: shared vertices, gaps, crossings, levels, refusals."""

from __future__ import annotations

import json
import math
import struct

import numpy as np
import pytest
import shapely
from shapely.affinity import rotate

from siting.access import LevelsMeet, Network, Noding, network_of, plain_roads
from siting.errors import ConfigError

from .streets import AS_DRAWN, CROSSING, CRS, EAST, NORTH, graph, network, shape, shapes


def _parts(made: Network) -> int:
    """Count what hangs together, by walking over the edges."""
    waiting, groups = set(range(made.nodes)), 0
    pairs = list(zip(made.tails.tolist(), made.heads.tolist(), strict=True))
    while waiting:
        groups += 1
        front = {min(waiting)}
        while front:
            waiting -= front
            front = {b for pair in pairs for a, b in (pair, pair[::-1]) if a in front} & waiting
    return groups


def test_lines_are_cut_where_they_share_a_vertex() -> None:
    made = network([(0, 0), (30, 40), (30, 140)], [(30, 40), (130, 40)], noding=AS_DRAWN)

    assert sorted(made.length_m.tolist()) == pytest.approx([50.0, 100.0, 100.0])
    assert (len(made), made.nodes, _parts(made)) == (3, 4, 1)
    assert sorted(made.rows.tolist()) == [0, 0, 1]


def test_each_edge_has_its_own_line() -> None:
    made = network([(0, 0), (30, 40), (30, 140)], [(30, 40), (130, 40)], noding=AS_DRAWN)

    assert shapely.length(made.lines) == pytest.approx(made.length_m)
    ends = shapely.get_coordinates([shapely.get_point(line, 0) for line in made.lines])
    assert (ends == made.node_xy[made.tails]).all()


def test_a_line_that_meets_itself_in_a_vertex_is_cut_there() -> None:
    made = network([(0, 0), (100, 0), (100, 50), (50, 50), (50, 0), (50, -50)], noding=AS_DRAWN)
    loop = network([(0, 0), (50, 0), (100, 0), (100, 50), (50, 50), (50, 0)], noding=AS_DRAWN)

    assert len(made) == 1  # it crosses itself between two vertices
    assert sorted(loop.length_m.tolist()) == pytest.approx([50.0, 200.0])


def test_vertices_are_the_same_on_the_same_millimetre() -> None:
    made = network([(0, 0), (100, 0)], [(100.0003, -0.0002), (200, 0)], noding=AS_DRAWN)
    apart = network([(0, 0), (100, 0)], [(100.002, 0), (200, 0)], noding=AS_DRAWN)

    assert _parts(made) == 1
    assert _parts(apart) == 2


@pytest.mark.parametrize(("gap_m", "parts"), [(0.0, 1), (0.4, 1), (1.0, 1), (1.1, 2)])
@pytest.mark.parametrize("turn", [0, 33])
def test_an_end_just_short_of_a_line_is_joined_to_it(gap_m: float, parts: int, turn: int) -> None:
    lines = shapes([(0, 0), (100, 0)], [(40, gap_m), (40, 60)])
    lines = np.array([rotate(line, turn, origin=(EAST, NORTH)) for line in lines], dtype=object)
    noding = Noding(snap_m=1.0 + 1e-9, near_m=5.0)

    made = network_of(plain_roads(lines, CRS), noding)

    assert _parts(made) == parts
    named = made.drawing.joined if parts == 1 else made.drawing.nearly
    assert [(gap.road_id, gap.to_id, gap.gap_m) for gap in named] == [("1", "0", gap_m)]
    if parts == 1:
        assert made.drawing.crossings.apart == ()
        lengths = sorted(made.length_m.tolist())
        assert lengths == pytest.approx([40.0, 60.0, 60.0], abs=1e-6)


def test_two_ends_that_miss_each_other_are_joined_once() -> None:
    made = network([(0, 0), (100, 0)], [(100.6, 0), (200, 0)])

    assert [(gap.road_id, gap.to_id) for gap in made.drawing.joined] == [("A", "B")]
    assert made.length_m.sum() == pytest.approx(200.0)
    assert _parts(made) == 1


def test_a_loop_that_was_not_closed_is_joined_to_itself() -> None:
    made = network([(0, 0), (50, 0), (50, 50), (0, 50), (0, 0.5)])

    assert len(made.drawing.joined) == 1
    assert (made.nodes, made.length_m.sum()) == (1, pytest.approx(200.0))


def test_a_short_stub_has_not_missed_the_line_that_it_begins_on() -> None:
    made = network([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 4)])

    assert (made.drawing.joined, made.drawing.nearly) == ((), ())


def test_an_end_that_runs_over_is_a_stub_where_crossings_are_joined() -> None:
    made = network([(0, 0), (100, 0)], [(40, -0.3), (40, 60)], noding=CROSSING)

    assert made.drawing.joined == ()
    (crossing,) = made.drawing.crossings.joined
    assert (crossing.road_id, crossing.other_id) == ("A", "B")
    assert sorted(made.length_m.tolist()) == pytest.approx([0.3, 40.0, 60.0, 60.0], abs=1e-6)


def test_crossings_without_a_vertex_are_joined_where_that_is_asked_for() -> None:
    streets = ([(0, 0), (100, 0)], [(30, -40), (30, 60)])

    apart, joined = network(*streets), network(*streets, noding=CROSSING)

    assert (_parts(apart), len(apart)) == (2, 2)
    (named,) = apart.drawing.crossings.apart
    assert (named.road_id, named.other_id, named.is_one_level) == ("A", "B", True)
    assert (_parts(joined), len(joined)) == (1, 4)
    assert sorted(joined.length_m.tolist()) == pytest.approx([30, 40, 60, 70])
    named = [(each.easting, each.northing) for each in joined.drawing.crossings.joined]
    assert named == [(EAST + 30, NORTH)]


def test_places_are_named_to_the_millimetre() -> None:
    made = network([(0, 0), (100, 0)], [(10, -10), (20, 20)])

    (crossing,) = made.drawing.crossings.apart
    assert (crossing.easting, crossing.northing) == (EAST + 13.333, NORTH)


def test_a_line_that_touches_another_without_a_vertex_of_it_is_joined() -> None:
    made = network([(0, 0), (100, 0)], [(30, 50), (60, 0), (90, 50)], noding=CROSSING)

    assert _parts(made) == 1
    assert sorted(made.length_m.tolist()) == pytest.approx([40, 3400**0.5, 3400**0.5, 60])


@pytest.mark.parametrize("over_m", [-0.0006, 0.0, 0.0006])
def test_a_line_touches_within_a_millimetre_and_no_edge_is_a_splinter(over_m: float) -> None:
    made = network([(0, 0), (100, 0)], [(30, 50), (60, -over_m), (90, 50)], noding=CROSSING)

    assert _parts(made) == 1
    assert (len(made), made.length_m.min()) == (4, pytest.approx(40.0))


def test_what_crosses_on_another_level_is_named_and_not_joined() -> None:
    made = network([(0, 0), (100, 0)], [(30, -40), (30, 60)], levels=[0, 1], noding=CROSSING)

    assert _parts(made) == 2
    crossing = made.drawing.crossings.apart[0]
    assert (crossing.road_id, crossing.other_id) == ("A", "B")
    assert (crossing.easting, crossing.northing) == (EAST + 30, NORTH)
    assert not crossing.is_one_level


def test_a_line_that_crosses_itself_is_named_and_not_joined() -> None:
    made = network([(0, 0), (100, 0), (100, 50), (50, 50), (50, -50)], noding=CROSSING)

    assert made.drawing.crossings.own == ("A",)
    assert len(made) == 1


#: A street in two halves and a bridge in two halves, with one vertex in common.
CUT_EVERYWHERE = (
    [(0, 0), (50, 0)],
    [(50, 0), (100, 0)],
    [(50, -50), (50, 0)],
    [(50, 0), (50, 50)],
)


def test_a_bridge_that_goes_on_over_a_shared_vertex_stays_apart() -> None:
    made = network(*CUT_EVERYWHERE, levels=[0, 0, 1, 1])

    assert _parts(made) == 2
    assert made.drawing.vertices_apart == ((EAST + 50, NORTH),)
    # it is a vertex, and no crossing without one
    assert (made.drawing.crossings.joined, made.drawing.crossings.apart) == ((), ())


def test_two_that_go_on_through_a_shared_vertex_stay_apart() -> None:
    made = network([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)], levels=[0, 1])

    assert _parts(made) == 2


@pytest.mark.parametrize(("lone", "through"), [(0, 1), (1, 0), (-1, 0), (0, -1)])
def test_a_lone_end_hangs_together_with_what_goes_on_there(lone: int, through: int) -> None:
    made = network([(0, 0), (50, 0)], [(50, -50), (50, 0), (50, 50)], levels=[lone, through])

    assert (_parts(made), len(made)) == (1, 3)


def test_a_lone_end_hangs_together_with_the_nearest_level_alone() -> None:
    vertical, slanting = [(50, -50), (50, 0), (50, 50)], [(20, -50), (50, 0), (80, 50)]
    made = network([(0, 0), (50, 0)], vertical, slanting, levels=[1, 0, 3])

    middle = {int(node) for node in made.tails[made.rows == 1]} & {
        int(node) for node in made.heads[made.rows == 1]
    }
    assert set(made.heads[made.rows == 0].tolist()) == middle
    assert _parts(made) == 2


def test_levels_meet_at_every_shared_vertex_where_the_layer_means_it() -> None:
    noding = Noding(levels_meet=LevelsMeet.ALWAYS)

    assert _parts(network(*CUT_EVERYWHERE, levels=[0, 0, 1, 1], noding=noding)) == 1


@pytest.mark.parametrize("first", [0, 2, -1])
def test_a_bridge_begins_where_a_street_ends(first: int) -> None:
    made = network([(0, 0), (50, 0)], [(50, 0), (100, 0)], levels=[first, 1])

    assert _parts(made) == 1
    assert made.drawing.vertices_apart == ()


def test_a_bridge_head_beside_a_street_is_joined_to_its_end_but_not_to_its_middle() -> None:
    to_end = network([(0, 0), (50, 0)], [(50.5, 0), (100, 0)], levels=[0, 1])
    to_middle = network([(0, 0), (50, 0)], [(25, 0.5), (25, 50)], levels=[0, 1])

    assert _parts(to_end) == 1
    assert (_parts(to_middle), to_middle.drawing.nearly) == (2, ())


def test_every_row_is_used_or_refused() -> None:
    lines = np.array(
        [
            shape([(0, 0), (10, 0)]),
            None,
            shapely.Point(EAST, NORTH),
            shapely.LineString(),
            shape([(0, 0), (0.0001, 0)]),
            shapely.from_wkb(struct.pack("<BII4d", 1, 2, 2, EAST, NORTH, math.inf, NORTH)),
            shapely.MultiLineString([shape([(20, 0), (30, 0)]), shape([(40, 0), (50, 0)])]),
            shapely.GeometryCollection([shape([(60, 0), (70, 0)]), shapely.Point(EAST, NORTH)]),
            shapely.MultiLineString(),
        ],
        dtype=object,
    )

    made = network_of(plain_roads(lines, CRS), AS_DRAWN)

    drawing = made.drawing
    lost = {refusal.row for refusal in drawing.refused if not refusal.is_repaired}
    assert lost == {1, 2, 3, 4, 5, 8}
    assert [each.row for each in drawing.refused if each.is_repaired] == [7]
    assert (drawing.rows_in, drawing.rows_used) == (9, 3)
    assert made.length_m.sum() == drawing.length_m == pytest.approx(40.0)
    json.dumps(drawing.document(), allow_nan=False)


def test_no_roads_are_a_network_without_edges() -> None:
    made = graph()

    assert (len(made.network), made.parts, made.islands) == (0, (), ())


def test_distances_that_cannot_be_are_refused() -> None:
    with pytest.raises(ConfigError, match="snap_m"):
        Noding(snap_m=5.0, near_m=1.0)


def test_degrees_are_refused() -> None:
    with pytest.raises(ConfigError, match="working CRS"):
        plain_roads(shapes([(0, 0), (1, 1)]), "EPSG:4490")
