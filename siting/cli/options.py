"""Options that several commands share, and what is done with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from siting.api import Study
    from siting.city import City
    from siting.model import Report, Text
    from siting.planning import CityPlan
    from siting.store import Store

_Command = TypeVar("_Command", bound=Callable[..., Any])

city_argument = click.argument(
    "city", type=click.Path(path_type=Path), metavar="CITY.toml", required=True
)
as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Date of the study, 2026-11-01: picks the rules in force and the layers' versions. "
    "Default: as_of of city.toml, else today.",
)
data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of the layers that city.toml marks in_data_dir.",
)
output_option = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for results. Default: the one in city.toml.",
)
scenarios_option = click.option(
    "--scenarios",
    is_flag=True,
    help="Also plan every [[plan.scenario]] of city.toml, for the maps: each takes as long as "
    "the plan. 情景",
)
decisions_option = click.option(
    "--decisions",
    "tables",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Table of locks, refusals and sold land, besides those in city.toml; may be given "
    "several times. 决定表",
)
plan_file_option = click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, exists=True),
    metavar="PLAN.json",
    help="The plan to tell of, of these very data. Default: plan.json of the output folder, where "
    "there is one that fits. 统筹计划",
)
no_plan_option = click.option("--no-plan", is_flag=True, help="Tell of no plan. 不含统筹计划")
previous_option = click.option(
    "--previous",
    type=click.Path(path_type=Path, exists=True),
    metavar="PLAN.json",
    help="The plan before: as few projects as possible move. Default: the one in city.toml.",
)
project_option = click.option(
    "--project",
    "projects",
    multiple=True,
    metavar="ID",
    help="Only this project (id or alias); may be given several times.",
)
districts_option = click.option(
    "--district",
    "districts",
    multiple=True,
    metavar="CODE",
    help="Only this district; may be given several times.",
)
title_option = click.option(
    "--title", default="", metavar="TEXT", help="Title in place of the city's own."
)
logo_option = click.option(
    "--logo",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.png",
    help="The bureau's logo: PNG or JPEG.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes to use; the results do not depend on it.",
)
witness_option = click.option(
    "--witness",
    type=click.Choice(["found", "doubtful", "all"]),
    default="found",
    show_default=True,
    help="Which overlaps GEOS, DE-9IM and exact arithmetic are asked about besides the kernel: "
    "all that are found, the doubtful ones, or all whose boxes meet (audit).",
)
language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(["zh", "en"]),
    help="Language of the text. Default: the city's.",
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="No progress on stderr.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")


def _remember_no_cache(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_NO_CACHE] = value


#: Read by :func:`open_study`, so that no command has to hand it on.
_NO_CACHE = "siting.no_cache"
no_cache_option = click.option(
    "--no-cache",
    is_flag=True,
    expose_value=False,
    callback=_remember_no_cache,
    help="Read every layer from its files; keep nothing, take nothing kept (siting cache).",
)
layer_accept_option = click.option(
    "--accept",
    "accepts",
    multiple=True,
    metavar="NAME=HYPOTHESIS",
    help="What you have verified of the coordinates of the layer or red-line file NAME; see "
    "siting forensics. May be given several times.",
)


def accepted_by_name(accepts: tuple[str, ...]) -> dict[str, str]:
    """Return the hypotheses of ``NAME=HYPOTHESIS`` by name."""
    found = {}
    for entry in accepts:
        name, sign, hypothesis = entry.partition("=")
        if not sign or not name or not hypothesis:
            raise click.UsageError(f"--accept {entry}: expected NAME=HYPOTHESIS")
        found[name] = hypothesis
    return found


def study_options(command: _Command) -> _Command:
    """Add CITY.toml, --as-of, --data-dir, --no-cache and --quiet to a command."""
    for option in (quiet_option, no_cache_option, data_dir_option, as_of_option, city_argument):
        command = option(command)
    return command


def progress_to_stderr(*, quiet: bool) -> Callable[[str], None]:
    """Return a function that tells each step on stderr, or nothing."""

    def tell(text: str) -> None:
        if not quiet:
            click.echo(f"· {text}", err=True)

    return tell


def store_at_hand(city: City) -> Store | None:
    """Return where a city's things are kept between runs; None under --no-cache."""
    from siting import api

    is_off = click.get_current_context().meta.get(_NO_CACHE, False)
    return None if is_off else api.store_of(city)


def open_study(
    city: Path,
    *,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    output: Path | None = None,
    quiet: bool = False,
    accept: Mapping[str, str] | None = None,
    is_record: bool = False,
) -> Study:
    """Load the study that the options describe.

    ``is_record``: what comes of it is written for others, so files are hashed byte by byte
    though their size and times are those of the last time.
    """
    from siting import api
    from siting.store import Trust

    opened = api.open_city(city, data_dir=data_dir, output=output, accept=accept)
    return api.load_study(
        opened,
        as_of=_date_for(as_of, has_date=opened.as_of is not None),
        store=store_at_hand(opened),
        trust=Trust.HASH if is_record else Trust.STAMP,
        progress=progress_to_stderr(quiet=quiet),
    )


def study_date(city: Path, as_of: dt.datetime | None) -> dt.date | None:
    """Return the date given, else None where city.toml has one, else today.

    Asks the file alone, for commands that do without a whole city.
    """
    from siting.config import read_toml

    if as_of is not None:
        return as_of.date()
    file = city / "city.toml" if city.is_dir() else city
    head = read_toml(file).get("city", {})
    return _date_for(None, has_date=isinstance(head, dict) and "as_of" in head)


def _date_for(as_of: dt.datetime | None, *, has_date: bool) -> dt.date | None:
    """Return the date given, else None where city.toml has one, else today.

    The only place where a clock is read.
    """
    if as_of is not None:
        return as_of.date()
    return None if has_date else dt.datetime.now().astimezone().date()


def echo_json(content: object) -> None:
    """Write one JSON document to stdout, UTF-8, keys sorted."""
    import json

    click.echo(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True))


def with_answers(study: Study, *, tables: Sequence[Path], previous: Path | None) -> Study:
    """Return a study whose plan goes by these tables of decisions and plan before, too."""
    spec = study.city.plan
    plan = replace(
        spec,
        decisions=(*spec.decisions, *tables),
        previous=spec.previous if previous is None else previous,
    )
    return replace(study, city=replace(study.city, plan=plan))


def plan_to_tell(
    study: Study, report: Report, plan_file: Path | None, *, is_wanted: bool = True
) -> CityPlan | Text | None:
    """Return the plan that papers and workbooks tell of, or why they tell of none.

    A plan that was named has to fit; one that lies in the output folder and is of other data is
    left out, and that is said on stderr. None where there is none, or nobody wants it.
    """
    from siting import api
    from siting.errors import SitingError
    from siting.model import Text

    file = plan_file or study.city.output / "plan.json"
    if plan_file is not None and not is_wanted:
        raise click.UsageError("give --plan or --no-plan, not both")
    if not is_wanted or not file.exists():
        return None
    try:
        return api.read_plan(study, report, file)
    except SitingError as error:
        if plan_file is not None:
            raise
        left_out = Text(
            "输出文件夹中的 plan.json 与本次数据不符，未附计划",
            "plan.json of the output folder does not fit these data: no plan is told",
        )
        click.echo(f"{left_out.get(study.city.language)}: {error.what}", err=True)
        return left_out
