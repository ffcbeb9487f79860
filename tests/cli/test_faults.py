"""Each fault of the inputs: a clear message, the right exit status, and nothing reads as clear."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from ..tiny_city import AS_OF, CRS, Files, frame, place, rect
from .conftest import Siting

HIT = [rect(1090, 1000, 1300, 1100)]


def checked(siting: Siting, tiny: Files, *options: object):
    """Check the tiny city; return status, the document, and the status by rule of R1."""
    run = siting("check", tiny.write(), "-q", "--json", *options)
    assert run.status in {0, 1}, run.err
    document = json.loads(run.out)
    return run.status, document, {v["code"]: v["status"] for v in document["verdicts"]}


def gap(document, code: str) -> str:
    verdict = next(v for v in document["verdicts"] if v["code"] == code)
    return " ".join(text["en"] for text in verdict["gaps"])


def test_the_tiny_city_is_clean(siting: Siting, tiny: Files) -> None:
    status, document, found = checked(siting, tiny)
    assert (status, set(found.values())) == (0, {"clear"})
    assert document["red_lines"][0]["outcome"] == "clear"


def test_a_conflict_is_status_1(siting: Siting, tiny: Files) -> None:
    tiny.add_layer("farmland", frame(HIT))
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "conflict")
    assert document["findings"][0]["area_m2"] == 1000.0


def test_missing_layer_file(siting: Siting, tiny: Files) -> None:
    (tiny.folder / "farmland.gpkg").unlink()
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")
    assert "farmland" in gap(document, "T-FARM")
    assert document["red_lines"][0]["outcome"] == "incomplete"


def test_layer_not_in_city_toml(siting: Siting, tiny: Files) -> None:
    del tiny.layers["farmland"]
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")
    assert "no layer with role farmland" in gap(document, "T-FARM")


def test_layer_without_crs(siting: Siting, tiny: Files) -> None:
    bare = tiny.folder / "bare.shp"
    frame([rect(3000, 3000, 3200, 3200)]).to_file(bare)
    bare.with_suffix(".prj").unlink()
    tiny.layers["farmland"]["path"] = "bare.shp"
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")
    assert "no coordinate reference system" in gap(document, "T-FARM")
    tiny.layers["farmland"]["crs"] = CRS
    assert checked(siting, tiny)[0] == 0


def test_layer_in_another_crs_gives_the_same_result(siting: Siting, tiny: Files) -> None:
    tiny.add_layer("farmland", frame(HIT).to_crs("EPSG:4490"))
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "conflict")
    assert document["findings"][0]["area_m2"] == pytest.approx(1000.0, abs=1e-3)


def test_layer_whose_declared_crs_is_not_its_own(siting: Siting, tiny: Files) -> None:
    tiny.layers["farmland"]["crs"] = "EPSG:4549"
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")
    assert "two CRSs" in gap(document, "T-FARM")


def test_bowtie_red_line(siting: Siting, tiny: Files) -> None:
    bowtie = place("POLYGON ((1000 1000, 1100 1100, 1100 1000, 1000 1100, 1000 1000))")
    tiny.add_red_lines(frame([bowtie], id=["R1"], project=["P1"]))
    status, _, found = checked(siting, tiny)
    assert status == 1
    assert found == {"T-FARM": "not_checked", "T-POWER": "not_checked", "T-QUALITY": "conflict"}


def test_red_line_outside_the_coverage(siting: Siting, tiny: Files) -> None:
    tiny.layers["farmland"]["coverage"] = {"districts": ["02"]}
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"], found["T-POWER"]) == (1, "not_checked", "clear")
    assert "10,000" in gap(document, "T-FARM") or "outside" in gap(document, "T-FARM")


def test_red_line_inside_but_its_reach_outside(siting: Siting, tiny: Files) -> None:
    tiny.layers["farmland"]["coverage"] = {"districts": ["01"]}
    tiny.add_red_lines(frame([rect(1885, 1000, 1985, 1100)], id=["R1"], project=["P1"]))
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")
    assert "grown by 20 m" in gap(document, "T-FARM")


def test_coverage_by_an_unknown_district(siting: Siting, tiny: Files) -> None:
    tiny.layers["farmland"]["coverage"] = {"districts": ["03"]}
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")
    assert "unknown districts" in gap(document, "T-FARM")


def test_undeclared_coverage(siting: Siting, tiny: Files) -> None:
    del tiny.layers["farmland"]["coverage"]
    assert checked(siting, tiny)[2]["T-FARM"] == "not_checked"


def test_empty_layer_undeclared_and_declared(siting: Siting, tiny: Files) -> None:
    tiny.add_layer("farmland", frame([rect(0, 0, 1, 1)]).iloc[:0])
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")
    assert document["inputs"][1]["status"] == "failed"
    tiny.layers["farmland"]["declared_empty"] = True
    assert checked(siting, tiny)[0] == 0


def test_layer_with_a_bowtie_among_its_features(siting: Siting, tiny: Files) -> None:
    bowtie = place("POLYGON ((3000 3000, 3100 3100, 3100 3000, 3000 3100, 3000 3000))")
    tiny.add_layer("farmland", frame([rect(3500, 3500, 3600, 3600), bowtie]))
    status, document, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")
    (entry,) = [each for each in document["inputs"] if each["name"] == "farmland"]
    assert (entry["status"], entry["rows_in"], entry["rows_used"]) == ("short", 2, 1)
    assert [refusal["feature_id"] for refusal in entry["refusals"]] == ["F2"]
    # but a conflict with what is left is known
    tiny.add_layer("farmland", frame([*HIT, bowtie]))
    assert checked(siting, tiny)[2]["T-FARM"] == "conflict"


def test_line_layer_for_a_polygon_role(siting: Siting, tiny: Files) -> None:
    tiny.add_layer("farmland", frame([place("LINESTRING (0 0, 4000 4000)")]))
    status, _, found = checked(siting, tiny)
    assert (status, found["T-FARM"]) == (1, "not_checked")


def test_layer_from_after_the_date_of_the_study(siting: Siting, tiny: Files) -> None:
    tiny.layers["farmland"]["dated"] = dt.date(2026, 11, 2)
    assert checked(siting, tiny)[2]["T-FARM"] == "not_checked"
    assert checked(siting, tiny, "--as-of", "2026-11-02")[2]["T-FARM"] == "clear"


def test_layer_that_is_too_old(siting: Siting, tiny: Files) -> None:
    tiny.layers["farmland"] |= {"dated": AS_OF - dt.timedelta(days=31), "max_age_days": 30}
    assert checked(siting, tiny)[2]["T-FARM"] == "not_checked"
    tiny.layers["farmland"]["max_age_days"] = 31
    assert checked(siting, tiny)[2]["T-FARM"] == "clear"


def test_before_a_rule_is_in_force_it_gives_no_verdict(siting: Siting, tiny: Files) -> None:
    tiny.add_layer("farmland", frame(HIT))
    status, document, found = checked(siting, tiny, "--as-of", "2019-12-31")
    assert (status, "T-FARM" in found) == (0, False)
    rules = {rule["code"]: rule["in_force"] for rule in document["rules"]}
    assert rules == {"T-FARM": False, "T-POWER": True, "T-QUALITY": True}
    assert document["as_of"] == "2019-12-31"


def test_a_setback_figure_that_is_not_known(siting: Siting, tiny: Files) -> None:
    wire = place("LINESTRING (1109 0, 1109 4000)")
    tiny.add_layer("power_line", frame([wire], kv=[66]), columns=["kv"])
    assert checked(siting, tiny)[2]["T-POWER"] == "not_checked"


def test_a_red_line_that_cannot_be_read_is_listed(siting: Siting, tiny: Files) -> None:
    shapes = [rect(1000, 1000, 1100, 1100), None]
    tiny.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    status, document, _ = checked(siting, tiny)
    assert status == 1
    assert [each["feature_id"] for each in document["refused_red_lines"]] == ["R2"]


def test_no_red_lines_is_not_clean(siting: Siting, tiny: Files) -> None:
    tiny.red_lines = []
    status, document, _ = checked(siting, tiny)
    assert (status, document["summary"]["red_lines"]) == (1, 0)


def test_a_missing_file_of_red_lines_is_listed(siting: Siting, tiny: Files) -> None:
    tiny.red_lines.append({"path": "nowhere.gpkg"})
    status, document, _ = checked(siting, tiny)
    assert status == 1
    assert document["refused_red_lines"][0]["feature_id"] == "nowhere.gpkg"


def test_districts_that_do_not_load_end_the_command(siting: Siting, tiny: Files) -> None:
    (tiny.folder / "district.gpkg").write_bytes(b"no GeoPackage")
    run = siting("check", tiny.write())
    assert run.status == 2
    assert "district" in run.err


def misspelt(tiny: Files) -> None:
    tiny.layers["farmland"]["coverrage"] = tiny.layers["farmland"].pop("coverage")


def wrong_role(tiny: Files) -> None:
    tiny.layers["farmland"]["role"] = "farmlnad"


def wrong_crs(tiny: Files) -> None:
    tiny.head["crs"] = "EPSG:4490"


def wrong_date(tiny: Files) -> None:
    tiny.head["as_of"] = "yesterday"


def wrong_book(tiny: Files) -> None:
    tiny.head["rulebook"] = "ch"


def wrong_rule(tiny: Files) -> None:
    book = tiny.folder / "rules.toml"
    book.write_text(book.read_text(encoding="utf-8").replace("near_m", "naer_m"), encoding="utf-8")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (misspelt, ["unknown key 'coverrage'", "did you mean 'coverage'?", "farmland"]),
        (wrong_role, ["unknown role 'farmlnad'", "did you mean 'farmland'?"]),
        (wrong_crs, ["cannot be the working CRS", "EPSG:4547"]),
        (wrong_date, ["'as_of' is of the wrong kind", "2026-03-01"]),
        (wrong_book, ["no built-in rule book 'ch'", "did you mean 'cn'?"]),
        (wrong_rule, ["unknown key 'naer_m'", "did you mean 'near_m'?", "T-FARM"]),
    ],
)
def test_faults_of_city_toml_name_the_nearest(
    fault, words: list[str], siting: Siting, tiny: Files
) -> None:
    fault(tiny)
    run = siting("check", tiny.write())
    assert (run.status, run.out) == (2, "")
    for word in [*words, "next step"]:
        assert word in run.err


def test_all_faults_come_at_once(siting: Siting, tiny: Files) -> None:
    misspelt(tiny)
    wrong_role(tiny)
    run = siting("check", tiny.write())
    assert run.status == 2
    assert "coverrage" in run.err
    assert "farmlnad" in run.err


def test_no_city_toml(siting: Siting, tmp_path: Path) -> None:
    run = siting("check", tmp_path / "city.toml")
    assert (run.status, run.out) == (2, "")
    assert "there is no file" in run.err


def test_toml_that_is_none(siting: Siting, tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text("[city\n", encoding="utf-8")
    run = siting("check", tmp_path)
    assert run.status == 2
    assert "not valid TOML" in run.err
    assert "line 1" in run.err


def test_unwritable_output(siting: Siting, tiny: Files) -> None:
    (tiny.folder / "taken").write_text("a file", encoding="utf-8")
    run = siting("run", tiny.write(), "-q", "-o", tiny.folder / "taken")
    assert run.status == 2
    assert "taken" in run.err
    run = siting("run", tiny.write(), "-q", "-o", tiny.folder / "taken" / "maps")
    assert run.status == 2
    assert (tiny.folder / "taken").read_text(encoding="utf-8") == "a file"
