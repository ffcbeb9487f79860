"""The pieces that a plan's sentences are made of: names, areas, decisions, costs, quotas, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from siting.allocate import Aim, Cost, Kind, Stage
from siting.model import (
    KIND_NAMES,
    SQUARE_METRES_PER_HECTARE,
    SQUARE_METRES_PER_MU,
    Option,
    Text,
)
from siting.planning.records import Block, CityPlan, Decided, Decision, PlanRow, QuotaUse

DECIDED_NAMES: Mapping[Decided, Text] = {
    Decided.LOCK: Text("锁定", "lock"),
    Decided.REFUSED: Text("不同意", "refused"),
    Decided.SOLD: Text("已有归属", "sold"),
}
BLOCK_NAMES: Mapping[Kind, Text] = {
    Kind.PLACED: Text("项目", "project"),
    Kind.QUOTA: Text("指标", "quota"),
    Kind.LOCK: Text("锁定", "lock"),
    Kind.FORBIDDEN: Text("不同意", "refused"),
    Kind.PROMISED: Text("已有归属", "promised"),
}
"""What each kind of thing that stands in a project's way is called."""
DEDUCTION_NAMES: Mapping[str, Text] = {
    "must_acquire": Text("须先征收", "must first be acquired"),
    "assembled": Text("多宗拼合", "assembled"),
    "carved": Text("宗地内划出", "carved"),
    "restricted": Text("涉及限制性规则", "meets a restricted rule"),
    "not_checked": Text("未查全", "not checked in full"),
    "elsewhere": Text("须放弃现红线", "gives up the present red line"),
    "not_on_offer": Text("占用未可供宗地或道路", "takes parcels that are not on offer, or streets"),
}
"""For what a plan takes points off a score."""
_AMOUNTS: Mapping[str, Text] = {
    "sites": Text("用地宗数", "sites"),
    "area_m2": Text("用地面积", "land"),
    "new_construction_m2": Text("新增建设用地", "new construction land"),
    "farmland_m2": Text("占用农用地", "farmland converted"),
}
#: Points are counted in hundredths where plans are made.
HUNDREDTHS_PER_POINT = 100


def joined(texts: Iterable[Text], *, zh: str = "、", en: str = ", ") -> Text:
    """Return texts one after the other with something between them; those without words go."""
    told = [text for text in texts if text.zh or text.en]
    return Text(zh.join(text.get("zh") for text in told), en.join(text.get("en") for text in told))


def area_text(area_m2: float) -> Text:
    """Return an area in hectares and mu, as the reports have it."""
    hectares = f"{area_m2 / SQUARE_METRES_PER_HECTARE:,.4f}"
    mu = f"{area_m2 / SQUARE_METRES_PER_MU:,.2f}"
    return Text(f"{hectares} 公顷（{mu} 亩）", f"{hectares} ha ({mu} mu)")


def gap_share_text(gap: float) -> str:
    """Return a gap (0–1) in percent, never less than it is: 0 only where it is 0."""
    if gap <= 0:
        return "0 %"
    percent = 100 * gap
    return "< 0.001 %" if percent < 0.001 else f"{percent:.3g} %"


@dataclass(frozen=True, eq=False)
class Names:
    """What the projects, sites, districts, rules and quotas of a plan are called."""

    plan: CityPlan

    @cached_property
    def rows(self) -> Mapping[str, PlanRow]:
        """The rows by project."""
        return {row.project.id: row for row in self.plan.rows}

    @cached_property
    def quotas(self) -> Mapping[str, QuotaUse]:
        """The quotas by name."""
        return {use.spec.name: use for use in self.plan.quotas}

    def project(self, project_id: str) -> str:
        """Return a project's id with its name, or the id alone where it is not in the plan."""
        row = self.rows.get(project_id)
        return f"{project_id} {row.project.name}".rstrip() if row else project_id

    def district(self, code: str) -> str:
        """Return the name of a district, or its code."""
        return self.plan.origin.district_names.get(code, code)

    def rules(self, codes: Iterable[str]) -> Text:
        """Return what the rules (or filters) of some codes are called."""
        titles = self.plan.origin.titles
        return joined(titles.get(code, Text(code)) for code in codes)

    def site_of(self, project_id: str) -> str:
        """Return the site that a project gets, or an empty text."""
        row = self.rows.get(project_id)
        return row.option.site.id if row and row.option else ""


def kind_text(option: Option) -> Text:
    """Return what land a site is, with the classes of its land."""
    kinds = dict.fromkeys((option.site.kind, *option.site.classes))
    return joined((KIND_NAMES[kind] for kind in kinds), en=" and ")


