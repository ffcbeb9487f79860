"""Sheets, reports and papers in packages: all of them whole and read back, or no package at all."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from matplotlib.figure import Figure

from siting.errors import ProblemsError, ReadError, WriteError
from siting.handover import Enclosure, check_packages, require_unanswered
from siting.handover.enclosures import require_readable
from siting.handover.stage import staged

from . import planned
from .conftest import World, write_world

A, B = "440901", "440902"
NAMES = {A: "West", B: "East"}
PAPER, OTHER = "papers/PRJ-1/核查表-RL-1.docx", "papers/PRJ-3/核查表-RL-3.docx"
Names = dict[str, tuple[Enclosure, ...]]


def pdf(*texts: str) -> bytes:
    """A PDF with a page for each text, by matplotlib alone."""
    with pdfium.PdfDocument.new() as whole:
        for text in texts:
            figure = Figure(figsize=(6, 1))
            figure.text(0.1, 0.5, text)
            page = io.BytesIO()
            figure.savefig(page, format="pdf")
            with pdfium.PdfDocument(page.getvalue()) as one:
                whole.import_pages(one)
        made = io.BytesIO()
        whole.save(made)
    return made.getvalue()


def word(text: str) -> bytes:
    """A zip with the one part that a Word file has to have."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("word/document.xml"), text)
    return made.getvalue()


@pytest.fixture(scope="module")
def town(world: World) -> World:
    """The world, its districts called West and East."""
    districts = world.atlas.districts.assign(feature_name=list(NAMES.values()))
    return replace(world, atlas=replace(world.atlas, districts=districts))


@pytest.fixture(scope="module")
def sheets() -> dict[str, bytes]:
    return {code: pdf(f"Sample City {name} district") for code, name in NAMES.items()}


def draft(folder: Path, sheets: dict[str, bytes], **changed: bytes) -> Names:
    """Lay a sheet for each district, and papers for A, into a folder; `changed` by suffix in A."""
    made: Names = {}
    for code, sheet in sheets.items():
        contents = {"sheet.pdf": sheet}
        if code == A:
            contents |= {PAPER: word("RL-1"), OTHER: word("RL-3")}
        for name, content in contents.items():
            path = folder / code / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(changed.get(path.suffix[1:], content) if code == A else content)
            made[code] = (*made.get(code, ()), Enclosure(name, path))
    return made


@pytest.fixture
def drafts(tmp_path: Path, sheets: dict[str, bytes]) -> Callable[..., Names]:
    return lambda **changed: draft(tmp_path / "drafts", sheets, **changed)


