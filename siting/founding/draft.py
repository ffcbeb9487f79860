"""The whole text of a city.toml from settled entries: head, layers, work, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siting.city import GEOMETRY_KINDS, built_in_roles
from siting.founding.blocks import Page, block, commented, confirm, fill, ledger_table, require_utf8
from siting.founding.columns import by_name
from siting.founding.entries import Entry, Sureness, Use
from siting.founding.ledger import NEEDED, ledger_columns
from siting.founding.place import Proposal
from siting.founding.roads import access_block
from siting.founding.standards import standards
from siting.founding.toml_text import comment, inline, listing, quoted, shown
from siting.founding.walk import Aside
from siting.load.words import say

#: Files left aside that are listed per reason; the result of `--json` lists all.
LISTED_ASIDE = 40
#: First digits that the codes of one city's districts share.
CITY_DIGITS = 4
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that the text is made of."""

    page: Page
    entries: tuple[Entry, ...]
    aside: tuple[Aside, ...]
    proposal: Proposal
    name: str
    is_name_given: bool
    rule_book: str


def text_of(draft: Draft) -> str:
    """Return the city.toml."""
    active = [entry for entry in draft.entries if entry.is_active]
    layers = sorted((each for each in active if each.use is Use.LAYER), key=_order)
    parts = [
        _head(),
        _city(draft),
        *_section(say("图层", "layers"), layers, draft.page),
        *_missing_district(layers),
        *_section(say("红线", "red lines"), _of(active, Use.RED_LINES), draft.page),
        *_ledger(draft, active),
        _suggest(layers),
        access_block(layers),
        _off_map(),
        *_idle(draft),
        *_unread(draft),
        *_aside(draft),
    ]
    text = "\n\n".join("\n".join(part) for part in parts if part) + "\n"
    return require_utf8(text, draft.page.folder)


def _order(entry: Entry) -> tuple[int, str, str]:
    roles = list(built_in_roles())
    return roles.index(entry.role), str(entry.sight.path), entry.sight.sublayer


def _of(entries: Sequence[Entry], use: Use) -> list[Entry]:
    return [entry for entry in entries if entry.use is use]


def _head() -> list[str]:
    lines = (
        say(
            "由 siting new 生成的草稿，请逐项核对",
            "a draft by `siting new`: go through it line by line",
        ),
        "",
        "CONFIRM 请确认  "
        + say("siting 的推测：核对后删去标记", "a guess: check it, then delete the mark"),
        "FILL 请填写     "
        + say(
            "siting 无从知道：填写并去掉行首 #", "siting cannot know it: fill in, take the # away"
        ),
        "",
        say(
            "siting doctor city.toml 会数出剩下的标记与缺项",
            "siting doctor city.toml counts what is left",
        ),
        say("每个键见 docs/city-toml.md", "every key: docs/city-toml.md"),
        "",
        say(
            'coverage：该图层在哪里是完整的："city"、{ districts = ["440103"] } 或 { path = "…" }；'
            "不写就不会得出“无冲突”",
            "coverage: where is the layer complete? Without it nothing is ever clear of it",
        ),
        say(
            "未写 release 的图层只进表格，不出图形",
            "without release = … a layer's shapes go nowhere",
        ),
    )
    return [comment(line) for line in lines]


def _city(draft: Draft) -> list[str]:
    mark = "" if draft.is_name_given else confirm(say("取自文件夹名", "the folder's name"))
    lines = ["[city]", f"name = {quoted(draft.name)}  {mark}".rstrip(), *_crs(draft.proposal)]
    lines += _code(draft.entries)
    book = f"rulebook = {quoted(draft.rule_book)}"
    if not draft.proposal.is_chinese:
        text = say(
            "数据不在中国，内置规则库是中国法规",
            "Chinese law, and the data lie elsewhere: own rules?",
        )
        book = f"{book}  {confirm(text)}"
    lines.append(book)
    text = say("基准日；不写则为运行当日", "date of the study; without it the day of the run")
    lines.append(f"# as_of = YYYY-MM-DD  # {text}")
    for entry in _of(draft.entries, Use.OUTLINE):
        lines.append(_outline(entry, draft.page))
    return lines


