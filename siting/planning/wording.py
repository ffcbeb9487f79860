"""The sentences of a plan: what a project gets and what that costs it, or why it gets nothing.

Everything is told from the plan's own records, ids always with the project's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from siting.model import Option, Text
from siting.planning.phrases import (
    Names,
    block_text,
    cost_text,
    deductions_text,
    grounds_text,
    joined,
    site_text,
    sites_en,
)
from siting.planning.records import Block, CityPlan, PlanRow

#: Points below this are the same points: they are shown with two decimals.
_SAME_POINTS = 0.005
#: So many things that stand in an unplaced project's way are named where no proof was found.
_OBSTACLES = 5


def worded(plan: CityPlan) -> CityPlan:
    """Return a plan whose rows and blocks all bear their words; words that are there stay.

    Parameters
    ----------
    plan
        With all that the sentences go by: rows, decisions, quotas, ``origin``.
    """
    names = Names(plan)
    return replace(plan, rows=tuple(_worded(row, names) for row in plan.rows))


def _worded(row: PlanRow, names: Names) -> PlanRow:
    blocks = row.blocks
    if blocks is not None:
        blocks = tuple(_with_text(block, names) for block in blocks)
    obstacles = {
        site: tuple(_with_text(block, names) for block in found)
        for site, found in row.obstacles.items()
    }
    row = replace(row, blocks=blocks, obstacles=obstacles)
    return row if row.why.zh or row.why.en else replace(row, why=why_text(row, names))


def _with_text(block: Block, names: Names) -> Block:
    return replace(block, text=block_text(block, names))


def why_text(row: PlanRow, names: Names) -> Text:
    """Return one sentence: what a project gets and what that costs it, or why it gets nothing."""
    return _unplaced(row, names) if row.option is None else _placed(row, row.option, names)


def _placed(row: PlanRow, option: Option, names: Names) -> Text:
    site = site_text(option, names)
    told = joined(
        [Text(f"得到 {site.zh}", f"Gets {site.en}"), *_beside_best(row, option, names)],
        zh="，",
    )
    more = joined(_to_know(row, option, names), zh="；", en="; ")
    if more.zh:
        told = Text(f"{told.zh}；{more.zh}", f"{told.en}; {more.en}")
    return Text(f"{told.zh}。", f"{told.en}.")


def _beside_best(row: PlanRow, option: Option, names: Names) -> Iterator[Text]:
    """Yield how the site does beside the project's own best, and who has that."""
    best = row.best
    if row.lock is not None:
        grounds = grounds_text(row.lock)
        yield Text(
            "按决定锁定" + (f"（{grounds.zh}）" if grounds.zh else ""),
            "locked by decision" + (f" ({grounds.en})" if grounds.en else ""),
        )
    if best is None:
        return
    if row.regret < _SAME_POINTS:
        is_best = best.site.id == option.site.id
        yield (
            Text("为其最优备选", "its own best")
            if is_best
            else Text("与其最优备选同分", "as good as its own best")
        )
        return
    yield Text(
        f"较自身最优 {best.site.id} 少 {row.regret:.2f} 分",
        f"{row.regret:.2f} points less than its own best, {best.site.id}",
    )
    if row.lock is None:
        because = best_elsewhere(row, best, names)
        yield Text(spaced("因", because.zh), f"because {because.en}")


def best_elsewhere(row: PlanRow, best: Option, names: Names) -> Text:
    """Return why a placed project does not get its own best site."""
    found = row.obstacles.get(best.site.id)
    if found:
        return joined((block_text(block, names) for block in found), en=" and ")
    if found is not None:
        return Text(
            "总体目标（少变动或总分）更优先，单看本项目可得",
            "what the plan aims at as a whole (few moves, points of all) goes before it: by itself "
            "the project could have it",
        )
    site, parcels = best.site.id, set(best.site.parcel_ids)
    others = [other for other in names.plan.placed if other.project.id != row.project.id]
    for other in others:
        if other.option and other.option.site.id == site:
            who = names.project(other.project.id)
            return Text(f"{site} 安排给 {who}", f"{site} goes to {who}")
    sharing = [
        other
        for other in others
        if other.option and not parcels.isdisjoint(other.option.site.parcel_ids)
    ]
    if sharing:
        who = "、".join(names.project(other.project.id) for other in sharing)
        return Text(
            f"{site} 的土地（或其一部分）安排给 {who}",
            f"land of {site} goes to {who.replace('、', ', ')}",
        )
    return Text(
        "全市统筹（总量、间距、指标或他人用地），未逐项求解",
        "the plan of the whole city is better so (points of all, distances, quotas or land of "
        "others); which of them was not worked out",
    )


