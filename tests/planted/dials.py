"""How a block is made as good as the perfect site on a criterion, better, or clearly worse.

What is planted follows from the profile's own worth tables. Nothing of it is trusted: the tests
measure all of it by hand (`hand`) before siting is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ground_plan import BESIDE_M, DRY_M, STRAIGHT_M, Block, Outline, Planted, Zone
from .roads import KMH, OFF_ROAD_KMH, SPUR
from .surfaces import RIM, Ground, Surface, within
from .worths import Criterion, Profile

Floats = NDArray[np.float64]

#: The perfect site may lose so much worth on a criterion, for others to be better than it.
LOSS = 0.012
#: A decoy loses at least so much on its criterion, where its measures allow.
DROP = 0.55
#: What is avoided is no nearer to others than this times the distance that is worth most.
AWAY = 1.1
#: Keeps slopes off the round figures of limits, where rounding decides what is steeper.
UNEVEN = 0.973
#: Shares of its outline in one wide piece that a parcel is offered for, and is not: two thirds.
OFFERED_BODY, REFUSED_BODY = 0.68, 0.65
#: Figures that differ by less are equal.
AS_GOOD = 1e-6
#: Measures tried between the least and the greatest that can be planted.
SPOTS = 2_001
#: Kinds that measure from the present place.
OF_THE_PLACE = frozenset({"present_distance", "same_district"})
#: Kinds that measure the outline alone, and kinds that measure the surface of the ground.
OF_THE_OUTLINE = frozenset({"area_deviation", "compactness", "least_width_m"})
OF_THE_SURFACE = frozenset({"slope", "steep_share", "relief", "earthwork"})
#: Kinds for which a blurred figure would mean nothing: they count states.
STATES = frozenset(
    {"same_district", "acquisition", "plan_state", "burden", "supply_state", "ownership"}
)


@dataclass(frozen=True)
class Dial:
    """Settings for one criterion: the perfect site's, those as good, and clearly worse ones."""

    perfect: Any
    better: Sequence[Any]
    worse: Sequence[Any]
    turn: Callable[[Block, Any], None]


@dataclass(frozen=True)
class Sketch:
    """What all blocks of a city have in common."""

    profile: Profile
    side_m: float
    pitch_m: float
    has_red_line: bool
    district: str
    absent: str

    @property
    def slack_m2(self) -> float:
        """Half the range of wanted areas."""
        return self.side_m**2 / 2

    @property
    def farthest_m(self) -> float:
        """So far from its parcel a feature still stands in its cell."""
        return self.pitch_m / 2 - self.side_m - 50.0


def is_falling(criterion: Criterion) -> bool:
    """True when less is better."""
    low, high = criterion.reach
    return criterion.worth_of(low) > criterion.worth_of(high)


def drop_of(worths: Sequence[float] | Floats) -> float:
    """Return by how much a worse setting has to be worse, where settings reach these worths."""
    return min(DROP, 0.9 * (max(worths) - min(worths)))


def spots(criterion: Criterion, low: float, high: float) -> tuple[float, list[float], list[float]]:
    """Return measures to plant: the perfect site's, better ones, and clearly worse ones.

    By the criterion's own worth table, between two measures; the best of the better ones first.
    """
    every = np.linspace(low, high, SPOTS).round(3).tolist()
    worths = [criterion.worth_of(spot) for spot in every]
    top, drop = max(worths), drop_of(worths)
    good = [spot for spot, worth in zip(every, worths, strict=True) if worth >= top - LOSS]
    if not is_falling(criterion):
        good.reverse()
    worse = [spot for spot, worth in zip(every, worths, strict=True) if worth <= top - drop]
    at = int(0.8 * (len(good) - 1))
    return good[at], good[: max(1, int(0.95 * at))], worse


def _text(column: str, good: Sequence[str], worse: Sequence[str]) -> Callable[..., Dial]:
    def dial(_criterion: Criterion, _sketch: Sketch) -> Dial:
        def turn(block: Block, word: str) -> None:
            block.texts[column] = word

        return Dial(good[0], good, worse, turn)

    return dial


def _present_distance(criterion: Criterion, sketch: Sketch) -> Dial:
    perfect, better, _ = spots(criterion, 2.0, sketch.pitch_m / 4)

    def turn(block: Block, metres: float) -> None:
        if math.isinf(metres):
            block.is_remote = True
        else:
            block.gap_m = metres

    return Dial(perfect, better, [math.inf], turn)


def _same_district(_criterion: Criterion, _sketch: Sketch) -> Dial:
    def turn(block: Block, district: str) -> None:
        block.district = district

    return Dial("A", ["A"], ["B"], turn)


def columns_of(criterion: Criterion) -> dict[str, str]:
    """Return columns with which a feature is one of those that count."""
    return {name: values[0] for name, values in criterion.measure.get("where", {}).items()}


