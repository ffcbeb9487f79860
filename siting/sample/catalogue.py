"""The layers of the sample city as city.toml declares them."""

from __future__ import annotations

from dataclasses import dataclass

from siting.sample.codes import PLAN_CODES, SURVEY_CODES

PLANNING = "示范市规划和自然资源局（虚构）"
EXCEPT_DANGAN = 'coverage = { districts = ["449901", "449902", "449903", "449904", "449905"] }'
POWER_COVERAGE = 'coverage = { path = "control/coverage.gpkg", sublayer = "power_outline" }'
TORN_ROLE = "industrial_block"
TORN_PATH = "control/industrial_block.gpkg"
DEM_PATH = "dem/dem.tif"
WHOLE_CITY = 'coverage = "city"'
#: What the rule books call a column -> what the sample's files call it.
ATTRIBUTES: dict[str, dict[str, str]] = {
    "zoning": {"zone_code": "YDDM"},
    "power_line": {"voltage_kv": "kv"},
    "metro_structure": {"structure": "kind"},
    "railway": {"rail_class": "grade", "setting": "setting"},
    "highway": {"grade": "grade"},
    "water_source": {"level": "kind"},
}
CONTROL_COLUMNS = {
    "power_line": ("kv",), "railway": ("grade", "setting"), "highway": ("grade",),
}  # fmt: skip
CONTROL_ACCURACY_M = {
    "power_line": 2.0, "metro_structure": 0.2, "hazard": 10.0, "water_source": 5.0,
}  # fmt: skip
CONTROL_COVERAGE = {"power_line": POWER_COVERAGE, "hazard": EXCEPT_DANGAN}


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """One layer: where it is written and what city.toml says of it."""

    name: str
    role: str
    path: str
    table: str
    id_column: str
    name_column: str
    columns: tuple[str, ...]
    age_days: int
    authority: str
    accuracy_m: float | None
    release: str
    code_system: str = ""
    coverage: str = WHOLE_CITY


def _control(role: str, age_days: int, authority: str, release: str) -> LayerEntry:
    # one file for all, but for the one that is torn on purpose
    path = TORN_PATH if role == TORN_ROLE else "control/control.gpkg"
    return LayerEntry(
        role, role, path, role, "id", "name", CONTROL_COLUMNS.get(role, ("kind",)), age_days,
        authority, CONTROL_ACCURACY_M.get(role, 0.5), release,
        coverage=CONTROL_COVERAGE.get(role, WHOLE_CITY),
    )  # fmt: skip


LAYERS: tuple[LayerEntry, ...] = (
    LayerEntry(
        "districts", "district", "districts/districts.gpkg", "XZQ", "XZQDM", "XZQMC",
        ("name_en",), 400, "示范市民政局（虚构）", 0.5, "public",
    ),
    LayerEntry(
        "parcels", "parcel", "parcels/parcels.gpkg", "ZD", "ZDDM", "ZL",
        ("YTDM", "YTMC", "QSXZ", "GDZT", "ZSZT", "SFCB", "KGZT", "XZQDM", "ZJMC", "MJ"),
        30, "示范市不动产登记中心（虚构）", 0.05, "internal", PLAN_CODES,
    ),
    LayerEntry(
        "land_use", "land_use", "land_use/land_use.gpkg", "DLTB", "BSM", "DLMC",
        ("DLBM", "DLMC", "QSXZ", "ZLDWMC", "KCXS"),
        320, PLANNING, 1.0, "table_only", SURVEY_CODES,
    ),
    LayerEntry(
        "zoning", "zoning", "zoning/zoning.gpkg", "GHYT", "DKBH", "YDMC",
        ("YDDM", "YDMC", "RJL", "JZMD", "JZGD", "LDL", "GHZT"),
        90, PLANNING, 0.5, "internal", PLAN_CODES,
    ),
    _control("farmland", 200, PLANNING, "table_only"),
    _control("eco_redline", 200, PLANNING, "table_only"),
    _control("growth_boundary", 200, PLANNING, "table_only"),
    _control("blue_line", 300, "示范市水务局（虚构）", "internal"),
    _control("green_line", 300, "示范市林业和园林局（虚构）", "internal"),
    _control("purple_line", 500, "示范市文物局（虚构）", "internal"),
    _control("yellow_line", 300, PLANNING, "internal"),
    _control("power_line", 150, "示范供电局（虚构）", "internal"),
    _control("metro_structure", 120, "示范地铁集团（虚构）", "internal"),
    _control("railway", 260, "示范铁路局（虚构）", "district"),
    _control("highway", 260, "示范市交通运输局（虚构）", "public"),
    _control("hazard", 420, "示范市地质环境监测站（虚构）", "district"),
    _control("water_source", 350, "示范市生态环境局（虚构）", "district"),
    _control("industrial_block", 180, "示范市工业和信息化局（虚构）", "internal"),
    LayerEntry("water", "water_body", "base/base.gpkg", "water", "id", "name", ("kind",), 320,
               PLANNING, 1.0, "public"),
    LayerEntry("roads", "road", "base/base.gpkg", "roads", "id", "name", ("grade",), 200,
               PLANNING, 1.0, "public"),
    LayerEntry("metro_lines", "metro_line", "base/base.gpkg", "metro_lines", "id", "name", (), 120,
               "示范地铁集团（虚构）", 1.0, "public"),
    LayerEntry("metro_stations", "metro_station", "base/base.gpkg", "metro_stations", "id", "name",
               ("line",), 120, "示范地铁集团（虚构）", 1.0, "public"),
    LayerEntry("schools", "school", "base/base.gpkg", "schools", "id", "name", ("kind",), 160,
               "示范市教育局（虚构）", 5.0, "public"),
    LayerEntry("hospitals", "hospital", "base/base.gpkg", "hospitals", "id", "name", ("kind",),
               160, "示范市卫生健康委员会（虚构）", 5.0, "public"),
    LayerEntry("dem", "dem", DEM_PATH, "", "", "", (), 900, PLANNING, 2.0, "table_only"),
)  # fmt: skip
