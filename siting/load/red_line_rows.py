"""Rows of a vector file -> red lines in the working CRS, and what was refused of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely

from siting.city import RedLineSpec
from siting.crs import crs_label
from siting.errors import MissingCRSError, ReadError, SitingError, Where
from siting.load import contract as terms
from siting.load.child import Reader, VectorReply
from siting.load.forensic.accept import accept_rows, acceptance_text, hint_for
from siting.load.forensic.plots import HOW_TO_ACCEPT
from siting.load.formats import GEOMETRY, Format, VectorRequest
from siting.load.rows import Rows, decode_closing, project, require_kinds
from siting.load.txt_red_lines import Batch, TextWays
from siting.load.values import text_of
from siting.load.words import say
from siting.model import RedLine, Refusal
from siting.schema import missing_columns

#: Columns taken for the project when city.toml names none (DOMAIN: XMDM 项目代码).
PROJECT_COLUMNS = ("project_id", "XMDM", "项目代码", "项目编号")
#: Column taken for the area that the source declares, in m²; our own packages write it.
AREA_COLUMN = "declared_area_m2"
#: Column that names a red line where city.toml names none; texts inside a DXF outline.
LABEL_COLUMN = "label"


def read_rows(
    spec: RedLineSpec,
    reader: Reader,
    file_format: Format,
    *,
    working_crs: str,
    ways: TextWays,
) -> Batch:
    """Read the polygons of a vector file as red lines; ids may still repeat.

    Raises
    ------
    ReadError, MissingCRSError
        When the file as a whole cannot be used.
    """
    wanted = tuple(name for name in (spec.id_column, spec.project_column) if name)
    columns = (*wanted, *PROJECT_COLUMNS, AREA_COLUMN, LABEL_COLUMN)
    request = VectorRequest(spec.path, file_format, spec.sublayer, columns, spec.encoding)
    reply = reader.read_vector(request)
    facts = reply.facts
    found = terms.Findings()
    terms.compare_counts(facts, found)
    for name, hint in missing_columns(facts["available"], wanted).items():
        found.problem(f"缺少列 {name} {hint}", f"there is no column '{name}' {hint}".rstrip())
    crs = terms.settle_crs(spec.crs, facts, found)
    if not reply.table.num_rows:
        found.problem("文件中没有任何要素", "there is no feature in the file: 0 rows")
    if found.problems:
        raise _unusable(spec, found, is_crs_missing=not facts["crs"] and not spec.crs)
    rows = _rows_of(reply)
    hints = _placed(spec, rows, crs, working_crs=working_crs, ways=ways, found=found)
    values = {name: reply.table[name].to_pylist() for name in reply.table.column_names}
    batch = _batch(spec, rows, values=values, found=found, working_crs=working_crs)
    if found.accepted is not None:
        batch.lines = [replace(line, accepted=found.accepted) for line in batch.lines]
    return _with_hints(batch, rows, hints)


def _rows_of(reply: VectorReply) -> Rows:
    shapes = [
        None if value is None else bytes(value) for value in reply.table[GEOMETRY].to_pylist()
    ]
    rows = decode_closing(shapes)
    for number, reason in reply.facts["lost"]:
        rows.reasons[number - 1] = reason
    require_kinds(rows, ("polygon",))
    return rows


def _placed(
    spec: RedLineSpec,
    rows: Rows,
    crs: str,
    *,
    working_crs: str,
    ways: TextWays,
    found: terms.Findings,
) -> Mapping[int, str]:
    """Project the rows; return what else those could be that lie nowhere near the city."""
    if ways.accept:
        where = Where(spec.path.name, spec.sublayer)
        crs, found.accepted = accept_rows(rows, crs, ways.accept, ways.place, where=where)
        found.notes.append(acceptance_text(found.accepted))
    source, usable = rows.geometries.copy(), rows.usable
    target = crs if terms.is_same_crs(crs, working_crs) else working_crs
    lost = project(rows, crs, target)
    if lost.any():
        found.note(*_out_of_range(crs, int(lost.sum())))
    if ways.place is None:
        return {}
    boxes = shapely.envelope(rows.geometries)
    is_far = usable & (lost | ~shapely.intersects(ways.place.neighbourhood, boxes))
    if not is_far.any():
        return {}
    said = hint_for(source[is_far], crs, ways.place, how=HOW_TO_ACCEPT)
    return {int(row): said for row in np.flatnonzero(is_far)} if said else {}


def _with_hints(batch: Batch, rows: Rows, hints: Mapping[int, str]) -> Batch:
    """Return the batch with each hint beside its red line, or beside the reason of a refusal."""
    if not hints:
        return batch
    kept = np.flatnonzero(rows.usable).tolist()
    lines = [
        replace(line, notes=(*line.notes, hints[position])) if position in hints else line
        for position, line in zip(kept, batch.lines, strict=True)
    ]
    refused = [
        replace(entry, reason=f"{entry.reason}; {hints[entry.row - 1]}")
        if entry.row - 1 in hints
        else entry
        for entry in batch.refused
    ]
    return Batch(lines, refused)


def _out_of_range(crs: str, count: int) -> tuple[str, str]:
    label = crs_label(crs)
    return f"{count} 个要素的坐标不可能是 {label}", f"{count} feature(s) cannot be {label}"


def _unusable(spec: RedLineSpec, found: terms.Findings, *, is_crs_missing: bool) -> SitingError:
    kind = MissingCRSError if is_crs_missing else ReadError
    return kind(
        say("红线文件不能用", "the file of red lines cannot be used"),
        where=Where(file=spec.path.name, layer=spec.sublayer),
        found="; ".join(found.problems),
        next_step=say("更正文件，或在 city.toml 声明 crs", "mend the file, or declare its crs"),
    )


def _batch(
    spec: RedLineSpec,
    rows: Rows,
    *,
    values: Mapping[str, Sequence[object]],
    found: terms.Findings,
    working_crs: str,
) -> Batch:
    batch = Batch()
    project_column = spec.project_column or next(
        (name for name in PROJECT_COLUMNS if name in values), ""
    )
    if project_column and not spec.project_column:
        found.note(f"项目取自列 {project_column}", f"projects are taken from {project_column}")
    for position, geometry in enumerate(rows.geometries):
        reason = rows.reasons.get(position)
        project_id = _value(values, project_column, position)
        name = _value(values, spec.id_column or LABEL_COLUMN, position) or project_id
        name = name or f"{spec.path.stem}-{position + 1}"
        if reason:
            batch.refused.append(Refusal(position + 1, name, reason))
            continue
        repair = rows.repairs.get(position)
        batch.lines.append(
            RedLine(
                id=name,
                project_id=project_id,
                geometry=geometry,
                crs=working_crs,
                version=spec.version,
                accuracy_m=spec.accuracy_m,
                source=spec.path.name,
                declared_area_m2=_number(_value(values, AREA_COLUMN, position)),
                notes=(*found.notes, *rows.notes, *([repair] if repair else [])),
            )
        )
    return batch


def _value(values: Mapping[str, Sequence[object]], column: str, position: int) -> str:
    return text_of(values[column][position]) if column in values else ""


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None
