"""What the note of a search says of the data and of how far the search went."""

from __future__ import annotations

from collections.abc import Sequence

from siting.gathering import PARCELS_LOOKED_AT
from siting.model import Text

#: So many parcels are named in a note.
_NAMED = 5


def unreadable_red_lines(count: int) -> Text:
    """Say how many red lines could not be read; nothing for none."""
    if not count:
        return Text("")
    return Text(
        f"有 {count} 条红线未能读入，其用地是否与所荐宗地重叠无从核对",
        f"{count} red line(s) could not be read: whether they claim a suggested site is not known",
    )


def invalid_parcels(count: int) -> Text:
    """Say how many parcels took no part; nothing for none."""
    if not count:
        return Text("")
    return Text(
        f"有 {count} 宗宗地几何无效或无面积，未参与比选",
        f"{count} parcel(s) with invalid geometry or no area took no part",
    )


def lost_promises(names: Sequence[str]) -> Text:
    """Say which promised parcels nobody can find; nothing for none."""
    if not names:
        return Text("")
    told = ", ".join(names[:_NAMED])
    more_zh, more_en = (" 等", ", …") if len(names) > _NAMED else ("", "")
    return Text(
        f"台账承诺的 {len(names)} 个宗地不在可用的宗地图层中（{told}{more_zh}），"
        "所荐宗地是否占用无从核对",
        f"{len(names)} parcel(s) that the ledger promises are in no usable parcel layer "
        f"({told}{more_en}): whether a suggested site lies on them is not known",
    )


NO_PARCELS = Text("没有可用的宗地图层，未作搜索", "no usable parcel layer: nothing was searched")
NO_DEMAND = Text(
    "缺用地需求：台账未写面积，项目没有可用红线，"
    "city.toml [suggest] 也未给 area_m2_min/area_m2_max",
    "the demand is missing: the ledger states no area, there is no usable red line, and "
    "[suggest] of city.toml gives no area_m2_min/area_m2_max",
)
NO_CORRIDOR = Text(
    "线性项目尚无红线，无法列出里程表", "a linear project without a red line: no chainage to table"
)
LINEAR = Text(
    "线性项目不荐宗地，列出分区里程表；红线为面时，里程沿最小外接矩形长轴近似量取",
    "a linear project gets no parcel alternatives but its table by district and chainage; for a "
    "polygon the chainage runs along the long axis of its minimum rotated rectangle (approximate)",
)
CUT_SHORT = Text(
    "候选宗地多，只复核了评分靠前的部分；其余宗地中可能有核查更完整的",
    "many candidates: only the best by score were re-checked, and among the others there may be "
    "some that can be checked in full",
)
MADE_CUT_SHORT = Text(
    f"拼合与划出只在评分靠前的 {PARCELS_LOOKED_AT:,} 宗宗地中进行",
    f"parcels were put together and outlines drawn among the best {PARCELS_LOOKED_AT:,} only",
)
NONE_WHOLE = Text(
    "没有一宗宗地单独可用，所荐均须先拼合或分割宗地",
    "no parcel serves by itself: what is suggested must first be joined or divided",
)
NO_SITE_FULLY_CHECKED = Text(
    "有禁止性规则因图层缺失而未核查，所荐宗地均非全部核查",
    "a prohibited rule lacks its layer, so none of these sites is fully checked",
)
NO_SUCH_SITE = Text(
    "不是该项目的候选：没有这样的宗地、红线或拼合划出的用地",
    "no candidate of the project: there is no such parcel, red line or made site",
)


def fails(filters: Sequence[Text], rules: Sequence[Text]) -> Text:
    """Say why a parcel that is asked for by name cannot be had."""
    if filters:
        return Text(
            "不满足：" + "、".join(name.get("zh") for name in filters),
            "it fails: " + ", ".join(name.get("en") for name in filters),
        )
    if rules:
        return Text(
            "违反：" + "、".join(title.get("zh") for title in rules),
            "it breaks: " + ", ".join(title.get("en") for title in rules),
        )
    return Text("不在该项目的候选之中", "not among the project's candidates")


def nothing_left(step: Text) -> Text:
    """Say at which filter the last parcel falls away."""
    return Text(
        f"“{step.get('zh')}”这一步之后没有宗地",
        f"no parcel is left after '{step.get('en')}'",
    )


def all_break(rules: Sequence[Text]) -> Text:
    """Say which rules the last parcels break."""
    return Text(
        "其余宗地均违反禁止性规则（" + "、".join(t.get("zh") for t in rules) + "）",
        "every parcel left breaks a prohibited rule ("
        + ", ".join(t.get("en") for t in rules)
        + ")",
    )
