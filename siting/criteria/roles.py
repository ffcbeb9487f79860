"""The roles of layers that a measure looks at, and what their features are called."""

from __future__ import annotations

from collections.abc import Sequence

from siting.city import built_in_roles
from siting.config import TableReader
from siting.errors import nearest
from siting.model import Text


def roles_in(reader: TableReader, key: str) -> tuple[str, ...]:
    """Read the roles under a key: at least one, each known or a city's own (``x_…``)."""
    roles, known = reader.texts(key), built_in_roles()
    if not roles:
        reader.problem(
            f"'{key}' names no role",
            expected=f'{key} = ["road"]',
            next_step=f"add {key} to {reader.place or 'the measure'}",
        )
    for role in roles:
        if role not in known and not role.startswith("x_"):
            reader.problem(
                f"unknown role '{role}'",
                expected=", ".join(sorted(known)) + ", or an own role whose name begins with x_",
                found=role,
                next_step=nearest(role, known) or "use a known role",
            )
    return tuple(dict.fromkeys(roles))


def titles_of(roles: Sequence[str]) -> Text:
    """Return what layers of some roles hold, for a sentence: "道路或轨道" / "roads or railways"."""
    known = built_in_roles()
    titles = [known[role].title if role in known else Text(role) for role in roles]
    return Text(
        "或".join(title.zh for title in titles),
        " or ".join(title.get("en")[:1].lower() + title.get("en")[1:] for title in titles),
    )


def what_in(reader: TableReader, roles: Sequence[str]) -> Text:
    """Read what sentences call a feature of the roles, by default their titles."""
    what = reader.bilingual("what")
    return what if what.zh else titles_of(roles)
