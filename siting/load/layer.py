"""One ``[[layer]]`` of city.toml -> one Layer, loaded or failed, never forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from siting.crs import crs_label, parse_crs
from siting.errors import ReadError, SitingError, Where
from siting.load import contract as terms
from siting.load.child import Reader
from siting.load.draft import Draft, read_columns
from siting.load.formats import (
    LAYER_FORMATS,
    TABLE_FORMATS,
    Fingerprint,
    Format,
    VectorRequest,
    fingerprint,
    format_of,
)
from siting.load.ground import Ground
from siting.load.kept import KeptLayer, Shelf
from siting.load.recall import Errand, recalled
from siting.load.words import one_line, say
from siting.model import Features, Grid, Layer, Source

if TYPE_CHECKING:
    import geopandas as gpd

    from siting.city import LayerSpec

#: What GeoTIFFs call metres; most say nothing, which is taken for metres.
METRES = {"", "m", "metre", "metres", "meter", "meters"}


def load_layer(spec: LayerSpec, reader: Reader, ground: Ground) -> Layer:
    """Load one layer under the contract; a failed one comes back without a frame.

    Coverage is not resolved here: see :mod:`siting.load.coverage`. Where the ground has a
    shelf, what came of a layer before is taken from it, and what comes of it now is put there.
    """
    draft = Draft(spec, ground, terms.Findings())
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


def _layer(draft: Draft) -> Layer:
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
        pixels=None if found.contract.problems else draft.pixels,
    )


def _concluded(draft: Draft) -> KeptLayer:
    contract = terms.conclude(draft.found, draft.rows, draft.names)
    rows = None if contract.problems else draft.rows_used
    return KeptLayer(contract, draft.crs, draft.content_sha256, rows)


def _take_fingerprint(draft: Draft, file_format: Format) -> None:
    shelf = draft.ground.shelf
    look = fingerprint if shelf is None else shelf.fingerprint
    draft.print = look(draft.spec.path, file_format)
    wanted, found = draft.spec.sha256, draft.print.sha256
    if wanted and wanted != found:
        draft.found.problem(
            f"文件与记录的 sha256 不符：{found}", f"sha256 differs from the recorded one: {found}"
        )


def _check_unchanged(draft: Draft, after: Fingerprint) -> bool:
    is_same = after == draft.print
    if not is_same:
        draft.found.problem("读取期间文件被改动", "the file changed while it was being read")
    return is_same


def _load_raster(draft: Draft, reader: Reader, file_format: Format) -> None:
    _take_fingerprint(draft, file_format)
    if draft.spec.accept:
        draft.found.problem("栅格不支持 accept", "accept does not work for a raster")
    if file_format is not Format.TIFF:
        draft.found.problem("栅格须为 GeoTIFF", "a raster must be a GeoTIFF")
        return
    spec, ground = draft.spec, draft.ground
    errand = Errand("raster", dict, spec.path, (spec.crs, ground.crs, ground.neighbourhood))
    said = recalled(ground.shelf, errand, lambda: _raster_facts(spec, reader, ground))
    _check_unchanged(draft, fingerprint(spec.path, file_format))
    draft.found.problems.extend(said["problems"])
    draft.found.notes.extend(said["notes"])
    draft.crs = said["crs"]
    draft.content_sha256 = draft.print.sha256 if draft.crs else ""
    if not draft.found.problems:
        _take_cells(draft, reader, said["grid"])


def _take_cells(draft: Draft, reader: Reader, stated: dict[str, Any]) -> None:
    from siting.load.pixels import pixels_of

    grid, path, shelf = Grid(**stated), draft.spec.path, draft.ground.shelf
    pixels = pixels_of(path, draft.print, grid, reader=reader, shelf=shelf)
    draft.pixels = pixels
    if pixels.unknown:
        total = grid.rows * grid.columns
        draft.found.note(
            f"{pixels.unknown} 个像元无值（共 {total} 个），其处不作判断",
            f"{pixels.unknown} of {total} cells have no value: nothing is said of what lies there",
        )


def _raster_facts(spec: LayerSpec, reader: Reader, ground: Ground) -> dict[str, Any]:
    """Return the CRS of a raster's head, and what there is to say of it, as plain JSON."""
    from siting.load.judging import judge_bounds

    found = terms.Findings()
    head = reader.read_raster(spec.path)
    crs = terms.settle_crs(spec.crs, head, found)
    if crs:
        step = " × ".join(f"{size:g}" for size in head["resolution"])
        found.note(
            f"栅格 {head['width']} × {head['height']}，分辨率 {step}",
            f"raster {head['width']} × {head['height']}, resolution {step}",
        )
        _judge_raster(head, found)
        _judge_units(head, crs, found)
        west, south, east, north = head["bounds"]
        judge_bounds((west, south, east, north), crs, ground, found)
    label = crs_label(crs) if crs else ""
    grid = _grid_of(head, crs) if crs else {}
    return {"crs": label, "problems": found.problems, "notes": found.notes, "grid": grid}


