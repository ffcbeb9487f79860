"""The repairs of the page's red lines: words and figures, and the outline where it may be drawn."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from siting.mapping.background import Payload, pair
from siting.mapping.release import is_drawable, parcel_release
from siting.mapping.shapes import encode
from siting.mapping.subject import Subject
from siting.model import Atlas, Release, Repair, RepairSearch, Text, narrowest

#: Less land than this is none, m².
NO_LAND_M2 = 0.01
#: What stands for the words of a repair that takes land in another district.
ELSEWHERE = Text(
    "在其他区取得部分用地，请向市局了解", "takes land in another district: ask the city"
)


def repair_release(repair: Repair, atlas: Atlas) -> Release:
    """Return what the outline of a repair may be shown as: the narrowest whose edge it shows."""
    if repair.way.follows_parcels:
        return narrowest([repair.release, parcel_release(atlas)])
    return repair.release


def repair_rows(subject: Subject) -> dict[str, Payload]:
    """Return the repairs by red line id; none where nobody asked for them.

    A repair is drawn as its ``release`` allows (see :mod:`siting.mapping.release`); on a
    district's page one that takes land in another district anew has only its figures.
    """
    shown = {result.red_line.id: result.red_line.geometry for result in subject.results}
    return {
        search.red_line_id: _search(subject, search, shown[search.red_line_id])
        for search in subject.report.repairs or ()
        if search.red_line_id in shown
    }


def _search(subject: Subject, search: RepairSearch, present: BaseGeometry) -> Payload:
    area = subject.scope.area
    is_here = [
        area is None or not takes_land_outside(each, present, area) for each in search.repairs
    ]
    outlines = [
        each.geometry if here and _is_drawable(subject, each) else None
        for each, here in zip(search.repairs, is_here, strict=True)
    ]
    shapes = encode(outlines, subject.city.crs, simplified_m=subject.detail.outlines_m)
    return {
        "list": [
            {**_row(each), "says": pair(each.says if here else ELSEWHERE), "shape": shape}
            for each, here, shape in zip(search.repairs, is_here, shapes, strict=True)
        ],
        "fewer": pair(search.fewer_because) if search.fewer_because else None,
    }


def _row(repair: Repair) -> Payload:
    figures = repair.figures
    return {
        "rank": repair.rank,
        "area": round(figures.area_m2, 2),
        "lost": round(figures.area_lost_m2, 2),
        "gained": round(figures.area_gained_m2, 2),
        "width": round(figures.min_width_m, 2),
        "front": None if figures.frontage_m is None else round(figures.frontage_m, 1),
        "remains": sorted({finding.code for finding in repair.remains}),
        "introduces": sorted({finding.code for finding in repair.introduces}),
        "notChecked": list(repair.not_checked),
        "takes": len(repair.takes),
        "street": round(repair.street_m2, 2),
    }


def takes_land_outside(repair: Repair, present: BaseGeometry, area: BaseGeometry) -> bool:
    """True when a repair takes land anew that lies outside of a district."""
    gained = shapely.difference(repair.geometry, present)
    return float(shapely.area(shapely.difference(gained, area))) > NO_LAND_M2


def _is_drawable(subject: Subject, repair: Repair) -> bool:
    return is_drawable(repair_release(repair, subject.atlas), subject.scope)
