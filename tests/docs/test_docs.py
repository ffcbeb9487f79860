"""The documents say what the program does: no key, command or link missing or left over."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import click
import pytest

from siting.city import PROJECT_FIELDS, read_city
from siting.compose import GROUPINGS, Kind, read_book
from siting.compose.approval import TESTS
from siting.config import TableReader
from siting.criteria import GENERAL, KINDS, Shelf, shipped_profiles
from siting.founding.standards import standards
from siting.handover import FINDING_COLUMNS, RED_LINE_COLUMNS, SUGGESTION_COLUMNS
from siting.model import ChainageRow, Search

#: A city.toml with every table that the parser knows.
EVERY_TABLE = """
[city]
name = "x"
crs = "EPSG:4547"
outline = "city"
[[role]]
name = "x_own"
[[layer]]
name = "a"
role = "x_own"
title = "a layer"
path = "a.gpkg"
coverage = { path = "b.gpkg" }
join = { path = "t.csv", on = "k", columns = ["c"] }
[[redlines]]
path = "c.txt"
[projects]
path = "d.xlsx"
[projects.columns]
id = "i"
name = "n"
[[local_system]]
name = "old"
source = "a letter"
to_crs = "EPSG:4547"
[[off_map]]
code = "o"
title = "t"
office = "f"
[suggest]
[suggest.weights]
[compose]
[access]
speeds = "speeds.toml"
[plan]
[plan.deductions]
must_acquire = 1
assembled = 1
carved = 1
restricted = 1
not_checked = 1
elsewhere = 1
not_on_offer = 1
[[plan.quota]]
name = "q"
unit = "area"
limit = 1
in = "mu"
districts = ["d"]
uses = ["u"]
batches = ["b"]
[[plan.separation]]
name = "s"
uses = ["u"]
from_uses = ["v"]
distance_m = 1
[[plan.scenario]]
name = "w"
quotas = { q = 2 }
deductions = { carved = 2 }
[output]
folder = "maps"

[map.tiles]
url = "http://tiles.test/{z}/{x}/{y}"
datum = "gcj02"
"""
#: Places of the parser (as in its messages) -> heading of the reference.
HEADINGS = {
    "[city]": "`[city]`",
    "layer": "`[[layer]]`",
    "layer.coverage": "`[layer.coverage]`",
    "layer.join": "`[layer.join]`",
    "role": "`[[role]]`",
    "redlines": "`[[redlines]]`",
    "[projects]": "`[projects]`",
    "[projects].columns": "`[projects.columns]`",
    "local_system": "`[[local_system]]`",
    "off_map": "`[[off_map]]`",
    "[suggest]": "`[suggest]`",
    "[compose]": "`[compose]`",
    "[access]": "`[access]`",
    "[access].columns": "`[access.columns]`",
    "[repair]": "`[repair]`",
    "[plan]": "`[plan]`",
    "[plan].deductions": "`[plan.deductions]`",
    "[plan] quota": "`[[plan.quota]]`",
    "[plan] separation": "`[[plan.separation]]`",
    "[plan] scenario": "`[[plan.scenario]]`",
    "[map]": "`[map]`",
    "[map].tiles": "`[map.tiles]`",
    "[output]": "`[output]`",
}


@pytest.fixture
def parsed_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The keys that the parser asks for, by place."""
    keys: dict[str, set[str]] = defaultdict(set)
    finish = TableReader.finish

    def spy(reader: TableReader) -> None:
        place = re.sub(r" \d+( '[^']*')?", "", reader.place)
        keys[place].update(reader._taken)
        finish(reader)

    monkeypatch.setattr(TableReader, "finish", spy)
    path = tmp_path / "city.toml"
    path.write_text(EVERY_TABLE, encoding="utf-8")
    read_city(path)
    return keys


