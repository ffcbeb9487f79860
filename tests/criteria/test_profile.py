"""Profiles from TOML: read strictly, based on one another, chosen for projects."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from siting.city import SuggestSpec
from siting.criteria import GENERAL, Shelf, shipped_profiles
from siting.errors import ConfigError, ProblemsError, ReadError
from siting.model import Demand, Project

from .made import city_of

ONE = """
[[criterion]]
name = "{name}"
title = "标准"
weight = {weight}
measure = {{ kind = "compactness" }}
worth = {{ kind = "linear", unit = "share", worst = 0, best = 1 }}
"""


def write(folder: Path, name: str, text: str) -> Path:
    """Write a profile's file."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def own(title: str = "自定", head: str = "", *criteria: tuple[str, float]) -> str:
    """Return a profile's text; a criterion is a name and a weight."""
    entries = "".join(ONE.format(name=name, weight=weight) for name, weight in criteria)
    return f'[profile]\ntitle = "{title}"\n{head}\n{entries}'


def shelf(*paths: Path, **more: object) -> Shelf:
    return Shelf.of(city_of(SuggestSpec(profiles=paths, **more)))


def project(**more: object) -> Project:
    return Project(id="X", name="X", stage="前期研究", **more)


CROSSWALK = {("old", "ydyh2023"): {"A3": "0804", "A": "08"}}


def test_the_general_profile_is_the_table_for_planners(repo_root: Path) -> None:
    text = (repo_root / "docs" / "profiles.md").read_text(encoding="utf-8")
    section = text.partition("## general")[2].partition("\n## ")[0]
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]
    words = {"no": 0.0, "yes": 1.0}

    def number(cell: str) -> float:
        first = cell.split(maxsplit=1)[0].replace(",", "")
        return words[first] if first in words else float(first)

    told = {row[0]: tuple(number(cell) for cell in row[2:]) for row in rows}
    path = resources.files("siting.criteria") / "profiles" / "general.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {
        each["name"]: (each["worth"]["worst"], each["worth"]["best"], each["weight"])
        for each in table["criterion"]
    }
    assert told == known
    assert sum(weight for _, _, weight in known.values()) == 100


