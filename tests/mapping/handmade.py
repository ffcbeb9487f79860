"""A city by hand: five districts, a few layers and forty red lines with findings.

The areas are computed by plain shapely here, apart from the engine, and the records are
filled in directly: the pages must show what a report says, whoever wrote it.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from siting.check.ways_out import lifts_of, path_of
from siting.city import City, CoverageSpec, OffMapMatter, SuggestSpec
from siting.model import (
    AreaRelaxation,
    Atlas,
    Basis,
    Behind,
    Contract,
    Demand,
    Finding,
    Form,
    FunnelStep,
    Input,
    Layer,
    LoadStatus,
    NearMiss,
    Obstacle,
    Outcome,
    Project,
    Ranking,
    RedLine,
    RedLineResult,
    Release,
    Report,
    Route,
    RuleSummary,
    Search,
    Severity,
    Site,
    Source,
    Standing,
    Status,
    Suggestion,
    Text,
    UsedCriterion,
    UsedProfile,
    Verdict,
    Way,
)

CRS = "EPSG:4547"
WEST, SOUTH, SIZE_M = 420_000.0, 2_560_000.0, 10_000.0
STAGES = ("前期研究", "已立项但规划红线未稳定", "已供地未完成规划报建")
NAMES = ("云溪区", "临江区", "松岭区", "南屿区", "高新区")


def districts() -> gpd.GeoDataFrame:
    outline = shapely.Point(WEST + SIZE_M / 2, SOUTH + SIZE_M / 2).buffer(SIZE_M / 2, quad_segs=9)
    lefts = [WEST + SIZE_M * share for share in (0, 0.22, 0.45, 0.62, 0.8)]
    rights = [*lefts[1:], WEST + SIZE_M]
    shapes = [
        shapely.intersection(outline, shapely.box(left, SOUTH, right, SOUTH + SIZE_M))
        for left, right in zip(lefts, rights, strict=True)
    ]
    codes = [f"4499{n:02d}" for n in range(1, 6)]
    return gpd.GeoDataFrame(
        {"feature_id": codes, "feature_name": list(NAMES)}, geometry=shapes, crs=CRS
    )


def layer(
    name: str, role: str, title: str, shapes: Sequence[BaseGeometry], release: Release,
    names: Sequence[str] | None = None,
) -> Layer:  # fmt: skip
    frame = gpd.GeoDataFrame(
        {
            "feature_id": [f"{name}-{n}" for n in range(len(shapes))],
            "feature_name": list(names or [f"{title}{n}" for n in range(len(shapes))]),
        },
        geometry=list(shapes), crs=CRS,
    )  # fmt: skip
    source = Source(name, f"{name}.gpkg", "0" * 64, len(shapes), CRS, dated=dt.date(2026, 1, 1))
    contract = Contract(LoadStatus.PASSED, len(shapes), len(shapes))
    return Layer(name, role, Text(title, role), frame, None, source, contract, release=release)


def failed_layer(name: str, role: str, title: str) -> Layer:
    source = Source(name, f"{name}.shp", "", 0, "")
    contract = Contract(LoadStatus.FAILED, problems=("文件被截断 truncated",))
    return Layer(name, role, Text(title, role), None, None, source, contract)


def blob(rng: random.Random, size_m: float) -> BaseGeometry:
    east = WEST + rng.uniform(0.12, 0.88) * SIZE_M
    north = SOUTH + rng.uniform(0.12, 0.88) * SIZE_M
    corners = []
    for step in range(11):
        angle = step / 11 * 2 * math.pi
        radius = size_m * rng.uniform(0.6, 1.1)
        corners.append((east + radius * math.cos(angle), north + radius * math.sin(angle)))
    return shapely.Polygon(corners)


def make_layers(rng: random.Random) -> list[Layer]:
    outline = shapely.union_all(districts().geometry.to_numpy())
    roads = [
        shapely.LineString([(WEST, SOUTH + k), (WEST + SIZE_M, SOUTH + k + 400)])
        for k in range(500, 10_000, 900)
    ] + [
        shapely.LineString([(WEST + k, SOUTH), (WEST + k + 300, SOUTH + SIZE_M)])
        for k in range(500, 10_000, 1100)
    ]
    river = shapely.LineString(
        [(WEST + k, SOUTH + 4800 + 500 * math.sin(k / 1500)) for k in range(-200, 10_300, 200)]
    ).buffer(120)
    inside = lambda shapes: [shapely.intersection(s, outline) for s in shapes]  # noqa: E731
    farmland = inside([blob(rng, 420) for _ in range(22)])
    eco = inside([blob(rng, 650) for _ in range(7)])
    water = inside([blob(rng, 500) for _ in range(3)])
    heritage = inside([blob(rng, 160) for _ in range(6)])
    return [
        layer("roads", "road", "道路", inside(roads), Release.PUBLIC),
        layer("water", "water_body", "水系", inside([river]), Release.PUBLIC),
        layer("rail", "railway", "铁路", inside([roads[4].parallel_offset(300)]), Release.PUBLIC),
        layer("farmland", "farmland", "永久基本农田", farmland, Release.INTERNAL),
        layer("eco", "eco_redline", "生态保护红线", eco, Release.TABLE_ONLY),
        layer("springs", "water_source", "饮用水水源保护区", water, Release.DISTRICT),
        layer("heritage", "purple_line", "城市紫线", heritage, Release.PUBLIC),
        failed_layer("hazard", "hazard", "地质灾害易发区"),
        layer("parcels", "parcel", "宗地", [blob(rng, 150) for _ in range(5)], Release.INTERNAL),
    ]


def rules() -> tuple[RuleSummary, ...]:
    rows = (
        ("LAND-01", "不得占用永久基本农田", "farmland", Severity.PROHIBITED, Way.AVOID),
        ("LAND-02", "不得占用生态保护红线", "eco_redline", Severity.PROHIBITED, Way.AVOID),
        ("WATER-01", "饮用水水源保护区", "water_source", Severity.RESTRICTED, Way.ASK_AUTHORITY),
        ("HERIT-01", "文物紫线范围", "purple_line", Severity.CONSULT, Way.ASK_AUTHORITY),
        ("HAZ-01", "地质灾害易发区", "hazard", Severity.RESTRICTED, Way.ADJUST_PLAN),
    )
    return tuple(
        RuleSummary(
            code, "overlap", Text(title, f"{role} rule"), severity,
            Basis("某某管理条例", "第十条", "2024", certainty), (role,), 50.0,
            Route(way, Text("调整红线避让", "move the red line"), Text("自然资源局", "land office"),
                  ("踏勘记录",)), in_force=True, exceptions=("国家重大项目可申请占用",),
        )
        for (code, title, role, severity, way), certainty in zip(rows, "HMLMH", strict=True)
    )  # fmt: skip


def find(line: RedLine, rule: RuleSummary, source: Layer) -> list[Finding]:
    if source.frame is None:
        return []
    found = []
    for feature_id, name, shape in zip(
        source.frame["feature_id"], source.frame["feature_name"], source.frame.geometry, strict=True
    ):
        piece = shapely.intersection(line.geometry, shape)
        if piece.area > 0:
            found.append(
                Finding(
                    f"{line.id}/{rule.code}/{feature_id}", rule.code, rule.severity, line.id,
                    line.project_id, source.name, feature_id, name, piece, piece.area, "m2", 0.0,
                    Text(f"占用{name}", f"overlaps {name}"), rule.route, area_m2=piece.area,
                    area_ellipsoidal_m2=piece.area * 0.99986, mean_width_m=30.0,
                )
            )  # fmt: skip
    return found


def verdict(line: RedLine, rule: RuleSummary, source: Layer, found: list[Finding]) -> Verdict:
    ids = tuple(finding.id for finding in found)
    if source.frame is None:
        gaps = (Text("图层未载入：地质灾害易发区", "layer not loaded: hazard"),)
        return Verdict(
            line.id, line.project_id, rule.code, rule.severity, Status.NOT_CHECKED, gaps=gaps
        )
    area = float(shapely.union_all([f.geometry for f in found]).area) if found else 0.0
    distance = float(shapely.distance(line.geometry, source.frame.geometry.union_all()))
    status = Status.CLEAR
    if found:
        status = Status.CONSULT if rule.severity is Severity.CONSULT else Status.CONFLICT
        if rule.code == "WATER-01":
            status = Status.EXCEPTION_MAY_APPLY
    elif distance < 50:
        status = Status.NEAR
    near = distance if status is Status.NEAR else None
    return Verdict(
        line.id, line.project_id, rule.code, rule.severity, status, ids, near, area_m2=area
    )


def outcome_of(verdicts: list[Verdict]) -> Outcome:
    states = {verdict.status for verdict in verdicts}
    for status, outcome in (
        (Status.CONFLICT, Outcome.CONFLICT), (Status.EXCEPTION_MAY_APPLY, Outcome.REVIEW),
        (Status.CONSULT, Outcome.REVIEW), (Status.NOT_CHECKED, Outcome.INCOMPLETE),
        (Status.NEAR, Outcome.NEAR),
    ):  # fmt: skip
        if status in states:
            return outcome
    return Outcome.CLEAR


def result_of(line: RedLine, district: str, verdicts: list[Verdict], found: list[Finding]):
    heavy = [f for f in found if f.severity.rank <= 1]
    union = shapely.union_all([f.geometry for f in heavy]).area if heavy else 0.0
    ladder: dict[str, float] = {}
    for finding in heavy:
        ladder[finding.code] = ladder.get(finding.code, 0.0) + (finding.area_m2 or 0.0)
    worst = min((f.severity for f in found), key=lambda s: s.rank, default=None)
    area = float(line.geometry.area)
    return RedLineResult(
        line, district, outcome_of(verdicts),
        any(v.status is Status.NOT_CHECKED for v in verdicts),
        area, area * 0.99986, float(union), ladder, worst,
        lifts_of(verdicts, found, rules={}, conflict_area_m2=float(union)),
        path_of(verdicts, found, area),
    )  # fmt: skip


def make_search(rng: random.Random, project: Project, line: RedLine | None) -> Search:
    eased = AreaRelaxation(
        True, 10_000.0, 9_000.0, "P-9", Text("下限改为 13.50 亩即可", "passes with 13.50 mu")
    )
    funnel = (
        FunnelStep("all", Text("全部宗地", "all parcels"), 4012),
        FunnelStep(
            "area", Text("面积符合", "area fits"), 211, 35, is_at_least=True, relaxations=(eased,)
        ),
        FunnelStep("rules", Text("无禁止冲突", "no prohibited conflict"), 14, 60),
    )
    if rng.random() < 0.25:
        why = Text("均在生态保护红线内", "all in the eco line")
        return Search(project.id, funnel, (), why, nearest=_near_miss(rng, project, line))
    sites = []
    for rank in (1, 2, 3):
        shape = blob(rng, 120)
        if line is not None:
            at = line.geometry.centroid
            shape = shapely.affinity.translate(
                shape, at.x - shape.centroid.x + rng.uniform(-1500, 1500),
                at.y - shape.centroid.y + rng.uniform(-1500, 1500),
            )  # fmt: skip
        site = Site(
            f"P-{rng.randrange(10_000):05d}", (f"P-{rank}",), shape, shape.area, shape.area,
            "449902", {"现状用途": "村庄", "规划状态": "控规已批", "收储状态": "未收储"},
        )  # fmt: skip
        parts = {"area": 31.2 - rank, "distance": 20.5, "access": 18.25}
        sites.append(
            Suggestion(
                project.id, rank, site, sum(parts.values()), parts, dict.fromkeys(parts, 0.7),
                ("LAND-01",), ("HERIT-01",) if rank == 3 else (), ("HAZ-01",), 830.0 * rank,
                Text("面积契合，距离近", "fits and is near"),
                worths={"area": 0.9, "distance": 0.5, "access": 0.4} if rank < 3 else {},
            )
        )  # fmt: skip
    return Search(
        project.id, funnel, tuple(sites), ranking=_ranking(sites), profile=_profile(project)
    )


def _profile(project: Project) -> UsedProfile:
    """Two profiles call their criteria by other titles."""
    kind = "学校" if sum(project.id.encode()) % 2 else "通用"
    line = {"kind": "linear", "unit": "m", "worst": 1, "best": 0}
    criteria = tuple(
        UsedCriterion(name, Text(f"{kind}·{title}", f"{title} ({kind})"), "m", 1.0, line)
        for name, title in {"area": "面积", "distance": "距离", "access": "通达"}.items()
    )
    return UsedProfile(kind, Text(kind), "weighted_sum", "given", criteria)


def _ranking(sites: list[Suggestion]) -> Ranking:
    standings = []
    for before, suggestion in zip([None, *sites], sites, strict=False):
        name = suggestion.site.id
        behind = None
        if before is not None:
            ahead = before.site.id
            behind = Behind(
                ahead,
                1.0,
                {"area": 1.0, "distance": 0.0, "access": 0.0},
                "area",
                True,
                Text(""),
                Text(f"{name} 比 {ahead} 低 1.00 分", f"{name} is 1.00 points behind {ahead}"),
            )
        says = Text(f"{name} 在 62 % 的权重下排第一", f"{name} is first under 62 % of weights")
        by_place = (0.62, 0.38, 0.0) if before is None else (0.38, 0.6, 0.02)
        standings.append(Standing(name, by_place, 0.62, True, 0.5, None, says, behind))
    spread = Text("权重在各自的 ±25 % 以内", "weights within ±25 % of theirs")
    return Ranking(tuple(standings), 1, 10_000, 1, spread)


def _near_miss(rng: random.Random, project: Project, line: RedLine | None) -> NearMiss:
    shift_m = 6_000 if sum(project.id.encode()) % 2 else 100  # some lie in another district
    shape = blob(rng, 120)
    if line is not None:
        at = line.geometry.centroid
        shape = shapely.affinity.translate(
            shape, at.x - shape.centroid.x + shift_m, at.y - shape.centroid.y
        )
    site = Site("P-NEAR", ("P-NEAR",), shape, shape.area, shape.area, "449902", {})
    obstacle = Obstacle(
        "LAND-01", Text("基本农田", "farmland"), 0.1, 0.1 * shape.area, is_rule=True
    )
    why = Text("违反“基本农田”一成", "breaks 'farmland': a tenth")
    return NearMiss(site, (obstacle,), 0.1, 0.1 * shape.area, 40, True, why)


def make_city(folder: Path, *, language: str = "zh") -> City:
    return City(
        name=Text("示范市", "Demo City"), path=folder / "city.toml", crs=CRS, language=language,
        code="4499", area_of_record="planar", rule_book="cn", layers=(), red_lines=(),
        projects=None,
        off_map=(
            OffMapMatter("MIL", Text("军事设施", "military"), Text("人民武装部", "garrison"),
                         Text("征询函", "letter")),
        ),
        suggest=SuggestSpec(), output=folder, outline=CoverageSpec("city"),
        secrecy_mark="内部资料",
    )  # fmt: skip


def make_projects(rng: random.Random) -> tuple[Project, ...]:
    kinds = ("中小学", "公交场站", "变电站", "产业园", "医院", "保障房")
    return tuple(
        Project(
            f"SF-2026-{n:04d}", f"{rng.choice(kinds)}{n}号项目",
            Form.NONE if n > 40 else Form.AREA, "0804", "tdjh", "公共设施", STAGES[n % 3],
            NAMES[n % 5], "划拨", demand=Demand(20_000, 60_000, ("0804", "0806")),
        )
        for n in range(1, 46)
    )  # fmt: skip


def make_red_lines(rng: random.Random, projects: Sequence[Project]) -> list[RedLine]:
    lines = []
    for project in projects:
        if project.form is Form.NONE:
            continue
        at = blob(rng, 10).centroid
        box = shapely.box(at.x - 130, at.y - 90, at.x + 130, at.y + 90)
        shape = shapely.affinity.rotate(box, rng.uniform(0, 90))
        lines.append(
            RedLine(f"RL-{project.id[-4:]}", project.id, shape, CRS, "v1", "redlines.txt", 46_500.0)
        )
    return lines


def make(folder: Path, *, language: str = "zh") -> tuple[Report, tuple[Search, ...], Atlas, City]:
    """Return report, searches, atlas and city; the same for the same arguments."""
    rng = random.Random(7)  # noqa: S311
    layers = make_layers(rng)
    by_role = {item.role: item for item in layers}
    projects = make_projects(rng)
    lines = make_red_lines(rng, projects)
    frame = districts()
    results, verdicts, findings = [], [], []
    for line in lines:
        mine, found = [], []
        for rule in rules():
            source = by_role[rule.needs[0]]
            pieces = find(line, rule, source)
            if not (rule.code == "HAZ-01" and int(line.id[-4:]) % 3):
                mine.append(verdict(line, rule, source, pieces))
            found += pieces
        shares = frame.geometry.intersection(line.geometry).area
        results.append(result_of(line, str(frame["feature_id"][shares.idxmax()]), mine, found))
        verdicts += mine
        findings += found
    report = make_report(projects, layers, results, verdicts, findings)
    of_project = {line.project_id: line for line in lines}
    searches = tuple(
        make_search(rng, p, of_project.get(p.id)) for p in projects if p.stage != STAGES[2]
    )
    outline = shapely.union_all(frame.geometry.to_numpy())
    atlas = Atlas(tuple(layers), frame, outline, projects, tuple(lines), ())
    return report, searches, atlas, make_city(folder, language=language)


def make_report(projects, layers, results, verdicts, findings) -> Report:
    totals = {
        rule.code: float(
            shapely.union_all([f.geometry for f in findings if f.code == rule.code]).area
        )
        for rule in rules()
    }
    inputs = tuple(
        Input(x.name, x.role, x.title, x.source, x.contract, "全市", x.release, "") for x in layers
    )
    return Report(
        Text("示范市", "Demo City"), CRS, dt.date(2026, 3, 1), "cn 2026.1", "ab" * 32, rules(),
        inputs, projects, tuple(results), tuple(verdicts), tuple(findings), totals, "planar",
        {"siting": "0.1.0", "shapely": "2.2.0"},
    )  # fmt: skip
