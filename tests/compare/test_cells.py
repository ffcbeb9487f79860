"""Lines of cells: areas by hand, nothing unknown read as good, blocks that fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.compare import OptionKind
from siting.compare.cells import (
    Line,
    areas_of,
    cell_text,
    columns_of,
    measure_text,
    sections,
    share_text,
)

from . import hand


def line(title: str, language: str = "en") -> Line:
    found = hand.comparison()
    made = sections(found, found.options, language)
    (chosen,) = [each for section in made for each in section.lines if each.title == title]
    return chosen


def test_areas_are_in_square_metres_hectares_and_mu() -> None:
    (present,) = hand.comparison().of_kind(OptionKind.PRESENT)
    areas = areas_of(present)
    assert [str(areas.area_m2), str(areas.area_ha), str(areas.area_mu)] == [
        "10000.00", "1.0000", "15.00",
    ]  # fmt: skip
    assert line("area mu").cells == (15.0, 15.0, 15.0, 12.0)  # 7,999 m² are 11.9985 mu
    assert line("area (planar) m² (of record)").cells[:3] == (10_000.0, 10_000.0, 10_000.0)


def test_rules_are_told_by_code_title_and_area() -> None:
    remains = line("remains (present: conflicts)").cells
    assert remains == ("T-OVERLAP the overlap rule (3.00 mu)", "none", "T-CONSULT", "none")
    assert line("resolves").cells[1:] == ("T-OVERLAP the overlap rule",) * 3
    assert line("not checked").cells == ("none", "none", "not supplied", "none")


def test_who_must_be_acquired_is_said_of_sites_alone() -> None:
    assert line("must be acquired").cells == (None, "no", "yes", None)


def test_shares_and_changes() -> None:
    first = line("share of draws first")
    assert [cell_text(cell, first) for cell in first.cells] == ["–", "90%", "10%", "–"]
    assert line("land given up m²").cells == (None, None, None, 2_001.0)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (0.0001, "< 1%"), (0.006, "1%"), (0.5, "50%"), (0.9999, "> 99%"), (1.0, "100%")],
)
def test_a_share_never_reads_as_none_or_all_where_it_is_not(share: float, text: str) -> None:
    assert share_text(share) == text


def test_a_line_that_says_nothing_is_left_out() -> None:
    found = hand.comparison()
    titles = {each.title for one in sections(found, found.options, "en") for each in one.lines}
    assert "on a road m" not in titles


def test_what_was_not_looked_at_for_the_nearest_parcel_is_unknown() -> None:
    found = hand.comparison(
        search=hand.search(suggestions=(), ranking=None, nearest=hand.nearest())
    )
    near = found.of_kind(OptionKind.NEAREST)
    lines = [each for one in sections(found, near, "en") for each in one.lines]
    (gaps,) = [each for each in lines if each.title == "not checked"]
    assert gaps.cells == ("unknown",)


@pytest.mark.parametrize(
    ("measure", "unit", "text"),
    [(None, "m", "unknown"), (1234.5, "m", "1,234 m"), (2.0, "min", "2 min"), (-0.0, "m", "0 m"),
     (0.784, "share", "0.78"), (12.345, "%", "12.35 %"), (1.0, "0/1", "1")],
)  # fmt: skip
def test_measures_bear_their_unit(measure: float | None, unit: str, text: str) -> None:
    assert measure_text(measure, unit, "en") == text


def test_blocks_repeat_the_present_red_line_and_lose_nobody() -> None:
    found = hand.comparison()
    sites = tuple(replace(found.options[1], number=number) for number in range(1, 8))
    wide = replace(found, options=(found.options[0], *sites))
    blocks = list(columns_of(wide, (OptionKind.SITE,), 4))
    assert [[option.key for option in block] for block in blocks] == [
        ["P1", "1", "2", "3"], ["P1", "4", "5", "6"], ["P1", "7"],
    ]  # fmt: skip


def test_the_present_red_line_alone_is_a_block() -> None:
    found = hand.comparison(search=None, repairs=())
    (block,) = columns_of(found, (OptionKind.SITE,), 4)
    assert [option.key for option in block] == ["P1"]
