"""Papers that each run writes: what nobody touched is replaced, what somebody edited never is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siting.errors import ProblemsError, WriteError
from siting.papers import file_papers, require_unedited


def drafts(folder: Path, **papers: bytes) -> Path:
    """A folder per project with a paper of each name ``project_paper``."""
    for name, content in papers.items():
        project, _, paper = name.partition("_")
        path = folder / project / f"{paper}.docx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def texts(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.docx"))
    }


@pytest.fixture
def filed(tmp_path: Path) -> Path:
    """P1 with two papers and P2 with one, as a run wrote them."""
    made = drafts(tmp_path / "first", P1_a=b"1a", P1_b=b"1b", P2_a=b"2a")
    file_papers(made, tmp_path / "papers")
    return tmp_path / "papers"


def test_the_next_run_replaces_and_removes_what_nobody_touched(filed: Path, tmp_path: Path) -> None:
    require_unedited(filed, ["P1", "P2"])
    written = file_papers(drafts(tmp_path / "second", P1_a=b"new"), filed)
    assert written == (filed / "P1" / "a.docx",)
    assert texts(filed) == {"P1/a.docx": b"new"}
    assert not (filed / "P2").exists()
    require_unedited(filed, ["P1", "P2"])


def test_edited_ones_are_all_told_before_the_work(filed: Path) -> None:
    (filed / "P1" / "a.docx").write_bytes(b"own words")
    (filed / "P2" / "note.docx").write_bytes(b"no run wrote this")
    with pytest.raises(ProblemsError) as caught:
        require_unedited(filed, ["P1", "P2"])
    assert "papers/P1/a.docx" in str(caught.value)
    assert "papers/P2/note.docx" in str(caught.value)
    assert "P1/b.docx" not in str(caught.value)
    require_unedited(filed, ["P3"])  # whose papers are not written is not asked


def test_an_edited_one_that_is_not_written_again_stays(filed: Path, tmp_path: Path) -> None:
    (filed / "P2" / "a.docx").write_bytes(b"own words")
    file_papers(drafts(tmp_path / "second", P1_a=b"new"), filed)
    assert texts(filed) == {"P1/a.docx": b"new", "P2/a.docx": b"own words"}
    with pytest.raises(WriteError, match="P2"):
        require_unedited(filed, ["P1", "P2"])


@pytest.mark.parametrize("record", [None, "", "[]", '{"files": 3}', '{"files": [{"path": 1}]}'])
def test_without_a_record_every_paper_counts_as_edited(filed: Path, record: str | None) -> None:
    path = filed / "papers.json"
    path.unlink()
    if record is not None:
        path.write_text(record, encoding="utf-8")
    with pytest.raises(ProblemsError):
        require_unedited(filed, ["P1"])


def test_a_record_that_names_files_elsewhere_removes_none(filed: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.docx"
    outside.write_bytes(b"1a")
    record = json.loads((filed / "papers.json").read_text(encoding="utf-8"))
    sha256 = next(one["sha256"] for one in record["files"] if one["path"] == "P1/a.docx")
    record["files"].append({"path": "../outside.docx", "sha256": sha256})
    (filed / "papers.json").write_text(json.dumps(record), encoding="utf-8")
    file_papers(drafts(tmp_path / "second", P1_a=b"new"), filed)
    assert outside.exists()


def test_nothing_to_write_leaves_a_record_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert file_papers(tmp_path / "none", tmp_path / "papers") == ()
    assert json.loads((tmp_path / "papers" / "papers.json").read_text("utf-8")) == {"files": []}
