"""``siting forensics``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import (
    as_of_option,
    city_argument,
    data_dir_option,
    echo_json,
    json_option,
    language_option,
    study_date,
)

if TYPE_CHECKING:
    from siting.convert import LayerInquiry
    from siting.load.forensic.evidence import Tally

#: Hypotheses that put no point near the city are counted, not listed, in the text.
_WIDTH = 34


@click.command("forensics")
@click.argument("source", type=click.Path(path_type=Path), metavar="SRC")
@city_argument
@as_of_option
@data_dir_option
@click.option("--layer", default="", metavar="NAME", help="Which layer of SRC. Default: each.")
@click.option("--from-crs", default="", metavar="EPSG:…", help="CRS, where SRC carries none.")
@json_option
@language_option
def forensics_command(
    source: Path,
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    layer: str,
    from_crs: str,
    as_json: bool,
    language: str | None,
) -> None:
    """Find out what coordinates are that do not fit the city; nothing is changed. 坐标鉴别

    Swapped axes, zone prefix, wrong central meridian, degrees, feet, GCJ-02, BD-09, a local
    system of city.toml: how many points fall into the city under each. Status 0 when SRC fits
    as it is declared, 1 when it does not.
    """
    from siting import api

    found = api.forensics(
        source,
        city,
        as_of=study_date(city, as_of),
        data_dir=data_dir,
        layer=layer,
        crs=from_crs,
    )
    if as_json:
        echo_json(api.forensics_to_dict(found))
    else:
        click.echo(f"{found.name}  {found.format}")
        for each in found.layers:
            _show(each, language or "zh")
    raise SystemExit(0 if found.is_as_declared else 1)


def _show(layer: LayerInquiry, language: str) -> None:
    inquiry = layer.inquiry
    click.echo(f"\n{layer.name}: {layer.rows:,} rows, {inquiry.points_in_all:,} points", nl=False)
    click.echo(f" ({inquiry.points:,} tried)" if inquiry.points < inquiry.points_in_all else "")
    for text in layer.notes:
        click.echo(f"  {text}")
    click.echo(f"  {'hypothesis':<{_WIDTH}} {'inside':>8} {'near':>8}  share")
    shown = [each for each in inquiry.tallies if each.near or each is inquiry.as_declared]
    for tally in shown:
        click.echo(_row(tally, language))
    if len(inquiry.tallies) > len(shown):
        click.echo(f"  … {len(inquiry.tallies) - len(shown)} more: no point near the city")
    click.echo(f"  {inquiry.summary()}")
    for each in layer.coincidences:
        for row in each.rows:
            click.echo(
                f"  {row.hypothesis:<{_WIDTH}} {each.layer}: median {row.median_m:.2f} m, "
                f"{row.coincident:,} of {row.points:,} coincide"
            )
        click.echo(f"  {each.text()}")
    verdict = layer.verdict
    if verdict and verdict != "as_declared":
        click.echo(f"  → --accept {verdict}")


def _row(tally: Tally, language: str) -> str:
    return (
        f"  {tally.hypothesis.id:<{_WIDTH}} {tally.inside:>8,} {tally.near:>8,} "
        f"{tally.share_inside:>6.1%}  {tally.hypothesis.meaning.get(language)}"
    )
