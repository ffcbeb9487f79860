"""Reading a rule book: what is wrong is said, all at once, with the nearest match."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from siting.errors import ConfigError, ProblemsError, ReadError, SitingError
from siting.rulebook import built_in_rule_books, read_rule_book, run_cases

from ..tiny_city import RULES


def read(tmp_path: Path, text: str = RULES):
    path = tmp_path / "book.toml"
    path.write_text(text, encoding="utf-8")
    return read_rule_book(str(path))


def test_a_book_is_read(tmp_path: Path) -> None:
    book = read(tmp_path)
    assert (book.name, book.title.en, book.version) == ("book", "Rules of the tiny city", "1")
    assert [rule.code for rule in book.rules] == ["T-FARM", "T-POWER", "T-QUALITY"]
    assert book.sha256 == hashlib.sha256((tmp_path / "book.toml").read_bytes()).hexdigest()
    assert [case.rule_code for case in book.cases] == ["T-FARM", "T-POWER", "T-QUALITY"]
    farm = book.rule("T-FARM")
    assert (farm.near_m, farm.reach_m, farm.needs) == (20.0, 20.0, ("farmland",))
    assert farm.basis.in_force_from == dt.date(2020, 1, 1)


def test_a_relative_path_starts_from_city_toml(tmp_path: Path) -> None:
    read(tmp_path)
    assert read_rule_book("book.toml", base=tmp_path).name == "book"


def test_the_built_in_books() -> None:
    assert "cn" in built_in_rule_books()
    with pytest.raises(ReadError, match="did you mean 'cn'"):
        read_rule_book("cnn")


def test_rules_in_force(tmp_path: Path) -> None:
    book = read(tmp_path)
    assert len(book.in_force(dt.date(2020, 1, 1))) == 3
    assert [rule.code for rule in book.in_force(dt.date(2019, 12, 31))] == ["T-POWER", "T-QUALITY"]


FAULTS = {
    "unknown key in a rule": ("near_m", "naer_m", "did you mean 'near_m'?"),
    "unknown key in a basis": ("certainty", "certanity", "did you mean 'certainty'?"),
    "unknown key in a row": ("setback_m", "setbak_m", "did you mean 'setback_m'?"),
    "unknown key in a case": ("expect = ", "expects = ", "did you mean 'expect'?"),
    "unknown key in the head": ("version", "versoin", "did you mean 'version'?"),
    "unknown kind": ('"overlap"', '"overlop"', "did you mean 'overlap'?"),
    "unknown severity": ('"prohibited"', '"forbidden"', "prohibited | restricted"),
    "unknown role": ('"power_line"', '"powerline"', "did you mean 'power_line'?"),
    "unknown certainty": ('certainty = "H"', 'certainty = "X"', "H | M | L"),
    "unknown way": ('way = "avoid"', 'way = "aviod"', "did you mean 'avoid'?"),
    "a negative distance": ("near_m = 20.0", "near_m = -20.0", "metres ≥ 0"),
    "no source": ('citation = "test"', "", "'citation' is missing"),
    "no code": ('code = "T-FARM"', "", "'code' is missing"),
    "a code twice": ("T-POWER", "T-FARM", "two rules have the code T-FARM"),
    "no WKT": ("POLYGON ((90 0", "POLYGON (90 0", "is no WKT"),
    "a wrong verdict": ('expect = "conflict"', 'expect = "conflicts"', "did you mean 'conflict'?"),
    "a setback without table": ("when = { kv = [110, 220] }", "when = 3", "wrong kind"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(name: str, tmp_path: Path) -> None:
    old, new, words = FAULTS[name]
    assert old in RULES
    with pytest.raises(SitingError) as raised:
        read(tmp_path, RULES.replace(old, new))
    assert words in str(raised.value)
    assert "book.toml" in str(raised.value)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = RULES.replace("near_m", "naer_m").replace('"power_line"', '"powerline"')
    with pytest.raises(ProblemsError) as raised:
        read(tmp_path, text)
    assert len(raised.value.problems) == 2


def test_an_exception_for_everybody_is_refused(tmp_path: Path) -> None:
    text = RULES.replace(
        "[[rule.case]]", '[[rule.exception]]\ncondition = "谁都可以"\n[[rule.case]]', 1
    )
    with pytest.raises(ConfigError, match="an exception for every project"):
        read(tmp_path, text)


def test_forms_are_those_of_the_model(tmp_path: Path) -> None:
    text = RULES.replace("[rule.basis]", '[rule.applies_to]\nforms = ["liner"]\n[rule.basis]', 1)
    with pytest.raises(ConfigError, match="did you mean 'linear'"):
        read(tmp_path, text)


def test_own_roles_begin_with_x(tmp_path: Path) -> None:
    book = read(tmp_path, RULES.replace('"farmland"\nnear', '"x_orchard"\nnear'))
    assert book.rule("T-FARM").needs == ("x_orchard",)


def test_a_crosswalk_is_read(tmp_path: Path) -> None:
    text = RULES + '\n[[crosswalk]]\nfrom = "old"\nto = "new"\n[crosswalk.codes]\nA = "08"\n'
    assert read(tmp_path, text).crosswalks == {("old", "new"): {"A": "08"}}


def test_an_unknown_rule_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'T-FARM'"):
        read(tmp_path).rule("T-FRAM")


CASE_FAULTS = {
    "verdict": ('expect = "conflict"', 'expect = "clear"', "expected clear, found conflict"),
    "area": ('expect = "conflict"', 'expect = "conflict"\narea_m2 = 999.98', "an area of 999.98"),
    "slivers": ('expect = "conflict"', 'expect = "conflict"\nslivers = 1', "1 sliver(s), found 0"),
    "no distance": ('expect = "conflict"', 'expect = "conflict"\ndistance_m = 1.0', "found none"),
    "not in force": (
        'expect = "conflict"',
        'expect = "conflict"\nas_of = 2019-01-01',
        "not in force on 2019-01-01",
    ),
    "not asked": (
        "[rule.basis]",
        '[rule.applies_to]\nforms = ["linear"]\n[rule.basis]',
        "does not apply",
    ),
}


@pytest.mark.parametrize("name", CASE_FAULTS)
def test_a_case_that_is_not_so_fails(name: str, tmp_path: Path) -> None:
    old, new, words = CASE_FAULTS[name]
    results = run_cases(read(tmp_path, RULES.replace(old, new, 1)), code="T-FARM")
    assert [result.has_passed for result in results] == [False]
    assert words in results[0].fault


def test_a_wrong_distance_fails(tmp_path: Path) -> None:
    text = RULES.replace("attributes = { kv = 110 }", "attributes = { kv = 110 }\ndistance_m = 9")
    (result,) = run_cases(read(tmp_path, text), code="T-POWER")
    assert "expected a distance of 9.0 m, found 10.0000" in result.fault


def test_an_area_within_a_hundredth_passes(tmp_path: Path) -> None:
    text = RULES.replace('expect = "conflict"', 'expect = "conflict"\narea_m2 = 1000.009', 1)
    assert run_cases(read(tmp_path, text), code="T-FARM")[0].has_passed


def test_a_missing_book(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="there is no file"):
        read_rule_book(str(tmp_path / "none.toml"))
