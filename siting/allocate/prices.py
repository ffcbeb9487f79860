"""What no choice can exceed, from a price on every condition: valid for any prices at all.

Put a price, 0 or more, on each condition ``values * columns <= limit`` and let every project take
what is best for it alone, prices deducted. What that comes to, plus each price times its limit,
is at least what any choice comes to that keeps the conditions: it pays no more than the limits,
and no project does better alone (Geoffrion, A. M. (1974), Lagrangean relaxation for integer
programming, Mathematical Programming Study 2, 82-114). A choice with a column that is not its
project's best falls short by the difference. So the prices may come from anywhere.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from siting.allocate.highs import Row
from siting.allocate.problem import Longs
from siting.allocate.table import Floats, Mask, Part

#: What one operation on fractions may be off by, as a share of what goes into it.
_UNIT_ROUNDOFF = 2.0**-52
#: What is left of a condition is a sum of fractions, too: the solver's own tolerance.
_TOLERANCE = 1e-6
#: So many steps without a better bound, and steps are made shorter, down to the shortest.
_PATIENCE = 10
_SHORTER = 0.85
_SHORTEST = 1e-4
#: A bound that is better by less than this share of itself is not counted as better.
_WORTH_COUNTING = 1e-5
#: How much of the direction before goes into the next: prices swing less between two projects.
_MOMENTUM = 0.9
#: The share of a step in what projects bought of late.
_OF_LATE = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class Priced:
    """What prices say: no choice reaches more than ``bound``.

    ``prices``: one per condition after those of one site per project. A choice with a column
    stays below the bound by at least what ``falls_short`` says of the column, and one that leaves
    a project without a site by what ``is_worth`` says of the project.
    """

    bound: int
    prices: Floats
    falls_short: Floats
    is_worth: Floats


@dataclass(frozen=True, eq=False, slots=True)
class _Sale:
    """What each project does alone: gains per column, the best per project that has columns.

    ``off``: what rounding may have done to gains, per project; the bound is already so much
    higher (Higham, N. J. (2002), Accuracy and Stability of Numerical Algorithms, SIAM, 4.2).
    """

    gains: Floats
    best: Floats
    off: Floats
    bound: float


class Market:
    """The conditions of a part as arrays, and what prices on them come to."""

    def __init__(self, part: Part, costs: Longs, rows: Sequence[Row]) -> None:
        shared = rows[len(part.rows) :]
        # a lower limit is an upper one of the opposite
        self.sign = np.array([1.0 if math.isfinite(row.upper) else -1.0 for row in shared])
        limits = [row.upper if math.isfinite(row.upper) else -row.lower for row in shared]
        self.limits = np.array(limits, dtype=np.float64)
        counts = [len(row.columns) for row in shared]
        self._row = np.repeat(np.arange(len(shared)), counts)
        self._column = np.concatenate([np.empty(0, np.int64), *(row.columns for row in shared)])
        values = np.concatenate([np.empty(0), *(row.values for row in shared)])
        self._value = values * self.sign[self._row]
        self._part, self._costs = part, costs
        is_first = np.diff(part.owner, prepend=-1) != 0
        self._first = np.flatnonzero(is_first)
        self._group = np.cumsum(is_first) - 1
        # sums per column: so many terms at most, and what goes into them was rounded itself
        self._terms = 4 + int(np.bincount(self._column, minlength=1).max())

    def at(self, prices: Floats) -> Priced:
        """Return what prices say, 0 or more, one for each shared condition."""
        sale = self._sale(prices)
        bound = math.floor(sale.bound)
        # what the bound has lost by being an integer, a column cannot fall short by once more
        least = sale.best - 2 * sale.off - (sale.bound - bound)
        is_worth = np.zeros(len(self._part.rows))
        is_worth[self._part.owner[self._first]] = least
        return Priced(bound, prices, least[self._group] - sale.gains, is_worth)

    def used(self, chosen: Mask) -> Floats:
        """Return what of each condition a choice uses up."""
        weights = self._value * chosen[self._column]
        used: Floats = np.bincount(self._row, weights, len(self.limits)).astype(np.float64)
        return used

    def nearest(self, priced: Priced) -> Longs:
        """Return for each condition the project that would lose the least by it, -1 for none."""
        order = np.lexsort((priced.falls_short[self._column], self._row))
        is_first = np.diff(self._row[order], prepend=-1) != 0
        projects = np.full(len(self.limits), -1, dtype=np.int64)
        first = order[is_first]
        projects[self._row[first]] = self._part.owner[self._column[first]]
        return projects

    def unsold(self, priced: Priced, chosen: Mask) -> Floats:
        """Return what a choice leaves of each condition, at its price."""
        unsold: Floats = priced.prices * np.maximum(self.limits - self.used(chosen), 0)
        return unsold

    def allows(self, chosen: Mask) -> bool:
        """True where a choice keeps all conditions, as nearly as the solver does."""
        return bool((self.used(chosen) <= self.limits + _TOLERANCE).all())

    def left(self, is_in: Mask, stays: Mask) -> tuple[Longs, list[Row]]:
        """Return the columns that fit beside a choice, and what it leaves of each condition.

        Parameters
        ----------
        is_in
            The columns to look at.
        stays
            A choice that the conditions allow.

        Returns
        -------
        The columns, ascending, and a row for each condition that one of them is in, of these
        columns alone, numbered from 0.
        """
        limits = self.limits - self.used(stays)
        entries = np.flatnonzero(is_in[self._column])
        # where more of a condition is good, nothing is shut out by what is left of it
        is_over = (self._value[entries] > limits[self._row[entries]] + _TOLERANCE) & (
            self.sign[self._row[entries]] > 0
        )
        fits = is_in.copy()
        fits[self._column[entries[is_over]]] = False
        columns = np.flatnonzero(fits)
        place = np.cumsum(fits) - 1
        entries = entries[fits[self._column[entries]]]
        ends = np.flatnonzero(np.diff(self._row[entries])) + 1
        some = [at for at in np.split(entries, ends) if len(at)]
        rows = [
            Row(place[self._column[at]], self._value[at], upper=float(limits[self._row[at[0]]]))
            for at in some
        ]
        return columns, rows

    def descend(
        self, value: int, until: tuple[float, int], *, steps: int, prices: Floats | None = None
    ) -> tuple[Priced, Floats]:
        """Return good prices, by steps along what they demand too much or too little.

        With them comes what share of each column projects bought of late: near to the best of
        all fractions (Barahona, F. and Anbil, R. (2000), The volume algorithm: producing primal
        solutions with a subgradient method, Mathematical Programming 87, 385-399).

        A subgradient method with momentum (Held, M., Wolfe, P. and Crowder, H. P. (1974),
        Validation of subgradient optimization, Mathematical Programming 6, 62-88; Camerini, P. M.,
        Fratta, L. and Maffioli, F. (1975), On improving relaxation methods by modified gradient
        techniques, Mathematical Programming Study 3, 26-34).

        Parameters
        ----------
        value
            What a known choice comes to; steps aim at it.
        until
            When to stop, by the monotonic clock, and how near to the value.
        steps
            How many to take at most.
        prices
            Where to begin; by default all are 0.
        """
        ends, near = until
        size = np.zeros(len(self.limits))
        np.maximum.at(size, self._row, np.abs(self._value))
        size[size == 0] = 1
        prices = best = np.zeros(len(self.limits)) if prices is None else prices
        lowest, step, waits = math.inf, 1.0, 0
        heading = np.zeros(len(self.limits))
        shares = np.zeros(len(self._costs))
        for _ in range(steps):
            sale = self._sale(prices)
            bound = sale.bound
            waits = 0 if bound < lowest * (1 - _WORTH_COUNTING) else waits + 1
            if bound < lowest:
                lowest, best = bound, prices
            if lowest <= value + near or step < _SHORTEST or time.monotonic() > ends:
                break
            if waits >= _PATIENCE:
                # not back to the best prices: from far away the way leads over worse ones
                waits, step = 0, step * _SHORTER
            bought = self._bought(sale)
            shares += _OF_LATE * (bought - shares)
            demand = (self.used(bought) - self.limits) / size
            demand[(prices <= 0) & (demand < 0)] = 0
            if not demand.any():
                break
            heading = demand + _MOMENTUM * heading
            # never shorter than what is demanded: where both cancel out, steps would be endless
            length = max(float(heading @ heading), float(demand @ demand))
            prices = np.maximum(prices + step * (bound - value) / length * heading / size, 0)
        return self.at(best), shares

    def _sale(self, prices: Floats) -> _Sale:
        weights = prices[self._row] * self._value
        paid = np.bincount(self._column, weights, len(self._costs))
        gains: Floats = (self._costs - paid).astype(np.float64)
        if not len(gains):
            return _Sale(gains, gains, gains, float(prices @ self.limits))
        best: Floats = np.maximum.reduceat(gains, self._first)
        is_free = ~self._part.must[self._part.owner[self._first]]
        best[is_free] = np.maximum(best[is_free], 0)
        moved = self._costs + np.bincount(self._column, np.abs(weights), len(self._costs))
        off = (self._terms * _UNIT_ROUNDOFF) * np.maximum.reduceat(moved, self._first)
        parts = prices * self.limits
        count = (len(parts) + len(best)) * _UNIT_ROUNDOFF
        doubt = float(off.sum()) + count * float(np.abs(best).sum() + np.abs(parts).sum())
        return _Sale(gains, best, off, float(best.sum()) + float(parts.sum()) + doubt)

    def _bought(self, sale: _Sale) -> Mask:
        """Return the column that each project takes for itself, the first among equals."""
        is_bought = (sale.gains > 0) | self._part.must[self._part.owner]
        at = np.flatnonzero(is_bought & (sale.gains == sale.best[self._group]))
        group = self._group[at]
        is_first = np.diff(group, prepend=-1) != 0
        bought = np.zeros(len(sale.gains), dtype=bool)
        bought[at[is_first]] = True
        return bought
