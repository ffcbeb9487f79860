"""What a plan of the city says: a row per project, the quotas, how good it is provably."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from siting.allocate import Cost, Kind, Move, Stage
from siting.city import QuotaSpec
from siting.model import NO_TEXT, Option, Project, Release, Text
from siting.model.display import Shown


class Decided(StrEnum):
    """What somebody has decided about a site."""

    LOCK = "lock"
    """The project gets this site (a planner's or a district's own choice)."""
    REFUSED = "refused"
    """The project does not get this site."""
    SOLD = "sold"
    """The land belongs to somebody: no project (but the holder) gets any of it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a site, as a district's reply or the planner's table has it.

    ``site`` is a site's id or a parcel's: a parcel stands for every site with land on it.
    ``project_id`` is empty for land that is sold to nobody here. ``source`` says where it was
    read (file and row, or the command line).
    """

    decided: Decided
    site: str
    project_id: str = ""
    by: str = ""
    dated: dt.date | None = None
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One thing that stands in a project's way; ``name`` is its id (project, quota, site)."""

    kind: Kind
    name: str
    text: Text


@dataclass(frozen=True, eq=False, slots=True)
class PlanRow:
    """One project in a plan.

    ``best`` is its own best option of those open to it, ``regret`` by how many points that is
    better than what it gets (all its points where it gets nothing). ``blocks`` together shut
    an unplaced project out, and none of them can be left out; None where that is not known in
    time, or where the project is placed; ``obstacles`` has, per site, what this very plan has
    against it. ``considered`` options were weighed; with ``is_cut_short`` there are more.
    """

    project: Project
    considered: int
    option: Option | None = None
    best: Option | None = None
    regret: float = 0.0
    is_cut_short: bool = False
    blocks: tuple[Block, ...] | None = None
    obstacles: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    former_site_id: str = ""
    former_closed: Text = NO_TEXT
    """Why it may not have its former site any more, where that is closed to it."""
    move: Move | None = None
    """How it comes to stand elsewhere than in the plan before."""
    lock: Decision | None = None
    lock_cost: Cost | None = None
    """What the plan loses by the lock."""
    blocked_by: Text | None = None
    """Where there is no option at all: why, as the search for its sites tells."""
    note: Text = NO_TEXT
    """What is not known of its demand or of the data that its options were sought with."""
    why: Text = NO_TEXT
    """One sentence: what it gets and what that costs it, or why it gets nothing."""


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """One quota and how much of it the plan uses: sites, or m².

    ``unknown_m2`` is land that is counted in full because nothing tells what it is.
    """

    spec: QuotaSpec
    used: float
    unknown_m2: float = 0.0


@dataclass(frozen=True, slots=True)
class Origin:
    """Of which city and report a plan is: what stands in the head of every output.

    ``district_names`` by code; ``titles`` of rules by code, for people know no codes.
    ``parcels`` is how far parcels may travel, and with them the sites that are made of them.
    """

    city: Text = NO_TEXT
    rule_book: str = ""
    report_identity: str = ""
    secrecy: Text = NO_TEXT
    district_names: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, Text] = field(default_factory=dict)
    parcels: Release = Release.TABLE_ONLY


@dataclass(frozen=True, eq=False, slots=True)
class CityPlan(Shown):
    """One plan for all projects of a city, in its working CRS.

    ``rows`` are sorted by project id. ``left_out`` are the projects of the stages that no plan
    can place (linear ones, those without a demand), each with the reason. ``gap`` is the
    largest of any stage (0 where proved).
    """

    rows: tuple[PlanRow, ...]
    stages: tuple[Stage, ...]
    gap: float
    is_proved: bool
    crs: str
    as_of: dt.date
    quotas: tuple[QuotaUse, ...] = ()
    decisions: tuple[Decision, ...] = ()
    left_out: Mapping[str, Text] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    scenario: str = ""
    """The name of the scenario; empty for the plan itself."""
    title: Text = NO_TEXT
    origin: Origin = field(default_factory=Origin)
    places: Mapping[str, BaseGeometry] = field(default_factory=dict)
    """Where the sites lie that projects had the choice of, by id: what a district may be told of
    hangs on it. In no document."""

    @property
    def placed(self) -> tuple[PlanRow, ...]:
        """The rows of projects that get a site."""
        return tuple(row for row in self.rows if row.option is not None)

    @property
    def unplaced(self) -> tuple[PlanRow, ...]:
        """The rows of projects that get none."""
        return tuple(row for row in self.rows if row.option is None)
