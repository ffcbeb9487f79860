"""Workbooks without a clock: openpyxl dates each member and the whole by the moment of writing."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from siting.save.archive import add_member

if TYPE_CHECKING:
    from openpyxl import Workbook

_PROPERTIES = "docProps/core.xml"
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*<")


def workbook_bytes(book: Workbook) -> bytes:
    """Return a workbook as .xlsx; equal content gives equal bytes."""
    content, packed = io.BytesIO(), io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(packed, "w") as archive:
        for name in source.namelist():
            text = source.read(name)
            if name == _PROPERTIES:
                text = _MOMENT.sub(rb"\g<1>1980-01-01T00:00:00Z<", text)
            add_member(archive, name, text)
    return packed.getvalue()
