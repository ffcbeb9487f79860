"""Where machine code is kept between runs, and whether it is there already.

numba's cache holds pickles, so the folder must be one that nobody else can write: a folder
of our own under the user's cache folder, never one in a shared temporary folder. It is named
after the content of the kernel's sources and of numba's version, for numba itself looks only
at the file that holds a function, not at those it calls.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from siting.store.place import user_cache_folder

log = logging.getLogger(__name__)

#: Set to a folder to keep machine code there; siting's own, so that no other program's
#: cache moves. numba's NUMBA_CACHE_DIR is heard as well.
CACHE_VARIABLE = "SITING_KERNEL_CACHE"


#: Written when all functions of the areas, of the distances, or of the unions have been compiled
#: into a folder.
READY = "ready"
NEAREST_READY = "ready-nearest"
UNIONS_READY = "ready-unions"


def may_compile(environment: Mapping[str, str] | None = None) -> bool:
    """True when numba is installed and not switched off (``NUMBA_DISABLE_JIT=1``)."""
    given = os.environ if environment is None else environment
    if given.get("NUMBA_DISABLE_JIT", "0") not in {"", "0"}:
        return False
    return importlib.util.find_spec("numba") is not None


def is_warm(mark: str = READY) -> bool:
    """True when the machine code only has to be loaded, not made."""
    folder = cache_folder()
    return folder is not None and (folder / mark).exists()


def mark_ready(mark: str = READY) -> None:
    """Remember that everything has been compiled."""
    folder = cache_folder()
    if folder is not None:
        try:
            (folder / mark).touch()
        except OSError:
            log.info("the kernel cache could not be marked as ready")


def cache_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """Return a private, writable folder for machine code; None when there is none."""
    given = os.environ if environment is None else environment
    for name in (CACHE_VARIABLE, "NUMBA_CACHE_DIR"):
        if given.get(name):
            return _private(Path(given[name]) / fingerprint())
    return _private(user_cache_folder(given) / "siting" / "kernel" / fingerprint())


def _private(folder: Path) -> Path | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        status = folder.stat()
    except (OSError, RuntimeError):  # RuntimeError: Path.home() without a home
        return None
    if os.name == "posix":
        is_ours = status.st_uid == os.geteuid()
        if not is_ours or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            log.warning("kernel cache %s can be written by others: not used", folder.name)
            return None
    return folder


@functools.cache
def fingerprint() -> str:
    """Return what stands for the kernel's sources and numba's version."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    digest.update(importlib.metadata.version("numba").encode() if may_compile({}) else b"")
    return digest.hexdigest()[:16]
