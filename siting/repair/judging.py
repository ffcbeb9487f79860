"""Drafts before the engine: what is returned has passed the very check of red lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.check import find_conflicts
from siting.city import City
from siting.model import (
    Finding,
    RedLine,
    Release,
    Repair,
    RepairWay,
    Severity,
    Status,
    Verdict,
)
from siting.repair.barriers import SAFETY_M
from siting.repair.cutting import Want
from siting.repair.drafts import Draft
from siting.repair.figures import figures_of, frontage_m
from siting.repair.ground import Ground
from siting.repair.outline import SAME_POINT_M, has_new_spike, like
from siting.repair.widths import WIDTH_STEP_M, compactness, count_holes, is_wide
from siting.repair.wording import draft_text, passes_text
from siting.rulebook import RuleBook

#: Statuses that say "this rule is broken here"; an exception is a person's to claim.
BROKEN = (Status.CONFLICT, Status.EXCEPTION_MAY_APPLY)
#: Severities of the rules that make a conflict.
BINDING = (Severity.PROHIBITED, Severity.RESTRICTED)
#: Parcels entered by less than this are only touched, m².
ENTERED_M2 = 1.0
#: What is not only cut has this share of the present compactness: nothing is drawn ragged.
LEAST_COMPACT = 0.5
#: The releases, the narrowest first.
_NARROWEST = (Release.TABLE_ONLY, Release.INTERNAL, Release.DISTRICT, Release.PUBLIC)


@dataclass(frozen=True, eq=False, slots=True)
class Present:
    """The verdicts and findings on the present red line."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    on_land: frozenset[str]
    """Codes of the rules that look at land; those of area and quality are the outline's own."""

    @property
    def binding(self) -> tuple[str, ...]:
        """The prohibited and restricted rules that are broken, sorted."""
        return _broken(self.verdicts, Severity.PROHIBITED) + _broken(
            self.verdicts, Severity.RESTRICTED
        )

    @property
    def on_its_land(self) -> tuple[str, ...]:
        """Those of the broken rules that a change of the outline can settle."""
        return tuple(code for code in self.binding if code in self.on_land)

    @property
    def prohibited(self) -> tuple[str, ...]:
        """The prohibited rules that are broken, sorted."""
        return _broken(self.verdicts, Severity.PROHIBITED)


def _broken(verdicts: Sequence[Verdict], severity: Severity) -> tuple[str, ...]:
    return tuple(sorted(v.code for v in verdicts if v.severity is severity and v.status in BROKEN))


class Fate(Enum):
    """What became of a draft."""

    MISFIT = auto()
    UNFIT = auto()
    REFUSED = auto()
    PASSED = auto()


