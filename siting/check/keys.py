"""The keys of verdicts: hashes of all that one rule can see of one red line.

Two keys a pair. The *exact* one takes layers by their content hash: it is known without a look
at a feature. The *near* one takes of each layer the features in the red line's reach, row by
row with ids and attributes: it outlives a change elsewhere. Both are made of what
:mod:`siting.rules.scope` shows to the rule, field by field, and of the rule itself.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from siting.check.bands import band_reach_m
from siting.model import Boxes, Layer
from siting.rules.base import LooksAt, Rule, Subject, Surroundings
from siting.rules.scope import layer_seen, rival_seen, subject_seen, surroundings_seen
from siting.store import code_sha256
from siting.store.codec import DIGEST_BYTES, digest

Positions = NDArray[np.int64]
Floats = NDArray[np.float64]

#: What of siting decides a verdict, besides the rule book. The loader as well: a content hash is
#: that of the file as delivered, and what becomes of its rows is the loader's work.
_DECIDING = (
    "areas", "check", "crs", "datums", "features", "load", "measure", "model", "overlay", "rules",
    "store",
)  # fmt: skip
#: Fields of a layer that are hashed as they are: all but its rows and its cells.
_LAYER_FACTS = tuple(field.name for field in fields(Layer) if field.name not in {"frame", "pixels"})
#: Fields of surroundings that are hashed by what is near; all others are hashed as they are.
_BY_PLACE = ("layers", "others", "projects")


@functools.cache
def engine_digest() -> bytes:
    """Return a hash of what computes: siting's own code, and the versions beneath it."""
    versions = [
        importlib.metadata.version("siting"),
        np.__version__,
        shapely.__version__,
        shapely.geos_version_string,
        pyproj.__version__,
        pyproj.proj_version_str,
    ]
    return digest([code_sha256(_DECIDING), versions])


class Keys:
    """The keys of some red lines in their surroundings."""

    def __init__(self, subjects: Sequence[Subject], around: Surroundings) -> None:
        self._around = around
        self._seen = [subject_seen(subject) for subject in subjects]
        self._own = [digest(subject) for subject in self._seen]
        self._boxes = shapely.bounds([each.red_line.geometry for each in self._seen])
        self._facts: dict[str, tuple[bytes, bytes | None]] = {}
        self._rows: dict[str, _Rows] = {}
        self._near: dict[tuple[str, float], list[bytes]] = {}

    def exact(self, rule: Rule, chosen: Positions) -> list[bytes] | None:
        """Return the exact key of each chosen red line; None where a content is not known."""
        contents = []
        for layer in self._layers(rule):
            content = self._facts_of(layer)[1]
            if content is None:
                return None
            contents.append(content)
        head = self._head(rule) + b"".join(contents)
        tails = self._rivals(rule, chosen)
        return [_hash(head, self._own[at], tail) for at, tail in zip(chosen, tails, strict=True)]

    def near(self, rule: Rule, chosen: Positions) -> list[bytes]:
        """Return the near key of each chosen red line."""
        head = self._head(rule)
        sides = [self._features(rule, layer, chosen) for layer in self._layers(rule)]
        sides.append(self._rivals(rule, chosen))
        return [
            _hash(head, self._own[at], *tails)
            for at, *tails in zip(chosen, *sides, strict=True)
        ]  # fmt: skip

    def _layers(self, rule: Rule) -> list[Layer]:
        return [layer for role in rule.needs for layer in self._around.layers.get(role, ())]

    def _head(self, rule: Rule) -> bytes:
        """Hash what is the same for all red lines: code, rule, and layers but for their rows."""
        seen = surroundings_seen(rule, self._around)
        facts = [
            [role, [self._facts_of(layer)[0].hex() for layer in self._around.layers[role]]]
            for role in seen.layers
        ]
        others = {
            field.name: getattr(seen, field.name)
            for field in fields(Surroundings)
            if field.name not in _BY_PLACE
        }
        return digest([engine_digest().hex(), rule, facts, _by_code(others)])

    def _facts_of(self, layer: Layer) -> tuple[bytes, bytes | None]:
        """Return hashes of a layer but for its rows, and of its rows as they came."""
        if layer.name not in self._facts:
            seen = layer_seen(layer)
            own = [getattr(seen, name) for name in _LAYER_FACTS]
            # a raster is seen whole: its cells are known by the hash of its file
            own.append("" if layer.pixels is None else layer.content_sha256)
            features = layer.features
            columns = None if features is None else features.columns
            content = None
            if features is None or layer.content_sha256:
                # the file as well: its rows stand in one order, and its columns are of one type
                content = digest([layer.content_sha256, layer.source.sha256])
            self._facts[layer.name] = (digest([own, columns]), content)
        return self._facts[layer.name]

    def _pads_m(self, rule: Rule, layer: Layer) -> Floats:
        lines = [each.red_line for each in self._seen]
        layer_m = layer.source.accuracy_m
        return np.array([rule.reach_m + band_reach_m(layer_m, line.accuracy_m) for line in lines])

    def _features(self, rule: Rule, layer: Layer, chosen: Positions) -> list[bytes]:
        """Hash, per chosen red line, the rows of a layer that lie within the rule's reach."""
        known = self._near.setdefault((layer.name, rule.reach_m), [b""] * len(self._seen))
        asked = np.array([at for at in chosen if not known[at]], dtype=np.int64)
        if len(asked):
            rows = self._rows.setdefault(layer.name, _Rows(layer))
            boxes = _grown(self._boxes[asked], self._pads_m(rule, layer)[asked])
            for at, found in zip(asked, rows.digests(boxes), strict=True):
                known[at] = found
        return [known[at] for at in chosen]

    def _rivals(self, rule: Rule, chosen: Positions) -> list[bytes]:
        """Hash, per chosen red line, the other red lines around it."""
        if LooksAt.RIVALS not in rule.looks_at:
            return [b""] * len(chosen)
        others, projects = self._around.others, self._around.projects
        bounds = shapely.bounds([line.geometry for line in others]).reshape(-1, 4)
        boxes = _grown(self._boxes[chosen], np.full(len(chosen), rule.reach_m + 1.0))
        own: list[bytes] = []
        for line in others:
            project = projects.get(line.project_id)
            own.append(digest([rival_seen(line), project and project.name]))
        return _joined(_met(boxes, bounds), own, len(chosen))


