"""The reply form (回复表): what a plan gives a district, for it to agree to or to refuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from siting.areas import HECTARE_DECIMALS
from siting.planning.decisions import BETWEEN, HEADINGS, SHEETS, WORDS
from siting.planning.records import PlanRow
from siting.save import Column, Sheet, write_sheets

_M2_PER_HECTARE = 10_000.0
#: What the form shows and nobody reads back.
_NAME, _AREA = "项目名称 / name", "面积（公顷） / area, ha"


def reply_sheet(rows: Iterable[PlanRow], *, by: str = "") -> Sheet:
    """Return the form as a table: one row per placed project, in the order of `rows`.

    Parameters
    ----------
    rows
        Of a plan; those without a site are left out, for there is nothing to answer.
    by
        The office that is asked; its name stands in each row.
    """
    choices = tuple(BETWEEN.join(words[:2]) for words in WORDS.values())
    columns = (
        Column(_heading("project_id"), width=0),
        Column(_NAME, width=0),
        Column(_heading("site"), width=0),
        Column(_AREA, f"0.{'0' * HECTARE_DECIMALS}", 18),
        Column(_heading("decided"), width=20, choices=choices),
        Column(_heading("reason"), width=40),
        Column(_heading("by"), width=24),
        Column(_heading("dated"), width=16),
    )
    cells = tuple(
        (
            row.project.id,
            row.project.name,
            row.option.site.id,
            round(row.option.site.area_m2 / _M2_PER_HECTARE, HECTARE_DECIMALS),
            None,
            None,
            by or None,
            None,
        )
        for row in rows
        if row.option is not None
    )
    return Sheet(SHEETS[0], columns, cells)


def write_reply_form(
    path: Path, rows: Iterable[PlanRow], *, by: str = "", may_replace: bool = False
) -> None:
    """Write the form as a workbook with a drop-down of what may be decided.

    :func:`siting.planning.read_decisions` reads it back: what is agreed changes nothing, what is
    left blank is no consent and is told. Cells are texts, whatever they begin with.

    Parameters
    ----------
    path
        A name that ends in ``.xlsx``.
    rows, by
        See :func:`reply_sheet`.
    may_replace
        Replace a file that is there.

    Raises
    ------
    WriteError
        See :func:`siting.save.write_sheets`.
    """
    write_sheets(path, [reply_sheet(rows, by=by)], may_replace=may_replace)


def _heading(name: str) -> str:
    known: Mapping[str, tuple[str, ...]] = HEADINGS
    return BETWEEN.join(known[name][:2])
