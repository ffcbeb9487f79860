"""[plan] of city.toml: limits in their units, names that must fit, every fault named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from siting.city import DEDUCTIONS, PlanSpec, QuotaSpec, SeparationSpec, read_city
from siting.errors import ProblemsError, SitingError
from siting.model import Text

HEAD = '[city]\nname = "小城"\ncrs = "EPSG:4547"\n'
LAYER = '[[layer]]\nname = "farm"\nrole = "farmland"\npath = "farm.gpkg"\n'
QUOTA = '[[plan.quota]]\nname = "q"\nunit = "sites"\nlimit = 3\n'
SEPARATION = (
    '[[plan.separation]]\nname = "s"\nuses = ["1001"]\nfrom_uses = ["0804"]\ndistance_m = 100\n'
)
SCENARIO = '[[plan.scenario]]\nname = "w"\n'


def read(tmp_path: Path, text: str, **options: Path) -> PlanSpec:
    (tmp_path / "city.toml").write_text(HEAD + text, encoding="utf-8")
    return read_city(tmp_path, **options).plan


def test_without_a_plan_there_are_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "") == PlanSpec()


def test_what_a_plan_goes_by(tmp_path: Path) -> None:
    text = (
        "[plan]\nin_run = false\ncandidates = 12\ntime_limit_s = 5\nrelative_gap = 0.001\n"
        'decisions = ["plan/a.xlsx", "plan/b.csv", "plan/a.xlsx"]\nprevious = "old/plan.json"\n'
        "[plan.deductions]\ncarved = 0\n"
    )
    spec = read(tmp_path, text)
    assert (spec.in_run, spec.candidates, spec.time_limit_s, spec.relative_gap) == (
        False, 12, 5.0, 0.001,
    )  # fmt: skip
    assert spec.decisions == (tmp_path / "plan/a.xlsx", tmp_path / "plan/b.csv")
    assert spec.previous == tmp_path / "old" / "plan.json"
    assert spec.deductions == {**DEDUCTIONS, "carved": 0.0}


@pytest.mark.parametrize(
    ("limit", "m2"),
    [
        ('unit = "area"\nlimit = 12.5\nin = "hectare"', ("area_m2", 125_000.0)),
        # 30 亩 = 2 公顷 exactly: no rounding of 666.67
        ('unit = "new_construction"\nlimit = 30\nin = "mu"', ("new_construction_m2", 20_000.0)),
        ('unit = "farmland"\nlimit = 0.1\nin = "m2"', ("farmland_m2", 0.1)),
        ('unit = "sites"\nlimit = 0', ("sites", 0.0)),
    ],
)
def test_a_limit_is_counted_in_sites_or_square_metres(
    tmp_path: Path, limit: str, m2: tuple[str, float]
) -> None:
    (quota,) = read(tmp_path, f'[[plan.quota]]\nname = "q"\n{limit}\n').quotas
    assert (quota.unit, quota.limit) == m2


def test_everything_of_a_quota_and_a_separation(tmp_path: Path) -> None:
    more = (
        'title = "工业"\ntitle_en = "Industry"\ndistricts = ["01", "02"]\nuses = ["1001"]\n'
        'batches = ["一批"]\nbasis = "样例"\n'
    )
    spec = read(tmp_path, QUOTA + more + SEPARATION)
    assert spec.quotas == (
        QuotaSpec("q", Text("工业", "Industry"), "sites", 3.0, ("01", "02"), ("1001",), ("一批",),
                  "样例"),
    )  # fmt: skip
    assert spec.separations == (SeparationSpec("s", Text("s"), ("1001",), ("0804",), 100.0),)


def test_what_is_otherwise_in_a_scenario(tmp_path: Path) -> None:
    area = '[[plan.quota]]\nname = "land"\nunit = "area"\nlimit = 60\nin = "mu"\n'
    more = (
        'rulebook = "strict.toml"\nas_of = 2027-01-01\nlayers = { farm = "new/farm.gpkg" }\n'
        "quotas = { q = 2, land = 30 }\nweights = { metro_m = 5 }\n"
        'profile_for = { clinic = "hospital" }\ndeductions = { carved = 1 }\n'
    )
    (spec,) = read(tmp_path, LAYER + QUOTA + area + SCENARIO + more).scenarios
    assert (spec.name, spec.title, spec.rule_book, spec.as_of) == (
        "w", Text("w"), "strict.toml", dt.date(2027, 1, 1),
    )  # fmt: skip
    assert spec.layers == {"farm": tmp_path / "new" / "farm.gpkg"}
    assert spec.quotas == {"q": 2.0, "land": 20_000.0}
    assert (spec.weights, spec.profile_for) == ({"metro_m": 5.0}, {"clinic": "hospital"})
    assert spec.deductions == {"carved": 1.0}


def test_a_layer_of_a_scenario_may_lie_in_the_data_folder(tmp_path: Path) -> None:
    text = LAYER + SCENARIO + 'layers = { farm = "f.gpkg", in_data_dir = true }\n'
    (spec,) = read(tmp_path, text, data_dir=tmp_path / "data").scenarios
    assert spec.layers == {"farm": tmp_path / "data" / "f.gpkg"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[plan]\ncandidate = 3\n", "did you mean 'candidates'?"),
        ("[plan]\ncandidates = 0\n", "'candidates' is less than 1"),
        ("[plan]\ntime_limit_s = 0\n", "seconds > 0"),
        ("[plan]\ntime_limit_s = nan\n", "seconds > 0"),
        ("[plan]\nrelative_gap = 1\n", "below 1"),
        ("[plan]\ndecisions = [' ']\n", "blank path"),
        ("[plan.deductions]\ncarvd = 1\n", "did you mean 'carved'?"),
        ("[plan.deductions]\ncarved = -1\n", "points ≥ 0"),
        ("[[plan.quota]]\nunit = 'sites'\nlimit = 1\n", "'name' is missing"),
        ("[[plan.quota]]\nname = 'q'\nlimit = 1\n", "sites | area | new_construction | farmland"),
        ("[[plan.quota]]\nname = 'q'\nunit = 'sites'\n", "'limit' is missing"),
        (QUOTA.replace("sites", "site"), "did you mean 'sites'?"),
        (QUOTA.replace("3", "-3"), "'limit' is out of range"),
        (QUOTA.replace("3", "inf"), "'limit' is out of range"),
        (QUOTA.replace("3", "2.5"), "'limit' is no number of sites"),
        (QUOTA + 'in = "mu"\n', "a number of sites has no unit of area"),
        (QUOTA.replace("sites", "area"), "m2 | hectare | mu (平方米, 公顷, 亩)"),
        (QUOTA.replace("sites", "area") + 'in = "hektare"\n', "did you mean 'hectare'?"),
        (QUOTA.replace('"q"', '"a b"'), "'a b' cannot be a name"),
        (QUOTA.replace('"q"', '"../q"'), "cannot be a name"),
        (QUOTA + QUOTA, "the name 'q' of a quota is there twice"),
        (QUOTA + "districts = []\n", "'districts' is empty"),
        (QUOTA + "uses = ['']\n", "'uses' is empty or has a blank entry"),
        (QUOTA + "district = ['01']\n", "did you mean 'districts'?"),
        (SEPARATION.replace('"s"', '"overlap"'), "means overlaps already"),
        (SEPARATION.replace("distance_m = 100", ""), "'distance_m' is missing"),
        (SEPARATION.replace("100", "-1"), "0 bans only sites that touch"),
        (SEPARATION.replace('from_uses = ["0804"]', ""), "'from_uses' is missing"),
        (SCENARIO, "a scenario that changes nothing"),
        (QUOTA + SCENARIO + "quotas = { p = 1 }\n", "there is no quota 'p'"),
        (QUOTA + SCENARIO + "quotas = { q = 1.5 }\n", "'q' is no number of sites"),
        (QUOTA + SCENARIO + "quotas = { q = -1 }\n", "limit 'q' is no number ≥ 0"),
        (LAYER + SCENARIO + "layers = { fram = 'f.gpkg' }\n", "did you mean 'farm'?"),
        (SCENARIO + "weights = { a = inf }\n", "weight 'a' is no number ≥ 0"),
        (SCENARIO + "deductions = { carvd = 1 }\n", "did you mean 'carved'?"),
        (SCENARIO + "rulebok = 'cn'\n", "did you mean 'rulebook'?"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SitingError) as raised:
        read(tmp_path, text)
    assert words in str(raised.value)
    assert "next step" in str(raised.value)


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = QUOTA.replace("3", "-3") + SEPARATION.replace("100", "-1") + SCENARIO
    with pytest.raises(ProblemsError) as raised:
        read(tmp_path, text)
    assert len(raised.value.problems) == 3
