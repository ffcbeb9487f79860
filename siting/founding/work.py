"""From a folder to a city.toml: find, look, judge, settle, write."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siting.errors import ReadError, Where, WriteError
from siting.founding.blocks import Page
from siting.founding.draft import Draft, ascii_safe, text_of
from siting.founding.entries import Entry, Use
from siting.founding.judging import judge
from siting.founding.needs import code_systems_of, needs_of
from siting.founding.place import propose
from siting.founding.settling import settle
from siting.founding.standards import standards
from siting.founding.survey import survey
from siting.founding.walk import Aside, find_files
from siting.load.words import say
from siting.rulebook import read_rule_book
from siting.save import write_text

log = logging.getLogger(__name__)

Progress = Callable[[str], None]
#: Name of the file that is written where none is given.
FILE_NAME = "city.toml"
#: Layers that one city.toml may list; more is a disk and no city.
MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class FoundingOptions:
    """How a city.toml is founded.

    Parameters
    ----------
    crs
        The working CRS; without it one is proposed from the data and marked.
    name
        The city's name; without it the folder's.
    rule_book
        The rule book by whose needs columns are looked for.
    overwrite
        Replace a city.toml that is there.
    """

    crs: str = ""
    name: str = ""
    rule_book: str = "cn"
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Founding:
    """The file that was written, and what became of each file that was found.

    Every file found is in ``entries`` (used, or commented out), ``parts`` (belongs to one
    of those) or ``aside`` (with the reason).
    """

    path: Path
    base: Path
    entries: tuple[Entry, ...]
    parts: tuple[Aside, ...]
    aside: tuple[Aside, ...]
    text: str

    @property
    def unread(self) -> tuple[str, ...]:
        """Names and reasons of what could not be looked at."""
        entries = [
            f"{entry.sight.path.name}: {entry.sight.problem}"
            for entry in self.entries
            if entry.use is Use.UNREAD
        ]
        losses = [f"{ascii_safe(a.path.name)}: {a.reason}" for a in self.aside if a.is_loss]
        return (*entries, *losses)


def found_city(
    source: str | Path,
    *,
    output: str | Path | None = None,
    options: FoundingOptions | None = None,
    progress: Progress | None = None,
) -> Founding:
    """Write a commented city.toml from the layers in a folder, a .gdb or a GeoPackage.

    Parameters
    ----------
    source
        The folder (with its subfolders), ``.gdb`` folder, or file.
    output
        The file to write; without it ``city.toml`` in the folder, or beside the file.
    options
        Name, working CRS, rule book, and whether a file may be replaced.
    progress
        Called with the name of each file.

    Raises
    ------
    ReadError
        When there is nothing to read, or nothing of it can be used.
    WriteError
        When the target is there already, or cannot be written.
    ConfigError
        For a CRS that cannot be the working one.
    """
    wanted = options or FoundingOptions()
    folder = Path(source).absolute()
    finds = find_files(folder)
    target = _target(finds.base / FILE_NAME if output is None else Path(output), wanted)
    sights = survey(finds.files, progress or log.info)
    texts = [Aside(sight.path, sight.problem) for sight in sights if sight.is_text]
    entries = tuple(judge(sight, finds.base) for sight in sights if not sight.is_text)
    _require_some(entries, folder)
    aside = tuple(sorted([*finds.aside, *texts], key=lambda each: each.path.parts))
    draft = _draft(entries, aside, wanted, folder=target.parent, name=ascii_safe(folder.stem))
    text = text_of(draft)
    write_text(target, text)
    return Founding(target, finds.base, draft.entries, tuple(finds.parts), aside, text)


def _draft(
    entries: tuple[Entry, ...],
    aside: tuple[Aside, ...],
    wanted: FoundingOptions,
    *,
    folder: Path,
    name: str,
) -> Draft:
    """Settle the entries by what the rule book asks for, and propose a working CRS."""
    book = read_rule_book(wanted.rule_book, base=Path())
    systems = code_systems_of(book, standards())
    settled = settle(entries, standards(), needs=needs_of(book), systems=systems)
    return Draft(
        page=Page(folder, systems),
        entries=settled,
        aside=aside,
        proposal=propose(settled, wanted.crs),
        name=wanted.name or name,
        is_name_given=bool(wanted.name),
        rule_book=wanted.rule_book,
    )


def _target(output: Path, options: FoundingOptions) -> Path:
    """Return the file to write; data is never written over, and nothing without being told."""
    target = output.absolute()
    target = target / FILE_NAME if target.is_dir() else target
    if target.suffix.lower() != ".toml":
        raise WriteError(
            say("输出文件须以 .toml 结尾", "the output must end in .toml"),
            where=Where(file=str(target)),
            expected=FILE_NAME,
            found=target.name,
            next_step=say("更正 --output", "correct --output"),
        )
    _require_free(target, options)
    return target


def _require_free(target: Path, options: FoundingOptions) -> None:
    if target.exists() and not options.overwrite:
        raise WriteError(
            say(f"“{target.name}”已存在，不会覆盖", f"'{target.name}' is there already"),
            where=Where(file=str(target)),
            next_step=say("换 --output，或加 --force", "give another --output, or --force"),
        )


def _require_some(entries: tuple[Entry, ...], source: Path) -> None:
    usable = [entry for entry in entries if entry.use is not Use.UNREAD]
    if len(entries) > MOST_ENTRIES:
        raise ReadError(
            say(f"图层超过 {MOST_ENTRIES} 个", f"there are more than {MOST_ENTRIES} layers"),
            where=Where(file=source.name),
            found=str(len(entries)),
            next_step=say("给出更具体的文件夹", "give a narrower folder"),
        )
    if usable:
        return
    reasons = [f"{entry.sight.path.name}: {entry.sight.problem}" for entry in entries[:5]]
    raise ReadError(
        say("没有可用的图层、红线或台账", "there is no layer, red line or ledger that can be used"),
        where=Where(file=source.name),
        expected=say("docs/formats.md 中的格式", "the formats of docs/formats.md"),
        found="; ".join(reasons) or say("没有数据文件", "no file of data"),
        next_step=say("给出数据所在的文件夹", "give the folder with the data"),
    )


def founding_to_dict(found: Founding) -> dict[str, Any]:
    """Return it as plain tables for JSON: each file found, with what became of it."""
    return {
        "path": ascii_safe(str(found.path)),
        "entries": [_entry(entry, found.base) for entry in found.entries],
        "parts": [_aside(each, found.base) for each in found.parts],
        "aside": [_aside(each, found.base) for each in found.aside],
        "unread": list(found.unread),
    }


def _entry(entry: Entry, base: Path) -> dict[str, Any]:
    sight = entry.sight
    return {
        "path": _shown(sight.path, base),
        "sublayer": sight.sublayer,
        "use": str(entry.use),
        "role": entry.role,
        "sureness": str(entry.sureness),
        "is_active": entry.is_active,
        "evidence": list(entry.evidence),
        "candidates": list(entry.candidates),
        "why_idle": entry.why_idle,
        "rows": sight.rows,
        "rows_refused": sight.refused,
        "kinds": list(sight.kinds),
        "crs": sight.crs,
        "columns": list(sight.column_names),
        "id_column": entry.id_column.column if entry.id_column else "",
        "name_column": entry.name_column.column if entry.name_column else "",
    }


def _aside(aside: Aside, base: Path) -> dict[str, Any]:
    return {"path": _shown(aside.path, base), "reason": aside.reason, "is_loss": aside.is_loss}


def _shown(path: Path, base: Path) -> str:
    return ascii_safe(path.relative_to(base).as_posix())
