"""The composition book: complete, sourced, and a city may replace what it knows better."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.compose import Category, Nature, read_book
from siting.errors import ProblemsError, SitingError


def test_the_survey_classes_are_the_three_categories_of_the_published_table():
    classes = read_book("cn").systems["sandiao"].classes
    # the correspondence table of the third survey, as read; see cn.toml
    farm = ("0101", "0102", "0103", "0201", "0303", "0304", "0306", "0307", "0401", "0402",
            "0403", "1006", "1104", "1107", "1202", "1203")  # fmt: skip
    unused = ("0404", "1105", "1106")
    assert {code: classes[code].group.category for code in (*farm, *unused, "0603")} == (
        dict.fromkeys(farm, Category.FARM)
        | dict.fromkeys(unused, Category.UNUSED)
        | {"0603": Category.CONSTRUCTION}
    )
    cultivated = {code for code, each in classes.items() if each.group.is_cultivated}
    assert cultivated == {"0101", "0102", "0103"}
    assert {code for code, each in classes.items() if each.group.is_paddy} == {"0101"}


def test_what_is_contested_says_so():
    classes = read_book("cn").systems["sandiao"].classes
    for code in ("1103", "1107A", "1201", "0201K", "0603"):
        assert classes[code].note.zh, code
        assert classes[code].note.en, code
    assert classes["1103"].certainty != "H"
    plan = read_book("cn").systems["ydyh2023"]
    assert plan.basis.certainty == "L"
    assert plan.classes["06"].note.zh


def test_every_class_and_threshold_has_its_source_and_certainty():
    book = read_book("cn")
    for system in book.systems.values():
        assert system.basis.citation
        assert book.ridge_class[system.name] in system.classes
        assert all(each.certainty in {"H", "M", "L"} for each in system.classes.values())
    assert all(entry.basis.citation and entry.basis.article for entry in book.thresholds)
    assert {name for name, *_ in book.bases} == {
        "balance_basis", "new_construction_basis", "ownership_basis", "ridge_basis",
    }  # fmt: skip


def test_the_sample_citys_codes_are_all_listed():
    from siting.sample.codes import SURVEY_NAMES

    classes = read_book("cn").systems["sandiao"].classes
    assert {code: classes[code].title.zh for code in SURVEY_NAMES} == SURVEY_NAMES


def test_only_a_scheme_that_says_so_goes_by_prefix():
    systems = read_book("cn").systems
    assert systems["sandiao"].find("07011") is None
    found = systems["ydyh2023"].find("070102")
    assert found is not None
    assert found.code == "07"
    assert systems["ydyh2023"].find("9") is None


@pytest.mark.parametrize(
    ("value", "nature"),
    [("10", Nature.STATE), ("20", Nature.STATE), ("国有", Nature.STATE), ("30", Nature.COLLECTIVE),
     ("34", Nature.COLLECTIVE), ("40", Nature.COLLECTIVE), ("集体", Nature.COLLECTIVE),
     ("", Nature.UNKNOWN), ("50", Nature.UNKNOWN)],
)  # fmt: skip
def test_ownership_codes(value: str, nature: Nature):
    assert read_book("cn").owner(value).nature is nature


OWN = """
[book]
based_on = "cn"
title = "市"
version = "1"
[group.waterworks]
title = "水利设施"
category = "construction"
[class.sandiao]
"1103" = { title = "水库水面", group = "waterworks", certainty = "H" }
"9901" = { title = "本地类", group = "unused" }
[ownership]
"50" = { title = "争议", nature = "unknown" }
[[approval]]
code = "CN-TAKE-CULTIVATED"
step = "expropriation"
step_title = "土地征收"
measure = "cultivated_outside_basic"
ownership = "collective"
over_ha = 20.0
level = "state_council"
level_title = "国务院"
[approval.basis]
citation = "本地试点"
certainty = "H"
"""


def test_a_city_overrides_single_entries(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    own, start = read_book("own.toml", base=tmp_path), read_book("cn")
    classes = own.systems["sandiao"].classes
    assert classes["1103"].group.category is Category.CONSTRUCTION
    assert "9901" in classes
    assert classes["0101"] == start.systems["sandiao"].classes["0101"]
    changed = {entry.code: entry.over_m2 for entry in own.thresholds}
    assert changed["CN-TAKE-CULTIVATED"] == 200_000.0
    assert list(changed) == [entry.code for entry in start.thresholds]
    assert own.sha256 != start.sha256
    assert own.bases == start.bases


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('group = "unused"', 'group = "unusd"', "unused"),
        ("[class.sandiao]", "[class.sandio]", "sandiao"),
        ('measure = "cult', 'measure = "kult', "cultivated_outside_basic"),
        ("over_ha = 20.0", "over_ha = -1.0", "over_ha"),
        ('category = "construction"', 'category = "built"', "construction"),
        ('nature = "unknown"', 'nature = "none"', "collective"),
        ('citation = "本地试点"', "", "citation"),
        ("over_ha", "over_hectares", "over_ha"),
    ],
)
def test_mistakes_are_named_with_what_was_meant(tmp_path: Path, old: str, new: str, words: str):
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises((SitingError, ProblemsError)) as raised:
        read_book(str(path))
    assert words in str(raised.value)


def test_an_unknown_book_is_an_error():
    with pytest.raises(SitingError, match="no built-in composition book"):
        read_book("de")
