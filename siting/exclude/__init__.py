"""What of each parcel each rule excludes: the table that every search for land begins with.

`raster` says the same of cells, for those who work on cells.
"""

from siting.exclude.broken import Broken, broken_by, is_decidable
from siting.exclude.document import exclusion_lines, exclusion_to_dict, funnel
from siting.exclude.export import arrow_table, write_exclusion
from siting.exclude.finding import Eligible, Finder, Wish
from siting.exclude.land import Land, frame_of, land_of
from siting.exclude.legend import Counts, head_of, legend_lines, legend_of
from siting.exclude.measuring import bears_on_land
from siting.exclude.raster import Cut, ExclusionRaster, exclusion_raster
from siting.exclude.records import UNPLANNED, Cells, Column, ExclusionTable
from siting.exclude.table import PLAIN_WAYS, Ways, columns, exclude

__all__ = [
    "PLAIN_WAYS",
    "UNPLANNED",
    "Broken",
    "Cells",
    "Column",
    "Counts",
    "Cut",
    "Eligible",
    "ExclusionRaster",
    "ExclusionTable",
    "Finder",
    "Land",
    "Ways",
    "Wish",
    "arrow_table",
    "bears_on_land",
    "broken_by",
    "columns",
    "exclude",
    "exclusion_lines",
    "exclusion_raster",
    "exclusion_to_dict",
    "frame_of",
    "funnel",
    "head_of",
    "is_decidable",
    "land_of",
    "legend_lines",
    "legend_of",
    "write_exclusion",
]
