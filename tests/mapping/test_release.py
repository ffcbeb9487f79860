"""A layer's release is obeyed to the byte: canaries in geometry and text."""

from __future__ import annotations

import dataclasses
import json

import geopandas as gpd
import pytest
import shapely

from siting.city import MapSpec
from siting.mapping import city_scene, district_scene, render_page
from siting.mapping.release import Scope, is_drawable, release_of
from siting.model import Finding, Release

from ..unpacking import vertices_of

CITY, DISTRICT = Scope(), Scope("1", "x", shapely.box(0, 0, 1, 1))


@pytest.mark.parametrize(
    ("release", "on_city", "on_district"),
    [
        (Release.TABLE_ONLY, False, False),
        (Release.DISTRICT, False, True),
        (Release.INTERNAL, True, True),
        (Release.PUBLIC, True, True),
    ],
)
def test_where_a_release_may_be_drawn(release: Release, on_city: bool, on_district: bool):
    assert is_drawable(release, CITY) is on_city
    assert is_drawable(release, DISTRICT) is on_district


def with_release(made, role: str, release: Release):
    """The handmade city with one layer under another release."""
    report, searches, atlas, city = made
    layers = tuple(
        dataclasses.replace(layer, release=release) if layer.role == role else layer
        for layer in atlas.layers
    )
    return report, searches, dataclasses.replace(atlas, layers=layers), city


def control(payload, role: str):
    return next(layer for layer in payload["controls"] if layer["role"] == role)


def drawn_findings(payload, code: str) -> list[bool]:
    return [row["shape"] is not None for row in payload["findings"].values() if row["code"] == code]


def test_table_only_has_no_geometry_anywhere(made):
    report, searches, atlas, city = with_release(made, "farmland", Release.TABLE_ONLY)
    payload = city_scene(report, searches, atlas, city=city).payload
    layer = control(payload, "farmland")
    assert layer["hidden"] == "table_only"
    assert "features" not in layer
    assert drawn_findings(payload, "LAND-01")
    assert not any(drawn_findings(payload, "LAND-01"))


def test_table_only_keeps_its_rows_and_marks_them_withheld(made):
    report, searches, atlas, city = made
    payload = city_scene(report, searches, atlas, city=city).payload
    rows = [row for row in payload["findings"].values() if row["code"] == "LAND-02"]
    assert rows
    assert all(row["withheld"] and row["area"] > 0 for row in rows)


def test_district_release_is_drawn_on_district_pages_alone_and_inside(made):
    report, searches, atlas, city = with_release(made, "farmland", Release.DISTRICT)
    assert "features" not in control(
        city_scene(report, searches, atlas, city=city).payload, "farmland"
    )
    payload = district_scene(report, searches, atlas, city=city, code="449902").payload
    box = payload["box"]
    row = control(payload, "farmland")
    assert row["features"]
    vertices = vertices_of({**payload, "base": [], "ground": [], "controls": [row]})
    assert vertices
    for east, north in vertices:
        assert box[0][0] - 1e-6 <= north <= box[1][0] + 1e-6
        assert box[0][1] - 1e-6 <= east <= box[1][1] + 1e-6


def test_internal_is_drawn_and_marked(made):
    report, searches, atlas, city = made
    layer = control(city_scene(report, searches, atlas, city=city).payload, "farmland")
    assert layer["features"]
    assert layer["internal"] is True


def test_a_page_with_layers_not_public_is_marked_without_being_told(made):
    report, searches, atlas, city = made
    bare = dataclasses.replace(city, secrecy_mark="")
    head = city_scene(report, searches, atlas, city=bare).payload["head"]
    assert head["secrecy"] == ["内部资料", "Internal material"]
    layers = tuple(dataclasses.replace(x, release=Release.PUBLIC) for x in atlas.layers)
    public = dataclasses.replace(atlas, layers=layers)
    head = city_scene(report, searches, public, city=bare).payload["head"]
    assert head["secrecy"] == ["", ""]


