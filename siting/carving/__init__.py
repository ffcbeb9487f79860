"""Carve: a red line of the wanted area drawn inside land that may be taken.

`frontage` measures the side that faces a road; `placement` says where a rectangle fits,
`rectangles` looks for the best one, `trims` cuts what is no rectangle; `search` puts them
beside each other.
docs/carving.md has the objective and the method.
"""

from siting.carving.frontage import ROAD_REACH_M, frontage_m
from siting.carving.problem import (
    BRIEF,
    THOROUGH,
    Carving,
    Effort,
    Objective,
    Scene,
    Wanted,
    opened,
    wide_pieces,
)
from siting.carving.search import carve, least_width_m

__all__ = [
    "BRIEF",
    "ROAD_REACH_M",
    "THOROUGH",
    "Carving",
    "Effort",
    "Objective",
    "Scene",
    "Wanted",
    "carve",
    "frontage_m",
    "least_width_m",
    "opened",
    "wide_pieces",
]