def site_text(option: Option, names: Names) -> Text:
    """Return a site with what it is, its points, area and district."""
    what, area = kind_text(option), area_text(option.site.area_m2)
    district = names.district(option.site.district)
    place = (f"，{district}", f", {district}") if district else ("", "")
    points = f"{option.points:.2f}"
    return Text(
        f"{option.site.id}（{what.zh}，推荐 {points} 分，{area.zh}{place[0]}）",
        f"{option.site.id} ({what.en}, {points} points, {area.en}{place[1]})",
    )


def deductions_text(option: Option) -> Text:
    """Return for what points were taken off the score; nothing where none were."""
    taken = {cause: points for cause, points in option.deductions.items() if points}
    if not taken:
        return Text("")
    parts = joined(
        Text(f"{name.get('zh')} {points:g}", f"{name.get('en')} {points:g}")
        for cause, points in taken.items()
        for name in (DEDUCTION_NAMES.get(cause, Text(cause)),)
    )
    return Text(
        f"得分 {option.score:.2f}，扣分：{parts.zh}",
        f"score {option.score:.2f}, taken off: {parts.en}",
    )


def decision_text(decision: Decision, names: Names) -> Text:
    """Return a decision: what about which site, for whom, by whom, when and why."""
    name = DECIDED_NAMES[decision.decided]
    whom = f" → {names.project(decision.project_id)}" if decision.project_id else ""
    grounds = grounds_text(decision)
    return Text(
        f"{name.zh}：{decision.site}{whom}" + (f"（{grounds.zh}）" if grounds.zh else ""),
        f"{name.en}: {decision.site}{whom}" + (f" ({grounds.en})" if grounds.en else ""),
    )


def grounds_text(decision: Decision) -> Text:
    """Return by whom, when, why, and where a decision was read; nothing where nobody says."""
    dated = decision.dated.isoformat() if decision.dated else ""
    told = (decision.by, dated, decision.reason, decision.source)
    return joined((Text(text) for text in told), zh="，")


def block_text(block: Block, names: Names) -> Text:
    """Return one thing that stands in a project's way, in the words it came with or in ours."""
    if block.text.zh or block.text.en:
        return block.text
    if block.kind in {Kind.PLACED, Kind.LOCK}:
        return _taken_text(block, names)
    if block.kind is Kind.QUOTA:
        use = names.quotas.get(block.name)
        return _limit_text(use) if use else Text(f"指标 {block.name}", f"quota {block.name}")
    if block.kind is Kind.FORBIDDEN:
        return Text(f"{block.name} 已被否定", f"{block.name} was refused")
    return Text(f"{block.name} 已归他人", f"{block.name} belongs to somebody else")


def _limit_text(use: QuotaUse) -> Text:
    """Return a quota with its limit and what this plan uses of it, in short: it is a reason."""
    limit, used = (_short_amount_text(each, use.spec.unit) for each in (use.spec.limit, use.used))
    return Text(
        f"指标“{quota_name(use, 'zh')}”（上限 {limit.zh}，本方案已用 {used.zh}）",
        f"the quota '{quota_name(use, 'en')}' (limit {limit.en}, this plan uses {used.en} of it)",
    )


def _short_amount_text(amount: float, unit: str) -> Text:
    if unit == "sites":
        return amount_text(amount, unit)
    hectares = f"{amount / SQUARE_METRES_PER_HECTARE:,.4f}"
    return Text(f"{hectares} 公顷", f"{hectares} ha")


def _taken_text(block: Block, names: Names) -> Text:
    """Return which site another project gets, or is locked to."""
    who, site = names.project(block.name), names.site_of(block.name)
    if not site:
        return Text(who)
    if block.kind is Kind.LOCK:
        lock = names.rows[block.name].lock
        grounds = grounds_text(lock) if lock is not None else Text("")
        zh, en = f"{who} 锁定于 {site}", f"{who} is locked to {site}"
        if grounds.zh:
            zh, en = f"{zh}（{grounds.zh}）", f"{en} ({grounds.en})"
        return Text(zh, en)
    return Text(f"{who} 得到 {site}", f"{who} gets {site}")


def sites_en(count: int) -> str:
    """Return a number of sites in English: one site, two sites."""
    return f"{count:,} site{'' if count == 1 else 's'}"


def amount_name(unit: str) -> Text:
    """Return what a quota counts: sites, land, new construction land or farmland."""
    return _AMOUNTS.get(unit, Text(unit))


