"""The ledger's table of projects (台账): CSV or Excel -> Project records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siting.city import form_of
from siting.config import raise_collected
from siting.errors import ReadError, SitingError, Where, nearest
from siting.load.child import Reader
from siting.load.formats import VECTOR_FORMATS, VectorRequest, format_of
from siting.load.tables import Table, read_table, require_headings
from siting.load.values import BETWEEN_VALUES, text_of
from siting.load.words import say
from siting.model import Demand, Form, Project

if TYPE_CHECKING:
    from siting.city import ProjectsSpec

#: Between several values in one cell.
_SEPARATORS = re.compile(r"[、,;，；|\n]")
_YES = frozenset({"是", "y", "yes", "true", "1", "有", "√"})
_NO = frozenset({"否", "n", "no", "false", "0", "无", "×"})
#: Separators of thousands that people type; full-width digits are understood by float().
_THOUSANDS = re.compile(r"[,，\s']")


def read_projects(spec: ProjectsSpec) -> tuple[Project, ...]:
    """Read the projects of the ledger, in the order of the table.

    Parameters
    ----------
    spec
        ``[projects]`` of city.toml; its ``columns`` map our fields to the headings. The
        file is a table, or a vector file whose attributes serve as one (``sheet`` is then
        the layer).

    Raises
    ------
    ReadError
        When the table cannot be read or lacks a heading.
    ProblemsError
        With every faulty row at once: an id that is blank or occurs twice, an unknown
        form, a number that is none.

    Notes
    -----
    Without a column of priorities all projects are of class 1. With one, a project whose cell is
    blank stands in the lowest class that the ledger names (``is_priority_assumed``), so that it
    goes before none that states its class.
    """
    is_vector = format_of(spec.path) in VECTOR_FORMATS
    table = _attributes(spec) if is_vector else read_table(spec.path, sheet=spec.sheet)
    require_headings(table, spec.columns.values(), spec.path)
    if spec.has_merged_rows:
        table = _merged(table, spec.columns["id"])
    problems: list[SitingError] = []
    records = [
        _Record(dict(zip(table.columns, row, strict=True)), number, spec, problems)
        for number, row in zip(table.numbers, table.rows, strict=True)
    ]
    _require_unique_ids(table, spec, problems)
    priorities = [record.priority() for record in records]
    lowest = max((priority or 1 for priority in priorities), default=1)
    projects = tuple(
        record.project(priority, lowest)
        for record, priority in zip(records, priorities, strict=True)
    )
    raise_collected(f"'{spec.path.name}' has faulty rows", problems)
    return projects


def _merged(table: Table, key: str) -> Table:
    """Return one row per id; where its rows differ, their values stand side by side."""
    rows_of: dict[str, list[int]] = {}
    for row, project_id in enumerate(table.column(key)):
        rows_of.setdefault(project_id, []).append(row)
    merged = tuple(
        tuple(
            BETWEEN_VALUES.join(dict.fromkeys(table.rows[row][column] for row in rows))
            for column in range(len(table.columns))
        )
        for rows in rows_of.values()
    )
    return Table(table.columns, merged, tuple(table.numbers[rows[0]] for rows in rows_of.values()))


def _attributes(spec: ProjectsSpec) -> Table:
    """Return the attributes of a vector file, once for all parts of one project.

    Districts deliver red lines whose attributes are the only ledger there is. Rows that say
    the same of a project are its parts; rows that differ stay, and are then refused.
    """
    headings = tuple(dict.fromkeys(spec.columns.values()))
    request = VectorRequest(spec.path, format_of(spec.path), spec.sheet, headings, "")
    with Reader() as reader:
        table = reader.read_vector(request).table
    present = [name for name in headings if name in table.column_names]
    texts = [[text_of(value) for value in table[name].to_pylist()] for name in present]
    numbers: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(zip(*texts, strict=True), start=1):
        numbers.setdefault(row, number)
    return Table(tuple(present), tuple(numbers), tuple(numbers.values()))


def _require_unique_ids(table: Table, spec: ProjectsSpec, problems: list[SitingError]) -> None:
    ids = table.column(spec.columns["id"])
    counts = Counter(ids)
    for project_id, count in sorted(counts.items()):
        if count > 1 or not project_id:
            rows = [
                str(number)
                for number, other in zip(table.numbers, ids, strict=True)
                if other == project_id
            ]
            what = (
                say(
                    f"项目编号 {project_id} 重复", f"project id '{project_id}' occurs {count} times"
                )
                if project_id
                else say("项目编号为空", "a project without id")
            )
            problems.append(
                ReadError(
                    what,
                    where=Where(file=spec.path.name, feature=f"row {', '.join(rows)}"),
                    next_step=say("给每个项目一个编号", "give each project an id of its own"),
                )
            )


@dataclass(frozen=True, slots=True)
class _Record:
    """One row of the ledger and the way to make a project of it."""

    values: Mapping[str, str]
    number: int
    spec: ProjectsSpec
    problems: list[SitingError]

    def project(self, priority: int | None, lowest: int) -> Project:
        """Return the project, in the `lowest` class without a priority; problems are remembered."""
        return Project(
            id=self._text("id"),
            name=self._text("name"),
            form=self._form(),
            use=self._text("use"),
            code_system=self.spec.code_system,
            kind=self._text("kind"),
            stage=self._text("stage"),
            district=self._text("district"),
            supply_mode=self._text("supply_mode"),
            new_construction_land=self._flag("new_construction_land"),
            demand=self._demand(),
            aliases=self._several("aliases"),
            promised=self._text("promised"),
            remark=self._text("remark"),
            priority=priority or lowest,
            is_priority_assumed=priority is None and "priority" in self.spec.columns,
            batch=self._text("batch"),
        )

    def priority(self) -> int | None:
        """Return the class in plans; None where none is stated, or no class."""
        text = self._text("priority")
        if not text:
            return None
        try:
            number = float(text)  # programs write 2 as 2.0 where the column has blank cells
        except ValueError:
            number = 0.0
        if number.is_integer() and number >= 1:
            return int(number)
        words = say("不小于 1 的整数（1 最优先）", "a whole number ≥ 1, 1 before all others")
        self._problem("priority", text, words, "")
        return None

    def _text(self, field: str) -> str:
        return self.values.get(self.spec.columns.get(field, ""), "").strip()

    def _several(self, field: str) -> tuple[str, ...]:
        parts = (part.strip() for part in _SEPARATORS.split(self._text(field)))
        return tuple(dict.fromkeys(part for part in parts if part))

    def _form(self) -> Form:
        text = self._text("form")
        form = form_of(text) if text else Form.AREA
        if form is None:
            known = ("area", "linear", "none", "面状", "线性", "无红线")
            self._problem("form", text, " | ".join(known), nearest(text, known))
        return form or Form.AREA

    def _demand(self) -> Demand:
        least, most = self._number("area_m2_min"), self._number("area_m2_max")
        if least is not None and most is not None and least > most:
            self._problem("area_m2_max", f"{most:g}", f"≥ {least:g} m²", "")
        return Demand(least, most, self._several("uses"), self._text("profile"))

    def _number(self, field: str) -> float | None:
        text = self._text(field)
        if not text:
            return None
        try:
            number = float(_THOUSANDS.sub("", text))
        except ValueError:
            number = -1.0
        if not 0 <= number < float("inf"):
            self._problem(field, text, say("不小于 0 的数字", "a number ≥ 0, in m²"), "")
            return None
        return number

    def _flag(self, field: str) -> bool | None:
        text = self._text(field).lower()
        if not text:
            return None
        if text not in _YES | _NO:
            self._problem(field, text, "是 | 否", "")
        return text in _YES

    def _problem(self, field: str, found: str, expected: str, hint: str) -> None:
        column = self.spec.columns.get(field, field)
        self.problems.append(
            ReadError(
                say(f"列 {column} 的值不能用", f"the value of column '{column}' cannot be used"),
                where=Where(file=self.spec.path.name, feature=f"row {self.number}"),
                expected=expected,
                found=found,
                next_step=hint or say("更正该单元格", "correct that cell"),
            )
        )
