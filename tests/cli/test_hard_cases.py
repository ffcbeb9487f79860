"""``siting check`` on files that hold the pairs on which GEOS alone is wrong."""

from __future__ import annotations

import json

import pytest
import shapely

from ..overlay.hard_cases import CASES, Case
from ..overlay.slabs import overlap
from ..tiny_city import Files, frame
from .conftest import Siting

#: Metres from a corner of the map: the cases keep their own small coordinates, as real places.
CRS = "EPSG:27700"


@pytest.mark.parametrize("case", CASES, ids=[case.source for case in CASES])
def test_the_report_of_files(siting: Siting, tiny: Files, case: Case) -> None:
    tiny.head["crs"] = CRS
    ground = frame(
        [shapely.box(-2_000, -1_000, 90_000, 190_000)], id=["01"], name=["全境"], crs=CRS
    )
    wire = frame([shapely.LineString([(40_000, 0), (40_000, 900)])], kv=[110], crs=CRS)
    tiny.add_layer("district", ground, name_column="name")
    tiny.add_layer("power_line", wire, columns=["kv"])
    tiny.add_layer("farmland", frame([case.right], crs=CRS))
    tiny.add_red_lines(frame([case.left], id=["R1"], project=["P1"], crs=CRS))
    run = siting("check", tiny.write(), "--json", "-q")
    assert run.out, run.err
    report = json.loads(run.out)
    exact = float(overlap(case.left, case.right))
    is_conflict = exact > 1e-4
    assert run.status == int(is_conflict)
    found = [each["area_m2"] for each in report["findings"] if each["code"] == "T-FARM"]
    # a report tells areas to the tenth of a square millimetre
    assert found == [pytest.approx(exact, abs=1e-4)] * is_conflict
