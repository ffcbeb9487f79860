"""The small map of a result page: a red line, what it meets, and what lies around it.

Nothing is drawn that `release` forbids, by the rules of the city's page. There is no text in the
picture but figures: names stand beside it, in the typefaces of whoever reads the page.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.mapping.release import Scope, is_drawable
from siting.mapping.shapes import clip_to
from siting.mapping.styles import BASE_ROLES, UNDRAWN_ROLES, Look
from siting.mapping.subject import Subject
from siting.model import Boxes, Finding, Layer, RedLineResult, Severity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

#: Size of the picture on paper, inches, and how many pixels an inch gets.
WIDTH_IN, HEIGHT_IN, DPI = 6.6, 3.2, 200
#: No map shows less than this, metres; the red line takes this share of its height.
_LEAST_M, _SHARE = 200.0, 0.5
_BAR_SHARE = 0.25
_ROUND = (1.0, 2.0, 5.0)
RED, DARK = "#c1121f", "#1b2533"
#: Hatches of the city's page in the letters of matplotlib.
_HATCHES: Mapping[str, str] = {
    "slash": "///", "backslash": "\\\\\\", "horizontal": "---", "vertical": "|||", "grid": "++",
    "cross": "xx", "dots": "..", "dash": "--", "zigzag": "/\\", "wave": "-.",
}  # fmt: skip
_BASE: Mapping[str, tuple[str, float, str]] = {
    "water_body": ("#9cc3e0", 0.4, "#dbe9f4"),
    "road": ("#a9adb3", 0.9, "none"),
    "railway": ("#555555", 0.9, "none"),
    "metro_line": ("#8a5a9e", 0.9, "none"),
    "parcel": ("#c9ced6", 0.35, "none"),
}
_BINDING = (Severity.PROHIBITED, Severity.RESTRICTED)


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A map as PNG, and what a reader must be told beside it.

    ``zones`` are the layers drawn as zones, with their colours; ``numbers`` the figures on the
    map by finding id. ``withheld`` pieces, and the layers ``left_out``, may not be drawn;
    ``unusable`` layers of binding rules could not be read, so nothing of them is there to draw.
    """

    png: bytes
    zones: tuple[tuple[Layer, Look], ...]
    numbers: Mapping[str, int]
    withheld: int
    left_out: tuple[Layer, ...]
    unusable: tuple[Layer, ...]


def picture(subject: Subject, result: RedLineResult, findings: Sequence[Finding]) -> Picture:
    """Return the map of one red line; the same input gives the same bytes.

    Parameters
    ----------
    subject
        What may be shown, and its layers in the working CRS.
    result
        The red line in the middle of the map.
    findings
        Its findings, in the order of the table beside the map: their pieces bear its numbers.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    window = _window(result.red_line.geometry)
    _frame(axes, window)
    for layer in _base_layers(subject):
        edge, width, fill = _BASE[layer.role]
        _paint(axes, _near(layer, window), edge=edge, width=width, fill=fill, order=1)
    zones = tuple(_zones(subject, window))
    for layer, look in zones:
        _hatch(axes, _near(layer, window), look, strength=0.10, order=2)
    numbers, withheld = _pieces(axes, subject, findings, window)
    outline = [result.red_line.geometry]
    _paint(axes, outline, edge=RED, width=1.8, fill="none", order=5)
    _furniture(axes, window)
    met = {finding.layer for finding in findings}
    zoned = {layer.name for layer in _zone_layers(subject)}
    layers = [each for each in subject.atlas.layers if each.name in zoned | met]
    left_out = tuple(each for each in layers if each.is_usable and not _may_draw(each))
    unusable = tuple(each for each in layers if not each.is_usable)
    FigureCanvasAgg(figure)
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return Picture(content.getvalue(), zones, numbers, withheld, left_out, unusable)


def _window(shape: BaseGeometry) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the map in metres: the shape in its middle."""
    west, south, east, north = shapely.bounds(shape)
    aspect = WIDTH_IN / HEIGHT_IN
    height_m = max(north - south, (east - west) / aspect, _LEAST_M * _SHARE) / _SHARE
    width_m = height_m * aspect
    return (
        (west + east - width_m) / 2, (south + north - height_m) / 2,
        (west + east + width_m) / 2, (south + north + height_m) / 2,
    )  # fmt: skip


def _frame(axes: Axes, window: tuple[float, float, float, float]) -> None:
    west, south, east, north = window
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor("#fbfbf9")


def _may_draw(layer: Layer) -> bool:
    return is_drawable(layer.release, Scope())


def _base_layers(subject: Subject) -> Iterator[Layer]:
    for role in ("parcel", *BASE_ROLES):
        for layer in subject.atlas.by_role(role):
            is_there = layer.is_usable and layer.features is not None
            if role in _BASE and is_there and _may_draw(layer):
                yield layer


def _zone_layers(subject: Subject) -> Iterator[Layer]:
    """Yield the layers that binding rules in force look at and that are drawn as zones."""
    binding = [r for r in subject.report.rules if r.in_force and r.severity in _BINDING]
    needed = {role for rule in binding for role in rule.needs}
    for layer in subject.atlas.layers:
        is_zone = layer.role in needed and layer.role not in UNDRAWN_ROLES | set(BASE_ROLES)
        if is_zone:
            yield layer


def _zones(
    subject: Subject, window: tuple[float, float, float, float]
) -> Iterator[tuple[Layer, Look]]:
    """Yield the zones that may be drawn and are seen in the window."""
    for layer in _zone_layers(subject):
        if _may_draw(layer) and _near(layer, window):
            yield layer, subject.looks[layer.role]


