"""An error says what, where, expected, found, and the next step."""

from __future__ import annotations

import pytest

from siting import errors
from siting.errors import ConfigError, ProblemsError, ReadError, SitingError, Where, nearest


def test_all_parts_are_shown_in_order() -> None:
    error = ReadError(
        "the file is torn",
        where=Where(file="a.gpkg", layer="t", feature="F1"),
        expected="10 rows",
        found="9 rows",
        next_step="ask for it again",
    )
    assert str(error).splitlines() == [
        "the file is torn",
        "  where: file a.gpkg, layer t, feature F1",
        "  expected: 10 rows",
        "  found: 9 rows",
        "  next step: ask for it again",
    ]


def test_what_is_not_known_is_left_out() -> None:
    assert str(SitingError("no")) == "no"
    assert str(Where(layer="t")) == "layer t"
    assert not str(Where())


def test_several_problems_are_one_error() -> None:
    error = ProblemsError("the file has faults", [ConfigError("a"), ConfigError("b")])
    assert str(error).splitlines() == ["the file has faults", "- a", "- b"]
    assert error.found == "2 problem(s)"


def test_every_error_is_ours_and_ends_with_status_2() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    ours = [kind for kind in kinds if issubclass(kind, Exception)]
    assert len(ours) > 5
    for kind in ours:
        assert issubclass(kind, SitingError)
        assert kind.exit_code == 2


@pytest.mark.parametrize(
    ("word", "expected"),
    [("coverrage", "did you mean 'coverage'?"), ("role", "did you mean 'role'?"), ("zzz", "")],
)
def test_nearest(word: str, expected: str) -> None:
    assert nearest(word, ["coverage", "role", "path"]) == expected
    assert nearest(word, []) == ""
