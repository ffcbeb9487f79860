"""Each planted red line does what planted.toml says, by plain shapely on the written files."""

from __future__ import annotations

import shapely

OVERLAPS = (
    "farmland", "eco_redline", "blue_line", "green_line", "purple_line", "yellow_line",
    "hazard", "water_source",
)  # fmt: skip


def legal_m(role, row):
    if role == "power_line":
        return {10: 5, 35: 10, 110: 10, 220: 15, 500: 20}[int(row.kv)]
    if role == "metro_structure":
        return 30 if row.kind == "地上高架" else 50
    if role == "highway":
        return {"高速公路": 30, "国道": 20, "省道": 15, "县道": 10, "乡道": 5}[row.grade]
    fast = row.grade == "高速铁路"
    return {"城市市区": (10, 8), "城市郊区": (12, 10), "其他地区": (20, 15)}[row.setting][not fast]


def roles_met(sample, shape):
    met = set()
    for role in OVERLAPS:
        if any(other.intersection(shape).area > 0 for other in sample.layer(role).geometry):
            met.add(role)
    for role in ("power_line", "metro_structure", "railway", "highway"):
        for row in sample.layer(role).itertuples():
            if row.geometry.distance(shape) < legal_m(role, row):
                met.add(role)
    growth = shapely.union_all(sample.layer("growth_boundary").geometry)
    if shape.difference(growth).area > 1e-3:
        met.add("growth_boundary")
    return met


def planned_uses(sample, shape):
    zoning = sample.layer("zoning")
    shares = zoning.geometry.intersection(shape).area
    return set(zoning["YDDM"][shares > 1.0])


def test_layer_conflicts_are_exactly_those_planted(sample):
    lines = sample.red_lines()
    special = {"zoning", "declared_area", "other_project", "quality", "dem"}
    wrong = {}
    for plant in sample.planted():
        if plant["intent"] == "bowtie":
            continue
        met = roles_met(sample, lines[plant["project"]])
        if met != set(plant["conflicts"]) - special:
            wrong[plant["project"]] = (plant["intent"], met)
    assert wrong == {}


def test_every_kind_of_conflict_is_planted(sample):
    met = {role for plant in sample.planted() for role in plant["conflicts"]}
    assert met >= {
        *OVERLAPS, "growth_boundary", "power_line", "metro_structure", "railway", "highway",
        "zoning", "declared_area", "other_project", "quality", "dem",
    }  # fmt: skip


def test_zoning_is_broken_only_where_planted(sample):
    lines = sample.red_lines()
    for plant in sample.planted():
        if plant["intent"] == "bowtie":
            continue
        foreign = planned_uses(sample, lines[plant["project"]]) - {plant["use"]}
        assert bool(foreign) == ("zoning" in plant["conflicts"]), plant


def test_only_the_bowtie_is_invalid(sample):
    invalid = {name for name, shape in sample.red_lines().items() if not shape.is_valid}
    assert invalid == {p["project"] for p in sample.planted() if p["intent"] == "bowtie"}


def by_intent(sample, intent):
    plant = next(plant for plant in sample.planted() if plant["intent"] == intent)
    return sample.red_lines()[plant["project"]]


def test_two_red_lines_overlap_and_no_others(sample):
    lines = {name: shape for name, shape in sample.red_lines().items() if shape.is_valid}
    names = sorted(lines)
    pairs = [
        (one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if lines[one].intersection(lines[other]).area > 1.0
    ]
    assert len(pairs) == 1
    intents = {p["project"]: p["intent"] for p in sample.planted()}
    assert {intents[name] for name in pairs[0]} == {"overlap_first", "overlap_second"}


def test_the_sliver_is_a_fifth_of_a_metre_wide(sample):
    shape = by_intent(sample, "sliver")
    piece = shape.intersection(shapely.union_all(sample.layer("farmland").geometry))
    assert 20 < piece.area < 30
    assert 0.15 < 2 * piece.area / piece.length < 0.25


def test_the_spike_vanishes_when_opened_by_its_width(sample):
    shape = by_intent(sample, "spike")
    opened = shape.buffer(-0.5, join_style="mitre").buffer(0.5, join_style="mitre")
    lost = shape.difference(opened.buffer(0.01))
    assert 10 < lost.area < 25


def test_the_border_red_line_lies_in_two_districts(sample):
    shape = by_intent(sample, "border")
    shares = sample.layer("districts").geometry.intersection(shape).area / shape.area
    assert (shares > 0.2).sum() == 2


def test_declared_area_is_a_fifth_too_large(sample):
    plant = next(p for p in sample.planted() if p["intent"] == "declared_area")
    text = (sample.folder / plant["file"]).read_text("gbk")
    head = next(line for line in text.splitlines() if f",{plant['project']}," in line)
    declared = float(head.split(",")[1]) * 10_000
    true = sample.red_lines()[plant["project"]].area
    assert abs(declared / true - 1.2) < 0.001


def test_hazard_coverage_leaves_out_the_red_lines_that_say_so(sample):
    entry = next(entry for entry in sample.toml["layer"] if entry["name"] == "hazard")
    districts = sample.layer("districts").set_index("XZQDM")
    covered = shapely.union_all(districts.geometry[entry["coverage"]["districts"]])
    lines = sample.red_lines()
    for plant in sample.planted():
        if plant["intent"] == "bowtie":
            continue
        is_inside = lines[plant["project"]].difference(covered).area < 1e-3
        assert is_inside == ("hazard" not in plant["not_checked"]), plant


def test_power_reach_crosses_the_sheet_edge_but_the_red_line_does_not(sample):
    import geopandas as gpd

    outline = gpd.read_file(sample.folder / "control/coverage.gpkg", engine="pyogrio").geometry[0]
    lines = sample.red_lines()
    for plant in sample.planted():
        shape = lines[plant["project"]]
        reach = shape.buffer(20.0)
        is_covered = reach.difference(outline).area < 1e-3
        assert is_covered == ("power_line" not in plant["not_checked"]), plant
    assert by_intent(sample, "power_reach").difference(outline).area == 0


def test_the_near_red_line_is_close_to_its_line(sample):
    plant = next(p for p in sample.planted() if p["intent"] == "near")
    shape = sample.red_lines()[plant["project"]]
    gap = sample.layer(plant["near"][0]).geometry.distance(shape).min()
    assert 0 < gap < 10


def test_shapefile_says_nothing_of_its_encoding(sample):
    table = sample.folder / "redlines/districts_gbk/hongxian.dbf"
    assert not table.with_suffix(".cpg").exists()
    content = table.read_bytes()
    assert content[29] == 0
    assert "街道".encode("gbk") in content
