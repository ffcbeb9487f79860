"""Thresholds at 0.0001 公顷 to both sides, and what is not known of the land."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from siting.compose import Composition, read_book
from siting.compose.approval import is_over, measured
from siting.model import Layer

from ..tiny_city import rect
from .plots import Plot, farmland, land_use, one


def levels(found: Composition) -> dict[str, list[tuple[str, bool]]]:
    steps: dict[str, list[tuple[str, bool]]] = {}
    for hint in found.hints:
        steps.setdefault(hint.step, []).append((hint.level, hint.is_certain))
    return steps


def field_of(area_m2: float, code: str = "0103", owner: str = "集体") -> tuple[Layer, object]:
    """A field 100 m wide of so many m², and a red line of the same outline."""
    shape = rect(0, 0, area_m2 / 100, 100)
    return land_use([Plot(shape, code, owner)]), shape


@pytest.mark.parametrize(
    ("area_ha", "level"),
    [
        (34.9999, "province"),
        (35.0, "province"),
        (35.0001, "state_council"),
        (36.0, "state_council"),
    ],
)
def test_collective_cultivated_land_over_35_hectares(area_ha: float, level: str):
    plots, outline = field_of(area_ha * 10_000)
    assert levels(one(outline, plots))["expropriation"] == [(level, True)]


@pytest.mark.parametrize(
    ("area_ha", "level"), [(69.9999, "province"), (70.0, "province"), (70.0001, "state_council")]
)
def test_other_collective_land_over_70_hectares(area_ha: float, level: str):
    shape = rect(0, 0, area_ha * 10, 1000)
    found = one(shape, land_use([Plot(shape, "0301")]))
    assert levels(found)["expropriation"] == [(level, True)]


def test_ridges_are_no_cultivated_land_for_the_threshold():
    # 36 ha with 5 % 田坎: 34.2 ha of cultivated land
    shape = rect(0, 0, 3600, 100)
    found = one(shape, land_use([Plot(shape, "0103", ridge=0.05)]))
    assert levels(found)["expropriation"] == [("province", True)]


def test_land_of_the_state_is_not_expropriated():
    plots, outline = field_of(400_000, owner="国有")
    assert "expropriation" not in levels(one(outline, plots))
    assert levels(one(outline, plots))["conversion"] == [("province", True)]


def test_an_unknown_owner_makes_it_possible_and_no_more():
    plots, outline = field_of(400_000, owner="?")
    assert levels(one(outline, plots))["expropriation"] == [
        ("state_council", False),
        ("province", False),
    ]


@pytest.mark.parametrize(("width_m", "level"), [(0.0, "province"), (0.001, "state_council")])
def test_any_basic_farmland_at_all_is_the_state_councils(width_m: float, level: str):
    plots, outline = field_of(10_000)
    fields = farmland(rect(0, 0, width_m, 100)) if width_m else farmland()
    found = one(outline, plots, fields)  # 0.1 m² of basic farmland
    assert levels(found)["conversion"] == [(level, True)]
    assert levels(found)["expropriation"] == [(level, True)]


def test_a_farmland_layer_that_cannot_speak_leaves_it_possible():
    plots, outline = field_of(10_000)
    found = one(outline, plots, farmland(problem="torn"))
    assert levels(found)["conversion"] == [("state_council", False), ("province", True)]


def test_bare_land_may_be_anything_but_a_sliver_may_not():
    built = Plot(rect(0, 0, 100, 100), "0601", "国有")
    assert levels(one(rect(0, 0, 100, 100), land_use([built]))) == {}
    wide = one(rect(0, 0, 110, 100), land_use([built]))
    assert levels(wide) == {
        "conversion": [("province", False)],
        "unused": [("by_province", False)],
        "expropriation": [("province", False)],
    }
    sliver = one(rect(0, 0, 100.002, 100), land_use([built]))  # 0.2 m²
    assert levels(sliver) == {}


def test_cultivated_land_partly_basic_is_measured_outside_of_it_only():
    plots, outline = field_of(400_000)
    found = one(outline, plots, farmland(rect(0, 0, 1000, 100)))
    certain, possible = measured(found.rows, "cultivated_outside_basic", is_collective_only=True)
    assert certain == possible == pytest.approx(300_000)
    assert found.balance.cultivated.ha == Decimal("40.0000")


@pytest.mark.parametrize(
    ("area_m2", "over"),
    [(350_000.0, False), (350_000.0000001, False), (350_000.004, False), (350_000.01, True)],
)
def test_float_noise_passes_no_threshold(area_m2: float, over: bool):
    assert is_over(area_m2, 350_000.0) is over


def test_thresholds_have_their_time():
    book = read_book("cn")
    first = book.thresholds[0]
    from datetime import date

    late = replace(first, basis=replace(first.basis, in_force_from=date(2027, 1, 1)))
    changed = replace(book, thresholds=(late, *book.thresholds[1:]))
    assert late not in changed.in_force(date(2026, 11, 1))
    assert late in changed.in_force(date(2027, 1, 1))
    plots, outline = field_of(10_000)
    found = one(outline, plots, farmland(outline), book=changed)
    assert levels(found)["conversion"] == [("province", True)]


def test_every_hint_bears_its_source():
    plots, outline = field_of(400_000)
    for hint in one(outline, plots, farmland(outline)).hints:
        assert hint.basis.citation
        assert hint.basis.certainty in {"H", "M", "L"}
