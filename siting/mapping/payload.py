r"""The page's data as JSON text that neither HTML nor any template language can misread.

folium and branca compile what they are given as Jinja a second time, so a parcel named
``{{ 7*7 }}`` would run as Python. Here data goes past them: into one
``<script type="application/json">`` whose texts hold no ``< > & { } % ` $ \`` and no line
separators, only their ``\uXXXX`` escapes; the page reads it with ``JSON.parse`` and shows
it with ``textContent``.
"""

from __future__ import annotations

import json
import re

#: What never stands as itself inside a text of the payload. ``\\`` is JSON's escaped backslash.
FORBIDDEN = "<>&{}%`$\u2028\u2029"
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
#: As many texts in a row as need no escape at all, and what stands before and between them.
_PLAIN = re.compile(r'(?:[^"]*+"[^"\\<>&{}%`$\u2028\u2029\ud800-\udfff]*+")*+')
_ESCAPED = re.compile(r"\\\\|[<>&{}%`$\u2028\u2029\ud800-\udfff]")


def to_safe_json(value: object) -> str:
    """Return `value` as compact JSON; see the module for what its texts cannot hold.

    Raises
    ------
    ValueError
        For a number that JSON does not know (NaN, infinity).
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    pieces: list[str] = []
    at = 0
    while found := _STRING.search(text, _past_plain(text, at)):
        pieces += text[at : found.start()], _ESCAPED.sub(_escape, found.group())
        at = found.end()
    return "".join([*pieces, text[at:]])


def _past_plain(text: str, at: int) -> int:
    """Return where the first text from `at` on begins that may need an escape, or ends."""
    found = _PLAIN.match(text, at)
    return at if found is None else found.end()


def _escape(match: re.Match[str]) -> str:
    character = "\\" if match.group().startswith("\\") else match.group()
    return f"\\u{ord(character):04x}"