@pytest.fixture(scope="module")
def handed(town: World, sheets: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages with a plan, sheets and papers; tests copy what they change."""
    home = tmp_path_factory.mktemp("enclosed")
    enclosures = draft(home / "drafts", sheets)
    planned_town = planned.with_projects(town)
    return write_world(planned_town, home / "handover", planned.plan(), enclosures=enclosures)


@pytest.fixture
def copied(handed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(handed, tmp_path / "handover"))


def state(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_they_lie_in_folder_zip_and_manifest(handed: Path, sheets: dict[str, bytes]) -> None:
    for code, names in {A: {"sheet.pdf", PAPER, OTHER}, B: {"sheet.pdf"}}.items():
        assert (handed / code / "sheet.pdf").read_bytes() == sheets[code]
        manifest = json.loads((handed / code / "manifest.json").read_text(encoding="utf-8"))
        entries = {entry["path"]: entry for entry in manifest["files"]}
        with zipfile.ZipFile(handed / f"{code}.zip") as archive:
            for name in names:
                content = (handed / code / name).read_bytes()
                assert archive.read(f"{code}/{name}") == content
                assert entries[name]["sha256"] == hashlib.sha256(content).hexdigest()
                assert entries[name]["bytes"] == len(content)
                assert not entries[name]["official"]
            packed = {name for name in archive.namelist() if name.endswith((".pdf", ".docx"))}
        assert packed == {f"{code}/{name}" for name in names}
    assert sorted(path.name for path in handed.iterdir()) == [A, f"{A}.zip", B, f"{B}.zip"]


def test_one_that_does_not_read_back_keeps_all_packages_at_home(
    town: World, tmp_path: Path, drafts: Callable[..., Names]
) -> None:
    folder = tmp_path / "handover"
    (folder / A).mkdir(parents=True)
    (folder / A / "sheet.pdf").write_bytes(b"of an earlier run")
    before = state(folder)
    with pytest.raises(ReadError, match=f"{A}/sheet.pdf"):
        write_world(town, folder, enclosures=drafts(pdf=b"%PDF-1.4 and no more"))
    assert state(folder) == before


SPOILT = {
    "empty": ("sheet.pdf", lambda _: b""),
    "cut short": ("sheet.pdf", lambda sheet: sheet[:200]),
    "no PDF": ("sheet.pdf", lambda _: b"no PDF at all"),
    "another district": ("sheet.pdf", lambda _: pdf("Sample City East district")),
    "empty paper": ("papers/a.docx", lambda _: b""),
    "paper cut short": ("papers/a.docx", lambda paper: paper[:-30]),
    "one bit": ("papers/a.docx", lambda paper: paper.replace(b"here", b"heru")),
    "no text": ("papers/a.docx", lambda paper: paper.replace(b"word/d", b"wird/d")),
}


def package(folder: Path, name: str, contents: dict[str, bytes]) -> Path:
    """A package with these files and their manifest alone."""
    home = folder / A
    (home / "papers").mkdir(parents=True)
    files = []
    for path, content in contents.items():
        (home / path).write_bytes(content)
        files.append({"path": path, "sha256": hashlib.sha256(content).hexdigest()})
    manifest = {"district": {"code": A, "name": name}, "files": files}
    (home / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.mark.parametrize("fault", list(SPOILT))
def test_what_does_not_read_back_is_told(
    tmp_path: Path, sheets: dict[str, bytes], fault: str
) -> None:
    contents = {"sheet.pdf": sheets[A], "papers/a.docx": word("here")}
    require_readable(package(tmp_path / "sound", "West", contents))
    name, spoil = SPOILT[fault]
    contents[name] = spoil(contents[name])
    with pytest.raises(ReadError, match=f"{A}/{name}"):
        require_readable(package(tmp_path / "spoilt", "West", contents))


def test_a_sign_that_no_font_has_stands_by_its_number(tmp_path: Path) -> None:
    name = "W\U000f0000 1"
    sheet = {"sheet.pdf": pdf("the map of W[U+F0000] 1 of the city")}
    require_readable(package(tmp_path / "a", name, sheet))
    with pytest.raises(ReadError, match="no page that names"):
        require_readable(package(tmp_path / "b", name, {"sheet.pdf": pdf("the map of W 1")}))


@pytest.mark.parametrize("name", ["שלום עולם", "①ﬁ A"])
def test_a_name_is_found_as_pdfium_gives_it(tmp_path: Path, name: str) -> None:
    require_readable(package(tmp_path, name, {"sheet.pdf": pdf(f"{name} of the city")}))


def test_one_that_is_not_there_is_not_left_out_in_silence(
    town: World, tmp_path: Path, drafts: Callable[..., Names]
) -> None:
    given = drafts()
    given[A][0].source.unlink()
    with pytest.raises(WriteError):
        write_world(town, tmp_path / "handover", enclosures=given)
    assert list((tmp_path / "handover").iterdir()) == []


def test_the_check_of_what_was_handed_over_reads_them_too(handed: Path, copied: Path) -> None:
    assert check_packages(handed).sites > 0
    (copied / A / "sheet.pdf").write_bytes(pdf("another West"))
    (copied / A / PAPER).unlink()
    with pytest.raises(ProblemsError) as caught:
        check_packages(copied)
    assert f"{A}/sheet.pdf" in str(caught.value)
    assert f"{A}/{PAPER}" in str(caught.value)


def test_a_paper_that_somebody_edited_is_replaced_only_where_that_was_asked_for(
    town: World, copied: Path, drafts: Callable[..., Names]
) -> None:
    require_unanswered(copied)
    paper = copied / A / PAPER
    written = paper.read_bytes()
    paper.write_bytes(word("somebody's own words"))
    before = state(copied)
    for enclosures in (drafts(), {}):
        with pytest.raises(WriteError, match="edited") as caught:
            write_world(town, copied, enclosures=enclosures)
        assert f"{A}/{PAPER}" in str(caught.value)
    assert state(copied) == before
    write_world(town, copied, enclosures=drafts(), may_replace_papers=True)
    assert paper.read_bytes() == written
    require_unanswered(copied)


def test_what_an_earlier_run_enclosed_and_this_one_does_not_is_gone_unless_edited(
    town: World, copied: Path
) -> None:
    own, edited = copied / A / "papers" / "notes.txt", copied / A / PAPER
    own.write_text("mine", encoding="utf-8")
    edited.write_bytes(word("somebody's own words"))
    write_world(town, copied, may_replace_papers=True)
    assert not (copied / A / "sheet.pdf").exists()
    assert not (copied / A / OTHER).parent.exists()
    # what siting did not write, or what is no longer as it wrote it, it leaves alone
    assert own.read_text(encoding="utf-8") == "mine"
    assert edited.read_bytes() == word("somebody's own words")
    with zipfile.ZipFile(copied / f"{A}.zip") as archive:
        assert [name for name in archive.namelist() if "papers" in name] == []


def test_a_link_in_the_place_of_the_papers_is_not_written_through(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "handover"
    outside.mkdir()
    (folder / A).mkdir(parents=True)
    (folder / A / "papers").symlink_to(outside)

    def hand_over() -> None:
        with staged(folder) as room:
            (room / A / "papers").mkdir(parents=True)
            (room / A / "papers" / "a.docx").write_bytes(word("here"))

    with pytest.raises(WriteError, match="link"):
        hand_over()
    assert list(outside.iterdir()) == []
