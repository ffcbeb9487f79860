"""The city as evidence, without the rest of its layers: outline first, sure vertices if asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from siting.city import City, LayerSpec
from siting.errors import ReadError, Where
from siting.load.atlas import load_ground
from siting.load.child import Reader
from siting.load.forensic.changes import Pairs
from siting.load.forensic.coincidence import Coincidence, compare
from siting.load.forensic.evidence import Inquiry
from siting.load.forensic.hypotheses import Place
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.load.words import say

#: Roles whose corners other data share, the finest first.
SURE_ROLES = ("parcel", "district")


class Witnesses:
    """A city's outline, and the corners of its parcels and districts, read once when asked for.

    Parameters
    ----------
    city
        From city.toml.
    reader
        A reading process.
    as_of
        Which versions of layers are in force.
    """

    def __init__(self, city: City, reader: Reader, *, as_of: dt.date) -> None:
        self._city, self._reader, self._as_of = city, reader, as_of
        self._ground: Ground = load_ground(city, reader, as_of=as_of)
        self._vertices: dict[str, Pairs] = {}

    @property
    def place(self) -> Place:
        """The city.

        Raises
        ------
        ReadError
            When it has no outline.
        """
        place = self._ground.place
        if place is None:  # pragma: no cover - the districts have been loaded
            raise ReadError(
                say("没有市界", "the city has no outline"),
                where=Where(file=self._city.path.name),
                next_step=say("声明 outline", "declare outline"),
            )
        return place

    def compare(self, inquiry: Inquiry, *, source: Path) -> tuple[Coincidence, ...]:
        """Return the second evidence where the outline cannot tell, else nothing.

        A layer is no witness for its own file, nor one that rests on a hypothesis itself.
        """
        if inquiry.best is None or not inquiry.rivals:
            return ()
        tallies = (inquiry.best, *inquiry.rivals)
        found = []
        for spec in self._sure_layers():
            if spec.path.resolve() != source.resolve():
                vertices = self._of(spec)
                if len(vertices):
                    found.append(compare(tallies, vertices, layer=spec.name))
        return tuple(found)

    def _sure_layers(self) -> Iterator[LayerSpec]:
        specs = self._city.layers_as_of(self._as_of)
        for role in SURE_ROLES:
            yield from (spec for spec in specs if spec.role.name == role and not spec.accept)

    def _of(self, spec: LayerSpec) -> Pairs:
        if spec.name not in self._vertices:
            layer = load_layer(spec, self._reader, self._ground)
            vertices = np.empty((0, 2))
            if layer.frame is not None and layer.is_usable:
                corners = shapely.get_coordinates(layer.frame.geometry.to_numpy())
                vertices = np.unique(corners, axis=0)
            self._vertices[spec.name] = vertices
        return self._vertices[spec.name]
