"""Maps as inline SVG: north up, one scale, no script, nothing fetched."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.compare.frames import Window, round_length_m
from siting.compare.markup import Attributes, Markup, element, joined
from siting.compare.records import Backdrop, Drawn
from siting.mapping.hatches import TILE, is_hatched, svg_path
from siting.mapping.shapes import clip_to
from siting.mapping.styles import Look

PRESENT_COLOUR, OFFER_COLOUR = "#c1121f", "#0b4fb3"
WITHHELD = Look(PRESENT_COLOUR, "withheld")
#: Base map: role -> colour of the line or the fill.
_BASE: Mapping[str, Attributes] = {
    "water_body": {"fill": "#c9dff0", "stroke": "#9cc3e0", "stroke-width": 0.6},
    "road": {"fill": "none", "stroke": "#a9adb3", "stroke-width": 1.4},
    "railway": {"fill": "none", "stroke": "#555", "stroke-width": 1.4, "stroke-dasharray": "5 3"},
    "metro_line": {"fill": "none", "stroke": "#8a5a9e", "stroke-width": 1.4},
    "parcel": {"fill": "none", "stroke": "#b4bac3", "stroke-width": 0.8},
}
#: Outlines are thinned to this part of a pixel.
_THIN_PX = 0.4
#: A scale bar takes at most this part of the width.
_BAR_SHARE = 0.3
#: Radius of the badge of an alternative, and how far badges keep from each other, pixels.
_RADIUS_PX, _APART_PX = 11, 23
#: How far an arrow keeps from the rim, pixels, and from which cosine on it lies at a side.
_RIM_PX, _ASIDE = 14, 0.4


@dataclass(frozen=True, slots=True)
class Canvas:
    """A window at a size in pixels."""

    window: Window
    width_px: int
    height_px: int

    @property
    def metres_per_px(self) -> float:
        """Metres that one pixel shows."""
        return self.window.width_m / self.width_px

    def pixels(self, coordinates: np.ndarray) -> np.ndarray:
        """Return coordinates of the working CRS as pixels, downwards, to a tenth."""
        east = (coordinates[:, 0] - self.window.west) / self.metres_per_px
        north = self.height_px - (coordinates[:, 1] - self.window.south) / self.metres_per_px
        return np.round(np.column_stack([east, north]), 1)

    def paths(self, shapes: Iterable[BaseGeometry]) -> Iterator[str]:
        """Yield the path of each shape that is seen; points have none."""
        array = np.asarray(list(shapes), dtype=object)
        seen = clip_to(array, shapely.buffer(self.window.box, 4 * self.metres_per_px))
        for shape in shapely.simplify(seen, _THIN_PX * self.metres_per_px):
            path = "" if shape is None else "".join(self._parts(shape))
            if path:
                yield path

    def _parts(self, shape: BaseGeometry) -> Iterator[str]:
        if shape.geom_type in {"Polygon", "LineString", "LinearRing"} and not shape.is_empty:
            is_area = shape.geom_type == "Polygon"
            for line in shapely.get_rings(shape) if is_area else [shape]:
                points = self.pixels(shapely.get_coordinates(line))
                steps = "L".join(f"{x:g} {y:g}" for x, y in points[: -1 if is_area else None])
                yield f"M{steps}{'Z' if is_area else ''}"
        elif shape.geom_type not in {"Point", "MultiPoint"}:
            for part in shapely.get_parts(shape):
                yield from self._parts(part)

    def at(self, shape: BaseGeometry) -> tuple[float, float]:
        """Return where in the picture an inner point of a shape lies."""
        point = shapely.point_on_surface(shape)
        x, y = self.pixels(shapely.get_coordinates(point)[:1])[0]
        return float(x), float(y)


def hatch_id(look: Look) -> str:
    """Return the id of the pattern of a look."""
    return f"h-{look.hatch}-{look.colour.removeprefix('#')}"


def hatches(looks: Iterable[Look]) -> Markup:
    """Return the patterns of some looks, for all maps of a page."""
    patterns = [
        element(
            "pattern",
            element(
                "path",
                attributes={
                    "d": svg_path(look.hatch),
                    "fill": "none",
                    "stroke": look.colour,
                    "stroke-width": 2.2 if look.hatch == "dots" else 1.1,
                    "stroke-linecap": "round",
                },
            ),
            attributes={
                "id": hatch_id(look),
                "width": TILE,
                "height": TILE,
                "patternUnits": "userSpaceOnUse",
            },
        )
        for look in {hatch_id(look): look for look in looks}.values()
        if is_hatched(look.hatch)
    ]
    attributes: Attributes = {"width": 0, "height": 0, "class": "defs", "aria-hidden": "true"}
    return element("svg", element("defs", *patterns), attributes=attributes)


def swatch(look: Look) -> Markup:
    """Return the swatch of a look for a legend."""
    return element(
        "svg",
        *_filled(["M1 1H25V14H1Z"], look),
        attributes={"width": 26, "height": 15, "class": "swatch", "aria-hidden": "true"},
    )


def _filled(paths: Iterable[str], look: Look) -> Iterator[Markup]:
    """Yield areas in a colour and a hatch, so that neither stands alone."""
    for path in paths:
        line: Attributes = {"d": path, "stroke": look.colour, "fill-rule": "evenodd"}
        if not is_hatched(look.hatch) or not path.endswith("Z"):  # an outline, or a line
            dashed: Attributes = {"fill": "none", "stroke-width": 1.6, "stroke-dasharray": "7 3"}
            yield element("path", attributes=line | dashed)
            continue
        wash: Attributes = {"d": path, "fill": look.colour, "fill-opacity": 0.12}
        yield element("path", attributes=wash | {"fill-rule": "evenodd"})
        hatched: Attributes = {"fill": f"url(#{hatch_id(look)})", "stroke-width": 1}
        yield element("path", attributes=line | hatched)


def ground(canvas: Canvas, under: Backdrop, *, is_close: bool) -> Iterator[Markup]:
    """Yield base map and zones; parcels and names of stations only from close by."""
    for layer in under.base:
        style = _BASE.get(layer.role) if is_close or layer.role != "parcel" else None
        paths = "".join(canvas.paths(layer.shapes)) if style else ""
        if style and paths:
            yield element("path", attributes={"d": paths, "fill-rule": "evenodd", **style})
    for layer in under.zones:
        yield from _filled(canvas.paths(layer.shapes), layer.look)
    if under.borders is not None:
        for path in canvas.paths([under.borders]):
            yield element("path", attributes={
                "d": path, "fill": "none", "stroke": "#5d3f85", "stroke-width": 1.2,
                "stroke-dasharray": "9 3 2 3",
            })  # fmt: skip
    for layer in under.base:
        if layer.role == "metro_station":
            yield from _stations(canvas, layer, with_names=is_close)


def _stations(canvas: Canvas, layer: Drawn, *, with_names: bool) -> Iterator[Markup]:
    view = canvas.window.box
    for shape, name in zip(layer.shapes, layer.names, strict=True):
        if shape.is_empty or not view.contains(shapely.centroid(shape)):
            continue
        x, y = canvas.at(shape)
        place: Attributes = {"cx": x, "cy": y, "r": 3.5, "fill": "#fff", "stroke": "#8a5a9e"}
        yield element("circle", attributes=place | {"stroke-width": 1.6})
        if with_names and name:
            yield label(name, x + 6, y + 4, _STATION)


def pieces(canvas: Canvas, under: Backdrop) -> Iterator[Markup]:
    """Yield the pieces of the present red line in conflict that may be drawn."""
    for piece in under.pieces:
        look = piece.look if is_hatched(piece.look.hatch) else WITHHELD
        yield from _filled(canvas.paths([piece.shape]), look)


def outline(
    canvas: Canvas, shape: BaseGeometry, *, colour: str, is_filled: bool, is_dashed: bool
) -> Markup:
    """Return an outline of a red line or site."""
    path = "".join(canvas.paths([shape]))
    has_area = is_filled and path.endswith("Z")
    style: Attributes = {"fill": colour if has_area else "none", "fill-opacity": 0.22}
    line: Attributes = {"stroke": colour, "stroke-width": 2.2, "stroke-linejoin": "round"}
    dash: Attributes = {"stroke-dasharray": "6 3"} if is_dashed else {}
    return element("path", attributes={"d": path, "fill-rule": "evenodd", **style, **line, **dash})


def withheld(canvas: Canvas, shape: BaseGeometry) -> Markup:
    """Return an outline hatched for conflicts whose own shape may not be drawn."""
    return joined(_filled(canvas.paths([shape]), WITHHELD))


@dataclass(frozen=True, slots=True)
class Letters:
    """How a text on a map looks; sizes in pixels."""

    size: float = 11.0
    colour: str = "#1b2533"
    anchor: str = "middle"
    is_bold: bool = False


#: Texts on maps: the scale bar and names, and the number of an alternative.
SMALL, BOLD = Letters(10.0), Letters(10.0, is_bold=True)
_STATION = Letters(10.0, "#5f3a73", "start")


def label(text: str, x: float, y: float, letters: Letters = SMALL) -> Markup:
    """Return a text with a white rim."""
    attributes: Attributes = {
        "x": x, "y": y, "font-size": letters.size, "fill": letters.colour,
        "text-anchor": letters.anchor, "stroke": "#fff", "stroke-width": 3, "paint-order": "stroke",
    }  # fmt: skip
    if letters.is_bold:
        attributes["font-weight"] = 700
    return element("text", text, attributes=attributes)


def base_swatch(role: str) -> Markup | None:
    """Return how a role of the base map is drawn, for a legend; None where it is not."""
    style = _BASE.get(role)
    if style is None:
        return None
    path = "M1 7.5H25" if style["fill"] == "none" else "M1 1H25V14H1Z"
    size: Attributes = {"width": 26, "height": 15, "class": "swatch", "aria-hidden": "true"}
    return element("svg", element("path", attributes={"d": path, **style}), attributes=size)


def places_of(wanted: Sequence[tuple[float, float]], canvas: Canvas) -> list[tuple[float, float]]:
    """Return where badges go: where they belong or, where another is, as near as there is room."""
    taken: list[tuple[float, float]] = []
    for x, y in wanted:
        rings = ((radius, turn) for radius in range(0, 200, 12) for turn in range(12))
        spots = (
            (x + radius * math.cos(turn * math.pi / 6), y + radius * math.sin(turn * math.pi / 6))
            for radius, turn in rings
        )
        inside = (
            spot for spot in spots
            if _RADIUS_PX < spot[0] < canvas.width_px - _RADIUS_PX
            and _RADIUS_PX < spot[1] < canvas.height_px - _RADIUS_PX
        )  # fmt: skip
        free = (
            spot for spot in inside if all(math.dist(spot, other) > _APART_PX for other in taken)
        )
        taken.append(next(free, (x, y)))
    return taken


def lead(start: tuple[float, float], end: tuple[float, float]) -> Markup:
    """Return the thin line from a place to its badge."""
    path: Attributes = {"d": f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"}
    return element("path", attributes=path | {"stroke": "#1b2533", "stroke-width": 1})


def badge(text: str, x: float, y: float, colour: str) -> Markup:
    """Return the number of an alternative in a disc."""
    disc: Attributes = {"cx": x, "cy": y, "r": _RADIUS_PX, "fill": colour, "stroke": "#fff"}
    letters: Attributes = {"x": x, "y": y + 4, "font-size": 11, "fill": "#fff", "font-weight": 700}
    return joined((
        element("circle", attributes=disc | {"stroke-width": 2}),
        element("text", text, attributes=letters | {"text-anchor": "middle"}),
    ))  # fmt: skip


def furniture(canvas: Canvas) -> Iterator[Markup]:
    """Yield scale bar and north arrow."""
    length_m = round_length_m(canvas.window.width_m * _BAR_SHARE)
    length_px = length_m / canvas.metres_per_px
    y = canvas.height_px - 10.0
    text = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    bar = f"M10 {y - 5}V{y}H{10 + length_px:.1f}V{y - 5}"
    for colour, width in (("#fff", 5), ("#1b2533", 1.8)):
        style: Attributes = {"d": bar, "fill": "none", "stroke": colour, "stroke-width": width}
        yield element("path", attributes=style)
    yield label(text, 10 + length_px / 2, y - 6)
    x = canvas.width_px - 16.0
    arrow: Attributes = {"d": f"M{x} 8L{x + 6} 26L{x} 21L{x - 6} 26Z", "fill": "#1b2533"}
    yield element("path", attributes=arrow | {"stroke": "#fff", "stroke-width": 1.2})
    yield label("N", x, 38, BOLD)


def pointer(canvas: Canvas, shape: BaseGeometry, text: str) -> Markup | None:
    """Return an arrow at the rim that points to a shape outside of the window, else None.

    Parameters
    ----------
    canvas
        Whose window does not show the shape.
    shape
        What it points to, by an inner point.
    text
        What stands beside the arrow.
    """
    if canvas.window.box.intersects(shape):
        return None
    middle = canvas.window.middle
    target = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    angle = math.atan2(target[1] - middle[1], target[0] - middle[0])
    reach = min(
        (canvas.width_px / 2 - _RIM_PX) / max(abs(math.cos(angle)), 1e-9),
        (canvas.height_px / 2 - _RIM_PX) / max(abs(math.sin(angle)), 1e-9),
    )
    x = canvas.width_px / 2 + reach * math.cos(angle)
    y = canvas.height_px / 2 - reach * math.sin(angle)
    turn = f"translate({x:.1f} {y:.1f}) rotate({90 - math.degrees(angle):.1f})"
    head: Attributes = {"d": "M0-9L6 6H-6Z", "fill": PRESENT_COLOUR, "transform": turn}
    inward = (x - 24 * math.cos(angle), y + 20 * math.sin(angle) + 4)
    side = math.cos(angle)
    anchor = "end" if side > _ASIDE else "start" if side < -_ASIDE else "middle"
    return joined(
        (
            element("path", attributes=head | {"stroke": "#fff", "stroke-width": 1}),
            label(text, *inward, Letters(10.0, PRESENT_COLOUR, anchor)),
        )
    )


def length_text(length_m: float) -> str:
    """Return a length in m, from 1 km on in km."""
    return f"{length_m / 1000:,.1f} km" if length_m >= 1000 else f"{length_m:,.0f} m"


def framed(canvas: Canvas, *content: str, title: str) -> Markup:
    """Return the picture: what is outside of the window is cut off."""
    rim: Attributes = {
        "x": 0.5, "y": 0.5, "width": canvas.width_px - 1, "height": canvas.height_px - 1,
        "fill": "none", "stroke": "#7d8896",
    }  # fmt: skip
    back: Attributes = {"width": canvas.width_px, "height": canvas.height_px, "fill": "#f7f8f5"}
    return element(
        "svg",
        element("title", title),
        element("rect", attributes=back),
        *content,
        element("rect", attributes=rim),
        attributes={
            "viewBox": f"0 0 {canvas.width_px} {canvas.height_px}", "class": "map", "role": "img",
        },
    )  # fmt: skip
