"""Sheets and reports for print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from siting.study import Study

if TYPE_CHECKING:
    from siting.model import Report, Search
    from siting.sheets import SheetOptions


def sheets(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    options: SheetOptions | None = None,
) -> tuple[Path, ...]:
    """Write A3 map sheets (PDF) under ``sheets/`` of the output folder; return their paths.

    Parameters
    ----------
    study, report, searches
        From :func:`load`, :func:`check` and :func:`suggest`.
    options
        Which districts, title, logo and language; by default the city and every district.

    Raises
    ------
    ConfigError
        For a district that the city does not have, with the nearest one.
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
        options=options,
    )


def report_pdf(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    options: SheetOptions | None = None,
) -> tuple[Path, ...]:
    """Write the report for print (PDF) under ``reports/`` of the output folder; return the paths.

    One of the city, or one of each district that the options name; a page per project. Corrected
    red lines are in it where ``report.repairs`` has them.

    Parameters and errors are those of :func:`sheets`; ``options.projects`` (ids or aliases)
    narrows it to these projects.

    Raises
    ------
    ConfigError
        Also for a project that is not there.
    """
    from dataclasses import replace

    from siting.api.judging import project_id
    from siting.sheets import SheetOptions, write_report_pdf

    chosen = options or SheetOptions()
    named = tuple(project_id(study, name) for name in chosen.projects)
    return write_report_pdf(
        report,
        searches,
        study.atlas,
        city=study.city,
        folder=study.city.output / "reports",
        options=replace(chosen, projects=named),
    )
