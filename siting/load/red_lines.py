"""Files of red lines -> RedLine records: vector formats and red-line TXT alike.

A red line is never dropped for being faulty in itself: a bowtie is passed on as delivered,
so that the quality rule reports it. Only what has no usable shape at all is refused, and
listed.
"""

from __future__ import annotations

import hashlib
import re
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
from siting.load.formats import (
    GEOMETRY,
    LAYER_FORMATS,
    Format,
    VectorRequest,
    fingerprint,
    format_of,
)
from siting.load.rows import Rows, decode_closing, project, require_kinds
from siting.load.texts import text_of
from siting.load.txt_red_lines import TOLERANT, Batch, TextWays, read_txt
from siting.load.words import say
from siting.model import Project, RedLine, Refusal
from siting.schema import missing_columns

__all__ = ["Batch", "TextWays", "read_red_lines", "read_with", "settle", "with_unique_ids"]

#: Columns taken for the project when city.toml names none (DOMAIN: XMDM 项目代码).
PROJECT_COLUMNS = ("project_id", "XMDM", "项目代码", "项目编号")
#: Column taken for the area that the source declares, in m²; our own packages write it.
AREA_COLUMN = "declared_area_m2"
#: Column that names a red line where city.toml names none; texts inside a DXF outline.
LABEL_COLUMN = "label"
#: What may stand between a project's id and the number of one of its red lines.
_SUFFIX = re.compile(r"[-_#/ ]?[A-Za-z]{0,3}\d{1,3}$")


def read_red_lines(
    spec: RedLineSpec, *, working_crs: str, ways: TextWays = TOLERANT
) -> tuple[tuple[RedLine, ...], tuple[Refusal, ...]]:
    """Read a file of red lines in any supported format, projected to the working CRS.

    Parameters
    ----------
    spec
        The file and which columns name the red line and its project. Without columns the
        id is the plot number or the project's id, made unique with ``#2``, ``#3`` ….
    working_crs
        CRS of the result.
    ways
        Which hypothesis about the coordinates the user has accepted, the city as evidence,
        and whether a red-line TXT is read strictly.

    Returns
    -------
    tuple
        Red lines in the order of the file, and the rows that have no usable shape (null,
        empty, unreadable, no area) with their reasons.

    Raises
    ------
    ReadError, MissingCRSError, CRSMismatchError
        When the file as a whole cannot be used.
    """
    with Reader() as reader:
        batch = read_with(spec, reader, working_crs, ways=ways)
    settled = settle([batch], ())
    return tuple(settled.lines), tuple(settled.refused)


def read_with(
    spec: RedLineSpec, reader: Reader, working_crs: str, *, ways: TextWays = TOLERANT
) -> Batch:
    """Read a file of red lines with a reader that is already there; ids may still repeat."""
    file_format = format_of(spec.path)
    before = fingerprint(spec.path, file_format)
    if file_format is Format.TXT:
        batch = read_txt(spec, working_crs, ways)
    elif file_format in LAYER_FORMATS:
        batch = _from_vector(spec, reader, file_format, working_crs=working_crs, ways=ways)
    else:
        raise ReadError(
            say("该格式不能作为红线读取", "red lines cannot be read from this format"),
            where=Where(file=spec.path.name),
            expected="TXT, DXF, GeoPackage, shapefile, GeoJSON, …: docs/formats.md",
            found=file_format.value,
            next_step=say("另存为 GeoPackage", "save it as a GeoPackage"),
        )
    if fingerprint(spec.path, file_format) != before:
        raise ReadError(
            say("读取期间文件被改动", "the file changed while it was being read"),
            where=Where(file=spec.path.name),
            next_step=say("重新运行", "run again"),
        )
    return batch


def _from_vector(
    spec: RedLineSpec,
    reader: Reader,
    file_format: Format,
    *,
    working_crs: str,
    ways: TextWays,
) -> Batch:
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


def settle(batches: Sequence[Batch], projects: Sequence[Project]) -> Batch:
    """Return all red lines with ids that occur once, tied to the ledger as far as they can be.

    Parameters
    ----------
    batches
        In the order of city.toml.
    projects
        The ledger; empty when there is none, then nothing is said of unknown projects.
    """
    known = {entry.id: entry.id for entry in projects}
    for entry in projects:
        known |= {alias: entry.id for alias in entry.aliases if alias not in known}
    lines = [_tied(line, known) for batch in batches for line in batch.lines]
    refused = [refusal for batch in batches for refusal in batch.refused]
    return Batch(with_unique_ids(lines), refused)


def _tied(line: RedLine, known: Mapping[str, str]) -> RedLine:
    if not known or line.project_id in known:
        project_id = known.get(line.project_id, line.project_id)
        return line if project_id == line.project_id else replace(line, project_id=project_id)
    stem = line.source.rsplit(".", 1)[0]
    for candidate in (line.id, _SUFFIX.sub("", line.project_id), _SUFFIX.sub("", line.id), stem):
        if candidate in known:
            note = say(
                f"项目 {known[candidate]} 按 {candidate} 对应",
                f"tied to project {known[candidate]} by '{candidate}'",
            )
            return replace(line, project_id=known[candidate], notes=(*line.notes, note))
    note = say(
        f"台账中没有项目 {line.project_id or '（空）'}",
        f"the ledger has no project '{line.project_id}'",
    )
    return replace(line, notes=(*line.notes, note))


def with_unique_ids(lines: Sequence[RedLine]) -> list[RedLine]:
    """Number red lines of one id by their content, so that the order of rows decides nothing."""
    ranks: dict[int, str] = {}
    taken = {line.id for line in lines}
    positions: dict[str, list[int]] = {}
    for position, line in enumerate(lines):
        positions.setdefault(line.id, []).append(position)
    for name, same in sorted(positions.items()):
        if len(same) == 1:
            continue
        same.sort(key=lambda position: _digest(lines[position]))
        number = 1
        for position in same[1:]:
            number += 1
            while f"{name}#{number}" in taken:
                number += 1
            ranks[position] = f"{name}#{number}"
    note = say("编号重复，已加序号", "its id occurs more than once; numbered")
    return [
        replace(line, id=ranks[position], notes=(*line.notes, note)) if position in ranks else line
        for position, line in enumerate(lines)
    ]


def _digest(line: RedLine) -> str:
    shape = shapely.to_wkb(line.geometry, byte_order=1)
    return hashlib.sha256(shape + f"{line.version}\x1f{line.source}".encode()).hexdigest()
