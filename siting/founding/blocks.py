"""One entry -> the lines of its table in city.toml, with the evidence above it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from siting.city import CONFIRM_MARK, FILL_MARK
from siting.errors import Where, WriteError
from siting.founding.entries import Entry, Picked, Sureness, Use
from siting.founding.needs import CodeSystems
from siting.founding.toml_text import comment, inline, key, listing, quoted, shown
from siting.load.formats import EXTENSIONS, TABLE_FORMATS, Format
from siting.load.words import say

#: Columns of a file that are listed above its table.
LISTED_COLUMNS = 40
SHOWN_NOTES = 2
#: Formats that name no CRS and mean WGS84.
_IMPLYING = (Format.GEOJSON, Format.GEOJSON_LINES, Format.KML, Format.KMZ)


@dataclass(frozen=True, slots=True)
class Page:
    """What all blocks of one city.toml share: its folder, and the code systems known."""

    folder: Path
    systems: CodeSystems

    def place(self, path: Path) -> str:
        """Return a path relative to city.toml, with ``/``; absolute on another drive."""
        try:
            return Path(os.path.relpath(path, self.folder)).as_posix()
        except ValueError:  # Windows: two drives have no common root
            return path.as_posix()


def confirm(text: str) -> str:
    """Return the mark of a guess, for the end of a line."""
    return f"{CONFIRM_MARK} {shown(text, 400)}"


def fill(text: str) -> str:
    """Return the mark of what is to be filled in, for the end of a line."""
    return f"{FILL_MARK} {shown(text, 400)}"


def commented(lines: Sequence[str]) -> list[str]:
    """Return lines as comments: taking one ``# `` away from each gives the table back."""
    return [f"# {line}".rstrip() for line in lines]


def block(entry: Entry, page: Page) -> list[str]:
    """Return the lines of an entry: evidence, and its table, commented out where it is idle."""
    makers = {Use.RED_LINES: red_lines_table, Use.LEDGER: ledger_table}
    maker = makers.get(entry.use, layer_table)
    suffix = entry.sight.path.suffix.lower()
    if entry.use is Use.UNREAD and suffix == ".txt":
        maker = red_lines_table
    is_table = entry.use is Use.UNREAD and EXTENSIONS.get(suffix) in TABLE_FORMATS
    table = [] if is_table else maker(entry, page)
    head = heading(entry, page)
    if entry.why_idle:
        head.append(comment(entry.why_idle))
    return [*head, *(table if entry.is_active else commented(_unmarked(table)))]


def _unmarked(lines: Sequence[str]) -> list[str]:
    """Return lines of what is not in use without the marks: there is nothing to confirm yet."""
    return [line.replace(CONFIRM_MARK, "#").replace(FILL_MARK, "#") for line in lines]


def heading(entry: Entry, page: Page) -> list[str]:
    """Return comments: what the file holds, and why it is taken for what it is."""
    sight = entry.sight
    place = page.place(sight.path) + (f" · {sight.sublayer}" if sight.sublayer else "")
    facts = [
        say(f"{sight.rows} 行", f"rows: {sight.rows}"),
        " | ".join(sight.kinds),
        _crs_fact(entry),
        sight.encoding,
    ]
    lines = [comment(f"── {place}")]
    if entry.use is not Use.UNREAD:
        lines.append(comment("   " + "; ".join(fact for fact in facts if fact)))
    if sight.columns:
        names = [shown(column.name, 40) for column in sight.columns]
        more = f", … ({len(names)})" if len(names) > LISTED_COLUMNS else ""
        text = say("字段", "columns")
        lines.append(comment(f"   {text}: {', '.join(names[:LISTED_COLUMNS])}{more}"))
    word = {
        Sureness.SURE: say("确定", "sure"),
        Sureness.GUESSED: say("推测", "guessed"),
        Sureness.UNKNOWN: say("未知", "not known"),
    }[entry.sureness]
    is_told_below = entry.sureness is Sureness.GUESSED and entry.use is not Use.OUTLINE
    told = entry.evidence[1:] if is_told_below else entry.evidence
    first = f"   {word}: {told[0]}" if told else f"   {word}"
    notes = (*told[1:], *_rows_lost(entry), *sight.notes[:SHOWN_NOTES])
    return [*lines, comment(first), *(comment(f"   {note}") for note in notes)]


