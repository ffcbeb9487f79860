"""Why B and not C: what decides it, part by part, and at which weight the order turns.

All is of the additive score, so that each figure can be recomputed by hand. Break-even weights:
French, S. (1992), Mathematical programming approaches to sensitivity calculations in decision
analysis, Journal of the Operational Research Society 43, 813-819.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from siting.errors import ConfigError
from siting.model import Text
from siting.score.additive import additive_score

#: What two sides are called where nobody names them.
_SIDES = ("B", "C")


@dataclass(frozen=True, slots=True)
class Lead:
    """How one side is ahead of another, in hundredths of a point.

    ``gaps`` has for each criterion by how much it speaks for who is ahead (below 0: against);
    they add up to ``hundredths`` exactly. ``criterion`` speaks most for who is ahead;
    ``is_decisive`` says that without it the other would be level or ahead.
    """

    ahead: str
    behind: str
    hundredths: int
    gaps: Mapping[str, int]
    criterion: str
    title: Text
    is_decisive: bool

    @property
    def points(self) -> float:
        """The lead as shown, in points of 100."""
        return self.hundredths / 100

    @property
    def text(self) -> Text:
        """The lead as a sentence."""
        gap = f"{self.gaps[self.criterion] / 100:+.2f}"
        zh, en = self.title.get("zh"), self.title.get("en")
        if not self.hundredths:
            return Text(
                f"{self.ahead} 与 {self.behind} 得分相同",
                f"{self.ahead} and {self.behind} score the same",
            )
        if self.is_decisive:
            return Text(
                f"{self.ahead} 比 {self.behind} 高 {self.points:.2f} 分，由“{zh}”（{gap}）决定："
                f"没有这一项，{self.ahead} 不再领先",
                f"{self.ahead} is {self.points:.2f} points ahead of {self.behind}; '{en}' ({gap}) "
                f"decides it: without it {self.ahead} would not be ahead",
            )
        return Text(
            f"{self.ahead} 比 {self.behind} 高 {self.points:.2f} 分，“{zh}”贡献最大（{gap}）；"
            "去掉任何一项仍领先",
            f"{self.ahead} is {self.points:.2f} points ahead of {self.behind}, most of all by "
            f"'{en}' ({gap}); without any one criterion it still is",
        )


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The share of all weight at which one criterion turns the order of two sides.

    The other weights keep their proportions. On the far side of ``share_then``, seen from
    ``share_now``, ``behind`` is ahead.
    """

    criterion: str
    title: Text
    ahead: str
    behind: str
    share_now: float
    share_then: float

    @property
    def text(self) -> Text:
        """The break-even as a sentence."""
        rises = self.share_then > self.share_now
        now, then = f"{100 * self.share_now:.1f} %", f"{100 * self.share_then:.1f} %"
        zh, en = self.title.get("zh"), self.title.get("en")
        return Text(
            f"“{zh}”的权重由 {now} {'升' if rises else '降'}过 {then}，{self.behind} 即超过 "
            f"{self.ahead}",
            f"{self.behind} overtakes {self.ahead} when the weight of '{en}' "
            f"{'rises' if rises else 'falls'} from {now} past {then}",
        )


def lead_of(
    first: Mapping[str, float],
    second: Mapping[str, float],
    weights: Mapping[str, float],
    *,
    names: tuple[str, str] = _SIDES,
    titles: Mapping[str, Text] | None = None,
) -> Lead:
    """Return who of two is ahead, by how much, and what decides it.

    Parameters
    ----------
    first, second
        Criterion → worth (0–1), of the same criteria.
    weights
        Criterion → weight, in any unit.
    names
        What the two are called.
    titles
        What criteria are called; by default as they are named.

    Returns
    -------
    Lead
        Of the scores as shown (two decimals). Level scores: ``first`` counts as ahead by 0.

    Raises
    ------
    ConfigError
        When the two have worths on different criteria, or no criterion has weight.

    Examples
    --------
    >>> near, large = {"road": 1.0, "area": 0.2}, {"road": 0.0, "area": 0.8}
    >>> lead = lead_of(near, large, {"road": 1, "area": 1})
    >>> lead.hundredths, dict(lead.gaps), lead.criterion, lead.is_decisive
    (2000, {'road': 5000, 'area': -3000}, 'road', True)
    """
    _require_same(first, second, weights)
    one, other = additive_score(first, weights), additive_score(second, weights)
    sign = 1 if one.hundredths >= other.hundredths else -1
    ahead, behind = names[::sign]
    gaps = {name: sign * (part - other.parts[name]) for name, part in one.parts.items()}
    lead = sign * (one.hundredths - other.hundredths)
    criterion = max(gaps, key=lambda name: gaps[name])
    return Lead(
        ahead=ahead,
        behind=behind,
        hundredths=lead,
        gaps=gaps,
        criterion=criterion,
        title=(titles or {}).get(criterion, Text(criterion)),
        is_decisive=lead > 0 and lead <= gaps[criterion],
    )


