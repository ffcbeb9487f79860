"""What already stands, or is somebody's: red lines outside the plan, pending ones, promised land.

A plan chooses among sites that have passed the filters of the search (`siting.candidates`:
nobody else's red line or promised parcel lies on them) and the rules. Repairs keep clear of other
red lines with what they take anew. What slips through is closed here: a present red line, or what
a repair kept of it, on land of another red line that the rule book says nothing of, or only by a
sliver; and either of them on a parcel that the ledger promises to somebody else.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siting.candidates import (
    OVERLAP_TOLERANCE_M2,
    as_array,
    has_shape,
    possible_ids,
    promised_ids,
    red_lines_on,
    sound,
)
from siting.city import SeparationSpec
from siting.model import Atlas, Features, Option, RedLine, SiteKind, Text
from siting.overlay import distances_within, pair_areas
from siting.planning.conflicts import LARGE_VERTICES, is_too_near
from siting.planning.outlines import (
    NAMED,
    Geometries,
    Longs,
    Members,
    Outlines,
    outlines_of,
    spread,
)
from siting.planning.uses import Member, member_of, use_of

#: Sites that are a project's own claim: nobody was offered them.
OWN_CLAIMS = (SiteKind.RED_LINE, SiteKind.REPAIRED)


@dataclass(frozen=True, eq=False, slots=True)
class Standing:
    """A red line that no plan moves, and what it is for (empty: nothing tells)."""

    red_line: RedLine
    use: str


@dataclass(frozen=True, slots=True)
class Closure:
    """A separation rule that closes an option, and the red line from which it does.

    ``is_sure`` is false where one of both uses is not known closely enough to say so.
    """

    rule: str
    project_id: str
    red_line_id: str
    distance_m: float
    is_sure: bool


@dataclass(frozen=True, slots=True, order=True)
class Holder:
    """Who has land that an option lies on: by a red line, or by a parcel that it was promised.

    ``project_id`` is empty for a red line of no project; ``is_planned``: the project takes part in
    the plan.
    """

    project_id: str
    red_line_id: str = ""
    parcel_id: str = ""
    is_planned: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """By position the holders of an option's land, sorted; ``notes`` say what nobody could see."""

    holders: Mapping[int, tuple[Holder, ...]]
    notes: tuple[Text, ...] = ()


def standing(atlas: Atlas, planned: Collection[str]) -> tuple[Standing, ...]:
    """Return the red lines of projects that are not in the plan, each with its project's use.

    Parameters
    ----------
    atlas
        Red lines and projects; a red line of a project that the ledger does not have stands too.
    planned
        Ids of the projects of the plan.
    """
    uses = {project.id: use_of(project) for project in atlas.projects}
    return tuple(
        Standing(line, uses.get(line.project_id, ""))
        for line in atlas.red_lines
        if line.project_id not in planned and has_shape(line.geometry)
    )


def closed_by(
    options: Sequence[Option],
    uses: Sequence[str],
    fixed: Sequence[Standing],
    specs: Sequence[SeparationSpec],
) -> dict[int, tuple[Closure, ...]]:
    """Return, by position, the separation rules that close an option for what already stands.

    Parameters
    ----------
    options, uses, specs
        As for :func:`siting.planning.conflicts.separations`.
    fixed
        From :func:`standing`: areas and lines in the working CRS; of an invalid one its hull.

    Returns
    -------
    dict[int, tuple[Closure, ...]]
        Of each rule, in their order, one red line: the nearest of those that surely close the
        option, else the nearest of those that may. Options that nothing closes are left out.

    Raises
    ------
    SitingError
        An option has no land.
    """
    if not specs or not fixed:
        return {}
    outlines = outlines_of(options)
    shapes = as_array([sound(each.red_line.geometry) for each in fixed])
    closures: dict[int, list[Closure]] = {}
    for spec in specs:
        for position, at, distance_m, is_sure in _nearest(outlines, uses, (fixed, shapes), spec):
            line = fixed[at].red_line
            closure = Closure(
                rule=spec.name,
                project_id=line.project_id,
                red_line_id=line.id,
                distance_m=distance_m,
                is_sure=is_sure,
            )
            closures.setdefault(position, []).append(closure)
    return {position: tuple(closures[position]) for position in sorted(closures)}


