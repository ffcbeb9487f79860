"""The composition table (用地组成表): a red line over current land use, ownership and village.

Cut into cells without loss (``cells``), entered by account (``account``), rounded so that every
column adds up exactly to the red line, and held against the thresholds of a book of data
(``book``, ``cn.toml``). What could not be composed is a row or a gap, never a silent 0.
"""

from siting.compose.account import GROUPINGS, grouped, sums_of
from siting.compose.book import Book, read_book
from siting.compose.composing import choose, compose
from siting.compose.document import composed_to_dict
from siting.compose.lines import composition_lines
from siting.compose.records import (
    Account,
    Amount,
    Balance,
    Basic,
    Category,
    Composed,
    Composition,
    Hint,
    Kind,
    Nature,
    Overlap,
    Row,
    Sums,
    total_of,
)
from siting.compose.sheets import detail_sheet, sheets_of, summary_sheet
from siting.compose.titles import use_titles

__all__ = [
    "GROUPINGS",
    "Account",
    "Amount",
    "Balance",
    "Basic",
    "Book",
    "Category",
    "Composed",
    "Composition",
    "Hint",
    "Kind",
    "Nature",
    "Overlap",
    "Row",
    "Sums",
    "choose",
    "compose",
    "composed_to_dict",
    "composition_lines",
    "detail_sheet",
    "grouped",
    "read_book",
    "sheets_of",
    "summary_sheet",
    "sums_of",
    "total_of",
    "use_titles",
]
