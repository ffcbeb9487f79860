"""What of each parcel each rule excludes: the table that every search for land begins with."""

from siting.exclude.land import Land, frame_of, land_of
from siting.exclude.measuring import bears_on_land
from siting.exclude.records import UNPLANNED, Cells, Column, ExclusionTable
from siting.exclude.table import columns, exclude

__all__ = [
    "UNPLANNED",
    "Cells",
    "Column",
    "ExclusionTable",
    "Land",
    "bears_on_land",
    "columns",
    "exclude",
    "frame_of",
    "land_of",
]
