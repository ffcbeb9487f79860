"""``siting sample``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click


@click.command("sample")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--parcels", type=click.IntRange(min=2000), default=4000, show_default=True)
@click.option("--seed", type=int, default=2026, show_default=True)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2026-11-20",
    show_default=True,
    metavar="DATE",
    help="Date of the fictional data.",
)
def sample_command(folder: Path, parcels: int, seed: int, as_of: dt.datetime) -> None:
    """Generate a fictional city of any size into FOLDER. 生成示范市"""
    from siting import api
    from siting.errors import Where, WriteError

    if folder.exists() and any(folder.iterdir()):
        raise WriteError(
            f"the folder '{folder}' is not empty",
            where=Where(file=str(folder)),
            expected="a new or an empty folder",
            next_step="choose another folder",
        )
    api.generate(folder, seed=seed, parcels=parcels, as_of=as_of.date())
    click.echo(folder / "city.toml")
