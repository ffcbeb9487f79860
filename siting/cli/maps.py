"""``siting map``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import open_study, output_option, study_options


@click.command("map")
@study_options
@output_option
def map_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    output: Path | None,
) -> None:
    """Draw the city map and the district maps, one offline HTML file each. 一张图"""
    from siting import api

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    report = api.check(study)
    for path in api.maps(study, report, api.suggest(study, report)):
        click.echo(path)
