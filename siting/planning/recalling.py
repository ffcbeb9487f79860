"""plan.json → the plan itself, for papers and workbooks of a plan that was made before.

The file has the decisions and figures; what land the sites are comes anew from the data. Both must
agree: a plan of other data or quotas, or of which these data offer other sites, is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siting.allocate import Aim, Cost, Kind, Move, Stage
from siting.check import Memory
from siting.city import QuotaSpec
from siting.errors import ConfigError, ReadError, Where
from siting.load.words import say
from siting.model import NO_TEXT, Option, Project, Report, Text
from siting.planning.document import plan_identity
from siting.planning.origin import origin_of
from siting.planning.phrases import HUNDREDTHS_PER_POINT
from siting.planning.reading import PLAN_NAME, read_document
from siting.planning.records import Block, CityPlan, Decided, Decision, PlanRow, QuotaUse
from siting.report import identity
from siting.study import Study
from siting.suggest.pools import Asked, pools_of

Document = Mapping[str, Any]
_ANEW = say(
    "用同一数据重新编排（siting plan、siting run），或给出该计划的数据与基准日",
    "plan anew with these data (siting plan, siting run), or give the data and date of the plan",
)


def recall_plan(
    path: Path, study: Study, report: Report, *, memory: Memory | None = None
) -> CityPlan:
    """Return the plan of a plan.json, for the very data that it was made of.

    Nothing is solved. Every site is looked for among those that the data offer its project, and
    the plan must have the identity that the file bears.

    Parameters
    ----------
    path
        What ``siting plan --output`` or ``siting run`` wrote, or the folder with it.
    study
        The city.
    report
        On its present red lines; with the corrected ones (``repairs``) where the plan has any.
    memory
        As for :func:`siting.suggest.suggest`.

    Raises
    ------
    ReadError
        When the file is no plan, or was changed.
    ConfigError
        When the plan is of another report, or of a scenario, or of sites that these data do not
        offer.
    """
    document = read_document(path)
    where = Where(file=path.name)
    _require_fits(document, report, where)
    named = {row["project"]: _named(row) for row in document["rows"]}
    pools = pools_of(
        study.atlas, study.rule_book, report, city=study.city, as_of=study.as_of,
        asked=Asked(named, memory),
    )  # fmt: skip
    options = {
        (name, option.site.id): option for name, some in pools.options.items() for option in some
    }
    projects = {project.id: project for project in study.atlas.projects}
    try:
        reader = _Reader(options, projects, where)
        plan = CityPlan(
            rows=tuple(reader.row(row) for row in document["rows"]),
            stages=tuple(map(_stage, document["stages"])),
            gap=document["gap"],
            is_proved=document["is_proved"],
            crs=document["crs"],
            as_of=dt.date.fromisoformat(document["as_of"]),
            quotas=_quotas(document["quotas"], study.city.plan.quotas, where),
            decisions=tuple(map(_decision, document["decisions"])),
            left_out={name: _text(why) for name, why in document["left_out"].items()},
            notes=tuple(map(_text, document["notes"])),
            title=_text(document["title"]),
            origin=origin_of(study.city, study.atlas, report),
            places={site: option.site.geometry for (_, site), option in options.items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadError(
            say("计划文件已损坏", "the plan is damaged"),
            where=where,
            expected=PLAN_NAME,
            found=repr(error),
            next_step=_ANEW,
        ) from error
    if plan_identity(plan) != document["identity"]:
        raise _unlike(where, document["identity"], plan_identity(plan))
    return plan


def repaired_projects(path: Path) -> frozenset[str]:
    """Return the projects whose site, or best site, in a plan.json is a corrected red line."""
    return frozenset(
        row["project"]
        for row in read_document(path)["rows"]
        if "repaired" in {row["kind"], (row["best"] or {}).get("kind")}
    )


def _require_fits(document: Document, report: Report, where: Where) -> None:
    found = identity(report)
    if document["report_identity"] != found:
        raise _unlike(where, f"report {document['report_identity']}", f"report {found}")
    if document["scenario"]:
        raise ConfigError(
            say("这是一个情景，不是计划", "this is a scenario and not the plan"),
            where=where,
            expected="a plan without a scenario",
            found=document["scenario"],
            next_step=say("给出计划本身的 plan.json", "give the plan.json of the plan itself"),
        )


def _unlike(where: Where, expected: str, found: str) -> ConfigError:
    return ConfigError(
        say(
            "计划与数据不符：图层、红线、规则库、设置或基准日不同",
            "the plan is of other data: other layers, red lines, rules, settings or date",
        ),
        where=where,
        expected=expected,
        found=found,
        next_step=_ANEW,
    )


def _named(row: Document) -> frozenset[str]:
    best = row["best"]["site"] if row["best"] else None
    return frozenset(site for site in (row["site"], best, row["former"]) if site)


@dataclass(frozen=True, eq=False, slots=True)
class _Reader:
    """Makes rows of a document, with the sites that the data offer."""

    options: Mapping[tuple[str, str], Option]
    projects: Mapping[str, Project]
    where: Where

    def row(self, row: Document) -> PlanRow:
        name = row["project"]
        if name not in self.projects:
            raise _unlike(self.where, f"project {name}", "no such project in the ledger")
        move, closed = _move(row)
        return PlanRow(
            project=self.projects[name],
            considered=row["considered"],
            option=self._option(name, row["site"]),
            best=self._option(name, row["best"]["site"] if row["best"] else None),
            regret=row["regret"],
            is_cut_short=row["is_cut_short"],
            blocks=None if row["reasons"] is None else _blocks(row["reasons"]),
            obstacles={site: _blocks(found) for site, found in row["obstacles"].items()},
            former_site_id=row["former"] or "",
            former_closed=closed,
            move=move,
            lock=_decision(row["lock"]) if row["lock"] else None,
            lock_cost=_cost(row["lock_cost"]),
            blocked_by=_text(row["blocked_by"]) if row["blocked_by"] else None,
            note=_text(row["note"]),
            why=_text(row["why"]),
        )

    def _option(self, project_id: str, site: str | None) -> Option | None:
        if site is None:
            return None
        option = self.options.get((project_id, site))
        if option is None:
            raise _unlike(self.where, f"{site} for {project_id}", "these data do not offer it")
        return option


def _text(text: Mapping[str, str] | None) -> Text:
    return NO_TEXT if text is None else Text(text["zh"], text["en"])


def _blocks(blocks: Iterable[Document]) -> tuple[Block, ...]:
    return tuple(Block(Kind(one["kind"]), one["name"], _text(one["text"])) for one in blocks)


def _move(row: Document) -> tuple[Move | None, Text]:
    """Return a move, and what closed the former site, as the sentence on it takes them apart."""
    told, former = row["move"], row["former"]
    if told is None:
        return None, NO_TEXT
    demanded = _text(told["demanded"])
    said, closed = demanded.en.removeprefix("it is "), NO_TEXT
    if demanded.en.startswith(f"{former}: "):
        said = demanded.en.removeprefix(f"{former}: ")
        closed = Text(demanded.zh.removeprefix(f"{former}："), said)
    cost = _cost(told["cost"])
    moved = Move(row["project"], told["from"], told["to"] or "", said, cost, told["clash"] or "")
    return moved, closed


def _cost(cost: Document | None) -> Cost | None:
    if cost is None:
        return None
    placed = {int(level): lost for level, lost in cost["placed"].items()}
    return Cost(placed, round(cost["points"] * HUNDREDTHS_PER_POINT), cost["kept"])


def _decision(one: Document) -> Decision:
    dated = dt.date.fromisoformat(one["dated"]) if one["dated"] else None
    return Decision(
        Decided(one["decided"]), one["site"], one["project"] or "", one["by"], dated,
        one["reason"], one["source"],
    )  # fmt: skip


def _stage(stage: Document) -> Stage:
    aim = Aim(stage["aim"])
    scale = HUNDREDTHS_PER_POINT if aim is Aim.SCORE else 1
    value, bound = (round(stage[key] * scale) for key in ("value", "bound"))
    return Stage(aim, value, bound, stage["priority"] or 0)


def _quotas(
    uses: Sequence[Document], specs: Sequence[QuotaSpec], where: Where
) -> tuple[QuotaUse, ...]:
    """Return the use of the quotas that city.toml has; another limit shows in the identity."""
    named, known = [use["name"] for use in uses], {spec.name: spec for spec in specs}
    if named != list(known):
        raise _unlike(where, f"quotas: {', '.join(named)}", f"quotas: {', '.join(known)}")
    return tuple(QuotaUse(known[use["name"]], use["used"], use["unknown_m2"]) for use in uses)
