"""QML, the style documents of QGIS: symbols, categories, labels, as QGIS 3 reads them.

Built as XML elements, so that no text of the data can become markup. Properties are written
both ways that QGIS has read: ``Option`` (3.20 and later) and ``prop`` (before).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from siting.mapping.hatches import TILE, is_hatched, svg_path

#: Millimetres per pixel of a page (1/96 inch): hatches and dashes are as wide as there.
MM_PER_PX = 25.4 / 96
#: The version whose documents these are like.
QGIS_VERSION = "3.22.0"
#: Geometry types by QGIS's numbers: what a style is refused by when it does not fit.
GEOMETRY_TYPES = {"fill": "2", "line": "1"}
#: Line width of hatches, pixels; dots are drawn as short strokes with round caps.
_STROKE_PX, _DOT_PX = 1.0, 2.0
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_MARK = "\ufffd"


@dataclass(frozen=True, slots=True)
class Pen:
    """A line: colour (hex), width and dashes in pixels of a page; no width is no line."""

    colour: str
    width_px: float
    dash_px: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Symbol:
    """An area: its fill with its opacity (0–1), a hatch in the line's colour, and its lines."""

    lines: tuple[Pen, ...]
    fill: str = "#ffffff"
    fill_opacity: float = 0.0
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """The rows of one value: how they look, and what the legend says."""

    value: str
    label: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands at each row: a QGIS expression of columns, and its colour."""

    expression: str
    colour: str


@dataclass(frozen=True, slots=True)
class Style:
    """A layer's style: categories by an expression of columns, labels, titles of columns.

    Rows of a value that no category names are drawn as ``rest`` says: nothing is invisible.
    """

    attribute: str
    categories: Sequence[Category]
    rest: Category
    labels: Labels
    titles: Mapping[str, str]


def qml(style: Style, *, kind: str) -> str:
    """Return the document of a style.

    Parameters
    ----------
    style
        What is drawn how.
    kind
        ``fill`` for areas, ``line`` for lines, which bear the symbols' lines alone.
    """
    root = ET.Element("qgis", version=QGIS_VERSION, styleCategories="Symbology|Labeling|Fields")
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        {"type": "categorizedSymbol", "attr": style.attribute, "symbollevels": "0",
         "enableorderby": "0", "forceraster": "0"},
    )  # fmt: skip
    entries = [*style.categories, style.rest]
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for number, entry in enumerate(entries):
        categories.append(_category(entry, number, is_rest=entry is style.rest))
        symbols.append(_symbol(entry.symbol, str(number), kind))
    root.append(_labeling(style.labels, kind))
    aliases = ET.SubElement(root, "aliases")
    for index, (name, title) in enumerate(style.titles.items()):
        # the column of ids comes first
        ET.SubElement(aliases, "alias", field=name, index=str(index + 1), name=plain_text(title))
    ET.SubElement(root, "layerGeometryType").text = GEOMETRY_TYPES[kind]
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def plain_text(text: str) -> str:
    """Return a text as a legend shows it: XML has no control characters, and ``[%`` is code.

    QGIS evaluates ``[% … %]`` in the legends of layouts; a full-width bracket is never code.
    """
    return _NO_XML.sub(_MARK, text).replace("[%", "\uff3b%")


def quoted(text: str) -> str:
    """Return a text as a string of a QGIS expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _category(entry: Category, number: int, *, is_rest: bool) -> ET.Element:
    # An empty value is QGIS's "all other values".
    return ET.Element(
        "category",
        {"value": "" if is_rest else _NO_XML.sub(_MARK, entry.value), "type": "string",
         "symbol": str(number), "label": plain_text(entry.label), "render": "true"},
    )  # fmt: skip


def _symbol(symbol: Symbol, name: str, kind: str) -> ET.Element:
    element = _empty_symbol(name, kind)
    if kind == "line":
        element.extend(_line(pen) for pen in symbol.lines)
        return element
    if symbol.fill_opacity:
        wash = {"color": _rgba(symbol.fill, symbol.fill_opacity), "style": "solid",
                "outline_style": "no"}  # fmt: skip
        element.append(_layer("SimpleFill", wash))
    if is_hatched(symbol.hatch):
        element.append(_hatch(symbol.hatch, symbol.lines[0].colour))
    element.extend(_line(pen) for pen in symbol.lines)
    return element


def _empty_symbol(name: str, kind: str) -> ET.Element:
    return ET.Element(
        "symbol",
        {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"},
    )


def _hatch(hatch: str, colour: str) -> ET.Element:
    """Return the tile of a hatch, repeated; its border is a line that does not show."""
    width = _DOT_PX if hatch == "dots" else _STROKE_PX
    tile = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{TILE}" height="{TILE}" '
        f'viewBox="0 0 {TILE} {TILE}"><path d="{svg_path(hatch)}" fill="none" stroke="{colour}" '
        f'stroke-width="{width:g}" stroke-linecap="round"/></svg>'
    )
    content = base64.b64encode(tile.encode()).decode("ascii")
    side = _mm(TILE)
    options = {"svgFile": f"base64:{content}", "width": side, "pattern_width_unit": "MM"}
    element = _layer("SVGFill", options)
    border = _empty_symbol("border", "line")
    border.append(_layer("SimpleLine", {"line_style": "no", "line_width": "0"}))
    element.append(border)
    return element


def _line(pen: Pen) -> ET.Element:
    options = {
        "line_color": _rgba(pen.colour, 1.0),
        "line_width": _mm(pen.width_px),
        "line_width_unit": "MM",
        "line_style": "solid" if pen.width_px else "no",
        "joinstyle": "round",
        "capstyle": "flat",
        "use_custom_dash": "1" if pen.dash_px else "0",
        "customdash": ";".join(_mm(length) for length in pen.dash_px) or "5;2",
        "customdash_unit": "MM",
    }
    return _layer("SimpleLine", options)


def _layer(name: str, options: Mapping[str, str]) -> ET.Element:
    element = ET.Element("layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
    table = ET.SubElement(element, "Option", type="Map")
    for key, value in sorted(options.items()):
        ET.SubElement(table, "Option", type="QString", name=key, value=value)
    for key, value in sorted(options.items()):
        ET.SubElement(element, "prop", k=key, v=value)
    return element


def _labeling(labels: Labels, kind: str) -> ET.Element:
    """Return labels as plain text: no data is taken for HTML."""
    element = ET.Element("labeling", type="simple")
    settings = ET.SubElement(element, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        {"fieldName": labels.expression, "isExpression": "1", "fontSize": "9",
         "fontSizeUnit": "Point", "textColor": _rgba(labels.colour, 1.0), "textOpacity": "1",
         "allowHtml": "0", "multilineHeight": "1"},
    )  # fmt: skip
    ET.SubElement(
        style,
        "text-buffer",
        {"bufferDraw": "1", "bufferSize": "0.9", "bufferSizeUnits": "MM",
         "bufferColor": "255,255,255,255", "bufferOpacity": "0.9"},
    )  # fmt: skip
    # 1: over the point on the surface; 2: along the line
    place = {"placement": "1" if kind == "fill" else "2", "dist": "0", "priority": "5",
             "centroidInside": "1", "centroidWhole": "0"}  # fmt: skip
    ET.SubElement(settings, "placement", place)
    ET.SubElement(settings, "rendering", {"drawLabels": "1", "obstacle": "1", "displayAll": "0"})
    return element


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _mm(pixels: float) -> str:
    return f"{pixels * MM_PER_PX:.4f}"