class _Rows:
    """The rows of a layer as hashes, made for those that are near something."""

    def __init__(self, layer: Layer) -> None:
        self._features = layer.features
        self._known: dict[int, bytes] = {}

    def digests(self, boxes: Boxes) -> list[bytes]:
        """Return, per box, a hash over the rows that meet it, in their order."""
        if self._features is None:
            return [bytes(DIGEST_BYTES)] * len(boxes)
        positions = self._features.near(boxes[~np.isnan(boxes).any(axis=1)])
        frame = self._features.rows(positions)
        shapes = np.asarray(frame.geometry.array, dtype=object)
        names = [name for name in frame.columns if name != frame.geometry.name]
        columns = [frame[name].tolist() for name in names]
        rows = zip(positions.tolist(), shapely.to_wkb(shapes, byte_order=1), *columns, strict=True)
        known = [
            self._known.get(row) or self._known.setdefault(row, _hash(repr(values).encode(), wkb))
            for row, wkb, *values in rows
        ]
        return _joined(_met(boxes, shapely.bounds(shapes).reshape(-1, 4)), known, len(boxes))


def _met(boxes: Boxes, others: Boxes) -> Positions:
    """Return the pairs of boxes that meet, 2 × n, by the first and then by the second."""
    hits = shapely.STRtree(_drawn(others)).query(_drawn(boxes))
    return hits[:, np.lexsort((hits[1], hits[0]))]


def _drawn(boxes: Boxes) -> NDArray[np.object_]:
    """Return boxes as shapes; None, which meets nothing, for that of an empty outline."""
    drawn: NDArray[np.object_] = np.array(shapely.box(*boxes.T), dtype=object)
    drawn[np.isnan(boxes).any(axis=1)] = None
    return drawn


def _joined(hits: Positions, known: Sequence[bytes], count: int) -> list[bytes]:
    """Return, per box, a hash over what was met by it."""
    parts: list[list[bytes]] = [[] for _ in range(count)]
    for box, row in zip(hits[0].tolist(), hits[1].tolist(), strict=True):
        parts[box].append(known[row])
    return [_hash(*some) for some in parts]


def _grown(boxes: Boxes, pads_m: Floats) -> Boxes:
    return boxes + np.outer(pads_m, [-1.0, -1.0, 1.0, 1.0])


def _by_code(values: Mapping[str, object]) -> list[list[object]]:
    return [[name, value] for name, value in sorted(values.items())]


def _hash(*parts: bytes) -> bytes:
    found = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        found.update(part)
    return found.digest()
