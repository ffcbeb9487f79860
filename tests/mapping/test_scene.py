"""What a scene holds: order, counts, areas, and a district's rows alone."""

from __future__ import annotations

import dataclasses

import pytest
import shapely

from siting.mapping import city_scene, district_scene, render_page
from siting.mapping.subject import has_land_in

from ..unpacking import degrees_of

CODES = [f"4499{n:02d}" for n in range(1, 6)]


@pytest.fixture(scope="module")
def city_payload(made):
    report, searches, atlas, city = made
    return city_scene(report, searches, atlas, city=city).payload


def of_district(made, code: str):
    report, searches, atlas, city = made
    return district_scene(report, searches, atlas, city=city, code=code).payload


def test_every_red_line_is_listed_worst_first(made, city_payload):
    lines = city_payload["redLines"]
    order = ["conflict", "review", "incomplete", "near", "clear"]
    severities = ["prohibited", "restricted", "consult", "advisory", None]
    keys = [
        (order.index(r["outcome"]), severities.index(r["severity"]), -r["conflict"]) for r in lines
    ]
    assert len(lines) == len(made[0].results)
    assert keys == sorted(keys)


def test_projects_without_red_line_are_listed(made, city_payload):
    drawn = {result.red_line.project_id for result in made[0].results}
    expected = sorted(project.id for project in made[0].projects if project.id not in drawn)
    assert city_payload["unplaced"] == expected
    assert len(expected) == 5


def test_city_areas_are_the_reports_unions(made, city_payload):
    for code, _, area_m2 in city_payload["byConstraint"]:
        assert area_m2 == pytest.approx(made[0].totals_m2[code], abs=0.006)


def test_a_page_carries_the_way_out_of_its_red_lines(made, city_payload):
    results = {result.red_line.id: result for result in made[0].results}
    for line in city_payload["redLines"]:
        result = results[line["id"]]
        assert [step["codes"] for step in line["path"]] == [list(s.codes) for s in result.path]
        assert [lift["freed"] for lift in line["lifts"]] == [
            pytest.approx(lift.freed_m2, abs=0.006) for lift in result.lifts
        ]
    assert any(line["path"] for line in city_payload["redLines"])
    assert any(lift["sole"] for line in city_payload["redLines"] for lift in line["lifts"])


def test_every_ladder_adds_up_in_each_unit(city_payload):
    ladders = [line["ladder"] for line in city_payload["redLines"] if line["ladder"]["rows"]]
    for ladder in ladders:
        for column, (scale, total) in enumerate(
            zip((100, 10_000, 100), ladder["total"], strict=True)
        ):
            units = [round(row[column + 1] * scale) for row in ladder["rows"]]
            assert sum(units) == round(total * scale)
    assert any(len(ladder["rows"]) > 1 for ladder in ladders)


def test_district_areas_add_up_to_the_city(made, city_payload):
    parts = [{r[0]: r[2] for r in of_district(made, c)["byConstraint"]} for c in CODES]
    for code, _, area_m2 in city_payload["byConstraint"]:
        assert sum(part.get(code, 0.0) for part in parts) == pytest.approx(area_m2, abs=0.05)


def test_the_district_table_adds_up_to_the_union_of_all_conflicts(made, city_payload):
    pieces = [
        f.geometry for f in made[0].findings if f.severity.value in {"prohibited", "restricted"}
    ]
    total = sum(row[4] for row in city_payload["byDistrict"])
    assert total == pytest.approx(shapely.union_all(pieces).area, abs=0.05)


def test_every_red_line_stands_on_the_page_of_each_district_it_has_land_in(made):
    frame = made[2].districts
    for code, area in zip(frame["feature_id"], frame.geometry, strict=True):
        expected = {
            result.red_line.id
            for result in made[0].results
            if result.red_line.geometry.intersection(area).area >= 1.0
        }
        assert {row["id"] for row in of_district(made, code)["redLines"]} == expected


