"""A whole city: districts and outline first, then every layer, the ledger and the red lines."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, cast

import numpy as np
import shapely

from siting.errors import ConfigError, ReadError, SitingError, Where
from siting.load.child import Reader
from siting.load.contract import area_of_use, neighbourhood_of
from siting.load.coverage import Coverages, read_outline, union_of_districts
from siting.load.ground import Ground
from siting.load.layer import load_layer
from siting.load.recall import Errand, recalled
from siting.load.red_lines import read_with, settle
from siting.load.txt_red_lines import Batch, TextWays
from siting.load.words import one_line, say
from siting.model import Atlas, Features, Layer, LoadStatus, Project, RedLine, Refusal

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from siting.city import City, LayerSpec, ProjectsSpec, RedLineSpec
    from siting.load.kept import Shelf

logger = logging.getLogger(__name__)

Progress = Callable[[str], None]


def load_city(
    city: City,
    *,
    as_of: dt.date,
    progress: Progress | None = None,
    shelf: Shelf | None = None,
) -> Atlas:
    """Load everything that a city.toml names.

    Parameters
    ----------
    city
        From :func:`siting.city.read_city`.
    as_of
        Which versions of layers are in force; a layer from later fails its contract.
    progress
        Called with one line before each file.
    shelf
        Where layers that passed are kept, and taken from; without one each is read. The
        answer is the same.

    Returns
    -------
    Atlas
        With each configured layer, loaded or failed. Frames are in the working CRS and
        have ``feature_id``, ``feature_name``, ``geometry`` and the kept columns.

    Raises
    ------
    ReadError
        When the districts or the city's outline cannot be used: nothing works without.
    ConfigError, ProblemsError
        When no layer has the role ``district``, or the ledger has faulty rows.
    """
    tell = progress or logger.info
    with Reader() as reader:
        if shelf is None:  # else it may well not be needed
            reader.start()
        ground = _first_ground(city, as_of=as_of, shelf=shelf)
        coverages, district_layer = _grounded(city, reader, ground=ground, tell=tell)
        layers = []
        for spec in city.layers_as_of(as_of):
            layer = district_layer
            if spec.name != district_layer.name:
                tell(spec.title.zh)
                layer = load_layer(spec, reader, coverages.ground)
            layers.append(coverages.apply(layer, spec.coverage))
        projects = _projects(city.projects, shelf) if city.projects else ()
        found = _red_lines(city, reader, projects=projects, ground=coverages.ground, tell=tell)
    if shelf is not None:
        shelf.close()
    return Atlas(
        layers=tuple(layers),
        # the field takes what builds it
        districts=cast("gpd.GeoDataFrame", coverages.districts),
        outline=coverages.outline,
        projects=projects,
        red_lines=tuple(found.lines),
        refused_red_lines=tuple(found.refused),
    )


def load_ground(city: City, reader: Reader, *, as_of: dt.date) -> Ground:
    """Load the districts and the outline only, and return what layers are held against.

    Raises
    ------
    ReadError, ConfigError
        As :func:`load_city`.
    """
    ground = _first_ground(city, as_of=as_of, shelf=None)
    coverages, _ = _grounded(city, reader, ground=ground, tell=logger.info)
    return coverages.ground


def _first_ground(city: City, *, as_of: dt.date, shelf: Shelf | None) -> Ground:
    """Return the ground as far as it is known before anything was read."""
    extra = {"parcel": _shown_columns(city)}
    extra[city.compose.role] = (*extra.get(city.compose.role, ()), *city.compose.stated)
    for role in city.access.roles:
        extra[role] = (*extra.get(role, ()), *city.access.columns.values())
    return Ground(
        city.crs,
        as_of,
        city.path.parent,
        area_of_use(city.crs),
        systems=city.local_systems,
        extra_columns=extra,
        shelf=shelf,
    )


def _grounded(
    city: City, reader: Reader, *, ground: Ground, tell: Progress
) -> tuple[Coverages, Layer]:
    """Load the districts and the outline, which all other layers are held against."""
    outline = None
    if city.outline.kind == "file":
        outline = read_outline(city.outline, reader, ground)
        ground = replace(ground, neighbourhood=neighbourhood_of(outline), outline=outline)
    spec = _district_spec(city.layers_as_of(ground.as_of), city)
    tell(spec.title.zh)
    layer = load_layer(spec, reader, ground)
    districts = _usable_districts(layer)
    return _coverages(city, reader, ground=ground, districts=districts, outline=outline), layer


def _shown_columns(city: City) -> tuple[str, ...]:
    """Return the parcel columns that [suggest] works with, so that nobody lists them twice."""
    suggest = city.suggest
    names = (
        suggest.supply_column, suggest.plan_state_column, suggest.acquisition_column,
        suggest.ownership_column, suggest.use_column, suggest.land_bank_column,
        *suggest.show_columns,
    )  # fmt: skip
    return tuple(dict.fromkeys(name for name in names if name))


def _district_spec(specs: Sequence[LayerSpec], city: City) -> LayerSpec:
    for spec in specs:
        if spec.role.name == "district":
            return spec
    raise ConfigError(
        say("没有行政区图层", "no layer has the role 'district'"),
        where=Where(file=city.path.name),
        expected='[[layer]] role = "district"',
        next_step=say("在 city.toml 中加入行政区图层", "add the districts to city.toml"),
    )


def _usable_districts(layer: Layer) -> Features:
    is_whole = layer.contract.status is LoadStatus.PASSED
    rows = layer.features
    if not is_whole or rows is None or not len(rows):
        raise ReadError(
            say("行政区图层不能用，后续无法进行", "the districts cannot be used: nothing works so"),
            where=Where(file=layer.source.path, layer=layer.name),
            found="; ".join(
                [*layer.contract.problems, *(refusal.reason for refusal in layer.contract.refusals)]
            ),
            next_step=say("更正行政区图层", "mend the district layer"),
        )
    return rows


def _coverages(
    city: City,
    reader: Reader,
    *,
    ground: Ground,
    districts: Features,
    outline: BaseGeometry | None,
) -> Coverages:
    whole = (
        outline if outline is not None else union_of_districts(districts.shapes_at(districts.every))
    )
    near = replace(ground, neighbourhood=neighbourhood_of(whole), outline=whole)
    coverages = Coverages(reader, near, districts, whole, {})
    if city.outline.kind == "districts":
        chosen = coverages.resolve(city.outline)
        if chosen.area is None:
            raise ConfigError(chosen.problem, next_step=say("更正 outline", "correct outline"))
        coverages.outline = chosen.area
    return coverages


def _red_lines(
    city: City,
    reader: Reader,
    *,
    projects: Sequence[Project],
    ground: Ground,
    tell: Progress,
) -> Batch:
    batches = []
    near = ground.neighbourhood
    for spec in city.red_lines:
        tell(spec.path.name)
        try:
            ways = TextWays(outline=near, place=ground.place, accept=spec.accept)
            batches.append(_batch(spec, reader, city.crs, ways=ways, shelf=ground.shelf))
        except SitingError as error:
            # One unreadable file must not hide the others; the report lists it.
            batches.append(Batch(refused=[Refusal(0, spec.path.name, one_line(error))]))
    settled = settle(batches, projects)
    return Batch(_placed(settled.lines, near), settled.refused)


def _batch(
    spec: RedLineSpec, reader: Reader, crs: str, *, ways: TextWays, shelf: Shelf | None
) -> Batch:
    """Return the red lines of one file."""
    stated = [str(getattr(spec, field.name)) for field in fields(spec) if field.name != "path"]
    errand = Errand("red_lines", Batch, spec.path, (stated, crs, ways))
    return recalled(shelf, errand, lambda: read_with(spec, reader, crs, ways=ways))


def _projects(spec: ProjectsSpec, shelf: Shelf | None) -> tuple[Project, ...]:
    """Return the projects of the ledger."""
    stated = [str(getattr(spec, field.name)) for field in fields(spec) if field.name != "path"]
    errand = Errand("projects", tuple[Project, ...], spec.path, (stated,))

    def read() -> tuple[Project, ...]:
        from siting.load.projects import read_projects  # tables of all kinds; not if it is kept

        return read_projects(spec)

    return recalled(shelf, errand, read)


def _placed(lines: list[RedLine], near: BaseGeometry | None) -> list[RedLine]:
    """Note red lines that lie nowhere near the city: a wrong zone, or X and Y swapped."""
    if near is None or not lines:
        return lines
    shapes = np.array([line.geometry for line in lines], dtype=object)
    is_near = np.asarray(shapely.intersects(near, shapely.box(*shapely.bounds(shapes).T)))
    note = say("不在本市附近，请核对带号与 X/Y", "lies nowhere near the city: check zone and axes")
    return [
        line if is_placed else replace(line, notes=(*line.notes, note))
        for line, is_placed in zip(lines, is_near.tolist(), strict=True)
    ]
