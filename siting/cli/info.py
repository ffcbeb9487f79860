"""``siting info``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import echo_json, json_option

if TYPE_CHECKING:
    from siting.convert import LayerInfo


@click.command("info")
@click.argument("source", type=click.Path(path_type=Path), metavar="SRC")
@click.option("--from-crs", default="", metavar="EPSG:…", help="CRS, where SRC carries none.")
@click.option("--encoding", default="", metavar="NAME", help="Of the texts in SRC.")
@json_option
def info_command(source: Path, from_crs: str, encoding: str, as_json: bool) -> None:
    """Say what a file is: layers, rows, CRS, bounds, encoding, deviations. 查看文件

    Status 1 when a layer cannot be used, or not whole.
    """
    from siting import api

    found = api.info(source, crs=from_crs, encoding=encoding)
    if as_json:
        echo_json(api.info_to_dict(found))
    else:
        click.echo(f"{found.name}  {found.format}  sha256 {found.sha256}")
        for layer in found.layers:
            _show(layer)
    raise SystemExit(0 if found.is_sound else 1)


def _show(layer: LayerInfo) -> None:
    refused = f", {layer.rows_refused:,} refused" if layer.rows_refused else ""
    kinds = " | ".join(layer.kinds) or "-"
    crs = layer.crs or "no CRS"
    click.echo(f"\n{layer.name}: {layer.rows:,} rows{refused}; {kinds}; {crs}")
    if layer.bounds:
        west, south, east, north = (f"{value:.9g}" for value in layer.bounds)
        click.echo(f"  x {west} … {east}, y {south} … {north}")
    if layer.columns:
        click.echo(f"  {', '.join(layer.columns)}")
    if layer.encoding:
        click.echo(f"  {layer.encoding}")
    for text in layer.problems:
        click.echo(f"  {click.style('✗', fg='red')} {text}")
    for text in (*layer.refused, *layer.notes):
        click.echo(f"  {text}")
