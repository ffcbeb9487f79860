"""Why a verdict differs: every input of it that differs is named, and none is guessed.

A verdict is a function of the red line, its project, the rule, the layers that the rule
needs and the programs. Where exactly one of them differs, that one is the cause; where
several do, all are named; what the reports do not record is said to be unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from siting.diff.layer_causes import layer_causes
from siting.diff.records import Cause, CauseKind, FeatureFate
from siting.diff.scene import RED_LINES_LAYER, RIVALS, Case, Scene
from siting.diff.snapshot import RedLineView, Refused, RuleView, Snapshot

#: Which field of the ledger a rule looks at by which of its figures.
_FIELDS_BY_FIGURE = {
    "form": ("targets.forms", "exceptions"),
    "use": ("targets.uses", "targets.not_uses", "exceptions", "allows"),
    "kind": ("targets.kinds", "exceptions"),
    "code_system": ("code_system",),
    "stage": ("targets.stages",),
    "supply_mode": ("targets.supply_modes",),
    "area_m2_min": ("against",),
    "area_m2_max": ("against",),
}


def causes_of(case: Case) -> tuple[Cause, ...]:
    """Return what differs of everything that the verdict depends on, sorted by kind.

    Parameters
    ----------
    case
        A rule on a red line whose verdict or findings differ.

    Returns
    -------
    tuple
        Never empty: where nothing recorded differs, that is said (``undetermined``).
    """
    found = [
        *rule_causes(case.code, case.scene),
        *_red_line_causes(case),
        *_project_causes(case),
        *_rival_causes(case),
        *layer_causes(case),
        *crs_causes(case.scene),
        *program_causes(case.scene),
    ]
    found = [cause for cause in found if _bears_on(cause, case)]
    if not any(cause.kind is not CauseKind.UNDETERMINED for cause in found):
        found.append(_nothing_differs(is_something_missing=bool(found)))
    order = list(CauseKind)
    return tuple(sorted(set(found), key=lambda cause: (order.index(cause.kind), cause)))


#: What alone can turn a conflict with the same findings into one of another weight.
_WEIGHING = (
    CauseKind.RULE, CauseKind.RULE_SEVERITY, CauseKind.PROJECT, CauseKind.PROGRAM,
)  # fmt: skip


def _bears_on(cause: Cause, case: Case) -> bool:
    """True when the cause can have to do with what differs.

    The severity of a rule decides no area and no status. And where the same findings weigh
    otherwise, neither red line nor layer did it.
    """
    before, after = case.before, case.after
    is_hit = before is not None and after is not None and before.findings and after.findings
    if cause.kind is CauseKind.RULE_SEVERITY:
        return bool(is_hit)
    if is_hit and not case.features and case.gaps[0] == case.gaps[1]:
        is_of_rule = cause.kind is CauseKind.UNDETERMINED and cause.subject == case.code
        return cause.kind in _WEIGHING or is_of_rule
    return True


def _nothing_differs(*, is_something_missing: bool) -> Cause:
    if is_something_missing:
        return undetermined("", "其余记录均相同", "all else that is recorded is the same")
    return undetermined(
        "",
        "两份报告所记录的内容均相同",
        "all that the two reports record is the same",
    )


def undetermined(subject: str, zh: str, en: str) -> Cause:
    """Return the cause that says what cannot be told, and for want of what."""
    return Cause(
        CauseKind.UNDETERMINED,
        subject,
        "",
        f"据报告不能判定原因：{zh}",
        f"cannot be told from the reports: {en}",
    )


def rule_causes(code: str, scene: Scene) -> Iterator[Cause]:
    """Yield what differs of one rule: presence, period, severity, figures, crosswalks."""
    before, after = scene.before.rules.get(code), scene.after.rules.get(code)
    if before is None or after is None:
        if before is not after:
            was = ("新增", "is new") if before is None else ("已删去", "is gone")
            yield Cause(CauseKind.RULE, code, "", f"规则 {code} {was[0]}", f"rule {code} {was[1]}")
        return
    if before.in_force != after.in_force:
        yield from _period_causes(before, after, scene)
    if before.severity != after.severity:
        change = f"{before.severity} → {after.severity}"
        yield Cause(
            CauseKind.RULE_SEVERITY,
            code,
            "",
            f"规则 {code} 严重程度 {change}",
            f"severity of rule {code} {change}",
        )
    yield from _figure_causes(before, after, scene)
    walks = scene.before.crosswalks_sha256, scene.after.crosswalks_sha256
    if "zoning" in (before.kind, after.kind) and None not in walks and walks[0] != walks[1]:
        yield Cause(
            CauseKind.RULE,
            code,
            "",
            "规则库的代码对照表有改动",
            "the rule book's crosswalks changed",
        )


def _figure_causes(before: RuleView, after: RuleView, scene: Scene) -> Iterator[Cause]:
    code = before.code
    if before.figures is not None and after.figures is not None:
        changes = _changed_figures(before.figures, after.figures)
    else:
        changes = [
            f"{name} {getattr(before, name)} → {getattr(after, name)}"
            for name in ("kind", "needs", "reach_m", "exceptions")
            if getattr(before, name) != getattr(after, name)
        ]
        if scene.before.rule_book_sha256 != scene.after.rule_book_sha256:
            yield undetermined(
                code,
                f"规则库有改动，规则 {code} 的参数是否改动不详"
                f"（{_without(scene, 'rules[].figures', before.figures, after.figures)}）",
                f"the rule book changed; whether rule {code} did is not recorded "
                f"({_without(scene, 'rules[].figures', before.figures, after.figures)})",
            )
    if before.kind != after.kind and before.figures is not None and after.figures is not None:
        changes.insert(0, f"kind {before.kind} → {after.kind}")
    if changes:
        text = "；".join(changes)
        yield Cause(
            CauseKind.RULE,
            code,
            "",
            f"规则 {code} 参数改动：{text}",
            f"rule {code} changed: {text}",
        )


def _changed_figures(
    before: Mapping[str, str | float], after: Mapping[str, str | float]
) -> list[str]:
    return [
        f"{name} {_figure(before.get(name))} → {_figure(after.get(name))}"
        for name in sorted(set(before) | set(after))
        if before.get(name) != after.get(name)
    ]


def _figure(value: str | float | None) -> str:
    if value is None:
        return "—"
    return f"{value:g}" if isinstance(value, int | float) else value


def _without(scene: Scene, field: str, before: object, after: object) -> str:
    """Return which report does not record a field."""
    names = [
        side.name for side, value in ((scene.before, before), (scene.after, after)) if value is None
    ]
    return f"{field}: {', '.join(names)}"


def _period_causes(before: RuleView, after: RuleView, scene: Scene) -> Iterator[Cause]:
    """Name the date or the rule's period, whichever alone is enough; both when neither is."""
    dates = scene.before.as_of, scene.after.as_of
    by_date = _is_in_force(before, dates[1]) == after.in_force and dates[0] != dates[1]
    by_period = _is_in_force(after, dates[0]) == after.in_force and _period(before) != _period(
        after
    )
    if by_date or not by_period:
        yield Cause(
            CauseKind.DATE,
            before.code,
            "",
            f"基准日 {dates[0]} → {dates[1]}，规则 {before.code} 施行期 {_period(before)}",
            f"as of {dates[0]} → {dates[1]}; rule {before.code} in force {_period(before)}",
        )
    if by_period or not by_date:
        change = f"{_period(before)} → {_period(after)}"
        yield Cause(
            CauseKind.RULE_PERIOD,
            before.code,
            "",
            f"规则 {before.code} 施行期 {change}",
            f"rule {before.code} in force {change}",
        )


