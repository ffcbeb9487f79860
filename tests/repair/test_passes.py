"""What a corrected red line passes is said no better than it is."""

from __future__ import annotations

import pytest

from siting.repair.wording import passes_text


@pytest.mark.parametrize(
    ("is_binding_met", "has_gaps", "zh"),
    [
        (False, False, "即可通过"),
        (False, True, "即可通过已查的规则"),
        (True, False, "即可避开禁止性冲突"),
        (True, True, "即可避开禁止性冲突"),
    ],
)
def test_how_far_it_passes(is_binding_met: bool, has_gaps: bool, zh: str) -> None:
    assert passes_text(is_binding_met=is_binding_met, has_gaps=has_gaps).zh == zh
