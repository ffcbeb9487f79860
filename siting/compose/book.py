"""The data that composition tables go by: classes, ownership, thresholds, with their sources.

``cn.toml`` beside this module is the built-in book; a city may have its own, which replaces
single entries (``based_on``) or everything. The reference is ``docs/compose.md``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from siting.compose.records import Category, Nature
from siting.config import TableReader, read_toml
from siting.errors import ConfigError, ReadError, Where, nearest
from siting.model import Basis, Text

CERTAINTIES = ("H", "M", "L")
BUILT_IN = ("cn",)
#: What an approval entry may hold against its threshold; see siting.compose.approval.
MEASURES = (
    "basic_farmland", "cultivated_outside_basic", "other_outside_basic", "farm", "unused", "all",
)  # fmt: skip
#: Bases that are shown under the table, by their key in [book].
_NAMED_BASES = ("ridge_basis", "balance_basis", "new_construction_basis")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of classes, such as 园地; its category is one of the three."""

    name: str
    title: Text
    category: Category
    is_cultivated: bool = False
    is_paddy: bool = False


@dataclass(frozen=True, slots=True)
class LandClass:
    """One class of a code system."""

    system: str
    code: str
    title: Text
    group: Group
    certainty: str
    note: Text


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """A classification; ``is_by_prefix``: an unlisted code belongs to its longest listed prefix."""

    name: str
    title: Text
    basis: Basis
    is_by_prefix: bool
    classes: Mapping[str, LandClass]

    def find(self, code: str) -> LandClass | None:
        """Return the class of a code, or None when the table has none."""
        if code in self.classes or not self.is_by_prefix:
            return self.classes.get(code)
        prefixes = (code[:length] for length in range(len(code) - 1, 0, -1))
        return next((self.classes[prefix] for prefix in prefixes if prefix in self.classes), None)


@dataclass(frozen=True, slots=True)
class Owner:
    """One value of the ownership column."""

    title: Text
    nature: Nature


@dataclass(frozen=True, slots=True)
class Threshold:
    """One approval entry: over so many m² of a measure, that level."""

    code: str
    step: str
    step_title: Text
    measure: str
    is_collective_only: bool
    over_m2: float
    level: str
    level_title: Text
    basis: Basis
    note: Text


@dataclass(frozen=True, slots=True)
class Book:
    """All of it; ``bases`` are (name, source, note) of 田坎, balance and new construction."""

    name: str
    title: Text
    version: str
    sha256: str
    systems: Mapping[str, CodeSystem]
    ridge_class: Mapping[str, str]
    owners: Mapping[str, Owner]
    thresholds: tuple[Threshold, ...]
    bases: tuple[tuple[str, Basis, Text], ...]
    groups: Mapping[str, Group]

    def owner(self, value: str) -> Owner:
        """Return what an ownership value means; an unlisted one keeps its text, unknown."""
        return self.owners.get(value, Owner(Text(value), Nature.UNKNOWN))

    def in_force(self, as_of: dt.date) -> tuple[Threshold, ...]:
        """Return the thresholds whose source is in force on a date, in the book's order."""
        return tuple(entry for entry in self.thresholds if entry.basis.is_in_force(as_of))


def read_book(name: str, *, base: Path | None = None) -> Book:
    """Read a composition book: a built-in one by name, or a path that ends in ``.toml``.

    Parameters
    ----------
    name
        ``cn``, or a path.
    base
        Folder that a relative path starts from.

    Raises
    ------
    ReadError, ConfigError, ProblemsError
        When there is none, or with every problem of the file at once.
    """
    if name in BUILT_IN:
        with resources.as_file(resources.files("siting") / "compose" / f"{name}.toml") as path:
            return _read(path)
    if not name.endswith(".toml"):
        raise ReadError(
            f"there is no built-in composition book '{name}'",
            where=Where(file="city.toml", layer="[compose]"),
            expected=" | ".join(BUILT_IN) + ", or a path that ends in .toml",
            found=name,
            next_step=nearest(name, BUILT_IN) or "correct book in [compose]",
        )
    path = Path(name)
    return _read(path if path.is_absolute() or base is None else base / path)


def _read(path: Path) -> Book:
    reader = TableReader(read_toml(path), file=path.name)
    head = reader.table("book")
    based_on = head.text("based_on")
    start = read_book(based_on, base=path.parent) if based_on else None
    groups = (dict(start.groups) if start else {}) | _groups(reader.table("group"))
    book = Book(
        name=path.stem,
        title=head.bilingual("title", required=True),
        version=head.text("version", required=True),
        sha256=_sha256(path, start),
        systems=_systems(reader, groups, start),
        ridge_class=(dict(start.ridge_class) if start else {}) | _texts(head.table("ridge_class")),
        owners=(dict(start.owners) if start else {}) | _owners(reader.table("ownership")),
        thresholds=_thresholds(reader, start),
        bases=_bases(head, reader, start),
        groups=groups,
    )
    head.finish()
    reader.finish()
    reader.raise_problems()
    return book


def _sha256(path: Path, start: Book | None) -> str:
    content = path.read_bytes() + (start.sha256.encode() if start else b"")
    return hashlib.sha256(content).hexdigest()


def _texts(reader: TableReader) -> dict[str, str]:
    texts = {name: reader.text(name) for name in reader.names()}
    reader.finish()
    return texts


