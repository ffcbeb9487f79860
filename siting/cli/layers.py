"""``siting layers``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import (
    accepted_by_name,
    echo_json,
    json_option,
    language_option,
    layer_accept_option,
    open_study,
    study_options,
)

_MARKS = {"passed": ("✓", "green"), "short": ("!", "yellow"), "failed": ("✗", "red")}


@click.command("layers")
@study_options
@layer_accept_option
@json_option
@language_option
def layers_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    accepts: tuple[str, ...],
    as_json: bool,
    language: str | None,
) -> None:
    """Load every layer and show what its load contract found. 图层核验

    Status 1 when a layer failed (✗) or is short of rows (!): nothing is clear of it then.
    """
    from siting import api
    from siting.report import report_to_dict

    study = open_study(
        city, as_of=as_of, data_dir=data_dir, quiet=quiet, accept=accepted_by_name(accepts)
    )
    failed = [layer for layer in study.atlas.layers if str(layer.contract.status) != "passed"]
    if as_json:
        report = api.check(study, red_lines=())
        echo_json({"layers": report_to_dict(report)["inputs"]})
        raise SystemExit(1 if failed else 0)
    for layer in study.atlas.layers:
        contract = layer.contract
        sign, color = _MARKS[str(contract.status)]
        mark = click.style(sign, fg=color)
        click.echo(
            f"{mark} {layer.name} ({layer.title.get(language or study.city.language)}) "
            f"{contract.rows_in:,} = {contract.rows_used:,} + {contract.rows_refused:,}"
        )
        for text in (*contract.problems, *contract.notes):
            click.echo(f"    {text}")
        for refusal in contract.refusals:
            click.echo(f"    row {refusal.row} {refusal.feature_id}: {refusal.reason}")
    raise SystemExit(1 if failed else 0)
