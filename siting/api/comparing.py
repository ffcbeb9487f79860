"""One project's alternatives side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from siting.api.judging import check, project_id
from siting.api.searching import repair, suggest
from siting.study import Study

if TYPE_CHECKING:
    from siting.compare import Comparison
    from siting.model import RepairSearch, Report, Search


def compare(
    study: Study,
    project: str,
    *,
    report: Report | None = None,
    searches: Sequence[Search] | None = None,
    repairs: Sequence[RepairSearch] | None = None,
    has_repairs: bool = True,
) -> Comparison:
    """Return the alternatives of one project side by side (多方案比选).

    What is not given is found: sites for all projects, for they are served together, and
    corrections of the project's own red lines.

    Parameters
    ----------
    study
        From :func:`load`.
    project
        Its id or an alias.
    report
        From :func:`check`, of all red lines of the city.
    searches
        From :func:`suggest`.
    repairs
        From :func:`repair`.
    has_repairs
        Whether to look for corrections where none are given: that takes longest.

    Raises
    ------
    ConfigError
        When there is no such project, with the nearest one.
    """
    from siting.compare import Material, gather
    from siting.model import Project

    name = project_id(study, project)
    report = check(study) if report is None else report
    searches = suggest(study, report) if searches is None else searches
    known = {each.id: each for each in study.atlas.projects}
    own = tuple(each for each in report.results if each.red_line.project_id == name)
    if repairs is None and has_repairs:
        repairs = repair(study, replace(report, results=own))
    return gather(
        Material(
            known.get(name, Project(name, "")),
            report,
            study.atlas,
            study.city,
            next((each for each in searches if each.project_id == name), None),
            None if repairs is None else tuple(r for r in repairs if r.project_id == name),
        )
    )