def _to_know(row: PlanRow, option: Option, names: Names) -> Iterator[Text]:
    """Yield what must be done first or is not known of a planned site."""
    yield deductions_text(option)
    if option.must_acquire and not option.deductions.get("must_acquire"):
        yield Text("须先征收", "must first be acquired")
    elif option.must_acquire is None:
        yield Text("是否须先征收未知", "whether it must first be acquired is not known")
    if option.remains:
        rules = names.rules(option.remains)
        yield Text(f"仍涉及、须征询：{rules.zh}", f"remains, or to be asked: {rules.en}")
    if option.not_checked:
        rules = names.rules(option.not_checked)
        yield Text(f"未核查：{rules.zh}", f"not checked: {rules.en}")
    yield cut_short_text(row)


def cut_short_text(row: PlanRow) -> Text:
    """Return that a project has more sites than were weighed; nothing where all of them were."""
    if not row.is_cut_short:
        return Text("")
    return Text(
        f"只计入 {row.considered} 处备选，另有未计入的",
        f"only {sites_en(row.considered)} of its own were weighed, there are more",
    )


def _unplaced(row: PlanRow, names: Names) -> Text:
    if row.considered:
        told = (
            _proved(row, names)
            if row.blocks
            else unproved_text(row, lambda block: block_text(block, names))
        )
    elif row.blocked_by is None:
        told = Text(
            "没有可选用地，搜索未说明原因",
            "There is no site for it at all, and the search does not tell why",
        )
    else:
        why = _without_stop(row.blocked_by)
        told = Text(f"没有可选用地：{why.zh}", f"There is no site for it at all: {why.en}")
    told = joined((told, cut_short_text(row), _without_stop(row.note)), zh="；", en="; ")
    return Text(f"{told.zh}。", f"{told.en}.")


def _without_stop(text: Text) -> Text:
    return Text(text.get("zh").rstrip("。."), text.get("en").rstrip("。."))


def _proved(row: PlanRow, names: Names) -> Text:
    """Return the irreducible reasons: together they shut a project out, and none is idle."""
    blocks = row.blocks or ()
    reasons = joined((block_text(block, names) for block in blocks), zh="；", en="; ")
    lead_zh, lead_en = f"{row.considered} 处备选", f"its {sites_en(row.considered)}"
    if len(blocks) == 1:
        return Text(
            f"未安排：{reasons.zh}，{lead_zh}因此都不能用；没有这一条即可安排",
            f"No place: {reasons.en}; that alone shuts out {lead_en}, without it there is a place",
        )
    return Text(
        f"未安排：下列各条合起来使其 {lead_zh}都不能用，缺任何一条即可安排：{reasons.zh}",
        f"No place: together these shut out {lead_en}, without any one of them there is a "
        f"place: {reasons.en}",
    )


