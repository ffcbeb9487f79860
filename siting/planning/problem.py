"""From what projects could have, and what was decided, to what is solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from siting.allocate import Amount, Candidate, Claimant, Problem, Quota
from siting.allocate.problem import HUNDREDTHS_PER_M2
from siting.city import City, QuotaSpec, SeparationSpec
from siting.model import Atlas, Option, Project, Text
from siting.planning.amounts import LandAmounts, amounts_of
from siting.planning.choices import Choices, Said
from siting.planning.closings import held_text, too_near_text
from siting.planning.conflicts import overlaps, separations
from siting.planning.standing import closed_by, held, standing
from siting.planning.uses import Member, member_of, use_notes, use_of
from siting.suggest import Pools

#: What no use, district or batch is called: a quota with no member counts nothing.
_NOBODY = frozenset({"\0"})
#: The units of which the land-use layers tell.
_OF_LAND = frozenset({Amount.NEW_CONSTRUCTION, Amount.FARMLAND})
#: The cause of conflicts that is no separation rule.
OVERLAP = "overlap"


@dataclass(frozen=True, eq=False, slots=True)
class Posed:
    """A problem, and what its positions and closings mean.

    ``options`` are by position; ``said`` has the words for what is closed. ``amounts`` is what
    each option uses up of the indicators, None where no quota asks.
    """

    problem: Problem
    options: tuple[Option, ...]
    said: Said = field(default_factory=dict)
    amounts: LandAmounts | None = None
    notes: tuple[Text, ...] = ()


def pose(
    pools: Pools, atlas: Atlas, *, city: City, choices: Choices, previous: Mapping[str, str]
) -> Posed:
    """Return what a plan of a city has to solve.

    Parameters
    ----------
    pools
        The options of each project.
    atlas, city
        Projects, red lines that stay where they are, land use; ``city.plan`` has quotas and
        separations.
    choices
        What was decided, as far as it is about these options.
    previous
        The plan before: a site per project.
    """
    projects = {project.id: project for project in atlas.projects}
    names = sorted(pools.options)
    options = tuple(option for name in names for option in pools.options[name])
    uses = [use_of(projects[option.project_id]) for option in options]
    quotas = tuple(_quota(spec, [projects[name] for name in names]) for spec in city.plan.quotas)
    is_asked = any(quota.unit in _OF_LAND for quota in quotas)
    amounts = (
        amounts_of([option.site.geometry for option in options], atlas, city) if is_asked else None
    )
    said, notes = _closed(options, uses, atlas, city.plan.separations)
    problem = Problem(
        claimants=tuple(_claimants(projects, pools, amounts)),
        conflicts={OVERLAP: overlaps(options)} | separations(options, uses, city.plan.separations),
        quotas=quotas,
        locks=choices.locks,
        forbidden=_in_chinese({**said, **choices.refused}),
        promised=choices.promised,
        previous=previous,
    )
    notes = (
        *notes,
        *use_notes([projects[name] for name in names], city.plan.separations),
        *(amounts.notes if amounts else ()),
    )
    return Posed(problem, options, {**said, **choices.said}, amounts, notes)


def _claimants(
    projects: Mapping[str, Project], pools: Pools, amounts: LandAmounts | None
) -> Iterator[Claimant]:
    at = 0
    for name in sorted(pools.options):
        project, options = projects[name], pools.options[name]
        rows = range(at, at + len(options))
        at += len(options)
        yield Claimant(
            name,
            tuple(
                _candidate(option, use_of(project), amounts, row)
                for option, row in zip(options, rows, strict=True)
            ),
            priority=project.priority,
            batch=project.batch,
        )


def _candidate(option: Option, use: str, amounts: LandAmounts | None, row: int) -> Candidate:
    return Candidate(
        site_id=option.site.id,
        score=round(option.points * 100),
        area_m2=option.site.area_m2,
        use=use,
        district=option.site.district,
        new_construction_m2=float(amounts.new_construction_m2[row]) if amounts else 0.0,
        farmland_m2=float(amounts.farmland_m2[row]) if amounts else 0.0,
    )


def _quota(spec: QuotaSpec, projects: Sequence[Project]) -> Quota:
    """Return a quota over the uses that are, or may be, of its prefixes: unknown counts in."""
    uses = {use_of(project) for project in projects}
    members = frozenset(use for use in uses if member_of(use, spec.uses) is not Member.NO)
    return Quota(
        name=spec.name,
        unit=Amount(spec.unit),
        limit=spec.limit,
        districts=frozenset(spec.districts),
        uses=(members or _NOBODY) if spec.uses else frozenset(),
        batches=frozenset(spec.batches),
    )


def _closed(
    options: Sequence[Option], uses: Sequence[str], atlas: Atlas, specs: Sequence[SeparationSpec]
) -> tuple[dict[tuple[str, str], Text], tuple[Text, ...]]:
    """Return the options that what already stands closes, each with the words for it."""
    names = {option.project_id for option in options}
    stands = standing(atlas, names)
    said: dict[tuple[str, str], Text] = {}
    for position, closures in closed_by(options, uses, stands, specs).items():
        said[_key(options[position])] = too_near_text(closures, specs)
    taken = held(options, atlas, names)
    for position, holders in taken.holders.items():
        said[_key(options[position])] = held_text(holders)
    return said, taken.notes


def _key(option: Option) -> tuple[str, str]:
    return option.project_id, option.site.id


def _in_chinese(said: Said) -> dict[tuple[str, str], str]:
    return {key: text.get("zh") for key, text in said.items()}


def counted(posed: Posed, spec: QuotaSpec, positions: Sequence[int]) -> tuple[float, float]:
    """Return what chosen options come to in a quota, and the land of that of unknown use, m².

    Parameters
    ----------
    posed
        The problem.
    spec
        One of the city's quotas.
    positions
        Of the chosen options.
    """
    problem = posed.problem
    quota = next(one for one in problem.quotas if one.name == spec.name)
    owners: NDArray[np.int64] = problem.owner
    members = [
        at
        for at in positions
        if quota.is_member(problem.claimants[int(owners[at])], problem.candidates[at])
    ]
    used = sum(problem.candidates[at].amount(quota.unit) for at in members)
    if quota.unit is Amount.SITES:
        return float(used), 0.0
    if posed.amounts is None or quota.unit not in _OF_LAND:
        return used / HUNDREDTHS_PER_M2, 0.0
    unknown_m2 = sum(float(posed.amounts.unknown_m2[at]) for at in members)
    return used / HUNDREDTHS_PER_M2, unknown_m2
