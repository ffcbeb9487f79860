"""``siting sheet`` and ``siting report`` write PDF where they say."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def town(tiny: Files) -> Path:
    """P1 is clear, P2 lies on farmland in the eastern district."""
    tiny.add_layer("farmland", frame([rect(3000, 3000, 3200, 3200)]))
    shapes = [rect(1000, 1000, 1100, 1100), rect(3150, 3000, 3250, 3100)]
    tiny.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    return tiny.write()


def text_of(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_sheets_of_the_city_and_of_every_district(siting: Siting, town: Path, tmp_path: Path):
    run = siting("sheet", town, "--output", tmp_path, "--title", "第一版", "--lang", "en", "-q")
    assert run.status == 0
    paths = [Path(line) for line in run.out.splitlines()]
    assert [path.parent for path in paths] == [tmp_path / "sheets"] * 3
    assert paths[0].name == "city.pdf"
    said = text_of(paths[0])
    assert "第一版" in said
    assert "Illustrative, not a legal basis" in said
    assert "R1" not in text_of(paths[2])  # the eastern district


def test_a_report_of_one_district_and_project(siting: Siting, town: Path, tmp_path: Path):
    siting("sheet", town, "--output", tmp_path, "-q")
    codes = sorted(path.stem for path in (tmp_path / "sheets").iterdir() if path.stem != "city")
    run = siting(
        "report", town, "-o", tmp_path, "--district", codes[1], "--project", "P2", "--repairs", "-q"
    )
    assert run.status == 0
    (path,) = [Path(line) for line in run.out.splitlines()]
    assert path == tmp_path / "reports" / f"{codes[1]}.pdf"
    said = text_of(path)
    assert "R2" in said
    assert "Corrected red lines" in said
    assert "were asked for" not in said


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("sheet", ("--district", "nowhere")),
        ("report", ("--district", "nowhere")),
        ("report", ("--project", "P9")),
        ("sheet", ("--logo", "missing.png")),
    ],
)
def test_what_is_not_there_is_status_2_and_writes_nothing(
    siting: Siting, town: Path, tmp_path: Path, command: str, option: tuple[str, str]
):
    run = siting(command, town, "-o", tmp_path / "out", "-q", *option)
    assert run.status == 2
    assert "next step" in run.err
    assert not (tmp_path / "out" / f"{command}s").exists()
