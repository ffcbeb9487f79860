"""The rule book for China: every case passes, and no figure can be changed unnoticed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from siting.rulebook import read_rule_book, run_cases

#: What a planner may mistype.
FIGURE = re.compile(
    r"^(setback_m|offset_m|near_m|sliver_width_m|min_width_m|min_spike_angle_deg|min_edge_m"
    r"|tolerance_m2|tolerance_share) = ([0-9.]+)$"
)


def text() -> str:
    return (resources.files("siting") / "rulebooks" / "cn.toml").read_text(encoding="utf-8")


def blocks() -> tuple[str, dict[str, str]]:
    """What comes before the rules, and the text of each rule by its code."""
    head, *rules = re.split(r"(?m)^(?=\[\[rule\]\]$)", text())
    codes = [re.search(r'(?m)^code = "(.*)"$', rule) for rule in rules]
    return head, {code.group(1): rule for code, rule in zip(codes, rules, strict=True) if code}


def mutants() -> Iterator[tuple[str, int, float]]:
    for code, rule in blocks()[1].items():
        for number, line in enumerate(rule.splitlines()):
            if FIGURE.match(line):
                yield from ((code, number, factor) for factor in (0.5, 1.5))


CODES = list(blocks()[1])


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_cases_and_they_pass(code: str) -> None:
    results = run_cases(read_rule_book("cn"), code=code)
    assert results
    assert [(r.case.name, r.fault) for r in results if not r.has_passed] == []


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_a_case_that_finds_and_one_that_does_not(code: str) -> None:
    expected = {case.expect for case in read_rule_book("cn").cases if case.rule_code == code}
    assert expected & {"conflict", "exception_may_apply"}
    assert expected & {"clear", "near"}


def test_no_figure_can_be_changed_unnoticed(tmp_path: Path) -> None:
    head, rules = blocks()
    made = 0
    survivors = []
    for code, number, factor in mutants():
        lines = rules[code].splitlines()
        key, value = lines[number].split(" = ")
        lines[number] = f"{key} = {float(value) * factor}"
        path = tmp_path / "mutant.toml"
        path.write_text(head + "\n".join(lines), encoding="utf-8")
        made += 1
        if all(result.has_passed for result in run_cases(read_rule_book(str(path)))):
            survivors.append((code, rules[code].splitlines()[number], factor))
    assert made > 90
    assert survivors == []


def test_every_basis_says_where_it_stands_and_how_sure_we_are() -> None:
    for rule in read_rule_book("cn").rules:
        assert rule.basis.citation, rule.code
        assert rule.basis.certainty in {"H", "M", "L"}
        assert rule.title.zh
        assert rule.title.en
        assert rule.route.text.zh, rule.code
    # TableReader would take an undeclared certainty as L; here each is written down
    for code, rule_text in blocks()[1].items():
        assert len(re.findall(r'(?m)^certainty = "[HML]"$', rule_text)) == 1, code


def test_figures_of_the_laws() -> None:
    """Copied by hand from the regulations, not from the book (DOMAIN, control lines and rules)."""
    book = read_rule_book("cn")
    power = {row.conditions[0].lowest: row.setback_m for row in book.rule("CN-POWER").rows}
    assert power == {1: 5, 35: 10, 154: 15, 500: 20}
    rail = [row.setback_m for row in book.rule("CN-RAILWAY").rows]
    assert rail == [10, 8, 12, 10, 15, 12, 20, 15]
    highway = {row.conditions[0].values[0]: row.setback_m for row in book.rule("CN-HIGHWAY").rows}
    assert highway == {
        "expressway": 30, "national": 20, "provincial": 15, "county": 10, "township": 5,
    }  # fmt: skip
    metro = sorted(row.setback_m for row in book.rule("CN-METRO").rows)
    assert metro == [10, 30, 50, 100]
    assert book.rule("CN-METRO").severity == "consult"
    assert {rule.code for rule in book.rules if rule.has_zero_tolerance} == {
        "CN-FARMLAND", "CN-ECO",
    }  # fmt: skip
