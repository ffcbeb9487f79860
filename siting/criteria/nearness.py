"""How near a site lies to features of the city, in a straight line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import shapely

from siting.candidates import as_array, has_shape
from siting.config import TableReader
from siting.criteria.base import Found, Measure, Setting, Sites, Wish
from siting.criteria.roles import roles_in, titles_of
from siting.model import Text


@dataclass(frozen=True)
class Distance(Measure):
    """Metres in a straight line to the nearest feature of some roles; 0 where they meet.

    ``what`` is what sentences call such a feature ("地铁站", "a metro station").
    """

    kind: ClassVar[str] = "distance"

    roles: tuple[str, ...]
    what: Text

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
        """Read ``roles`` and ``what``, by default the titles of the roles."""
        roles = roles_in(reader, "roles")
        what = reader.bilingual("what")
        return {"roles": roles, "what": what if what.zh else titles_of(roles)}

    def of(self, sites: Sites, setting: Setting, wish: Wish | None) -> Found | None:
        """Measure from the outline of each site; None without a feature of the roles."""
        del wish
        tree = self._targets(setting)
        if tree is None:
            return None
        shapes = sites.shapes
        values = shapely.distance(shapes, tree.geometries[tree.nearest(shapes)])
        return Found(np.asarray(values, dtype=np.float64))

    def _targets(self, setting: Setting) -> shapely.STRtree | None:
        key = (self.kind, self.roles)
        if key not in setting.kept:
            shapes = [
                shape
                for role in self.roles
                for layer in setting.atlas.by_role(role)
                if layer.is_usable and layer.frame is not None
                for shape in layer.frame.geometry
                if has_shape(shape)
            ]
            setting.kept[key] = shapely.STRtree(as_array(shapes)) if shapes else None
        tree: shapely.STRtree | None = setting.kept[key]
        return tree

    def phrase(self, value: float) -> Text:
        """Return "距道路 120 m"."""
        what = self.what
        return Text(f"距{what.zh} {value:,.0f} m", f"{value:,.0f} m from {what.get('en')}")
