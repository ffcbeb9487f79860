"""Arcs, measures and solids: linearised within a stated tolerance, dropped and said, or refused."""

from __future__ import annotations

import math
import sqlite3
import struct
from pathlib import Path

import pyogrio
import pytest
import shapely

from siting.model import LoadStatus

from .town import CRS, EAST, NORTH, Load, frame_of, square

RADIUS_M = 500.0


def gpkg_with(path: Path, wkb: bytes, kind: str) -> Path:
    """Write a GeoPackage whose one row holds this WKB, under the kind that it declares."""
    pyogrio.write_dataframe(frame_of([square(0)]), path, layer="a", SPATIAL_INDEX="NO")
    with sqlite3.connect(path) as connection:
        # GDAL's triggers want functions of its own.
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in named.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        head = struct.pack("<2sBBi", b"GP", 0, 1, 4547)
        connection.execute("UPDATE a SET geom = ?", (head + wkb,))
        flags = (kind, int("Z" in kind), int(kind.endswith("M")))
        connection.execute(
            "UPDATE gpkg_geometry_columns SET geometry_type_name = ?, z = ?, m = ?",
            (kind.split(maxsplit=1)[0], *flags[1:]),
        )
    connection.close()
    return path


def circle() -> bytes:
    """A CurvePolygon: one ring, a full circle of three points (start, opposite, start)."""
    east, north = EAST + 2_000, NORTH + 2_000
    points = [(east + RADIUS_M, north), (east - RADIUS_M, north), (east + RADIUS_M, north)]
    ring = struct.pack("<BII", 1, 8, len(points)) + b"".join(struct.pack("<2d", *p) for p in points)
    return struct.pack("<BII", 1, 10, 1) + ring


def test_arcs_become_chords_within_the_stated_tolerance(tmp_path: Path, load: Load) -> None:
    layer = load(gpkg_with(tmp_path / "a.gpkg", circle(), "CURVEPOLYGON"))
    assert layer.contract.status is LoadStatus.PASSED, layer.contract.problems
    assert any("chords of 0.1 degrees" in note for note in layer.contract.notes)
    assert layer.frame is not None
    shape = layer.frame.geometry.iloc[0]
    # Chords of 0.1° stay 0.4 mm per km of radius inside the arc; the area is short by 5e-7.
    sagitta_m = RADIUS_M * (1 - math.cos(math.radians(0.05)))
    assert sagitta_m < 0.0004
    ideal = math.pi * RADIUS_M**2
    assert 0 <= ideal - shape.area < 6e-7 * ideal
    centre = shapely.Point(EAST + 2_000, NORTH + 2_000)
    assert shapely.hausdorff_distance(shapely.boundary(shape), centre) == pytest.approx(RADIUS_M)


def measured(dimensions: str) -> bytes:
    shape = shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)
    extra = {"Z": (5.0,), "M": (7.0,), "ZM": (5.0, 7.0)}[dimensions]
    kind = {"Z": 1003, "M": 2003, "ZM": 3003}[dimensions]
    points = [(x, y, *extra) for x, y in shape.exterior.coords]
    body = b"".join(struct.pack(f"<{len(point)}d", *point) for point in points)
    return struct.pack("<BIII", 1, kind, 1, len(points)) + body


@pytest.mark.parametrize("dimensions", ["Z", "M", "ZM"])
def test_heights_and_measures_change_nothing_in_the_plane(
    tmp_path: Path, load: Load, dimensions: str
) -> None:
    path = gpkg_with(tmp_path / "a.gpkg", measured(dimensions), f"POLYGON {dimensions}")
    layer = load(path)
    assert layer.contract.status is LoadStatus.PASSED, layer.contract.problems
    assert layer.frame is not None
    shape = layer.frame.geometry.iloc[0]
    assert shape.equals(shapely.box(EAST, NORTH, EAST + 100, NORTH + 100))
    assert (shape.has_z, shape.has_m) == (False, False)
    word = "measures" if "M" in dimensions else "heights"
    assert any(word in note for note in layer.contract.notes)


def multipatch(path: Path) -> Path:
    """Write a shapefile of one MultiPatch: a triangle strip of two triangles (shape type 31)."""
    points = [(EAST, NORTH), (EAST + 10, NORTH), (EAST, NORTH + 10), (EAST + 10, NORTH + 10)]
    box = struct.pack("<4d", EAST, NORTH, EAST + 10, NORTH + 10)
    body = struct.pack("<i", 31) + box + struct.pack("<ii", 1, len(points))
    body += struct.pack("<ii", 0, 0)  # parts: begin 0, kind 0 (triangle strip)
    body += b"".join(struct.pack("<2d", *point) for point in points)
    body += struct.pack("<2d4d", 0.0, 9.0, 0.0, 3.0, 6.0, 9.0)
    record = struct.pack(">ii", 1, len(body) // 2) + body

    def head(size: int) -> bytes:
        return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack(
            "<ii", 1000, 31) + box + struct.pack("<4d", 0.0, 9.0, 0.0, 0.0)  # fmt: skip

    path.write_bytes(head(100 + len(record)) + record)
    path.with_suffix(".shx").write_bytes(head(108) + struct.pack(">ii", 50, len(body) // 2))
    frame_of([square(0)]).to_file(path.with_name("b.shp"))
    for suffix in (".dbf", ".prj", ".cpg"):
        path.with_name("b.shp").with_suffix(suffix).rename(path.with_suffix(suffix))
    return path


def test_a_solid_is_no_area(tmp_path: Path, load: Load) -> None:
    layer = load(multipatch(tmp_path / "a.shp"), crs=CRS)
    assert layer.contract.status is not LoadStatus.PASSED
    assert layer.contract.rows_used == 0
    assert layer.contract.rows_refused == layer.contract.rows_in
