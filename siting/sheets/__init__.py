"""Sheets and reports for print: PDF of one city or district, in Chinese or English.

:func:`write_sheets` draws A3 maps with their table, :func:`write_report_pdf` sets a report with
a page per project. Both show what the pages show, obey the same ``release``, and give equal bytes
for equal input.
"""

from siting.sheets.fonts import chinese_font
from siting.sheets.typesetting import write_report_pdf
from siting.sheets.write import SheetOptions, write_sheets

__all__ = ["SheetOptions", "chinese_font", "write_report_pdf", "write_sheets"]
