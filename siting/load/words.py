"""Words of the load contract: Chinese first, then English, in one line of text."""

from __future__ import annotations

from collections.abc import Iterable

from siting.errors import SitingError

#: How many ids or values a message lists before it says how many more there are.
LISTED_AT_MOST = 10


def say(zh: str, en: str) -> str:
    """Return one line with the Chinese and the English wording, as reports print it."""
    return f"{zh} / {en}"


def listed(values: Iterable[object]) -> str:
    """Return the first few values, and how many there are in all when there are more."""
    texts = [str(value) for value in values]
    shown = ", ".join(texts[:LISTED_AT_MOST])
    return shown if len(texts) <= LISTED_AT_MOST else f"{shown}, … ({len(texts)})"


def one_line(error: SitingError) -> str:
    """Return what an error says and found, in one line without paths."""
    return f"{error.what} ({error.found})" if error.found else error.what
