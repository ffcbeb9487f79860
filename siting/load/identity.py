"""Ids and fingerprints of rows that do not depend on the order of rows.

Two deliveries of one layer with their rows in another order must give the same report,
so an id that the source does not give is made from the row's own content, and the
layer's content hash is taken over the sorted hashes of its rows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from siting.load.rows import Geometries

if TYPE_CHECKING:
    import pandas as pd

#: Hexadecimal digits of an id made from content: 48 bits, no clash among a million rows.
ID_DIGITS = 12
_SEPARATOR = "\x1f"


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


def texts_of(values: pd.Series) -> list[str]:
    """Return a column as texts."""
    return [text_of(value) for value in values.tolist()]


def row_digests(geometries: Geometries, columns: Sequence[Sequence[str]]) -> list[str]:
    """Return one sha256 per row over its geometry (WKB, 2D, source CRS) and its values.

    Parameters
    ----------
    geometries
        As the source gives them; nulls count as no shape.
    columns
        The kept columns as texts, each as long as `geometries`.
    """
    values = zip(*columns, strict=True) if columns else ((),) * len(geometries)
    return [
        hashlib.sha256(shape + _SEPARATOR.join(texts).encode()).hexdigest()
        for shape, texts in zip(_shapes(geometries), values, strict=True)
    ]


def _shapes(geometries: Geometries) -> list[bytes]:
    """Return each geometry's WKB; nothing gives no bytes."""
    wkb = shapely.to_wkb(geometries, byte_order=1, output_dimension=2)
    return [shape or b"" for shape in wkb.tolist()]


def content_sha256(digests: Sequence[str], crs: str) -> str:
    """Return the hash of a layer's content, the same for every order of its rows."""
    digest = hashlib.sha256(crs.encode())
    for row in sorted(digests):
        digest.update(bytes.fromhex(row))
    return digest.hexdigest()


def content_ids(geometries: Geometries, digests: Sequence[str]) -> list[str]:
    """Return an id per row from its geometry; equal geometries get -2, -3 … by content."""
    bases = [hashlib.sha256(shape).hexdigest()[:ID_DIGITS] for shape in _shapes(geometries)]
    ids = [""] * len(bases)
    seen: Counter[str] = Counter()
    for position in sorted(range(len(bases)), key=lambda row: (bases[row], digests[row])):
        base = bases[position]
        seen[base] += 1
        ids[position] = base if seen[base] == 1 else f"{base}-{seen[base]}"
    return ids


def duplicates_in(ids: Sequence[str]) -> list[str]:
    """Return the ids that occur more than once, sorted; empty ids do not count."""
    return sorted(text for text, count in Counter(ids).items() if text and count > 1)
