"""The command line answers quickly: help loads neither arrays nor maps nor readers."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "fiona", "rasterio",
         "folium", "openpyxl", "pyarrow")  # fmt: skip

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


def test_the_core_loads_no_reader_and_no_map() -> None:
    script = (
        "import sys, siting.check, siting.rulebook, siting.report\n"
        "print('LOADED', *[n for n in ('pyogrio', 'fiona', 'rasterio', 'folium', 'click') "
        "if n in sys.modules])"
    )
    assert loaded(script) == []