def _crs_fact(entry: Entry) -> str:
    sight = entry.sight
    if sight.crs == "EPSG:4326" and sight.file_format in _IMPLYING:
        return sight.crs + say("（未写时的默认）", "(which this format means unless it says)")
    return sight.crs or ("" if sight.is_table else say("无坐标系", "no CRS"))


def _rows_lost(entry: Entry) -> list[str]:
    lost = entry.sight.refused
    text = say(f"{lost} 行没有可用图形，将被拒用并列出", f"rows without a usable shape: {lost}")
    return [text] if lost else []


def _source(entry: Entry, page: Page) -> list[str]:
    place = page.place(entry.sight.path)
    lines = [f"path = {quoted(place)}"]
    if entry.sight.sublayer and entry.use is not Use.LEDGER:
        lines.append(f"sublayer = {quoted(entry.sight.sublayer)}")
    return lines


def layer_table(entry: Entry, page: Page) -> list[str]:
    """Return a ``[[layer]]``; an unknown one lacks its role."""
    guess = confirm(entry.evidence[0]) if entry.sureness is Sureness.GUESSED else ""
    role = f"role = {quoted(entry.role)}  {guess}".rstrip()
    if not entry.role:
        choice = " | ".join(entry.candidates) or say(
            "见 siting/roles.toml", "see siting/roles.toml"
        )
        role = f'role = "…"  {fill(choice)}'
    lines = ["[[layer]]", f"name = {quoted(entry.name)}", role]
    if entry.name != entry.role and entry.role:
        lines.append(f"title = {quoted(entry.sight.name)}")
    lines += _source(entry, page)
    if entry.sight.kinds != ("raster",) and entry.use is not Use.UNREAD:
        lines += _columns(entry, page)
    lines += _crs(entry)
    lines += _conditions(entry)
    return lines


def _columns(entry: Entry, page: Page) -> list[str]:
    lines = [*_picked("id_column", entry.id_column), *_picked("name_column", entry.name_column)]
    if entry.id_column is None:
        text = say(
            "没有一列逐行不同：用行内容作编号", "no column differs in each row: content serves"
        )
        lines.insert(0, f'# id_column = "…"  # {text}')
    if entry.columns:
        lines.append(f"columns = {listing(entry.columns)}")
    if entry.attributes:
        table = {word: picked.column for word, picked in entry.attributes.items()}
        reasons = "; ".join(f"{word}: {picked.reason}" for word, picked in entry.attributes.items())
        lines.append(f"attributes = {inline(table)}  {confirm(reasons)}")
    if entry.lacking:
        wanted = ", ".join(f'{key(word)} = "…"' for word in entry.lacking)
        text = say("规则要用；列名写入", "rules ask for it; put the column into")
        lines.append(fill(f"{text} attributes = {{ {wanted} }}"))
    if entry.has_codes:
        lines.append(_code_system(entry, page))
    for column, path, sheet in entry.joins:
        parts = f"path = {quoted(page.place(path))}, " + (
            f"sheet = {quoted(sheet)}, " if sheet else ""
        )
        text = say("可按此列挂接该表", "this table could be joined by that column")
        lines.append(f'# join = {{ {parts}on = {quoted(column)}, columns = ["…"] }}  # {text}')
    return lines


def _picked(name: str, picked: Picked | None) -> list[str]:
    if picked is None:
        return []
    mark = "" if picked.is_sure else confirm(picked.reason)
    return [f"{name} = {quoted(picked.column)}  {mark}".rstrip()]


