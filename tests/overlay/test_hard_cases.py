"""GEOS's own hard cases: the kernel alone, `pair_areas`, and a whole check of files."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from siting.errors import SitingError
from siting.overlay import overlap_area_m2, pair_areas
from siting.overlay.kernel import engine, layout, measure

from ..tiny_city import check, layer, red_line, rule
from .hard_cases import CASES, Case
from .slabs import overlap

by_source = pytest.mark.parametrize("case", CASES, ids=[case.source for case in CASES])
#: What an overlap may be without being land (`pairs.TOUCH_AREA_M2`).
TOUCH_M2 = 1e-4
#: What a case may differ by that is told by hand in decimals: coordinates are doubles.
DECIMAL_M2 = 1e-9


def array(*shapes: BaseGeometry) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def kernels(left: BaseGeometry, right: BaseGeometry) -> list[tuple[float, float]]:
    """Return area and bound by numpy and by machine code, nobody else asked, either way round."""
    found = []
    for sides in ((array(left), array(right)), (array(right), array(left))):
        ours, theirs = (engine.prepare(layout.rings_of(side)) for side in sides)
        tables = (
            measure.areas(*sides, floor_m2=-np.inf),
            engine.area_table(ours, theirs, floor_m2=-np.inf),
        )
        found += [(float(each.area_m2.sum()), float(each.bound_m2.sum())) for each in tables]
    return found


@by_source
def test_the_kernel_alone_is_right(case: Case) -> None:
    exact = float(overlap(case.left, case.right))
    if case.by_hand_m2 is not None:
        assert abs(exact - case.by_hand_m2) <= DECIMAL_M2
    for area_m2, bound_m2 in kernels(case.left, case.right):
        assert abs(area_m2 - exact) <= bound_m2 + 2.0**-53 * exact
        assert bound_m2 <= 1e-9


@by_source
def test_geos_alone_is_wrong(case: Case) -> None:
    found_m2 = case.left.intersection(case.right).area
    exact = float(overlap(case.left, case.right))
    is_wrong = {"misses": found_m2 < TOUCH_M2 < exact, "invents": exact < TOUCH_M2 < found_m2}
    assert is_wrong.get(case.geos, abs(found_m2 - exact) < 1e-6), "GEOS has changed: say so"


@by_source
def test_with_witnesses_and_judge(case: Case) -> None:
    exact = float(overlap(case.left, case.right))
    assert overlap_area_m2(case.left, case.right) == pytest.approx(exact, rel=1e-14, abs=1e-12)
    pairs = pair_areas(array(case.left), array(case.right))
    assert pairs.area_m2.tolist() == [pytest.approx(exact, rel=1e-14)] * (exact > TOUCH_M2)
    # a dispute is told, never settled in silence
    assert pairs.is_disputed.tolist() == [case.geos == "misses"] * (exact > TOUCH_M2)


@by_source
def test_the_verdict_of_a_check(case: Case) -> None:
    exact = float(overlap(case.left, case.right))
    ground = shapely.box(-1e6, -1e6, 1e6, 1e6)
    report = check(
        [layer("farmland", [case.right], coverage=ground)],
        [red_line(case.left)],
        [rule("overlap", role="farmland")],
    )
    is_conflict = exact > TOUCH_M2
    assert [v.status for v in report.verdicts] == ["conflict" if is_conflict else "clear"]
    assert [f.area_m2 for f in report.findings] == [pytest.approx(exact)] * is_conflict


@pytest.fixture
def bad(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data" / "bad"


def of_xml(path: Path, *sides: str) -> list[BaseGeometry]:
    """Return the geometries of GEOS's XML test, as WKB in hexadecimal or as WKT."""
    case = ET.parse(path).getroot().find("case")  # noqa: S314 - our own copy
    assert case is not None
    texts = [(case.findtext(side) or "").strip() for side in sides]
    return [
        shapely.from_wkt(text) if "(" in text else shapely.from_wkb(bytes.fromhex(text))
        for text in texts
    ]


def pieces_m2(subject: BaseGeometry, *others: BaseGeometry) -> tuple[float, float]:
    """Return the sum of the kernel's areas with each of `others`, and of the bounds."""
    table = measure.areas(array(subject), array(*others), floor_m2=-np.inf)
    return float(table.area_m2.sum()), float(table.bound_m2.sum())