def _crs(proposal: Proposal) -> list[str]:
    if proposal.is_given:
        return [f"crs = {quoted(proposal.crs)}"]
    lines = []
    if proposal.crs:
        lines.append(f"crs = {quoted(proposal.crs)}  {confirm(proposal.reason)}")
    else:
        text = say("投影坐标系，米", "a projected system in metres")
        lines.append(f'# crs = "EPSG:…"  {fill(text)}')
    text = (
        say("也可能是", "it could also be")
        if proposal.crs
        else say("当地可用", "made for the place")
    )
    lines += [comment(f"{text} {crs}  {shown(name)}") for crs, name in proposal.offers]
    return lines


def _code(entries: Sequence[Entry]) -> list[str]:
    """Return the city's code where all districts' codes begin with the same four digits."""
    for entry in entries:
        if entry.role != "district" or not entry.is_active or entry.id_column is None:
            continue
        column = by_name(entry.sight.columns, entry.id_column.column)
        values = column.members if column else frozenset()
        begins = {value[:CITY_DIGITS] for value in values}
        is_code = all(value.isdigit() and len(value) == CODE_DIGITS for value in values)
        if len(begins) == 1 and is_code:
            code = f"{begins.pop()}00"
            text = say("各区代码的前四位", "the first four digits of its districts' codes")
            return [f"code = {quoted(code)}  {confirm(text)}"]
    return []


def _outline(entry: Entry, page: Page) -> str:
    table = {"path": page.place(entry.sight.path)}
    if entry.sight.sublayer:
        table["sublayer"] = entry.sight.sublayer
    text = say(
        "或可作市域范围，或某图层的 coverage",
        "perhaps the city's outline, or some layer's coverage",
    )
    return f"# outline = {inline(table)}  # {text}"


def _section(title: str, entries: Sequence[Entry], page: Page) -> list[list[str]]:
    if not entries:
        return []
    rule = comment(f"{'═' * 12} {title}")
    return [[rule], *(block(entry, page) for entry in entries)]


def _missing_district(layers: Sequence[Entry]) -> list[list[str]]:
    if any(entry.role == "district" for entry in layers):
        return []
    text = say(
        "没有认出行政区图层，必须有一个", "no layer of districts was found, and there must be one"
    )
    table = [
        "[[layer]]", 'name = "district"', 'role = "district"', 'path = "…"', 'id_column = "…"',
        'name_column = "…"',
    ]  # fmt: skip
    return [[fill(text), *commented(table)]]


def _ledger(draft: Draft, active: Sequence[Entry]) -> list[list[str]]:
    found = _of(active, Use.LEDGER)
    if found:
        return _section(say("台账", "the ledger"), found, draft.page)
    for entry in _of(active, Use.RED_LINES):
        mapping = ledger_columns(entry.sight.columns, standards())
        if all(field in mapping for field in NEEDED) and not _is_text(entry):
            text = say(
                "没有台账；红线属性可以代替", "no ledger: the red lines' attributes could be one"
            )
            stand_in = Entry(
                entry.sight, Use.LEDGER, Sureness.GUESSED, evidence=(text, text), mapping=mapping
            )
            return [[comment(text), *commented(ledger_table(stand_in, draft.page))]]
    text = say("没有找到台账（项目表）", "no ledger of projects was found")
    table = ["[projects]", 'path = "…"', "[projects.columns]", 'id = "…"', 'name = "…"']
    return [[fill(text), *commented(table)]]


def _is_text(entry: Entry) -> bool:
    return entry.sureness is Sureness.SURE


def _suggest(layers: Sequence[Entry]) -> list[str]:
    """Return [suggest] as a comment, with the parcels' columns that list kinds or states."""
    parcels = next((entry for entry in layers if entry.role == "parcel"), None)
    if parcels is None:
        return []
    text = say(
        "选址建议：下面是宗地图层中取值有限的列", "suggestions: the parcels' columns of few values"
    )
    kinds = [column for column in parcels.sight.columns if column.is_kinds]
    values = [
        comment(
            f"   {shown(column.name, 40)}: {', '.join(shown(value, 30) for value in column.shown)}"
        )
        for column in kinds
    ]
    table = [
        "[suggest]", 'supply_column = "…"', 'available_states = ["…"]', 'use_column = "…"',
        'acquisition_column = "…"', 'plan_state_column = "…"', 'ownership_column = "…"',
    ]  # fmt: skip
    return [comment(f"{'═' * 12} {text}"), *values, *commented(table)]


