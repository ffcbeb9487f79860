"""``siting convert``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from siting.cli.options import study_date

_STREAM = Path("-")


@click.command("convert")
@click.argument("source", type=click.Path(path_type=Path), metavar="SRC")
@click.argument("target", type=click.Path(path_type=Path), metavar="DST")
@click.option("--to-crs", default="", metavar="EPSG:…", help="Project to this CRS.")
@click.option("--from-crs", default="", metavar="EPSG:…", help="CRS, where SRC carries none.")
@click.option("--layer", default="", metavar="NAME", help="Which layer of SRC.")
@click.option("--encoding", default="", metavar="NAME", help="Of the texts in DST, such as gbk.")
@click.option("--txt-variant", default="", metavar="TEXT", help="Form of a red-line TXT.")
@click.option(
    "--accept",
    default="",
    metavar="HYPOTHESIS",
    help="What you have verified of SRC's coordinates; see siting forensics. Needs --city.",
)
@click.option(
    "--city",
    type=click.Path(path_type=Path),
    metavar="CITY.toml",
    help="The city whose outline bears the hypothesis out.",
)
@click.option("--overwrite", is_flag=True, help="Replace DST if it is there.")
def convert_command(
    source: Path,
    target: Path,
    to_crs: str,
    from_crs: str,
    layer: str,
    encoding: str,
    txt_variant: str,
    accept: str,
    city: Path | None,
    overwrite: bool,
) -> None:
    """Copy one layer into another format, named by the suffix of DST. 转换格式

    ``-`` is stdin or stdout, as one GeoJSON feature a line. Status 1 when rows were refused;
    they are listed on stderr.
    """
    from siting import api

    options = api.ConvertOptions(
        to_crs=to_crs,
        from_crs=from_crs,
        layer=layer,
        encoding=encoding,
        txt_variant=txt_variant,
        overwrite=overwrite,
        accept=accept,
        place=None if city is None else api.place(city, as_of=study_date(city, None)),
    )
    done = api.convert(
        sys.stdin.buffer if source == _STREAM else source,
        sys.stdout.buffer if target == _STREAM else target,
        options,
    )
    for text in done.notes:
        click.echo(f"· {text}", err=True)
    for refusal in done.refused:
        click.echo(f"row {refusal.row} {refusal.feature_id}: {refusal.reason}", err=True)
    counts = f"{done.rows_in:,} = {done.rows_written:,} + {len(done.refused):,}"
    click.echo(f"{counts} (in = written + refused), {done.crs}", err=True)
    raise SystemExit(1 if done.refused else 0)
