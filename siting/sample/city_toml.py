"""The texts beside the data: city.toml, SOURCE.md and planted.toml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from siting.sample.catalogue import ATTRIBUTES, LAYERS, LayerEntry
from siting.sample.codes import AVAILABLE_STATES, PLAN_CODES
from siting.sample.plans import PLAN
from siting.sample.projects import Entry

HEADINGS = {
    "id": "项目代码", "name": "项目名称", "form": "项目形态", "use": "用地代码", "kind": "类型代码",
    "stage": "项目阶段", "district": "区代码", "supply_mode": "供地方式",
    "new_construction_land": "新增建设用地", "area_m2_min": "最小用地面积（平方米）",
    "area_m2_max": "最大用地面积（平方米）", "uses": "可接受用地代码", "profile": "选址要求",
    "aliases": "曾用编号", "promised": "承诺宗地", "remark": "备注",
    "priority": "优先级", "batch": "批次",
}  # fmt: skip
LEDGER = "ledger/projects.xlsx"
SHEET = "项目台账"
RED_LINE_FILES = {
    "txt": "redlines/batch_2026.txt",
    "shp": "redlines/districts_gbk/hongxian.shp",
    "gpkg": "redlines/redlines.gpkg",
    "geojson": "redlines/enterprise.geojson",
}
HEAD = """\
# 示范市 — the sample city of siting. Fictional; made by siting.sample (see SOURCE.md).

[city]
name = "示范市"
name_en = "Sample City"
code = "449900"
crs = "EPSG:4547"
language = "zh"
area_of_record = "planar"
rulebook = "cn"
secrecy_mark = "内部资料（样例数据，虚构）"
map_title = "规划选址（红线）建议图"
map_title_en = "Proposed sites (red lines)"

[output]
folder = "../maps"

[projects]
"""
OFF_MAP = """
[[off_map]]
code = "military"
title = "军事设施保护"
title_en = "Military installations"
office = "示范军分区保障处（虚构）"
office_en = "Garrison support office (fictional)"
letter = "关于征求军事设施保护意见的函"
letter_en = "Letter asking for comments on military installations"
basis = "《中华人民共和国军事设施保护法》"

[[off_map]]
code = "minerals"
title = "压覆重要矿产资源"
title_en = "Important minerals below the site"
office = "示范市规划和自然资源局矿产资源处（虚构）"
office_en = "Mineral resources division, planning bureau (fictional)"
letter = "建设项目压覆重要矿产资源查询申请"
letter_en = "Request to look up minerals below a construction project"
basis = "《中华人民共和国矿产资源法》"
"""
SUGGEST = """
[suggest]
stages = ["前期研究", "已立项但规划红线未稳定"]
count = 3
supply_column = "GDZT"
available_states = [{states}]
plan_state_column = "KGZT"
acquisition_column = "ZSZT"
ownership_column = "QSXZ"
use_column = "YTDM"
land_bank_column = "SFCB"
# idle land (供而未用) may be offered, in the list of land that must first be acquired
class_column = "GDZT"
classes = { idle = ["供而未用"] }
show_columns = { ZL = "坐落", YTMC = "用途名称", ZJMC = "镇街", MJ = "登记面积（平方米）" }
"""
ACCESS = """
# the roads on which criteria of kind "travel" go (docs/access.md)
[access]
columns = { road_class = "grade" }
"""


def city_toml(as_of: dt.date) -> str:
    """Return the text of city.toml; dates of the layers lie before `as_of`."""
    head = HEAD.replace('language = "zh"', f'language = "zh"\nas_of = {as_of.isoformat()}')
    parts = [head + f'path = "{LEDGER}"\nsheet = "{SHEET}"\ncode_system = "{PLAN_CODES}"\n']
    parts.append(
        "\n[projects.columns]\n"
        + "".join(f'{key} = "{value}"\n' for key, value in HEADINGS.items())
    )
    states = ", ".join(f'"{state}"' for state in AVAILABLE_STATES)
    parts.append(SUGGEST.replace("{states}", states) + ACCESS + PLAN)
    parts += [_layer(entry, as_of) for entry in LAYERS]
    parts.append(_red_lines(as_of))
    parts.append(OFF_MAP)
    return "".join(parts)


def _layer(entry: LayerEntry, as_of: dt.date) -> str:
    lines = [
        "",
        "[[layer]]",
        f'name = "{entry.name}"',
        f'role = "{entry.role}"',
        f'path = "{entry.path}"',
    ]
    if entry.table:
        lines += [f'sublayer = "{entry.table}"', f'id_column = "{entry.id_column}"']
        lines.append(f'name_column = "{entry.name_column}"')
    if entry.columns:
        lines.append("columns = [" + ", ".join(f'"{column}"' for column in entry.columns) + "]")
    if entry.role in ATTRIBUTES:
        pairs = ", ".join(f'{key} = "{column}"' for key, column in ATTRIBUTES[entry.role].items())
        lines.append(f"attributes = {{ {pairs} }}")
    if entry.name == "industrial_block":
        lines.append(
            "# this file is torn on purpose: it shows what 未检查 (not checked) looks like"
        )
    lines.append(entry.coverage)
    lines.append(f"dated = {(as_of - dt.timedelta(days=entry.age_days)).isoformat()}")
    lines.append(f'authority = "{entry.authority}"')
    if entry.accuracy_m is not None:
        lines.append(f"accuracy_m = {entry.accuracy_m}")
    if entry.code_system:
        lines.append(f'code_system = "{entry.code_system}"')
    lines += ['licence = "CC0-1.0"', f'release = "{entry.release}"', ""]
    return "\n".join(lines)


def _red_lines(as_of: dt.date) -> str:
    dated = (as_of - dt.timedelta(days=20)).isoformat()
    named = 'project_column = "XMDM"\nid_column = "DKBH"\n'
    common = f'version = "V1"\nauthority = "示范市规划和自然资源局（虚构）"\ndated = {dated}\n'
    return "".join(
        f'\n[[redlines]]\npath = "{RED_LINE_FILES[name]}"\n{extra}{common}'
        for name, extra in (
            ("txt", ""),
            ("shp", 'project_column = "XMDM"\nid_column = "DKBH"\n'),
            ("gpkg", f'sublayer = "redlines"\n{named}accuracy_m = 0.05\n'),
            ("geojson", 'project_column = "XMDM"\nid_column = "DKBH"\ncrs = "EPSG:4490"\n'),
        )
    )


def planted_toml(entries: Sequence[Entry]) -> str:
    """Return what each planted red line was placed to meet, for tests."""
    lines = [
        "# What each red line was placed to meet; written by siting.sample, read by tests.",
        "",
    ]
    for entry in entries:
        if entry.planted is None:
            continue
        lines += [
            "[[planted]]",
            f'project = "{entry.id}"',
            f'intent = "{entry.planted.intent}"',
            f'file = "{RED_LINE_FILES[entry.file_format]}"',
            f'use = "{entry.use}"',
            f"conflicts = {_texts(entry.planted.conflicts)}",
            f"near = {_texts(entry.planted.near)}",
            f"not_checked = {_texts(entry.planted.not_checked)}",
            "",
        ]
    return "\n".join(lines)


def _texts(values: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def source_md(entries: Sequence[Entry], *, seed: int, parcels: int, as_of: dt.date) -> str:
    """Return SOURCE.md: where the data comes from and what was planted where."""
    rows = [
        f"| {entry.id} | {entry.name} | {entry.stage} | "
        f"{RED_LINE_FILES[entry.file_format] if entry.planted else '—'} | "
        f"{', '.join(entry.planted.conflicts) if entry.planted else ''} | {entry.note} |"
        for entry in entries
    ]
    head = SOURCE.replace("{seed}", str(seed)).replace("{parcels}", str(parcels))
    return head.replace("{as_of}", as_of.isoformat()) + "\n".join(rows) + "\n"


SOURCE = """\
# The sample city 示范市

