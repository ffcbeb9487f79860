"""The search: exact where it can be, good and with a stated gap where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from siting.assembly.adjacency import LANE_WIDTH_M
from siting.assembly.exact import best_sets
from siting.assembly.ground import Ground
from siting.assembly.growth import IMPROVED, grow, improved
from siting.assembly.problem import Problem
from siting.assembly.sites import LANE_WORTH_NAMING_M2, Assembly, outline
from siting.errors import SitingError
from siting.overlay.kernel.layout import Geometries

#: Sets of which more than this share of the smaller one's land is the same count as one.
SAME_SHARE = 0.5
#: Sets kept for each one that is offered, so that enough different ones are among them.
KEPT_PER_SITE = 40
#: Sets that the exact search looks at before it gives up on completeness.
EXACT_LIMIT = 20_000


@dataclass(frozen=True, eq=False, slots=True)
class Assembled:
    """What was put together, best first; ``gap`` is how far the best may be from the optimum.

    ``bound``: no set of parcels that was not met costs less. ``is_exact``: none at all does.
    """

    sites: tuple[Assembly, ...]
    bound: float
    is_exact: bool

    @property
    def gap(self) -> float:
        """Cost of the best site less the bound; 0 where the search was complete."""
        return 0.0 if self.is_exact or not self.sites else self.sites[0].cost - self.bound


def assemble(
    shapes: Geometries,
    problem: Problem,
    *,
    count: int = 5,
    ground: Ground | None = None,
    lane_width_m: float = LANE_WIDTH_M,
    limit: int = EXACT_LIMIT,
) -> Assembled:
    """Return the best sites that can be put together from two or more parcels.

    Parameters
    ----------
    shapes
        The parcels: valid polygons in a projected CRS, metres, in the order of the problem's land.
    problem
        Land, range and objective.
    count
        How many sites, all different from each other (``SAME_SHARE``).
    ground, lane_width_m
        As the adjacency was made with.
    limit
        Sets of parcels that the exact search may look at.

    Raises
    ------
    SitingError
        When the wanted range has no area in it.
    """
    if not 0 < problem.wanted.target < np.inf or problem.wanted.most < problem.wanted.least:
        raise SitingError(
            "no area is wanted",
            expected="0 < least ≤ most, in m²",
            found=f"{problem.wanted.least} to {problem.wanted.most}",
            next_step="state the demand of the project",
        )
    drawing = _Drawing(shapes, problem, ground or Ground(shapes), lane_width_m)
    kept = KEPT_PER_SITE * count
    good = grow(problem).best(IMPROVED)
    known = dict.fromkeys([*good, *(improved(problem, members) for members in good)])
    best = best_sets(problem, count=kept, known=known, limit=limit)
    sites: list[Assembly] = []
    for cost, members in best.sets:
        if len(sites) == count:
            break
        if any(_is_same(problem, members, site.members) for site in sites):
            continue
        site = drawing.site(members, cost)
        if site is not None:
            sites.append(site)
    return Assembled(tuple(sites), best.bound, best.is_exact)


def _is_same(problem: Problem, one: Sequence[int], other: Sequence[int]) -> bool:
    areas = problem.land.areas_m2
    shared = float(areas[sorted(set(one) & set(other))].sum())
    smaller = min(float(areas[list(one)].sum()), float(areas[list(other)].sum()))
    return shared > SAME_SHARE * smaller


@dataclass(frozen=True, eq=False, slots=True)
class _Drawing:
    """Draws sets of parcels."""

    shapes: Geometries
    problem: Problem
    ground: Ground
    lane_width_m: float

    def site(self, members: tuple[int, ...], cost: float) -> Assembly | None:
        parts = self.shapes[list(members)]
        drawn = outline(parts, self.ground, lane_width_m=self.lane_width_m)
        if drawn is None:
            return None
        lane = max(0.0, float(drawn.area) - float(shapely.area(shapely.union_all(parts))))
        return Assembly(
            members=members,
            geometry=drawn,
            area_m2=float(drawn.area),
            lane_m2=lane if lane >= LANE_WORTH_NAMING_M2 else 0.0,
            perimeter_m=float(drawn.length),
            owners=self.problem.owners(members),
            cost=cost,
        )
