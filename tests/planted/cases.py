"""Planted cities with what was reckoned by hand and what siting found, once for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import siting.criteria
from siting.model import Search, Suggestion

from .atlas import search
from .dials import AS_GOOD
from .ground_plan import Block, City
from .hand import measured
from .planting import plant
from .worths import Profile, read_profile

#: Those that come with siting, and one of the tests' own in which every kind of measure stands.
SHIPPED = sorted(Path(siting.criteria.__file__).parent.glob("profiles/*.toml"))
OWN = Path(__file__).with_name("every_kind.toml")
PROFILES = {path.stem: read_profile(path) for path in [*SHIPPED, OWN]}


@dataclass(frozen=True)
class Case:
    """One planted city: ``hand`` has the measures by block, reckoned without siting."""

    city: City
    hand: dict[str, dict[str, float]]

    @property
    def profile(self) -> Profile:
        return self.city.profile

    @cached_property
    def points(self) -> dict[str, float]:
        return {name: self.profile.points(measures) for name, measures in self.hand.items()}

    @cached_property
    def found(self) -> Search:
        return search(self.city)

    @cached_property
    def offered(self) -> dict[str, Suggestion]:
        return {suggestion.site.id: suggestion for suggestion in self.found.suggestions}

    @cached_property
    def perfect(self) -> Block:
        (block,) = self.of_part("perfect")
        return block

    def of_part(self, part: str) -> list[Block]:
        return [block for block in self.city.blocks if block.part == part]

    @cached_property
    def decoys(self) -> dict[str, Block]:
        """The decoys by the criterion on which they are worse."""
        return {next(iter(block.worse_on)): block for block in self.of_part("decoy")}

    def lost_on(self, name: str) -> frozenset[str]:
        """Return the criteria on which a decoy is worth less than the perfect site, by hand."""
        best, decoy = self.hand[self.perfect.name], self.hand[self.decoys[name].name]
        return frozenset(
            c.name
            for c in self.profile.criteria
            if c.name in best and c.worth_of(decoy[c.name]) < c.worth_of(best[c.name]) - AS_GOOD
        )


def fresh_case(profile: str, seed: int) -> Case:
    city = plant(PROFILES[profile], seed)
    return Case(city, measured(city))


case = cache(fresh_case)
