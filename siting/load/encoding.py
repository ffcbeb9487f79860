"""In which encoding the texts of a shapefile or a text file are, and how that was found.

A .dbf in GBK or UTF-8 without .cpg and with language id 0 reads as mojibake without a
word. Order of trust: what city.toml says, the .cpg, the language id, strict UTF-8, then
GB18030 (a superset of GBK and GB2312). Whatever was taken is said in the notes.
"""

from __future__ import annotations

import codecs
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from siting.load.words import say

CHINESE = "GB18030"
#: Language ids of a .dbf that settle the encoding. 0 (none) and 0x57 ("ANSI", whatever the
#: writer's machine used) settle nothing.
LANGUAGE_IDS = {
    0x03: "cp1252", 0x4D: CHINESE, 0x7A: CHINESE, 0x4F: "big5", 0x78: "big5", 0x13: "cp932",
    0x7B: "cp932", 0x4E: "cp949", 0x79: "cp949", 0xC8: "cp1250", 0xC9: "cp1251", 0x01: "cp437",
    0x02: "cp850",
}  # fmt: skip
_TEXT_FIELD = b"C"
#: Zero bytes from which a text without BOM may be UTF-16, and by how much one side of the
#: byte pairs must outweigh the other (a few Chinese letters have a zero on the wrong side).
_FEWEST_ZEROS = 4
_OUTWEIGHS = 4
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """The name of an encoding (empty: plain ASCII, any will do) and how it was found."""

    name: str
    note: str = ""


def decode_text(content: bytes) -> tuple[str, str]:
    """Return a text file's content and its encoding: by BOM, strict UTF-8, else GB18030.

    UTF-16 without BOM is known by its zero bytes. A UTF-8 text that was cut off within a
    letter is no GB18030, though it would decode as that: it is refused.

    Raises
    ------
    UnicodeDecodeError
        When it is none of them.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(name), name
    wide = utf16_without_mark(content)
    if wide:
        return content.decode(wide), wide
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data"
        if is_cut and not content[: error.start].isascii():
            raise
        return content.decode(CHINESE), CHINESE


def utf16_without_mark(content: bytes) -> str:
    """Return ``utf-16-le`` or ``utf-16-be`` when every other byte is zero as digits have it."""
    odd, even = content[1::2].count(0), content[::2].count(0)
    if max(odd, even) < _FEWEST_ZEROS or _OUTWEIGHS * min(odd, even) > max(odd, even):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def lenient_text(content: bytes) -> str:
    """Return a text by strict UTF-8, strict GB18030, or UTF-8 with replacement marks."""
    for name in ("utf-8", CHINESE):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", errors="replace")


def dbf_encoding(dbf: Path, cpg: Path | None, declared: str) -> Encoding:
    """Return the encoding of a .dbf's texts.

    Parameters
    ----------
    dbf, cpg
        The attribute file and the code page file beside it, if any.
    declared
        The encoding that city.toml names, or an empty text.
    """
    content = dbf.read_bytes()
    values = list(_text_values(content))
    if all(value.isascii() for value in values):
        return Encoding(declared or "")
    claims = [("city.toml", declared), (".cpg", _cpg_name(cpg)), (".dbf", _language(content))]
    doubts: list[str] = []
    for origin, name in claims:
        if name and _decodes(values, name):
            note = f"按 {name} 读取（依据 {origin}）", f"texts read as {name}, as {origin} says"
            return Encoding(name, " ".join([*doubts, say(*note)]))
        if name:
            doubts.append(
                say(
                    f"{origin} 声明 {name} 但不成立。", f"{origin} says {name}, which does not fit."
                )
            )
    for name in ("utf-8", CHINESE, "cp1252"):
        if _decodes(values, name):
            note = (
                f"未声明编码，按 {name} 读取，请核对文字",
                f"no encoding is declared: texts read as {name}, please check them",
            )
            return Encoding(name, " ".join([*doubts, say(*note)]))
    doubts.append(say("编码不明，按 latin-1 读取", "unknown encoding: texts read as latin-1"))
    return Encoding("latin-1", " ".join(doubts))


def _cpg_name(cpg: Path | None) -> str:
    if cpg is None:
        return ""
    word = cpg.read_bytes()[:64].decode("ascii", errors="replace").strip().strip("\x00")
    match = re.fullmatch(r"(?:ANSI|OEM|CP|WINDOWS)?[ _-]*(\d{3,5})", word, flags=re.IGNORECASE)
    if match and match[1] == "65001":
        return "utf-8"
    if (match and match[1] in ("936", "54936")) or word.upper() in ("GBK", "GB2312", "GB18030"):
        return CHINESE
    if word.upper().replace("-", "").replace("_", "") == "BIG5":
        return "big5"
    return _known(f"cp{match[1]}" if match else word)


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return name


def _language(content: bytes) -> str:
    return LANGUAGE_IDS.get(content[29], "") if len(content) > 29 else ""


def _decodes(values: list[bytes], name: str) -> bool:
    """True when every value decodes; a letter cut off at the field's end is forgiven."""
    try:
        factory = codecs.getincrementaldecoder(name)
        for value in values:
            factory("strict").decode(value, final=False)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _text_values(content: bytes) -> list[bytes]:
    """Return the field names and the different values of all text fields of a .dbf."""
    if len(content) < 65:
        return []
    rows, header_bytes, record_bytes = struct.unpack("<IHH", content[4:12])
    names, slices = _fields(content, header_bytes)
    whole = max(0, min(rows, (len(content) - header_bytes) // max(record_bytes, 1)))
    if not whole or not record_bytes:
        return names
    body = content[header_bytes : header_bytes + whole * record_bytes]
    table: NDArray[np.uint8] = np.frombuffer(body, dtype=np.uint8).reshape(whole, record_bytes)
    values = list(names)
    for start, stop in slices:
        column = np.ascontiguousarray(table[:, start:stop])
        texts = column[(column > 0x7F).any(axis=1)]
        values.extend({_marked(row.tobytes(), stop - start) for row in texts})
    return values


def _marked(raw: bytes, width: int) -> bytes:
    """Return a value with a blank behind it unless it fills its field and may be cut off."""
    text = raw.rstrip(b" \x00")
    return text if len(text) >= width else text + b" "


def _fields(content: bytes, header_bytes: int) -> tuple[list[bytes], list[tuple[int, int]]]:
    names, slices = [], []
    start = 1
    for position in range(32, max(header_bytes - 1, 32), 32):
        head = content[position : position + 32]
        if len(head) < 32 or head[:1] == b"\r":
            break
        width = head[16]
        names.append(_marked(head[:11].split(b"\x00")[0], 10))
        if head[11:12] == _TEXT_FIELD:
            slices.append((start, start + width))
        start += width
    return names, slices
