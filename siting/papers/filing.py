"""Papers that each run writes: those that nobody touched are replaced, edited ones never unasked.

A record beside the folders of the projects has the hash of each paper as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from siting.config import raise_collected
from siting.errors import SitingError, Where, WriteError
from siting.load.words import say
from siting.papers.write import name_of
from siting.save import write_json
from siting.save.atomic import write_error
from siting.save.record import changed, hash_of, recorded, remove_left_over

RECORD = "papers.json"
"""The record: ``files``, each with ``path`` and ``sha256``."""
_PAPERS = "**/*.docx"


def require_unedited(folder: Path, projects: Iterable[str]) -> None:
    """Refuse to write papers over those that somebody has edited, or may have.

    Parameters
    ----------
    folder
        With a folder per project; it need not be there.
    projects
        Ids of the projects whose papers are to be written.

    Raises
    ------
    WriteError, ProblemsError
        With every paper that is not as a run wrote it, or that no run is known to have written.
    """
    known = recorded(folder / RECORD)
    homes = [folder / name for name in sorted({name_of(project) for project in projects})]
    present = [paper for home in homes for paper in home.glob(_PAPERS)]
    problems: list[SitingError] = [
        WriteError(
            say("文书已有改动，不覆盖", "a paper was edited and is not written over"),
            where=Where(file=paper.relative_to(folder.parent).as_posix()),
            expected=say("上次运行写出的原样", "the paper as a run wrote it"),
            next_step=say(
                "先把它移到别处；确认不再需要则加 --overwrite",
                "move it to another folder; or give --overwrite where nobody needs it",
            ),
        )
        for paper in changed(folder, present, known)
    ]
    raise_collected(
        say("文书已有改动，没有开始", "papers were edited: nothing was begun"), problems
    )


def file_papers(drafts: Path, folder: Path) -> tuple[Path, ...]:
    """Move papers to where they belong; return their paths.

    Papers of an earlier run that this one has not, and that are as it wrote them, are removed.

    Parameters
    ----------
    drafts
        A folder with a folder per project, on the same disk.
    folder
        Where they go; made when absent.

    Raises
    ------
    WriteError
        When one cannot be moved, for instance because Word has it open.
    """
    before = recorded(folder / RECORD)
    filed = []
    for draft in sorted(drafts.glob(_PAPERS)):
        paper = folder / draft.relative_to(drafts)
        try:
            paper.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(paper)
        except OSError as error:
            raise write_error(paper, error) from error
        filed.append(paper)
    left = [paper for name in before if (paper := folder / name) not in filed and paper.is_file()]
    remove_left_over(folder, [paper for paper in left if _is_within(paper, folder)], before)
    files = [
        {"path": paper.relative_to(folder).as_posix(), "sha256": hash_of(paper)} for paper in filed
    ]
    write_json(folder / RECORD, {"files": files})
    return tuple(filed)


def _is_within(paper: Path, folder: Path) -> bool:
    return paper.suffix == ".docx" and paper.resolve().is_relative_to(folder.resolve())
