"""The plan as a workbook: figures as numbers, texts as texts, areas that add up to their totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from siting.areas import area_table
from siting.model import SQUARE_METRES_PER_HECTARE, Option, Text
from siting.planning import headings as heads
from siting.planning.about import facts_of
from siting.planning.phrases import (
    BLOCK_NAMES,
    DECIDED_NAMES,
    Names,
    amount_name,
    block_text,
    deductions_text,
    joined,
    kind_text,
    quota_name,
)
from siting.planning.records import CityPlan, PlanRow, QuotaUse
from siting.planning.wording import (
    best_elsewhere,
    is_moved,
    lock_text,
    move_reason_text,
    worded,
)
from siting.save import Column, Sheet, write_sheets

Row = tuple[object, ...]
#: Headings with the number format of what stands under them.
_Columns = tuple[tuple[Text, str], ...]

#: Number formats of square metres, hectares and mu, points and shares.
_M2, _HA, _MU, _POINTS, _SHARE = "#,##0.00", "#,##0.0000", "#,##0.00", "0.00", "0.0%"


def write_workbook(path: Path, plan: CityPlan, *, language: str, may_replace: bool = False) -> None:
    """Write the sheets of a plan; texts of the data are texts, whatever they begin with.

    Raises
    ------
    WriteError
        See :func:`siting.save.write_sheets`.
    """
    write_sheets(path, sheets_of(plan, language=language), may_replace=may_replace)


def sheets_of(plan: CityPlan, *, language: str) -> tuple[Sheet, ...]:
    """Return the sheets: summary, placed, unplaced, quotas, regret, moves, decisions, notes.

    All are there, also without rows: an empty sheet says that there is nothing to say.
    """
    plan = worded(plan)
    book = _Book(plan, language)
    return (
        book.summary(),
        book.placed(),
        book.unplaced(),
        book.quotas(),
        book.regrets(),
        book.moves(),
        book.decisions(),
        book.notes(),
    )


def quota_sheet(uses: Iterable[QuotaUse], title: str, *, language: str) -> Sheet:
    """Return one row per quota: limit, use and what is left, in sites or hectares.

    Parameters
    ----------
    uses
        The quotas, in the order of the rows.
    title
        Of the sheet.
    language
        ``zh`` or ``en``.
    """
    columns = (
        (heads.QUOTA, "@"), (heads.COUNTS, "@"), (heads.UNIT, "@"), (heads.LIMIT, "General"),
        (heads.USED, "General"), (heads.LEFT, "General"), (heads.SHARE, _SHARE),
        (heads.UNKNOWN, "General"), (heads.BASIS, "@"),
    )  # fmt: skip
    made = tuple(Column(head.get(language), style, 0) for head, style in columns)
    rows = tuple(_quota_row(use, language) for use in uses)
    return Sheet(title, made, rows, has_filter=True)


def _quota_row(use: QuotaUse, language: str) -> Row:
    spec = use.spec
    is_count = spec.unit == "sites"
    scale = 1.0 if is_count else SQUARE_METRES_PER_HECTARE
    unit = Text("宗", "sites") if is_count else Text("公顷", "ha")
    figures = (spec.limit, use.used, spec.limit - use.used)
    share = use.used / spec.limit if spec.limit else None
    return (
        quota_name(use, language),
        amount_name(spec.unit).get(language),
        unit.get(language),
        *(round(figure / scale, 4) for figure in figures),
        share,
        None if is_count else round(use.unknown_m2 / scale, 4),
        spec.basis,
    )


class _Book:
    """The sheets of one plan in one language."""

    def __init__(self, plan: CityPlan, language: str) -> None:
        self._plan, self._language, self._names = plan, language, Names(plan)

    def _t(self, text: Text) -> str:
        return text.get(self._language)

    def _sheet(
        self, title: Text, columns: Iterable[tuple[Text, str]], rows: Iterable[Row]
    ) -> Sheet:
        made = tuple(Column(self._t(head), style, 0) for head, style in columns)
        return Sheet(self._t(title), made, tuple(rows))

    def summary(self) -> Sheet:
        rows = [(self._t(what), self._t(told)) for what, told in facts_of(self._plan)]
        return self._sheet(heads.SUMMARY, ((heads.ITEM, "@"), (heads.CONTENT, "@")), rows)

    def placed(self) -> Sheet:
        columns = (
            (heads.PROJECT, "@"), (heads.NAME, "@"), (heads.CLASS, "0"), (heads.BATCH, "@"),
            (heads.SITE, "@"), (heads.WHAT, "@"), (heads.DISTRICT, "@"), (heads.AREA_M2, _M2),
            (heads.AREA_HA, _HA), (heads.AREA_MU, _MU), (heads.POINTS, _POINTS),
            (heads.SCORE, _POINTS), (heads.REGRET, _POINTS), (heads.MUST_ACQUIRE, "@"),
            (heads.DEDUCTIONS, "@"), (heads.REMAINS, "@"), (heads.NOT_CHECKED, "@"),
            (heads.WHY, "@"),
        )  # fmt: skip
        given = [(row, row.option) for row in self._plan.placed if row.option]
        # rounded so that each column adds up to its own total: planned sites share no land
        areas = area_table({row.project.id: option.site.area_m2 for row, option in given})
        rows: list[Row] = [
            (
                *self._lead(row), *self._site(option), area.area_m2, area.area_ha, area.area_mu,
                round(option.points, 2), round(option.score, 2), round(row.regret, 2),
                *self._states(option), self._t(row.why),
            )
            for (row, option), area in zip(given, areas.rows, strict=True)
        ]  # fmt: skip
        if rows:
            total = areas.total
            lead = (self._t(heads.TOTAL), *[None] * 6)
            points = round(sum(option.points for _, option in given), 2)
            figures = (total.area_m2, total.area_ha, total.area_mu, points)
            rows.append((*lead, *figures, *[None] * (len(columns) - len(lead) - len(figures))))
        return self._sheet(heads.PLACED, columns, rows)

    def _lead(self, row: PlanRow) -> Row:
        project = row.project
        return (project.id, project.name, project.priority, project.batch)

    def _site(self, option: Option) -> Row:
        site = option.site
        return (site.id, self._t(kind_text(option)), self._names.district(site.district))

    def _states(self, option: Option) -> Row:
        is_known = option.must_acquire is not None
        acquire = heads.YES if option.must_acquire else heads.NO
        return (
            self._t(acquire if is_known else heads.NOBODY_KNOWS),
            self._t(deductions_text(option)),
            self._t(self._names.rules(option.remains)),
            self._t(self._names.rules(option.not_checked)),
        )

    def unplaced(self) -> Sheet:
        columns = (
            (heads.PROJECT, "@"), (heads.NAME, "@"), (heads.CLASS, "0"), (heads.BATCH, "@"),
            (heads.CONSIDERED, "0"), (heads.KIND, "@"), (heads.REASON, "@"), (heads.WHY, "@"),
        )  # fmt: skip
        rows = [line for row in self._plan.unplaced for line in self._reasons(row)]
        rows += [
            (name, "", None, "", None, self._t(heads.LEFT_OUT), self._t(why), self._t(why))
            for name, why in sorted(self._plan.left_out.items())
        ]
        return self._sheet(heads.UNPLACED, columns, rows)

    def _reasons(self, row: PlanRow) -> Iterator[Row]:
        """Yield a row per reason, each beside the whole sentence."""
        lead, why = (*self._lead(row), row.considered), self._t(row.why)
        told = [
            (self._t(BLOCK_NAMES[block.kind]), self._t(block_text(block, self._names)))
            for block in row.blocks or ()
        ]
        if not told:
            is_open = row.blocks is None
            nothing = heads.NO_REASONS if is_open else row.blocked_by or heads.NOBODY_KNOWS
            told = [("", self._t(nothing))]
        yield from ((*lead, kind, reason, why) for kind, reason in told)

    def quotas(self) -> Sheet:
        title = self._t(heads.QUOTAS)
        return replace(
            quota_sheet(self._plan.quotas, title, language=self._language), has_filter=False
        )

    def regrets(self) -> Sheet:
        columns = (
            (heads.PROJECT, "@"), (heads.NAME, "@"), (heads.CLASS, "0"), (heads.BATCH, "@"),
            (heads.SITE, "@"), (heads.POINTS, _POINTS), (heads.BEST, "@"),
            (heads.BEST_POINTS, _POINTS), (heads.REGRET, _POINTS), (heads.BECAUSE, "@"),
        )  # fmt: skip
        losing = [row for row in self._plan.rows if row.best and round(row.regret, 2)]
        losing.sort(key=lambda row: (-row.regret, row.project.id))
        return self._sheet(heads.REGRETS, columns, map(self._regret, losing))

    def _regret(self, row: PlanRow) -> Row:
        option, best = row.option, row.best
        because = heads.NONE
        if option is None:
            because = row.why
        elif row.lock is not None:
            because = DECIDED_NAMES[row.lock.decided]
        elif best is not None:
            because = best_elsewhere(row, best, self._names)
        return (
            *self._lead(row),
            option.site.id if option else None,
            round(option.points, 2) if option else None,
            best.site.id if best else None,
            round(best.points, 2) if best else None,
            round(row.regret, 2),
            self._t(because),
        )

    def moves(self) -> Sheet:
        columns = (
            (heads.PROJECT, "@"), (heads.NAME, "@"), (heads.CLASS, "0"), (heads.BATCH, "@"),
            (heads.FORMER, "@"), (heads.NOW, "@"), (heads.WHY, "@"),
        )  # fmt: skip
        rows = [
            (
                *self._lead(row),
                row.former_site_id,
                row.option.site.id if row.option else self._t(heads.NONE),
                self._t(move_reason_text(row)),
            )
            for row in self._plan.rows
            if is_moved(row)
        ]
        return self._sheet(heads.MOVES, columns, rows)

    def decisions(self) -> Sheet:
        columns = (
            (heads.DECIDED, "@"), (heads.SITE, "@"), (heads.PROJECT, "@"), (heads.BY, "@"),
            (heads.DATED, "@"), (heads.GIVEN, "@"), (heads.SOURCE, "@"), (heads.COST, "@"),
        )  # fmt: skip
        costs = {
            (row.lock.site, row.project.id): self._t(lock_text(row, self._names))
            for row in self._plan.rows
            if row.lock is not None
        }
        rows = [
            (
                self._t(DECIDED_NAMES[each.decided]),
                each.site,
                self._names.project(each.project_id) if each.project_id else "",
                each.by,
                each.dated.isoformat() if each.dated else "",
                each.reason,
                each.source,
                costs.get((each.site, each.project_id), ""),
            )
            for each in self._plan.decisions
        ]
        return self._sheet(heads.DECISIONS, columns, rows)

    def notes(self) -> Sheet:
        said = [*self._plan.notes]
        said += [
            joined((Text(self._names.project(row.project.id)), row.note), zh="：", en=": ")
            for row in self._plan.rows
            if row.note.zh or row.note.en
        ]
        rows = [(self._t(note),) for note in said]
        return self._sheet(heads.NOTES, ((heads.CONTENT, "@"),), rows)
