"""plan.json -> the plan itself: what was decided, on the land that the study has of it.

A plan.json has no outlines. Each of its sites is looked up among what the study offers its project
today, and must be the same land with the same figures. A plan of another report, of other data or
changed by hand is refused: maps and papers never mix two studies.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from siting.allocate import Aim, Cost, Kind, Move, Stage
from siting.check import Memory
from siting.errors import ReadError, Where
from siting.load.words import say
from siting.model import NO_TEXT, Option, Project, Report, Text
from siting.planning.document import plan_to_dict
from siting.planning.origin import origin_of
from siting.planning.phrases import HUNDREDTHS_PER_POINT
from siting.planning.reading import damaged, read_document
from siting.planning.records import Block, CityPlan, Decided, Decision, PlanRow, QuotaUse
from siting.planning.wording import worded
from siting.report import identity
from siting.study import Study
from siting.suggest import Asked, pools_of

_NEXT_STEP = say(
    "用同一份 city.toml、日期与数据重新运行 siting plan，再给出新的 plan.json",
    "run siting plan anew with the same city.toml, date and data, and give the new plan.json",
)
#: What a plan's document says of a site that no project may have any more, and of another lock.
_NO_CANDIDATE, _LOCKED = " is no candidate any more", "it is locked to "

Json = Mapping[str, Any]


def read_plan(
    path: Path, study: Study, report: Report, *, memory: Memory | None = None
) -> CityPlan:
    """Return the plan that a plan.json holds, with the outlines that the study has of its sites.

    Parameters
    ----------
    path
        What ``siting plan --output`` wrote, or the folder with it.
    study
        The city that it was made of, as of the same date.
    report
        On the same red lines, with the corrected ones (``repairs``) that it may have chosen.
    memory
        What was judged before.

    Raises
    ------
    ReadError
        When it is no whole plan, or one of another report, of other data or of other options.
    """
    document, file = read_document(path)
    try:
        _require_same_report(document, study, report, file)
        plan = _restored(document, file, report, study=study, memory=memory)
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(file, error) from error
    found = plan_to_dict(plan)["identity"]
    if found != document["identity"]:
        raise _other(
            say("计划与当前数据不符", "the plan does not fit the study"),
            file, expected=str(document["identity"]), found=str(found),
        )  # fmt: skip
    return plan


def _restored(
    document: Json, file: Path, report: Report, *, study: Study, memory: Memory | None
) -> CityPlan:
    named = {row["project"]: frozenset(_sites_of(row)) for row in document["rows"]}
    pools = pools_of(
        study.atlas, study.rule_book, report,
        city=study.city, as_of=study.as_of, asked=Asked(named, memory),
    )  # fmt: skip
    reader = _Reader(
        file,
        {project.id: project for project in study.atlas.projects},
        {(name, one.site.id): one for name, some in pools.options.items() for one in some},
    )
    made = CityPlan(
        rows=tuple(reader.row(row) for row in document["rows"]),
        stages=tuple(_stage(each) for each in document["stages"]),
        gap=document["gap"],
        is_proved=document["is_proved"],
        crs=document["crs"],
        as_of=dt.date.fromisoformat(document["as_of"]),
        quotas=_quotas(document, study, file),
        decisions=tuple(_decision(each) for each in document["decisions"]),
        left_out={name: _text(why) for name, why in document["left_out"].items()},
        notes=tuple(_text(note) for note in document["notes"]),
        scenario=document["scenario"],
        title=_text(document["title"]),
        origin=origin_of(study.city, study.atlas, report),
        places={site: option.site.geometry for (_, site), option in reader.options.items()},
    )
    return worded(made)


def _require_same_report(document: Json, study: Study, report: Report, file: Path) -> None:
    """Refuse a plan of another date, CRS or report."""
    facts = (
        ("crs", study.city.crs),
        ("as_of", study.as_of.isoformat()),
        ("report_identity", identity(report)),
    )
    for key, expected in facts:
        if document[key] != expected:
            raise _other(
                say(
                    "计划不是按本次的数据编制的",
                    "the plan was not made of this study",
                ),
                file, expected=f"{key} = {expected}", found=f"{key} = {document[key]}",
            )  # fmt: skip


def _sites_of(row: Json) -> Iterable[str]:
    """Return the sites that a project must have the choice of: its own, its best, its former."""
    best = row["best"]["site"] if row["best"] else None
    return (site for site in (row["site"], best, row["former"]) if site)


@dataclass(frozen=True, eq=False)
class _Reader:
    """Reads rows; ``options`` are those that the study has, by project and site."""

    file: Path
    projects: Mapping[str, Project]
    options: Mapping[tuple[str, str], Option]

    def row(self, row: Json) -> PlanRow:
        name = row["project"]
        project = self.projects.get(name)
        if project is None:
            raise self._gone(name, say("台账没有这个项目", "the ledger has no such project"))
        lock = row["lock"]
        reasons = row["reasons"]
        return PlanRow(
            project=project,
            considered=row["considered"],
            option=self._option(name, row["site"]),
            best=self._option(name, row["best"] and row["best"]["site"]),
            regret=row["regret"],
            is_cut_short=row["is_cut_short"],
            blocks=None if reasons is None else _blocks(reasons),
            obstacles={site: _blocks(found) for site, found in row["obstacles"].items()},
            former_site_id=row["former"] or "",
            former_closed=_former_closed(row),
            move=_move(row),
            lock=_decision(lock) if lock else None,
            lock_cost=_cost(row["lock_cost"]),
            blocked_by=_text(row["blocked_by"]) if row["blocked_by"] else None,
            note=_text(row["note"]),
        )

    def _option(self, project: str, site: str | None) -> Option | None:
        if not site:
            return None
        found = self.options.get((project, site))
        if found is None:
            raise self._gone(
                f"{project} {site}",
                say("本次没有这处备选用地", "the study does not offer this site any more"),
            )
        return found

    def _gone(self, found: str, what: str) -> ReadError:
        return _other(
            what, self.file, expected=say("计划中的用地", "what the plan has"), found=found
        )


#: What closes a site comes with words of its own; the others are said from the plan.
_CLOSING = frozenset({Kind.FORBIDDEN, Kind.PROMISED})


def _blocks(found: Iterable[Json]) -> tuple[Block, ...]:
    return tuple(
        Block(kind, one["name"], _text(one["text"]) if kind in _CLOSING else NO_TEXT)
        for one in found
        for kind in (Kind(one["kind"]),)
    )


def _former_closed(row: Json) -> Text:
    """Return why a former site is closed, without the site's name that stands before it."""
    move, former = row["move"], row["former"]
    demanded = move["demanded"] if move else None
    if not demanded or _is_plain(demanded["en"]):
        return NO_TEXT
    return Text(
        demanded["zh"].removeprefix(f"{former}："), demanded["en"].removeprefix(f"{former}: ")
    )


