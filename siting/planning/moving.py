"""What moves in scenarios: for the terminal, as data, as sheets, and as a map."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from siting.columns import WIDTH, clean, cut, table_lines, wrapped
from siting.model import Option, Text
from siting.planning import headings as heads
from siting.planning.document import plan_identity
from siting.planning.phrases import proof_text, quota_text
from siting.planning.records import CityPlan, PlanRow
from siting.planning.scenarios import Change, Difference, Scenario
from siting.planning.tables import (
    AS_FOUND,
    WITHHELD,
    MayShow,
    may_show_in_city,
    plan_table,
    release_of_site,
)
from siting.planning.wording import summary_text
from siting.report.identity import rounded
from siting.save import Column, Sheet

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

SCHEMA = "siting-scenarios/1"
#: What :func:`write_scenarios` writes into a folder.
SCENARIO_FILES = ("scenarios.xlsx", "scenarios.gpkg", "scenarios.json")

CHANGE_NAMES: Mapping[Change, Text] = {
    Change.SAME: Text("不变", "same"),
    Change.MOVED: Text("调整", "moved"),
    Change.GAINED: Text("新增安排", "gains a site"),
    Change.LOST: Text("失去安排", "loses its site"),
    Change.UNPLACED: Text("仍未安排", "still without"),
}
MOVE_COLUMNS = (
    "project_id", "project_name", "change", "from_site_id", "to_site_id", "points", "why_zh",
    "why_en", "geometry_state",
)  # fmt: skip
"""Columns of what moves: one row per project that does not stay where it is."""

#: Names that a table of a GeoPackage may bear as they are, with room for ``_MOVES``.
_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_MOVES, _LIST = "_moves", "scenarios"
_NO_MOVES = Text("–", "–")
_SCENARIO = Text("情景", "scenario")
_CHANGE = Text("变化", "change")
_POINTS = Text("推荐分增减", "points ±")
_IN_PLAN, _IN_SCENARIO = Text("本方案用地", "site in the plan"), Text("情景用地", "site then")


def scenario_title(scenario: Scenario, language: str) -> str:
    """Return what a scenario is called: its title, or its name."""
    return scenario.spec.title.get(language) or scenario.spec.name


def moves_text(scenario: Scenario) -> Text:
    """Return in one sentence how many projects a scenario moves."""
    counts = Counter(one.change for one in scenario.differences)
    told = [
        (CHANGE_NAMES[change], counts[change])
        for change in (Change.MOVED, Change.GAINED, Change.LOST)
        if counts[change]
    ]
    if not told:
        return Text("没有项目变动", "no project moves")
    return Text(
        "、".join(f"{count} 个项目{name.zh}" for name, count in told),
        ", ".join(f"{count} {name.get('en')}" for name, count in told),
    )


def scenario_lines(scenarios: Sequence[Scenario], language: str) -> Iterator[str]:
    """Yield for each scenario what it comes to beside the plan itself, and what moves."""
    for scenario in scenarios:
        yield ""
        head = f"{_SCENARIO.get(language)} {scenario_title(scenario, language)}"
        yield from wrapped(clean(f"{head} · {moves_text(scenario).get(language)}"), indent=2)
        told = [summary_text(scenario.plan), proof_text(scenario.plan)]
        told += [quota_text(use) for use in scenario.plan.quotas]
        for text in told:
            lines = wrapped(clean(text.get(language)), indent=2, width=WIDTH - 2)
            yield from (f"  {line}" for line in lines)
        if scenario.moving:
            heading = (heads.PROJECT, heads.NAME, _CHANGE, _IN_PLAN, _IN_SCENARIO, _POINTS)
            rows = [[text.get(language) for text in heading]]
            rows += [_cells(one, language) for one in scenario.moving]
            yield from (f"  {line}" for line in table_lines(rows, left=5))


def _cells(one: Difference, language: str) -> list[str]:
    return [
        cut(one.project_id, 14),
        cut(_row(one).project.name, 20),
        CHANGE_NAMES[one.change].get(language),
        cut(_site(one.before), 20),
        cut(_site(one.after), 20),
        f"{one.points:+.2f}",
    ]


def _row(one: Difference) -> PlanRow:
    row = one.after or one.before
    if row is None:
        raise ValueError(one.project_id)
    return row


def _site(row: PlanRow | None) -> str:
    return row.option.site.id if row and row.option else "–"


def scenarios_to_dict(base: CityPlan, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return scenarios as plain data: how each plan is, and every project that moves.

    ``plan`` is the identity of the plan itself, which the differences are beside.
    """
    return {
        "schema": SCHEMA,
        "plan": plan_identity(base),
        "scenarios": [_scenario(one) for one in scenarios],
    }


