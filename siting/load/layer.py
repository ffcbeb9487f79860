"""One ``[[layer]]`` of city.toml -> one Layer, loaded or failed, never forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.crs import crs_label
from siting.errors import SitingError, Where
from siting.load import contract as terms
from siting.load.child import Reader, VectorReply
from siting.load.forensic.accept import accept_rows, acceptance_text, hint_for
from siting.load.forensic.hypotheses import Place
from siting.load.formats import (
    LAYER_FORMATS,
    TABLE_FORMATS,
    Fingerprint,
    Format,
    VectorRequest,
    fingerprint,
    format_of,
)  # fmt: skip
from siting.load.identity import (
    content_ids,
    content_sha256,
    duplicates_in,
    row_digests,
    texts_of,
)  # fmt: skip
from siting.load.join import joined
from siting.load.rows import (
    Geometries,
    Rows,
    decode,
    project,
    require_kinds,
    require_validity,
)  # fmt: skip
from siting.load.words import one_line
from siting.model import Layer, Source
from siting.schema import LAYER_COLUMNS, missing_columns, require_columns

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from siting.city import LayerSpec, LocalSystem

#: How a layer's hypothesis is accepted, in the words of a message.
HOW_TO_ACCEPT = '[[layer]] accept = "{0}" (--accept LAYER={0})'
#: Name of the WKB column in a reader's answer; see siting.load.bulk.
WKB = "__wkb__"


@dataclass(frozen=True, slots=True)
class Ground:
    """What all layers of a city are loaded onto."""

    crs: str
    as_of: dt.date
    base: Path
    neighbourhood: BaseGeometry | None = None
    outline: BaseGeometry | None = None
    systems: tuple[LocalSystem, ...] = ()
    extra_columns: Mapping[str, tuple[str, ...]] | None = None
    """Columns to keep besides those of city.toml, per role."""

    @property
    def place(self) -> Place | None:
        """The city as evidence for what coordinates are; None before anything of it is known."""
        if self.neighbourhood is None:
            return None
        return Place(self.crs, self.neighbourhood, self.outline, self.systems)


@dataclass(slots=True)
class _Draft:
    """A layer while it is being loaded."""

    spec: LayerSpec
    ground: Ground
    found: terms.Findings
    print: Fingerprint = field(default_factory=lambda: Fingerprint("", ()))
    crs: str = ""
    rows: Rows | None = None
    source: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))
    """Geometries in the file's own coordinates, for ranges and hashes."""
    ids: list[str] | None = None
    frame: gpd.GeoDataFrame | None = None
    content_sha256: str = ""


def load_layer(spec: LayerSpec, reader: Reader, ground: Ground) -> Layer:
    """Load one layer under the contract; a failed one comes back without a frame.

    Coverage is not resolved here: see :mod:`siting.load.coverage`.
    """
    draft = _Draft(spec, ground, terms.Findings())
    terms.check_dates(spec, ground.as_of, draft.found)
    try:
        file_format = format_of(spec.path)
        draft.print = fingerprint(spec.path, file_format)
        _check_recorded(draft)
        if spec.role.geometry == ("raster",):
            _load_raster(draft, reader, file_format)
        else:
            _load_vector(draft, reader, file_format)
        _check_unchanged(draft, file_format)
    except SitingError as error:
        draft.found.problems.append(one_line(error))
    return _layer(draft)


def _layer(draft: _Draft) -> Layer:
    spec = draft.spec
    contract = terms.conclude(draft.found, draft.rows, draft.ids or ())
    source = Source(
        name=spec.name,
        path=shown_path(spec.path, draft.ground.base),
        sha256=draft.print.sha256,
        rows=contract.rows_in,
        crs=draft.crs,
        authority=spec.authority,
        dated=spec.dated,
        accuracy_m=spec.accuracy_m,
        licence=spec.licence,
    )
    return Layer(
        name=spec.name,
        role=spec.role.name,
        title=spec.title,
        frame=None if contract.problems else draft.frame,
        coverage=None,
        source=source,
        contract=contract,
        code_system=spec.code_system,
        part_of=spec.part_of,
        release=spec.release,
        max_age_days=spec.max_age_days,
        is_declared_empty=spec.is_declared_empty,
        content_sha256=draft.content_sha256,
    )


