"""The load contract of one layer: what must hold before a rule may look at it.

A missed conflict is the worst failure, so the contract errs to the side of "not checked": a
layer that lost a single row is *short*, because that row could have been the conflict. What
is left of it still counts, so a conflict with it is known; but nothing is clear of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from siting.crs import crs_label, parse_crs, transform_geometries
from siting.load.words import listed, say
from siting.model import Accepted, Contract, LoadStatus, Refusal

if TYPE_CHECKING:
    from siting.city import LayerSpec
    from siting.load.rows import Rows
    from siting.load.shapes import Geometries, Shapes

#: How far beyond the city's outline a layer may begin and still belong to it, as a multiple
#: of the outline's larger side. A wrong zone, swapped axes or a wrong unit are hundreds of
#: kilometres off; a province's layer around the city is not.
NEIGHBOURHOOD_FACTOR = 1.0
#: And at least so far, for a small town.
NEIGHBOURHOOD_M = 20_000.0
#: How far beyond the area of use of the working CRS the districts may lie: cities do use
#: the neighbouring zone, swapped axes are thousands of kilometres off.
BEYOND_USE_M = 300_000.0
#: CRS of GeoJSON without a crs member (RFC 7946, section 4).
GEOJSON_CRS = "EPSG:4326"
#: Confidence (percent) from which PROJ's match of a .prj text with an EPSG code is believed.
CRS_CONFIDENCE = 70


@dataclass(slots=True)
class Findings:
    """What the contract has found so far: problems fail it, notes do not."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    accepted: Accepted | None = None
    """A hypothesis about the coordinates that the user has verified, once it is applied."""

    def problem(self, zh: str, en: str) -> None:
        """Remember something that fails the contract."""
        self.problems.append(say(zh, en))

    def note(self, zh: str, en: str) -> None:
        """Remember something that a reader must know though it does not fail the contract."""
        self.notes.append(say(zh, en))


def settle_crs(declared: str, facts: dict[str, Any], found: Findings) -> str:
    """Return the CRS to read coordinates in, or an empty text after remembering why not.

    Parameters
    ----------
    declared
        ``crs`` of city.toml, for files that carry none.
    facts
        ``crs`` as the reader found it, ``is_crs_implied`` when the format only implies it
        (GeoJSON without a crs member).
    """
    in_file = facts.get("crs") or ""
    if in_file and facts.get("is_crs_implied"):
        if declared:
            found.note(
                f"文件未写坐标系，按 city.toml 的 {declared} 读取",
                f"the file names no CRS; {declared} is taken from city.toml",
            )
            return declared
        return GEOJSON_CRS
    if not in_file:
        return _declared_crs(declared, found)
    if declared and not is_same_crs(in_file, declared):
        name = crs_label(in_file)
        found.problem(
            f"坐标系不一致：文件为 {name}，city.toml 声明 {declared}",
            f"two CRSs: the file says {name}, city.toml declares {declared}",
        )
        return ""
    return declared or in_file


def _declared_crs(declared: str, found: Findings) -> str:
    """Return the CRS of city.toml for a file that carries none, and say so; or a problem."""
    if not declared:
        found.problem(
            "没有坐标系：文件中没有，city.toml 也未声明 crs；不会猜测",
            "no coordinate reference system: neither in the file nor declared as crs in "
            "city.toml; none is guessed",
        )
        return ""
    found.note(
        f"文件没有坐标系，按 city.toml 的 {declared} 读取",
        f"the file has no CRS; {declared} is taken from city.toml",
    )
    return declared


def is_same_crs(left: str, right: str) -> bool:
    """True when two texts name the same horizontal CRS, whatever the axis order."""
    one, other = _horizontal(left), _horizontal(right)
    if one.equals(other, ignore_axis_order=True):
        return True
    if one.is_bound or other.is_bound:
        # shift parameters are part of what a CRS is, and no EPSG code bears them
        return False
    code = one.to_epsg(min_confidence=CRS_CONFIDENCE)
    return code is not None and code == other.to_epsg(min_confidence=CRS_CONFIDENCE)


def _horizontal(text: str) -> pyproj.CRS:
    # 3D GeoJSON reports EPSG:4979; heights are dropped on reading anyhow.
    return parse_crs(text).to_2d()