def _code_system(entry: Entry, page: Page) -> str:
    column = entry.code_column
    seen = f"; {column.name}: {', '.join(column.shown)}" if column is not None else ""
    known = " | ".join(page.systems.names)
    text = say("不猜测，问提供方", "never guessed, ask its provider")
    return f'# code_system = "…"  {fill(f"{text}: {known}{seen}")}'


def _crs(entry: Entry) -> list[str]:
    sight = entry.sight
    if entry.use is Use.UNREAD or sight.crs:
        return []
    place = ""
    if sight.bounds is not None:
        west, south, east, north = (f"{value:.10g}" for value in sight.bounds)
        place = f"x {west} … {east}, y {south} … {north}"
    text = say(
        "文件没有坐标系，不猜测，请问提供方",
        "the file has none and none is guessed: ask its provider",
    )
    return [f'# crs = "EPSG:…"  {fill(f"{text}. {place}")}']


def _conditions(entry: Entry) -> list[str]:
    lines = []
    if entry.sight.invalid:
        number = entry.sight.invalid
        text = say(
            f"{number} 个图形无效；修复并逐条列出", f"{number} invalid shapes: repair and list them"
        )
        lines.append(f"# repair = true  # {text}")
    if not entry.sight.rows and entry.use is not Use.UNREAD:
        text = say("图层为空：确实没有时写上", "the layer is empty: only where that is right")
        lines.append(f"# declared_empty = true  {fill(text)}")
    if not entry.is_active:
        return lines
    lines.append(f'# coverage = "city"  {fill(say("何处完整", "complete where?"))}')
    lines.append(f"# dated = YYYY-MM-DD  {fill(say('日期', 'date'))}")
    lines.append(f'# authority = "…"  {fill(say("谁负责", "who answers for it"))}')
    return lines


def red_lines_table(entry: Entry, page: Page) -> list[str]:
    """Return a ``[[redlines]]``."""
    mark = confirm(entry.evidence[0]) if entry.sureness is Sureness.GUESSED else ""
    lines = [f"[[redlines]]  {mark}".rstrip(), *_source(entry, page)]
    lines += _picked("project_column", entry.name_column)
    lines += _picked("id_column", entry.id_column)
    if entry.use is Use.UNREAD:
        text = say("表头没有带号时", "where its header names no zone")
        return [*lines, f'# crs = "EPSG:…"  # {text}']
    if entry.sight.file_format is not Format.TXT:
        lines += _crs(entry)
        if entry.name_column is None:
            text = say("项目编号所在列", "the column with the project's number")
            lines.append(f'# project_column = "…"  {fill(text)}')
    lines.append(f"# dated = YYYY-MM-DD  {fill(say('交付日期', 'when they were delivered'))}")
    lines.append(f'# authority = "…"  {fill(say("谁交付", "who delivered them"))}')
    return lines


def ledger_table(entry: Entry, page: Page) -> list[str]:
    """Return ``[projects]`` with its columns."""
    lines = [f"[projects]  {confirm(entry.evidence[0])}", *_source(entry, page)]
    if entry.sight.sublayer:
        lines.append(f"sheet = {quoted(entry.sight.sublayer)}")
    if len(entry.evidence) > 1:
        lines.append(f"merge_rows = true  {confirm(entry.evidence[1])}")
    known = " | ".join(page.systems.names)
    text = say("use 与 uses 的代码体系，不猜测", "of the codes in use and uses; never guessed")
    lines += [f'# code_system = "…"  {fill(f"{text}: {known}")}', "", "[projects.columns]"]
    lines += [f"{field} = {quoted(heading)}" for field, heading in entry.mapping.items()]
    return lines


def require_utf8(text: str, target: Path) -> str:
    """Return `text` after making sure that it can be written as UTF-8.

    Raises
    ------
    WriteError
        When a name brought a letter that UTF-8 has not.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WriteError(
            say("名称中有 UTF-8 写不出的字符", "a name bears a letter that UTF-8 cannot write"),
            where=Where(file=target.name),
            found=ascii(text[error.start]),
            next_step=say("改文件名", "rename that file"),
        ) from error
    return text
