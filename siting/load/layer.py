"""One ``[[layer]]`` of city.toml -> one Layer, loaded or failed, never forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from siting.crs import crs_label
from siting.errors import ReadError, SitingError, Where
from siting.load import contract as terms
from siting.load.child import Reader, VectorReply
from siting.load.forensic.accept import accept_rows, acceptance_text, hint_for
from siting.load.formats import (
    GEOMETRY,
    LAYER_FORMATS,
    TABLE_FORMATS,
    Fingerprint,
    Format,
    VectorRequest,
    fingerprint,
    format_of,
)  # fmt: skip
from siting.load.frames import Recipe
from siting.load.ground import Ground
from siting.load.identity import Content, content_sha256, duplicates_in, with_made_ids
from siting.load.join import joined
from siting.load.kept import KeptLayer, Shelf
from siting.load.recall import Errand, recalled
from siting.load.rows import Rows, decode, project, require_kinds, require_validity
from siting.load.shapes import Shapes, one
from siting.load.texts import texts_of
from siting.load.words import one_line, say
from siting.model import Features, Layer, Source
from siting.schema import missing_columns

if TYPE_CHECKING:
    import geopandas as gpd

    from siting.city import LayerSpec

#: How a layer's hypothesis is accepted, in the words of a message.
HOW_TO_ACCEPT = '[[layer]] accept = "{0}" (--accept LAYER={0})'


@dataclass(slots=True)
class _Draft:
    """A layer while it is being loaded."""

    spec: LayerSpec
    ground: Ground
    found: terms.Findings
    print: Fingerprint = field(default_factory=lambda: Fingerprint("", ()))
    crs: str = ""
    rows: Rows | None = None
    source: Shapes | None = None
    """Shapes in the file's own coordinates, for ranges and hashes."""
    names: dict[int, str] = field(default_factory=dict)
    """Ids of the rows that were refused or repaired."""
    rows_used: Features | None = None
    """The rows that passed; None when the layer failed."""
    content_sha256: str = ""
    kept: KeptLayer | None = None
    """The layer as an earlier run left it; then nothing was read."""


def load_layer(spec: LayerSpec, reader: Reader, ground: Ground) -> Layer:
    """Load one layer under the contract; a failed one comes back without a frame.

    Coverage is not resolved here: see :mod:`siting.load.coverage`. Where the ground has a
    shelf, a layer that passed before is taken from it, and one that passes now is put there.
    """
    draft = _Draft(spec, ground, terms.Findings())
    terms.check_dates(spec, ground.as_of, draft.found)
    try:
        file_format = format_of(spec.path)
        if spec.role.geometry == ("raster",):
            _load_raster(draft, reader, file_format)
        else:
            _load_vector(draft, reader, file_format)
    except SitingError as error:
        draft.found.problems.append(one_line(error))
    return _layer(draft)


def _layer(draft: _Draft) -> Layer:
    spec = draft.spec
    found = draft.kept or _concluded(draft)
    source = Source(
        name=spec.name,
        path=draft.ground.shown(spec.path),
        sha256=draft.print.sha256,
        rows=found.contract.rows_in,
        crs=found.crs,
        authority=spec.authority,
        dated=spec.dated,
        accuracy_m=spec.accuracy_m,
        licence=spec.licence,
    )
    return Layer(
        name=spec.name,
        role=spec.role.name,
        title=spec.title,
        frame=cast("gpd.GeoDataFrame | None", found.rows),  # the field takes what builds it
        coverage=None,
        source=source,
        contract=found.contract,
        code_system=spec.code_system,
        part_of=spec.part_of,
        release=spec.release,
        max_age_days=spec.max_age_days,
        is_declared_empty=spec.is_declared_empty,
        content_sha256=found.content_sha256,
    )


def _concluded(draft: _Draft) -> KeptLayer:
    contract = terms.conclude(draft.found, draft.rows, draft.names)
    rows = None if contract.problems else draft.rows_used
    return KeptLayer(contract, draft.crs, draft.content_sha256, rows)


def _take_fingerprint(draft: _Draft, file_format: Format) -> None:
    shelf = draft.ground.shelf
    look = fingerprint if shelf is None else shelf.fingerprint
    draft.print = look(draft.spec.path, file_format)
    wanted, found = draft.spec.sha256, draft.print.sha256
    if wanted and wanted != found:
        draft.found.problem(
            f"文件与记录的 sha256 不符：{found}", f"sha256 differs from the recorded one: {found}"
        )


