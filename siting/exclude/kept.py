"""Columns kept between runs: a changed layer costs the columns of its own rules, and no other.

What a column depends on is in its key: the parcels, the figures of the rule, and of each layer
that the rule needs its content, its coverage and what became of its load contract. Words,
severities and whom a rule applies to are not: they are taken from the rule book at hand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siting.exclude.records import Cells, Column
from siting.exclude.setting import Setting
from siting.model import Layer, Text
from siting.rules.base import Rule
from siting.rules.figures import figures_of
from siting.store import DamagedEntryError, Entry, Store, code_sha256

#: The store's name for what is kept here.
KIND = "exclusion"
#: What of siting decides a cell: what other code has kept is no use.
_DECIDING = (
    "areas", "crs", "exclude", "features", "load", "measure", "model", "overlay", "rules", "store",
)  # fmt: skip
#: Figures of a rule that no cell depends on: whom it applies to, and how its slivers are told.
_NOT_OF_LAND = ("targets.", "exceptions", "sliver_width_m", "has_zero_tolerance")
_HIT, _UNCHECKED, _DISPUTED = 1, 2, 4


def key_of(rule: Rule, setting: Setting, parcel_layers: Sequence[Layer]) -> str:
    """Return the key of a rule's columns; empty where a layer has no hash to go by."""
    needed = [layer for role in rule.needs for layer in setting.layers.get(role, ())]
    if not all(layer.content_sha256 for layer in (*parcel_layers, *needed) if layer.is_usable):
        return ""
    figures = {
        name: value for name, value in figures_of(rule).items() if not name.startswith(_NOT_OF_LAND)
    }
    content = [
        code_sha256(_DECIDING), shapely.__version__, shapely.geos_version_string, np.__version__,
        rule.kind, figures,
        [_print(layer) for layer in parcel_layers], [_print(layer) for layer in needed],
        sorted([*key, sorted(codes.items())] for key, codes in setting.crosswalks.items()),
    ]  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _print(layer: Layer) -> list[str]:
    coverage = b"" if layer.coverage is None else shapely.to_wkb(layer.coverage)
    return [
        layer.name, layer.content_sha256, layer.contract.status, str(layer.is_usable),
        layer.code_system, layer.part_of, hashlib.sha256(coverage).hexdigest(),
    ]  # fmt: skip


def kept_columns(store: Store, key: str, rule: Rule, setting: Setting) -> tuple[Column, ...] | None:
    """Return the columns of a rule as they were kept; None when there are none that can be used."""
    entry = store.get(KIND, key) if key else None
    if entry is None:
        return None
    hashes = setting.hashes(rule)
    try:
        return tuple(_column(entry, facts, rule, hashes) for facts in entry.meta["columns"])
    except DamagedEntryError as error:
        store.drop(KIND, key, str(error.found))
        return None


def _column(
    entry: Entry, facts: Mapping[str, Any], rule: Rule, hashes: Mapping[str, str]
) -> Column:
    name = facts["variant"]
    flags: NDArray[np.uint8] = entry.array(f"{name}.flags")
    cells = Cells(
        entry.array(f"{name}.excluded_m2"),
        entry.array(f"{name}.bound_m2"),
        flags & _HIT > 0,
        flags & _UNCHECKED > 0,
        flags & _DISPUTED > 0,
    )
    gaps = tuple(Text(zh, en) for zh, en in facts["gaps"])
    return Column(rule, name, cells, gaps, hashes)


def keep(store: Store, key: str, columns: Sequence[Column]) -> None:
    """Keep the columns of one rule; being unable to costs nothing."""
    if not key or store.is_off:
        return
    arrays: dict[str, NDArray[Any]] = {}
    for column in columns:
        cells = column.cells
        arrays[f"{column.variant}.excluded_m2"] = cells.excluded_m2
        arrays[f"{column.variant}.bound_m2"] = cells.bound_m2
        arrays[f"{column.variant}.flags"] = (
            cells.is_hit * _HIT + cells.is_unchecked * _UNCHECKED + cells.is_disputed * _DISPUTED
        ).astype(np.uint8)
    facts = [
        {"variant": column.variant, "gaps": [[gap.zh, gap.en] for gap in column.gaps]}
        for column in columns
    ]
    label = columns[0].rule.code
    store.put(KIND, key, {"label": label, "columns": facts}, arrays=arrays)
