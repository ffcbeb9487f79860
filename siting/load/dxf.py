"""DXF -> rows: closed polylines, hatches and loops of lines are polygons, other lines lines.

Read by ezdxf. A drawing carries no CRS, so one has to be declared; GEODATA in it is told
but not believed. Texts inside a polygon become its ``label``, by which a red line is named.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from siting.load.bulk import BulkReadError, Rows
from siting.load.counts import Count, CountError
from siting.load.dxf_loops import JOIN_TOLERANCE, joined_loops
from siting.load.dxf_pieces import ARC_TOLERANCE, Drawing, DrawingError, Label, Piece, collect
from siting.load.formats import BINARY_DXF_MAGIC, GEOMETRY, VectorRequest
from siting.load.rings import assembled
from siting.load.words import listed, say

if TYPE_CHECKING:
    from ezdxf.document import Drawing as Document

#: Columns that every drawing has; attributes that siting wrote come besides.
COLUMNS = ("layer", "label", "handle", "block")
#: Between several texts in one polygon.
BETWEEN_LABELS = "; "
#: $INSUNITS: metres per unit. 0 is "no unit".
METRES_PER_UNIT = {1: 0.0254, 2: 0.3048, 4: 0.001, 5: 0.01, 6: 1.0, 7: 1000.0, 14: 0.1}
#: Northings of China in metres: a drawing in this range is in metres, whatever it says.
NORTHINGS_M = (1_000_000.0, 6_000_000.0)
#: Parts of other entities, which ezdxf keeps inside them.
_SUBORDINATE = frozenset({b"VERTEX", b"SEQEND", b"ATTRIB"})
_FIRST_UNICODE_VERSION = "AC1021"
_VARIABLE = rb"\$%s\s+\d+\s+(\S+)"


@dataclass(slots=True)
class _Row:
    shape: BaseGeometry
    values: dict[str, Any] = field(default_factory=dict)


def count_dxf(path: Path, sublayer: str) -> Count:
    """Return the entities of the ENTITIES section, counted in its tags.

    Raises
    ------
    CountError
        A binary drawing, or one that is cut short.
    """
    content = path.read_bytes()
    if content.startswith(BINARY_DXF_MAGIC):
        raise CountError(
            say("二进制 DXF 不读取，请另存为 ASCII DXF", "a binary DXF: save it as ASCII DXF")
        )
    lines = content.splitlines()
    tail = [line.strip() for line in lines[-8:] if line.strip()]
    if not tail or tail[-1] != b"EOF":
        raise CountError(say("DXF 不完整，没有 EOF", "the DXF is cut short: it has no EOF"))
    return Count(_entities(lines), sublayer)


def _entities(lines: list[bytes]) -> int:
    rows, is_inside, previous = 0, False, b""
    for at in range(0, len(lines) - 1, 2):
        code, value = lines[at].strip(), lines[at + 1].strip()
        if code == b"2" and previous == b"SECTION":
            is_inside = value == b"ENTITIES"
        if code == b"0":
            is_inside = is_inside and value != b"ENDSEC"
            rows += is_inside and value not in _SUBORDINATE
        previous = value if code == b"0" else b""
    return rows


def layers(path: Path) -> list[str]:
    """Return the layers that have entities, in the order of their first one."""
    document, _, _ = _opened(path, "")
    with _damage_told():
        return list(dict.fromkeys(str(entity.dxf.layer) for entity in document.modelspace()))


def read_dxf(request: VectorRequest) -> Rows:
    """Read the model space of a drawing; ``sublayer`` names one layer of it.

    Raises
    ------
    BulkReadError
        A damaged drawing, an unknown layer, or no line in it at all.
    """
    with _damage_told():
        return _read(request)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turn what ezdxf trips over in a damaged drawing into the error that it is.

    ezdxf promises its own errors only; a tag of a wrong type or count comes out as any of these.
    """
    from ezdxf.lldxf.const import DXFError

    try:
        yield
    except (
        DXFError, OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError,
        AssertionError, RecursionError,
    ) as error:  # fmt: skip
        text = f"{type(error).__name__} {error}".strip()
        raise BulkReadError(say(f"DXF 已损坏：{text}", f"the DXF is damaged: {text}")) from error


def _read(request: VectorRequest) -> Rows:
    document, encoding, notes = _opened(request.path, request.encoding)
    space = document.modelspace()
    try:
        drawing = collect(space)
    except DrawingError as error:
        raise BulkReadError(str(error)) from error
    _choose_layer(drawing, request.sublayer)
    scale = _scale(document, drawing, notes)
    rows = _rows(drawing, notes)
    if not rows:
        raise BulkReadError(
            say("图中没有闭合多段线或线", "the drawing has no closed polyline and no line")
            + f" ({_tally(drawing)})"
        )
    notes.extend(_remarks(drawing, space))
    available = list(dict.fromkeys([*COLUMNS, *(key for row in rows for key in row.values)]))
    columns = request.chosen(available)
    arrays = {name: _array([row.values.get(name) for row in rows]) for name in columns}
    shapes = [shapely.transform(row.shape, lambda xy: xy * scale) for row in rows]
    wkb = pa.array([shape.wkb for shape in shapes], pa.binary())
    consumed = len(space) + len(document.layouts.active_layout())
    table = pa.table(arrays | {GEOMETRY: wkb})
    return Rows(table, None, available, "DXF", notes, encoding=encoding, consumed=consumed)


