"""A search whose profile goes by the roads: the sample city, from city.toml to the report."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import jsonschema
import networkx as nx
import pandas as pd
import pytest
import shapely

from siting.check import check
from siting.city import read_city
from siting.load import load_city
from siting.model import Atlas, Form, Layer
from siting.report import report_to_dict
from siting.rulebook import read_rule_book
from siting.suggest import suggest

if TYPE_CHECKING:
    from pathlib import Path

    from siting.model import Report, Search

AS_OF = dt.date(2026, 11, 1)
WALK_M_PER_MIN = 4000 / 60

PROFILE = """
[profile]
title = "按步行到地铁"
title_en = "on foot to the metro"

[[criterion]]
name = "walk_min"
title = "步行到地铁站"
title_en = "on foot to the metro"
weight = 10
measure = { kind = "travel", role = "metro_station", mode = "walk", what = "地铁站", what_en = "a metro station" }
worth = { kind = "linear", unit = "min", worst = 60, best = 5 }

[[criterion]]
name = "area_deviation"
title = "面积匹配"
weight = 10
measure = { kind = "area_deviation" }
worth = { kind = "linear", unit = "share", worst = 1, best = 0 }
"""  # noqa: E501
#: A road of its own, away from all others.
ISLAND = shapely.LineString([(0, 0), (250, 0)])


class Town:
    """The sample city with a profile by the roads; roads may be added or taken away."""

    def __init__(self, repo_root: Path, folder: Path) -> None:
        (folder / "metro.toml").write_text(PROFILE, encoding="utf-8")
        city = read_city(repo_root / "data")
        spec = replace(city.suggest, profiles=(folder / "metro.toml",), made_count=0)
        atlas = load_city(city, as_of=AS_OF)
        atlas = _of_some(atlas, city.suggest.stages)
        kinds = {project.use: "metro" for project in atlas.projects if project.use}
        self.city = replace(city, suggest=replace(spec, profile_for=kinds))
        self.atlas = atlas
        self.book = read_rule_book(city.rule_book, base=city.path.parent)
        self.report: Report = check(atlas, self.book, city=city, as_of=AS_OF)

    def searches(self, roads: Any = None) -> tuple[Search, ...]:
        layers = self.atlas.layers if roads is None else _with(self.atlas.layers, roads)
        return suggest(
            _replaced(self.atlas, layers=layers),
            self.book,
            self.report,
            city=self.city,
            as_of=AS_OF,
        )


def _of_some(atlas: Atlas, stages: tuple[str, ...]) -> Atlas:
    """Return the atlas with the first few projects that get sites."""
    wanting = [each for each in atlas.projects if each.stage in stages and each.form is Form.AREA]
    names = {each.id for each in wanting[:5]}
    return _replaced(
        atlas,
        projects=tuple(each for each in wanting if each.id in names),
        red_lines=tuple(each for each in atlas.red_lines if each.project_id in names),
    )


def _replaced(atlas: Atlas, **fields: Any) -> Atlas:
    return replace(atlas, districts=atlas.districts, **fields)


def _with(layers: tuple[Layer, ...], roads: Any) -> tuple[Layer, ...]:
    return tuple(roads(layer) if layer.role == "road" else layer for layer in layers)


@pytest.fixture(scope="module")
def town(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(repo_root, tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="module")
def searches(town: Town) -> tuple[Search, ...]:
    return town.searches()


def test_minutes_on_foot_are_those_of_networkx_on_the_streets_noded_by_geos(
    town: Town, searches: tuple[Search, ...]
) -> None:
    graph, pieces = _noded(town)
    stations = next(layer for layer in town.atlas.layers if layer.role == "metro_station")
    assert stations.frame is not None
    tree = shapely.STRtree(pieces)
    stops = [_on(pieces, tree, point) for point in stations.frame.geometry]
    for stop in stops:
        for node, metres in stop.doors():
            known = graph.get_edge_data("stations", node, {"weight": math.inf})["weight"]
            graph.add_edge("stations", node, weight=min(metres, known))
    least = nx.single_source_dijkstra_path_length(graph, "stations")
    sites = [each for search in searches for each in search.suggestions]
    assert len(sites) > 10
    assert any("距地铁站步行" in site.why.zh for site in sites)
    for site in sites:
        here = _on(pieces, tree, site.site.geometry)
        ways = [least[node] + more for node, more in here.doors()]
        # along one street, past no junction
        ways += [
            abs(stop.along_m - here.along_m) + stop.off_m + here.off_m
            for stop in stops
            if stop.street is here.street
        ]
        assert site.criteria["walk_min"] == pytest.approx(min(ways) / WALK_M_PER_MIN, abs=2e-4)


def _noded(town: Town) -> tuple[nx.Graph, Any]:
    roads = next(layer for layer in town.atlas.layers if layer.role == "road")
    assert roads.frame is not None
    pieces = shapely.get_parts(shapely.node(shapely.union_all(roads.frame.geometry.to_numpy())))
    graph = nx.Graph()
    for piece in pieces:
        one, other = _node(piece.coords[0]), _node(piece.coords[-1])
        graph.add_edge(one, other, weight=piece.length)
    return graph, pieces


def _node(spot: Any) -> tuple[int, int]:
    return round(spot[0] * 100), round(spot[1] * 100)


@dataclass
class Spot:
    """A place on the nearest street."""

    street: Any
    along_m: float
    off_m: float

    def doors(self) -> list[tuple[tuple[int, int], float]]:
        """Return the junctions next to it and how far they are, the way to the street included."""
        coords, rest_m = self.street.coords, self.street.length - self.along_m
        return [
            (_node(coords[0]), self.off_m + self.along_m),
            (_node(coords[-1]), self.off_m + rest_m),
        ]


def _on(pieces: Any, tree: shapely.STRtree, shape: Any) -> Spot:
    street = pieces[tree.nearest(shape)]
    there = shapely.get_point(shapely.shortest_line(street, shape), 0)
    return Spot(street, street.project(there), street.distance(shape))


def test_the_report_has_the_roads_once_for_all_searches(
    town: Town, searches: tuple[Search, ...], repo_root: Path
) -> None:
    document = report_to_dict(town.report, searches)

    access = document["access"]
    assert (access["rows_in"], access["rows_used"]) == (43, 43)
    assert access["columns"] == {"road_class": "grade"}
    assert [mode["mode"] for mode in access["modes"]] == ["walk"]
    assert [part["is_main"] for part in access["modes"][0]["parts"]] == [True]
    schema = (repo_root / "docs" / "schemas" / "report-1.schema.json").read_text("utf-8")
    jsonschema.validate(json.loads(json.dumps(document, allow_nan=False)), json.loads(schema))
    assert report_to_dict(town.report)["access"] is None


def test_islands_and_rows_that_are_no_roads_are_told_and_listed(town: Town) -> None:
    def more(layer: Layer) -> Layer:
        frame = layer.frame
        assert frame is not None
        corner = frame.total_bounds[:2] - (0, 500)
        island = shapely.transform(ISLAND, lambda xy: xy + corner)
        rows = gpd.GeoDataFrame(
            {"feature_id": ["ISLAND", "AREA"], "feature_name": ["孤路", ""], "grade": ["支路"] * 2},
            geometry=[island, island.buffer(5)],
            crs=frame.crs,
        )
        return replace(layer, frame=pd.concat([frame, rows], ignore_index=True))

    found = town.searches(more)

    told = [search for search in found if search.profile is not None]
    assert told
    for search in told:
        assert search.note is not None
        assert "1 island(s) of roads on foot, 250 m in all" in search.note.get("en")
        assert "1 row(s) of road are no lines" in search.note.get("en")
    access = report_to_dict(town.report, found)["access"]
    assert (access["rows_in"], access["rows_used"]) == (45, 44)
    assert [each["feature_id"] for each in access["refused"]] == ["AREA"]
    island = access["modes"][0]["parts"][1]
    assert (island["example_name"], round(island["length_m"]), island["is_main"]) == (
        "孤路", 250, False,
    )  # fmt: skip


def test_without_roads_the_criterion_is_left_out_and_says_what_it_needs(town: Town) -> None:
    def none(layer: Layer) -> Layer:
        return replace(layer, role="railway", frame=layer.frame)

    search = next(each for each in town.searches(none) if each.profile is not None)

    assert search.profile is not None
    (left_out,) = search.profile.left_out
    assert left_out.name == "walk_min"
    assert left_out.needs.get("en") == "a layer of roads (lines) and one of metro stations"
    assert search.access is None
    assert report_to_dict(town.report, [search])["access"] is None
