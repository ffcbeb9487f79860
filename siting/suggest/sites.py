"""A chosen lot as the site that a planner reads of."""

from __future__ import annotations

import numpy as np
from shapely.geometry.base import BaseGeometry

from siting.candidates import Parcels
from siting.carving import frontage_m, least_width_m
from siting.city import SuggestSpec
from siting.criteria import compactness, is_yes
from siting.gathering import Region
from siting.measure import EllipsoidalMeasure
from siting.model import LAND_CLASSES, Release, Site, SiteKind
from siting.suggest.cases import Lot
from siting.suggest.wording import attributes_of


def site_of(lot: Lot, region: Region) -> Site:
    """Return a lot as a site, with its figures.

    Parameters
    ----------
    lot
        What is offered.
    region
        For owners and roads; its parcels are the city's.
    """
    parcels, row, city = lot.rechecker.parcels, lot.row, region.city
    geometry, made = parcels.geometries[row], lot.made
    members = (row,) if made is None else made.members
    classes = classes_of(members, region.parcels, city.suggest)
    whole = classes[0] if classes else SiteKind.PARCEL
    area_m2 = float(parcels.areas_m2[row])
    measure = EllipsoidalMeasure(city.crs, city.area_of_record)
    return Site(
        id=parcels.ids[row],
        parcel_ids=tuple(region.parcels.ids[member] for member in members),
        geometry=geometry,
        area_m2=area_m2,
        area_ellipsoidal_m2=float(measure.areas_m2([geometry])[0]),
        district=str(parcels.districts[row]),
        attributes=attributes_of(row, parcels, city.suggest),
        kind=whole if made is None else made.kind,
        classes=classes,
        owners=region.owners_of(members),
        lane_m2=0.0 if made is None else made.lane_m2,
        least_width_m=least_width_m(geometry),
        frontage_m=_fronting_m(geometry, region),
        compactness=_compactness(geometry, area_m2),
        is_exact=None if made is None else made.is_exact,
        gap=None if made is None else made.gap,
        follows=() if made is None else made.follows,
        release=Release.PUBLIC if made is None else made.release,
    )


def _fronting_m(geometry: BaseGeometry, region: Region) -> float | None:
    roads = region.roads_near(geometry)
    return None if roads is None else frontage_m(geometry, roads, reach_m=region.road_reach_m)


def _compactness(geometry: BaseGeometry, area_m2: float) -> float:
    return float(compactness(np.array([area_m2]), np.array([geometry.length]))[0])


def classes_of(
    members: tuple[int, ...], parcels: Parcels, spec: SuggestSpec
) -> tuple[SiteKind, ...]:
    """Return the classes of some parcels, each once, in the order of ``LAND_CLASSES``."""
    found = {parcels.classes[row] for row in members} if parcels.classes else set()
    if any(is_yes(parcels.text(spec.land_bank_column, row)) for row in members):
        found.add(SiteKind.LAND_BANK)
    return tuple(kind for kind in LAND_CLASSES if kind in found)
