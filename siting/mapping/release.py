"""What may be drawn where: the `release` of a layer, applied to pages.

``table_only`` is never drawn; ``district`` on that district's own page, clipped to it;
``internal`` on city and district pages, with the 内部资料 mark; ``public`` anywhere.
A piece of a finding follows the layer that it was found on. Where it may not be drawn the
red line gets a hatch of its own, and the table its row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from siting.model import Atlas, Finding, Layer, Release, narrowest

#: Names under which findings speak of the red lines themselves, which are ours to draw.
OWN_LAYERS = frozenset({"", "redlines"})
#: Width of public surroundings that a district page shows beyond its border, in metres.
SURROUNDINGS_M = 400.0


@dataclass(frozen=True, eq=False)
class Scope:
    """What a page is about: the whole city (no code) or one district, in the working CRS."""

    code: str = ""
    name: str = ""
    area: BaseGeometry | None = None
    _surroundings: list[BaseGeometry] = field(default_factory=list, repr=False)

    @property
    def is_district(self) -> bool:
        """True for the page of one district."""
        return self.area is not None

    @property
    def surroundings(self) -> BaseGeometry | None:
        """The district with :data:`SURROUNDINGS_M` around it; None for the city."""
        if self.area is not None and not self._surroundings:
            self._surroundings.append(self.area.buffer(SURROUNDINGS_M, quad_segs=4))
        return self._surroundings[0] if self._surroundings else None


def is_drawable(release: Release, scope: Scope) -> bool:
    """True when a layer of this release may be drawn on the page of `scope`."""
    if release is Release.DISTRICT:
        return scope.is_district
    return release.is_city_wide


def drawn_area(release: Release, scope: Scope) -> BaseGeometry | None:
    """Return where a drawable layer may be drawn: None for everywhere."""
    return scope.surroundings if release is Release.PUBLIC else scope.area


def release_of(finding: Finding, layers: Iterable[Layer]) -> Release:
    """Return the release that a finding's geometry inherits; unknown layers give the narrowest."""
    releases = [layer.release for layer in layers if layer.name == finding.layer]
    if not releases and finding.layer in OWN_LAYERS:
        return Release.PUBLIC
    return narrowest(releases)


def parcel_release(atlas: Atlas) -> Release:
    """Return the release of the parcels, which the geometry of suggested sites inherits."""
    return atlas.release_of("parcel")
