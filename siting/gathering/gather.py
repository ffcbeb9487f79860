"""Assembled and carved sites for one project, on ready land first."""

from __future__ import annotations

from siting.gathering.assembled import assembled
from siting.gathering.carved import carved
from siting.gathering.records import Errand, Made
from siting.gathering.region import Longs, Region


def gather(errand: Errand, region: Region) -> tuple[Made, ...]:
    """Return sites that are no single parcel, for the engine to judge.

    Land that must first be acquired is looked at only where ready land gives nothing.

    Parameters
    ----------
    errand
        The project, what it wants, and the parcels that it may have.
    region
        The city; it must have been asked about the errand's parcels.
    """
    rows = errand.looked_at
    ready = rows[region.is_ready[rows]]
    made = _made(errand, ready, region)
    if made or len(ready) == len(rows):
        return made
    return _made(errand, rows, region)


def _made(errand: Errand, rows: Longs, region: Region) -> tuple[Made, ...]:
    together = assembled(errand, rows, region)
    # several parcels are cut only where no set of whole ones serves
    return (*together, *carved(errand, rows, region, is_across=not together))
