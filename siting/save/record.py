"""What was written, by its hash: a file that somebody has changed since is told from one as it was.

A record is a JSON file with ``files``, each with ``path`` (from the record's folder) and
``sha256``: the manifest of a package is one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def hash_of(path: Path) -> str:
    """Return the sha256 of a file; "" for one that cannot be read, which is like none recorded."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def recorded(record: Path) -> dict[str, str]:
    """Return the sha256 of each file as it was written, by its path in the record's folder.

    A record that is not there, or is none, knows of no file: all of them count as changed.
    """
    try:
        content = json.loads(record.read_bytes())
        return {str(one["path"]): str(one["sha256"]) for one in content["files"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def changed(folder: Path, files: Iterable[Path], known: Mapping[str, str]) -> list[Path]:
    """Return the files that are not as they were written, or that nobody is known to have written.

    Parameters
    ----------
    folder
        That of the record.
    files
        Within the folder.
    known
        From :func:`recorded`.
    """
    return [
        path
        for path in sorted(files)
        if known.get(path.relative_to(folder).as_posix(), "-") != hash_of(path)
    ]


def remove_left_over(folder: Path, files: Iterable[Path], known: Mapping[str, str]) -> None:
    """Remove the files that are as they were written, and folders that are empty by that.

    What somebody has changed stays. Parameters are those of :func:`changed`.
    """
    files = list(files)
    for path in sorted(set(files) - set(changed(folder, files, known))):
        path.unlink(missing_ok=True)
        for parent in path.parents[: len(path.relative_to(folder).parts) - 1]:
            if not any(parent.iterdir()):
                parent.rmdir()
