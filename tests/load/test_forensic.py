"""Each way to get coordinates wrong: named with its evidence, mended only when accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ezdxf
import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from siting.city import LayerSpec, LocalSystem, RedLineSpec, built_in_roles
from siting.crs import gauss_zone, parse_crs
from siting.errors import ConfigError, ReadError, SitingError
from siting.load import Place, TextWays, read_pasted
from siting.load.child import Reader
from siting.load.contract import neighbourhood_of
from siting.load.forensic.coincidence import compare
from siting.load.forensic.evidence import inquire
from siting.load.forensic.hypotheses import AS_DECLARED, require_known
from siting.load.forensic.zones import zones_of
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.load.red_lines import read_with
from siting.model import Layer, LoadStatus, RedLine, Refusal

from .corruptions import CORRUPTIONS, CRS, LOCAL, Corruption, corrupted
from .corruptions import swap as swapped
from .town import AS_OF, EAST, NORTH, frame_of

#: Parcels well inside the town's outline of 10 km: GCJ-02 (about 600 m) keeps them inside.
GOOD = [
    shapely.box(EAST + 3000 + 300 * n, NORTH + 4000 + 200 * n, EAST + 3120 + 300 * n,
                NORTH + 4090 + 200 * n)
    for n in range(8)
]  # fmt: skip
OUTLINE = shapely.box(EAST, NORTH, EAST + 10_000, NORTH + 10_000)
PLACE = Place(CRS, neighbourhood_of(OUTLINE), OUTLINE, (LocalSystem(**LOCAL),))
IDS = [f"{case.hypothesis} as {case.claimed} {n}" for n, case in enumerate(CORRUPTIONS)]


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(CRS, AS_OF, tmp_path, PLACE.neighbourhood, OUTLINE, PLACE.systems)


def layer_at(path: Path, reader: Reader, ground: Ground, **options: Any) -> Layer:
    role = built_in_roles()["farmland"]
    return load_layer(LayerSpec("farm", role, role.title, path, **options), reader, ground)


def written(folder: Path, case: Corruption, suffix: str = ".gpkg") -> Path:
    frame = frame_of(corrupted(GOOD, case)).set_crs(case.claimed, allow_override=True)
    path = folder / f"a{suffix}"
    if suffix == ".csv":
        table = {"code": frame["code"], "wkt": frame.geometry.to_wkt(rounding_precision=-1)}
        gpd.pd.DataFrame(table).to_csv(path, index=False)
        return path
    drivers = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf"}
    frame.to_file(path, driver=drivers[suffix])
    return path


def worst_gap_m(found: list[shapely.Geometry], good: list[shapely.Geometry] = GOOD) -> float:
    """The largest distance between corresponding corners, whatever the order and the start."""
    assert len(found) == len(good)
    found = sorted(found, key=lambda shape: round(shape.centroid.x))  # .fgb sorts by place
    return max(
        shapely.hausdorff_distance(one, other) for one, other in zip(found, good, strict=True)
    )


def points_of(case: Corruption) -> np.ndarray:
    return shapely.get_coordinates(corrupted(GOOD, case))


# ------------------------------------------------------------------ evidence
@pytest.mark.parametrize("case", CORRUPTIONS, ids=IDS)
def test_the_right_hypothesis_is_first_or_the_tie_is_told(case: Corruption) -> None:
    inquiry = inquire(points_of(case), case.claimed, PLACE)
    assert inquiry.best is not None
    fitting = [tally.hypothesis.id for tally in (inquiry.best, *inquiry.rivals)]
    assert case.hypothesis in fitting
    right = inquiry.of(case.hypothesis)
    assert right is not None
    assert (right.inside, right.near, right.points) == (40, 40, 40)
    if not case.is_offset:
        # whatever else fits is a further assumption, feet of the other kind, or an offset
        others = [name for name in fitting if name != case.hypothesis]
        assert all(_cannot_be_told(name, case.hypothesis) for name in others), others
        before = inquiry.as_declared
        assert before is not None
        assert before.near == 0
    assert inquiry.is_unambiguous == (len(fitting) == 1)
    if len(fitting) > 1:
        assert "the outline cannot tell" in inquiry.summary()


def _cannot_be_told(name: str, right: str) -> bool:
    first = name.partition("+")[0]
    same_turn = name.endswith("axes_swapped") == right.endswith("axes_swapped")
    is_kin = {first, right.partition("+")[0]} <= {"feet_us", "feet_international"}
    return same_turn and (first in {"gcj02", "bd09"} or is_kin or right == "gcj02")


def test_what_is_right_as_declared_stays_first_though_offsets_fit_too() -> None:
    inquiry = inquire(shapely.get_coordinates(GOOD), CRS, PLACE)
    assert inquiry.best is not None
    assert inquiry.best.hypothesis.id == AS_DECLARED
    assert {"gcj02", "bd09"} <= {tally.hypothesis.id for tally in inquiry.rivals}


def test_a_wrong_meridian_is_unambiguous() -> None:
    case = next(case for case in CORRUPTIONS if case.hypothesis == "central_meridian_114")
    inquiry = inquire(points_of(case), case.claimed, PLACE)
    assert inquiry.is_unambiguous
    assert "central_meridian_114" in inquiry.summary()
    assert "40 of 40 points inside the outline" in inquiry.summary()


@pytest.mark.parametrize("name", ["gcj02", "bd09", "feet_us", "feet_international"])
def test_shared_corners_decide_where_the_outline_cannot(name: str) -> None:
    case = next(case for case in CORRUPTIONS if case.hypothesis == name)
    inquiry = inquire(points_of(case), case.claimed, PLACE)
    assert inquiry.best is not None
    second = compare(
        (inquiry.best, *inquiry.rivals), shapely.get_coordinates(GOOD), layer="parcels"
    )
    assert second.decided == name
    assert second.rows[0].median_m < 1e-3
    assert second.rows[0].coincident == 40


def test_corners_that_nobody_shares_decide_nothing() -> None:
    case = next(case for case in CORRUPTIONS if case.hypothesis == "gcj02")
    inquiry = inquire(points_of(case), case.claimed, PLACE)
    assert inquiry.best is not None
    elsewhere = np.array([[EAST + 9000.0, NORTH + 500.0]])
    second = compare((inquiry.best, *inquiry.rivals), elsewhere, layer="parcels")
    assert second.decided == ""
    assert "does not decide" in second.text()
    assert compare((), elsewhere, layer="x").rows == ()


# ------------------------------------------------------------------ layers
@pytest.mark.parametrize("case", CORRUPTIONS, ids=IDS)
def test_a_layer_is_never_mended_silently_and_is_right_once_accepted(
    tmp_path: Path, reader: Reader, ground: Ground, case: Corruption
) -> None:
    path = written(tmp_path, case)
    before = layer_at(path, reader, ground)
    if case.is_offset:  # inside either way: it loads as declared, 500 m off; nobody can tell
        assert before.contract.status is LoadStatus.PASSED
    else:
        assert before.contract.status is LoadStatus.FAILED
        said = " ".join(before.contract.problems)
        assert "once verified: [[layer]] accept =" in said
        assert case.hypothesis.removesuffix("+axes_swapped") in said
    after = layer_at(path, reader, ground, accept=case.hypothesis)
    assert after.contract.status is LoadStatus.PASSED, after.contract.problems
    assert after.frame is not None
    assert worst_gap_m(list(after.frame.geometry)) < case.tolerance_m
    taken = after.contract.accepted
    assert taken is not None
    assert (taken.hypothesis, taken.inside, taken.near, taken.points) == (
        case.hypothesis,
        40,
        40,
        40,
    )
    assert any("as the user confirmed" in note for note in after.contract.notes)
    assert after.content_sha256 != before.content_sha256


@pytest.mark.parametrize("suffix", [".shp", ".csv", ".fgb"])
@pytest.mark.parametrize("name", ["axes_swapped", "six_degree_zone_19", "zone_prefix_added"])
def test_other_formats(
    tmp_path: Path, reader: Reader, ground: Ground, suffix: str, name: str
) -> None:
    case = next(case for case in CORRUPTIONS if case.hypothesis == name)
    path = written(tmp_path, case, suffix)
    declared = {"crs": case.claimed} if suffix == ".csv" else {}
    assert name in " ".join(layer_at(path, reader, ground, **declared).contract.problems)
    after = layer_at(path, reader, ground, accept=name, **declared)
    assert after.frame is not None, after.contract.problems
    assert worst_gap_m(list(after.frame.geometry)) < case.tolerance_m


@pytest.mark.parametrize("wrong", ["zone_prefix_wrong", "feet_us", "local:old_town"])
def test_a_hypothesis_that_does_not_hold_is_refused_with_the_evidence(
    tmp_path: Path, reader: Reader, ground: Ground, wrong: str
) -> None:
    path = written(tmp_path, CORRUPTIONS[0])
    layer = layer_at(path, reader, ground, accept=wrong)
    assert layer.contract.status is LoadStatus.FAILED
    assert layer.frame is None
    said = " ".join(layer.contract.problems)
    assert "does not hold" in said
    assert "0 of 40 points inside" in said
    assert "axes_swapped" in said


def test_a_good_layer_is_not_turned_by_a_wrong_acceptance(
    tmp_path: Path, reader: Reader, ground: Ground
) -> None:
    frame_of(GOOD).to_file(tmp_path / "a.gpkg")
    layer = layer_at(tmp_path / "a.gpkg", reader, ground, accept="axes_swapped")
    assert layer.contract.status is LoadStatus.FAILED
    assert "does not hold" in " ".join(layer.contract.problems)


@pytest.mark.parametrize(
    ("accept", "says"),
    [("axes_swaped", "there is no hypothesis"), ("as_declared", "there is no hypothesis"),
     ("six_degree_zone_20", "rule out"), ("degrees", "rule out"), ("local:nowhere", "rule out"),
     ("axes_swapped+axes_swapped", "there is no hypothesis")],
)  # fmt: skip
def test_ids_that_mean_nothing_here(
    tmp_path: Path, reader: Reader, ground: Ground, accept: str, says: str
) -> None:
    path = written(tmp_path, CORRUPTIONS[0])
    layer = layer_at(path, reader, ground, accept=accept)
    assert layer.contract.status is LoadStatus.FAILED
    assert says in " ".join(layer.contract.problems)


def test_every_family_of_ids_is_known() -> None:
    for case in CORRUPTIONS:
        require_known(case.hypothesis)
    for bad in ("", "gcj02+bd09", "local:", "six_degree_zone_"):
        if bad:
            with pytest.raises(ConfigError):
                require_known(bad)


# ------------------------------------------------------------------ red lines
def red_lines(
    path: Path, reader: Reader, accept: str = "", crs: str = ""
) -> tuple[list[RedLine], list[Refusal]]:
    ways = TextWays(accept=accept, outline=PLACE.neighbourhood, place=PLACE)
    batch = read_with(RedLineSpec(path, crs=crs), reader, CRS, ways=ways)
    return batch.lines, batch.refused


def txt(shapes: list[shapely.Geometry], head: str = "", digits: int = 9) -> str:
    """A red-line TXT by hand: northing first."""
    rows = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", head, "[地块坐标]"]
    for number, shape in enumerate(shapes, 1):
        corners = list(shape.exterior.coords)
        rows.append(f"{len(corners)},1.0,P-{number:02d},甲,面,,,,@")
        rows += [
            f"J{n},1,{north:.{digits}f},{east:.{digits}f}"
            for n, (east, north) in enumerate(corners, 1)
        ]
    return "\n".join(row for row in rows if row)


def case_of(name: str, claimed: str = "") -> Corruption:
    return next(
        case for case in CORRUPTIONS if case.hypothesis == name and claimed in ("", case.claimed)
    )


TXT_CASES = [
    ("axes_swapped", CRS, "带号=38"),
    ("central_meridian_111", CRS, "带号=38"),
    ("degrees", CRS, ""),
    ("gcj02", "EPSG:4490", ""),
    ("bd09", "EPSG:4490", ""),
    ("local:old_town", CRS, "带号=38"),
    ("feet_international", CRS, "带号=38"),
]


@pytest.mark.parametrize(("name", "claimed", "head"), TXT_CASES)
def test_red_lines_of_a_txt(
    tmp_path: Path, reader: Reader, name: str, claimed: str, head: str
) -> None:
    case = case_of(name, claimed)
    path = tmp_path / "a.txt"
    path.write_text(txt(corrupted(GOOD, case), head), encoding="utf-8")
    if name == "degrees":  # a TXT knows degrees by itself; nothing needs accepting
        lines, _ = red_lines(path, reader)
        assert worst_gap_m([line.geometry for line in lines]) < 1e-3
        return
    if not case.is_offset:
        try:
            lines, refused = red_lines(path, reader)
            said = " ".join(note for line in lines for note in line.notes)
            said += " ".join(refusal.reason for refusal in refused)
        except SitingError as error:
            said = str(error)
        assert name in said
    lines, refused = red_lines(path, reader, name)
    assert refused == []
    assert worst_gap_m([line.geometry for line in lines]) < max(case.tolerance_m, 1e-5)
    assert {line.accepted.hypothesis for line in lines if line.accepted} == {name}
    assert all(line.accepted and line.accepted.near == 5 for line in lines)


def dxf(path: Path, shapes: list[shapely.Geometry]) -> Path:
    drawing = ezdxf.new("R2010")
    for shape in shapes:
        corners = list(shape.exterior.coords)[:-1]
        drawing.modelspace().add_lwpolyline(corners, close=True)
    drawing.saveas(path)
    return path


def kml(path: Path, shapes: list[shapely.Geometry]) -> Path:
    marks = "".join(
        "<Placemark><name>a</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x:.12f},{y:.12f}" for x, y in shape.exterior.coords)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for shape in shapes
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    path.write_text(f"{head}<Document>{marks}</Document></kml>", encoding="utf-8")
    return path


def vertices_csv(path: Path, shapes: list[shapely.Geometry]) -> Path:
    rows = ["地块编号,东坐标,北坐标"]
    rows += [
        f"P{n},{east:.9f},{north:.9f}"
        for n, shape in enumerate(shapes, 1)
        for east, north in shape.exterior.coords
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "name"),
    [("gpkg", "axes_swapped"), ("gpkg", "central_meridian_114"), ("shp", "zone_prefix_missing"),
     ("csv", "axes_swapped"), ("csv", "zone_prefix_added"), ("dxf", "six_degree_zone_19"),
     ("dxf", "local:old_town"), ("dxf", "feet_international"), ("kml", "gcj02"), ("kml", "bd09"),
     ("kml", "axes_swapped")],
)  # fmt: skip
def test_red_lines_of_other_formats(tmp_path: Path, reader: Reader, kind: str, name: str) -> None:
    in_degrees = kind == "kml"
    case = case_of(name, "EPSG:4490" if in_degrees else "")
    shapes = corrupted(GOOD, case)
    path, crs = tmp_path / f"a.{kind}", case.claimed
    if kind in {"gpkg", "shp"}:
        path, crs = written(tmp_path, case, f".{kind}"), ""
    elif kind == "kml":
        kml(path, shapes)
        crs = ""
    else:
        {"csv": vertices_csv, "dxf": dxf}[kind](path, shapes)
    lines, refused = red_lines(path, reader, crs=crs)
    said = " ".join([*(n for line in lines for n in line.notes), *(r.reason for r in refused)])
    assert (name in said) == (not case.is_offset), said
    lines, refused = red_lines(path, reader, name, crs)
    assert refused == []
    # 9 decimals of a CSV, 12 of degrees; PROJ's zones among themselves
    assert worst_gap_m([line.geometry for line in lines]) < max(case.tolerance_m, 1e-5)
    assert all(line.accepted and line.accepted.hypothesis == name for line in lines)
    with pytest.raises(ReadError, match=r"does not hold|rule out"):
        red_lines(path, reader, "central_meridian_75", crs)


def test_a_header_of_another_datum_is_answered_only_by_the_users_own_system(
    tmp_path: Path, reader: Reader
) -> None:
    old = txt(corrupted(GOOD, case_of("local:old_town"))).replace(
        "2000国家大地坐标系", "某市独立坐标系"
    )
    path = tmp_path / "a.txt"
    path.write_text(old, encoding="utf-8")
    with pytest.raises(ReadError, match="datum"):
        red_lines(path, reader, "gcj02")
    lines, _ = red_lines(path, reader, "local:old_town")
    assert worst_gap_m([line.geometry for line in lines]) < 1e-5


@pytest.mark.parametrize("form", ["rows", "wkt", "geojson"])
@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_pasted_degrees_of_a_web_map(form: str, name: str) -> None:
    (shape,) = corrupted(GOOD[:1], case_of(name, "EPSG:4490"))
    texts = {
        "rows": "经度,纬度\n" + "\n".join(f"{x:.12f},{y:.12f}" for x, y in shape.exterior.coords),
        "wkt": "SRID=4490;" + shapely.to_wkt(shape, rounding_precision=12),
        "geojson": shapely.to_geojson(shape),
    }
    ways = TextWays(accept=name, outline=PLACE.neighbourhood, place=PLACE)
    pasted = read_pasted(texts[form], working_crs=CRS, ways=ways)
    (line,) = pasted.red_lines
    assert worst_gap_m([line.geometry], GOOD[:1]) < 1e-3
    assert line.accepted is not None
    assert line.accepted.hypothesis == name
    assert set(line.accepted.fits_as_well) >= {"gcj02", "bd09"} - {name}


def test_pasted_wkt_far_away_says_what_it_could_be() -> None:
    (shape,) = corrupted(GOOD[:1], case_of("central_meridian_111"))
    ways = TextWays(outline=PLACE.neighbourhood, place=PLACE)
    pasted = read_pasted(shape.wkt, crs=CRS, working_crs=CRS, ways=ways)
    (line,) = pasted.red_lines
    assert any("central_meridian_111" in note for note in line.notes)


def test_without_a_city_nothing_is_accepted() -> None:
    with pytest.raises(ReadError, match="outline"):
        read_pasted("113.3,23.1\n113.4,23.1\n113.4,23.2", working_crs=CRS,
                    ways=TextWays(accept="gcj02"))  # fmt: skip


# ------------------------------------------------------------------ zones
@pytest.mark.parametrize("datum", ["EPSG:4490", "EPSG:4610", "EPSG:4214"])
def test_the_codes_are_those_of_the_register(datum: str) -> None:
    zones = zones_of(datum)
    assert len(zones) == 21 * 2 + 11
    for zone in zones:
        known = gauss_zone(zone.crs)
        assert known is not None
        assert parse_crs(zone.crs).geodetic_crs.to_epsg() == int(datum[5:])
        assert known.is_prefixed == bool(zone.prefix)
        meridian = 3 * known.number if known.degrees == 3 else 6 * known.number - 3
        assert zone.meridian_deg == meridian
        assert zone.prefix in {0, zone.number}


def test_the_zones_of_a_bound_crs_bear_its_shift() -> None:
    own = "+proj=tmerc +lon_0=114 +x_0=500000 +a=6378140 +rf=298.257 +towgs84=1,2,3 +type=crs"
    assert zones_of(own) == ()  # an ellipsoid of its own is none of the three datums
    xian = pyproj.CRS("EPSG:2383")
    shift = pyproj.crs.coordinate_operation.ToWGS84Transformation(xian.geodetic_crs, 1, 2, 3)
    bound = pyproj.crs.BoundCRS(xian, "EPSG:4326", shift).to_wkt()
    zones = zones_of(bound)
    assert len(zones) == 53
    for zone in zones:
        made = pyproj.CRS(zone.crs)
        assert made.is_bound
        assert made.coordinate_operation.towgs84[:3] == [1, 2, 3]


def test_no_zones_elsewhere() -> None:
    assert zones_of("EPSG:26986") == ()


# ------------------------------------------------------------------ hostile
@pytest.mark.parametrize(
    "pairs",
    [
        np.empty((0, 2)),
        np.full((3, 2), np.nan),
        np.array([[np.inf, 1.0]]),
        np.array([[0.0, 0.0]]),
        np.array([[1e308, -1e308]]),
        np.array([[-160.0, 0.0], [-30.0, 40.0], [80.0, -40.0], [0.0, -89.0]]),
        np.array([[5e-324, 5e-324]]),
    ],
    ids=["empty", "nan", "inf", "origin", "huge", "oceans", "tiny"],
)
@pytest.mark.parametrize("declared", [CRS, "EPSG:4490", "EPSG:2383", "EPSG:3857", "EPSG:2249"])
def test_nothing_fits_what_is_nowhere(pairs: np.ndarray, declared: str) -> None:
    inquiry = inquire(pairs, declared, PLACE)
    assert inquiry.best is None
    assert not inquiry.is_unambiguous
    assert "none fits" in inquiry.summary() or "no usable point" in inquiry.summary()


def test_one_point_is_enough_to_say_what_it_could_be() -> None:
    inquiry = inquire(np.array([[NORTH + 5000, EAST + 5000]]), CRS, PLACE)
    assert inquiry.best is not None
    assert inquiry.best.hypothesis.id == "axes_swapped"


@settings(deadline=None, max_examples=40)
@given(
    arrays.arrays(np.float64, st.tuples(st.integers(0, 6), st.just(2)),
                  elements=st.floats(allow_nan=True, allow_infinity=True)),
    st.sampled_from([CRS, "EPSG:4490", "EPSG:4526", "EPSG:2249"]),
)  # fmt: skip
@example(np.full((2, 2), 2.0**1023), "EPSG:4547")
def test_no_numbers_break_it(pairs: np.ndarray, declared: str) -> None:
    inquiry = inquire(pairs, declared, PLACE)
    for tally in inquiry.tallies:
        assert 0 <= tally.inside <= tally.near <= tally.points


def test_the_order_of_rows_and_swapping_twice_change_nothing() -> None:
    points = swapped(shapely.get_coordinates(GOOD))
    first = inquire(points, CRS, PLACE)
    second = inquire(points[::-1], CRS, PLACE)
    assert [(t.hypothesis.id, t.inside, t.near) for t in first.tallies] == [
        (t.hypothesis.id, t.inside, t.near) for t in second.tallies
    ]


def test_more_points_than_are_tried_are_thinned_and_said() -> None:
    points = np.tile(shapely.get_coordinates(GOOD), (500, 1))
    inquiry = inquire(points, CRS, PLACE)
    assert (inquiry.points_in_all, inquiry.points) == (20_000, 4_000)


@pytest.mark.parametrize("accept", ["", "central_meridian_111"])
def test_thousands_of_plots_are_searched_as_one_file(
    tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    import siting.load.forensic.parts as module

    searches = []

    def counted(*given: Any) -> Any:
        searches.append(len(given[0]))
        return inquire(*given)

    monkeypatch.setattr(module, "inquire", counted)
    path = tmp_path / "a.txt"
    shapes = corrupted(GOOD, case_of("central_meridian_111")) * 50
    path.write_text(txt(shapes, "带号=38"), encoding="utf-8")
    lines, refused = red_lines(path, reader, accept)
    assert (len(lines), refused) == (400, [])
    assert searches == [2_000]
    assert all(bool(line.accepted) == bool(accept) for line in lines)
    assert all(any("central_meridian_111" in note for note in line.notes) for line in lines)
