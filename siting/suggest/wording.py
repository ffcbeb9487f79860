"""The sentences of a suggestion: why it ranks there, and what a planner must know of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from siting.candidates import SUPPLY, USE, Parcels
from siting.city import SuggestSpec
from siting.criteria import Choice, plan_state_of
from siting.model import LeftOutCriterion, Site, SiteKind, Text
from siting.rulebook import RuleBook
from siting.suggest.yardstick import Measured, Yardstick

#: So many of the largest contributions make the sentence.
REASONS = 3
UNKNOWN = "未知"
#: How classes of land are called.
_CLASSES: Mapping[SiteKind, Text] = {
    SiteKind.LAND_BANK: Text("储备土地", "land-bank land"),
    SiteKind.LOW_EFFICIENCY: Text("低效用地", "low-efficiency land"),
    SiteKind.IDLE: Text("闲置土地", "idle land"),
    SiteKind.RENEWAL: Text("更新改造用地", "renewal land"),
}
#: How filters that could not be compared are called beside the codes of rules.
NOT_COMPARED: Mapping[str, Text] = {
    USE: Text("规划用途", "plan use"),
    SUPPLY: Text("供应与登记状态", "supply and registration"),
}


def titles_of(codes: Iterable[str], rule_book: RuleBook) -> list[Text]:
    """Return what people call each rule, or each filter that could not be compared."""
    titles = {rule.code: rule.title for rule in rule_book.rules}
    return [titles.get(code) or NOT_COMPARED.get(code) or Text(code) for code in codes]


def why_text(
    measured: Measured,
    yardstick: Yardstick,
    *,
    what: Text,
    resolves: Sequence[Text],
    not_checked: Sequence[Text],
) -> Text:
    """Return one sentence from the largest contributions (ties in the order of criteria).

    ``what`` says what land it is (:func:`what_text`) and stands first. ``resolves`` and
    ``not_checked`` are the titles of rules: a deputy mayor knows no codes. Criteria whose
    figure is unknown are named: they count as worth nothing.
    """
    points, figures = measured.score.parts, measured.measures
    spoken = [each for each in yardstick.criteria if points.get(each.name, 0) > 0]
    top = sorted(spoken, key=lambda each: -points[each.name])[:REASONS]
    reasons = [each.measure.phrase_for(figures[each.name], yardstick.wish) for each in top]
    if what.zh:
        reasons.insert(0, what)
    zh = "，".join(reason.zh for reason in reasons) or "符合需求"
    en = ", ".join(reason.en for reason in reasons) or "fits the demand"
    if resolves:
        zh += f"；化解现红线的冲突：{'、'.join(text.get('zh') for text in resolves)}"
        en += "; resolves conflicts of the present red line: "
        en += ", ".join(text.get("en") for text in resolves)
    unknown = unknown_text(measured, yardstick)
    if unknown.zh:
        zh, en = f"{zh}；{unknown.zh}", f"{en}; {unknown.en}"
    if not_checked:
        zh += f"；未核查：{'、'.join(text.get('zh') for text in not_checked)}"
        en += f"; not checked: {', '.join(text.get('en') for text in not_checked)}"
    return Text(zh + "。", en[:1].upper() + en[1:] + ".")


def unknown_text(measured: Measured, yardstick: Yardstick) -> Text:
    """Return which criteria are unknown for a site, and why where that is known; else nothing."""
    names = [each for each in yardstick.criteria if math.isnan(measured.measures[each.name])]
    if not names:
        return Text("")
    reasons = [(each.title, measured.reasons.get(each.name)) for each in names]
    zh = "、".join(
        title.get("zh") + (f"（{why.get('zh')}）" if why else "") for title, why in reasons
    )
    en = ", ".join(
        title.get("en") + (f" ({why.get('en')})" if why else "") for title, why in reasons
    )
    return Text(f"数据不明、按最差计：{zh}", f"unknown, counted as worst: {en}")


def what_text(site: Site) -> Text:
    """Return what land a site is: empty for a whole parcel of no class."""
    count, classes = len(site.parcel_ids), [_CLASSES[kind] for kind in site.classes]
    zh, en = "、".join(text.zh for text in classes), " and ".join(text.en for text in classes)
    if not site.kind.is_made:
        return Text(zh, en)
    width = f"{site.least_width_m:,.0f}"
    many = "s" if count > 1 else ""
    if site.kind is SiteKind.ASSEMBLED:
        facts_zh, facts_en = [], []
        if site.owners is not None:
            facts_zh.append(f"{site.owners} 种权属")
            facts_en.append(f"{site.owners} kind{'s' if site.owners > 1 else ''} of ownership")
        if site.lane_m2:
            facts_zh.append(f"含宗地间巷道 {site.lane_m2:,.0f} m²")
            facts_en.append(f"with {site.lane_m2:,.0f} m² of lanes between them")
        made = Text(f"由相邻 {count} 宗地拼合", f"put together from {count} neighbouring parcels")
    else:
        facts_zh, facts_en = [f"最窄处 {width} m"], [f"nowhere narrower than {width} m"]
        if site.frontage_m:
            facts_zh.append(f"临路 {site.frontage_m:,.0f} m")
            facts_en.append(f"{site.frontage_m:,.0f} m on a road")
        made = Text(f"自 {count} 宗地中划出", f"drawn inside {count} parcel{many}")
    if classes:
        facts_zh.append(f"有{zh}")
        facts_en.append(f"some of it {en}")
    if not facts_zh:
        return made
    return Text(f"{made.zh}（{'，'.join(facts_zh)}）", f"{made.en} ({', '.join(facts_en)})")


def attributes_of(row: int, parcels: Parcels, spec: SuggestSpec) -> dict[str, str]:
    """Return what a planner asks first of a parcel, as text; an unknown state says so."""
    zone, share = str(parcels.zoned.use[row]), float(parcels.zoned.share[row])
    named = (
        ("现状用途", spec.use_column),
        ("供应状态", spec.supply_column),
        ("征收收储状态", spec.acquisition_column),
        ("权属", spec.ownership_column),
        ("土地储备", spec.land_bank_column),
    )
    found = {title: parcels.text(column, row) or UNKNOWN for title, column in named if column}
    if parcels.zoned.known:
        found["规划用途"] = f"{zone}（占宗地 {share:.0%}）" if zone else "无规划用地覆盖"
    if spec.plan_state_column:
        found["控规状态"] = plan_state_of(row, parcels, spec) or UNKNOWN
    for column, title in spec.show_columns.items():
        found[title] = parcels.text(column, row) or UNKNOWN
    return found


def joined(notes: Iterable[Text]) -> Text | None:
    """Return several notes as one, or None when there are none."""
    kept = [note for note in dict.fromkeys(notes) if note.zh or note.en]
    if not kept:
        return None
    return Text("；".join(n.get("zh") for n in kept), "; ".join(n.get("en") for n in kept))


def left_out_note(left_out: Sequence[LeftOutCriterion]) -> Text:
    """Return which criteria could not be measured; the others carry their weight."""
    if not left_out:
        return Text("")
    zh = "、".join(f"{each.title.get('zh')}（缺{each.needs.get('zh')}）" for each in left_out)
    en = ", ".join(f"{each.title.get('en')} (without {each.needs.get('en')})" for each in left_out)
    return Text(
        f"未计入评分，其权重由其余各项分担：{zh}",
        f"not scored, their weight is carried by the others: {en}",
    )


def choice_note(choice: Choice) -> Text:
    """Return which profile a project got and why; nothing where the general one is the default."""
    if choice.is_default:
        return Text("")
    title, why = choice.profile.title, choice.why
    return Text(
        f"按“{title.get('zh')}”标准评分（{why.get('zh')}）",
        f"scored by the profile '{title.get('en')}' ({why.get('en')})",
    )
