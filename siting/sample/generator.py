"""generate: from a seed to a folder with a whole city."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from siting.errors import ConfigError
from siting.sample import codes, files
from siting.sample.catalogue import DEM_PATH, LAYERS
from siting.sample.city_toml import (
    LEDGER,
    RED_LINE_FILES,
    SHEET,
    city_toml,
    planted_toml,
    source_md,
)
from siting.sample.controls import Basis, make_controls
from siting.sample.districts import DISTRICTS, Cells, district_polygons, road_cells, road_grid
from siting.sample.ground import PARCELS_PER_TILE, Geometries, Ground
from siting.sample.land_use import block_codes, field_codes, land_use_rows
from siting.sample.ledger import ledger_rows
from siting.sample.lots import Lots, cut_cells
from siting.sample.networks import Networks, Row, make_networks
from siting.sample.parcels import parcel_rows, plan_blocks
from siting.sample.plans import DECISIONS, DECISIONS_SHEET, decision_rows
from siting.sample.planting import Planted
from siting.sample.projects import Entry, plant_projects
from siting.sample.relief import elevation, make_knolls, spur
from siting.sample.scene import Scene
from siting.sample.services import make_services
from siting.sample.terrain import Terrain, make_terrain

PARCELS_MIN = 2_000
DEM_CELL_M = 50.0
#: The elevation model of a large city is coarser, so that it stays small.
DEM_CELLS_MAX = 1_000

Table = tuple[pd.DataFrame, Geometries]


@dataclass(frozen=True, slots=True)
class _Made:
    """Everything of one city before it is written."""

    terrain: Terrain
    cells: Cells
    networks: Networks
    tables: dict[str, Table]
    scene: Scene


def generate(folder: Path, *, seed: int, parcels: int, as_of: dt.date) -> None:
    """Write a whole fictional city with its city.toml.

    Parameters
    ----------
    folder
        Where to write; made if absent. Files of an earlier run are replaced.
    seed
        The same seed, size and date give the same tables again.
    parcels
        About how many parcels; the extent grows with them (4,000: 20 × 16 km).
    as_of
        The day that file dates and the dates of layers are counted from.

    Raises
    ------
    ConfigError
        When fewer than 2,000 parcels are wanted: the planted red lines need room.
    """
    _require_room(parcels)
    files.fix_file_dates(as_of)
    ground = Ground(seed, float(np.sqrt(parcels / PARCELS_PER_TILE)))
    made = _make(ground)
    entries, power_edge_m = plant_projects(ground, made.scene, made.cells)
    red_lines = [entry.planted for entry in entries if entry.planted]
    services = make_services(
        ground, made.scene, made.networks.roads, [planted.geometry for planted in red_lines]
    )
    made.tables.update({role: _table(rows) for role, rows in services.items()})
    _write_layers(folder, made)
    _write_elevation(folder, made.terrain, red_lines)
    _write_coverage(folder, made.terrain.outline, power_edge_m)
    _write_red_lines(folder, entries)
    ledger = ledger_rows(entries, made.scene.parcels["ZDDM"].tolist())
    files.write_workbook(folder / LEDGER, SHEET, ledger, as_of)
    decided = decision_rows(entries, made.scene.parcels, as_of)
    files.write_workbook(folder / DECISIONS, DECISIONS_SHEET, decided, as_of)
    _write_texts(
        folder,
        {
            "city.toml": city_toml(as_of),
            "redlines/planted.toml": planted_toml(entries),
            "SOURCE.md": source_md(entries, seed=seed, parcels=parcels, as_of=as_of),
        },
    )


def _require_room(parcels: int) -> None:
    if parcels < PARCELS_MIN:
        raise ConfigError(
            "the sample city cannot be that small",
            expected=f"at least {PARCELS_MIN} parcels",
            found=str(parcels),
            next_step="ask for more parcels",
        )


def _write_texts(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _make(ground: Ground) -> _Made:
    terrain = make_terrain(ground)
    grid = road_grid(ground)
    cells = road_cells(ground, grid, terrain)
    networks = make_networks(ground, grid, cells, terrain)
    taken = np.concatenate([terrain.water.polygons, networks.surface()])
    built, fields = cut_cells(ground, cells, taken)
    plan = plan_blocks(ground, cells, built)
    parcels = parcel_rows(ground, cells, built, plan)
    open_codes = field_codes(ground, terrain, fields.block_polygons)
    surveyed = (built, block_codes(plan, _free_share(built, parcels)))
    railways = np.array([row["geometry"] for row in networks.railways], dtype=object)
    land_use = land_use_rows(terrain, cells, railways, [surveyed, (fields, open_codes)])
    controls = make_controls(Basis(ground, terrain, cells, built, plan, fields, open_codes))
    layers = controls | {
        "power_line": networks.power_lines,
        "metro_structure": networks.metro_structures,
        "railway": networks.railways,
        "highway": networks.highways,
    }
    districts = district_polygons(cells)
    tables: dict[str, Table] = {role: _table(rows) for role, rows in layers.items()}
    tables |= _base_tables(terrain, networks)
    tables["district"] = (_district_rows(), districts)
    tables["parcel"] = (parcels, built.lot_polygons)
    tables["land_use"] = land_use
    tables["zoning"] = (plan, built.block_polygons)
    scene = Scene(
        layers, terrain.outline, districts, parcels, built.lot_polygons, plan, built.block_polygons
    )
    return _Made(terrain, cells, networks, tables, scene)


def _free_share(built: Lots, parcels: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    free = parcels["GDZT"].isin(codes.AVAILABLE_STATES).to_numpy()
    count = len(built.block_polygons)
    lots = np.bincount(built.lot_block, minlength=count)
    share = np.bincount(built.lot_block, weights=free, minlength=count) / np.maximum(1, lots)
    return np.asarray(share, dtype=np.float64)


def _table(rows: list[Row]) -> Table:
    frame = pd.DataFrame(rows)
    return frame.drop(columns=["geometry"]), np.array(frame["geometry"].tolist(), dtype=object)


def _district_rows() -> pd.DataFrame:
    return pd.DataFrame(DISTRICTS, columns=["XZQDM", "XZQMC", "name_en"])


def _base_tables(terrain: Terrain, networks: Networks) -> dict[str, Table]:
    water = pd.DataFrame(
        {
            "id": [f"SX{number + 1:03d}" for number in range(len(terrain.water.names))],
            "name": terrain.water.names,
            "kind": terrain.water.kinds,
        }
    )
    return {
        "water_body": (water, terrain.water.polygons),
        "road": _table(networks.roads),
        "metro_line": _table(networks.metro_lines),
        "metro_station": _table(networks.metro_stations),
    }


def _write_layers(folder: Path, made: _Made) -> None:
    for path in {folder / entry.path for entry in LAYERS}:
        path.unlink(missing_ok=True)
    for entry in LAYERS:
        path = folder / entry.path
        if entry.path == DEM_PATH:
            continue
        files.write_table(path, entry.table, *made.tables[entry.role])
        if entry.name == "industrial_block":
            files.tear(path)


def _write_elevation(folder: Path, terrain: Terrain, red_lines: list[Planted]) -> None:
    west, south, east, north = terrain.outline.bounds
    widest = max(east - west, north - south)
    cell_m = max(DEM_CELL_M, float(np.ceil(widest / DEM_CELLS_MAX / 10) * 10))
    knolls = make_knolls(terrain, [planted.geometry for planted in red_lines], cell_m=cell_m)
    spurs = [
        spur(planted.geometry, cell_m=cell_m) for planted in red_lines if "dem" in planted.conflicts
    ]
    heights, corner = elevation(terrain, np.vstack([knolls, *spurs]), cell_m=cell_m)
    files.write_elevation(folder / DEM_PATH, heights, corner, cell_m)


def _write_coverage(folder: Path, outline: shapely.Polygon, power_edge_m: float) -> None:
    path = folder / "control" / "coverage.gpkg"
    path.unlink(missing_ok=True)
    _, south, east, north = outline.bounds
    sheet = shapely.box(power_edge_m, south - 100, east + 100, north + 100)
    covered = shapely.intersection(outline, sheet)
    rows = pd.DataFrame({"name": ["电力线路资料范围"]})
    files.write_table(path, "power_outline", rows, np.array([covered], dtype=object))


def _write_red_lines(folder: Path, entries: tuple[Entry, ...]) -> None:
    for name, path in RED_LINE_FILES.items():
        chosen = [entry for entry in entries if entry.planted and entry.file_format == name]
        shapes = np.array(
            [entry.planted.geometry for entry in chosen if entry.planted], dtype=object
        )
        if name == "txt":
            files.write_red_line_txt(folder / path, [_plot(entry) for entry in chosen])
            continue
        rows = pd.DataFrame(
            {
                "XMDM": [entry.id for entry in chosen],
                "DKBH": [f"{entry.id}-01" for entry in chosen],
                "XMMC": [entry.name for entry in chosen],
                "DKMC": [f"{entry.name}地块" for entry in chosen],
                "MJ": np.round(shapely.area(shapes), 2),
            }
        )
        (folder / path).unlink(missing_ok=True)
        if name == "shp":
            files.write_shapefile(folder / path, rows, shapes)
        elif name == "gpkg":
            files.write_table(folder / path, "redlines", rows, shapes)
        else:
            files.write_geojson(folder / path, rows, shapes)


def _plot(entry: Entry) -> dict[str, object]:
    shape = entry.planted.geometry if entry.planted else shapely.Polygon()
    factor = entry.planted.declared_factor if entry.planted else 1.0
    return {
        "id": entry.id, "name": f"{entry.name}地块", "use_name": entry.kind_name,
        "code": entry.use, "area_m2": float(shapely.area(shape)) * factor,
        "ring": shapely.get_coordinates(shape),
    }  # fmt: skip
