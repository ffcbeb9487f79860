"""The ``[access]`` table of city.toml: what is known of the roads, and how one travels on them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from siting.city.places import Places
from siting.city.spec import LEVELS_MEET, ROAD_COLUMNS, AccessSpec, Role
from siting.config import TableReader
from siting.errors import nearest


def access_of(reader: TableReader, roles: Mapping[str, Role], places: Places) -> AccessSpec:
    """Read ``[access]``; the layers of roads have one of `roles`."""
    default = AccessSpec()
    columns = reader.table("columns")
    named = {key: columns.text(key) for key in ROAD_COLUMNS}
    columns.finish()
    spec = AccessSpec(
        roles=_line_roles(reader, roles) or default.roles,
        columns={key: name for key, name in named.items() if name},
        speeds=places.path(reader, "speeds") if "speeds" in reader else None,
        snap_m=_distance_m(reader, "snap_m"),
        near_m=_distance_m(reader, "near_m"),
        at_crossings=bool(reader.flag("at_crossings", default=default.at_crossings)),
        levels_meet=reader.choice("levels_meet", LEVELS_MEET, default.levels_meet),
        most_off_road_m=_distance_m(reader, "most_off_road_m"),
        only_main=bool(reader.flag("only_main", default=default.only_main)),
    )
    if spec.snap_m is not None and spec.near_m is not None and spec.snap_m > spec.near_m:
        reader.problem(
            "'snap_m' is more than 'near_m'",
            expected="snap_m ≤ near_m: gaps up to snap_m are closed, wider ones up to near_m named",
            found=f"{spec.snap_m:g} and {spec.near_m:g}",
            next_step="correct snap_m or near_m",
        )
    reader.finish()
    return spec


def _line_roles(reader: TableReader, roles: Mapping[str, Role]) -> tuple[str, ...]:
    names = reader.texts("roles")
    known = [name for name, role in roles.items() if "line" in role.geometry]
    for name in names:
        if name not in known:
            reader.problem(
                f"'{name}' is no role of lines",
                expected=", ".join(sorted(known)),
                found=name,
                next_step=nearest(name, known) or "name a role whose layers hold road lines",
            )
    return tuple(dict.fromkeys(names))


def _distance_m(reader: TableReader, key: str) -> float | None:
    value = reader.number(key)
    if value is not None and not (math.isfinite(value) and value >= 0):
        reader.problem(
            f"'{key}' is no distance",
            expected="metres ≥ 0",
            found=str(value),
            next_step=f"correct {key}",
        )
        return None
    return value
