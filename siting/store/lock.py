"""One process builds, the others wait: locks that die with the process that holds them.

The lock is the operating system's (``flock``, ``msvcrt.locking``), so a killed builder leaves
none behind; a file that merely exists would. It saves work and nothing else: entries are put in
place in one step, so two builders at once (on a share that knows no locks) are only slower.
That is why this is forty lines of our own and no dependency.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

log = logging.getLogger(__name__)

#: Longest wait for another process that builds the same; then it is built here as well.
WAIT_S = 900.0
#: Between two looks at a lock that somebody else holds.
_PAUSE_S = 0.05

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextlib.contextmanager
def held(path: Path, *, wait_s: float = WAIT_S) -> Iterator[bool]:
    """Hold the lock of a file, waiting for whoever holds it.

    Parameters
    ----------
    path
        The file to lock; made when it is missing, and left behind empty.
    wait_s
        Longest wait.

    Yields
    ------
    bool
        False where the lock could not be had: a share without locks, a folder that cannot be
        written, or a wait that was too long. What follows must be right all the same.
    """
    try:
        file = path.open("ab")
    except OSError:
        yield False
        return
    with file:
        yield _wait(file, wait_s)  # closing the file gives the lock back


def _wait(file: IO[bytes], wait_s: float) -> bool:
    give_up = time.monotonic() + wait_s
    try:
        while not _try_lock(file):
            if time.monotonic() > give_up:
                log.warning("another process has held a lock of the cache for %.0f s", wait_s)
                return False
            time.sleep(_PAUSE_S)
    except OSError:  # a file system without locks
        return False
    return True
