"""Two Snapshots -> one Difference; pure, and independent of the order of anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from siting.diff.causes import (
    crs_causes,
    is_outline_changed,
    program_causes,
    refusal_of,
    rule_causes,
)
from siting.diff.layer_causes import (
    is_content_changed,
    layer_changed,
    presence_causes,
    status_causes,
)
from siting.diff.pairing import Pair, is_renamed, pair_red_lines, partners
from siting.diff.reading import read_report
from siting.diff.records import (
    UNCHECKED,
    Cause,
    CauseKind,
    ChangeKind,
    Difference,
    Fate,
    FieldChange,
    ProjectChange,
    RedLineChange,
    Side,
    VerdictChange,
)
from siting.diff.scene import Scene
from siting.diff.snapshot import RedLineView, Snapshot
from siting.diff.verdicts import verdict_changes

#: Kinds under which one side was not looked at: totals then have no difference.
_NOT_COMPARABLE = (
    *UNCHECKED, ChangeKind.NOW_CHECKED, ChangeKind.RULE_ENDED, ChangeKind.RULE_STARTED,
)  # fmt: skip
_PLANAR = "planar"


def compare_files(before: str | Path, after: str | Path) -> Difference:
    """Compare two reports: what changed per project, by how many 亩, and what did it.

    Parameters
    ----------
    before, after
        The earlier and the later ``report.json``, or the folders of the runs.

    Returns
    -------
    Difference
        What is no longer checked stands first; nothing reads as cleared unless every layer
        was looked at again.

    Raises
    ------
    ReadError
        When one of them is no whole report of version 1.
    """
    return compare(read_report(Path(before)), read_report(Path(after)))


def compare(before: Snapshot, after: Snapshot) -> Difference:
    """Compare two reports of one city.

    Parameters
    ----------
    before, after
        The earlier and the later report, from :func:`siting.diff.read_report`.

    Returns
    -------
    Difference
        All projects of either report, most urgent first: what is no longer checked, then
        new conflicts, then the rest. ``compare(a, a)`` is empty, and ``compare(b, a)`` is
        ``compare(a, b)`` with the sides and signs turned.
    """
    pairs = pair_red_lines(before, after)
    scene = Scene(before, after, partners(pairs))
    is_planar = _PLANAR in (before.area_of_record, after.area_of_record)
    red_lines: dict[str, list[RedLineChange]] = {}
    for pair in pairs:
        change = _red_line_change(pair, scene, is_planar=is_planar)
        red_lines.setdefault(pair.owner, []).append(change)
    owners = sorted({*red_lines, *before.projects, *after.projects})
    projects = [_project_change(owner, scene, red_lines.get(owner, ())) for owner in owners]
    return Difference(
        city=after.city,
        before=_side(before),
        after=_side(after),
        area_of_record=_PLANAR if is_planar else after.area_of_record,
        common=tuple(_common(scene)),
        layers=tuple(_layers(scene)),
        rules=tuple(
            cause
            for code in sorted(set(before.rules) | set(after.rules))
            for cause in rule_causes(code, scene)
            if cause.kind is not CauseKind.UNDETERMINED
        ),
        refused=tuple(_refused(scene)),
        projects=tuple(sorted(projects, key=_urgency)),
    )


def _side(report: Snapshot) -> Side:
    return Side(report.name, report.identity, report.as_of, report.rule_book)


def _urgency(project: ProjectChange) -> tuple[int, int, str]:
    worst = min((change.kind.rank for change in project.changes), default=len(ChangeKind))
    return int(project.is_unchanged), worst, project.project_id


def _common(scene: Scene) -> Iterable[Cause]:
    before, after = scene.before, scene.after
    if before.city != after.city:
        names = before.city.get("zh"), after.city.get("zh")
        yield Cause(
            CauseKind.UNDETERMINED, "city", "",
            f"两份报告不是同一城市：{names[0]} → {names[1]}",
            f"the reports are of two cities: {before.city.get('en')} → {after.city.get('en')}",
        )  # fmt: skip
    if before.as_of != after.as_of:
        change = f"{before.as_of} → {after.as_of}"
        yield Cause(CauseKind.DATE, "", "", f"基准日 {change}", f"as of {change}")
    yield from crs_causes(scene)
    if before.rule_book_sha256 != after.rule_book_sha256:
        change = f"{before.rule_book} → {after.rule_book}"
        yield Cause(
            CauseKind.RULE,
            "",
            "",
            f"规则库文件改动（{change}）",
            f"the rule book changed ({change})",
        )
    if before.area_of_record != after.area_of_record:
        change = f"{before.area_of_record} → {after.area_of_record}"
        yield Cause(
            CauseKind.PROGRAM, "area_of_record", "",
            f"面积口径 {change}，下列均按平面面积比较",
            f"area of record {change}; planar areas are compared",
        )  # fmt: skip
    if before.witness != after.witness:
        change = f"{before.witness} → {after.witness}"
        yield Cause(
            CauseKind.PROGRAM, "witness", "",
            f"复核范围（--witness）{change}", f"who was asked as well (--witness): {change}",
        )  # fmt: skip
    yield from program_causes(scene)


def _layers(scene: Scene) -> Iterable[Cause]:
    before, after = scene.before.layers, scene.after.layers
    for name in sorted(set(before) | set(after)):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            yield from presence_causes(one, other)
            continue
        yield from status_causes(one, other)
        if is_content_changed(one, other) or one.dated != other.dated:
            yield layer_changed(one, other)


def _refused(scene: Scene) -> Iterable[Cause]:
    known = {(refused.feature_id, refused.reason) for refused in scene.before.refused}
    for refused in sorted(scene.after.refused, key=lambda one: (one.feature_id, one.reason)):
        if (refused.feature_id, refused.reason) not in known:
            yield Cause(
                CauseKind.RED_LINE,
                refused.feature_id,
                "",
                f"红线 {refused.feature_id} 未能读取：{refused.reason}",
                f"red line {refused.feature_id} could not be read: {refused.reason}",
            )


def _red_line_change(pair: Pair, scene: Scene, *, is_planar: bool) -> RedLineChange:
    before, after = pair.before, pair.after
    changes = verdict_changes(pair, scene)
    fate = Fate.NEW if before is None else Fate.GONE if after is None else Fate.SAME
    return RedLineChange(
        fate=fate,
        id_before=before.id if before else "",
        id_after=after.id if after else "",
        version_before=before.version if before else "",
        version_after=after.version if after else "",
        outcome_before=_outcome(before),
        outcome_after=_outcome(after),
        area_before_m2=_area_m2(before, is_planar=is_planar),
        area_after_m2=_area_m2(after, is_planar=is_planar),
        conflict_before_m2=before.conflict_area_m2 if before else None,
        conflict_after_m2=after.conflict_area_m2 if after else None,
        is_outline_changed=is_outline_changed(before, after) if before and after else None,
        is_renamed=is_renamed(pair, scene.before, scene.after),
        is_comparable=_is_comparable(changes) and fate is not Fate.GONE,
        causes=tuple(_whereabouts(pair, scene)),
        changes=changes,
        sole_before=before.sole if before else None,
        sole_after=after.sole if after else None,
    )


def _is_comparable(changes: Sequence[VerdictChange]) -> bool:
    return not any(
        change.kind in _NOT_COMPARABLE or (change.delta_m2 is None) for change in changes
    )


def _outcome(line: RedLineView | None) -> str:
    if line is None:
        return ""
    is_mixed = line.is_incomplete and line.outcome != "incomplete"
    return f"{line.outcome}+incomplete" if is_mixed else line.outcome


def _area_m2(line: RedLineView | None, *, is_planar: bool) -> float | None:
    if line is None:
        return None
    return line.area_m2 if is_planar else line.area_ellipsoidal_m2


def _whereabouts(pair: Pair, scene: Scene) -> Iterable[Cause]:
    """Say where a red line is in the report that does not have it."""
    if (pair.before is None) == (pair.after is None):
        return
    line = pair.after or pair.before
    other = scene.before if pair.before is None else scene.after
    if line is None:
        return
    namesake = other.red_lines.get(line.id)
    refused = refusal_of(line, other)
    if namesake is not None and namesake.project_id != line.project_id:
        zh = f"红线 {line.id} 在报告 {other.name} 中属于项目 {namesake.project_id or '—'}"
        en = f"red line {line.id} belongs to {namesake.project_id or '—'} in {other.name}"
    elif refused is not None:
        zh = f"报告 {other.name} 未能读取红线 {line.id}：{refused.reason}"
        en = f"report {other.name} could not read red line {line.id}: {refused.reason}"
    elif other.red_lines_left_out == 0:
        zh = f"报告 {other.name} 的全部红线中没有 {line.id}"
        en = f"{line.id} is not among all the red lines of {other.name}"
    else:
        left_out = other.red_lines_left_out
        zh = f"据报告不能判定：报告 {other.name} 未核查全部红线（未核查 {left_out or '不详'} 条）"
        en = (
            f"cannot be told from the reports: {other.name} is not of all red lines "
            f"({left_out or 'unknown how many'} left out)"
        )
        yield Cause(CauseKind.UNDETERMINED, line.id, "", zh, en)
        return
    yield Cause(CauseKind.RED_LINE, line.id, "", zh, en)


def _project_change(owner: str, scene: Scene, red_lines: Sequence[RedLineChange]) -> ProjectChange:
    before, after = scene.before.projects.get(owner), scene.after.projects.get(owner)
    fates = {line.fate for line in red_lines}
    is_here = (
        before is not None or bool(fates & {Fate.SAME, Fate.GONE}),
        after is not None or bool(fates & {Fate.SAME, Fate.NEW}),
    )
    fate = {(True, False): Fate.GONE, (False, True): Fate.NEW}.get(is_here, Fate.SAME)
    fields: list[FieldChange] = []
    if fate is Fate.SAME and (before is None) != (after is None):
        fields.append(FieldChange("ledger", "yes" if before else "no", "yes" if after else "no"))
    if before is not None and after is not None:
        names = sorted(set(before.fields) | set(after.fields))
        fields += [
            FieldChange(name, before.fields.get(name, ""), after.fields.get(name, ""))
            for name in names
            if before.fields.get(name, "") != after.fields.get(name, "")
        ]
    shown = after or before
    return ProjectChange(
        project_id=owner,
        name=shown.name if shown else "",
        fate=fate,
        fields=tuple(fields),
        red_lines=tuple(red_lines),
    )
