"""The names and fields by which a layer is recognised: ``names.toml`` as records."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from siting.city import built_in_roles
from siting.config import read_toml

#: Fields of a standard table that must be there beside its name, unless it says otherwise.
LEAST_FIELDS = 2


@dataclass(frozen=True, slots=True)
class StandardTable:
    """A table that a standard names, and the role that it plays; see ``names.toml``."""

    code: str
    codes: tuple[str, ...]
    title: str
    role: str
    fields: tuple[str, ...]
    least: int
    id: tuple[str, ...]
    label: tuple[str, ...]
    columns: tuple[str, ...]
    code_column: str
    source: str
    certainty: str
    note: str
    is_doubtful: bool
    maybe: tuple[str, ...]

    @property
    def is_never_sure(self) -> bool:
        """True when the name alone, however well it fits, does not settle the role."""
        return self.is_doubtful or not self.role or self.certainty == "L"


@dataclass(frozen=True, slots=True)
class Words:
    """Phrases that point to a role; ``role`` is empty for what siting has no role for."""

    role: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class RedLineWords:
    """By what a file of red lines is recognised."""

    words: Words
    fields: tuple[str, ...]
    project: tuple[str, ...]
    id: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standards:
    """All of ``names.toml``."""

    tables: tuple[StandardTable, ...]
    words: tuple[Words, ...]
    red_lines: RedLineWords
    outline: Words
    ledger: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, tuple[str, ...]]
    code_systems: Mapping[str, str]


@functools.cache
def standards() -> Standards:
    """Return what ``names.toml`` says, and each role's own name and titles as words."""
    path = resources.files("siting.founding") / "names.toml"
    with resources.as_file(path) as file:
        content = read_toml(file)
    lines = content["redlines"]
    return Standards(
        tables=tuple(_table(entry) for entry in content["table"]),
        words=(*_own_names(), *(_words(entry) for entry in content["word"])),
        red_lines=RedLineWords(
            _words(lines), tuple(lines["fields"]), tuple(lines["project"]), tuple(lines["id"])
        ),
        outline=_words(content["outline"]),
        ledger={key: tuple(values) for key, values in content["ledger"].items()},
        attributes={key: tuple(values) for key, values in content["attributes"].items()},
        code_systems=content["code_systems"],
    )


def _table(entry: Mapping[str, Any]) -> StandardTable:
    return StandardTable(
        code=entry["code"],
        codes=(entry["code"], *entry["aliases"]),
        title=entry["title"],
        role=entry["role"],
        fields=tuple(entry["fields"]),
        least=entry.get("least", LEAST_FIELDS),
        id=tuple(entry["id"]),
        label=tuple(entry["label"]),
        columns=tuple(entry["columns"]),
        code_column=entry.get("code_column", ""),
        source=entry["source"],
        certainty=entry["certainty"],
        note=entry.get("note", ""),
        is_doubtful=entry.get("is_doubtful", False),
        maybe=tuple(entry.get("maybe", ())),
    )


def _words(entry: Mapping[str, Any]) -> Words:
    return Words(
        entry.get("role", ""), tuple(entry["zh"]), tuple(entry["en"]), entry.get("note", "")
    )


def _own_names() -> list[Words]:
    """Return each role's name and titles; what stands in brackets explains and is no name."""
    return [
        Words(
            name,
            (role.title.zh,),
            (name.replace("_", " "), role.title.en.partition("(")[0].strip()),
        )
        for name, role in built_in_roles().items()
    ]
