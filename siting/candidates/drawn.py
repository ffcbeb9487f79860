"""Outlines that are no parcels, as a parcel table: filters, scores and the re-check ask alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.candidates.parcels import (
    Parcels,
    as_array,
    held_by_red_lines,
    largest_overlaps,
    zoned,
)
from siting.city import SuggestSpec
from siting.exclude import Land
from siting.model import Atlas
from siting.overlay.kernel.measure import Prepared


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """An outline and the parcels that it lies on, as positions in the parcel table."""

    id: str
    members: tuple[int, ...]
    geometry: BaseGeometry


def table_of(
    drawn: Sequence[Drawn],
    parcels: Parcels,
    atlas: Atlas,
    spec: SuggestSpec,
    *,
    acquired: NDArray[np.float64] | None,
    zoning_column: str = "",
) -> Parcels:
    """Return outlines as a parcel table of their own, in the order given.

    Parameters
    ----------
    drawn
        Valid polygons in the working CRS. One on no parcel at all has no texts, and is available.
    parcels
        The parcels that they lie on; an outline is available when all of its parcels are, and
        promised to whom any of them is.
    atlas, spec, zoning_column
        As for :func:`gather_parcels`: district, plan and red lines are read under the outline.
    acquired
        What the acquisition state of each parcel is worth (0–1): an outline has that of its
        worst parcel. None where no column tells.
    """
    geometries = as_array([each.geometry for each in drawn])
    ids = tuple(each.id for each in drawn)
    areas_m2 = shapely.area(geometries)
    district, _ = largest_overlaps(geometries, atlas.districts.geometry.to_numpy())
    codes = [str(code) for code in atlas.districts["feature_id"]]
    members = [list(each.members) for each in drawn]
    return replace(
        parcels,
        ids=ids,
        geometries=geometries,
        areas_m2=areas_m2,
        districts=np.array([codes[i] if i >= 0 else "" for i in district], dtype=object),
        zoned=zoned(geometries, atlas, spec, zoning_column),
        is_available=np.array([parcels.is_available[rows].all() for rows in members], dtype=bool),
        holders=_holders(drawn, geometries, parcels, atlas),
        texts=_texts(members, parcels, spec, acquired),
        land=Land(ids, Prepared(geometries), areas_m2, np.arange(len(ids))),
        classes=tuple(_joined(parcels.classes, rows) for rows in members)
        if parcels.classes
        else (),
        is_held=None
        if parcels.is_held is None
        else np.array([parcels.is_held[rows].any() for rows in members], dtype=bool),
    )


def _holders(
    drawn: Sequence[Drawn], geometries: NDArray[np.object_], parcels: Parcels, atlas: Atlas
) -> tuple[frozenset[str], ...]:
    holders = [set[str]().union(*(parcels.holders[i] for i in each.members)) for each in drawn]
    for position, project_id in held_by_red_lines(geometries, atlas):
        holders[position].add(project_id)
    return tuple(frozenset(names) for names in holders)


def _texts(
    members: Sequence[list[int]],
    parcels: Parcels,
    spec: SuggestSpec,
    acquired: NDArray[np.float64] | None,
) -> dict[str, tuple[str, ...]]:
    """Return the columns: states of acquisition of the worst parcel, else every value once."""
    states = {spec.acquisition_column, spec.land_bank_column}
    worst = [
        rows[:1] if acquired is None or not rows else [min(rows, key=acquired.__getitem__)]
        for rows in members
    ]
    return {
        column: tuple(_joined(values, rows) for rows in (worst if column in states else members))
        for column, values in parcels.texts.items()
    }


def _joined(values: Sequence[str], rows: Sequence[int]) -> str:
    return "、".join(dict.fromkeys(values[row] for row in rows if values[row]))
