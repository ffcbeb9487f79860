"""What the criteria measure of outlines that are no parcels: present and corrected red lines.

Measures only, no score: a score beside a broken prohibited rule would read as if it could be
weighed up. What a parcel's own columns or the re-check tell is not asked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from siting.candidates import Parcels, as_array, wanted_land
from siting.candidates.parcels import Zoned
from siting.check.totals import main_districts
from siting.compare.options import Material
from siting.compare.records import Mark
from siting.criteria import Burden, Criterion, Gauge, Setting, Shelf, Wish, place_of
from siting.criteria.states import Acquisition, Ownership, PlanState, SupplyState
from siting.exclude import Land
from siting.model import RedLine
from siting.overlay.kernel.measure import Prepared

#: Measures that read a parcel's columns, or what only the search's re-check tells.
_OF_PARCELS = (Acquisition, Ownership, PlanState, SupplyState, Burden)


def outline_marks(material: Material, outlines: Sequence[RedLine]) -> list[Mapping[str, Mark]]:
    """Return measure and worth by criterion of each outline; none where no site was scored.

    Parameters
    ----------
    material
        Whose search has the profile.
    outlines
        In the working CRS. Lines have no measures, nor have outlines that cross themselves:
        nobody knows which land they mean.
    """
    marks: list[dict[str, Mark]] = [{} for _ in outlines]
    criteria, wish = _criteria(material), _wish(material)
    places = [place for place, each in enumerate(outlines) if _has_land(each)]
    if criteria and wish and places:
        table = _table(material, [outlines[place] for place in places])
        gauge = Gauge(table, Setting(material.atlas, material.city))
        for criterion in criteria:
            _fill([marks[place] for place in places], criterion, gauge, wish)
    return list(marks)


def _has_land(outline: RedLine) -> bool:
    shape = outline.geometry
    return bool(shapely.is_valid(shape)) and float(shapely.area(shape)) > 0


def _criteria(material: Material) -> list[Criterion]:
    """Return the criteria of the search's profile that an outline alone can be measured by."""
    used = material.search.profile if material.search else None
    profile = Shelf.of(material.city).profiles.get(used.name) if used else None
    if used is None or profile is None:
        return []
    names = {each.name for each in used.criteria}
    return [
        each
        for each in profile.criteria
        if each.name in names and not isinstance(each.measure, _OF_PARCELS)
    ]


def _wish(material: Material) -> Wish | None:
    lines = tuple(result.red_line for result in material.results)
    wanted = wanted_land(material.project, lines, material.city.suggest)
    if wanted is None:
        return None
    home = next((result.district for result in material.results if result.district), "")
    place = place_of(material.project, lines, home, material.atlas)
    return Wish(material.project, place, wanted)


def _fill(marks: Sequence[dict[str, Mark]], criterion: Criterion, gauge: Gauge, wish: Wish) -> None:
    found = gauge.of(criterion.measure, np.arange(len(marks)), wish)
    if found is None:
        return
    found = criterion.known(found)
    worths = criterion.worth.values(found.values)
    for mark, measure, worth in zip(marks, found.values.tolist(), worths.tolist(), strict=True):
        is_known = not math.isnan(measure)
        mark[criterion.name] = Mark(measure, worth, None) if is_known else Mark(None, None, None)


def _table(material: Material, outlines: Sequence[RedLine]) -> Parcels:
    """Return the outlines as a parcel table without columns."""
    geometries, count = as_array([each.geometry for each in outlines]), len(outlines)
    areas_m2, ids = shapely.area(geometries), tuple(each.id for each in outlines)
    blank = np.full(count, "", dtype=object)
    districts = main_districts(outlines, material.atlas.district_rows)
    return Parcels(
        ids=ids,
        geometries=geometries,
        areas_m2=areas_m2,
        districts=np.array(districts, dtype=object),
        zoned=Zoned(blank, blank, np.zeros(count), blank, frozenset()),
        is_available=np.ones(count, dtype=bool),
        is_supply_known=False,
        holders=(frozenset(),) * count,
        texts={},
        land=Land(ids, Prepared(geometries), areas_m2, np.arange(count)),
    )