def shown_path(path: Path, base: Path) -> str:
    """Return a path for people: relative to city.toml, or the bare name outside its folder."""
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name


def _check_recorded(draft: _Draft) -> None:
    wanted, found = draft.spec.sha256, draft.print.sha256
    if wanted and wanted != found:
        draft.found.problem(
            f"文件与记录的 sha256 不符：{found}", f"sha256 differs from the recorded one: {found}"
        )


def _check_unchanged(draft: _Draft, file_format: Format) -> None:
    if fingerprint(draft.spec.path, file_format) != draft.print:
        draft.found.problem("读取期间文件被改动", "the file changed while it was being read")


def _load_raster(draft: _Draft, reader: Reader, file_format: Format) -> None:
    if draft.spec.accept:
        draft.found.problem("栅格不支持 accept", "accept does not work for a raster")
    if file_format is not Format.TIFF:
        draft.found.problem("栅格须为 GeoTIFF", "a raster must be a GeoTIFF")
        return
    head = reader.read_raster(draft.spec.path)
    crs = terms.settle_crs(draft.spec.crs, head, draft.found)
    if not crs:
        return
    draft.crs = crs_label(crs)
    step = " × ".join(f"{size:g}" for size in head["resolution"])
    draft.found.note(
        f"栅格 {head['width']} × {head['height']}，分辨率 {step}，只检查了文件头",
        f"raster {head['width']} × {head['height']}, resolution {step}; only its head was checked",
    )
    draft.content_sha256 = draft.print.sha256
    # The bounds go the way of a layer's geometries: projected, and held against the city.
    rows = Rows(np.array([shapely.box(*head["bounds"])], dtype=object), [""])
    source = rows.geometries.copy()
    lost = int(project(rows, crs, draft.ground.crs).sum())
    terms.report_lost(lost, source, crs=crs, found=draft.found)
    near = draft.ground.neighbourhood
    terms.check_place(rows, source, crs=crs, neighbourhood=near, found=draft.found)


def _load_vector(draft: _Draft, reader: Reader, file_format: Format) -> None:
    spec = draft.spec
    if file_format not in LAYER_FORMATS:
        is_table = file_format in TABLE_FORMATS
        why = ("表格没有图形", "a table has no geometry")
        draft.found.problem(*(why if is_table else ("不是矢量图层", "no vector layer")))
        return
    wanted = read_columns(spec, draft.ground)
    request = VectorRequest(spec.path, file_format, spec.sublayer, wanted, spec.encoding)
    reply = reader.read_vector(request)
    terms.compare_counts(reply.facts, draft.found)
    for name, hint in missing_columns(reply.facts["available"], wanted).items():
        draft.found.problem(f"缺少列 {name} {hint}", f"there is no column '{name}' {hint}".rstrip())
    rows = draft.rows = decode(reply.table[WKB].to_pylist())
    for number, reason in reply.facts["lost"]:
        rows.reasons[number - 1] = reason
    _place(draft, rows, reply)
    terms.check_rows(spec, rows, draft.found)
    table = reply.table.drop_columns([WKB]).to_pandas()
    if spec.join is not None:
        table = joined(table, spec.join, draft.found)
    _identify(draft, rows, table)


def read_columns(spec: LayerSpec, ground: Ground) -> tuple[str, ...]:
    """Return the columns to read from the layer itself; a joined table brings the others."""
    wanted = wanted_columns(spec, ground)
    if spec.join is None:
        return wanted
    own = (name for name in wanted if name not in spec.join.columns)
    return tuple(dict.fromkeys((*own, spec.join.on)))


def wanted_columns(spec: LayerSpec, ground: Ground) -> tuple[str, ...]:
    """Return the columns to have: id, name, those of city.toml and those the role needs."""
    extra = (ground.extra_columns or {}).get(spec.role.name, ())
    joined_ones = () if spec.join is None else spec.join.columns
    renamed = spec.attributes.values()
    names = (spec.id_column, spec.name_column, *spec.columns, *renamed, *joined_ones, *extra)
    return tuple(dict.fromkeys(name for name in names if name))


