"""Which layer, and which feature of it, made a verdict differ."""

from __future__ import annotations

from collections.abc import Iterator

from siting.diff.records import Cause, CauseKind, FeatureChange
from siting.diff.scene import Case
from siting.diff.snapshot import LayerView


def layer_causes(case: Case) -> Iterator[Cause]:
    """Yield what differs of the layers that the rule needs, as far as it can bear on the case.

    A layer's other content does not count where every finding that differs names its feature
    and the features themselves are known to be the same.
    """
    needs = case.needs
    before, after = (side.layers_of(needs) for side in (case.scene.before, case.scene.after))
    for name in sorted(set(before) | set(after)):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            yield from presence_causes(one, other)
            continue
        yield from status_causes(one, other)
        yield from _age_causes(case, one, other)
        if case.gaps[0] != case.gaps[1]:
            yield from _coverage_causes(one, other)
        if case.kind == "zoning" and _differ(one.code_system, other.code_system):
            yield _of_layer(CauseKind.LAYER, other, "代码体系改动", "has another code system")
        if "failed" not in (one.status, other.status):
            yield from _content_causes(case, one, other)


def presence_causes(before: LayerView | None, after: LayerView | None) -> Iterator[Cause]:
    """Yield that a layer is configured in one report only."""
    if before is None and after is not None:
        yield _of_layer(CauseKind.LAYER_ADDED, after, "为新增图层", "is a new layer")
    elif after is None and before is not None:
        yield _of_layer(
            CauseKind.LAYER_REMOVED, before, "已不在配置中", "is not configured any more"
        )


def status_causes(before: LayerView, after: LayerView) -> Iterator[Cause]:
    """Yield that a layer passes its contract on one side only, or lost other rows."""
    sides = before, after
    is_same = before.status == after.status and before.problems == after.problems
    if is_same and sorted(before.refusals) == sorted(after.refusals):
        return
    change = " → ".join(_status(side)[0] for side in sides)
    change_en = " → ".join(_status(side)[1] for side in sides)
    why = "；".join(after.problems or before.problems)
    zh, en = f"加载核验 {change}", f"load contract {change_en}"
    if why:
        zh, en = f"{zh}（{why}）", f"{en} ({why})"
    yield _of_layer(CauseKind.LAYER_STATUS, after, zh, en)


def _age_causes(case: Case, before: LayerView, after: LayerView) -> Iterator[Cause]:
    """Yield the date where it can be what fails a layer: one file, fit on one day only."""
    dates = case.scene.before.as_of, case.scene.after.as_of
    is_one_file = before.sha256 == after.sha256 and bool(after.sha256)
    if before.status != after.status and is_one_file and dates[0] != dates[1]:
        change = f"{dates[0]} → {dates[1]}"
        yield _of_layer(
            CauseKind.DATE, after, f"文件未变，基准日 {change}", f"is the same file, as of {change}"
        )


def _status(layer: LayerView) -> tuple[str, str]:
    if layer.status == "failed":
        return "未通过", "failed"
    if layer.status == "short":
        return f"缺 {layer.rows_refused} 行", f"short of {layer.rows_refused} row(s)"
    return "通过", "passed"


def _coverage_causes(before: LayerView, after: LayerView) -> Iterator[Cause]:
    if before.coverage != after.coverage or _differ(before.coverage_sha256, after.coverage_sha256):
        change = f"{before.coverage} → {after.coverage}"
        yield _of_layer(
            CauseKind.LAYER_COVERAGE, after, f"覆盖范围 {change}", f"has another coverage: {change}"
        )
    elif None in (before.coverage_sha256, after.coverage_sha256):
        yield _unknown(
            after, "覆盖范围图形是否改动不详（inputs[].coverage_sha256）",
            "whether the outline of its coverage changed is not recorded "
            "(inputs[].coverage_sha256)",
        )  # fmt: skip
    if _differ(before.part_of, after.part_of):
        change = f"part_of {before.part_of or '—'} → {after.part_of or '—'}"
        yield _of_layer(CauseKind.LAYER_COVERAGE, after, change, change)


def _differ(before: str | None, after: str | None) -> bool:
    return before is not None and after is not None and before != after


def is_content_changed(before: LayerView, after: LayerView) -> bool | None:
    """Return whether the rows differ; None when the hash is not there."""
    if not before.content_sha256 or not after.content_sha256:
        return None
    return before.content_sha256 != after.content_sha256


def _content_causes(case: Case, before: LayerView, after: LayerView) -> Iterator[Cause]:
    is_changed = is_content_changed(before, after)
    if is_changed is False:
        return
    if is_changed is None:
        yield _unknown(
            after,
            "内容是否改动不详（inputs[].content_sha256）",
            "whether its rows changed is not recorded (inputs[].content_sha256)",
        )
        return
    named = [change for change in case.features if change.layer == after.name and change.feature_id]
    on_others = bool(case.features) and not any(
        after.name in change.layer.split("+") for change in case.features
    )
    is_all_named = named and len(named) == sum(
        after.name in change.layer.split("+") for change in case.features
    )
    for change in named:
        yield from _feature_causes(case, change, before, after)
    if not on_others and not is_all_named:
        yield layer_changed(before, after)


