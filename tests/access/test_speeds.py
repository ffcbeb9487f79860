"""The file of speeds: every figure with its source, and nothing taken that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.access import read_speeds
from siting.errors import SitingError

OWN = """
[book]
title = "本市实测"
version = "1"
[[mode]]
name = "bus"
default_kmh = 15
off_road_kmh = 4
source = "survey"
[[class]]
words = ["Main", "支路"]
kmh = { bus = 18 }
source = "survey"
certainty = "H"
[one_way]
along = ["Y"]
"""


def test_each_built_in_figure_has_a_source_and_a_certainty() -> None:
    book = read_speeds()

    assert set(book.modes) == {"drive", "walk"}
    for entry in (*book.classes, *book.modes.values()):
        assert entry.source
        assert entry.certainty in {"H", "M", "L"}


def test_no_word_stands_for_two_classes_or_two_directions() -> None:
    book = read_speeds()
    words = [word for each in book.classes for word in each.words]

    assert len(words) == len(set(words))
    assert {book.one_way[word] for word in ("ft", "tf", "b")} == {1, -1, 0}


def test_a_city_may_have_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")

    book = read_speeds(path)

    mode = book.modes["bus"]
    assert (mode.speeds_kmh, mode.default_kmh) == ({"main": 18.0, "支路": 18.0}, 15.0)
    assert (book.one_way, mode.certainty) == ({"y": 1}, "L")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bus = 18", "bus = -1", "'bus' is no speed"),
        ("bus = 18", "buss = 18", "unknown key 'buss'"),
        ("default_kmh = 15", "default_kmh = 0", "'default_kmh' is no speed"),
        ('source = "survey"', "", "'source' is missing"),
        ('certainty = "H"', 'certainty = "sure"', "unknown value"),
        ('along = ["Y"]', 'alongg = ["Y"]', "did you mean 'along'?"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(old, new), encoding="utf-8")

    with pytest.raises(SitingError) as caught:
        read_speeds(path)

    assert said in str(caught.value)
