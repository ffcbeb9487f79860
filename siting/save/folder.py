"""Folders: copying one, and finding out early whether one can be written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from siting.errors import Where, WriteError
from siting.store import FOLDER_NAME


def require_writable(folder: Path) -> None:
    """Create `folder` if need be and write into it once, before minutes are spent on results.

    Raises
    ------
    WriteError
        When it cannot be created or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _cannot_write(folder, error) from error


def require_new(files: Iterable[Path], *, overwrite: bool) -> None:
    """Refuse files that are there, before the work is done.

    Raises
    ------
    WriteError
        For the first file that exists, unless `overwrite` is set.
    """
    for file in files:
        if file.exists() and not overwrite:
            raise WriteError(
                f"'{file.name}' exists; nothing was written",
                where=Where(file=str(file)),
                next_step="give another name, or --overwrite",
            )


def copy_folder(source: Path, target: Path) -> None:
    """Copy a folder's files over `target`; files of other names there are left alone.

    What siting keeps for itself in a folder (``.siting-cache``) stays where it is.

    Raises
    ------
    WriteError
        When the target cannot be written.
    """
    try:
        shutil.copytree(
            source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(FOLDER_NAME)
        )
    except (OSError, shutil.Error) as error:
        raise _cannot_write(target, error) from error


def _cannot_write(folder: Path, error: Exception) -> WriteError:
    return WriteError(
        f"the folder '{folder.name}' cannot be written",
        where=Where(file=str(folder)),
        expected="a folder that you may create and write into",
        found=str(error),
        next_step="choose another folder, or ask for the right to write",
    )
