"""Assembled and carved sites for one project, on ready land first."""

from __future__ import annotations

from siting.gathering.assembled import assembled
from siting.gathering.carved import carved
from siting.gathering.records import Errand, Made
from siting.gathering.terrain import Longs, Terrain


def gather(errand: Errand, terrain: Terrain) -> tuple[Made, ...]:
    """Return sites that are no single parcel, for the engine to judge.

    Land that must first be acquired is looked at only where ready land gives nothing.

    Parameters
    ----------
    errand
        The project, what it wants, and the parcels that it may have.
    terrain
        The city; it must have been asked about the errand's parcels.
    """
    rows = errand.looked_at
    ready = rows[terrain.is_ready[rows]]
    made = _made(errand, ready, terrain)
    if made or len(ready) == len(rows):
        return made
    return _made(errand, rows, terrain)


def _made(errand: Errand, rows: Longs, terrain: Terrain) -> tuple[Made, ...]:
    together = assembled(errand, rows, terrain)
    # several parcels are cut only where no set of whole ones serves
    return (*together, *carved(errand, rows, terrain, is_across=not together))
