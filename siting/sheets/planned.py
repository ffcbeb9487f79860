"""What a sheet or a report may say and draw of the city's plan.

Who may read what of it is not decided here: :class:`siting.planning.Listener` says it, for pages,
packages and sheets. A scenario is never drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from shapely.geometry.base import BaseGeometry

from siting.areas import area_table
from siting.mapping.styles import PLAN_LOOKS
from siting.mapping.subject import Subject
from siting.model import Option, SiteKind
from siting.planning import CityPlan, Listener, PlanRow
from siting.planning.phrases import kind_text, proof_text, quota_name
from siting.sheets.records import NO_PLACE, PlanMark
from siting.sheets.words import listed, word

#: Sites that are the project's own red line: no line leads to them.
LINES = frozenset({SiteKind.RED_LINE, SiteKind.REPAIRED})


@dataclass(frozen=True, eq=False)
class Told:
    """The plan as one sheet or report tells it."""

    subject: Subject
    plan: CityPlan
    listener: Listener

    @classmethod
    def of(cls, subject: Subject) -> Told | None:
        """Return what may be told of a subject's plan; None without a plan."""
        if subject.planned is None:
            return None
        plan = subject.planned.plan
        return cls(subject, plan, subject.listener(plan))

    @property
    def language(self) -> str:
        """The language of the sheet."""
        return self.subject.city.language

    @cached_property
    def rows(self) -> Mapping[str, PlanRow]:
        """The plan's rows by project."""
        return {row.project.id: row for row in self.plan.rows}

    @cached_property
    def own(self) -> tuple[PlanRow, ...]:
        """The rows of the scope's own projects, in the plan's order."""
        return tuple(row for row in self.plan.rows if self.is_own(row.project.id))

    def is_own(self, project_id: str) -> bool:
        """True for a project of the scope; all are the city's own."""
        return self.listener.is_own(project_id)

    def option_here(self, project_id: str) -> Option | None:
        """Return what the plan gives a project, where that has land in the scope."""
        row = self.rows.get(project_id)
        seen = self.listener.seen(row) if row else None
        return seen.option if seen is not None and seen.is_here else None

    def district(self, text: str) -> str:
        """Return the name of a district given by code or name."""
        return self.subject.district_names.get(self.subject.district_code(text), text)

    def rank(self, option: Option) -> int | None:
        """Return as which of the proposed sites of its project a planned one is proposed."""
        search = self.subject.search_of.get(option.project_id)
        for offer in search.suggestions if search else ():
            if offer.site.id == option.site.id and self.subject.is_site_here(offer):
                return offer.rank
        return None

    def brief(self, project_id: str) -> str:
        """Return in a few words what a project gets; nothing of one that the plan is not for."""
        row = self.rows.get(project_id)
        if row is None:
            is_left_out = project_id in self.listener.left_out
            return word("plan_left_out", self.language) if is_left_out else ""
        here = self.option_here(project_id)
        if here is not None:
            return word("plan_gets", self.language, self._short(here))
        if not self.is_own(project_id):
            return ""
        return word("plan_away" if row.option else "plan_no_place", self.language)

    def _short(self, option: Option) -> str:
        if option.site.kind in LINES:
            return word(f"plan_short_{option.site.kind}", self.language)
        rank = self.rank(option)
        return option.site.id if rank is None else word("plan_choice", self.language, rank)

    def full(self, project_id: str) -> str:
        """Return what a project gets, with the site, its area and its points."""
        row, brief = self.rows.get(project_id), self.brief(project_id)
        option = row.option if row else None
        if option is None or not brief:
            return brief
        hectares = f"{area_table({'': option.site.area_m2}).total.area_ha:,}"
        points = f"{option.points:.2f}"
        if self.option_here(project_id) is None:
            place = self.district(option.site.district)
            return brief + word("plan_away_figures", self.language, place, hectares, points)
        name = "" if option.site.id in brief else f"{option.site.id} · "
        kinds = kind_text(option).get(self.language)
        return brief + word("plan_figures", self.language, name, kinds, hectares, points)

    def marks(self, red_lines: Mapping[str, int], first: Mapping[str, int]) -> tuple[PlanMark, ...]:
        """Return what is drawn of the plan, in the order of the rows' numbers.

        Parameters
        ----------
        red_lines
            Numbers of the rows by red line.
        first
            The number of each project's first row.
        """
        shapes = {r.red_line.id: r.red_line.geometry for r in self.subject.results}
        lines = {number: shapes[name] for name, number in red_lines.items()}
        found = []
        for row in self.plan.rows:
            number = first.get(row.project.id)
            if number is None:
                continue
            option = self.option_here(row.project.id)
            present = lines.get(number)
            if option is not None:
                at = red_lines.get(option.site.id, number)
                found.append(self._mark(at, option, present))
            elif row.option is None and self.is_own(row.project.id) and present is not None:
                found.append(PlanMark(number, NO_PLACE, present))
        return tuple(sorted((m for m in found if m is not None), key=lambda m: m.number))

    def _mark(self, number: int, option: Option, present: BaseGeometry | None) -> PlanMark | None:
        shape = self.subject.drawn_planned(option.site)
        if shape is None or shape.is_empty:
            return None
        kind = str(option.site.kind)
        start = None if option.site.kind in LINES else present
        return PlanMark(
            number, kind if kind in PLAN_LOOKS else "parcel", shape, self.rank(option), start
        )

    def facts(self) -> Iterator[str]:
        """Yield how many of the scope's projects are placed, and how good the plan provably is."""
        placed = [row.option for row in self.own if row.option is not None]
        points = f"{sum(option.points for option in placed):,.2f}"
        left = len(self.own) - len(placed)
        proof = proof_text(self.plan).get(self.language)
        key = "plan_totals" if self.listener.is_all_told else "plan_totals_here"
        yield word(key, self.language, len(self.own), len(placed), left, points, proof)

    def warnings(self) -> Iterator[str]:
        """Yield quotas that are used up, and planned sites that are not drawn."""
        full = [
            quota_name(use, self.language)
            for use in self.listener.quotas
            if use.used >= use.spec.limit
        ]
        if full:
            yield word("plan_quotas_full", self.language, listed(full, self.language))
        here = filter(None, map(self.option_here, self._shown()))
        hidden = sum(self.subject.drawn_planned(option.site) is None for option in here)
        if hidden:
            yield word("plan_undrawn", self.language, hidden)

    def _shown(self) -> Iterable[str]:
        return (name for name in self.rows if name in self.subject.projects)
