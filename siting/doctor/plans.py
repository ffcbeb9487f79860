"""``[plan]`` of city.toml: limits that fit the data, decisions and scenarios that can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from siting.city import City, PlanSpec, ScenarioSpec
from siting.doctor.checks import Check, CheckStatus, Group, faults_of
from siting.errors import ReadError, SitingError, Where
from siting.load.words import say
from siting.model import NO_TEXT, Atlas, Text
from siting.planning import (
    Replies,
    notes_of_inputs,
    read_decisions,
    read_previous,
    require_known,
    settle,
)
from siting.rulebook import read_rule_book

_TITLE = Text("统筹计划的依据", "what a plan goes by")
_MEND = Text(
    "核对 [plan]、台账与决定表；计划照样编制，这些话写在计划里",
    "look through [plan], the ledger and the tables of decisions; a plan is made all the same, "
    "and says these things",
)


def examine_plan(city: City, atlas: Atlas) -> tuple[Check, ...]:
    """Read all that a plan goes by, and hold it against the data; nothing is planned.

    Nothing where city.toml has no ``[plan]`` and no priority is missing.

    Parameters
    ----------
    city, atlas
        The city and what was loaded of it.
    """
    replies = Replies()
    faults: list[Check] = []
    try:
        replies = settle(read_decisions(city.plan.decisions), atlas.projects)
    except SitingError as error:
        faults += faults_of(error, name="plan decisions", title=_TITLE, group=Group.WORK)
    for look in _looks(city, atlas):
        try:
            look()
        except SitingError as error:
            faults += faults_of(error, name="plan", title=_TITLE, group=Group.WORK)
    notes = (*notes_of_inputs(city, atlas), *replies.notes)
    if faults:
        return tuple(faults)
    if city.plan == PlanSpec() and not notes:
        return ()
    return (_check(city.plan, replies, notes),)


def _looks(city: City, atlas: Atlas) -> Iterator[Callable[[], object]]:
    """Yield what a plan and its scenarios would read, one thing after the other."""
    spec = city.plan
    yield partial(require_known, city, atlas)
    if spec.previous is not None:
        yield partial(read_previous, spec.previous)
    for scenario in spec.scenarios:
        yield partial(_require_scenario, city, scenario)


def _require_scenario(city: City, scenario: ScenarioSpec) -> None:
    """Refuse a scenario whose rule book cannot be read or whose layers have no file."""
    if scenario.rule_book:
        read_rule_book(scenario.rule_book, base=city.path.parent)
    for name, path in scenario.layers.items():
        if not path.exists():
            raise ReadError(
                say(f"图层 {name} 没有文件 {path.name}", f"layer '{name}' has no file {path.name}"),
                where=Where(file=city.path.name, layer=f"[[plan.scenario]] '{scenario.name}'"),
                next_step=say("更正路径", "correct the path"),
            )


def _check(spec: PlanSpec, replies: Replies, notes: tuple[Text, ...]) -> Check:
    counts = (len(spec.quotas), len(spec.separations), len(spec.scenarios), len(replies.decisions))
    found = Text(
        "{} 项指标，{} 项间距，{} 个情景，{} 条决定".format(*counts),
        "{} quotas, {} separations, {} scenarios, {} decisions".format(*counts),
    )
    status = CheckStatus.WARNING if notes else CheckStatus.OK
    return Check(Group.WORK, "plan", _TITLE, status, found, _MEND if notes else NO_TEXT, notes)
