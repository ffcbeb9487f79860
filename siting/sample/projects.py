"""The ledger of the sample city: each project with its demand, place and planted red line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from siting.sample.districts import DISTRICT_NAMES, Cells
from siting.sample.ground import Floats, Ground
from siting.sample.intents import ENTRIES, KINDS, STAGES, WORKS
from siting.sample.placing import Placer, power_edge
from siting.sample.planting import LOT_M2, Planted, Planter
from siting.sample.scene import Scene

#: So many free parcels shall fall into the area range of a demand, where there are so many.
CHOICES_WANTED = 9
#: No demand is vaguer than this ratio of largest to smallest area.
WIDEST = 6.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One project of the ledger with its planted red line, if it has one."""

    id: str
    name: str
    form: str
    stage: str
    file_format: str
    note: str
    use: str
    kind: str
    kind_name: str
    district: str
    district_name: str
    town: str
    area_m2: tuple[float, float]
    planted: Planted | None


def plant_projects(ground: Ground, scene: Scene, cells: Cells) -> tuple[tuple[Entry, ...], float]:
    """Return the projects in ledger order, and the easting where the power data ends."""
    planter = Planter(ground, scene)
    power_edge_m, reach_lot = power_edge(planter)
    placer = Placer(planter, ground, scene, reach_lot)
    planted = [placer.plant(intent) for intent, _, _, _ in ENTRIES]
    demands = _Demands(planter, ground.rng("ledger"))
    places = _Places(cells)
    entries = tuple(
        _entry(number, land, demands, places) for number, land in enumerate(planted, start=1)
    )
    return entries, power_edge_m


class _Places:
    """Tells the district and town of a place."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.tree = STRtree(cells.polygons)
        self.urban = np.flatnonzero(cells.is_urban)

    def of(self, planted: Planted | None, number: int) -> tuple[str, str]:
        """Return district code and town: of the middle of a red line, or of some urban cell."""
        cell = int(self.urban[(number * 37) % len(self.urban)])
        if planted is not None:
            cell = int(self.tree.nearest(shapely.centroid(planted.geometry)))
        return str(self.cells.district[cell]), str(self.cells.town[cell])


class _Demands:
    """Chooses area ranges that enough free parcels fall into."""

    def __init__(self, planter: Planter, rng: np.random.Generator) -> None:
        self.planter = planter
        self.rng = rng

    def area_m2(self, intent: str, planted: Planted | None, use: str) -> tuple[float, float]:
        """Return the smallest and largest area that a project takes, m²."""
        if intent.startswith("impossible"):
            return 400_000.0, 600_000.0
        if intent in WORKS and planted is not None:
            area = planted.geometry.area
            return float(np.floor(area / 1e3 * 0.9) * 1e3), float(np.ceil(area / 1e3 * 1.1) * 1e3)
        stock = self.planter.stock_m2(use)
        stock = stock[(stock > LOT_M2[0]) & (stock < LOT_M2[1])]
        wanted = planted.geometry.area if planted is not None else 0.0
        if not LOT_M2[0] < wanted < LOT_M2[1]:
            wanted = float(self.rng.choice(stock)) if len(stock) else 20_000.0
        low, high = wanted * 0.75, wanted * 1.3
        while self._choices(stock, low, high) < CHOICES_WANTED and high / low < WIDEST:
            low, high = low * 0.92, high * 1.1
        return float(np.floor(low / 500) * 500), float(np.ceil(high / 500) * 500)

    @staticmethod
    def _choices(stock: Floats, low: float, high: float) -> int:
        return int(((stock >= low) & (stock <= high)).sum())


def _entry(number: int, planted: Planted | None, demands: _Demands, places: _Places) -> Entry:
    intent, stage, file_format, note = ENTRIES[number - 1]
    use = planted.use if planted is not None else intent.split()[1]
    district, town = places.of(planted, number)
    kind, kind_name, noun = KINDS[use]
    name, form = f"{town}{noun}项目", "无红线" if planted is None else "面状"
    if intent in WORKS:
        kind, kind_name, name = WORKS[intent]
        name, form = name.format(town=town), "线性"
    return Entry(
        id=f"SF-2026-{number:03d}",
        name=name,
        form=form,
        stage=STAGES[stage],
        file_format=file_format,
        note=note,
        use=use,
        kind=kind,
        kind_name=kind_name,
        district=district,
        district_name=DISTRICT_NAMES[district],
        town=town,
        area_m2=demands.area_m2(intent, planted, use),
        planted=planted,
    )
