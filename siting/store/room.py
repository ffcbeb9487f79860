"""The store: entries by kind and key in one folder, and the care that they need."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import logging
import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.store.columns import Array
from siting.store.entry import DamagedEntryError, Draft, Entry
from siting.store.lock import held
from siting.store.place import FOLDER_NAME, store_folder

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger(__name__)

SUFFIX = ".entry"
#: An unfinished file; a kill leaves one behind, and it is never read.
PART_PREFIX = ".part-"
#: Age from which an unfinished file cannot be anybody's work any more.
PART_AGE_S = 6 * 3600
_LOCKS = ".locks"
_KIND = re.compile(r"[a-z][a-z_]{0,39}")
_KEY = re.compile(r"[0-9a-f]{16,64}")
#: Backup programs leave a folder with this file alone (bford.info/cachedir).
_TAG_NAME = "CACHEDIR.TAG"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# siting 的预处理缓存，可随时删除；siting cache clear\n"
    "# What siting has prepared of this city. It may be deleted at any time.\n"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of the store, as ``siting cache list`` shows it.

    ``label``, ``version`` and ``meta`` are empty where the file cannot be opened (``is_sound``
    False).
    """

    kind: str
    key: str
    label: str
    version: str
    bytes: int
    built: float
    """Seconds since 1970, by the file system's clock."""
    is_sound: bool
    meta: Mapping[str, Any] = field(default_factory=dict)


