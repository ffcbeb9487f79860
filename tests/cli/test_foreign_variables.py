"""A computer on which another program's variables point PROJ and GDAL at rubbish."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from siting.environment import FOREIGN_PREFIXES, without_foreign_variables

#: Beside these, rubbish that is there: a proj.db that is none.
SETTINGS = {
    "OGR_SKIP": "GPKG,GeoJSON,FlatGeobuf,OpenFileGDB,ESRI Shapefile",
    "GDAL_SKIP": "GTiff",
    "OGR_ARC_STEPSIZE": "45",
    "OGR_ENABLE_PARTIAL_REPROJECTION": "YES",
    "OGR_GEOJSON_MAX_OBJ_SIZE": "0.001",
    "OGR_CURRENT_DATE": "1999-01-01T00:00:00.000Z",
    "SHAPE_ENCODING": "ISO-8859-1",
    "PROJ_NETWORK": "ON",
    "CPL_ZIP_ENCODING": "nonsense",
}
POINTING = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH", "OGR_DRIVER_PATH")


def clean() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(FOREIGN_PREFIXES)
    }


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("rubbish")
    (folder / "proj.db").write_bytes(b"no database")
    (folder / "gdalvrt.xsd").write_bytes(b"no schema")
    return clean() | SETTINGS | dict.fromkeys(POINTING, str(folder))


def siting(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "siting", *arguments],
        capture_output=True, encoding="utf-8", check=False, env=env,
    )  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    """Return what was written but the workbooks, which bear a clock of their own."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_a_run_gives_the_same_files(
    repo_root: Path, tmp_path: Path, spoilt: dict[str, str]
) -> None:
    city = str(repo_root / "data" / "city.toml")
    for name, env in (("sound", clean()), ("spoilt", spoilt)):
        done = siting("run", city, "--output", str(tmp_path / name), env=env)
        assert done.returncode == 0, done.stderr
    sound, other = contents(tmp_path / "sound"), contents(tmp_path / "spoilt")
    assert len(sound) > 10
    assert sound["report.json"] == other["report.json"]
    assert [name for name in sound if sound[name] != other.get(name)] == []


def test_doctor_says_so_and_finds_no_fault(spoilt: dict[str, str]) -> None:
    done = siting("doctor", "--json", env=spoilt)
    assert done.returncode == 0, done.stderr
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["variables"]["status"] == "warning"
    for name in (*SETTINGS, *POINTING):
        assert name in str(checks["variables"])
    assert spoilt["PROJ_LIB"] not in done.stdout
    for name in ("proj", "gdal pyogrio", "gdal fiona", "gdal rasterio"):
        assert checks[name]["status"] == "ok"


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.gdb", "a.fgb", "a.parquet"])
def test_formats_by_gdal_are_written(
    repo_root: Path, tmp_path: Path, spoilt: dict[str, str], name: str
) -> None:
    source = str(repo_root / "data" / "control" / "control.gpkg")
    done = siting("convert", source, str(tmp_path / name), "--layer", "hazard", env=spoilt)
    assert done.returncode == 0, done.stderr
    read = siting("info", "--json", str(tmp_path / name), env=clean())
    assert json.loads(read.stdout)["layers"][0]["rows"] == 19


def test_the_sample_is_written(tmp_path: Path, spoilt: dict[str, str]) -> None:
    done = siting("sample", str(tmp_path / "city"), env=spoilt)
    assert done.returncode == 0, done.stderr


def test_variables_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGR_SKIP", "GPKG")
    monkeypatch.setenv("SITING_OWN", "stays")
    with without_foreign_variables():
        assert "OGR_SKIP" not in os.environ
        assert os.environ["SITING_OWN"] == "stays"
    assert os.environ["OGR_SKIP"] == "GPKG"
