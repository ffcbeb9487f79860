"""Plants a city around a profile: a perfect site, decoys that beat it on all criteria but one.

What is planted follows from the profile's own worth tables. Nothing of it is trusted: the tests
measure all of it by hand (`hand`) before siting is asked.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from .ground_plan import Block, City, Outline, Planted
from .worths import Criterion, Profile

Rng = np.random.Generator

#: The perfect site may lose so much worth on a criterion, for others to be better than it.
LOSS = 0.012
#: A decoy loses at least so much on its criterion, where its measures allow.
DROP = 0.55
#: Parts of blocks besides "perfect" and "decoy".
FORBIDDEN, SUPPLIED, WRONG_USE = "forbidden", "supplied", "wrong_use"
NEVER_OFFERED = (FORBIDDEN, SUPPLIED, WRONG_USE)
CONSENT, LATER, ALSO_RAN = "consent", "later", "also_ran"
SPOTS = 2_001
#: Of an outline under this, 4π·area / perimeter² is that of something ragged.
RAGGED = 0.35
ADVICE = ("ADVICE1", "ADVICE2")
OTHER_USE = "0701"
#: Kinds that measure from the present place.
OF_THE_PLACE = {"present_distance", "same_district"}


@dataclass(frozen=True)
class Dial:
    """How a block is made so or so good on a criterion.

    ``perfect`` is the perfect site's setting, ``better`` are settings at least as good,
    ``worse`` clearly worse ones; ``turn`` gives a block one of them.
    """

    perfect: Any
    better: Sequence[Any]
    worse: Sequence[Any]
    turn: Callable[[Block, Any], None]


def spots(criterion: Criterion, low: float, high: float) -> tuple[float, list[float], list[float]]:
    """Return measures to plant: the perfect site's, better ones, and clearly worse ones.

    By the criterion's own worth table, between two measures; the best of the better ones first.
    """
    every = np.linspace(low, high, SPOTS).round(3).tolist()
    worths = [criterion.worth_of(spot) for spot in every]
    top = max(worths)
    good = [spot for spot, worth in zip(every, worths, strict=True) if worth >= top - LOSS]
    if worths[-1] > worths[0]:
        good.reverse()
    drop = min(DROP, 0.9 * (top - min(worths)))
    worse = [spot for spot, worth in zip(every, worths, strict=True) if worth <= top - drop]
    at = int(0.8 * (len(good) - 1))
    return good[at], good[: max(1, int(0.95 * at))], worse


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
        return self.side_m**2 / 2


def _text(column: str, good: Sequence[str], worse: Sequence[str]) -> Callable[..., Dial]:
    def dial(_criterion: Criterion, _sketch: Sketch) -> Dial:
        def turn(block: Block, word: str) -> None:
            block.texts[column] = word

        return Dial(good[0], good, worse, turn)

    return dial


def _present_distance(criterion: Criterion, sketch: Sketch) -> Dial:
    perfect, better, _ = spots(criterion, 2.0, sketch.pitch_m / 4)

    def turn(block: Block, metres: float) -> None:
        block.gap_m, block.is_remote = metres, math.isinf(metres)

    return Dial(perfect, better, [math.inf], turn)


def _same_district(_criterion: Criterion, _sketch: Sketch) -> Dial:
    def turn(block: Block, district: str) -> None:
        block.district = district

    return Dial("A", ["A"], ["B"], turn)


def _distance(criterion: Criterion, sketch: Sketch) -> Dial:
    role = criterion.measure["roles"][0]
    low, high = criterion.reach
    is_needed = criterion.worth_of(low) > criterion.worth_of(high)
    perfect, better, worse = spots(criterion, 2.0, high if is_needed else 1.1 * high)
    farthest_m = sketch.pitch_m / 2 - sketch.side_m - 50.0

    def turn(block: Block, metres: float) -> None:
        if role == "road":
            block.road_gap_m = min(metres, farthest_m)
        elif metres <= farthest_m:
            block.planted.append(Planted(role, metres))

    return Dial(perfect, better, worse, turn)


def _outline(kind: str) -> Callable[..., Dial]:
    def dial(_criterion: Criterion, sketch: Sketch) -> Dial:
        def turn(block: Block, how: str) -> None:
            # both look at the outline: what the other one wanted stands in its name
            block.shape = {**block.shape, kind: how}
            choices = outlines(sketch.side_m, sketch.slack_m2)[
                "worse" in block.shape.get("area_deviation", ""),
                "worse" in block.shape.get("compactness", ""),
            ]
            block.outline = choices[block.lot % len(choices)]
            if set(block.shape.values()) == {"perfect"}:
                side = sketch.side_m
                block.outline = Outline(side - 10, side + 10)

        return Dial("perfect", ["better"], ["worse"], turn)

    return dial


@cache
def outlines(side: float, slack_m2: float) -> dict[tuple[bool, bool], list[Outline]]:
    """Return outlines by whether their area is far off the middle, and whether they are ragged.

    Those of a good area are nearer to the middle than the perfect site's, and those of a good
    form are squares.
    """
    found: dict[tuple[bool, bool], list[Outline]] = {}
    for width, height in product(np.arange(40.0, 2 * side, 10.0).tolist(), repeat=2):
        most_cuts = int((width / 2 - 10) // 20)
        for cuts in sorted({0, max(most_cuts, 0)}):
            outline = Outline(width, height, cuts, height - 20 if cuts else 0.0)
            off = abs(outline.area_m2 - side**2)
            if width == height and not cuts:
                is_ragged = False
            elif 4 * math.pi * outline.area_m2 / outline.perimeter_m**2 < RAGGED:
                is_ragged = True
            else:
                continue
            if off < 100 or 0.6 * slack_m2 < off < 0.95 * slack_m2:
                found.setdefault((off >= 100, is_ragged), []).append(outline)
    return found


def _burden(_criterion: Criterion, _sketch: Sketch) -> Dial:
    def turn(block: Block, rules: tuple[str, ...]) -> None:
        block.meets = (*block.meets, *rules)

    return Dial(
        (), [()], [("CONSULT1", "CONSULT2", "ADVICE1"), ("CONSULT1", "CONSULT2", *ADVICE)], turn
    )


DIALS: Mapping[str, Callable[[Criterion, Sketch], Dial]] = {
    "present_distance": _present_distance,
    "same_district": _same_district,
    "distance": _distance,
    "area_deviation": _outline("area_deviation"),
    "compactness": _outline("compactness"),
    "acquisition": _text("acquisition", ["已收储", "已完成征收"], ["征收中"]),
    "plan_state": _text("plan_state", ["已批复", "已批准"], ["编制中", "未编"]),
    "burden": _burden,
}


def measurable(sketch: Sketch) -> list[Criterion]:
    """Return the criteria that this city has something to measure with."""
    left_out = {sketch.absent} | (set() if sketch.has_red_line else OF_THE_PLACE)
    return [c for c in sketch.profile.criteria if c.name not in left_out and c.kind not in left_out]


def pitch_of(profile: Profile, side: float) -> float:
    """Return a size of cells at which what is planted in one is no good to the next, nor harms it.

    A need is hardly worth anything from one cell to the next, an avoided thing does no harm.
    """
    far = 600.0
    for criterion in profile.criteria:
        if criterion.kind == "distance":
            low, high = criterion.reach
            is_needed = criterion.worth_of(low) > criterion.worth_of(high)
            perfect, _, worse = spots(criterion, 2.0, high)
            far = max(far, worse[0] + perfect if is_needed else 1.1 * high + worse[-1])
            if criterion.measure["roles"][0] == "road":
                far = max(far, 2 * worse[0] + 100)
    return math.ceil((far + 2 * side + 100) / 20) * 20.0


def sketch_of(profile: Profile, rng: Rng) -> Sketch:
    side = float(rng.choice([120.0, 160.0, 200.0]))
    has_red_line = bool(rng.random() < 0.7)
    optional = [c.name for c in profile.criteria if c.kind == "distance"]
    return Sketch(
        profile,
        side,
        pitch_of(profile, side),
        has_red_line,
        district=str(rng.choice(["", "A", "甲区"])) if has_red_line else "",
        absent=str(rng.choice(optional)) if optional and rng.random() < 0.2 else "",
    )


def plant(profile: Profile, seed: int) -> City:
    """Return the city of a profile and a seed."""
    rng = np.random.default_rng([seed, zlib.crc32(profile.name.encode())])
    sketch = sketch_of(profile, rng)
    criteria = measurable(sketch)
    names = [c.name for c in criteria]
    parts: list[tuple[str, frozenset[str]]] = [("decoy", frozenset({name})) for name in names]
    parts += [(part, frozenset()) for part in (*NEVER_OFFERED, CONSENT)]
    if any(c.kind == "acquisition" for c in criteria):
        parts.append((LATER, frozenset({"acquisition"})))
    for _ in range(int(rng.integers(0, 12))):
        count = int(rng.integers(2, max(3, len(names) // 2)))
        parts.append((ALSO_RAN, frozenset(rng.choice(names, count, replace=False).tolist())))
    parts.insert(0, ("perfect", frozenset()))
    dials = {c.name: DIALS[c.kind](c, sketch) for c in criteria}
    blocks = [_block(part, worse_on, dials, rng) for part, worse_on in parts]
    for number, at in enumerate(rng.permutation(len(blocks)).tolist()):
        blocks[at].name = f"{number:02d}-{blocks[at].part}-{'+'.join(sorted(blocks[at].worse_on))}"
    _settle(blocks, sketch, rng)
    middle, slack = sketch.side_m**2, sketch.slack_m2
    return City(
        profile, seed, tuple(blocks), sketch.pitch_m, (middle - slack, middle + slack),
        sketch.has_red_line, sketch.district,
        has_roads=all(c.name != sketch.absent or "road" not in c.measure["roles"] for c in profile.criteria if c.kind == "distance"),
    )  # fmt: skip


def _block(part: str, worse_on: frozenset[str], dials: Mapping[str, Dial], rng: Rng) -> Block:
    block = Block("", part, worse_on, lot=int(rng.integers(1_000)))
    block.texts["supply"] = "已供" if part == SUPPLIED else "未供"
    for name, dial in dials.items():
        if name in worse_on:
            setting = _chosen(dial.worse, rng)
        else:
            setting = dial.perfect if part == "perfect" else _chosen(dial.better, rng)
        dial.turn(block, setting)
    if part == LATER:
        block.texts["acquisition"] = "未征收"
    if part == WRONG_USE:
        block.use = OTHER_USE
    block.meets += {FORBIDDEN: ("FORBIDDEN",), CONSENT: ("CONSENT",)}.get(part, ())
    return block


def _chosen(settings: Sequence[Any], rng: Rng) -> Any:
    return settings[int(rng.integers(len(settings)))]


def _settle(blocks: Sequence[Block], sketch: Sketch, rng: Rng) -> None:
    """Give every block a cell: those far from the present place stand beyond all others."""
    near = [block for block in blocks if not block.is_remote]
    columns = math.ceil(math.sqrt(len(near)))
    for block, at in zip(near, rng.permutation(len(near)).tolist(), strict=True):
        block.cell = (at % columns, at // columns)
    beyond = math.ceil(len(near) / columns) + _rows_away(sketch)
    for number, block in enumerate(block for block in blocks if block.is_remote):
        block.cell = (number % columns, beyond + number // columns)


def _rows_away(sketch: Sketch) -> int:
    """Return how many empty rows of cells make a site clearly worse by its distance."""
    for criterion in sketch.profile.criteria:
        if criterion.kind == "present_distance":
            metres = spots(criterion, 0.0, criterion.reach[1])[2][0]
            return math.ceil(metres / sketch.pitch_m)
    return 0