@dataclass(frozen=True, eq=False, slots=True)
class Judged:
    """A draft and its fate; with the repair where it passed."""

    draft: Draft
    fate: Fate
    repair: Repair | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Judge:
    """The engine over the drafts of one red line."""

    ground: Ground
    rule_book: RuleBook
    city: City
    as_of: dt.date
    present: Present
    want: Want

    def judged(self, drafts: Sequence[Draft], *, first: int = 1) -> list[Judged]:
        """Return what the engine says of drafts, in their order, unranked.

        A draft passes when the engine finds no prohibited rule broken, every prohibited rule
        that was checked in full still is, it settles something, and its own outline is valid,
        wide enough, within the wanted area and without new holes or spikes. The frontage of
        what passes is not measured yet: see :meth:`finished`. `first` numbers the drafts.
        """
        lines = [self._line(draft, first + row) for row, draft in enumerate(drafts)]
        fates = [
            self._fate(draft, line.geometry) for draft, line in zip(drafts, lines, strict=True)
        ]
        sound = [line for line, fate in zip(lines, fates, strict=True) if fate is Fate.PASSED]
        verdicts, findings = self._engine(sound)
        told = []
        for draft, line, fate in zip(drafts, lines, fates, strict=True):
            repair = None
            own = [verdict for verdict in verdicts if verdict.red_line_id == line.id]
            if fate is Fate.PASSED and self._passes(own):
                met = [finding for finding in findings if finding.red_line_id == line.id]
                repair = self._repair(draft, line, own, met)
            if repair is None or not repair.resolves:
                told.append(Judged(draft, Fate.REFUSED if fate is Fate.PASSED else fate))
            else:
                told.append(Judged(draft, fate, repair))
        return told

    def finished(self, repair: Repair) -> Repair:
        """Return a repair with what only those that are returned are measured for."""
        roads = self.ground.atlas.by_role("road")
        front_m = frontage_m(repair.geometry, roads)
        return replace(repair, figures=replace(repair.figures, frontage_m=front_m))

    def _engine(self, lines: Sequence[RedLine]) -> tuple[Sequence[Verdict], Sequence[Finding]]:
        if not lines:
            return (), ()
        return find_conflicts(
            list(lines), self.ground.atlas, self.rule_book, city=self.city, as_of=self.as_of
        )

    def _line(self, draft: Draft, number: int) -> RedLine:
        present = self.ground.red_line
        is_areal = int(shapely.get_dimensions(draft.shape)) == 2
        return replace(
            present,
            id=f"{present.id}~{draft.way}-{number}",
            geometry=like(draft.shape, present.geometry) if is_areal else draft.shape,
            source="repair",
            declared_area_m2=None,
            notes=(),
        )

    def _fate(self, draft: Draft, shape: BaseGeometry) -> Fate:
        """Return what can be told of an outline without the rules."""
        if not shape.is_valid or shape.is_empty:
            return Fate.UNFIT
        if int(shapely.get_dimensions(shape)) < 2:
            return Fate.PASSED
        if not self.want.fits(shape):
            return Fate.MISFIT
        present = self.ground.outline
        kept = present if draft.move is None else draft.move.apply(present)
        is_drawn = not draft.way.follows_parcels  # an edge of a parcel is the surveyor's
        is_fit = (
            is_wide(shape, self.want.width_m - 2 * WIDTH_STEP_M)
            and count_holes(shape) <= count_holes(present)
            and (draft.way is RepairWay.CUT or _is_compact(shape, present))
            and not (is_drawn and has_new_spike(shape, kept))
        )
        return Fate.PASSED if is_fit else Fate.UNFIT

    def _passes(self, verdicts: Sequence[Verdict]) -> bool:
        prohibited = [v for v in verdicts if v.severity is Severity.PROHIBITED]
        gaps_before = {v.code for v in self.present.verdicts if is_unchecked(v)}
        return not any(
            v.status in BROKEN or (is_unchecked(v) and v.code not in gaps_before)
            for v in prohibited
        )

    def _repair(
        self, draft: Draft, line: RedLine, verdicts: Sequence[Verdict], met: Sequence[Finding]
    ) -> Repair:
        before = {_key(finding) for finding in self.present.findings}
        after = {_key(finding) for finding in met}
        # a rule that is met elsewhere instead is not settled
        open_codes = {f.code for f in met if f.severity in BINDING and _key(f) not in before}
        ground, move = self.ground, draft.move
        figures = figures_of(
            line.geometry,
            ground.outline,
            moved_m=0.0 if move is None else move.moved_m,
            turned_deg=0.0 if move is None else move.turned_deg,
        )
        follows = self._follows(line.geometry)
        unchecked = tuple(sorted(v.code for v in verdicts if is_unchecked(v)))
        is_binding_met = any(finding.severity in BINDING for finding in met)
        passes = passes_text(is_binding_met=is_binding_met, has_gaps=bool(unchecked))
        return Repair(
            red_line=line,
            rank=0,
            way=draft.way,
            figures=figures,
            # an area is declared anew with the new outline: nothing of that is settled here
            resolves=tuple(
                f.id
                for f in self.present.findings
                if f.code in self.present.on_land - open_codes and _key(f) not in after
            ),
            remains=tuple(f for f in met if _key(f) in before),
            introduces=tuple(f for f in met if _key(f) not in before),
            not_checked=unchecked,
            says=draft_text(draft, figures, float(shapely.area(ground.outline)), passes),
            parcels_left=draft.parcels_left,
            parcels_added=draft.parcels_added,
            takes=self._takes(line.geometry),
            street_m2=self._street_m2(line.geometry),
            follows=follows,
            release=self._release(follows),
            shift=None if move is None else {"east_m": move.east_m, "north_m": move.north_m},
            is_exact=None if move is None else move.gap_m <= SAME_POINT_M,
            gap_m=None if move is None else move.gap_m,
        )

    def _follows(self, shape: BaseGeometry) -> tuple[str, ...]:
        old = shapely.buffer(shapely.boundary(self.ground.outline), SAFETY_M + SAME_POINT_M)
        new = shapely.difference(shapely.boundary(shape), old)
        return () if new.is_empty else self.ground.layers_along(new)

    def _release(self, follows: Sequence[str]) -> Release:
        names = {name for each in follows for name in each.split("+")}
        found = [layer.release for layer in self.ground.atlas.layers if layer.name in names]
        return min(found, key=_NARROWEST.index, default=Release.PUBLIC)

    def _street_m2(self, shape: BaseGeometry) -> float:
        """Return the land of no parcel that the repair enters anew, from 1 m² on."""
        gained = shapely.difference(shape, self.ground.outline)
        street_m2 = float(shapely.area(shapely.intersection(gained, self.ground.unparcelled)))
        return street_m2 if street_m2 > ENTERED_M2 else 0.0

    def _takes(self, shape: BaseGeometry) -> tuple[str, ...]:
        """Return the parcels that are not on offer and that the repair enters anew, by id."""
        plots = self.ground.plots
        if plots is None:
            return ()
        gained = shapely.difference(shape, self.ground.outline)
        entered = shapely.area(shapely.intersection(plots.shapes, gained)) > ENTERED_M2
        return tuple(plots.ids[row] for row in np.flatnonzero(entered & ~plots.is_free))


def _is_compact(shape: BaseGeometry, present: BaseGeometry) -> bool:
    return compactness(shape) >= LEAST_COMPACT * compactness(present)


def is_unchecked(verdict: Verdict) -> bool:
    """True when something of a rule was not checked."""
    return verdict.status is Status.NOT_CHECKED or bool(verdict.gaps)


def _key(finding: Finding) -> tuple[str, str, str]:
    """Return what makes two findings the same matter; points are numbered anew in a repair."""
    feature = finding.feature_id if finding.layer else finding.feature_id.partition("-")[0]
    return finding.code, finding.layer, feature
