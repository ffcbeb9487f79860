"""What the bits of an exclusion raster mean, and how much land has each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siting.exclude.raster import UNCHECKED, ExclusionRaster
from siting.model import SQUARE_METRES_PER_HECTARE, Text

Longs = NDArray[np.int64]

SCHEMA = "siting-exclusion-raster/1"


@dataclass(eq=False, slots=True)
class Counts:
    """Cells counted as strips go by: per bit those excluded and not checked, and those free."""

    excluded: Longs = field(default_factory=lambda: np.zeros(32, dtype=np.int64))
    unchecked: Longs = field(default_factory=lambda: np.zeros(32, dtype=np.int64))
    free: int = 0

    def take(self, bands: NDArray[np.uint32], bits: int) -> None:
        """Count the cells of a strip."""
        for bit in range(bits):
            for counted, band in zip((self.excluded, self.unchecked), bands, strict=True):
                counted[bit] += np.count_nonzero(band & np.uint32(1 << bit))
        self.free += int(np.count_nonzero(bands[0] == 0))


def head_of(raster: ExclusionRaster) -> dict[str, Any]:
    """Return what the file itself says of its bits, as JSON."""
    codes = {str(bit): mark.rule.code for bit, mark in enumerate(raster.marks, start=1)}
    return {
        "schema": SCHEMA,
        "as_of": raster.as_of.isoformat(),
        "crs": raster.crs,
        "rule_book": raster.rule_book,
        "release": str(raster.release),
        "cells": "touched" if raster.cut.is_touched else "centre",
        "bits": {"0": "not checked", **codes},
    }


def legend_of(raster: ExclusionRaster, counts: Counts) -> dict[str, Any]:
    """Return what each bit means and how much land it has, as JSON; areas are those of cells."""
    cell_m2 = raster.cut.cell_m**2
    rules = [
        {
            "bit": bit,
            "value": 1 << bit,
            "code": mark.rule.code,
            "kind": mark.rule.kind,
            "title": _both(mark.rule.title),
            "severity": str(mark.rule.severity),
            "basis": mark.rule.basis.citation,
            "excluded_m2": None if mark.is_blind else float(counts.excluded[bit] * cell_m2),
            "not_checked_m2": float(counts.unchecked[bit] * cell_m2),
            "gaps": [_both(gap) for gap in mark.gaps],
            "layers": dict(mark.layers),
            "release": str(mark.release),
        }
        for bit, mark in enumerate(raster.marks, start=1)
    ]
    grid = raster.grid
    return {
        **head_of(raster),
        "grid": {
            "west": grid.west,
            "north": grid.north,
            "cell_m": raster.cut.cell_m,
            "columns": grid.columns,
            "rows": grid.rows,
        },
        "not_checked": {
            "bit": 0,
            "value": UNCHECKED,
            "area_m2": float(counts.excluded[0] * cell_m2),
        },
        "free_m2": float(counts.free * cell_m2),
        "rules": rules,
        "not_in_raster": {code: _both(text) for code, text in sorted(raster.left_out.items())},
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.get("zh"), "en": text.get("en")}


def legend_lines(legend: dict[str, Any], *, language: str) -> list[str]:
    """Return a legend for a terminal: the grid, a line per bit, what stays free, what is absent."""
    is_english = language == "en"
    grid = legend["grid"]
    head = f"{grid['columns']} × {grid['rows']}  {grid['cell_m']:g} m  {legend['crs']}"
    free, unchecked = _ha(legend["free_m2"]), _ha(legend["not_checked"]["area_m2"])
    words = (
        ("not checked by some rule", "free, and checked in full", "not in this raster", "ha")
        if is_english
        else ("有规则未核查", "可用且已全部核查", "不在栅格内", "公顷")
    )
    lines = [f"{head}; {legend['rule_book']}, {legend['as_of']}"]
    lines.append(f"  bit 0  {words[0]}  {unchecked} {words[3]}")
    for rule in legend["rules"]:
        line = f"  bit {rule['bit']}  {rule['code']}  {rule['title'][language]}"
        if rule["excluded_m2"] is not None:
            line += f"  {_ha(rule['excluded_m2'])} {words[3]}"
        if rule["gaps"]:
            line += "  " + "；".join(gap[language] for gap in rule["gaps"])
        lines.append(line)
    lines.append(f"  0  {words[1]}  {free} {words[3]}")
    lines.extend(
        f"{words[2]}: {code}  {text[language]}" for code, text in legend["not_in_raster"].items()
    )
    return lines


def _ha(area_m2: float) -> str:
    return f"{area_m2 / SQUARE_METRES_PER_HECTARE:,.2f}"
