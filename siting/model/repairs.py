"""Corrected red lines: the repairs of one red line, and the search that led to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from siting.model.findings import Finding
from siting.model.land import RedLine
from siting.model.words import Release, Text


class RepairWay(StrEnum):
    """How a red line was corrected."""

    CUT = "cut"
    RETREAT = "retreat"
    STRAIGHT_CUT = "straight_cut"
    CUT_EXTEND = "cut_extend"
    CUT_PARCELS = "cut_parcels"
    SHIFT = "shift"
    SHIFT_TURN = "shift_turn"
    SHIFT_CUT = "shift_cut"
    SWAP = "swap"
    DETOUR = "detour"

    @property
    def follows_parcels(self) -> bool:
        """True when the new edges are those of parcels."""
        return self in {RepairWay.SWAP, RepairWay.CUT_PARCELS}


@dataclass(frozen=True, slots=True)
class OutlineFigures:
    """What a corrected outline measures, in metres and m² of the working CRS (planar).

    ``area_lost_m2`` is land of the present red line that the repair gives up,
    ``area_gained_m2`` land that it takes. ``moved_m`` is the largest movement of a vertex by
    shift and turn, 0 where the outline was not moved as a whole; ``turned_deg`` is
    counter-clockwise. ``min_width_m`` is the largest width that no part, neck or arm falls
    below; ``frontage_m`` the length of the outline along the road layer, None without one;
    ``compactness`` 4π·area/perimeter² (1 for a disc). Vertices are told apart from 2 mm on.
    """

    area_m2: float
    area_lost_m2: float
    area_gained_m2: float
    moved_m: float
    turned_deg: float
    min_width_m: float
    frontage_m: float | None
    compactness: float
    vertices_moved: int
    vertices_added: int
    vertices_removed: int


@dataclass(frozen=True, eq=False, slots=True)
class Repair:
    """One corrected red line that the engine of the check found free of prohibited rules.

    ``resolves`` are ids of findings on the present red line that are gone; ``remains`` are
    the findings on the repair under rules and features that the present red line meets as
    well, ``introduces`` those it does not (never of a prohibited rule). ``not_checked``
    names every rule with something not checked: a repair hides none. ``takes`` are parcels
    not on offer that it enters, ``street_m2`` the land of no parcel that it does: both 0 but
    for shifts that nothing better was found for. ``follows`` are the layers whose edges the
    new outline runs along, and ``release`` the narrowest of theirs: who hands the outline on
    hands on that edge. Of an outline that was moved as a whole ``is_exact`` says that no shift
    with smaller ``moved_m`` would do, and ``gap_m`` by how much a smaller movement may still be
    possible, metres; both are None for the other ways.
    """

    red_line: RedLine
    rank: int
    way: RepairWay
    figures: OutlineFigures
    resolves: tuple[str, ...]
    remains: tuple[Finding, ...]
    introduces: tuple[Finding, ...]
    not_checked: tuple[str, ...]
    says: Text
    parcels_left: tuple[str, ...] = ()
    parcels_added: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    street_m2: float = 0.0
    follows: tuple[str, ...] = ()
    release: Release = Release.PUBLIC
    shift: Mapping[str, float] | None = None
    """Of a moved outline: ``east_m`` and ``north_m`` of the shift after the turn."""
    is_exact: bool | None = None
    gap_m: float | None = None

    @property
    def geometry(self) -> BaseGeometry:
        """The corrected outline, in the working CRS."""
        return self.red_line.geometry


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What lifting one rule alone would give; None where that way gives nothing either."""

    code: str
    cut_area_m2: float | None
    moved_m: float | None
    says: Text


@dataclass(frozen=True, slots=True)
class RepairAttempt:
    """What came of one way of repair: how many outlines were drawn, and why they were put aside.

    ``drawn`` counts outlines that differ from each other and from the present one. Of these
    ``misfits`` have not the wanted area, ``unfit`` are too narrow, have a new hole or a new
    spike, ``refused`` still break a rule or settle nothing, ``alike`` are near-duplicates of
    better ones, ``outranked`` meet a restricted rule anew or come after as many as were asked
    for, and ``offered`` are among the repairs. ``says`` is that in words.
    """

    way: RepairWay
    drawn: int
    misfits: int
    unfit: int
    refused: int
    alike: int
    outranked: int
    offered: int
    says: Text


@dataclass(frozen=True, eq=False, slots=True)
class RepairSearch:
    """What the search for repairs of one red line came to.

    ``area_m2_min`` and ``area_m2_max`` (infinite when open) are what a repair had to have,
    ``reach_m`` how far it may move, ``width_m`` what no part of it falls below. Without a
    repair ``blocked_by`` says which rules stand in the way, and ``relaxations`` what lifting
    each alone would give; with fewer than three ``fewer_because`` says why. ``tried`` has what
    came of each way. ``counterfactuals`` say in words what would pass, also where that
    is less land than the demand wants.
    """

    red_line_id: str
    project_id: str
    repairs: tuple[Repair, ...]
    area_m2_min: float
    area_m2_max: float
    reach_m: float
    width_m: float
    counterfactuals: tuple[Text, ...] = ()
    blocked_by: Text | None = None
    blocking: tuple[str, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    notes: tuple[Text, ...] = ()
    tried: tuple[RepairAttempt, ...] = ()
    fewer_because: Text | None = None
