"""Integer programs of yes and no, handed to HiGHS: rows in, a choice and a proven bound out.

HiGHS (Huangfu, Q. and Hall, J. A. J. (2018), Parallelizing the dual revised simplex method,
Mathematical Programming Computation 10, 119-142) is the only solver, and this the only module
that knows it. One thread and a fixed seed: the same program gives the same choice, unless the
clock ends it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from siting.allocate.problem import Longs
from siting.allocate.table import Floats, Mask

if TYPE_CHECKING:
    from highspy import Highs, HighsLp

#: Objectives are integers: a bound less than 1 above the value proves it.
_PROVES = 0.999
#: What a bound may be off by rounding, before it is rounded down to an integer.
_BOUND_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """One condition: ``lower <= sum of values * columns <= upper``."""

    columns: Longs
    values: Longs | Floats
    lower: float = -math.inf
    upper: float = math.inf


def within(rows: Sequence[Row], columns: Longs, count: int) -> list[Row]:
    """Return rows of some of so many columns alone, these numbered from 0."""
    place = np.full(count, -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    found = []
    for row in rows:
        local = place[row.columns]
        is_in = local >= 0
        found.append(Row(local[is_in], row.values[is_in], row.lower, row.upper))
    return found


@dataclass(frozen=True, slots=True)
class Effort:
    """When to stop: after so many seconds, this near the bound, or after so many branchings."""

    seconds: float
    gap: int = 0
    nodes: int | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """What came out: a choice (None where none was found) and what no choice exceeds.

    ``is_infeasible``: it is proved that there is no choice at all. ``bound`` is None where
    nothing is known.
    """

    is_chosen: Mask | None
    bound: int | None
    is_infeasible: bool


@dataclass(frozen=True, eq=False, slots=True)
class Fractions:
    """The best of all fractions of columns: each one's share, their value, each row's price."""

    shares: Floats
    value: float
    prices: Floats


def fractions(costs: Longs, rows: Sequence[Row], effort: Effort) -> Fractions | None:
    """Return the best of all fractions of columns, or None where time ran out.

    By an interior point method: it is within its tolerance of the best, and what is made of its
    prices must hold for any prices.
    """
    import highspy

    solver = _solver(effort)
    # prices would be lost by the way back from a smaller program without a basis, and a basis
    # takes ten times longer than they do
    for name, value in {"solver": "ipm", "run_crossover": "off", "presolve": "off"}.items():
        solver.setOptionValue(name, value)
    program = _program(costs, rows)
    program.integrality_ = []
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    return Fractions(
        np.array(solution.col_value),
        solver.getInfo().objective_function_value,
        np.array(solution.row_dual),
    )


def maximise(
    costs: Longs,
    rows: Sequence[Row],
    effort: Effort,
    *,
    start: Mask | None = None,
) -> Outcome:
    """Return the choice of columns with the largest sum of costs that all rows allow.

    Parameters
    ----------
    costs
        Integers, one per column.
    rows
        The conditions.
    effort
        When to stop.
    start
        A choice that the rows allow, to begin with.
    """
    import highspy

    solver = _solver(effort)
    program = _program(costs, rows)
    solver.passModel(program)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.astype(np.float64).tolist()
        solver.setSolution(solution)
    solver.run()
    info = solver.getInfo()
    is_solved = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    chosen = np.array(solver.getSolution().col_value) > 0.5 if is_solved else None
    bound = info.mip_dual_bound
    return Outcome(
        chosen,
        math.floor(bound + _BOUND_ROUNDING) if math.isfinite(bound) else None,
        solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible,
    )


def _solver(effort: Effort) -> Highs:
    import highspy

    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "time_limit": max(effort.seconds, 0.0),
        "mip_rel_gap": 0.0,
        "mip_abs_gap": max(_PROVES, float(effort.gap)),
    }
    if effort.nodes is not None:
        options["mip_max_nodes"] = effort.nodes
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _program(costs: Longs, rows: Sequence[Row]) -> HighsLp:
    import highspy

    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(costs), len(rows)
    program.sense_ = highspy.ObjSense.kMaximize
    program.col_cost_ = costs.astype(np.float64)
    program.col_lower_ = np.zeros(len(costs))
    program.col_upper_ = np.ones(len(costs))
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
    program.row_lower_ = np.array([row.lower for row in rows], dtype=np.float64)
    program.row_upper_ = np.array([row.upper for row in rows], dtype=np.float64)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    ends = np.cumsum([0, *(len(row.columns) for row in rows)])
    program.a_matrix_.start_ = ends.astype(np.int32)
    nothing = np.empty(0)
    indices = np.concatenate([nothing, *(row.columns for row in rows)])
    program.a_matrix_.index_ = indices.astype(np.int32)
    values = np.concatenate([nothing, *(row.values for row in rows)])
    program.a_matrix_.value_ = values.astype(np.float64)
    return program