def compare_counts(facts: dict[str, Any], found: Findings) -> None:
    """Hold the rows that were read against the rows counted in the file itself."""
    found.problems.extend(facts.get("count_problems", ()))
    found.notes.extend(facts.get("count_notes", ()))
    found.notes.extend(facts.get("notes", ()))
    counted, read = facts.get("rows_counted"), facts["rows_read"]
    if counted is not None and counted != read:
        found.problem(
            f"行数不符：文件中有 {counted} 行，只读到 {read} 行",
            f"the file holds {counted} rows, the reader gave {read}",
        )


def check_dates(spec: LayerSpec, as_of: dt.date, found: Findings) -> None:
    """Refuse a layer from the future, one that is too old, or one whose age is unknown."""
    if spec.dated is None:
        if spec.max_age_days is not None:
            found.problem(
                "限定了最大年龄（max_age_days），却没有日期（dated）",
                "max_age_days is set, but the layer has no date (dated)",
            )
        return
    age_days = (as_of - spec.dated).days
    if age_days < 0:
        found.problem(
            f"图层日期 {spec.dated} 晚于基准日 {as_of}",
            f"the layer is dated {spec.dated}, after the as-of date {as_of}",
        )
    elif spec.max_age_days is not None and age_days > spec.max_age_days:
        found.problem(
            f"图层过旧：{spec.dated}，已 {age_days} 天，限 {spec.max_age_days} 天",
            f"the layer is too old: {spec.dated}, {age_days} days, at most {spec.max_age_days}",
        )


def check_place(
    rows: Rows, source: Shapes, *, crs: str, neighbourhood: BaseGeometry | None, found: Findings
) -> None:
    """Refuse a layer that lies nowhere near the city, naming its coordinates' ranges.

    Parameters
    ----------
    rows
        Rows after projection.
    source
        Their geometries before, for the ranges in the file's own numbers.
    crs
        CRS that the file's coordinates were read in.
    neighbourhood
        A box in the working CRS, or None to let every place pass.
    """
    usable = rows.usable
    if neighbourhood is None or not usable.any():
        return
    is_near = _meets(rows.shapes.bounds()[usable], neighbourhood)
    if is_near.any():
        far = int((~is_near).sum())
        if far:
            found.note(
                f"{far} 个要素远在本市范围之外", f"{far} feature(s) lie far outside the city"
            )
        return
    found.problem(
        f"坐标不在本市附近（按 {crs_label(crs)} 读取）：{ranges(source[usable])}",
        f"the layer lies nowhere near the city when read as {crs_label(crs)}: "
        f"{ranges(source[usable])}",
    )


