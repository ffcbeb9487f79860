"""A whole check, not the kernel alone: CPU per red line, and which part of the check takes it.

    python benchmarks/whole_check.py FOLDER [parcels] [red lines ...]

The generated city (`siting sample`, made in FOLDER unless it is there) has forty red lines; here
each number of red lines is those forty, moved to seeded places of the city, each with a project
of its own. Nothing is taken from an earlier run. The parts are timed by cProfile in a second
run of the same check, so they are shares of a slower whole; a part holds all that it calls.
"""

from __future__ import annotations

import cProfile
import datetime as dt
import pstats
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from clock import read

from siting import api
from siting.model import Project, RedLine
from siting.study import Study

SEED = 20261122
#: Of all red lines, so that every overlap has its error band where the layer has one.
ACCURACY_M = 0.05
PARCELS = 40_000
NUMBERS = (125, 250, 500, 1_000)
#: What is shown of a check: the end of a file's name, and a function of it.
PARTS = (
    # of this the witnesses of overlaps and what zones and boundaries leave bare
    ("rules", "verdicts.py", "judge"),
    ("witnesses", "witness.py", "hear"),
    ("bare land", "bare.py", "uncovered_each"),
    ("error bands", "bands.py", "with_bands"),
    ("feature hashes", "check/features.py", "with_feature_prints"),
    ("results", "totals.py", "results_of"),
    ("totals", "totals.py", "totals_by_rule"),
)


def main() -> None:
    folder = Path(sys.argv[1])
    parcels = int(sys.argv[2]) if len(sys.argv) > 2 else PARCELS
    numbers = [int(number) for number in sys.argv[3:]] or NUMBERS
    if not (folder / "city.toml").is_file():
        api.generate(folder, seed=SEED, parcels=parcels, as_of=dt.date(2026, 11, 20))
    study = replace(api.load(folder), store=None)
    api.check(study)  # the machine code is loaded, GEOS and PROJ are warm
    print(f"{'red lines':>10} {'findings':>9} {'CPU s':>8} {'ms each':>8}  " + _titles())
    for number in numbers:
        many = crowded(study, number)
        before = read()
        report = api.check(many)
        cpu_s = read().since(before)["cpu_s"]
        shares = "  ".join(
            f"{share:>{len(title)}.0%}" for title, share in parts_of(lambda c=many: api.check(c))
        )
        each_ms = 1_000 * cpu_s / number
        print(f"{number:>10} {len(report.findings):>9} {cpu_s:>8.2f} {each_ms:>8.1f}  {shares}")


def _titles() -> str:
    return "  ".join(title for title, _, _ in PARTS)


def crowded(study: Study, number: int) -> Study:
    """Return the study with so many red lines: its own, moved, each of a project of its own."""
    dice = np.random.default_rng(SEED)
    atlas = study.atlas
    known = {project.id: project for project in atlas.projects}
    own = [line for line in atlas.red_lines if line.project_id in known and _is_plain(line)]
    west, south, east, north = atlas.outline.bounds
    lines: list[RedLine] = []
    projects: list[Project] = []
    while len(lines) < number:
        line = own[len(lines) % len(own)]
        to = shapely.Point(dice.uniform(west, east), dice.uniform(south, north))
        if not atlas.outline.contains(to):
            continue
        by = np.array(to.coords[0]) - np.array(line.geometry.centroid.coords[0])
        name = f"W{len(lines):05d}"
        # millimetres, as a survey has them
        shape = shapely.transform(line.geometry, lambda xy, by=by: np.round(xy + by, 3))
        lines.append(replace(line, id=name, project_id=name, geometry=shape, accuracy_m=ACCURACY_M))
        projects.append(replace(known[line.project_id], id=name))
    crowd = replace(
        atlas,
        districts=atlas.district_rows,
        projects=tuple(projects),
        red_lines=tuple(lines),
    )
    return replace(study, atlas=crowd)


def _is_plain(line: RedLine) -> bool:
    return bool(shapely.is_valid(line.geometry)) and not line.geometry.is_empty


def parts_of(work: Callable[[], object]) -> list[tuple[str, float]]:
    """Return each part's share of the time that some work takes."""
    profile = cProfile.Profile()
    profile.runcall(work)
    stats = pstats.Stats(profile)
    timed = stats.stats  # type: ignore[attr-defined] - not in the stubs
    return [
        (
            title,
            sum(
                entry[3]
                for (file, _, name), entry in timed.items()
                if file.endswith(end) and name == function
            )
            / stats.total_tt,  # type: ignore[attr-defined] - not in the stubs
        )
        for title, end, function in PARTS
    ]


if __name__ == "__main__":
    main()
