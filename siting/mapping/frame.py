"""The frame of a page: folium's map without a single reference to the network.

folium makes the map and its options; it is given numbers only. Its CDN links are
dropped and Leaflet is inlined from the PyPI package XStatic-Leaflet, so a page opens on an
intranet by double click. The page's own template, style and script lie beside this module
in ``page/`` and are package data. A Content-Security-Policy by script hashes lets the
browser itself refuse whatever else might try to run or to call home.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import re
from importlib import resources
from importlib.resources.abc import Traversable

from siting.mapping import hatches, packing, styles
from siting.mapping.payload import to_safe_json
from siting.mapping.scene import Scene
from siting.mapping.travelling import travelling

#: Name of the map object in the page; fixed, so that pages are reproducible.
MAP_ID = "siting"
#: Papers of the print button, each a style element of its own that the script switches.
PAPERS = ("a4", "a3")
#: The page's own styles; a later one is heard before an earlier one.
STYLES = ("page.css", "print.css", "tools.css", "phone.css")
_SLOT = re.compile(r"\[\[(\w+)\]\]")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_IMAGE = re.compile(r"url\((images/[\w.-]+\.png)\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
#: Links of vendored code to its own home: kept as text, no longer as addresses.
_LINK = re.compile(r"https?://(?!www\.w3\.org/)")


def render_page(scene: Scene) -> str:
    """Return one self-contained HTML page for `scene`.

    Nothing of the scene reaches folium or any template language: it goes into one
    ``application/json`` element, escaped by :func:`siting.mapping.payload.to_safe_json`.
    """
    sheets, scripts, body = _frame()
    papers = {name: _page_file(f"paper-{name}.css") for name in PAPERS}
    slots = {
        "language": "en" if scene.language == "en" else "zh-CN",
        "title": html.escape(scene.title),
        "policy": html.escape(_policy((*sheets, *papers.values()), scripts, scene.tile_origin)),
        **papers,
        "styles": "".join(f"<style>{style}</style>\n" for style in sheets),
        "map": body,
        "data": to_safe_json(travelling(scene.payload)),
        "scripts": "".join(f"<script>{script}</script>\n" for script in scripts),
    }
    return _SLOT.sub(lambda match: slots[match.group(1)], _page_file("page.html"))


@functools.cache
def _frame() -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return styles, scripts and the map's element, the same for every page."""
    leaflet = resources.files("xstatic.pkg.leaflet") / "data"
    head_styles, head_scripts, body, map_scripts = _folium_parts()
    own_style = "\n".join(map(_page_file, STYLES))
    sheets = (_inlined_style(leaflet), *head_styles, own_style)
    scripts = (_inlined_script(leaflet), *head_scripts, *map_scripts, _own_script())
    return (
        tuple(_closed(sheet, "</style") for sheet in sheets),
        tuple(_closed(script, "</script") for script in scripts),
        body,
    )


def _folium_parts() -> tuple[list[str], list[str], str, list[str]]:
    import folium

    chart = folium.Map(
        location=[0.0, 0.0], zoom_start=3, tiles=None, prefer_canvas=True, zoom_control=False
    )
    chart.default_js = []
    chart.default_css = []
    chart._id = MAP_ID  # noqa: SLF001 - folium draws a random one and offers no argument
    figure = folium.Figure()
    chart.add_to(figure)
    figure.render()
    header = figure.header.render()
    script = figure.script.render()
    return _STYLE.findall(header), _SCRIPT.findall(header), figure.html.render().strip(), [script]


def _inlined_style(leaflet: Traversable) -> str:
    def image(match: re.Match[str]) -> str:
        content = (leaflet / match.group(1)).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(content).decode('ascii')})"

    style = (leaflet / "leaflet.css").read_text(encoding="utf-8")
    return _LINK.sub("", _IMAGE.sub(image, style))


def _inlined_script(leaflet: Traversable) -> str:
    script = (leaflet / "leaflet.js").read_text(encoding="utf-8")
    return _LINK.sub("", _SOURCE_MAP.sub("", script))


def _own_script() -> str:
    folder = resources.files("siting.mapping") / "page" / "js"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".js")), key=lambda f: f.name)
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return f'(function () {{\n"use strict";\n{_looks()}\n{text}\n}})();'


def _looks() -> str:
    """Return what the script paints with, as constants: the data that QGIS styles use as well."""
    outcomes = {
        name: {
            "colour": look.colour,
            "fill": look.fill,
            "symbol": look.symbol,
            "dash": " ".join(map(str, look.dash)) or None,
        }
        for name, look in styles.OUTCOME_LOOKS.items()
    }
    plan = {
        kind: {"fill": look.fill, "symbol": look.symbol, "hatch": look.hatch}
        for kind, look in styles.PLAN_LOOKS.items()
    }
    constants = {
        "SIGNS": packing.SIGNS,
        "TILE": hatches.TILE,
        "DOTS": hatches.DOTS,
        "STROKES": dict(hatches.STROKES),
        "OUTCOME_LOOKS": outcomes,
        "SITE_COLOUR": styles.SITE_COLOUR,
        "SITE_FILL": styles.SITE_FILL,
        "REPAIR_COLOUR": styles.REPAIR_COLOUR,
        "PLAN_COLOUR": styles.PLAN_COLOUR,
        "MOVE_COLOUR": styles.MOVE_COLOUR,
        "PLAN_LOOKS": plan,
    }
    return "\n".join(f"const {name} = {json.dumps(value)};" for name, value in constants.items())


def _page_file(name: str) -> str:
    file = resources.files("siting.mapping") / "page" / name
    return file.read_text(encoding="utf-8")


def _closed(text: str, closing: str) -> str:
    """Return vendored or own code as it may stand inside its element."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return unix.replace(closing, closing.replace("/", "\\/"))


def _policy(sheets: tuple[str, ...], scripts: tuple[str, ...], tile_origin: str) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(scripts)}",
            f"style-src {_hashes(sheets)}",
            f"img-src data: {tile_origin}".strip(),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hashes(texts: tuple[str, ...]) -> str:
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)
