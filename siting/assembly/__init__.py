"""Assemble: sites put together from parcels that lie side by side.

`adjacency` says which parcels face each other and along how many metres, over a lane or not;
`exact` finds the best sets on small instances and a bound on larger ones, `growth` good sets among
a million parcels; `sites` draws them. docs/assembly.md has the objective and the method.
"""

from siting.assembly.adjacency import LANE_WIDTH_M, Adjacency, adjacency
from siting.assembly.ground import Ground
from siting.assembly.problem import Land, Objective, Problem, Range
from siting.assembly.search import Assembled, assemble
from siting.assembly.sites import Assembly, outline

__all__ = [
    "LANE_WIDTH_M",
    "Adjacency",
    "Assembled",
    "Assembly",
    "Ground",
    "Land",
    "Objective",
    "Problem",
    "Range",
    "adjacency",
    "assemble",
    "outline",
]
