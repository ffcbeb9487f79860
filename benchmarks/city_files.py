"""A city.toml with a rule book over a generated city, so that the product itself can load it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely
from city import CRS, ORIGIN, SEED, extent_of

#: Red lines and rivers reach beyond the parcels; the district holds them all.
BEYOND_M = 60_000.0

CITY = """\
[city]
name = "Benchmark city {seed}"
crs = "{crs}"
language = "en"
as_of = 2026-11-01
rulebook = "rulebook.toml"

[[layer]]
name = "districts"
role = "district"
path = "districts.parquet"
id_column = "code"
coverage = "city"
dated = 2026-01-01
release = "public"
"""
LAYER = """
[[role]]
name = "x_{name}"

[[layer]]
name = "{name}"
role = "x_{name}"
path = "{name}.parquet"
id_column = "number"
coverage = "city"
dated = 2026-01-01
release = "internal"
"""
RED_LINES = """
[[redlines]]
path = "red_lines.parquet"
id_column = "number"
"""
BOOK = """\
[book]
title = "Benchmark rules"
version = "1"
"""
RULE = """
[[rule]]
code = "BENCH-{code}"
kind = "overlap"
title = "{name}"
severity = "{severity}"
role = "x_{name}"
[rule.basis]
citation = "none: a rule for a clock"
certainty = "L"
[rule.route]
way = "avoid"
text = "avoid it"
[[rule.case]]
name = "half"
red_line = "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"
features = ["POLYGON ((50 0, 300 0, 300 100, 50 100, 50 0))"]
expect = "conflict"
area_m2 = 5000.0
"""


def write_files(
    folder: Path, name: str, parcels: int, layers: tuple[str, ...], *, has_red_lines: bool = True
) -> Path:
    """Write ``NAME/city.toml`` beside links to the layers, unless it is there; return its path.

    Each set of layers is a city of its own, so that a job loads what its peers load, and each has
    its own prepared layers.
    """
    home = folder / name
    target = home / "city.toml"
    if target.is_file():
        return target
    home.mkdir(exist_ok=True)
    for each in (*layers, "red_lines"):
        link = home / f"{each}.parquet"
        if not link.is_file():
            link.hardlink_to(folder / f"{each}.parquet")
    extent = extent_of(parcels)
    west, south = ORIGIN
    outline = shapely.box(
        west - BEYOND_M,
        south - BEYOND_M,
        west + extent.width_m + BEYOND_M,
        south + extent.height_m + BEYOND_M,
    )
    districts = gpd.GeoDataFrame({"code": ["440100"]}, geometry=[outline], crs=CRS)
    districts.to_parquet(home / "districts.parquet")
    rules = [
        RULE.format(
            code=each.upper().replace("_", "-"),
            name=each,
            severity="advisory" if each == "parcels" else "prohibited",
        )
        for each in layers
    ]
    (home / "rulebook.toml").write_text(BOOK + "".join(rules))
    parts = [CITY.format(seed=SEED, crs=CRS), *(LAYER.format(name=each) for each in layers)]
    target.write_text("".join(parts) + (RED_LINES if has_red_lines else ""))
    return target
