"""Parcel tables and settings made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.candidates import Parcels, Wanted, as_array
from siting.candidates.parcels import Zoned
from siting.city import City, CoverageSpec, SuggestSpec
from siting.criteria import Place, Setting, Sites, Wish
from siting.exclude import Land
from siting.model import Atlas, Contract, Layer, LoadStatus, Project, Source, Text
from siting.overlay.kernel.measure import Prepared

CRS = "EPSG:4547"


def city_of(spec: SuggestSpec | None = None, *, path: Path = Path("city.toml")) -> City:
    """Return a city without files."""
    return City(
        name=Text("试用镇", "Trial town"),
        path=path,
        crs=CRS,
        language="zh",
        code="000000",
        area_of_record="planar",
        rule_book="cn",
        layers=(),
        red_lines=(),
        projects=None,
        off_map=(),
        suggest=spec or SuggestSpec(),
        output=path.parent,
        outline=CoverageSpec(),
    )


def layer(name: str, role: str, shapes: Sequence[BaseGeometry]) -> Layer:
    """Return a usable layer."""
    names = [f"{name}{number}" for number in range(len(shapes))]
    frame = gpd.GeoDataFrame(
        {"feature_id": names, "feature_name": names}, geometry=list(shapes), crs=CRS
    )
    return Layer(
        name=name,
        role=role,
        title=Text(name, name),
        frame=frame,
        coverage=shapely.box(-1e5, -1e5, 1e5, 1e5),
        source=Source(name, name, "", len(shapes), CRS),
        contract=Contract(LoadStatus.PASSED, len(shapes), len(shapes)),
    )


def setting_of(*layers: Layer, spec: SuggestSpec | None = None) -> Setting:
    """Return a setting of some layers, with one district A."""
    ground = shapely.box(-1e5, -1e5, 1e5, 1e5)
    districts = gpd.GeoDataFrame(
        {"feature_id": ["A"], "feature_name": ["甲区"]}, geometry=[ground], crs=CRS
    )
    atlas = Atlas(
        layers=layers,
        districts=districts,
        outline=ground,
        projects=(),
        red_lines=(),
        refused_red_lines=(),
    )
    return Setting(atlas, city_of(spec))


def parcels_of(
    shapes: Sequence[BaseGeometry],
    *,
    texts: Mapping[str, Sequence[str]] | None = None,
    plan_states: Sequence[str] = (),
    classes: Sequence[str] = (),
    is_held: Sequence[bool] | None = None,
    districts: Sequence[str] = (),
) -> Parcels:
    """Return a parcel table."""
    geometries, count = as_array(shapes), len(shapes)
    ids = tuple(f"P{number}" for number in range(count))
    areas_m2 = shapely.area(geometries)
    empty = np.array([""] * count, dtype=object)
    states = np.array(plan_states or [""] * count, dtype=object)
    return Parcels(
        ids=ids,
        geometries=geometries,
        areas_m2=areas_m2,
        districts=np.array(districts or ["A"] * count, dtype=object),
        zoned=Zoned(empty, empty, np.zeros(count), states, frozenset()),
        is_available=np.ones(count, dtype=bool),
        is_supply_known=True,
        holders=(frozenset(),) * count,
        texts={column: tuple(values) for column, values in (texts or {}).items()},
        land=Land(ids, Prepared(geometries), areas_m2, np.arange(count)),
        classes=tuple(classes),
        is_held=None if is_held is None else np.array(is_held, dtype=bool),
    )


def sites_of(shapes: Sequence[BaseGeometry], **more: object) -> Sites:
    """Return all rows of a table as sites."""
    return Sites(parcels_of(shapes, **more), np.arange(len(shapes)))


def stated(column: str, values: Sequence[str], **more: object) -> Sites:
    """Return as many squares as there are values of one column."""
    shapes = [shapely.box(200 * i, 0, 200 * i + 100, 100) for i in range(len(values))]
    return sites_of(shapes, texts={column: values}, **more)


def wish_of(place: Place | None = None, least_m2: float = 5.0, most_m2: float = 15.0) -> Wish:
    """Return what a project brings."""
    project = Project(id="X", name="X", stage="前期研究")
    return Wish(
        project, place or Place(None, "", has_red_line=False), Wanted(least_m2, most_m2, (), "")
    )
