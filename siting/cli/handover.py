"""``siting handover``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import open_study, output_option, study_options


@click.command("handover")
@study_options
@output_option
def handover_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    output: Path | None,
) -> None:
    """Write one package per district, with its map. 移交各区"""
    from siting import api

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    report = api.check(study)
    searches = api.suggest(study, report)
    api.maps(study, report, searches)
    for path in api.hand_over(study, report, searches):
        click.echo(path)
