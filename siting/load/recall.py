"""Records of small files (red lines, the ledger, the head of a raster), kept between runs.

Reading the outlines of a city's projects starts the reading process, and reading its ledger
loads a library for workbooks: each takes longer than checking one red line. What came of them is
kept under the hash of the files and of all else that reading depends on, as layers are
(:mod:`siting.load.kept`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from siting.load.formats import format_of
from siting.load.kept import Shelf, circumstances
from siting.store.codec import CodecError, decoder, digest, plain

log = logging.getLogger(__name__)

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be read.

    ``kind`` is that of the entry and ``wanted`` the type of the value; ``dict`` for plain JSON.
    ``facts`` are what reading depends on besides the bytes of the file; records and shapes.
    """

    kind: str
    wanted: Any
    path: Path
    facts: tuple[object, ...]


def recalled(shelf: Shelf | None, errand: Errand, read: Callable[[], _Value]) -> _Value:
    """Return what an earlier run read of a file, else read it now and keep that.

    Parameters
    ----------
    shelf
        Where values are kept; without one the file is read.
    errand
        What is to be read.
    read
        Reads it. What it raises goes through and is not kept.

    Raises
    ------
    ReadError
        When there is no such file, or it is not what its name says.
    """
    if shelf is None:
        return read()
    look = shelf.fingerprint(errand.path, format_of(errand.path))
    content = [look.sha256, list(look.parts), errand.path.name]
    key = digest([errand.kind, content, list(errand.facts), circumstances()]).hex()
    known = _kept(shelf, errand, key)
    if known is not None:
        return cast("_Value", known)
    value = read()
    if shelf.fingerprint(errand.path, format_of(errand.path)) != look:
        return value  # of another content than the key stands for
    try:
        kept = value if errand.wanted is dict else plain(value)
    except CodecError as error:  # an odd number, say: then it is read each time
        log.info("%s is not kept: %s", errand.path.name, error)
        return value
    label = f"{errand.path.parent.name}/{errand.path.name}"
    shelf.store.put(errand.kind, key, {"label": label, "value": kept})
    shelf.has_news = True
    return value


def _kept(shelf: Shelf, errand: Errand, key: str) -> Any:  # noqa: ANN401 - of the errand's type
    entry = shelf.store.get(errand.kind, key)
    if entry is None:
        return None
    value = entry.meta["value"]
    return value if errand.wanted is dict else decoder(errand.wanted)(value)
