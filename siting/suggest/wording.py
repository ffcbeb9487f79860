"""The sentences of a suggestion: why it ranks there, and what a planner must know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from siting import score
from siting.candidates import SUPPLY, USE, Parcels
from siting.city import SuggestSpec
from siting.model import Site, SiteKind, Text
from siting.rulebook import RuleBook
from siting.suggest.measures import Place, plan_state_of

#: So many of the largest contributions make the sentence.
REASONS = 3
UNKNOWN = "未知"
#: An area nearer to the middle of the range than this share of its half is called close.
CLOSE_SHARE = 1 / 3

_PHRASES: Mapping[str, Callable[[float], Text]] = {
    score.SAME_DISTRICT: lambda _: Text("在意向区内", "in the wanted district"),
    score.ROAD: lambda value: Text(f"距道路 {value:,.0f} m", f"{value:,.0f} m from a road"),
    score.METRO: lambda value: Text(
        f"距地铁站 {value:,.0f} m", f"{value:,.0f} m from a metro station"
    ),
    score.AREA_FIT: lambda value: Text(
        "面积贴近需求" if value < CLOSE_SHARE else "面积在需求范围内",
        "area close to the demand" if value < CLOSE_SHARE else "area within the demand",
    ),
    score.ACQUISITION: lambda value: Text(
        "征收收储已完成" if value >= 1 else "征收收储进行中",
        "acquired" if value >= 1 else "acquisition under way",
    ),
    score.PLAN_STATE: lambda value: Text(
        "控规已批" if value >= 1 else "控规编制中",
        "plan approved" if value >= 1 else "plan being drawn up",
    ),
    score.COMPACTNESS: lambda value: Text(
        f"形状规整（{value:.2f}）", f"compact shape ({value:.2f})"
    ),
    # "among the rules checked": what was not checked may not read as clear
    score.BURDEN: lambda value: Text(
        "已核查的规则中无其他限制" if value == 0 else "限制较少",
        "no further restriction among the rules checked" if value == 0 else "few restrictions",
    ),
}
#: How classes of land are called.
_CLASSES: Mapping[SiteKind, Text] = {
    SiteKind.LAND_BANK: Text("储备土地", "land-bank land"),
    SiteKind.LOW_EFFICIENCY: Text("低效用地", "low-efficiency land"),
    SiteKind.IDLE: Text("闲置土地", "idle land"),
    SiteKind.RENEWAL: Text("更新改造用地", "renewal land"),
}
#: How filters that could not be compared are called beside the codes of rules.
_NOT_COMPARED: Mapping[str, Text] = {
    USE: Text("规划用途", "plan use"),
    SUPPLY: Text("供应与登记状态", "supply and registration"),
}


def titles_of(codes: Iterable[str], rule_book: RuleBook) -> list[Text]:
    """Return what people call each rule, or each filter that could not be compared."""
    titles = {rule.code: rule.title for rule in rule_book.rules}
    return [titles.get(code) or _NOT_COMPARED.get(code) or Text(code) for code in codes]


def why_text(
    contributions: Mapping[str, float],
    measures: Mapping[str, float],
    *,
    place: Place,
    what: Text,
    resolves: Sequence[Text],
    not_checked: Sequence[Text],
) -> Text:
    """Return one sentence from the largest contributions (ties in the order of criteria).

    ``what`` says what land it is (:func:`what_text`) and stands first. ``resolves`` and
    ``not_checked`` are the titles of rules: a deputy mayor knows no codes.
    """
    top = sorted(
        (name for name in score.CRITERIA if contributions.get(name, 0.0) > 0),
        key=lambda name: -contributions[name],
    )[:REASONS]
    reasons = [_phrase(name, measures[name], place) for name in top]
    if what.zh:
        reasons.insert(0, what)
    zh = "，".join(reason.zh for reason in reasons) or "符合需求"
    en = ", ".join(reason.en for reason in reasons) or "fits the demand"
    if resolves:
        zh += f"；化解现红线的冲突：{'、'.join(text.get('zh') for text in resolves)}"
        en += "; resolves conflicts of the present red line: "
        en += ", ".join(text.get("en") for text in resolves)
    if not_checked:
        zh += f"；未核查：{'、'.join(text.get('zh') for text in not_checked)}"
        en += f"; not checked: {', '.join(text.get('en') for text in not_checked)}"
    return Text(zh + "。", en[:1].upper() + en[1:] + ".")


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


def _phrase(name: str, measure: float, place: Place) -> Text:
    if name != score.DISTANCE:
        return _PHRASES[name](measure)
    if place.has_red_line:
        if measure == 0:
            return Text("与现红线相接或相叠", "touching the present red line")
        return Text(f"距现红线 {measure:,.0f} m", f"{measure:,.0f} m from the present red line")
    return Text(
        f"距意向区中心 {measure:,.0f} m", f"{measure:,.0f} m from the middle of the wanted district"
    )


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


def left_out_note(left_out: Sequence[tuple[Text, Text]]) -> Text:
    """Return which criteria could not be measured; the others carry their weight."""
    if not left_out:
        return Text("")
    zh = "、".join(f"{title.get('zh')}（缺{needs.get('zh')}）" for title, needs in left_out)
    en = ", ".join(f"{title.get('en')} (without {needs.get('en')})" for title, needs in left_out)
    return Text(
        f"未计入评分，其权重由其余各项分担：{zh}",
        f"not scored, their weight is carried by the others: {en}",
    )
