"""``siting compose``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import (
    echo_json,
    json_option,
    language_option,
    open_study,
    project_option,
    study_options,
)

if TYPE_CHECKING:
    from siting.api import Composed, Study
    from siting.model import RedLine


@click.command("compose")
@study_options
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@project_option
@click.option(
    "--red-line",
    "red_line_ids",
    multiple=True,
    metavar="ID",
    help="Only this red line; may be given several times.",
)
@click.option("--crs", default="", metavar="EPSG:…", help="CRS of FILE where it carries none.")
@click.option(
    "--by",
    type=click.Choice(["village", "town", "ownership", "class", "category"]),
    default="village",
    show_default=True,
    help="What the lines of the table are, each with its ownership.",
)
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.xlsx",
    help="Write a workbook: the table, all rows in three units, hints and gaps.",
)
@click.option("--overwrite", is_flag=True, help="Replace the workbook if it is there.")
@click.option("--csv", "as_csv", is_flag=True, help="All rows as CSV on stdout.")
@json_option
@language_option
def compose_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    files: tuple[Path, ...],
    projects: tuple[str, ...],
    red_line_ids: tuple[str, ...],
    crs: str,
    by: str,
    xlsx: Path | None,
    overwrite: bool,
    as_csv: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Compose red lines by land use, ownership and village. 用地组成表

    FILE holds red lines that are composed instead of the city's. Every column adds up exactly
    to the red line. Status 0: complete. 1: some land is not known, or a layer has a gap.
    """
    from siting import api
    from siting.compose import detail_sheet, sheets_of
    from siting.save import csv_text, write_sheets

    if as_csv and as_json:
        raise click.UsageError("--csv and --json both want stdout: choose one")
    study = open_study(city, as_of=as_of, data_dir=data_dir, quiet=quiet, is_record=True)
    language = language or study.city.language
    red_lines, refused = _red_lines(study, files, crs)
    composed = api.compose(study, projects=projects, red_lines=red_lines, red_line_ids=red_line_ids)
    if xlsx is not None:
        write_sheets(xlsx, sheets_of(composed, by=by, language=language), may_replace=overwrite)
        click.echo(f"· {xlsx}", err=True)
    if as_csv:
        click.echo(csv_text(detail_sheet(composed, language=language)), nl=False)
    else:
        _show(composed, study, by=by, language=language, as_json=as_json)
    for text in refused:
        click.echo(text, err=True)
    is_complete = all(each.is_complete for each in composed.compositions)
    raise SystemExit(0 if is_complete and not refused else 1)


def _red_lines(
    study: Study, files: tuple[Path, ...], crs: str
) -> tuple[tuple[RedLine, ...] | None, list[str]]:
    """Read the red lines of files, and say which rows were refused there or in city.toml."""
    from siting import api

    read = [api.read_red_lines(file, study, crs=crs) for file in files]
    refused = [refusal for _, some in read for refusal in some]
    if not files:
        refused = list(study.atlas.refused_red_lines)
    texts = [f"refused {each.row} {each.feature_id}: {each.reason}" for each in refused]
    return (tuple(line for some, _ in read for line in some) if files else None), texts


def _show(composed: Composed, study: Study, *, by: str, language: str, as_json: bool) -> None:
    from siting.compose import composed_to_dict, composition_lines

    if as_json:
        echo_json(composed_to_dict(composed, by=by))
        return
    names = {project.id: project.name for project in study.atlas.projects}
    for line in composition_lines(composed, by=by, names=names, language=language):
        click.echo(line)