def test_sites_follow_the_release_of_the_parcels(made):
    report, searches, atlas, city = with_release(made, "parcel", Release.TABLE_ONLY)
    payload = city_scene(report, searches, atlas, city=city).payload
    sites = [site for search in payload["searches"].values() for site in search["sites"]]
    assert sites
    assert all(site["shape"] is None and site["score"] > 0 for site in sites)


def test_a_finding_on_an_unknown_layer_is_not_drawn(made):
    finding = dataclasses.replace(made[0].findings[0], layer="nobody knows")
    assert release_of(finding, made[2].layers) is Release.TABLE_ONLY


def test_a_finding_on_the_red_lines_themselves_is_ours(made):
    finding: Finding = dataclasses.replace(made[0].findings[0], layer="redlines")
    assert release_of(finding, made[2].layers) is Release.PUBLIC


def first_vertices(atlas, crs: str, role: str) -> list[tuple[int, int]]:
    """The first vertex of each feature of a role, in steps of 1e-6 degree (11 cm)."""
    layer = next(layer for layer in atlas.layers if layer.role == role)
    degrees = gpd.GeoSeries(list(layer.frame.geometry), crs=crs).to_crs("EPSG:4326")
    firsts = [shapely.get_coordinates(shape)[0] for shape in degrees]
    return [(round(east * 1e6), round(north * 1e6)) for east, north in firsts]


def drawn_vertices(scene) -> set[tuple[int, int]]:
    """All that a page draws of its background, each with the steps around it."""
    page = render_page(scene)
    data = page.split('id="siting-data">')[1].split("</script>")[0]
    return {
        (round(east * 1e6) + across, round(north * 1e6) + up)
        for east, north in vertices_of(json.loads(data))
        for across in (-1, 0, 1)
        for up in (-1, 0, 1)
    }


@pytest.mark.parametrize("role", ["eco_redline", "parcel"])
def test_table_only_coordinates_are_not_in_the_bytes(made, handmade, role: str):
    report, searches, atlas, city = with_release(made, role, Release.TABLE_ONLY)
    vertices = first_vertices(atlas, handmade.CRS, role)
    drawn = drawn_vertices(city_scene(report, searches, atlas, city=city))
    assert not drawn & set(vertices)
    opened = with_release(made, role, Release.PUBLIC)
    assert drawn_vertices(city_scene(report, searches, opened[2], city=city)) >= set(vertices)


def ground(payload, role: str):
    return next(layer for layer in payload["ground"] if layer["role"] == role)


def test_parcels_are_drawn_as_far_as_they_may_travel(made):
    for release, is_on_city in ((Release.TABLE_ONLY, False), (Release.INTERNAL, True)):
        report, searches, atlas, city = with_release(made, "parcel", release)
        row = ground(city_scene(report, searches, atlas, city=city).payload, "parcel")
        assert ("packed" in row) is is_on_city
        assert row.get("hidden") == (None if is_on_city else "table_only")


def test_a_page_within_a_small_budget_counts_and_says_so(made):
    report, searches, atlas, city = made
    small = dataclasses.replace(city, maps=MapSpec(budget_mb=0.01))
    payload = city_scene(report, searches, atlas, city=small).payload
    row = ground(payload, "parcel")
    assert row["features"] == 5
    assert row["cells"]["side_m"] >= 100


def test_only_names_of_the_columns_shown_leave_a_layer(made):
    report, searches, atlas, city = made
    layers = []
    for layer in atlas.layers:
        frame = layer.frame
        frame = frame if frame is None else frame.assign(owner="CANARY-OWNER")
        layers.append(dataclasses.replace(layer, frame=frame))
    bugged = dataclasses.replace(atlas, layers=tuple(layers))
    assert "CANARY-OWNER" not in render_page(city_scene(report, searches, bugged, city=city))


def test_paths_of_the_inputs_are_not_in_the_page(made):
    report, searches, atlas, city = made
    inputs = tuple(
        dataclasses.replace(item, source=dataclasses.replace(item.source, path="/home/canary/x"))
        for item in report.inputs
    )
    bugged = dataclasses.replace(report, inputs=inputs)
    assert "/home/canary" not in render_page(city_scene(bugged, searches, atlas, city=city))
