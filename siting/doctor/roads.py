"""The roads as criteria of travel go on them: what hangs apart, and what has no speed."""

from __future__ import annotations

from siting.access import Graph
from siting.city import City
from siting.criteria import Setting, Shelf, Travel
from siting.criteria.ways import Ways, ways_in
from siting.doctor.checks import Check, CheckStatus, Group, faults_of
from siting.errors import SitingError
from siting.model import NO_TEXT, Atlas, Text

_TITLE = Text("路网", "roads as a network")
#: So many islands are named.
_NAMED = 10
_MEND = Text(
    "更正道路图层，或在 city.toml [access] 写明字段、速度与 at_crossings（docs/access.md）；"
    "全部清单在 report.json 的 access",
    "mend the road layer, or say in [access] of city.toml what its columns mean, the speeds and "
    "at_crossings (docs/access.md); access in report.json lists all",
)


def examine_roads(city: City, atlas: Atlas) -> tuple[Check, ...]:
    """Make the network that the city's profiles ask for, and say what is wrong with it.

    Nothing where no profile goes by the roads, or there is no line of road: then those
    criteria are left out, and each search says so. Profiles that cannot be read are told
    elsewhere.
    """
    try:
        modes = _modes(Shelf.of(city))
    except SitingError:
        return ()
    try:
        ways = ways_in(Setting(atlas, city)) if modes else None
        graphs = [] if ways is None else [ways.graph(mode) for mode in modes]
    except SitingError as error:
        return faults_of(error, name="roads", title=_TITLE, group=Group.RULES)
    return () if ways is None else (_check(ways, graphs),)


def _modes(shelf: Shelf) -> list[str]:
    measures = (each.measure for one in shelf.profiles.values() for each in one.criteria)
    return sorted({measure.mode for measure in measures if isinstance(measure, Travel)})


def _check(ways: Ways, graphs: list[Graph]) -> Check:
    drawing = ways.network.drawing
    found = Text(
        f"{drawing.rows_in} 行中用 {drawing.rows_used} 行，{drawing.length_m / 1000:,.1f} km",
        f"{drawing.rows_used} of {drawing.rows_in} rows, {drawing.length_m / 1000:,.1f} km",
    )
    doubts = [note for graph in graphs for note in ways.notes(graph.mode.name)]
    doubts += [note for graph in graphs for note in (*_islands(graph), *_without_speed(graph))]
    doubts += [
        Text(
            f"字段 {each.column} 的值 {each.value}（{each.rows} 行）不明，按{each.taken}",
            f"value {each.value} of column {each.column} ({each.rows} rows) is not understood: "
            f"{each.taken}",
        )
        for each in drawing.doubts
    ]
    return Check(
        Group.RULES,
        "roads",
        _TITLE,
        CheckStatus.WARNING if doubts else CheckStatus.OK,
        found,
        _MEND if doubts else NO_TEXT,
        tuple(dict.fromkeys(doubts)),
    )


def _islands(graph: Graph) -> list[Text]:
    """Name the longest roads that hang on no other."""
    return [
        Text(
            f"{graph.mode.title.get('zh')}孤立：{part.example_name or part.example_id}，"
            f"{part.length_m:,.0f} m",
            f"island {graph.mode.title.get('en')}: {part.example_name or part.example_id}, "
            f"{part.length_m:,.0f} m",
        )
        for part in graph.islands[:_NAMED]
    ]


def _without_speed(graph: Graph) -> list[Text]:
    kmh = graph.mode.default_kmh
    if set(graph.mode.speeds_kmh.values()) <= {0.0, kmh}:
        return []  # on foot every class is as fast as any other
    return [
        Text(
            f"等级“{each.word}”（{each.rows} 行）没有{graph.mode.title.get('zh')}速度，"
            f"按 {kmh:g} km/h",
            f"class '{each.word}' ({each.rows} rows) has no speed {graph.mode.title.get('en')}: "
            f"{kmh:g} km/h",
        )
        for each in graph.unknown
    ]
