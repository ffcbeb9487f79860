"""What stands at the head of every file of a plan: of which city, on what ground, how good."""

from __future__ import annotations

from siting.model import Text
from siting.planning.document import plan_identity
from siting.planning.phrases import proof_text, stage_name, stage_value_text
from siting.planning.records import CityPlan
from siting.planning.wording import summary_text


def facts_of(plan: CityPlan) -> tuple[tuple[Text, Text], ...]:
    """Return what a plan is in pairs of a heading and its content; empty ones are left out."""
    origin = plan.origin
    scenario = Text(
        f"{plan.scenario} {plan.title.get('zh')}".strip(),
        f"{plan.scenario} {plan.title.get('en')}".strip(),
    )
    facts = [
        (Text("密级", "marking"), origin.secrecy),
        (Text("城市", "city"), origin.city),
        (Text("情景", "scenario"), scenario),
        (Text("基准日", "as of"), Text(plan.as_of.isoformat())),
        (Text("坐标系", "CRS"), Text(plan.crs)),
        (Text("规则库", "rule book"), Text(origin.rule_book)),
        (Text("报告指纹", "report"), Text(origin.report_identity)),
        (Text("计划指纹", "plan"), Text(plan_identity(plan))),
        (Text("总览", "summary"), summary_text(plan)),
        (Text("优化程度", "how good"), proof_text(plan)),
    ]
    for stage in plan.stages:
        value, bound = (stage_value_text(stage, each) for each in (stage.value, stage.bound))
        told = Text(f"{value}，上限 {bound}", f"{value} of at most {bound}")
        facts.append((stage_name(stage), told))
    return tuple((what, told) for what, told in facts if told.zh or told.en)
