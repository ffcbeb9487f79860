"""PDF as a reader sees it, by another engine than those that wrote it (PDFium)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

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
