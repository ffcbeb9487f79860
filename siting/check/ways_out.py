"""What one red line's conflicts hang on, and the shortest way out of all of them.

*Lifts*: what would be free if one rule, or one layer role with all its rules, were lifted
("只有该线阻挡"). *Path*: the routes of the findings, put together into steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import shapely

from siting.model import Finding, Lift, Severity, Status, Step, Text, Verdict, Way
from siting.overlay import union_of
from siting.rules.base import Rule

#: Rules of these severities make a conflict; milder ones are for an office or a person.
BINDING = (Severity.PROHIBITED, Severity.RESTRICTED)
#: A piece that given-up land leaves bare by less is wholly on it: rounding of overlays, m².
COVERED_TOLERANCE_M2 = 0.01

_Shapes = Mapping[str, shapely.Geometry]


def binding_pieces(findings: Iterable[Finding]) -> list[tuple[str, shapely.Geometry]]:
    """Return (rule code, piece) of what counts as area in conflict."""
    return [
        (finding.code, finding.geometry)
        for finding in findings
        if finding.severity in BINDING
        and finding.geometry is not None
        and finding.area_m2 is not None
    ]


def lifts_of(
    verdicts: Sequence[Verdict],
    findings: Sequence[Finding],
    *,
    rules: Mapping[str, Rule],
    conflict_area_m2: float,
) -> tuple[Lift, ...]:
    """Return what each rule in binding conflict, and each of their layer roles, blocks alone.

    Parameters
    ----------
    verdicts, findings
        Of one red line.
    rules
        The rules in force by code: they say which role a rule looks at.
    conflict_area_m2
        The union of all binding pieces.

    Returns
    -------
    tuple
        Rules and roles with a binding conflict: those that alone stand in the way first, then
        by area freed. A rule without a layer (the outline's own quality, rivals) has no role.
    """
    blocking = {v.code for v in verdicts if v.status is Status.CONFLICT and v.severity in BINDING}
    if not blocking:
        return ()
    pieces: dict[str, list[shapely.Geometry]] = {}
    for code, piece in binding_pieces(findings):
        pieces.setdefault(code, []).append(piece)
    shapes = {code: union_of(some) for code, some in pieces.items()}
    by_role: dict[str, set[str]] = {}
    for code in shapes.keys() | blocking:
        for role in rules[code].needs if code in rules else ():
            by_role.setdefault(role, set()).add(code)
    wanted = [(False, code, frozenset([code])) for code in blocking]
    wanted += [(True, role, frozenset(some)) for role, some in by_role.items() if some & blocking]
    freed_m2 = {
        codes: max(0.0, conflict_area_m2 - _area_without(shapes, codes))
        for codes in {codes for _, _, codes in wanted}
    }
    lifts = [
        Lift(is_role, name, tuple(sorted(codes)), freed_m2[codes], is_sole=blocking <= codes)
        for is_role, name, codes in wanted
    ]
    return tuple(
        sorted(
            lifts, key=lambda one: (not one.is_sole, -round(one.freed_m2, 4), one.is_role, one.name)
        )
    )


def _area_without(shapes: _Shapes, lifted: AbstractSet[str]) -> float:
    return float(shapely.area(union_of(s for code, s in shapes.items() if code not in lifted)))


def path_of(
    verdicts: Sequence[Verdict], findings: Sequence[Finding], area_m2: float
) -> tuple[Step, ...]:
    """Return the fewest steps by which all findings of one red line are settled.

    Findings with the way *fix data* are one step, those to avoid are one (the outline is drawn
    anew once), and the others are one per way and office: one letter, one application. What
    lies wholly on land that the red line gives up anyway needs no step of its own; where an
    exception may be claimed for that land, it is not counted as given up. Steps stand by the
    class of cost (:data:`siting.model.WAYS_BY_COST`), the worst severity first within one.

    Findings of verdicts that read *near* (slivers) are no part of it; nor is what could not be
    checked: a path is only as complete as the check. ``area_m2`` is the red line's own, for
    what avoiding leaves of it.
    """
    open_codes = {
        v.code for v in verdicts if v.status in {Status.CONFLICT, Status.EXCEPTION_MAY_APPLY}
    }
    concerned = [finding for finding in findings if finding.code in open_codes]
    settled = _settled_by_avoiding(concerned)
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in concerned:
        if finding.id not in settled:
            groups.setdefault(_group(finding), []).append(finding)
    still = {finding.code for group in groups.values() for finding in group}
    # a rule is only named as settled where none of its findings is left to another step
    settled_codes = {f.code for f in concerned if f.id in settled} - still
    steps = [_step(group, settled_codes, area_m2) for group in groups.values()]
    return tuple(sorted(steps, key=_order))


def _group(finding: Finding) -> tuple[str, str]:
    way = finding.route.way
    is_ours = way in {Way.FIX_DATA, Way.AVOID}
    return str(way), "" if is_ours else finding.route.office.get("zh")


def _order(step: Step) -> tuple[int, int, tuple[str, ...]]:
    return step.way.cost_rank, step.severity.rank, step.codes


def _settled_by_avoiding(findings: Sequence[Finding]) -> frozenset[str]:
    """Return ids of findings whose whole piece lies on land that other findings make us avoid."""
    given_up = [
        finding.geometry
        for finding in findings
        if finding.route.way is Way.AVOID and not finding.exceptions and _is_areal(finding)
    ]
    others = [f for f in findings if f.route.way not in {Way.AVOID, Way.FIX_DATA} and _is_areal(f)]
    if not given_up or not others:
        return frozenset()
    bare = shapely.difference(
        np.array([finding.geometry for finding in others], dtype=object), union_of(given_up)
    )
    is_settled = shapely.area(bare) <= COVERED_TOLERANCE_M2
    return frozenset(f.id for f, gone in zip(others, is_settled, strict=True) if gone)


def _is_areal(finding: Finding) -> bool:
    shape = finding.geometry
    return finding.area_m2 is not None and shape is not None and float(shapely.area(shape)) > 0.0


def _step(findings: Sequence[Finding], settled_codes: AbstractSet[str], line_m2: float) -> Step:
    way = findings[0].route.way
    pieces = [f.geometry for f in findings if f.geometry is not None and f.area_m2 is not None]
    routes = [finding.route for finding in findings]
    area_m2 = float(shapely.area(union_of(pieces)))
    return Step(
        way=way,
        severity=min((finding.severity for finding in findings), key=lambda s: s.rank),
        codes=tuple(sorted({finding.code for finding in findings})),
        texts=_once(route.text for route in routes),
        offices=_once(route.office for route in routes),
        papers=tuple(dict.fromkeys(paper for route in routes for paper in route.papers)),
        area_m2=area_m2,
        finding_ids=tuple(sorted(finding.id for finding in findings)),
        also_settles=tuple(sorted(settled_codes)) if way is Way.AVOID else (),
        exceptions=tuple(dict.fromkeys(text for f in findings for text in f.exceptions)),
        leaves_m2=max(0.0, line_m2 - area_m2) if way is Way.AVOID else None,
    )


def _once(texts: Iterable[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(text for text in texts if text.get("zh")))
