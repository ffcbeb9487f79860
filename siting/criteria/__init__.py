"""Criteria: what sites are measured by, what the figures are worth, and how much each weighs.

`base` has what every measure is given and gives; one module per group of kinds, `kinds` the list
of them. `profile` reads which criteria a kind of project goes by, `shelf` has all profiles of a
city and chooses among them, and `measuring` measures once what several projects ask for.
docs/profiles.md says how a profile is written.
"""

from siting.criteria.base import Found, Measure, Place, Setting, Sites, Wish, place_of
from siting.criteria.burden import BURDEN_POINTS, Burden, burden_points
from siting.criteria.kinds import KINDS
from siting.criteria.measuring import Gauge
from siting.criteria.outlines import compactness
from siting.criteria.profile import METHODS, TOPSIS, Criterion, Profile
from siting.criteria.shelf import GENERAL, Choice, Shelf, shipped_profiles
from siting.criteria.states import acquired, is_yes, plan_state_of
from siting.criteria.travel import Travel
from siting.criteria.ways import account_in
from siting.criteria.weighting import Weighting, Weights
from siting.criteria.whereabouts import PresentDistance

__all__ = [
    "BURDEN_POINTS",
    "GENERAL",
    "KINDS",
    "METHODS",
    "TOPSIS",
    "Burden",
    "Choice",
    "Criterion",
    "Found",
    "Gauge",
    "Measure",
    "Place",
    "PresentDistance",
    "Profile",
    "Setting",
    "Shelf",
    "Sites",
    "Travel",
    "Weighting",
    "Weights",
    "Wish",
    "account_in",
    "acquired",
    "burden_points",
    "compactness",
    "is_yes",
    "place_of",
    "plan_state_of",
    "shipped_profiles",
]
