"""Data sets of several files, whole or not at all: shapefiles and geodatabase folders.

No system replaces several files in one step. So the new files are written and forced to disk
in a folder beside; the old ones move into a folder of their own, the main one first, so that
from that moment there is no data set at all; the new ones move in, the main one last. A kill
leaves the old data set whole, or none under its name (then the old one lies in the folder
``.siting-old-…`` beside), or the new one whole; never the .shp of one and the .dbf of another.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from siting.save.atomic import PART_PREFIX, write_error

#: Begin of the name of the folder in which the old files wait until the new ones are in place.
OLD_PREFIX = ".siting-old-"
#: What belongs to a shapefile, by suffix in lower case; the index files fit only their own .shp.
SHAPEFILE_SUFFIXES = frozenset({
    ".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".fix", ".atx", ".ain",
    ".aih", ".ixs", ".mxs", ".idm", ".ind",
})  # fmt: skip


def members_of(target: Path) -> list[Path]:
    """Return what is there of the data set at `target`, its main file first; [] when nothing is.

    A shapefile has parts of its name in either case, and ``.shp.xml``; every other data set
    is one file or folder.
    """
    if target.suffix.lower() != ".shp":
        return [target] if target.exists() or target.is_symlink() else []
    if not target.parent.is_dir():
        return []
    found = [
        other
        for other in target.parent.iterdir()
        if (other.stem == target.stem and other.suffix.lower() in SHAPEFILE_SUFFIXES)
        or other.name.lower() == f"{target.name}.xml".lower()
    ]
    return sorted(found, key=lambda other: (other.suffix.lower() != ".shp", other.name))


@contextlib.contextmanager
def atomic_group(target: Path) -> Iterator[Path]:
    """Give a path to write a data set to; on success all its files take the place of `target`.

    Parameters
    ----------
    target
        The .shp or the .gdb folder to be. Its folder is made when it is missing.

    Yields
    ------
    Path
        Where to write: the same name, in a folder of its own beside the target.

    Raises
    ------
    WriteError
        For every error of the operating system; the old files are then back in their places.
    """
    workroom: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        workroom = Path(tempfile.mkdtemp(prefix=PART_PREFIX, dir=target.parent))
        yield workroom / target.name
        _force_to_disk(workroom)
        _swap(workroom, target)
    except OSError as error:
        raise write_error(target, error) from error
    finally:
        if workroom is not None:
            shutil.rmtree(workroom, ignore_errors=True)


def _swap(workroom: Path, target: Path) -> None:
    old = members_of(target)
    attic = Path(tempfile.mkdtemp(prefix=OLD_PREFIX, dir=target.parent)) if old else None
    away: list[tuple[Path, Path]] = []
    placed: list[Path] = []
    try:
        for path in old:  # the main file first
            path.replace(_in(attic, path))
            away.append((path, _in(attic, path)))
        for part in sorted(workroom.iterdir(), key=lambda part: part.name == target.name):
            place = target.with_name(part.name)
            part.replace(place)
            placed.append(place)
        _force_folder(target.parent)
    except OSError:
        _undo(away, placed)
        if attic is not None:
            attic.rmdir()  # raises, and so keeps the files, when not all went back
        raise
    if attic is not None:
        shutil.rmtree(attic, ignore_errors=True)


def _in(attic: Path | None, path: Path) -> Path:
    return path if attic is None else attic / path.name


def _undo(away: list[tuple[Path, Path]], placed: list[Path]) -> None:
    for path in reversed(placed):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for place, kept in reversed(away):  # the main file last
        kept.replace(place)


def _force_to_disk(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
        elif path.is_dir():
            _force_folder(path)


def _force_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle on a folder to flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
