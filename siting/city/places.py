"""Paths, CRSs, coverages, amounts: what several tables of city.toml have in common."""

from __future__ import annotations

import math
from pathlib import Path

from siting.city.spec import CoverageSpec
from siting.config import TableReader
from siting.crs import crs_label, parse_crs, working_crs
from siting.errors import ConfigError, SitingError


class Places:
    """Turns the paths of one city.toml into absolute ones."""

    def __init__(self, base: Path, data_dir: Path | None) -> None:
        self.base = base
        self.data_dir = data_dir.resolve() if data_dir else None

    def path(self, reader: TableReader, key: str = "path", *, default: str = "") -> Path:
        """Return the absolute path that a table names."""
        text = reader.text(key, default, required=not default)
        base = self.base
        if reader.flag("in_data_dir", default=False):
            if self.data_dir is None:
                reader.problem(
                    f"'{text}' lies in the data folder, and none was given",
                    expected="--data-dir FOLDER (data_dir= in Python)",
                    next_step="run again with --data-dir",
                )
            base = self.data_dir or self.base
        return (base / text).resolve()


def accuracy_of(reader: TableReader) -> float | None:
    """Return the stated standard deviation of positions, metres; None where none is stated."""
    value = reader.number("accuracy_m")
    if value is not None and not (math.isfinite(value) and value >= 0):
        reader.problem(
            "'accuracy_m' is no accuracy",
            expected="metres ≥ 0",
            found=str(value),
            next_step="correct accuracy_m, or leave it out where it is not known",
        )
        return None
    return value


def checked_crs(reader: TableReader, key: str, *, is_working: bool = False) -> str:
    """Return the CRS that a table names, or remember why it cannot be one."""
    text = reader.text(key, required=is_working)
    if not text:
        return text
    try:
        return crs_label(working_crs(text)) if is_working else _named(text)
    except SitingError as error:
        reader.problems.append(
            ConfigError(
                error.what,
                where=None,
                expected=error.expected,
                found=error.found,
                next_step=f"correct {key} of {reader.place}",
            )
        )
        return text


def _named(text: str) -> str:
    parse_crs(text)
    return text


def coverage_of(reader: TableReader, places: Places, *, key: str = "coverage") -> CoverageSpec:
    """Read a declared coverage: ``city``, districts, or an outline file."""
    if key not in reader:
        return CoverageSpec()
    if reader.is_text(key):
        reader.choice(key, ("city",), "city")
        return CoverageSpec("city")
    table = reader.table(key)
    districts = table.texts("districts")
    if districts:
        spec = CoverageSpec("districts", districts=districts)
    else:
        spec = CoverageSpec("file", path=places.path(table), sublayer=table.text("sublayer"))
    table.finish()
    return spec


def amounts_of(reader: TableReader, what: str) -> dict[str, float]:
    """Read a table of numbers ≥ 0 under names of the user's own; `what` calls them in messages."""
    amounts = {}
    for key, value in reader.rest().items():
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and math.isfinite(value) and value >= 0:
            amounts[key] = float(value)
        else:
            reader.problem(
                f"{what} '{key}' is no number ≥ 0", found=repr(value), next_step=f"correct {key}"
            )
    return amounts
