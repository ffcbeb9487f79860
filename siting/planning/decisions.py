"""Tables of decisions (决定表): what districts and planners have locked, refused or sold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from siting.config import raise_collected
from siting.errors import ProblemsError, ReadError, SitingError, Where, nearest
from siting.load.formats import Format, format_of
from siting.load.tables import Table, read_table, sheet_names
from siting.load.words import listed, say
from siting.model import Text
from siting.planning.records import Decided, Decision

#: Our field -> the headings that mean it; the first two name it in messages and forms.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "decided": ("决定", "decision"),
    "project_id": ("项目代码", "project", "项目编号", "project_id"),
    "site": ("地块", "site", "选址", "site_id"),
    "by": ("单位", "by"),
    "dated": ("日期", "date"),
    "reason": ("理由", "reason"),
}
NEEDED = ("decided", "project_id", "site")
#: What a row may say -> the words for it; the first two stand in forms. None: it is agreed, so
#: there is nothing to change.
WORDS: Mapping[Decided | None, tuple[str, ...]] = {
    None: ("同意", "agree", "agreed"),
    Decided.REFUSED: ("拒绝", "refused", "refuse", "不同意"),
    Decided.SOLD: ("已供", "sold", "已供地"),
    Decided.LOCK: ("锁定", "lock", "locked"),
}
#: The sheet that is taken of a workbook with several.
SHEETS = ("决定", "decisions")
#: Between the Chinese and the English of one cell or heading.
BETWEEN = " / "
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: .*)?|(\d{4})(\d\d)(\d\d)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A row that decides nothing: a site is agreed to, or there is no answer yet."""

    project_id: str
    site: str
    source: str


@dataclass(frozen=True, slots=True)
class Replies:
    """What tables of decisions come to.

    ``agreed`` has the sites that are accepted as they are, ``unanswered`` rows without a
    decision: silence is no yes.
    """

    decisions: tuple[Decision, ...] = ()
    agreed: tuple[Mention, ...] = ()
    unanswered: tuple[Mention, ...] = ()

    @property
    def notes(self) -> tuple[Text, ...]:
        """What a plan has to say of rows that decided nothing."""
        if not self.unanswered:
            return ()
        rows = listed(mention.source for mention in self.unanswered)
        count = len(self.unanswered)
        return (
            Text(
                f"决定表有 {count} 行未填决定，不视为同意：{rows}",
                f"{count} row(s) of the tables of decisions have no decision, which is no "
                f"consent: {rows}",
            ),
        )


def read_decisions(paths: Iterable[Path]) -> Replies:
    """Read tables of decisions: CSV or Excel, headings in Chinese or English.

    Parameters
    ----------
    paths
        Tables with the columns 决定 | decision, 项目代码 | project, 地块 | site, and as far as
        there are any 单位 | by, 日期 | date, 理由 | reason. The form that
        :func:`siting.planning.write_reply_form` writes is one of them. Of a workbook with
        several sheets the one called 决定 or decisions is read.

    Raises
    ------
    ReadError, ProblemsError
        With every faulty row of every table at once: an unknown word, no site, no project
        where one is decided on, a date that is none.
    """
    problems: list[SitingError] = []
    rows: list[_Row] = []
    for path in paths:
        try:
            rows += _rows_of(path)
        except SitingError as error:
            problems.append(error)
    found = Replies()
    for row in rows:
        try:
            found = row.added_to(found)
        except ProblemsError as error:
            problems += error.problems
    raise_collected(say("决定表有误", "the tables of decisions have faults"), problems)
    return found


def _rows_of(path: Path) -> list[_Row]:
    """Return the rows of one table under our own names of columns."""
    sheet = _sheet_of(path) if format_of(path) is Format.XLSX else ""
    table = read_table(path, sheet=sheet)
    columns = _columns_of(table, path, sheet)
    return [
        _Row({name: row[place] for name, place in columns.items()}, path.name, sheet, number)
        for number, row in zip(table.numbers, table.rows, strict=True)
    ]


def _sheet_of(path: Path) -> str:
    names = sheet_names(path)
    called = [name for name in names if _plain(name) in SHEETS]
    if len(names) == 1 or len(called) == 1:
        return called[0] if called else names[0]
    raise ReadError(
        say("工作簿有多个工作表，不知以哪个为准", "several sheets, and none is told to be the one"),
        where=Where(file=path.name),
        expected=say(
            "只有一个工作表，或其中一个名为“决定”", "one sheet, or one called 'decisions'"
        ),
        found=listed(names),
        next_step=say(
            "把决定所在的工作表改名为“决定”", "call the sheet of the decisions 'decisions'"
        ),
    )


