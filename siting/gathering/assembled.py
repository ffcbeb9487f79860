"""Parcels put together for one project."""

from __future__ import annotations

import numpy as np
import shapely

from siting.assembly import Land, Problem, Range, adjacency, assemble
from siting.candidates import body_share
from siting.gathering.records import Errand, Made
from siting.gathering.region import Longs, Region
from siting.model import SiteKind

#: Sets that are tried for one project: several may fail in the engine, or to another project.
ASSEMBLED = 4
#: So much of a site must be its body: more than of a parcel, for which to join is a choice.
BODY_SHARE = 0.9
#: Sets of parcels that the exact search may look at for one project.
SETS_LOOKED_AT = 5_000


def assembled(errand: Errand, rows: Longs, region: Region) -> tuple[Made, ...]:
    """Return sites of several parcels in the wanted range, best first.

    Parameters
    ----------
    errand
        Whose land is sought.
    rows
        The parcels that may be put together; those that break a prohibited rule for certain
        are left out here.
    region
        The city.
    """
    wanted, parcels = Range(errand.wanted.area_m2_min, errand.wanted.area_m2_max), region.parcels
    fits = ~region.is_barred(errand.project)[rows] & (parcels.areas_m2[rows] <= wanted.most)
    rows = np.sort(rows[fits])
    if len(rows) < 2 or not 0 < wanted.target < np.inf:
        return ()
    shapes = parcels.geometries[rows]
    beside = adjacency(shapes, ground=region.ground)
    land = Land(parcels.areas_m2[rows], shapely.length(shapes), region.owners[rows], beside)
    found = assemble(
        shapes, Problem(land, wanted), count=ASSEMBLED, ground=region.ground, limit=SETS_LOOKED_AT
    )
    # no set that was not met costs less than this
    least = found.sites[0].cost - found.gap if found.sites else 0.0
    return tuple(
        Made(
            kind=SiteKind.ASSEMBLED,
            members=tuple(int(rows[member]) for member in site.members),
            geometry=site.geometry,
            lane_m2=site.lane_m2,
            is_exact=found.is_exact,
            gap=max(0.0, site.cost - least),
        )
        for site in found.sites
        if wanted.least <= site.area_m2 <= wanted.most  # with its lanes
        # no strip, no wedge, no pair of wings
        and body_share(site.geometry) >= BODY_SHARE
    )
