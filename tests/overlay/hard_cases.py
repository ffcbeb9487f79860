"""Pairs of valid polygons from public trackers on which GEOS's overlay is, or was, wrong.

Coordinates as the reporters give them: a shift to another place would make them harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

Geos = Literal["misses", "invents", "right"]


@dataclass(frozen=True)
class Case:
    """A pair, its true area where hand geometry gives it, and what GEOS 3.14 makes of it."""

    source: str
    left: BaseGeometry
    right: BaseGeometry
    by_hand_m2: float | None
    geos: Geos


def _case(source: str, left: str, right: str, *, by_hand_m2: float | None, geos: Geos) -> Case:
    return Case(source, shapely.from_wkt(left), shapely.from_wkt(right), by_hand_m2, geos)


CASES = (
    # two neighbours along one edge, one corner off by an ulp: nothing in common
    _case(
        "shapely #1871",
            "POLYGON ((446 -207, 315 -75.99999999999999, 557 -76, 446 -207))",
            "POLYGON ((184 -207, 315 -76, 446 -207, 315 -338, 184 -207))",
        by_hand_m2=0.0,
        geos="invents",
    ),
    # a rectangle of 2.305617 × 5 inside the shell of the other, whose hole is 1e-13 m² small
    _case(
        "GEOS #1523",
            "POLYGON ((379.694383 3423, 382 3423, 382 3428, 379.694383 3428, 379.694383 3423))",
            "POLYGON ((380 3428.3, 382 3429, 388 3422, 377 3422, 378 3427, 380 3428.3), "
            "(379.153701 3427.199712952367, 380.736005 3427.1997128766443, "
            "379.777158 3427.199712922531, 379.153701 3427.199712952367))",
        by_hand_m2=11.528085,
        geos="misses",
    ),
    # two congruent rectangles side by side, the common edge off by an ulp
    _case(
        "GEOS #1344, shapely #2368",
            "POLYGON ((-295.25030351249666 4.236074061427525, -295.08711234218333 "
            "-2.301948231163383, -314.64218025800653 -2.7900491087570383, -314.80537142831986 "
            "3.7479731838338695, -295.25030351249666 4.236074061427525))",
            "POLYGON ((-275.69523559667346 4.7241749390211805, -275.53204442636013 "
            "-1.8138473535697273, -295.08711234218333 -2.3019482311633825, -295.25030351249666 "
            "4.236074061427525, -275.69523559667346 4.7241749390211805))",
        by_hand_m2=0.0,
        geos="invents",
    ),
    # the second lies inside the first but for ulps along two edges
    _case(
        "GEOS #1354, shapely #1639",
            "POLYGON ((79.57006468414316 227.16715306136757, 43.44048377114246 "
            "-7.28462320799008, 127.74283932445364 -13.587090929970145, 154.99848808655608 "
            "219.60419326741248, 79.57006468414316 227.16715306136757))",
            "POLYGON ((127.74283932445364 -13.587090929970145, 43.44048377114247 "
            "-7.28462320799008, 54.329847263553376 63.37854389007508, 54.61818554266568 "
            "63.33040101339976, 135.62637080265046 53.862076963892896, 127.74283932445364 "
            "-13.587090929970145))",
        by_hand_m2=None,
        geos="misses",
    ),
    # needles in a box: wrong when it was reported (2021), right now
    _case(
        "JTS #798, shapely #1216",
            "MULTIPOLYGON (((66697.40120137333 185279.95469107336, 66698.375 185273.625, "
            "66697.375 185280.125, 66697.40120137333 185279.95469107336)), ((66705.875 185229.625, "
            "66704.875 185234.625, 66703.875 185240.625, 66702.875 185245.375, 66706.90145934305 "
            "185229.45392344284, 66710.375 185228.875, 66705.875 185229.625)))",
            "POLYGON ((66720 185280, 66720 185200, 66680 185200, 66680 185280, 66720 185280))",
        by_hand_m2=None,
        geos="right",
    ),
)  # fmt: skip
