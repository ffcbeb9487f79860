"""Weights from judgements in pairs (AHP), how consistent they are, and which one to mend.

Whoever weighs says of each two criteria how many times the one matters as much as the other,
1 to 9. The weights are the principal right eigenvector of that matrix. Sources: Saaty, T. L.
(1980), The Analytic Hierarchy Process, McGraw-Hill; Saaty, T. L. (1990), How to make a decision:
the analytic hierarchy process, European Journal of Operational Research 48, 9-26. What the other
judgements say of a pair: Harker, P. T. (1987), Incomplete pairwise comparisons in the analytic
hierarchy process, Mathematical Modelling 9, 837-848.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from siting.errors import ConfigError
from siting.model import Text
from siting.score.tables import names_or_numbers

Floats = NDArray[np.float64]

#: Mean consistency index of random reciprocal matrices of 1, 2, 3 … criteria (Saaty 1980; the
#: first ten also in Saaty 1990). Other authors' tables differ in the second decimal.
RANDOM_INDEX = (
    *(0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41),
    *(1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
)
#: Over this consistency ratio the judgements should be looked at again (Saaty 1980).
ACCEPTABLE_RATIO = 0.1
#: A judgement and its counterpart may miss 1 by so much: 1/3 is written as 0.33, 1/7 as 0.14.
_RECIPROCAL_TOLERANCE = 0.03
#: λmax cannot be below the number of criteria; so near to it, it is equal but for rounding.
_ROUNDING = 1e-12
#: The eigenvector of the library is polished so often with exactly rounded sums.
_POLISH_ROUNDS = 12
#: Judgements that can be proposed: 1/9 … 1/2, 1 … 9.
_SCALE = tuple(Fraction(1, times) for times in range(9, 1, -1)) + tuple(map(Fraction, range(1, 10)))

Judgement = float | int | str


@dataclass(frozen=True, slots=True)
class Mend:
    """One judgement to look at again, and the value that would fit the others.

    ``row`` and ``column`` count from 0; ``given`` is how many times the first was judged to matter
    as much as the second, ``fitting`` the ratio of their weights, ``implied`` what all other
    judgements alone say of the pair, ``mended`` the nearest to that on the scale of 1 to 9, and
    ``ratio_after`` the consistency ratio once this mend and those before it are made.
    """

    row: int
    column: int
    names: tuple[str, str]
    given: float
    fitting: float
    implied: float
    mended: Fraction
    ratio_after: float

    @property
    def text(self) -> Text:
        """The mend as a sentence."""
        first, second = self.names
        given, mended = _spelt(self.given), str(self.mended)
        return Text(
            f"“{first}”对“{second}”判为 {given}，其余判断意味着约 {mended}；"
            f"改后一致性比率为 {self.ratio_after:.3f}",
            f"'{first}' over '{second}' was judged {given}, the other judgements say about "
            f"{mended}; with it the consistency ratio is {self.ratio_after:.3f}",
        )


@dataclass(frozen=True, slots=True)
class Ahp:
    """Weights by AHP: they add up to 1; with what makes them doubtful and how to mend it.

    ``mends`` is empty where the ratio is acceptable. Otherwise it names judgements one after the
    other, the worst first, each after those before it were mended, until the ratio is.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    mends: tuple[Mend, ...]

    @property
    def is_consistent(self) -> bool:
        """True when the consistency ratio is at most 0.1."""
        return self.consistency_ratio <= ACCEPTABLE_RATIO


def ahp(matrix: Sequence[Sequence[Judgement]], *, names: Sequence[str] = ()) -> Ahp:
    """Return the weights that judgements in pairs come to.

    Parameters
    ----------
    matrix
        Row i, column j: how many times criterion i matters as much as criterion j; on the other
        side of the diagonal the reciprocal. Numbers, or texts such as ``"1/3"``. Of a pair that
        is not exactly reciprocal (3 and 0.33) the one above 1 counts.
    names
        The criteria's names, for messages and mends.

    Raises
    ------
    ConfigError
        When the matrix is not square, has over 15 criteria, a judgement is no positive number,
        a diagonal is not 1, or a pair is not reciprocal.

    Examples
    --------
    >>> judged = ahp([[1, 2, 4], ["1/2", 1, 2], ["1/4", "1/2", 1]], names=["road", "area", "metro"])
    >>> [round(weight, 4) for weight in judged.weights], judged.consistency_ratio
    ([0.5714, 0.2857, 0.1429], 0.0)
    """
    judgements = _judgements(matrix)
    called = names_or_numbers(names, len(judgements), method="AHP")
    _require_reciprocal(judgements, called)
    exact = _made_reciprocal(judgements)
    weights, lambda_max = _principal(exact)
    index, ratio = _consistency(lambda_max, len(exact))
    mends = tuple(_mends(exact, called)) if ratio > ACCEPTABLE_RATIO else ()
    return Ahp(called, tuple(map(float, weights)), lambda_max, index, ratio, mends)


def _consistency(lambda_max: float, count: int) -> tuple[float, float]:
    """Return Saaty's consistency index and ratio; up to two criteria nothing can disagree."""
    excess = lambda_max - count
    if count <= 2 or excess <= _ROUNDING * count:
        return 0.0, 0.0
    index = excess / (count - 1)
    return index, index / RANDOM_INDEX[count - 1]


