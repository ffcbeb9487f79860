"""Entities of a drawing -> pieces of line: arcs flattened, blocks exploded, hatches as rings.

Every curve becomes chords that stay within :data:`ARC_TOLERANCE` of it; vertices of straight
polylines are taken as they are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from siting.load.words import say

if TYPE_CHECKING:
    from ezdxf.entities.dxfentity import DXFEntity
    from ezdxf.entities.insert import Insert

#: Greatest distance between an arc and its chords, in the drawing's unit (metres).
ARC_TOLERANCE = 0.001
#: Blocks in blocks in blocks …; a block that contains itself ends here.
MOST_NESTED = 32
#: Entities that come out of blocks; a few nested ones can make billions. About 0.1 ms each.
MOST_EXPLODED = 300_000
#: Name under which siting keeps rows, parts and attributes in what it writes.
APP_ID = "SITING"
XDATA_TEXT = 1000
INHERITING_LAYER = "0"
_FULL_TURN = 2 * math.pi

Points = NDArray[np.float64]


class DrawingError(Exception):
    """The drawing cannot be used; the text says why."""


@dataclass(slots=True)
class Piece:
    """Some connected line; ``rings`` instead of ``points`` for the boundary of a hatch."""

    points: Points
    layer: str
    handle: str
    is_closed: bool = False
    rings: list[Points] = field(default_factory=list)
    block: str = ""
    tag: str = ""
    """What siting itself wrote of row, part, ring and attributes."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where it stands."""

    x: float
    y: float
    text: str
    layer: str


@dataclass(slots=True)
class Drawing:
    """What a drawing holds, and how many entities of which kind were not used."""

    pieces: list[Piece] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    unused: Counter[str] = field(default_factory=Counter)
    has_curves: bool = False
    exploded: int = 0


def collect(entities: Iterable[DXFEntity]) -> Drawing:
    """Return the pieces and labels of a layout.

    Raises
    ------
    DrawingError
        When blocks explode into too many entities or nest without end.
    """
    drawing = Drawing()
    walk = _exploded(entities, drawing, layer="", block="", depth=0)
    for entity, layer, block in walk:
        _take(entity, layer or entity.dxf.get("layer", INHERITING_LAYER), block, drawing)
    return drawing


def _exploded(
    entities: Iterable[DXFEntity], drawing: Drawing, *, layer: str, block: str, depth: int
) -> Iterator[tuple[DXFEntity, str, str]]:
    """Yield each entity with its layer; what lies on layer 0 of a block takes the block's."""
    if depth > MOST_NESTED:
        raise DrawingError(say("图块嵌套过深", "its blocks are nested too deeply"))
    for entity in entities:
        own = entity.dxf.get("layer", INHERITING_LAYER)
        place = layer if layer and own == INHERITING_LAYER else own
        if entity.dxftype() != "INSERT":
            yield entity, place, block
            continue
        name = str(entity.dxf.get("name", ""))
        for attribute in getattr(entity, "attribs", ()):
            yield attribute, place, name
        for insert in _single(entity):
            inner = _inside(insert, drawing)
            yield from _exploded(inner, drawing, layer=place, block=name, depth=depth + 1)


def _inside(insert: Insert, drawing: Drawing) -> list[DXFEntity]:
    try:
        inside: list[DXFEntity] = list(
            insert.virtual_entities(skipped_entity_callback=_counter(drawing))
        )
    except (ArithmeticError, ValueError):  # a scale of 0: nothing to be seen
        drawing.unused["INSERT (scale 0)"] += 1
        return []
    drawing.exploded += len(inside)
    if drawing.exploded > MOST_EXPLODED:
        raise DrawingError(say("图块展开后实体过多", "its blocks explode into too many entities"))
    return inside


def _single(entity: Any) -> Iterator[Insert]:  # noqa: ANN401 - an INSERT, checked by its type
    if entity.mcount > MOST_EXPLODED:
        raise DrawingError(say("图块阵列过大", "an array of blocks is too large"))
    if entity.mcount > 1:
        yield from entity.multi_insert()
    else:
        yield entity


