"""``siting run``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.finish import finish, strict_option
from siting.cli.options import (
    accepted_by_name,
    decisions_option,
    language_option,
    layer_accept_option,
    no_sheets_option,
    open_study,
    output_option,
    previous_option,
    progress_to_stderr,
    scenarios_option,
    study_options,
    with_answers,
    witness_option,
    workers_option,
)

if TYPE_CHECKING:
    from siting.overlay import Witness


@click.command("run")
@study_options
@layer_accept_option
@output_option
@language_option
@workers_option
@witness_option
@strict_option
@scenarios_option
@decisions_option
@previous_option
@no_sheets_option
@click.option(
    "--all",
    "has_all",
    is_flag=True,
    help="Also the reports for print (PDF) and the papers of the dossier (Word): of the city, and "
    "in each package as its district may read them. 全部成果",
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="With --all: replace papers that were edited since a run wrote them.",
)
def run_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    accepts: tuple[str, ...],
    output: Path | None,
    language: str | None,
    workers: int,
    witness: Witness,
    strict: bool,
    scenarios: bool,
    tables: tuple[Path, ...],
    previous: Path | None,
    no_sheets: bool,
    has_all: bool,
    overwrite: bool,
) -> None:
    """Do it all: check, suggest, repair, plan, draw, hand over. 全流程

    Writes city.html, districts/, handover/, sheets/city.pdf, workbook.xlsx, report.json and the
    plan's files (plan.json, .xlsx, .gpkg, .geojson) into the output folder; with --all reports/
    and papers/ too. Papers that somebody has edited are never replaced unasked: the run then
    does not begin.
    """
    from siting import api

    if overwrite and not has_all:
        raise click.UsageError("--overwrite replaces papers, which --all writes: give both")

    study = open_study(
        city,
        as_of=as_of,
        data_dir=data_dir,
        output=output,
        quiet=quiet,
        accept=accepted_by_name(accepts),
        is_record=True,
    )
    study = with_answers(study, tables=tables, previous=previous)
    tell = progress_to_stderr(quiet=quiet)
    result = api.run_study(
        study,
        workers=workers,
        witness=witness,
        with_scenarios=scenarios,
        options=api.RunOptions(not no_sheets, has_all, overwrite, language or ""),
        progress=tell,
    )
    finish(result, language=language, strict=strict)
