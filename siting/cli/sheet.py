"""``siting sheet``."""

from __future__ import annotations

import datetime as dt
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
    study_options,
    title_option,
)


@click.command("sheet")
@study_options
@districts_option
@title_option
@logo_option
@language_option
@plan_file_option
@no_plan_option
@output_option
def sheet_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    districts: tuple[str, ...],
    title: str,
    logo: Path | None,
    language: str | None,
    plan_file: Path | None,
    no_plan: bool,
    output: Path | None,
) -> None:
    """Draw A3 map sheets (PDF) of the city and of each district. 图幅

    At a true round scale, with grid, legend and the table of projects; a table that is too long
    for the first page goes on further pages. The plan is that of --plan, else plan.json of the
    output folder where it is of these data. Written to sheets/ of the output folder.
    """
    from siting import api

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    options = api.SheetOptions(districts, title=title, logo=logo, language=language)
    report = api.check(study)
    plan = plan_to_tell(study, report, plan_file, is_wanted=not no_plan)
    searches = api.suggest(study, report)
    for path in api.sheets(study, report, searches, plan=plan, options=options):
        click.echo(path)
