"""Plants a city around a profile: a perfect site, decoys that beat it on all criteria but one.

How a block is made good or bad on a criterion is in `dials`.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .dials import (
    AWAY,
    DIALS,
    OF_THE_OUTLINE,
    OF_THE_PLACE,
    OF_THE_SURFACE,
    Dial,
    Menu,
    Sketch,
    is_falling,
    outline_measures,
    outlines,
    spots,
    strips,
    surface_measures,
    surfaces,
)
from .ground_plan import STRAIGHT_M, Block, City, Outline, Zone
from .worths import Criterion, Profile

Rng = np.random.Generator

#: Parts of blocks besides "perfect" and "decoy": those of the first four are never offered.
FORBIDDEN, SUPPLIED, WRONG_USE, STRIP = "forbidden", "supplied", "wrong_use", "strip"
NEVER_OFFERED = (FORBIDDEN, SUPPLIED, WRONG_USE, STRIP)
CONSENT, LATER, ALSO_RAN = "consent", "later", "also_ran"
#: Parts of which something cannot be measured.
ISLAND, UNKNOWN_GROUND = "island", "unknown_ground"
#: Water: nobody's use.
OTHER_USE = "1701"
OF_THE_GROUND = OF_THE_SURFACE | {"flood_depth"}


def measurable(sketch: Sketch) -> list[Criterion]:
    """Return the criteria that this city has something to measure with."""
    left_out = {sketch.absent} | (set() if sketch.has_red_line else OF_THE_PLACE)
    return [c for c in sketch.profile.criteria if not {c.name, c.kind} & left_out]


def pitch_of(profile: Profile, side: float) -> float:
    """Return a size of cells at which what is planted in one is no good to the next, nor harms it.

    A need is worth little from one cell to the next, what is avoided does no harm.
    """
    far = 600.0
    for criterion in profile.criteria:
        if criterion.kind == "travel":
            far = max(far, 2 * STRAIGHT_M + 1_600.0)
        if criterion.kind == "distance":
            high = criterion.reach[1]
            perfect, _, worse = spots(criterion, 2.0, high)
            far = max(far, worse[0] + perfect if is_falling(criterion) else 2 * AWAY * high)
            if criterion.measure["roles"][0] == "road":
                far = max(far, 2 * worse[0] + 100)
    return math.ceil((far + 2 * side + 100) / 20) * 20.0


def sketch_of(profile: Profile, rng: Rng) -> Sketch:
    """Return what a seed makes common to all blocks."""
    side = float(rng.choice([120.0, 160.0, 200.0]))
    has_red_line = bool(rng.random() < 0.7)
    has_travel = any(c.kind == "travel" for c in profile.criteria)
    optional = [
        c.name
        for c in profile.criteria
        if c.kind == "distance" and not (has_travel and _is_of_roads(c))
    ]
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
    maker = Maker(sketch, criteria, turns=int(rng.integers(4)))
    blocks = [maker.block(part, worse_on, rng) for part, worse_on in parts_of(criteria, rng)]
    for number, at in enumerate(rng.permutation(len(blocks)).tolist()):
        blocks[at].name = f"{number:02d}-{blocks[at].part}-{'+'.join(sorted(blocks[at].worse_on))}"
    _settle(blocks, sketch, rng)
    middle, slack = sketch.side_m**2, sketch.slack_m2
    return City(
        profile=profile,
        seed=seed,
        blocks=tuple(blocks),
        pitch_m=sketch.pitch_m,
        wanted_m2=(middle - slack, middle + slack),
        has_red_line=sketch.has_red_line,
        district=sketch.district,
        use=profile.uses[0] if profile.uses else "1301",
        is_profile_named=not profile.uses or bool(rng.random() < 0.5),
        has_roads=not any(_is_of_roads(c) for c in profile.criteria if c.name == sketch.absent),
        has_ground=any(c.kind in OF_THE_GROUND for c in criteria),
    )


def _is_of_roads(criterion: Criterion) -> bool:
    return criterion.kind == "distance" and criterion.measure["roles"][0] == "road"


def parts_of(criteria: Sequence[Criterion], rng: Rng) -> list[tuple[str, frozenset[str]]]:
    """Return the parts that blocks play, and the criteria on which each is to be worse."""
    names = [c.name for c in criteria]
    parts: list[tuple[str, frozenset[str]]] = [("perfect", frozenset())]
    parts += [("decoy", frozenset({name})) for name in names]
    parts += [(part, frozenset()) for part in (*NEVER_OFFERED, CONSENT)]
    kinds = {kind: {c.name for c in criteria if c.kind == kind} for kind in DIALS}
    if kinds["acquisition"]:
        parts.append((LATER, frozenset(kinds["acquisition"])))
    if kinds["travel"]:
        parts.append((ISLAND, frozenset(kinds["travel"])))
    if ground := {c.name for c in criteria if c.kind in OF_THE_GROUND}:
        parts.append((UNKNOWN_GROUND, frozenset(ground)))
    for _ in range(int(rng.integers(0, 10))):
        count = int(rng.integers(2, max(3, len(names) // 2)))
        parts.append((ALSO_RAN, frozenset(rng.choice(names, count, replace=False).tolist())))
    return parts


@dataclass
class Maker:
    """Makes the blocks of a city, the perfect one first."""

    sketch: Sketch
    criteria: Sequence[Criterion]
    turns: int
    perfect: Block | None = None
    known_ground: dict[Outline, Menu] = field(default_factory=dict)

    @cached_property
    def dials(self) -> dict[str, Dial]:
        """By criterion; those of travel last, for the way off the road is part of it."""
        ordered = sorted(self.criteria, key=lambda c: c.kind == "travel")
        return {c.name: DIALS[c.kind](c, self.sketch) for c in ordered if c.kind in DIALS}

    @cached_property
    def of_outline(self) -> list[Criterion]:
        return [c for c in self.criteria if c.kind in OF_THE_OUTLINE]

    @cached_property
    def of_surface(self) -> list[Criterion]:
        return [c for c in self.criteria if c.kind in OF_THE_SURFACE]

    @cached_property
    def outlines(self) -> Menu:
        every = outlines(self.sketch.side_m)
        return Menu(every, self.of_outline, [self._outlined(each) for each in every])

    def block(self, part: str, worse_on: frozenset[str], rng: Rng) -> Block:
        """Return a block that is as good as the perfect one on all but some criteria."""
        block = Block("", part, worse_on, lot=int(rng.integers(1_000_000)))
        block.texts |= {
            "supply": "未供",
            "ownership": "",
            "acquisition": "已收储",
            "plan_state": "",
        }
        for name, dial in self.dials.items():
            settings = dial.better if part != "perfect" else [dial.perfect]
            settings = dial.worse if name in worse_on else settings
            dial.turn(block, settings[int(rng.integers(len(settings)))])
        self._give_outline(block)
        if self.of_surface:
            self._give_ground(block)
        self._flood(block)
        _play(block)
        if part == "perfect":
            self.perfect = block
        return block

    def _give_outline(self, block: Block) -> None:
        side = self.sketch.side_m
        if self.perfect is None:
            block.outline = Outline(side - 10, side + 10)
        elif block.part == STRIP:
            narrow = strips(side)
            block.outline = narrow[block.lot % len(narrow)]
        elif block.part in NEVER_OFFERED:  # better than the perfect one for certain
            block.outline = Outline(side, side)
        else:
            worse_on = block.worse_on & {c.name for c in self.of_outline}
            than = self._outlined(self.perfect.outline)
            at = self.outlines.decoy(worse_on, than, block.lot)
            block.outline = self.outlines.settings[at]

    def _outlined(self, outline: Outline) -> dict[str, float]:
        known = outline_measures(outline, self.sketch)
        return {c.name: known[c.kind] for c in self.of_outline}

    def _give_ground(self, block: Block) -> None:
        menu = self._grounds(block.outline)
        if self.perfect is None:
            block.surface = menu.settings[menu.perfect()]
            return
        is_unknown = block.part == UNKNOWN_GROUND
        worse_on = frozenset() if is_unknown else block.worse_on & set(menu.worths)
        of_perfect = self._grounds(self.perfect.outline)
        than = of_perfect.measures[of_perfect.settings.index(self.perfect.surface)]
        block.surface = menu.settings[menu.decoy(worse_on, than, block.lot)]

    def _grounds(self, outline: Outline) -> Menu:
        """Return shapes of ground with their measures under an outline."""
        if outline not in self.known_ground:
            shapes = surfaces(self.turns)
            measures = surface_measures(shapes, outline, self.of_surface)
            self.known_ground[outline] = Menu(shapes, self.of_surface, measures)
        return self.known_ground[outline]

    def _flood(self, block: Block) -> None:
        """Put it under water as deep as it is to be, by sinking it or by raising the water."""
        rise_m = float(block.surface.heights(50, 50).max())
        flooding = [c for c in self.criteria if c.kind == "flood_depth"]
        for criterion in flooding:
            depth_m = block.depths_m[criterion.name]
            if "level_m" in criterion.measure:
                level_m = float(criterion.measure["level_m"])
                block.base_m = level_m - depth_m - rise_m if depth_m else level_m + 1
        for criterion in flooding:
            depth_m = block.depths_m[criterion.name]
            # some dry parcels lie in a zone whose water does not reach them
            if "level_m" not in criterion.measure and (depth_m or block.lot % 3 == 0):
                above_m = rise_m + depth_m if depth_m else -0.5
                column = criterion.measure.get("attribute", "level_m")
                water = {column: str(round(block.base_m + above_m, 3))}
                block.zones.append(Zone(criterion.measure["roles"][0], 1.1, water))


def _play(block: Block) -> None:
    """Make of a block what its part is, beside what it is worth."""
    if block.part == LATER:
        block.texts["acquisition"] = "未征收"
    if block.part == SUPPLIED:
        block.texts["supply"] = "供而未用"  # existing land, and not on offer
    if block.part == WRONG_USE:
        block.use = OTHER_USE
    block.is_island = block.part == ISLAND
    block.has_hole = block.part == UNKNOWN_GROUND
    block.meets += {FORBIDDEN: ("FORBIDDEN",), CONSENT: ("CONSENT",)}.get(block.part, ())


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
