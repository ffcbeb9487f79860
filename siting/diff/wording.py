"""The dispatch in words: what one project's line says, Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence

from siting.diff.records import (
    UNCHECKED,
    Cause,
    CauseKind,
    ChangeKind,
    Fate,
    ProjectChange,
    RedLineChange,
    VerdictChange,
)
from siting.model import SQUARE_METRES_PER_MU
from siting.report import wording

Words = tuple[str, str]

KINDS: dict[ChangeKind, Words] = {
    ChangeKind.CONFLICT_UNCHECKED: ("原冲突未能核查", "conflict no longer checked"),
    ChangeKind.NO_LONGER_CHECKED: ("未能核查", "no longer checked"),
    ChangeKind.NOT_CHECKED: ("新规则未能核查", "new rule, not checked"),
    ChangeKind.NEW_CONFLICT: ("新增冲突", "new conflict"),
    ChangeKind.WORSE: ("加重", "worse"),
    ChangeKind.GROWN: ("增大", "grown"),
    ChangeKind.CHANGED: ("有变化", "changed"),
    ChangeKind.RULE_ENDED: ("规则不再适用（非消除）", "rule no longer applies (not cleared)"),
    ChangeKind.MILDER: ("减轻", "milder"),
    ChangeKind.SHRUNK: ("减小", "shrunk"),
    ChangeKind.CLEARED: ("消除", "cleared"),
    ChangeKind.NOW_CHECKED: ("已补查", "now checked"),
    ChangeKind.RULE_STARTED: ("新适用规则，无冲突", "new rule, no conflict"),
    ChangeKind.NEARER: ("距离变近", "nearer"),
    ChangeKind.FARTHER: ("距离变远", "farther"),
}
OUTCOMES: dict[str, Words] = {
    **{name: (text.zh, text.en) for name, text in wording.OUTCOMES.items()},
    "": ("—", "—"),
}
STATUSES: dict[str, Words] = {
    **{name: (text.zh, text.en) for name, text in wording.STATUSES.items()},
    "none": ("不适用", "does not apply"),
}
FIELDS: dict[str, Words] = {
    "ledger": ("在台账", "in the ledger"),
    "name": ("名称", "name"),
    "form": ("形态", "form"),
    "kind": ("类型", "kind"),
    "use": ("用途", "use"),
    "uses": ("可接受用途", "acceptable uses"),
    "code_system": ("代码体系", "code system"),
    "stage": ("阶段", "stage"),
    "district": ("区", "district"),
    "supply_mode": ("供地方式", "supply mode"),
    "area_m2_min": ("最小面积 m²", "minimum m²"),
    "area_m2_max": ("最大面积 m²", "maximum m²"),
}


def pick(words: Words, language: str) -> str:
    """Return the Chinese or the English word."""
    return words[1] if language == "en" else words[0]


def mu_text(area_m2: float | None, language: str, *, is_signed: bool = True) -> str:
    """Return an area in 亩 with its sign; a dash for what cannot be compared."""
    if area_m2 is None:
        return "—"
    value = round(area_m2 / SQUARE_METRES_PER_MU, 2) + 0.0
    number = f"{value:+,.2f}" if is_signed and value else f"{value:,.2f}"
    return f"{number} {pick(('亩', 'mu'), language)}"


def outcome_text(outcome: str, language: str) -> str:
    """Return the word for an outcome, with *incomplete* beside it where it is both."""
    first, _, second = outcome.partition("+")
    parts = [pick(OUTCOMES[first], language)]
    if second:
        parts.append(pick(OUTCOMES[second], language))
    return "+".join(parts)


def change_text(change: VerdictChange, language: str) -> str:
    """Return one change in a few words, without its causes."""
    kind = pick(KINDS[change.kind], language)
    text = f"{kind} {change.code} {change.title.get(language)}".rstrip()
    if change.kind in UNCHECKED:
        return f"{text}{_lost(change, language)}"
    if change.kind in (ChangeKind.WORSE, ChangeKind.MILDER):
        return f"{text} {_weights(change, language)}"
    if change.kind in (ChangeKind.NEARER, ChangeKind.FARTHER):
        distances = [_distance(side.distance_m) for side in (change.before, change.after)]
        feature = f" · {change.after.near}" if change.after.near else ""
        return f"{text} {' → '.join(distances)}{feature}"
    return f"{text}{_size(change, language)}{_doubt(change, language)}"


def _doubt(change: VerdictChange, language: str) -> str:
    """Say of a conflict that an error band leaves only possible; a change of that as well."""
    if change.after.is_possible:
        return pick(("（误差带内，可能）", " (within the error band: possible)"), language)
    if change.before.is_possible and change.after.findings:
        return pick(("（已确定）", " (certain now)"), language)
    return ""


def _size(change: VerdictChange, language: str) -> str:
    """Return by how much an area changed, or how large it is where that cannot be told."""
    if change.kind is ChangeKind.RULE_ENDED and change.before.area_m2:
        was = mu_text(change.before.area_m2, language, is_signed=False)
        return f" {pick(('原', 'was'), language)} {was}"
    if change.delta_m2:
        return f" {mu_text(change.delta_m2, language)}"
    if change.after.area_m2 and change.kind is ChangeKind.NEW_CONFLICT:
        # not looked at before: its size is known, its growth is not
        size = mu_text(change.after.area_m2, language, is_signed=False)
        return f" {size}{pick(('（前期未查）', ' (not checked before)'), language)}"
    return _measures(change)


def _lost(change: VerdictChange, language: str) -> str:
    was = pick(STATUSES[change.before.status], language)
    if change.before.area_m2:
        was += f" {mu_text(change.before.area_m2, language, is_signed=False)}"
    text = pick((f"（原{was}）", f" (was {was})"), language)
    if any(cause.kind in _SAYING_WHY for cause in change.causes):
        return text
    gaps = pick(("；", "; "), language).join(gap.get(language) for gap in change.after.gaps)
    return f"{text}：{gaps}" if gaps and language != "en" else f"{text}: {gaps}" if gaps else text


#: Causes that say already what the gaps of a verdict would say.
_SAYING_WHY = (CauseKind.LAYER_STATUS, CauseKind.LAYER_REMOVED)


def _weights(change: VerdictChange, language: str) -> str:
    sides = [
        f"{pick(STATUSES[side.status], language)}/{side.severity}"
        for side in (change.before, change.after)
    ]
    return " → ".join(sides)


def _distance(distance_m: float | None) -> str:
    return "—" if distance_m is None else f"{distance_m:,.2f} m"


def _measures(change: VerdictChange) -> str:
    moved = [
        f"{one.measure_before:,.2f} → {one.measure_after:,.2f} {_UNITS.get(one.unit, one.unit)}"
        for one in change.features
        if one.measure_before is not None and one.measure_after is not None
    ]
    return f" {moved[0]}" if len(moved) == 1 else ""


_UNITS = {"m2": "m²", "deg": "°"}


def told_causes(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    """Return the causes that a line names: versions of programs stand in the head of the whole.

    They are named where nothing else differs.
    """
    others = tuple(cause for cause in causes if cause.kind is not CauseKind.PROGRAM)
    return others or tuple(causes)


def causes_text(causes: Sequence[Cause], language: str) -> str:
    """Return causes as one text."""
    texts = dict.fromkeys(cause.text.get(language) for cause in told_causes(causes))
    return pick(("；", "; "), language).join(texts)


def project_text(project: ProjectChange, language: str) -> str:
    """Return what changed of a project and why, as one line.

    Most urgent first; changes with the same causes stand together before them.
    """
    parts = [*_fate_texts(project, language), *_change_texts(project, language)]
    for field in project.fields:
        name = pick(FIELDS.get(field.name, (field.name, field.name)), language)
        parts.append(f"{name} {field.before or '—'} → {field.after or '—'}")
    parts.extend(_sole_texts(project, language))
    if not parts:
        parts.extend(_line_texts(project, language))
    text = pick(("；", "; "), language).join(parts)
    return " ".join(text.split())


def _fate_texts(project: ProjectChange, language: str) -> list[str]:
    parts = []
    if project.fate is not Fate.SAME:
        words = {Fate.NEW: ("新增项目", "new project"), Fate.GONE: ("项目缺失", "project missing")}
        parts.append(pick(words[project.fate], language))
    for line in project.red_lines:
        if line.fate is not Fate.SAME:
            words = {Fate.NEW: ("新增红线", "new red line"), Fate.GONE: ("红线缺失", "no red line")}
            name = line.id_after or line.id_before
            why = causes_text(line.causes, language)
            parts.append(f"{pick(words[line.fate], language)} {name}（{why}）")
    return parts


def _change_texts(project: ProjectChange, language: str) -> list[str]:
    groups: dict[tuple[str, str], list[str]] = {}
    names = len(project.red_lines) > 1
    for change in project.changes:
        why = causes_text(change.causes, language)
        where = f"{change.red_line_id} " if names else ""
        groups.setdefault((where, why), []).append(change_text(change, language))
    comma = pick(("、", ", "), language)
    return [
        f"{where}{comma.join(texts)}" + (f" ← {why}" if why else "")
        for (where, why), texts in groups.items()
    ]


def _sole_texts(project: ProjectChange, language: str) -> list[str]:
    """Say which line is the only one left that blocks a red line, where that is new."""
    parts = []
    for line in project.red_lines:
        # of a red line that nothing blocked before, the new conflict says it already
        is_left = line.outcome_before.startswith("conflict") and line.sole_before is not None
        if is_left and line.sole_after and line.sole_after != line.sole_before:
            codes = ", ".join(line.sole_after)
            words = (f"现只有 {codes} 阻挡", f"only {codes} blocks now")
            where = f"{line.id_after} " if len(project.red_lines) > 1 else ""
            parts.append(where + pick(words, language))
    return parts


def _line_texts(project: ProjectChange, language: str) -> list[str]:
    """Say what became of red lines under which no rule says anything else."""
    lines = [line for line in project.red_lines if not line.is_unchanged]
    if any(line.is_outline_changed for line in lines):
        words = ("红线图形已改，结论不变", "the outline changed, the verdicts did not")
    elif any(line.is_outline_changed is None for line in lines):
        words = (
            "结论不变；图形是否改动，报告未记录",
            "the verdicts are the same; whether the outline changed is not recorded",
        )
    else:
        words = ("仅版本或编号变化，图形与结论不变", "another version or id; nothing else changed")
    return [pick(words, language)] if lines else []


def version_text(project: ProjectChange, language: str) -> str:
    """Return the versions of the red lines that changed, a dash where none did."""
    texts = [_version(line, language) for line in project.red_lines if not line.is_unchanged]
    shown = dict.fromkeys(text for text in texts if text)
    return pick(("；", "; "), language).join(shown) or "—"


def _version(line: RedLineChange, language: str) -> str:
    parts = []
    if line.fate is not Fate.SAME:
        words = {Fate.NEW: ("新增", "new"), Fate.GONE: ("缺失", "missing")}
        version = line.version_after or line.version_before
        parts.append(" ".join((pick(words[line.fate], language), version)).strip())
    elif line.version_before != line.version_after:
        parts.append(f"{line.version_before or '—'} → {line.version_after or '—'}")
        if line.is_outline_changed is False:
            parts.append(pick(("（图形未变）", "(same outline)"), language))
    elif line.is_outline_changed:
        parts.append(pick(("图形改动", "outline changed"), language))
    if line.is_renamed:
        parts.append(f"{line.id_before} → {line.id_after}")
    return " ".join(parts)


def outcomes_text(project: ProjectChange, language: str) -> str:
    """Return outcomes before and after, one where it stayed, of the red lines that changed."""
    lines = [line for line in project.red_lines if not line.is_unchanged] or project.red_lines
    texts = []
    for line in lines:
        sides = [outcome_text(each, language) for each in (line.outcome_before, line.outcome_after)]
        texts.append(sides[1] if sides[0] == sides[1] else " → ".join(sides))
    return pick(("；", "; "), language).join(dict.fromkeys(texts)) or "—"