def _period(rule: RuleView) -> str:
    return f"{rule.in_force_from or '…'}–{rule.in_force_to or '…'}"


def _is_in_force(rule: RuleView, day: dt.date) -> bool:
    text = day.isoformat()
    return (not rule.in_force_from or rule.in_force_from <= text) and (
        not rule.in_force_to or text <= rule.in_force_to
    )


def _red_line_causes(case: Case) -> Iterator[Cause]:
    before, after = case.pair.before, case.pair.after
    if before is None or after is None or case.kind == "off_map":
        return
    is_changed = is_outline_changed(before, after)
    if is_changed:
        yield Cause(CauseKind.RED_LINE, after.id, "", *_outline_words(before, after))
    elif is_changed is None:
        missing = _without(
            case.scene, "red_lines[].outline_sha256", before.outline_sha256, after.outline_sha256
        )
        yield undetermined(
            after.id,
            f"红线 {after.id} 图形是否改动不详（{missing}）",
            f"whether the outline of {after.id} changed is not recorded ({missing})",
        )
    if case.kind == "area" and before.declared_area_m2 != after.declared_area_m2:
        change = f"{before.declared_area_m2} → {after.declared_area_m2} m²"
        yield Cause(
            CauseKind.RED_LINE, after.id, "", f"申报面积 {change}", f"declared area {change}"
        )


def is_outline_changed(before: RedLineView, after: RedLineView) -> bool | None:
    """Return whether the outline differs; None when that is not recorded.

    Without hashes another area still shows another outline.
    """
    if before.outline_sha256 is not None and after.outline_sha256 is not None:
        return before.outline_sha256 != after.outline_sha256
    return True if abs(before.area_m2 - after.area_m2) > _AREA_ROUNDING_M2 else None


