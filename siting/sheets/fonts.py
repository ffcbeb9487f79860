"""The one face of a document: a TrueType file of just the characters that it says.

Sheets are drawn by matplotlib and reports are set by typst, and both get this file: so the
text of either can be selected and searched, looks the same everywhere, and needs no font on
the computer that opens it. Chinese fonts come as CFF outlines, which matplotlib cannot embed as
text; the outlines are therefore turned into TrueType curves, of the wanted characters alone.

A character is taken from the first font that has it. One that no font has is told by its
number, never drawn as an empty box: :meth:`Face.readable`.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.errors import WriteError
from siting.sheets.words import word

if TYPE_CHECKING:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib import TTFont

#: Name of the face inside of documents.
FAMILY = "Siting Sheet"
#: The package that carries Noto Sans CJK (SIL OFL 1.1), its file, and the face for the mainland.
_PACKAGE, _PACKAGE_FILE = "noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"
_MAINLAND = "Noto Sans CJK SC"
#: Fonts of systems with all of Chinese, best first, looked for where the package is not there.
_SYSTEM_NAMES = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf", "SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf",
)  # fmt: skip
#: Greek, Cyrillic, Hebrew, Arabic: comes with matplotlib.
_OTHER_SCRIPTS = "DejaVuSans.ttf"
#: How far a TrueType curve may be from the designer's, units of 1/1000 of the size: unseen.
_CURVE_ERROR = 0.5
_UNITS = 1000
#: 1970 in the seconds that fonts count, since 1904.
_EPOCH = 2_082_844_800
#: Height of the line above and below its base, in those units.
_ASCENT, _DESCENT = 880, -120
#: Kinds of characters that have no shape, or whose shape is that they turn the text around.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: What every document may say.
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "…·—–，；：、（）"


@dataclass(frozen=True, slots=True)
class Face:
    """A font of some characters.

    ``font_bytes`` is a TrueType file. ``widths`` are in parts of the size (1.0 is as wide as
    the text is high); ``missing`` are the characters that were wanted and that no font has.
    """

    font_bytes: bytes = field(repr=False)
    widths: Mapping[str, float] = field(repr=False)
    missing: tuple[str, ...]

    def readable(self, text: str) -> str:
        """Return a text of characters that are in the face: all others by their number."""
        if all(character in self.widths for character in text):
            return text
        return "".join(c if c in self.widths else code_of(c) for c in text)

    def warnings(self, language: str) -> tuple[str, ...]:
        """Return what a reader must know of characters that are told by their numbers."""
        codes = " ".join(f"U+{ord(character):04X}" for character in self.missing)
        return (word("missing_characters", language, codes),) if codes else ()

    def width(self, text: str) -> float:
        """Return how wide a text is at size 1, without kerning, as it is drawn."""
        return sum(self.widths[c] for c in self.readable(text))


def code_of(character: str) -> str:
    """Return how a character is told that cannot be drawn; breaks and tabs are spaces."""
    if character in "\t\n\r":
        return " "
    return f"[U+{ord(character):04X}]"


class Foundry:
    """The fonts of a run, and every outline that was asked for so far: faces are cut from it.

    Each document has a face of its own, which depends on what it says alone: made alone or
    beside others it is the same to the byte.
    """

    def __init__(self) -> None:
        self._outlines: dict[str, tuple[Any, int] | None] = {}

    def face_for(self, texts: Iterable[str]) -> Face:
        """Return the face of a document that says these texts.

        Parameters
        ----------
        texts
            All that the document says, in any order; equal characters give equal bytes.

        Raises
        ------
        WriteError
            When there is no font with Chinese on this computer.
        """
        wanted = sorted({c for text in texts for c in text} | set(_ALWAYS))
        self._learn([c for c in wanted if c not in self._outlines])
        known = {c: self._outlines[c] for c in wanted}
        cut = {c: outline for c, outline in known.items() if outline is not None}
        missing = tuple(c for c in wanted if c not in cut and c not in "\t\n\r")
        widths = {c: width / _UNITS for c, (_, width) in cut.items()}
        return Face(_file_of(cut), widths, missing)

    def _learn(self, characters: Iterable[str]) -> None:
        """Look new characters up; the first font that has one gives it."""
        left = dict.fromkeys(characters)
        if not left:
            return
        self._outlines.update(left)
        left = {c: None for c in left if unicodedata.category(c) not in _UNSEEN}
        for source in _fonts():
            with source as font:
                shapes, names = font.getGlyphSet(), font.getBestCmap()
                for character in [c for c in left if ord(c) in names]:
                    name = names[ord(character)]
                    self._outlines[character] = _truetype(font, shapes, name)
                    del left[character]


@cache
def shared_foundry() -> Foundry:
    """Return the foundry of this process: a run sets a sheet and a report for each district."""
    return Foundry()


def face_for(texts: Iterable[str]) -> Face:
    """Return the face of one document; see :meth:`Foundry.face_for`."""
    return Foundry().face_for(texts)


def _fonts() -> Iterator[TTFont]:
    yield _open(chinese_font())
    import matplotlib as mpl

    yield _open(Path(mpl.get_data_path()) / "fonts" / "ttf" / _OTHER_SCRIPTS)


def _open(path: Path) -> TTFont:
    from fontTools.ttLib import TTCollection, TTFont

    if path.suffix != ".ttc":
        return TTFont(path, lazy=True)
    with TTCollection(path, lazy=True) as collection:
        names = [font["name"].getDebugName(4) for font in collection.fonts]
    return TTFont(path, fontNumber=names.index(_MAINLAND) if _MAINLAND in names else 0, lazy=True)


def chinese_font() -> Path:
    """Return the file of a font with all of Chinese: the package's, else the system's.

    Raises
    ------
    WriteError
        When there is neither.
    """
    if find_spec(_PACKAGE) is not None:
        packaged = Path(str(resources.files(_PACKAGE) / _PACKAGE_FILE))
        if packaged.is_file():
            return packaged
    found = system_font()
    if found is None:
        raise WriteError(
            "no font with Chinese characters for sheets and reports",
            expected=f"the package {_PACKAGE.replace('_', '-')}, or one of the system's fonts "
            + ", ".join(_SYSTEM_NAMES[:3]),
            found="neither",
            next_step=f"pip install {_PACKAGE.replace('_', '-')}, or on Debian apt-get install "
            "fonts-noto-cjk",
        )
    return found


def system_font() -> Path | None:
    """Return a font of the system with all of Chinese; None where there is none."""
    from matplotlib.font_manager import findSystemFonts

    found = {Path(path).name: Path(path) for path in sorted(findSystemFonts())}
    return next((found[name] for name in _SYSTEM_NAMES if name in found), None)


def _truetype(font: TTFont, shapes: Any, name: str) -> tuple[Any, int]:  # noqa: ANN401 - fontTools
    """Return an outline as TrueType curves, at 1000 units, and its width."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    scale = _UNITS / font["head"].unitsPerEm
    whole = DecomposingRecordingPen(shapes)
    shapes[name].draw(whole)
    pen = TTGlyphPen(None)
    # TrueType fills what lies to the right of a curve, CFF what lies to the left
    curves = Cu2QuPen(pen, _CURVE_ERROR, reverse_direction="CFF " in font)
    whole.replay(TransformPen(curves, (scale, 0, 0, scale, 0, 0)))
    return pen.glyph(), round(shapes[name].width * scale)


def _file_of(outlines: Mapping[str, tuple[Any, int]]) -> bytes:
    """Return a TrueType file of some characters."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    names = {character: f"u{ord(character):05X}" for character in outlines}
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    glyphs |= {names[c]: copy(glyph) for c, (glyph, _) in outlines.items()}
    widths = {".notdef": _UNITS} | {names[c]: width for c, (_, width) in outlines.items()}
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    lefts = {name: getattr(table[name], "xMin", 0) for name in glyphs}
    builder.setupHorizontalMetrics({name: (widths[name], lefts[name]) for name in glyphs})
    _describe(builder)
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


def _describe(builder: FontBuilder) -> None:
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    names = {"familyName": FAMILY, "styleName": "Regular", "fullName": FAMILY}
    builder.setupNameTable({**names, "psName": FAMILY.replace(" ", "")})
    builder.setupOS2(
        sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT,
        usWinDescent=-_DESCENT, sCapHeight=733, sxHeight=543,
    )  # fmt: skip
    builder.setupPost()
    builder.setupHead(unitsPerEm=_UNITS, created=_EPOCH, modified=_EPOCH)
    builder.font.recalcTimestamp = False  # equal characters, equal bytes
