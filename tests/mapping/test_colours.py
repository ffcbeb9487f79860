"""Nothing on a map is told by colour alone, and colours stay apart for the colour-blind."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from types import ModuleType

import pytest

from siting.mapping import styles

#: CIEDE2000: 2.3 is just noticeable side by side; swatches in a legend and on a map need more.
APART = 10.0
#: Filled symbols of a few pixels that bear the same shape need more still.
APART_SYMBOLS = 15.0


def load_colour() -> ModuleType:
    path = Path(__file__).parent.parent / "colour.py"
    spec = importlib.util.spec_from_file_location("colour", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


colour = load_colour()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ],
)
def test_the_measure_itself_against_published_pairs(first, second, expected):
    """Sharma, Wu and Dalal (2005), table 1: pairs 1, 17, 25 and 32."""
    assert colour.ciede2000(first, second) == pytest.approx(expected, abs=1e-4)


def test_the_simulation_itself_keeps_greys_and_confuses_red_with_green():
    for vision in colour.VISIONS:
        assert colour.ciede2000(colour.lab("#808080", vision), colour.lab("#808080")) < 0.1
    red, olive = "#d00000", "#6f6400"
    assert colour.ciede2000(colour.lab(red), colour.lab(olive)) > 30
    assert colour.ciede2000(colour.lab(red, "deutan"), colour.lab(olive, "deutan")) < 15


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(styles.OUTCOME_LOOKS, 2)))
def test_outcomes_differ_by_shape_or_clearly_by_colour(first: str, second: str):
    one, other = styles.OUTCOME_LOOKS[first], styles.OUTCOME_LOOKS[second]
    fills = colour.least_difference(one.fill, other.fill)
    lines = colour.least_difference(one.colour, other.colour)
    assert one.symbol != other.symbol or fills >= APART_SYMBOLS
    assert one.dash != other.dash or lines >= APART


def test_constraints_with_the_same_hatch_differ_clearly_by_colour():
    looks = [*styles.CONTROL_LOOKS.items(), *styles.RULE_LOOKS.items()]
    looks += [(f"spare {i}", look) for i, look in enumerate(styles.SPARE_LOOKS)]
    close = [
        (one, other)
        for (one, first), (other, second) in itertools.combinations(looks, 2)
        if first.hatch == second.hatch
        and colour.least_difference(first.colour, second.colour) < APART
    ]
    assert close == []


def test_kinds_of_planned_sites_differ_by_shape_and_clearly_by_colour():
    looks = styles.PLAN_LOOKS.values()
    assert len({look.symbol for look in looks}) == len(looks)
    for one, other in itertools.combinations(looks, 2):
        assert colour.least_difference(one.fill, other.fill) >= APART or one.hatch != other.hatch


def test_a_planned_site_is_no_red_line():
    """Symbols that both have: filled dark for a red line, pale with dark ink for a plan's."""
    for kind, planned in styles.PLAN_LOOKS.items():
        assert colour.contrast(styles.PLAN_COLOUR, planned.fill) >= 4.5, kind
        for name, look in styles.OUTCOME_LOOKS.items():
            if look.symbol == planned.symbol:
                assert colour.least_difference(look.fill, planned.fill) >= APART, (kind, name)


def test_what_is_offered_is_told_from_every_outcome():
    """Sites and repairs are dashed blue and green areas, with a number on them when chosen."""
    for name, look in styles.OUTCOME_LOOKS.items():
        assert colour.least_difference(styles.SITE_COLOUR, look.colour) >= APART, name


def test_thin_lines_stand_out_from_the_ground():
    """WCAG 2.1, 1.4.11: graphics need 3:1, here against a district's ground."""
    looks = {**styles.CONTROL_LOOKS, **styles.RULE_LOOKS}
    faint = [n for n, look in looks.items() if colour.contrast(look.colour, "#f7f5ee") < 3]
    assert faint == []
