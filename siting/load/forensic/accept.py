"""Accepting a hypothesis: applied only when a person says so and the points bear it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.crs import crs_label
from siting.errors import ReadError, SitingError, Where, nearest
from siting.load.forensic.changes import Pairs
from siting.load.forensic.evidence import LEAST_SHARE, Inquiry, Tally, inquire, tally_of
from siting.load.forensic.hypotheses import (
    AS_DECLARED,
    Hypothesis,
    Place,
    hypotheses_for,
    require_known,
)
from siting.load.words import listed, say
from siting.model import Accepted

if TYPE_CHECKING:
    from siting.load.rows import Rows
    from siting.load.shapes import Geometries


def accepted(
    pairs: Pairs, declared: str, accept: str, place: Place | None, *, where: Where
) -> tuple[Hypothesis, Accepted]:
    """Return the hypothesis that the user has verified, with the evidence for the report.

    Parameters
    ----------
    pairs
        Easting and northing (longitude and latitude) as they stand in the file.
    declared
        CRS that the file or the user names.
    accept
        Id of the hypothesis.
    place
        The city; without one there is no evidence, and nothing is accepted.
    where
        For messages.

    Raises
    ------
    ConfigError
        When no hypothesis has this id.
    ReadError
        When the numbers rule it out, or its points do not fall near the city.
    """
    whole = None if place is None else inquire(pairs, declared, place)
    return accepted_of(pairs, accept, (place, whole), where=where)


def accepted_of(
    pairs: Pairs,
    accept: str,
    against: tuple[Place | None, Inquiry | None],
    *,
    where: Where,
) -> tuple[Hypothesis, Accepted]:
    """Do as :func:`accepted` for a part of a file; `against`: the city, the file's inquiry."""
    require_known(accept)
    place, whole = against
    if place is None or whole is None:
        raise ReadError(
            say("没有城市范围，不能采信假设", "without a city's outline nothing can be accepted"),
            where=where,
            found=accept,
            next_step=say("给出 CITY.toml", "give the CITY.toml of the city"),
        )
    known = whole.of(accept)
    hypothesis = _left_out(accept, whole, place) if known is None else known.hypothesis
    if hypothesis is None:
        raise _ruled_out(accept, whole, where)
    tally = tally_of(hypothesis, pairs, place)
    if tally.share_near < LEAST_SHARE:
        raise _does_not_fit(tally, whole, where)
    as_declared = whole.as_declared
    before = None if as_declared is None else tally_of(as_declared.hypothesis, pairs, place)
    points = int(np.isfinite(pairs).all(axis=1).sum())
    return hypothesis, record(tally, before, whole, points=points)


def _left_out(accept: str, whole: Inquiry, place: Place) -> Hypothesis | None:
    """Return a hypothesis that was left out for reading all points like a simpler one."""
    hypotheses = hypotheses_for(whole.sample, whole.declared, place) if whole.points else ()
    return next((each for each in hypotheses if each.id == accept), None)


def record(tally: Tally, before: Tally | None, whole: Inquiry, *, points: int) -> Accepted:
    """Return what the report records: tallies accepted and as declared, and what fits as well."""
    fitting = [each.hypothesis.id for each in (whole.best, *whole.rivals) if each is not None]
    return Accepted(
        hypothesis=tally.hypothesis.id,
        meaning=tally.hypothesis.meaning,
        caveat=tally.hypothesis.caveat,
        declared_crs=crs_label(whole.declared),
        read_as=crs_label(tally.hypothesis.crs),
        points=points,
        points_tried=tally.points,
        inside=tally.inside,
        near=tally.near,
        inside_as_declared=0 if before is None else before.inside,
        near_as_declared=0 if before is None else before.near,
        fits_as_well=tuple(sorted(set(fitting) - {tally.hypothesis.id})),
    )