def _check_unchanged(draft: _Draft, after: Fingerprint) -> None:
    if after != draft.print:
        draft.found.problem("读取期间文件被改动", "the file changed while it was being read")


def _load_raster(draft: _Draft, reader: Reader, file_format: Format) -> None:
    _take_fingerprint(draft, file_format)
    if draft.spec.accept:
        draft.found.problem("栅格不支持 accept", "accept does not work for a raster")
    if file_format is not Format.TIFF:
        draft.found.problem("栅格须为 GeoTIFF", "a raster must be a GeoTIFF")
        return
    errand = Errand("raster", dict, draft.spec.path, ())
    head = recalled(draft.ground.shelf, errand, lambda: reader.read_raster(draft.spec.path))
    _check_unchanged(draft, fingerprint(draft.spec.path, file_format))
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
    rows = Rows(Shapes.of(one(shapely.box(*head["bounds"]))))
    source = rows.shapes.copy()
    lost = project(rows, crs, draft.ground.crs)
    terms.report_lost(int(lost.sum()), source.all(), crs=crs, found=draft.found)
    near = draft.ground.neighbourhood
    terms.check_place(rows, source, crs=crs, neighbourhood=near, found=draft.found)


def _load_vector(draft: _Draft, reader: Reader, file_format: Format) -> None:
    spec = draft.spec
    if file_format not in LAYER_FORMATS:
        _take_fingerprint(draft, file_format)
        is_table = file_format in TABLE_FORMATS
        why = ("表格没有图形", "a table has no geometry")
        draft.found.problem(*(why if is_table else ("不是矢量图层", "no vector layer")))
        return
    wanted = read_columns(spec, draft.ground)
    request = VectorRequest(spec.path, file_format, spec.sublayer, wanted, spec.encoding)
    shelf = draft.ground.shelf
    if shelf is None or not shelf.is_expected(spec, file_format, draft.ground):
        # The reading process counts while we hash. It reads only after the hash is known.
        reader.count_ahead(request)
    _take_fingerprint(draft, file_format)
    # What has failed already (by its date, by its recorded hash) is not kept, and says all
    # that it has to say.
    if shelf is None or draft.found.problems:
        _read(draft, reader, request)
    else:
        _take_or_keep(draft, reader, request, shelf)


def _take_or_keep(draft: _Draft, reader: Reader, request: VectorRequest, shelf: Shelf) -> None:
    """Take the layer from the shelf; else read it, and put it there if it passes."""
    spec, ground = draft.spec, draft.ground
    key = shelf.key(spec, draft.print, ground)
    draft.kept = shelf.get(key, ground, lambda: _anew(draft))
    if draft.kept is not None:
        return
    with shelf.building(key):
        # Another process may have built it meanwhile.
        draft.kept = shelf.get(key, ground, lambda: _anew(draft))
        if draft.kept is not None:
            return
        _read(draft, reader, request)
        done = _concluded(draft)
        if done.rows is not None:
            shown = ground.shown(spec.path)
            source = {"path": str(spec.path), "sha256": draft.print.sha256}
            shelf.put(key, done, label=f"{spec.name} ({shown})", source=source)


def _anew(draft: _Draft) -> Features:
    """Load the rows from the source after all: what was kept of them turned out damaged.

    Raises
    ------
    ReadError
        When the source has changed since, or passes no more.
    """
    spec, ground = draft.spec, replace(draft.ground, shelf=None)
    with Reader() as reader:
        layer = load_layer(spec, reader, ground)
    rows = layer.features
    if rows is None or layer.source.sha256 != draft.print.sha256:
        raise ReadError(
            say(
                "缓存已损坏，而源文件已变动，无法重建",
                "what was kept is damaged, and the source has changed since it was looked at",
            ),
            where=Where(spec.path.name, spec.name),
            expected=draft.print.sha256,
            found=layer.source.sha256,
            next_step=say("再运行一次", "run again"),
        )
    return rows


def _read(draft: _Draft, reader: Reader, request: VectorRequest) -> None:
    reply = reader.read_vector(request)
    with ThreadPoolExecutor(1) as beside:
        # What was read cannot change any more: the second hash runs beside the judging.
        after = beside.submit(fingerprint, request.path, request.file_format)
        _judge(draft, reply, request.columns)
        _check_unchanged(draft, after.result())


