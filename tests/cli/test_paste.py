"""``siting check --paste``: the clipboard's text on standard input, and what is accepted."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def city(tiny: Files) -> Path:
    """Farmland in the north-east of the tiny city."""
    tiny.add_layer("farmland", frame([rect(3000, 3000, 3200, 3200)]))
    return tiny.write()


@pytest.fixture
def paste(monkeypatch: pytest.MonkeyPatch):
    """Put bytes on standard input."""

    def put(text: str, encoding: str = "utf-8") -> None:
        content = io.TextIOWrapper(io.BytesIO(text.encode(encoding)))
        monkeypatch.setattr(sys, "stdin", content)

    return put


def rows_of(west: float, south: float) -> str:
    """Return a hectare as rows of easting and northing."""
    corners = list(rect(west, south, west + 100, south + 100).exterior.coords)
    return "\n".join(f"{east:.1f}\t{north:.1f}" for east, north in corners)


def crs_of(city: Path) -> str:
    import tomllib

    return str(tomllib.loads(city.read_text(encoding="utf-8"))["city"]["crs"])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_cells_of_a_spreadsheet(siting: Siting, city: Path, paste, encoding: str) -> None:
    paste("东坐标\t北坐标\n" + rows_of(3150, 3000), encoding)
    run = siting("check", city, "--paste", "--json", "--crs", crs_of(city))
    document = json.loads(run.out)
    assert run.status == 1
    assert [line["id"] for line in document["red_lines"]] == ["paste-1"]
    # 50 m by 100 m of the hectare lie on the farmland
    assert [finding["area_m2"] for finding in document["findings"]] == [5_000.0]
    assert "spreadsheet (easting first)" in run.err


def test_project_of_what_is_pasted(siting: Siting, city: Path, paste) -> None:
    paste(rows_of(1000, 1000))
    options = ("--crs", crs_of(city), "--as-project", "P1")
    run = siting("check", city, "-q", "--paste", "--json", *options)
    assert run.err == ""
    assert json.loads(run.out)["red_lines"][0]["project_id"] == "P1"


def test_nothing_pasted(siting: Siting, city: Path, paste) -> None:
    paste("")
    run = siting("check", city, "-q", "--paste")
    assert (run.status, run.out) == (2, "")
    assert "nothing in the text" in run.err


def test_swapped_txt_is_shown_and_accepted_only_when_asked(
    siting: Siting, city: Path, tmp_path: Path
) -> None:
    corners = list(rect(3150, 3000, 3250, 3100).exterior.coords)
    rows = [f"J{n},1,{east:.3f},{north:.3f}" for n, (east, north) in enumerate(corners, 1)]
    head = "[地块坐标]\n5,1.0000,P-01,甲,面,,,,@\n"
    file = tmp_path / "swapped.txt"
    file.write_text(head + "\n".join(rows), encoding="utf-8")
    options = ("-q", "--json", "--redline", file, "--crs", crs_of(city))
    run = siting("check", city, *options)
    assert run.status == 2
    assert "swapped: 5 of 5" in run.err
    run = siting("check", city, *options, "--accept", "axes_swapped")
    assert run.status == 1
    assert [finding["area_m2"] for finding in json.loads(run.out)["findings"]] == [5_000.0]


def test_strict_txt_names_every_deviation(siting: Siting, city: Path, tmp_path: Path) -> None:
    corners = list(rect(1000, 1000, 1100, 1100).exterior.coords)
    rows = [f"{n},1,{north:.3f},{east:.3f}" for n, (east, north) in enumerate(corners, 1)]
    file = tmp_path / "a.txt"
    head = "[地块坐标]\n5,1.0公顷,P-01,甲,面,,,,@\n"
    file.write_text(head + "\n".join(rows), encoding="utf-8")
    run = siting("check", city, "-q", "--redline", file, "--crs", crs_of(city), "--strict-txt")
    assert run.status == 2
    for word in ("there is no header", "bears a unit", "without J", "line 2"):
        assert word in run.err
