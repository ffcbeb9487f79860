"""``siting forensics`` and ``--accept``: shown, accepted, recorded, and never done by itself."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import geopandas as gpd
import jsonschema
import pytest
import shapely

from ..tiny_city import Files
from .conftest import Siting


@pytest.fixture
def city(tiny: Files) -> Path:
    return tiny.write()


def swap_file(path: Path) -> list[shapely.Geometry]:
    """Swap the axes of every layer of a GeoPackage; return the first layer's good shapes."""
    frame = gpd.read_file(path)
    good = list(frame.geometry)
    turned = [shapely.transform(shape, lambda pairs: pairs[:, ::-1]) for shape in good]
    path.unlink()
    frame.set_geometry(turned, crs=frame.crs).to_file(path)
    return good


def table_of(city: Path, kind: str, name: str = "") -> dict[str, object]:
    tables = tomllib.loads(city.read_text(encoding="utf-8"))[kind]
    return next(each for each in tables if not name or each["name"] == name)


def farmland(city: Path) -> tuple[str, Path]:
    tables = tomllib.loads(city.read_text(encoding="utf-8"))["layer"]
    table = next(each for each in tables if each["role"] not in {"district", "parcel"})
    return table["name"], city.parent / table["path"]


def test_a_swapped_layer_from_the_message_to_the_report(
    siting: Siting, city: Path, repo_root: Path
) -> None:
    name, path = farmland(city)
    before = json.loads(siting("check", city, "-q", "--json").out)
    swap_file(path)
    failed = siting("layers", city, "-q")
    assert failed.status == 1
    assert f"--accept {name}=axes_swapped" in failed.out
    shown = siting("forensics", path, city)
    assert shown.status == 1
    assert "axes_swapped" in shown.out
    assert "as_declared" in shown.out
    done = siting("check", city, "-q", "--json", "--accept", f"{name}=axes_swapped")
    report = json.loads(done.out)
    schema = repo_root / "docs" / "schemas" / "report-1.schema.json"
    jsonschema.validate(report, json.loads(schema.read_text(encoding="utf-8")))
    entry = next(each for each in report["inputs"] if each["name"] == name)
    assert entry["status"] == "passed"
    assert entry["accepted"]["hypothesis"] == "axes_swapped"
    assert entry["accepted"]["near"] == entry["accepted"]["points_tried"] > 0
    assert entry["accepted"]["near_as_declared"] == 0
    others = [each for each in report["inputs"] if each["name"] != name]
    assert all(each["accepted"] is None for each in others)
    assert report["findings"] == before["findings"]
    assert report["verdicts"] == before["verdicts"]
    # the same findings, yet on a hypothesis: not the same report
    assert report["identity"] != before["identity"]


def test_the_same_in_city_toml(siting: Siting, city: Path) -> None:
    name, path = farmland(city)
    swap_file(path)
    text = city.read_text(encoding="utf-8")
    accepted = text.replace(f'name = "{name}"', f'name = "{name}"\naccept = "axes_swapped"')
    assert accepted != text
    city.write_text(accepted, encoding="utf-8")
    run = siting("layers", city, "-q")
    assert "read under the hypothesis axes_swapped" in run.out
    assert run.status == 0


def test_the_citys_own_red_lines_by_file_name(siting: Siting, city: Path) -> None:
    path = city.parent / str(table_of(city, "redlines")["path"])
    before = json.loads(siting("check", city, "-q", "--json").out)["red_lines"]
    swap_file(path)
    far = json.loads(siting("check", city, "-q", "--json").out)["red_lines"][0]
    assert far["accepted"] is None
    assert any("--accept axes_swapped" in note for note in far["notes"])
    accept = ("--accept", f"{path.name}=axes_swapped")
    after = json.loads(siting("check", city, "-q", "--json", *accept).out)["red_lines"]
    assert after[0]["accepted"]["hypothesis"] == "axes_swapped"
    assert [each["area_m2"] for each in after] == [each["area_m2"] for each in before]
    assert [each["outcome"] for each in after] == [each["outcome"] for each in before]


def test_json_has_every_hypothesis_that_was_tried(siting: Siting, city: Path) -> None:
    _, path = farmland(city)
    swap_file(path)
    found = json.loads(siting("forensics", path, city, "--json").out)
    assert found["is_as_declared"] is False
    (layer,) = found["layers"]
    assert layer["best"] == "axes_swapped"
    ids = [each["id"] for each in layer["hypotheses"]]
    assert len(ids) == len(set(ids))
    assert {"as_declared", "axes_swapped", "feet_us", "zone_prefix_wrong"} <= set(ids)
    assert "gcj02+axes_swapped" in layer["fits_as_well"]
    assert layer["is_unambiguous"] is False


def test_a_good_file_is_as_declared(siting: Siting, city: Path) -> None:
    _, path = farmland(city)
    run = siting("forensics", path, city)
    assert run.status == 0, run.out
    assert "--accept" not in run.out


def test_converting_under_a_hypothesis(siting: Siting, city: Path, tmp_path: Path) -> None:
    _, path = farmland(city)
    good = swap_file(path)
    target = tmp_path / "mended.gpkg"
    refused = siting("convert", path, target, "--accept", "axes_swapped")
    assert refused.status == 2
    assert "without a city's outline" in refused.err
    assert not target.exists()
    done = siting("convert", path, target, "--accept", "axes_swapped", "--city", city)
    assert done.status == 0, done.err
    assert "as the user confirmed" in done.err
    mended = list(gpd.read_file(target).geometry)
    assert all(one.equals(other) for one, other in zip(mended, good, strict=True))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--accept", "axes_swapped"), "give --redline or --paste"),
        (("--accept", "nowhere=axes_swapped"), "no such layer"),
        (("--accept", "=axes_swapped"), "expected NAME=HYPOTHESIS"),
        (("--accept", "gcj02", "--accept", "bd09", "--paste"), "not several"),
    ],
)
def test_usage(siting: Siting, city: Path, options: tuple[str, ...], says: str) -> None:
    run = siting("check", city, "-q", *options)
    assert run.status == 2
    assert says in run.err


def test_local_systems_are_read_strictly(siting: Siting, city: Path) -> None:
    text = city.read_text(encoding="utf-8")
    system = '\n[[local_system]]\nname = "old"\nsource = "x"\n'
    for lines, says in (
        ("", "either crs or to_crs"),
        ('crs = "EPSG:4547"\nto_crs = "EPSG:4547"\n', "either crs or to_crs"),
        ('crs = "EPSG:4547"\nscale = 1.1\n', "takes no plane parameters"),
        ('to_crs = "EPSG:4547"\nscale = -1.0\n', "must be positive"),
        ('to_crs = "EPSG:4547"\nrotation = 1.0\n', "rotation_deg"),
        (('to_crs = "EPSG:4547"\n[[local_system]]\nname = "old"\nsource = "y"\n'
         'to_crs = "EPSG:4547"\n'), "two local systems"),
    ):  # fmt: skip
        city.write_text(text + system + lines, encoding="utf-8")
        run = siting("layers", city, "-q")
        assert run.status == 2, lines
        assert says in run.err, lines