@pytest.mark.parametrize("name", [each for each in shipped_profiles() if each != GENERAL])
def test_the_page_for_planners_tells_every_other_profile(repo_root: Path, name: str) -> None:
    text = (repo_root / "docs" / "profiles.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    file = resources.files("siting.criteria") / "profiles" / f"{name}.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    rows = {
        cells[1].strip(" `"): cells
        for cells in (line.split("|") for line in section.splitlines())
        if cells[1:] and cells[1].startswith(" `")
    }
    assert set(rows) == {each["name"] for each in table["criterion"] if "worth" in each}
    prose = section.partition("| criterion")[0].replace("\n", " ")
    for each in table["criterion"]:
        told = rows.get(each["name"])
        if told is not None:
            assert float(told[4]) == each.get("weight", told[4])
            ends = {
                float(end)
                for end in re.findall(
                    r"([\d.]+)[^→,]*→", told[3].replace(",000", "000").replace(",500", "500")
                )
            }
            assert ends == _ends(each["worth"]), each["name"]
        elif each["weight"]:
            assert f"`{each['name']}` {each['weight']}" in prose
        else:
            taken = prose.partition("Taken out: ")[2].partition(". ")[0]
            assert f"`{each['name']}`" in taken


def _ends(worth: dict[str, Any]) -> set[float]:
    """Return the figures between which a worth changes."""
    if worth["kind"] == "linear":
        return {float(worth["worst"]), float(worth["best"])}
    return {float(at) for at, _ in worth["points"]} - {0.0}


def test_every_profile_that_comes_with_siting_can_be_used() -> None:
    found = shelf()
    assert list(found.profiles) == list(shipped_profiles())
    for profile in found.profiles.values():
        assert all(each.basis for each in profile.criteria), profile.name
        assert all(each.title.en for each in profile.criteria), profile.name
        for each in profile.criteria:
            assert re.search(r"[（，][HML]）", each.basis), (profile.name, each.name)
        assert sum(profile.weights.values()) == 100


def test_a_profile_over_another_changes_what_it_names(tmp_path: Path) -> None:
    text = """
[profile]
title = "店铺"
based_on = "general"
[[criterion]]
name = "metro_m"
weight = 30
[[criterion]]
name = "distance_m"
weight = 0
[[criterion]]
name = "shape"
title = "形状"
weight = 2
measure = { kind = "compactness" }
worth = { kind = "linear", unit = "share", worst = 0, best = 1 }
"""
    found = shelf(write(tmp_path, "shop", text))
    general, shop = found.profiles[GENERAL], found.profiles["shop"]
    expected = {name: w for name, w in general.weights.items() if name != "distance_m"}
    assert shop.weights == expected | {"metro_m": 30.0, "shape": 2.0}
    assert list(shop.weights)[-1] == "shape"
    assert shop.title.zh == "店铺"
    assert shop.criteria[2].worth == general.criteria[3].worth
    assert shop.sha256 != general.sha256


def test_a_city_s_own_goes_before_the_one_of_its_name_and_may_be_based_on_it(
    tmp_path: Path,
) -> None:
    text = '[profile]\ntitle = "通用"\nbased_on = "general"\n[[criterion]]\nname = "road_m"\n'
    found = shelf(write(tmp_path, GENERAL, text + "weight = 1\n"))
    assert found.profiles[GENERAL].weights["road_m"] == 1
    assert found.profiles[GENERAL].weights["metro_m"] == 10


def test_the_hash_follows_what_scores_depend_on_and_not_the_words(tmp_path: Path) -> None:
    first = shelf(write(tmp_path, "a", own("甲", "", ("x", 2)))).profiles["a"].sha256
    other_title = shelf(write(tmp_path, "a", own("乙", "", ("x", 2)))).profiles["a"].sha256
    other_weight = shelf(write(tmp_path, "a", own("甲", "", ("x", 3)))).profiles["a"].sha256
    overridden = shelf(tmp_path / "a.toml", weights={"x": 2.0}).profiles["a"].sha256
    assert first == other_title == overridden != other_weight


def test_the_example_for_planners_can_be_used(repo_root: Path, tmp_path: Path) -> None:
    text = (repo_root / "docs" / "profiles.md").read_text(encoding="utf-8")
    section = text.partition("## How one is written")[2]
    example = section.partition("```toml\n")[2].partition("```")[0]
    school = shelf(write(tmp_path, "school", example)).profiles["school"]
    assert school.uses == ("0804",)
    assert "metro_m" not in school.weights
    assert school.criteria[-1].name == "railway_m"
    assert school.criteria[-1].error == 5


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    text = """
[profile]
title = "错"
methode = "topsis"
[[criterion]]
name = "a"
title = "甲"
weight = -1
measure = { kind = "compactnes" }
worth = { kind = "linear", unit = "share", worst = 0, best = 1 }
[[criterion]]
name = "b"
title = "乙"
measure = { kind = "distance", roles = ["rode"] }
worth = { kind = "linear", unit = "km", worst = 1, best = 1 }
[[criterion]]
name = "c"
title = "丙"
weight = 1
measure = { kind = "compactness" }
worth = { kind = "linear", unit = "m", worst = 0, best = 1 }
"""
    with pytest.raises(ProblemsError) as caught:
        shelf(write(tmp_path, "wrong", text))
    told = str(caught.value)
    for part in (
        "unknown key 'methode'",
        "'weight' is no number ≥ 0",
        "'kind' has an unknown value",
        "did you mean 'compactness'",
        "'weight' is missing",
        "unknown role 'rode'",
        "a value function has no slope",
        "the worth of 'c' is in another unit than its measure",
        "wrong.toml",
    ):
        assert part in told, part


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (own("甲", "", ("x", 1), ("x", 2)), "two criteria are called 'x'"),
        (own("甲", "", ("x", 0)), "no criterion has a weight"),
        (own("甲"), "no criterion has a weight"),
        (own("甲", 'uses = ["08"]', ("x", 1)), "uses without a code system"),
        (own("甲", 'based_on = "genral"', ("x", 1)), "did you mean 'general'"),
        (own("甲", 'based_on = "own"', ("x", 1)), "or on itself"),
    ],
)
def test_a_profile_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        shelf(write(tmp_path, "own", text))


