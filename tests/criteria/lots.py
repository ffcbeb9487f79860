"""Lots on the ground of the tiny city, and what measures may look at there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.candidates import gather_parcels
from siting.config import TableReader
from siting.criteria.base import Measure, Setting, Sites
from siting.criteria.features import Conditions
from siting.criteria.kinds import KINDS
from siting.criteria.nearness import Distance, Overlap
from siting.criteria.travel import Travel
from siting.model import Layer, Text

from .. import tiny_city as tiny


def distance(*roles: str, where: Conditions = ()) -> Distance:
    """Return a straight distance."""
    return Distance(roles, Text("某物", "a thing"), where)


def overlap(*roles: str, where: Conditions = ()) -> Overlap:
    """Return a share of the area."""
    return Overlap(roles, Text("某区", "a zone"), where)


def travel(role: str = "metro_station", **parameters: Any) -> Travel:
    """Return ways on the roads, by default minutes by car to a metro station."""
    return Travel(role, Text("地铁站", "a metro station"), **parameters)


def setting_of(*layers: Layer, **city: Any) -> Setting:
    """Return layers as what measures look at; `city` are fields of the city."""
    return Setting(tiny.atlas(layers, ()), tiny.city(**city))


def sites_of(*shapes: BaseGeometry) -> Sites:
    """Return outlines as sites, in their order."""
    ids = [f"S{number:04d}" for number in range(len(shapes))]
    land = tiny.layer("parcel", shapes, ids=ids)
    parcels = gather_parcels(tiny.atlas([land], ()), tiny.city())
    if parcels is None or list(parcels.ids) != ids:
        raise ValueError(ids)
    return Sites(parcels, np.arange(len(shapes)))


def tip(east: float, north: float, *, up: bool = True) -> BaseGeometry:
    """Return a lot whose corner at a local place is its nearest to what lies below (above)."""
    away = 20.0 if up else -20.0
    corners = [(east, north), (east + 10, north + away), (east - 10, north + away)]
    return tiny.place(shapely.Polygon(corners))


def point(east: float, north: float) -> BaseGeometry:
    """Return a placed point."""
    return tiny.place(shapely.Point(east, north))


def line(*corners: tuple[float, float]) -> BaseGeometry:
    """Return a placed line."""
    return tiny.place(shapely.LineString(corners))


def read_measure(table: dict[str, Any]) -> Measure:
    """Return a measure as a profile gives it.

    Raises
    ------
    SitingError
        What is wrong with the table.
    """
    reader = TableReader(table, file="profile.toml", place="measure")
    kind = KINDS[reader.text("kind")]
    made = kind(**kind.parameters(reader))
    reader.finish()
    reader.raise_problems()
    return made


def values_of(measure: Measure, shapes: Sequence[BaseGeometry], setting: Setting) -> list[float]:
    """Return what a measure finds of outlines, rounded to a tenth of a millimetre."""
    found = measure.of(sites_of(*shapes), setting, None)
    if found is None:
        raise ValueError(measure)
    return [round(value, 4) for value in found.values.tolist()]