def _meets(bounds: NDArray[np.float64], area: BaseGeometry) -> NDArray[np.bool_]:
    """True for each box (west, south, east, north) that has a point in common with an area."""
    west, south, east, north = shapely.bounds(area).tolist()
    meets: NDArray[np.bool_] = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    meets &= (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    if not area.equals(shapely.box(west, south, east, north)):
        meets[meets] = shapely.intersects(area, shapely.box(*bounds[meets].T))
    return meets


def report_lost(lost: int, source: Geometries, *, crs: str, found: Findings) -> None:
    """Say that coordinates cannot be what their CRS claims (metres labelled degrees)."""
    if lost:
        label = crs_label(crs)
        found.problem(
            f"{lost} 个要素的坐标不可能是 {label}：{ranges(source)}",
            f"{lost} feature(s) have coordinates that cannot be {label}: {ranges(source)}",
        )


def ranges(geometries: Geometries) -> str:
    """Return the ranges of both coordinates, as they stand in the file."""
    coordinates = shapely.get_coordinates(geometries)
    coordinates = coordinates[np.isfinite(coordinates).all(axis=1)]
    if not len(coordinates):
        return "-"
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    return f"x {low[0]:.6g} … {high[0]:.6g}, y {low[1]:.6g} … {high[1]:.6g}"


def neighbourhood_of(outline: BaseGeometry) -> BaseGeometry:
    """Return the box around the outline in which a layer is expected to have something."""
    west, south, east, north = shapely.bounds(outline).tolist()
    margin_m = max(NEIGHBOURHOOD_M, NEIGHBOURHOOD_FACTOR * max(east - west, north - south))
    box: BaseGeometry = shapely.box(
        west - margin_m, south - margin_m, east + margin_m, north + margin_m
    )
    return box


def area_of_use(crs: str) -> BaseGeometry | None:
    """Return the box in which the working CRS is meant to be used, or None if unknown."""
    area = parse_crs(crs).area_of_use
    if area is None:
        return None
    box = shapely.box(area.west, area.south, area.east, area.north)
    moved = transform_geometries([shapely.segmentize(box, 0.1)], _degrees_of(crs), crs)[0]
    west, south, east, north = shapely.bounds(moved).tolist()
    if not np.isfinite([west, south, east, north]).all():
        return None
    margin_m = BEYOND_USE_M
    around: BaseGeometry = shapely.box(
        west - margin_m, south - margin_m, east + margin_m, north + margin_m
    )
    return around


def _degrees_of(crs: str) -> str:
    """Return the CRS in whose degrees the area of use is taken: that which `crs` is based on.

    An area of use is given to a hundredth of a degree, so a datum makes no difference; but
    finding the way from WGS84 to another datum takes PROJ 50 ms.
    """
    own = parse_crs(crs).geodetic_crs
    meridian = None if own is None else own.prime_meridian
    if own is None or meridian is None or meridian.longitude != 0:
        return GEOJSON_CRS
    return own.to_wkt() if own.axis_info[0].unit_name == "degree" else GEOJSON_CRS


def check_rows(spec: LayerSpec, rows: Rows, found: Findings) -> None:
    """Judge refused rows and emptiness by the layer's role and what city.toml declares."""
    refused, total = len(rows.reasons), len(rows)
    found.notes.extend(rows.notes)
    if total == 0:
        if not spec.is_declared_empty:
            found.problem(
                "图层没有任何行；确实为空时请声明 declared_empty = true",
                "the layer has 0 rows; if that is right, declare declared_empty = true",
            )
        return
    if spec.is_declared_empty:
        found.note(f"声明为空，却有 {total} 行", f"declared empty, yet it has {total} rows")
    if refused == total:
        reasons = listed(dict.fromkeys(reason for _, reason in sorted(rows.reasons.items())))
        found.problem(f"{total} 行全部被拒：{reasons}", f"all {total} rows were refused: {reasons}")
    elif refused:
        found.note(
            f"{refused} 行被拒（共 {total} 行），见清单",
            f"{refused} of {total} rows were refused; they are listed",
        )


def check_ids(blank: int, duplicates: Sequence[str], column: str, found: Findings) -> None:
    """Refuse ids that occur twice; rows without one get an id from their content."""
    if duplicates:
        found.problem(
            f"{column} 有重复：{listed(duplicates)}",
            f"{column} has duplicates: {listed(duplicates)}",
        )
    if blank:
        found.note(
            f"{blank} 行的 {column} 为空，编号取自内容",
            f"{blank} row(s) have no {column}; their id is taken from their content",
        )


def _status(found: Findings, refused: int) -> LoadStatus:
    if found.problems:
        return LoadStatus.FAILED
    return LoadStatus.SHORT if refused else LoadStatus.PASSED


def conclude(found: Findings, rows: Rows | None, names: Mapping[int, str]) -> Contract:
    """Return the contract: rows in = rows used + rows refused.

    Parameters
    ----------
    found, rows
        What was found; no rows when the file could not be read.
    names
        Ids of the rows that were refused or repaired, by position, as far as they are known.
    """
    reasons = {} if rows is None else rows.reasons
    repairs = {} if rows is None else rows.repairs
    refusals = [
        Refusal(
            position + 1,
            names.get(position, ""),
            reasons.get(position) or repairs[position],
            is_repaired=position not in reasons,
        )
        for position in sorted({*reasons, *repairs})
    ]
    total = 0 if rows is None else len(rows)
    return Contract(
        status=_status(found, len(reasons)),
        rows_in=total,
        rows_used=total - len(reasons),
        refusals=tuple(refusals),
        problems=tuple(found.problems),
        notes=tuple(dict.fromkeys(found.notes)),
        accepted=found.accepted,
    )