def _near(layer: Layer, window: tuple[float, float, float, float]) -> list[BaseGeometry]:
    """Return what of a layer lies in the window, cut to it."""
    features = layer.features
    if features is None or not layer.is_usable:
        return []
    boxes: Boxes = np.array([window])
    shapes = np.asarray(features.shapes_at(features.near(boxes)), dtype=object)
    return _within(shapes, window)


def _within(
    shapes: Iterable[BaseGeometry | None], window: tuple[float, float, float, float]
) -> list[BaseGeometry]:
    array = np.asarray([shape for shape in shapes if shape is not None], dtype=object)
    # a little beyond the rim, so that cut edges are not seen
    view = shapely.buffer(shapely.box(*window), 0.02 * (window[2] - window[0]))
    kept = (shape for shape in clip_to(array, view) if shape is not None)
    return [shape for shape in kept if not shape.is_empty]


def _pieces(
    axes: Axes,
    subject: Subject,
    findings: Sequence[Finding],
    window: tuple[float, float, float, float],
) -> tuple[dict[str, int], int]:
    """Draw the pieces that may be drawn with their numbers; return those, and the others' count."""
    numbers: dict[str, int] = {}
    withheld = 0
    for number, finding in enumerate(findings, start=1):
        shape = subject.drawn_piece(finding)
        if shape is None or shape.is_empty:
            withheld += finding.geometry is not None and not finding.geometry.is_empty
            continue
        seen = _within([shape], window)
        _hatch(axes, seen, subject.looks[subject.role_of(finding.code, finding.layer)],
               strength=0.35, order=3)  # fmt: skip
        if seen:
            _number(axes, seen[0], number)
            numbers[finding.id] = number
    return numbers, withheld


def _number(axes: Axes, shape: BaseGeometry, number: int) -> None:
    point = shapely.point_on_surface(shape)
    rim = {"boxstyle": "circle,pad=0.18", "facecolor": "white", "edgecolor": DARK, "linewidth": 0.6}
    axes.annotate(
        str(number), (point.x, point.y), ha="center", va="center", fontsize=6.5, color=DARK,
        bbox=rim, zorder=7,
    )  # fmt: skip


def _hatch(
    axes: Axes, shapes: Iterable[BaseGeometry], look: Look, *, strength: float, order: int
) -> None:
    """Draw areas in a colour and a hatch, so that neither stands alone; lines in the colour."""
    from matplotlib.colors import to_rgba
    from matplotlib.patches import PathPatch

    for shape in shapes:
        path = _path(shape)
        if path is None:
            _lines(axes, shape, look.colour, width=1.2, order=order)
            continue
        hatch = _HATCHES.get(look.hatch)
        fill = to_rgba(look.colour, strength) if hatch else "none"
        style = {"facecolor": fill, "edgecolor": look.colour, "linewidth": 0.8, "zorder": order}
        axes.add_patch(PathPatch(path, hatch=hatch, **style))


def _paint(
    axes: Axes,
    shapes: Iterable[BaseGeometry],
    *,
    edge: str,
    width: float,
    fill: str,
    order: int,
) -> None:
    from matplotlib.patches import PathPatch

    for shape in shapes:
        path = _path(shape)
        if path is None:
            _lines(axes, shape, edge, width=width, order=order)
        else:
            style = {"facecolor": fill, "edgecolor": edge, "linewidth": width, "zorder": order}
            axes.add_patch(PathPatch(path, **style))


def _path(shape: BaseGeometry) -> Path | None:
    """Return the rings of an area as one path; None where it has none."""
    from matplotlib.path import Path

    polygons = [p for p in _parts(shape) if p.geom_type == "Polygon"]
    rings = [shapely.get_coordinates(r)[:, :2] for p in polygons for r in shapely.get_rings(p)]
    if not rings:
        return None
    path: Path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
    return path


def _parts(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    if hasattr(shape, "geoms"):
        for part in shape.geoms:
            yield from _parts(part)
    elif not shape.is_empty:
        yield shape


def _lines(axes: Axes, shape: BaseGeometry, colour: str, *, width: float, order: int) -> None:
    for part in _parts(shape):
        if part.geom_type in {"LineString", "LinearRing"}:
            xy = shapely.get_coordinates(part)
            axes.plot(xy[:, 0], xy[:, 1], color=colour, linewidth=width, zorder=order)


def _furniture(axes: Axes, window: tuple[float, float, float, float]) -> None:
    """Draw scale bar and north arrow."""
    west, south, east, north = window
    width_m, height_m = east - west, north - south
    length_m = _round_length_m(width_m * _BAR_SHARE)
    text = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    left, low = west + 0.03 * width_m, south + 0.05 * height_m
    for colour, line in (("white", 5.0), (DARK, 1.8)):
        axes.plot([left, left + length_m], [low, low], color=colour, linewidth=line, zorder=8,
                  solid_capstyle="butt")  # fmt: skip
    halo = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    axes.text(left + length_m / 2, low + 0.03 * height_m, text, ha="center", va="bottom",
              fontsize=7, color=DARK, bbox=halo, zorder=8)  # fmt: skip
    arrow = {"arrowstyle": "-|>", "color": DARK, "linewidth": 1.2}
    x, y = east - 0.04 * width_m, north - 0.04 * height_m
    axes.annotate("", (x, y), (x, y - 0.12 * height_m), arrowprops=arrow, zorder=8)
    axes.text(x, y - 0.14 * height_m, "N", ha="center", va="top", fontsize=8, color=DARK,
              fontweight="bold", bbox=halo, zorder=8)  # fmt: skip


def _round_length_m(most_m: float) -> float:
    """Return the longest length of 1, 2 or 5 times a power of ten that is not over `most_m`."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return max(figure * power for figure in _ROUND if figure * power <= most_m)
