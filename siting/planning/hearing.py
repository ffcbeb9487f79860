"""Who may read what of a plan: the whole city all of it, a district what is its own.

A planned site is told, whole, to every district in which it has land. Of a project of another
district a district reads number, site and points where that site lies on its land, and else that
it is planned somewhere else: no name, no figure of how it fares. Of its own projects it reads all,
but no site that is not known to have land in it, and no words that may name one: those of the
plan's notes, of moves, and of what closed a site other than a decision about it.

Pages, packages, papers, sheets and workbooks take rows and words from here; which area and which
projects are whose they say themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from shapely.geometry.base import BaseGeometry

from siting.allocate import Kind
from siting.model import NO_TEXT, Option, Project, Text
from siting.planning.closings import refused_text
from siting.planning.phrases import Names, block_text, joined
from siting.planning.records import Block, CityPlan, Decided, Decision, PlanRow, QuotaUse
from siting.planning.scenarios import Difference, Scenario
from siting.planning.uses import Member, member_of, use_of
from siting.planning.wording import (
    best_elsewhere,
    is_moved,
    lock_text,
    move_reason_text,
    unproved_text,
)
from siting.report import has_land_in, share_within

#: Fewer points than this are none: they are shown with two decimals.
NO_POINTS = 0.005
_UNNAMED: Mapping[Kind, Text] = {
    Kind.FORBIDDEN: Text(
        "一处此处不列明的备选用地，不可用", "a site that is not named here, not to be had"
    ),
    Kind.PROMISED: Text(
        "一处此处不列明的备选用地，已归他人", "a site that is not named here, taken by others"
    ),
}
"""What a district reads of a closed site that it may not name: it lies elsewhere, or nobody can
tell where. Why it is closed would say of what is beside it."""
_LOCKED_ELSEWHERE = Text("已按决定锁定于其他区的用地", "locked by decision to a site elsewhere")
_MOVED = Text("与上一版方案的用地不同", "not the site of the plan before")


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """One planned site as its reader sees it.

    ``share_m2`` is the land that it has in the reader's area, None where it has none there: then
    the project is the reader's own. ``row`` of a project that is not its own has number and site
    alone.
    """

    row: PlanRow
    option: Option
    share_m2: float | None
    is_own: bool

    @property
    def is_here(self) -> bool:
        """True for a site with land in the reader's area."""
        return self.share_m2 is not None


