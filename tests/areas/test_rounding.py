"""Rounded parts that add up to their rounded total, in every unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.areas import area_table, ladder_table, round_to_sum
from siting.errors import SitingError

AREAS = st.lists(st.floats(0, 1e9, allow_subnormal=False), max_size=40)
#: Many halves and equal remainders, where ties have to be settled.
TIES = st.lists(st.integers(0, 4_000).map(lambda n: n / 8), max_size=40)
DECIMALS = st.integers(0, 4)
LOOK = settings(max_examples=200, deadline=None, derandomize=True)


def texts(cells) -> list[str]:
    return [str(cell) for cell in cells]


def test_three_thirds_make_one() -> None:
    # by hand: 33.33 each, one hundredth is missing; all remainders equal: the first has it
    assert texts(round_to_sum([100 / 3] * 3, decimals=2)) == ["33.34", "33.33", "33.33"]


def test_the_largest_remainder_has_the_missing_unit() -> None:
    # floors 1 + 2 + 3 = 6, sum 7.4 -> 7
    assert texts(round_to_sum([1.25, 2.75, 3.4], decimals=0)) == ["1", "3", "3"]


def test_of_equal_remainders_the_larger_part() -> None:
    assert texts(round_to_sum([1.5, 7.5], decimals=0)) == ["1", "8"]
    assert texts(round_to_sum([7.5, 1.5], decimals=0)) == ["8", "1"]


def test_a_total_known_better_leads() -> None:
    # 0.8 by adding up, 1.2 as measured: both are 1, and the parts are 1 and 0
    assert texts(round_to_sum([0.4, 0.4], decimals=0, total=1.2)) == ["1", "0"]


@pytest.mark.parametrize("total", [2.0, 3.0, 99.0])
def test_parts_that_do_not_make_the_total_are_refused(total: float) -> None:
    with pytest.raises(SitingError, match="do not make up"):
        round_to_sum([1.0, 1.5], decimals=0, total=total)


@pytest.mark.parametrize("value", [-1e-9, float("nan"), float("inf")])
def test_no_area_is_negative_or_boundless(value: float) -> None:
    with pytest.raises(SitingError, match="cannot be rounded"):
        round_to_sum([1.0, value], decimals=2)
    with pytest.raises(SitingError, match="cannot be rounded"):
        area_table({"a": 1.0, "b": value})


def test_nothing_adds_up_to_nothing() -> None:
    assert round_to_sum([], decimals=2) == ()
    assert area_table({}).total.area_m2 == 0


@given(AREAS | TIES, DECIMALS)
@LOOK
def test_the_sum_is_exact_and_each_is_off_by_less_than_a_unit(values, decimals) -> None:
    rounded = round_to_sum(values, decimals=decimals)
    unit = Fraction(1, 10**decimals)
    exact = sum(map(Fraction, values), Fraction(0))
    assert sum(map(Fraction, rounded), Fraction(0)) == round(exact / unit) * unit
    for value, shown in zip(values, rounded, strict=True):
        assert abs(Fraction(shown) - Fraction(value)) < unit
        assert shown >= 0
        assert shown.as_tuple().exponent == -decimals


@given((AREAS | TIES).flatmap(lambda v: st.tuples(st.just(v), st.permutations(v))), DECIMALS)
@LOOK
def test_the_order_of_the_parts_does_not_matter(both, decimals) -> None:
    one, other = both
    first = sorted(zip(one, round_to_sum(one, decimals=decimals), strict=True))
    assert first == sorted(zip(other, round_to_sum(other, decimals=decimals), strict=True))


@given(AREAS)
@LOOK
def test_every_column_adds_up(values) -> None:
    table = area_table({str(place): value for place, value in enumerate(values)})
    for column in ("area_m2", "area_ha", "area_mu"):
        cells = [Fraction(getattr(row, column)) for row in table.rows]
        assert sum(cells, Fraction(0)) == Fraction(getattr(table.total, column))


def test_the_three_units_by_hand() -> None:
    table = area_table({"farmland": 12_345.678, "forest": 2_000.0})
    # 12,345.678 m² = 1.2345678 公顷 = 18.518517 亩; 2,000 m² = 0.2 公顷 = 3 亩
    farmland, forest = table.rows
    assert texts([farmland.area_m2, farmland.area_ha, farmland.area_mu]) == [
        "12345.68", "1.2346", "18.52",
    ]  # fmt: skip
    assert texts([forest.area_m2, forest.area_ha, forest.area_mu]) == ["2000.00", "0.2000", "3.00"]
    assert texts([table.total.area_m2, table.total.area_ha]) == ["14345.68", "1.4346"]
    assert table.total.area_mu == Decimal("21.52")


def test_the_example_of_the_document() -> None:
    # docs/areas.md: rounded one by one, hectares would make 2.5431 beside 2.5432
    table = area_table({"farmland": 12_345.4, "ecology": 8_765.4, "road": 4_321.4})
    rows = (*table.rows, table.total)
    assert texts(row.area_ha for row in rows) == ["1.2346", "0.8765", "0.4321", "2.5432"]
    assert texts(row.area_mu for row in rows) == ["18.52", "13.15", "6.48", "38.15"]


def test_one_hectare_is_fifteen_mu_exactly() -> None:
    assert str(area_table({"a": 10_000.0}).total.area_mu) == "15.00"


def test_a_ladder_adds_up_to_the_area_in_conflict() -> None:
    third = 100 / 3
    table = ladder_table({"A": third, "B": third, "C": third}, conflict_area_m2=100.0000001)
    assert texts(row.area_m2 for row in table.rows) == ["33.34", "33.33", "33.33"]
    assert str(table.total.area_m2) == "100.00"


def test_milder_rules_in_a_ladder_make_a_total_of_their_own() -> None:
    table = ladder_table({"A": 60.0, "MILD": 40.0}, conflict_area_m2=60.0)
    assert str(table.total.area_m2) == "100.00"


def test_a_share_that_shows_nothing_is_left_out() -> None:
    table = ladder_table({"A": 60.0, "B": -1e-9, "C": 1e-6}, conflict_area_m2=60.0)
    assert [row.name for row in table.rows] == ["A"]
    assert str(table.total.area_m2) == "60.00"
