"""Findings as GeoJSON: WGS84, right-handed, and nothing of a layer that may not travel."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import shapely

from siting.model import Release
from siting.report import findings_geojson, identity

from ..tiny_city import check, layer, rect, red_line, rule

SQUARE = rect(1000, 1000, 1100, 1100)
BAND = ("sigma_m", "area_m2_min", "area_m2_max", "certainty")


def collection(release: Release, kind: str = "overlap"):
    farm = layer("farmland", [rect(1090, 1000, 1300, 1100)], release=release)
    report = check([farm], [red_line(SQUARE)], [rule(kind, role="farmland")])
    return report, json.loads(json.dumps(findings_geojson(report)))


@pytest.mark.parametrize("release", [Release.PUBLIC, Release.INTERNAL, Release.DISTRICT])
def test_a_finding_with_its_piece(release: Release) -> None:
    report, made = collection(release)
    assert (made["type"], made["identity"]) == ("FeatureCollection", identity(report))
    (feature,) = made["features"]
    assert feature["properties"]["area_m2"] == 1000.0
    ring = feature["geometry"]["coordinates"][0]
    assert shapely.Polygon(ring).exterior.is_ccw
    # 98.8 km west of 114°E at 22.6°N, longitude first
    assert np.mean(ring, axis=0) == pytest.approx([113.04, 22.6], abs=0.05)
    assert max(len(str(value).split(".")[1]) for point in ring for value in point) <= 9


def test_a_table_only_layer_keeps_its_row_without_geometry() -> None:
    report, made = collection(Release.TABLE_ONLY)
    (feature,) = made["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["feature_id"] == "farmland-1"
    assert report.findings[0].geometry is not None


def test_one_table_only_layer_among_several_withholds_the_piece() -> None:
    layers = [
        layer("growth_boundary", [], name="a"),
        layer("growth_boundary", [], name="b", release=Release.TABLE_ONLY),
    ]
    report = check(layers, [red_line(SQUARE)], [rule("inside", role="growth_boundary")])
    (feature,) = findings_geojson(report)["features"]
    assert (feature["properties"]["layer"], feature["geometry"]) == ("a+b", None)


def test_a_finding_on_the_outline_itself_may_be_shown_or_have_none() -> None:
    report = check([], [red_line(SQUARE, declared_area_m2=5.0)], [rule("area")])
    (feature,) = findings_geojson(report)["features"]
    assert feature["geometry"] is None
    strip = check([], [red_line(rect(0, 0, 100, 1))], [rule("quality", min_width_m=3.0)])
    (feature,) = findings_geojson(strip)["features"]
    assert feature["geometry"]["type"] == "Polygon"


def test_no_findings_an_empty_collection() -> None:
    assert findings_geojson(check([], [red_line(SQUARE)], [rule("rivals")]))["features"] == []


def test_a_finding_bears_its_band_and_an_unknown_accuracy_bears_none() -> None:
    farm = layer("farmland", [rect(1090, 900, 1300, 1200)])
    known = replace(farm, source=replace(farm.source, accuracy_m=0.4))
    rules = [rule("overlap", role="farmland")]
    (feature,) = findings_geojson(check([known], [red_line(SQUARE, accuracy_m=0.3)], rules))[
        "features"
    ]
    said = {name: feature["properties"][f"band_{name}"] for name in BAND}
    # 10 m × 100 m inside, the edge moved by √(0.4² + 0.3²) = 0.5 m
    assert said == {
        "sigma_m": 0.5,
        "area_m2_min": 950.0,
        "area_m2_max": 1050.0,
        "certainty": "certain",
    }
    (feature,) = findings_geojson(check([known], [red_line(SQUARE)], rules))["features"]
    assert [feature["properties"][f"band_{name}"] for name in BAND] == [None] * 4
