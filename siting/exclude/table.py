"""The exclusion table of a city: every parcel by every rule in force that bears on land."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from siting.errors import ConfigError, SchemaError, Where, nearest
from siting.exclude.kept import keep, kept_columns, key_of
from siting.exclude.land import Land, land_of
from siting.exclude.measuring import bears_on_land, columns_of
from siting.exclude.records import Column, ExclusionTable
from siting.exclude.setting import Setting
from siting.model import Atlas, Layer, Text
from siting.overlay.kernel import measure
from siting.rulebook import RuleBook
from siting.rules.base import Rule
from siting.store import Store

PARCEL_ROLE = "parcel"

_LEFT_OUT = Text(
    "不由地块位置决定，不在排除表内", "does not follow from where land lies: not in this table"
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a table is made; neither changes a cell.

    ``threads`` of the kernel; ``store`` keeps columns for the next run, None keeps nothing.
    """

    threads: int = 1
    store: Store | None = None


#: One thread, nothing kept.
PLAIN_WAYS = Ways()


def exclude(
    atlas: Atlas,
    rule_book: RuleBook,
    *,
    crs: str,
    as_of: dt.date,
    codes: Sequence[str] = (),
    ways: Ways = PLAIN_WAYS,
) -> ExclusionTable:
    """Return how much of every parcel every rule in force excludes.

    Parameters
    ----------
    atlas
        What was loaded of the city; its usable layers of role ``parcel`` are the rows.
    rule_book
        The rules. Whom a rule applies to is not asked here: the table is of land alone.
    crs
        The working CRS; areas are planar in it.
    as_of
        Picks the rules in force.
    codes
        Only these rules.
    ways
        Threads, and where columns are kept.

    Returns
    -------
    ExclusionTable
        Rows sorted by parcel id, columns in the order of the rule book.

    Raises
    ------
    SchemaError
        When no parcel layer is usable.
    ConfigError
        When a code is no rule in force that bears on land.
    """
    layers = [layer for layer in atlas.by_role(PARCEL_ROLE) if layer.is_usable]
    if not layers:
        raise SchemaError(
            "there is no usable parcel layer: an exclusion table has parcels as its rows",
            where=Where(layer=PARCEL_ROLE),
            expected="a layer with role parcel that passes its load contract",
            found=_found(atlas.by_role(PARCEL_ROLE)),
            next_step="add one to city.toml, or see what is wrong with: siting layers CITY.toml",
        )
    in_force = rule_book.in_force(as_of)
    rules = _chosen(in_force, codes, rule_book)
    land = land_of(layers)
    return ExclusionTable(
        land=land,
        columns=columns(rules, atlas, land, rule_book, ways=ways),
        left_out={rule.code: _LEFT_OUT for rule in in_force if not bears_on_land(rule)},
        as_of=as_of,
        crs=crs,
        rule_book=f"{rule_book.name} {rule_book.version}",
    )


def columns(
    rules: Sequence[Rule], atlas: Atlas, land: Land, rule_book: RuleBook, *, ways: Ways
) -> tuple[Column, ...]:
    """Return the columns of some rules, all of which bear on land, for any parcels of a city."""
    by_role = layers_by_role(atlas)
    setting = Setting(land, by_role, rule_book.crosswalks, ways.threads)
    parcels = [layer for layer in by_role.get(PARCEL_ROLE, ()) if layer.is_usable]
    found: list[Column] = []
    for rule in rules:
        key = key_of(rule, setting, parcels) if ways.store else ""
        columns = kept_columns(ways.store, key, rule, setting) if ways.store else None
        if columns is None:
            measure.load_for(len(land) * len(rules))
            columns = tuple(columns_of(rule, setting))
            if ways.store:
                keep(ways.store, key, columns)
        found.extend(columns)
    return tuple(found)


def layers_by_role(atlas: Atlas) -> dict[str, tuple[Layer, ...]]:
    """Return all layers of a city by role, usable or not, sorted by name as rules see them."""
    by_role: dict[str, tuple[Layer, ...]] = {}
    for layer in sorted(atlas.layers, key=lambda layer: layer.name):
        by_role[layer.role] = (*by_role.get(layer.role, ()), layer)
    return by_role


def _found(layers: Sequence[Layer]) -> str:
    return "; ".join(f"{layer.name}: {layer.contract.status}" for layer in layers) or "none"


def _chosen(
    in_force: Sequence[Rule], codes: Sequence[str], rule_book: RuleBook
) -> tuple[Rule, ...]:
    of_land = [rule for rule in in_force if bears_on_land(rule)]
    known = {rule.code for rule in of_land}
    for code in codes:
        if code not in known:
            raise ConfigError(
                f"rule {code} has no column in an exclusion table",
                where=Where(file=rule_book.name),
                expected="a rule in force that bears on land: " + ", ".join(sorted(known)),
                found=code,
                next_step=nearest(code, known) or "list the rules with: siting rules",
            )
    return tuple(rule for rule in of_land if not codes or rule.code in codes)
