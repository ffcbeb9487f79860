"""What somebody decided, held against what projects could have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from siting.errors import ConfigError, SitingError, Where, nearest
from siting.model import Option, Text
from siting.planning.closings import refused_text, sold_text
from siting.planning.records import Decided, Decision
from siting.suggest import Pools

#: (project, site) → words.
Said = Mapping[tuple[str, str], Text]


@dataclass(frozen=True, eq=False, slots=True)
class Choices:
    """Decisions as a problem has them; see :class:`siting.allocate.Problem`.

    ``lock_of`` has the decision behind each lock. ``said`` has the words for what is refused or
    somebody's. ``idle`` are decisions that change nothing: no project could have that land.
    """

    locks: Mapping[str, str] = field(default_factory=dict)
    refused: Said = field(default_factory=dict)
    promised: Mapping[str, str] = field(default_factory=dict)
    lock_of: Mapping[str, Decision] = field(default_factory=dict)
    said: Said = field(default_factory=dict)
    idle: tuple[Decision, ...] = ()


def named_sites(
    decisions: Sequence[Decision], previous: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Return the sites that each project must have the choice of: locked ones, and its former."""
    named = {project_id: {site} for project_id, site in previous.items()}
    for decision in decisions:
        if decision.decided is Decided.LOCK:
            named.setdefault(decision.project_id, set()).add(decision.site)
    return {project_id: frozenset(sites) for project_id, sites in named.items()}


def choices_of(decisions: Sequence[Decision], pools: Pools) -> tuple[Choices, list[SitingError]]:
    """Return decisions as a problem has them, and what is wrong with them.

    Parameters
    ----------
    decisions
        In any order.
    pools
        The options; a decision about a parcel is about every option with land of it.
    """
    reader = _Reader(pools)
    for decision in decisions:
        reader.read(decision)
    return reader.choices(), reader.problems


class _Reader:
    """Gathers choices and problems, decision by decision."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
        self._of_land: dict[str, list[Option]] = {}
        for option in (one for some in pools.options.values() for one in some):
            for name in dict.fromkeys((option.site.id, *option.site.parcel_ids)):
                self._of_land.setdefault(name, []).append(option)
        self._locks: dict[str, str] = {}
        self._lock_of: dict[str, Decision] = {}
        self._refused: dict[tuple[str, str], Text] = {}
        self._promised: dict[str, str] = {}
        self._said: dict[tuple[str, str], Text] = {}
        self._idle: list[Decision] = []
        self.problems: list[SitingError] = []

    def choices(self) -> Choices:
        return Choices(
            self._locks,
            self._refused,
            self._promised,
            self._lock_of,
            {**self._said, **self._refused},
            tuple(self._idle),
        )

    def read(self, decision: Decision) -> None:
        """Take in one decision."""
        if decision.project_id and not self._is_project(decision):
            return
        if decision.decided is Decided.LOCK:
            self._lock(decision)
            return
        options = [
            option
            for option in self._of_land.get(decision.site, ())
            if decision.decided is Decided.SOLD or decision.project_id in {"", option.project_id}
        ]
        if not options:
            self._idle.append(decision)
        for option in options:
            key = (option.project_id, option.site.id)
            if decision.decided is Decided.REFUSED:
                self._refused[key] = refused_text(decision)
            elif decision.project_id != option.project_id:
                self._promised[option.site.id] = decision.project_id or decision.site
                self._said[key] = sold_text(decision)

    def _is_project(self, decision: Decision) -> bool:
        known = {*self._pools.options, *self._pools.left_out}
        if decision.project_id in known or decision.decided is Decided.SOLD:
            return True
        self._problem(
            decision,
            f"decides about the project '{decision.project_id}', which no plan is for",
            expected="a project at one of the stages of [suggest]",
            found=decision.project_id,
            next_step=nearest(decision.project_id, sorted(known))
            or "correct the project's id, or take the row out",
        )
        return False

    def _lock(self, decision: Decision) -> None:
        project_id, site = decision.project_id, decision.site
        have = [option.site.id for option in self._pools.options.get(project_id, ())]
        if site in have:
            self._locks.setdefault(project_id, site)
            self._lock_of.setdefault(project_id, decision)
            return
        why = self._pools.why_not.get((project_id, site))
        why = why or self._pools.left_out.get(project_id)
        self._problem(
            decision,
            f"locks '{project_id}' to '{site}', which it cannot have"
            + (f": {why.get('zh')} / {why.get('en')}" if why else ""),
            expected="a site among the project's candidates",
            found=site,
            next_step=nearest(site, have)
            or f"see `siting plan --json` for the candidates of {project_id}, or take the lock out",
        )

    def _problem(
        self, decision: Decision, what: str, *, expected: str, found: str, next_step: str
    ) -> None:
        where = Where(file=decision.source)
        self.problems.append(
            ConfigError(
                f"a decision {what}",
                where=where,
                expected=expected,
                found=found,
                next_step=next_step,
            )
        )