def _judge(draft: _Draft, reply: VectorReply, wanted: tuple[str, ...]) -> None:
    """Hold what was read against the contract."""
    terms.compare_counts(reply.facts, draft.found)
    for name, hint in missing_columns(reply.facts["available"], wanted).items():
        draft.found.problem(f"缺少列 {name} {hint}", f"there is no column '{name}' {hint}".rstrip())
    rows = draft.rows = decode(reply.table[GEOMETRY])
    for number, reason in reply.facts["lost"]:
        rows.reasons[number - 1] = reason
    _place(draft, rows, reply)
    terms.check_rows(draft.spec, rows, draft.found)
    table = reply.table.drop_columns([GEOMETRY])
    if draft.spec.join is not None:
        table = joined(table, draft.spec.join, draft.found)
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
    draft.source = rows.shapes.copy()
    if not crs:
        return
    if spec.accept:
        crs = _accept(draft, rows, crs)
    source = draft.source = rows.shapes.copy()
    draft.crs = crs_label(crs)
    usable = rows.usable
    target = crs if terms.is_same_crs(crs, ground.crs) else ground.crs
    before = len(found.problems)
    lost = int(project(rows, crs, target).sum())
    if lost:
        terms.report_lost(lost, source[usable], crs=crs, found=found)
    near = ground.neighbourhood
    terms.check_place(rows, source, crs=crs, neighbourhood=near, found=found)
    if len(found.problems) > before and usable.any():
        how = HOW_TO_ACCEPT.replace("LAYER", spec.name)
        said = hint_for(source[usable], crs, ground.place, how=how)
        found.problems.extend([said] if said else [])
    require_validity(rows, has_repair=spec.has_repair)


def _accept(draft: _Draft, rows: Rows, crs: str) -> str:
    """Read the rows under the hypothesis that city.toml accepts; return the CRS they are in."""
    where = Where(draft.spec.path.name, draft.spec.name)
    accept, place = draft.spec.accept, draft.ground.place
    crs, draft.found.accepted = accept_rows(rows, crs, accept, place, where=where)
    draft.found.notes.append(acceptance_text(draft.found.accepted))
    return crs


def _hashed_crs(draft: _Draft) -> str:
    """Return the CRS as it is hashed: a layer that rests on a hypothesis is another content."""
    accepted = draft.found.accepted
    return draft.crs if accepted is None else f"{draft.crs} by {accepted.hypothesis}"


def _identify(draft: _Draft, rows: Rows, table: pa.Table) -> None:
    """Give each row its id, the layer its hash, and say how its frame is built."""
    spec = draft.spec
    source = rows.shapes if draft.source is None else draft.source
    usable = rows.usable
    kept = [name for name in wanted_columns(spec, draft.ground) if name in table.column_names]
    texts = {name: texts_of(table[name]) for name in kept}
    blank = pa.array(np.full(len(rows), ""), pa.large_string())
    given = texts.get(spec.id_column, blank)
    content = Content(source.to_wkb(), tuple(texts.values()), source.bounds())
    ids = with_made_ids(given, content)
    draft.names = {place: ids[place].as_py() for place in (*rows.reasons, *rows.repairs)}
    mask = pa.array(usable)
    if spec.id_column in table.column_names:
        used = given.filter(mask) if rows.reasons else given
        blanks = pc.sum(pc.equal(used, "")).as_py() or 0
        terms.check_ids(blanks, duplicates_in(used), spec.id_column, draft.found)
    draft.content_sha256 = content_sha256(content, usable, _hashed_crs(draft))
    if draft.found.problems:
        return
    columns = {name: table[name] for name in kept if name in kept_columns(spec, draft.ground)}
    renamed = {
        to: table[name] for to, name in spec.attributes.items() if name in table.column_names
    }
    columns = {"feature_id": ids, "feature_name": texts.get(spec.name_column, blank)} | {
        name: column
        for name, column in (columns | renamed).items()
        if name not in ("feature_id", "feature_name")
    }
    where = Where(spec.path.name, spec.name)
    recipe = Recipe(rows.shapes, usable, columns, crs=draft.ground.crs, where=where)
    if ids is not given:
        recipe.check_ids()
    draft.rows_used = recipe
