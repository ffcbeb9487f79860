"""Sheets of the plan in a workbook: who gets what, who gets nothing and why, and the quotas.

Rows and words are those of :mod:`siting.planning.hearing`, as in the package's table ``plan``.
"""

from __future__ import annotations

from collections.abc import Iterator

from siting.handover.cells import MEASURE, WHOLE, Material, Row, adding_up, area_columns
from siting.handover.planned import PlanPart
from siting.model import NO_TEXT, Text
from siting.planning import Listener, Placed, PlanRow
from siting.planning import headings as heads
from siting.planning.phrases import deductions_text, kind_text, proof_text
from siting.planning.telling import (
    beside_best_text,
    not_all_known_text,
    since_text,
    why_not_text,
)
from siting.planning.workbook import quota_sheet
from siting.save import Column, Sheet

PLAN, QUOTAS = Text("统筹计划", "plan"), Text("配额", "quotas")
_STATE = Text("安排状态", "state")
_PLACED, _ELSEWHERE, _UNPLACED = (
    Text("已安排", "placed"), Text("已安排（在其他区）", "placed (in another district)"),
    Text("未安排", "unplaced"),
)  # fmt: skip
_AREA = Text("用地面积", "area of the site")
_SHARE = Text("本区内面积", "area in the district")
_LOCKED, _LOCK, _SINCE = (
    Text("已锁定", "locked"), Text("锁定及代价", "the lock and its price"),
    Text("与上一版方案", "beside the plan before"),
)  # fmt: skip
_REASON = Text("理由", "reason")
_NOT_TOLD = Text("此处不列明", "not told here")
_NONE_MADE = Text("没有统筹计划", "there is no plan")
_QUOTAS_ELSEWHERE = Text(
    "另有 {0} 项只涉及其他区的指标，不在此列", "{0} more are of other districts alone, and not here"
)
#: Columns before and after the areas, with the number format of what stands under them.
_BEFORE = (
    (heads.PROJECT, "@"), (heads.NAME, "@"), (_STATE, "@"), (heads.CLASS, WHOLE),
    (heads.BATCH, "@"), (heads.SITE, "@"), (heads.WHAT, "@"), (heads.DISTRICT, "@"),
)  # fmt: skip
_AFTER = (
    (heads.POINTS, MEASURE), (heads.DEDUCTIONS, "@"), (heads.REGRET, MEASURE), (heads.BEST, "@"),
    (heads.MUST_ACQUIRE, "@"), (heads.REMAINS, "@"), (heads.NOT_CHECKED, "@"), (_LOCKED, "@"),
    (_LOCK, "@"), (_SINCE, "@"), (_REASON, "@"), (heads.NOTES, "@"),
)  # fmt: skip


def plan_sheets(material: Material) -> tuple[Sheet, ...]:
    """Return the sheets of the plan; one that says why there is none where one was asked for.

    No sheet where nobody asked for a plan.
    """
    handed = material.handed
    if handed is None:
        return ()
    if isinstance(handed, Text):
        column = Column(material.say(_REASON), width=0)
        return (Sheet(material.say(PLAN), (column,), ((material.say(handed),),)),)
    return (_plan(material, handed), _quotas(material, handed.told))


def plan_facts(material: Material) -> Iterator[tuple[Text, str]]:
    """Yield what the summary says of the plan: how good it provably is, or why there is none."""
    handed = material.handed
    if isinstance(handed, PlanPart):
        yield PLAN, material.say(proof_text(handed.told.plan))
    elif handed is not None:
        yield PLAN, f"{material.say(_NONE_MADE)}: {material.say(handed)}"


def _plan(material: Material, handed: PlanPart) -> Sheet:
    """Return a row per project, by its id; the areas add up to the last row.

    Sites of a plan share no land, so whole sites may be added up. A site over a border stands
    whole in both districts, beside the part (m²) that each has of it.
    """
    told = handed.told
    placed = {one.row.project.id: one for one in told.placed}
    rows = {one.project.id: one for one in told.unplaced} | {
        name: one.row for name, one in placed.items()
    }
    names = sorted({*rows, *told.left_out})
    sites = {name: placed[name].option.site.area_m2 if name in placed else None for name in names}
    shares = {name: placed[name].share_m2 if name in placed else None for name in names}
    areas, total = adding_up(sites)
    parts, parts_total = adding_up(shares) if material.is_district else ({}, ())
    teller = _Teller(material, handed)
    lines: list[Row] = []
    for name in names:
        before, after = teller.row(name, rows.get(name), placed.get(name))
        lines.append((*before, *areas[name], *parts.get(name, ())[:1], *after))
    if lines:
        blanks = (None,) * (len(_BEFORE) - 1)
        label = material.say(heads.TOTAL)
        lines.append((label, *blanks, *total, *parts_total[:1], *(None,) * len(_AFTER)))
    return Sheet(
        material.say(PLAN), _columns(material), tuple(lines), has_filter=True, totals=bool(lines)
    )


