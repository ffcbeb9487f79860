"""The re-check: each parcel that may be offered goes through the same engine as a red line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from siting.candidates.parcels import Parcels
from siting.check import Memory, find_conflicts
from siting.city import City
from siting.model import Atlas, Project, RedLine, Severity, Status, Text, Verdict
from siting.rulebook import RuleBook
from siting.rules.base import layer_gaps

#: Verdicts that say "this rule is broken here"; a possible exception is a person's to claim.
_BROKEN = (Status.CONFLICT, Status.EXCEPTION_MAY_APPLY)
#: Verdicts under which a site is free of a rule.
_FREE = (Status.CLEAR, Status.NEAR)

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
    ``free``: rules checked in full and not broken.
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

    def recheck(self, keys: Iterable[Key]) -> None:
        """Make sure that :attr:`known` holds every one of `keys`."""
        missing = sorted(set(keys) - set(self.known))
        if not missing:
            return
        lines = {self._line_id(key): key for key in missing}
        verdicts, _ = find_conflicts(
            [self._red_line(key) for key in missing],
            self.atlas,
            self.rule_book,
            city=self.city,
            as_of=self.as_of,
            memory=self.memory,
        )
        by_line: dict[str, list[Verdict]] = {name: [] for name in lines}
        for verdict in verdicts:
            by_line[verdict.red_line_id].append(verdict)
        for name, key in lines.items():
            self.known[key] = Recheck.of(by_line[name])

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

    def kinds(self) -> dict[str, str]:
        """Return the kind of each rule of the book by its code."""
        return {rule.code: rule.kind for rule in self.rule_book.rules}
