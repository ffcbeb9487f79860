"""What a page may say of a plan in words, which name projects and sites of the whole city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from siting.allocate import Kind
from siting.mapping.background import Payload, pair
from siting.mapping.subject import Subject
from siting.model import NO_TEXT, Text
from siting.planning import Block, CityPlan, Decision, PlanRow, QuotaUse
from siting.planning.phrases import Names, block_text, decision_text, joined
from siting.planning.wording import best_elsewhere, is_moved, lock_text, move_reason_text

#: What a district reads of a site of its project that lies elsewhere and is closed to it.
ELSEWHERE = Text("其他区的备选用地，不可用", "a site in another district, not to be had")
_MOVED = Text("与上一版方案的用地不同", "not the site of the plan before")
#: Fewer points than this are none: they are shown with two decimals.
NO_POINTS = 0.005


@dataclass(frozen=True, eq=False, slots=True)
class Spoken:
    """The words of one plan that a page may bear; of the city's page all."""

    subject: Subject
    plan: CityPlan
    names: Names
    sites: frozenset[str]
    """Ids of sites that a district's page may name: they have land in it."""

    @classmethod
    def of(cls, subject: Subject, plan: CityPlan) -> Spoken:
        """Return the words of a plan for a page."""
        names = Names(plan)
        if not subject.scope.is_district:
            return cls(subject, plan, names, frozenset())
        return cls(subject, plan, names, frozenset(_sites_here(subject, plan)))

    @property
    def is_all_told(self) -> bool:
        """True for the page of the whole city."""
        return not self.subject.scope.is_district

    def may_name(self, site_id: str) -> bool:
        """True when the page may name a site; one whose land it does not know it may not."""
        if self.is_all_told or site_id in self.sites:
            return True
        place = self.plan.places.get(site_id)
        return place is not None and self.subject.is_land_here(place)

    def reasons(self, row: PlanRow) -> list[Text]:
        """Return what shuts a project out, none of which can be left out; then any search's."""
        found = [self._block(block) for block in row.blocks or ()]
        if not row.considered and row.blocked_by is not None:
            found.append(row.blocked_by)
        return found

    def _block(self, block: Block) -> Text:
        """Return a thing in a project's way; to a district without others' names and places."""
        told = block_text(block, self.names)
        if self.is_all_told or block.kind is Kind.QUOTA:
            return told
        if block.kind in {Kind.FORBIDDEN, Kind.PROMISED}:
            return self._closed(block, told)
        site = self.names.site_of(block.name)
        if not self.may_name(site):
            return Text(
                f"{block.name} 在其他区有安排", f"{block.name} has a site in another district"
            )
        is_own = block.name in self.subject.own_ids
        return told if is_own else Text(f"{block.name} 得到 {site}", f"{block.name} gets {site}")

    def _closed(self, block: Block, told: Text) -> Text:
        if not self.may_name(block.name):
            return ELSEWHERE
        if block.kind is Kind.FORBIDDEN:
            return told
        # the plan's own words may say whose it is
        return Text(f"{block.name} 已归他人", f"{block.name} belongs to somebody else")

    def because(self, row: PlanRow) -> Text:
        """Return why a placed project does not get its own best site; nothing where it is locked.

        To a district what this very plan has against that site, as far as that is known.
        """
        best = row.best
        if best is None or row.lock is not None or row.regret < NO_POINTS:
            return NO_TEXT
        if self.is_all_told:
            return best_elsewhere(row, best, self.names)
        return joined(map(self._block, row.obstacles.get(best.site.id, ())), en=" and ")

    def best(self, row: PlanRow) -> list[object] | None:
        """Return name and points of an own project's best site, where it has another."""
        if row.best is None or row.regret < NO_POINTS or not self.may_name(row.best.site.id):
            return None
        return [row.best.site.id, round(row.best.points, 2)]

    def lock(self, row: PlanRow) -> Text:
        """Return an own project's lock and what that costs the plan; nothing without one."""
        return lock_text(row, self.names)

    def unproved(self, row: PlanRow) -> Text:
        """Return what this plan has against the sites of a project whose reasons are not known."""
        is_asked = row.option is None and row.considered and not row.blocks
        return row.why if is_asked and self.is_all_told else NO_TEXT

    def former(self, row: PlanRow) -> tuple[str, Text]:
        """Return the site of the plan before and why a project left it; nothing if it stays."""
        if self.plan.scenario or not is_moved(row):
            return "", NO_TEXT
        if not self.may_name(row.former_site_id):
            return "", _MOVED
        return row.former_site_id, move_reason_text(row) if self.is_all_told else NO_TEXT

    def is_quota_told(self, use: QuotaUse) -> bool:
        """True for the city's quotas, and for those of the page's district."""
        if self.is_all_told or not use.spec.districts:
            return True
        return self.subject.scope.code in map(self.subject.district_code, use.spec.districts)

    def around(self) -> Payload:
        """Return notes and decisions, and how many are with the city alone."""
        decisions = [one for one in self.plan.decisions if self._is_told(one)]
        notes = self.plan.notes if self.is_all_told else ()
        return {
            "notes": [pair(note) for note in notes],
            "notesElsewhere": len(self.plan.notes) - len(notes),
            "decisions": [pair(decision_text(one, self.names)) for one in decisions],
            "decisionsElsewhere": len(self.plan.decisions) - len(decisions),
        }

    def _is_told(self, one: Decision) -> bool:
        if self.is_all_told:
            return True
        is_own = not one.project_id or one.project_id in self.subject.own_ids
        return is_own and self.may_name(one.site)


def _sites_here(subject: Subject, plan: CityPlan) -> Iterator[str]:
    """Yield the ids of all sites of plan and searches that have land in the page's district."""
    options = [option for row in plan.rows for option in (row.option, row.best)]
    for option in options:
        if option is not None and subject.is_land_here(option.site.geometry):
            yield option.site.id
    for search in subject.searches:
        yield from (s.site.id for s in search.suggestions if subject.is_site_here(s))
