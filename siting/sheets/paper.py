"""A sheet of paper on which everything is placed in millimetres; matplotlib draws it.

One axis covers the page and its units are mm from the lower left corner, so a map's scale is a
multiplication and no layout can stretch it. Texts are placed by the widths of the face itself,
without kerning: what was measured is what is printed.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.sheets.fonts import Face
from siting.sheets.logos import picture_kind
from siting.sheets.scales import Rect

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.path import Path as Outline

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
#: Height of a line of text over the size of its letters, and of what stands under its base.
LINE_HEIGHT, DESCENT = 1.32, 0.2
#: Ink of texts and frames.
INK, GREY = "#1b2533", "#5c6672"
#: What matplotlib goes by on a page: text that can be selected, nothing read as a formula, no
#: clock, and lines as they were given.
_SETTINGS: dict[Any, Any] = {
    "pdf.fonttype": 42,
    "text.parse_math": False,
    "path.simplify": False,
    "axes.unicode_minus": False,
}


@dataclass(frozen=True, slots=True)
class Pen:
    """How a surface or line is drawn: colours, width and dashes in mm, opacity 0–1."""

    edge: str | None = None
    width: float = 0.2
    fill: str | None = None
    opacity: float = 1.0
    dash: tuple[float, ...] = ()
    level: float = 1.0
    """What is higher covers what is lower."""


@dataclass(frozen=True, slots=True)
class Letters:
    """How a text is set: size in mm, colour, and which end of it stands at its place."""

    size: float = 2.5
    colour: str = INK
    anchor: str = "left"
    rim: str | None = None
    turn: float = 0.0
    level: float = 9.0


@contextmanager
def settings() -> Iterator[None]:
    """Hold matplotlib to what sheets need, within this context alone."""
    import matplotlib as mpl

    with mpl.rc_context(_SETTINGS):
        yield


class Paper:
    """One page. Whatever is drawn is cut to ``clip`` where one is given."""

    def __init__(self, size: tuple[float, float], face: Face, font_file: Path) -> None:
        from matplotlib.figure import Figure
        from matplotlib.font_manager import FontProperties

        self.size, self.face = size, face
        self.figure: Figure = Figure(figsize=(size[0] / MM_PER_INCH, size[1] / MM_PER_INCH))
        self._axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_xlim(0, size[0])
        self._axes.set_ylim(0, size[1])
        self._axes.set_axis_off()
        self._font = FontProperties(fname=str(font_file))

    def shapes(self, shapes: Iterable[BaseGeometry], pen: Pen, *, clip: Rect | None = None) -> None:
        """Draw surfaces and lines, in mm, as one path."""
        from matplotlib.patches import PathPatch, Rectangle

        outline = outline_of(shapes)
        if outline is None:
            return
        patch = PathPatch(
            outline,
            facecolor=pen.fill or "none",
            edgecolor=pen.edge or "none",
            linewidth=pen.width / MM_PER_POINT if pen.edge else 0.0,
            alpha=pen.opacity,
            zorder=pen.level,
            capstyle="butt",
            joinstyle="round",
        )
        if pen.dash and pen.edge:
            patch.set_linestyle((0, tuple(part / pen.width for part in pen.dash)))
        self._axes.add_artist(patch)  # add_patch would look for the limits, which stand
        if clip is not None:
            window = Rectangle((clip.left, clip.bottom), clip.width, clip.height)
            window.set_transform(self._axes.transData)
            patch.set_clip_path(window)

    def rect(self, rect: Rect, pen: Pen) -> None:
        """Draw a rectangle."""
        self.shapes([rect.box], pen)

    def line(self, points: Sequence[tuple[float, float]], pen: Pen) -> None:
        """Draw a line through points."""
        self.shapes([shapely.LineString(points)], pen)

    def text(self, place: tuple[float, float], text: str, letters: Letters = Letters()) -> Rect:
        """Write one line of text with its base at a place; return what it covers.

        Characters that no font has are written as their numbers (:meth:`Face.readable`).
        """
        shown = self.face.readable(text)
        # no kerning: what was measured is what is printed
        artist = self._axes.text(
            *place,
            shown,
            fontproperties=self._font,
            fontsize=letters.size / MM_PER_POINT,
            color=letters.colour,
            ha=letters.anchor,
            va="baseline",
            rotation=letters.turn,
            rotation_mode="anchor",
            zorder=letters.level,
        )
        artist.set_parse_math(False)
        if letters.rim is not None:
            self._rim(place, shown, letters)
        return self.room_of(place, text, letters)

    def _rim(self, place: tuple[float, float], shown: str, letters: Letters) -> None:
        """Lay a rim under a text, as a surface: the text itself stays text."""
        covered = self.room_of(place, shown, letters)
        grown = shapely.box(covered.left - 0.25, covered.bottom - 0.1,
                            covered.right + 0.25, covered.top + 0.1)  # fmt: skip
        pen = Pen(fill=letters.rim, opacity=0.78, level=letters.level - 0.01)
        self.shapes([grown.buffer(0.3, quad_segs=3)], pen)

    def room_of(self, place: tuple[float, float], text: str, letters: Letters) -> Rect:
        """Return what a text covers on paper."""
        width, height = self.face.width(text) * letters.size, letters.size
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[letters.anchor]
        if letters.turn == 0.0:
            return Rect(place[0] - shift * width, place[1] - DESCENT * height, width, height)
        return Rect(place[0] - (1 - DESCENT) * height, place[1] - shift * width, height, width)

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """Return a text in lines that are no wider than `width`; nothing is left out."""
        return wrapped(self.face.readable(text), self.face, width / size)

    def paragraph(
        self,
        place: tuple[float, float],
        text: str,
        width: float,
        letters: Letters = Letters(),
    ) -> float:
        """Write a text in as many lines as it takes, downwards; return where the next begins.

        ``place`` is the upper left corner of its first line.
        """
        x, y = place
        for line in self.wrapped(text, letters.size, width):
            y -= letters.size * LINE_HEIGHT
            start = x if letters.anchor == "left" else x + width / (2 - (letters.anchor == "right"))
            base = y + letters.size * (LINE_HEIGHT - 1) / 2 + letters.size * DESCENT
            self.text((start, base), line, replace(letters, rim=None))
        return y

    def picture(self, content: bytes, room: Rect) -> None:
        """Place a PNG or JPEG as large as it fits, to the right in its room."""
        from matplotlib.image import imread

        pixels = imread(io.BytesIO(content), format=picture_kind(content))
        height, width = pixels.shape[:2]
        scale = min(room.width / width, room.height / height)
        left, middle = room.right - width * scale, room.bottom + room.height / 2
        edges = (left, room.right, middle - height * scale / 2, middle + height * scale / 2)
        self._axes.imshow(pixels, extent=edges, aspect="auto", interpolation="antialiased")
        self._axes.set_xlim(0, self.size[0])
        self._axes.set_ylim(0, self.size[1])


def wrapped(text: str, face: Face, width: float) -> list[str]:
    """Return a text in lines of at most `width` (at size 1).

    Lines break at spaces and between Chinese characters; a word that is wider than a line
    is broken where it must be. No character is lost but the spaces at breaks.
    """
    lines, line, room = [], "", width
    for piece in _pieces(text):
        size = face.width(piece)
        if size <= room or (not line and size <= width):
            line, room = line + piece, room - size
            continue
        if line and size <= width:
            lines.append(line)
            line, room = piece.lstrip(" "), width - face.width(piece.lstrip(" "))
            continue
        for character in piece:
            size = face.width(character)
            if size > room and line:
                lines.append(line)
                line, room = "", width
            line, room = line + character, room - size
    lines.append(line)
    return [each.rstrip(" ") for each in lines]


#: What no line begins with.
_CLOSING = "，。、；：！？）】》”’%,.;:!?)]"


def _pieces(text: str) -> Iterator[str]:
    """Yield what a line may not break within: words with the space before, single Hanzi."""
    piece = ""
    for character in text:
        is_wide = ord(character) >= 0x2E80
        if character in _CLOSING and piece:
            piece += character
            continue
        if piece and (is_wide or character == " " or ord(piece[-1]) >= 0x2E80):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def outline_of(shapes: Iterable[BaseGeometry]) -> Outline | None:
    """Return shapes as one path of matplotlib; None where there is nothing to draw."""
    from matplotlib.path import Path as Outline

    vertices: list[Any] = []
    codes: list[Any] = []
    for part in _simple_parts(shapes):
        is_area = part.geom_type == "Polygon"
        for line in shapely.get_rings(shapely.normalize(part)) if is_area else [part]:
            points = shapely.get_coordinates(line)
            steps = np.full(len(points), Outline.LINETO, dtype=np.uint8)
            steps[0] = Outline.MOVETO
            if is_area:
                steps[-1] = Outline.CLOSEPOLY
            vertices.append(points)
            codes.append(steps)
    if not vertices:
        return None
    return Outline(np.vstack(vertices), np.concatenate(codes))


def _simple_parts(shapes: Iterable[BaseGeometry]) -> Iterator[BaseGeometry]:
    for shape in shapes:
        if shape.is_empty or "Point" in shape.geom_type:
            continue
        if shape.geom_type in {"Polygon", "LineString", "LinearRing"}:
            yield shape
        else:
            yield from _simple_parts(shapely.get_parts(shape))