def _counter(drawing: Drawing) -> Any:  # noqa: ANN401 - ezdxf's callback type
    def skipped(entity: DXFEntity, _: str) -> None:
        drawing.unused[entity.dxftype()] += 1

    return skipped


def _take(entity: Any, layer: str, block: str, drawing: Drawing) -> None:  # noqa: ANN401
    kind = entity.dxftype()
    if kind in ("TEXT", "MTEXT", "ATTRIB"):
        drawing.labels.extend(_label(entity, kind, layer))
        return
    piece = _piece(entity, kind)
    if piece is None or not (piece.rings or len(np.unique(piece.points, axis=0)) > 1):
        drawing.unused[kind if piece is None else f"{kind} (one point)"] += 1
        return
    drawing.has_curves |= kind not in ("LINE", "LWPOLYLINE", "POLYLINE") or piece.tag == "bulge"
    handle = entity.dxf.get("handle") or ""
    tag = _own_tag(entity)
    drawing.pieces.append(
        Piece(piece.points, layer, str(handle), piece.is_closed, piece.rings, block, tag)
    )


def _label(entity: Any, kind: str, layer: str) -> Iterator[Label]:  # noqa: ANN401
    from ezdxf.lldxf.encoding import decode_dxf_unicode

    # ezdxf leaves \U+XXXX, by which CAD writes what the code page lacks, as it stands
    text = " ".join(decode_dxf_unicode(entity.plain_text()).split())
    if not text:
        return
    is_long = kind == "MTEXT"
    point = entity.dxf.insert if is_long else entity.ocs().to_wcs(entity.get_placement()[1])
    yield Label(float(point.x), float(point.y), text, layer)


def _own_tag(entity: Any) -> str:  # noqa: ANN401
    if not entity.has_xdata(APP_ID):
        return ""
    return "".join(tag.value for tag in entity.get_xdata(APP_ID) if tag.code == XDATA_TEXT)


def _piece(entity: Any, kind: str) -> Piece | None:  # noqa: ANN401
    is_polyline = kind == "POLYLINE" and (entity.is_2d_polyline or entity.is_3d_polyline)
    piece = None
    if kind == "LINE":
        piece = _open([entity.dxf.start, entity.dxf.end])
    elif kind == "LWPOLYLINE":
        corners = list(entity.get_points("xyb"))
        piece = _polyline(corners, entity, is_closed=bool(entity.closed))
    elif is_polyline:
        corners = [
            (vertex.dxf.location.x, vertex.dxf.location.y, vertex.dxf.get("bulge", 0.0))
            for vertex in entity.vertices
        ]
        piece = _polyline(corners, entity, is_closed=bool(entity.is_closed))
    elif kind in ("ARC", "CIRCLE"):
        is_closed = kind == "CIRCLE" or _is_full_turn(entity.dxf.start_angle, entity.dxf.end_angle)
        piece = _open(entity.flattening(ARC_TOLERANCE), is_closed=is_closed)
    elif kind in ("ELLIPSE", "SPLINE"):
        points = list(entity.flattening(ARC_TOLERANCE))
        piece = _open(points, is_closed=len(points) > 2 and points[0].isclose(points[-1]))
    elif kind in ("HATCH", "MPOLYGON"):
        piece = _hatch(entity)
    return piece


def _is_full_turn(start: float, end: float) -> bool:
    return math.isclose((end - start) % 360.0, 0.0, abs_tol=1e-9) and start != end


def _open(points: Iterable[Any], *, is_closed: bool = False) -> Piece:
    array = np.array([(point.x, point.y) for point in points], dtype=np.float64).reshape(-1, 2)
    return Piece(array, "", "", is_closed)


def _polyline(
    corners: list[tuple[float, float, float]],
    entity: Any,  # noqa: ANN401
    *,
    is_closed: bool,
) -> Piece:
    points = with_bulges(corners, is_closed=is_closed)
    if not (entity.dxftype() == "POLYLINE" and entity.is_3d_polyline):
        points = _to_world(points, entity)
    tag = "bulge" if any(bulge for _, _, bulge in corners) else ""
    return Piece(points, "", "", is_closed, tag=tag)