def acceptance_text(taken: Accepted) -> str:
    """Return the note on an accepted hypothesis, as contracts and red lines bear it."""
    said = say(
        f"按用户确认的假设 {taken.hypothesis}（{taken.meaning.zh}）读取："
        f"{taken.inside}/{taken.points_tried} 点在市界内，如声明则 {taken.inside_as_declared} 点",
        f"read under the hypothesis {taken.hypothesis} ({taken.meaning.en}), as the user "
        f"confirmed: {taken.inside} of {taken.points_tried} points inside the outline, "
        f"as declared {taken.inside_as_declared}",
    )
    if taken.caveat is not None:
        said += f"; {say(taken.caveat.zh, taken.caveat.en)}"
    if taken.fits_as_well:
        names = listed(taken.fits_as_well)
        said += "; " + say(f"{names} 同样符合", f"{names} fit as well")
    return said


def _ruled_out(accept: str, inquiry: Inquiry, where: Where) -> ReadError:
    known = [tally.hypothesis.id for tally in inquiry.tallies[1:]]
    return ReadError(
        say(f"假设 {accept} 不适用于这些数值", f"the numbers rule out the hypothesis {accept}"),
        where=where,
        expected=listed(sorted(known)),
        found=inquiry.summary(),
        next_step=nearest(accept, known) or say("核对坐标", "check the coordinates"),
    )


def _does_not_fit(tally: Tally, inquiry: Inquiry, where: Where) -> ReadError:
    name = tally.hypothesis.id
    return ReadError(
        say(f"假设 {name} 不成立，未采用", f"the hypothesis {name} does not hold; nothing done"),
        where=where,
        expected=say("至少半数的点落在本市附近", "at least half of the points near the city"),
        found=f"{tally.text()}; {inquiry.summary()}",
        next_step=say("去掉 accept，或核对坐标", "leave accept out, or check the coordinates"),
    )


def accept_rows(
    rows: Rows, crs: str, accept: str, place: Place | None, *, where: Where
) -> tuple[str, Accepted]:
    """Read the usable rows under an accepted hypothesis: changed in place.

    Returns
    -------
    tuple
        The CRS in which they now are, and what to record. Rows that cannot be read so are
        refused with the reason.

    Raises
    ------
    ConfigError, ReadError
        As :func:`accepted`.
    """
    from siting.load.shapes import Shapes

    usable = rows.usable
    pairs = shapely.get_coordinates(rows.geometries[usable])
    hypothesis, taken = accepted(pairs, crs, accept, place, where=where)
    if hypothesis.change is not None:
        changed = rows.geometries.copy()
        changed[usable] = shapely.transform(changed[usable], hypothesis.change)
        coordinates, owners = shapely.get_coordinates(changed, return_index=True)
        bad = np.unique(owners[~np.isfinite(coordinates).all(axis=1)])
        reason = say(f"按假设 {hypothesis.id} 无法换算", f"cannot be read under {hypothesis.id}")
        rows.shapes = Shapes.of(changed)
        rows.refuse(bad, reason)
    return hypothesis.crs, taken


def changed_shape(shape: BaseGeometry, hypothesis: Hypothesis) -> BaseGeometry:
    """Return a shape in the CRS of the hypothesis."""
    if hypothesis.change is None:
        return shape
    moved: BaseGeometry = shapely.transform(shape, hypothesis.change)
    return moved


def hint_for(geometries: Geometries, declared: str, place: Place | None, *, how: str) -> str:
    """Return what fits coordinates that do not fit as declared, and how to accept it.

    Parameters
    ----------
    geometries
        As they stand in the file.
    declared
        CRS that the file or the user names.
    place
        The city; without one there is nothing to say.
    how
        How the user accepts, with ``{}`` for the hypothesis.
    """
    if place is None:
        return ""
    return hint_of(inquire(shapely.get_coordinates(geometries), declared, place), how=how)


def hint_of(inquiry: Inquiry, *, how: str) -> str:
    """Return the words of :func:`hint_for` for an inquiry that has been made."""
    best = inquiry.best
    if best is None:
        return inquiry.summary()
    if best.hypothesis.id == AS_DECLARED:
        return ""
    flag = how.format(best.hypothesis.id)
    return f"{inquiry.summary()}; " + say(f"核实后：{flag}", f"once verified: {flag}")


def hinted(error: SitingError, text: str) -> SitingError:
    """Return the same error with the evidence of an inquiry beside what was found."""
    if not text:
        return error
    return type(error)(
        error.what,
        where=error.where,
        expected=error.expected,
        found=f"{error.found}; {text}" if error.found else text,
        next_step=error.next_step,
    )
