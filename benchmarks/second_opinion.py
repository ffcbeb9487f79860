"""PostGIS as a second opinion: the same pairs, and areas within the gate, on two cities.

    python benchmarks/second_opinion.py CITY.toml [--data-dir DIR] [--json FILE]

Each red line and each parcel of the city is laid over each of its polygon layers, in siting's
kernel alone and in PostGIS by ``ST_Intersection(a, b, 0.0001)``, every pair whose boxes meet. A
difference of more than the gate, or a pair that only one of them names, is settled by the exact
oracle. Exit status 1 when siting is wrong in any of them, or when one cannot be settled.

Needs Debian's PostgreSQL with PostGIS (scripts/postgis.sh), nothing from a package index.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from engines import postgis_server
from numpy.typing import NDArray

from siting import api
from siting.overlay import exact_overlap_area_m2, pair_areas

Geometries = NDArray[np.object_]

#: PostGIS rounds to this grid: a tenth of a millimetre.
GRID_M = 0.0001
#: Pairs under this are not compared: what counts as a touch differs between engines.
LEAST_M2 = 0.01
#: The gate of RELIABILITY: areas may differ by this, or by this share.
TOLERANCE_M2, TOLERANCE_SHARE = 0.01, 1e-6

QUERY = f"""
COPY (SELECT a.number, b.number, ST_Area(ST_Intersection(a.geom, b.geom, {GRID_M}))
      FROM ours a JOIN theirs b ON a.geom && b.geom) TO STDOUT (FORMAT csv)
"""  # noqa: S608 - a number of our own


@dataclass(frozen=True)
class Difference:
    """A pair on which the two do not agree, and what exact arithmetic says."""

    left: str
    layer: str
    pair: tuple[int, int]
    siting_m2: float
    postgis_m2: float
    exact_m2: float | None


@dataclass(frozen=True)
class Opinion:
    """What came of one set of shapes on one layer."""

    left: str
    layer: str
    shapes: tuple[int, int]
    pairs_siting: int
    pairs_postgis: int
    largest_difference_m2: float
    differences: tuple[Difference, ...]


class PostGIS:
    """A server of its own, spoken to by psql."""

    def __init__(self) -> None:
        self.folder = postgis_server.start()
        for _ in range(200):
            if self._psql("SELECT 1", check=False).returncode == 0:
                break
            time.sleep(0.1)
        self._psql("CREATE EXTENSION postgis")
        self.version = self._psql("SELECT postgis_full_version()").stdout.split(" PROJ")[0].strip()

    def _psql(self, sql: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = ["psql", "-h", str(self.folder), "-U", postgis_server.ACCOUNT, "-d", "postgres",
                   "-XqAt", "-v", "ON_ERROR_STOP=1"]  # fmt: skip
        return subprocess.run(command, input=sql, capture_output=True, text=True, check=check)  # noqa: S603

    def take(self, name: str, shapes: Geometries) -> None:
        """Put shapes into a table of their own, in place of the one before."""
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            for number, wkb in enumerate(shapely.to_wkb(shapes, hex=True)):
                file.write(f"{number},{wkb}\n")
            file.flush()
            self._psql(
                f"DROP TABLE IF EXISTS {name}; "
                f"CREATE TABLE {name} (number integer, geom geometry);\n"
                f"\\copy {name} FROM '{file.name}' (FORMAT csv)\n"
                f"CREATE INDEX ON {name} USING gist (geom); ANALYZE {name};"
            )

    def areas(self) -> pd.Series:
        """Return the area of each pair whose boxes meet, by the numbers of both."""
        rows = [line.split(",") for line in self._psql(QUERY).stdout.splitlines()]
        index = pd.MultiIndex.from_tuples([(int(a), int(b)) for a, b, _ in rows] or [(-1, -1)])
        values = [float(area) for *_, area in rows] or [0.0]
        return pd.Series(values, index=index, dtype=float)


def compared(postgis: PostGIS, names: tuple[str, str], shapes: tuple[Geometries, ...]) -> Opinion:
    """Lay the shapes taken before over a layer's in both engines; settle what differs."""
    left, right = shapes
    postgis.take("theirs", right)
    told = pair_areas(left, right, witness="none")
    ours = pd.Series(told.area_m2, index=pd.MultiIndex.from_arrays([told.left, told.right]))
    both = pd.DataFrame({"siting": ours, "postgis": postgis.areas()}).fillna(0.0)
    larger = both.max(axis=1)
    apart_m2 = (both["siting"] - both["postgis"]).abs()
    is_apart = apart_m2 > np.maximum(TOLERANCE_M2, TOLERANCE_SHARE * larger)
    is_apart |= (larger > LEAST_M2 + 1e-3) & (both.min(axis=1) < LEAST_M2 - 1e-3)
    differences = tuple(
        Difference(
            *names, (int(i), int(j)), float(row["siting"]), float(row["postgis"]),
            exact_overlap_area_m2(left[i], right[j]),
        )
        for (i, j), row in both[is_apart].iterrows()
    )  # fmt: skip
    return Opinion(
        *names,
        (len(left), len(right)),
        int((both["siting"] > LEAST_M2).sum()),
        int((both["postgis"] > LEAST_M2).sum()),
        float(apart_m2.max()) if len(both) else 0.0,
        differences,
    )


def polygons(shapes: Geometries) -> Geometries:
    """Return the valid polygons: what siting measures."""
    is_area = (shapely.get_dimensions(shapes) == 2) & shapely.is_valid(shapes)
    return shapes[is_area & ~shapely.is_empty(shapes)]


def opinions(city: Path, data_dir: Path | None, postgis: PostGIS) -> list[Opinion]:
    """Return what came of every set of red lines and parcels on every polygon layer."""
    with tempfile.TemporaryDirectory() as output:
        study = api.load(city, data_dir=data_dir, output=Path(output))
    frames = {
        each.name: polygons(each.frame.geometry.to_numpy())
        for each in study.atlas.layers
        if each.frame is not None
    }
    lines = np.array([line.geometry for line in study.atlas.red_lines], dtype=object)
    lefts = {"red lines": polygons(lines)}
    lefts |= {each.name: frames[each.name] for each in study.atlas.layers if each.role == "parcel"}
    found = []
    for name, left in lefts.items():
        postgis.take("ours", left)
        for layer, right in frames.items():
            if len(right) and layer != name:
                found.append(compared(postgis, (name, layer), (left, right)))
                print(found[-1], file=sys.stderr, flush=True)
    return found


def is_right(difference: Difference) -> bool:
    """True when siting's area is the exact one, within the gate."""
    exact = difference.exact_m2
    if exact is None:
        return False
    gate_m2 = max(TOLERANCE_M2, TOLERANCE_SHARE * exact)
    return abs(difference.siting_m2 - exact) <= gate_m2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("city", type=Path)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    postgis = PostGIS()
    found = opinions(given.city, given.data_dir, postgis)
    differences = [each for opinion in found for each in opinion.differences]
    wrong = [each for each in differences if not is_right(each)]
    summary = {
        "postgis": postgis.version,
        "layers": len(found),
        "pairs_siting": sum(each.pairs_siting for each in found),
        "pairs_postgis": sum(each.pairs_postgis for each in found),
        "largest_difference_m2": max((each.largest_difference_m2 for each in found), default=0.0),
        "differences": [asdict(each) for each in differences],
        "siting_wrong": len(wrong),
    }
    print(json.dumps(summary, indent=1, ensure_ascii=False))
    if given.json:
        given.json.write_text(json.dumps(summary, ensure_ascii=False), encoding="utf-8")
    if wrong or not summary["pairs_siting"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
