"""The sample city without its city.toml: founded anew and filled in, it must find the same."""

from __future__ import annotations

import datetime as dt
import shutil
import tomllib
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from siting import api
from siting.founding import Founding

from .hand import areas, filled, statuses, uncommented

AS_OF = dt.date(2026, 11, 20)
SYSTEMS = {"zoning": '"ydyh2023"', "parcel": '"ydyh2023"', "projects": '"ydyh2023"'}
POWER = '{ path = "control/coverage.gpkg", sublayer = "power_outline" }'
HAZARD = '{ districts = ["449901", "449902", "449903", "449904", "449905"] }'
COVERAGE = {"": '"city"', "power_line": POWER, "hazard": HAZARD}
AREA_GATE = 1e-3


@pytest.fixture(scope="module")
def original(repo_root: Path) -> api.Report:
    return api.check(api.load(repo_root / "data", as_of=AS_OF))


@pytest.fixture(scope="module")
def bare(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare") / "data"
    shutil.copytree(repo_root / "data", folder)
    (folder / "city.toml").unlink()
    return folder


@pytest.fixture(scope="module")
def found(bare: Path) -> Founding:
    return api.new(bare)


def roles_of(repo_root: Path) -> dict[tuple[str, str], str]:
    """(path, table) -> role, as the sample city's own file says."""
    city = tomllib.loads((repo_root / "data" / "city.toml").read_text(encoding="utf-8"))
    return {(one["path"], one.get("sublayer", "")): one["role"] for one in city["layer"]}


def test_every_layer_gets_the_role_that_its_own_city_toml_gives_it(
    repo_root: Path, bare: Path, found: Founding
):
    ours = {
        (entry.sight.path.relative_to(bare).as_posix(), entry.sight.sublayer): entry.role
        for entry in found.entries
        if entry.use == "layer"
    }
    wanted = roles_of(repo_root)
    torn = ("control/industrial_block.gpkg", "industrial_block")
    assert ours == {key: role for key, role in wanted.items() if key != torn}


def test_national_names_are_sure_and_plain_words_are_guesses(found: Founding):
    sure = {entry.role for entry in found.entries if entry.sureness == "sure" and entry.role}
    assert sure == {"district", "land_use", "parcel"}
    for line in found.text.splitlines():
        if line.startswith("role = "):
            role = line.split('"')[1]
            assert ("# CONFIRM 请确认:" in line) == (role not in sure), line


def test_code_systems_coverages_and_dates_are_never_written(found: Founding):
    content = tomllib.loads(found.text)
    for entry in [*content["layer"], *content["redlines"], content["projects"]]:
        assert not {"code_system", "coverage", "dated", "authority", "release"} & set(entry)
    assert "as_of" not in content["city"]
    assert found.text.count("# code_system =") == 4


def test_filled_in_it_finds_what_the_original_finds(found: Founding, original: api.Report):
    text = uncommented(found.text, "# ── control/industrial_block.gpkg")
    text = text.replace('role = "…"  # industrial_block', 'role = "industrial_block"')
    text = filled(text, coverage=COVERAGE | {"industrial_block": '"city"'}, code_systems=SYSTEMS)
    found.path.write_text(text, encoding="utf-8")
    report = api.check(api.load(found.path, as_of=AS_OF))
    assert statuses(report) == statuses(original)
    assert_same_areas(areas(report), areas(original))


def assert_same_areas(ours: dict, theirs: dict) -> None:
    assert set(ours) == set(theirs)
    for key, area in theirs.items():
        assert ours[key] == pytest.approx(area, abs=AREA_GATE), key


#: Table of control.gpkg -> file, table, columns: the same shapes under national names.
NATIONAL = {
    "farmland": ("三线/yjjbnt.gpkg", "YJJBNTBHTB", {"id": "BSM", "name": "DLMC"}),
    "eco_redline": ("三线/STBHHX.shp", "", {"id": "BSM", "name": "HXMC"}),
    "growth_boundary": ("三线/449900CZKFBJ.fgb", "", {"id": "BSM", "name": "GHFQMC"}),
    "blue_line": ("四线/四线.gpkg", "ZXCQCSLX", {"id": "BSM", "name": "MC"}),
}


def national(bare: Path, folder: Path) -> Path:
    """The sample city in other clothes: national names, a .gdb, shapefiles, a CSV ledger."""
    for part in ("base", "control", "dem", "redlines", "zoning"):
        shutil.copytree(bare / part, folder / part)
    for table, (place, name, renamed) in NATIONAL.items():
        frame = gpd.read_file(bare / "control/control.gpkg", layer=table)
        frame = frame.rename(columns=renamed).drop(columns=["kind"])
        frame["YSDM"], frame["XZQDM"], frame["XZQMC"] = "2090020210", "449901", "示范市"
        target = folder / place
        target.parent.mkdir(exist_ok=True)
        frame.to_file(target, **({"layer": name} if name else {}))
        delete_table(folder / "control/control.gpkg", table)
    survey = folder / "国土调查.gdb"
    for path, name in (("districts/districts.gpkg", "XZQ"), ("land_use/land_use.gpkg", "DLTB"),
                       ("parcels/parcels.gpkg", "ZD")):  # fmt: skip
        frame = gpd.read_file(bare / path, layer=name)
        frame["YSDM"] = "1000600100"
        frame.to_file(survey, layer=name, driver="OpenFileGDB")
    rows = openpyxl.load_workbook(bare / "ledger/projects.xlsx").active.iter_rows(values_only=True)
    head, *body = rows
    pd.DataFrame(body, columns=head, dtype=object).to_csv(folder / "项目台账.csv", index=False)
    return folder


def delete_table(path: Path, table: str) -> None:
    """Copy a GeoPackage without one of its tables."""
    names = [name for name in gpd.list_layers(path)["name"] if name != table]
    frames = {name: gpd.read_file(path, layer=name) for name in names}
    path.unlink()
    for name, frame in frames.items():
        frame.to_file(path, layer=name)


def test_under_national_names_and_in_other_formats_it_finds_the_same(
    bare: Path, tmp_path: Path, original: api.Report
):
    folder = national(bare, tmp_path / "city")
    found = api.new(folder, options=api.FoundingOptions(name="示范市", crs="EPSG:4547"))
    sure = {entry.role for entry in found.entries if entry.sureness == "sure" and entry.role}
    assert sure == {"district", "land_use", "parcel", *NATIONAL}
    text = uncommented(found.text, "# ── control/industrial_block.gpkg")
    text = text.replace('role = "…"  # industrial_block', 'role = "industrial_block"')
    coverage = COVERAGE | {"industrial_block": '"city"'}
    found.path.write_text(filled(text, coverage=coverage, code_systems=SYSTEMS), encoding="utf-8")
    report = api.check(api.load(found.path, as_of=AS_OF))
    assert statuses(report) == statuses(original)
    assert_same_areas(areas(report), areas(original))


def test_a_fresh_file_is_nowhere_clear(bare: Path, tmp_path: Path):
    fresh = api.new(bare, output=tmp_path / "fresh.toml")
    report = api.check(api.load(fresh.path, as_of=AS_OF))
    from_layers = [one for one in report.verdicts if one.code in OF_LAYERS]
    assert from_layers
    assert "clear" not in {str(one.status) for one in from_layers}


OF_LAYERS = {
    "CN-FARMLAND", "CN-ECO", "CN-GROWTH", "CN-BLUE", "CN-GREEN", "CN-PURPLE", "CN-YELLOW",
    "CN-POWER", "CN-RAILWAY", "CN-HIGHWAY", "CN-METRO", "CN-HAZARD", "CN-ZONING",
}  # fmt: skip


def test_twice_the_same_bytes(bare: Path, tmp_path: Path):
    one = api.new(bare, output=tmp_path / "a" / "city.toml")
    other = api.new(bare, output=tmp_path / "b" / "city.toml")
    assert one.text == other.text
    assert one.path.read_bytes() == one.text.encode()