@pytest.mark.parametrize(
    "text",
    [
        'profile = "school"',
        'profile = 7\ncriterion = "x"',
        "criterion = 'x'\n[profile]\ntitle = 'x'\nbased_on = 'general'",
        "criterion = [1, 2]\n[profile]\ntitle = 'x'\nbased_on = 'general'",
        "[profile]\ntitle = 'x'\nbased_on = 'general'\n[[criterion]]\nname = ['road_m']",
        "[profile]\ntitle = 'x'\nbased_on = 'general'\n[[criterion]]\nweight = 3",
        "[profile]\ntitle = 'x'\nbased_on = ['general']",
        "[profile]\ntitle = ['x']\nuses = 5",
        "[profile]\ntitle = 'x'\nbased_on = 'general'\nweighting = 3",
        "weighting = 3\n[profile]\ntitle = 'x'\nbased_on = 'general'",
        "[profile]\ntitle = 'x'\nbased_on = 'general'\n[[criterion]]\nname = 'road_m'\nmeasure = 1",
        "[profile]\ntitle = 'x'\nbased_on = 'general'\n[[criterion]]\nname = 'road_m'\nworth = []",
    ],
)
def test_what_is_no_profile_at_all_is_told_and_nothing_crashes(tmp_path: Path, text: str) -> None:
    with pytest.raises((ConfigError, ProblemsError)) as caught:
        shelf(write(tmp_path, "odd", text))
    assert "odd.toml" in str(caught.value)


def test_a_criterion_of_the_base_named_twice_is_told(tmp_path: Path) -> None:
    twice = '[[criterion]]\nname = "road_m"\nweight = 3\n'
    text = f'[profile]\ntitle = "x"\nbased_on = "general"\n{twice}{twice}'
    with pytest.raises(ProblemsError, match="'title' is missing"):
        shelf(write(tmp_path, "twice", text))


def test_profiles_based_on_each_other_are_refused(tmp_path: Path) -> None:
    one = write(tmp_path, "one", own("甲", 'based_on = "two"', ("x", 1)))
    two = write(tmp_path, "two", own("乙", 'based_on = "one"', ("x", 1)))
    with pytest.raises(ProblemsError, match="or on itself"):
        shelf(one, two)


def test_a_file_that_is_not_there_is_told_with_the_other_problems(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="there is no file"):
        shelf(tmp_path / "none.toml")


def test_weights_of_the_city_go_to_every_profile(tmp_path: Path) -> None:
    path = write(tmp_path, "own", own("自定", "", ("x", 1), ("road_m", 5)))
    found = shelf(path, weights={"road_m": 7.0, "x": 0.0})
    assert found.profiles["own"].weights == {"road_m": 7.0}
    assert found.profiles[GENERAL].weights["road_m"] == 7.0


def test_an_unknown_criterion_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'distance_m'"):
        shelf(weights={"distance": 1.0})


def test_weights_of_nothing_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "own", own("自定", "", ("x", 1)))
    with pytest.raises(ConfigError, match="all weights of the profile 'own' are 0"):
        shelf(path, weights={"x": 0.0})


def test_a_project_s_word_goes_before_the_city_s_and_that_before_the_use(tmp_path: Path) -> None:
    head = 'uses = ["0804"]\ncode_system = "ydyh2023"'
    by_use = write(tmp_path, "x_use", own("按用途", head, ("x", 1)))
    by_city = write(tmp_path, "x_city", own("按城市", "", ("x", 1)))
    by_word = write(tmp_path, "x_word", own("按台账", "", ("x", 1)))
    found = shelf(by_use, by_city, by_word, profile_for={"clinic": "x_city", "0805": "x_city"})

    def chosen(**more: object) -> str:
        return found.choose(project(**more), CROSSWALK).profile.name

    use = {"use": "A3", "code_system": "old"}
    assert chosen(**use) == "x_use"
    assert chosen(**use, kind="clinic") == "x_city"
    assert chosen(use="080501", code_system="ydyh2023") == "x_city"
    assert chosen(**use, kind="clinic", demand=Demand(profile="按台账")) == "x_word"
    assert chosen(demand=Demand(profile=" X_WORD ")) == "x_word"
    # what names no profile is no choice
    assert chosen(**use, demand=Demand(profile="临主干路，出入便捷")) == "x_use"
    assert chosen(demand=Demand(uses=("0804",)), code_system="ydyh2023") == "x_use"


def test_codes_are_never_guessed_between_systems() -> None:
    found = shelf()
    choice = found.choose(project(use="0804", code_system="gb21010"), CROSSWALK)
    assert choice.profile.name == GENERAL
    assert choice.is_default


def test_a_profile_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'general'"):
        shelf(profile_for={"school": "genral"})