def _scenario(scenario: Scenario) -> dict[str, Any]:
    plan, title = scenario.plan, scenario.spec.title
    counts = Counter(one.change for one in scenario.differences)
    return {
        "name": scenario.spec.name,
        "title": {"zh": title.get("zh"), "en": title.get("en")},
        "identity": plan_identity(plan),
        "gap": plan.gap,
        "is_proved": plan.is_proved,
        "placed": len(plan.placed),
        "unplaced": len(plan.unplaced),
        "points": rounded(sum(row.option.points for row in plan.placed if row.option)),
        "quotas": [
            {"name": use.spec.name, "limit": use.spec.limit, "used": rounded(use.used)}
            for use in plan.quotas
        ],
        "changes": {str(change): counts[change] for change in Change},
        "moving": [
            {
                "project": one.project_id,
                "change": str(one.change),
                "from": None if one.before is None else _site_or_none(one.before.option),
                "to": None if one.after is None else _site_or_none(one.after.option),
                "points": rounded(one.points),
                "why": None
                if one.after is None
                else {"zh": one.after.why.get("zh"), "en": one.after.why.get("en")},
            }
            for one in scenario.moving
        ],
    }


def _site_or_none(option: Option | None) -> str | None:
    return option.site.id if option else None


def scenario_sheets(
    base: CityPlan, scenarios: Sequence[Scenario], *, language: str
) -> tuple[Sheet, ...]:
    """Return two sheets: the plan itself beside every scenario, and all that moves."""
    if not scenarios:
        return ()
    compared = [(Text("本方案", "the plan itself"), base, _NO_MOVES)]
    compared += [(one.spec.title, one.plan, moves_text(one)) for one in scenarios]
    overview = [
        (
            title.get(language), len(plan.placed), len(plan.unplaced),
            round(sum(row.option.points for row in plan.placed if row.option), 2),
            moved.get(language), proof_text(plan).get(language),
        )
        for title, plan, moved in compared
    ]  # fmt: skip
    heading = (
        (_SCENARIO, "@"), (heads.PLACED, "0"), (heads.UNPLACED, "0"), (heads.POINTS, "0.00"),
        (_CHANGE, "@"), (Text("优化程度", "how good"), "@"),
    )  # fmt: skip
    moving = [
        (
            scenario_title(scenario, language), one.project_id, _row(one).project.name,
            CHANGE_NAMES[one.change].get(language), _site(one.before), _site(one.after),
            round(one.points, 2), one.after.why.get(language) if one.after else "",
        )
        for scenario in scenarios
        for one in scenario.moving
    ]  # fmt: skip
    columns = (
        (_SCENARIO, "@"), (heads.PROJECT, "@"), (heads.NAME, "@"), (_CHANGE, "@"),
        (_IN_PLAN, "@"), (_IN_SCENARIO, "@"), (_POINTS, "0.00"), (heads.WHY, "@"),
    )  # fmt: skip
    return (
        _sheet(Text("情景对比", "scenarios"), heading, overview, language),
        _sheet(Text("情景变动", "what moves"), columns, moving, language),
    )


def _sheet(
    title: Text,
    columns: Sequence[tuple[Text, str]],
    rows: Sequence[tuple[object, ...]],
    language: str,
) -> Sheet:
    made = tuple(Column(head.get(language), style, 0) for head, style in columns)
    return Sheet(title.get(language), made, tuple(rows))


