"""Each parcel judged as a red line by the rules themselves, beside its row of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from siting.check import find_conflicts
from siting.exclude import UNPLANNED, Column, ExclusionTable
from siting.model import Project, RedLine, Status
from siting.rules.zoning import ZoningRule
from siting.study import Study

BROKEN = (Status.CONFLICT, Status.EXCEPTION_MAY_APPLY)


@dataclass(frozen=True)
class Compared:
    """How many cells were compared, how many of them hit or unchecked, and what differed."""

    cells: int
    hits: int
    unchecked: int
    differing: list[str]


def compared(
    study: Study, table: ExclusionTable, projects: Sequence[Project], *, step: int = 1
) -> Compared:
    """Deal the parcels out to projects, judge each as a red line, and compare with its row."""
    rows = list(range(0, len(table), step))
    lines, verdicts, findings = _judged(study, table, projects, rows)
    columns = {column.key: column for column in table.columns}
    cells = hits = unchecked = 0
    differing: list[str] = []
    hit_layers: dict[tuple[str, str], set[bool]] = {}
    for finding in findings:
        is_zone = bool(finding.feature_id)
        hit_layers.setdefault((finding.red_line_id, finding.code), set()).add(is_zone)
    for verdict in verdicts:
        row, project = lines[verdict.red_line_id]
        found = hit_layers.get((verdict.red_line_id, verdict.code), set())
        parts = _columns_of(verdict.code, project, columns)
        for column, is_found in parts(found):
            cells += 1
            hits += bool(column.cells.is_hit[row])
            unchecked += bool(column.cells.is_unchecked[row])
            where = f"{table.land.ids[row]} {column.key}"
            if bool(column.cells.is_hit[row]) != is_found:
                differing.append(f"{where}: hit {column.cells.is_hit[row]}, found {is_found}")
            if bool(column.cells.is_unchecked[row]) != bool(verdict.gaps):
                differing.append(f"{where}: unchecked differs, gaps {verdict.gaps}")
        expected_m2 = sum(
            float(np.nan_to_num(column.cells.excluded_m2[row])) for column, _ in parts(found)
        )
        bound_m2 = sum(
            float(np.nan_to_num(column.cells.bound_m2[row])) for column, _ in parts(found)
        )
        # the verdict's union is GEOS's, of pieces that it drew itself
        if abs(expected_m2 - verdict.area_m2) > bound_m2 + 0.011 + 1e-6 * verdict.area_m2:
            differing.append(
                f"{table.land.ids[row]} {verdict.code}: {expected_m2} ± {bound_m2} m², "
                f"the verdict says {verdict.area_m2}"
            )
    return Compared(cells, hits, unchecked, differing)


def _judged(study, table, projects, rows):
    owners = {project.id: project for project in projects}
    lines = {f"L{row}": (row, projects[row % len(projects)]) for row in rows}
    red_lines = [
        RedLine(name, project.id, table.land.geometries[row], study.city.crs)
        for name, (row, project) in lines.items()
    ]
    codes = {column.rule.code for column in table.columns}
    of_land = tuple(rule for rule in study.rule_book.rules if rule.code in codes)
    verdicts, findings = find_conflicts(
        red_lines,
        replace(study.atlas, projects=tuple(owners.values()), red_lines=()),
        replace(study.rule_book, rules=of_land),
        city=replace(study.city, off_map=()),
        as_of=study.as_of,
    )
    return lines, verdicts, findings


def _columns_of(code: str, project: Project, columns: dict[str, Column]):
    """Return the columns that together say what one verdict says, with what it found."""
    if code in columns:
        return lambda found: [(columns[code], bool(found))]
    rule = next(c.rule for c in columns.values() if c.rule.code == code)
    assert isinstance(rule, ZoningRule)
    row = max((use for use, _ in rule.allows if project.use.startswith(use)), key=len)
    use, bare = columns[f"{code}.{row}"], columns[f"{code}.{UNPLANNED}"]
    return lambda found: [(use, True in found), (bare, False in found)]
