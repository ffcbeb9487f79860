"""``siting check``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from siting.cli.options import (
    accepted_by_name,
    echo_json,
    json_option,
    language_option,
    open_study,
    progress_to_stderr,
    project_option,
    study_options,
    witness_option,
    workers_option,
)

if TYPE_CHECKING:
    from siting.api import Study
    from siting.model import RedLine, Refusal, Report
    from siting.overlay import Witness


@click.command("check")
@study_options
@project_option
@click.option(
    "--redline",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Check the red lines of this file instead of the city's; may be given several times.",
)
@click.option(
    "--paste",
    "is_pasted",
    is_flag=True,
    help="Check coordinates from standard input: rows of a TXT, x,y rows, cells, degrees, WKT, "
    "GeoJSON.",
)
@click.option("--crs", default="", metavar="EPSG:…", help="CRS of FILE where it carries none.")
@click.option(
    "--accept",
    "accepts",
    multiple=True,
    metavar="[NAME=]HYPOTHESIS",
    help="What you have verified of the coordinates of FILE (or of what is pasted), or of the "
    "layer or red-line file NAME of CITY.toml; see siting forensics.",
)
@click.option("--strict-txt", is_flag=True, help="Every deviation of a red-line TXT is an error.")
@click.option(
    "--as-project",
    default="",
    metavar="ID",
    help="The project that the red lines of FILE belong to, where FILE does not say.",
)
@click.option(
    "--accuracy-m",
    type=click.FloatRange(min=0),
    metavar="M",
    help="Standard deviation (中误差) of the positions of the red lines given, metres: with the "
    "layers' own it makes error bands.",
)
@json_option
@click.option("--geojson", "as_geojson", is_flag=True, help="The findings as GeoJSON (WGS84).")
@click.option(
    "--to-docx",
    "docx_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OUT.docx",
    help="Write the result as a Word file as well: per red line a small map and the findings.",
)
@click.option("--overwrite", is_flag=True, help="Replace OUT.docx where it is there.")
@language_option
@workers_option
@witness_option
def check_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    projects: tuple[str, ...],
    files: tuple[Path, ...],
    is_pasted: bool,
    crs: str,
    accepts: tuple[str, ...],
    strict_txt: bool,
    as_project: str,
    accuracy_m: float | None,
    as_json: bool,
    as_geojson: bool,
    docx_file: Path | None,
    overwrite: bool,
    language: str | None,
    workers: int,
    witness: Witness,
) -> None:
    """Check red lines for conflicts. 核查红线

    Status 0: clean. 1: findings, or something was not checked. 2: usage or input.
    """
    from dataclasses import replace

    from siting import api
    from siting.cli.render import is_clean

    accept, named = _accepted(accepts, has_given=bool(files) or is_pasted)
    if docx_file is not None:
        _require_new(docx_file, overwrite=overwrite)
    study = open_study(
        city,
        as_of=as_of,
        data_dir=data_dir,
        quiet=quiet,
        accept=named,
        is_record=docx_file is not None,
    )
    given = _Given(files, is_pasted, crs, as_project, accept, strict_txt, accuracy_m)
    red_lines, refused = _asked_about(study, given, quiet=quiet)
    tell = progress_to_stderr(quiet=quiet)
    report = api.check(
        study,
        projects=projects,
        red_lines=red_lines,
        workers=workers,
        witness=witness,
        progress=tell,
    )
    report = replace(report, refused_red_lines=refused)
    if docx_file is not None:
        api.result_page(study, report, docx_file, language=language or "", overwrite=overwrite)
        tell(f"→ {docx_file}")
    form = "json" if as_json else "geojson" if as_geojson else language or study.city.language
    _show(report, form, is_detailed=bool(projects) or len(report.results) == 1)
    raise SystemExit(0 if is_clean(report) else 1)


def _show(report: Report, form: str, *, is_detailed: bool) -> None:
    """Put the report on stdout: as ``json``, as ``geojson``, or in words of a language."""
    from siting.cli.render import report_lines
    from siting.report import findings_geojson, report_to_dict

    if form == "json":
        echo_json(report_to_dict(report))
    elif form == "geojson":
        echo_json(findings_geojson(report))
    else:
        for line in report_lines(report, form, is_detailed=is_detailed):
            click.echo(line)


def _require_new(file: Path, *, overwrite: bool) -> None:
    from siting.save import require_new

    require_new([file], overwrite=overwrite)


def _accepted(accepts: tuple[str, ...], *, has_given: bool) -> tuple[str, dict[str, str]]:
    """Return the hypothesis for the red lines that are given, and those by name."""
    own = [entry for entry in accepts if "=" not in entry]
    if len(own) > 1:
        raise click.UsageError("--accept: one hypothesis for the red lines given, not several")
    if own and not has_given:
        raise click.UsageError(f"--accept {own[0]}: give --redline or --paste, or NAME={own[0]}")
    return "".join(own), accepted_by_name(tuple(entry for entry in accepts if "=" in entry))


class _Given(NamedTuple):
    """Where the red lines are that are checked instead of the city's, and how to read them."""

    files: tuple[Path, ...]
    is_pasted: bool
    crs: str
    project_id: str
    accept: str
    is_strict: bool
    accuracy_m: float | None


def _asked_about(
    study: Study, given: _Given, *, quiet: bool
) -> tuple[tuple[RedLine, ...] | None, tuple[Refusal, ...]]:
    """Return the red lines to check, None for the city's own, and those that were refused."""
    from siting import api

    if given.files or given.is_pasted:
        red_lines, refused = _red_lines(study, given, quiet=quiet)
        return api.with_accuracy(red_lines, given.accuracy_m), refused
    if given.accuracy_m is not None:
        raise click.UsageError("--accuracy-m: give --redline or --paste; else see city.toml")
    return None, study.atlas.refused_red_lines


def _red_lines(
    study: Study, given: _Given, *, quiet: bool
) -> tuple[tuple[RedLine, ...], tuple[Refusal, ...]]:
    """Read the red lines of files and of standard input, in this order."""
    from siting import api

    read = [
        api.read_red_lines(
            file,
            study,
            crs=given.crs,
            project_id=given.project_id,
            accept=given.accept,
            is_strict=given.is_strict,
        )
        for file in given.files
    ]
    if given.is_pasted:
        content = sys.stdin.buffer.read()
        pasted = api.read_pasted(
            content, study, crs=given.crs, project_id=given.project_id, accept=given.accept
        )
        if not quiet:
            click.echo(f"· {pasted.taken_as.zh} / {pasted.taken_as.en}", err=True)
        read.append((pasted.red_lines, pasted.refused))
    lines = tuple(red_line for some, _ in read for red_line in some)
    return lines, tuple(refusal for _, some in read for refusal in some)
