"""The re-check: each parcel that may be offered goes through the same engine as a red line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from shapely.geometry.base import BaseGeometry

from siting.candidates.parcels import Parcels
from siting.check import Memory, find_conflicts
from siting.city import City
from siting.exclude import Broken, broken_by, is_decidable
from siting.model import Atlas, Finding, Project, RedLine, Severity, Status, Text, Verdict
from siting.rulebook import RuleBook
from siting.rules.base import Rule, layer_gaps

#: Verdicts that say "this rule is broken here"; a possible exception is a person's to claim.
_BROKEN = (Status.CONFLICT, Status.EXCEPTION_MAY_APPLY)
#: Verdicts under which a site is free of a rule.
_FREE = (Status.CLEAR, Status.NEAR)

#: From so many keys at once, and from one key for so many parcels of the city, a pass over all
#: parcels pays: the engine takes some 2 ms a key, the pass some 0.05 ms a parcel.
MANY_KEYS = 2_000
PARCELS_PER_KEY = 20

Key = tuple[str, int]
"""A project's id and the position of a parcel in the parcel table."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the engine said of one parcel for one project, as sorted rule codes.

    ``broken``: prohibited rules in conflict (an exception that may apply counts, for only a
    person may claim it). ``unchecked_prohibited``: prohibited rules not checked, wholly or in part.
    ``remaining``: milder rules met and matters to consult on; ``burden``: the severities of
    those met on this very land (matters never on a map weigh the same everywhere, so they
    are listed, not weighed); ``not_checked``: every rule with something not checked;
    ``free``: rules checked in full and not broken. Where many parcels were asked about at once, one
    that is broken for certain has ``broken`` alone.
    """

    broken: tuple[str, ...] = ()
    unchecked_prohibited: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    burden: tuple[Severity, ...] = ()
    not_checked: tuple[str, ...] = ()
    free: tuple[str, ...] = ()

    def is_clean(self, *, lifted: Iterable[str] = ()) -> bool:
        """True when no prohibited rule but the lifted ones is broken."""
        return not set(self.broken) - set(lifted)

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Recheck:
        """Sum up the verdicts on one red line."""
        ordered = sorted(verdicts, key=lambda verdict: verdict.code)
        prohibited = [v for v in ordered if v.severity is Severity.PROHIBITED]
        milder = [v for v in ordered if v.severity is not Severity.PROHIBITED]
        met = (*_BROKEN, Status.CONSULT)
        return cls(
            broken=tuple(v.code for v in prohibited if v.status in _BROKEN),
            unchecked_prohibited=tuple(v.code for v in prohibited if _is_unchecked(v)),
            remaining=tuple(v.code for v in milder if v.status in met),
            burden=tuple(v.severity for v in milder if v.status in _BROKEN),
            not_checked=tuple(v.code for v in ordered if _is_unchecked(v)),
            free=tuple(v.code for v in ordered if v.status in _FREE and not v.gaps),
        )


def _is_unchecked(verdict: Verdict) -> bool:
    return verdict.status is Status.NOT_CHECKED or bool(verdict.gaps)


@dataclass(frozen=True, eq=False, slots=True)
class Conflict:
    """One prohibited rule that a parcel breaks, and the pieces of the parcel that do.

    ``area_m2`` is their union, planar; ``pieces`` is empty where the rule measures no area.
    """

    code: str
    title: Text
    area_m2: float
    pieces: tuple[BaseGeometry, ...]


@dataclass(eq=False, slots=True)
class Rechecker:
    """Runs the engine over (project, parcel) pairs and remembers what it said.

    All pairs that are asked for at once go through the engine in one call.
    """

    atlas: Atlas
    rule_book: RuleBook
    city: City
    as_of: dt.date
    parcels: Parcels
    memory: Memory | None = None
    """Verdicts on candidates of earlier runs."""
    known: dict[Key, Recheck] = field(default_factory=dict)
    _broken: tuple[Broken, ...] | None = None

    def recheck(self, keys: Iterable[Key]) -> None:
        """Make sure that :attr:`known` holds every one of `keys`.

        Of many keys those that break a prohibited rule for certain are known from one pass over
        all parcels: of these the engine is asked only for the rules that such a pass cannot
        decide. They are not clean, and nothing but their ``broken`` is ever read.
        """
        missing = sorted(set(keys) - set(self.known))
        if not missing:
            return
        if len(missing) >= max(MANY_KEYS, len(self.parcels) // PARCELS_PER_KEY):
            broken = self._surely_broken(missing)
            others = self._judged(
                broken, self._undecided_rules(), city=self._city_without_matters()
            )
            for key, codes in broken.items():
                self.known[key] = Recheck(broken=tuple(sorted({*codes, *others[key].broken})))
            missing = [key for key in missing if key not in broken]
        self.known.update(self._judged(missing, self.rule_book, city=self.city))

    def conflicts(self, keys: Iterable[Key]) -> dict[Key, tuple[Conflict, ...]]:
        """Return the prohibited rules that each parcel breaks, by code, with the land in conflict.

        :attr:`known` is neither asked nor filled; an exception that may apply counts as broken.
        """
        lines = {self._line_id(key): key for key in keys}
        rule_book = replace(self.rule_book, rules=tuple(self._prohibited()))
        verdicts, findings = self._found(
            lines.values(), rule_book, city=self._city_without_matters()
        )
        pieces: dict[tuple[str, str], list[BaseGeometry]] = {}
        for finding in findings:
            if finding.geometry is not None and finding.area_m2 is not None:
                pieces.setdefault((finding.red_line_id, finding.code), []).append(finding.geometry)
        found: dict[Key, list[Conflict]] = {key: [] for key in lines.values()}
        titles = self.titles()
        for verdict in sorted(verdicts, key=lambda verdict: verdict.code):
            if verdict.status in _BROKEN:
                some = tuple(pieces.get((verdict.red_line_id, verdict.code), ()))
                conflict = Conflict(verdict.code, titles[verdict.code], verdict.area_m2, some)
                found[lines[verdict.red_line_id]].append(conflict)
        return {key: tuple(some) for key, some in found.items()}

    def _found(
        self, keys: Iterable[Key], rule_book: RuleBook, *, city: City
    ) -> tuple[tuple[Verdict, ...], tuple[Finding, ...]]:
        return find_conflicts(
            [self._red_line(key) for key in keys],
            self.atlas,
            rule_book,
            city=city,
            as_of=self.as_of,
            memory=self.memory,
        )

    def _judged(
        self, keys: Iterable[Key], rule_book: RuleBook, *, city: City
    ) -> dict[Key, Recheck]:
        lines = {self._line_id(key): key for key in keys}
        verdicts, _ = self._found(lines.values(), rule_book, city=city)
        by_line: dict[str, list[Verdict]] = {name: [] for name in lines}
        for verdict in verdicts:
            by_line[verdict.red_line_id].append(verdict)
        return {key: Recheck.of(by_line[name]) for name, key in lines.items()}

    def _prohibited(self) -> list[Rule]:
        return [
            rule
            for rule in self.rule_book.in_force(self.as_of)
            if rule.severity is Severity.PROHIBITED
        ]

    def _undecided_rules(self) -> RuleBook:
        """Return the rule book with the prohibited rules alone that no pass can decide."""
        rules = tuple(rule for rule in self._prohibited() if not is_decidable(rule))
        return replace(self.rule_book, rules=rules)

    def _city_without_matters(self) -> City:
        # what is never on a map is consulted on, and prohibits nothing
        return replace(self.city, off_map=())

    def _surely_broken(self, keys: Iterable[Key]) -> dict[Key, list[str]]:
        """Return the keys of which every decidable rule is told for certain, some as broken."""
        if self._broken is None:
            decidable = [rule for rule in self._prohibited() if is_decidable(rule)]
            self._broken = broken_by(decidable, self.atlas, self.parcels.land, self.rule_book)
        projects = {project.id: project for project in self.atlas.projects}
        found: dict[Key, list[str]] = {}
        for key in keys:
            project, row = projects.get(key[0]), key[1]
            asked = [
                each
                for each in self._broken
                if each.is_hit[row] and (project is None or each.rule.applies_to(project))
            ]
            if asked and all(each.is_sure[row] for each in asked):
                found[key] = [each.rule.code for each in asked]
        return found

    def _line_id(self, key: Key) -> str:
        project_id, position = key
        return f"{project_id}~{self.parcels.ids[position]}"

    def _red_line(self, key: Key) -> RedLine:
        project_id, position = key
        return RedLine(
            id=self._line_id(key),
            project_id=project_id,
            geometry=self.parcels.geometries[position],
            crs=self.city.crs,
            source="candidate",
        )

    def has_gap_everywhere(self, project: Project) -> bool:
        """True when a prohibited rule for the project lacks its layer: no site is fully checked."""
        return any(
            layer_gaps(role, self.atlas.by_role(role))
            for rule in self.rule_book.rules
            if rule.severity is Severity.PROHIBITED
            and rule.basis.is_in_force(self.as_of)
            and rule.applies_to(project)
            for role in rule.needs
        )

    def titles(self) -> dict[str, Text]:
        """Return the title of each rule of the book by its code."""
        return {rule.code: rule.title for rule in self.rule_book.rules}

    def codes_of_kinds(self, kinds: Iterable[str]) -> set[str]:
        """Return the codes of the rules of the book that are of one of the kinds."""
        wanted = set(kinds)
        return {rule.code for rule in self.rule_book.rules if rule.kind in wanted}