def layer_changed(before: LayerView, after: LayerView) -> Cause:
    """Return the cause that a layer's rows differ, with its dates and numbers of rows."""
    return _of_layer(CauseKind.LAYER, after, *_version_words(before, after))


def _version_words(before: LayerView, after: LayerView) -> tuple[str, str]:
    rows = f"{before.rows_used} → {after.rows_used}"
    if before.dated != after.dated:
        dates = f"{before.dated or '—'} → {after.dated or '—'}"
        return f"换版 {dates}（行数 {rows}）", f"has a new version {dates} (rows {rows})"
    return f"内容改动（行数 {rows}）", f"has other rows ({rows})"


def _feature_causes(
    case: Case, change: FeatureChange, before: LayerView, after: LayerView
) -> Iterator[Cause]:
    """Say of the feature of one finding whether it is new, gone, changed or the same."""
    said = _said_of_feature(case, change, before, after)
    if said is None:
        return
    kind, zh, en = said
    named = f"“{change.feature_name}”" if change.feature_name else ""
    name, version = f"{change.feature_id}{named}", _version_words(before, after)
    title = after.title
    yield Cause(
        kind,
        after.name,
        change.feature_id,
        f"图层“{title.get('zh')}”{version[0]}，要素 {name} {zh}",
        f"layer '{title.get('en')}' {version[1]}; feature {name} {en}",
    )


def _said_of_feature(
    case: Case, change: FeatureChange, before: LayerView, after: LayerView
) -> tuple[CauseKind, str, str] | None:
    """Return what is known of a feature, None when it is no cause."""
    key = (after.name, change.feature_id)
    prints = case.scene.before.features.get(key), case.scene.after.features.get(key)
    changed = CauseKind.FEATURE_CHANGED, "改动", "changed"
    if prints[0] and prints[1]:
        return None if prints[0] == prints[1] else changed
    was, is_now = (
        True if key in side.features else layer.has_feature(change.feature_id)
        for side, layer in ((case.scene.before, before), (case.scene.after, after))
    )
    if False in (was, is_now):
        missing = before if was is False else after
        if any(refused == change.feature_id for refused, _ in missing.refusals):
            return None  # its row could not be used on that side: the layer's status says so
        new, gone = CauseKind.FEATURE_NEW, CauseKind.FEATURE_GONE
        return (new, "新增", "is new") if was is False else (gone, "已删除", "is gone")
    if was is None or is_now is None:
        zh = "新增、删除或改动，报告不能分辨（inputs[].id_prints）"
        return CauseKind.LAYER, zh, "is new, gone or changed: not recorded (inputs[].id_prints)"
    if _is_alone(case):
        return changed
    # what else differs stands beside it, and may be all of it
    zh = "两版均有，本身是否改动不详（findings[].feature_sha256）"
    en = "is in both; whether it changed is not recorded (findings[].feature_sha256)"
    return CauseKind.LAYER, zh, en


def _is_alone(case: Case) -> bool:
    """True when red line, project and rule are known to be the same: only the layer differs."""
    lines = case.pair.before, case.pair.after
    rules = case.rules
    if None in lines or None in rules or lines[0] is None or lines[1] is None:
        return False
    if lines[0].outline_sha256 is None or lines[0].outline_sha256 != lines[1].outline_sha256:
        return False
    if rules[0] is None or rules[1] is None or rules[0].figures is None:
        return False
    if case.kind == "zoning":  # codes and crosswalks have their say as well
        return False
    is_same_rule = rules[0].figures == rules[1].figures and rules[0].in_force == rules[1].in_force
    projects = case.projects
    is_same_project = (projects[0] is None and projects[1] is None) or (
        projects[0] is not None
        and projects[1] is not None
        and projects[0].fields == projects[1].fields
    )
    sides = case.scene.before, case.scene.after
    is_same_ground = sides[0].crs == sides[1].crs and dict(sides[0].versions) == dict(
        sides[1].versions
    )
    return is_same_rule and is_same_project and is_same_ground


def _of_layer(kind: CauseKind, layer: LayerView, zh: str, en: str) -> Cause:
    title = layer.title
    return Cause(
        kind, layer.name, "", f"图层“{title.get('zh')}”{zh}", f"layer '{title.get('en')}' {en}"
    )


def _unknown(layer: LayerView, zh: str, en: str) -> Cause:
    title = layer.title
    return Cause(
        CauseKind.UNDETERMINED,
        layer.name,
        "",
        f"据报告不能判定原因：图层“{title.get('zh')}”{zh}",
        f"cannot be told from the reports: layer '{title.get('en')}' {en}",
    )
