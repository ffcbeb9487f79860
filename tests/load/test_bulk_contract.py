"""The bulk way through the contract, held against a plain one that goes row by row."""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siting.city import LayerSpec, built_in_roles
from siting.load.child import Reader, VectorReply
from siting.load.formats import GEOMETRY, SQLITE_MAGIC, VectorRequest
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.model import Layer, LoadStatus

from .town import AS_OF, CRS, EAST, NORTH

HEAD = struct.Struct("<BI")


def ring_of(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    return [(EAST + x, NORTH + y) for x, y in (*corners, corners[0])]


def polygon_of(*rings: list[tuple[float, float]], kind: int = 3) -> bytes:
    """Return WKB whatever the rings are like: open, short or not finite."""
    content = HEAD.pack(1, kind) + struct.pack("<I", len(rings))
    for ring in rings:
        content += struct.pack("<I", len(ring))
        content += b"".join(struct.pack("<dd", *point) for point in ring)
    return content


def several(*parts: bytes, kind: int = 6) -> bytes:
    return HEAD.pack(1, kind) + struct.pack("<I", len(parts)) + b"".join(parts)


SQUARE = ring_of((0, 0), (10, 0), (10, 10), (0, 10))
OTHER = ring_of((20, 0), (30, 0.5), (30, 10), (24, 4), (20, 10))
HOLE = ring_of((2, 2), (2, 4), (4, 4), (4, 2))
BOWTIE = ring_of((0, 0), (10, 10), (10, 0), (0, 10))
SPIKE = ring_of((0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10))
REPEATED = ring_of((0, 0), (10, 0), (10, 0), (10, 10), (0, 10))
NOT_FINITE = [SQUARE[0], (float("nan"), NORTH), *SQUARE[2:]]
INFINITE = [SQUARE[0], (EAST, float("inf")), *SQUARE[2:]]
RAISED = shapely.force_3d(shapely.Polygon(SQUARE), 12.0)
SHAPES: dict[str, bytes | None] = {
    "square": polygon_of(SQUARE),
    "other": polygon_of(OTHER),
    "turned": polygon_of(OTHER[::-1]),
    "triangle": polygon_of(ring_of((0, 0), (9, 1), (3, 8))),
    "long": polygon_of(ring_of(*((x, x % 7) for x in range(200)), (100, 300))),
    "many corners": polygon_of(ring_of(*((x, x % 7) for x in range(60)), (30, 300))),
    "with a hole": polygon_of(SQUARE, HOLE),
    "one part": several(polygon_of(SQUARE)),
    "two parts": several(polygon_of(SQUARE), polygon_of(OTHER)),
    "bowtie": polygon_of(BOWTIE),
    "bowtie of one part": several(polygon_of(BOWTIE)),
    "spike": polygon_of(SPIKE),
    "repeated point": polygon_of(REPEATED),
    "no area": polygon_of(ring_of((0, 0), (5, 5), (10, 10))),
    "raised": shapely.to_wkb(RAISED, output_dimension=3),
    "raised, ISO": shapely.to_wkb(RAISED, output_dimension=3, flavor="iso"),
    "big-endian": shapely.to_wkb(shapely.Polygon(SQUARE), byte_order=0),
    "with SRID": shapely.to_wkb(
        shapely.set_srid(shapely.Polygon(SQUARE), 4547), include_srid=True
    ),
    "collection": several(polygon_of(SQUARE), shapely.Point(EAST, NORTH).wkb, kind=7),
    "points in a collection": several(shapely.Point(EAST, NORTH).wkb, kind=7),
    "point": shapely.Point(EAST, NORTH).wkb,
    "line": shapely.LineString(SQUARE).wkb,
    "not finite": polygon_of(NOT_FINITE),
    "infinite": polygon_of(INFINITE),
    "first point not finite": polygon_of([(float("nan"), NORTH), *SQUARE[1:-1], SQUARE[0]]),
    "empty": polygon_of(),
    "empty ring": polygon_of([]),
    "open": polygon_of(SQUARE[:-1]),
    "two points": polygon_of(SQUARE[:2]),
    "cut short": polygon_of(SQUARE)[:-3],
    "longer than it says": polygon_of(SQUARE) + b"\x00" * 16,
    "says more than it has": polygon_of(SQUARE)[:9] + struct.pack("<I", 6) + b"\x00" * 80,
    "nothing at all": b"",
    "rubbish": b"\x01\x03rubbish",
    "unknown kind": HEAD.pack(1, 99) + b"\x00" * 84,
    "null": None,
}  # fmt: skip


class Canned(Reader):
    """A reader that has read already."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__()
        self.table = table

    def count_ahead(self, request: VectorRequest) -> None:
        """Nothing to count."""

    def read_vector(self, request: VectorRequest) -> VectorReply:
        names = [name for name in self.table.column_names if name != GEOMETRY]
        facts = {"rows_read": len(self.table), "crs": CRS, "available": names, "lost": []}
        return VectorReply(self.table, facts)


def loaded(folder: Path, rows: list[tuple[Any, ...]]) -> Layer:
    path = folder / "a.gpkg"
    path.write_bytes(SQLITE_MAGIC)
    shapes = pa.array([SHAPES[row[0]] for row in rows], pa.large_binary())
    table = pa.table(
        {
            "code": pa.array([row[1] for row in rows], pa.string()),
            "label": pa.array([row[2] for row in rows], pa.string()),
            "floors": pa.array([row[3] for row in rows], pa.float64()),
            GEOMETRY: pa.chunked_array([shapes]),
        }
    )
    role = built_in_roles()["parcel"]
    spec = LayerSpec(
        "parcels", role, role.title, path,
        id_column="code", name_column="label", columns=("floors",),
    )  # fmt: skip
    near = shapely.box(EAST - 1e4, NORTH - 1e4, EAST + 1e4, NORTH + 1e4)
    return load_layer(spec, Canned(table), Ground(CRS, AS_OF, folder, near))


@dataclass
class Plain:
    """What a plain implementation finds, row by row."""

    refused: dict[int, str] = field(default_factory=dict)
    repaired: set[int] = field(default_factory=set)
    shapes: list[Any] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def plainly(rows: list[tuple[Any, ...]]) -> Plain:
    found = Plain()
    for number, row in enumerate(rows, start=1):
        shape, reason, is_repaired = judged(SHAPES[row[0]])
        found.shapes.append(shape)
        if reason:
            found.refused[number] = reason
        elif is_repaired:
            found.repaired.add(number)
    content = [b"" if shape is None else shapely.to_wkb(shape) for shape in found.shapes]
    texts = [text(row) for row in rows]
    by_base: dict[str, list[tuple[str, int]]] = {}
    for place, shape in enumerate(content):
        base = hashlib.sha256(shape).hexdigest()[:12]
        digest = hashlib.sha256(shape + "\x1f".join(texts[place]).encode()).hexdigest()
        by_base.setdefault(base, []).append((digest, place))
    made = [""] * len(rows)
    for base, entries in by_base.items():
        for order, (_, place) in enumerate(sorted(entries), start=1):
            made[place] = base if order == 1 else f"{base}-{order}"
    found.ids = [texts[place][0] or made[place] for place in range(len(rows))]
    used = [texts[n][0] for n in range(len(rows)) if n + 1 not in found.refused]
    found.twice = sorted(one for one, count in Counter(used).items() if one and count > 1)
    return found


def text(row: tuple[Any, ...]) -> tuple[str, str, str]:
    _, code, label, floors = row
    number = "" if floors is None else str(int(floors)) if floors == int(floors) else repr(floors)
    return (code or "").strip(), (label or "").strip(), number


def judged(wkb: bytes | None) -> tuple[Any, str, bool]:
    """Return the shape in 2D, why it is refused, and whether it was taken apart."""
    if wkb is None:
        return None, "null geometry", False
    try:
        with np.errstate(invalid="ignore"):
            shape = shapely.force_2d(shapely.from_wkb(wkb))
    except (shapely.errors.ShapelyError, NotImplementedError, ValueError):
        return None, "cannot be read", False
    if shape.is_empty:
        return shape, "empty geometry", False
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return shape, "NaN or infinite", False
    return judged_by_kind(shape)


def judged_by_kind(shape: Any) -> tuple[Any, str, bool]:
    kinds = {"Point": "point", "LineString": "line", "GeometryCollection": "collection"}
    is_apart = False
    if shape.geom_type == "GeometryCollection":
        parts = [part for part in shape.geoms if part.geom_type == "Polygon"]
        is_apart = bool(parts)
        shape = parts[0] if parts else shape
    if shape.geom_type in kinds:
        return shape, f"a {kinds[shape.geom_type]} where polygon is expected", False
    if not shape.is_valid:
        return shape, f"invalid geometry: {shapely.is_valid_reason(shape)}", False
    return shape, "", is_apart


def hold(layer: Layer, rows: list[tuple[Any, ...]]) -> None:
    expected = plainly(rows)
    contract = layer.contract
    assert contract.rows_in == len(rows)
    assert contract.rows_used == len(rows) - len(expected.refused)
    refused = {entry.row: entry for entry in contract.refusals if not entry.is_repaired}
    assert list(refused) == list(expected.refused)
    for number, reason in expected.refused.items():
        assert reason in refused[number].reason
        assert refused[number].feature_id == expected.ids[number - 1]
    assert {entry.row for entry in contract.refusals} - set(refused) == expected.repaired
    if expected.twice:
        assert any(", ".join(expected.twice[:3]) in problem for problem in contract.problems)
    if expected.twice or len(expected.refused) == len(rows):
        assert layer.frame is None
        assert contract.status is LoadStatus.FAILED
        return
    assert contract.status is (LoadStatus.SHORT if expected.refused else LoadStatus.PASSED)
    used = [place for place in range(len(rows)) if place + 1 not in expected.refused]
    frame = layer.frame
    assert frame is not None
    assert list(frame.columns) == ["feature_id", "feature_name", "floors", "geometry"]
    assert list(frame.index) == list(range(len(used)))
    assert list(frame["feature_id"]) == [expected.ids[place] for place in used]
    assert list(frame["feature_name"]) == [text(rows[place])[1] for place in used]
    floors = [
        text((None, None, None, one))[2] for one in frame["floors"].replace({float("nan"): None})
    ]
    assert floors == [text(rows[place])[2] for place in used]
    for shape, place in zip(frame.geometry, used, strict=True):
        assert shapely.to_wkb(shape) == shapely.to_wkb(expected.shapes[place])


@pytest.mark.parametrize("name", SHAPES)
def test_each_kind_of_shape(tmp_path: Path, name: str) -> None:
    rows = [("square", "A", "甲", 3.0), (name, "B", "乙", None), ("other", "C", "丙", 2.5)]
    hold(loaded(tmp_path, rows), rows)


NAMES = st.sampled_from(list(SHAPES)) | st.sampled_from(["square", "other", "one part"])
ROWS = st.lists(
    st.tuples(
        NAMES,
        st.none() | st.sampled_from(["", " ", "A", "B ", "A1", "珠江-1"]) | st.uuids().map(str),
        st.none() | st.text(max_size=5),
        st.none() | st.integers(0, 9).map(float) | st.sampled_from([0.1, 2.5, 1e17, 1e-7]),
    ),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, data=st.data())
def test_random_mixtures(tmp_path: Path, rows: list[tuple[Any, ...]], data: st.DataObject) -> None:
    layer = loaded(tmp_path, rows)
    hold(layer, rows)
    shuffled = data.draw(st.permutations(rows))
    assert loaded(tmp_path, shuffled).content_sha256 == layer.content_sha256
    refused = plainly(rows).refused
    used = [place for place in range(len(rows)) if place + 1 not in refused]
    if used:
        place = data.draw(st.sampled_from(used))
        name, code, label, floors = rows[place]
        changed = [*rows]
        changed[place] = (name, code, f"{label or ''}.", floors)
        assert loaded(tmp_path, changed).content_sha256 != layer.content_sha256
        assert loaded(tmp_path, [*rows, rows[place]]).content_sha256 != layer.content_sha256


def test_text_that_moves_to_the_next_column_changes_the_hash(tmp_path: Path) -> None:
    one = loaded(tmp_path, [("square", "AB", "C", 1.0)])
    other = loaded(tmp_path, [("square", "A", "BC", 1.0)])
    assert one.content_sha256 != other.content_sha256


def test_frame_is_built_once_and_only_when_asked_for(tmp_path: Path) -> None:
    layer = loaded(tmp_path, [("square", "A", "", 1.0), ("other", "B", "", 1.0)])
    kept = layer.kept_frame
    assert layer.is_usable
    assert layer.kept_frame is kept
    assert kept._frame is None
    frame = layer.frame
    assert frame is not None
    assert layer.frame is frame
