"""Suggest: for each project at the choke point, ranked sites that break no prohibited rule.

`suggest` shares land out, so that nothing is offered twice; `pools_of` is all that every project
could have, for a plan of the city to choose from.
"""

from siting.suggest.chainage import chainage_table
from siting.suggest.pools import Asked, Pools, pools_of
from siting.suggest.search import suggest

__all__ = ["Asked", "Pools", "chainage_table", "pools_of", "suggest"]