def _off_map() -> list[str]:
    """Return [[off_map]] as a comment: no folder of layers shows what is on no map."""
    text = say("不上图的事项（军事、压覆矿产等）：函询谁", "what is on no map: which office to ask")
    table = [
        "[[off_map]]", 'code = "military"', 'title = "军事设施保护"', 'office = "…"',
        'letter = "…"',
    ]  # fmt: skip
    return [comment(f"{'═' * 12} {text}"), *commented(table)]


def _idle(draft: Draft) -> list[list[str]]:
    """Return what is not in use: unknown layers, with the roles there are, and second choices."""
    idle = [
        entry for entry in draft.entries if not entry.is_active and entry.use is not Use.OUTLINE
    ]
    unknown = [entry for entry in idle if entry.use is Use.UNKNOWN]
    second = [entry for entry in idle if entry.why_idle]
    tables = [entry for entry in idle if entry.use is Use.TABLE]
    parts = []
    if unknown:
        title = say("认不出的图层（未启用）", "layers that were not recognised (not in use)")
        kinds = {kind for entry in unknown for kind in entry.sight.kinds}
        parts += [[comment(f"{'═' * 12} {title}"), *_roles(kinds)]]
        parts += [block(entry, draft.page) for entry in unknown]
    parts += _section(say("备选（未启用）", "second choices (not in use)"), second, draft.page)
    if tables:
        title = say("表格（未启用，可挂接）", "tables (not in use; may be joined)")
        parts.append([comment(f"{'═' * 12} {title}")])
        parts += [_table(entry, draft.page) for entry in tables]
    return parts


def _roles(kinds: set[str]) -> list[str]:
    lines = []
    for kind in (kind for kind in GEOMETRY_KINDS if kind in kinds):
        names = [
            f"{role.name} ({role.title.zh})"
            for role in built_in_roles().values()
            if kind in role.geometry
        ]
        lines.append(comment(f"{say('角色', 'roles')} · {kind}: {', '.join(names)}"))
    text = say("都不合适时用自定的 [[role]]", "if none fits, declare your own [[role]]")
    return [*lines, comment(text)]


def _table(entry: Entry, page: Page) -> list[str]:
    sight = entry.sight
    place = page.place(sight.path) + (f" · {sight.sublayer}" if sight.sublayer else "")
    heads = listing(shown(name, 40) for name in sight.column_names)
    rows = say(f"{sight.rows} 行", f"rows: {sight.rows}")
    return [comment(f"── {place}: {rows}"), comment(f"   {heads}")]


def _unread(draft: Draft) -> list[list[str]]:
    found = _of(draft.entries, Use.UNREAD)
    return _section(
        say("读不出的文件（未启用）", "files that cannot be read (not in use)"), found, draft.page
    )


def _aside(draft: Draft) -> list[list[str]]:
    if not draft.aside:
        return []
    title = say("未采用的文件", "files left aside")
    lines = [comment(f"{'═' * 12} {title}")]
    reasons: dict[str, list[str]] = {}
    for aside in draft.aside:
        reasons.setdefault(aside.reason, []).append(draft.page.place(aside.path))
    for reason, places in reasons.items():
        lines.append(comment(reason))
        lines += [
            comment(f"   {shown(ascii_safe(place), 200)}")
            for place in sorted(places)[:LISTED_ASIDE]
        ]
        more = len(places) - LISTED_ASIDE
        if more > 0:
            lines.append(comment(say(f"   另有 {more} 个", f"   {more} more: siting new … --json")))
    return [lines]


def ascii_safe(text: str) -> str:
    """Return a file's name as text that UTF-8 can hold; bytes of no letter become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
