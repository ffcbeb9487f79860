"""``siting papers`` and ``siting check --to-docx`` from the outside."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from ..papers.town import texts
from ..tiny_city import Files, frame, rect
from .conftest import Siting


@pytest.fixture
def conflict(tiny: Files) -> Files:
    """R2 of P2 lies on farmland with its western tenth; R1 of P1 is clear."""
    tiny.add_layer("farmland", frame([rect(2900, 2900, 3010, 3300)]))
    shapes = [rect(1000, 1000, 1100, 1100), rect(3000, 3000, 3100, 3100)]
    tiny.add_red_lines(frame(shapes, id=["R1", "R2"], project=["P1", "P2"]))
    return tiny


def test_papers_of_a_project_are_written_and_not_replaced_unasked(
    siting: Siting, conflict: Files, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ask = ("papers", conflict.write(), "--project", "P2", "-o", out, "-q", "--lang", "zh")
    run = siting(*ask)
    assert run.status == 0
    folder = out / "papers" / "P2"
    assert run.out.splitlines() == [
        str(folder / "合规性核查表-R2.docx"), str(folder / "选址建议-P2.docx"),
    ]  # fmt: skip
    sheet = "\n".join(texts((folder / "合规性核查表-R2.docx").read_bytes()))
    assert "1,000.00" in sheet  # 10 m × 100 m
    proposals = "\n".join(texts((folder / "选址建议-P2.docx").read_bytes()))
    assert "化解：T-FARM" in proposals  # a corrected red line
    again = siting(*ask)
    assert again.status == 2
    assert "--overwrite" in again.err
    assert siting(*ask, "--overwrite", "--no-repairs").status == 0
    proposals = "\n".join(texts((folder / "选址建议-P2.docx").read_bytes()))
    assert "未求修正红线" in proposals


def test_a_district_s_papers_lie_in_its_folder(
    siting: Siting, conflict: Files, tmp_path: Path
) -> None:
    run = siting("papers", conflict.write(), "--district", "02", "-o", tmp_path, "-q")
    assert run.status == 0
    folder = tmp_path / "papers" / "02" / "P2"  # P1 lies in the other one
    assert run.out.splitlines() == [
        str(folder / "checklist-R2.docx"), str(folder / "proposals-P2.docx"),
    ]  # fmt: skip
    sheet = "\n".join(texts((folder / "checklist-R2.docx").read_bytes()))
    assert "what was not checked" in sheet.lower()
    alone = ("papers", conflict.write(), "--project", "P1", "--district", "02", "-o", tmp_path)
    assert "there is no paper to write" in siting(*alone, "-q").err
    wrong = siting("papers", conflict.write(), "--district", "99", "-o", tmp_path, "-q")
    assert wrong.status == 2
    assert "there is no district '99'" in wrong.err


def test_templates_go_out_and_come_back(siting: Siting, conflict: Files, tmp_path: Path) -> None:
    own = tmp_path / "own"
    run = siting("papers", "--write-template", own, "--lang", "zh")
    assert run.status == 0
    assert len(run.out.splitlines()) == 3
    paper = docx.Document()
    paper.add_paragraph("本局 {{ red_line.id }} {{ red_lin.id }}")
    paper.save(str(own / "checklist.docx"))
    (own / "letter.docx").unlink()
    ask = ("papers", conflict.write(), "--template", own, "-o", tmp_path / "out", "--no-repairs")
    run = siting(*ask)
    assert run.status == 2
    assert "did you mean 'red_line'?" in run.err
    assert "letter.docx: none in" in run.err
    assert not (tmp_path / "out" / "papers").exists()


def test_without_a_city_or_a_folder_the_command_says_what_it_needs(siting: Siting) -> None:
    run = siting("papers")
    assert run.status == 2
    assert "--write-template" in run.err


def test_a_dropped_file_gets_a_page(siting: Siting, conflict: Files, tmp_path: Path) -> None:
    dropped, page = tmp_path / "来件.gpkg", tmp_path / "结果.docx"
    frame([rect(3000, 3000, 3100, 3100)], id=["D1"]).to_file(dropped, driver="GPKG")
    ask = ("check", conflict.write(), "--redline", dropped, "--to-docx", page, "-q", "--lang", "zh")
    run = siting(*ask)
    assert run.status == 1
    assert "T-FARM" in run.out  # the terminal says it as well
    text = "\n".join(texts(page.read_bytes()))
    assert "1,000.00" in text
    assert "来件.gpkg" in text
    again = siting(*ask)
    assert again.status == 2
    assert "--overwrite" in again.err
    assert siting(*ask, "--overwrite").status == 1