def sections(text: str) -> dict[str, set[str]]:
    """The keys of the first column of each section's table, by heading."""
    found: dict[str, set[str]] = {}
    for part in re.split(r"^#{2,3} ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        rows = re.findall(r"^\| (`[^|]*) \|", body, flags=re.MULTILINE)
        found[heading.strip()] = {key for row in rows for key in re.findall(r"`([^`]+)`", row)}
    return found


def test_every_key_of_city_toml_is_documented_and_none_is_left_over(
    repo_root: Path, parsed_keys: dict[str, set[str]]
):
    documented = sections((repo_root / "docs" / "city-toml.md").read_text(encoding="utf-8"))
    own_sections = {
        "layer": {"attributes"}, "[projects]": {"columns"}, "[access]": {"columns"},
        "[suggest]": {"weights"},
        "[plan]": {"deductions", "quota", "separation", "scenario"},
        "[map]": {"tiles"},
    }  # fmt: skip
    known = {
        HEADINGS[place]: keys - own_sections.get(place, set())
        for place, keys in parsed_keys.items()
        if place in HEADINGS
    }
    assert set(HEADINGS.values()) == set(known)
    for heading, keys in known.items():
        assert documented[heading] == keys, heading
    assert set(PROJECT_FIELDS) == documented["`[projects.columns]`"]


def test_every_place_of_the_parser_has_its_section(parsed_keys: dict[str, set[str]]):
    unheard = set(parsed_keys) - set(HEADINGS) - {"", "layer.attributes"}
    unheard -= {"[suggest].weights", "[suggest].classes", "[plan] scenario.deductions"}
    assert not {place for place in unheard if place != "[city].outline"}


def test_every_criterion_and_kind_of_measure_is_documented(repo_root: Path):
    text = (repo_root / "docs" / "city-toml.md").read_text(encoding="utf-8")
    weights = text.partition("### `[suggest.weights]`")[2].partition("##")[0]
    general = Shelf.of(read_city(repo_root / "data")).profiles[GENERAL]
    assert set(general.weights) <= set(re.findall(r"`([^`]+)`", weights))
    profiles = (repo_root / "docs" / "profiles.md").read_text(encoding="utf-8")
    kinds = re.findall(r"^\| `(\w+)` \|", profiles.partition("## general")[0], flags=re.MULTILINE)
    assert sorted(kinds) == sorted(KINDS)
    for name in shipped_profiles():
        assert f"\n## {name}\n" in profiles, name


def commands() -> dict[str, click.Command]:
    """Every command and sub-command by the words that call it."""
    from siting.cli import app

    found: dict[str, click.Command] = {}
    waiting: list[tuple[str, click.Command]] = [("siting", app)]
    while waiting:
        words, command = waiting.pop()
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                sub = command.get_command(context, name)
                assert sub is not None
                waiting.append((f"{words} {name}", sub))
        if words != "siting":
            found[words] = command
    return found


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_every_command_and_no_other(repo_root: Path, name: str):
    text = (repo_root / name).read_text(encoding="utf-8")
    known = set(commands())
    assert {words for words in known if f"`{words}" not in text} == set()
    first = {words.split()[1] for words in known}
    named = set(re.findall(r"`siting ([a-z]+)", text))
    assert named <= first


def test_every_command_and_option_has_help():
    for words, command in commands().items():
        assert command.help, words
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                has_default = option.show_default
                assert option.help or has_default, f"{words} {option.name}"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_example_in_the_readme_is_a_city_toml(repo_root: Path, tmp_path: Path, name: str):
    text = (repo_root / name).read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    path = tmp_path / "city.toml"
    path.write_text(example, encoding="utf-8")
    city = read_city(path)
    assert [layer.role.name for layer in city.layers] == ["district", "farmland"]


def documents(root: Path) -> list[Path]:
    return [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("examples/**/*.md")]


def test_every_hypothesis_is_documented(repo_root: Path):
    from siting.load.forensic.hypotheses import EXAMPLES

    text = (repo_root / "docs" / "forensics.md").read_text(encoding="utf-8")
    table = text.partition("## The hypotheses")[2].partition("## The evidence")[0]
    assert set(EXAMPLES) <= set(re.findall(r"`([^`]+)`", table))


def full_search(hand: ModuleType) -> Search:
    """A search with sites, a nearest parcel, and a table by chainage."""
    row = ChainageRow("R1", "01", 0.0, 10.0, 10.0)
    return replace(hand.search(), nearest=hand.nearest(), chainage=(row,))


def names_below(value: object) -> set[str]:
    """The names that a template may ask for, within a context."""
    if isinstance(value, dict):
        return set(value).union(*map(names_below, value.values()))
    return set().union(*map(names_below, value)) if isinstance(value, list) else set()


def test_the_page_of_the_papers_lists_every_name_of_a_template_and_no_other(repo_root: Path):
    from ..compare import hand
    from ..papers import town
    from ..papers.test_plan import planned_town

    material = town.material(searches=[full_search(hand)], repairs=hand.repairs())
    known: set[str] = set()
    for paper in (*town.every_context(material), *town.every_context(planned_town())):
        known |= names_below(paper)
    text = (repo_root / "docs" / "papers.md").read_text(encoding="utf-8")
    tables = text.partition("### In every paper")[2].partition("## What it does not do yet")[0]
    named = set(re.findall(r"`([a-z][a-z0-9_]*)`", tables))
    # what `kind` and `state` may be
    kinds = {"found", "unchecked", "here", "elsewhere", "unplaced", "left_out", "none"}
    assert named - (kinds - known) == known


def test_links_between_documents_lead_somewhere(repo_root: Path):
    broken = [
        f"{document.name}: {target}"
        for document in documents(repo_root)
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_the_hand_over_page_names_the_columns_that_need_a_word(repo_root: Path):
    text = (repo_root / "docs" / "handover.md").read_text(encoding="utf-8")
    columns = {*RED_LINE_COLUMNS, *FINDING_COLUMNS, *SUGGESTION_COLUMNS}
    named = set(re.findall(r"`([a-z][a-z0-9_]+)`", text))
    for column in ("outcome", "is_incomplete", "is_valid", "geometry_state", "rank", "is_sliver"):
        assert column in named
        assert column in columns


def test_the_page_of_new_lists_every_standard_table_with_its_role(repo_root: Path):
    text = (repo_root / "docs" / "new.md").read_text(encoding="utf-8")
    rows = {
        tuple(re.findall(r"`([^`]+)`", row.split("|")[1])): row.split("|")[3:6]
        for row in text.splitlines()
        if row.startswith("| `") and row.count("|") == 6
    }
    tables = {table.codes: table for table in standards().tables}
    assert set(rows) == set(tables)
    for codes, (role, sureness, certainty) in rows.items():
        table = tables[codes]
        assert f"`{table.role}`" in role or (not table.role and "none" in role), codes
        assert sureness.strip() == ("a guess" if table.is_never_sure else "sure"), codes
        assert certainty.strip() == table.certainty


def test_the_composition_page_names_what_the_program_knows(repo_root: Path):
    text = (repo_root / "docs" / "compose.md").read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    named = set(re.findall(r"`([^`]+)`", prose))
    book = read_book("cn")
    words = {*map(str, Kind), *GROUPINGS, *TESTS, *book.systems, *book.groups}
    assert words - named == set()
    options = {option.split()[0] for option in named if option.startswith("--")}
    command = commands()["siting compose"]
    known = {name for option in command.params for name in option.opts if name.startswith("--")}
    assert options <= known
    assert {"--by", "--xlsx", "--csv", "--json", "--project", "--red-line", "--crs"} <= options


def test_the_composition_pages_example_is_a_book(repo_root: Path, tmp_path: Path):
    text = (repo_root / "docs" / "compose.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    path = tmp_path / "own.toml"
    path.write_text(example, encoding="utf-8")
    changed = {entry.code: entry.level for entry in read_book(str(path)).thresholds}
    assert changed["CN-TAKE-CULTIVATED"] == "province"