def _columns_of(table: Table, path: Path, sheet: str) -> dict[str, int]:
    """Return the place of each of our columns; a heading may bear both languages."""
    places: dict[str, list[int]] = {name: [] for name in HEADINGS}
    for place, heading in enumerate(table.columns):
        parts = _parts(heading)
        for name, known in HEADINGS.items():
            if any(part in known for part in parts):
                places[name].append(place)
    missing = [name for name in NEEDED if not places[name]]
    twice = [name for name, found in places.items() if len(found) > 1]
    if missing or twice:
        wrong = missing or twice
        names = listed(" | ".join(HEADINGS[name][:2]) for name in wrong)
        hints = (nearest(HEADINGS[name][0], table.columns) for name in missing)
        raise ReadError(
            say(f"决定表缺少列：{names}", f"the table of decisions has no column: {names}")
            if missing
            else say(f"决定表有两列都是：{names}", f"two columns of the table mean: {names}"),
            where=Where(file=path.name, layer=sheet),
            expected=listed(" | ".join(known[:2]) for known in HEADINGS.values()),
            found=listed(table.columns),
            next_step="; ".join(hint for hint in hints if hint)
            or say("更正表头", "correct the headings"),
        )
    return {name: found[0] for name, found in places.items() if found}


def _plain(text: str) -> str:
    return text.strip().lower()


def _parts(text: str) -> list[str]:
    return [_plain(part) for part in text.split(BETWEEN.strip())]


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table, or one option of a command."""

    values: Mapping[str, str]
    file: str
    sheet: str
    number: int
    problems: list[SitingError] = field(default_factory=list)

    @property
    def source(self) -> str:
        """Where the row stands, for people."""
        return ", ".join(part for part in (self.file, self.sheet, f"row {self.number}") if part)

    def added_to(self, replies: Replies) -> Replies:
        """Return the replies with this row; ProblemsError with all that is wrong with it."""
        said = self._text("decided")
        mention = Mention(self._text("project_id"), self._text("site"), self.source)
        if not said:
            is_blank = not (mention.project_id or mention.site)
            waiting = () if is_blank else (mention,)
            return replace(replies, unanswered=(*replies.unanswered, *waiting))
        known = {word: decided for decided, words in WORDS.items() for word in words}
        meant = [known[part] for part in _parts(said) if part in known]
        if not meant or len(set(meant)) > 1:
            words = listed(" | ".join(words[:2]) for words in WORDS.values())
            self._problem("decided", words, said, nearest(said, known))
        decided = meant[0] if meant else None
        self._require(decided, mention)
        dated = self._date()
        if self.problems:
            raise ProblemsError(self.source, self.problems)
        if decided is None:
            return replace(replies, agreed=(*replies.agreed, mention))
        decision = Decision(
            decided, mention.site, mention.project_id, self._text("by"), dated,
            self._text("reason"), self.source,
        )  # fmt: skip
        return replace(replies, decisions=(*replies.decisions, decision))

    def _require(self, decided: Decided | None, mention: Mention) -> None:
        if not mention.site:
            words = say("地块编号", "the id of a site or a parcel")
            self._problem("site", words, "", "")
        if not mention.project_id and decided is not Decided.SOLD:
            words = say("项目代码（只有已供可以不填）", "a project; only sold land may have none")
            self._problem("project_id", words, "", "")

    def _text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def _date(self) -> dt.date | None:
        text = self._text("dated")
        if not text:
            return None
        match = _DATE.fullmatch(text)
        try:
            year, month, day = (
                (int(part) for part in match.groups() if part) if match else (0, 0, 0)
            )
            return dt.date(year, month, day)
        except ValueError:
            self._problem(
                "dated", say("日期，如 2026-11-20", "a date, such as 2026-11-20"), text, ""
            )
            return None

    def _problem(self, name: str, expected: str, found: str, hint: str) -> None:
        heading = BETWEEN.join(HEADINGS[name][:2])
        self.problems.append(
            ReadError(
                say(
                    f"决定表的“{HEADINGS[name][0]}”不能用", f"'{HEADINGS[name][1]}' cannot be used"
                ),
                where=Where(self.file, self.sheet, f"row {self.number}, {heading}"),
                expected=expected,
                found=found,
                next_step=hint or say("更正该单元格", "correct that cell"),
            )
        )
