"""Rows of layers without a million objects: outlines as arrays, an index of boxes, a table.

Below :mod:`siting.load`, which makes them, and above :mod:`siting.store`, which keeps them.
"""

from siting.features.boxes import PackedBoxes, packed
from siting.features.outlines import Bare, Outlines, arrays_of, outlines_of
from siting.features.stored import StoredFeatures, facts_of
from siting.features.table import framed, gaps_of, types_of

__all__ = [
    "Bare",
    "Outlines",
    "PackedBoxes",
    "StoredFeatures",
    "arrays_of",
    "facts_of",
    "framed",
    "gaps_of",
    "outlines_of",
    "packed",
    "types_of",
]
