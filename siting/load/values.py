"""One value of an attribute table as text, for ids, names and hashes."""

from __future__ import annotations

import numpy as np

#: Between several values in one cell, where rows are put together.
BETWEEN_VALUES = "; "


def text_of(value: object) -> str:
    """Return a value of an attribute table as text: nothing is '', 5.0 is '5'."""
    if value is None or value is np.ma.masked:
        return ""
    if isinstance(value, float | np.floating):
        number = float(value)
        if np.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, str):
        return value.strip()
    text = str(value)
    return "" if text in ("NaT", "<NA>", "nan") else text
