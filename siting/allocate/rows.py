"""What every choice of a part must keep, as rows for the solver, exact in hundredths of a m²."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from siting.allocate.cliques import clique_cover
from siting.allocate.highs import Outcome, Row
from siting.allocate.problem import HUNDREDTHS_PER_M2, Longs
from siting.allocate.table import Load, Part

#: Limits go to the solver in hectares: its tolerance of 1e-6 is then what areas are rounded to.
_HUNDREDTHS_PER_HA = 10_000 * HUNDREDTHS_PER_M2


def conditions(part: Part) -> list[Row]:
    """Return what every choice must keep: one site per project, no conflict, no limit exceeded.

    The first row is that of the first project, and so on.
    """
    one = [
        _at_most_one(np.arange(first, last), lower=1.0 if is_must else -np.inf)
        for first, last, is_must in zip(
            part.starts[:-1].tolist(), part.starts[1:].tolist(), part.must, strict=True
        )
    ]
    cliques = [_at_most_one(columns) for columns in clique_cover(part)]
    return [*one, *cliques, *(_limit(load) for load in part.loads)]


def _at_most_one(columns: Longs, lower: float = -np.inf) -> Row:
    return Row(columns, np.ones(len(columns)), lower, 1.0)


def _limit(load: Load) -> Row:
    # a limit on sites counts so few that its unit does not matter
    scale = _HUNDREDTHS_PER_HA if int(load.amounts.max(initial=0)) > 1 else 1
    return Row(load.columns, load.amounts / scale, upper=load.limit / scale)


def exactly(part: Part, rows: list[Row], solve: Callable[[Sequence[Row]], Outcome]) -> Outcome:
    """Solve until no limit is exceeded in exact integers.

    The solver keeps limits within its tolerance. What it chose beyond one is excluded by a row
    that every allowed choice keeps (not all of these at once), added to `rows`.
    """
    while True:
        outcome = solve(rows)
        if outcome.is_chosen is None:
            return outcome
        chosen = outcome.is_chosen
        broken = [load for load in part.loads if load.used(chosen) > load.limit]
        if not broken:
            return outcome
        for load in broken:
            cover = load.columns[chosen[load.columns]]
            rows.append(Row(cover, np.ones(len(cover)), upper=len(cover) - 1.0))
