"""What a page may say of a plan in words, which name projects and sites of the whole city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from siting.allocate import Kind
from siting.mapping.background import Payload, pair
from siting.mapping.subject import Subject
from siting.model import Text
from siting.planning import Block, CityPlan, Decision, PlanRow, QuotaUse
from siting.planning.phrases import Names, block_text, decision_text
from siting.planning.wording import best_elsewhere, is_moved, lock_text, move_reason_text

#: What a district reads of a thing that stands in its project's way and lies elsewhere.
_ELSEWHERE = {
    Kind.FORBIDDEN: Text("其他区的备选用地，已被否定", "a site in another district, refused"),
    Kind.PROMISED: Text(
        "其他区的备选用地，已归他人", "a site in another district, taken by others"
    ),
}


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
        return self.is_all_told or site_id in self.sites

    def reasons(self, row: PlanRow) -> list[list[str]]:
        """Return what shuts a project out, none of which can be left out; then any search's."""
        found = [pair(self._block(block)) for block in row.blocks or ()]
        if not row.considered and row.blocked_by is not None:
            found.append(pair(row.blocked_by))
        return found

    def _block(self, block: Block) -> Text:
        told = block_text(block, self.names)
        if self.is_all_told or block.kind is Kind.QUOTA:
            return told
        if block.kind in _ELSEWHERE and not self.may_name(block.name):
            return _ELSEWHERE[block.kind]
        if block.kind is Kind.FORBIDDEN:
            return told
        if block.kind is Kind.PROMISED:  # the plan's own words may say whose it is
            return Text(f"{block.name} 已归他人", f"{block.name} belongs to somebody else")
        site = self.names.site_of(block.name)
        if block.name in self.subject.own_ids and self.may_name(site):
            return told
        if self.may_name(site):
            return Text(f"{block.name} 得到 {site}", f"{block.name} gets {site}")
        return Text(f"{block.name} 在其他区有安排", f"{block.name} has a site in another district")

    def placed(self, row: PlanRow) -> Payload:
        """Return what an own project's best site is and why it has another, and its lock."""
        told: Payload = {}
        if row.best is not None and row.regret >= NO_POINTS and self.may_name(row.best.site.id):
            told["best"] = [row.best.site.id, round(row.best.points, 2)]
            if self.is_all_told and row.lock is None:
                told["because"] = pair(best_elsewhere(row, row.best, self.names))
        if row.lock is not None:
            told["lock"] = pair(lock_text(row, self.names))
        return told

    def beside(self, row: PlanRow) -> Payload:
        """Return what an own project has besides: notes, the former site, the reason of a move."""
        told: Payload = {}
        if self.is_all_told and row.option is None and row.considered and not row.blocks:
            told["why"] = pair(row.why)
        if row.note.zh or row.note.en:
            told["note"] = pair(row.note)
        if not is_moved(row):
            return told
        told["former"] = row.former_site_id if self.may_name(row.former_site_id) else None
        if self.is_all_told:
            told["moved"] = pair(move_reason_text(row))
        return told

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