def _to_world(points: Points, entity: Any) -> Points:  # noqa: ANN401
    ocs = entity.ocs()
    if not ocs.transform:
        return points
    moved = [ocs.to_wcs((x, y, 0.0)) for x, y in points.tolist()]
    return np.array([(point.x, point.y) for point in moved], dtype=np.float64).reshape(-1, 2)


def with_bulges(corners: list[tuple[float, float, float]], *, is_closed: bool) -> Points:
    """Return the points of a polyline; a segment with a bulge becomes chords of its arc.

    Parameters
    ----------
    corners
        x, y and bulge: the tangent of a quarter of the arc's angle, positive to the left.
    is_closed
        Whether the last corner is joined to the first; the first is then repeated.
    """
    points: list[tuple[float, float]] = []
    ends = corners[1:] + (corners[:1] if is_closed else [])
    for (x, y, bulge), (to_x, to_y, _) in zip(corners, ends, strict=False):
        points.append((x, y))
        if bulge and (x, y) != (to_x, to_y):
            points.extend(_arc_between((x, y), (to_x, to_y), bulge))
    if corners:
        points.append(corners[0][:2] if is_closed else corners[-1][:2])
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _arc_between(
    start: tuple[float, float], end: tuple[float, float], bulge: float
) -> list[tuple[float, float]]:
    """Return the points between the ends of an arc."""
    angle = 4 * math.atan(bulge)
    chord_x, chord_y = end[0] - start[0], end[1] - start[1]
    # From the middle of the chord to the centre, to the left of the way for a positive bulge.
    offset = (1 - bulge * bulge) / (4 * bulge)
    center_x = (start[0] + end[0]) / 2 - chord_y * offset
    center_y = (start[1] + end[1]) / 2 + chord_x * offset
    radius_x, radius_y = start[0] - center_x, start[1] - center_y
    steps = _steps(math.hypot(radius_x, radius_y), abs(angle))
    points = []
    for step in range(1, steps):
        turn = angle * step / steps
        cosine, sine = math.cos(turn), math.sin(turn)
        points.append(
            (
                center_x + radius_x * cosine - radius_y * sine,
                center_y + radius_x * sine + radius_y * cosine,
            )
        )
    return points


def _steps(radius: float, angle: float) -> int:
    if radius <= ARC_TOLERANCE:
        return 2
    largest = 2 * math.acos(1 - ARC_TOLERANCE / radius)
    return max(2, math.ceil(angle / largest))


def _hatch(entity: Any) -> Piece | None:  # noqa: ANN401
    rings = [ring for ring in (_boundary(path) for path in entity.paths) if len(ring) > 3]
    if not rings:
        return None
    rings = [_to_world(ring, entity) for ring in rings]
    return Piece(np.empty((0, 2)), "", "", is_closed=True, rings=rings)


def _boundary(path: Any) -> Points:  # noqa: ANN401 - a boundary path of a hatch
    if hasattr(path, "vertices"):
        corners = [(x, y, bulge) for x, y, bulge in path.vertices]
        return with_bulges(corners, is_closed=True)
    points: list[tuple[float, float]] = []
    for edge in path.edges:
        some = _edge(edge)
        backwards = (
            points and some and math.dist(points[-1], some[-1]) < math.dist(points[-1], some[0])
        )
        points.extend(reversed(some) if backwards else some)
    if points and points[0] != points[-1]:
        points.append(points[0])
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _edge(edge: Any) -> list[tuple[float, float]]:  # noqa: ANN401
    if hasattr(edge, "start") and hasattr(edge, "end"):
        return [(edge.start.x, edge.start.y), (edge.end.x, edge.end.y)]
    if hasattr(edge, "radius"):
        turn = math.radians(edge.end_angle - edge.start_angle) % _FULL_TURN or _FULL_TURN
        start = math.radians(edge.start_angle)
        steps = _steps(edge.radius, turn)
        angles = [start + turn * step / steps for step in range(steps + 1)]
        return [
            (
                edge.center.x + edge.radius * math.cos(angle),
                edge.center.y + edge.radius * math.sin(angle),
            )
            for angle in angles
        ]
    tool = edge.construction_tool()
    curve = tool.flattening(ARC_TOLERANCE)
    return [(point.x, point.y) for point in curve]