@dataclass(frozen=True, eq=False)
class Listener:
    """A reader of a plan, and what is said to it; of the whole city where there is no ``area``.

    ``own`` are the ids of a district's own projects, ``area`` its land in the plan's CRS, ``code``
    its code. ``known`` are sites by id that it knows of besides the plan (those of searches).
    """

    plan: CityPlan
    own: frozenset[str] = frozenset()
    area: BaseGeometry | None = None
    code: str = ""
    known: Mapping[str, BaseGeometry] = field(default_factory=dict)
    _named: dict[str, bool] = field(default_factory=dict, repr=False)

    @property
    def is_all_told(self) -> bool:
        """True for the whole city, which reads all."""
        return self.area is None

    def is_own(self, project_id: str) -> bool:
        """True for the reader's own projects; the city's are all of them."""
        return self.is_all_told or project_id in self.own

    def may_name(self, site_id: str) -> bool:
        """True for a site that is known to have land in the area; the city may name any."""
        if self.area is None:
            return True
        if site_id not in self._named:
            place = self._places.get(site_id)
            self._named[site_id] = place is not None and has_land_in(place, self.area)
        return self._named[site_id]

    @cached_property
    def _places(self) -> Mapping[str, BaseGeometry]:
        """The outlines of sites by id; what the plan says of one goes before what others say."""
        options = (one for row in self.plan.rows for one in (row.option, row.best) if one)
        told = {option.site.id: option.site.geometry for option in options}
        return {**self.known, **told, **self.plan.places}

    @cached_property
    def names(self) -> Names:
        """What things of the plan are called; of others' projects a district reads no name."""
        return Names(self.plan)

    # rows

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Planned sites with land in the area, and those of own projects elsewhere; by project."""
        return tuple(placed for placed in map(self.seen, self.plan.placed) if placed)

    def seen(self, row: PlanRow) -> Placed | None:
        """Return the planned site of a row as it may be read; None for one of no concern here."""
        option, is_own = row.option, self.is_own(row.project.id)
        if option is None:
            return None
        site = option.site
        share_m2 = site.area_m2 if self.area is None else share_within(site.geometry, self.area)
        if is_own:
            return Placed(row, option, share_m2, is_own)
        if share_m2 is None:
            return None
        number = Project(id=row.project.id, name="")
        return Placed(PlanRow(number, 0, option), option, share_m2, is_own)

    @cached_property
    def here(self) -> tuple[PlanRow, ...]:
        """The rows of planned sites with land in the area: a district is asked about these."""
        return tuple(placed.row for placed in self.placed if placed.is_here)

    @cached_property
    def unplaced(self) -> tuple[PlanRow, ...]:
        """The reader's own projects that get no site."""
        return tuple(row for row in self.plan.unplaced if self.is_own(row.project.id))

    @cached_property
    def left_out(self) -> Mapping[str, Text]:
        """The reader's own projects that no plan can place, each with the reason; by id."""
        return {name: why for name, why in sorted(self.plan.left_out.items()) if self.is_own(name)}

    def moving(self, scenario: Scenario) -> tuple[Difference, ...]:
        """Return what a scenario changes for the reader's own projects."""
        return tuple(one for one in scenario.moving if self.is_own(one.project_id))

    # what is said of an own project; of others' nothing

    def reasons(self, row: PlanRow) -> tuple[Text, ...]:
        """Return what shuts an own project out, none of which can be left out; then any search's.

        Nothing where that is not known: see :meth:`obstacles`.
        """
        if not self.is_own(row.project.id):
            return ()
        found = [self._block(block) for block in row.blocks or ()]
        if not row.considered and row.blocked_by is not None:
            found.append(row.blocked_by)
        return tuple(found)

    def obstacles(self, row: PlanRow) -> tuple[Text, ...]:
        """Return what this very plan has against the sites of an own project, each once.

        It says nothing of other plans, and so does not shut the project out by itself.
        """
        if not self.is_own(row.project.id):
            return ()
        told = (self._block(block) for some in row.obstacles.values() for block in some)
        return tuple({(text.get("zh"), text.get("en")): text for text in told}.values())

    def unproved(self, row: PlanRow) -> Text:
        """Return one sentence on an own project without a site whose reasons are not known."""
        is_asked = row.option is None and row.considered and not row.blocks
        if not is_asked or not self.is_own(row.project.id):
            return NO_TEXT
        return row.why if self.is_all_told else unproved_text(row, self._block)

    def because(self, row: PlanRow) -> Text:
        """Return why an own project does not get its own best site; nothing where it is locked.

        To a district what this very plan has against that site, as far as that is known.
        """
        best = row.best
        if best is None or row.lock is not None or row.regret < NO_POINTS:
            return NO_TEXT
        if self.is_all_told:
            return best_elsewhere(row, best, self.names)
        if not self.is_own(row.project.id):
            return NO_TEXT
        return joined(map(self._block, row.obstacles.get(best.site.id, ())), en=" and ")

    def best(self, row: PlanRow) -> Option | None:
        """Return an own project's best site of those open to it, where it may be named."""
        if row.best is None or not self.is_own(row.project.id):
            return None
        return row.best if self.may_name(row.best.site.id) else None

    def lock(self, row: PlanRow) -> Text:
        """Return an own project's lock and what that costs the plan; nothing without one."""
        if row.lock is None or not self.is_own(row.project.id):
            return NO_TEXT
        return lock_text(row, self.names) if self.may_name(row.lock.site) else _LOCKED_ELSEWHERE

    def former(self, row: PlanRow) -> str:
        """Return an own project's site of the plan before, where it may be named."""
        is_told = self.is_own(row.project.id) and self.may_name(row.former_site_id)
        return row.former_site_id if is_told else ""

    def moved(self, row: PlanRow) -> tuple[str, Text]:
        """Return the site that an own project left, and why; nothing if it stays.

        To a district at least that it did: the grounds speak of others.
        """
        if self.plan.scenario or not is_moved(row) or not self.is_own(row.project.id):
            return "", NO_TEXT
        if self.is_all_told:
            return row.former_site_id, move_reason_text(row)
        former = self.former(row)
        return former, NO_TEXT if former else _MOVED

    # what is said of the plan as a whole

    @cached_property
    def quotas(self) -> tuple[QuotaUse, ...]:
        """The city's quotas, and those of the reader's district."""
        called = {self.code, self.plan.origin.district_names.get(self.code, self.code)}
        return tuple(
            use
            for use in self.plan.quotas
            if self.is_all_told or not use.spec.districts or called.intersection(use.spec.districts)
        )

    def quotas_of(self, row: PlanRow) -> tuple[QuotaUse, ...]:
        """Return the quotas that an own project's planned site counts into, of those it may read.

        A use that is unknown, or told less closely than the quota asks, counts in.
        """
        option, use = row.option, use_of(row.project)
        if option is None or not self.is_own(row.project.id):
            return ()
        return tuple(
            each
            for each in self.quotas
            if (not each.spec.districts or option.site.district in each.spec.districts)
            and (not each.spec.batches or row.project.batch in each.spec.batches)
            and member_of(use, each.spec.uses) is not Member.NO
        )

    @property
    def notes(self) -> tuple[Text, ...]:
        """What the plan says of its inputs: it speaks of the whole city, and to it alone."""
        return self.plan.notes if self.is_all_told else ()

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions about sites that may be named, for own projects or for none."""
        return tuple(
            one
            for one in self.plan.decisions
            if self._is_of_own(one) and (self.is_all_told or self.may_name(one.site))
        )

    def _is_of_own(self, decision: Decision) -> bool:
        return not decision.project_id or self.is_own(decision.project_id)

    # what stands in an own project's way

    def _block(self, block: Block) -> Text:
        """Return a thing in an own project's way; to a district without others' names, places."""
        told = block_text(block, self.names)
        if self.is_all_told or block.kind is Kind.QUOTA:
            return told
        if block.kind in _UNNAMED:
            return self._closed(block, told)
        who, site = block.name, self.names.site_of(block.name)
        if not self.may_name(site):
            return Text(f"{who} 在其他区有安排", f"{who} has a site in another district")
        return told if self.is_own(who) else Text(f"{who} 得到 {site}", f"{who} gets {site}")

    def _closed(self, block: Block, told: Text) -> Text:
        """Return that a site is closed; a refusal in its own words, else not for whose sake."""
        site = block.name
        if not self.may_name(site):
            return _UNNAMED[block.kind]
        if block.kind is Kind.PROMISED:
            return Text(f"{site} 已归他人", f"{site} belongs to somebody else")
        if told in self._refusals or block.text == NO_TEXT:
            return told
        return Text(
            f"{site} 已归他人，或距他人用地过近",
            f"{site} belongs to somebody else, or is too near to somebody else's land",
        )

    @cached_property
    def _refusals(self) -> tuple[Text, ...]:
        """The words of the refusals that were decided for own projects."""
        return tuple(
            refused_text(one)
            for one in self.plan.decisions
            if one.decided is Decided.REFUSED and self._is_of_own(one)
        )
