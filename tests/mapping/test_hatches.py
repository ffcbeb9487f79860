"""Hatches are said once, and each look has one that can be painted."""

from __future__ import annotations

import re

from siting.mapping import styles
from siting.mapping.frame import _own_script
from siting.mapping.hatches import STROKES, is_hatched, svg_path


def test_every_look_is_painted_or_an_outline():
    looks = [*styles.CONTROL_LOOKS.values(), *styles.RULE_LOOKS.values(), *styles.SPARE_LOOKS]
    assert {look.hatch for look in looks if not is_hatched(look.hatch)} == {"outline"}


def test_a_tile_as_svg_goes_on_where_a_stroke_ended():
    assert svg_path("zigzag") == "M0 7L2.5 3L5 7L7.5 3L10 7"
    assert svg_path("slash") == "M-2 12L12 -2M-2 2L2 -2M8 12L12 8"
    assert svg_path("dots") == "M2.5 2.5h.01M7.5 7.5h.01"


def test_the_page_paints_with_the_same_data_and_has_none_of_its_own():
    script = _own_script()
    for name in ("TILE", "DOTS", "STROKES", "OUTCOME_LOOKS", "SITE_COLOUR", "REPAIR_COLOUR"):
        assert len(re.findall(rf"const {name} =", script)) == 1
    assert '"wave": [[0, 3, 2.5, 1.5], [2.5, 1.5, 5, 3]' in script
    assert f'"review": {{"colour": "{styles.OUTCOME_LOOKS["review"].colour}"' in script
    assert '"dash": "10 3 2 3"' in script
    assert all(f'"{name}": [[' in script for name in STROKES)
