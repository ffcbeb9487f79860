"""Reading TOML strictly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from siting.config import TableReader, raise_collected, read_toml
from siting.errors import ConfigError, ProblemsError, ReadError
from siting.model import Text


def reader(**table: object) -> TableReader:
    return TableReader(table, file="x.toml", place="layer 'a'")


def faults(made: TableReader) -> list[str]:
    made.finish()
    return [str(problem) for problem in made.problems]


def test_every_kind_of_value() -> None:
    made = reader(
        t=" text ", n=2, f=2.5, w=3, b=False, d=dt.date(2026, 1, 2), l=["a", "b"], one="x",
        name="名", name_en="name",
    )  # fmt: skip
    assert (made.text("t"), made.number("n"), made.number("f"), made.whole("w")) == (
        "text", 2.0, 2.5, 3,
    )  # fmt: skip
    assert made.flag("b") is False
    assert made.date("d") == dt.date(2026, 1, 2)
    assert (made.texts("l"), made.texts("one")) == (("a", "b"), ("x",))
    assert made.bilingual("name") == Text("名", "name")
    assert faults(made) == []


def test_defaults() -> None:
    made = reader()
    assert (made.text("a"), made.text("a", "b"), made.number("c"), made.number("c", 1.0)) == (
        "", "b", None, 1.0,
    )  # fmt: skip
    assert (made.whole("w", 4), made.flag("f"), made.date("d"), made.texts("t")) == (
        4, None, None, (),
    )  # fmt: skip
    assert faults(made) == []


@pytest.mark.parametrize(
    ("method", "value", "expected"),
    [
        ("text", 3, "a text"),
        ("number", "3", "a number"),
        ("number", True, "a number"),
        ("whole", 2.0, "a whole number"),
        ("whole", True, "a whole number"),
        ("flag", "true", "true or false"),
        ("flag", 1, "true or false"),
        ("date", "2026-01-01", "a date such as"),
        ("date", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "a date such as"),
        ("texts", 3, "a list"),
        ("table", "x", "a table"),
        ("tables", {}, "a list"),
    ],
)
def test_a_wrong_kind_is_named(method: str, value: object, expected: str) -> None:
    made = reader(key=value)
    getattr(made, method)("key")
    (fault,) = faults(made)
    assert "'key' is of the wrong kind" in fault
    assert expected in fault
    assert "layer 'a'" in fault
    assert "x.toml" in fault


def test_a_list_with_something_else_in_it() -> None:
    made = reader(key=["a", 3])
    assert made.texts("key") == ("a",)
    assert "found: 3" in faults(made)[0]


def test_rows_of_numbers_and_texts() -> None:
    made = reader(matrix=[[1, "1/3"], [3, 1.0]])
    assert made.rows("matrix") == ((1, "1/3"), (3, 1.0))
    assert made.rows("absent") == ()
    assert not made.problems


@pytest.mark.parametrize("wrong", [[1, True], 3, "1/3", [[1]]])
def test_a_row_that_is_none_is_a_problem(wrong: object) -> None:
    made = reader(matrix=[[1, 2], wrong])
    assert made.rows("matrix") == ((1, 2),)
    assert [problem.found for problem in made.problems] == [repr(wrong)]


def test_pairs_of_numbers() -> None:
    made = reader(steps=[[0, 1], [2.5, 0]])
    assert made.pairs("steps") == ((0.0, 1.0), (2.5, 0.0))
    assert made.pairs("absent") == ()
    made.raise_problems()


@pytest.mark.parametrize("wrong", [3, [1], [1, 2, 3], [1, "2"], [1, True], {"a": 1}])
def test_what_is_no_pair_of_numbers(wrong: object) -> None:
    made = reader(steps=[[0, 1], wrong])
    assert made.pairs("steps") == ((0.0, 1.0),)
    (fault,) = faults(made)
    assert fault.startswith("'steps' holds what is not a pair of numbers")


def test_an_entry_that_is_no_table() -> None:
    made = reader(key=[{"name": "a"}, 3])
    (entry,) = made.tables("key")
    assert entry.place == "layer 'a' key 1 'a'"
    assert "'key' number 2 is no table" in "".join(str(problem) for problem in made.problems)


def test_a_required_key() -> None:
    made = reader()
    made.text("name", required=True)
    assert "'name' is missing" in faults(made)[0]
    assert "add name = …" in faults(made)[0]


def test_a_choice_names_the_nearest_and_all() -> None:
    made = reader(release="publik")
    assert made.choice("release", ["public", "internal"], "internal") == "internal"
    (fault,) = faults(made)
    assert "did you mean 'public'?" in fault
    assert "public | internal" in fault


def test_an_unknown_key_names_the_nearest() -> None:
    made = reader(pathh="x")
    made.text("path")
    made.text("role")
    (fault,) = faults(made)
    assert "unknown key 'pathh'" in fault
    assert "did you mean 'path'?" in fault
    assert "expected: path, role" in fault


def test_a_key_that_was_only_asked_for_is_known() -> None:
    made = reader(coverrage="city")
    assert "coverage" not in made
    assert "did you mean 'coverage'?" in faults(made)[0]


def test_a_key_like_no_other_is_to_be_removed() -> None:
    assert "remove qqq" in faults(reader(qqq=1))[0]


def test_free_form_tables_take_the_rest() -> None:
    made = reader(a=1, b=2)
    made.number("a")
    assert made.rest() == {"b": 2}
    assert faults(made) == []


def test_sub_tables_share_the_problems() -> None:
    made = reader(sub={"x": 1})
    made.table("sub").finish()
    assert "layer 'a'.sub" in faults(made)[0]


def test_problems_are_raised_once() -> None:
    made = reader(a=1, b=2)
    made.finish()
    with pytest.raises(ProblemsError) as raised:
        made.raise_problems()
    assert len(raised.value.problems) == 2
    single = reader(a=1)
    single.finish()
    with pytest.raises(ConfigError, match="unknown key 'a'"):
        single.raise_problems()
    reader().raise_problems()
    raise_collected("nothing", [])


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    with pytest.raises(ReadError, match="there is no file"):
        read_toml(path)
    path.write_bytes("\ufeffname = '名'\n".encode())
    assert read_toml(path) == {"name": "名"}
    path.write_bytes("name = '名'".encode("gb18030"))
    with pytest.raises(ReadError, match="UTF-8"):
        read_toml(path)
    path.write_text("name = \nb = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 1"):
        read_toml(path)
    with pytest.raises(ReadError):
        read_toml(tmp_path)
