"""Why a way of repair gave nothing, or not more: in words."""

from __future__ import annotations

from collections.abc import Sequence

from siting.model import RepairAttempt, RepairWay, Text
from siting.repair.wording import mu

WAY_NAMES = {
    RepairWay.CUT: Text("裁切", "cut"),
    RepairWay.RETREAT: Text("整边内移", "edge back"),
    RepairWay.STRAIGHT_CUT: Text("直线裁切", "straight cut"),
    RepairWay.CUT_EXTEND: Text("裁切外扩", "cut, extend"),
    RepairWay.CUT_PARCELS: Text("裁切并入宗地", "cut, add parcels"),
    RepairWay.SHIFT: Text("平移", "shift"),
    RepairWay.SHIFT_TURN: Text("平移旋转", "shift, turn"),
    RepairWay.SHIFT_CUT: Text("平移裁切", "shift, cut"),
    RepairWay.SWAP: Text("换宗地", "swap parcels"),
    RepairWay.DETOUR: Text("局部改线", "detour"),
}
#: Why a way has nothing to draw, where it has not.
_NOTHING = {
    RepairWay.CUT: Text("裁去冲突部分后没有足够宽的地", "no land wide enough is left"),
    RepairWay.RETREAT: Text("没有一条边内移后仍够用地", "no edge moved back leaves enough"),
    RepairWay.STRAIGHT_CUT: Text("没有一条直线裁切后仍够用地", "no straight line leaves enough"),
    RepairWay.CUT_EXTEND: Text(
        "裁切后四周没有可外扩的空地，或无须外扩",
        "no free strip beside what a cut leaves, or none is needed",
    ),
    RepairWay.CUT_PARCELS: Text("相邻没有可并入的宗地", "no parcel beside it can be added"),
    RepairWay.SHIFT: Text("范围内没有可整体移入的空地", "no free place for the whole within reach"),
    RepairWay.SHIFT_TURN: Text("旋转不比平移省", "a turn saves nothing over a shift"),
    RepairWay.SHIFT_CUT: Text(
        "就近移动后再裁切仍不足，或无须移动",
        "a short shift and a cut leave too little, or none is needed",
    ),
    RepairWay.SWAP: Text("附近没有够用的无冲突宗地组合", "no set of clean parcels near is enough"),
    RepairWay.DETOUR: Text("通道两侧没有绕行线位", "no way around beside the corridor"),
}


def attempt_text(told: RepairAttempt, short_m2: float | None, area_m2_min: float) -> Text:
    """Return what came of one way in words.

    Parameters
    ----------
    told
        Its counts.
    short_m2
        The largest area of those that are too small; None where there are none.
    area_m2_min
        What a repair has to have, m².
    """
    if not told.drawn:
        return _NOTHING[told.way]
    least = f"{mu(area_m2_min):,.2f} 亩"
    size = "" if short_m2 is None else f"{mu(short_m2):,.2f} 亩"
    parts = [
        (told.offered, Text(f"提出 {told.offered} 个", f"{told.offered} offered")),
        (
            told.misfits,
            Text(
                f"{told.misfits} 个面积不合" + (f"（最多 {size}，须 {least}）" if size else ""),
                f"{told.misfits} of the wrong area"
                + (f" ({size} at most, {least} wanted)" if size else ""),
            ),
        ),
        (
            told.unfit,
            Text(
                f"{told.unfit} 个过窄、带洞或有尖角",
                f"{told.unfit} too narrow, with a hole or a spike",
            ),
        ),
        (
            told.refused,
            Text(
                f"{told.refused} 个复核仍有冲突或未解决问题",
                f"{told.refused} still in conflict or settling nothing",
            ),
        ),
        (told.alike, Text(f"{told.alike} 个与已列方案几乎相同", f"{told.alike} nearly the same")),
        (told.outranked, Text(f"{told.outranked} 个次于已列方案", f"{told.outranked} outranked")),
    ]
    said = [text for count, text in parts if count]
    return Text("、".join(t.get("zh") for t in said), ", ".join(t.get("en") for t in said))


def fewer_text(count: int, tried: Sequence[RepairAttempt]) -> Text:
    """Return why there are so few repairs: what came of the ways that offer none."""
    silent = [each for each in tried if not each.offered]
    zh = "；".join(f"{WAY_NAMES[e.way].get('zh')}：{e.says.get('zh')}" for e in silent)
    en = "; ".join(f"{WAY_NAMES[e.way].get('en')}: {e.says.get('en')}" for e in silent)
    return Text(f"只有 {count} 个方案。{zh}", f"only {count} repairs. {en}")
