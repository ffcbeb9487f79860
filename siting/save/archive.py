"""Zip archives: a data set packed, equal content giving equal bytes."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from siting.save.atomic import atomic_file

#: The earliest date that a zip can name: no clock in the file.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
#: Readable by all, writable by the owner: what a person would have packed.
_RIGHTS = 0o644 << 16


def write_packed(
    path: Path, name: str, write: Callable[[Path], tuple[str, ...]]
) -> tuple[str, ...]:
    """Pack what `write` writes under the given name, with all the files that belong to it.

    Parameters
    ----------
    path
        The archive to write.
    name
        Name of the data set within, such as ``parcels.shp``.
    write
        Writes the data set to the path it is given; what it returns is returned.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`, and whatever `write` raises.
    """
    with tempfile.TemporaryDirectory(prefix="siting-pack-") as folder:
        told = write(Path(folder) / name)
        files = sorted(member for member in Path(folder).rglob("*") if member.is_file())
        with atomic_file(path) as part, zipfile.ZipFile(part, "w") as archive:
            for member in files:
                add_member(archive, member.relative_to(folder).as_posix(), member.read_bytes())
    return told


def add_member(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add one file, without a clock."""
    entry = zipfile.ZipInfo(name, _NO_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = _RIGHTS
    archive.writestr(entry, content)
