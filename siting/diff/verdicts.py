"""One rule on one red line, before and after: what became of it.

Nothing reads as cleared unless the second report looked at everything: a finding that is
gone beside a gap, or whose layer is not configured any more, is *no longer checked*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from siting.diff.causes import causes_of
from siting.diff.pairing import Pair
from siting.diff.records import (
    UNCHECKED,
    ChangeKind,
    FeatureChange,
    FeatureFate,
    VerdictChange,
    VerdictSide,
    differs,
)
from siting.diff.scene import RED_LINES_LAYER, Case, Scene
from siting.diff.snapshot import FindingView, VerdictView
from siting.model import Severity

_HIT = ("conflict", "exception_may_apply")
_SEEN = ("near", "clear")
_NONE = "none"
_SEVERITIES = [str(severity) for severity in Severity]

_Findings = dict[tuple[str, str], FindingView]


def verdict_changes(pair: Pair, scene: Scene) -> tuple[VerdictChange, ...]:
    """Return the rules whose word on a red line differs, by rule code.

    Of a red line that stands in one report only, the conflicts alone: *new*, or *no longer
    checked* (a red line that vanished has cleared nothing).
    """
    before = _of(scene.before.verdicts, pair.before.id if pair.before else "")
    after = _of(scene.after.verdicts, pair.after.id if pair.after else "")
    changes = []
    for code in sorted(set(before) | set(after)):
        bare = Case(scene, pair, code, before.get(code), after.get(code), ())
        change = _change(replace(bare, features=_feature_changes(bare)))
        if change is not None:
            changes.append(change)
    return tuple(changes)


def _of(
    verdicts: Mapping[str, Mapping[str, VerdictView]], red_line_id: str
) -> Mapping[str, VerdictView]:
    return verdicts.get(red_line_id, {})


def _key(finding: FindingView, feature_id: str, kind: str) -> tuple[str, str]:
    """Return what a finding is known by in both reports."""
    # all layers of an inside rule count as one, whatever their names
    return ("", "") if kind == "inside" else (finding.layer, feature_id)


def _known_as(finding: FindingView, scene: Scene) -> str:
    """Return a feature's id in the second report; a red line that is gone has none there."""
    if finding.layer != RED_LINES_LAYER:
        return finding.feature_id
    return scene.id_after(finding.feature_id) or f"{finding.feature_id}\x1fgone"


def _feature_changes(case: Case) -> tuple[FeatureChange, ...]:
    scene, kind = case.scene, case.kind
    before: _Findings = {
        _key(one, _known_as(one, scene), kind): one
        for one in (case.before.findings if case.before else ())
    }
    after: _Findings = {
        _key(one, one.feature_id, kind): one for one in (case.after.findings if case.after else ())
    }
    changes = []
    for key in sorted(set(before) | set(after)):
        one, other = before.get(key), after.get(key)
        fate = _fate(case, one, other)
        shown = other or one
        if fate is not None and shown is not None:
            changes.append(_feature_change(fate, shown, one, other))
    return tuple(changes)


def _fate(case: Case, one: FindingView | None, other: FindingView | None) -> FeatureFate | None:
    if one is None:
        return FeatureFate.NEW
    if other is None:
        is_seen = case.after is not None and not case.after.gaps
        is_seen = is_seen and not _is_layer_dropped(case, one.layer)
        return FeatureFate.GONE if is_seen else FeatureFate.UNCONFIRMED
    if one.area_m2 is not None or other.area_m2 is not None:
        is_same = not differs(one.area_m2, other.area_m2)
    else:
        is_same = not differs(one.measure, other.measure, is_area=one.unit == "m2")
    is_same = is_same and (
        one.unit == "m2" or not differs(one.measure, other.measure, is_area=False)
    )
    is_same = is_same and not differs(one.limit, other.limit, is_area=one.unit == "m2")
    return None if is_same and one.is_sliver == other.is_sliver else FeatureFate.CHANGED


def _is_layer_dropped(case: Case, names: str) -> bool:
    """True when a finding's layer is not configured any more and no new one took its place."""
    configured = case.scene.before.layers
    for name in [names] if names in configured else names.split("+"):
        layer = configured.get(name)
        if layer is None or name in case.scene.after.layers:
            continue
        successors = case.scene.after.layers_of((layer.role,))
        if all(other in configured for other in successors):
            return True
    return False


def _feature_change(
    fate: FeatureFate, shown: FindingView, one: FindingView | None, other: FindingView | None
) -> FeatureChange:
    return FeatureChange(
        fate=fate,
        layer=shown.layer,
        feature_id=shown.feature_id,
        feature_name=shown.feature_name,
        unit=shown.unit,
        measure_before=one.measure if one else None,
        measure_after=other.measure if other else None,
        area_before_m2=one.area_m2 if one else None,
        area_after_m2=other.area_m2 if other else None,
        certainty_before=one.certainty if one else "",
        certainty_after=other.certainty if other else "",
    )