def kept_columns(spec: LayerSpec, ground: Ground) -> tuple[str, ...]:
    """Return the columns that the frame keeps under their own names."""
    joined_ones = () if spec.join is None else spec.join.columns
    return (*spec.columns, *joined_ones, *(ground.extra_columns or {}).get(spec.role.name, ()))


def _place(draft: _Draft, rows: Rows, reply: VectorReply) -> None:
    """Check kinds, project once, then check place and validity."""
    spec, ground, found = draft.spec, draft.ground, draft.found
    require_kinds(rows, spec.role.geometry)
    crs = terms.settle_crs(spec.crs, reply.facts, found)
    draft.source = rows.geometries.copy()
    if not crs:
        return
    if spec.accept:
        crs = _accept(draft, rows, crs)
    draft.crs = crs_label(crs)
    usable = rows.usable
    target = crs if terms.is_same_crs(crs, ground.crs) else ground.crs
    before = len(found.problems)
    lost = int(project(rows, crs, target).sum())
    terms.report_lost(lost, draft.source[usable], crs=crs, found=found)
    near = ground.neighbourhood
    terms.check_place(rows, draft.source, crs=crs, neighbourhood=near, found=found)
    if len(found.problems) > before and usable.any():
        how = HOW_TO_ACCEPT.replace("LAYER", spec.name)
        said = hint_for(draft.source[usable], crs, ground.place, how=how)
        found.problems.extend([said] if said else [])
    require_validity(rows, has_repair=spec.has_repair)


def _accept(draft: _Draft, rows: Rows, crs: str) -> str:
    """Read the rows under the hypothesis that city.toml accepts; return the CRS they are in."""
    where = Where(draft.spec.path.name, draft.spec.name)
    accept, place = draft.spec.accept, draft.ground.place
    crs, draft.found.accepted = accept_rows(rows, crs, accept, place, where=where)
    draft.found.notes.append(acceptance_text(draft.found.accepted))
    draft.source = rows.geometries.copy()
    return crs


def _hashed_crs(draft: _Draft) -> str:
    """Return the CRS as it is hashed: a layer that rests on a hypothesis is another content."""
    accepted = draft.found.accepted
    return draft.crs if accepted is None else f"{draft.crs} by {accepted.hypothesis}"


def _identify(draft: _Draft, rows: Rows, table: pd.DataFrame) -> None:
    """Give each row its id and its digest, and build the frame of the usable ones."""
    import geopandas as gpd
    import pandas as pd

    spec = draft.spec
    usable = rows.usable
    kept = [name for name in wanted_columns(spec, draft.ground) if name in table.columns]
    texts = {name: texts_of(table[name]) for name in kept}
    given = texts.get(spec.id_column, [""] * len(rows.reasons))
    digests = row_digests(draft.source, list(texts.values()))
    made = content_ids(draft.source, digests)
    draft.ids = [given[row] or made[row] for row in range(len(given))]
    if spec.id_column in table.columns:
        used = [given[row] for row in range(len(given)) if usable[row]]
        terms.check_ids(used.count(""), duplicates_in(used), spec.id_column, draft.found)
    draft.content_sha256 = content_sha256(
        [digest for row, digest in enumerate(digests) if usable[row]], _hashed_crs(draft)
    )
    if draft.found.problems:
        return
    columns: dict[str, Any] = {
        name: table[name] for name in kept if name in kept_columns(spec, draft.ground)
    }
    for attribute, column in spec.attributes.items():
        if column in table.columns:
            columns[attribute] = table[column]
    names = texts.get(spec.name_column, [""] * len(given))
    columns["feature_id"] = pd.Series(draft.ids, dtype=str)
    columns["feature_name"] = pd.Series(names, dtype=str)
    shapes = gpd.array.from_shapely(rows.geometries)
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=draft.ground.crs)
    first = ["feature_id", "feature_name"]
    order = [*first, *(name for name in frame.columns if name not in first)]
    draft.frame = frame.loc[usable, order].reset_index(drop=True)
    require_columns(draft.frame, LAYER_COLUMNS, where=Where(spec.path.name, spec.name))
