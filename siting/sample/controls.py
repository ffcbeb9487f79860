"""Control lines of the sample city (三线, 蓝绿紫黄 and the rest), as rows with geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.sample.districts import DISTRICTS, Cells
from siting.sample.ground import Geometries, Ground, blob, largest_part, polygon_parts
from siting.sample.land_use import PLOUGHED
from siting.sample.lots import Lots
from siting.sample.networks import Row, geometries
from siting.sample.terrain import Terrain

Texts = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Basis:
    """What control lines are drawn from: terrain, cells, blocks with plan, and fields."""

    ground: Ground
    terrain: Terrain
    cells: Cells
    built: Lots
    plan: pd.DataFrame
    fields: Lots
    field_codes: Texts


def make_controls(basis: Basis) -> dict[str, list[Row]]:
    """Return the rows of each polygon control layer by role."""
    growth = growth_boundary(basis)
    urban = shapely.union_all(geometries(growth))
    eco = _eco(basis, urban)
    wild = shapely.union_all(geometries(eco))
    return {
        "growth_boundary": growth,
        "eco_redline": eco,
        "farmland": _farmland(basis, wild),
        "blue_line": _blue(basis),
        "green_line": _green(basis),
        "purple_line": _purple(basis),
        "yellow_line": _yellow(basis),
        "hazard": _hazard(basis),
        "water_source": _water_source(basis),
        "industrial_block": _industrial(basis),
    }


def _numbered(prefix: str, polygons: Geometries, **columns: object) -> list[Row]:
    """Return rows with ids; a column is one value for all or a list with one per row."""
    rows: list[Row] = []
    for number, polygon in enumerate(polygons):
        row: Row = {"id": f"{prefix}{number + 1:04d}"}
        for name, value in columns.items():
            row[name] = value[number] if isinstance(value, list) else value
        rows.append(row | {"geometry": polygon})
    return rows


def growth_boundary(basis: Basis) -> list[Row]:
    """Return the urban growth boundary: the built and planned cells, district by district."""
    cells = basis.cells
    pieces, names = [], []
    for code, name, _ in DISTRICTS:
        inside = cells.polygons[cells.is_urban & (cells.district == code)]
        parts, _ = polygon_parts(np.array([shapely.union_all(inside)], dtype=object))
        pieces.append(parts)
        names += [f"{name}城镇集中建设区"] * len(parts)
    return _numbered("CZKFBJ", np.concatenate(pieces), name=names, kind="集中建设区")


def _eco(basis: Basis, urban: BaseGeometry) -> list[Row]:
    rng = basis.ground.rng("eco")
    shapes = [
        blob((east, north), (radius * 1.0, radius * 0.8), rng=rng, vertices=72, wobble=0.13)
        for east, north, radius, top in basis.terrain.hills.reshape(-1, 4)
        if top > 120
    ]
    parts, _ = polygon_parts(np.array([shapely.union_all(shapes)], dtype=object))
    land = shapely.difference(
        shapely.intersection(parts, basis.terrain.outline), shapely.buffer(urban, 40)
    )
    parts, _ = polygon_parts(land, area_m2_min=5000)
    return _numbered("STBHHX", parts, name="山地生态保护红线", kind="水源涵养")


def _farmland(basis: Basis, wild: BaseGeometry) -> list[Row]:
    """Return patches of ploughed fields, joined cell by cell."""
    fields = basis.fields.block_polygons
    spots = shapely.get_coordinates(shapely.centroid(fields))
    good = basis.ground.noise(spots[:, 0], spots[:, 1], stage="farmland", wave_m=3800) > -0.35
    shapely.prepare(wild)
    chosen = np.isin(basis.field_codes, PLOUGHED) & good & ~shapely.intersects(wild, fields)
    cell = basis.fields.block_cell[chosen]
    patches = [shapely.union_all(fields[chosen][cell == number]) for number in np.unique(cell)]
    parts, index = polygon_parts(np.array(patches, dtype=object), area_m2_min=20_000)
    towns = basis.cells.town[np.unique(cell)[index]]
    return _numbered(
        "YJJBNT", parts, name=[f"{town}永久基本农田" for town in towns], kind="永久基本农田"
    )


def _blue(basis: Basis) -> list[Row]:
    water = basis.terrain.water
    bands = shapely.buffer(water.polygons, water.strip_m, quad_segs=2)
    bands = shapely.simplify(bands, 1.5)
    parts, index = polygon_parts(shapely.intersection(bands, basis.terrain.outline))
    names = [f"{water.names[row]}蓝线" for row in index]
    return _numbered("LX", parts, name=names, kind=[water.kinds[row] for row in index])


def _green(basis: Basis) -> list[Row]:
    """Return parks with a fixed green line and the green strip along the wide rivers."""
    rng = basis.ground.rng("green")
    use = basis.plan["YDDM"].to_numpy(dtype="U6")
    chosen = (use == "1402") | ((use == "1401") & (rng.random(len(use)) < 0.5))
    parks = basis.built.block_polygons[chosen]
    rows = _numbered("LVX", parks, name="公园与防护绿地绿线", kind="地块绿线")
    water = basis.terrain.water
    urban = shapely.union_all(basis.cells.polygons[basis.cells.is_urban])
    for name, kind, shape, strip in zip(
        water.names, water.kinds, water.polygons, water.strip_m, strict=True
    ):
        if kind != "河流":
            continue
        wet = shapely.buffer(shape, strip + 3, quad_segs=2)
        strips = shapely.difference(shapely.buffer(shape, strip + 38, quad_segs=2), wet)
        strips = shapely.simplify(shapely.intersection(strips, urban), 1.0)
        parts, _ = polygon_parts(np.array([strips], dtype=object), area_m2_min=2000)
        for part in parts:
            label = f"{name}滨水绿带"
            rows.append(
                {
                    "id": f"LVX{len(rows) + 1:04d}",
                    "name": label,
                    "kind": "滨水绿带",
                    "geometry": part,
                }
            )
    return rows


def _purple(basis: Basis) -> list[Row]:
    """Return historic quarters (neighbouring old blocks) and single monuments."""
    rng = basis.ground.rng("purple")
    kinds = basis.cells.kinds[basis.built.block_cell]
    old = np.flatnonzero((kinds == "old") & ~basis.built.block_is_village)
    rows: list[Row] = []
    names = ("旧埗历史文化街区", "榕涌历史文化街区", "钟楼历史地段", "学宫历史地段")
    spots = shapely.centroid(basis.built.block_polygons[old])
    for name, seed in zip(names, rng.choice(old, len(names), replace=False), strict=True):
        distance = shapely.distance(spots, shapely.centroid(basis.built.block_polygons[seed]))
        quarter = basis.built.block_polygons[old[np.argsort(distance)[:4]]]
        joined = shapely.union_all(shapely.buffer(quarter, 16, join_style="mitre"))
        shape = largest_part(shapely.buffer(joined, -11, join_style="mitre"))
        rows.append(
            {
                "id": f"ZX{len(rows) + 1:04d}",
                "name": name,
                "kind": "历史文化街区",
                "geometry": shape,
            }
        )
    built = np.flatnonzero(np.isin(kinds, ("old", "urban", "new")))
    for number, block in enumerate(rng.choice(built, 16, replace=False), start=1):
        corner = shapely.get_coordinates(basis.built.block_polygons[block])[0]
        shape = blob((corner[0], corner[1]), (34, 26), rng=rng, vertices=14)
        row: Row = {
            "id": f"ZX{len(rows) + 1:04d}",
            "name": f"文物保护单位{number}号",
            "kind": "文物保护单位",
        }
        rows.append(row | {"geometry": shape})
    return rows


def _yellow(basis: Basis) -> list[Row]:
    """Return plants and substations with the strip around them."""
    use = basis.plan["YDDM"].to_numpy(dtype="U6")
    chosen = np.isin(use, ("1302", "1303", "1309"))
    shapes = shapely.buffer(basis.built.block_polygons[chosen], 24, join_style="mitre")
    parts, index = polygon_parts(shapes)
    kinds = {"1302": "排水设施", "1303": "供电设施", "1309": "环卫设施"}
    kind = [kinds[code] for code in use[chosen][index]]
    return _numbered("HX", parts, name=[f"{text}黄线" for text in kind], kind=kind)


def _hazard(basis: Basis) -> list[Row]:
    rng = basis.ground.rng("hazard")
    shapes, kinds = [], []
    for east, north, radius, _top in basis.terrain.hills.reshape(-1, 4):
        for _ in range(3):
            turn = rng.uniform(0, 2 * np.pi)
            spot = (east + radius * np.cos(turn) * 0.9, north + radius * np.sin(turn) * 0.9)
            size = radius * rng.uniform(0.12, 0.3)
            shapes.append(blob(spot, (size, size * 0.7), rng=rng, vertices=26, wobble=0.2))
            kinds.append(str(rng.choice(["高易发区", "中易发区", "低易发区"])))
    clipped = shapely.intersection(np.array(shapes, dtype=object), basis.terrain.outline)
    parts, index = polygon_parts(clipped, area_m2_min=2000)
    kind = [kinds[row] for row in index]
    return _numbered("DZZH", parts, name=[f"地质灾害{text}" for text in kind], kind=kind)


def _water_source(basis: Basis) -> list[Row]:
    """Return zones round the reservoirs and at the river intake in the west."""
    water = basis.terrain.water
    outline = basis.terrain.outline
    rows: list[Row] = []
    for name, kind, shape in zip(water.names, water.kinds, water.polygons, strict=True):
        if kind == "水库":
            first = shapely.buffer(shape, 120, quad_segs=4)
            second = shapely.difference(shapely.buffer(shape, 420, quad_segs=4), first)
            zones = [("一级保护区", first), ("二级保护区", second)]
        elif name == "云滘江":
            west, south, east, north = shapely.bounds(outline)
            reach = shapely.box(
                west + 0.05 * (east - west), south, west + 0.2 * (east - west), north
            )
            intake = shapely.intersection(shape, reach)
            zones = [("二级保护区", shapely.buffer(intake, 130, quad_segs=3))]
        else:
            continue
        for level, zone in zones:
            parts, _ = polygon_parts(np.array([shapely.intersection(zone, outline)], dtype=object))
            for part in parts:
                row: Row = {"id": f"YYS{len(rows) + 1:03d}", "name": f"{name}饮用水水源{level}"}
                rows.append(row | {"kind": level, "geometry": part})
    return rows


def _industrial(basis: Basis) -> list[Row]:
    works = basis.cells.polygons[basis.cells.kinds == "works"]
    parts, _ = polygon_parts(np.array([shapely.union_all(works)], dtype=object))
    return _numbered("GYQK", parts, name="工业产业区块", kind="一级控制线")
