"""``siting compare``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import (
    echo_json,
    json_option,
    language_option,
    open_study,
    progress_to_stderr,
    study_options,
)


@click.command("compare")
@study_options
@click.argument("project", metavar="PROJECT")
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write one offline page: bars, maps to one scale, table, reasons; prints on A4 and A3.",
)
@click.option(
    "--xlsx",
    "xlsx_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.xlsx",
    help="Write a workbook: side by side, points with live sums, reasons, grounds.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option("--no-repairs", is_flag=True, help="Leave corrected red lines out.")
@json_option
@language_option
def compare_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    project: str,
    html_file: Path | None,
    xlsx_file: Path | None,
    overwrite: bool,
    no_repairs: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Compare the alternatives of PROJECT side by side. 多方案比选

    The present red line, the offered sites by rank and the corrected red lines: criteria,
    contributions, conflicts, areas, and the sentence why. Status 0: there is an alternative.
    1: there is none, and it is said why.
    """
    from siting import api
    from siting.compare import OptionKind, comparison_lines, comparison_to_dict, write_page
    from siting.compare.workbook import write_workbook
    from siting.save import require_new

    files = [file for file in (html_file, xlsx_file) if file is not None]
    require_new(files, overwrite=overwrite)
    study = open_study(city, as_of=as_of, data_dir=data_dir, quiet=quiet, is_record=bool(files))
    language = language or study.city.language
    found = api.compare(study, project, has_repairs=not no_repairs)
    tell = progress_to_stderr(quiet=quiet)
    if html_file is not None:
        write_page(html_file, found, language=language)
        tell(f"→ {html_file}")
    if xlsx_file is not None:
        write_workbook(xlsx_file, found, language=language, may_replace=overwrite)
        tell(f"→ {xlsx_file}")
    if as_json:
        echo_json(comparison_to_dict(found))
    else:
        for line in comparison_lines(found, language):
            click.echo(line)
    raise SystemExit(0 if found.of_kind(OptionKind.SITE, OptionKind.REPAIR) else 1)
