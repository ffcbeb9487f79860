"""Hashes of files found again by what the file system says of the file.

Hashing half a gigabyte takes a third of a second; asking for size and times takes none. Who
only looks (``siting check``) may take the word of a stamp; what is written for others (``run``,
hand-over) hashes the bytes anew.
"""

from __future__ import annotations

import enum
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from siting.store.room import PART_PREFIX, Store

log = logging.getLogger(__name__)

#: A file that changed within this time before it was hashed may change again without its time
#: changing (FAT counts in steps of 2 s). git calls such a file racily clean.
RACY_NS = 2_000_000_000
_KIND = "stamps"
_KEY = hashlib.sha256(b"siting stamps/1").hexdigest()

_Look = list[int]


class Trust(enum.StrEnum):
    """Whose word counts for the content of a file."""

    STAMP = "stamp"
    """Size, times and inode of the file are those of when it was last hashed."""
    HASH = "hash"
    """Only its bytes."""


class Stamps:
    """Hashes of files as last taken.

    Parameters
    ----------
    store
        Where they are kept; with one that is off, every file is hashed.
    trust
        Whether a stamp may stand for the bytes.
    """

    def __init__(self, store: Store, trust: Trust = Trust.HASH) -> None:
        self._store = store
        self._trust = trust
        self._known: dict[str, Any] | None = None
        self._is_changed = False

    def digest(self, path: Path, hash_file: Callable[[Path], str]) -> str:
        """Return the hash of a file: its stamp's where that is trusted, else taken now.

        Parameters
        ----------
        path
            The file.
        hash_file
            Takes the hash; what it raises goes through.
        """
        if self._store.is_off:
            return hash_file(path)
        if self._trust is Trust.STAMP:
            stamped = self.stamped(path)
            if stamped:
                return stamped
        before = _look(path)
        now_ns = self._now_ns()
        found = hash_file(path)
        if before is not None and before == _look(path):
            self._remember(path, before, now_ns, found)
        return found

    def stamped(self, path: Path) -> str:
        """Return the hash that the stamp of a file stands for; empty when there is none."""
        entry = self._all().get(_name(path))
        look = _look(path)
        if entry is None or look is None or entry["look"] != look:
            return ""
        return str(entry["sha256"])

    def save(self) -> None:
        """Keep what was learned."""
        if self._is_changed:
            self._store.put(_KIND, _KEY, {"label": "stamps", "files": self._all()})
            self._is_changed = False

    def _remember(self, path: Path, look: _Look, now_ns: int, found: str) -> None:
        files = self._all()
        modified_ns = look[1]
        if now_ns - modified_ns < RACY_NS:
            self._is_changed |= files.pop(_name(path), None) is not None
            return
        entry = {"look": look, "sha256": found}
        self._is_changed |= files.get(_name(path)) != entry
        files[_name(path)] = entry

    def _all(self) -> dict[str, Any]:
        if self._known is None:
            kept = self._store.get(_KIND, _KEY)
            self._known = {} if kept is None else dict(kept.meta["files"])
        return self._known

    def _now_ns(self) -> int:
        """Return the time by the clock of the store's file system: shares have their own.

        0, which trusts nothing, where it cannot be told.
        """
        if self._store.root is None:
            return 0
        try:
            folder = self._store.folder(_KIND)
            with tempfile.TemporaryFile(prefix=PART_PREFIX, dir=folder) as file:
                return os.fstat(file.fileno()).st_mtime_ns
        except OSError:
            log.info("no time stamps can be taken beside %s", self._store.root.name)
            return 0


def _look(path: Path) -> _Look | None:
    """Return size, times and inode; what changes a file without changing one of them?

    Writing into it moves its times; a program that sets the old time back moves ``ctime``; a
    file put in its place has another inode.
    """
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev]


def _name(path: Path) -> str:
    return str(path.absolute())