class Store:
    """Entries by kind and key below one folder; without a folder it keeps nothing.

    Parameters
    ----------
    root
        The folder, made when something is kept; None to keep nothing.
    """

    def __init__(self, root: Path | None) -> None:
        self.root = root
        self.trouble = ""
        """Why nothing could be kept; said once, empty while all is well."""
        self._is_ready = False

    @classmethod
    def beside(
        cls,
        city_folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        is_away: bool = False,
    ) -> Store:
        """Return the store of a city; see :func:`siting.store.place.store_folder`."""
        return cls(store_folder(city_folder, environment, is_away=is_away))

    @property
    def is_off(self) -> bool:
        """True when nothing is kept."""
        return self.root is None

    def get(self, kind: str, key: str) -> Entry | None:
        """Return an entry; None when there is none that can be used.

        A damaged one is removed, with a line in the log.

        Parameters
        ----------
        kind
            What sort of thing it is: small letters and underscores.
        key
            16 to 64 hexadecimal digits that stand for all that its content depends on.
        """
        path = self._path(kind, key)
        if path is None:
            return None
        try:
            return Entry(path, kind, key)
        except DamagedEntryError as error:
            self.drop(kind, key, str(error.found))
        except OSError:  # none, or none that we may read
            pass
        return None

    def has(self, kind: str, key: str) -> bool:
        """True when there is an entry; whether it is sound is seen when it is opened."""
        path = self._path(kind, key)
        return path is not None and path.is_file()

    def put(
        self,
        kind: str,
        key: str,
        meta: Mapping[str, Any],
        *,
        arrays: Mapping[str, Array] | None = None,
        table: pa.Table | None = None,
    ) -> Entry | None:
        """Keep an entry, in one step, and return it opened; None where that is impossible.

        A folder that cannot be written and a full disk cost the job nothing: that is noted
        once (:attr:`trouble`, and the log). The file is not forced to disk: what a power cut
        leaves of it fails its checksums and is made anew, so waiting for the disk gains nothing.

        Parameters
        ----------
        kind, key
            As for :meth:`get`. An entry of the same key is replaced.
        meta
            JSON. Its ``label`` says for people what the entry is of; see :meth:`prune`.
        arrays
            Numbers and truth values of any shape.
        table
            Columns of any Arrow type.

        Raises
        ------
        TypeError
            When an array holds something else, or meta is no JSON.
        """
        path = self._path(kind, key)
        if path is None or self.trouble:
            return None
        draft = Draft(kind, key, _version(), meta, arrays or {}, table)
        try:
            self._prepare(path.parent)
            _write(path, draft)
            return Entry(path, kind, key)
        except (OSError, DamagedEntryError) as error:
            self.trouble = str(error).splitlines()[0]
            log.warning("nothing is kept for the next run: %s", self.trouble)
            return None

    @contextlib.contextmanager
    def building(self, kind: str, key: str) -> Iterator[None]:
        """Be the only process that builds an entry; look again with :meth:`get` once inside.

        Waits while another builds it. Do not ask for a second one within.
        """
        path = self._path(kind, key)
        if path is None or self.root is None or self.trouble:
            yield
            return
        # A bounded number of lock files: two keys that share one only wait for each other.
        lock = self.root / _LOCKS / f"{kind}-{key[:2]}"
        with contextlib.suppress(OSError):
            self._prepare(lock.parent)
        with held(lock):
            yield

    def drop(self, kind: str, key: str, why: str) -> None:
        """Remove a damaged entry, with a line in the log."""
        path = self._path(kind, key)
        if path is None:
            return
        log.warning("cache entry %s/%s is damaged (%s): made anew", kind, key[:12], why)
        _remove(path)

    def folder(self, kind: str) -> Path:
        """Return the folder of a kind, made where it is missing.

        Raises
        ------
        OSError
            When it cannot be made, or nothing is kept.
        """
        if self.root is None:
            raise FileNotFoundError(kind)
        self._prepare(self.root / kind)
        return self.root / kind

    def kept(self, kind: str = "") -> list[Kept]:
        """Return what is kept, by kind, label and age, the newest first; bytes unverified.

        Parameters
        ----------
        kind
            Only entries of this kind.
        """
        found = [_seen(path) for path in self._files(kind or "*")]
        entries = [entry for entry in found if entry is not None]
        return sorted(entries, key=lambda kept: (kept.kind, kept.label, -kept.built, kept.key))

    def remove(self, kept: Kept) -> bool:
        """Remove one entry; True when it is gone."""
        path = self._path(kept.kind, kept.key)
        return path is not None and _remove(path)

    def prune(self, kind: str, *, keep: int) -> None:
        """Remove all but the newest entries of each label, and those that cannot be opened."""
        counts: dict[str, int] = {}
        for kept in self.kept(kind):
            counts[kept.label] = counts.get(kept.label, 0) + 1
            if counts[kept.label] > keep or not kept.is_sound:
                self.remove(kept)
        self._sweep()

    def clear(self) -> int:
        """Remove all entries and unfinished files; return how many bytes are gone."""
        freed = sum(kept.bytes for kept in self.kept() if self.remove(kept))
        self._sweep(age_s=0.0)
        return freed

    def _files(self, kind: str) -> list[Path]:
        if self.root is None or not self.root.is_dir():
            return []
        return sorted(self.root.glob(f"{kind}/*{SUFFIX}"))

    def _sweep(self, age_s: float = PART_AGE_S) -> None:
        """Remove what killed processes left unfinished."""
        if self.root is None:
            return
        for part in self.root.glob(f"*/{PART_PREFIX}*"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime >= age_s:
                    part.unlink()

    def _path(self, kind: str, key: str) -> Path | None:
        if not _KIND.fullmatch(kind) or not _KEY.fullmatch(key):
            raise ValueError(f"no name for an entry: {kind!r}, {key!r}")
        return None if self.root is None else self.root / kind / f"{key}{SUFFIX}"

    def _prepare(self, folder: Path) -> None:
        if self.root is None:
            return
        # Away from the city, among a user's own files, nobody else has any business in it.
        is_beside = self.root.name == FOLDER_NAME
        self.root.mkdir(mode=0o777 if is_beside else 0o700, parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
        if self._is_ready:
            return
        for name, text in ((_TAG_NAME, _TAG), (".gitignore", "*\n")):
            if not (self.root / name).exists():
                (self.root / name).write_text(text, encoding="utf-8")
        self._is_ready = True


def _write(path: Path, draft: Draft) -> None:
    # Readable for whom the folder lets read, as the sources are: no temporary file is.
    part = path.parent / f"{PART_PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        with part.open("xb") as file:
            draft.write(file)
        part.replace(path)
    except BaseException:
        _remove(part)
        raise


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # Windows: still mapped by somebody
        log.info("%s could not be removed: %s", path.name, error)
        return False
    return True


def _seen(path: Path) -> Kept | None:
    kind, key = path.parent.name, path.name.removesuffix(SUFFIX)
    try:
        status = path.stat()
        entry = Entry(path, kind, key)
    except DamagedEntryError:
        return Kept(kind, key, "", "", status.st_size, status.st_mtime, is_sound=False)
    except OSError:  # gone meanwhile
        return None
    return Kept(
        kind=kind,
        key=key,
        label=entry.label,
        version=entry.version,
        bytes=status.st_size,
        built=status.st_mtime,
        is_sound=True,
        meta=entry.meta,
    )


@functools.cache
def _version() -> str:
    return importlib.metadata.version("siting")
