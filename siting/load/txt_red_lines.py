"""Plots of a red-line TXT -> red lines in the working CRS, and what was refused of them.

One faulty plot costs one plot: it is refused with its reason, the others are used. Only a
file of which nothing can be used is an error as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.city import RedLineSpec
from siting.crs import (
    ellipsoidal_areas_m2,
    parse_crs,
    planar_areas_m2,
    require_known_shift,
    transform_geometries,
)
from siting.errors import (
    CRSMismatchError,
    MissingCRSError,
    ProblemsError,
    ReadError,
    SitingError,
    Where,
)
from siting.load.contract import is_same_crs
from siting.load.deviation import Deviation, DeviationKind, Deviations, notes_of
from siting.load.redline_txt import Plot, RedLineText, read_red_line_txt
from siting.load.txt_axes import AXES_SWAPPED, Ground, Judgement, judge, swapped_error
from siting.load.txt_crs import is_other_datum, require_cgcs2000, values_of
from siting.load.txt_geometry import plot_geometry
from siting.load.txt_header import PROJECT_KEYS
from siting.load.txt_rings import GeometryError
from siting.load.words import one_line, say
from siting.model import (
    SQUARE_METRES_PER_HECTARE,
    SQUARE_METRES_PER_MU,
    Accepted,
    RedLine,
    Refusal,
    Text,
)

if TYPE_CHECKING:
    from siting.load.forensic.hypotheses import Place
    from siting.load.forensic.parts import Parts

#: A declared area this many times the computed one was written in m² or 亩, not in hectares.
_MISTAKEN_UNITS = {
    SQUARE_METRES_PER_HECTARE: "平方米 / m²",
    SQUARE_METRES_PER_HECTARE / SQUARE_METRES_PER_MU: "亩 / mu",
}
#: Errors that say where the points are not, or in which CRS; what they could be is worth a word.
_PLACE_ERRORS = (ReadError, MissingCRSError, CRSMismatchError)
#: How near to that multiple: declared areas are rounded, and small plots roughly so.
_UNIT_SHARE = 0.02


@dataclass(frozen=True, eq=False, slots=True)
class TextWays:
    """How a red-line TXT is to be read.

    ``is_strict`` makes every deviation an error, all collected. ``accept`` names a
    hypothesis that the user has confirmed (``axes_swapped``; docs/forensics.md). ``outline`` is
    the city's neighbourhood in the working CRS, as evidence, and ``place`` the city itself, for
    all other hypotheses.
    """

    is_strict: bool = False
    accept: str = ""
    outline: BaseGeometry | None = None
    place: Place | None = None

    def __post_init__(self) -> None:
        if self.accept:
            from siting.load.forensic.hypotheses import require_known

            require_known(self.accept)

    @property
    def has_hypothesis(self) -> bool:
        """True when another hypothesis is accepted than swapped axes, which a TXT settles."""
        return self.accept not in {"", AXES_SWAPPED}


TOLERANT = TextWays()


@dataclass(slots=True)
class Batch:
    """The red lines of one or more files, and what was refused of them."""

    lines: list[RedLine] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class _Built:
    """One plot on its way: its shape in the CRS in which it is written."""

    row: int
    name: str
    plot: Plot
    shape: BaseGeometry
    crs: str
    deviations: Deviations
    notes: list[str]
    accepted: Accepted | None = None


def read_txt(spec: RedLineSpec, working_crs: str, ways: TextWays = TOLERANT) -> Batch:
    """Read a red-line TXT file; see :func:`red_lines_of`."""
    text = read_red_line_txt(spec.path, encoding=spec.encoding)
    return red_lines_of(text, spec, working_crs, ways)


def red_lines_of(
    text: RedLineText, spec: RedLineSpec, working_crs: str, ways: TextWays = TOLERANT
) -> Batch:
    """Return the red lines of a parsed text, in the working CRS and the order of the file.

    Parameters
    ----------
    text
        From :func:`siting.load.redline_txt.parse`.
    spec
        Its file (for messages), the CRS declared for it, and its version.
    working_crs
        CRS of the result.
    ways
        Strict or tolerant, and what was accepted.

    Raises
    ------
    ReadError, MissingCRSError, CRSMismatchError
        When no plot can be used, for the reason that they share.
    ProblemsError
        When no plot can be used, for different reasons; in strict reading whenever there
        is a deviation, with all of them.
    """
    built: list[_Built] = []
    failed: dict[int, SitingError] = {}
    batch = Batch()
    grounds = [_ground(plot, spec, working_crs, ways) for plot in text.plots]
    pairs = list(zip(text.plots, grounds, strict=True))
    parts = _parts(pairs, ways.place) if ways.has_hypothesis else None
    for row, (plot, ground) in enumerate(pairs, start=1):
        name = plot.number or f"{spec.path.stem}-{row}"
        try:
            built.append(_built(row, plot, ground, ways=ways, parts=parts))
        except GeometryError as error:
            batch.refused.append(Refusal(row, name, str(error)))
        except SitingError as error:
            failed[row] = error
    failed = _hinted(failed, pairs, ways)
    for row, why in failed.items():
        name = text.plots[row - 1].number or f"{spec.path.stem}-{row}"
        batch.refused.append(Refusal(row, name, one_line(why)))
    if failed and len(failed) == len(text.plots):
        raise _all_failed(list(failed.values()), spec.path.name)
    _project(built, working_crs, batch)
    _say_what_is_far(built, grounds, ways)
    if ways.is_strict:
        _require_none(text, built, batch, spec.path.name)
    batch.lines = [_red_line(each, text, spec, working_crs) for each in built]
    batch.refused.sort(key=lambda refusal: refusal.row)
    return batch


def _parts(pairs: Sequence[tuple[Plot, Ground]], place: Place | None) -> Parts:
    # what a file could be is asked of few files, and takes a room of its own
    from siting.load.forensic.plots import parts_of

    return parts_of(pairs, place)


def _ground(plot: Plot, spec: RedLineSpec, working_crs: str, ways: TextWays) -> Ground:
    outline_crs = working_crs if ways.outline is not None else ""
    return Ground(plot.header, spec.crs, spec.path.name, ways.outline, outline_crs)


def _built(row: int, plot: Plot, ground: Ground, *, ways: TextWays, parts: Parts | None) -> _Built:
    if plot.faults:
        raise GeometryError("; ".join(notes_of(plot.faults)))
    if not plot.points:
        raise GeometryError(say("地块没有坐标", "the plot has no coordinates"))
    name = plot.number or f"{Path(ground.file).stem}-{row}"
    deviations = Deviations(plot.deviations)
    if parts is not None:
        from siting.load.forensic.accept import acceptance_text
        from siting.load.forensic.plots import read_under_hypothesis

        read = read_under_hypothesis(
            plot, ground, (ways.place, parts), accept=ways.accept, deviations=deviations
        )
        notes = [*read.notes, acceptance_text(read.accepted)]
        _compare_area(plot, read.shape, read.crs, deviations)
        return _Built(row, name, plot, read.shape, read.crs, deviations, notes, read.accepted)
    require_cgcs2000(ground.header, ground.file, ground.declared)
    judged, accepted = judge(values_of(plot.points), ground), None
    if judged.is_swapped:
        from siting.load.forensic.plots import accepted_swap

        accepted = accepted_swap(plot, judged, ground, ways.place, accept=ways.accept)
        plot = _swapped(plot, judged, ground, ways=ways, deviations=deviations)
    if judged.is_outside:
        said = Text("界址点不在坐标系适用范围内", "the points lie outside the area of their CRS")
        deviations.add(plot.line, DeviationKind.PLACE, said, found=judged.evidence.text())
    shape, notes = plot_geometry(plot, judged.crs, deviations)
    _compare_area(plot, shape, judged.crs.crs, deviations)
    return _Built(row, name, plot, shape, judged.crs.crs, deviations, notes, accepted)


def _swapped(
    plot: Plot, judged: Judgement, ground: Ground, *, ways: TextWays, deviations: Deviations
) -> Plot:
    """Return the plot with X and Y the other way round, when the user has accepted that."""
    if ways.accept != AXES_SWAPPED:
        raise swapped_error(judged.evidence, ground.file)
    said = Text("X 与 Y 对调（已由用户确认）", "X and Y were swapped, as the user confirmed")
    deviations.add(plot.line, DeviationKind.AXES, said, found=judged.evidence.text())
    points = [p._replace(northing=p.easting, easting=p.northing) for p in plot.points]
    return replace(plot, points=points)


def _say_what_is_far(built: list[_Built], grounds: Sequence[Ground], ways: TextWays) -> None:
    """Note what else the plots could be that lie nowhere near the city."""
    if ways.place is None:
        return
    near = ways.place.neighbourhood
    far = [each for each in built if not shapely.intersects(near, each.shape.envelope)]
    if not far:
        return
    from siting.load.forensic.plots import hints_of

    hints = hints_of([(each.plot, grounds[each.row - 1]) for each in far], ways.place)
    for each, said in zip(far, hints, strict=True):
        each.notes += [said] if said else []


def _has_other_datum(ground: Ground) -> bool:
    return is_other_datum(ground.header, ground.file, ground.declared)


def _hinted(
    failed: dict[int, SitingError], pairs: Sequence[tuple[Plot, Ground]], ways: TextWays
) -> dict[int, SitingError]:
    """Return the errors with what else the points could be, where that is in question."""
    if ways.has_hypothesis:
        return failed
    rows = [row for row, error in failed.items() if isinstance(error, _PLACE_ERRORS)]
    rows = [row for row in rows if not _has_other_datum(pairs[row - 1][1])]
    if not rows:
        return failed
    from siting.load.forensic.accept import hinted
    from siting.load.forensic.plots import hints_of

    hints = hints_of([pairs[row - 1] for row in rows], ways.place)
    said = dict(zip(rows, hints, strict=True))
    return {row: hinted(error, said.get(row, "")) for row, error in failed.items()}


def _compare_area(plot: Plot, shape: BaseGeometry, crs: str, deviations: Deviations) -> None:
    """Say when the declared area is plainly in another unit than hectares; change nothing."""
    declared = plot.declared_area_m2
    is_degrees = parse_crs(crs).is_geographic
    area_m2 = float(
        (ellipsoidal_areas_m2([shape], crs) if is_degrees else planar_areas_m2([shape]))[0]
    )
    if not declared or area_m2 <= 0:
        return
    for factor, unit in _MISTAKEN_UNITS.items():
        if abs(declared / area_m2 / factor - 1) <= _UNIT_SHARE:
            said = Text("面积疑似以其他单位填写，未更正", "the area seems to be in another unit")
            expected = f"{area_m2 / SQUARE_METRES_PER_HECTARE:.4f} 公顷"
            deviations.add(plot.line, DeviationKind.AREA, said, expected=expected, found=unit)


def _all_failed(errors: Sequence[SitingError], file: str) -> SitingError:
    if len({error.what for error in errors}) == 1:
        return errors[0]
    return ProblemsError(say(f"{file} 没有可用的地块", f"{file}: no plot can be used"), errors)


def _project(built: list[_Built], working_crs: str, batch: Batch) -> None:
    """Move all shapes into the working CRS, one projection for each CRS that occurs."""
    lost = []
    for crs in sorted({each.crs for each in built}):
        if is_same_crs(crs, working_crs):
            continue
        require_known_shift(crs, working_crs)
        group = [each for each in built if each.crs == crs]
        moved = transform_geometries([each.shape for each in group], crs, working_crs)
        for each, shape in zip(group, moved, strict=True):
            each.shape = shape
            if not np.isfinite(shapely.get_coordinates(shape)).all():
                lost.append(each)
    for each in lost:
        built.remove(each)
        reason = say("坐标无法投影", "coordinates that cannot be projected")
        batch.refused.append(Refusal(each.row, each.name, reason))


def _require_none(text: RedLineText, built: list[_Built], batch: Batch, file: str) -> None:
    """Raise every deviation of a file, by line, in strict reading."""
    found: list[Deviation] = list(text.deviations)
    done = {each.row for each in built}
    for each in built:
        found += each.deviations
    for row, plot in enumerate(text.plots, start=1):
        found += [] if row in done else [*plot.deviations, *plot.faults]
    found.sort(key=lambda deviation: deviation.line)
    errors = [deviation.error(file) for deviation in found]
    errors += [
        ReadError(
            say("地块不能使用", "a plot that cannot be used"),
            where=Where(file=file, feature=refusal.feature_id),
            found=refusal.reason,
            next_step=say("更正该地块", "mend the plot"),
        )
        for refusal in batch.refused
    ]
    if errors:
        what = say(f"{file} 不符合标准格式", f"{file} is not in the standard form")
        raise ProblemsError(what, errors)


def _red_line(each: _Built, text: RedLineText, spec: RedLineSpec, working_crs: str) -> RedLine:
    plot = each.plot
    by_header = next((plot.header[key] for key in PROJECT_KEYS if plot.header.get(key)), "")
    return RedLine(
        id=each.name,
        project_id=by_header or plot.number,
        geometry=each.shape,
        crs=working_crs,
        version=spec.version,
        accuracy_m=spec.accuracy_m,
        source=spec.path.name,
        declared_area_m2=plot.declared_area_m2,
        notes=tuple(dict.fromkeys([*text.notes, *notes_of(each.deviations), *each.notes])),
        accepted=each.accepted,
    )
