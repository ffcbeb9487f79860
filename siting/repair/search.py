"""The repairs of conflicting red lines: drafted, judged by the engine, the best ones kept."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely

from siting.city import City
from siting.model import (
    Atlas,
    Form,
    RedLine,
    RedLineResult,
    Relaxation,
    Repair,
    RepairSearch,
    Report,
    Text,
)
from siting.repair import wording
from siting.repair.choosing import FEW, Choice, attempts, chosen, unlike
from siting.repair.cutting import Want, cut
from siting.repair.drafts import NO_LAND_M2, Drafting, drafts_of
from siting.repair.ground import Ground, Level, default_reach_m, ground_of
from siting.repair.judging import Judge, Present
from siting.repair.moving import least_shift
from siting.repair.reasons import fewer_text
from siting.repair.widening import wider
from siting.repair.widths import min_width_m
from siting.rulebook import RuleBook
from siting.rules.quality import QualityRule

#: Kinds of rules that a change of the outline can settle.
LAND_KINDS = ("overlap", "setback", "inside", "zoning", "rivals")
#: A project that states no demand is served with this much more or less than its red line.
PRESENT_MARGIN_SHARE = 0.2
#: No part of a repair is narrower than this, unless the present red line is, metres.
LEAST_WIDTH_M = 10.0


@dataclass(frozen=True, slots=True)
class RepairOptions:
    """How repairs are sought; None takes what the red line itself suggests.

    ``reach_m``: how far one may move, by default the side of a square of its area, 50 to
    300 m. ``width_m``: what no part may be narrower than, by default what rules of kind
    ``quality`` ask for and 10 m at least, but never more than the present red line has.
    ``count``: how many are returned. ``most``: of how many red lines, the worst first (a
    prohibited rule, then the most land); of the others it is said that they were not asked for.
    """

    reach_m: float | None = None
    width_m: float | None = None
    count: int = 5
    most: int | None = None


def repair(
    atlas: Atlas,
    rule_book: RuleBook,
    report: Report,
    *,
    city: City,
    as_of: dt.date,
    options: RepairOptions | None = None,
) -> tuple[RepairSearch, ...]:
    """Return up to five corrected red lines for each conflicting one of a report.

    Parameters
    ----------
    atlas, rule_book, city, as_of
        As for :func:`siting.check.check`, of which `report` is the result.
    report
        Its red lines with a prohibited or restricted rule broken (an exception that may
        apply counts: only a person may claim it) are repaired, in the order of the report.
    options
        Radius, width and number; see :class:`RepairOptions`.

    Returns
    -------
    tuple[RepairSearch, ...]
        Every repair breaks no prohibited rule by the same engine, hides no gap, has an area
        in the wanted range, takes no land of another red line, and differs from the others
        by 2 % of its land; one that newly meets a restricted rule is only returned where there
        is no other. Those that take no land of others come first,
        then those that meet the fewest restricted rules and change the least land.
        Where there is none, ``blocked_by`` says why.
    """
    options = options or RepairOptions()
    bound = [
        (result, known) for result in report.results if (known := _present(report, result)).binding
    ]
    asked = {each.red_line.id for each, _ in sorted(bound, key=_badness)[: options.most]}
    case = _Case(atlas, rule_book, city, as_of, options)
    return tuple(
        case.search(result.red_line, known)
        if result.red_line.id in asked
        else _none(result.red_line, known, wording.not_asked(len(asked)))
        for result, known in bound
    )


def _present(report: Report, result: RedLineResult) -> Present:
    name = result.red_line.id
    return Present(
        tuple(verdict for verdict in report.verdicts if verdict.red_line_id == name),
        tuple(finding for finding in report.findings if finding.red_line_id == name),
        frozenset(rule.code for rule in report.rules if rule.kind in LAND_KINDS),
    )


def _badness(each: tuple[RedLineResult, Present]) -> tuple[bool, float, str]:
    """Sort red lines: those that break a prohibited rule first, then by land in conflict."""
    result, present = each
    return not present.prohibited, -result.conflict_area_m2, result.red_line.id


def _none(red_line: RedLine, present: Present, why: Text) -> RepairSearch:
    """Return a search that was not made, and why."""
    return RepairSearch(
        red_line.id, red_line.project_id, (), 0.0, math.inf, 0.0, 0.0,
        blocked_by=why, blocking=present.binding, fewer_because=why,
    )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class _Case:
    """What all red lines of a city share."""

    atlas: Atlas
    rule_book: RuleBook
    city: City
    as_of: dt.date
    options: RepairOptions

    def search(self, red_line: RedLine, present: Present) -> RepairSearch:
        """Return the repairs of one red line, or what stands in the way."""
        is_sound = red_line.geometry.is_valid and not red_line.geometry.is_empty
        if not is_sound or not present.on_its_land:
            why = wording.NOT_ITS_LAND if is_sound else wording.INVALID
            return _none(red_line, present, why)
        reach_m = self.options.reach_m or default_reach_m(red_line.geometry)
        ground = ground_of(
            red_line,
            self.atlas,
            self.rule_book,
            city=self.city,
            as_of=self.as_of,
            reach_m=reach_m,
        )
        want, notes = self._want(ground)
        drafting = drafts_of(ground, want)
        judge = Judge(ground, self.rule_book, self.city, self.as_of, present, want)
        choice = self._choice(judge, drafting)
        repairs = tuple(judge.finished(each) for each in choice.kept)
        found = RepairSearch(
            red_line_id=red_line.id,
            project_id=red_line.project_id,
            repairs=repairs,
            area_m2_min=want.area_m2_min,
            area_m2_max=want.area_m2_max,
            reach_m=reach_m,
            width_m=want.width_m,
            counterfactuals=_counterfactuals(repairs, drafting, ground, want),
            notes=notes,
            tried=attempts(choice, want, is_linear=ground.project.form is Form.LINEAR),
        )
        if len(repairs) >= min(FEW, self.options.count):
            return found
        if repairs:
            return replace(found, fewer_because=fewer_text(len(repairs), found.tried))
        blocked = self._blocked(found, judge, is_corridor=drafting.is_corridor)
        return replace(blocked, fewer_because=blocked.blocked_by)

    def _choice(self, judge: Judge, drafting: Drafting) -> Choice:
        """Judge drafts until there are enough repairs: the first ones, then the further rounds."""
        ground, count = judge.ground, self.options.count
        drafts = unlike(drafting.drafts, ground.outline)
        judged = judge.judged(drafts)
        choice = chosen(judged, ground, count)
        for further in wider(ground, drafting.cuts, drafts):
            if len(choice.kept) >= min(FEW, count):
                break
            new = unlike([*drafts, *further], ground.outline)[len(drafts) :]
            judged += judge.judged(new, first=len(drafts) + 1)
            drafts += new
            choice = chosen(judged, ground, count)
        return choice

    def _want(self, ground: Ground) -> tuple[Want, tuple[Text, ...]]:
        area_m2 = float(shapely.area(ground.outline))
        demand = ground.project.demand
        low, high, notes = demand.area_m2_min, demand.area_m2_max, tuple[Text, ...]()
        if low is None and high is None:
            low = (1 - PRESENT_MARGIN_SHARE) * area_m2
            high = (1 + PRESENT_MARGIN_SHARE) * area_m2
            notes = (wording.NO_DEMAND,)
        width_m = self.options.width_m
        if width_m is None:
            asked = [r.min_width_m for r in ground.rules if isinstance(r, QualityRule)]
            width_m = max([LEAST_WIDTH_M, *asked])
        is_areal = int(shapely.get_dimensions(ground.outline)) == 2
        own_m = min_width_m(ground.outline) if is_areal else 0.0
        return (
            Want(low or 0.0, math.inf if high is None else high, min(width_m, own_m), width_m),
            notes,
        )

    def _blocked(self, found: RepairSearch, judge: Judge, *, is_corridor: bool) -> RepairSearch:
        """Say which rules stand in the way, and what lifting each alone would give."""
        titles = {rule.code: rule.title for rule in self.rule_book.rules}
        ground, present = judge.ground, judge.present
        codes = tuple(code for code in present.prohibited if code in present.on_land)
        codes = codes or present.on_its_land
        blocked = wording.blocked_text(
            [titles[code] for code in codes], found.reach_m, judge.want.area_m2_min
        )
        if ground.project.form is Form.LINEAR:
            why = wording.NO_DETOUR if is_corridor else wording.NO_CORRIDOR
            blocked = wording.linear_text(why, [titles[code] for code in codes])
            relaxations: tuple[Relaxation, ...] = ()
        else:
            relaxations = tuple(_relaxed(ground, judge.want, code, titles[code]) for code in codes)
        return replace(found, blocked_by=blocked, blocking=codes, relaxations=relaxations)


def _relaxed(ground: Ground, want: Want, code: str, title: Text) -> Relaxation:
    lifted = frozenset([code])
    rest = cut(ground.outline, ground.forbidden(Level.BARE, lifted=lifted), want)
    area_m2 = float(shapely.area(rest)) if want.fits(rest) else None
    move = least_shift(ground.outline, ground.closed(Level.BARE, lifted=lifted), ground.reach_m)
    return Relaxation(
        code=code,
        cut_area_m2=area_m2,
        moved_m=None if move is None else move.moved_m,
        says=wording.relaxation_text(title, area_m2, move),
    )


def _counterfactuals(
    repairs: Sequence[Repair], drafting: Drafting, ground: Ground, want: Want
) -> tuple[Text, ...]:
    """Return what would pass, in words; also the cut that leaves too little."""
    said = [each.says for each in repairs]
    rest_m2 = float(shapely.area(drafting.cuts.at(Level.LAWFUL)))
    present_m2 = float(shapely.area(ground.outline))
    is_short = NO_LAND_M2 < rest_m2 < min(want.area_m2_min, present_m2 - NO_LAND_M2)
    if is_short and ground.project.form is not Form.LINEAR:
        said.append(wording.short_text(rest_m2, present_m2, want.area_m2_min))
    return tuple(said)