def _array(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) == 1 and kinds <= {str, int, float, bool}:
        return pa.array(values)
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _opened(path: Path, declared: str) -> tuple[Document, str, list[str]]:
    from ezdxf import recover
    from ezdxf.filemanagement import readfile
    from ezdxf.lldxf.const import DXFStructureError

    notes: list[str] = []
    encoding = _encoding(path, declared, notes)
    with _damage_told():
        try:
            document = readfile(path, encoding=encoding)
        except DXFStructureError:
            document, auditor = recover.readfile(path)
            notes.append(
                say(
                    f"图形结构有误，已按恢复模式读取（{len(auditor.errors)} 处）",
                    f"a faulty drawing, read in recovery mode ({len(auditor.errors)} faults)",
                )
            )
    return document, encoding, notes


def _encoding(path: Path, declared: str, notes: list[str]) -> str:
    """Return the encoding of the texts: by version, code page, else strict UTF-8, GB18030."""
    content = path.read_bytes()
    version = re.search(_VARIABLE % b"ACADVER", content[:4096])
    page = re.search(_VARIABLE % b"DWGCODEPAGE", content[:8192])
    is_new = version is not None and version[1].decode("ascii", "replace") >= _FIRST_UNICODE_VERSION
    said = page[1].decode("ascii", "replace").upper() if page else ""
    claims = [declared, "utf-8" if is_new else "gb18030" if said.endswith("936") else ""]
    for name in [*(claim for claim in claims if claim), "utf-8", "gb18030"]:
        try:
            content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if not content.isascii():
            notes.append(say(f"文字按 {name} 读取", f"texts read as {name}"))
        return name
    notes.append(say("文字编码不明", "texts in an unknown encoding"))
    return "latin-1"


def _choose_layer(drawing: Drawing, layer: str) -> None:
    if not layer:
        return
    known = dict.fromkeys(piece.layer for piece in drawing.pieces)
    if layer not in known:
        raise BulkReadError(
            say(f"没有图层 {layer}，有：{listed(known)}", f"no layer '{layer}': {listed(known)}")
        )
    drawing.pieces = [piece for piece in drawing.pieces if piece.layer == layer]


def _scale(document: Document, drawing: Drawing, notes: list[str]) -> float:
    """Return metres per unit of the drawing, and say what was decided."""
    units = int(document.header.get("$INSUNITS", 0))
    if units not in METRES_PER_UNIT:
        notes.append(say("图形未声明单位，按米读取", "the drawing states no unit: read as metres"))
        return 1.0
    scale = METRES_PER_UNIT[units]
    if scale == 1.0:
        return scale
    tops = [piece.points[:, 1].max() for piece in drawing.pieces if len(piece.points)]
    if tops and NORTHINGS_M[0] <= max(tops) <= NORTHINGS_M[1]:
        notes.append(
            say(
                f"$INSUNITS={units} 与坐标不符（北坐标为米），按米读取",
                f"$INSUNITS={units} contradicts the northings: read as metres",
            )
        )
        return 1.0
    notes.append(
        say(f"$INSUNITS={units}，坐标乘以 {scale:g}", f"$INSUNITS={units}: multiplied by {scale:g}")
    )
    return scale


def _rows(drawing: Drawing, notes: list[str]) -> list[_Row]:
    tagged, plain = _own_rows(drawing.pieces)
    loops, still_open = joined_loops(plain)
    rows = tagged + _polygons(loops, notes)
    _label(rows, drawing.labels)
    for piece in still_open:
        values = {"layer": piece.layer, "handle": piece.handle, "block": piece.block}
        rows.append(_Row(shapely.LineString(piece.points), values))
    made = len(loops) - sum(piece.is_closed for piece in plain)
    if made:
        text = f"{JOIN_TOLERANCE:g}"
        notes.append(
            say(
                f"{made} 个环由线段连接（容差 {text} 图形单位）",
                f"{made} loop(s) joined from lines, gaps up to {text} drawing units",
            )
        )
    if still_open:
        count = len(still_open)
        notes.append(say(f"{count} 条线未闭合", f"{count} line(s) close no loop and stay lines"))
    return rows