def test_a_touch_is_not_land():
    area = shapely.box(0, 0, 100, 100)
    assert not has_land_in(shapely.box(100, 0, 200, 100), area)
    assert not has_land_in(shapely.box(99.999, 0, 200, 100), area)
    assert has_land_in(shapely.box(99, 0, 200, 100), area)
    assert has_land_in(shapely.box(10, 10, 10.5, 10.5), area)


def test_a_district_page_has_nothing_of_the_others(made, handmade):
    report, searches, atlas, city = made
    frame = atlas.districts
    tagged = dataclasses.replace(
        atlas,
        districts=frame.assign(feature_name=[f"CANARY-{code}" for code in frame["feature_id"]]),
    )
    home = dict(zip(handmade.NAMES, frame["feature_id"], strict=True))
    code = CODES[1]
    payload = district_scene(report, searches, tagged, city=city, code=code).payload
    ours = {row["project"] for row in payload["redLines"]}
    foreign = [
        p
        for p in report.projects
        if p.id not in ours and home[p.district] != code and p.id not in payload["guests"]
    ]
    page = render_page(district_scene(report, searches, tagged, city=city, code=code))
    assert foreign
    assert not any(f'"{project.id}"' in page for project in foreign)
    assert "CANARY-449902" in page


def test_how_the_search_of_a_guest_went_is_not_told(made):
    """It would say what land another district's project wants, and how much of it there is."""
    payload = of_district(made, CODES[1])
    assert payload["guests"]
    for project_id in payload["guests"]:
        search = payload["searches"][project_id]
        assert (search["funnel"], search["chainage"]) == ([], [])
        assert (search["blocked"], search["note"], search["spread"]) == (None, None, None)


def test_a_site_elsewhere_is_told_but_not_shown(made):
    payload = of_district(made, CODES[1])
    away = [
        site for search in payload["searches"].values() for site in search["sites"]
        if site["elsewhere"]
    ]  # fmt: skip
    assert away
    told = {"rank", "district", "area", "score", "mustAcquire", "elsewhere", "shape", "at"}
    assert all(set(site) == told and site["shape"] is None for site in away)


def test_sentences_that_name_sites_elsewhere_are_not_told(made):
    whole = partly = 0
    offered = {search.project_id: len(search.suggestions) for search in made[1]}
    for project_id, search in of_district(made, CODES[1])["searches"].items():
        here = [site for site in search["sites"] if not site["elsewhere"]]
        is_all_here = len(here) == offered[project_id]
        for site in here:
            assert site["standing"]["first"] in {0.62, 0.38}
            assert (site["standing"]["says"] is not None) == is_all_here
            assert is_all_here or site["standing"]["behind"] is None
            whole, partly = whole + is_all_here, partly + (not is_all_here)
    assert whole
    assert partly


def test_the_city_page_tells_why_each_stands_behind_the_one_before(city_payload):
    sites = next(s["sites"] for s in city_payload["searches"].values() if s["sites"])
    assert sites[0]["standing"]["behind"] is None
    ahead, behind = sites[0]["id"], sites[1]["id"]
    assert sites[1]["standing"]["behind"][0] == f"{behind} 比 {ahead} 低 1.00 分"
    assert sites[1]["parts"][2] == ["access", 18.25, 0.7, 0.4]
    assert sites[2]["parts"][2] == ["access", 18.25, 0.7, None]


def test_each_project_s_own_profile_names_its_criteria(made, city_payload):
    told = {name: search["criteria"] for name, search in city_payload["searches"].items()}
    profiles = {search.project_id: search.profile for search in made[1] if search.profile}
    assert {profile.name for profile in profiles.values()} == {"学校", "通用"}
    for project_id, profile in profiles.items():
        titles = {each.name: [each.title.zh, each.title.en] for each in profile.criteria}
        assert told[project_id] == titles