def break_even(
    first: Mapping[str, float],
    second: Mapping[str, float],
    weights: Mapping[str, float],
    *,
    criterion: str,
    names: tuple[str, str] = _SIDES,
    titles: Mapping[str, Text] | None = None,
) -> BreakEven | None:
    """Return the weight of one criterion at which the order of two turns.

    With share t for the criterion, its difference of worths d and the weighted mean difference r
    of all others, the lead is t·d + (1 - t)·r; it is 0 at t = r / (r - d).

    Parameters
    ----------
    first, second, weights, names, titles
        As for :func:`lead_of`.
    criterion
        Whose weight is varied, from none to all of it.

    Returns
    -------
    BreakEven or None
        None when no weight of it turns the order: the criterion and the others speak for the
        same side, or one of them for neither, or there are no others with weight.

    Raises
    ------
    ConfigError
        As :func:`lead_of`, and for a criterion that is not among the worths.

    Examples
    --------
    >>> near, large = {"road": 0.9, "area": 0.2}, {"road": 0.5, "area": 0.8}
    >>> break_even(near, large, {"road": 70, "area": 30}, criterion="road").text.en
    "C overtakes B when the weight of 'road' falls from 70.0 % past 60.0 %"
    """
    _require_same(first, second, weights)
    if criterion not in first:
        raise ConfigError(
            f"unknown criterion '{criterion}'",
            expected=", ".join(first),
            found=criterion,
            next_step="name one of the criteria that were compared",
        )
    others = [name for name in first if name != criterion and weights[name] > 0]
    rest = math.fsum(weights[name] for name in others)
    if not rest:
        return None
    own = max(weights[criterion], 0.0)
    gap = first[criterion] - second[criterion]
    other_gap = math.fsum(weights[name] * (first[name] - second[name]) for name in others) / rest
    if gap * other_gap >= 0:
        return None
    share_now, share_then = own / (own + rest), other_gap / (other_gap - gap)
    lead_now = share_now * gap + (1 - share_now) * other_gap
    ahead, behind = names if lead_now >= 0 else names[::-1]
    title = (titles or {}).get(criterion, Text(criterion))
    return BreakEven(criterion, title, ahead, behind, share_now, share_then)


def break_evens(
    first: Mapping[str, float],
    second: Mapping[str, float],
    weights: Mapping[str, float],
    *,
    names: tuple[str, str] = _SIDES,
    titles: Mapping[str, Text] | None = None,
) -> tuple[BreakEven, ...]:
    """Return the break-even of each criterion that has one, the smallest change first.

    Parameters and errors are those of :func:`lead_of`.

    Examples
    --------
    >>> near, large = {"road": 0.9, "area": 0.2}, {"road": 0.5, "area": 0.8}
    >>> found = break_evens(near, large, {"road": 70, "area": 30})
    >>> [(each.criterion, round(each.share_then, 6)) for each in found]
    [('road', 0.6), ('area', 0.4)]
    """
    found = [
        break_even(first, second, weights, criterion=name, names=names, titles=titles)
        for name in first
    ]
    turning = [each for each in found if each is not None]
    return tuple(sorted(turning, key=lambda each: abs(each.share_then - each.share_now)))


def _require_same(
    first: Mapping[str, float], second: Mapping[str, float], weights: Mapping[str, float]
) -> None:
    if first.keys() != second.keys() or not first.keys() <= weights.keys():
        raise ConfigError(
            "the two were not measured by the same criteria",
            expected=", ".join(first),
            found=", ".join(second),
            next_step="compare them on the criteria that both have a worth and a weight for",
        )
    if not any(weights[name] > 0 for name in first):
        raise ConfigError(
            "no criterion has weight, so nothing decides",
            expected="a weight above 0",
            found=", ".join(f"{name} = {weights[name]:g}" for name in first) or "no criteria",
            next_step="give at least one criterion a weight",
        )
