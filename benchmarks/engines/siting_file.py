"""siting by the product's own way: city.toml, the load contract, the kernel with its witnesses.

What the product keeps of an earlier load may be used, as it would be on any second day; the
first load is not timed.
"""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pandas as pd
from city_files import write_files

from siting import api
from siting.cli.main import OBJECTS_BEFORE_COLLECTING
from siting.load import (  # noqa: F401 - a lazy package, imported before the clock runs
    load_city,
    neighbourhood_of,
    read_projects,
    read_red_lines,
)
from siting.overlay import Ground, pair_areas, prepared
from siting.overlay.kernel import engine  # noqa: F401 - machine code is loaded before the clock runs
from siting.store import Trust
from siting.study import load_study, open_city, store_of

#: As every run of ``siting`` has it.
gc.set_threshold(OBJECTS_BEFORE_COLLECTING, *gc.get_threshold()[1:])


def city_of(city: Path, layers: tuple[str, ...]) -> Path:
    """Return the city.toml with these layers."""
    name = layers[0] if len(layers) == 1 else f"{len(layers)}-layers"
    return write_files(city, name, int(city.name.split("-")[1]), layers)


def beforehand(city: Path, layers: tuple[str, ...]) -> None:
    """Load and answer once, so that what the product keeps is there."""
    answer(load(city, layers))


def load(city: Path, layers: tuple[str, ...]) -> api.Study:
    """Load as ``siting check`` does: a file that nobody has touched is not hashed again."""
    opened = open_city(city_of(city, layers))
    return load_study(opened, store=store_of(opened), trust=Trust.STAMP)


def answer(study: api.Study) -> pd.DataFrame:
    """Return the overlaps: the kernel works on what is kept of each layer."""
    red_lines = study.atlas.red_lines
    outlines = prepared(np.array([red_line.geometry for red_line in red_lines], dtype=object))
    numbers = np.array([int(red_line.id) for red_line in red_lines])
    tables = []
    for layer in study.atlas.layers:
        if layer.role == "district":
            continue
        if layer.contract.rows_used != layer.contract.rows_in:
            raise SystemExit(f"{layer.name}: rows were refused, so positions are no numbers")
        found = pair_areas(outlines, Ground(layer.features), witness="doubtful")
        columns = {
            "red_line": numbers[found.left],
            "feature": found.right,
            "area_m2": found.area_m2,
        }
        tables.append(pd.DataFrame(columns).assign(layer=layer.name))
    return pd.concat(tables, ignore_index=True)
