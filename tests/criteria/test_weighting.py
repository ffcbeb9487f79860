"""Weights by judgement and by data: by hand, with what must be told of them."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest

from siting.city import SuggestSpec
from siting.config import TableReader
from siting.criteria import Shelf
from siting.criteria.weighting import Weighting, read_weighting
from siting.errors import ConfigError, ProblemsError

from .made import city_of

NAMES = ("road", "area", "metro")
GIVEN = {"road": 60.0, "area": 30.0, "metro": 10.0}


def read(toml: str, names: tuple[str, ...] = NAMES) -> tuple[Weighting, list[str]]:
    """Return a weighting and what was wrong with its table."""
    reader = TableReader(tomllib.loads(toml), file="school.toml", place="[weighting]")
    made = read_weighting(reader, names)
    return made, [str(problem) for problem in reader.problems]


def good(toml: str) -> Weighting:
    made, problems = read(toml)
    assert not problems
    return made


def test_given_weights_are_taken_as_they_are() -> None:
    for toml in ("", 'method = "given"'):
        found = good(toml).weights(GIVEN, {})
        assert (found.by_name, found.notes, found.consistency_ratio) == (GIVEN, (), None)


JUDGED = """
method = "ahp"
[ahp]
names = ["metro", "road", "area"]
matrix = [[1, "1/4", "1/2"], [4, 1, 2], [2, "1/2", 1]]
"""


def test_judgements_that_agree() -> None:
    # metro : road : area = 1 : 4 : 2, the given weights say nothing
    found = good(JUDGED).weights(GIVEN, {})
    assert found.by_name == {"road": 57.1429, "area": 28.5714, "metro": 14.2857}
    assert list(found.by_name) == list(GIVEN)
    assert found.consistency_ratio == 0.0
    assert found.notes == ()


def test_a_criterion_taken_out_stays_out() -> None:
    found = good(JUDGED).weights({**GIVEN, "road": 0.0}, {})
    assert found.by_name["road"] == 0.0
    assert found.by_name["area"] == pytest.approx(2 * found.by_name["metro"], abs=1e-3)


def test_a_criterion_that_nobody_judged_has_no_weight_and_that_is_told() -> None:
    found = good(JUDGED).weights({**GIVEN, "slope": 20.0}, {})
    assert found.by_name["slope"] == 0.0
    assert found.notes[0].zh == "未参与两两判断，不计权重：slope"


def test_judgements_that_contradict_each_other_are_told_with_the_mend() -> None:
    # road over area 4, area over metro 4, yet metro over road 4
    found = good(
        """
method = "ahp"
[ahp]
names = ["road", "area", "metro"]
matrix = [[1, 4, "1/4"], ["1/4", 1, 4], [4, "1/4", 1]]
"""
    ).weights(GIVEN, {})
    assert found.consistency_ratio is not None
    # of a circle of three all weights are alike: λmax = 1 + 4 + 1/4, index (5.25 - 3) / 2
    assert found.consistency_ratio == pytest.approx((5.25 - 3) / 2 / 0.58)
    assert list(found.by_name.values()) == [33.3333, 33.3333, 33.3333]
    (note,) = found.notes
    assert "一致性比率为 1.940，超过 0.1" in note.zh
    assert "其余判断意味着约" in note.zh
    assert "the other judgements say about" in note.en


def test_judgements_must_name_every_criterion_once() -> None:
    _, problems = read(
        """
