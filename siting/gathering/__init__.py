"""Gathering: sites that are no single parcel, for the projects that want more or other land.

`region` is what all projects share; `assembled` puts parcels together, `carved` draws outlines
inside parcels that are too large or partly blocked; `gather` does both for one project. What comes
out is land that *may* serve: the engine judges it like any red line before it is offered.
"""

from siting.gathering.gather import gather
from siting.gathering.records import PARCELS_LOOKED_AT, Errand, Made
from siting.gathering.region import Region

__all__ = ["PARCELS_LOOKED_AT", "Errand", "Made", "Region", "gather"]
