"""Which pairs are drawn for the witnesses: a sample that depends on the ground alone."""

from __future__ import annotations

import math

from siting.overlay.kernel.records import Floats


def is_drawn(one: Floats, left: int, other: Floats, right: int, one_in: int) -> bool:
    """True for about one pair in `one_in`, by the place of the two parts alone.

    Neither the order of rows nor how the work is divided changes what is drawn.
    """
    if one_in <= 0:
        return False
    mixed = 1523
    for side in range(4):
        for value in (one[left, side], other[right, side]):
            # millimetres; the largest coordinate makes 1e18 of them, which fits 64 bits
            grain = math.floor(value * 1000.0)
            mixed = ((mixed ^ (grain & 0xFFFFFFFF)) * 0x9E3779B1) & 0xFFFFFFFF
            mixed ^= mixed >> 15
    return mixed % one_in == 0
