"""The hypotheses: what else coordinates could be, in words, and how they would then be read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from siting.city import LocalSystem
from siting.crs import VIEWING_CRS, crs_label, gauss_zone, parse_crs, transform_geometries
from siting.datums import OFFSET_BOX_DEG
from siting.errors import ConfigError, nearest
from siting.load.contract import is_same_crs
from siting.load.forensic import changes
from siting.load.forensic.changes import Change, Pairs, can_be_degrees
from siting.load.forensic.zones import THREE, Zone, datum_of, is_twin, is_zone, rebound, zones_of
from siting.load.words import say
from siting.model import Text

#: As the file or city.toml says: what every hypothesis competes with.
AS_DECLARED = "as_declared"
AXES_SWAPPED = "axes_swapped"
_LOCAL = "local:"
_JOINT = "+"
_FIXED = (
    AXES_SWAPPED, "zone_prefix_added", "zone_prefix_missing", "zone_prefix_wrong", "degrees",
    "metres", "feet_us", "feet_international", "gcj02", "bd09", "web_mercator",
    "metres_in_working_crs",
)  # fmt: skip
_FAMILY = re.compile(
    r"central_meridian_[0-9]{2,3}|three_degree_zone_[0-9]{2}|six_degree_zone_[0-9]{2}"
    r"|metres_in_[A-Za-z]+:[0-9]+|local:.+"
)
#: One id of each kind, for messages; docs/forensics.md explains them all.
EXAMPLES = (*_FIXED[:3], "central_meridian_111", "three_degree_zone_37", "six_degree_zone_19",
             *_FIXED[4:-1], "metres_in_EPSG:4547", "local:NAME")  # fmt: skip
_PLAIN_LABEL = re.compile(r"[A-Za-z]+:[0-9]+")


@dataclass(frozen=True, eq=False, slots=True)
class Hypothesis:
    """One way to read coordinates: `change` them, then take them for `crs`.

    ``assumptions`` counts what has to be wrong with the declaration; of two that fit equally
    the one with fewer comes first. ``caveat`` is said whenever it is shown or applied.
    """

    id: str
    meaning: Text
    crs: str
    change: Change | None = None
    assumptions: int = 1
    caveat: Text | None = None

    def changed(self, pairs: Pairs) -> Pairs:
        """Return easting and northing (or degrees) in ``crs`` of coordinates as they stand."""
        return pairs if self.change is None else self.change(pairs)


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """The city that coordinates are held against, in its working CRS.

    ``outline`` is None while the districts themselves are loaded; then ``neighbourhood``, the
    box around the city (or the area of use of the CRS), is all there is.
    """

    crs: str
    neighbourhood: BaseGeometry
    outline: BaseGeometry | None = None
    systems: tuple[LocalSystem, ...] = ()


def require_known(accept: str) -> None:
    """Refuse an id that no hypothesis can have.

    Raises
    ------
    ConfigError
        With the nearest one.
    """
    first, joint, second = accept.partition(_JOINT)
    is_known = first in _FIXED or _FAMILY.fullmatch(first)
    if accept and (not is_known or (joint and (second != AXES_SWAPPED or first == AXES_SWAPPED))):
        raise ConfigError(
            say(f"不认识的假设 {accept}", f"there is no hypothesis '{accept}'"),
            expected=f"{', '.join(EXAMPLES)}; ID+{AXES_SWAPPED}",
            found=accept,
            next_step=nearest(first, EXAMPLES) or "see docs/forensics.md",
        )


def hypotheses_for(pairs: Pairs, declared: str, place: Place) -> tuple[Hypothesis, ...]:
    """Return the hypotheses that these numbers do not rule out, simplest first.

    Parameters
    ----------
    pairs
        Easting and northing (or longitude and latitude) as they stand in the file, finite.
    declared
        The CRS that the file or the user names.
    place
        The city.
    """
    as_declared = Hypothesis(
        AS_DECLARED,
        Text(f"如声明：{crs_label(declared)}", f"as declared: {crs_label(declared)}"),
        declared,
        assumptions=0,
    )
    turned = changes.swapped(pairs)
    swapped = replace(
        as_declared, id=AXES_SWAPPED, meaning=_SWAPPED, change=changes.swapped, assumptions=1
    )
    plain = list(_plain(pairs, declared, place))
    both = [_turned(each) for each in _plain(turned, declared, place)]
    return (as_declared, swapped, *plain, *both)


_SWAPPED = Text("X 与 Y（经度与纬度）对调", "X and Y (longitude and latitude) are swapped")


def _turned(hypothesis: Hypothesis) -> Hypothesis:
    change = hypothesis.change
    return replace(
        hypothesis,
        id=f"{hypothesis.id}{_JOINT}{AXES_SWAPPED}",
        meaning=Text(
            f"{hypothesis.meaning.zh}，且{_SWAPPED.zh}", f"{hypothesis.meaning.en}, and swapped"
        ),
        change=changes.swapped if change is None else changes.after(changes.swapped, change),
        assumptions=hypothesis.assumptions + 1,
    )


def _plain(pairs: Pairs, declared: str, place: Place) -> Iterator[Hypothesis]:
    is_degrees = can_be_degrees(pairs)
    if not is_degrees:
        yield from _of_working_crs(declared, place)
        yield from _of_zones(pairs, declared, place)
        yield from _of_units(declared)
    elif parse_crs(declared).is_projected:
        yield Hypothesis(
            "degrees", Text("是经纬度（度），不是米", "degrees, not metres"), _degrees_of(declared)
        )
    yield from _of_offsets(declared, place, is_degrees=is_degrees)
    yield from _of_local_systems(place.systems)


def _of_working_crs(declared: str, place: Place) -> Iterator[Hypothesis]:
    """Return the city's own CRS where the declared one is of degrees, or of the same datum.

    Metres under a geographic CRS show that the declaration is a default of some program (for
    GeoJSON, for instance), so that it says nothing of a datum either.
    """
    is_geographic = parse_crs(declared).is_geographic
    label = crs_label(place.crs)
    name = label if _PLAIN_LABEL.fullmatch(label) else "working_crs"
    same_datum = _geodetic_code(declared) == _geodetic_code(place.crs)
    is_one_of_zones = datum_of(declared) is not None and gauss_zone(place.crs) is not None
    is_other = not is_same_crs(declared, place.crs)
    if is_other and (is_geographic or (same_datum and not is_one_of_zones)):
        yield Hypothesis(
            f"metres_in_{name}",
            Text(f"是本市工作坐标系 {label} 的平面坐标", f"metres in the city's CRS, {label}"),
            place.crs,
        )
    if is_geographic and datum_of(declared) is not None:
        meaning = Text("是 Web 墨卡托平面坐标", "metres of Web Mercator")
        yield Hypothesis("web_mercator", meaning, "EPSG:3857")


def _geodetic_code(crs: str) -> int | None:
    geodetic = parse_crs(crs).geodetic_crs
    return None if geodetic is None else geodetic.to_epsg()


def _of_zones(pairs: Pairs, declared: str, place: Place) -> Iterator[Hypothesis]:
    """Return the other zones of the declared datum that the eastings could belong to."""
    # divided first: the median of an even number adds two, and senseless numbers overflow
    prefix = math.floor(np.median(pairs[:, 0] / changes.PREFIX_M))
    known = gauss_zone(declared)
    # the city's own zone has been named already where the declared CRS is of degrees
    taken = gauss_zone(place.crs) if parse_crs(declared).is_geographic else known
    for zone in zones_of(declared):
        if zone.prefix == prefix and not is_zone(zone, taken):
            yield _zone_hypothesis(zone, is_twin=is_twin(zone, known))
    if known is not None and prefix not in {0, known.number}:
        shift = (known.number * int(known.is_prefixed) - prefix) * changes.PREFIX_M
        said = Text(
            f"横坐标所带的带号 {prefix} 有误，应属声明的带", f"their zone prefix {prefix} is wrong"
        )
        yield Hypothesis("zone_prefix_wrong", said, declared, changes.shifted_east(shift))


def _zone_hypothesis(zone: Zone, *, is_twin: bool) -> Hypothesis:
    meridian = zone.meridian_deg
    if is_twin and not zone.prefix:
        said = Text("横坐标缺少带号", "eastings lack the zone prefix that the CRS has")
        return Hypothesis("zone_prefix_missing", said, zone.crs)
    if is_twin:
        said = Text(f"横坐标带有带号 {zone.prefix}", f"eastings bear the zone prefix {zone.prefix}")
        return Hypothesis("zone_prefix_added", said, zone.crs)
    if not zone.prefix:
        said = Text(
            f"中央子午线是 {meridian}°E（不带带号）", f"the central meridian is {meridian}°E"
        )
        return Hypothesis(f"central_meridian_{meridian}", said, zone.crs)
    word = "three" if zone.degrees == THREE else "six"
    said = Text(
        f"是 {zone.degrees}° 带第 {zone.number} 带（{meridian}°E，带带号）",
        f"{zone.degrees}° zone {zone.number} ({meridian}°E, with prefix)",
    )
    return Hypothesis(f"{word}_degree_zone_{zone.number}", said, zone.crs)


def _of_units(declared: str) -> Iterator[Hypothesis]:
    parsed = parse_crs(declared)
    if not parsed.is_projected:
        return
    factor = parsed.axis_info[0].unit_conversion_factor if parsed.axis_info else 1.0
    if factor == 1.0:
        us, other = changes.US_FOOT_M, changes.FOOT_M
        said = Text("单位是美国测量英尺", "US survey feet, not metres")
        yield Hypothesis("feet_us", said, declared, changes.scaled(us))
        said = Text("单位是国际英尺", "international feet, not metres")
        yield Hypothesis("feet_international", said, declared, changes.scaled(other))
    else:
        said = Text("单位是米", f"metres, not {parsed.axis_info[0].unit_name}")
        yield Hypothesis("metres", said, declared, changes.scaled(1.0 / factor))


def _degrees_of(declared: str) -> str:
    parsed = parse_crs(declared)
    geodetic = parsed.geodetic_crs
    if parsed.is_geographic or geodetic is None:
        return declared
    flat = geodetic.to_2d()
    return rebound(str(flat.to_wkt()), parsed) if parsed.is_bound else _text_of(flat)


def _text_of(crs: pyproj.CRS) -> str:
    """Return ``EPSG:…`` where there is one, else the whole text, so that it can be read again."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.to_wkt())


