"""``siting report``."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import click

from siting.cli.options import (
    districts_option,
    language_option,
    logo_option,
    no_plan_option,
    open_study,
    output_option,
    plan_file_option,
    plan_to_tell,
    progress_to_stderr,
    project_option,
    study_options,
    title_option,
)


@click.command("report")
@study_options
@districts_option
@project_option
@title_option
@logo_option
@language_option
@plan_file_option
@no_plan_option
@click.option("--repairs", "has_repairs", is_flag=True, help="Look for corrected red lines too.")
@output_option
def report_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    districts: tuple[str, ...],
    projects: tuple[str, ...],
    title: str,
    logo: Path | None,
    language: str | None,
    plan_file: Path | None,
    no_plan: bool,
    has_repairs: bool,
    output: Path | None,
) -> None:
    """Set the report (PDF) of the city, or of each --district. 报告

    Cover, contents, summary, a page per project with its maps, findings with their basis, sites
    and corrected red lines, then what was not checked, and the sources. The plan is that of --plan,
    else plan.json of the output folder where it is of these data. Written to reports/ of the
    output folder.
    """
    from siting import api

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    options = api.SheetOptions(
        districts, projects=projects, title=title, logo=logo, language=language
    )
    report = api.check(study)
    if has_repairs or study.city.repair.in_run:
        progress_to_stderr(quiet=quiet)("correcting red lines")
        report = replace(report, repairs=api.repairs_in_run(study, report))
    plan = plan_to_tell(study, report, plan_file, is_wanted=not no_plan)
    searches = api.suggest(study, report)
    for path in api.report_pdf(study, report, searches, plan=plan, options=options):
        click.echo(path)
