"""``siting suggest``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from siting.cli.options import (
    echo_json,
    json_option,
    language_option,
    open_study,
    project_option,
    study_options,
)

#: What of a report `--json` shows: what was suggested, and all that it was scored by.
_SHOWN = (
    "schema", "identity", "searches_identity", "profiles", "access", "searches", "suggestions",
)  # fmt: skip


@click.command("suggest")
@study_options
@project_option
@click.option(
    "--nearest",
    is_flag=True,
    help="For every project also the parcel nearest to being offered, and what stands in its "
    "way; without it, where there is no site. 最接近可选的宗地",
)
@json_option
@language_option
def suggest_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    projects: tuple[str, ...],
    nearest: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Suggest sites for projects without a stable red line. 选址建议

    All projects are served together, so that no land is offered twice; --project only
    picks what is shown.
    """
    from siting import api
    from siting.cli.render import search_lines
    from siting.report import report_to_dict

    study = open_study(city, as_of=as_of, data_dir=data_dir, quiet=quiet)
    report = api.check(study)
    searches = api.suggest(study, report, nearest_for_all=nearest)
    if projects:
        wanted = {api.project_id(study, name) for name in projects}
        searches = tuple(search for search in searches if search.project_id in wanted)
    if as_json:
        content = report_to_dict(report, searches)
        echo_json({key: content[key] for key in _SHOWN})
        return
    names = {project.id: project.name for project in report.projects}
    for line in search_lines(searches, names, language or study.city.language):
        click.echo(line)
