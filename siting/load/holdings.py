"""What is kept of a city between runs, told to people, and let go of."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from siting.errors import SitingError
from siting.load.formats import file_sha256, fingerprint, format_of
from siting.load.kept import DERIVED, KIND
from siting.model import Text
from siting.store import Kept, Store

#: Why an entry will be taken, or will not.
STATES = {
    "current": Text("有效", "current"),
    "superseded": Text("已有更新的", "there is a newer one"),
    "source_changed": Text("源文件已变", "its source has changed"),
    "source_missing": Text("源文件不在", "its source is not there"),
    "other_version": Text("由其他版本的 siting 生成", "of another version of siting"),
    "damaged": Text("已损坏", "damaged"),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that is kept; ``state`` is a key of ``STATES``."""

    kind: str
    label: str
    bytes: int
    built: dt.datetime
    version: str
    state: str
    kept: Kept


def holdings(store: Store) -> tuple[Holding, ...]:
    """Return what a store keeps, by kind and label, the newest first.

    The sources of layers are hashed to say whether they are still the same; other kinds go by
    content, and are current while they can be opened.
    """
    found: list[Holding] = []
    seen: set[tuple[str, str]] = set()
    for kept in store.kept():
        state = _state(kept, seen)
        seen.add((kept.kind, kept.label))
        built = dt.datetime.fromtimestamp(kept.built, dt.UTC)
        found.append(Holding(kept.kind, kept.label, kept.bytes, built, kept.version, state, kept))
    return tuple(found)


def clear(store: Store, layers: Collection[str] = ()) -> tuple[int, int]:
    """Remove what is kept; return how many entries and bytes are gone.

    Parameters
    ----------
    store
        Where.
    layers
        Only entries of the layers of these names; none for everything.
    """
    if not layers:
        return len(store.kept()), store.clear()
    of_layers = [kept for kept in store.kept() if kept.kind in {KIND, *DERIVED}]
    gone = [
        kept.bytes
        for kept in of_layers
        if kept.label.partition(" (")[0] in layers and store.remove(kept)
    ]
    return len(gone), sum(gone)


def _state(kept: Kept, newer: Collection[tuple[str, str]]) -> str:
    if not kept.is_sound:
        return "damaged"
    if kept.kind != KIND:
        return "current"
    if kept.version != importlib.metadata.version("siting"):
        return "other_version"
    source = kept.meta["source"]
    path = Path(source["path"])
    try:
        now = fingerprint(path, format_of(path), file_sha256).sha256
    except SitingError:
        return "source_missing"
    if now != source["sha256"]:
        return "source_changed"
    return "superseded" if (kept.kind, kept.label) in newer else "current"
