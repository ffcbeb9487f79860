"""Whole files or none: write beside the target, force to disk, then replace in one step."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from siting.errors import Where, WriteError

#: Begin of the name of the folder in which an unfinished file lies. A kill can leave one
#: behind; it is never read, and deleting it is safe when no siting runs.
PART_PREFIX = ".siting-part-"

_NEXT_STEPS = {
    errno.ENOSPC: "free some space on that disk, or give another output folder, and run again",
    errno.EDQUOT: "free some of your quota, or give another output folder, and run again",
    errno.EFBIG: "the file system or a limit forbids files of that size: choose another folder",
    errno.EROFS: "the disk is read-only: give another output folder",
    errno.EACCES: "close the program that has the file open, or give a folder you may write to",
    errno.EPERM: "close the program that has the file open, or give a folder you may write to",
    errno.EBUSY: "close the program that has the file open and run again",
    errno.ETXTBSY: "close the program that has the file open and run again",
    errno.EISDIR: "a folder has the name of the file: move it away",
    errno.ENOTDIR: "a file has the name of the folder: move it away, or give another folder",
    errno.EEXIST: "a file has the name of the folder: move it away, or give another folder",
    errno.ENAMETOOLONG: "choose an output folder with a shorter path",
}


def write_error(target: Path, error: Exception) -> WriteError:
    """Return the :class:`WriteError` that tells a planner what to do about `error`.

    Parameters
    ----------
    target
        The file that could not be written.
    error
        What the operating system or the driver said.
    """
    code = error.errno if isinstance(error, OSError) else None
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return WriteError(
        f"'{target.name}' could not be written; what was there before is untouched",
        where=Where(file=str(target)),
        expected="a folder with space that may be written to",
        found=reason,
        next_step=_NEXT_STEPS.get(code or 0, "check the folder and its permissions, run again"),
    )


@contextlib.contextmanager
def atomic_file(target: Path) -> Iterator[Path]:
    """Give a path to write to; on success it becomes `target`, on failure nothing is left.

    The path bears the target's own name (drivers go by the suffix) and lies in a hidden
    folder beside the target, so that side files (journals) vanish with it. The content is
    forced to disk before it replaces the old file in one step: a kill at any moment leaves
    the old file or the new one, whole. A link at `target` is replaced, never written through.

    Parameters
    ----------
    target
        The file to be. Its folder is made when it is missing.

    Yields
    ------
    Path
        Where to write. It must exist when the block ends.

    Raises
    ------
    WriteError
        For every error of the operating system, with the next step; also when the block
        wrote nothing. Errors of the block that are ours pass through unchanged.
    """
    workroom: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        workroom = Path(tempfile.mkdtemp(prefix=PART_PREFIX, dir=target.parent))
        part = workroom / target.name
        yield part
        _force_to_disk(part)
        part.replace(target)
        _force_folder_to_disk(target.parent)
    except OSError as error:
        raise write_error(target, error) from error
    finally:
        if workroom is not None:
            shutil.rmtree(workroom, ignore_errors=True)


def _force_to_disk(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _force_folder_to_disk(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle on a folder to flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes, whole or not at all.

    Raises
    ------
    WriteError
        See :func:`atomic_file`.
    """
    with atomic_file(path) as part:
        part.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    r"""Write a text as UTF-8 with ``\n`` at line ends, whole or not at all.

    Raises
    ------
    WriteError
        See :func:`atomic_file`.
    """
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write JSON: sorted keys, Chinese as it is, two spaces, a newline at the end.

    The same content gives the same bytes. NaN and infinity are no JSON and are refused.

    Raises
    ------
    WriteError
        See :func:`atomic_file`; also when `content` cannot be JSON.
    """
    write_text(path, json_text(content, path=path))


def json_text(content: object, *, path: Path) -> str:
    """Return `content` as the text that :func:`write_json` writes; `path` is for the message.

    Raises
    ------
    WriteError
        When a value is no JSON (a date, NaN, infinity).
    """
    try:
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, indent=2, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise WriteError(
            f"the content of '{path.name}' is no JSON",
            where=Where(file=str(path)),
            expected="texts, finite numbers, true, false, null, lists and tables",
            found=str(error),
            next_step="report this as a defect of siting, with the input that led to it",
        ) from error
    return f"{text}\n"
