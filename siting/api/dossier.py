"""Papers for the dossier as Word files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from siting.api.judging import project_id
from siting.errors import ConfigError, Where
from siting.study import Study

if TYPE_CHECKING:
    from siting.model import Report, Search
    from siting.papers import Material, Orders
    from siting.planning import CityPlan


def papers(
    study: Study,
    report: Report,
    searches: Sequence[Search] = (),
    *,
    projects: Sequence[str] = (),
    orders: Orders | None = None,
    plan: CityPlan | None = None,
) -> tuple[Path, ...]:
    """Write checklists (合规性核查表), proposals (选址建议) and letters (征求意见函) as .docx.

    Parameters
    ----------
    study
        From :func:`load`.
    report
        From :func:`check`, of all red lines of the city; with ``repairs`` where corrected red
        lines are to be told.
    searches
        From :func:`suggest`.
    projects
        Only these projects (id or alias).
    orders
        District, language, folder, the bureau's own templates, and whether papers that are
        there may be replaced; see :class:`siting.papers.Orders`. By default the whole city, in
        its language, into ``papers`` of the output folder.
    plan
        From :func:`plan`, of the same report: what it gives each project stands in its proposals.
        Without one no paper says anything of a plan.

    Returns
    -------
    tuple[Path, ...]
        The papers written, by project.

    Raises
    ------
    ConfigError
        When there is no such project or district, or the project has nothing in the district;
        when the plan is of another report.
    ReadError
        When a template cannot be filled in.
    WriteError
        When a paper is there and may not be replaced, or cannot be written.
    """
    from siting.papers import Orders, write_papers

    orders = orders or Orders()
    ids = [project_id(study, name) for name in projects]
    material = _material(study, report, searches, orders=orders, plan=plan)
    folder = orders.folder or study.city.output / "papers"
    if material.subject.scope.code:
        folder /= material.subject.scope.code
    written = write_papers(
        material, folder, projects=ids, templates=orders.templates, overwrite=orders.overwrite
    )
    if projects and not written:
        raise ConfigError(
            "there is no paper to write",
            where=Where(file=study.city.path.name),
            expected="a project with a red line or a seat in the district",
            found=", ".join(projects),
            next_step="leave --district out, or give another project",
        )
    return written


def paper_templates(
    folder: str | Path, *, language: str = "zh", overwrite: bool = False
) -> tuple[Path, ...]:
    """Write siting's own templates of the papers, to be edited in Word and handed in again.

    Raises
    ------
    WriteError
        When one is there and may not be replaced, or cannot be written.
    """
    from siting.papers import write_templates

    return write_templates(Path(folder), language=language, overwrite=overwrite)


def result_page(
    study: Study,
    report: Report,
    path: str | Path,
    *,
    language: str = "",
    overwrite: bool = False,
) -> None:
    """Write the result of a check as .docx: per red line a small map and the findings.

    Parameters
    ----------
    study
        From :func:`load`.
    report
        From :func:`check`, for instance of the red lines of one file.
    path
        The file to write.
    language
        ``zh`` or ``en``; the city's by default.
    overwrite
        Whether a file that is there may be replaced.

    Raises
    ------
    WriteError
        When the file is there and may not be replaced, or cannot be written.
    """
    from siting.papers import Orders, write_result

    material = _material(study, report, (), orders=Orders(language=language))
    write_result(Path(path), material, overwrite=overwrite)


def _material(
    study: Study,
    report: Report,
    searches: Sequence[Search],
    *,
    orders: Orders,
    plan: CityPlan | None = None,
) -> Material:
    from siting.papers import material_of

    return material_of(report, searches, study.atlas, city=study.city, orders=orders, plan=plan)
