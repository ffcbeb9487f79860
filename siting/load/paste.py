"""Coordinates from the clipboard -> red lines, with a word on what they were taken for.

Planners get red lines in a chat: rows of a TXT, ``x,y`` lines, cells of a spreadsheet,
degrees with ° ′ ″, WKT or GeoJSON. Which form it is follows from the text; which way round
two columns are follows from where the points fall, and is always said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.city import RedLineSpec
from siting.crs import require_known_shift, transform_geometries
from siting.errors import ReadError, SitingError, Where
from siting.load.contract import is_same_crs
from siting.load.deviation import notes_of
from siting.load.encoding import decode_text
from siting.load.forensic.accept import acceptance_text, changed_shape, hinted
from siting.load.forensic.parts import Parts
from siting.load.forensic.plots import HOW_TO_ACCEPT
from siting.load.paste_rows import EAST_FIRST, UNKNOWN, Rows, rows_of
from siting.load.paste_shapes import (
    PASTED,
    Shape,
    Shapes,
    is_geojson,
    is_wkt,
    missing_crs,
    shapes_of_geojson,
    shapes_of_wkt,
)
from siting.load.redline_txt import Plot, RedLineText, parse
from siting.load.txt_axes import AXES_SWAPPED, Ground, both_ways, judge, swapped_error
from siting.load.txt_crs import GEOGRAPHIC, MOST_DEGREES, Values, values_of
from siting.load.txt_red_lines import TOLERANT, Batch, TextWays, red_lines_of
from siting.load.words import one_line, say
from siting.model import Accepted, RedLine, Refusal, Text

__all__ = ["Pasted", "read_pasted"]

#: More than this is a file, not a clipboard.
MOST_CHARACTERS = 50_000_000
_TXT_MARKS = ("@", "＠", "[地块坐标]", "[属性描述]", "\uff3b", "几度分带")


@dataclass(frozen=True, eq=False, slots=True)
class Pasted:
    """The red lines of a pasted text; ``taken_as`` says what the text was taken for."""

    red_lines: tuple[RedLine, ...]
    refused: tuple[Refusal, ...]
    taken_as: Text


def read_pasted(
    text: str | bytes, *, crs: str = "", working_crs: str, ways: TextWays = TOLERANT
) -> Pasted:
    """Read coordinates as they come from the clipboard.

    Parameters
    ----------
    text
        As text, or as bytes in UTF-8, UTF-16 or GB18030 as a pipe delivers them. Rows of a
        red-line TXT, rows of ``x,y`` or ``id,x,y`` with any separator (blank lines
        between red lines), degrees with symbols, WKT, or GeoJSON.
    crs
        CRS of the coordinates, where the text does not bear it.
    working_crs
        CRS of the red lines that are returned.
    ways
        Strict or tolerant (for TXT), what was accepted, and the city's outline as evidence
        for which column is which.

    Raises
    ------
    ReadError
        Nothing in the text can be read as coordinates, or either order of two columns fits.
    MissingCRSError, CRSMismatchError
        No CRS in the text and none given, or two.
    """
    content = _decoded(text).lstrip("\ufeff").strip().replace("\x00", "")
    if not content or len(content) > MOST_CHARACTERS:
        raise _no_coordinates(content)
    if is_geojson(content):
        taken = Text("GeoJSON（经度在前）", "GeoJSON (longitude first)")
        batch = _from_shapes(shapes_of_geojson(content, crs), working_crs, ways)
    elif is_wkt(content):
        taken = Text("WKT（东坐标在前）", "WKT (easting first)")
        batch = _from_shapes(shapes_of_wkt(content, crs), working_crs, ways)
    elif any(mark in content for mark in _TXT_MARKS):
        taken = Text("界址点坐标 TXT", "a red-line TXT")
        spec = RedLineSpec(path=Path(PASTED), crs=crs)
        batch = red_lines_of(parse(content, file=PASTED), spec, working_crs, ways)
    else:
        taken, batch = _from_rows(
            rows_of(content), content, crs, working_crs=working_crs, ways=ways
        )
    note = say(f"按{taken.zh}读取", f"taken for {taken.en}")
    lines = tuple(replace(line, notes=(note, *line.notes)) for line in batch.lines)
    return Pasted(lines, tuple(batch.refused), taken)


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return decode_text(text)[0]
    except UnicodeDecodeError as error:
        raise ReadError(
            say("无法按文本读取", "it cannot be read as text"),
            where=Where(file=PASTED),
            expected="UTF-8, UTF-16, GB18030",
            found=str(error),
            next_step=say("重新复制", "copy it again"),
        ) from error


def _from_rows(
    rows: Rows, content: str, crs: str, *, working_crs: str, ways: TextWays
) -> tuple[Text, Batch]:
    points = [point for block in rows.blocks for point in block.points]
    if not points:
        raise _no_coordinates(content)
    values = values_of(points)
    if not crs and bool((np.abs(values) <= MOST_DEGREES).all()):
        if not ways.has_hypothesis:
            raise missing_crs()
        crs = GEOGRAPHIC  # what the hypothesis says of them stands in the place of a CRS
    is_east_first, why = _order(rows, values, _ground(crs, working_crs, ways), ways)
    plots = []
    for block in rows.blocks:
        turned = [p._replace(northing=p.easting, easting=p.northing) for p in block.points]
        chosen = turned if is_east_first else block.points
        plots.append(Plot(block.line, block.name, points=chosen, faults=block.faults))
    text = RedLineText({}, tuple(plots), "utf-8")
    batch = red_lines_of(text, RedLineSpec(path=Path(PASTED), crs=crs), working_crs, ways)
    notes = [*([why] if why else []), *notes_of(rows.notes)]
    batch.lines = [replace(line, notes=(*notes, *line.notes)) for line in batch.lines]
    order = ("东坐标在前", "easting first") if is_east_first else ("北坐标在前", "northing first")
    return Text(f"{rows.form.zh}（{order[0]}）", f"{rows.form.en} ({order[1]})"), batch


def _ground(crs: str, working_crs: str, ways: TextWays) -> Ground:
    outline_crs = working_crs if ways.outline is not None else ""
    return Ground({}, crs, PASTED, ways.outline, outline_crs)


def _order(rows: Rows, values: Values, ground: Ground, ways: TextWays) -> tuple[bool, str]:
    """Return whether the first column is the easting, and the evidence where nothing names it.

    Under a hypothesis that the user has accepted, unnamed columns are northing, easting, as in
    a red-line TXT; ``+axes_swapped`` turns them.

    Raises
    ------
    ReadError
        When both orders fit: a person must say.
    """
    if rows.order != UNKNOWN:
        return rows.order == EAST_FIRST, ""
    if ways.has_hypothesis:
        return False, ""
    evidence = both_ways(values, ground)
    if evidence.as_written == evidence.swapped and evidence.as_written:
        raise ReadError(
            say("两列坐标哪一列是北坐标不能判定", "which column is the northing cannot be told"),
            where=Where(file=PASTED),
            found=evidence.text(),
            next_step=say("加一行列名：纬度,经度 或 北坐标,东坐标", "add a row: northing,easting"),
        )
    return evidence.swapped > evidence.as_written, evidence.text()


def _from_shapes(shapes: Shapes, working_crs: str, ways: TextWays) -> Batch:
    """Return the red lines of shapes, X and Y held against the area of their CRS."""
    batch = Batch()
    ground = _ground(shapes.crs, working_crs, ways)
    errors: list[SitingError] = []
    coordinates = [shapely.get_coordinates(item.geometry) for item in shapes.items]
    parts = Parts(ways.place, [(pairs, shapes.crs) for pairs in coordinates])
    for item in shapes.items:
        if item.geometry is None:
            batch.refused.append(Refusal(item.row, _name(item), item.reason))
            continue
        try:
            read = _under_hypothesis if ways.has_hypothesis else _as_written
            placed = read(item, item.geometry, ground, ways=ways, parts=parts)
            batch.lines.append(_red_line(item, placed, working_crs))
        except SitingError as error:
            errors.append(error)
            batch.refused.append(Refusal(item.row, _name(item), one_line(error)))
    if errors and not batch.lines:
        raise errors[0]
    return batch


class _Placed(NamedTuple):
    """A shape in ``crs``, what is to be said of it, and the hypothesis that it rests on."""

    geometry: BaseGeometry
    crs: str
    notes: list[str]
    accepted: Accepted | None


def _as_written(
    item: Shape, shape: BaseGeometry, ground: Ground, *, ways: TextWays, parts: Parts
) -> _Placed:
    notes = [item.note] if item.note else []
    values = shapely.get_coordinates(shape)[:, ::-1]
    try:
        judged = judge(values, ground)
    except SitingError as error:
        raise hinted(error, parts.hint(ground.declared, how=HOW_TO_ACCEPT)) from error
    geometry, taken = shape, None
    if judged.is_swapped:
        if ways.accept != AXES_SWAPPED:
            raise swapped_error(judged.evidence, PASTED)
        if ways.place is not None:
            where = Where(file=PASTED, feature=_name(item))
            pairs = shapely.get_coordinates(shape)
            _, taken = parts.accepted(pairs, ground.declared, ways.accept, where=where)
        geometry = shapely.transform(geometry, lambda pairs: pairs[:, ::-1])
        notes.append(say("X 与 Y 对调（已由用户确认）", "X and Y were swapped, as confirmed"))
    if judged.is_outside:
        notes.append(judged.evidence.text())
    if not _is_near(geometry, ground.declared, ways):
        said = parts.hint(ground.declared, how=HOW_TO_ACCEPT)
        notes.extend([said] if said else [])
    return _Placed(geometry, ground.declared, notes, taken)


def _is_near(geometry: BaseGeometry, crs: str, ways: TextWays) -> bool:
    """True when a shape lies near the city, or no city is known."""
    if ways.place is None:
        return True
    moved = transform_geometries([geometry.envelope], crs, ways.place.crs)[0]
    is_finite = bool(np.isfinite(shapely.get_coordinates(moved)).all())
    return is_finite and bool(shapely.intersects(ways.place.neighbourhood, moved))


def _under_hypothesis(
    item: Shape, shape: BaseGeometry, ground: Ground, *, ways: TextWays, parts: Parts
) -> _Placed:
    """Read a shape as the user has verified."""
    pairs = shapely.get_coordinates(shape)
    where = Where(file=PASTED, feature=_name(item))
    hypothesis, taken = parts.accepted(pairs, ground.declared, ways.accept, where=where)
    notes = [*([item.note] if item.note else []), acceptance_text(taken)]
    return _Placed(changed_shape(shape, hypothesis), hypothesis.crs, notes, taken)


def _red_line(item: Shape, placed: _Placed, working_crs: str) -> RedLine:
    geometry = placed.geometry
    if not is_same_crs(placed.crs, working_crs):
        require_known_shift(placed.crs, working_crs, where=Where(file=PASTED, feature=_name(item)))
        geometry = transform_geometries([geometry], placed.crs, working_crs)[0]
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise ReadError(
            say("坐标无法投影", "coordinates that cannot be projected"),
            where=Where(file=PASTED, feature=_name(item)),
            next_step=say("核对坐标系", "check the CRS"),
        )
    return RedLine(
        id=_name(item),
        project_id=item.project_id or item.name,
        geometry=geometry,
        crs=working_crs,
        source=PASTED,
        notes=tuple(placed.notes),
        accepted=placed.accepted,
    )


def _name(item: Shape) -> str:
    return item.name or f"{PASTED}-{item.row}"


def _no_coordinates(content: str) -> ReadError:
    return ReadError(
        say("文本中没有可识别的坐标", "nothing in the text can be read as coordinates"),
        where=Where(file=PASTED),
        expected="J1,1,2579602.040,38378344.592 · x,y · 113°15′30″ 23°07′12″ · WKT · GeoJSON",
        found=content[:80],
        next_step=say("粘贴界址点坐标", "paste the boundary points"),
    )
