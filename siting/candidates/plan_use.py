"""What the plan allows: the zone under each parcel against the uses that a project wants.

The rule book's rule of kind ``zoning`` says which zones allow a use, and its crosswalks
turn one code system into another. Without such a rule a zone fits when its code begins
with a wanted use of the same declared code system. Nothing is guessed: what cannot be
compared is *not compared*, and said so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from siting.candidates.parcels import Mask, Parcels
from siting.candidates.wanted import Wanted
from siting.model import Project, Text
from siting.rulebook import RuleBook
from siting.rules.zoning import ZoningRule

ZONING_ROLE = "zoning"

Crosswalks = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True, eq=False, slots=True)
class PlanRules:
    """The zoning rules in force and the crosswalks of a rule book."""

    rules: tuple[ZoningRule, ...] = ()
    crosswalks: Crosswalks = field(default_factory=dict)

    @classmethod
    def of(cls, rule_book: RuleBook, as_of: dt.date) -> PlanRules:
        """Take them out of a rule book."""
        rules = tuple(
            rule
            for rule in rule_book.rules
            if isinstance(rule, ZoningRule)
            and rule.role == ZONING_ROLE
            and rule.basis.is_in_force(as_of)
        )
        return cls(rules, rule_book.crosswalks)

    @property
    def code_column(self) -> str:
        """The column of the use code that the rules read; empty without a rule."""
        return self.rules[0].code_column if self.rules else ""

    def rule_for(self, project: Project) -> ZoningRule | None:
        """Return the zoning rule that looks at a project, or None."""
        return next((rule for rule in self.rules if rule.applies_to(project)), None)


def allows_use(
    parcels: Parcels, project: Project, wanted: Wanted, plan: PlanRules
) -> tuple[Mask | None, Text]:
    """Return which parcels lie mostly in a zone that allows the wanted uses.

    None, with the reason, where nothing could be compared. A single parcel without a
    zone, or whose zone has no counterpart in the rule's code system, is not allowed.
    """
    zoned = parcels.zoned
    if not wanted.uses:
        return None, _NO_USE
    if not zoned.known:
        return None, _NO_ZONING
    rule = plan.rule_for(project)
    prefixes = _wanted_zones(wanted, rule, plan.crosswalks)
    code_of = {
        zone: _zone_code(zone, wanted.code_system, rule, plan.crosswalks) for zone in zoned.known
    }
    if not prefixes or not any(code_of.values()):
        return None, _NO_COMMON_SYSTEM
    fitting = {zone for zone, code in code_of.items() if code and code.startswith(prefixes)}
    zones = zip(zoned.use, zoned.code_system, strict=True)
    return np.array([zone in fitting for zone in zones], dtype=bool), Text("")


def _wanted_zones(
    wanted: Wanted, rule: ZoningRule | None, crosswalks: Crosswalks
) -> tuple[str, ...]:
    if rule is None:
        return wanted.uses if wanted.code_system else ()
    zones: set[str] = set()
    for use in wanted.uses:
        code = rule.translate(use, wanted.code_system, crosswalks)
        if code is not None:
            allowed = rule.allowed_zones(code)
            zones.update((code,) if allowed is None else allowed)
    return (*sorted(zones), *rule.open_zones) if zones else ()


def _zone_code(
    zone: tuple[str, str], code_system: str, rule: ZoningRule | None, crosswalks: Crosswalks
) -> str:
    """Return a zone's code in the system of the rule, or of the project; empty if it has none."""
    use, system = zone
    if rule is None:
        return use if system == code_system else ""
    return (rule.translate(use, system, crosswalks) or "") if system else ""


_NO_USE = Text("规划用途未比对：台账未写用途", "plan use not compared: the ledger names no use")
_NO_ZONING = Text(
    "规划用途未比对：没有可用的规划图层或用途字段",
    "plan use not compared: no usable zoning layer with a column of use codes",
)
_NO_COMMON_SYSTEM = Text(
    "规划用途未比对：项目与规划的用地分类标准不同、未声明或无对照",
    "plan use not compared: project and plan share no declared code system or crosswalk",
)
