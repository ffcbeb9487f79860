"""How a rank came about: what was used to score, and how sure the order of the sites is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from siting.model.words import Text


@dataclass(frozen=True, slots=True)
class UsedCriterion:
    """One criterion as a search used it.

    ``weight`` is in the profile's own unit; only its share of all weights counts. ``worth`` is
    the table of its value function, from which ``siting.score.value_function`` makes it again.
    ``basis`` says where direction and figures come from, and how sure they are; ``measure`` is
    the kind of measure with its parameters, ``error`` the half width of what its figures may be
    off, in ``unit``.
    """

    name: str
    title: Text
    unit: str
    weight: float
    worth: Mapping[str, object]
    basis: str = ""
    measure: Mapping[str, object] = field(default_factory=dict)
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class LeftOutCriterion:
    """A criterion that could not be measured for a project, and what it would need."""

    name: str
    title: Text
    needs: Text


@dataclass(frozen=True, slots=True)
class UsedProfile:
    """The profile by which a project's sites were scored; with the measures it gives the scores.

    ``method`` is ``weighted_sum`` or ``topsis``; ``weighting`` is ``given``, ``ahp`` or
    ``entropy``. The others carry the weight of what is in ``left_out``. ``chosen`` says why the
    project got this profile; ``sha256`` is the hash of all that its scores depend on.
    """

    name: str
    title: Text
    method: str
    weighting: str
    criteria: tuple[UsedCriterion, ...]
    left_out: tuple[LeftOutCriterion, ...] = ()
    consistency_ratio: float | None = None
    """Of the judgements in pairs that gave the weights; over 0.1 they contradict each other."""
    chosen: Text = field(default_factory=lambda: Text(""))
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """Why a site stands behind the one before it, which is ``site_id``.

    ``gap_points`` is how many points the other is ahead (below 0: the site has more points, and
    stands behind for ``by_list``). ``gaps`` has each criterion's part of it in points; they add
    up to it exactly. ``criterion`` speaks most for the other; ``is_decisive``: without it the
    other would not be ahead. ``turns_at`` is the share of all weight (0–1) at which the
    criterion ``turns_with`` would turn the order, whose share is ``share_now``; None where
    no weight does.
    """

    site_id: str
    gap_points: float
    gaps: Mapping[str, float]
    criterion: str
    is_decisive: bool
    by_list: Text
    text: Text
    turns_with: str = ""
    share_now: float | None = None
    turns_at: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How sure the place of one site is among those offered to its project.

    ``by_place`` has the share of draws in which it came first, second …, what puts a list
    behind another staying as it is; ``central_weights``
    the mean weights (shares of 1) that put it first, None where none did. ``is_unbeaten``:
    no other is at least as good in everything and better in something (Pareto). ``closeness``
    is its TOPSIS figure between fixed ends, 0–1: that of all worths 1 is 1.
    """

    site_id: str
    by_place: tuple[float, ...]
    top_share: float
    is_unbeaten: bool
    closeness: float | None
    central_weights: Mapping[str, float] | None
    text: Text
    behind: Behind | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The standings of all sites offered to a project, by rank, and what was drawn for them."""

    standings: tuple[Standing, ...]
    top: int
    draws: int
    seed: int
    spread: Text
    """What was taken as uncertain: weights within ±25 % of theirs, measures by their errors."""
    weights_by_share: float = 0.25
    """By so much of itself each weight was taken to err."""

    @property
    def by_site(self) -> dict[str, Standing]:
        """The standings by site id."""
        return {standing.site_id: standing for standing in self.standings}
