"""``siting exclude``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import (
    echo_json,
    json_option,
    language_option,
    open_study,
    store_at_hand,
    study_options,
)


@click.command("exclude")
@study_options
@click.option(
    "--out",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.parquet",
    help="Write the table as GeoParquet: a row per parcel, five columns per rule.",
)
@click.option("--overwrite", is_flag=True, help="Replace FILE.parquet if it is there.")
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="CODE",
    help="Only this rule; may be given several times.",
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Threads of the overlay kernel; the table does not depend on it.",
)
@json_option
@language_option
def exclude_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    out: Path | None,
    overwrite: bool,
    rules: tuple[str, ...],
    threads: int,
    as_json: bool,
    language: str | None,
) -> None:
    """Tabulate what of each parcel each rule excludes. 排除表（全市逐宗）

    Status 1 when some parcel could not be checked in full by some rule of the table.
    """
    from siting import api
    from siting.exclude import exclusion_lines, exclusion_to_dict
    from siting.save import require_new

    if out is not None:
        require_new([out], overwrite=overwrite)
    study = open_study(city, as_of=as_of, data_dir=data_dir, quiet=quiet, is_record=out is not None)
    table = api.exclude(study, rules=rules, threads=threads, store=store_at_hand(study.city))
    if out is not None:
        for note in api.write_exclusion(study, table, out):
            click.echo(f"· {note.get(language or study.city.language)}", err=True)
        click.echo(f"· {out}", err=True)
    if as_json:
        echo_json(exclusion_to_dict(table))
    else:
        for line in exclusion_lines(table, language=language or study.city.language):
            click.echo(line)
    raise SystemExit(0 if table.is_complete else 1)
