"""Criteria: what sites are measured by, what the figures are worth, and how much each weighs.

`base` has what every measure is given and gives; one module per group of kinds, `kinds` the list
of them.
"""

from siting.criteria.base import Found, Measure, Place, Setting, Sites, Wish, place_of
from siting.criteria.kinds import KINDS

__all__ = ["KINDS", "Found", "Measure", "Place", "Setting", "Sites", "Wish", "place_of"]
