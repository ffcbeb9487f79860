"""What a plan chooses from: the options of each project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from siting.model.sites import Site


@dataclass(frozen=True, eq=False, slots=True)
class Option:
    """One site that one project could have: it broke no prohibited rule when it was re-checked.

    ``site.kind`` tells a present red line, a repaired one, a parcel, or what was made of some.
    ``score`` is that of the project's profile (0–100), ``deductions`` the points taken off it in
    plans, by cause (``must_acquire``, ``assembled``, ``carved``, ``restricted``, ``not_checked``,
    ``elsewhere``: it gives up the present red line). ``remains`` and ``not_checked`` are rule
    codes, as in a suggestion.
    """

    project_id: str
    site: Site
    score: float
    deductions: Mapping[str, float] = field(default_factory=dict)
    must_acquire: bool | None = None
    remains: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    distance_m: float | None = None

    @property
    def points(self) -> float:
        """What the option counts in a plan: its score less the deductions, at least 0."""
        return max(0.0, self.score - sum(self.deductions.values()))
