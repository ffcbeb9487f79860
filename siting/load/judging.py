"""Holding the rows of a layer against its contract, and giving them their ids and hash."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from siting.crs import crs_label
from siting.errors import Where
from siting.load import contract as terms
from siting.load.binary import blank_texts, flags_of
from siting.load.child import VectorReply
from siting.load.draft import Draft, kept_columns, wanted_columns
from siting.load.forensic.accept import accept_rows, acceptance_text, hint_for
from siting.load.formats import GEOMETRY
from siting.load.frames import Recipe
from siting.load.ground import Ground
from siting.load.identity import Content, content_sha256, duplicates_in, with_made_ids
from siting.load.join import joined
from siting.load.rows import Rows, decode, project, require_kinds, require_validity
from siting.load.shapes import Shapes, one
from siting.load.texts import texts_of
from siting.schema import missing_columns

#: How a layer's hypothesis is accepted, in the words of a message.
HOW_TO_ACCEPT = '[[layer]] accept = "{0}" (--accept LAYER={0})'


def judge(draft: Draft, reply: VectorReply, wanted: tuple[str, ...]) -> None:
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


def _place(draft: Draft, rows: Rows, reply: VectorReply) -> None:
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


def _accept(draft: Draft, rows: Rows, crs: str) -> str:
    """Read the rows under the hypothesis that city.toml accepts; return the CRS they are in."""
    where = Where(draft.spec.path.name, draft.spec.name)
    accept, place = draft.spec.accept, draft.ground.place
    crs, draft.found.accepted = accept_rows(rows, crs, accept, place, where=where)
    draft.found.notes.append(acceptance_text(draft.found.accepted))
    return crs


def _hashed_crs(draft: Draft) -> str:
    """Return the CRS as it is hashed: a layer that rests on a hypothesis is another content."""
    accepted = draft.found.accepted
    return draft.crs if accepted is None else f"{draft.crs} by {accepted.hypothesis}"


def _identify(draft: Draft, rows: Rows, table: pa.Table) -> None:
    """Give each row its id, the layer its hash, and say how its frame is built."""
    spec = draft.spec
    source = rows.shapes if draft.source is None else draft.source
    usable = rows.usable
    kept = [name for name in wanted_columns(spec, draft.ground) if name in table.column_names]
    texts = {name: texts_of(table[name]) for name in kept}
    blank = blank_texts(len(rows))
    given = texts.get(spec.id_column, blank)
    content = Content(source.to_wkb(), tuple(texts.values()), source.bounds())
    ids = with_made_ids(given, content)
    draft.names = {place: ids[place].as_py() for place in (*rows.reasons, *rows.repairs)}
    mask = flags_of(usable)
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


def judge_bounds(
    bounds: tuple[float, float, float, float], crs: str, ground: Ground, found: terms.Findings
) -> None:
    """Hold the bounds of a raster against the city."""
    # They go the way of a layer's geometries: projected, and held against the city.
    rows = Rows(Shapes.of(one(shapely.box(*bounds))))
    source = rows.shapes.copy()
    lost = project(rows, crs, ground.crs)
    terms.report_lost(int(lost.sum()), source.all(), crs=crs, found=found)
    near = ground.neighbourhood
    terms.check_place(rows, source, crs=crs, neighbourhood=near, found=found)
