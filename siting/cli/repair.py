"""``siting repair``."""

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


@click.command("repair")
@study_options
@project_option
@click.option(
    "--reach",
    "reach_m",
    type=click.FloatRange(min=0, min_open=True),
    metavar="METRES",
    help="How far a red line may be moved. Default: the side of a square of its area, 50 to 300.",
)
@click.option(
    "--min-width",
    "width_m",
    type=click.FloatRange(min=0, min_open=True),
    metavar="METRES",
    help="What no part of a repair is narrower than. Default: what the rule book's quality rule "
    "asks for and 10 at least, never more than the red line has now.",
)
@click.option(
    "--count",
    type=click.IntRange(min=1, max=20),
    default=5,
    show_default=True,
    help="Repairs per red line at most.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write a red-line TXT of each repair, repairs.geojson (a viewing copy) and report.json.",
)
@click.option("--overwrite", is_flag=True, help="Replace files in FOLDER that are there.")
@json_option
@language_option
def repair_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    projects: tuple[str, ...],
    reach_m: float | None,
    width_m: float | None,
    count: int,
    out: Path | None,
    overwrite: bool,
    as_json: bool,
    language: str | None,
) -> None:
    """Correct red lines that are in conflict: cut, move, swap parcels. 红线修正方案

    Every repair passed the same check again: no prohibited rule is broken. Status 0: each red
    line in conflict has one. 1: some has none, and it is said why.
    """
    from siting import api
    from siting.repair.lines import repair_lines
    from siting.report import repairs_to_list, report_to_dict, write_repairs, write_report

    study = open_study(city, as_of=as_of, data_dir=data_dir, quiet=quiet)
    report = api.check(study, projects=projects)
    searches = api.repair(
        study, report, options=api.RepairOptions(reach_m=reach_m, width_m=width_m, count=count)
    )
    names = {project.id: project.name for project in report.projects}
    if out is not None:
        files = write_repairs(out, report, searches, names=names, overwrite=overwrite)
        write_report(out / "report.json", report, repairs=searches)
        click.echo(f"· {len(files) + 1} → {out}", err=True)
    if as_json:
        content = report_to_dict(report, repairs=searches)
        shown = {key: content[key] for key in ("schema", "identity", "crs")}
        echo_json({**shown, "repairs": repairs_to_list(searches, with_geometry=True)})
    else:
        for line in repair_lines(searches, names, language or study.city.language):
            click.echo(line)
    raise SystemExit(0 if all(search.repairs for search in searches) else 1)
