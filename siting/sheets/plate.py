"""The map itself: layers, red lines, pieces, sites and their labels, within a frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.mapping.hatches import is_hatched
from siting.mapping.styles import (
    OUTCOME_LOOKS,
    PLAN_COLOUR,
    PLAN_LOOKS,
    REPAIR_COLOUR,
    SITE_COLOUR,
    SITE_FILL,
)
from siting.sheets.cutting import is_small, middle_of, on_paper, seen_by
from siting.sheets.hatching import hatch_lines
from siting.sheets.looks import (
    BASE_PENS,
    BORDER_COLOUR,
    LAND_COLOUR,
    PAPER_COLOUR,
    PLAN_SYMBOL_MM,
    SYMBOL_MM,
    WITHHELD,
    dash_of,
    plan_pens,
    plan_symbol,
    plan_symbol_pen,
    symbol,
    with_white,
    zone_pens,
)
from siting.sheets.naming import Naming
from siting.sheets.paper import INK, Paper, Pen
from siting.sheets.records import (
    GroundLayer,
    LineMark,
    Picture,
    PieceMark,
    PlanMark,
    Shapes,
    SiteMark,
)
from siting.sheets.scales import Rect, View
from siting.sheets.words import word

#: Of a layer with more shapes than this those smaller than a printed dot are left out.
_MANY, _DOT_MM = 20_000, 0.2
#: Levels, from the land to the numbers.
_LAND, _BASE, _ZONE, _MASK, _BORDER = 0.1, 1.0, 2.0, 3.0, 3.5
_SITE, _PLANNED, _LINE, _PIECE, _SYMBOL, _PLAN_SYMBOL = 4.0, 4.2, 4.4, 4.7, 5.5, 5.6


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of a map: its labels on paper, and what is not on it.

    ``shown`` are the layers that the frame shows something of; ``left_out`` counts shapes by
    layer that are too small to print; ``unnumbered`` sites and
    ``unnumbered_lines`` found no room for a label, nor did ``unnumbered_planned``.
    """

    labels: tuple[tuple[str, Rect], ...]
    shown: tuple[GroundLayer, ...]
    left_out: dict[str, int]
    unnumbered: int
    unnumbered_lines: int
    unnumbered_planned: int = 0


def draw_map(
    paper: Paper,
    view: View,
    picture: Picture,
    *,
    language: str,
    numbers: Iterable[int] | None = None,
) -> Drawn:
    """Draw a picture within the frame of a view.

    Parameters
    ----------
    paper
        The page.
    view
        Frame and scale.
    picture
        In the working CRS.
    language
        Of the few words on the map that are ours.
    numbers
        The rows that bear a number on this map; by default all.
    """
    plate = _Plate(paper, view)
    paper.shapes([view.frame.box], Pen(fill=PAPER_COLOUR, level=0.0))
    land = plate.on_paper([place.shape for place in picture.places])
    plate.draw(land, Pen(fill=LAND_COLOUR, level=_LAND))
    shown = tuple(layer for layer in picture.layers if plate.draw_layer(layer))
    plate.draw_borders(picture)
    chosen = None if numbers is None else frozenset(numbers)
    plate.draw_sites(picture.sites, chosen)
    plate.draw_planned(picture, chosen)
    plate.draw_lines(picture, chosen)
    names = Naming(paper, view, word("plan_sign", language)).write(picture, chosen)
    paper.shapes([view.frame.box], Pen(INK, 0.35, level=8.0))
    return Drawn(
        names.labels,
        shown,
        plate.left_out,
        names.unnumbered,
        names.unnumbered_lines,
        names.unnumbered_planned,
    )


