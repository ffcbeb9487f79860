"""``siting check``: which red lines, in which form, with which status."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def two(tiny: Files) -> Files:
    """R1 of P1 is clear, R2 of P2 lies on farmland."""
    tiny.add_layer("farmland", frame([rect(3000, 3000, 3200, 3200)]))
    shapes = [rect(1000, 1000, 1100, 1100), rect(3150, 3000, 3250, 3100)]
    tiny.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    return tiny


def test_text_shows_the_worst_first_and_why(siting: Siting, two: Files) -> None:
    run = siting("check", two.write(), "--lang", "en")
    assert run.status == 1
    lines = run.out.splitlines()
    assert next(line for line in lines if line.startswith("R")).startswith("R2  [conflict]")
    assert "T-FARM farmland: overlaps 'F1' by 5,000.00 m²" in run.out
    assert "1.0000 ha (15.00 mu)" in run.out
    assert "2 red lines: conflict 1" in run.out
    assert "· " in run.err


def test_chinese_is_the_other_language(siting: Siting, two: Files) -> None:
    run = siting("check", two.write(), "-q", "--lang", "zh")
    assert "占用农田" in run.out
    assert run.err == ""


def test_only_one_project(siting: Siting, two: Files) -> None:
    run = siting("check", two.write(), "-q", "--json", "--project", "P1")
    document = json.loads(run.out)
    assert run.status == 0
    assert [line["id"] for line in document["red_lines"]] == ["R1"]


def test_an_unknown_project_names_the_nearest(siting: Siting, two: Files) -> None:
    run = siting("check", two.write(), "-q", "--project", "P11")
    assert (run.status, run.out) == (2, "")
    assert "there is no project 'P11'" in run.err
    assert "did you mean 'P1'?" in run.err


def test_a_file_of_red_lines_instead(siting: Siting, two: Files) -> None:
    other = two.folder / "other.gpkg"
    frame([rect(1050, 1000, 1150, 1100)], project_id=["P9"]).to_file(other, driver="GPKG")
    farm_and_rivals = (two.folder / "rules.toml").read_text(encoding="utf-8") + RIVALS
    (two.folder / "rules.toml").write_text(farm_and_rivals, encoding="utf-8")
    run = siting("check", two.write(), "-q", "--json", "--redline", other)
    document = json.loads(run.out)
    assert run.status == 1
    assert [line["project_id"] for line in document["red_lines"]] == ["P9"]
    (finding,) = document["findings"]
    assert (finding["code"], finding["feature_id"], finding["area_m2"]) == ("T-RIVAL", "R1", 5000.0)


RIVALS = """
[[rule]]
code = "T-RIVAL"
kind = "rivals"
title = "重叠"
severity = "prohibited"
[rule.basis]
citation = "test"
"""


def test_the_ladder_adds_up_in_every_unit(siting: Siting, two: Files) -> None:
    two.add_layer("farmland", frame([rect(3000, 3000, 3183.335, 3200)]))
    shapes = [rect(3190.005, 3000, 3290.005, 3100), rect(3150, 3000, 3250, 3100)]
    two.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    rules = (two.folder / "rules.toml").read_text(encoding="utf-8") + RIVALS
    (two.folder / "rules.toml").write_text(rules, encoding="utf-8")
    lines = siting("check", two.write(), "-q", "--lang", "en").out.splitlines()
    (start,) = [n for n, line in enumerate(lines) if "each m² once" in line]
    # R2: 33.335 m × 100 m of farmland and 59.995 m × 100 m of R1; rounded one by one, hectares
    # would show 0.3334 (0.3333) and 0.6000 beside 0.9333
    assert lines[start].endswith("in all 9,333.00 m² · 0.9333 ha · 14.00 mu")
    parts = [re.findall(r"([\d,.]+) (?:m²|ha|mu)", line) for line in lines[start + 1 : start + 3]]
    columns = [
        [Decimal(cell.replace(",", "")) for cell in column] for column in zip(*parts, strict=True)
    ]
    assert [sum(column) for column in columns] == [
        Decimal("9333.00"), Decimal("0.9333"), Decimal("14.00"),
    ]  # fmt: skip
    assert [lines[start + n].split()[0] for n in (1, 2)] == ["T-FARM", "T-RIVAL"]


def test_plots_of_two_files_with_one_number_are_two(siting: Siting, two: Files) -> None:
    for name, shape in (("a", rect(1000, 1000, 1100, 1100)), ("b", rect(3000, 3000, 3100, 3100))):
        made = frame([shape], project_id=["P-01"])
        made.to_file(two.folder / f"{name}.gpkg", driver="GPKG")
    files = ("--redline", two.folder / "a.gpkg", "--redline", two.folder / "b.gpkg")
    run = siting("check", two.write(), "-q", "--json", *files)
    document = json.loads(run.out)
    outcomes = sorted((line["id"], line["outcome"]) for line in document["red_lines"])
    assert len(outcomes) == 2
    assert {outcome for _, outcome in outcomes} == {"clear", "conflict"}


def test_as_project_ties_a_file_to_a_project(siting: Siting, two: Files) -> None:
    other = two.folder / "other.gpkg"
    frame([rect(1050, 1000, 1150, 1100)]).to_file(other, driver="GPKG")
    run = siting("check", two.write(), "-q", "--json", "--redline", other, "--as-project", "P1")
    assert json.loads(run.out)["red_lines"][0]["project_id"] == "P1"


def test_a_file_that_is_not_there(siting: Siting, two: Files) -> None:
    run = siting("check", two.write(), "-q", "--redline", two.folder / "none.gpkg")
    assert (run.status, run.out) == (2, "")
    assert "there is no file" in run.err


def test_json_fits_the_schema_and_bears_the_identity(
    siting: Siting, two: Files, repo_root: Path
) -> None:
    run = siting("check", two.write(), "-q", "--json")
    schema = repo_root / "docs" / "schemas" / "report-1.schema.json"
    document = json.loads(run.out)
    jsonschema.validate(document, json.loads(schema.read_text(encoding="utf-8")))
    assert document["identity"].startswith("sha256:")


def test_geojson(siting: Siting, two: Files) -> None:
    two.layers["farmland"]["release"] = "public"
    run = siting("check", two.write(), "-q", "--geojson")
    (feature,) = json.loads(run.out)["features"]
    assert (run.status, feature["geometry"]["type"]) == (1, "Polygon")
    two.layers["farmland"]["release"] = "table_only"
    run = siting("check", two.write(), "-q", "--geojson")
    assert json.loads(run.out)["features"][0]["geometry"] is None


def test_order_of_files_rows_and_layers_does_not_matter(siting: Siting, two: Files) -> None:
    def identity() -> str:
        return str(json.loads(siting("check", two.write(), "-q", "--json").out)["identity"])

    before = identity()
    shapes = [rect(3150, 3000, 3250, 3100), rect(1000, 1000, 1100, 1100)]
    two.add_red_lines(frame(shapes, id=["R2", "R1"], project=["P2", "P1"]))
    two.layers = dict(reversed(two.layers.items()))
    assert identity() == before
    two.add_red_lines(frame(shapes[1:], id=["R1"], project=["P1"]), name="one")
    one = two.red_lines
    two.add_red_lines(frame(shapes[:1], id=["R2"], project=["P2"]), name="two")
    two.red_lines += one
    assert identity() == before
    two.layers["farmland"]["path"] = "elsewhere.gpkg"
    (two.folder / "farmland.gpkg").rename(two.folder / "elsewhere.gpkg")
    assert identity() == before


def test_a_sliver_is_a_finding_and_so_status_1(siting: Siting, two: Files) -> None:
    book = two.folder / "rules.toml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("near_m = 20.0", "sliver_width_m = 1.0", 1), encoding="utf-8")
    shape = rect(2900, 3000, 3000.1, 3100)
    two.add_red_lines(frame([shape], id=["R1"], project=["P1"]))
    run = siting("check", two.write(), "-q", "--json")
    document = json.loads(run.out)
    assert (document["red_lines"][0]["outcome"], document["summary"]["slivers"]) == ("near", 1)
    assert run.status == 1


def test_red_lines_that_are_given_may_state_their_accuracy(siting: Siting, two: Files) -> None:
    two.layers["farmland"]["accuracy_m"] = 0.4
    line = two.folder / "line.gpkg"
    frame([rect(3150, 2900, 3250, 3300)], project_id=["P9"]).to_file(line, driver="GPKG")
    city = two.write()
    asked = ("check", city, "-q", "--json", "--redline", line)
    (finding,) = json.loads(siting(*asked).out)["findings"]
    assert finding["band"] is None
    (finding,) = json.loads(siting(*asked, "--accuracy-m", "0.3").out)["findings"]
    # 50 m × 200 m of farmland, its east, north and south edges moved by 0.5 m
    assert finding["area_m2"] == 10_000.0
    assert finding["band"]["sigma_m"] == 0.5
    assert finding["band"]["area_m2_min"] == pytest.approx(49.5 * 199.0)


def test_the_accuracy_of_the_citys_red_lines_is_city_tomls(siting: Siting, two: Files) -> None:
    run = siting("check", two.write(), "--accuracy-m", "0.3")
    assert (run.status, run.out) == (2, "")
    assert "--accuracy-m: give --redline or --paste" in run.err


def test_what_was_not_wholly_checked_may_still_be_near(siting: Siting, two: Files) -> None:
    del two.layers["farmland"]["coverage"]
    two.add_red_lines(frame([rect(2880, 3000, 2990, 3100)], id=["R1"], project=["P1"]))
    run = siting("check", two.write(), "-q", "--lang", "en")
    said = [text.strip() for text in run.out.splitlines()]
    near = next(number for number, text in enumerate(said) if text.startswith("~ near T-FARM"))
    assert said[near].endswith("10.00 m · farmland/F1")
    assert said[near + 1].startswith("? not checked T-FARM")


def test_the_audit_is_asked_for_and_recorded(siting: Siting, two: Files) -> None:
    plain, audited = (
        json.loads(siting("check", two.write(), "-q", "--json", *more).out)
        for more in ((), ("--witness", "all"))
    )
    assert (plain["witness"], audited["witness"]) == ("found", "all")
    assert plain["identity"] == audited["identity"]
    del plain["witness"], audited["witness"]
    assert plain == audited
