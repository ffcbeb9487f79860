"""The ledger of the sample city: projects over all stages, and the land each one wants."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import STRtree

from siting.sample import shapes
from siting.sample.ground import Ground
from siting.sample.planting import (
    LOT_M2,
    STOCKED,
    Planted,
    Planter,
    bridge_candidates,
    corridor_candidates,
    joined,
)
from siting.sample.scene import Scene

STAGES = {
    "A": "前期研究", "B": "已立项但规划红线未稳定", "C": "规划红线稳定但未完成用地报批",
    "D": "已完成用地报批尚未供地", "E": "已供地未完成规划报建", "F": "已完成规划报建",
    "G": "已完成用地保障", "H": "还需要用地保障", "I": "尚未完成规划条件核实",
}  # fmt: skip
KINDS = {
    "0701": ("housing", "住宅", "保障性住房"), "0801": ("office", "办公", "政务服务中心"),
    "0803": ("culture", "文化", "文化馆"), "0804": ("school", "学校", "九年一贯制学校"),
    "0806": ("hospital", "医院", "综合医院"), "0901": ("commerce", "商业", "商业综合体"),
    "0902": ("office", "办公", "总部办公楼"), "100101": ("industry", "工业", "智能制造产业园"),
    "100102": ("industry", "工业", "新材料工厂"), "1101": ("logistics", "物流", "物流配送中心"),
    "1207": ("road", "道路", "市政道路"), "1208": ("depot", "场站", "公交停保场"),
    "1303": ("substation", "变电站", "220kV变电站"), "1401": ("park", "公园", "社区公园"),
}  # fmt: skip
ALLOCATED = ("08", "12", "13", "14")
#: Stages in which suggestions are made.
OPEN_STAGES = ("A", "B")
CHOICES_WANTED = 9

#: The ledger in its order: intent, stage, format of the red line, note for the reader.
ENTRIES: tuple[tuple[str, str, str, str], ...] = (
    ("farmland", "A", "txt", "占用永久基本农田，且在城镇开发边界外"),
    ("eco_redline", "B", "txt", "占用生态保护红线，且在城镇开发边界外"),
    ("growth_boundary", "B", "shp", "位于城镇开发边界外"),
    ("blue_line", "B", "gpkg", "占用城市蓝线"),
    ("green_line", "B", "shp", "占用城市绿线"),
    ("purple_line", "B", "gpkg", "占用城市紫线"),
    ("yellow_line", "A", "txt", "占用城市黄线"),
    ("power_line", "B", "gpkg", "进入架空电力线路保护区"),
    ("metro_structure", "B", "shp", "进入轨道交通控制保护区"),
    ("railway", "C", "gpkg", "进入铁路线路安全保护区"),
    ("highway", "B", "txt", "进入公路建筑控制区"),
    ("hazard", "B", "shp", "位于地质灾害易发区"),
    ("water_source", "B", "gpkg", "位于饮用水水源保护区"),
    ("zoning", "B", "txt", "项目用途与控规用地性质不符"),
    ("declared_area", "C", "txt", "申报面积与坐标计算面积不符"),
    ("overlap_first", "C", "txt", "被另一项目红线重叠"),
    ("overlap_second", "B", "gpkg", "与另一项目红线重叠"),
    ("bowtie", "B", "gpkg", "红线自相交（蝴蝶结）"),
    ("spike", "C", "gpkg", "红线带有0.4米宽的尖刺"),
    ("road_farmland", "B", "txt", "线性工程穿越永久基本农田和开发边界外，可能适用例外"),
    ("bridge", "C", "txt", "跨江桥梁占用蓝线，可能适用例外"),
    ("corridor_eco", "A", "gpkg", "线性管廊穿越生态保护红线，可能适用有限人为活动"),
    ("sliver", "B", "txt", "与永久基本农田边缘重叠0.2米宽的碎片"),
    ("border", "B", "shp", "跨两个行政区"),
    ("hazard_uncovered", "C", "geojson", "不在地质灾害图层声明范围内"),
    ("power_reach", "C", "gpkg", "在电力线图层范围内，但退让距离伸出范围"),
    ("near", "C", "shp", "紧邻城市绿线、紫线或黄线但不重叠"),
    ("clean", "A", "geojson", "无冲突"),
    ("clean", "C", "txt", "无冲突"),
    ("clean", "C", "geojson", "无冲突"),
    ("clean", "D", "shp", "无冲突"),
    ("clean", "D", "geojson", "无冲突"),
    ("supplied", "E", "shp", "无冲突，已供地"),
    ("supplied", "E", "geojson", "无冲突，已供地"),
    ("supplied", "F", "gpkg", "无冲突，已供地"),
    ("supplied", "F", "geojson", "无冲突，已供地"),
    ("supplied", "G", "shp", "无冲突，已供地"),
    ("supplied", "I", "gpkg", "无冲突，已供地"),
    ("supplied", "I", "geojson", "无冲突，已供地"),
    ("demand 0804", "A", "", "只有用地需求，尚无红线"),
    ("demand 0806", "A", "", "只有用地需求，尚无红线"),
    ("demand 0701", "A", "", "只有用地需求，尚无红线"),
    ("demand 100101", "A", "", "只有用地需求，尚无红线；工业产业区块图层故意损坏"),
    ("demand 1208", "B", "", "只有用地需求，尚无红线"),
    ("demand 1401", "A", "", "只有用地需求，尚无红线"),
    ("demand 1101", "B", "", "只有用地需求，尚无红线"),
    ("impossible 0806", "A", "", "需求面积大于任何一宗地，无法推荐"),
    ("demand 0901", "H", "", "续建项目，还需要用地保障"),
    ("supplied", "G", "gpkg", "无冲突，已供地"),
)
PLAIN = ("power_line", "metro_structure", "railway", "highway", "blue_line", "green_line",
         "purple_line", "yellow_line", "water_source", "hazard")  # fmt: skip


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
    uses: tuple[str, ...]
    planted: Planted | None
    promised: str = ""


def plant_projects(ground: Ground, scene: Scene, towns: tuple[object, object]) -> tuple[tuple[Entry, ...], float]:
    """Return the projects in ledger order, and the easting where the power data ends.

    Parameters
    ----------
    towns
        ``(cell polygons, town and district of each)``: arrays that tell where a place is.
    """
    planter = Planter(ground, scene)
    power_edge_m, reach_lot = _power_edge(planter)
    lots = _Lots(planter, ground, scene, reach_lot)
    planted = [lots.plant(intent) for intent, _, _, _ in ENTRIES]
    where = _Where(*towns)  # type: ignore[arg-type]
    rng = ground.rng("ledger")
    entries = tuple(
        _entry(number, entry, land, planter, where, rng)
        for number, (entry, land) in enumerate(zip(ENTRIES, planted, strict=True), start=1)
    )
    return entries, power_edge_m


def _power_edge(planter: Planter) -> tuple[float, Planted]:
    """Choose a clear lot in the far west; the power data ends 12 m west of it."""
    polygons = planter.scene.parcel_polygons
    west = planter.scene.outline.bounds[0]
    good = planter.matches(set(), is_free=True) & np.isin(planter.use, STOCKED)
    good &= planter.district != "449906"
    places = np.flatnonzero(good)
    edges = np.array([polygons[planter.rows[place]].bounds[0] for place in places])
    far = np.where(edges > west + 1900, edges, np.inf)
    row = int(planter.rows[places[int(np.argmin(far))]])
    use = str(planter.use[places[int(np.argmin(far))]])
    planter.used.append(polygons[row])
    planter.covered_from_m = float(polygons[row].bounds[0]) + 60.0
    lot = Planted("power_reach", polygons[row], use, not_checked=("power_line",), parcel=row)
    return float(np.round(polygons[row].bounds[0] - 12.0, 3)), lot


class _Lots:
    """Plants one intent after another; each method is one way of placing."""

    def __init__(self, planter: Planter, ground: Ground, scene: Scene, reach_lot: Planted) -> None:
        self.planter = planter
        self.ground = ground
        self.scene = scene
        self.reach_lot = reach_lot
        self.clean_turn = 0
        self.overlap: tuple[Planted, Planted] | None = None
        west = reach_lot.geometry.bounds[0]
        polygons = scene.parcel_polygons
        self.is_east = np.array([polygons[row].bounds[0] > west + 60 for row in planter.rows])

    def plant(self, intent: str) -> Planted | None:
        """Return the planted red line of an intent; None for demand only."""
        if intent.startswith(("demand", "impossible")):
            return None
        if intent in PLAIN:
            return self._with_power(self.planter.parcel(intent, {intent}, where=self._covered))
        if intent in {"clean", "supplied"}:
            return self._clean(intent, is_free=intent == "clean")
        made: Planted = getattr(self, f"_{intent}")()
        return self._with_power(made)

    def _covered(self, position: int) -> bool:
        """Tell whether hazard and power data both cover a candidate parcel."""
        return bool(self.is_east[position] and self.planter.district[position] != "449906")

    def _with_power(self, planted: Planted) -> Planted:
        gaps = set(planted.not_checked)
        if planted.geometry.bounds[0] < self.reach_lot.geometry.bounds[0] + 10:
            gaps.add("power_line")
        dangan = self.scene.districts[5]
        if "hazard" not in gaps and not shapely.disjoint(dangan, planted.geometry):
            gaps.add("hazard")
        return replace(planted, not_checked=tuple(sorted(gaps)))

    def _clean(self, intent: str, *, is_free: bool) -> Planted:
        order = ("0804", "100101", "0701", "1208", "0806", "0901", "100102", "0902")
        use = order[self.clean_turn % len(order)]
        self.clean_turn += 1
        return self.planter.parcel(intent, set(), is_free=is_free, uses=(use,), where=self._covered)

    def _farmland(self) -> Planted:
        land = shapely.union_all(self.scene.geometries("farmland"))
        return self.planter.rectangle("farmland", {"farmland", "growth_boundary"}, (190.0, 130.0), land)

    def _eco_redline(self) -> Planted:
        land = shapely.union_all(self.scene.geometries("eco_redline"))
        wanted = {"eco_redline", "growth_boundary"}
        return self.planter.rectangle("eco_redline", wanted, (150.0, 100.0), land, use="1208")

    def _growth_boundary(self) -> Planted:
        land = shapely.difference(self.scene.inner, self.scene.growth)
        return self.planter.rectangle("growth", {"growth_boundary"}, (180.0, 120.0), land, use="1101")

    def _zoning(self) -> Planted:
        lot = self.planter.parcel("zoning", set(), uses=("0701",), where=self._covered)
        return replace(lot, use="100102", conflicts=("zoning",))

    def _declared_area(self) -> Planted:
        lot = self.planter.parcel("declared_area", set(), where=self._covered)
        return replace(lot, conflicts=("declared_area",), declared_factor=1.2)

    def _overlap_first(self) -> Planted:
        first, second = self._neighbours()
        self.overlap = (first, second)
        return first

    def _overlap_second(self) -> Planted:
        if self.overlap is None:
            self._overlap_first()
        return self.overlap[1] if self.overlap else self._declared_area()

    def _neighbours(self) -> tuple[Planted, Planted]:
        """Two clear lots side by side: the second project claims both."""
        planter = self.planter
        good = planter.matches(set(), is_free=True) & np.isin(planter.use, STOCKED)
        places = [place for place in np.flatnonzero(good) if self._covered(int(place))]
        rows = planter.rows[places]
        polygons = self.scene.parcel_polygons[rows]
        left, right = STRtree(polygons).query(polygons, predicate="touches")
        for one, other in zip(left, right, strict=True):
            both = joined(polygons[one], polygons[other])
            use = str(planter.use[places[one]])
            is_same = use == planter.use[places[other]]
            if is_same and all(both.distance(taken) > 1 for taken in planter.used):
                planter.used.append(both)
                first = Planted("overlap_first", polygons[one], use, ("other_project",), parcel=int(rows[one]))
                return first, Planted("overlap_second", both, use, ("other_project",))
        lot = planter.parcel("overlap_first", set(), where=self._covered)
        lot = replace(lot, conflicts=("other_project",))
        return lot, replace(lot, intent="overlap_second", geometry=shapely.buffer(lot.geometry, -5))

    def _bowtie(self) -> Planted:
        lot = self.planter.parcel("bowtie", set(), where=self._covered)
        return replace(lot, geometry=shapes.bowtie(lot.geometry), conflicts=("quality",))

    def _spike(self) -> Planted:
        def is_roomy(position: int) -> bool:
            box = shapely.buffer(self.scene.parcel_polygons[self.planter.rows[position]], -25)
            return self._covered(position) and box.area > 3000

        lot = self.planter.parcel("spike", set(), where=is_roomy)
        return replace(lot, geometry=shapes.spiked(lot.geometry), conflicts=("quality",))

    def _road_farmland(self) -> Planted:
        rng = self.ground.rng("road_farmland")
        made = corridor_candidates(
            self.scene, centre_of=self.scene.geometries("farmland"), length_m=1500.0, width_m=30.0, rng=rng
        )
        return self.planter.first("road_farmland", made, {"farmland", "growth_boundary"}, use="1207")

    def _corridor_eco(self) -> Planted:
        rng = self.ground.rng("corridor_eco")
        made = corridor_candidates(
            self.scene, centre_of=np.repeat(self.scene.geometries("eco_redline"), 4), length_m=1200.0, width_m=12.0, rng=rng
        )
        planted = self.planter.first("corridor_eco", made, {"eco_redline", "growth_boundary"}, use="1303")
        return planted

    def _bridge(self) -> Planted:
        made = bridge_candidates(self.scene, rng=self.ground.rng("bridge"))
        planted = self.planter.first("bridge", made, {"blue_line", "green_line"}, use="1207")
        return planted

    def _sliver(self) -> Planted:
        made = shapes.sliver_rectangles(self.scene.geometries("farmland"), length_m=130.0, depth_m=90.0)
        patches = shapely.union_all(self.scene.geometries("farmland"))
        shapely.prepare(patches)
        shares = shapely.area(shapely.intersection(patches, np.array(made, dtype=object)))
        thin = [shape for shape, share in zip(made, shares, strict=True) if 20 < share < 30]
        return self.planter.first("sliver", thin, {"farmland", "growth_boundary"}, use="1101")

    def _border(self) -> Planted:
        rng = self.ground.rng("border")
        lines = shapely.intersection(shapely.boundary(self.scene.districts[0]), self.scene.growth)
        steps = np.arange(40.0, lines.length, 37.0)
        spots = shapely.get_coordinates(shapely.line_interpolate_point(shapely.line_merge(lines), steps)) \
            if lines.geom_type == "LineString" else _points_along(lines, 37.0)
        made = [
            shapes.rectangle((float(spot[0]), float(spot[1])), (150.0, 110.0), float(rng.uniform(0, np.pi)))
            for spot in spots
            for _ in range(6)
        ]
        made = [shape for shape in made if len(self.scene.zone_codes(shape)) == 1 and self._is_split(shape)]
        exact = self.scene.exactly(made, set())
        best = [shape for shape, good in zip(made, exact, strict=True) if good] or made
        use = min(self.scene.zone_codes(best[0]))
        return self.planter.first("border", best[:1], set(), use=use)

    def _is_split(self, shape: shapely.Polygon) -> bool:
        shares = shapely.area(shapely.intersection(self.scene.districts, shape)) / shape.area
        return int((shares > 0.2).sum()) >= 2

    def _hazard_uncovered(self) -> Planted:
        def is_there(position: int) -> bool:
            return bool(self.planter.district[position] == "449906")

        lot = self.planter.parcel("hazard_uncovered", set(), where=is_there)
        return replace(lot, not_checked=("hazard",))

    def _power_reach(self) -> Planted:
        return self.reach_lot

    def _near(self) -> Planted:
        """Take the clear-looking lot that lies nearest to a green, purple or yellow line."""
        roles = ("purple_line", "yellow_line", "green_line")
        planter, scene = self.planter, self.scene
        polygons = scene.parcel_polygons[planter.rows]
        good = planter.is_inside & planter.is_planned & np.isin(planter.use, STOCKED)
        for role in planter.hit:
            good &= ~planter.hit[role] if role in roles else ~planter.close[role]
        lines = {role: shapely.union_all(scene.geometries(role)) for role in roles}
        distance = np.array([shapely.distance(polygons, line) for line in lines.values()])
        gap = np.where(good, distance.min(axis=0), np.inf)
        gap[gap < 0.5] = np.inf
        for position in np.argsort(gap):
            row = int(planter.rows[position])
            polygon = scene.parcel_polygons[row]
            if self._covered(int(position)) and all(polygon.distance(other) > 1 for other in planter.used):
                planter.used.append(polygon)
                role = roles[int(np.argmin(distance[:, position]))]
                return Planted("near", polygon, str(planter.use[position]), near=(role,), parcel=row)
        return planter.parcel("near", set())


def _points_along(lines: shapely.Geometry, step_m: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    parts = [part for part in shapely.get_parts(lines) if part.length > 2 * step_m]
    return np.vstack(
        [
            shapely.get_coordinates(shapely.line_interpolate_point(part, np.arange(step_m, part.length, step_m)))
            for part in parts
        ]
    )


class _Where:
    """Tells the district and town of a place."""

    def __init__(self, polygons: np.ndarray, names: np.ndarray) -> None:  # type: ignore[type-arg]
        self.tree = STRtree(polygons)
        self.names = names

    def of(self, geometry: shapely.Geometry) -> tuple[str, str, str]:
        """Return district code, district name and town of the middle of a geometry."""
        cell = self.tree.nearest(shapely.centroid(geometry))
        code, name, town = self.names[int(cell)]
        return str(code), str(name), str(town)

    def any(self, number: int) -> tuple[str, str, str]:
        """Return some place for a project without land."""
        code, name, town = self.names[(number * 37) % len(self.names)]
        return str(code), str(name), str(town)


def _entry(
    number: int,
    entry: tuple[str, str, str, str],
    planted: Planted | None,
    planter: Planter,
    where: _Where,
    rng: np.random.Generator,
) -> Entry:
    intent, stage, file_format, note = entry
    use = planted.use if planted else intent.split()[1]
    code, district, town = where.of(planted.geometry) if planted else where.any(number)
    kind, kind_name, noun = KINDS[use]
    name, form = f"{town}{noun}项目", "面状" if planted else "无红线"
    if intent in {"road_farmland", "bridge", "corridor_eco"}:
        form = "线性"
        name = {"road_farmland": f"{town}连接线工程", "bridge": "榕江跨江大桥工程", "corridor_eco": f"{town}电力管廊工程"}[intent]
        kind, kind_name = {"bridge": ("bridge", "桥梁"), "corridor_eco": ("power", "电力工程")}.get(intent, ("road", "道路"))
    area = _demand_m2(intent, planted, use, planter, rng)
    return Entry(
        id=f"SF-2026-{number:03d}", name=name, form=form, stage=STAGES[stage],
        file_format=file_format, note=note, use=use, kind=kind, kind_name=kind_name,
        district=code, district_name=district, town=town, area_m2=area, uses=(use,), planted=planted,
    )  # fmt: skip


def _demand_m2(
    intent: str, planted: Planted | None, use: str, planter: Planter, rng: np.random.Generator
) -> tuple[float, float]:
    """Return an area range that enough free parcels of the use fall into."""
    if intent.startswith("impossible"):
        return 400_000.0, 600_000.0
    if intent in {"road_farmland", "bridge", "corridor_eco"} and planted:
        return tuple(np.round([planted.geometry.area * 0.9, planted.geometry.area * 1.1], -2).tolist())
    stock = planter.stock_m2(use)
    wanted = planted.geometry.area if planted and planted.intent != "bowtie" else 0.0
    if not LOT_M2[0] < wanted < LOT_M2[1]:
        wanted = float(rng.choice(stock)) if len(stock) else 20_000.0
    low, high = wanted * 0.75, wanted * 1.3
    while ((stock >= low) & (stock <= high)).sum() < min(CHOICES_WANTED, len(stock)):
        low, high = low * 0.9, high * 1.12
    return float(np.floor(low / 500) * 500), float(np.ceil(high / 500) * 500)
