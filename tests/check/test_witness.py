"""Who is asked besides the kernel is the user's choice, and no other result."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from siting.overlay import CHECK_WITNESSES, Witness, pairs
from siting.overlay.witness import hear
from siting.report import identity, report_to_dict

from ..tiny_city import check, layer, project, rect, red_line, rule

SQUARE = rect(1000, 1000, 1100, 1100)
#: Half of the square; an L around its north-east corner: the boxes meet, the shapes do not.
HALF = rect(1000, 1000, 1050, 1100)
AROUND = shapely.difference(rect(1060, 1060, 1300, 1300), rect(1060, 1060, 1200, 1200))
FARMS = [HALF, AROUND]
RULES = [rule("overlap", role="farmland"), rule("rivals")]


def report_by(witness: Witness):
    lines = [red_line(SQUARE, "R1", project_id="P1"), red_line(AROUND, "R2", project_id="P2")]
    farms = layer("farmland", FARMS)
    return check([farms], lines, RULES, witness=witness, projects=[project("P1"), project("P2")])


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the number of pairs of each hearing."""
    numbers: list[int] = []

    def listening(shapes, measured, **how):
        numbers.append(len(shapes[0]))
        return hear(shapes, measured, **how)

    monkeypatch.setattr(pairs, "hear", listening)
    return numbers


@pytest.mark.parametrize(
    ("witness", "asked"),
    [
        # R1 on HALF, R2 on the L; and each line lies on itself
        ("found", 4),
        ("doubtful", 0),
        # and R1 with the L, R1 with R2 and back again: their boxes meet, no more
        ("all", 7),
    ],
)
def test_as_many_pairs_are_shown_to_the_witnesses_as_were_asked_for(
    heard: list[int], witness: Witness, asked: int
) -> None:
    report_by(witness)
    assert sum(heard) == asked


def test_the_answer_is_the_same_whoever_was_asked() -> None:
    reports = [report_by(witness) for witness in CHECK_WITNESSES]
    assert len({identity(report) for report in reports}) == 1
    assert [report_to_dict(report)["witness"] for report in reports] == list(CHECK_WITNESSES)
    # half of the square, and the L of 240² - 140² m²
    areas = [finding.area_m2 for finding in reports[0].findings]
    np.testing.assert_allclose(sorted(areas), [5_000.0, 38_000.0], atol=1e-6)
