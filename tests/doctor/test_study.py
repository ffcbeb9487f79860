"""What the doctor says of a city."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from siting.doctor import Check, CheckStatus, examine_city, examine_study
from siting.rulebook import read_rule_book

from ..tiny_city import (
    AS_OF,
    Files,
    atlas,
    book,
    city,
    frame,
    layer,
    place,
    project,
    rect,
    red_line,
    rule,
)
from .conftest import named

WIRE = place("LINESTRING (0 2500, 4000 2500)")
POWER_ROW = {"setback_m": 15.0, "when": {"kv": [110, 220]}}


def unwell(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {check.name: check for check in checks if check.status is not CheckStatus.OK}


def examine(layers, rules, **fields) -> dict[str, Check]:
    """The checks of a hand-made city, by name."""
    study = atlas(layers, [red_line(rect(0, 0, 100, 100))], **fields)
    return named(examine_study(city(), study, rule_book=book(*rules), as_of=AS_OF))


def test_a_sound_city_is_all_well(tiny: Files):
    assert unwell(examine_city(tiny.write())) == {}


def test_the_torn_layer_of_the_sample_city_is_its_only_fault(repo_root: Path):
    found = unwell(examine_city(repo_root / "data"))
    assert list(found) == ["layer industrial_block"]
    assert found["layer industrial_block"].status is CheckStatus.FAULT
    assert "copy it again" in found["layer industrial_block"].mend.en


def test_a_layer_tells_its_whole_contract(tiny: Files):
    tiny.layers["farmland"] |= {"dated": dt.date(2026, 10, 2), "max_age_days": 60}
    check = named(examine_city(tiny.write()))["layer farmland"]
    assert check.found.en == "rows: 1 = 1 used + 0 refused"
    words = "\n".join(detail.en for detail in check.details)
    assert "dated 2026-10-02, 30 days old, at most 60" in words
    assert "release table_only" in words
    assert "sha256 " in words


def test_a_role_without_layer_names_the_rules_that_fall_silent(tiny: Files):
    del tiny.layers["farmland"]
    check = unwell(examine_city(tiny.write()))["role farmland"]
    assert check.status is CheckStatus.WARNING
    assert "T-FARM" in check.found.en
    assert "declared_empty" in check.mend.en


def test_a_missing_column_of_a_setback_is_a_fault(tiny: Files):
    del tiny.layers["power_line"]["columns"]
    check = unwell(examine_city(tiny.write()))["columns T-POWER power_line"]
    assert check.status is CheckStatus.FAULT
    assert "has no kv" in check.found.en
    assert 'attributes = { kv = "…" }' in check.mend.en


def test_a_column_that_city_toml_names_and_the_file_lacks_fails_the_layer(tiny: Files):
    tiny.layers["power_line"]["columns"] = ["voltage"]
    check = unwell(examine_city(tiny.write()))["layer power_line"]
    assert check.status is CheckStatus.FAULT
    assert "correct the column's name" in check.mend.en


def test_a_missing_file_fails_its_layer_and_nothing_else(tiny: Files):
    path = tiny.write()
    (tiny.folder / "farmland.gpkg").unlink()
    found = unwell(examine_city(path))
    assert list(found) == ["layer farmland"]
    assert found["layer farmland"].status is CheckStatus.FAULT


def test_a_layer_short_of_rows_is_a_fault_and_lists_them(tiny: Files):
    bowtie = place("POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))")
    tiny.add_layer("farmland", frame([rect(3000, 3000, 3200, 3200), bowtie]))
    check = unwell(examine_city(tiny.write()))["layer farmland"]
    assert check.status is CheckStatus.FAULT
    assert "rows: 2 = 1 used + 1 refused" in check.found.en
    assert any("row 2 F2 refused" in detail.en for detail in check.details)
    assert "repair = true" in check.mend.en


def test_a_short_layer_that_no_rule_needs_is_a_warning(tiny: Files):
    tiny.add_layer("parcel", frame([rect(0, 0, 9, 9), None]))
    check = unwell(examine_city(tiny.write()))["layer parcel"]
    assert check.status is CheckStatus.WARNING
    assert "no rule needs it" in check.found.en
    assert "repair" not in check.mend.en


def test_undeclared_coverage_is_a_warning_where_a_rule_needs_the_layer(tiny: Files):
    for name in ("farmland", "district"):
        del tiny.layers[name]["coverage"]
    found = unwell(examine_city(tiny.write()))
    assert {name: str(check.status) for name, check in found.items()} == {
        "layer farmland": "warning"
    }


def test_a_file_in_the_place_of_the_output_folder(tiny: Files):
    (tiny.folder / "maps").write_text("in the way", encoding="utf-8")
    check = unwell(examine_city(tiny.write()))["output"]
    assert check.status is CheckStatus.FAULT
    assert "is a file" in check.found.en
    assert (tiny.folder / "maps").read_text(encoding="utf-8") == "in the way"


def test_looking_at_the_output_folder_leaves_nothing(tiny: Files):
    path = tiny.write()
    before = sorted(tiny.folder.rglob("*"))
    examine_city(path)
    assert sorted(tiny.folder.rglob("*")) == before


def test_every_problem_of_city_toml_is_a_fault(tiny: Files):
    tiny.layers["farmland"]["rolle"] = "x"
    tiny.head["colour"] = "red"
    checks = examine_city(tiny.write())
    assert [check.status for check in checks] == [CheckStatus.FAULT] * 2
    assert all(check.mend.en for check in checks)


def test_useless_districts_are_a_fault_and_the_rest_is_still_said(tiny: Files):
    path = tiny.write()
    (tiny.folder / "district.gpkg").write_bytes(b"")
    found = named(examine_city(path))
    assert found["load"].status is CheckStatus.FAULT
    assert found["rule_book"].status is CheckStatus.OK


def test_a_case_that_fails_is_a_fault(tiny: Files):
    rules = tiny.folder / "rules.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("setback_m = 15.0", "setback_m = 5.0"), encoding="utf-8")
    check = unwell(examine_city(tiny.write()))["rule_book"]
    assert check.status is CheckStatus.FAULT
    assert any("T-POWER" in detail.en for detail in check.details)


def test_a_profile_that_cannot_be_used_is_a_fault(tiny: Files):
    path = tiny.write()
    found = named(examine_city(path))["profiles"]
    assert found.status is CheckStatus.OK
    with path.open("a", encoding="utf-8") as file:
        file.write('\n[suggest.profile_for]\nclinic = "hospitl"\n')
    fault = unwell(examine_city(path))["profiles"]
    assert fault.status is CheckStatus.FAULT
    assert "hospitl" in fault.found.en


def test_without_a_date_nothing_is_loaded(tiny: Files):
    del tiny.head["as_of"]
    found = named(examine_city(tiny.write()))
    assert found["date"].status is CheckStatus.FAULT
    assert not any(name.startswith("layer") for name in found)


def test_a_refused_red_line_file_is_a_fault(tiny: Files):
    path = tiny.write()
    (tiny.folder / "redlines.gpkg").write_bytes(b"rubbish")
    found = unwell(examine_city(path))
    assert found["red_line redlines.gpkg"].status is CheckStatus.FAULT


def test_a_red_line_of_no_project(tiny: Files):
    (tiny.folder / "ledger.csv").write_text("id,name,use\nP9,学校,0804\n", encoding="utf-8")
    check = unwell(examine_city(tiny.write()))["red_lines_without_project"]
    assert check.found.en == "R1"


def test_values_that_fit_no_row_of_a_setback_table_are_counted():
    wires = layer("power_line", [WIRE] * 3, columns={"kv": ["110", "35", None]})
    found = examine([wires], [rule("setback", role="power_line", row=[POWER_ROW])])
    check = found["values T-SETBACK power_line"]
    assert check.status is CheckStatus.WARNING
    assert check.found.en.startswith("2 feature(s)")
    assert any(detail.en == "kv=35: 1" for detail in check.details)


def test_a_table_whose_last_row_takes_everything_needs_no_column():
    rows = [POWER_ROW, {"setback_m": 5.0}]
    found = examine([layer("power_line", [WIRE])], [rule("setback", role="power_line", row=rows)])
    assert "columns" in found


def test_the_column_of_a_where_is_needed():
    levels = rule("overlap", role="water_source", where={"level": ["1"]})
    found = examine([layer("water_source", [rect(0, 0, 9, 9)])], [levels])
    assert found["columns T-OVERLAP water_source"].status is CheckStatus.FAULT


ZONING = {
    "role": "zoning", "code_column": "code", "code_system": "ydyh2023", "allows": {"08": ["08"]},
}  # fmt: skip


def test_zoning_needs_its_codes_and_their_system():
    rules = [rule("zoning", **ZONING)]
    found = examine([layer("zoning", [rect(0, 0, 9, 9)])], rules)
    assert found["columns T-ZONING zoning"].status is CheckStatus.FAULT
    assert found["code_system T-ZONING zoning"].status is CheckStatus.FAULT


def test_projects_whose_use_nobody_understands():
    projects = [
        project("P1", use="0804", code_system="ydyh2023"),
        project("P2"),
        project("P3", use="0804"),
        project("P4", use="A33", code_system="gb50137"),
    ]
    zones = layer("zoning", [rect(0, 0, 9, 9)], columns={"code": ["08"]}, code_system="ydyh2023")
    study = atlas([zones], [red_line(rect(0, 0, 9, 9))], projects=projects)
    town = dataclasses.replace(city(), projects=object())
    rule_book = book(rule("zoning", **ZONING))
    found = unwell(examine_study(town, study, rule_book=rule_book, as_of=AS_OF))
    assert found["uses"].found.en == "P2"
    assert found["code_system"].found.en == "P3"
    assert found["uses T-ZONING"].found.en == "P4 (A33, gb50137)"


def test_an_empty_use_matters_only_where_a_rule_looks_at_uses():
    farmland = layer("farmland", [rect(0, 0, 9, 9)])
    ledger = [project("P1")]
    town = dataclasses.replace(city(), projects=object())
    study = atlas([farmland], [red_line(rect(0, 0, 9, 9))], projects=ledger)
    plain, choosy = (
        rule("overlap", role="farmland", applies_to=targets) for targets in ({}, {"uses": ["08"]})
    )
    for rules, expected in (([plain], False), ([choosy], True)):
        checks = examine_study(town, study, rule_book=book(*rules), as_of=AS_OF)
        assert ("uses" in unwell(checks)) is expected


@pytest.mark.parametrize("name", ["cn"])
def test_rules_not_yet_in_force_ask_for_nothing(name: str):
    empty = atlas([], [])
    checks = examine_study(city(), empty, rule_book=read_rule_book(name), as_of=dt.date(1900, 1, 1))
    missing = {check.name for check in checks if check.name.startswith("role ")}
    later = examine_study(city(), empty, rule_book=read_rule_book(name), as_of=AS_OF)
    assert missing < {check.name for check in later if check.name.startswith("role ")}
