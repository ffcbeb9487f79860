"""What hand-over wrote, loaded again: the same red lines, whatever their shape."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from siting.city import RedLineSpec
from siting.load import read_red_lines

from ..handover.conftest import (
    CRS,
    EAST,
    NORTH,
    build_world,
    project,
    red_line,
    result,
    write_world,
)
from ..tiny_city import ORIGINS
from .shapes import polygons

#: A case is a red line; packages of so many are written at once.
LINES = 60
ROWS = settings(max_examples=max(3, settings.default.max_examples // LINES))
WEST, EASTERN = "440901", "440902"
#: All but the red-line TXT keep coordinates to 1e-6 m, the TXT to the millimetre.
FILES = {
    "redlines.gpkg": (1e-6, {"sublayer": "redlines", "id_column": "red_line_id",
                             "project_column": "project_id"}),
    "redlines.txt": (1e-3, {}),
    "redlines.dxf": (1e-6, {"crs": CRS, "id_column": "red_line_id",
                            "project_column": "project_id"}),
    "redlines.shp": (1e-6, {"id_column": "DKBH", "project_column": "XMDM"}),
}  # fmt: skip


def within(shape: BaseGeometry, district: str) -> BaseGeometry:
    """Move a polygon into a district, a third as large: its coordinates are round no longer."""
    west, south = ORIGINS[CRS]
    east_m = EAST + 300.0 + (1_000.0 if district == EASTERN else 0.0)

    def there(xy):
        return (xy - (west, south)) / 3.0 + (east_m, NORTH + 300.0)

    moved: BaseGeometry = shapely.transform(shape, there)
    return moved


@ROWS
@given(st.lists(polygons(), min_size=LINES, max_size=LINES))
def test_red_lines_come_back(shapes) -> None:
    made, results = {}, []
    for number, shape in enumerate(shapes):
        district = (WEST, EASTERN)[number % 2]
        line = red_line(f"{number:02}", district, within(shape, district))
        # TXT has one line for a name: what is in it is no part of this
        results.append(result(replace(line, version="", source="", notes=()), district))
        made.setdefault(district, {})[line.id] = line.geometry
    world = build_world()
    projects = tuple(project(each.red_line.id[3:], each.district) for each in results)
    report = replace(
        world.report, results=tuple(results), projects=projects, findings=(), verdicts=()
    )
    atlas = replace(
        world.atlas, projects=projects, red_lines=tuple(each.red_line for each in results)
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "handover"
        write_world(replace(world, report=report, atlas=atlas, searches=()), target)
        for district, lines in made.items():
            for name, (tolerance_m, options) in FILES.items():
                spec = RedLineSpec(path=target / district / name, **options)
                read, refused = read_red_lines(spec, working_crs=CRS)
                assert {line.id for line in read} == set(lines)
                assert [each for each in refused if not each.is_repaired] == []
                for line in read:
                    off_m = shapely.hausdorff_distance(line.geometry, lines[line.id])
                    assert off_m <= tolerance_m
