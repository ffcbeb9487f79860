"""What a layer can be: the roles that siting knows, and a city's own."""

from __future__ import annotations

import functools
from importlib import resources

from siting.city.spec import GEOMETRY_KINDS, Role
from siting.config import TableReader, read_toml
from siting.errors import nearest
from siting.model import Text


def built_in_roles() -> dict[str, Role]:
    """Return the roles that siting knows, by name."""
    return dict(_roles_of_the_file())


@functools.cache  # a rule book asks once for each of its rules
def _roles_of_the_file() -> dict[str, Role]:
    path = resources.files("siting") / "roles.toml"
    with resources.as_file(path) as file:
        table = read_toml(file)
    return {
        name: Role(name, Text(entry["title"], entry["title_en"]), tuple(entry["geometry"]))
        for name, entry in table.items()
    }


def own_roles(reader: TableReader) -> dict[str, Role]:
    """Read a city's own ``[[role]]`` tables, by name."""
    roles = {}
    for entry in reader.tables("role"):
        name = entry.text("name", required=True)
        if not name.startswith("x_"):
            entry.problem(
                "the name of an own role must begin with x_",
                found=name,
                next_step=f"call it x_{name}, here and in the rule book",
            )
        kinds = entry.texts("geometry") or ("polygon",)
        roles[name] = Role(name, entry.bilingual("title", name), kinds)
        for kind in kinds:
            if kind not in GEOMETRY_KINDS:
                entry.problem(
                    f"unknown kind of geometry '{kind}'",
                    expected=" | ".join(GEOMETRY_KINDS),
                    next_step=nearest(kind, GEOMETRY_KINDS) or "choose one of them",
                )
        entry.finish()
    return roles
