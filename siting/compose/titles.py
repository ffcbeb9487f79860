"""Codes of land use in words: ``0701`` says nothing to most who read a map or a paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from siting.compose.book import Book, read_book
from siting.model import Text


def use_titles(book: str = "cn", *, base: Path | None = None) -> Callable[[str, str], Text]:
    """Return what tells a code of a code system in words, as a composition book has them.

    Parameters
    ----------
    book, base
        As for :func:`siting.compose.read_book`.

    Returns
    -------
    callable
        Of a code and its code system: ``0701 居住用地``, by the longest listed prefix where the
        system goes by prefixes. A code that the book does not have, or of no declared system,
        stays as it is: 1001 is a railway in one system and works in another.
    """
    return partial(_titled, read_book(book, base=base))


def _titled(book: Book, code: str, system: str) -> Text:
    known = book.systems[system].find(code) if system in book.systems else None
    if known is None:
        return Text(code, code)
    return Text(f"{code} {known.title.get('zh')}", f"{code} {known.title.get('en')}")