def _nearest(
    outlines: Outlines,
    uses: Sequence[str],
    stands: tuple[Sequence[Standing], Geometries],
    spec: SeparationSpec,
) -> list[tuple[int, int, float, bool]]:
    """Return (option, standing red line, distance, is it sure) of options that a rule closes."""
    fixed, shapes = stands
    near = distances_within(shapes, outlines.shapes, spec.distance_m, witness="doubtful")
    keep = is_too_near(near.distance_m, spec)
    line, place, distance_m = near.left[keep], near.right[keep], near.distance_m[keep]
    rows = np.arange(len(line), dtype=np.int64)
    each = Members(rows, np.arange(len(line) + 1, dtype=np.int64))
    blocks = [(rows[:0], rows[:0]), *spread((rows, place), (each, outlines.members()))]
    pair, option = (np.concatenate(side) for side in zip(*blocks, strict=True))
    sure = _sureness(uses, [one.use for one in fixed], (option, line[pair]), spec)
    is_closed = sure > Member.NO
    pair, option, sure = pair[is_closed], option[is_closed], sure[is_closed]
    order = np.lexsort((line[pair], distance_m[pair], -sure, option))
    _, first = np.unique(option[order], return_index=True)
    return [
        (int(option[at]), int(line[pair[at]]), float(distance_m[pair[at]]), sure[at] == Member.YES)
        for at in order[first].tolist()
    ]


def _sureness(
    uses: Sequence[str], others: Sequence[str], pairs: tuple[Longs, Longs], spec: SeparationSpec
) -> Longs:
    """Return of pairs of uses how sure it is that a rule means them, as values of ``Member``."""
    names, others_names = sorted(set(uses)), sorted(set(others))
    table = np.array(
        [[_means(use, other, spec) for other in others_names] for use in names], dtype=np.int64
    ).reshape(len(names), len(others_names))
    at = np.array([names.index(use) for use in uses], dtype=np.int64)
    other_at = np.array([others_names.index(other) for other in others], dtype=np.int64)
    found: Longs = table[at[pairs[0]], other_at[pairs[1]]]
    return found


def _means(use: str, other: str, spec: SeparationSpec) -> Member:
    """Return whether a rule means a pair of uses, in either order."""
    return max(
        min(member_of(use, spec.uses), member_of(other, spec.from_uses)),
        min(member_of(use, spec.from_uses), member_of(other, spec.uses)),
    )


def held(options: Sequence[Option], atlas: Atlas, planned: Collection[str]) -> Held:
    """Return the options on land that is somebody else's, and whose.

    Parameters
    ----------
    options
        In the working CRS.
    atlas
        Red lines, parcels, and the ledger with what it promises.
    planned
        Ids of the projects of the plan.

    Returns
    -------
    Held
        Options of which more than ``OVERLAP_TOLERANCE_M2`` (of a line, ``ON_LINE_TOLERANCE_M``)
        lies on another project's red line or on a parcel promised to another project. The
        pending red line of a planned project holds its land too (it may stay there), but not
        against another one's own claim (``OWN_CLAIMS``): which of two claims is met is for the
        plan to say, and :func:`siting.planning.conflicts.overlaps` keeps them apart.

    Raises
    ------
    SitingError
        An option has no land.
    """
    outlines = outlines_of(options)
    claims, notes = _promises(atlas)
    found = [
        (place, Holder(line.project_id, red_line_id=line.id, is_planned=line.project_id in planned))
        for place, line in _red_lines_on(outlines, options, atlas.red_lines)
    ]
    found += [
        (place, Holder(project_id, parcel_id=parcel_id, is_planned=project_id in planned))
        for place, project_id, parcel_id in _on_promises(outlines.shapes, claims)
    ]
    members, holders = outlines.members(), dict[int, set[Holder]]()
    for place, holder in found:
        for position in members.rows[members.starts[place] : members.starts[place + 1]].tolist():
            if _holds(holder, options[position]):
                holders.setdefault(position, set()).add(holder)
    return Held(
        {position: tuple(sorted(holders[position])) for position in sorted(holders)},
        (*notes, *_unread(atlas)),
    )


