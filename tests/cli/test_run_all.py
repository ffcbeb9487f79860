"""``siting run`` with and without ``--all``: what is written, in which language, what stays."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pypdfium2 as pdfium
import pytest

from ..tiny_city import Files, frame, rect
from .conftest import Run, Siting


@pytest.fixture
def town(tiny: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Files:
    """R2 of P2 lies on farmland in the eastern district; in the western one is nothing at all."""
    monkeypatch.setenv("SITING_CACHE", str(tmp_path / "kept"))
    tiny.add_layer("farmland", frame([rect(2900, 2900, 3010, 3300)]))
    shapes = [rect(3000, 3000, 3100, 3100)]
    tiny.add_red_lines(frame(shapes, id=["R2"], project=["P2"]))
    return tiny


def text_of(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def names_of(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as opened:
        return {name.partition("/")[2] for name in opened.namelist()}


def listed(run: Run) -> list[str]:
    """The places that the end of a run lists."""
    lines = run.out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.endswith(":") and " files in " in line)
    return [line.split()[0] for line in lines[start + 1 : -1]]


@pytest.mark.slow
def test_one_command_makes_everything_in_the_language_asked_for(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    city, out = town.write(), tmp_path / "out"
    run = siting("run", city, "-q", "-o", out, "--all", "--lang", "en")
    assert run.status == 0, run.err
    assert listed(run) == [
        "city.html", "districts/", "handover/", "sheets/", "workbook.xlsx", "reports/", "papers/",
        "report.json",
    ]  # fmt: skip
    assert run.out.splitlines()[-1] == f"open first: {out / 'city.html'}"
    assert "Illustrative, not a legal basis" in text_of(out / "sheets" / "city.pdf")
    assert "Contents" in text_of(out / "reports" / "city.pdf")
    assert "projects" in openpyxl.load_workbook(out / "workbook.xlsx").sheetnames
    papers = {"P2/checklist-R2.docx", "P2/proposals-P2.docx"}
    assert {
        path.relative_to(out / "papers").as_posix() for path in out.glob("papers/**/*.docx")
    } == papers
    for code, own in {"01": set(), "02": papers}.items():
        names = names_of(out / "handover" / f"{code}.zip")
        assert {name.removeprefix("papers/") for name in names if "papers/" in name} == own
        home = out / "handover" / code
        assert "Illustrative, not a legal basis" in text_of(home / "sheet.pdf")
        report = out / "reports" / f"{code}.pdf"
        assert (home / "report.pdf").read_bytes() == report.read_bytes()
        assert ("R2" in text_of(home / "sheet.pdf")) == (code == "02")
        assert "projects" in openpyxl.load_workbook(home / "summary.xlsx").sheetnames
    assert [path for path in out.iterdir() if path.name.startswith(".")] == []
    # a paper that somebody edited: nothing begins
    paper = out / "papers" / "P2" / "proposals-P2.docx"
    docx.Document().save(paper)
    edited, seen = paper.read_bytes(), (out / "report.json").stat().st_mtime_ns
    again = siting("run", city, "-q", "-o", out, "--all", "--lang", "en")
    assert again.status == 2
    assert "papers/P2/proposals-P2.docx" in again.err
    assert "--overwrite" in again.err
    assert (paper.read_bytes(), (out / "report.json").stat().st_mtime_ns) == (edited, seen)


def test_overwrite_is_for_papers(siting: Siting, town: Files) -> None:
    run = siting("run", town.write(), "--overwrite")
    assert run.status == 2
    assert "--all" in run.err


@pytest.mark.slow
def test_a_second_run_replaces_what_nobody_touched_and_removes_what_is_gone(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    city, out = town.write(), tmp_path / "out"
    whole = ("run", city, "-q", "-o", out, "--all", "--lang", "zh")
    assert siting(*whole).status == 0
    before = {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    assert siting(*whole).status == 0
    after = {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    assert [path.name for path in before | after if before.get(path) != after.get(path)] == []
    # edited papers of the city and of a package: replaced where that was asked for
    papers = [out / "papers" / "P2" / "选址建议-P2.docx"]
    papers += [out / "handover" / "02" / "papers" / "P2" / "选址建议-P2.docx"]
    for paper in papers:
        docx.Document().save(paper)
        assert siting(*whole).status == 2
        assert siting(*whole, "--overwrite").status == 0
        assert paper.read_bytes() == before[paper]
    # in another language they have other names: those of the first run are gone
    assert siting(*whole[:-1], "en").status == 0
    assert sorted(path.name for path in papers[0].parent.iterdir()) == [
        "checklist-R2.docx", "proposals-P2.docx",
    ]  # fmt: skip
    # a plain run hands over neither old papers nor old reports
    assert siting("run", city, "-q", "-o", out, "--no-sheets").status == 0
    left = {path.name for path in (out / "handover" / "02").iterdir()}
    assert left & {"papers", "report.pdf", "sheet.pdf"} == set()


@pytest.mark.slow
def test_papers_that_no_run_wrote_are_somebodys(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    city, out = town.write(), tmp_path / "out"
    assert siting("papers", city, "-q", "-o", out).status == 0
    run = siting("run", city, "-q", "-o", out, "--all")
    assert run.status == 2
    assert not (out / "report.json").exists()
    # a plain run does not write papers, so it does not ask for them
    assert siting("run", city, "-q", "-o", out, "--no-sheets").status == 0


def test_without_sheets(siting: Siting, town: Files, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = siting("run", town.write(), "-q", "-o", out, "--no-sheets")
    assert run.status == 0, run.err
    assert not (out / "sheets").exists()
    assert "sheet.pdf" not in names_of(out / "handover" / "02.zip")


def test_a_folder_that_cannot_be_written_is_told_before_the_work(
    siting: Siting, town: Files, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "sheets").write_text("a file", encoding="utf-8")
    run = siting("run", town.write(), "-q", "-o", out)
    assert run.status == 2
    assert "sheets" in run.err
    assert [path.name for path in out.iterdir()] == ["sheets"]
