"""``siting run``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.finish import finish, strict_option
from siting.cli.options import (
    language_option,
    output_option,
    progress_to_stderr,
    study_date,
    study_options,
    workers_option,
)


@click.command("run")
@study_options
@output_option
@language_option
@workers_option
@strict_option
def run_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    output: Path | None,
    language: str | None,
    workers: int,
    strict: bool,
) -> None:
    """Do it all: check, suggest, draw, hand over. 全流程

    Writes city.html, districts/, handover/ and report.json into the output folder.
    """
    from siting import api

    result = api.run(
        city,
        as_of=study_date(city, as_of),
        data_dir=data_dir,
        output=output,
        workers=workers,
        progress=progress_to_stderr(quiet=quiet),
    )
    finish(result, language=language, strict=strict)
