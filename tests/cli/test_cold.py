"""One red line from a cold start: what a second look at a city does not wait for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..tiny_city import Files, frame, place, rect

SCRIPT = """
import subprocess, sys
started = []
class Spied(subprocess.Popen):
    def __init__(self, *arguments, **options):
        started.append(arguments)
        super().__init__(*arguments, **options)
subprocess.Popen = Spied
sys.argv = ["siting", "check", *{arguments!r}, "-q", "--json"]
from siting.cli.main import main
try:
    main()
except SystemExit:
    pass
slow = [name for name in {slow!r} if name in sys.modules]
print("LOADED", len(started), *slow, file=sys.stderr)
"""
#: What no red line of a TXT may wait for when the city's layers are kept.
SLOW = ("pandas", "geopandas", "pyarrow.compute", "pyogrio", "fiona", "rasterio", "openpyxl",
        "ezdxf", "numba", "folium", "multiprocessing", "siting.load.judging")  # fmt: skip

AN_HOUR_AGO = time.time() - 3600


@pytest.fixture
def town(tiny: Files) -> Files:
    """A city with a ledger, farmland, a wire and red lines of its own."""
    tiny.add_layer("farmland", frame([rect(3000, 3000, 3200, 3200)], kind=["水田"]))
    tiny.add_red_lines(frame([rect(1000, 1000, 1100, 1100)], id=["R1"], project=["P1"]))
    return tiny


def txt(folder: Path) -> Path:
    """Write a red line that lies with 50 m x 100 m on the farmland."""
    corners = [place(f"POINT ({x} {y})") for x, y in
               ((3150, 3000), (3250, 3000), (3250, 3100), (3150, 3100), (3150, 3000))]  # fmt: skip
    rows = [f"J{n},1,{at.y:.3f},{at.x:.3f}" for n, at in enumerate(corners, start=1)]
    head = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "投影类型=高斯克吕格",
            "计量单位=米", "带号=38", "精度=0.001", "[地块坐标]",
            "5,1.0,N-1,新地块,面,,,,@"]  # fmt: skip
    path = folder / "new.txt"
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return path


def look(*arguments: object, cache: str = "") -> tuple[dict[str, object], list[str]]:
    """Return the report, and how many processes were started and what was loaded."""
    script = SCRIPT.format(arguments=tuple(map(str, arguments)), slow=SLOW)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, encoding="utf-8",
        env={**os.environ, "SITING_CACHE": cache},
    )  # fmt: skip
    return json.loads(done.stdout), done.stderr.splitlines()[-1].split()[1:]


def test_a_second_look_loads_and_starts_nothing_slow(town: Files, tmp_path: Path) -> None:
    asked = (town.write(), "--redline", txt(tmp_path))
    for path in tmp_path.iterdir():  # a file of this second is not known by its time
        os.utime(path, (AN_HOUR_AGO, AN_HOUR_AGO))
    first, was = look(*asked)
    assert was[0] == "1"  # the reading process
    assert "siting.load.judging" in was
    second, now = look(*asked)
    assert now == ["0"]
    without, _ = look(*asked, cache="off")
    assert first == second == without
    (finding,) = second["findings"]
    assert finding["area_m2"] == pytest.approx(5000.0, abs=0.01)
