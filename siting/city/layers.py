"""The ``[[layer]]`` tables of city.toml."""

from __future__ import annotations

from collections.abc import Mapping

from siting.city.places import Places, accuracy_of, checked_crs, coverage_of
from siting.city.spec import GEOMETRY_KINDS, JoinSpec, LayerSpec, Role
from siting.config import TableReader
from siting.errors import nearest
from siting.model import Release, Text


def _title(reader: TableReader, role: Role) -> Text:
    title = reader.bilingual("title")
    return title if title.zh or title.en else role.title


def layer_of(reader: TableReader, roles: Mapping[str, Role], places: Places) -> LayerSpec:
    """Read one ``[[layer]]``; its role is one of `roles`."""
    name = reader.text("name", required=True)
    role_name = reader.text("role", required=True)
    if role_name not in roles:
        reader.problem(
            f"unknown role '{role_name}'",
            expected="one of " + ", ".join(sorted(roles)),
            found=role_name,
            next_step=nearest(role_name, roles) or "use a known role or declare it as [[role]]",
        )
    role = roles.get(role_name, Role(role_name, Text(role_name), GEOMETRY_KINDS))
    spec = LayerSpec(
        name=name,
        role=role,
        title=_title(reader, role),
        path=places.path(reader),
        sublayer=reader.text("sublayer"),
        id_column=reader.text("id_column"),
        name_column=reader.text("name_column"),
        columns=reader.texts("columns"),
        attributes=_attributes(reader.table("attributes")),
        join=_join(reader.table("join"), places) if "join" in reader else None,
        crs=checked_crs(reader, "crs"),
        encoding=reader.text("encoding"),
        coverage=coverage_of(reader, places),
        dated=reader.date("dated"),
        authority=reader.text("authority"),
        part_of=reader.text("part_of"),
        accuracy_m=accuracy_of(reader),
        licence=reader.text("licence"),
        code_system=reader.text("code_system"),
        release=Release(reader.choice("release", list(Release), Release.TABLE_ONLY)),
        max_age_days=reader.whole("max_age_days"),
        is_declared_empty=bool(reader.flag("declared_empty", default=False)),
        has_repair=bool(reader.flag("repair", default=False)),
        sha256=reader.text("sha256").lower(),
        accept=reader.text("accept"),
    )
    reader.finish()
    return spec


def _join(reader: TableReader, places: Places) -> JoinSpec:
    on = reader.text("on", required=True)
    join = JoinSpec(
        path=places.path(reader),
        on=on,
        key=reader.text("key", on),
        columns=reader.texts("columns"),
        sheet=reader.text("sheet"),
    )
    if not join.columns:
        reader.problem(
            "the join takes no column",
            expected="columns = [names in the table]",
            next_step="name the columns to take",
        )
    reader.finish()
    return join


def _attributes(reader: TableReader) -> dict[str, str]:
    names = {key: reader.text(key) for key in reader.names()}
    return {key: column for key, column in names.items() if column}


def require_one_role_per_name(reader: TableReader, specs: tuple[LayerSpec, ...]) -> None:
    """Remember a problem where two layers share a name and are no versions of one."""
    seen: dict[str, LayerSpec] = {}
    for spec in specs:
        other = seen.setdefault(spec.name, spec)
        if other is spec:
            continue
        if other.role.name != spec.role.name or other.dated == spec.dated:
            reader.problem(
                f"two layers are called '{spec.name}'",
                expected="different names, or versions of one layer: same role, different dated",
                found=f"{other.role.name} {other.dated} and {spec.role.name} {spec.dated}",
                next_step="rename one of them or give each its date",
            )