def own_area_m2(shape: BaseGeometry) -> float:
    """Return the area by the shoelace formula in rational arithmetic."""
    total = Fraction(0)
    for ring in shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape))):
        points = [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring).tolist()]
        total += sum(
            (a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(points)), Fraction(0)
        )
    return float(total / 2)


@pytest.mark.shared
def test_parcels_of_bavaria(bad: Path) -> None:
    """GEOS's file says: area(A) less difference and intersection was -12 (stmlf-20070119)."""
    left, right = of_xml(bad / "geos_stmlf-20070119.xml", "a", "b")
    exact = float(overlap(left, right))
    for area_m2, bound_m2 in kernels(left, right):
        assert abs(area_m2 - exact) <= bound_m2 + 2.0**-53 * exact
    # without GEOS: with the frame that leaves `right` out it makes the whole
    around = shapely.box(*shapely.total_bounds(array(left, right))).buffer(9, join_style="mitre")
    (part,) = shapely.get_parts(right)
    rest = shapely.Polygon(around.exterior, [part.exterior])
    total, bound_m2 = pieces_m2(left, right, rest)
    assert abs(total - own_area_m2(left)) <= bound_m2 + 1e-9
    assert overlap_area_m2(left, right) == pytest.approx(exact, abs=1e-9)
    # on a grid of a micrometre GEOS is 26 mm² off, which no witness minds
    assert 1e-5 < abs(shapely.intersection(left, right, grid_size=1e-6).area - exact) < 1e-4


@pytest.mark.shared
def test_a_wedge_of_a_million_million_kilometres(bad: Path) -> None:
    (wedge,) = of_xml(bad / "geos_TestValid2-big.xml", "a")
    # half of (1e15 - 100) × 10, by hand
    for area_m2, bound_m2 in kernels(wedge, wedge):
        assert abs(area_m2 - 4_999_999_999_999_500.0) <= bound_m2
    # its first hundred kilometres: a triangle of slope 10 / (1e15 - 100)
    ((area_m2, bound_m2), *_) = kernels(wedge, shapely.box(0, 0, 100_100, 1_000))
    assert abs(area_m2 - 1e5 * 1e5 * 10 / (1e15 - 100) / 2) <= bound_m2 < 1e-6


@pytest.mark.shared
def test_russia_against_itself_and_in_strips(bad: Path) -> None:
    russia = shapely.from_wkt((bad / "geos_russia.wkt").read_text())
    exact = own_area_m2(russia)
    west, south, east, north = russia.bounds
    edges = np.linspace(west, east, 14)
    strips = [shapely.box(a, south, b, north) for a, b in itertools.pairwise(edges)]
    for others in ([russia], strips):
        area_m2, bound_m2 = pieces_m2(russia, *others)
        assert abs(area_m2 - exact) <= bound_m2 + 1e-12 * exact
        assert bound_m2 <= 1e-6
    assert overlap_area_m2(russia, russia) == pytest.approx(exact, rel=1e-14)


@pytest.mark.shared
def test_every_invalid_polygon_is_refused(bad: Path) -> None:
    features = json.loads((bad / "geos_invalid_polygons.geojson").read_text())["features"]
    shapes = [
        shapely.from_geojson(json.dumps(each["geometry"]), on_invalid="ignore") for each in features
    ]
    assert len(shapes) == 42
    for shape in shapes:
        with pytest.raises(SitingError, match="no valid polygon"):
            overlap_area_m2(shape, shapely.box(-1e3, -1e3, 1e3, 1e3))


@pytest.mark.shared
def test_near_coincident_polygons_of_geos_586(bad: Path) -> None:
    one, line = of_xml(bad / "geos_TestOverlay-geos-586.xml", "a", "b")
    # the file lays a line over the polygon; its hull is the nearest there is to an area
    hull = shapely.convex_hull(line)
    exact = float(overlap(one, hull))
    for area_m2, bound_m2 in kernels(one, hull):
        assert abs(area_m2 - exact) <= bound_m2
    with pytest.raises(SitingError, match="no valid polygon"):
        overlap_area_m2(one, line)
