"""What the doctor says of the computer and of siting itself."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from siting.doctor import CheckStatus, examine_environment, program, reading
from siting.doctor.folders import examine_output, examine_temporary_folder
from siting.errors import ReadError
from siting.load.child import Reader

from .conftest import named


def test_this_computer_has_no_fault():
    faults = [check.name for check in examine_environment() if check.status is CheckStatus.FAULT]
    assert faults == []


def test_the_three_gdals_are_asked_in_the_reading_process():
    script = (
        "import sys; from siting.doctor import examine_environment\n"
        "print([c.found.en for c in examine_environment() if c.name.startswith('gdal')])\n"
        "print([n for n in ('pyogrio', 'fiona', 'rasterio') if n in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    found, imported = done.stdout.splitlines()
    for name in ("pyogrio", "fiona", "rasterio"):
        assert f"{name} {importlib.metadata.version(name)}, GDAL 3." in found
    assert imported == "[]"


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        (r"C:\Program Files\QGIS 3.34\share\proj", "QGIS"),
        (r"C:\Program Files\ArcGIS\Pro\Resources", "ArcGIS"),
        (r"C:\Program Files\PostgreSQL\16\share\contrib\postgis-3.4\proj", "PostGIS"),
    ],
)
def test_a_foreign_variable_is_named_with_its_program_and_without_its_value(
    value: str, origin: str
):
    check = reading.examine_variables({"PROJ_LIB": value, "PATH": "x"})
    assert check.status is CheckStatus.WARNING
    assert check.details[0].en == (
        f"PROJ_LIB: dropped for reading and writing, by its value from {origin}"
    )
    assert value not in str(check)


def test_variables_that_turn_gdal_are_dropped_whatever_their_name():
    check = reading.examine_variables({"OGR_ARC_STEPSIZE": "45", "gdal_data": "x", "PATH": "y"})
    assert [one.en for one in check.details] == [
        "OGR_ARC_STEPSIZE: dropped for reading and writing",
        "gdal_data: dropped for reading and writing",
    ]


def test_proj_that_is_off_is_a_fault(monkeypatch: pytest.MonkeyPatch):
    easting, northing = reading.KNOWN_METRES
    monkeypatch.setattr(reading, "KNOWN_METRES", (easting + 0.5, northing))
    assert reading.examine_proj().status is CheckStatus.FAULT
    found = named(reading.examine_reader())
    assert found["gdal pyogrio"].status is CheckStatus.OK
    assert found["gdal fiona"].status is CheckStatus.FAULT
    assert "off by 0.500 m" in found["gdal rasterio"].found.en


def test_a_library_that_cannot_be_imported_is_a_fault(monkeypatch: pytest.MonkeyPatch):
    facts = {
        "libraries": {"pyogrio": ["1", "3"], "fiona": ["1", "3"]},
        "drivers": ["GPKG"],
        "points": {"fiona": list(reading.KNOWN_METRES)},
        "problems": {"rasterio": "DLL load failed"},
    }
    monkeypatch.setattr(Reader, "about", lambda *_, **__: facts)
    found = named(reading.examine_reader())
    assert found["gdal rasterio"].status is CheckStatus.FAULT
    assert "pip install --force-reinstall rasterio" in found["gdal rasterio"].mend.en
    assert found["gdal fiona"].status is CheckStatus.OK


def test_a_reading_process_that_does_not_start_is_a_fault(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise ReadError("读取进程崩溃 / the reading process died", found="killed")

    monkeypatch.setattr(Reader, "about", refuse)
    (check,) = reading.examine_reader()
    assert check.status is CheckStatus.FAULT
    assert check.found.en == "the reading process died killed"


@pytest.mark.parametrize(
    ("version", "bound", "expected"),
    [
        ("2.2", "2.2.0", True),
        ("2.10.0", "2.9", True),
        ("1.9.3.0", "1.9.3.0", True),
        ("2.1.1rc1", "2.1.2", False),
        ("3.7.1", "3.7.2", False),
    ],
)
def test_versions_are_compared_by_number(version: str, bound: str, expected: bool):
    assert program.is_at_least(version, bound) is expected


def test_an_old_package_is_a_fault_with_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
):
    wanted = ["numpy>=99.1", "nothing-such>=1.0", "click>=8.0", "web>=1; extra == 'web'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda _: wanted)
    check = program.examine_packages()
    assert check.status is CheckStatus.FAULT
    assert check.mend.en == "pip install 'nothing-such>=1.0' 'numpy>=99.1'"


def test_missing_browser_files_are_a_fault(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(program, "_ASSETS", (("siting.mapping", "page", ("none.js",)),))
    check = program.examine_assets()
    assert check.status is CheckStatus.FAULT
    assert "none.js" in check.found.en


def test_no_chinese_font_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(program, "_FONT_FOLDERS", (str(tmp_path),))
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"")
    assert program.examine_fonts().status is CheckStatus.WARNING
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"")
    assert program.examine_fonts().status is CheckStatus.OK


def test_an_output_folder_to_be_is_not_made(tmp_path: Path):
    check = examine_output(tmp_path / "a" / "b")
    assert check.status is CheckStatus.OK
    assert list(tmp_path.iterdir()) == []


def test_little_space_is_a_warning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("siting.doctor.folders.ENOUGH_BYTES", 1 << 62)
    assert examine_temporary_folder().status is CheckStatus.WARNING
