"""The figures of a rule: every parameter that a verdict depends on, and no words."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from siting.rulebook import read_rule_book
from siting.rules.figures import figures_of

from ..tiny_city import rule


def test_a_setback_table_by_its_rows() -> None:
    made = rule(
        "setback", role="power_line", near_m=20.0,
        row=[{"setback_m": 10.0, "when": {"kv": [35, 110]}}, {"setback_m": 5.0, "offset_m": 2.0}],
    )  # fmt: skip
    figures = figures_of(made)
    assert figures["near_m"] == 20.0
    assert figures["rows[0].setback_m"] == 10.0
    assert figures["rows[0].conditions[0].column"] == "kv"
    assert figures["rows[0].conditions[0].highest"] == 110.0
    assert figures["rows[1].offset_m"] == 2.0


def test_words_are_no_figures() -> None:
    plain = rule("overlap", role="farmland")
    told = rule(
        "overlap", role="farmland", title="别的", severity="advisory",
        basis={"citation": "other", "from": dt.date(2020, 1, 1)},
        route={"way": "avoid", "text": "绕行"},
    )  # fmt: skip
    assert figures_of(plain) == figures_of(told)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "eco_redline"}, {"near_m": 1.0}, {"sliver_width_m": 0.5}, {"zero_tolerance": True},
        {"applies_to": {"uses": ["08"]}}, {"applies_to": {"not_uses": ["14"]}},
        {"where": {"zone": ["core"]}},
        {"exception": [{"condition": "路", "kinds": ["road"]}]},
    ],
)  # fmt: skip
def test_every_parameter_shows(change) -> None:
    plain = {"role": "farmland"}
    assert figures_of(rule("overlap", **plain)) != figures_of(
        rule("overlap", **{**plain, **change})
    )


def test_the_wording_of_an_exception_does_not_show() -> None:
    one, other = (
        rule("overlap", role="farmland", exception=[{"condition": text, "kinds": ["road"]}])
        for text in ("路", "道路")
    )
    assert figures_of(one) == figures_of(other)


def test_every_rule_of_the_book_differs_from_one_with_another_number() -> None:
    """No numeric parameter of any kind is left out."""
    for made in read_rule_book("cn").rules:
        for entry in dataclasses.fields(made):
            value = getattr(made, entry.name)
            if isinstance(value, float):
                other = dataclasses.replace(made, **{entry.name: value + 1.0})
                assert figures_of(other) != figures_of(made), (made.code, entry.name)
