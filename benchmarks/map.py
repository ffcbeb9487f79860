"""A city's page beside stock folium: its bytes, the time to write it, to open it and to pan it.

    python benchmarks/map.py [--only NAME …] [--city FOLDER]

folium gets 10,000 parcels (`GeoJson` with a tooltip of the parcel's number), as SVG, which is what
it does when nobody asks, and once more with ``prefer_canvas``. siting gets the same 10,000 parcels
and nothing else; then the same with 100 red lines, and 100,000 parcels with 1,000 projects. Those
two pages hold all that siting's pages hold: control-line layers, verdicts, findings. Both also
write 100,000 parcels and nothing else; folium's page of those is not opened. Reading files is not
timed.

Pages are opened in headless Chromium without a network; what folium fetches from its CDN (Leaflet,
jQuery, Bootstrap) is answered from the disk at once. All are panned at the same zoom, at which
some 9,500 parcels are in view: from the order to pan until the second frame after everything is
drawn. Each page is written by a process of its own. Rows go to results.json, the table to docs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

import clock
import document
import pyproj
import results
from city import CRS, LAYERS, ORIGIN, extent_of, make_city
from city_files import write_files

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# Engines are imported by the process that measures them alone, so that each has its own peak.
#: What is measured: name -> engine, size, parcels, red lines.
PAGES = {
    "folium": ("folium", "10k parcels", 10_000, 100),
    "folium canvas": ("folium", "10k parcels, canvas", 10_000, 100),
    "siting alone": ("siting", "10k parcels", 10_000, 100),
    "folium 100k": ("folium", "100k parcels", 100_000, 1_000),
    "siting alone 100k": ("siting", "100k parcels", 100_000, 1_000),
    "siting": ("siting", "10k parcels, 100 red lines", 10_000, 100),
    "siting large": ("siting", "100k parcels, 1,000 projects", 100_000, 1_000),
}
#: At this zoom a parcel is some 13 pixels wide: siting draws each, and 10,000 fill the window.
ZOOM = 14.25
WINDOW = {"width": 1440, "height": 900}
STEPS, STEP_PX = 12, 160
LONGEST_MS = 180_000
#: A page of folium with more parcels than this is only written: it is 90 MB of paths.
MOST_OPENED = 10_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TWO_FRAMES = "() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
#: Moves the map and returns the milliseconds until the second frame after all is drawn.
MOVE = """([map, method, given]) => new Promise(done => {
  const begun = performance.now();
  const frame = left => requestAnimationFrame(() => {
    if (document.body.dataset.ground === "waiting") { frame(2); }
    else if (left > 1) { frame(left - 1); }
    else { done(performance.now() - begun); }
  });
  window[map][method](...given);
  frame(2);
})"""


def parcels_toml(folder: Path, parcels: int) -> Path:
    """Return a city.toml in which the parcels are parcels."""
    path = write_files(folder, "page", parcels, (*LAYERS, "parcels"))
    text = path.read_text().replace('[[role]]\nname = "x_parcels"\n', "")
    path.write_text(text.replace('role = "x_parcels"', 'role = "parcel"'))
    book = path.with_name("rulebook.toml")
    rules = book.read_text().split("\n[[rule]]\n")
    book.write_text("\n[[rule]]\n".join(rule for rule in rules if "BENCH-PARCELS" not in rule))
    return path


def write_siting(folder: Path, parcels: int, target: Path, *, is_alone: bool) -> dict[str, float]:
    """Check the city, then write its page; only the latter is timed."""
    import folium  # noqa: F401, PLC0415 - our frame: importing is left out for both

    from siting import api  # noqa: PLC0415
    from siting.mapping import city_scene, render_page  # noqa: PLC0415
    from siting.save import write_text  # noqa: PLC0415

    study = api.load(parcels_toml(folder, parcels), output=target.parent)
    report, atlas = api.check(study), study.atlas
    if is_alone:
        atlas = replace(atlas, layers=atlas.by_role("parcel"))
        report = replace(report, results=(), verdicts=(), findings=(), totals_m2={}, rules=())
    begun = clock.read()
    write_text(target, render_page(city_scene(report, (), atlas, city=study.city)))
    return clock.read().since(begun)


def write_folium(folder: Path, target: Path, *, is_canvas: bool) -> dict[str, float]:
    """Write the page that folium's manual leads to: one GeoJson with one tooltip."""
    import folium  # noqa: PLC0415
    import geopandas as gpd  # noqa: PLC0415

    parcels = gpd.read_parquet(folder / "parcels.parquet")[["DKBH", "geometry"]]
    begun = clock.read()
    shown = parcels.to_crs("EPSG:4326")
    middle = shown.total_bounds.reshape(2, 2).mean(axis=0)
    chart = folium.Map(
        location=middle[::-1].tolist(), zoom_start=13, tiles=None, prefer_canvas=is_canvas
    )
    folium.GeoJson(shown, tooltip=folium.GeoJsonTooltip(["DKBH"])).add_to(chart)
    chart.save(target)
    return clock.read().since(begun)


