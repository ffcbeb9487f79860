"""A hash of our own source text: what is kept must not outlive the code that made it.

A version number is not raised with every change of a line; a hash is.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


@functools.cache
def code_sha256(rooms: tuple[str, ...]) -> str:
    """Return the sha256 of rooms and modules of siting, given as paths within the package.

    Names and bytes of all ``.py`` and ``.toml`` files go into it. An installation may come
    without sources; then its version, which belongs into the same key, has to do.
    """
    digest = hashlib.sha256()
    for name in rooms:
        place = _PACKAGE / name
        files = sorted(place.rglob("*")) if place.is_dir() else [place.with_suffix(".py")]
        for file in files:
            if file.suffix in {".py", ".toml"} and file.exists():
                digest.update(file.relative_to(_PACKAGE).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()
