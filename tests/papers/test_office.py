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
#: No single paragraph of Chinese fills a page, but a cell may: it must go on over the page.
LONG = "很长的一段说明，" * 600 + "完了"


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


@pytest.mark.parametrize("sign", ["很", "iw "])
def test_a_cell_longer_than_a_page_goes_on_over_it(tmp_path: Path, sign: str) -> None:
    # numbered, so that no part can stand for another; a page takes less than 4,000 characters
    name = "".join(f"{number}{sign * 20}" for number in range(400))
    long = town.material(name=name)
    papers = list(write_papers(long, tmp_path / "out"))
    page = tmp_path / "out" / "result.docx"
    page.write_bytes(result_page(long))
    papers = [p for p in (*papers, page) if f"399{sign}" in "".join(town.texts(p.read_bytes()))]
    assert len(papers) >= 3  # checklist, letter of the metro, page
    for paper, text in as_text(papers, tmp_path).items():
        missing = [n for n in range(400) if f"{n}{sign[0]}" not in text]
        # heads and feet of pages stand between: a number may be parted, but no two in a row
        assert not [n for n in missing if n + 1 in missing], paper
        assert not {398, 399} & set(missing), paper
