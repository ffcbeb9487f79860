"""``siting workbook``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import (
    language_option,
    no_plan_option,
    open_study,
    output_option,
    plan_file_option,
    plan_to_tell,
    study_options,
)


@click.command("workbook")
@study_options
@click.option(
    "--district",
    default="",
    metavar="CODE",
    help="Only this district (code or name), with the rows of its package.",
)
@plan_file_option
@no_plan_option
@output_option
@language_option
def workbook_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    district: str,
    plan_file: Path | None,
    no_plan: bool,
    output: Path | None,
    language: str | None,
) -> None:
    """Write a workbook: summary, projects, findings, composition, alternatives, plan. 工作簿

    Also what was not checked, and what it rests on. The plan is that of --plan, else plan.json
    of the output folder where it is of these data. Writes summary.xlsx, or
    districts/CODE.xlsx, into the output folder; a file that is there is replaced.
    """
    from siting import api

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    report = api.check(study)
    searches = api.suggest(study, report)
    plan = plan_to_tell(study, report, plan_file, is_wanted=not no_plan)
    path = api.workbook(
        study, report, searches, district=district, language=language or "", plan=plan
    )
    click.echo(path)