def moves_table(scenario: Scenario, *, may_show: MayShow = may_show_in_city) -> gpd.GeoDataFrame:
    """Return what moves as lines from the site in the plan to the one in the scenario.

    Parameters
    ----------
    scenario
        Any scenario.
    may_show
        As for :func:`siting.planning.tables.plan_table`; a line needs both of its ends, for it
        tells where the sites are.

    Returns
    -------
    GeoDataFrame
        Columns ``MOVE_COLUMNS`` and ``geometry``: lines from inside one site to inside the other;
        a point where there is only one of them.
    """
    import geopandas as gpd

    parcels = scenario.plan.origin.parcels
    rows, geometries = [], []
    for one in scenario.moving:
        sites = [row.option.site for row in (one.before, one.after) if row and row.option]
        is_shown = all(may_show(release_of_site(site, parcels)) for site in sites)
        ends = [site.geometry.representative_point() for site in sites]
        line = shapely.LineString(ends) if len(ends) > 1 else ends[0]
        geometries.append(line if is_shown else None)
        rows.append(_moved(one) | {"geometry_state": AS_FOUND if is_shown else WITHHELD})
    data = {name: [row[name] for row in rows] for name in MOVE_COLUMNS}
    shapes = np.array([*geometries, None], dtype=object)[:-1]
    return gpd.GeoDataFrame(data, geometry=shapes, crs=scenario.plan.crs)


def _moved(one: Difference) -> dict[str, Any]:
    why = one.after.why if one.after else Text("")
    return {
        "project_id": one.project_id,
        "project_name": _row(one).project.name,
        "change": str(one.change),
        "from_site_id": _site(one.before) if one.before and one.before.option else "",
        "to_site_id": _site(one.after) if one.after and one.after.option else "",
        "points": round(one.points, 6),
        "why_zh": why.get("zh"),
        "why_en": why.get("en"),
    }


def write_scenarios(
    folder: Path, base: CityPlan, scenarios: Sequence[Scenario], *, language: str
) -> tuple[Path, ...]:
    """Write ``scenarios.json``, ``.xlsx`` and ``.gpkg``; return their paths.

    The GeoPackage has, per scenario, its planned sites (``NAME``) and what moves
    (``NAME_moves``); a name that is none of a table there is a number, ``scenario_1``, and
    ``scenarios`` says which is which.

    Raises
    ------
    WriteError
        When a file cannot be written.
    """
    from siting.save import write_gpkg, write_json, write_sheets

    names = [folder / name for name in SCENARIO_FILES]
    workbook, geopackage, document = names
    sheets = scenario_sheets(base, scenarios, language=language)
    write_sheets(workbook, sheets, may_replace=True)
    tables: dict[str, Any] = {}
    called = table_names(scenarios)
    for scenario, name in zip(scenarios, called, strict=True):
        tables[name] = plan_table(scenario.plan)
        tables[f"{name}{_MOVES}"] = moves_table(scenario)
    tables[_LIST] = _names_table(scenarios, called)
    write_gpkg(geopackage, tables, dated=base.as_of)
    write_json(document, scenarios_to_dict(base, scenarios))
    return tuple(names)


def table_names(scenarios: Sequence[Scenario]) -> list[str]:
    """Return what the table of each scenario is called in a GeoPackage: its name, or a number."""
    wanted = [
        scenario.spec.name if _TABLE_NAME.fullmatch(scenario.spec.name) else f"scenario_{number}"
        for number, scenario in enumerate(scenarios, start=1)
    ]
    taken = [_LIST, *wanted, *(f"{name}{_MOVES}" for name in wanted)]
    if len(set(taken)) == len(taken):
        return wanted
    return [f"scenario_{number}" for number in range(1, len(wanted) + 1)]


def _names_table(scenarios: Sequence[Scenario], called: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    specs = [scenario.spec for scenario in scenarios]
    return pd.DataFrame(
        {
            "table_name": list(called),
            "scenario": [spec.name for spec in specs],
            "title_zh": [spec.title.get("zh") for spec in specs],
            "title_en": [spec.title.get("en") for spec in specs],
        }
    )
