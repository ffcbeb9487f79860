"""What hand-over wrote, siting itself loads again: the same red lines."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from siting.city import RedLineSpec
from siting.load import read_red_lines

A, B = "440901", "440902"


def delivered(world, code: str) -> dict[str, shapely.Geometry]:
    wanted = {A: {"RL-1", "RL-3", "RL-4"}, B: {"RL-2", "RL-3"}}[code]
    lines = [item.red_line for item in world.report.results]
    return {line.id: line.geometry for line in lines if line.id in wanted}


@pytest.mark.parametrize("code", [A, B])
@pytest.mark.parametrize(
    ("file", "options", "tolerance_m"),
    [
        (
            "redlines.gpkg",
            {
                "sublayer": "redlines",
                "id_column": "red_line_id",
                "project_column": "project_id",
            },
            1e-6,
        ),
        ("redlines.txt", {}, 1e-3),
    ],
    ids=["gpkg", "txt"],
)
def test_red_lines_come_back(world, folder: Path, code, file, options, tolerance_m):
    spec = RedLineSpec(path=folder / code / file, **options)
    red_lines, refusals = read_red_lines(spec, working_crs="EPSG:4547")
    expected = delivered(world, code)
    found = {line.id: line.geometry for line in red_lines}
    assert set(found) == set(expected)
    for name, geometry in expected.items():
        assert shapely.hausdorff_distance(found[name], geometry) <= tolerance_m
    assert [refusal for refusal in refusals if not refusal.is_repaired] == []
