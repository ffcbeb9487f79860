"""The little maps of a report: one project each, drawn as the sheets are."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from siting.sheets.booklet import MapWish
from siting.sheets.furniture import draw_scale
from siting.sheets.page import Stationery
from siting.sheets.paper import GREY, Letters, Paper, settings
from siting.sheets.plate import draw_map
from siting.sheets.records import Content, Picture
from siting.sheets.scales import Rect, view_of
from siting.sheets.words import word

#: A little map is no larger than this, 1:2 000: land without its surroundings says nothing.
_LEAST = 2_000.0
#: Height of a little map with its scale, mm; how far its subject keeps from the frame.
_HEIGHT, _STRIP, _CLOSE_EDGE, _WIDE_EDGE = 82.0, 6.5, 22.0, 8.0


def insets(content: Content, wishes: Sequence[MapWish], stationery: Stationery) -> bytes | None:
    """Return the maps as the pages of one PDF, in order; None where there are none."""
    from matplotlib.backends.backend_pdf import PdfPages

    if not wishes:
        return None
    stream = io.BytesIO()
    about = {"Creator": "siting", "Producer": "matplotlib", "CreationDate": None}
    with settings(), PdfPages(stream, metadata=about) as pdf:
        for wish in wishes:
            pdf.savefig(_inset(content, wish, stationery).figure)
    return stream.getvalue()


def _inset(content: Content, wish: MapWish, stationery: Stationery) -> Paper:
    language = content.language
    paper = Paper((wish.width_mm, _HEIGHT), stationery.face, stationery.font_file)
    frame = Rect(0.3, _STRIP, wish.width_mm - 0.6, _HEIGHT - _STRIP - 0.3)
    edge = _WIDE_EDGE if wish.has_sites else _CLOSE_EDGE
    view = view_of(_extent(content.picture, wish), frame, edge_mm=edge, least=_LEAST)
    picture = replace(content.picture, repairs=()) if wish.has_sites else content.picture
    draw_map(paper, view, picture, language=language, numbers=(wish.number,))
    end = draw_scale(paper, view, (1.0, 1.0), bar_mm=28.0)
    is_mended = any(repair.number == wish.number for repair in content.picture.repairs)
    is_planned = any(mark.number == wish.number for mark in content.picture.planned)
    close = "with_repair" if is_mended else "close_by"
    over = "over_planned" if is_planned else "over_sites"
    caption = word(over if wish.has_sites else close, language)
    if end + paper.face.width(caption) * 2.6 < wish.width_mm - 2:
        paper.text((wish.width_mm - 0.5, 1.2), caption, Letters(2.6, GREY, "right"))
    return paper


def _extent(picture: Picture, wish: MapWish) -> tuple[float, float, float, float]:
    shapes = [line.shape for line in picture.lines if line.number == wish.number]
    if wish.has_sites:
        shapes += [site.shape for site in picture.sites if site.number == wish.number]
        shapes += [mark.shape for mark in picture.planned if mark.number == wish.number]
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object))
    return float(west), float(south), float(east), float(north)
