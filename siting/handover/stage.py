"""Packages take the place of earlier ones together, and only when all of them are right."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from siting.config import raise_collected
from siting.errors import SitingError, Where, WriteError
from siting.handover.plan_tables import REPLY
from siting.load.words import say
from siting.save.atomic import PART_PREFIX, write_error

MANIFEST = "manifest.json"


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
        A hidden folder beside them. It has to hold folders of files, and files.

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
        target = folder / path.name
        if path.is_file():
            _move(path, target)
            continue
        target.mkdir(exist_ok=True)
        for file in sorted(path.iterdir(), key=lambda file: (file.name == MANIFEST, file.name)):
            _move(file, target / file.name)


def _move(file: Path, target: Path) -> None:
    try:
        file.replace(target)
    except OSError as error:
        raise write_error(target, error) from error


def require_unanswered(folder: Path) -> None:
    """Refuse to write packages over reply forms that somebody has filled in.

    A form that differs from what its manifest says was written is somebody's answer, or may be.

    Parameters
    ----------
    folder
        Where the packages go.

    Raises
    ------
    WriteError, ProblemsError
        With every such form.
    """
    problems: list[SitingError] = [
        WriteError(
            say("回复表已有改动，不覆盖", "a reply form was changed and is not written over"),
            where=Where(file=f"{form.parent.name}/{form.name}"),
            expected=say("移交时写出的空表", "the blank form as it was handed over"),
            next_step=say(
                "先把它移到别处，并写入 [plan] decisions 或用 --decisions 给出",
                "move it to another folder, and name it in [plan] decisions or by --decisions",
            ),
        )
        for form in sorted(folder.glob(f"*/{REPLY}"))
        if hashlib.sha256(form.read_bytes()).hexdigest() != _written(form)
    ]
    raise_collected(
        say("回复表已有改动，没有移交", "reply forms were changed: nothing was handed over"),
        problems,
    )


def _written(form: Path) -> str:
    """Return the sha256 that the manifest beside a form has of it; "" where it has none."""
    try:
        manifest = json.loads((form.parent / MANIFEST).read_bytes())
        return str(next(one["sha256"] for one in manifest["files"] if one["path"] == form.name))
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return ""
