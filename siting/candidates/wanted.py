"""What land a project wants: from its demand, else its red line, else the city's habit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from siting.city import SuggestSpec
from siting.model import Project, RedLine, Text

#: A project that states no area but has a red line is served with this much more or less.
RED_LINE_MARGIN_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Wanted:
    """The land that a project wants, areas in m² (planar), and where that was read.

    ``area_m2_max`` is infinite when only a lower bound is known. ``uses`` are prefixes of
    land-use codes of ``code_system``; empty when the ledger names no use.
    """

    area_m2_min: float
    area_m2_max: float
    uses: tuple[str, ...]
    code_system: str
    notes: tuple[Text, ...] = ()

    @property
    def target_m2(self) -> float:
        """The area that fits best: the middle of the range, or its one known bound."""
        if math.isinf(self.area_m2_max):
            return self.area_m2_min
        return (self.area_m2_min + self.area_m2_max) / 2


def wanted_land(project: Project, red_lines: Sequence[RedLine], spec: SuggestSpec) -> Wanted | None:
    """Return what `project` wants, or None when nothing says how much land that is.

    Parameters
    ----------
    project
        Its demand comes first; a single bound leaves the other end open.
    red_lines
        The project's own red lines. Without a demand their united area ± 20 % is taken.
    spec
        ``area_m2_min`` and ``area_m2_max`` of ``[suggest]`` are the last resort.
    """
    uses = project.demand.uses or ((project.use,) if project.use else ())
    notes: tuple[Text, ...] = ()
    low, high = project.demand.area_m2_min, project.demand.area_m2_max
    if low is None and high is None:
        area_m2 = _united_area_m2(red_lines)
        if area_m2 > 0:
            low, high = (1 - RED_LINE_MARGIN_SHARE) * area_m2, (1 + RED_LINE_MARGIN_SHARE) * area_m2
            notes = (_note_from_red_line(area_m2),)
        elif spec.area_m2_min is not None or spec.area_m2_max is not None:
            low, high = spec.area_m2_min, spec.area_m2_max
            notes = (_NOTE_FROM_CITY,)
        else:
            return None
    return Wanted(
        area_m2_min=low or 0.0,
        area_m2_max=math.inf if high is None else high,
        uses=uses,
        code_system=project.code_system,
        notes=notes,
    )


def _united_area_m2(red_lines: Sequence[RedLine]) -> float:
    # the area of an invalid outline means nothing
    valid = [line.geometry for line in red_lines if shapely.is_valid(line.geometry)]
    return float(shapely.union_all(valid).area)


def _note_from_red_line(area_m2: float) -> Text:
    return Text(
        f"台账未写用地需求，按现红线面积 {area_m2:,.0f} m² ±20% 寻找",
        f"the ledger states no demand: sought by the present red line's {area_m2:,.0f} m² ±20 %",
    )


_NOTE_FROM_CITY = Text(
    "台账未写用地需求，也没有红线，按 city.toml [suggest] 的面积范围寻找",
    "no demand and no red line: sought within the area range of [suggest] in city.toml",
)
