"""What a report says of the roads: all that was done to their lines, and what hangs apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from siting.access.graph import Graph, Part
from siting.access.network import Network

#: So many of the places of one kind are listed; their number is always told.
LISTED = 100
#: So many parts are listed, the longest first; number and length of all islands are always told.
LISTED_PARTS = 1000
#: What says where a road lies: not for every reader of a layer that may be used in tables only.
_PLACES = frozenset({"easting", "northing", "west", "south", "east", "north"})


def account_of(
    network: Network, graphs: Iterable[Graph], *, with_places: bool = True
) -> dict[str, Any]:
    """Return what was done to road lines, and what each mode found, as plain values for JSON.

    Parameters
    ----------
    network
        ``rows_in`` = ``rows_used`` + ``refused`` rows; gaps and crossings have their number and
        the first ``LISTED`` of them.
    graphs
        One for each mode: its parts, the longest first, with length and an example; of more than
        ``LISTED_PARTS`` the first, while ``islands`` counts all.
    with_places
        Say where things lie (easting and northing in the working CRS).

    Returns
    -------
    dict
        Lengths in metres, to the millimetre.
    """
    drawing = network.drawing
    some = _Some(with_places)
    crossings = drawing.crossings
    apart = [{"easting": each[0], "northing": each[1]} for each in drawing.vertices_apart]
    return {
        "crs": network.roads.crs,
        "rows_in": drawing.rows_in,
        "rows_used": drawing.rows_used,
        "length_m": round(drawing.length_m, 3),
        "refused": [asdict(each) for each in drawing.refused],
        "doubts": [asdict(each) for each in drawing.doubts],
        "gaps_closed": some.listed([asdict(each) for each in drawing.joined]),
        "gaps_left": some.listed([asdict(each) for each in drawing.nearly]),
        "crossings_joined": some.listed([asdict(each) for each in crossings.joined]),
        "crossings_apart": some.listed([asdict(each) for each in crossings.apart]),
        "crossing_themselves": list(crossings.own),
        "vertices_apart": some.listed(apart),
        "modes": [_mode(graph, some) for graph in graphs],
    }


class _Some:
    """Lists the first of many, with or without their places."""

    def __init__(self, with_places: bool) -> None:  # noqa: FBT001 - private
        self._with_places = with_places

    def listed(self, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return how many there are, and the first of them."""
        first = [self.shown(record) for record in records[:LISTED]]
        return {"count": len(records), "first": [record for record in first if record]}

    def shown(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return what of a record may be told."""
        return {
            key: round(value, 3) if isinstance(value, float) and key != "share" else value
            for key, value in record.items()
            if self._with_places or key not in _PLACES
        }


def _mode(graph: Graph, some: _Some) -> dict[str, Any]:
    mode = graph.mode
    return {
        "mode": mode.name,
        "title": mode.title.get("zh"),
        "title_en": mode.title.get("en"),
        "off_road_kmh": mode.off_road_kmh,
        "default_kmh": mode.default_kmh,
        "heeds_one_way": mode.heeds_one_way,
        "heeds_posted_speed": mode.heeds_posted_speed,
        "speeds_kmh": _speeds(graph),
        "unknown_classes": [asdict(each) for each in graph.unknown],
        "length_m": round(sum(part.length_m for part in graph.parts), 3),
        "closed_edges": int(np.count_nonzero(graph.part < 0)),
        "islands": {
            "count": len(graph.islands),
            "length_m": round(sum(part.length_m for part in graph.islands), 3),
        },
        "parts": [_part(part, some) for part in graph.parts[:LISTED_PARTS]],
    }


def _speeds(graph: Graph) -> dict[str, float]:
    """Return the speed of each class that the roads have, km/h."""
    words = sorted({word.casefold() for word in graph.network.roads.classes})
    return {word: graph.mode.speeds_kmh.get(word, graph.mode.default_kmh) for word in words}


def _part(part: Part, some: _Some) -> dict[str, Any]:
    record = some.shown(asdict(part))
    return record | {"share": round(part.share, 6), "is_main": part.is_main}