def unproved_text(row: PlanRow, say: Callable[[Block], Text]) -> Text:
    """Return what this very plan has against the sites, most frequent first: no proof.

    Parameters
    ----------
    row
        A project without a site whose irreducible reasons are not known.
    say
        Gives the words for a thing in its way, as the reader may have them.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for found in row.obstacles.values():
        texts = map(say, found)
        counts.update({(text.get("zh"), text.get("en")) for text in texts})
    if not counts:
        return Text(
            f"未安排：{row.considered} 处备选，原因在限时内未求出",
            f"No place: it has {sites_en(row.considered)}, and why it gets none was not found in "
            "time",
        )
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_OBSTACLES]
    parts = joined(
        (Text(f"{zh}（{count} 处）", f"{en} ({sites_en(count)})") for (zh, en), count in most),
        zh="；",
        en="; ",
    )
    return Text(
        f"未安排；完整原因在限时内未求出，本方案下其 {row.considered} 处备选遇到：{parts.zh}",
        f"No place; the full reasons were not found in time. In this plan its "
        f"{sites_en(row.considered)} meet: {parts.en}",
    )


def is_moved(row: PlanRow) -> bool:
    """True where a project stands elsewhere than in the plan before, or lost its place."""
    site = row.option.site.id if row.option else ""
    return bool(row.former_site_id) and row.former_site_id != site


def move_text(row: PlanRow, names: Names) -> Text:
    """Return how a project comes to stand elsewhere than in the plan before, as one sentence."""
    former, present = row.former_site_id, row.option.site.id if row.option else ""
    who = names.project(row.project.id)
    lead = (
        Text(f"{who}：{former} → {present}", f"{who}: {former} → {present}")
        if present
        else Text(f"{who}：失去 {former}", f"{who}: loses {former}")
    )
    why = move_reason_text(row)
    return Text(f"{lead.zh}，{why.zh}。", f"{lead.en}, {why.en}.")


def move_reason_text(row: PlanRow) -> Text:
    """Return what justifies a move: a decision, a contradiction, or what staying would cost."""
    move, former = row.move, row.former_site_id
    if move is not None and move.demanded:
        why = demanded_text(row)
        return Text(spaced("因", why.zh), f"because {why.en}")
    if move is not None and move.clash:
        return Text(
            f"因留在 {former} 与输入矛盾：{move.clash}",
            f"because staying at {former} contradicts the inputs: {move.clash}",
        )
    if move is None or move.cost is None:
        return Text(
            "系重新编排，未要求尽量不动",
            "it was planned anew: nobody asked for few moves",
        )
    cost = cost_text(move.cost)
    if not cost.zh:
        return Text(
            f"留在 {former} 也可以，但须改由别的项目移动",
            f"it could stay at {former}, but then another project would have to move",
        )
    return Text(f"若留在 {former}，{cost.zh}", f"staying at {former} would mean {cost.en}")


def demanded_text(row: PlanRow) -> Text:
    """Return what forbids a project its former site by itself; nothing where nothing does."""
    former, said = row.former_site_id, row.move.demanded if row.move else ""
    if not said:
        return Text("")
    closed = row.former_closed
    if closed.zh or closed.en:
        return Text(f"{former}：{closed.get('zh')}", f"{former}: {closed.get('en')}")
    if said == f"{former} is no candidate any more":
        return Text(f"{former} 已不是其备选", said)
    if said.startswith("locked to "):
        return Text(f"已另锁定于 {said.removeprefix('locked to ')}", f"it is {said}")
    return Text(f"{former}：{said}", f"{former}: {said}")


def spaced(lead: str, text: str) -> str:
    """Return Chinese followed by a text, with a blank before a Latin letter or a digit."""
    return f"{lead} {text}" if text[:1].isascii() else f"{lead}{text}"


def lock_text(row: PlanRow, names: Names) -> Text:
    """Return a lock and what it costs the plan, as one sentence; nothing without a lock."""
    if row.lock is None:
        return Text("")
    who, site = names.project(row.project.id), row.lock.site
    grounds = grounds_text(row.lock)
    zh = f"{who} 锁定于 {site}" + (f"（{grounds.zh}）" if grounds.zh else "")
    en = f"{who} is locked to {site}" + (f" ({grounds.en})" if grounds.en else "")
    if row.lock_cost is None:
        return Text(f"{zh}；代价未求。", f"{en}; what that costs was not worked out.")
    cost = cost_text(row.lock_cost)
    if not cost.zh:
        return Text(f"{zh}；方案未因此变差。", f"{en}; the plan is no worse for it.")
    return Text(f"{zh}；代价：{cost.zh}。", f"{en}; the price: {cost.en}.")


def summary_text(plan: CityPlan) -> Text:
    """Return what the plan comes to in one sentence: placed by class, points."""
    wanted, placed = Counter[int](), Counter[int]()
    for row in plan.rows:
        wanted[row.project.priority] += 1
        placed[row.project.priority] += row.option is not None
    classes = joined(
        Text(f"{level} 类 {placed[level]}/{wanted[level]}",
             f"class {level}: {placed[level]} of {wanted[level]}")
        for level in sorted(wanted)
    )  # fmt: skip
    points = sum(row.option.points for row in plan.placed if row.option)
    count, total = len(plan.placed), len(plan.rows)
    by_zh, by_en = (f"（{classes.zh}）", f" ({classes.en})") if wanted else ("", "")
    return Text(
        f"{total} 个项目，安排 {count} 个{by_zh}，总分 {points:,.2f}",
        f"{count} of {total} projects placed{by_en}, {points:,.2f} points in all",
    )