def amount_text(amount: float, unit: str) -> Text:
    """Return what a quota counts: sites, or an area."""
    if unit == "sites":
        return Text(f"{amount:,.0f} 宗", sites_en(round(amount)))
    return area_text(amount)


def quota_text(use: QuotaUse) -> Text:
    """Return how much of a quota is used, what is left, and what was counted without knowing."""
    spec = use.spec
    used, limit = amount_text(use.used, spec.unit), amount_text(spec.limit, spec.unit)
    left = amount_text(max(0.0, spec.limit - use.used), spec.unit)
    what = amount_name(spec.unit)
    zh = f"“{quota_name(use, 'zh')}”：{what.zh}已用 {used.zh}，上限 {limit.zh}，余 {left.zh}"
    en = f"'{quota_name(use, 'en')}': {what.en}, {used.en} used of {limit.en}, {left.en} left"
    if use.unknown_m2:
        unknown = area_text(use.unknown_m2)
        zh += f"，其中 {unknown.zh}地类不明、全部计入"
        en += f", of it {unknown.en} of unknown use, counted in full"
    return Text(zh, en)


def quota_name(use: QuotaUse, language: str) -> str:
    """Return what a quota is called: its title, or its name."""
    return use.spec.title.get(language) or use.spec.name


def cost_text(cost: Cost) -> Text:
    """Return what something costs the plan, class by class; nothing where it costs nothing."""
    parts = []
    for level, lost in sorted(cost.placed.items()):
        if lost:
            count, many = abs(lost), "s" if abs(lost) > 1 else ""
            less, fewer = ("少", "fewer") if lost > 0 else ("多", "more")
            parts.append(
                Text(
                    f"{level} 类{less}安排 {count} 个项目",
                    f"{count} {fewer} project{many} of class {level} placed",
                )
            )
    if cost.score:
        points = f"{abs(cost.score) / HUNDREDTHS_PER_POINT:.2f}"
        less, fewer = ("少", "fewer") if cost.score > 0 else ("多", "more")
        parts.append(Text(f"总分{less} {points} 分", f"{points} {fewer} points in all"))
    if cost.kept:
        count, many = abs(cost.kept), "s" if abs(cost.kept) > 1 else ""
        less, fewer = ("少", "fewer") if cost.kept > 0 else ("多", "more")
        parts.append(
            Text(
                f"保持不动的项目{less} {count} 个",
                f"{count} {fewer} project{many} left where it was",
            )
        )
    return joined(parts, zh="，")


def stage_name(stage: Stage) -> Text:
    """Return what a stage makes as large as it can be."""
    if stage.aim is Aim.PLACED:
        return Text(f"安排 {stage.priority} 类项目", f"placing projects of class {stage.priority}")
    if stage.aim is Aim.SCORE:
        return Text("总分", "points in all")
    return Text("保持不动的项目", "projects left where they were")


def stage_value_text(stage: Stage, value: int) -> str:
    """Return a value of a stage: projects, or points with two decimals."""
    return f"{value / HUNDREDTHS_PER_POINT:,.2f}" if stage.aim is Aim.SCORE else f"{value:,}"


def proof_text(plan: CityPlan) -> Text:
    """Return how good the plan is provably: the best there is, or how far below that at most.

    That holds among the sites that were weighed: where projects have more, it is said.
    """
    more = _more_sites_text(plan)
    if plan.is_proved:
        return Text(
            f"已证明最优：以计入的备选，没有更好的方案{more.zh}",
            f"proved to be the best: with the sites that were weighed no plan does better{more.en}",
        )
    parts = [
        Text(
            f"{stage_name(stage).zh}达 {stage_value_text(stage, stage.value)}，"
            f"至多可达 {stage_value_text(stage, stage.bound)}（差距 {gap_share_text(stage.gap)}）",
            f"{stage_name(stage).en}: {stage_value_text(stage, stage.value)}, at most "
            f"{stage_value_text(stage, stage.bound)} possible (gap {gap_share_text(stage.gap)})",
        )
        for stage in plan.stages
        if not stage.is_proved
    ]
    told, gap = joined(parts, zh="；", en="; "), gap_share_text(plan.gap)
    return Text(
        f"未证明最优，与上限的差距至多 {gap}：{told.zh}{more.zh}",
        f"not proved to be the best, at most {gap} below the bound: {told.en}{more.en}",
    )


def _more_sites_text(plan: CityPlan) -> Text:
    count = sum(row.is_cut_short for row in plan.rows)
    if not count:
        return Text("")
    return Text(
        f"；{count} 个项目另有未计入的备选",
        f"; {count} project{'' if count == 1 else 's'} had more sites than were weighed",
    )
