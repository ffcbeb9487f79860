"""HTML and SVG built element by element: what is not markup of ours is text, and is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

#: What no document may hold: control characters, lone surrogates, non-characters.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_MARK = "\ufffd"
_VOID = frozenset({"br", "meta", "col"})


Attributes = dict[str, str | float]
"""Attributes of an element by name; numbers are written with at most two decimals."""


class Markup(str):
    """Markup that was built by :func:`element`; any other str is text of unknown origin."""

    __slots__ = ()


def element(
    name: str, *content: str, attributes: Mapping[str, str | float] | None = None
) -> Markup:
    """Return an element; content that is no :class:`Markup` is escaped, attributes always.

    Parameters
    ----------
    name
        Name of the element, ours.
    content
        Texts and elements, in order.
    attributes
        Values by name; numbers are written with at most two decimals.
    """
    told = "".join(
        f' {key}="{html.escape(_plain(value))}"' for key, value in (attributes or {}).items()
    )
    if name in _VOID:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{joined(content)}</{name}>")


def joined(parts: Iterable[str]) -> Markup:
    """Return parts one after the other, texts escaped."""
    return Markup("".join(part if isinstance(part, Markup) else escaped(part) for part in parts))


def escaped(text: str) -> Markup:
    """Return a text as markup: shown verbatim, whatever it holds."""
    return Markup(html.escape(_NO_TEXT.sub(_MARK, text)))


def foreign(text: str) -> Markup:
    """Return a text from the data: escaped, and kept from turning the text around it."""
    return element("bdi", text)


def _plain(value: str | float) -> str:
    if isinstance(value, str):
        return _NO_TEXT.sub(_MARK, value)
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