def _distance(criterion: Criterion, sketch: Sketch) -> Dial:
    roles = criterion.measure["roles"]
    is_of_roads = roles[0] == "road"
    _, high = criterion.reach
    is_needed = is_falling(criterion)
    perfect, better, worse = spots(criterion, 2.0, high if is_needed else AWAY * high)
    if not is_needed:  # nothing of the kind is planted
        better = [math.inf]

    def turn(block: Block, metres: float) -> None:
        if is_of_roads:
            block.road_gap_m = min(metres, sketch.farthest_m)
            return
        role, columns = roles[block.lot % len(roles)], columns_of(criterion)
        if metres <= sketch.farthest_m:
            block.planted.append(Planted(role, metres, columns))
        if columns:  # one that does not count is nearer than any that does
            block.planted.append(Planted(role, 1.0, dict.fromkeys(columns, "-")))

    return Dial(perfect, better, worse[: SPOTS // 8] if is_of_roads else worse, turn)


def _overlap(criterion: Criterion, _sketch: Sketch) -> Dial:
    perfect, better, worse = spots(criterion, 0.0, 1.0)

    def turn(block: Block, share: float) -> None:
        if share > 0:
            role = criterion.measure["roles"][block.lot % len(criterion.measure["roles"])]
            zone = Zone(role, share, columns_of(criterion))
            # every second one is drawn twice: each m² counts once
            block.zones += [zone] * (1 + block.lot % 2)

    # a ragged parcel has less land in its north, so that the share comes out larger
    return Dial(perfect, better[: len(better) // 2 + 1], worse, turn)


def travel_of(criterion: Criterion) -> tuple[float, float]:
    """Return what a metre on the road up to a parcel costs, and a metre off it."""
    if criterion.measure.get("count", "minutes") == "metres":
        return 1.0, 1.0
    kmh = KMH[criterion.measure.get("mode", "drive")][SPUR]
    return 0.06 / kmh, 0.06 / OFF_ROAD_KMH


def _travel(criterion: Criterion, sketch: Sketch) -> Dial:
    if not is_falling(criterion):
        return _travel_away(criterion, sketch)
    on_road, off_road = travel_of(criterion)
    nearest = 10 * on_road + (BESIDE_M + 12.0) * off_road
    farthest = (STRAIGHT_M - 50.0) * on_road + nearest
    perfect, better, _ = spots(criterion, nearest, min(criterion.reach[1], farthest))
    _, _, worse = spots(criterion, *criterion.reach)

    def turn(block: Block, cost: float) -> None:
        if cost in worse:
            block.detour_m = max(block.detour_m, cost / on_road)
        else:
            off_m = BESIDE_M + block.road_gap_m
            metres = max(cost - off_m * off_road, 0.0) / on_road
            role = criterion.measure["role"]
            block.planted.append(Planted(role, metres, columns_of(criterion), is_by_road=True))

    return Dial(perfect, better, worse[: SPOTS // 4], turn)


def _travel_away(criterion: Criterion, _sketch: Sketch) -> Dial:
    """Return settings for services better far off: worse blocks have one of their own.

    The road from it to all others winds for longer than makes a difference.
    """
    on_road, off_road = travel_of(criterion)
    _, _, worse = spots(criterion, *criterion.reach)
    most_m = min(STRAIGHT_M - 50.0, (max(worse) - (BESIDE_M + 12.0) * off_road) / on_road)

    def turn(block: Block, metres: float) -> None:
        if not math.isinf(metres):
            role = criterion.measure["role"]
            block.planted.append(Planted(role, metres, columns_of(criterion), is_by_road=True))
            block.detour_m = max(block.detour_m, AWAY * criterion.reach[1] / on_road)

    metres = np.linspace(10.0, most_m, 50).round(1).tolist()
    return Dial(math.inf, [math.inf], metres, turn)


def _flood_depth(criterion: Criterion, _sketch: Sketch) -> Dial:
    _, _, worse = spots(criterion, 0.0, criterion.reach[1])

    def turn(block: Block, depth_m: float) -> None:
        block.depths_m[criterion.name] = depth_m

    return Dial(0.0, [0.0], worse, turn)


def _burden(_criterion: Criterion, _sketch: Sketch) -> Dial:
    def turn(block: Block, rules: tuple[str, ...]) -> None:
        block.meets = (*block.meets, *rules)

    consults, advice = ("CONSULT1", "CONSULT2"), ("ADVICE1", "ADVICE2")
    return Dial((), [()], [(*consults, advice[0]), (*consults, *advice)], turn)


DIALS: Mapping[str, Callable[[Criterion, Sketch], Dial]] = {
    "present_distance": _present_distance,
    "same_district": _same_district,
    "distance": _distance,
    "overlap": _overlap,
    "travel": _travel,
    "flood_depth": _flood_depth,
    "acquisition": _text("acquisition", ["已收储", "已完成征收"], ["征收中"]),
    "plan_state": _text("plan_state", ["已批复", "已批准"], ["编制中", "未编"]),
    "supply_state": _text("supply", ["批而未供"], ["新增用地", "未供"]),
    "ownership": _text("ownership", ["国有"], ["集体"]),
    "burden": _burden,
}


def as_good(criterion: Criterion, measure: float, than: float) -> bool:
    """True when a measure is as good as another one, better, or worth all that there is."""
    is_better = measure * _sign(criterion) >= than * _sign(criterion) - AS_GOOD
    return is_better or criterion.worth_of(measure) == 1.0


def hang_together(one: Criterion, other: Criterion) -> bool:
    """True where what is worse by the one can hardly be as good by the other.

    Outlines have one shape and grounds one surface; a site far from the road takes longer to
    get anywhere by road.
    """
    for group in (OF_THE_OUTLINE, OF_THE_SURFACE):
        if {one.kind, other.kind} <= group:
            return True
    return other.kind == "travel" and "road" in one.measure.get("roles", ())


@dataclass(frozen=True, eq=False)
class Menu:
    """Settings that several criteria measure at once, the likeliest for a perfect site last."""

    settings: Sequence[Any]
    criteria: Sequence[Criterion]
    measures: Sequence[Mapping[str, float]]

    @cached_property
    def worths(self) -> Mapping[str, Floats]:
        return {
            c.name: np.array([c.worth_of(measures[c.name]) for measures in self.measures])
            for c in self.criteria
        }

    @cached_property
    def goods(self) -> Mapping[str, Floats]:
        """The measures, turned so that more is better."""
        return {
            c.name: np.array([measures[c.name] for measures in self.measures]) * _sign(c)
            for c in self.criteria
        }

    def perfect(self) -> int:
        """Return the setting that is nearly worth most on all, and of those the least good."""
        sums, is_good = np.zeros(len(self.settings)), np.ones(len(self.settings), bool)
        for worths in self.worths.values():
            is_good &= worths >= worths.max() - LOSS
            sums += worths
        good = np.flatnonzero(is_good)[::-1]
        return int(good[np.argmin(sums[good].round(9))]) if len(good) else len(sums) - 1

    def decoy(self, worse_on: frozenset[str], than: Mapping[str, float], lot: int) -> int:
        """Return one that is clearly worse on some, and on the others at least as good as `than`.

        Where that cannot be, on as few others as can be it is not. `lot` decides between equals.
        """
        is_worse, missed = np.ones(len(self.settings), bool), np.zeros(len(self.settings))
        for criterion in self.criteria:
            name, worths = criterion.name, self.worths[criterion.name]
            if name in worse_on:
                is_worse &= worths <= worths.max() - drop_of(worths)
            else:
                missed += self.goods[name] < than[name] * _sign(criterion) - 1e-9
        worse = np.flatnonzero(is_worse)
        serving = worse[missed[worse] == missed[worse].min()]
        return int(serving[lot % len(serving)])


def _sign(criterion: Criterion) -> int:
    return -1 if is_falling(criterion) else 1


def outline_measures(outline: Outline, sketch: Sketch) -> dict[str, float]:
    """Return what the kinds of the outline measure."""
    return {
        "area_deviation": abs(outline.area_m2 - sketch.side_m**2) / sketch.slack_m2,
        "compactness": 4 * math.pi * outline.area_m2 / outline.perimeter_m**2,
        "least_width_m": outline.least_width_m,
    }


@cache
def outlines(side: float) -> list[Outline]:
    """Return rectangles and ragged outlines of about the wanted area that are no strips."""
    return [outline for outline in _all_outlines(side) if outline.body_share > OFFERED_BODY]


@cache
def strips(side: float) -> list[Outline]:
    """Return strips and outlines of which much is narrow, of about the wanted area."""
    return [outline for outline in _all_outlines(side) if outline.body_share < REFUSED_BODY]


def _all_outlines(side: float) -> list[Outline]:
    sides = np.arange(50.0, 2.5 * side, 10.0).tolist()
    found = []
    for width, height in product(sides, repeat=2):
        for finger in (10.0, 30.0, 50.0):
            most = int((width / 2 - 5) // (finger + 10))
            found += [Outline(width, height, cuts, finger) for cuts in {most} if cuts > 0]
        found.append(Outline(width, height))
    in_range = [o for o in found if 0.55 * side**2 < o.area_m2 < 1.45 * side**2]
    return [o for o in in_range if o.height > o.finger]


@cache
def surfaces(turns: int) -> list[Surface]:
    """Return shapes of ground that look one way, gentle planes last."""
    most = {"spike": 20.0, "step": 12.0, "bank": 60.0, "waves": 8.0}
    sizes = [(form, size * n / 10) for form, size in most.items() for n in range(1, 11)]
    sizes += [("plane", n / 4) for n in (*range(32), *range(32, 160, 8))]
    return [Surface(form, UNEVEN * size, turns) for form, size in sizes]


def surface_measures(
    shapes: Sequence[Surface], outline: Outline, criteria: Sequence[Criterion]
) -> list[dict[str, float]]:
    """Return what the kinds of the surface measure under an outline, of each shape of ground."""
    columns, rows = round(outline.width / 10), round(outline.height / 10)
    inside = within(outline.polygon, columns, rows)
    found = []
    for shape in shapes:
        heights = DRY_M + shape.heights(columns + 2 * RIM, rows + 2 * RIM)
        ground = Ground.of(heights[RIM - 1 : 1 - RIM, RIM - 1 : 1 - RIM], inside)
        found.append({c.name: ground.measure(c.measure, -math.inf) for c in criteria})
    return found
