"""Rows of layers without a million objects: outlines as arrays, an index of boxes, a table.

Below :mod:`siting.load`, which makes them, and above :mod:`siting.store`, which keeps them.
"""

from siting.features.boxes import PackedBoxes, packed
from siting.features.outlines import Bare, Outlines, arrays_of, outlines_of
from siting.features.stored import StoredFeatures
from siting.features.tabular import TabularFeatures

__all__ = [
    "Bare",
    "Outlines",
    "PackedBoxes",
    "StoredFeatures",
    "TabularFeatures",
    "arrays_of",
    "outlines_of",
    "packed",
]
