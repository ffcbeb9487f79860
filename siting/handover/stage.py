"""Packages take the place of earlier ones together, and only when all of them are right."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from siting.config import raise_collected
from siting.errors import SitingError, Where, WriteError
from siting.handover.enclosures import MANIFEST, PAPERS
from siting.handover.plan_tables import REPLY
from siting.load.words import say
from siting.save.atomic import PART_PREFIX, write_error
from siting.save.record import changed, recorded


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give a folder to write packages into; what lies in it at the end moves to `folder`.

    When the block raises, nothing moves: the packages that were there stay as they were.

    Parameters
    ----------
    folder
        Where the packages go; made when it is missing.

    Yields
    ------
    Path
        A hidden folder beside them. It has to hold folders, and files.

    Raises
    ------
    WriteError
        For every error of the operating system.
    """
    room: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=PART_PREFIX, dir=folder))
        yield room
        _publish(room, folder)
    except OSError as error:
        raise write_error(folder, error) from error
    finally:
        if room is not None:
            shutil.rmtree(room, ignore_errors=True)


def _publish(room: Path, folder: Path) -> None:
    """Move folders first, in each the manifest last; then the archives, which are sent."""
    for path in sorted(room.iterdir(), key=lambda path: (path.is_file(), path.name)):
        if path.is_file():
            _move(path, folder / path.name)
        else:
            _move_folder(path, folder / path.name)


def _move_folder(source: Path, target: Path) -> None:
    """Move what is in a folder into another one, folders first and the manifest last."""
    if target.is_symlink():
        raise WriteError(
            say("移交包中的文件夹是链接", "a folder of a package is a link to somewhere else"),
            where=Where(file=str(target)),
            expected=say("普通文件夹", "a folder"),
            next_step=say(f"删除链接 {target.name}", f"remove the link {target.name}"),
        )
    target.mkdir(exist_ok=True)
    ranked = sorted(
        source.iterdir(), key=lambda path: (path.is_file(), path.name == MANIFEST, path.name)
    )
    for path in ranked:
        (_move if path.is_file() else _move_folder)(path, target / path.name)


def _move(file: Path, target: Path) -> None:
    try:
        file.replace(target)
    except OSError as error:
        raise write_error(target, error) from error


def require_unanswered(folder: Path, *, may_replace_papers: bool = False) -> None:
    """Refuse to write packages over reply forms and papers that somebody has edited.

    A file that differs from what its manifest says was written is somebody's work, or may be.

    Parameters
    ----------
    folder
        Where the packages go.
    may_replace_papers
        Whether papers may be replaced all the same. A reply form never is.

    Raises
    ------
    WriteError, ProblemsError
        With every such form and paper.
    """
    problems: list[SitingError] = []
    homes = (path for path in folder.glob("*") if not path.name.startswith(PART_PREFIX))
    for home in sorted(path for path in homes if path.is_dir()):
        known = recorded(home / MANIFEST)
        problems += map(_answered, changed(home, home.glob(REPLY), known))
        if not may_replace_papers:
            papers = home.glob(f"{PAPERS}/**/*.docx")
            problems += (_edited(path, home) for path in changed(home, papers, known))
    raise_collected(
        say(
            "移交包中有人工改动，没有移交",
            "packages were edited by hand: nothing was handed over",
        ),
        problems,
    )


def _answered(form: Path) -> WriteError:
    return WriteError(
        say("回复表已有改动，不覆盖", "a reply form was changed and is not written over"),
        where=Where(file=f"{form.parent.name}/{form.name}"),
        expected=say("移交时写出的空表", "the blank form as it was handed over"),
        next_step=say(
            "先把它移到别处，并写入 [plan] decisions 或用 --decisions 给出",
            "move it to another folder, and name it in [plan] decisions or by --decisions",
        ),
    )


def _edited(paper: Path, home: Path) -> WriteError:
    return WriteError(
        say("移交包中的文书已有改动，不覆盖", "a paper of a package was edited: not written over"),
        where=Where(file=paper.relative_to(home.parent).as_posix()),
        expected=say("写出时的原样", "the paper as it was written"),
        next_step=say(
            "先把它移到别处；确认不再需要则用 siting run --all --overwrite",
            "move it to another folder; or siting run --all --overwrite where nobody needs it",
        ),
    )
