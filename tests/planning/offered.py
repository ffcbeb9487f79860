"""Options of hand-made outlines."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from shapely.geometry.base import BaseGeometry

from siting.city import SeparationSpec
from siting.model import Option, Site, SiteKind, Text


def option(
    project_id: str,
    shape: BaseGeometry,
    *,
    site_id: str = "",
    kind: SiteKind = SiteKind.PARCEL,
) -> Option:
    """Return an option of 50 points."""
    site = Site(
        id=site_id or f"{project_id}-site",
        parcel_ids=(),
        geometry=shape,
        area_m2=float(shape.area),
        area_ellipsoidal_m2=float(shape.area),
        district="",
        attributes={},
        kind=kind,
    )
    return Option(project_id, site, 50.0)


def pairs(found: np.ndarray) -> list[tuple[int, int]]:
    """Return pairs of positions as Python has them."""
    assert found.shape[1:] == (2,)
    assert found.dtype == np.int64
    return [(int(one), int(other)) for one, other in found]


def apart(
    distance_m: float, uses: Iterable[str], from_uses: Iterable[str], name: str = "apart"
) -> SeparationSpec:
    """Return a separation rule."""
    return SeparationSpec(
        name, Text(f"间隔{name}", name), tuple(uses), tuple(from_uses), distance_m
    )
