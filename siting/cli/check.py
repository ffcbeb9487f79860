"""``siting check``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import (
    echo_json,
    json_option,
    language_option,
    open_study,
    project_option,
    study_options,
    workers_option,
)


@click.command("check")
@study_options
@project_option
@click.option(
    "--redline",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Check the red lines of this file instead of the city's; may be given several times.",
)
@click.option("--crs", default="", metavar="EPSG:…", help="CRS of FILE where it carries none.")
@click.option(
    "--as-project",
    default="",
    metavar="ID",
    help="The project that the red lines of FILE belong to, where FILE does not say.",
)
@json_option
@click.option("--geojson", "as_geojson", is_flag=True, help="The findings as GeoJSON (WGS84).")
@language_option
@workers_option
def check_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    projects: tuple[str, ...],
    files: tuple[Path, ...],
    crs: str,
    as_project: str,
    as_json: bool,
    as_geojson: bool,
    language: str | None,
    workers: int,
) -> None:
    """Check red lines for conflicts. 核查红线

    Status 0: clean. 1: findings, or something was not checked. 2: usage or input.
    """
    from dataclasses import replace

    from siting import api
    from siting.cli.render import is_clean, report_lines
    from siting.report import findings_geojson, report_to_dict

    study = open_study(city, as_of=as_of, data_dir=data_dir, quiet=quiet)
    red_lines = None
    refused = study.atlas.refused_red_lines
    if files:
        read = [api.read_red_lines(f, study, crs=crs, project_id=as_project) for f in files]
        red_lines = tuple(red_line for some, _ in read for red_line in some)
        refused = tuple(refusal for _, some in read for refusal in some)
    report = api.check(study, projects=projects, red_lines=red_lines, workers=workers)
    report = replace(report, refused_red_lines=refused)
    if as_json:
        echo_json(report_to_dict(report))
    elif as_geojson:
        echo_json(findings_geojson(report))
    else:
        for line in report_lines(report, language or study.city.language):
            click.echo(line)
    raise SystemExit(0 if is_clean(report) else 1)
