"""``siting exclude``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from siting.cli.options import (
    echo_json,
    json_option,
    language_option,
    open_study,
    store_at_hand,
    study_options,
)

if TYPE_CHECKING:
    from siting.study import Study


@click.command("exclude")
@study_options
@click.option(
    "--out",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.parquet",
    help="Write the table as GeoParquet: a row per parcel, five columns per rule.",
)
@click.option(
    "--raster",
    "raster",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.tif",
    help="Instead of the table write cells: a GeoTIFF, a bit per prohibited rule, and a legend.",
)
@click.option(
    "--cell",
    "cell_m",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    metavar="METRES",
    help="Side of the cells of --raster.",
)
@click.option(
    "--touched",
    is_flag=True,
    help="Exclude every cell that excluded land touches, not only those with their centre on it.",
)
@click.option(
    "--distance",
    "distance",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.tif",
    help="With --raster: how far each cell is from the nearest that is not free, in metres.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
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
    raster: Path | None,
    cell_m: float,
    touched: bool,
    distance: Path | None,
    overwrite: bool,
    rules: tuple[str, ...],
    threads: int,
    as_json: bool,
    language: str | None,
) -> None:
    """Tabulate what of each parcel each rule excludes. 排除表（全市逐宗）

    Status 1 when some parcel could not be checked in full by some rule of the table, or some
    rule of the raster could not be looked at.
    """
    from siting.api.cells import LEGEND
    from siting.save import require_new

    if raster is None and (touched or distance is not None):
        raise click.UsageError("--touched and --distance go with --raster FILE.tif")
    if raster is not None and out is not None:
        raise click.UsageError("--raster FILE.tif and --out FILE.parquet are two runs")
    legend = None if raster is None else raster.with_name(raster.name + LEGEND)
    files = [file for file in (out, raster, legend, distance) if file is not None]
    require_new(files, overwrite=overwrite)
    study = open_study(city, as_of=as_of, data_dir=data_dir, quiet=quiet, is_record=bool(files))
    said = _Said(as_json, language or study.city.language)
    if raster is not None:
        raise SystemExit(_cells(study, rules, (cell_m, touched), (raster, distance), said))
    raise SystemExit(_table(study, rules, threads, out, said))


@dataclass(frozen=True, slots=True)
class _Said:
    """How the result is told on stdout."""

    as_json: bool
    language: str

    def tell(self, content: dict[str, Any], lines: Callable[[], list[str]]) -> None:
        """Write JSON, or lines."""
        if self.as_json:
            echo_json(content)
            return
        for line in lines():
            click.echo(line)


def _table(
    study: Study, rules: tuple[str, ...], threads: int, out: Path | None, said: _Said
) -> int:
    from siting import api
    from siting.exclude import exclusion_lines, exclusion_to_dict

    table = api.exclude(study, rules=rules, threads=threads, store=store_at_hand(study.city))
    if out is not None:
        for note in api.write_exclusion(study, table, out):
            click.echo(f"· {note.get(said.language)}", err=True)
        click.echo(f"· {out}", err=True)
    said.tell(exclusion_to_dict(table), lambda: exclusion_lines(table, language=said.language))
    return 0 if table.is_complete else 1


def _cells(
    study: Study,
    rules: tuple[str, ...],
    cut: tuple[float, bool],
    files: tuple[Path, Path | None],
    said: _Said,
) -> int:
    from siting import api
    from siting.exclude import legend_lines

    cell_m, is_touched = cut
    raster = api.exclusion_raster(study, rules=rules, cut=api.Cut(cell_m, is_touched))
    legend = api.write_exclusion_raster(raster, files[0], distance=files[1])
    for file in files:
        if file is not None:
            click.echo(f"· {file}", err=True)
    said.tell(legend, lambda: legend_lines(legend, language=said.language))
    return 0 if raster.is_complete else 1
