"""The ledger's rows as the workbook shows them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from siting.sample.city_toml import HEADINGS
from siting.sample.intents import ALLOCATED
from siting.sample.plans import BATCHES, LOWEST, PRIORITIES
from siting.sample.projects import Entry

PROFILES = {
    "school": "服务半径内居住人口，避开高压线与铁路", "hospital": "临主干路，出入便捷",
    "industry": "成片工业用地，临高速出入口", "logistics": "临高速公路出入口",
    "housing": "距地铁站1公里以内", "depot": "公交首末站，临次干路以上道路",
    "park": "步行可达", "commerce": "地铁站周边", "office": "地铁站周边",
}  # fmt: skip
RURAL = ("farmland", "eco_redline", "growth_boundary")


def ledger_rows(entries: Sequence[Entry], parcel_ids: Sequence[str]) -> pd.DataFrame:
    """Return the ledger table; one project is promised the parcel of its red line.

    Parameters
    ----------
    parcel_ids
        The id of each parcel, in the order of the parcel layer.
    """
    records = [_record(entry, parcel_ids) for entry in entries]
    return pd.DataFrame(records)


def _record(entry: Entry, parcel_ids: Sequence[str]) -> dict[str, object]:
    planted = entry.planted
    is_new = planted is not None and any(role in planted.conflicts for role in RURAL)
    has_lot = planted is not None and planted.parcel >= 0
    is_promised = has_lot and entry.stage == "已完成用地报批尚未供地"
    number = entry.id.rsplit("-", 1)[1]
    record: dict[str, object] = {
        HEADINGS["id"]: entry.id,
        HEADINGS["aliases"]: f"2026-44990{int(number) % 7}-{int(number):04d}",
        HEADINGS["name"]: entry.name,
        "项目类型": entry.kind_name,
        HEADINGS["kind"]: entry.kind,
        HEADINGS["form"]: entry.form,
        HEADINGS["stage"]: entry.stage,
        "所在区": entry.district_name,
        HEADINGS["district"]: entry.district,
        "所在镇街": entry.town,
        HEADINGS["use"]: entry.use,
        HEADINGS["uses"]: entry.use,
        HEADINGS["area_m2_min"]: entry.area_m2[0],
        HEADINGS["area_m2_max"]: entry.area_m2[1],
        HEADINGS["supply_mode"]: "划拨" if entry.use.startswith(ALLOCATED) else "出让",
        HEADINGS["new_construction_land"]: "是" if is_new else "否",
        HEADINGS["profile"]: PROFILES.get(entry.kind, ""),
        HEADINGS["promised"]: parcel_ids[planted.parcel] if planted and is_promised else "",
        HEADINGS["remark"]: entry.note,
        HEADINGS["priority"]: PRIORITIES.get(entry.kind, LOWEST),
        HEADINGS["batch"]: BATCHES.get(entry.stage, ""),
    }
    return record