method = "ahp"
[ahp]
names = ["road", "aera", "road"]
matrix = [[1, 1, 1], [1, 1, 1], [1, 1, 1]]
"""
    )
    text = "\n".join(problems)
    assert "'aera' is judged, and is no criterion with weight in the profile" in text
    assert "did you mean 'area'?" in text
    assert "'road' is judged twice" in text
    assert "add area, metro to names" in text
    assert "school.toml" in text
    assert "[weighting].ahp" in text


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('method = "guess"', "given | ahp | entropy"),
        ('method = "entropy"\nseed = 3', "unknown key 'seed'"),
        ('method = "ahp"', "the matrix of judgements is not square"),
        (JUDGED.replace("[4, 1, 2]", "[5, 1, 2]"), "contradict each other"),
        (JUDGED.replace('"1/4"', '"a quarter"'), "cannot be used"),
        (JUDGED.replace('"1/4"', "true"), "not a row of numbers"),
        (JUDGED + "scale = 9", "unknown key 'scale'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(toml: str, said: str) -> None:
    _, problems = read(toml)
    assert any(said in problem for problem in problems)
    assert all("school.toml" in problem for problem in problems)


def test_weights_by_entropy_by_hand() -> None:
    # road: shares 0.8, 0.2; area: 0.5, 0.5 (tells nothing); metro is known later and keeps 10 %
    worths = {"road": np.array([0.8, 0.2]), "area": np.array([0.7, 0.7])}
    weighting = good('method = "entropy"')
    assert weighting.is_of_pool
    found = weighting.weights(GIVEN, worths)
    assert found.by_name == {"road": 90.0, "area": 0.0, "metro": 10.0}
    assert found.consistency_ratio is None
    assert "2 宗备选宗地" in found.notes[0].zh
    assert "not what matters" in found.notes[0].en


def test_entropy_deals_out_by_divergence() -> None:
    worths = {"road": np.array([0.8, 0.2]), "area": np.array([0.4, 0.6])}
    found = good('method = "entropy"').weights(GIVEN, worths)

    def divergence(share: float) -> float:
        other = 1 - share
        return 1 + (share * math.log(share) + other * math.log(other)) / math.log(2)

    road, area = divergence(0.8), divergence(0.4)
    assert found.by_name["road"] == pytest.approx(90 * road / (road + area), abs=5e-5)
    assert found.by_name["area"] == pytest.approx(90 * area / (road + area), abs=5e-5)


def test_what_is_unknown_or_worth_nothing_everywhere_gets_no_weight() -> None:
    worths = {
        "road": np.array([0.8, np.nan]),
        "area": np.array([np.nan, np.nan]),
        "metro": np.array([0.0, 0.0]),
    }
    found = good('method = "entropy"').weights(GIVEN, worths)
    assert found.by_name == {"road": 100.0, "area": 0.0, "metro": 0.0}


@pytest.mark.parametrize(
    "worths",
    [
        {},
        {"road": np.array([])},
        {"road": np.array([0.5])},
        {"road": np.array([0.5, 0.5]), "area": np.array([1.0, 1.0])},
        {"road": np.array([0.0, 0.0])},
    ],
)
def test_where_the_data_tell_nothing_the_given_weights_stay(
    worths: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]],
) -> None:
    found = good('method = "entropy"').weights(GIVEN, worths)
    assert found.by_name == GIVEN
    assert "按所给权重计分" in found.notes[0].zh


# -------------------------------------------------------------------------- within a profile

PAIR = """
[profile]
title = "甲"
method = "topsis"
[[criterion]]
name = "road"
title = "路"
measure = { kind = "compactness" }
worth = { kind = "linear", unit = "share", worst = 0, best = 1 }
[[criterion]]
name = "area"
title = "面积"
measure = { kind = "compactness" }
worth = { kind = "linear", unit = "share", worst = 0, best = 1 }
[weighting]
method = "ahp"
ahp = { names = ["road", "area"], matrix = [[1, 3], ["1/3", 1]] }
"""


def shelf(folder: Path, **texts: str) -> Shelf:
    """Return the shelf of a city with profiles of its own."""
    paths = [folder / f"{name}.toml" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return Shelf.of(city_of(SuggestSpec(profiles=tuple(paths))))


def test_judged_criteria_need_no_weight_of_their_own(tmp_path: Path) -> None:
    profile = shelf(tmp_path, pair=PAIR).profiles["pair"]
    found = profile.weighting.weights(profile.weights, {})
    assert found.by_name == {"road": 75.0, "area": 25.0}


def test_without_judgements_they_do(tmp_path: Path) -> None:
    text = PAIR.partition("[weighting]")[0]
    with pytest.raises(ProblemsError, match="'weight' is missing"):
        shelf(tmp_path, pair=text)


def test_a_profile_based_on_a_judged_one_takes_its_judgements_over(tmp_path: Path) -> None:
    child = '[profile]\ntitle = "乙"\nbased_on = "pair"\n'
    found = shelf(tmp_path, pair=PAIR, child=child).profiles
    assert found["child"].weighting == found["pair"].weighting
    assert found["child"].method == "topsis"
    # one that takes a criterion out must judge what is left
    less = child + '[[criterion]]\nname = "area"\nweight = 0\n'
    with pytest.raises(ConfigError, match="'area' is judged, and is no criterion with weight"):
        shelf(tmp_path, pair=PAIR, child=less)


def test_the_hash_follows_the_judgements(tmp_path: Path) -> None:
    other = PAIR.replace("3]", "4]").replace("1/3", "1/4")
    found = shelf(tmp_path, one=PAIR, two=other, same=PAIR).profiles
    assert found["one"].sha256 == found["same"].sha256
    assert found["one"].sha256 != found["two"].sha256
