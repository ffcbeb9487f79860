"""``siting rules``: list, test, show."""

from __future__ import annotations

from ..tiny_city import Files
from .conftest import Siting


def test_the_built_in_book_passes_its_cases(siting: Siting) -> None:
    run = siting("rules", "test")
    assert run.status == 0, run.out
    assert " 0 failed, 0 rules untested" in run.out


def test_the_list_has_every_rule_with_its_source(siting: Siting) -> None:
    run = siting("rules", "--lang", "en")
    assert run.status == 0
    assert "CN-FARMLAND" in run.out
    assert "电力设施保护条例" in run.out
    assert "[H]" in run.out


def test_show_explains_a_rule(siting: Siting) -> None:
    run = siting("rules", "--lang", "en", "show", "CN-POWER")
    assert run.status == 0
    for word in ("第十条", "5 m where voltage_kv 1–10", "power authority", "110 kV at 8 m"):
        assert word in run.out


def test_an_unknown_code_names_the_nearest(siting: Siting) -> None:
    for command in ("show", "test"):
        run = siting("rules", command, "CN-POWR")
        assert (run.status, run.out) == (2, "")
        assert "did you mean 'CN-POWER'?" in run.err


def test_the_book_of_a_city(siting: Siting, tiny: Files) -> None:
    run = siting("rules", "--book", tiny.write(), "test")
    assert (run.status, run.out) == (0, "3 cases passed, 0 failed, 0 rules untested\n")
    run = siting("rules", "--book", tiny.folder / "rules.toml", "test", "T-FARM")
    assert (run.status, run.out) == (0, "1 cases passed, 0 failed, 0 rules untested\n")


def test_a_failed_case_and_a_rule_without_case_are_status_1(siting: Siting, tiny: Files) -> None:
    book = tiny.folder / "rules.toml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("setback_m = 15.0", "setback_m = 5.0"), encoding="utf-8")
    run = siting("rules", "--book", book, "test")
    assert run.status == 1
    assert "✗ T-POWER at 10 m: expected conflict, found clear" in run.out
    book.write_text(text[: text.rindex("[[rule.case]]")], encoding="utf-8")
    run = siting("rules", "--book", book, "test")
    assert run.status == 1
    assert "T-QUALITY has no case" in run.out


def test_no_such_book(siting: Siting) -> None:
    assert siting("rules", "--book", "nowhere.toml").status == 2
    assert siting("rules", "--book", "cm").status == 2
