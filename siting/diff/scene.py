"""The two reports side by side, and one rule on one red line in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from siting.diff.pairing import Pair
from siting.diff.records import FeatureChange
from siting.diff.snapshot import ProjectView, RuleView, Snapshot, VerdictView
from siting.model import Text

RIVALS = "rivals"
#: What findings of kind ``rivals`` give for their layer.
RED_LINES_LAYER = "redlines"


@dataclass(frozen=True, eq=False)
class Scene:
    """Two reports; ``partners`` gives the id after of each red line of both, by its id before."""

    before: Snapshot
    after: Snapshot
    partners: Mapping[str, str]

    def id_after(self, red_line_id: str) -> str:
        """Return the id after of a red line before; '' when it is gone.

        One that the first report did not check is taken to have kept its id.
        """
        if red_line_id in self.before.red_lines:
            return self.partners.get(red_line_id, "")
        return red_line_id

    def id_before(self, red_line_id: str) -> str:
        """Return the id before of a red line after; '' when it is new."""
        if red_line_id in self.after.red_lines:
            return self._back.get(red_line_id, "")
        return red_line_id

    @cached_property
    def _back(self) -> Mapping[str, str]:
        return {after: before for before, after in self.partners.items()}


@dataclass(frozen=True, eq=False, slots=True)
class Case:
    """One rule on one red line in both reports, with the findings that differ."""

    scene: Scene
    pair: Pair
    code: str
    before: VerdictView | None
    after: VerdictView | None
    features: tuple[FeatureChange, ...]

    @property
    def rules(self) -> tuple[RuleView | None, RuleView | None]:
        """Return the rule in both books."""
        return self.scene.before.rules.get(self.code), self.scene.after.rules.get(self.code)

    @property
    def kind(self) -> str:
        """Return the kind of the rule."""
        rule = self.rules[1] or self.rules[0]
        return "" if rule is None else rule.kind

    @property
    def title(self) -> Text:
        """Return the rule's title, the later one first."""
        rule = self.rules[1] or self.rules[0]
        return Text(self.code, self.code) if rule is None else rule.title

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the layer roles that the rule needs in either book."""
        return tuple(sorted({role for rule in self.rules if rule for role in rule.needs}))

    @property
    def gaps(self) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
        """Return what was not looked at, before and after."""
        return (
            self.before.gaps if self.before else (),
            self.after.gaps if self.after else (),
        )

    @property
    def projects(self) -> tuple[ProjectView | None, ProjectView | None]:
        """Return the project of the red line in both ledgers."""
        lines = (self.pair.before, self.pair.after)
        sides = (self.scene.before, self.scene.after)
        return tuple(  # type: ignore[return-value]
            side.projects.get(line.project_id) if line else None
            for line, side in zip(lines, sides, strict=True)
        )

    def has_figure(self, *starts: str) -> bool:
        """True when either rule judges by a figure whose name begins so, or does not say."""
        return any(
            rule is not None
            and (rule.figures is None or any(name.startswith(starts) for name in rule.figures))
            for rule in self.rules
        )
