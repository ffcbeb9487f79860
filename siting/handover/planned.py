"""The part of the city's plan that one district is handed, and the words that it may read.

A planned site goes, whole, to every district in which it has land; of a project of another
district only number, site and points go with it. A project of the district that is planned
elsewhere bears the other district, area and points. Reasons name projects of other districts by
their number and no site of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from siting.allocate import Kind
from siting.handover.selection import DistrictPart
from siting.model import Option, Project, Text
from siting.planning import Block, CityPlan, PlanRow
from siting.planning.phrases import Names, block_text, joined
from siting.report import has_land_in, share_within

_CLOSED: Mapping[Kind, Text] = {
    Kind.FORBIDDEN: Text(
        "一处此处不列明的备选用地，已被否定", "a site that is not named here, refused"
    ),
    Kind.PROMISED: Text(
        "一处此处不列明的备选用地，已归他人", "a site that is not named here, taken by others"
    ),
}


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """One planned site as one district sees it.

    ``share_m2`` is the land that it has in the district, None where it lies elsewhere: then the
    project is the district's own. ``row`` bears the project's name where it is.
    """

    row: PlanRow
    option: Option
    share_m2: float | None
    is_own: bool

    @property
    def is_here(self) -> bool:
        """True for a site with land in the district."""
        return self.share_m2 is not None


@dataclass(frozen=True, eq=False)
class PlanPart:
    """What one district is handed of a plan; everything sorted by project."""

    plan: CityPlan
    part: DistrictPart
    names: Mapping[str, str]
    """Names of the projects of the ledger, by id."""

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Planned sites with land in the district, and those of its own projects elsewhere."""
        return tuple(self._placed())

    def _placed(self) -> Iterator[Placed]:
        for row in self.plan.placed:
            option, is_own = row.option, row.project.id in self.part.own_projects
            if option is None:
                continue
            share_m2 = share_within(option.site.geometry, self.part.area)
            if share_m2 is None and not is_own:
                continue
            shown = row if is_own else replace(row, project=Project(id=row.project.id, name=""))
            yield Placed(shown, option, share_m2, is_own)

    @cached_property
    def here(self) -> tuple[PlanRow, ...]:
        """The rows of the planned sites with land in the district: it is asked about these."""
        return tuple(placed.row for placed in self.placed if placed.is_here)

    @cached_property
    def unplaced(self) -> tuple[PlanRow, ...]:
        """The district's own projects that get no site."""
        own = self.part.own_projects
        return tuple(row for row in self.plan.unplaced if row.project.id in own)

    @cached_property
    def left_out(self) -> Mapping[str, Text]:
        """The district's own projects that no plan can place, with the reason."""
        left = self.plan.left_out
        return {name: left[name] for name in sorted(left) if name in self.part.own_projects}

    def may_name(self, site_id: str) -> bool:
        """True for a site that is known to have land in the district."""
        place = self.plan.places.get(site_id)
        return place is not None and has_land_in(place, self.part.area)

    def reasons(self, row: PlanRow) -> Text:
        """Return why an own project gets no site, as this district may read it."""
        found = row.blocks or (one for some in row.obstacles.values() for one in some)
        blocks = {(block.kind, block.name): block for block in found}.values()
        told = [self._block(block) for block in blocks]
        if not row.considered and row.blocked_by is not None:
            told.append(row.blocked_by)
        once = {(text.get("zh"), text.get("en")): text for text in told}
        return joined(once.values(), zh="；", en="; ")

    @cached_property
    def _names(self) -> Names:
        return Names(self.plan)

    def _block(self, block: Block) -> Text:
        told = block_text(block, self._names)
        if block.kind is Kind.QUOTA:
            return told
        if block.kind in _CLOSED:
            return told if self.may_name(block.name) else _CLOSED[block.kind]
        site = self._names.site_of(block.name)
        if not self.may_name(site):
            who = block.name
            return Text(f"{who} 在其他区有安排", f"{who} has a site in another district")
        if block.name in self.part.own_projects:
            return told
        return Text(f"{block.name} 得到 {site}", f"{block.name} gets {site}")
