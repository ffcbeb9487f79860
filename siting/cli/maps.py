"""``siting map``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import (
    districts_option,
    language_option,
    open_study,
    output_option,
    progress_to_stderr,
    scenarios_option,
    study_options,
    title_option,
)


@click.command("map")
@study_options
@districts_option
@title_option
@click.option(
    "--logo",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.png",
    help="The bureau's logo, kept in the page: PNG, JPEG or plain SVG of at most 300 kB.",
)
@language_option
@output_option
@click.option("--no-plan", is_flag=True, help="Draw no plan of the city: quicker. 不含统筹方案")
@scenarios_option
def map_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    districts: tuple[str, ...],
    title: str,
    logo: Path | None,
    language: str | None,
    output: Path | None,
    no_plan: bool,
    scenarios: bool,
) -> None:
    """Draw the city map and the district maps, one offline HTML file each. 一张图

    With --district only the maps of these districts. --lang is what a page opens in: it keeps
    its switch.
    """
    from siting import api

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, output=output, quiet=quiet, is_record=True
    )
    options = api.MapOptions(districts, title=title, logo=logo, language=language)
    found = api.find(
        study,
        with_plan=not no_plan,
        with_scenarios=scenarios,
        progress=progress_to_stderr(quiet=quiet),
    )
    pages = api.maps(
        study,
        found.report,
        found.searches,
        plan=found.plan,
        scenarios=found.scenarios,
        options=options,
    )
    for path in pages:
        click.echo(path)
    if found.unplanned is not None:
        raise found.unplanned
