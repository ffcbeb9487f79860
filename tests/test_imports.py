"""The command line answers quickly: help loads neither arrays nor maps nor readers."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "fiona", "rasterio",
         "folium", "openpyxl", "pyarrow", "matplotlib", "typst", "fontTools")  # fmt: skip

SCRIPT = """
import sys
sys.argv = ["siting", *{arguments!r}]
from siting.cli.main import main
try:
    main()
except SystemExit as ended:
    if ended.code:
        raise
print("LOADED", *[name for name in {heavy!r} if name in sys.modules])
"""


def loaded(script: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return done.stdout.splitlines()[-1].split()[1:]


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["run", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(SCRIPT.format(arguments=arguments, heavy=HEAVY)) == []


#: What checking a red line of a TXT needs besides the layers themselves.
PATH_OF_ONE_RED_LINE = (
    "siting.cli.main", "siting.cli.render", "siting.api", "siting.study", "siting.city",
    "siting.rulebook", "siting.check", "siting.engine", "siting.report", "siting.load.red_lines",
    "siting.load.projects", "siting.load.contract",
)  # fmt: skip
#: Each costs a cold start more than all rules together.
SLOW_TO_LOAD = ("pandas", "geopandas", "pyarrow", "pyogrio", "fiona", "rasterio", "openpyxl",
                "ezdxf", "numba", "folium", "matplotlib", "typst", "multiprocessing")  # fmt: skip


@pytest.mark.parametrize("module", PATH_OF_ONE_RED_LINE)
def test_nothing_slow_is_imported_on_the_way_of_one_red_line(module: str) -> None:
    script = (
        f"import sys, {module}\n"
        f"print('LOADED', *[name for name in {SLOW_TO_LOAD!r} if name in sys.modules])"
    )
    assert loaded(script) == []


def test_numpy_starts_no_idle_threads_unless_the_user_wants_them() -> None:
    script = (
        "import os\nfrom siting.environment import without_idle_threads\n"
        "os.environ.pop('OPENBLAS_NUM_THREADS', None)\nwithout_idle_threads()\n"
        "first = os.environ['OPENBLAS_NUM_THREADS']\n"
        "os.environ['OPENBLAS_NUM_THREADS'] = '7'\nwithout_idle_threads()\n"
        "print('LOADED', first, os.environ['OPENBLAS_NUM_THREADS'])"
    )
    assert loaded(script) == ["1", "7"]


def test_the_core_loads_no_reader_and_no_map() -> None:
    script = (
        "import sys, siting.check, siting.rulebook, siting.report\n"
        "print('LOADED', *[n for n in ('pyogrio', 'fiona', 'rasterio', 'folium', 'click') "
        "if n in sys.modules])"
    )
    assert loaded(script) == []


#: A network of one street, and the way along it.
ONE_WAY = """
import sys, shapely, siting.suggest
from siting.access import *
roads = plain_roads(shapely.from_wkt(["LINESTRING (0 0, 900 0)"]), "EPSG:4547")
graph = graph_of(network_of(roads), read_speeds().modes["walk"])
here, there = (places_on(graph, shapely.points([[x, 0]]), ["p"], "EPSG:4547") for x in (100, 600))
print(nearest_services(graph, here, there, Question("school")).metres)
print("LOADED", *[name for name in ("numba", "llvmlite") if name in sys.modules])
"""


def test_a_way_in_a_small_city_never_waits_for_numba() -> None:
    assert loaded(ONE_WAY) == []
