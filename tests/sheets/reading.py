"""PDF as a reader sees it, by another engine than those that wrote it (PDFium)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import shapely

MM_PER_POINT = 25.4 / 72
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Page:
    """One page as PDFium reads it: its size, its text, and each character with its box in mm."""

    size: tuple[float, float]
    text: str
    characters: tuple[tuple[str, Box], ...]

    def boxes_of(self, wanted: str) -> list[Box]:
        """Where a text stands, as often as it does."""
        said = "".join(character for character, _ in self.characters)
        found, at = [], said.find(wanted)
        while at >= 0:
            boxes = [box for _, box in self.characters[at : at + len(wanted)]]
            west, south, east, north = zip(*boxes, strict=True)
            found.append((min(west), min(south), max(east), max(north)))
            at = said.find(wanted, at + 1)
        return found


def read_pages(path: Path) -> list[Page]:
    pages = []
    with pdfium.PdfDocument(path) as document:
        for page in document:
            words = page.get_textpage()
            count = words.count_chars()
            characters = []
            for n in range(count):
                box = tuple(value * MM_PER_POINT for value in words.get_charbox(n))
                characters.append((words.get_text_range(n, 1), box))
            size = tuple(value * MM_PER_POINT for value in page.get_size())
            pages.append(Page(size, words.get_text_range(), tuple(characters)))
    return pages


def flat(text: str) -> str:
    """A text without the breaks and spaces that a layout puts in."""
    return "".join(text.split())


def require_within_page(pages: list[Page]) -> None:
    """No character stands outside of the inner border of an A3 sheet."""
    for page in pages:
        for character, (west, south, east, north) in page.characters:
            if character.strip():
                assert west >= 8.5, character
                assert south >= 8.5, character
                assert east <= 411.5, character
                assert north <= 288.5, character


def require_apart(pages: list[Page]) -> None:
    """No character is printed on another: boxes of ink, as PDFium measures them, share nothing."""
    for page in pages:
        boxes = [shapely.box(*box) for char, box in page.characters if char.strip()]
        tree = shapely.STRtree(boxes)
        left, right = tree.query(boxes, predicate="overlaps")
        for one, other in zip(left, right, strict=True):
            shared = boxes[one].intersection(boxes[other]).area
            smaller = min(boxes[one].area, boxes[other].area)
            assert shared < 0.15 * smaller, (page.characters[one], page.characters[other])