#: Two roundings to 0.0001 m².
_AREA_ROUNDING_M2 = 2e-4


def _outline_words(before: RedLineView, after: RedLineView) -> tuple[str, str]:
    version = ""
    if before.version != after.version:
        version = f"（{before.version or '—'} → {after.version or '—'}）"
    name = after.id if before.id == after.id else f"{before.id} → {after.id}"
    return f"红线 {name} 图形改动{version}", f"the outline of red line {name} changed{version}"


def _project_causes(case: Case) -> Iterator[Cause]:
    before, after = case.projects
    if case.pair.before is None or case.pair.after is None or before is after:
        return
    if before is None or after is None:
        zh, en = ("新入台账", "entered the ledger") if before is None else ("已出台账", "left it")
        name = case.pair.owner
        yield Cause(CauseKind.PROJECT, name, "", f"项目 {name} {zh}", f"project {name} {en}")
        return
    for field, starts in _FIELDS_BY_FIGURE.items():
        was, is_now = before.fields[field], after.fields[field]
        if was != is_now and case.has_figure(*starts):
            change = f"{field} {was or '—'} → {is_now or '—'}"
            yield Cause(CauseKind.PROJECT, after.id, "", f"台账 {change}", f"ledger {change}")


def _rival_causes(case: Case) -> Iterator[Cause]:
    if case.kind != RIVALS:
        return
    for change in case.features:
        if change.layer == RED_LINES_LAYER:
            yield from _rival_cause(case.scene, change.feature_id, change.fate)


def _rival_cause(scene: Scene, rival_id: str, fate: FeatureFate) -> Iterator[Cause]:
    is_of_before = fate in (FeatureFate.GONE, FeatureFate.UNCONFIRMED)
    ids = (
        (rival_id, scene.id_after(rival_id))
        if is_of_before
        else (scene.id_before(rival_id), rival_id)
    )
    before, after = scene.before.red_lines.get(ids[0]), scene.after.red_lines.get(ids[1])
    if before is not None and after is not None:
        is_changed = is_outline_changed(before, after)
        if is_changed or before.project_id != after.project_id:
            yield _rival(rival_id, "有改动", "changed")
        elif is_changed is None:
            yield undetermined(
                rival_id,
                f"邻近红线 {rival_id} 是否改动不详（red_lines[].outline_sha256）",
                f"whether the rival {rival_id} changed is not recorded "
                "(red_lines[].outline_sha256)",
            )
        return
    missing, there = (scene.before, after) if before is None else (scene.after, before)
    if there is not None and (refusal := refusal_of(there, missing)) is not None:
        yield _rival(
            rival_id, f"未能读取：{refusal.reason}", f"could not be read: {refusal.reason}"
        )
        return
    if missing.red_lines_left_out == 0:
        zh, en = ("为新增", "is new") if before is None else ("已不在册", "is gone")
        yield _rival(rival_id, zh, en)
        return
    yield undetermined(
        rival_id,
        f"报告 {missing.name} 未核查全部红线，邻近红线 {rival_id} 是否存在不详（{fate}）",
        f"report {missing.name} is not of all red lines: whether the rival {rival_id} was there "
        f"is not recorded ({fate})",
    )


def _rival(rival_id: str, zh: str, en: str) -> Cause:
    return Cause(
        CauseKind.RIVAL, rival_id, "", f"邻近红线 {rival_id} {zh}", f"the rival {rival_id} {en}"
    )


def crs_causes(scene: Scene) -> Iterator[Cause]:
    """Yield the working CRS when it differs: all coordinates and areas differ with it."""
    if scene.before.crs != scene.after.crs:
        change = f"{scene.before.crs} → {scene.after.crs}"
        yield Cause(CauseKind.CRS, "", "", f"工作坐标系 {change}", f"working CRS {change}")


def program_causes(scene: Scene) -> Iterator[Cause]:
    """Yield the versions of programs that differ."""
    before, after = scene.before.versions, scene.after.versions
    changes = [
        f"{name} {before.get(name, '—')} → {after.get(name, '—')}"
        for name in sorted(set(before) | set(after))
        if before.get(name) != after.get(name)
    ]
    if changes:
        text = "；".join(changes)
        yield Cause(CauseKind.PROGRAM, "", "", f"程序版本 {text}", f"versions {text}")


def refusal_of(line: RedLineView, side: Snapshot) -> Refused | None:
    """Return why a report could not read a red line, or the file that it came from."""
    source = line.source.replace("\\", "/").rpartition("/")[2]
    for refused in side.refused:
        if refused.feature_id in (line.id, source) and refused.feature_id:
            return refused
    return None
