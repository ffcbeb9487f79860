"""Cambridge, as a newcomer meets it: a folder of open data that nobody prepared."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from siting import api

from .hand import areas, filled, statuses

pytestmark = pytest.mark.shared
AS_OF = dt.date(2026, 8, 17)


@pytest.fixture(scope="module")
def data(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data" / "cambridge_ma"


@pytest.fixture(scope="module")
def found(data: Path, tmp_path_factory: pytest.TempPathFactory) -> api.Founding:
    return api.new(data, output=tmp_path_factory.mktemp("cambridge") / "city.toml")


def example(repo_root: Path) -> dict:
    path = repo_root / "examples" / "cambridge" / "city.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_roles_are_those_that_a_person_gave(repo_root: Path, found: api.Founding):
    # a role of the city's own is a person's word, and no guess
    layers = [one for one in example(repo_root)["layer"] if not one["role"].startswith("x_")]
    wanted = {one["path"]: one["role"] for one in layers}
    ours = {entry.sight.path.name: entry.role for entry in found.entries if entry.use == "layer"}
    assert {name: ours.get(name) for name in wanted} == wanted


def test_the_permit_areas_are_the_red_lines(repo_root: Path, found: api.Founding):
    (wanted,) = example(repo_root)["redlines"]
    (ours,) = tomllib.loads(found.text)["redlines"]
    assert Path(ours["path"]).name == wanted["path"]
    assert ours["project_column"] == wanted["project_column"]


def test_nothing_chinese_is_proposed_for_massachusetts(found: api.Founding):
    city = tomllib.loads(found.text)["city"]
    assert "crs" not in city
    assert "EPSG:26986  NAD83 / Massachusetts Mainland" in found.text
    assert "code" not in city


def test_each_file_of_the_folder_is_told(data: Path, found: api.Founding):
    told = {entry.sight.path for entry in found.entries} | {each.path for each in found.aside}
    assert told == set(data.iterdir())


@pytest.mark.slow
def test_filled_in_it_finds_what_the_example_finds(
    repo_root: Path, data: Path, found: api.Founding
):
    """The newcomer fills in and takes out what is not wanted; the report is the example's."""
    book = repo_root / "examples" / "cambridge" / "rulebook.toml"
    text = filled(found.text, crs={"city": '"EPSG:26986"', "": '"EPSG:4326"'},
                  coverage={"": '"city"'})  # fmt: skip
    text = text.replace('rulebook = "cn"', f'rulebook = "{book}"')
    text = text.replace("# repair = true", "repair = true")
    outline = [line for line in text.splitlines() if line.startswith("# outline = ")]
    text = text.replace(outline[0], outline[0].removeprefix("# "))
    wanted = {one["path"] for one in example(repo_root)["layer"]}
    blocks = [
        block
        for block in text.split("\n\n")
        if "\n[[layer]]" not in block or any(name in block for name in wanted)
    ]
    text = "\n\n".join(blocks)
    path = found.path.with_name("filled.toml")
    path.write_text(text, encoding="utf-8")
    ours = api.check(api.load(path, as_of=AS_OF))
    example_city = repo_root / "examples" / "cambridge"
    theirs = api.check(api.load(example_city, as_of=AS_OF, data_dir=data))
    assert len(ours.results) == len(theirs.results)
    mine, other = statuses(ours), statuses(theirs)
    assert set(mine) == set(other)
    assert [key for key in other if mine[key] != other[key]] == []
    assert sum(areas(ours).values()) == pytest.approx(sum(areas(theirs).values()), rel=1e-9)
