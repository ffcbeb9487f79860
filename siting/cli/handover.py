"""``siting handover``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import open_study, output_option, progress_to_stderr, study_options


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
    found = api.find(study, progress=progress_to_stderr(quiet=quiet))
    api.maps(study, found.report, found.searches, plan=found.plan)
    for path in api.hand_over(study, found.report, found.searches, plan=found.plan):
        click.echo(path)
    if found.unplanned is not None:
        raise found.unplanned
