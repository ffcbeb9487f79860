"""What to do about each problem that the load contract can name; the mends are data."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

from siting.model import Text

#: The words of a refusal that `repair` may mend.
REPAIRABLE = "invalid geometry"
#: What to do about a layer that is short of rows.
SHORT = Text(
    "在源文件中修正或删去下列行，或请提供方重发",
    "mend or delete the rows listed below in the source, or ask for the file again",
)
SHORT_AND_REPAIRABLE = Text(
    "按所列行号修正图形，或写 repair = true 由程序修复并记入报告",
    "mend the rows that are listed, or write repair = true: repairs go into the report",
)
OTHERWISE = Text(
    "检查该文件，或向提供方重新索取", "check the file, or ask its provider for it again"
)


@functools.cache
def _mends() -> tuple[tuple[tuple[str, ...], Text], ...]:
    """Return parts of English sentences (lower case) -> what to do. The first fits."""
    text = resources.files("siting.doctor").joinpath("mends.toml").read_text("utf-8")
    entries = tomllib.loads(text)["mend"]
    return tuple((tuple(one["words"]), Text(one["zh"], one["en"])) for one in entries)


def mend_of(problem: str) -> Text:
    """Return what to do about a problem of the load contract, a row or a red line."""
    words = problem.lower()
    found = (mend for parts, mend in _mends() if any(part in words for part in parts))
    return next(found, OTHERWISE)