class _Plate:
    """A map in the making."""

    def __init__(self, paper: Paper, view: View) -> None:
        self.paper, self.view = paper, view
        self.left_out: dict[str, int] = {}

    def on_paper(self, shapes: Iterable[BaseGeometry]) -> Shapes:
        """Return what the frame shows of shapes, in mm."""
        return on_paper(shapes, self.view)

    def draw(self, shapes: Iterable[BaseGeometry], pen: Pen) -> None:
        """Draw shapes that are on paper, cut to the frame."""
        self.paper.shapes(shapes, pen, clip=self.view.frame)

    def draw_layer(self, layer: GroundLayer) -> bool:
        """Draw a layer; return whether the frame shows anything of it."""
        shapes = self.on_paper(layer.shapes[layer.near(seen_by(self.view))])
        if len(shapes) > _MANY:
            extent = shapely.bounds(shapes)
            is_dot = np.maximum(extent[:, 2] - extent[:, 0], extent[:, 3] - extent[:, 1]) < _DOT_MM
            self.left_out[layer.title] = int(is_dot.sum())
            shapes = shapes[~is_dot]
        if not len(shapes):
            return False
        dimensions = shapely.get_dimensions(shapes)
        points = [
            symbol("circle", p.x, p.y, 0.8) for p in shapely.get_parts(shapes[dimensions == 0])
        ]
        surfaces, lines = [*shapes[dimensions == 2], *points], shapes[dimensions == 1]
        if layer.is_base:
            surface, line = BASE_PENS[layer.role]
            self.draw(surfaces, replace(surface, level=_BASE))
            self.draw(lines, replace(line, level=_BASE))
            return True
        surface, hatch, line = zone_pens(layer.look, layer.role, level=_ZONE)
        self.draw(surfaces, surface)
        self.draw(self._hatches(surfaces, layer.look.hatch), hatch)
        self.draw(lines, line)
        return True

    @staticmethod
    def _hatches(shapes: Iterable[BaseGeometry], name: str) -> list[BaseGeometry]:
        return [line for shape in shapes for line in hatch_lines(shape, name)]

    def draw_borders(self, picture: Picture) -> None:
        """Draw district borders, and the mask over all that is outside of the district."""
        if picture.area is not None:
            inside = self.on_paper([picture.area])
            outside = self.view.frame.box.difference(shapely.union_all(inside))
            self.draw([outside], Pen(fill="#ffffff", opacity=0.72, level=_MASK))
        if picture.borders is not None:
            lines = self.on_paper([picture.borders])
            self.draw(lines, Pen(BORDER_COLOUR, 1.3, opacity=0.22, level=_BORDER))
            dash = (2.6, 0.9, 0.6, 0.9)
            self.draw(lines, Pen(BORDER_COLOUR, 0.35, dash=dash, level=_BORDER))

    def draw_sites(self, sites: Iterable[SiteMark], chosen: frozenset[int] | None) -> None:
        """Draw the proposed sites of the chosen rows."""
        shapes = self.on_paper(s.shape for s in sites if chosen is None or s.number in chosen)
        pen = Pen(SITE_COLOUR, 0.3, fill=with_white(SITE_FILL, 0.3), dash=(0.9, 0.6), level=_SITE)
        self.draw(shapes, pen)

    def draw_planned(self, picture: Picture, chosen: frozenset[int] | None) -> None:
        """Draw what the plan gives the chosen rows: site, line from the red line, or cross."""
        has_joins = picture.has_joins or chosen is not None
        for mark in picture.planned:
            is_drawn = chosen is None or mark.number in chosen
            shapes = self.on_paper([mark.shape] if is_drawn else [])
            if not len(shapes):
                continue
            middle = middle_of(shapes[0])
            if mark.kind in PLAN_LOOKS:
                surface, hatch = plan_pens(mark.kind, level=_PLANNED)
                self.draw(shapes, surface)
                self.draw(self._hatches(shapes, PLAN_LOOKS[mark.kind].hatch), hatch)
                if has_joins:
                    self._join(mark, middle)
            if is_small(shapes[0]) or mark.kind not in PLAN_LOOKS:
                spot = plan_symbol(mark.kind, *middle, PLAN_SYMBOL_MM)
                self.draw([spot], plan_symbol_pen(mark.kind, level=_PLAN_SYMBOL))

    def _join(self, mark: PlanMark, end: tuple[float, float]) -> None:
        """Draw the thin line from the red line that is given up."""
        for start in self.on_paper([] if mark.start is None else [mark.start]):
            line = shapely.LineString([middle_of(start), end])
            self.draw([line], Pen(PLAN_COLOUR, 0.2, opacity=0.75, level=_PLANNED + 0.1))

    def draw_lines(self, picture: Picture, chosen: frozenset[int] | None) -> None:
        """Draw red lines, worst on top, with their pieces; small ones are symbols."""
        for mark in reversed(picture.lines):
            is_quiet = chosen is not None and mark.number not in chosen
            self._draw_line(mark, is_quiet=is_quiet)
        if chosen is not None:
            mended = [each.shape for each in picture.repairs if each.number in chosen]
            dash = Pen(REPAIR_COLOUR, 0.5, dash=(1.4, 0.7), level=_SYMBOL)
            self.draw(self.on_paper(mended), dash)
        self._draw_pieces(p for p in picture.pieces if chosen is None or p.number in chosen)

    def _draw_pieces(self, pieces: Iterable[PieceMark]) -> None:
        for piece in pieces:
            surface, hatch, line = zone_pens(piece.look, "", level=_PIECE)
            shapes = self.on_paper([piece.shape])
            share = 0.32 if is_hatched(piece.look.hatch) else 0.45
            fill = with_white(piece.look.colour, share)
            self.draw(shapes, replace(surface, fill=fill, opacity=0.95, dash=()))
            self.draw(self._hatches(shapes, piece.look.hatch), replace(hatch, opacity=1.0))
            self.draw(shapes[shapely.get_dimensions(shapes) == 1], replace(line, width=0.6))

    def _draw_line(self, mark: LineMark, *, is_quiet: bool) -> None:
        look = OUTCOME_LOOKS[mark.outcome]
        shapes = self.on_paper([mark.shape])
        if not len(shapes):
            return
        colour = "#7a8490" if is_quiet else look.colour
        is_area = shapely.get_dimensions(shapes)[0] == 2
        fill = with_white(look.fill, 0.22) if is_area and not is_quiet else None
        pen = Pen(colour, 0.3 if is_quiet else 0.5, fill=fill, dash=dash_of(look), level=_LINE)
        self.draw(shapes, pen)
        if mark.is_withheld and not is_quiet:
            hatch = Pen(WITHHELD.colour, 0.2, level=_PIECE)
            self.draw(self._hatches(shapes, WITHHELD.hatch), hatch)
        if is_small(shapes[0]) and not is_quiet:
            x, y = middle_of(shapes[0])
            edge = "#333333" if mark.is_incomplete else "#ffffff"
            dash = (0.4, 0.3) if mark.is_incomplete else ()
            spot = Pen(edge, 0.25, fill=look.fill, dash=dash, level=_SYMBOL)
            self.draw([symbol(look.symbol, x, y, SYMBOL_MM)], spot)
