"""What a repair says for itself, in words that a planner can pass on."""

from __future__ import annotations

import math
from collections.abc import Sequence

from siting.model import (
    SQUARE_METRES_PER_MU,
    OutlineFigures,
    RepairWay,
    Text,
)
from siting.repair.corridor import Detour, chainage
from siting.repair.drafts import Draft
from siting.repair.moving import Move

#: The eight winds counter-clockwise from east.
_WINDS = (
    Text("东", "east"), Text("东北", "north-east"), Text("北", "north"), Text("西北", "north-west"),
    Text("西", "west"), Text("西南", "south-west"), Text("南", "south"), Text("东南", "south-east"),
)  # fmt: skip
#: A list of parcels in a sentence names so many.
_NAMED = 4


def mu(area_m2: float) -> float:
    """Return an area in 亩 (exactly 10000/15 m²)."""
    return area_m2 / SQUARE_METRES_PER_MU


def passes_text(*, is_binding_met: bool, has_gaps: bool) -> Text:
    """Return how far an outline passes, of those that break no prohibited rule.

    ``is_binding_met``: it meets a restricted rule; ``has_gaps``: something was not checked.
    """
    if is_binding_met:
        return Text("即可避开禁止性冲突", "avoids what is prohibited")
    if has_gaps:
        return Text("即可通过已查的规则", "passes what was checked")
    return Text("即可通过", "passes")


def draft_text(draft: Draft, figures: OutlineFigures, present_m2: float, end: Text) -> Text:
    """Return what would pass and how, in one sentence; ``end`` is of :func:`passes_text`."""
    area = _area(figures.area_m2, present_m2)
    if draft.detour is not None:
        return _detour_text(draft.detour, end)
    if draft.move is not None:
        return _move_text(draft, draft.move, area, end)
    if draft.way is RepairWay.SWAP:
        return _swap_text(draft, area, end)
    return _cut_text(draft, figures, area, end)


def _cut_text(draft: Draft, figures: OutlineFigures, area: Text, end: Text) -> Text:
    gained, named = f"{figures.area_gained_m2:,.0f} m²", _parcels(draft.parcels_added)
    outwards = (
        Text("向四周空地外扩", "grown on its free sides")
        if draft.is_grown_around
        else Text("将一条边平行外扩", "one edge moved out parallel to itself")
    )
    how = {
        RepairWay.CUT: Text("裁去冲突部分", "conflicts cut away"),
        RepairWay.RETREAT: Text("将一条边平行内移", "one edge moved back parallel to itself"),
        RepairWay.STRAIGHT_CUT: Text(
            "沿直线裁去冲突部分", "conflicts cut away along straight lines"
        ),
        RepairWay.CUT_EXTEND: Text(
            f"裁去冲突部分，并{outwards.zh}补回 {gained}",
            f"conflicts cut away, {outwards.en} to gain {gained}",
        ),
        RepairWay.CUT_PARCELS: Text(
            f"裁去冲突部分，并入相邻宗地{named}",
            f"conflicts cut away, adjoining parcels {named} added",
        ),
    }[draft.way]
    return Text(f"{how.zh}，{area.zh}{end.zh}", f"{end.en} with {area.en}: {how.en}")


def _area(area_m2: float, present_m2: float) -> Text:
    return Text(
        f"用地 {mu(area_m2):,.2f} 亩（现 {mu(present_m2):,.2f} 亩）",
        f"{mu(area_m2):,.2f} 亩 instead of {mu(present_m2):,.2f}",
    )


def _parcels(ids: Sequence[str]) -> str:
    more = f" …({len(ids)})" if len(ids) > _NAMED else ""
    return "、".join(ids[:_NAMED]) + more


def _swap_text(draft: Draft, area: Text, end: Text) -> Text:
    left, added = _parcels(draft.parcels_left), _parcels(draft.parcels_added)
    zh = (f"退出宗地{left}，" if left else "") + (
        f"调入宗地{added}，" if added else "只留无冲突宗地，"
    )
    en = "; ".join(
        part
        for part in (
            f"parcels {left} left out" if left else "",
            f"parcels {added} taken in" if added else "only clean parcels kept",
        )
        if part
    )
    return Text(f"{zh}{area.zh}{end.zh}", f"{end.en} with {area.en}: {en}")


def _move_text(draft: Draft, move: Move, area: Text, end: Text) -> Text:
    way = shift_text(move)
    if draft.way is RepairWay.SHIFT_TURN:
        side = (
            Text("逆时针", "counter-clockwise")
            if move.turned_deg > 0
            else Text("顺时针", "clockwise")
        )
        angle = f"{abs(move.turned_deg):.2f}°"
        return Text(
            f"绕中心{side.zh}旋转 {angle}，再{way.zh}{end.zh}"
            f"（界址点最大位移 {move.moved_m:.2f} m）",
            f"{end.en} if turned {angle} {side.en} and moved {way.en} "
            f"(the farthest vertex moves {move.moved_m:.2f} m)",
        )
    if draft.way is RepairWay.SHIFT_CUT:
        return Text(
            f"{way.zh}后裁去冲突部分，{area.zh}{end.zh}",
            f"{end.en} if moved {way.en} and conflicts cut away, with {area.en}",
        )
    return Text(f"{way.zh}{end.zh}", f"{end.en} if moved {way.en}")


