"""``siting handover``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import (
    decisions_option,
    language_option,
    no_sheets_option,
    open_study,
    output_option,
    previous_option,
    progress_to_stderr,
    study_options,
    with_answers,
)


@click.command("handover")
@study_options
@output_option
@decisions_option
@previous_option
@no_sheets_option
@language_option
def handover_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    output: Path | None,
    tables: tuple[Path, ...],
    previous: Path | None,
    no_sheets: bool,
    language: str | None,
) -> None:
    """Write one package per district: tables, map, sheet and its part of the plan. 移交各区

    Also plan.json, plan.xlsx, plan.gpkg and plan.geojson of the whole city. Nothing is handed
    over when planned sites overlap, when a file does not read back, or over a reply form that was
    filled in.
    """
    from siting import api

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    study = with_answers(study, tables=tables, previous=previous)
    options = api.RunOptions(not no_sheets, language=language or "")
    api.require_room(study, options)
    found = api.find(study, progress=progress_to_stderr(quiet=quiet))
    given, look = (study, found.report, found.searches), api.MapOptions(language=language)
    api.maps(*given, plan=found.plan, options=look)
    packages = api.hand_over(*given, plan=found.plan, unplanned=found.unplanned, options=options)
    for path in (*packages, *api.write_plan(study, found.plan)):
        click.echo(path)
    if found.unplanned is not None:
        raise found.unplanned