def _red_lines_on(
    outlines: Outlines, options: Sequence[Option], red_lines: Sequence[RedLine]
) -> Iterable[tuple[int, RedLine]]:
    """Yield (outline, red line) for each red line on an outline.

    A large red line is not held against what its own project alone has: the kernel would take
    long over two outlines that are nearly the same, and nobody holds land against himself.
    """
    is_large = [shapely.get_num_coordinates(line.geometry) >= LARGE_VERTICES for line in red_lines]
    small = [line for line, is_so in zip(red_lines, is_large, strict=True) if not is_so]
    yield from red_lines_on(outlines.shapes, small)
    owners: list[set[str]] = [set() for _ in outlines.shapes]
    for place, option in zip(outlines.place.tolist(), options, strict=True):
        owners[place].add(option.project_id)
    tree = shapely.STRtree(outlines.shapes)
    for line in itertools.compress(red_lines, is_large):
        near = np.sort(tree.query(shapely.box(*line.geometry.bounds)))
        near = near[[bool(owners[place] - {line.project_id}) for place in near.tolist()]]
        for row, _ in red_lines_on(outlines.shapes[near], [line]):
            yield int(near[row]), line


def _holds(holder: Holder, option: Option) -> bool:
    if holder.project_id == option.project_id:
        return False
    is_claim = holder.is_planned and not holder.parcel_id
    return not (is_claim and option.site.kind in OWN_CLAIMS)


#: The project, the parcel's id, and its shape.
_Claim = tuple[str, str, BaseGeometry]


def _promises(atlas: Atlas) -> tuple[list[_Claim], tuple[Text, ...]]:
    """Return the parcels that the ledger promises, and a note of those that nobody can find.

    Where two layers share a number both parcels are meant.
    """
    shapes = _Named(atlas)
    wanted = sorted(
        {(p.id, parcel_id) for p in atlas.projects for parcel_id in promised_ids(p, shapes)}
    )
    claims = [(owner, name, shape) for owner, name in wanted for shape in shapes.of(name)]
    found = {name for _, name, _ in claims}
    return claims, _lost(sorted({name for _, name in wanted} - found))


class _Named:
    """Parcels by what they are called: their number, or their layer's name and their number."""

    def __init__(self, atlas: Atlas) -> None:
        self._rows: dict[str, list[tuple[Features, int]]] = {}
        # of a million parcels only those that anybody may mean
        asked = {word for project in atlas.projects for word in possible_ids(project)}
        for layer in atlas.by_role("parcel") if asked else ():
            rows = layer.features
            if rows is None or not layer.is_usable:
                continue
            for row, name in enumerate(rows.ids()):
                for called in asked.intersection((str(name), f"{layer.name}/{name}")):
                    self._rows.setdefault(called, []).append((rows, row))

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def of(self, name: str) -> list[BaseGeometry]:
        """Return the land of the parcels of a name; those without any are left out."""
        found = [rows.shapes_at(np.array([row]))[0] for rows, row in self._rows.get(name, ())]
        return [sound(shape) for shape in found if has_shape(shape)]


def _lost(names: Sequence[str]) -> tuple[Text, ...]:
    if not names:
        return ()
    named, count = ", ".join(names[:NAMED]), len(names)
    more_zh, more_en = (" 等", ", …") if count > NAMED else ("", "")
    return (
        Text(
            f"台账承诺的 {count} 个地块不在可用的地块图层中，是否被占用不能核对"
            f"（{named}{more_zh}）",
            f"{count} parcel(s) that the ledger promises are in no usable parcel layer: whether a "
            f"site lies on them cannot be told ({named}{more_en})",
        ),
    )


def _on_promises(shapes: Geometries, claims: Sequence[_Claim]) -> Iterable[tuple[int, str, str]]:
    """Yield (outline, project, parcel) for each outline that lies on a promised parcel."""
    parcels = as_array([shape for _, _, shape in claims])
    pairs = pair_areas(parcels, shapes, witness="doubtful", limits_m2=(OVERLAP_TOLERANCE_M2,))
    is_land = pairs.area_m2 > OVERLAP_TOLERANCE_M2
    for claim, place in zip(
        pairs.left[is_land].tolist(), pairs.right[is_land].tolist(), strict=True
    ):
        yield place, claims[claim][0], claims[claim][1]


def _unread(atlas: Atlas) -> tuple[Text, ...]:
    """Return a note where red lines could not be read: nobody knows whose land that is."""
    count = sum(not refusal.is_repaired for refusal in atlas.refused_red_lines)
    count += sum(not has_shape(line.geometry) for line in atlas.red_lines)
    if not count:
        return ()
    return (
        Text(
            f"有 {count} 条红线未能读取，其用地是否被占用、是否满足间隔不能核对",
            f"{count} red line(s) could not be read: whether a site lies on their land, or too "
            "near to them, cannot be told",
        ),
    )
