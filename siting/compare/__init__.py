"""The alternatives of one project side by side: page, workbook, terminal, JSON."""

from siting.compare.document import SCHEMA, comparison_to_dict
from siting.compare.gather import gather
from siting.compare.options import Material
from siting.compare.page import render, write_page
from siting.compare.records import Comparison, Mark, Option, OptionKind
from siting.compare.terminal import comparison_lines

__all__ = [
    "SCHEMA",
    "Comparison",
    "Mark",
    "Material",
    "Option",
    "OptionKind",
    "comparison_lines",
    "comparison_to_dict",
    "gather",
    "render",
    "write_page",
]
