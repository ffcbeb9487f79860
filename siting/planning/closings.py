"""In words, why a site is closed to a project: a decision, others' land, a distance to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from siting.city import SeparationSpec
from siting.model import NO_TEXT, Text
from siting.planning.records import Decision
from siting.planning.standing import Closure, Holder


def refused_text(decision: Decision) -> Text:
    """Say who refused a site, and why."""
    return _decided(decision, Text("不同意该用地", "refused"))


def sold_text(decision: Decision) -> Text:
    """Say whose the land is."""
    holder = decision.project_id
    what = (
        Text(f"土地归 {holder}", f"the land is {holder}'s")
        if holder
        else Text("土地已供出", "the land is sold")
    )
    return _decided(decision, what)


def _decided(decision: Decision, what: Text) -> Text:
    """Say what was decided, by whom, when, and why, as far as that is written."""
    dated = decision.dated.isoformat() if decision.dated else ""
    zh = "，".join(part for part in (decision.by, dated, decision.reason) if part)
    en = ", ".join(part for part in (decision.by, dated, decision.reason) if part)
    return Text(what.zh + (f"（{zh}）" if zh else ""), what.get("en") + (f" ({en})" if en else ""))


def held_text(holders: Sequence[Holder]) -> Text:
    """Say whose red line or promised parcel the land of a site is."""
    said = [_holder(holder) for holder in holders]
    return Text(
        "用地属于" + "、".join(text.zh for text in said),
        "its land belongs to " + ", ".join(text.get("en") for text in said),
    )


def _holder(holder: Holder) -> Text:
    who = holder.project_id
    if holder.parcel_id:
        return Text(
            f"台账承诺给 {who} 的宗地 {holder.parcel_id}",
            f"parcel {holder.parcel_id}, which the ledger promises to {who}",
        )
    line = holder.red_line_id
    if not who:
        return Text(f"红线 {line}", f"the red line {line}")
    return Text(f"{who} 的红线 {line}", f"the red line {line} of {who}")


def too_near_text(closures: Sequence[Closure], specs: Sequence[SeparationSpec]) -> Text:
    """Say from which red lines a site does not keep the distance that a rule asks for."""
    rules = {spec.name: spec for spec in specs}
    said = [_closure(closure, rules) for closure in closures]
    return Text("；".join(text.zh for text in said), "; ".join(text.get("en") for text in said))


def _closure(closure: Closure, rules: Mapping[str, SeparationSpec]) -> Text:
    rule = rules[closure.rule]
    line, distance = closure.red_line_id, f"{closure.distance_m:,.1f} m"
    unknown = Text("（用途未知，按适用处理）", " (its use is not known)")
    doubt = NO_TEXT if closure.is_sure else unknown
    return Text(
        f"距红线 {line} 仅 {distance}，“{rule.title.zh}”要求 {rule.distance_m:g} m{doubt.zh}",
        f"only {distance} from the red line {line}: '{rule.title.get('en')}' asks for "
        f"{rule.distance_m:g} m{doubt.en}",
    )
