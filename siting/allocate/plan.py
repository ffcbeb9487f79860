"""What a plan says: who gets which site, what it costs each, how good it is provably, why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how exactly to look.

    ``time_limit_s`` is wall time for the plan, ``explain_limit_s`` for the reasons of all projects
    that it leaves without a site (0: none are asked for). ``relative_gap`` is
    what the stage of scores may stay below its bound, as a share of it; 0 asks for the best.
    ``keeps_first``: the least change goes before the scores (a plan is mended), not after them
    (a plan is made).
    """

    time_limit_s: float = 60.0
    relative_gap: float = 0.0
    keeps_first: bool = False
    explain_limit_s: float = 60.0


class Aim(StrEnum):
    """What a stage makes as large as it can be."""

    PLACED = "placed"
    SCORE = "score"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what was reached, and what no plan can exceed given the stages before.

    ``value`` and ``bound`` count projects (``placed``, ``kept``) or hundredths of a point
    (``score``). ``priority`` is the class of a stage of placing, else 0.
    """

    aim: Aim
    value: int
    bound: int
    priority: int = 0

    @property
    def gap(self) -> float:
        """How far the value may be below the best, as a share of the bound (0–1)."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0

    @property
    def is_proved(self) -> bool:
        """True where no plan reaches more."""
        return self.value >= self.bound


class Kind(StrEnum):
    """What may stand in a project's way."""

    PLACED = "placed"
    QUOTA = "quota"
    LOCK = "lock"
    FORBIDDEN = "forbidden"
    PROMISED = "promised"


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """One thing that stands in the way.

    ``name`` is the project that has (or is locked to) a site, the quota, or the site that is
    forbidden or promised. ``text`` is what the input says of it.
    """

    kind: Kind
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A project without a site.

    ``reasons`` together shut it out, and none of them can be left out: without any single one of
    them there would be a site. None where that is not known in time (where placing is not
    proved, there might even be a plan with the project). An empty tuple: the project has no
    candidate at all. ``obstacles`` has for each of its candidates what this very plan, left as it
    is, has against it: that is always known, but says nothing of other plans.
    """

    project_id: str
    reasons: tuple[Reason, ...] | None
    obstacles: Mapping[str, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan for all projects.

    ``assignments`` has a site per placed project. ``regrets`` has for each project the hundredths
    of a point by which its own best candidate (of those not forbidden or promised to others) is
    better than what it gets; all of them for a project that gets nothing.
    """

    assignments: Mapping[str, str]
    unplaced: tuple[Unplaced, ...]
    regrets: Mapping[str, int]
    stages: tuple[Stage, ...]

    @property
    def gap(self) -> float:
        """The largest gap of any stage: 0 where the plan is proved to be the best."""
        return max((stage.gap for stage in self.stages), default=0.0)

    @property
    def is_proved(self) -> bool:
        """True where every stage is."""
        return all(stage.is_proved for stage in self.stages)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a demand costs beside the plan without it.

    ``placed`` has the projects lost per priority class (below 0: gained, after a loss in a class
    that goes before); ``score`` is in hundredths of a point, ``kept`` in projects.
    """

    placed: Mapping[int, int] = field(default_factory=dict)
    score: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """A project that stands elsewhere than in the plan before.

    ``demanded`` says what forbids its former site (a refusal, a promise, a lock), and is empty
    where the project moves for others: then ``cost`` is what leaving it where it was would cost, or
    ``clash`` says with what that contradicts. An empty ``to_site_id``: it lost its place.
    """

    project_id: str
    from_site_id: str
    to_site_id: str
    demanded: str = ""
    cost: Cost | None = None
    clash: str = ""


@dataclass(frozen=True, slots=True)
class Replan:
    """A mended plan and each move in it, in the order of the claimants."""

    plan: Plan
    moves: tuple[Move, ...]
