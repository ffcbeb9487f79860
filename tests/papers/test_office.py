"""What an office program makes of the papers: LibreOffice opens them, and no text is cut."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from siting.papers import write_papers
from siting.papers.result import result_page

from .. import tiny_city
from ..compare import hand
from . import town
from .test_filling import PAYLOADS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("soffice") and shutil.which("pdftotext")),
        reason="no LibreOffice: scripts/office.sh installs Debian's",
    ),
]


def as_text(papers: list[Path], folder: Path) -> dict[str, str]:
    """Return what is printed of each paper, without spaces, hyphens and ends of lines."""
    home = f"-env:UserInstallation=file://{folder / 'home'}"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", folder, *papers],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    told = {}
    for paper in papers:
        pdf = folder / f"{paper.stem}.pdf"
        run = subprocess.run(
            ["pdftotext", "-raw", pdf, "-"], check=True, capture_output=True, encoding="utf-8"
        )
        told[paper.name] = "".join(run.stdout.split())
    return told


def test_hostile_papers_open_and_show_their_texts(tmp_path: Path) -> None:
    # what turns the writing comes out of a PDF turned, and of 3,000 letters in a row each line
    payloads = [p for p in PAYLOADS if "\u202e" not in p and len(p) < 1000]
    name = " ¦ ".join((*payloads, "a\x00b"))
    project = replace(tiny_city.project(district="01"), name=name, use=name)
    hostile = town.material(name=name, project=project, searches=[hand.search()])
    papers = list(write_papers(hostile, tmp_path / "out"))
    page = tmp_path / "out" / "result.docx"
    page.write_bytes(result_page(hostile))
    for paper, text in as_text([*papers, page], tmp_path).items():
        for payload in payloads:
            assert "".join(payload.split()) in text, (paper, payload)


def test_a_cell_longer_than_a_page_goes_on_over_it(tmp_path: Path) -> None:
    # whether LibreOffice cuts a row that may not break depends on where the row begins
    sheets, counts = [], range(60, 301, 30)
    for count in counts:
        problem = "".join(f"{number}{'很' * 20}" for number in range(count))
        papers = write_papers(town.material(problem=problem), tmp_path / str(count))
        (sheet,) = (paper for paper in papers if "核查表" in paper.name)
        sheets.append(sheet.rename(sheet.with_name(f"{count}.docx")))
    told = as_text(sheets, tmp_path)
    for count, sheet in zip(counts, sheets, strict=True):
        # it stands twice, by rule and by layer; heads and feet of pages may part a number
        missing = [n for n in range(count) if told[sheet.name].count(f"{n}很") < 2]
        assert not [n for n in missing if n + 1 in missing], sheet.name
