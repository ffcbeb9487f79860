"""Where a profile's weights come from: given, judged in pairs (AHP), or from the data (entropy).

In a profile's TOML::

    [weighting]
    method = "ahp"                        # or "given" (the default), "entropy"
    [weighting.ahp]
    names = ["road", "metro", "slope"]    # every criterion of the profile but those of weight 0
    matrix = [[1, 3, 5], ["1/3", 1, 2], ["1/5", "1/2", 1]]

The methods and their sources: :mod:`siting.score.ahp`, :mod:`siting.score.entropy`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.config import TableReader
from siting.errors import ConfigError, nearest
from siting.model import Text
from siting.score import Ahp, ahp, entropy_weights

Floats = NDArray[np.float64]

GIVEN, JUDGED, FROM_DATA = "given", "ahp", "entropy"
METHODS = (GIVEN, JUDGED, FROM_DATA)
#: Judged weights add up to this, as given ones mostly do.
_ALL = 100.0
#: Weights have so many decimals at most, and are used as they are shown: they can be recomputed
#: by hand, and the last digit of a logarithm is that of a processor.
_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by criterion (any unit), what is to be told of them, and Saaty's ratio if judged."""

    by_name: Mapping[str, float]
    notes: tuple[Text, ...] = ()
    consistency_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Weighting:
    """How the weights of a profile are found; ``judged`` has what judgements in pairs came to."""

    method: str = GIVEN
    judged: Ahp | None = None

    @property
    def is_of_pool(self) -> bool:
        """True when they depend on the sites: each project has weights of its own."""
        return self.method == FROM_DATA

    def to_table(self) -> dict[str, object]:
        """Return the method, and judged weights by criterion, as plain data."""
        if self.judged is None:
            return {"method": self.method}
        judged = dict(zip(self.judged.names, self.judged.weights, strict=True))
        return {"method": self.method, "weights": judged}

    def weights(self, given: Mapping[str, float], worths: Mapping[str, Floats]) -> Weights:
        """Return the weights of criteria.

        Parameters
        ----------
        given
            Criterion → its weight in the profile; one of 0 stays out, whatever the method.
        worths
            Criterion → what its measures are worth (0–1), one number for each site of the
            project's pool, NaN where unknown. Only entropy looks at them.

        Returns
        -------
        Weights
            Of the criteria in `given`, in their order. By entropy those that are not in `worths`,
            being known only of sites that were re-checked, keep their given share of all
            weight, and the data deal out what the others have.
        """
        if self.judged is not None:
            return _judged(given, self.judged)
        if self.is_of_pool:
            return _from_data(given, worths)
        return Weights(dict(given))


#: Weights as they stand in the profile.
AS_GIVEN = Weighting()


def read_weighting(reader: TableReader, names: Sequence[str]) -> Weighting:
    """Return the weighting of a profile from its ``[weighting]`` table, which may be empty.

    Parameters
    ----------
    reader
        Of that table. What is wrong is remembered there.
    names
        The profile's criteria with weight. Judgements must name each of them once.
    """
    method = reader.choice("method", METHODS, GIVEN)
    judged = _read_judged(reader.table("ahp"), names) if method == JUDGED else None
    reader.finish()
    return Weighting(method, judged)


def _read_judged(reader: TableReader, names: Sequence[str]) -> Ahp | None:
    judged, matrix = reader.texts("names"), reader.rows("matrix")
    reader.finish()
    for name in judged:
        if name not in names or judged.count(name) > 1:
            reader.problem(
                f"'{name}' is judged, and is no criterion with weight in the profile"
                if name not in names
                else f"'{name}' is judged twice",
                expected=", ".join(names),
                found=", ".join(judged),
                next_step=nearest(name, names) or "name each criterion of the profile once",
            )
    missing = [name for name in names if name not in judged]
    if missing:
        reader.problem(
            "not every criterion is judged",
            expected=", ".join(names),
            found=", ".join(judged) or "none",
            next_step=f"add {', '.join(missing)} to names, and a row and a column to matrix",
        )
    try:
        return ahp(matrix, names=judged)
    except ConfigError as error:
        reader.problem(
            error.what, expected=error.expected, found=error.found, next_step=error.next_step
        )
        return None


def _judged(given: Mapping[str, float], judged: Ahp) -> Weights:
    found = dict(zip(judged.names, judged.weights, strict=True))
    weights = {
        name: round(_ALL * found.get(name, 0.0), _DECIMALS) if weight > 0 else 0.0
        for name, weight in given.items()
    }
    # a city may give weight to a criterion that the profile had taken out
    unjudged = [name for name, weight in given.items() if weight > 0 and name not in found]
    notes = [_not_judged(unjudged)] if unjudged else []
    ratio = judged.consistency_ratio
    if judged.is_consistent:
        return Weights(weights, tuple(notes), ratio)
    mends = [mend.text for mend in judged.mends]
    doubt = Text(
        f"两两判断的一致性比率为 {ratio:.3f}，超过 0.1，判断之间相互矛盾，权重须慎用："
        + "；".join(mend.zh for mend in mends),
        f"the judgements in pairs contradict each other (consistency ratio {ratio:.3f}, over "
        "0.1), and their weights are doubtful: " + "; ".join(mend.en for mend in mends),
    )
    return Weights(weights, (doubt, *notes), ratio)


def _not_judged(names: Sequence[str]) -> Text:
    return Text(
        f"未参与两两判断，不计权重：{'、'.join(names)}",
        f"not judged in pairs, hence without weight: {', '.join(names)}",
    )


def _from_data(given: Mapping[str, float], worths: Mapping[str, Floats]) -> Weights:
    known = {name: np.nan_to_num(worths[name]) for name in worths if given.get(name, 0.0) > 0}
    # of a column of zeros there are no shares; it tells the sites apart as little as ones do
    telling = [name for name, column in known.items() if column.any()]
    if not telling:
        return Weights(dict(given), (_NOTHING_TOLD,))
    try:
        found = entropy_weights(np.stack([known[name] for name in telling], axis=1))
    except ConfigError:  # fewer than two sites, or all alike
        return Weights(dict(given), (_NOTHING_TOLD,))
    shares = dict(zip(telling, found.weights.tolist(), strict=True))
    to_deal = math.fsum(given[name] for name in known)
    weights = {
        name: round(to_deal * shares.get(name, 0.0), _DECIMALS) if name in known else weight
        for name, weight in given.items()
    }
    count = len(known[telling[0]])
    told = Text(
        f"权重由 {count:,} 宗备选宗地的数据得出（熵权法）："
        "只说明各项把宗地区分得多开，不说明哪项重要",
        f"the weights come from the data of {count:,} candidate parcel(s) (entropy): they say what "
        "tells the parcels apart, not what matters",
    )
    return Weights(weights, (told,))


_NOTHING_TOLD = Text(
    "备选宗地不足两宗或各项都一样，熵权法得不出权重，按所给权重计分",
    "fewer than two candidate parcels, or all alike: no weights by entropy, the given ones are "
    "used",
)
