"""How near a site lies to features of the city, in a straight line, and how much they cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import shapely

from siting.config import TableReader
from siting.criteria.base import Found, Measure, Setting, Sites, Wish
from siting.criteria.features import Chosen, Conditions, chosen, outside, where_in
from siting.criteria.roles import roles_in, titles_of, what_in
from siting.model import Text
from siting.overlay import prepared
from siting.overlay.cover import covered, hits_of

#: A site that sticks out of a coverage by less is still told how near things are: a border of the
#: city that was digitised otherwise than its parcels must not take a criterion away.
_MOST = 0.5


@dataclass(frozen=True)
class Distance(Measure):
    """Metres in a straight line to the nearest feature of some roles; 0 where they meet.

    ``what`` is what sentences call such a feature ("地铁站", "a metro station"); ``where`` keeps
    the features whose columns have one of the values. For what a use needs the
    worth falls with the distance, for what it must avoid it rises. A site that lies for the
    most part outside the declared coverage of a layer is unknown; of one inside, what lies
    beyond that coverage and may be nearer is not known either.
    """

    kind: ClassVar[str] = "distance"

    roles: tuple[str, ...]
    what: Text
    where: Conditions = ()

    @property
    def unit(self) -> str:
        """Metres."""
        return "m"

    @property
    def needs(self) -> Text:
        """A layer of one of the roles."""
        titles = titles_of(self.roles)
        return Text(f"{titles.zh}图层", f"a layer of {titles.get('en')}")

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Read ``roles``, ``what`` (by default the titles of the roles) and ``where``."""
        roles = roles_in(reader, "roles")
        return {"roles": roles, "what": what_in(reader, roles), "where": where_in(reader)}

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure from the outline of each site; None without a feature of the roles."""
        del wish
        found = chosen(setting, self.roles, self.where)
        if found is None or not len(found.shapes):
            return None
        nearest = found.shapes[found.tree.nearest(sites.shapes)]
        values = np.asarray(shapely.distance(sites.shapes, nearest), dtype=np.float64)
        # what meets the site is nearest, whatever lies beyond
        beyond = outside(sites, found.layers, over_share=_MOST)
        beyond = {at: why for at, why in beyond.items() if values[at] > 0}
        values[list(beyond)] = np.nan
        return Found(values, found.notes, beyond, found.doubt(0.0))

    def phrase(self, value: float) -> Text:
        """Return "距地铁站 120 m"."""
        return Text(
            f"距{self.what.zh} {value:,.0f} m", f"{value:,.0f} m from {self.what.get('en')}"
        )


@dataclass(frozen=True)
class Overlap(Measure):
    """Share of a site's area (0–1) that features of some roles cover, each m² once.

    ``what`` and ``where`` are as for a distance. For zones that call for
    a consent or an office: what they take is a cost, no verdict (the rules speak that). A site
    that leaves the declared coverage of a layer is unknown: what is not known is not free.
    """

    kind: ClassVar[str] = "overlap"

    roles: tuple[str, ...]
    what: Text
    where: Conditions = ()

    @property
    def unit(self) -> str:
        """A share of the area."""
        return "share"

    @property
    def needs(self) -> Text:
        """A layer of areas of one of the roles."""
        titles = titles_of(self.roles)
        return Text(f"{titles.zh}（面）图层", f"a layer of {titles.get('en')} (areas)")

    @classmethod
    def parameters(cls, reader: TableReader) -> dict[str, Any]:
        """Read ``roles``, ``what`` (by default the titles of the roles) and ``where``."""
        roles = roles_in(reader, "roles")
        return {"roles": roles, "what": what_in(reader, roles), "where": where_in(reader)}

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure the union of what covers each site; None without a layer of areas."""
        del wish
        found = chosen(setting, self.roles, self.where, with_unknown=True)
        if found is None or (len(found.shapes) and not found.is_areal.any()):
            return None
        covers, outlines = found.covers, prepared(sites.shapes)
        area = covered(hits_of(covers, outlines), covers, outlines)
        values = np.clip(area.area_m2 / sites.areas_m2, 0.0, 1.0)
        beyond = outside(sites, found.layers)
        values[list(beyond)] = np.nan
        notes = (*found.notes, *_without_area(found), *self._absent(setting))
        return Found(values, notes, beyond, found.doubt(1.0))

    def _absent(self, setting: Setting) -> tuple[Text, ...]:
        """Return which layers are not there or say nothing of how far they reach."""
        notes = []
        for role in self.roles:
            layers = setting.atlas.by_role(role)
            if not layers:
                title = titles_of((role,))
                notes.append(
                    Text(
                        f"没有{title.zh}图层，未计入", f"no layer of {title.get('en')}: not counted"
                    )
                )
            notes.extend(
                Text(
                    f"图层“{layer.title.get('zh')}”未声明覆盖范围，其空白处按无覆盖计",
                    f"layer '{layer.title.get('en')}' does not declare its coverage: where it is "
                    "blank nothing was counted",
                )
                for layer in layers
                if layer.is_usable and layer.coverage is None
            )
        return tuple(notes)

    def phrase(self, value: float) -> Text:
        """Return "与历史街区重叠 12%"."""
        share = _percent(value)
        return Text(f"与{self.what.zh}重叠 {share}", f"{share} overlap with {self.what.get('en')}")


def _without_area(found: Chosen) -> tuple[Text, ...]:
    count = int(np.count_nonzero(~found.is_areal))
    if not count:
        return ()
    return (
        Text(
            f"有 {count} 个要素不是面，未计入重叠",
            f"{count} feature(s) are no areas and were not counted as overlap",
        ),
    )


def _percent(share: float) -> str:
    """Return a share in percent; what is little but there never reads as 0 %."""
    return "< 1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"
