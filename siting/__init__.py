"""siting: check red lines, suggest sites, draw the maps, hand over to the districts.

The public names. Each step of the work is a function of :mod:`siting.api`; here stand the
whole run, the records and what is useful by itself. A name is loaded when it is first
used, so that ``siting --help`` waits for none of the heavy libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siting.lazy import names_of

if TYPE_CHECKING:
    from siting.api import RunResult, Study, demo, run, sample_folder
    from siting.compare import Comparison
    from siting.errors import SitingError
    from siting.model import Finding, Project, RedLine, Report, Search, Suggestion, Verdict
    from siting.overlay import overlap_area_m2

__all__ = [
    "Comparison",
    "Finding",
    "Project",
    "RedLine",
    "Report",
    "RunResult",
    "Search",
    "SitingError",
    "Study",
    "Suggestion",
    "Verdict",
    "demo",
    "overlap_area_m2",
    "run",
    "sample_folder",
]

_HOMES = {
    "siting.api": ("RunResult", "Study", "demo", "run", "sample_folder"),
    "siting.compare": ("Comparison",),
    "siting.errors": ("SitingError",),
    "siting.model": (
        "Finding",
        "Project",
        "RedLine",
        "Report",
        "Search",
        "Suggestion",
        "Verdict",
    ),
    "siting.overlay": ("overlap_area_m2",),
}
__getattr__ = names_of(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
