"""The part of the city's plan that one district is handed.

Which rows and words that are says :mod:`siting.planning.hearing`; here is to whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siting.handover.selection import DistrictPart
from siting.planning import CityPlan, Listener


@dataclass(frozen=True, eq=False, slots=True)
class PlanPart:
    """One part of the city, and what it is told of a plan."""

    told: Listener
    part: DistrictPart
    names: Mapping[str, str]
    """Names of the projects of the ledger, by id."""

    @classmethod
    def of(cls, plan: CityPlan, part: DistrictPart, names: Mapping[str, str]) -> PlanPart:
        """Return the part of a plan that a district is handed; all of it for the whole city.

        Parameters
        ----------
        plan
            The plan of the city.
        part
            From :func:`siting.handover.selection.district_parts`, or the city's.
        names
            Names of all projects by id: projects that no plan can place have no row with one.
        """
        if not part.code:
            return cls(Listener(plan), part, names)
        return cls(Listener(plan, part.own_projects, part.area, part.code), part, names)