def _groups(reader: TableReader) -> dict[str, Group]:
    groups = {}
    for name in reader.names():
        entry = reader.table(name)
        known = [str(category) for category in Category if category is not Category.UNKNOWN]
        groups[name] = Group(
            name=name,
            title=entry.bilingual("title", required=True),
            category=Category(entry.choice("category", known, "") or Category.UNKNOWN),
            is_cultivated=bool(entry.flag("is_cultivated", default=False)),
            is_paddy=bool(entry.flag("is_paddy", default=False)),
        )
        entry.finish()
    return groups


def _systems(
    reader: TableReader, groups: Mapping[str, Group], start: Book | None
) -> dict[str, CodeSystem]:
    systems = dict(start.systems) if start else {}
    for entry in reader.tables("system"):
        name = entry.text("name", required=True)
        systems[name] = CodeSystem(
            name=name,
            title=entry.bilingual("title", required=True),
            basis=_basis(entry.table("basis"))[0],
            is_by_prefix=bool(entry.flag("by_prefix", default=False)),
            classes=systems[name].classes if name in systems else {},
        )
        entry.finish()
    classes = reader.table("class")
    for name in classes.names():
        entry = classes.table(name)
        if name not in systems:
            entry.problem(
                f"classes of a code system '{name}' that is not declared",
                expected=" | ".join(systems),
                next_step=nearest(name, systems) or f"declare [[system]] name = '{name}'",
            )
            continue
        known = dict(systems[name].classes) | _classes(entry, name, groups)
        systems[name] = replace(systems[name], classes=known)
    return systems


def _classes(reader: TableReader, system: str, groups: Mapping[str, Group]) -> dict[str, LandClass]:
    classes = {}
    for code in reader.names():
        entry = reader.table(code)
        group = entry.text("group", required=True)
        if group not in groups:
            entry.problem(
                f"class {code} belongs to an unknown group '{group}'",
                expected=" | ".join(groups),
                next_step=nearest(group, groups) or "declare the group as [group.NAME]",
            )
        classes[code] = LandClass(
            system=system,
            code=code,
            title=entry.bilingual("title", required=True),
            group=groups.get(group, Group(group, Text(group), Category.UNKNOWN)),
            certainty=entry.choice("certainty", CERTAINTIES, "L"),
            note=entry.bilingual("note"),
        )
        entry.finish()
    return classes


def _owners(reader: TableReader) -> dict[str, Owner]:
    owners = {}
    for value in reader.names():
        entry = reader.table(value)
        title = entry.bilingual("title", value)
        nature = Nature(entry.choice("nature", list(Nature), Nature.UNKNOWN))
        entry.choice("certainty", CERTAINTIES, "L")
        owners[value] = Owner(title, nature)
        entry.finish()
    return owners


def _basis(reader: TableReader) -> tuple[Basis, Text]:
    basis = Basis(
        citation=reader.text("citation", required=True),
        article=reader.text("article"),
        edition=reader.text("edition"),
        certainty=reader.choice("certainty", CERTAINTIES, "L"),
        in_force_from=reader.date("from"),
        in_force_to=reader.date("to"),
    )
    note = reader.bilingual("note")
    reader.finish()
    return basis, note


def _bases(
    head: TableReader, reader: TableReader, start: Book | None
) -> tuple[tuple[str, Basis, Text], ...]:
    bases = {name: (name, basis, note) for name, basis, note in (start.bases if start else ())}
    for name in _NAMED_BASES:
        if name in head:
            bases[name] = (name, *_basis(head.table(name)))
    if "ownership_basis" in reader:
        bases["ownership_basis"] = ("ownership_basis", *_basis(reader.table("ownership_basis")))
    return tuple(bases[name] for name in sorted(bases))


def _thresholds(reader: TableReader, start: Book | None) -> tuple[Threshold, ...]:
    entries = {entry.code: entry for entry in (start.thresholds if start else ())}
    own: set[str] = set()
    for entry in reader.tables("approval", label="code"):
        threshold = _threshold(entry)
        if threshold.code in own:
            entry.problem("the code occurs twice", next_step="give each entry its own code")
        own.add(threshold.code)
        entries[threshold.code] = threshold
    return tuple(entries.values())


def _threshold(reader: TableReader) -> Threshold:
    over_ha = reader.number("over_ha", 0.0) or 0.0
    if over_ha < 0:
        reader.problem("'over_ha' is negative", found=str(over_ha), next_step="correct over_ha")
    basis, note = _basis(reader.table("basis"))
    threshold = Threshold(
        code=reader.text("code", required=True),
        step=reader.text("step", required=True),
        step_title=reader.bilingual("step_title", required=True),
        measure=reader.choice("measure", MEASURES, ""),
        is_collective_only=reader.choice("ownership", ("any", "collective"), "any") != "any",
        over_m2=over_ha * 10_000.0,
        level=reader.text("level", required=True),
        level_title=reader.bilingual("level_title", required=True),
        basis=basis,
        note=note,
    )
    reader.finish()
    return threshold


def system_of(book: Book, name: str, *, layer: str) -> CodeSystem:
    """Return the code system of a layer; it is never guessed.

    Raises
    ------
    ConfigError
        When the layer declares none, or one that the book does not have.
    """
    if name in book.systems:
        return book.systems[name]
    raise ConfigError(
        f"the land-use codes of layer '{layer}' cannot be told: their code system is "
        + (f"'{name}'" if name else "not declared"),
        where=Where(file="city.toml", layer=layer),
        expected="code_system = " + " | ".join(f'"{known}"' for known in sorted(book.systems)),
        found=name or "none",
        next_step=nearest(name, book.systems)
        or "declare code_system for the layer: the schemes "
        "collide (1001 is a railway in one and a factory in the other)",
    )
