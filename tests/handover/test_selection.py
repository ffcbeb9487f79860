"""What counts as lying in a district."""

from __future__ import annotations

import pytest
from shapely.geometry import GeometryCollection, LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from siting.handover.selection import is_within, share_within

DISTRICT = box(0, 0, 1000, 1000)


@pytest.mark.parametrize(
    ("geometry", "share"),
    [
        (box(10, 10, 20, 20), 100.0),
        (box(990, 0, 1010, 10), 100.0),
        (box(1000, 0, 1010, 10), None),  # touches along the border
        (box(999.95, 0, 1010, 10), None),  # 0.5 m² of 100: two digitisations of one border
        (box(10, 10, 10.5, 11), 0.5),  # 0.5 m², all of it here
        (box(2000, 0, 2010, 10), None),
        (LineString([(990, 5), (1030, 5)]), 10.0),
        (LineString([(1000, 5), (1030, 5)]), None),
        (Point(5, 5), 0.0),
        (Point(1005, 5), None),
        (Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), 50.0),  # a bowtie of two triangles
        (Polygon(), None),
        (None, None),
    ],
)
def test_share(geometry: BaseGeometry | None, share: float | None):
    found = share_within(geometry, DISTRICT)
    assert found == (None if share is None else pytest.approx(share, abs=1e-6))


@pytest.mark.parametrize("geometry", [None, Polygon(), GeometryCollection()])
def test_what_has_no_place_lies_wherever_its_red_line_does(geometry: BaseGeometry | None):
    assert is_within(geometry, DISTRICT)