def _principal(matrix: Floats) -> tuple[Floats, float]:
    """Return the principal eigenvector (sum 1) and eigenvalue of a positive matrix.

    The last rounds are plain power steps with exactly rounded sums, so that what is shown does
    not depend on the machine's linear algebra.
    """
    eigenvalues, vectors = np.linalg.eig(matrix)
    weights = np.abs(vectors[:, int(np.argmax(eigenvalues.real))].real)
    lambda_max = math.nan
    for _ in range(_POLISH_ROUNDS):
        image = np.array([math.fsum(row) for row in matrix * weights])
        lambda_max = math.fsum(image) / math.fsum(weights)
        weights = image / math.fsum(image)
    return weights, lambda_max


def _mends(matrix: Floats, names: tuple[str, ...]) -> Iterator[Mend]:
    """Yield judgements to mend, worst first, until the ratio is acceptable.

    The worst is the one furthest from the ratio of its weights, as a factor. No judgement is
    mended twice, and none whose mend would not lower the ratio.
    """
    current = matrix.copy()
    open_pairs = set(combinations(range(len(matrix)), 2))
    weights, lambda_max = _principal(current)
    ratio = _consistency(lambda_max, len(matrix))[1]
    while ratio > ACCEPTABLE_RATIO and open_pairs:
        row, column = min(open_pairs, key=lambda pair: (-_misfit(current, weights, pair), pair))
        open_pairs.remove((row, column))
        implied = _implied(current, row, column)
        mended = min(_SCALE, key=lambda step: (abs(math.log(step / implied)), step))
        tried = current.copy()
        tried[row, column], tried[column, row] = float(mended), float(1 / mended)
        tried_weights, tried_lambda = _principal(tried)
        after = _consistency(tried_lambda, len(matrix))[1]
        if after >= ratio:
            continue
        yield Mend(
            row=row,
            column=column,
            names=(names[row], names[column]),
            given=float(current[row, column]),
            fitting=float(weights[row] / weights[column]),
            implied=implied,
            mended=mended,
            ratio_after=after,
        )
        current, weights, ratio = tried, tried_weights, after


def _misfit(matrix: Floats, weights: Floats, pair: tuple[int, int]) -> float:
    """Return how far a judgement is from the ratio of its weights, as a logarithm (12 digits)."""
    row, column = pair
    return round(abs(math.log(matrix[row, column] * weights[column] / weights[row])), 12)


def _implied(matrix: Floats, row: int, column: int) -> float:
    """Return what the other judgements say of a pair: its weights' ratio when it is left out.

    Harker's matrix: the missing judgements 0, and 1 added to the diagonal of both rows.
    """
    without = matrix.copy()
    without[row, column] = without[column, row] = 0.0
    without[row, row] = without[column, column] = 2.0
    weights, _ = _principal(without)
    return float(weights[row] / weights[column])


def _judgements(matrix: Sequence[Sequence[Judgement]]) -> Floats:
    """Return the matrix as numbers, square, positive, with 1 on the diagonal."""
    rows = [list(row) for row in matrix]
    count = len(rows)
    if not rows or any(len(row) != count for row in rows):
        raise ConfigError(
            "AHP: the matrix of judgements is not square",
            expected=f"{count} rows of {count} judgements",
            found="rows of " + ", ".join(str(len(row)) for row in rows),
            next_step="give each criterion a row and a column, 1 on the diagonal",
        )
    if count > len(RANDOM_INDEX):
        raise ConfigError(
            "AHP: too many criteria to be judged in pairs",
            expected=f"at most {len(RANDOM_INDEX)}",
            found=str(count),
            next_step="put the criteria into groups, and judge the groups and each group by itself",
        )
    numbers = [[_judgement(cell, i, j) for j, cell in enumerate(row)] for i, row in enumerate(rows)]
    return np.array(numbers, dtype=np.float64)


def _judgement(cell: Judgement, row: int, column: int) -> float:
    """Return one judgement as a positive number."""
    try:
        number = float(Fraction(cell)) if isinstance(cell, str) else float(cell)
    except (TypeError, ValueError, ZeroDivisionError):
        number = math.nan
    is_right = number == 1 if row == column else number > 0 and math.isfinite(number)
    if not is_right:
        raise ConfigError(
            f"AHP: the judgement in row {row + 1}, column {column + 1} cannot be used",
            expected="1" if row == column else "a number above 0, such as 3 or '1/3'",
            found=repr(cell),
            next_step="say how many times the row's criterion matters as much as the column's",
        )
    return number


def _require_reciprocal(matrix: Floats, names: tuple[str, ...]) -> None:
    for i, j in combinations(range(len(matrix)), 2):
        if abs(matrix[i, j] * matrix[j, i] - 1) > _RECIPROCAL_TOLERANCE:
            raise ConfigError(
                f"AHP: two judgements of '{names[i]}' and '{names[j]}' contradict each other",
                expected=f"row {j + 1}, column {i + 1} = 1 / {_spelt(matrix[i, j])}",
                found=f"{matrix[j, i]:g}",
                next_step="give the one as the reciprocal of the other",
            )


def _made_reciprocal(matrix: Floats) -> Floats:
    """Return the matrix with each pair exactly reciprocal: the judgement above 1 counts."""
    exact = matrix.copy()
    for i, j in combinations(range(len(matrix)), 2):
        if matrix[i, j] >= matrix[j, i]:
            exact[j, i] = 1 / matrix[i, j]
        else:
            exact[i, j] = 1 / matrix[j, i]
    return exact


def _spelt(judgement: float) -> str:
    """Return a judgement as people write it: 3, 1/3, 2.5."""
    fraction = Fraction(judgement).limit_denominator(9)
    return str(fraction) if math.isclose(fraction, judgement, rel_tol=1e-9) else f"{judgement:.3g}"
