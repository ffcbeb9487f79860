"""Chainage by hand: straight corridors, lines, borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely

from siting.model import Finding, RedLine, Route, Severity, Text, Way
from siting.suggest import chainage_table

if TYPE_CHECKING:
    from conftest import Town
    from shapely.geometry.base import BaseGeometry

    from siting.model import ChainageRow

EAST, NORTH = 500_000.0, 2_560_000.0


def found(code: str, geometry: BaseGeometry, *, line: str = "L") -> Finding:
    return Finding(
        f"{line}|{code}",
        code,
        Severity.PROHIBITED,
        line,
        "P1",
        "layer",
        "f",
        "f",
        geometry,
        0.0,
        "m2",
        0.0,
        Text("x"),
        Route(Way.AVOID, Text("x")),
    )


def line(*points: tuple[float, float]) -> RedLine:
    shape = shapely.LineString([(EAST + east, NORTH + north) for east, north in points])
    return RedLine("L", "P1", shape, "EPSG:4547")


def told(rows: tuple[ChainageRow, ...]) -> list[tuple[str, float, float, float, str]]:
    return [(r.district, r.from_m, r.to_m, r.length_m, r.code) for r in rows]


def test_a_line_is_measured_along_itself(town: Town) -> None:
    # 1 km east, then 500 m north; the farmland lies on the northern leg
    corridor = line((0, 100), (1_000, 100), (1_000, 600))
    farm = found("FARM", town.box(900, 200, 200, 100))
    rows = chainage_table(corridor, town.atlas.districts, [farm])
    assert told(rows) == [("A", 0, 1_500, 1_500, ""), ("A", 1_100, 1_200, 100, "FARM")]


def test_a_line_through_two_districts_is_split_at_the_border(town: Town) -> None:
    rows = chainage_table(line((2_000, 100), (3_200, 100)), town.atlas.districts, [])
    assert told(rows) == [("A", 0, 500, 500, ""), ("B", 500, 1_200, 700, "")]


def test_a_line_on_the_border_belongs_to_one_district(town: Town) -> None:
    rows = chainage_table(line((2_500, 0), (2_500, 400)), town.atlas.districts, [])
    assert told(rows) == [("A", 0, 400, 400, "")]


def test_what_lies_in_no_district_has_no_code(town: Town) -> None:
    rows = chainage_table(line((4_900, 100), (5_300, 100)), town.atlas.districts, [])
    assert told(rows) == [("", 100, 400, 300, ""), ("B", 0, 100, 100, "")]


def test_a_corridor_runs_from_its_western_end(town: Town) -> None:
    corridor = RedLine("L", "P1", town.box(100, 100, 800, 20), "EPSG:4547")
    farm = found("FARM", town.box(300, 90, 50, 15))
    rows = chainage_table(corridor, town.atlas.districts, [farm])
    assert told(rows) == [("A", 0, 800, 800, ""), ("A", 200, 250, 50, "FARM")]
    assert rows[1].area_m2 == pytest.approx(50 * 5, abs=0.001)


def test_a_corridor_due_north_runs_from_the_south(town: Town) -> None:
    corridor = RedLine("L", "P1", town.box(100, 100, 20, 800), "EPSG:4547")
    farm = found("FARM", town.box(100, 150, 20, 50))
    rows = chainage_table(corridor, town.atlas.districts, [farm])
    assert told(rows)[1] == ("A", 50, 100, 50, "FARM")


def test_overlapping_pieces_of_one_rule_count_once(town: Town) -> None:
    corridor = RedLine("L", "P1", town.box(0, 100, 800, 20), "EPSG:4547")
    pieces = [
        found("FARM", town.box(100, 100, 100, 20)),
        found("FARM", town.box(150, 100, 100, 20)),
    ]
    rows = chainage_table(corridor, town.atlas.districts, pieces)
    assert told(rows)[1:] == [("A", 100, 250, 150, "FARM")]
    assert rows[1].area_m2 == pytest.approx(3_000, abs=0.001)


def test_findings_of_other_red_lines_are_passed_over(town: Town) -> None:
    farm = found("FARM", town.box(0, 0, 500, 500), line="other")
    rows = chainage_table(line((0, 100), (1_000, 100)), town.atlas.districts, [farm])
    assert told(rows) == [("A", 0, 1_000, 1_000, "")]


def test_two_separate_stretches_are_two_rows(town: Town) -> None:
    corridor = line((0, 100), (1_000, 100))
    pieces = [found("FARM", town.box(east, 50, 100, 100)) for east in (600, 200)]
    rows = chainage_table(corridor, town.atlas.districts, pieces)
    assert told(rows)[1:] == [("A", 200, 300, 100, "FARM"), ("A", 600, 700, 100, "FARM")]
