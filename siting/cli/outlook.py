"""What the terminal adds for one red line: bands, what blocks alone, the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from siting.model import Finding, Lift, RedLineResult, RuleSummary, Step, Verdict

_WAYS = {
    "fix_data": ("补正数据", "fix the data"),
    "avoid": ("避让（调整红线）", "avoid: move the line"),
    "ask_authority": ("征求主管部门意见", "ask the authority"),
    "adjust_plan": ("调整规划", "adjust the plan"),
}


def word(pair: Sequence[str], language: str) -> str:
    """Return the Chinese or the English word of a pair."""
    return pair[1] if language == "en" else pair[0]


def near_text(verdict: Verdict) -> str:
    """Return the nearest feature, with what stands before it; empty where none is known."""
    near = verdict.near
    if near is None or not near.feature_id:
        return ""
    name = f"{near.feature_name} " if near.feature_name else ""
    return f" · {name}{near.layer}/{near.feature_id}"


def band_lines(verdict: Verdict, findings: Mapping[str, Finding], language: str) -> Iterator[str]:
    """Yield the interval of each overlap, and once per reason why others have none."""
    missing: dict[str, int] = {}
    for finding in (findings[finding_id] for finding_id in verdict.finding_ids):
        if finding.band_missing is not None:
            text = finding.band_missing.get(language)
            missing[text] = missing.get(text, 0) + 1
        band = finding.band
        if band is None:
            continue
        certainty = ("确定", "certain") if band.is_certain else ("可能", "possible")
        yield (
            f"      ± {finding.feature_id or finding.layer} {band.area_m2_min:,.2f}–"
            f"{band.area_m2_max:,.2f} m² · σ {band.sigma_m:.2f} m · {word(certainty, language)}"
        )
    for text, count in missing.items():
        yield f"      ± {text} ({count})"


def way_lines(
    result: RedLineResult, rules: Mapping[str, RuleSummary], language: str
) -> Iterator[str]:
    """Yield what each line blocks alone, then the steps to a stable red line."""
    shown = [lift for lift in result.lifts if not lift.is_role or len(lift.codes) > 1]
    if shown:
        lead = ("若放开其一，可释放（平面）：", "if only one were lifted, freed (planar):")
        yield f"  ⊖ {word(lead, language)}"
        yield from (_lift_line(lift, rules, language) for lift in shown)
    if result.path:
        lead = ("最省的稳定路径：", "cheapest path to a stable red line:")
        yield f"  ⇒ {word(lead, language)}"
        for number, step in enumerate(result.path, start=1):
            yield from _step_lines(number, step, language)
        if result.is_incomplete:
            tail = (
                "另有未查事项，补齐后须重查",
                "some matters were not checked: mend and check again",
            )
            yield "      " + click.style(word(tail, language), fg="yellow")


def _lift_line(lift: Lift, rules: Mapping[str, RuleSummary], language: str) -> str:
    if lift.is_role:
        layer = word(("图层", "layer"), language)
        name = f"{layer} {lift.name} ({', '.join(lift.codes)})"
    else:
        title = rules[lift.name].title.get(language) if lift.name in rules else ""
        name = f"{lift.name} {title}"
    area = f"{lift.freed_m2:,.2f} m²"
    sole = word(("只有该线阻挡", "only this line blocks"), language)
    return f"      {name}: {area}" + (f" · {click.style(sole, bold=True)}" if lift.is_sole else "")


def _step_lines(number: int, step: Step, language: str) -> Iterator[str]:
    codes = ", ".join(step.codes)
    area = f" · {step.area_m2:,.2f} m²" if step.area_m2 > 0 else ""
    if step.leaves_m2 is not None and step.area_m2 > 0:
        area += f" · {word(('余', 'leaves'), language)} {step.leaves_m2:,.2f} m²"
    yield f"      {number}. {word(_WAYS[str(step.way)], language)} [{codes}]{area}"
    for text in step.texts:
        yield f"         {text.get(language)}"
    offices = "、".join(office.get(language) for office in step.offices)
    lines = (
        (("部门：", "office: "), offices),
        (("材料：", "papers: "), "、".join(step.papers)),
        (("一并解决：", "settles as well: "), ", ".join(step.also_settles)),
        (("可能适用例外：", "an exception may apply: "), "; ".join(step.exceptions)),
    )
    for lead, said in lines:
        if said:
            yield f"         {word(lead, language)}{said}"