def _side(verdict: VerdictView | None) -> VerdictSide:
    if verdict is None:
        return VerdictSide(_NONE)
    return VerdictSide(
        status=verdict.status,
        severity=verdict.severity,
        area_m2=verdict.area_m2,
        distance_m=verdict.distance_m,
        findings=len(verdict.findings),
        gaps=verdict.gaps,
        near=verdict.near,
        is_possible=bool(verdict.findings)
        and all(finding.certainty == "possible" for finding in verdict.findings),
    )


def _change(case: Case) -> VerdictChange | None:
    before, after = _side(case.before), _side(case.after)
    kind = kind_of(case, before, after)
    if kind is None:
        return None
    line = case.pair.after or case.pair.before
    is_whole = not before.gaps and not after.gaps and _NONE not in (before.status, after.status)
    is_lone = case.pair.before is None or case.pair.after is None
    is_known = (is_whole or is_lone) and kind not in UNCHECKED
    return VerdictChange(
        red_line_id=line.id if line else "",
        code=case.code,
        title=case.title,
        kind=kind,
        before=before,
        after=after,
        delta_m2=after.area_m2 - before.area_m2 if is_known else None,
        features=case.features,
        causes=() if is_lone else causes_of(case),
    )


def kind_of(case: Case, before: VerdictSide, after: VerdictSide) -> ChangeKind | None:
    """Return what became of a rule on a red line, None when nothing did.

    Parameters
    ----------
    case
        The rule on the red line, with the findings that differ.
    before, after
        Its two sides.
    """
    if case.pair.after is None or case.pair.before is None:
        return _of_lone(before, after)
    if after.status in _HIT:
        return _still(case, before, after) if before.status in _HIT else ChangeKind.NEW_CONFLICT
    if _NONE in (before.status, after.status):
        return _of_period(after)
    if after.status in _SEEN:
        return _seen(case, before, after)
    if before.status in _HIT:
        return ChangeKind.CONFLICT_UNCHECKED
    return ChangeKind.NO_LONGER_CHECKED if before.status in _SEEN else None


def _of_lone(before: VerdictSide, after: VerdictSide) -> ChangeKind | None:
    """Judge a rule on a red line that stands in one report only."""
    if before.status in _HIT:
        return ChangeKind.CONFLICT_UNCHECKED
    return ChangeKind.NEW_CONFLICT if after.status in _HIT else None


def _of_period(after: VerdictSide) -> ChangeKind:
    """Judge a rule that applies on one side only, and is not broken now."""
    if after.status == _NONE:
        return ChangeKind.RULE_ENDED
    is_unseen = after.status == "not_checked"
    return ChangeKind.NOT_CHECKED if is_unseen else ChangeKind.RULE_STARTED


def _seen(case: Case, before: VerdictSide, after: VerdictSide) -> ChangeKind | None:
    """Judge a rule that is not broken now."""
    if before.status in _HIT:
        is_lost = any(one.fate is FeatureFate.UNCONFIRMED for one in case.features)
        return ChangeKind.CONFLICT_UNCHECKED if is_lost else ChangeKind.CLEARED
    if before.status not in _SEEN:
        return ChangeKind.NOW_CHECKED
    if not differs(before.distance_m, after.distance_m, is_area=False):
        return ChangeKind.CHANGED if case.features else None
    far = float("inf")
    distances = [far if side.distance_m is None else side.distance_m for side in (before, after)]
    return ChangeKind.NEARER if distances[1] < distances[0] else ChangeKind.FARTHER


def _still(case: Case, before: VerdictSide, after: VerdictSide) -> ChangeKind | None:
    """Judge a rule that was broken and is."""
    is_lost = any(one.fate is FeatureFate.UNCONFIRMED for one in case.features)
    if is_lost or not _gap_keys(after) <= _gap_keys(before):
        return ChangeKind.CONFLICT_UNCHECKED
    weights = _weight(before), _weight(after)
    if weights[0] != weights[1]:
        return ChangeKind.WORSE if weights[1] < weights[0] else ChangeKind.MILDER
    if differs(before.area_m2, after.area_m2):
        return ChangeKind.GROWN if after.area_m2 > before.area_m2 else ChangeKind.SHRUNK
    if case.features:
        return ChangeKind.CHANGED
    return ChangeKind.NOW_CHECKED if _gap_keys(after) != _gap_keys(before) else None


def _gap_keys(side: VerdictSide) -> set[str]:
    """Return what was not looked at, without the numbers that move with the outline."""
    return {re.sub(r"[\d.,]+", "#", gap.get("en")) for gap in side.gaps}


def _weight(side: VerdictSide) -> tuple[int, int]:
    """Return a rank that is lower for what weighs more."""
    return _HIT.index(side.status), _SEVERITIES.index(side.severity)
