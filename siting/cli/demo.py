"""``siting demo``."""

from __future__ import annotations

from pathlib import Path

import click

from siting.cli.finish import finish, strict_option
from siting.cli.options import language_option, progress_to_stderr, quiet_option, workers_option


@click.command("demo")
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("siting-demo")
)
@quiet_option
@language_option
@workers_option
@strict_option
def demo_command(
    folder: Path, quiet: bool, language: str | None, workers: int, strict: bool
) -> None:
    """Copy the sample city into FOLDER and do the whole job on it. 示范市演示

    Results are in FOLDER/maps; the data, yours to play with, in FOLDER/data.
    """
    from siting import api

    result = api.demo(folder, workers=workers, progress=progress_to_stderr(quiet=quiet))
    finish(result, language=language, strict=strict)
