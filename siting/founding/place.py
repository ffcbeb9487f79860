"""Which working CRS could be proposed, from where the data lie; never more than a proposal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from siting.crs import parse_crs, working_crs
from siting.errors import SitingError
from siting.founding.entries import Entry, Sureness, Use
from siting.founding.survey import Bounds
from siting.load.words import say

#: CGCS2000 in 3° zones without prefix: EPSG:4534 is 75°E, one code for each 3° further.
FIRST_CODE, FIRST_MERIDIAN_DEG, LAST_MERIDIAN_DEG, ZONE_DEG = 4534, 75, 135, 3
#: Mainland China within its corners; only to choose between two kinds of proposal.
CHINA_DEG = (73.0, 17.0, 136.0, 54.0)
#: How many reference systems are offered elsewhere.
MOST_OFFERS = 6


@dataclass(frozen=True, slots=True)
class Proposal:
    """A working CRS with the reason, or several that would do and none proposed."""

    crs: str = ""
    reason: str = ""
    offers: tuple[tuple[str, str], ...] = ()
    is_chinese: bool = True
    is_given: bool = False


def propose(entries: Sequence[Entry], given: str) -> Proposal:
    """Return the working CRS to write into city.toml.

    Parameters
    ----------
    entries
        Settled entries.
    given
        What the user asked for; it goes before everything, and must be projected, in metres.

    Raises
    ------
    ConfigError
        When `given` cannot be a working CRS.
    """
    extent = extent_of(entries)
    is_chinese = extent is None or _is_within(extent, CHINA_DEG)
    if given:
        working_crs(given)
        return Proposal(given, is_chinese=is_chinese, is_given=True)
    own, reason = _of_the_data(entries)
    if own:
        return Proposal(own, reason, is_chinese=is_chinese)
    if extent is None:
        return Proposal(is_chinese=is_chinese)
    if is_chinese:
        return _zone(extent)
    return Proposal(offers=_offers(extent), is_chinese=False)


def extent_of(entries: Sequence[Entry]) -> Bounds | None:
    """Return the districts' extent in degrees, else that of all layers, else None."""
    active = [entry for entry in entries if entry.sight.degrees is not None]
    districts = [entry for entry in active if entry.role == "district" and entry.is_active]
    boxes = [entry.sight.degrees for entry in (districts or active) if entry.sight.degrees]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _of_the_data(entries: Sequence[Entry]) -> tuple[str, str]:
    """Return the projected CRS that most layers are in, the districts' first."""
    districts = [entry for entry in entries if entry.role == "district" and entry.is_active]
    for entry in districts:
        if _can_work(entry.sight.crs):
            name = entry.sight.crs
            return name, say(f"行政区图层的坐标系 {name}", f"the districts are in {name}")
    usable = [
        entry.sight.crs
        for entry in entries
        if entry.use is Use.LAYER
        and entry.sureness is not Sureness.UNKNOWN
        and _can_work(entry.sight.crs)
    ]
    if not usable:
        return "", ""
    count = Counter(usable)
    name = min(count, key=lambda each: (-count[each], each))
    return name, say(f"{count[name]} 个图层用 {name}", f"layers in {name}: {count[name]}")


def _can_work(crs: str) -> bool:
    if not crs.startswith("EPSG:"):
        return False
    try:
        working_crs(crs)
    except SitingError:
        return False
    return True


def _is_within(inner: Bounds, outer: Bounds) -> bool:
    return (
        inner[0] >= outer[0]
        and inner[1] >= outer[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


def _zone(extent: Bounds) -> Proposal:
    west, _, east, _ = extent
    meridian = _meridian((west + east) / 2)
    code = FIRST_CODE + (meridian - FIRST_MERIDIAN_DEG) // ZONE_DEG
    reason = say(
        f"数据在 {west:.3f}–{east:.3f}°E，3 度带中央经线 {meridian}°",
        f"the data lie at {west:.3f}–{east:.3f}°E: 3° zone with meridian {meridian}°E",
    )
    others = {_meridian(west), _meridian(east)} - {meridian}
    offers = tuple(
        (f"EPSG:{FIRST_CODE + (each - FIRST_MERIDIAN_DEG) // ZONE_DEG}", f"{each}°E")
        for each in sorted(others)
    )
    return Proposal(f"EPSG:{code}", reason, offers)


def _meridian(longitude_deg: float) -> int:
    nearest = ZONE_DEG * math.floor(longitude_deg / ZONE_DEG + 0.5)
    return min(max(nearest, FIRST_MERIDIAN_DEG), LAST_MERIDIAN_DEG)


def _offers(extent: Bounds) -> tuple[tuple[str, str], ...]:
    """Return projected systems in metres made for the place, the most local ones first."""
    area = AreaOfInterest(*extent)
    infos = query_crs_info(
        auth_name="EPSG",
        pj_types=PJType.PROJECTED_CRS,
        area_of_interest=area,
        contains=True,
    )
    sized = []
    for info in infos:
        use = info.area_of_use
        if use is not None and use.east > use.west:
            size = round((use.east - use.west) * (use.north - use.south), 4)
            sized.append((size, int(info.code), info.name))
    offers = []
    for _, code, name in sorted(sized):
        crs = f"EPSG:{code}"
        if _can_work(crs) and not parse_crs(crs).is_deprecated:
            offers.append((crs, name))
        if len(offers) == MOST_OFFERS:
            break
    return tuple(offers)