_OFFSET_CAVEAT = Text(
    "公式为逆向所得，官方未公布，与服务实际值可差约半米；不可作测绘依据",
    "the formulas are reverse-engineered and about half a metre off the services themselves; "
    "never survey-grade",
)


def _of_offsets(declared: str, place: Place, *, is_degrees: bool) -> Iterator[Hypothesis]:
    parsed = parse_crs(declared)
    if not _is_in_offset_box(place) or not (is_degrees or parsed.is_projected):
        return
    crs = _degrees_of(declared) if is_degrees else declared
    names = {"gcj02": ("GCJ-02（火星坐标）", "GCJ-02"), "bd09": ("BD-09（百度坐标）", "BD-09")}
    for name, (zh, en) in names.items():
        meaning = Text(f"是 {zh}，不是 CGCS2000/WGS84", f"{en}, not CGCS2000 or WGS84")
        change = changes.offset_undone(name, declared, is_degrees=is_degrees)
        yield Hypothesis(name, meaning, crs, change, caveat=_OFFSET_CAVEAT)


def _is_in_offset_box(place: Place) -> bool:
    middle = shapely.centroid(place.neighbourhood if place.outline is None else place.outline)
    seen = transform_geometries([middle], place.crs, VIEWING_CRS)[0]
    return bool(shapely.intersects(shapely.box(*OFFSET_BOX_DEG), seen))


def _of_local_systems(systems: Sequence[LocalSystem]) -> Iterator[Hypothesis]:
    for system in systems:
        zh = system.title.zh or system.name
        en = system.title.en or system.name
        meaning = Text(
            f"是地方坐标系 {zh}（{system.source}）", f"the local system {en} ({system.source})"
        )
        change = None if system.crs else changes.plane(system)
        yield Hypothesis(f"{_LOCAL}{system.name}", meaning, system.crs or system.to_crs, change)
