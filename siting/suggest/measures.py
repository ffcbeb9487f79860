"""What the criteria measure: the same for all projects once, and for each project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from siting import score
from siting.candidates import Parcels, Recheck, Wanted, as_array, has_shape, sound
from siting.city import SuggestSpec
from siting.model import Atlas, Project, RedLine, Text

#: What each criterion needs, told when it is not there and the criterion is left out.
_NEEDS: Mapping[str, Text] = {
    score.DISTANCE: Text("现红线或意向区", "a red line or a wanted district"),
    score.SAME_DISTRICT: Text("意向区", "a wanted district"),
    score.ROAD: Text("道路图层", "a road layer"),
    score.METRO: Text("地铁站图层", "a layer of metro stations"),
    score.ACQUISITION: Text("征收收储字段", "a column of the acquisition state"),
    score.PLAN_STATE: Text("控规状态字段", "a column of the plan state"),
}


@dataclass(frozen=True, eq=False, slots=True)
class Surroundings:
    """Per parcel, the measures that no project changes; a criterion without data is absent."""

    measures: Mapping[str, NDArray[np.float64]]

    @classmethod
    def of(cls, parcels: Parcels, atlas: Atlas, spec: SuggestSpec) -> Surroundings:
        """Measure roads, stations, states and shapes for every parcel, in metres and shares."""
        perimeters = shapely.length(parcels.geometries)
        shapes = zip(parcels.areas_m2, perimeters, strict=True)
        found = {
            score.ROAD: _nearest_m(parcels, atlas, "road"),
            score.METRO: _nearest_m(parcels, atlas, "metro_station"),
            score.ACQUISITION: _acquisition(parcels, spec),
            score.PLAN_STATE: _plan_state(parcels, spec),
            score.COMPACTNESS: np.array(
                [score.compactness(float(area), float(length)) for area, length in shapes]
            ),
        }
        return cls({name: values for name, values in found.items() if values is not None})


def _nearest_m(parcels: Parcels, atlas: Atlas, role: str) -> NDArray[np.float64] | None:
    shapes: list[Any] = []
    for layer in atlas.by_role(role):
        if layer.is_usable and layer.frame is not None:
            shapes.extend(shape for shape in layer.frame.geometry if has_shape(shape))
    if not shapes:
        return None
    targets = as_array(shapes)
    nearest = shapely.STRtree(targets).nearest(parcels.geometries)
    distances: NDArray[np.float64] = shapely.distance(parcels.geometries, targets[nearest])
    return distances


def _acquisition(parcels: Parcels, spec: SuggestSpec) -> NDArray[np.float64] | None:
    if not (spec.acquisition_column or spec.land_bank_column):
        return None
    worth = np.zeros(len(parcels))
    for row in range(len(parcels)):
        state = parcels.text(spec.acquisition_column, row)
        is_banked = score.is_yes(parcels.text(spec.land_bank_column, row))
        known = score.state_worth(state, score.ACQUISITION_WORDS)
        worth[row] = 1.0 if is_banked else known or 0.0
    if parcels.is_held is not None:
        # whatever was once acquired, it is somebody's again and must be taken back
        worth[parcels.is_held] = 0.0
    return worth


def _plan_state(parcels: Parcels, spec: SuggestSpec) -> NDArray[np.float64] | None:
    states = [plan_state_of(row, parcels, spec) for row in range(len(parcels))]
    if not any(states):
        return None
    worth = [score.state_worth(state, score.PLAN_STATE_WORDS) or 0.0 for state in states]
    return np.array(worth, dtype=np.float64)


def plan_state_of(row: int, parcels: Parcels, spec: SuggestSpec) -> str:
    """Return the plan state of a parcel: its own column, else that of its zone."""
    if spec.plan_state_column in parcels.texts:
        return parcels.text(spec.plan_state_column, row)
    return str(parcels.zoned.plan_state[row])


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Where a project is, or wants to be.

    ``geometry`` is the union of its present red lines, else an inner point of the wanted
    district, else None; ``district`` is the wanted district's code, else the red line's.
    """

    geometry: Any | None
    district: str
    has_red_line: bool


def place_of(project: Project, red_lines: Sequence[RedLine], home: str, atlas: Atlas) -> Place:
    """Return the place of a project.

    Parameters
    ----------
    project
        Its ``district`` may be a code or a name of the district layer.
    red_lines
        Its present red lines.
    home
        District code of the present red line as the report has it; may be empty.
    atlas
        For the districts.
    """
    wanted = project.district.strip()
    frame = atlas.districts
    code, centre = "", None
    rows = zip(frame["feature_id"], frame["feature_name"], frame.geometry, strict=True)
    for feature_id, name, shape in rows:
        if wanted and wanted in {str(feature_id), str(name)}:
            code, centre = str(feature_id), shapely.point_on_surface(shape)
    if red_lines:
        union = shapely.union_all([sound(line.geometry) for line in red_lines])
        return Place(union, code or home, has_red_line=True)
    return Place(centre, code, has_red_line=False)


@dataclass(frozen=True, eq=False, slots=True)
class Yardstick:
    """What the criteria measure for one project, for the parcels of its pool.

    ``rows`` are those parcels; ``table`` has one array per criterion that could be
    measured, in the order of ``rows``, all but the burden, which the re-check tells.
    """

    rows: NDArray[np.int64]
    table: Mapping[str, NDArray[np.float64]]
    place: Place
    position_of: Mapping[int, int]

    @classmethod
    def of(
        cls,
        parcels: Parcels,
        around: Surroundings,
        *,
        place: Place,
        wanted: Wanted,
        rows: NDArray[np.int64],
    ) -> Yardstick:
        """Measure all parcels in `rows` at once."""
        table = {name: values[rows] for name, values in around.measures.items()}
        if place.geometry is not None:
            shapely.prepare(place.geometry)
            table[score.DISTANCE] = shapely.distance(parcels.geometries[rows], place.geometry)
        if place.district:
            table[score.SAME_DISTRICT] = (parcels.districts[rows] == place.district).astype(float)
        table[score.AREA_FIT] = score.area_deviation(
            parcels.areas_m2[rows], wanted.area_m2_min, wanted.area_m2_max
        )
        return cls(rows, table, place, {row: i for i, row in enumerate(rows.tolist())})

    def measures(self, row: int, recheck: Recheck) -> dict[str, float]:
        """Return criterion → measure of one parcel; what cannot be measured is absent."""
        position = self.position_of[row]
        found = {name: float(values[position]) for name, values in self.table.items()}
        found[score.BURDEN] = score.burden_points(recheck.burden)
        return {name: found[name] for name in score.CRITERIA if name in found}

    def best_possible(self, weights: Mapping[str, float]) -> NDArray[np.int64]:
        """Return the score of each row as if it met no rule, in hundredths: an upper bound."""
        unburdened = {**self.table, score.BURDEN: np.zeros(len(self.rows))}
        return score.ceiling_hundredths(unburdened, weights)

    def left_out(self, weights: Mapping[str, float]) -> tuple[tuple[Text, Text], ...]:
        """Return title and missing data of each weighted criterion that cannot be measured."""
        known = {*self.table, score.BURDEN}
        return tuple(
            (criterion.title, _NEEDS[name])
            for name, criterion in score.CRITERIA.items()
            if name not in known and weights[name] > 0
        )