def _judge_raster(head: dict[str, Any], found: terms.Findings) -> None:
    if not head["is_north_up"]:
        found.problem(
            "栅格被旋转或上下颠倒，请先重采样为正北朝上",
            "the raster is rotated or upside down: resample it with north up",
        )
    if head["is_complex"]:
        found.problem("栅格为复数", "the raster holds complex numbers")
    if head["bands"] > 1:
        found.note(
            f"有 {head['bands']} 个波段，只用第一个",
            f"{head['bands']} bands, the first of which is used",
        )


def _judge_units(head: dict[str, Any], crs: str, found: terms.Findings) -> None:
    """Refuse what would make a slope wrong without any error: heights or cells not in metres."""
    parsed = parse_crs(crs)
    unit = parsed.axis_info[0].unit_name
    if not parsed.is_geographic and unit != "metre":
        found.problem(
            f"栅格坐标系的单位是 {unit}，不是米：请先重投影",
            f"the raster's CRS is in {unit}, not in metres: reproject it",
        )
    operation = parsed.coordinate_operation
    if operation is not None and "Pseudo Mercator" in operation.method_name:
        found.problem(
            "栅格为网络墨卡托，其像元并非实地尺寸，坡度会偏小：请先重投影",
            "the raster is in Web Mercator, whose cells are larger than the ground that they "
            "show: slopes would come out too gentle; reproject it",
        )
    if head["unit"].lower() not in METRES:
        found.problem(
            f"栅格高程的单位是“{head['unit']}”，不是米：请先换算",
            f"the heights are in '{head['unit']}', not in metres: convert them",
        )


def _grid_of(head: dict[str, Any], crs: str) -> dict[str, Any]:
    """Return the fields of the raster's :class:`siting.model.Grid`, as plain JSON."""
    west, _, _, north = head["bounds"]
    east_step, south_step = head["resolution"]
    return {
        "west": west,
        "north": north,
        "step_east": east_step,
        "step_south": south_step,
        "columns": head["width"],
        "rows": head["height"],
        "is_geographic": parse_crs(crs).is_geographic,
        "crs": crs_label(crs),
    }


def _load_vector(draft: Draft, reader: Reader, file_format: Format) -> None:
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


def _take_or_keep(draft: Draft, reader: Reader, request: VectorRequest, shelf: Shelf) -> None:
    """Take the layer, or its failure, from the shelf; else read it, and put there what it is."""
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
        is_same = _read(draft, reader, request)
        done = _concluded(draft)
        # A file that could not be read at all is tried again each time: that may have been the
        # disk, the net or a limit, as it may with a joined table. What its rows came to depends
        # on nothing but the key.
        if is_same and (done.rows is not None or spec.join is None):
            shown = ground.shown(spec.path)
            source = {"path": str(spec.path), "sha256": draft.print.sha256}
            shelf.put(key, done, label=f"{spec.name} ({shown})", source=source)
            # From now on as on any later day: what was read is let go of.
            draft.kept = shelf.get(key, ground, lambda: _anew(draft))


def _anew(draft: Draft) -> Features:
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


def _read(draft: Draft, reader: Reader, request: VectorRequest) -> bool:
    """Read the layer and judge it; False when its file changed meanwhile, which fails it."""
    from siting.load.judging import judge  # Arrow; a layer that is kept does without

    reply = reader.read_vector(request)
    with ThreadPoolExecutor(1) as beside:
        # What was read cannot change any more: the second hash runs beside the judging.
        after = beside.submit(fingerprint, request.path, request.file_format)
        try:
            judge(draft, reply, request.columns)
        except SitingError as error:
            draft.found.problems.append(one_line(error))
        return _check_unchanged(draft, after.result())
