"""Text that is safe in TOML: quoted values and comments, whatever names the data bring."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

#: How long a name from the data may be in a comment.
LONGEST_SHOWN = 80
LONGEST_COMMENT = 2000
REPLACEMENT = 0xFFFD
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
#: Letters that are no letters to the eye: controls, directions, line ends, lone surrogates.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})


def quoted(text: str) -> str:
    """Return a text as a TOML string; what the eye cannot see is written as an escape.

    A lone surrogate is no letter in TOML, nor in UTF-8, and becomes U+FFFD.
    """
    return '"' + "".join(_SHORT.get(letter) or _escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if unicodedata.category(letter) not in _UNSEEN:
        return letter
    code = REPLACEMENT if unicodedata.category(letter) == "Cs" else ord(letter)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def shown(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Return a text from the data for a comment: one line, nothing unseen, not too long."""
    line = "".join(_escaped(letter) for letter in text)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def comment(text: str) -> str:
    """Return a comment line; line ends in the text are written as escapes."""
    return f"# {shown(text, LONGEST_COMMENT)}".rstrip()


def listing(values: Iterable[str]) -> str:
    """Return a TOML array of texts."""
    return "[" + ", ".join(quoted(value) for value in values) + "]"


def key(name: str) -> str:
    """Return a key: bare where TOML allows it, else quoted."""
    is_bare = name.isascii() and name.replace("-", "_").isidentifier()
    return name if is_bare else quoted(name)


def inline(table: dict[str, str]) -> str:
    """Return an inline table of texts."""
    return (
        "{ " + ", ".join(f"{key(name)} = {quoted(value)}" for name, value in table.items()) + " }"
    )
