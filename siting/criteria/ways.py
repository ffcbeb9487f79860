"""The roads of a city as a network, once per search, and what a report says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from siting.access import (
    Graph,
    LevelsMeet,
    Network,
    Noding,
    Places,
    RoadColumns,
    SpeedBook,
    account_of,
    graph_of,
    network_of,
    places_on,
    read_speeds,
    roads_of,
    together,
)
from siting.access.places import MOST_OFF_ROAD_M
from siting.city import AccessSpec, City
from siting.criteria.base import Geometries, Setting
from siting.errors import ConfigError, Where, nearest
from siting.model import Layer, LoadStatus, Release, Text

_KEY = "ways"
#: Where the longest part has less of all roads than this, its junctions are likely no vertices.
_BROKEN_SHARE = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class Ways:
    """The roads of a city: one network, and a graph of it for each mode that was asked for."""

    network: Network
    book: SpeedBook
    layers: tuple[Layer, ...]
    city: City
    graphs: dict[str, Graph] = field(default_factory=dict)

    @property
    def spec(self) -> AccessSpec:
        """What city.toml says of the roads."""
        return self.city.access

    def graph(self, mode: str) -> Graph:
        """Return the network as one mode travels it, made once.

        Raises
        ------
        ConfigError
            The file of speeds has no such mode.
        """
        if mode not in self.book.modes:
            speeds = self.spec.speeds
            raise ConfigError(
                f"速度表中没有出行方式 '{mode}' / the file of speeds has no mode '{mode}'",
                where=Where(file=speeds.name if speeds else "speeds.toml"),
                expected=", ".join(self.book.modes),
                found=mode,
                next_step=nearest(mode, self.book.modes) or "name one of these modes",
            )
        if mode not in self.graphs:
            self.graphs[mode] = graph_of(self.network, self.book.modes[mode])
        return self.graphs[mode]

    def places(self, mode: str, shapes: Geometries, ids: tuple[str, ...], **ways: bool) -> Places:
        """Return where outlines or points meet the roads of a mode."""
        most_m = self.spec.most_off_road_m
        return places_on(
            self.graph(mode),
            shapes,
            ids,
            self.network.roads.crs,
            most_off_road_m=MOST_OFF_ROAD_M if most_m is None else most_m,
            **ways,
        )

    def notes(self, mode: str) -> tuple[Text, ...]:
        """Return in a sentence what a reader must know of the network."""
        told = [*_notes_on_layers(self.layers), *_notes_on_lines(self.network)]
        return (*told, *_notes_on_parts(self.graph(mode)))

    def account(self) -> dict[str, Any]:
        """Return all that was done to the roads, as plain values for the report."""
        with_places = all(layer.release is not Release.TABLE_ONLY for layer in self.layers)
        graphs = [self.graphs[mode] for mode in sorted(self.graphs)]
        return {
            "layers": [layer.name for layer in self.layers],
            "columns": dict(sorted(self.spec.columns.items())),
            "speeds": {
                "title": self.book.title.get("zh"),
                "title_en": self.book.title.get("en"),
                "version": self.book.version,
            },
            **account_of(self.network, graphs, with_places=with_places),
        }


def ways_in(setting: Setting) -> Ways | None:
    """Return the roads of a city as a network, made once; None without a usable line of road.

    Raises
    ------
    SchemaError
        A road layer lacks a column that ``[access.columns]`` names.
    ReadError, ConfigError, ProblemsError
        The city's own file of speeds cannot be used.
    """
    if _KEY not in setting.kept:
        setting.kept[_KEY] = _ways(setting)
    ways: Ways | None = setting.kept[_KEY]
    return ways if ways is not None and len(ways.network) else None


def account_in(setting: Setting) -> Mapping[str, Any] | None:
    """Return what a report says of the roads; None where nobody asked for a way."""
    ways: Ways | None = setting.kept.get(_KEY)
    if ways is None:
        return None
    key = (_KEY, "account", *sorted(ways.graphs))
    if key not in setting.kept:
        setting.kept[key] = ways.account()
    account: Mapping[str, Any] = setting.kept[key]
    return account


def _ways(setting: Setting) -> Ways | None:
    city, atlas = setting.city, setting.atlas
    layers = [layer for role in city.access.roles for layer in atlas.by_role(role)]
    usable = {
        layer.name: layer for layer in layers if layer.is_usable and layer.features is not None
    }
    if not usable:
        return None
    book = read_speeds(city.access.speeds)
    columns = RoadColumns(**city.access.columns)
    roads = {
        name: roads_of(layer.features, columns, city.crs, book=book)
        for name, layer in usable.items()
        if layer.features is not None
    }
    return Ways(network_of(together(roads), _noding(city.access)), book, tuple(layers), city)


def _noding(spec: AccessSpec) -> Noding:
    default = Noding()
    snap_m = default.snap_m if spec.snap_m is None else spec.snap_m
    near_m = max(default.near_m, snap_m) if spec.near_m is None else spec.near_m
    return Noding(
        snap_m=min(snap_m, near_m),  # a city may state near_m alone, and less than a metre
        near_m=near_m,
        at_crossings=spec.at_crossings,
        levels_meet=LevelsMeet(spec.levels_meet),
    )


def _notes_on_layers(layers: tuple[Layer, ...]) -> list[Text]:
    notes = []
    for layer in layers:
        zh, en = layer.title.get("zh"), layer.title.get("en")
        if not layer.is_usable:
            notes.append(
                Text(f"图层“{zh}”不能用，路网缺其道路", f"layer '{en}' failed: no roads of it")
            )
        elif layer.contract.status is LoadStatus.SHORT:
            lost = layer.contract.rows_refused
            notes.append(
                Text(
                    f"图层“{zh}”有 {lost} 行未能读用，路网缺其道路",
                    f"{lost} row(s) of layer '{en}' could not be read: their roads are missing",
                )
            )
    return notes


# A search's note goes to the district that gets its sites, so it names no road of another one.
def _notes_on_lines(network: Network) -> list[Text]:
    refused = sum(not each.is_repaired for each in network.drawing.refused)
    if not refused:
        return []
    return [
        Text(
            f"{refused} 行道路不成线，未入路网",
            f"{refused} row(s) of road are no lines and are not in the network",
        )
    ]


def _notes_on_parts(graph: Graph) -> list[Text]:
    if not graph.islands:
        return []
    title, count = graph.mode.title, len(graph.islands)
    length_m = sum(part.length_m for part in graph.islands)
    longest_m = graph.islands[0].length_m
    apart = graph.network.drawing.crossings.apart
    is_undrawn = graph.parts[0].share < _BROKEN_SHARE and any(each.is_one_level for each in apart)
    told = Text(
        f"{title.get('zh')}路网有 {count} 处孤立路段，共 {length_m:,.0f} m"
        f"（最长一处 {longest_m:,.0f} m），清单见报告 access",
        f"{count} island(s) of roads {title.get('en')}, {length_m:,.0f} m in all (the longest "
        f"{longest_m:,.0f} m): listed under access in the report",
    )
    return [told, _UNDRAWN] if is_undrawn else [told]


_UNDRAWN = Text(
    "主网不足路网一半且道路平面相交处未相连：道路图层可能在路口没有节点，"
    "可在 city.toml [access] 写 at_crossings = true",
    "less than half of the roads hang together, and some cross without a vertex: if the layer has "
    "no vertices at its junctions, write at_crossings = true under [access] of city.toml",
)
