"""Sheets and reports for print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from siting.study import Study

if TYPE_CHECKING:
    from siting.model import Report, Search, Text
    from siting.planning import CityPlan, Scenario
    from siting.sheets import SheetOptions


def sheets(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    plan: CityPlan | Text | None = None,
    options: SheetOptions | None = None,
) -> tuple[Path, ...]:
    """Write A3 map sheets (PDF) under ``sheets/`` of the output folder; return their paths.

    Parameters
    ----------
    study, report, searches
        From :func:`load`, :func:`check` and :func:`suggest`.
    plan
        From :func:`plan`, of the same report: its sites are drawn and named in the table. A text
        says why there is none.
    options
        Which districts, title, logo and language; by default the city and every district.

    Raises
    ------
    ConfigError
        For a district that the city does not have, with the nearest one; for a plan of another
        report.
    ReadError
        For a logo that is no PNG or JPEG.
    WriteError
        When there is no font with Chinese, or a sheet cannot be written.
    """
    from siting.sheets import write_sheets

    return write_sheets(
        report,
        searches,
        study.atlas,
        city=study.city,
        folder=study.city.output / "sheets",
        options=_with_plan(options, report, plan),
    )


def report_pdf(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    plan: CityPlan | Text | None = None,
    scenarios: Sequence[Scenario] = (),
    options: SheetOptions | None = None,
) -> tuple[Path, ...]:
    """Write the report for print (PDF) under ``reports/`` of the output folder; return the paths.

    One of the city, or one of each district that the options name; a page per project. Corrected
    red lines are in it where ``report.repairs`` has them, and what land is made of where the city
    has a land-use layer (:func:`compose`).

    Parameters and errors are those of :func:`sheets`; ``options.projects`` (ids or aliases)
    narrows it to these projects. ``plan`` and ``scenarios`` are told in words and tables, the
    plan's sites on the little maps; scenarios go with a plan.

    Raises
    ------
    ConfigError
        Also for a project that is not there.
    """
    from siting.api.judging import project_id
    from siting.sheets import write_report_pdf

    chosen = _with_plan(options, report, plan, scenarios)
    named = tuple(project_id(study, name) for name in chosen.projects)
    return write_report_pdf(
        report,
        searches,
        study.atlas,
        city=study.city,
        folder=study.city.output / "reports",
        options=replace(chosen, projects=named),
    )


def _with_plan(
    options: SheetOptions | None,
    report: Report,
    plan: CityPlan | Text | None,
    scenarios: Sequence[Scenario] = (),
) -> SheetOptions:
    """Return the options with the plan that is to be shown, or with why there is none."""
    from siting.mapping import Planned
    from siting.model import Text
    from siting.planning import require_same_report
    from siting.sheets import SheetOptions

    chosen = options or SheetOptions()
    if plan is None:
        return chosen
    if isinstance(plan, Text):
        return replace(chosen, unplanned=plan)
    require_same_report(plan, report)
    return replace(chosen, planned=Planned(plan, tuple(scenarios)))
