"""Plots of a red-line TXT (and pasted rows) under a hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.errors import ReadError, SitingError, Where
from siting.load.deviation import Deviations
from siting.load.forensic.accept import changed_shape, record
from siting.load.forensic.changes import Pairs, after, shifted_east, swapped
from siting.load.forensic.evidence import LEAST_SHARE, Inquiry, tally_of
from siting.load.forensic.hypotheses import (
    AS_DECLARED,
    AXES_SWAPPED,
    Hypothesis,
    Place,
    require_known,
)
from siting.load.forensic.parts import Parts
from siting.load.redline_txt import Plot
from siting.load.txt_axes import Ground, Judgement
from siting.load.txt_crs import GEOGRAPHIC, TextCRS, crs_of_values, require_cgcs2000, values_of
from siting.load.txt_geometry import plot_geometry
from siting.load.words import say
from siting.model import Accepted, Text

#: How the hypothesis of red lines is accepted, in the words of a message.
HOW_TO_ACCEPT = '--accept {0} ([[redlines]] accept = "{0}")'


@dataclass(frozen=True, eq=False, slots=True)
class UnderHypothesis:
    """The shape of a plot in ``crs``, and what to record."""

    shape: BaseGeometry
    crs: str
    notes: list[str]
    accepted: Accepted


def declared_crs(plot: Plot, ground: Ground, place: Place) -> TextCRS:
    """Return the CRS that a plot says it is in; the city's where it contradicts itself."""
    values = values_of(plot.points)
    try:
        return crs_of_values(values, ground.header, ground.declared, ground.file)
    except SitingError:
        is_degrees = bool((np.abs(values) <= 180.0).all())
        return TextCRS(ground.declared or (GEOGRAPHIC if is_degrees else place.crs))


def pairs_of(plot: Plot, crs: TextCRS) -> Pairs:
    """Return easting and northing of a plot's points, as declared."""
    values = values_of(plot.points)[:, ::-1].copy()
    values[:, 0] -= crs.prefix
    return values


def parts_of(plots: Sequence[tuple[Plot, Ground]], place: Place | None) -> Parts:
    """Return the coordinates of plots, as evidence for what a file could be."""
    if place is None:
        return Parts(None, ())
    parts = []
    for plot, ground in plots:
        if plot.points:
            declared = declared_crs(plot, ground, place)
            parts.append((pairs_of(plot, declared), declared.crs))
    return Parts(place, parts)


def hints_of(plots: Sequence[tuple[Plot, Ground]], place: Place | None) -> list[str]:
    """Return for each plot what its points could be; one search for each CRS that is named."""
    parts = parts_of(plots, place)
    return [
        parts.hint(declared_crs(plot, ground, place).crs, how=HOW_TO_ACCEPT)
        if plot.points and place is not None
        else ""
        for plot, ground in plots
    ]


def read_under_hypothesis(
    plot: Plot,
    ground: Ground,
    against: tuple[Place | None, Parts],
    *,
    accept: str,
    deviations: Deviations,
) -> UnderHypothesis:
    """Read a plot under a hypothesis that the user has verified; `against`: city, whole file.

    Raises
    ------
    ConfigError, ReadError
        The hypothesis does not hold, or the header names a datum that needs a shift: only a
        local system, whose parameters the user gives, answers that.
    GeometryError
        When the points make no area.
    """
    require_known(accept)
    where = Where(file=ground.file, feature=plot.number)
    if not accept.startswith("local:"):
        require_cgcs2000(ground.header, ground.file, ground.declared)
    place, parts = against
    declared = TextCRS(GEOGRAPHIC) if place is None else declared_crs(plot, ground, place)
    pairs = pairs_of(plot, declared)
    hypothesis, taken = parts.accepted(pairs, declared.crs, accept, where=where)
    shape, notes = plot_geometry(plot, declared, deviations)
    moved = changed_shape(shape, hypothesis)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise ReadError(
            say(f"按假设 {accept} 无法换算", f"the plot cannot be read under {accept}"),
            where=where,
            next_step=say("核对坐标", "check the coordinates"),
        )
    return UnderHypothesis(moved, hypothesis.crs, notes, taken)


def accepted_swap(
    plot: Plot, judged: Judgement, ground: Ground, place: Place | None, *, accept: str
) -> Accepted | None:
    """Return what to record of swapped axes, which the TXT's own reading has established.

    None without a city (then the area of use of the CRS was all the evidence, and the note
    bears it) and while nothing is accepted.

    Raises
    ------
    ReadError
        When the plot, swapped, does not lie near the city.
    """
    if place is None or accept != AXES_SWAPPED:
        return None
    prefix_off = shifted_east(-float(judged.crs.prefix))
    written = values_of(plot.points)[:, ::-1]
    crs = judged.crs.crs
    meaning = Text("X 与 Y 对调", "X and Y are swapped")
    turned = Hypothesis(AXES_SWAPPED, meaning, crs, after(swapped, prefix_off))
    before = tally_of(replace(turned, id=AS_DECLARED, change=prefix_off), written, place)
    tally = tally_of(turned, written, place)
    if tally.share_near < LEAST_SHARE:
        raise ReadError(
            say("对调 X 与 Y 后仍不在本市附近", "swapped, the plot is not near the city either"),
            where=Where(file=ground.file, feature=plot.number),
            found=tally.text(),
            next_step=say("核对坐标系与坐标", "check the CRS and the coordinates"),
        )
    whole = Inquiry(crs, len(written), (tally, before))
    return record(tally, before, whole, points=len(written))
