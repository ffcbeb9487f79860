"""Red lines and the ledger: what was read, what was refused, whose use is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from siting.city import City
from siting.doctor.checks import Check, CheckStatus, Group, split
from siting.doctor.mends import mend_of
from siting.model import NO_TEXT, Atlas, Project, Refusal, Text
from siting.rules.base import Rule
from siting.rules.zoning import ZoningRule

#: How many names a line lists before it says how many there are in all.
LISTED_AT_MOST = 8


def examine_red_lines(city: City, atlas: Atlas) -> tuple[Check, ...]:
    """Count the red lines, list the refused ones and those without a project."""
    title = Text("红线", "red lines")
    lines, refused = atlas.red_lines, atlas.refused_red_lines
    found = Text(
        f"读入 {len(lines)} 条，拒绝 {len(refused)} 条",
        f"{len(lines)} read, {len(refused)} refused",
    )
    deviating = sum(bool(line.notes) for line in lines)
    details = [
        Text(f"{deviating} 条有读入说明，见 siting check", f"{deviating} bear notes: siting check")
    ]
    status, mend = CheckStatus.OK, NO_TEXT
    if not lines and not refused:
        status = CheckStatus.WARNING
        mend = Text(
            "在 city.toml 加 [[redlines]]，或用 siting check --redline FILE",
            "add [[redlines]] to city.toml, or use siting check --redline FILE",
        )
    checks = [
        Check(
            Group.WORK, "red_lines", title, status, found, mend, tuple(details if deviating else ())
        ),
        *(_refused(refusal) for refusal in refused),
    ]
    known = {project.id for project in atlas.projects}
    strays = [line.id for line in lines if line.project_id not in known]
    if strays and city.projects is not None:
        checks.append(_strays(strays))
    return tuple(checks)


def _refused(refusal: Refusal) -> Check:
    mend = mend_of(refusal.reason)
    return Check(
        Group.WORK,
        f"red_line {refusal.feature_id}",
        Text(f"红线 {refusal.feature_id}", f"red line {refusal.feature_id}"),
        CheckStatus.FAULT,
        split(refusal.reason),
        Text(
            f"{mend.get('zh')}；在此之前它未被核查",
            f"{mend.get('en')}; until then it is not checked",
        ),
    )


def _strays(ids: Sequence[str]) -> Check:
    return Check(
        Group.WORK,
        "red_lines_without_project",
        Text("台账外的红线", "red lines outside the ledger"),
        CheckStatus.WARNING,
        _listed(ids),
        Text(
            "在台账补登项目，或更正红线的项目代码（别名写入台账）；在此之前按全部规则核查",
            "enter the project into the ledger, or correct the red line's project id (aliases go "
            "into the ledger); until then every rule looks at them",
        ),
    )


def examine_ledger(
    city: City,
    atlas: Atlas,
    *,
    rules: Sequence[Rule],
    crosswalks: Mapping[tuple[str, str], Mapping[str, str]],
) -> tuple[Check, ...]:
    """Count the projects; name those whose use or code system no zoning rule understands."""
    title = Text("项目台账", "ledger")
    if city.projects is None:
        found = Text("未配置；每条红线按全部规则核查", "none: every rule looks at every red line")
        mend = Text("在 city.toml 加 [projects]", "add [projects] to city.toml")
        return (Check(Group.WORK, "ledger", title, CheckStatus.WARNING, found, mend),)
    number = len(atlas.projects)
    found = Text(f"{number} 个项目", f"{number} projects")
    checks = [Check(Group.WORK, "ledger", title, CheckStatus.OK, found)]
    without = [project.id for project in atlas.projects if not project.use]
    if without and any(_looks_at_uses(rule) for rule in rules):
        checks.append(_without_use(without))
    unknown = [each for each in atlas.projects if each.use and not each.code_system]
    if unknown:
        checks.append(_without_code_system(unknown))
    named = [each for each in atlas.projects if each.use and each.code_system]
    for rule in rules:
        if isinstance(rule, ZoningRule):
            lost = [
                each
                for each in named
                if rule.applies_to(each)
                and rule.translate(each.use, each.code_system, crosswalks) is None
            ]
            checks += [_without_counterpart(rule, lost)] if lost else []
    return tuple(checks)


def _looks_at_uses(rule: Rule) -> bool:
    targets = rule.targets
    is_for_some = bool(targets.uses or targets.not_uses)
    return is_for_some or isinstance(rule, ZoningRule) or any(e.uses for e in rule.exceptions)


def _without_use(ids: Sequence[str]) -> Check:
    return Check(
        Group.WORK,
        "uses",
        Text("用途未填的项目", "projects without a use"),
        CheckStatus.WARNING,
        _listed(ids),
        Text(
            "在台账填写用地代码；空缺时规划用途规则报“未查”，其他按用途区分的规则一律核查",
            "enter the use code into the ledger; without it zoning says 'not checked', and rules "
            "for certain uses look at the project in any case",
        ),
    )


def _without_code_system(projects: Sequence[Project]) -> Check:
    return Check(
        Group.WORK,
        "code_system",
        Text("代码体系未声明的项目", "projects of no declared code system"),
        CheckStatus.WARNING,
        _listed([project.id for project in projects]),
        Text(
            "在 [projects] 写 code_system；不会猜测（1001 在三调是铁路，在规划是工业）",
            "write code_system in [projects] of city.toml; it is never guessed (1001 is a railway "
            "in the survey, industry in the plan)",
        ),
    )


def _without_counterpart(rule: ZoningRule, projects: Sequence[Project]) -> Check:
    uses = _listed(sorted({f"{each.id} ({each.use}, {each.code_system})" for each in projects}))
    return Check(
        Group.WORK,
        f"uses {rule.code}",
        Text(f"{rule.code} 不识的用途", f"uses unknown to {rule.code}"),
        CheckStatus.WARNING,
        uses,
        Text(
            f"更正用地代码，或在规则库加到 {rule.code_system} 的 [[crosswalk]]",
            f"correct the codes, or add a [[crosswalk]] to {rule.code_system} to the rule book",
        ),
    )


def _listed(names: Sequence[str]) -> Text:
    shown, number = list(names[:LISTED_AT_MOST]), len(names)
    more_zh = f" 等 {number} 个" if number > LISTED_AT_MOST else ""
    more_en = f" … ({number})" if number > LISTED_AT_MOST else ""
    return Text("、".join(shown) + more_zh, ", ".join(shown) + more_en)
