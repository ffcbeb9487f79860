"""The other commands: each step alone, with its status and what it leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..tiny_city import Files, frame, place, rect
from .conftest import Siting


def test_layers_that_all_pass(siting: Siting, tiny: Files) -> None:
    run = siting("layers", tiny.write(), "-q")
    assert run.status == 0
    assert "✓ farmland (Permanent basic farmland) 1 = 1 + 0" in run.out


@pytest.mark.parametrize("is_torn", [True, False])
def test_a_layer_in_trouble_is_named_with_its_rows(
    is_torn: bool, siting: Siting, tiny: Files
) -> None:
    bowtie = place("POLYGON ((3000 3000, 3100 3100, 3100 3000, 3000 3100, 3000 3000))")
    tiny.add_layer("farmland", frame([rect(3500, 3500, 3600, 3600), bowtie]))
    if is_torn:
        (tiny.folder / "farmland.gpkg").write_bytes(b"torn")
    run = siting("layers", tiny.write(), "-q")
    assert run.status == 1
    assert ("✗ farmland" if is_torn else "! farmland") in run.out
    assert is_torn or "2 = 1 + 1" in run.out
    run = siting("check", tiny.write(), "-q", "--lang", "en")
    assert run.status == 1
    words = "layer refused farmland" if is_torn else "layer short of rows farmland"
    (line,) = [line for line in run.out.splitlines() if words in line]
    assert len(line.split("): ")[1]) > 5


def test_layers_as_json(siting: Siting, tiny: Files) -> None:
    run = siting("layers", tiny.write(), "-q", "--json")
    assert run.status == 0
    names = {entry["name"] for entry in json.loads(run.out)["layers"]}
    assert names == {"district", "farmland", "power_line"}


def test_map_and_handover_write_where_they_are_told(siting: Siting, tiny: Files) -> None:
    city, out = tiny.write(), tiny.folder / "out"
    assert siting("map", city, "-q", "-o", out).status == 0
    assert (out / "city.html").exists()
    assert sorted(path.name for path in (out / "districts").iterdir()) == ["01.html", "02.html"]
    assert siting("handover", city, "-q", "-o", out).status == 0
    assert (out / "handover" / "01.zip").exists()
    for code in ("01", "02"):
        assert (out / "handover" / code / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert not (out / "sheets").exists()


@pytest.mark.parametrize("command", ["map", "handover"])
def test_output_that_cannot_be_written(command: str, siting: Siting, tiny: Files) -> None:
    taken = tiny.folder / "taken"
    taken.write_text("a file", encoding="utf-8")
    run = siting(command, tiny.write(), "-q", "-o", taken / "maps")
    assert run.status == 2, run.err
    assert "next step" in run.err


def test_suggest_without_projects_is_empty(siting: Siting, tiny: Files) -> None:
    run = siting("suggest", tiny.write(), "-q", "--json")
    assert run.status == 0, run.err
    document = json.loads(run.out)
    assert (document["searches"], document["suggestions"]) == ([], [])


def test_demo_refuses_a_folder_that_is_a_file(siting: Siting, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    run = siting("demo", "-q", tmp_path / "taken")
    assert run.status == 2
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "a file"
