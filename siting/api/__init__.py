"""The whole story, one function per step: what notebooks and the command line call.

>>> import datetime as dt
>>> from siting import api
>>> study = api.load(api.sample_folder(), as_of=dt.date(2026, 11, 1))
>>> report = api.check(study)
>>> searches = api.suggest(study, report)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siting.api.cells import exclusion_raster, write_exclusion_raster
from siting.api.comparing import compare
from siting.api.dossier import paper_templates, papers, result_page
from siting.api.judging import check, compose, project_id
from siting.api.planning import plan, read_plan, scenarios
from siting.api.printing import report_pdf, sheets
from siting.api.searching import exclude, repair, suggest, write_exclusion
from siting.api.whole import (
    Found,
    RunResult,
    demo,
    find,
    hand_over,
    maps,
    repairs_in_run,
    require_room,
    run,
    run_study,
    workbook,
    write_plan,
)
from siting.lazy import names_of
from siting.notebook import show_in_notebooks
from siting.study import (
    Study,
    load,
    load_study,
    open_city,
    read_pasted,
    read_red_lines,
    store_of,
    with_accuracy,
)

if TYPE_CHECKING:
    from siting.compose import Composed
    from siting.convert import (
        Conversion,
        ConvertOptions,
        ForensicReport,
        SourceInfo,
        convert,
        forensics,
        forensics_to_dict,
        info,
        info_to_dict,
        place,
    )
    from siting.diff import compare_files as diff
    from siting.doctor import examine as doctor
    from siting.exclude import Cut, ExclusionRaster, ExclusionTable
    from siting.founding import Founding, FoundingOptions, founding_to_dict
    from siting.founding import found_city as new
    from siting.mapping import MapOptions
    from siting.papers import Orders
    from siting.repair import RepairOptions
    from siting.sample import generate, sample_folder
    from siting.sheets import SheetOptions

__all__ = [
    "Composed",
    "Conversion",
    "ConvertOptions",
    "Cut",
    "ExclusionRaster",
    "ExclusionTable",
    "ForensicReport",
    "Found",
    "Founding",
    "FoundingOptions",
    "MapOptions",
    "Orders",
    "RepairOptions",
    "RunResult",
    "SheetOptions",
    "SourceInfo",
    "Study",
    "check",
    "compare",
    "compose",
    "convert",
    "demo",
    "diff",
    "doctor",
    "exclude",
    "exclusion_raster",
    "find",
    "forensics",
    "forensics_to_dict",
    "founding_to_dict",
    "generate",
    "hand_over",
    "info",
    "info_to_dict",
    "load",
    "load_study",
    "maps",
    "new",
    "open_city",
    "paper_templates",
    "papers",
    "place",
    "plan",
    "project_id",
    "read_pasted",
    "read_plan",
    "read_red_lines",
    "repair",
    "repairs_in_run",
    "report_pdf",
    "require_room",
    "result_page",
    "run",
    "run_study",
    "sample_folder",
    "scenarios",
    "sheets",
    "store_of",
    "suggest",
    "with_accuracy",
    "workbook",
    "write_exclusion",
    "write_exclusion_raster",
    "write_plan",
]

#: What other rooms do by themselves; checking one red line waits for none of them.
_HOMES = {
    "siting.compose": ("Composed",),
    "siting.convert": (
        "Conversion",
        "ConvertOptions",
        "ForensicReport",
        "SourceInfo",
        "convert",
        "forensics",
        "forensics_to_dict",
        "info",
        "info_to_dict",
        "place",
    ),
    "siting.diff": ("compare_files as diff",),
    "siting.doctor": ("examine as doctor",),
    "siting.exclude": ("Cut", "ExclusionRaster", "ExclusionTable"),
    "siting.founding": ("Founding", "FoundingOptions", "found_city as new", "founding_to_dict"),
    "siting.papers": ("Orders",),
    "siting.mapping": ("MapOptions",),
    "siting.repair": ("RepairOptions",),
    "siting.sample": ("generate", "sample_folder"),
    "siting.sheets": ("SheetOptions",),
}
__getattr__ = names_of(__name__, _HOMES)

# a notebook that knows siting.api shows reports, searches and plans
show_in_notebooks()