def _columns(material: Material) -> tuple[Column, ...]:
    language = material.language
    before, after = (
        [Column(material.say(title), style, 0) for title, style in columns]
        for columns in (_BEFORE, _AFTER)
    )
    shares = area_columns(_SHARE, language)[:1] if material.is_district else ()
    return (*before, *area_columns(_AREA, language), *shares, *after)


class _Teller:
    """Tells the rows of one reader in the workbook's language."""

    def __init__(self, material: Material, handed: PlanPart) -> None:
        self._material, self._told, self._names = material, handed.told, handed.names
        self._districts = handed.told.plan.origin.district_names

    def row(self, name: str, row: PlanRow | None, placed: Placed | None) -> tuple[Row, Row]:
        """Return the cells of a project before and after its areas."""
        if placed is not None:
            return self._placed(placed)
        if row is not None:
            return self._unplaced(row)
        head = (name, self._names.get(name, ""), self._say(heads.LEFT_OUT), *(None,) * 5)
        why = self._say(self._told.left_out[name])
        return head, (*(None,) * (len(_AFTER) - 2), why, None)

    def _say(self, text: Text) -> str:
        return self._material.say(text)

    def _placed(self, placed: Placed) -> tuple[Row, Row]:
        row, option, told = placed.row, placed.option, self._told
        site, hidden = option.site, self._say(_NOT_TOLD)
        head = (
            row.project.id, row.project.name,
            self._say(_PLACED if placed.is_here else _ELSEWHERE), *self._class(placed),
            site.id if placed.is_here else hidden,
            self._say(kind_text(option)) if placed.is_here else hidden,
            self._districts.get(site.district, site.district),
        )  # fmt: skip
        remains, gaps = (
            self._say(told.names.rules(codes)) or self._say(heads.NONE)
            for codes in (option.remains, option.not_checked)
        )
        return head, (
            round(option.points, 2), *self._fares(placed), self._acquire(option.must_acquire),
            remains if placed.is_here else hidden, gaps if placed.is_here else hidden,
            *self._history(row, is_own=placed.is_own), self._say(beside_best_text(told, row)),
            self._say(not_all_known_text(told, row)),
        )  # fmt: skip

    def _class(self, placed: Placed) -> Row:
        project = placed.row.project
        return (project.priority, project.batch) if placed.is_own else (None, None)

    def _fares(self, placed: Placed) -> Row:
        """Return deductions, regret and own best site; of others' projects nothing."""
        if not placed.is_own:
            return (None, None, None)
        best = self._told.best(placed.row)
        return (
            self._say(deductions_text(placed.option)),
            round(placed.row.regret, 2),
            best.site.id if best else self._say(_NOT_TOLD) if placed.row.best else None,
        )

    def _acquire(self, must: bool | None) -> str:  # noqa: FBT001 - a value, no switch
        if must is None:
            return self._say(heads.NOBODY_KNOWS)
        return self._say(heads.YES if must else heads.NO)

    def _history(self, row: PlanRow, *, is_own: bool) -> Row:
        if not is_own:
            return (None, None, None)
        locked = self._say(heads.YES if row.lock is not None else heads.NO)
        return locked, self._say(self._told.lock(row)), self._say(since_text(self._told, row))

    def _unplaced(self, row: PlanRow) -> tuple[Row, Row]:
        project = row.project
        head = (
            project.id, project.name, self._say(_UNPLACED), project.priority, project.batch,
            *(None,) * 3,
        )  # fmt: skip
        why = why_not_text(self._told, row)
        blank = (None,) * 7
        return head, (
            *blank,
            *self._history(row, is_own=True),
            self._say(why if why != NO_TEXT else heads.NOBODY_KNOWS),
            self._say(not_all_known_text(self._told, row)),
        )


def _quotas(material: Material, told: Listener) -> Sheet:
    """Return the quotas that may be read; how many are of other districts alone."""
    made = quota_sheet(told.quotas, material.say(QUOTAS), language=material.language)
    elsewhere = len(told.plan.quotas) - len(told.quotas)
    if not elsewhere:
        return made
    note = material.say(_QUOTAS_ELSEWHERE).format(elsewhere)
    line: Row = (note, *(None,) * (len(made.columns) - 1))
    return Sheet(made.title, made.columns, (*made.rows, line), has_filter=True, totals=1)