def _is_plain(demanded: str) -> bool:
    return demanded.endswith(_NO_CANDIDATE) or demanded.startswith(_LOCKED)


def _move(row: Json) -> Move | None:
    move = row["move"]
    if move is None:
        return None
    demanded = move["demanded"]["en"] if move["demanded"] else ""
    said = demanded.removeprefix("it is ") if demanded.startswith(_LOCKED) else demanded
    cost = _cost(move["cost"])
    return Move(row["project"], move["from"], move["to"] or "", said, cost, move["clash"] or "")


def _cost(cost: Json | None) -> Cost | None:
    if cost is None:
        return None
    placed = {int(level): lost for level, lost in cost["placed"].items()}
    return Cost(placed, round(cost["points"] * HUNDREDTHS_PER_POINT), cost["kept"])


def _stage(stage: Json) -> Stage:
    aim = Aim(stage["aim"])
    scale = HUNDREDTHS_PER_POINT if aim is Aim.SCORE else 1
    value, bound = (round(stage[key] * scale) for key in ("value", "bound"))
    return Stage(aim, value, bound, stage["priority"] or 0)


def _decision(one: Json) -> Decision:
    return Decision(
        Decided(one["decided"]),
        one["site"],
        one["project"] or "",
        one["by"],
        dt.date.fromisoformat(one["dated"]) if one["dated"] else None,
        one["reason"],
        one["source"],
    )


def _quotas(document: Json, study: Study, file: Path) -> tuple[QuotaUse, ...]:
    """Return the uses of quotas, each with what city.toml says of it today."""
    specs = {spec.name: spec for spec in study.city.plan.quotas}
    names = [use["name"] for use in document["quotas"]]
    if names != list(specs):
        raise _other(
            say("指标与 city.toml 不符", "the quotas are not those of city.toml"),
            file, expected=", ".join(specs), found=", ".join(names),
        )  # fmt: skip
    return tuple(
        QuotaUse(specs[use["name"]], use["used"], use["unknown_m2"]) for use in document["quotas"]
    )


def _text(text: Json) -> Text:
    return Text(text["zh"], text["en"])


def _other(what: str, file: Path, *, expected: str, found: str) -> ReadError:
    return ReadError(
        what, where=Where(file=file.name), expected=expected, found=found, next_step=_NEXT_STEP
    )
