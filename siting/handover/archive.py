"""A package as one .zip: the same files give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from siting.save import atomic_file

#: The earliest date a zip can hold; the date of a package stands in its manifest.
_NO_CLOCK = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o644 << 16
_UNIX = 3


def write_zip(path: Path, members: Mapping[str, Path]) -> None:
    """Write a zip, whole or not at all: members sorted by name, fixed dates and rights.

    Parameters
    ----------
    path
        The file to write.
    members
        Source file by name inside the zip.

    Raises
    ------
    WriteError
        See :func:`siting.save.atomic_file`.
    """
    with atomic_file(path) as part, zipfile.ZipFile(part, "w") as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, date_time=_NO_CLOCK)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE
            archive.writestr(entry, members[name].read_bytes())
