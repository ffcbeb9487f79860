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

import shapely

from siting.city import RedLineSpec
from siting.errors import ReadError, Where
from siting.load.child import Reader
from siting.load.formats import LAYER_FORMATS, Format, fingerprint, format_of
from siting.load.txt_red_lines import TOLERANT, Batch, TextWays, read_txt
from siting.load.words import say
from siting.model import Project, RedLine, Refusal

__all__ = ["Batch", "TextWays", "read_red_lines", "read_with", "settle", "with_unique_ids"]

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
        from siting.load.red_line_rows import read_rows  # Arrow; a TXT does without

        batch = read_rows(spec, reader, file_format, working_crs=working_crs, ways=ways)
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
    repeated = [item for item in positions.items() if len(item[1]) > 1]
    for name, same in sorted(repeated):
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
