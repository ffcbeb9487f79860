"""The exclusion table: every parcel by six layers, then 500 projects on it.

    python benchmarks/exclusion.py FOLDER [parcels]

On the city of `benchmarks/city.py` (made in FOLDER unless it is there). CPU seconds. Beside it, in
the same run, shapely as an expert uses it: 256-vertex tiles of the layers are left out for its
favour is the tree on the parcels, the large shapes asked prepared, `contains_properly` before
`intersection`, and the areas of a parcel's pieces summed (what overlaps counted twice); and for
the projects one pandas filter per project on the same table.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

sys.path.insert(0, str(Path(__file__).parent))

from city import CRS, make_city
from numpy.typing import NDArray

from siting.exclude import Cells, Column, ExclusionTable, Finder, Land, Wish
from siting.exclude.measuring import under
from siting.exclude.setting import Setting
from siting.model import Basis, Project, Route, Severity, Text, Way
from siting.overlay.cover import hits_of
from siting.overlay.kernel.measure import Prepared
from siting.overlay.pairs import prepared
from siting.rules.base import AppliesTo
from siting.rules.overlap import OverlapRule

SIX = ("farmland", "ecological_red_line", "rivers", "forest", "flood", "hazard")
PROJECTS = 500
SEED = 20261122

Geometries = NDArray[np.object_]


def spent(work: Callable[[], object]) -> tuple[float, object]:
    """Return the CPU seconds of some work, and what it returned."""
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def shapes_of(city: Path, name: str) -> Geometries:
    return np.asarray(gpd.read_parquet(city / f"{name}.parquet").geometry.array, dtype=object)


def rule_of(name: str, number: int) -> OverlapRule:
    return OverlapRule(
        code=name,
        title=Text(name),
        severity=Severity.PROHIBITED,
        basis=Basis(name),
        route=Route(Way.AVOID, Text("")),
        targets=AppliesTo(not_uses=(f"{number:02d}",)),
        role=name,
    )


def by_shapely(
    tree: shapely.STRtree, parcels: Geometries, shapes: Geometries
) -> NDArray[np.float64]:
    """Sum the pieces of each parcel; the best that plain shapely does without a union."""
    left, right = tree.query(shapes, predicate="intersects")
    inside = np.zeros(len(left), dtype=bool)
    shapely.prepare(shapes)
    inside = shapely.contains_properly(shapes[left], parcels[right])
    areas = np.empty(len(left))
    areas[inside] = shapely.area(parcels[right[inside]])
    pieces = shapely.intersection(parcels[right[~inside]], shapes[left[~inside]])
    areas[~inside] = shapely.area(pieces)
    shapely.destroy_prepared(shapes)
    return np.bincount(right, areas, minlength=len(parcels))


def wishes(dice: np.random.Generator) -> list[Wish]:
    found = []
    for number in range(PROJECTS):
        low = float(dice.uniform(3_000, 9_000))
        use = f"{dice.integers(0, 8):02d}"
        project = Project(id=f"P{number}", name="", use=use, code_system="x")
        found.append(
            Wish(project, low, low * 1.5, {Severity.PROHIBITED: float(dice.choice([0, 0.02]))})
        )
    return found


def by_pandas(table: ExclusionTable, frame: pd.DataFrame, wish: Wish) -> NDArray[np.int64]:
    kept = (frame["area"] >= wish.area_m2_min) & (frame["area"] <= wish.area_m2_max)
    limit = wish.limits[Severity.PROHIBITED]
    for column in table.columns:
        if column.rule.applies_to(wish.project):
            kept &= (
                (frame[f"{column.key}_share"] <= limit) if limit else ~frame[f"{column.key}_hit"]
            )
    return np.flatnonzero(kept.to_numpy())


def main() -> None:
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    city = make_city(folder, count, 1_000)
    parcels = shapes_of(city, "parcels")
    result: dict[str, object] = {"parcels": len(parcels), "layers": list(SIX)}
    ground = Prepared(parcels)
    Prepared(parcels[:2]).compiled()  # machine code is loaded before the clock runs
    result["lay out parcels"], _ = spent(ground.compiled)
    land = Land(tuple(map(str, range(len(parcels)))), ground, shapely.area(parcels), np.arange(0))
    setting = Setting(land, {}, {})
    vouched = np.ones(len(parcels), dtype=bool)
    seconds_tree, tree = spent(lambda: shapely.STRtree(parcels))
    tree.query(shapely.box(0, 0, 1, 1))
    columns, rows = [], {}
    for number, name in enumerate(SIX):
        shapes = shapes_of(city, name)
        covers = prepared(shapes)
        pairs_s, hits = spent(lambda covers=covers: hits_of(covers, ground))
        cells_s, cells = spent(lambda: under(setting, hits, covers, vouched))  # noqa: B023
        expert_s, sums = spent(lambda shapes=shapes: by_shapely(tree, parcels, shapes))
        is_single = np.bincount(hits.parcel, minlength=len(parcels)) == 1
        worst = np.abs(sums - cells.excluded_m2)[is_single].max(initial=0.0)
        rows[name] = {
            "pairs": len(hits), "pairs_s": pairs_s, "union_s": cells_s, "shapely_sums_s": expert_s,
            "worst_m2_where_one_feature_hits": float(worst),
            "parcels_under_several_features": int((np.bincount(hits.parcel) > 1).sum()),
            "largest_bound_m2": float(cells.bound_m2.max()),
            "disputed": int(cells.is_disputed.sum()),
        }  # fmt: skip
        print(name, json.dumps(rows[name]), flush=True)
        assert isinstance(cells, Cells)
        columns.append(Column(rule_of(name, number), "", cells))
    result["by layer"] = rows
    result["table_s"] = sum(row["pairs_s"] + row["union_s"] for row in rows.values())
    result["shapely_sums_s"] = seconds_tree + sum(row["shapely_sums_s"] for row in rows.values())
    table = ExclusionTable(land, tuple(columns), {}, dt.date(2026, 11, 1), CRS, "bench")
    asked = wishes(np.random.default_rng(SEED))
    result["finder, once_s"], finder = spent(lambda: Finder(table))
    result["500 projects_s"], ours = spent(lambda: [finder.find(wish).rows for wish in asked])
    frame = pd.DataFrame({"area": land.areas_m2})
    for column in table.columns:
        frame[f"{column.key}_hit"] = column.cells.is_hit
        frame[f"{column.key}_share"] = table.shares(column)
    result["500 projects, pandas_s"], theirs = spent(
        lambda: [by_pandas(table, frame, wish) for wish in asked]
    )
    result["same parcels"] = all(
        np.array_equal(np.sort(one), other) for one, other in zip(ours, theirs, strict=True)
    )
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
