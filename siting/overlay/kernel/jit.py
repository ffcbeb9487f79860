"""Machine code where numba is there, the same functions in plain Python where it is not.

numba keeps what it compiled in a cache of pickles, so the folder must be one that nobody
else can write: a folder of our own under the user's cache folder, named after the content
of the kernel's sources (numba itself looks only at the file that holds a function, not at
those it calls). Where nothing is writable the functions are compiled in memory, some
twenty seconds per process; `siting.overlay.kernel.engine` knows and avoids that for small jobs.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from siting.overlay.kernel.records import Index, Layout, Side

log = logging.getLogger(__name__)

Function = TypeVar("Function", bound=Callable[..., Any])

#: Set to a folder to keep machine code there; siting's own, so that no other program's
#: cache moves. numba's NUMBA_CACHE_DIR is heard as well.
CACHE_VARIABLE = "SITING_KERNEL_CACHE"


def is_compiling() -> bool:
    """True when functions of the kernel become machine code in this process."""
    return _numba is not None


def has_cache() -> bool:
    """True when machine code outlives the process."""
    return _cache is not None


def cache_folder(environment: dict[str, str] | None = None) -> Path | None:
    """Return a private, writable folder for machine code; None when there is none."""
    given = dict(os.environ) if environment is None else environment
    for name in (CACHE_VARIABLE, "NUMBA_CACHE_DIR"):
        if given.get(name):
            return _private(Path(given[name]) / _fingerprint())
    return _private(_user_cache(given) / "siting" / "kernel" / _fingerprint())


def _user_cache(given: dict[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(given.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(given.get("XDG_CACHE_HOME") or Path.home() / ".cache")


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


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _load_numba() -> Any:  # noqa: ANN401 - a module without types
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in {"", "0"}:
        return None
    try:
        import numba
    except ImportError as missing:
        log.info("numba cannot be loaded (%s): areas are computed with numpy", missing)
        return None
    return numba


def _types(numba: Any) -> dict[str, Any]:  # noqa: ANN401
    kinds = numba.types

    def frozen(dtype: Any, dimensions: int = 1) -> Any:  # noqa: ANN401
        return kinds.Array(dtype, dimensions, "C", readonly=True)

    floats, longs, ints = kinds.float64, kinds.int64, kinds.int32
    layout = {
        "xy": frozen(floats, 2),
        "boxes": frozen(floats, 2),
        "order": frozen(ints),
        "grid_frame": frozen(floats, 2),
        "grid_shape": frozen(longs, 2),
        "cell_edges": frozen(ints),
        "cell_anchor": frozen(ints),
    }
    index = {"frame": frozen(floats, 2), "shape": frozen(longs, 2)}
    table = {"f8": floats, "i8": longs, "i4": ints, "b1": kinds.boolean, "none": kinds.void}
    table |= {f"{name}[]": table[name][::1] for name in ("f8", "i8", "i4", "b1")}
    table |= {f"{name}[:]": frozen(table[name]) for name in ("f8", "i8", "i4")}
    table |= {
        "f8[:,:]": frozen(floats, 2),
        "i8[:,:]": frozen(longs, 2),
        "f8[,]": floats[:, ::1],
        "i8[,]": longs[:, ::1],
    }
    table["layout"] = kinds.NamedTuple(
        [layout.get(name, frozen(longs)) for name in Layout._fields], Layout
    )
    table["index"] = kinds.NamedTuple(
        [index.get(name, frozen(longs)) for name in Index._fields], Index
    )
    table["side"] = kinds.NamedTuple([floats[:, ::1], longs[:, ::1]], Side)
    return table


_numba = _load_numba()
_cache = cache_folder() if _numba is not None else None
_names = _types(_numba) if _numba is not None else {}


def _kind(name: str) -> Any:  # noqa: ANN401
    if name.startswith("("):
        return _numba.types.BaseTuple.from_types([_names[each] for each in name[1:-1].split(" ")])
    return _names[name]


def compiled(returns: str, *arguments: str) -> Callable[[Function], Function]:
    """Compile a function for one signature, without the GIL and without reordered sums.

    Parameters
    ----------
    returns, arguments
        Names of types: ``f8``, ``i8[]`` (an array to write), ``i8[:]`` (one that is only
        read), ``layout``, ``index``, ``side``, or ``(f8 f8)`` for a tuple.
    """

    def decorate(function: Function) -> Function:
        if _numba is None:
            return function
        signature = _kind(returns)(*[_kind(name) for name in arguments])
        before = _numba.config.CACHE_DIR
        if _cache is not None:
            _numba.config.CACHE_DIR = str(_cache)
        try:
            # no fastmath: sums keep their order, so that numpy gives the same bits
            made: Function = _numba.njit(
                [signature], nogil=True, cache=_cache is not None, fastmath=False
            )(function)
        finally:
            _numba.config.CACHE_DIR = before
        return made

    return decorate