Everything in this folder is synthetic and fictional: no place, person, bureau, project or
number is real, and the coordinates (EPSG:4547, unprefixed) do not depict what lies there.
It was written by `siting.sample.generate(folder, seed={seed}, parcels={parcels}, as_of={as_of})`
and may be used freely (CC0-1.0). The same call writes the same tables again.

| folder | what |
|---|---|
| districts | 6 districts (XZQ); borders follow roads and the middle of the river |
| parcels | parcels (宗地) with use, ownership, supply, acquisition and land-bank state |
| land_use | current land use (DLTB), codes of the survey (`sandiao`: 三调) |
| zoning | detailed plan (控规) with plan indices and plan state, codes `ydyh2023` |
| control | control lines: `control.gpkg`, `industrial_block.gpkg` (torn), `coverage.gpkg` |
| base | roads, metro, water, gates of schools and hospitals |
| dem | elevation model, cells of 50 m: the hills, with knolls on the plain |
| ledger | the ledger workbook |
| plan | decisions: a parcel that a district refuses to one project, and one that is sold |
| redlines | red lines: TXT (GBK), shapefile (GBK, without .cpg, LDID 0), GeoPackage, GeoJSON |

Columns that rules read: `power_line.kv` (kV); `metro_structure.kind` 地下 / 地上高架 / 车站;
`railway.grade` 高速铁路 / 普通铁路 and `railway.setting` 城市市区 / 城市郊区 / 其他地区;
`highway.grade` 高速公路 / 国道 / 省道 / 县道 / 乡道; `zoning.YDDM`, `zoning.GHZT` 已批 / 在编 / 无;
`parcels.GDZT` 已登记 / 已供 / 供而未用 / 批而未供 / 未供,
`parcels.ZSZT` 已征收 / 征收中 / 未征收, `parcels.SFCB` 是 / 否.
Highways, railways and metro structures are polygons: land edge, slope toe, wall.

`[plan]` in city.toml has quotas (fewer factories in one district than want to go there, less land
for next year's batch than its projects would take), a distance between schools and works, and two
scenarios. Priorities (优先级) go by the kind of a project, batches (批次) by its stage. None of
these figures is anybody's.

**On purpose**: `control/industrial_block.gpkg` is torn (its second half is missing): it shows
what "not checked" looks like, for industrial projects. The hazard layer is declared for five
of the six districts only, the power lines only east of a sheet edge in the far west
(`control/coverage.gpkg`).

## What was planted

`redlines/planted.toml` says the same for machines: the layer roles that each red line meets
by construction (within the legal distances of 电力设施保护条例, 铁路安全管理条例 and
公路安全保护条例; metro 50 m below ground, 30 m above; `dem`: over 15 % steep, on a spur raised
on it).

| project | name | stage | red line in | meets | why |
|---|---|---|---|---|---|
"""
