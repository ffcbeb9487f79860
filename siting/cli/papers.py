"""``siting papers``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import (
    as_of_option,
    data_dir_option,
    language_option,
    no_cache_option,
    no_plan_option,
    open_study,
    output_option,
    plan_file_option,
    plan_to_tell,
    progress_to_stderr,
    project_option,
    quiet_option,
)

if TYPE_CHECKING:
    from siting.api import Study
    from siting.model import RepairSearch, Report


@click.command("papers")
@click.argument("city", type=click.Path(path_type=Path), metavar="CITY.toml", required=False)
@as_of_option
@data_dir_option
@no_cache_option
@quiet_option
@project_option
@click.option(
    "--district", default="", metavar="CODE", help="Papers for one district: what it may read."
)
@click.option(
    "--template",
    "templates",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Folder with the bureau's own checklist.docx, advice.docx, letter.docx; siting's own "
    "stand for those that are not there.",
)
@click.option(
    "--write-template",
    "own_folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write siting's own templates into DIR, to be edited in Word, and end.",
)
@click.option("--no-repairs", is_flag=True, help="Do not look for corrected red lines.")
@plan_file_option
@no_plan_option
@click.option("--overwrite", is_flag=True, help="Replace papers that are there, edited or not.")
@output_option
@language_option
def papers_command(
    city: Path | None,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    projects: tuple[str, ...],
    district: str,
    templates: Path | None,
    own_folder: Path | None,
    no_repairs: bool,
    plan_file: Path | None,
    no_plan: bool,
    overwrite: bool,
    output: Path | None,
    language: str | None,
) -> None:
    """Write the papers of the dossier as Word files. 核查表、选址建议、征求意见函

    Per project: a checklist for each red line, the proposals, and a letter to each office that
    has to be asked. The proposals tell what the plan gives the project: that of --plan, else
    plan.json of the output folder where it is of these data. Papers are to be edited: nothing
    that is there is replaced unasked.
    Status 0: written. 2: usage, input or template.
    """
    from siting import api
    from siting.model import Text

    tell = progress_to_stderr(quiet=quiet)
    if own_folder is not None:
        for path in api.paper_templates(own_folder, language=language or "zh", overwrite=overwrite):
            click.echo(path)
        return
    if city is None:
        raise click.UsageError("give CITY.toml, or --write-template DIR")
    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    orders = api.Orders(district, language or "", None, templates, overwrite)
    _tell_missing(templates, tell)
    report = api.check(study, progress=tell)
    searches = api.suggest(study, report)
    planned = plan_to_tell(study, report, plan_file, is_wanted=not no_plan)
    plan = None if isinstance(planned, Text) else planned
    if not no_repairs:
        report = replace(report, repairs=_repairs(study, report, projects))
    for path in api.papers(study, report, searches, projects=projects, orders=orders, plan=plan):
        click.echo(path)


def _tell_missing(templates: Path | None, tell: Callable[[str], None]) -> None:
    from siting.papers import missing_templates

    for name in () if templates is None else missing_templates(templates):
        tell(f"{name}: none in {templates}, siting's own is taken")


def _repairs(study: Study, report: Report, projects: tuple[str, ...]) -> tuple[RepairSearch, ...]:
    """Correct the red lines of the projects, as many as city.toml lets a run correct."""
    from siting import api

    ids = {api.project_id(study, name) for name in projects}
    own = tuple(r for r in report.results if not ids or r.red_line.project_id in ids)
    spec = study.city.repair
    options = api.RepairOptions(count=spec.count, most=spec.most)
    return api.repair(study, replace(report, results=own), options=options)