def written(name: str, folder: Path) -> dict[str, float]:
    """Write one page in this process; return what it took."""
    engine, _, parcels, red_lines = PAGES[name]
    city = make_city(folder, parcels, red_lines)
    target = page_of(folder, name)
    if engine == "siting":
        took = write_siting(city, parcels, target, is_alone="alone" in name)
    else:
        took = write_folium(city, target, is_canvas="canvas" in name)
    return {**took, "peak_mb": clock.peak_mb(), "bytes": target.stat().st_size}


def page_of(folder: Path, name: str) -> Path:
    return folder / f"page-{name.replace(' ', '-')}.html"


def opened(path: Path, engine: str, middle: list[float]) -> dict[str, float]:
    """Open a page, pan it, and return milliseconds: to ready, to the first view, per step."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        page = browser.new_page(viewport=WINDOW)
        page.set_default_timeout(LONGEST_MS)
        page.route(re.compile("^https?://"), _from_disk)
        begun = time.perf_counter()
        page.goto(path.as_uri(), wait_until="load")
        if engine == "siting":
            page.wait_for_selector('body[data-ready][data-ground="drawn"]')
        page.evaluate(TWO_FRAMES)
        ready_ms = 1000 * (time.perf_counter() - begun)
        found = {"ready_ms": ready_ms, **_panned(page, middle)}
        browser.close()
    return found


def _panned(page: Page, middle: list[float]) -> dict[str, float]:
    name = page.evaluate("() => Object.keys(window).filter(k => k.indexOf('map_') === 0)[0]")
    page.evaluate("name => { window[name].options.zoomSnap = 0.25; }", name)
    view_ms = page.evaluate(MOVE, [name, "setView", [middle, ZOOM, {"animate": False}]])
    steps = []
    for at in range(STEPS):
        by = [STEP_PX if at % 6 < 3 else -STEP_PX, STEP_PX // 2]
        steps.append(page.evaluate(MOVE, [name, "panBy", [by, {"animate": False}]]))
    return {"view_ms": view_ms, "pan_ms": statistics.median(steps), "worst_pan_ms": max(steps)}


def _from_disk(route: Route) -> None:
    leaflet = resources.files("xstatic.pkg.leaflet") / "data"
    name = route.request.url.rsplit("/", 1)[-1]
    if name in {"leaflet.js", "leaflet.css"}:
        kind = "text/javascript" if name.endswith("js") else "text/css"
        route.fulfill(body=(leaflet / name).read_bytes(), content_type=kind)
    else:
        route.fulfill(body="", content_type="text/plain")


def middle_of(parcels: int) -> list[float]:
    """Return latitude and longitude of the middle of a city."""
    extent = extent_of(parcels)
    east, north = ORIGIN[0] + extent.width_m / 2, ORIGIN[1] + extent.height_m / 2
    degrees = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(east, north)
    return [degrees[1], degrees[0]]


def measured(name: str, folder: Path) -> results.Row:
    """Write a page in a process of its own, open it, and return its row."""
    engine, size, parcels, red_lines = PAGES[name]
    command = [sys.executable, __file__, "--city", str(folder), "--write", name]
    said = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    took = json.loads(said.stdout.splitlines()[-1])
    seen: dict[str, float] = {}
    if engine == "siting" or parcels <= MOST_OPENED:
        seen = opened(page_of(folder, name), engine, middle_of(parcels))
    return {
        "job": results.MAP_JOB,
        "size": size,
        "engine": engine,
        **{key: round(value, 3) for key, value in took.items()},
        **{key: round(value, 1) for key, value in seen.items()},
        "parcels": parcels,
        "red_lines": red_lines if engine == "siting" else 0,
        "load_1min": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=PAGES, metavar="NAME")
    parser.add_argument("--city", type=Path, default=Path(tempfile.gettempdir()) / "siting-bench")
    parser.add_argument("--write", choices=PAGES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        print(json.dumps(written(given.write, given.city)))
        return
    for name in given.only or PAGES:
        row = measured(name, given.city)
        results.put([row])
        print(row, flush=True)
    document.write()


if __name__ == "__main__":
    main()