def _polygons(loops: list[Piece], notes: list[str]) -> list[_Row]:
    rows: list[_Row] = []
    seen: dict[tuple[str, bytes], int] = {}
    doubled = flat = 0
    # Outlines first: the hatch that fills one is the same area once more.
    for piece in sorted(loops, key=lambda one: bool(one.rings)):
        rings = [_closed(ring) for ring in (piece.rings or [piece.points])]
        if any(len(np.unique(ring, axis=0)) < 3 for ring in rings):
            flat += 1
            continue
        shape = assembled(rings)
        key = (piece.layer, shapely.to_wkb(shapely.set_precision(shape.envelope, 1e-3)))
        twin = rows[seen[key]].shape if key in seen else None
        if (
            piece.rings
            and twin is not None
            and twin.normalize().equals_exact(shape.normalize(), 1e-3)
        ):
            doubled += 1
            continue
        seen.setdefault(key, len(rows))
        values = {"layer": piece.layer, "handle": piece.handle, "block": piece.block}
        rows.append(_Row(shape, values))
    if doubled:
        notes.append(say(f"{doubled} 个填充与轮廓重复", f"{doubled} hatch(es) fill an outline"))
    if flat:
        notes.append(say(f"{flat} 个环不足三点", f"{flat} loop(s) have fewer than three corners"))
    return rows


def _closed(ring: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    is_closed = np.array_equal(ring[0], ring[-1])
    return ring if is_closed else np.vstack([ring, ring[:1]])


def _own_rows(pieces: list[Piece]) -> tuple[list[_Row], list[Piece]]:
    """Return the rows that siting itself wrote, put together again, and the other pieces."""
    grouped: dict[int, list[tuple[int, int, Piece, dict[str, Any]]]] = {}
    plain: list[Piece] = []
    for piece in pieces:
        try:
            tag = json.loads(piece.tag)
            place = (int(tag["part"]), int(tag["ring"]), piece, dict(tag["values"]))
            grouped.setdefault(int(tag["row"]), []).append(place)
        except (ValueError, KeyError, TypeError):
            plain.append(piece)
    rows = []
    for number in sorted(grouped):
        places = sorted(grouped[number], key=lambda one: one[:2])
        if len({one[:2] for one in places}) < len(places):
            plain.extend(one[2] for one in places)  # copied by hand since
            continue
        rows.append(_Row(_put_together(places), _values(places)))
    return rows, plain


def _values(places: list[tuple[int, int, Piece, dict[str, Any]]]) -> dict[str, Any]:
    first = places[0][2]
    values: dict[str, Any] = {"layer": first.layer, "handle": first.handle, "block": first.block}
    for _, _, _, attributes in places:
        values |= attributes
    return values


def _put_together(places: list[tuple[int, int, Piece, dict[str, Any]]]) -> BaseGeometry:
    parts: dict[int, list[Any]] = {}
    for part, _, piece, _ in places:
        parts.setdefault(part, []).append(piece.points)
    is_line = not places[0][2].is_closed
    if is_line:
        lines = [shapely.LineString(rings[0]) for rings in parts.values()]
        return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    polygons = [shapely.Polygon(rings[0], rings[1:]) for rings in parts.values()]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _label(rows: list[_Row], labels: list[Label]) -> None:
    """Give each text to the smallest polygon around it; several are put side by side."""
    if not rows or not labels:
        return
    shapes = np.array([row.shape for row in rows], dtype=object)
    tree = shapely.STRtree(shapes)
    areas = shapely.area(shapes)
    texts: dict[int, list[Label]] = {}
    points = shapely.points([(label.x, label.y) for label in labels])
    for label, point in zip(labels, points, strict=True):
        inside = tree.query(point, predicate="intersects").tolist()
        if inside:
            texts.setdefault(min(inside, key=lambda one: (areas[one], one)), []).append(label)
    for number, mine in texts.items():
        mine.sort(key=lambda one: (-one.y, one.x))
        rows[number].values["label"] = BETWEEN_LABELS.join(one.text for one in mine)


def _tally(drawing: Drawing) -> str:
    kinds = Counter(drawing.unused)
    kinds["TEXT"] += len(drawing.labels)
    return ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()) if count)


def _remarks(drawing: Drawing, space: Any) -> list[str]:  # noqa: ANN401 - ezdxf's model space
    remarks = []
    if drawing.unused:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(drawing.unused.items()))
        remarks.append(say(f"未使用的实体：{kinds}", f"entities not used: {kinds}"))
    if drawing.has_curves:
        text = f"{ARC_TOLERANCE:g}"
        remarks.append(
            say(
                f"弧线按弦读取，偏差不大于 {text} 图形单位",
                f"arcs were read as chords within {text} drawing units",
            )
        )
    if space.get_geodata() is not None:
        remarks.append(
            say(
                "图中有 GEODATA 地理定位，未采用；请核对后声明 crs",
                "the drawing has GEODATA, which was not used: check it and declare the crs",
            )
        )
    return remarks