def test_the_nearest_infeasible_site_is_shown_where_it_lies(made):
    areas = made[2].districts.set_index("feature_id").geometry
    near = {search.project_id: search.nearest for search in made[1] if search.nearest}
    seen = set()
    for code in CODES:
        payload = of_district(made, code)
        for project_id, search in payload["searches"].items():
            told = search["nearest"]
            if project_id not in near or project_id in payload["guests"]:
                continue
            is_here = near[project_id].site.geometry.intersection(areas[code]).area > 0
            seen.add(is_here)
            if is_here:
                assert told["id"] == "P-NEAR"
            else:
                assert told == {"district": "449902", "elsewhere": True}
    assert seen == {True, False}


def test_the_funnel_marks_lower_bounds_and_names_the_area_that_passes(city_payload):
    (steps,) = {
        tuple(map(repr, search["funnel"])) for search in city_payload["searches"].values()
        if search["funnel"]
    }  # fmt: skip
    assert "35, True" in steps[1]
    assert "13.50 亩" in steps[1]


def test_findings_of_a_district_lie_in_it(made):
    frame = made[2].districts.set_index("feature_id")
    by_id = {finding.id: finding for finding in made[0].findings}
    for code in CODES:
        for finding_id in of_district(made, code)["findings"]:
            assert by_id[finding_id].geometry.intersection(frame.geometry[code]).area > 0


def test_not_loaded_layers_are_named(city_payload):
    hidden = {layer["role"]: layer.get("hidden") for layer in city_payload["controls"]}
    assert hidden["hazard"] == "not_loaded"
    assert [row["status"] for row in city_payload["inputs"]].count("failed") == 1


def test_an_unknown_district_is_refused(made):
    report, searches, atlas, city = made
    with pytest.raises(KeyError):
        district_scene(report, searches, atlas, city=city, code="nowhere")


def test_the_same_city_gives_the_same_page(made):
    report, searches, atlas, city = made
    first = render_page(city_scene(report, searches, atlas, city=city))
    shuffled = dataclasses.replace(
        report, results=report.results[::-1], findings=report.findings[::-1],
        verdicts=report.verdicts[::-1],
    )  # fmt: skip
    assert render_page(city_scene(shuffled, searches[::-1], atlas, city=city)) == first


def test_an_invalid_red_line_is_drawn_as_delivered(made):
    report, searches, atlas, city = made
    at = report.results[0].red_line.geometry.centroid
    bowtie = shapely.Polygon(
        [(at.x, at.y), (at.x + 90, at.y + 90), (at.x + 90, at.y), (at.x, at.y + 90)]
    )
    line = dataclasses.replace(report.results[0].red_line, geometry=bowtie)
    broken = dataclasses.replace(
        report, results=(dataclasses.replace(report.results[0], red_line=line), *report.results[1:])
    )
    for code in CODES:
        district_scene(broken, searches, atlas, city=city, code=code)
    payload = city_scene(broken, searches, atlas, city=city).payload
    row = next(row for row in payload["redLines"] if row["id"] == line.id)
    assert len(degrees_of(row["shape"][1][0][0])) == 4


def test_roads_of_an_own_role_are_base_map_unless_a_rule_needs_them(made):
    report, searches, atlas, city = made
    roads = next(layer for layer in atlas.layers if layer.role == "road")
    ways = dataclasses.replace(roads, name="ways", role="x_street")
    city = dataclasses.replace(
        city, access=dataclasses.replace(city.access, roles=("road", "x_street"))
    )
    atlas = dataclasses.replace(atlas, layers=(*atlas.layers, ways))
    payload = city_scene(report, searches, atlas, city=city).payload
    base = [(layer["name"], layer["role"]) for layer in payload["base"]]
    assert base[0] == ("ways", "way")
    assert "ways" not in {layer["name"] for layer in payload["controls"]}
    rule = dataclasses.replace(report.rules[0], needs=("x_street",))
    report = dataclasses.replace(report, rules=(rule, *report.rules[1:]))
    payload = city_scene(report, searches, atlas, city=city).payload
    assert "ways" not in {layer["name"] for layer in payload["base"]}
    assert "ways" in {layer["name"] for layer in payload["controls"]}
