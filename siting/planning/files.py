"""The files of a plan of the whole city, under the names that people and commands know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from siting.planning.document import write_plan
from siting.planning.reading import PLAN_NAME
from siting.planning.records import CityPlan
from siting.planning.tables import write_geojson_of, write_gpkg_of
from siting.planning.workbook import write_workbook

#: Writes a plan to a path in a language, replacing what is there.
_Writer = Callable[[Path, CityPlan, str], None]
PLAN_WRITERS: Mapping[str, _Writer] = {
    "plan.xlsx": lambda path, plan, language: write_workbook(
        path, plan, language=language, may_replace=True
    ),
    "plan.gpkg": lambda path, plan, _: write_gpkg_of(path, plan),
    "plan.geojson": lambda path, plan, _: write_geojson_of(path, plan),
    PLAN_NAME: lambda path, plan, _: write_plan(path, plan),
}
"""How each file is written; ``plan.json`` last: who finds it finds the others, too."""


def write_plan_files(folder: Path, plan: CityPlan, *, language: str) -> tuple[Path, ...]:
    """Write ``plan.xlsx``, ``plan.gpkg``, ``plan.geojson`` and ``plan.json``; return the files.

    Parameters
    ----------
    folder
        Where they go. Files that are there are replaced.
    plan
        Any plan; its outlines obey ``release`` as in files of the whole city.
    language
        Of the workbook: ``zh`` or ``en``.

    Raises
    ------
    WriteError
        When a file cannot be written.
    """
    for name, write in PLAN_WRITERS.items():
        write(folder / name, plan, language)
    return tuple(folder / name for name in PLAN_WRITERS)
