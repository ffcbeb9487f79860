"""``siting workbook``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import language_option, open_study, output_option, study_options


@click.command("workbook")
@study_options
@click.option(
    "--district",
    default="",
    metavar="CODE",
    help="Only this district (code or name), with the rows of its package.",
)
@output_option
@language_option
def workbook_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    district: str,
    output: Path | None,
    language: str | None,
) -> None:
    """Write a workbook: summary, projects, findings, composition, alternatives. 工作簿

    Also what was not checked, and what it rests on. Writes workbook.xlsx, or
    districts/CODE.xlsx, into the output folder; a file that is there is replaced.
    """
    from siting import api

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    report = api.check(study)
    searches = api.suggest(study, report)
    click.echo(api.workbook(study, report, searches, district=district, language=language or ""))
