"""Planted cities with what was reckoned by hand and what siting found, once for all tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from siting.model import Search, Suggestion

from .atlas import search
from .ground_plan import Block, City
from .hand import measured
from .planting import plant
from .present import GENERAL
from .worths import Profile

PROFILES = {profile.name: profile for profile in [GENERAL]}


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


def fresh_case(profile: str, seed: int) -> Case:
    city = plant(PROFILES[profile], seed)
    return Case(city, measured(city))


case = cache(fresh_case)