def shift_text(move: Move) -> Text:
    """Return a shift in words: by how much, whereto, and its two components."""
    size_m = math.hypot(move.east_m, move.north_m)
    wind = _WINDS[round(math.degrees(math.atan2(move.north_m, move.east_m)) / 45) % 8]
    parts = f"E {move.east_m:+.3f} m, N {move.north_m:+.3f} m"
    return Text(f"向{wind.zh}平移 {size_m:.2f} m（{parts}）", f"{size_m:.2f} m {wind.en} ({parts})")


def _detour_text(found: Detour, end: Text) -> Text:
    where = f"{chainage(found.from_m)}–{chainage(found.to_m)}"
    return Text(
        f"在里程 {where} 间局部改线{end.zh}：最大偏移 {found.off_m:.1f} m，线路增长 "
        f"{found.longer_m:.1f} m，最大转角 {found.bend_deg:.1f}°",
        f"{end.en} with a deviation between {where}: {found.off_m:.1f} m off the line at most, "
        f"{found.longer_m:.1f} m longer, sharpest bend {found.bend_deg:.1f}°",
    )


def short_text(rest_m2: float, present_m2: float, wanted_m2: float) -> Text:
    """Return what a cut would leave where that is less than the demand wants."""
    return Text(
        f"若用地降为 {mu(rest_m2):,.2f} 亩（现 {mu(present_m2):,.2f} 亩）即不再触及禁止性规则，"
        f"但低于需求下限 {mu(wanted_m2):,.2f} 亩",
        f"{mu(rest_m2):,.2f} 亩 instead of {mu(present_m2):,.2f} would break no prohibited rule, "
        f"but the demand wants {mu(wanted_m2):,.2f} at least",
    )


def _listed(titles: Sequence[Text]) -> Text:
    return Text("、".join(t.get("zh") for t in titles), ", ".join(t.get("en") for t in titles))


def linear_text(why: Text, titles: Sequence[Text]) -> Text:
    """Return why a linear project has no deviation, and which rules it meets."""
    listed = _listed(titles)
    return Text(f"{why.zh}；制约：{listed.zh}", f"{why.en}; in the way: {listed.en}")


def blocked_text(titles: Sequence[Text], reach_m: float, area_m2_min: float) -> Text:
    """Return which rules stand in the way, and how far was looked."""
    zh, en = _listed(titles).zh, _listed(titles).en
    return Text(
        f"{reach_m:,.0f} m 范围内没有满足禁止性规则且不少于 {mu(area_m2_min):,.2f} 亩的修正红线；"
        f"制约：{zh}",
        f"no corrected red line of at least {mu(area_m2_min):,.2f} 亩 within {reach_m:,.0f} m "
        f"keeps every prohibited rule; in the way: {en}",
    )


def relaxation_text(title: Text, cut_area_m2: float | None, move: Move | None) -> Text:
    """Return what lifting one rule alone would give."""
    zh, en = [], []
    if cut_area_m2 is not None:
        zh.append(f"裁切可得 {mu(cut_area_m2):,.2f} 亩")
        en.append(f"a cut would leave {mu(cut_area_m2):,.2f} 亩")
    if move is not None and move.moved_m > 0:
        way = shift_text(move)
        zh.append(f"{way.zh}即可")
        en.append(f"{way.en} would do")
    if move is not None and not move.moved_m:
        zh, en = ["现红线即可通过"], ["the present red line would pass"]
    return Text(
        f"单独放宽“{title.get('zh')}”：{'，'.join(zh) or '仍无修正红线'}",
        f"lifting '{title.get('en')}' alone: {', '.join(en) or 'still none'}",
    )


def not_asked(most: int) -> Text:
    """Return that a run stops at so many red lines."""
    return Text(
        f"本次运行只为前 {most} 条冲突红线求修正方案（city.toml [repair] most）；"
        "可用 siting repair --project 单独求",
        f"this run corrects the first {most} red lines in conflict only ([repair] most in "
        "city.toml); ask for this one by siting repair --project",
    )


INVALID = Text(
    "红线几何无效，须由测绘单位先修正，不作自动修复",
    "the red line's geometry is invalid: the surveyor mends it first, nothing is guessed",
)
NOT_ITS_LAND = Text(
    "冲突不在用地位置（如申报面积与坐标面积不符），改动红线解决不了，须更正材料",
    "the conflict is not about the land (such as an area declared otherwise): no change of the "
    "outline settles it, correct the papers",
)
NO_CORRIDOR = Text(
    "线性项目的红线不是等宽通道，不作局部改线",
    "a linear project whose red line is no corridor of constant width: no deviation is drawn",
)
NO_DETOUR = Text(
    "通道两侧范围内没有绕行线位", "there is no way around within the band beside the corridor"
)
NO_DEMAND = Text(
    "台账未写用地需求，修正红线按现红线面积 ±20% 控制",
    "the ledger states no demand: repairs keep to the present area ±20 %",
)
