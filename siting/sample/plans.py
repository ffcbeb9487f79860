"""What the sample city's plan goes by: priorities, batches, limits, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from siting.sample.codes import AVAILABLE_STATES
from siting.sample.districts import DISTRICT_NAMES
from siting.sample.intents import STAGES
from siting.sample.projects import Entry

DECISIONS = "plan/decisions.xlsx"
DECISIONS_SHEET = "决定"
#: Class in plans by kind: what the public waits for, then homes and works, then all others.
PRIORITIES = {
    "school": 1, "hospital": 1, "depot": 1, "substation": 1,
    "housing": 2, "industry": 2, "logistics": 2,
}  # fmt: skip
LOWEST = 3
NEXT_YEAR, THIS_YEAR, LAST_ROUND = "2027年第一批", "2026年第二批", "2026年第一批"
#: Batch by stage; who has land already is in none.
BATCHES = {
    STAGES["A"]: NEXT_YEAR,
    STAGES["B"]: THIS_YEAR,
    STAGES["C"]: THIS_YEAR,
    STAGES["D"]: LAST_ROUND,
}
#: The district of most factories.
WORKS_DISTRICT = "449904"
PLAN = f"""
# what one plan for all projects goes by (docs/plan.md); every figure is made up
[plan]
decisions = ["{DECISIONS}"]

[[plan.quota]]
name = "works"
title = "{DISTRICT_NAMES[WORKS_DISTRICT]}工业项目数上限"
title_en = "Works in one district"
unit = "sites"
limit = 2
districts = ["{WORKS_DISTRICT}"]
uses = ["1001"]
basis = "样例（L）：虚构的数量"

[[plan.quota]]
name = "new_construction"
title = "{THIS_YEAR}新增建设用地指标"
title_en = "New construction land of this year's second batch"
unit = "new_construction"
limit = 40
in = "hectare"
batches = ["{THIS_YEAR}"]
basis = "样例（L）：虚构的数量"

[[plan.quota]]
name = "next_year"
title = "{NEXT_YEAR}用地总量"
title_en = "Land of next year's first batch"
unit = "area"
limit = 300
in = "mu"
batches = ["{NEXT_YEAR}"]
basis = "样例（L）：虚构的数量"

[[plan.separation]]
name = "school_works"
title = "学校与工业的间距"
title_en = "Schools and works apart"
uses = ["0804"]
from_uses = ["1001"]
distance_m = 100
basis = "样例（L）：虚构的距离，不是任何标准的数值"

[[plan.scenario]]
name = "one_works"
title = "工业项目只许一个"
title_en = "One factory only"
quotas = {{ works = 1 }}

[[plan.scenario]]
name = "near_metro"
title = "靠近轨道站点优先"
title_en = "Near the metro first"
weights = {{ metro_m = 60 }}
"""


def decision_rows(entries: Sequence[Entry], parcels: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the table of decisions: a parcel that one project is refused, and one that is sold.

    Parameters
    ----------
    entries
        The ledger; decided is about projects that have a demand and no red line yet.
    parcels
        ``ZDDM``, ``XZQDM``, ``YTDM``, ``MJ``, ``GDZT`` of each parcel.
    """
    wanting = {entry.use: entry for entry in entries if entry.form == "无红线"}
    store, homes = wanting["1101"], wanting["0701"]
    rows = [
        {
            "项目代码": store.id,
            "地块": _wanted_parcel(store, parcels),
            "决定": "拒绝",
            "单位": f"{store.district_name}规划分局（虚构）",
            "日期": as_of.isoformat(),
            "理由": "货车须穿行居住区",
        },
        {
            "项目代码": "",
            "地块": _wanted_parcel(homes, parcels),
            "决定": "已供",
            "单位": f"{homes.district_name}规划分局（虚构）",
            "日期": as_of.isoformat(),
            "理由": "已挂牌出让给台账以外的单位",
        },
    ]
    return pd.DataFrame(rows)


def _wanted_parcel(entry: Entry, parcels: pd.DataFrame) -> str:
    """Return a free parcel of a project's use and size, in its own district where there is one."""
    least, most = entry.area_m2
    fits = (
        parcels["GDZT"].isin(AVAILABLE_STATES)
        & (parcels["YTDM"] == entry.use)
        & parcels["MJ"].between(least, most)
    )
    found = parcels[fits].sort_values("ZDDM")
    near = found[found["XZQDM"] == entry.district]
    return str((found if near.empty else near)["ZDDM"].iloc[0])
