"""``siting plan``."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from siting.cli.options import (
    decisions_option,
    echo_json,
    json_option,
    language_option,
    open_study,
    previous_option,
    progress_to_stderr,
    study_options,
)

if TYPE_CHECKING:
    from siting.planning import CityPlan, Scenario

#: Name of a file in the folder of ``--output`` -> the option for that file alone.
_NAMES = {"plan.json": "", "plan.xlsx": "xlsx", "plan.gpkg": "gpkg", "plan.geojson": "geojson"}


@click.command("plan")
@study_options
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write plan.json, plan.xlsx, plan.gpkg and plan.geojson into this folder.",
)
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.xlsx",
    help="Write a workbook: who gets what, who gets nothing and why, quotas, regret, moves.",
)
@click.option(
    "--gpkg",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.gpkg",
    help="Write the planned sites, with their outlines as far as release allows.",
)
@click.option(
    "--geojson",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.geojson",
    help="Write the planned sites in WGS84, for viewing.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option(
    "--lock",
    "locks",
    multiple=True,
    metavar="PROJECT=SITE",
    help="The project gets this site; the plan tells what that costs. 锁定",
)
@click.option(
    "--refuse",
    "refusals",
    multiple=True,
    metavar="PROJECT=SITE",
    help="The project does not get this site or parcel. 不同意",
)
@click.option(
    "--sold",
    multiple=True,
    metavar="SITE[=PROJECT]",
    help="The land is somebody's: no project (but PROJECT) gets any of it. 已供",
)
@decisions_option
@previous_option
@click.option(
    "--fresh",
    is_flag=True,
    help="Plan anew: the plan before only decides among plans that are equally good.",
)
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="Also plan a [[plan.scenario]] of city.toml, or 'all', and show what moves. 情景",
)
@click.option(
    "--time-limit",
    "time_limit_s",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="How long to look for a better plan. Default: city.toml, else 60.",
)
@click.option(
    "--gap",
    type=click.FloatRange(min=0, max=1, max_open=True),
    metavar="SHARE",
    help="How far the points may stay below the best possible: 0.001 is 0.1 %. "
    "Default: city.toml, else 0 (the best plan).",
)
@json_option
@language_option
def plan_command(
    city: Path,
    as_of: dt.datetime | None,
    data_dir: Path | None,
    quiet: bool,
    output: Path | None,
    xlsx: Path | None,
    gpkg: Path | None,
    geojson: Path | None,
    overwrite: bool,
    locks: tuple[str, ...],
    refusals: tuple[str, ...],
    sold: tuple[str, ...],
    tables: tuple[Path, ...],
    previous: Path | None,
    fresh: bool,
    scenarios: tuple[str, ...],
    time_limit_s: float | None,
    gap: float | None,
    as_json: bool,
    language: str | None,
) -> None:
    """One plan for all projects: each gets one site, no land is promised twice. 用地统筹计划

    It says how good it provably is, what it costs each project, and why a project gets
    nothing. Status 0: every project has a site. 1: some have none, and it is said why.
    """
    from siting import api
    from siting.planning import PlanOptions, read_previous, spoken_decisions
    from siting.planning.moving import SCENARIO_FILES
    from siting.save import require_new

    files = _Files.of(output, {"xlsx": xlsx, "gpkg": gpkg, "geojson": geojson})
    files.require_new(overwrite=overwrite)
    if output is not None and scenarios:
        require_new((output / name for name in SCENARIO_FILES), overwrite=overwrite)
    spoken = spoken_decisions(locks=locks, refusals=refusals, sold=sold)
    before = None if previous is None else read_previous(previous)
    study = open_study(
        city, as_of=as_of, data_dir=data_dir, quiet=quiet, is_record=bool(files.paths)
    )
    language = language or study.city.language
    tell = progress_to_stderr(quiet=quiet)
    started = time.monotonic()
    ways = PlanOptions(is_fresh=fresh, time_limit_s=time_limit_s, relative_gap=gap)
    found = api.plan(study, decisions=spoken, decision_tables=tables, previous=before, options=ways)
    tell(f"planned in {time.monotonic() - started:.1f} s")
    others: tuple[Scenario, ...] = ()
    if scenarios:
        names = () if "all" in scenarios else scenarios
        others = api.scenarios(study, found, names=names, options=ways, progress=tell)
    files.write(found, language=language)
    for path in (*files.paths, *_write_scenarios(output, found, others, language)):
        tell(f"→ {path}")
    if as_json:
        echo_json(_document(found, others, has_scenarios=bool(scenarios)))
    else:
        _show(found, others, language)
    raise SystemExit(1 if found.unplaced else 0)


def _document(
    plan: CityPlan, scenarios: Sequence[Scenario], *, has_scenarios: bool
) -> dict[str, object]:
    from siting.planning import plan_to_dict
    from siting.planning.moving import scenarios_to_dict

    content: dict[str, object] = plan_to_dict(plan)
    if has_scenarios:
        content = content | {"scenarios": scenarios_to_dict(plan, scenarios)["scenarios"]}
    return content


def _show(plan: CityPlan, scenarios: Sequence[Scenario], language: str) -> None:
    from siting.planning.moving import scenario_lines
    from siting.planning.terminal import plan_lines

    for line in (*plan_lines(plan, language), *scenario_lines(scenarios, language)):
        click.echo(line)


def _write_scenarios(
    folder: Path | None, plan: CityPlan, scenarios: Sequence[Scenario], language: str
) -> tuple[Path, ...]:
    from siting.planning.moving import write_scenarios

    if folder is None or not scenarios:
        return ()
    return write_scenarios(folder, plan, scenarios, language=language)


@dataclass(frozen=True, slots=True)
class _Files:
    """Where what is written: by kind, one file or two."""

    by_kind: Mapping[str, tuple[Path, ...]]

    @classmethod
    def of(cls, folder: Path | None, single: Mapping[str, Path | None]) -> _Files:
        found: dict[str, tuple[Path, ...]] = {}
        for name, kind in _NAMES.items():
            given = [single.get(kind), None if folder is None else folder / name]
            found[kind] = tuple(dict.fromkeys(path for path in given if path is not None))
        return cls(found)

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for some in self.by_kind.values() for path in some)

    def require_new(self, *, overwrite: bool) -> None:
        from siting.save import require_new, require_writable

        for path in self.by_kind["xlsx"]:
            if path.suffix.lower() != ".xlsx":
                # said before the work, not after it
                raise click.UsageError(f"--xlsx {path.name}: the name must end in .xlsx")
        require_new(self.paths, overwrite=overwrite)
        for folder in dict.fromkeys(path.parent for path in self.paths):
            require_writable(folder)

    def write(self, plan: CityPlan, *, language: str) -> None:
        from siting.planning import PLAN_WRITERS

        for name, write in PLAN_WRITERS.items():
            for path in self.by_kind[_NAMES[name]]:
                write(path, plan, language)
