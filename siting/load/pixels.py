"""The cells of a raster, decoded once and mapped from then on.

The reading process decodes the file; here its cells stand in an entry of the store, of which a
red line reads the few rows that it lies on. Where nothing is kept between runs, the entry is in a
temporary folder that goes with the last who holds the raster.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from siting.errors import ReadError, Where
from siting.load.child import Reader
from siting.load.formats import Fingerprint, file_sha256
from siting.load.kept import PIXELS, Shelf, circumstances
from siting.load.words import say
from siting.model import Grid
from siting.model.raster import Singles
from siting.store import DamagedEntryError, Entry, Store
from siting.store.codec import digest

#: Array and recipe of an entry of cells.
_CELLS, _RECIPE = "cells", "siting-pixels/1"

Facts = dict[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class _Origin:
    """The file that cells were decoded from, should they have to be decoded again."""

    path: Path
    sha256: str
    grid: Grid


@dataclass(frozen=True, eq=False)
class StoredPixels:
    """Cells in an entry: each block is verified before it is used, a damaged entry made anew.

    Can be pickled: another process on this computer opens the same entry.
    """

    origin: _Origin
    root: Path
    key: str
    unknown: int
    """Cells without a value."""

    @property
    def grid(self) -> Grid:
        """Where the cells lie."""
        return self.origin.grid

    def read(self, first_row: int, rows: int) -> Singles:
        """Return rows × columns cells; NaN where nothing is known.

        Raises
        ------
        ReadError
            When what was kept is damaged, and the file is not any more what it was.
        """
        try:
            return self._rows(first_row, rows)
        except DamagedEntryError as damage:
            Store(self.root).drop(PIXELS, self.key, str(damage.found))
        except FileNotFoundError:  # the cache was cleared meanwhile
            pass
        self.__dict__.pop("_entry", None)
        with Reader() as reader:
            _decode(self.origin, reader, Store(self.root), self.key)
        return self._rows(first_row, rows)

    def _rows(self, first_row: int, rows: int) -> Singles:
        span = np.array([first_row]), np.array([first_row + rows])
        cells: Singles = self._entry.column(_CELLS).spans(*span)
        return cells

    @functools.cached_property
    def _entry(self) -> Entry:
        path = self.root / PIXELS / f"{self.key}.entry"
        return Entry(path, PIXELS, self.key)

    def __getstate__(self) -> Mapping[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_entry"}


def pixels_of(
    path: Path, look: Fingerprint, grid: Grid, *, reader: Reader, shelf: Shelf | None
) -> StoredPixels:
    """Return the cells of a raster, decoded now or by an earlier run.

    Parameters
    ----------
    path, look
        A GeoTIFF, and the fingerprint that it must still have when it has been decoded.
    grid
        What its head says.
    reader, shelf
        Who decodes, and where it is kept.

    Raises
    ------
    ReadError
        When it cannot be decoded, or changes while it is.
    """
    origin = _Origin(path, look.sha256, grid)
    key = digest([_RECIPE, look.sha256, list(look.parts), grid, circumstances()]).hex()
    store = None if shelf is None or shelf.store.is_off else shelf.store
    if store is not None and store.root is not None:
        with store.building(PIXELS, key):
            entry = store.get(PIXELS, key) or _decode(origin, reader, store, key)
        if entry is not None:
            return StoredPixels(origin, store.root, key, entry.meta["unknown"])
    root = Path(tempfile.mkdtemp(prefix="siting-pixels-"))
    entry = _decode(origin, reader, Store(root), key)
    if entry is None:
        shutil.rmtree(root, ignore_errors=True)
        raise _error(path, say("解码后的栅格无处存放", "there is no room for the decoded raster"))
    pixels = StoredPixels(origin, root, key, entry.meta["unknown"])
    weakref.finalize(pixels, shutil.rmtree, root, ignore_errors=True)
    return pixels


def _decode(origin: _Origin, reader: Reader, store: Store, key: str) -> Entry | None:
    """Decode a raster into an entry; None where the entry cannot be written."""
    shape = (origin.grid.rows, origin.grid.columns)
    with tempfile.TemporaryDirectory(prefix="siting-cells-") as folder:
        target = Path(folder) / "cells"
        facts = reader.read_cells(origin.path, target)
        if file_sha256(origin.path) != origin.sha256:
            raise _error(
                origin.path, say("读取期间文件被改动", "the file changed while it was being read")
            )
        cells = np.memmap(target, dtype="<f4", mode="r", shape=shape)
        label = f"{origin.path.parent.name}/{origin.path.name}"
        meta = {"label": label, "unknown": facts["unknown"]}
        return store.put(PIXELS, key, meta, arrays={_CELLS: cells})


def _error(path: Path, what: str) -> ReadError:
    return ReadError(
        what,
        where=Where(file=path.name),
        next_step=say("释放磁盘空间后再运行一次", "free some disk space, and run again"),
    )
